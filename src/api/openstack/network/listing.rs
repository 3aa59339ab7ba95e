//! Lists: filters, order, pages and fields, alike for every kind of thing.

use std::cmp::Ordering;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::python::quoted;
use super::super::query;
use super::attribute::{Attribute, Audience};
use super::kind::bad_request;
use super::resource::{Resource, attributes, is_visible, view};
use super::{Answer, Call};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

/// The things that the query asks for.
pub(super) fn list<T: Resource>(
    world: &mut World,
    call: &Call,
    _: Landing,
) -> Result<Answer, Fault> {
    let orders = orders::<T>(call)?;
    let page = Page::of(call)?;
    let filters = filters::<T>(call);
    let mut items: Vec<&T> = match T::candidates(world, call) {
        Some(ids) => {
            let store = T::store(&world.networking);
            ids.into_iter().filter_map(|id| store.get(id)).collect()
        }
        None => T::store(&world.networking).iter().collect(),
    };
    items.retain(|item| is_visible(world, call, *item) && filters.admit(world, *item));
    sort(world, &mut items, &orders);
    let id = |item: &&T| item.meta().id.to_string();
    let items = page.cut(items, id);
    let shown: Vec<Value> = items.iter().map(|item| view(world, call, *item)).collect();
    let ends = items.first().map(id).zip(items.last().map(id));
    Ok(page.answer(call, T::PLURAL, shown, ends))
}

/// Values that are no resource of their own, as a list: agents, zones, extensions.
pub(super) fn list_values(call: &Call, name: &str, items: Vec<Value>) -> Result<Answer, Fault> {
    let page = Page::of(call)?;
    let names: Vec<&str> = items
        .first()
        .and_then(Value::as_object)
        .map(|members| members.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let wanted: Vec<(&str, Vec<&str>)> = names
        .iter()
        .map(|name| (*name, values(call, name).collect::<Vec<_>>()))
        .filter(|(_, wanted)| !wanted.is_empty())
        .collect();
    let fits = |item: &Value| {
        let mut wanted = wanted.iter();
        wanted.all(|(name, wanted)| wanted.iter().any(|wanted| is(&item[*name], wanted)))
    };
    let items: Vec<Value> = items.iter().filter(|item| fits(item)).cloned().collect();
    let id = |item: &Value| item["id"].as_str().unwrap_or_default().to_owned();
    let items = page.cut(items, id);
    let ends = items.first().map(id).zip(items.last().map(id));
    let shown = items.into_iter().map(|item| with_fields(call, item));
    Ok(page.answer(call, name, shown.collect(), ends))
}

fn with_fields(call: &Call, item: Value) -> Value {
    let fields: Vec<&str> = values(call, "fields").collect();
    match item {
        Value::Object(members) if !fields.is_empty() => {
            let is_wanted = |(name, _): &(String, Value)| fields.contains(&name.as_str());
            members
                .into_iter()
                .filter(is_wanted)
                .collect::<Map<_, _>>()
                .into()
        }
        item => item,
    }
}

/// The values that the query has for a name.
pub(super) fn values<'a>(call: &'a Call, name: &str) -> impl Iterator<Item = &'a str> {
    let named = call.query.iter().filter(move |(known, _)| known == name);
    named.map(|(_, value)| value.as_str())
}

/// What the query asks of each thing.
struct Filters<'a, T: Resource> {
    /// An attribute, and the values of which it must have one.
    by_attribute: Vec<(&'static Attribute<T>, Vec<&'a str>)>,
    by_tags: Vec<(TagTest, Vec<&'a str>)>,
}

/// Whether all, any, not all or none of some tags are there.
type TagTest = fn(&[&str], &dyn Fn(&str) -> bool) -> bool;

const TAG_TESTS: &[(&str, TagTest)] = &[
    ("tags", |wanted, has| wanted.iter().all(|tag| has(tag))),
    ("tags-any", |wanted, has| wanted.iter().any(|tag| has(tag))),
    ("not-tags", |wanted, has| !wanted.iter().all(|tag| has(tag))),
    ("not-tags-any", |wanted, has| {
        !wanted.iter().any(|tag| has(tag))
    }),
];

fn filters<T: Resource>(call: &Call) -> Filters<'_, T> {
    let by_attribute = attributes::<T>()
        .filter(|attribute| attribute.show.is_some() && attribute.name != "tags")
        .map(|attribute| (attribute, values(call, attribute.name).collect::<Vec<_>>()))
        .filter(|(_, wanted)| !wanted.is_empty());
    let by_tags = TAG_TESTS.iter().filter_map(|(name, test)| {
        let tags: Vec<&str> = values(call, name)
            .flat_map(|tags| tags.split(','))
            .collect();
        (!tags.is_empty()).then_some((*test, tags))
    });
    Filters {
        by_attribute: by_attribute.collect(),
        by_tags: by_tags.collect(),
    }
}

impl<T: Resource> Filters<'_, T> {
    fn admit(&self, world: &World, item: &T) -> bool {
        let has = |tag: &str| item.meta().tags.iter().any(|known| **known == *tag);
        let agrees = |(attribute, wanted): &(&Attribute<T>, Vec<&str>)| {
            let value = attribute
                .show
                .map(|show| show(world, item))
                .unwrap_or_default();
            wanted.iter().any(|wanted| is(&value, wanted))
        };
        self.by_attribute.iter().all(agrees)
            && self.by_tags.iter().all(|(test, tags)| test(tags, &has))
    }
}

/// Whether a value is what a query asks for; of a list, one of it.
fn is(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Bool(flag) => query::flag(wanted).is_ok_and(|wanted| wanted == *flag),
        Value::Number(number) => number.to_string() == wanted,
        Value::Null => wanted.is_empty(),
        Value::Array(items) => items.iter().any(|item| is(item, wanted)),
        // `fixed_ips=ip_address=10.0.0.2`
        Value::Object(members) => {
            let (field, wanted) = wanted.split_once('=').unwrap_or(("ip_address", wanted));
            members.get(field).is_some_and(|value| is(value, wanted))
        }
    }
}

/// An attribute to sort by, and whether it grows.
type Order<T> = (&'static Attribute<T>, bool);

fn orders<T: Resource>(call: &Call) -> Result<Vec<Order<T>>, Fault> {
    let keys: Vec<&str> = values(call, "sort_key")
        .filter(|key| !key.is_empty())
        .collect();
    let directions: Vec<&str> = values(call, "sort_dir")
        .filter(|dir| !dir.is_empty())
        .collect();
    if keys.len() != directions.len() {
        return Err(bad_request(
            "The number of sort_keys and sort_dirs must be same",
        ));
    }
    let find = |key: &str| {
        attributes::<T>().find(|known| known.name == key && known.seen_by == Audience::All)
    };
    let unknown: Vec<&str> = keys
        .iter()
        .copied()
        .filter(|key| find(key).is_none())
        .collect();
    if !unknown.is_empty() {
        return Err(bad_request(format!(
            "{} is invalid attribute for sort_keys",
            shown(&unknown)
        )));
    }
    let is_direction = |word: &str| matches!(word, "asc" | "desc");
    let invalid: Vec<&str> = directions
        .iter()
        .copied()
        .filter(|d| !is_direction(d))
        .collect();
    if !invalid.is_empty() {
        return Err(bad_request(format!(
            "{} is invalid value for sort_dirs, valid value is 'asc' and 'desc'",
            shown(&invalid)
        )));
    }
    let pairs = keys.iter().zip(directions);
    Ok(pairs
        .filter_map(|(key, direction)| Some((find(key)?, direction == "asc")))
        .collect())
}

fn shown(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("[{}]", words.join(", "))
}

fn sort<T: Resource>(world: &World, items: &mut Vec<&T>, orders: &[Order<T>]) {
    if orders.is_empty() {
        return;
    }
    let key = |item: &T| -> Vec<Value> {
        let values = orders.iter().filter_map(|(attribute, _)| attribute.show);
        values.map(|show| show(world, item)).collect()
    };
    let mut keyed: Vec<(Vec<Value>, &T)> = items.drain(..).map(|item| (key(item), item)).collect();
    keyed.sort_by(|(one, _), (other, _)| {
        let pairs = one.iter().zip(other).zip(orders);
        let mut differences = pairs.map(|((one, other), (_, grows))| {
            let order = compare(one, other);
            if *grows { order } else { order.reverse() }
        });
        differences
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    items.extend(keyed.into_iter().map(|(_, item)| item));
}

fn compare(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Number(one), Value::Number(other)) => one.as_i64().cmp(&other.as_i64()),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (one, other) => one.is_null().cmp(&other.is_null()).reverse(),
    }
}

/// The part of a list that is asked for.
struct Page<'a> {
    /// `None` for all of it.
    limit: Option<usize>,
    marker: Option<&'a str>,
    is_reverse: bool,
}

impl<'a> Page<'a> {
    fn of(call: &'a Call) -> Result<Self, Fault> {
        let limit = match call.param("limit") {
            None => None,
            Some(text) => match text.parse() {
                Ok(limit) => Some(limit).filter(|limit| *limit > 0),
                Err(_) => {
                    let message = format!(
                        "Bad limit request: Limit must be an integer 0 or greater and not '{text}'."
                    );
                    return Err(Fault::bad_request(message).named("BadRequest"));
                }
            },
        };
        Ok(Self {
            limit,
            // Without a limit, Neutron does not look at it.
            marker: limit.and_then(|_| call.param("marker")),
            is_reverse: call
                .param("page_reverse")
                .is_some_and(|word| word.eq_ignore_ascii_case("true")),
        })
    }

    fn cut<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> String) -> Vec<T> {
        let Some(limit) = self.limit else {
            return items;
        };
        let marker = self
            .marker
            .and_then(|marker| items.iter().position(|item| id(item) == marker));
        let range = match (self.is_reverse, marker) {
            (false, None) => 0..limit.min(items.len()),
            (false, Some(marker)) => {
                marker + 1..(marker + 1).saturating_add(limit).min(items.len())
            }
            (true, None) => items.len().saturating_sub(limit)..items.len(),
            (true, Some(marker)) => marker.saturating_sub(limit)..marker,
        };
        items.drain(range).collect()
    }

    /// The answer, with links to what comes before and after.
    fn answer(
        &self,
        call: &Call,
        name: &str,
        items: Vec<Value>,
        ends: Option<(String, String)>,
    ) -> Answer {
        let is_full = self.limit.is_some_and(|limit| items.len() >= limit);
        let mut links = Vec::new();
        if self.limit.is_some() {
            let (first, last) =
                ends.map_or((None, None), |(first, last)| (Some(first), Some(last)));
            if is_full || self.is_reverse {
                links.push(json!({"rel": "next", "href": link(call, last, false)}));
            }
            if is_full || !self.is_reverse {
                links.push(json!({"rel": "previous", "href": link(call, first, true)}));
            }
        }
        let mut body = Map::from_iter([(name.to_owned(), Value::from(items))]);
        if !links.is_empty() {
            body.insert(format!("{name}_links"), links.into());
        }
        Answer::json(StatusCode::OK, &body)
    }
}

fn link(call: &Call, marker: Option<String>, is_reverse: bool) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let kept = call
        .query
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "marker" | "page_reverse"));
    query.extend_pairs(kept);
    if let Some(marker) = marker {
        query.append_pair("marker", &marker);
    }
    if is_reverse {
        query.append_pair("page_reverse", "True");
    }
    format!("{}{}?{}", call.base_url, call.request.path, query.finish())
}
