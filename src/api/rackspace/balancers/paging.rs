//! Lists in pages.

use serde_json::{Value, json};

use super::gate::Ask;

/// How many there are on a page at most, and where nobody says otherwise.
const MOST: usize = 100;

/// A page of a list, below its name. `id_of` tells what a marker is compared with: the page begins with the
/// item that has it.
pub(super) fn page<T>(
    ask: &Ask<'_>,
    name: &str,
    items: &[T],
    id_of: impl Fn(&T) -> u32,
    show: impl Fn(&T) -> Value,
) -> Value {
    let number = |name: &str| ask.call.param(name)?.parse::<usize>().ok();
    let marker = ask
        .call
        .param("marker")
        .and_then(|id| id.parse::<u32>().ok());
    let start = match (marker, number("offset")) {
        (Some(marker), _) => items.iter().position(|item| id_of(item) >= marker),
        (None, offset) => Some(offset.unwrap_or(0)),
    };
    let start = start.unwrap_or(items.len()).min(items.len());
    let limit = number("limit").filter(|limit| *limit > 0).unwrap_or(MOST);
    let limit = limit.min(MOST);
    let end = (start + limit).min(items.len());
    let shown: Vec<Value> = items[start..end].iter().map(show).collect();
    let mut body = json!({ name: shown });
    let previous = (start > 0).then(|| link(ask, "previous", start.saturating_sub(limit), limit));
    let next = (end < items.len()).then(|| link(ask, "next", end, limit));
    let links: Vec<Value> = next.into_iter().chain(previous).collect();
    if !links.is_empty() {
        body["links"] = links.into();
    }
    body
}

/// The link to another page of the same list.
fn link(ask: &Ask<'_>, relation: &str, offset: usize, limit: usize) -> Value {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let is_own = |name: &str| matches!(name, "offset" | "limit" | "marker" | "cache-busting");
    let others = ask.call.query.iter().filter(|(name, _)| !is_own(name));
    query.extend_pairs(others);
    query.append_pair("offset", &offset.to_string());
    query.append_pair("limit", &limit.to_string());
    let (base, path) = (&ask.call.base_url, &ask.call.request.path);
    json!({"href": format!("{base}{path}?{}", query.finish()), "rel": relation})
}
