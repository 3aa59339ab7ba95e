//! The findings' codes: one table for the checker, for `explain` and for the tests.

use crate::vocabulary::diagnostic::{Diagnostic, Location, Severity};

/// What a code means. Codes are stable: a number is never used for anything else.
#[derive(Debug)]
pub struct Code {
    /// `M014`
    pub id: &'static str,
    pub severity: Severity,
    /// One line.
    pub title: &'static str,
    /// What is wrong, why it matters and how to mend it.
    pub explanation: &'static str,
}

impl Code {
    /// The code of that number, in any case.
    pub fn named(id: &str) -> Option<&'static Code> {
        ALL.iter()
            .find(|code| code.id.eq_ignore_ascii_case(id))
            .copied()
    }

    /// A finding of this code.
    pub(super) fn at(&self, location: Location, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            code: self.id,
            message: message.into(),
            location,
            label: String::new(),
            related: Vec::new(),
            help: None,
        }
    }
}

macro_rules! codes {
    ($($name:ident $id:ident $severity:ident: $title:literal, $explanation:literal;)*) => {
        $(
            #[doc = $title]
            pub(super) static $name: Code = Code {
                id: stringify!($id),
                severity: Severity::$severity,
                title: $title,
                explanation: $explanation,
            };
        )*

        /// Every code, in the order of their numbers.
        pub static ALL: &[&Code] = &[$(&$name,)*];
    };
}

codes! {
    UNEXPECTED M001 Error: "something unexpected stands here",
        "The file goes on with a word or a sign that means nothing at this place. Often it is a misspelt \
         keyword, or a leftover of an edit. Everything up to the next word that can begin something is skipped, \
         and reading goes on there.";
    INCOMPLETE M002 Error: "something is missing",
        "A construct began and lacks a part that it cannot do without: a mock without a command, `delay` without \
         a duration, `where` without a comparison. The help line shows the shortest complete form.";
    UNCLOSED M003 Error: "a block is never closed",
        "A `{` has no `}`. What follows was read as if the block ended where the next item begins.";
    SURPLUS M004 Error: "a brace closes nothing",
        "There is a `}` more than there are `{`. Take it out, or look for the block that closed too early.";
    OPEN_TEXT M005 Error: "a text is never closed",
        "A text begins with `\"` and must end on the same line. A line break within a text is written `\\n`.";
    BAD_TEXT M006 Error: "a text is malformed",
        "Texts are written as in JSON: the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX, and control \
         characters stand only as escapes.";
    BAD_JSON M007 Error: "JSON is malformed",
        "Bodies, merge patches and headers are JSON, written as JSON is: keys in quotation marks, commas between \
         members and none after the last.";
    TOO_DEEP M008 Error: "brackets are nested too deeply",
        "Blocks, JSON and parentheses may stand in each other up to a limit that no real scenario reaches. The \
         rest of the file is not read.";
    MISPLACED M009 Error: "something stands in the wrong place",
        "The construct is right but not here: tags belong into a scenario, `use` outside of one, `scn` into the \
         first line, hosts into clusters, `then repeat` after the last step.";
    TWICE M010 Error: "something is said twice",
        "A clause, a modifier or a field may stand once. Which of the two was meant cannot be told.";
    VERSION M011 Error: "the language version is not known",
        "`scn N` names the version of the language that a file is written in. A newer file needs a newer program.";
    UNREADABLE M012 Error: "a file cannot be read",
        "The file does not exist, may not be read, or is not UTF-8 text. Paths after `use` are relative to the \
         file in which they stand.";
    USE_CYCLE M013 Error: "files use each other in a circle",
        "A file takes in another one that, directly or by others, takes in the first. Move what both need into a \
         third file.";
    UNKNOWN_COMMAND M014 Error: "a command is not known",
        "Commands are a closed set; `mimic commands` lists them. An agent command has CloudStack's name \
         (`StartCommand`), an API operation its service before the name (`compute.create_server`).";
    UNKNOWN_FACT M015 Error: "a fact is not known",
        "Conditions and texts can speak of the request, of what a command acts on, and of `tenant`, `user`, \
         `region` and `attempt`. No other facts exist.";
    FOREIGN_FACT M016 Error: "a command does not have this fact",
        "The fact exists, but never for this command: an agent command has no `request`, and a list of flavors no \
         `server`. A comparison with it would never hold and a text would show nothing.";
    UNKNOWN_VALUE M017 Error: "a value is not one of the known ones",
        "States, hypervisors, clocks, host changes and ways of dropping a connection are closed sets.";
    UNKNOWN_FIELD M018 Error: "a field is not known here",
        "Each kind of thing has its own fields, and nothing else can be said of it.";
    UNKNOWN_LABEL M019 Error: "no mock has this label",
        "An expectation names a mock by its label (`as NAME`). The mock must be live whenever the expectation is: \
         in the same scenario, or outside of all scenarios.";
    LABEL_TWICE M020 Error: "a label is used twice",
        "Labels name mocks in expectations, lists and counts, so each may be given once in all files that are \
         live together.";
    BAD_LABEL M021 Error: "a label cannot be this",
        "A label is a bare word that is neither a word of the language nor the name of a command.";
    SCENARIO_TWICE M022 Error: "two scenarios have the same name",
        "Worlds and reports name scenarios by their names, so each name may be given once.";
    NO_UNIT M023 Error: "a quantity lacks its unit",
        "Every duration, size and share has its unit: `200ms`, `1m30s`, `64GiB`, `20%`. A bare number would leave \
         open what it counts.";
    UNKNOWN_UNIT M024 Error: "a unit is not known",
        "Durations are written with us, ms, s, m, h and d; sizes with B, KiB, MiB, GiB and TiB; shares with %.";
    WRONG_KIND M025 Error: "a value is of the wrong kind",
        "A number stands where a text is due, a size where a duration is due, or the like.";
    UPSIDE_DOWN M026 Error: "a range is upside down",
        "The lower end of a range stands first.";
    OUT_OF_RANGE M027 Error: "a number is out of range",
        "A chance is above 0 and up to 100 percent, a status between 100 and 599, and other numbers within what \
         they are stored in.";
    COUNT_ZERO M028 Error: "a count of zero",
        "A step that serves no command does nothing. Take the step out, or comment the mock out.";
    TWO_RESPONSES M029 Error: "a step has two responses",
        "A step answers in one way. To answer in one way first and in another way then, give the first a `count` \
         and write `then` between them.";
    COUNT_MISSING M030 Error: "a step that another follows has no count",
        "Without `count` a step serves for ever, so the next one would never have its turn.";
    NO_CONNECTION M031 Error: "an agent command has no connection to drop",
        "Agent commands pass inside of the cloud. `fault` is how an agent breaks; a `delay` makes it late.";
    NO_STATUS M032 Error: "there is no HTTP status here",
        "Agents answer yes or no, without a status, and a `fault` always has its service's internal-error status.";
    BAD_GLOB M033 Error: "a glob pattern is malformed",
        "After `~` stands a glob: `*` is any text, `?` any character, `[ab]` one of these, `{a,b}` either.";
    BAD_REGEX M034 Error: "a regular expression is malformed",
        "After `=~` stands a regular expression, which is searched for anywhere in the fact.";
    NEVER_TRUE M035 Error: "a condition is never true",
        "What the condition demands of one fact contradicts itself, so whatever depends on it is dead.";
    UNKNOWN_PLACE M036 Error: "the topology has no such place",
        "A scope names a zone, pod, cluster or host that the topology does not have. Without a `topology` there \
         are zone `zone-1`, pod `pod-1`, cluster `cluster-1` and hosts `host-1` and `host-2`.";
    CONTRADICTING_PLACE M037 Error: "a scope contradicts the topology",
        "Each place of the scope exists, but not within the others.";
    NO_PLACE M038 Error: "a command happens at no place",
        "Only what acts on a server or a host happens at a place. A scope on any other command would never hold.";
    NEVER_SERVES M039 Error: "a mock never serves",
        "Another mock ranks before this one, matches everything that this one matches, and is never spent. \
         Ranking: higher priority, narrower scope, narrower pattern, with `where` before without, earlier in the \
         file. Give the other a `count`, make it narrower, or give this one a higher `priority`.";
    CANNOT_BE_MET M040 Error: "an expectation cannot be met",
        "Whatever a client does, the expectation fails: the mock serves fewer commands than are expected, or two \
         expectations contradict each other.";
    STRANGE_BODY M041 Warning: "a body is not what the command answers with",
        "Clients look for a certain member at the top of an answer's JSON, and the body has none of that name. If \
         that is what you want to test, leave it.";
    DECLARED_TWICE M042 Error: "something is declared twice, differently",
        "Topologies and givens of all files are taken together. Here two of them say different things of one and \
         the same.";
    SETTING_CONFLICT M043 Error: "a setting is given twice, differently",
        "A world has one seed and one clock with one start. Two files, or two scenarios, that are live together ask for \
         different ones.";
    NOT_YET M044 Error: "this is not simulated yet",
        "The language has words for it, but the simulated cloud does not do it yet, so it would have no effect.";
    BAD_DATA_CENTRE M045 Error: "a data centre file is malformed",
        "A `.cfg` file is JSON with `#` comments, as CloudStack's own test suite has it: `zones`, in them `pods`, \
         `clusters` and `hosts`, and what belongs to them.";
    BAD_HOLE M046 Error: "a quotation of a fact is malformed",
        "`{{ server.name }}` in a text quotes a fact. Two braces that are meant as themselves are written \
         `{{ \"{{\" }}`.";
    TEXT_NOT_QUOTED M047 Error: "a text is not in quotation marks",
        "Texts are always quoted. Only the language's own words, labels and states stand bare.";
    LEADS_NOWHERE M048 Error: "a step leads nowhere",
        "`leads to` says what follows for a server or a balancer, so it stands with a client's command that makes \
         or changes one, and names a status of it or another command about it.";
    UNKNOWN_SETTING M049 Warning: "a setting of CloudStack's is not known",
        "A data centre file gives a value to a global setting that the simulated cloud does not have. Clients can \
         read and change it all the same, and it changes nothing.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_without_gaps() {
        for (position, code) in ALL.iter().enumerate() {
            assert_eq!(code.id, format!("M{:03}", position + 1));
        }
        assert!(Code::named("m014").is_some_and(|code| code.id == "M014"));
    }
}
