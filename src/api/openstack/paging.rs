//! One page of a list.

use super::Call;
use super::compute::is_rackspaces;
use crate::vocabulary::fault::Fault;

/// The most that a page holds, as the services are configured by default.
const MAX_LIMIT: usize = 1000;

/// A page, and whether its client should ask for another.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// The link to the next page, where the page is full: it may turn out to be empty, but not in version 2 of
    /// Compute.
    pub(super) next: Option<String>,
}

/// Cuts a page out of a list: what comes after `marker`, no more than `limit`. `self_url` is the link to the
/// list itself. `None` when nothing has the marker's id.
pub(super) fn page<T>(
    call: &Call,
    self_url: &str,
    items: impl Iterator<Item = T>,
    id: impl Fn(&T) -> String,
) -> Option<Page<T>> {
    page_of(call, self_url, items, MAX_LIMIT, id)
}

/// As [`page`], of a service whose pages hold `usual` things where the client does not say.
pub(super) fn page_of<T>(
    call: &Call,
    self_url: &str,
    items: impl Iterator<Item = T>,
    usual: usize,
    id: impl Fn(&T) -> String,
) -> Option<Page<T>> {
    let marker = call.param("marker");
    let limit = call.param("limit").and_then(|limit| limit.parse().ok());
    let limit: usize = limit.unwrap_or(usual).min(MAX_LIMIT);
    let mut items = items.peekable();
    if let Some(marker) = marker {
        items.find(|item| id(item) == marker)?;
    }
    let page: Vec<T> = items.by_ref().take(limit).collect();
    // Later versions do not look whether there is more.
    let is_full = page.len() == limit && (!is_rackspaces(call) || items.peek().is_some());
    let last = page.last().filter(|_| is_full).map(id);
    let next = last.map(|last| format!("{self_url}?{}", next_query(call, &last)));
    Some(Page { items: page, next })
}

/// The query of the next page: the same, sorted by name, from `marker` on.
fn next_query(call: &Call, marker: &str) -> String {
    let mut params: Vec<(&str, &str)> = call
        .query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    params.retain(|(name, _)| *name != "marker");
    params.sort_by_key(|(name, _)| *name);
    params.push(("marker", marker));
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish()
}

/// Nova's complaint about a marker.
pub(super) fn no_marker(call: &Call) -> Fault {
    Fault::bad_request(format!(
        "marker [{}] not found",
        call.param("marker").unwrap_or_default()
    ))
}
