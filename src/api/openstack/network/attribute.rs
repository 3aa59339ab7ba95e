//! The attributes of a kind of thing, as data: what validation, defaults, rendering and filters are made of.

use serde_json::{Value, json};

use super::super::render::Seconds;
use super::kind::Kind;
use super::resource::{Resource, owner};
use crate::world::World;

/// One attribute of a `T`.
pub(super) struct Attribute<T: 'static> {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// What a create has where it says nothing; `None` where it may not say anything.
    pub(super) post: Option<Preset>,
    /// Whether an update may change it.
    pub(super) put: bool,
    pub(super) seen_by: Audience,
    pub(super) set_by: Setter,
    /// Its value; `None` for what is only put in.
    pub(super) show: Option<fn(&World, &T) -> Value>,
    /// Puts a value in; `None` where there are rules about it that are the resource's own.
    pub(super) set: Option<fn(&mut T, &Value)>,
}

/// What stands for an attribute that a create does not name.
#[derive(Clone, Copy)]
pub(super) enum Preset {
    /// Nothing can.
    Required,
    /// What is best, which the resource knows.
    Unset,
    Null,
    Text(&'static str),
    Flag(bool),
    EmptyList,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    All,
    Admins,
}

/// Who may set an attribute. Neutron names what it has rules about, when it refuses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Setter {
    Anyone,
    /// Anyone who may do the whole, but there is a rule.
    Owner,
    Admins,
}

/// An attribute that only the cloud sets.
pub(super) const fn shown<T>(name: &'static str, show: fn(&World, &T) -> Value) -> Attribute<T> {
    Attribute {
        name,
        kind: Kind::Anything,
        post: None,
        put: false,
        seen_by: Audience::All,
        set_by: Setter::Anyone,
        show: Some(show),
        set: None,
    }
}

/// An attribute of a create that is not shown again.
pub(super) const fn input<T>(name: &'static str, kind: Kind) -> Attribute<T> {
    Attribute {
        name,
        kind,
        post: Some(Preset::Unset),
        put: false,
        seen_by: Audience::All,
        set_by: Setter::Anyone,
        show: None,
        set: None,
    }
}

impl<T> Attribute<T> {
    /// Creates may name it.
    pub(super) const fn post(self, kind: Kind, preset: Preset) -> Self {
        Self {
            kind,
            post: Some(preset),
            ..self
        }
    }

    /// Updates may change it.
    pub(super) const fn put(self) -> Self {
        Self { put: true, ..self }
    }

    /// Creates and updates may name it, and all there is to do is to put it in.
    pub(super) const fn settable(
        self,
        kind: Kind,
        preset: Preset,
        set: fn(&mut T, &Value),
    ) -> Self {
        Self {
            set: Some(set),
            ..self.post(kind, preset).put()
        }
    }

    /// As [`Attribute::settable`], but only in creates.
    pub(super) const fn settable_once(
        self,
        kind: Kind,
        preset: Preset,
        set: fn(&mut T, &Value),
    ) -> Self {
        Self {
            put: false,
            ..self.settable(kind, preset, set)
        }
    }

    pub(super) const fn set_by(self, set_by: Setter) -> Self {
        Self { set_by, ..self }
    }

    /// Only admins see it, and only they set it.
    pub(super) const fn for_admins(self) -> Self {
        Self {
            seen_by: Audience::Admins,
            set_by: Setter::Admins,
            ..self
        }
    }
}

impl Preset {
    /// The value; `None` where there is none.
    pub(super) fn value(self) -> Option<Value> {
        match self {
            Preset::Required | Preset::Unset => None,
            Preset::Null => Some(Value::Null),
            Preset::Text(text) => Some(text.into()),
            Preset::Flag(flag) => Some(flag.into()),
            Preset::EmptyList => Some(json!([])),
        }
    }
}

/// A name of the client's choice.
pub(super) const fn name<T: Resource>() -> Attribute<T> {
    shown("name", |_, item: &T| json!(item.meta().name)).settable(
        Kind::Text(255),
        Preset::Text(""),
        |item, value| item.meta_mut().name = text(value).into(),
    )
}

/// Words of the client's, to find it by.
pub(super) const fn tags<T: Resource>() -> Attribute<T> {
    shown("tags", |_, item: &T| json!(item.meta().tags))
}

/// Whose it is.
const fn project<T: Resource>(name: &'static str) -> Attribute<T> {
    shown(name, |_, item: &T| owner(item.meta().project)).post(Kind::Text(255), Preset::Unset)
}

/// What everything has.
pub(super) const fn common<T: Resource>() -> [Attribute<T>; 7] {
    [
        shown("id", |_, item: &T| json!(item.meta().id)),
        project("tenant_id"),
        project("project_id"),
        shown("description", |_, item: &T| json!(item.meta().description)).settable(
            Kind::TextOrNull(255),
            Preset::Text(""),
            |item, value| item.meta_mut().description = text(value).into(),
        ),
        shown("created_at", |_, item: &T| {
            json!(Seconds(item.meta().created))
        }),
        shown("updated_at", |_, item: &T| {
            json!(Seconds(item.meta().updated))
        }),
        shown("revision_number", |_, item: &T| json!(item.meta().revision)),
    ]
}

/// A text that was checked to be one; empty for null.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A flag that was checked to be one.
pub(super) fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_default()
}

/// Texts that were checked to be some.
pub(super) fn texts(value: &Value) -> Vec<std::sync::Arc<str>> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(Into::into).collect()
}
