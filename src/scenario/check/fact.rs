//! The names of facts.

use std::sync::Arc;

use super::Checker;
use crate::scenario::ast::{Path, Span, Text};
use crate::scenario::codes;
use crate::scenario::names::nearest;
use crate::vocabulary::fact::{FactPath, SUBJECT_FIELDS, Subject};
use crate::vocabulary::mock::Pattern;

const PLAIN: &[(&str, FactPath)] = &[
    ("tenant", FactPath::Tenant),
    ("user", FactPath::User),
    ("region", FactPath::Region),
    ("attempt", FactPath::Attempt),
];

const REQUEST: &[&str] = &["method", "path", "query.NAME", "header.NAME", "body.PATH"];

/// Why a path names no fact.
struct Unknown {
    message: String,
    /// What would have been right.
    help: Option<String>,
}

impl Unknown {
    fn new(message: String, help: Option<String>) -> Self {
        Self { message, help }
    }
}

impl Checker<'_> {
    /// The fact of that name, which commands of the pattern must have. `place` turns the path's own places
    /// into places of the file.
    pub(super) fn fact(
        &mut self,
        path: &Path<'_>,
        pattern: Option<Pattern>,
        place: &dyn Fn(&Span) -> Span,
    ) -> Option<FactPath> {
        match resolve(path) {
            Ok(fact) => {
                self.fact_of(&fact, pattern, place(&path.span))?;
                Some(fact)
            }
            Err(unknown) => {
                let span = place(&path.span);
                let mut finding = self
                    .desk
                    .finding(&codes::UNKNOWN_FACT, span, unknown.message);
                finding.help = unknown.help;
                self.desk.report(finding);
                None
            }
        }
    }

    fn fact_of(&mut self, fact: &FactPath, pattern: Option<Pattern>, place: Span) -> Option<()> {
        let Some(pattern) = pattern else {
            return Some(());
        };
        if pattern
            .commands()
            .any(|command| command.spec().has_fact(fact))
        {
            return Some(());
        }
        let message = match pattern {
            Pattern::Command(command) => format!("`{command}` has no `{fact}`"),
            Pattern::Service(_) | Pattern::All => {
                format!("no command of `{pattern}` has a `{fact}`")
            }
        };
        let finding = self.desk.finding(&codes::FOREIGN_FACT, place, message);
        self.desk
            .report(finding.help(format!("it has {}", facts_of(pattern))));
        None
    }
}

/// The facts of the pattern's commands, for a help line.
fn facts_of(pattern: Pattern) -> String {
    let has = |fact: &FactPath| {
        pattern
            .commands()
            .any(|command| command.spec().has_fact(fact))
    };
    let subjects = SUBJECT_FIELDS
        .iter()
        .filter(|(subject, ..)| has(&FactPath::Of(*subject, vec!["id".into()])))
        .map(|(_, word, _)| format!("`{word}.…`"));
    let request = has(&FactPath::Method).then(|| "`request.…`".to_owned());
    let plain = PLAIN.iter().map(|(word, _)| format!("`{word}`"));
    let all: Vec<String> = request.into_iter().chain(subjects).chain(plain).collect();
    all.join(", ")
}

fn resolve(path: &Path<'_>) -> Result<FactPath, Unknown> {
    let [first, rest @ ..] = path.keys.as_slice() else {
        return Err(Unknown::new("a fact needs a name".to_owned(), None));
    };
    if path.is_open {
        let whole = joined(&path.keys);
        let message = format!("`{whole}.` ends with a dot");
        return Err(Unknown::new(message, fields_help(&first.value)));
    }
    if let Some((_, fact)) = PLAIN.iter().find(|(word, _)| *word == first.value) {
        return match rest {
            [] => Ok(fact.clone()),
            _ => Err(no_parts(&first.value)),
        };
    }
    if first.value == "request" {
        return request(rest);
    }
    let subject = SUBJECT_FIELDS
        .iter()
        .find(|(_, word, _)| *word == first.value);
    match subject {
        Some((subject, ..)) => of_subject(*subject, rest),
        None => Err(unknown_word(&path.keys)),
    }
}

fn unknown_word(keys: &[Text<'_>]) -> Unknown {
    let subjects = SUBJECT_FIELDS.iter().map(|(_, word, _)| *word);
    let words = subjects.chain(PLAIN.iter().map(|(word, _)| *word));
    let near = nearest(&keys[0].value, words.chain(["request"]));
    let help = near.map(|near| {
        let rest: String = keys[1..]
            .iter()
            .map(|key| format!(".{}", key.value))
            .collect();
        format!("did you mean `{near}{rest}`?")
    });
    let others = "a fact begins with `request`, `server`, `host`, `tenant`, `attempt` or the like";
    Unknown::new(
        format!("unknown fact `{}`", joined(keys)),
        help.or_else(|| Some(others.to_owned())),
    )
}

fn request(keys: &[Text<'_>]) -> Result<FactPath, Unknown> {
    let [kind, rest @ ..] = keys else {
        let message = "`request` alone is no fact".to_owned();
        return Err(Unknown::new(message, fields_help("request")));
    };
    match (&*kind.value, rest) {
        ("method", []) => Ok(FactPath::Method),
        ("path", []) => Ok(FactPath::Path),
        ("query", [name]) => Ok(FactPath::Query(Arc::from(&*name.value))),
        ("header", [name]) => Ok(FactPath::Header(name.value.to_lowercase().into())),
        ("body", keys) => Ok(FactPath::Body(arcs(keys))),
        ("method" | "path", _) => Err(no_parts(&format!("request.{}", kind.value))),
        ("query" | "header", _) => {
            let message = format!("`request.{}` needs one name", kind.value);
            Err(Unknown::new(message, fields_help("request")))
        }
        _ => {
            let near = nearest(&kind.value, ["method", "path", "query", "header", "body"]);
            let help = near.map(|near| format!("did you mean `request.{near}`?"));
            Err(Unknown::new(
                format!("unknown fact `request.{}`", kind.value),
                help.or_else(|| fields_help("request")),
            ))
        }
    }
}

fn of_subject(subject: Subject, keys: &[Text<'_>]) -> Result<FactPath, Unknown> {
    let word = subject.word();
    let [field, rest @ ..] = keys else {
        let message = format!("`{word}` alone is no fact");
        return Err(Unknown::new(message, fields_help(word)));
    };
    let is_open = |known: &str| known.strip_suffix(".*") == Some(&*field.value);
    let known = subject
        .fields()
        .iter()
        .find(|known| **known == field.value || is_open(known));
    match (known, rest) {
        (Some(known), [_]) if is_open(known) => Ok(FactPath::Of(subject, arcs(keys))),
        (Some(known), _) if is_open(known) => {
            let message = format!("`{word}.{}` needs one name", field.value);
            let help = format!("write `{word}.{}.role`", field.value);
            Err(Unknown::new(message, Some(help)))
        }
        (Some(_), []) => Ok(FactPath::Of(subject, arcs(keys))),
        (Some(_), _) => Err(no_parts(&format!("{word}.{}", field.value))),
        (None, _) => {
            let fields = subject
                .fields()
                .iter()
                .map(|field| field.trim_end_matches(".*"));
            let help = nearest(&field.value, fields)
                .map(|near| format!("did you mean `{word}.{near}`?"))
                .or_else(|| fields_help(word));
            Err(Unknown::new(
                format!("unknown fact `{word}.{}`", field.value),
                help,
            ))
        }
    }
}

/// What can follow the first word of a fact.
fn fields_help(word: &str) -> Option<String> {
    let fields = match SUBJECT_FIELDS.iter().find(|(_, own, _)| *own == word) {
        Some((.., fields)) => *fields,
        None if word == "request" => REQUEST,
        None => return None,
    };
    let facts: Vec<String> = fields
        .iter()
        .map(|field| format!("`{word}.{}`", field.replace(".*", ".KEY")))
        .collect();
    Some(format!("there are {}", facts.join(", ")))
}

fn no_parts(whole: &str) -> Unknown {
    Unknown::new(
        format!("`{whole}` has no parts"),
        Some(format!("write `{whole}`")),
    )
}

fn joined(keys: &[Text<'_>]) -> String {
    let keys: Vec<&str> = keys.iter().map(|key| &*key.value).collect();
    keys.join(".")
}

fn arcs(keys: &[Text<'_>]) -> Vec<Arc<str>> {
    keys.iter().map(|key| Arc::from(&*key.value)).collect()
}
