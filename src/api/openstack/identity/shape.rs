//! The shapes that the bodies of Keystone's resources share.

use super::super::schema::{Object, Others, Pattern, Property, Schema, TEXT, Text, property};

/// A name of up to `max` characters, not all of them space.
pub(super) const fn name_of(max: usize) -> Schema {
    Schema::Text(Text {
        min: 1,
        max,
        pattern: Some(Pattern {
            shown: r"[\S]+",
            accepts: |text| text.chars().any(|c| !c.is_whitespace()),
        }),
        ..TEXT
    })
}

pub(super) const NAME: Schema = name_of(255);

const ID_TEXT: Text = Text {
    min: 1,
    max: 64,
    pattern: Some(Pattern {
        shown: "^[a-zA-Z0-9-]+$",
        accepts: |text| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
    }),
    ..TEXT
};

pub(super) const ID: Schema = Schema::Text(ID_TEXT);

pub(super) const ID_OR_NULL: Schema = Schema::Text(Text {
    or: &["null"],
    ..ID_TEXT
});

pub(super) const ANY_TEXT: Schema = Schema::Text(TEXT);

pub(super) const TEXT_OR_NULL: Schema = Schema::Text(Text {
    or: &["null"],
    ..TEXT
});

pub(super) const BOOLEAN: Schema = Schema::Type(&["boolean"]);

const OPTION: Schema = Schema::Type(&["boolean", "null"]);

const MUTABILITY: Object = closed(&[property("immutable", OPTION)]);

/// The options of projects, domains and roles.
pub(super) const OPTIONS: Schema = Schema::Object(&MUTABILITY);

/// A label of a project.
pub(super) const TAG: Schema = Schema::Text(Text {
    min: 1,
    max: 255,
    pattern: Some(Pattern {
        shown: "^[^,/]*$",
        accepts: |text| !text.contains([',', '/']),
    }),
    ..TEXT
});

/// An object that may have properties beside these.
pub(super) const fn open(properties: &'static [Property]) -> Object {
    Object {
        properties,
        others: Others::Welcome,
        max: usize::MAX,
    }
}

/// An object that has no properties beside these.
pub(super) const fn closed(properties: &'static [Property]) -> Object {
    Object {
        properties,
        others: Others::Refused,
        max: usize::MAX,
    }
}
