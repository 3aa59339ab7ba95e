//! Lists: whose things, which of them, in what order, how many.

use std::cmp::Ordering;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::query::flag;
use super::complaint::invalid_input;
use super::resource::{Key, Resource, found};
use super::{Answer, Call, is_detailed};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::id_text;

/// The most that a page holds (`osapi_max_limit`).
const MAX_LIMIT: usize = 1000;

/// A list of things, each shown by `show`, whose second argument asks for details.
pub(super) fn list<T: Resource>(
    world: &World,
    call: &Call,
    show: fn(&World, &Call, &T, bool) -> Value,
) -> Result<Answer, Fault> {
    let is_detailed = is_detailed(call);
    let selected = select::<T>(world, call)?;
    let total = selected.len();
    let page = Page::of(call)?;
    let rest = after_marker(world, call, selected)?;
    let items: Vec<&T> = rest.skip(page.offset).take(page.limit).collect();
    let mut body = Map::new();
    let shown = items
        .iter()
        .map(|item| show(world, call, item, is_detailed));
    body.insert(T::PATH.to_owned(), shown.collect());
    let last = items.last().filter(|_| items.len() == page.limit);
    if let Some(last) = last {
        let next = json!([{"rel": "next", "href": next(call, &last.id().to_string())}]);
        body.insert(format!("{}_links", T::PATH), next);
    }
    if call.microversion >= 45
        && call
            .param("with_count")
            .is_some_and(|word| flag(word) == Ok(true))
    {
        body.insert("count".to_owned(), total.into());
    }
    Ok(Answer::json(StatusCode::OK, &body))
}

/// All that the query asks for, in its order.
pub(super) fn select<'a, T: Resource>(world: &'a World, call: &Call) -> Result<Vec<&'a T>, Fault> {
    let order = order::<T>(call)?;
    let mut items: Vec<&T> = T::store(world)
        .iter()
        .filter(|item| is_asked_for(call, *item) && agrees(world, call, *item))
        .collect();
    if order.first().is_none_or(|(_, is_ascending)| !is_ascending) {
        items.reverse();
    }
    items.sort_by(|a, b| {
        let orders = order.iter().map(|(key, is_ascending)| match is_ascending {
            true => (key.compare)(a, b),
            false => (key.compare)(b, a),
        });
        orders.fold(Ordering::Equal, Ordering::then)
    });
    Ok(items)
}

/// Whether a thing is of the caller's project, or of the one that an administrator asks about.
fn is_asked_for<T: Resource>(call: &Call, item: &T) -> bool {
    let session = call.session.as_deref();
    let own = session.and_then(|session| session.project.as_ref());
    let is_own = own.is_some_and(|own| own.id == item.project());
    let asks_for_all = call
        .param("all_tenants")
        .is_some_and(|word| flag(word) == Ok(true));
    if !call.is_admin() {
        return is_own;
    }
    match call.param("project_id") {
        Some(wanted) => id_text(item.project()) == wanted,
        None => is_own || asks_for_all,
    }
}

fn agrees<T: Resource>(world: &World, call: &Call, item: &T) -> bool {
    T::FILTERS
        .iter()
        .filter(|filter| filter.since <= call.microversion)
        .all(|filter| {
            let wanted = call.param(filter.name);
            wanted.is_none_or(|wanted| (filter.test)(world, item, wanted))
        })
}

type Order<T> = Vec<(&'static Key<T>, bool)>;

/// `sort=name:asc,size`, or `sort_key` and `sort_dir`; the newest first unless told otherwise.
fn order<T: Resource>(call: &Call) -> Result<Order<T>, Fault> {
    let listed = call.param("sort");
    let single = (call.param("sort_key"), call.param("sort_dir"));
    let pairs: Vec<(&str, &str)> = match (listed, single) {
        (Some(_), (Some(_), _) | (_, Some(_))) => {
            return Err(Fault::bad_request(
                "The 'sort_key' and 'sort_dir' parameters are deprecated and cannot be used with the 'sort' \
                 parameter.",
            ));
        }
        (Some(sort), _) => sort
            .split(',')
            .map(|item| item.split_once(':').unwrap_or((item, "desc")))
            .collect(),
        (None, (name, direction)) => {
            vec![(name.unwrap_or("created_at"), direction.unwrap_or("desc"))]
        }
    };
    let read = |(name, direction): (&str, &str)| {
        let key = T::KEYS.iter().find(|key| key.name == name.trim());
        let key = key.ok_or_else(|| {
            invalid_input(format!("Sort key supplied is invalid: {}", name.trim()))
        })?;
        match direction.trim().to_ascii_lowercase().as_str() {
            "asc" => Ok((key, true)),
            "desc" => Ok((key, false)),
            other => Err(invalid_input(format!(
                "Unknown sort direction, must be one of: asc, desc: {other}"
            ))),
        }
    };
    pairs.into_iter().map(read).collect()
}

struct Page {
    limit: usize,
    offset: usize,
}

impl Page {
    fn of(call: &Call) -> Result<Self, Fault> {
        let number = |name: &str, usual: usize| match call.param(name) {
            None => Ok(usual),
            Some(text) => match text.parse::<i64>() {
                Err(_) => Err(Fault::bad_request(format!("{name} must be an integer"))),
                Ok(number) => usize::try_from(number)
                    .map_err(|_| Fault::bad_request(format!("{name} must be >= 0"))),
            },
        };
        Ok(Self {
            limit: number("limit", MAX_LIMIT)?.min(MAX_LIMIT),
            offset: number("offset", 0)?,
        })
    }
}

fn after_marker<'a, T: Resource>(
    world: &'a World,
    call: &Call,
    items: Vec<&'a T>,
) -> Result<std::iter::Skip<std::vec::IntoIter<&'a T>>, Fault> {
    let position = match call.param("marker") {
        None => 0,
        Some(marker) => {
            let marker = found::<T>(world, call, marker)?.id();
            let position = items.iter().position(|item| item.id() == marker);
            position.map_or(items.len(), |position| position + 1)
        }
    };
    Ok(items.into_iter().skip(position))
}

/// The link to the next page: the same query, from the last of this one on.
fn next(call: &Call, marker: &str) -> String {
    let params = call.query.iter();
    let params = params.filter(|(name, _)| name != "marker" && name != "offset");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .append_pair("marker", marker)
        .finish();
    format!("{}{}?{query}", call.base_url, call.request.path)
}
