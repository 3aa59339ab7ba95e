//! What a body has to look like, as data, and the words in which a violation is told.
//!
//! The services check bodies with JSON Schema and show the first violation that it finds; the order of
//! checks and the texts here are those of Python's `jsonschema`.

mod check;
mod format;

use serde_json::Value;

pub(super) use check::{boolean_complaint, check, check_member, no_match, unexpected};

/// The shape of a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Schema {
    Anything,
    Text(Text),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// What Nova takes for yes or no.
    Boolean,
    /// The same, or `auto`.
    BooleanOrAuto,
    /// What Keystone takes for yes or no, or `null`.
    Flag,
    /// A whole number, not in quotes.
    Integer {
        min: i64,
        max: i64,
    },
    /// Anything of one of these types of JSON.
    Type(&'static [&'static str]),
    /// A number, or digits in quotes.
    Number {
        min: i64,
        max: i64,
    },
    /// A whole number, or its digits in quotes, of which there is at least one.
    Digits {
        min: i64,
        max: i64,
    },
    /// The same, or nothing.
    DigitsOrNull {
        min: i64,
        max: i64,
    },
    /// A number above 0, or one in quotes.
    Positive,
    Object(&'static Object),
    /// Nothing, or a value of this shape.
    OrNull(&'static Schema),
    ObjectOrNull(&'static Object),
    Null,
    List(List),
    /// A value of this shape, or a list of such.
    OneOrMany(&'static Schema),
    /// Any one of several.
    Either(&'static [Schema]),
    /// All of several, checked in this order.
    All(&'static [Schema]),
}

/// A string. Lengths are in characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) pattern: Option<Pattern>,
    pub(super) format: Option<Format>,
    /// What else it may be: `null`, `integer`, `number`.
    pub(super) or: &'static [&'static str],
}

/// A string of any form.
pub(super) const TEXT: Text = Text {
    min: 0,
    max: usize::MAX,
    pattern: None,
    format: None,
    or: &[],
};

/// A pattern as it is shown, and what it means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pattern {
    pub(super) shown: &'static str,
    pub(super) accepts: fn(&str) -> bool,
}

/// A form that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Printable, without space at its ends.
    Name,
    /// Printable; space at its ends is cut off.
    LooseName,
    Uuid,
    Ipv4,
    Ipv6,
    Base64,
}

/// An object with known properties.
#[derive(Debug)]
pub(super) struct Object {
    /// Checked in this order.
    pub(super) properties: &'static [Property],
    pub(super) others: Others,
    pub(super) max: usize,
}

impl Object {
    /// Whether it has a property of that name at a microversion.
    pub(super) fn has(&self, name: &str, version: u32) -> bool {
        let mut named = self.properties.iter().filter(|known| known.name == name);
        named.any(|property| property.exists(version))
    }
}

/// What an object may have beside its known properties.
#[derive(Debug)]
pub(super) enum Others {
    Refused,
    Welcome,
    /// Refused at earlier microversions, which is told before what is missing.
    WelcomeSince(u32),
    /// Names of this pattern, with values of this shape.
    Matching(Pattern, Schema),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    pub(super) items: &'static Schema,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) or_null: bool,
    /// Whether no item may be there twice.
    pub(super) unique: bool,
}

/// A property, and the microversions that have it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property {
    name: &'static str,
    schema: Schema,
    since: u32,
    until: u32,
    required_since: u32,
}

const NEVER: u32 = u32::MAX;

impl Property {
    pub(super) const fn since(self, since: u32) -> Self {
        Self { since, ..self }
    }

    pub(super) const fn until(self, until: u32) -> Self {
        Self { until, ..self }
    }

    pub(super) const fn required(self) -> Self {
        self.required_since(0)
    }

    pub(super) const fn required_since(self, required_since: u32) -> Self {
        Self {
            required_since,
            ..self
        }
    }

    fn exists(&self, version: u32) -> bool {
        (self.since..=self.until).contains(&version)
    }
}

pub(super) const fn property(name: &'static str, schema: Schema) -> Property {
    Property {
        name,
        schema,
        since: 0,
        until: NEVER,
        required_since: NEVER,
    }
}

/// An object with these properties and no others.
pub(super) const fn object(properties: &'static [Property]) -> Object {
    Object {
        properties,
        others: Others::Refused,
        max: usize::MAX,
    }
}

pub(super) const fn list(items: &'static Schema) -> Schema {
    Schema::List(List {
        items,
        min: 0,
        max: usize::MAX,
        or_null: false,
        unique: false,
    })
}

/// The largest number that fits Nova's database.
pub(super) const MAX_INT: i64 = 2_147_483_647;

pub(super) const NAME: Text = Text {
    min: 1,
    max: 255,
    format: Some(Format::Name),
    ..TEXT
};

/// A name as older bodies take it.
pub(super) const LOOSE_NAME: Text = Text {
    max: 255,
    format: Some(Format::LooseName),
    ..TEXT
};

pub(super) const UUID: Schema = Schema::Text(Text {
    format: Some(Format::Uuid),
    ..TEXT
});

/// What Nova takes for yes; compared without regard to case.
const YES: &[&str] = &["true", "1", "on", "yes"];

/// Whether a value that passed [`Schema::Boolean`] means yes.
pub(super) fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => YES.iter().any(|yes| text.eq_ignore_ascii_case(yes)),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// A number that passed [`Schema::Digits`].
pub(super) fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// A number that passed [`Schema::Number`].
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const INNER: Object = object(&[
        property("name", Schema::Text(NAME)).required(),
        property("count", Schema::Number { min: 1, max: 9 }),
        property("mode", Schema::Choice(&["AUTO", "MANUAL"])),
        property("flag", Schema::Boolean),
        property("new", Schema::Anything)
            .since(19)
            .required_since(37),
        property("ids", list(&UUID)),
    ]);
    const BODY: Object = object(&[property("thing", Schema::Object(&INNER)).required()]);

    fn complaint(body: Value, version: u32) -> String {
        check(&BODY, &body, version).map_or_else(|fault| fault.message, |()| String::new())
    }

    #[test]
    fn violations_are_told_in_the_words_of_jsonschema() {
        let tell = |thing: Value| complaint(json!({ "thing": thing }), 1);
        assert_eq!(tell(json!({"name": "x", "count": "3", "flag": "on"})), "");
        assert_eq!(complaint(json!({}), 1), "'thing' is a required property");
        assert_eq!(complaint(json!([]), 1), "[] is not of type 'object'");
        assert_eq!(
            tell(json!({"name": 1})),
            "Invalid input for field/attribute name. Value: 1. 1 is not of type 'string'"
        );
        assert_eq!(
            tell(json!({"name": "x", "a": 1, "b": 2})),
            "Invalid input for field/attribute thing. Value: {'name': 'x', 'a': 1, 'b': 2}. \
             Additional properties are not allowed ('a', 'b' were unexpected)"
        );
        assert_eq!(
            tell(json!({"name": "x", "mode": "NO"})),
            "Invalid input for field/attribute mode. Value: NO. 'NO' is not one of ['AUTO', 'MANUAL']"
        );
        assert_eq!(
            tell(json!({"name": "x", "count": 0})),
            "Invalid input for field/attribute count. Value: 0. 0 is less than the minimum of 1"
        );
        assert_eq!(
            tell(json!({"name": "x", "ids": ["y"]})),
            "Invalid input for field/attribute 0. Value: y. 'y' is not a 'uuid'"
        );
        assert!(tell(json!({"name": " x"})).starts_with("An invalid 'name' value was provided."));
    }

    #[test]
    fn properties_come_and_become_required_with_their_versions() {
        let body = json!({"thing": {"name": "x", "new": 1}});
        assert!(complaint(body.clone(), 18).contains("'new' was unexpected"));
        assert_eq!(complaint(body, 19), "");
        let body = json!({"thing": {"name": "x", "bogus": 1}});
        assert!(complaint(body.clone(), 37).contains("'new' is a required property"));
        assert_eq!(complaint(body, 0), "");
    }
}
