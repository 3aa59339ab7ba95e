//! What a file says, as a tree with places. Complete but unchecked: what lacked a part was reported by the
//! parser and is left out; names, units and rules are the checker's.

use std::borrow::Cow;
use std::ops::Range;

/// A stretch of the file, in bytes.
pub(super) type Span = Range<usize>;

/// Something, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Spanned<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// A bare word, a name or a number, as it stands in the file.
pub(super) type Word<'s> = Spanned<&'s str>;

/// A quoted text, its escapes resolved.
pub(super) type Text<'s> = Spanned<Cow<'s, str>>;

#[derive(Debug)]
pub(super) enum Item<'s> {
    Version(Word<'s>),
    Use(Text<'s>),
    Scenario(Scenario<'s>),
    Mock(Mock<'s>),
    Topology(Vec<Spot<'s>>),
    Given(Given<'s>),
    At(At<'s>),
    Expect(Expect<'s>),
    /// With the keyword's place.
    Tags(Span, Vec<Text<'s>>),
    Seed(Word<'s>),
    Clock(Clock<'s>),
}

#[derive(Debug)]
pub(super) struct Scenario<'s> {
    pub(super) name: Option<Text<'s>>,
    /// Of the keyword and the name.
    pub(super) span: Span,
    pub(super) items: Vec<Item<'s>>,
}

#[derive(Debug)]
pub(super) struct Clock<'s> {
    pub(super) mode: Word<'s>,
    pub(super) factor: Option<Word<'s>>,
    /// What it shows first.
    pub(super) start: Option<Text<'s>>,
}

#[derive(Debug)]
pub(super) struct Mock<'s> {
    /// From the keyword to the block.
    pub(super) head: Span,
    pub(super) pattern: Option<Word<'s>>,
    pub(super) on: Option<Vec<Place<'s>>>,
    pub(super) condition: Option<Spanned<Condition<'s>>>,
    pub(super) label: Option<Word<'s>>,
    pub(super) priority: Option<Word<'s>>,
    /// Never empty.
    pub(super) steps: Vec<Step<'s>>,
    /// The place of `then repeat`.
    pub(super) repeat: Option<Span>,
    /// Whether nothing of it was left out.
    pub(super) is_whole: bool,
}

/// One level of a scope: `host "h1"`, `zone 2`.
#[derive(Debug)]
pub(super) struct Place<'s> {
    pub(super) level: Word<'s>,
    pub(super) name: Name<'s>,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) enum Name<'s> {
    Text(Text<'s>),
    Number(Word<'s>),
}

#[derive(Debug, Default)]
pub(super) struct Step<'s> {
    pub(super) span: Span,
    pub(super) response: Option<Spanned<Response<'s>>>,
    pub(super) delay: Option<Spanned<Amount<'s>>>,
    pub(super) count: Option<Word<'s>>,
    pub(super) skip: Option<Word<'s>>,
    pub(super) chance: Option<Word<'s>>,
    pub(super) applied: Option<Spanned<bool>>,
    pub(super) leads: Vec<Lead<'s>>,
}

/// `leads to StartCommand { fail }`, `leads to ERROR after 10s`.
#[derive(Debug)]
pub(super) struct Lead<'s> {
    pub(super) span: Span,
    /// Of a command, or of a status.
    pub(super) name: Word<'s>,
    pub(super) what: Led<'s>,
}

#[derive(Debug)]
pub(super) enum Led<'s> {
    Mock {
        condition: Option<Spanned<Condition<'s>>>,
        /// Never empty.
        steps: Vec<Step<'s>>,
        /// The place of `then repeat`.
        repeat: Option<Span>,
    },
    Status {
        after: Option<Spanned<Amount<'s>>>,
    },
}

#[derive(Debug)]
pub(super) enum Response<'s> {
    Succeed {
        patch: Option<Json<'s>>,
    },
    Fail {
        status: Option<Word<'s>>,
        text: Option<Text<'s>>,
    },
    Fault {
        status: Option<Word<'s>>,
        text: Option<Text<'s>>,
    },
    Respond {
        status: Option<Word<'s>>,
        headers: Option<Spanned<Json<'s>>>,
        /// `None` where it is broken.
        body: Option<Spanned<Json<'s>>>,
    },
    Drop {
        how: Word<'s>,
        bytes: Option<Word<'s>>,
    },
}

#[derive(Debug)]
pub(super) enum Amount<'s> {
    Single(Word<'s>),
    Range(Word<'s>, Word<'s>),
    LogNormal {
        median: Word<'s>,
        sigma: Word<'s>,
        cap: Option<Word<'s>>,
    },
}

#[derive(Debug)]
pub(super) enum Condition<'s> {
    Compare(Path<'s>, Word<'s>, Literal<'s>),
    In(Path<'s>, Vec<Literal<'s>>),
    Exists(Path<'s>),
    All(Vec<Condition<'s>>),
    Any(Vec<Condition<'s>>),
    Not(Box<Condition<'s>>),
}

/// A fact's name, split at its dots.
#[derive(Debug)]
pub(super) struct Path<'s> {
    pub(super) keys: Vec<Text<'s>>,
    /// With a dot at its end that nothing follows.
    pub(super) is_open: bool,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) enum Literal<'s> {
    Text(Text<'s>),
    Number(Word<'s>),
    Word(Word<'s>),
}

#[derive(Debug)]
pub(super) enum Json<'s> {
    Plain(serde_json::Value),
    Text(Text<'s>),
    Array(Vec<Json<'s>>),
    Object(Vec<(Text<'s>, Json<'s>)>),
}

/// A zone, pod, cluster or host of a topology.
#[derive(Debug)]
pub(super) struct Spot<'s> {
    pub(super) level: Word<'s>,
    pub(super) name: Option<Text<'s>>,
    /// Of the word and the name.
    pub(super) span: Span,
    pub(super) fields: Vec<Field<'s>>,
    pub(super) spots: Vec<Spot<'s>>,
}

#[derive(Debug)]
pub(super) struct Field<'s> {
    pub(super) name: Word<'s>,
    pub(super) value: Option<Value<'s>>,
}

#[derive(Debug)]
pub(super) enum Value<'s> {
    Text(Text<'s>),
    Number(Word<'s>),
    Word(Word<'s>),
    Entries(Span, Vec<(Text<'s>, Text<'s>)>),
}

#[derive(Debug)]
pub(super) struct Given<'s> {
    pub(super) span: Span,
    pub(super) count: Option<Word<'s>>,
    pub(super) kind: Word<'s>,
    pub(super) name: Text<'s>,
    pub(super) on: Option<Vec<Place<'s>>>,
    pub(super) fields: Vec<Field<'s>>,
}

#[derive(Debug)]
pub(super) struct At<'s> {
    pub(super) time: Spanned<Amount<'s>>,
    /// Never empty.
    pub(super) subject: Vec<Place<'s>>,
    /// `goes down`, `becomes ERROR`.
    pub(super) change: (Word<'s>, Option<Word<'s>>),
    pub(super) lasting: Option<Spanned<Amount<'s>>>,
}

#[derive(Debug)]
pub(super) struct Expect<'s> {
    pub(super) span: Span,
    pub(super) what: Expectation<'s>,
}

#[derive(Debug)]
pub(super) enum Expectation<'s> {
    Tally(Watch<'s>, Bound, Word<'s>),
    Absence(Watch<'s>),
    Order(Watch<'s>, Watch<'s>),
    Retry(Watch<'s>, Spanned<Amount<'s>>),
    NothingLeft,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Bound {
    Exactly,
    AtLeast,
    AtMost,
}

/// A label or a selection of commands.
#[derive(Debug)]
pub(super) struct Watch<'s> {
    pub(super) name: Word<'s>,
    pub(super) on: Option<Vec<Place<'s>>>,
    pub(super) condition: Option<Spanned<Condition<'s>>>,
}
