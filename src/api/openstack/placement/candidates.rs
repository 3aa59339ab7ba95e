//! Where resources could be taken.

use http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::providers::root;
use super::request::Filter;
use super::{Answer, Call, Operation, check_exists};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::providers::{Amounts, Provider};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "placement.list_allocation_candidates",
    land: |world, call| {
        check_exists(call, 10..)?;
        groups(world, call).map(|_| Landing::default())
    },
    run: list,
    is_read: true,
}];

/// The most candidates that are looked for.
const MAX: usize = 1000;

/// What is asked for together, from one provider.
struct Group {
    suffix: String,
    filter: Filter,
}

/// One provider for each group, all in one tree.
type Candidate = Vec<Provider>;

/// The groups of the query: that without a suffix, and, from 1.25 on, those with one.
fn groups(world: &World, call: &Call) -> Result<Vec<Group>, Fault> {
    let mut suffixes: Vec<&str> = Vec::new();
    for (name, _) in &call.query {
        let Some(suffix) = suffix(name) else {
            check_name(call, name)?;
            continue;
        };
        if !suffix.is_empty() && call.microversion < 25 {
            return Err(unexpected(name));
        }
        check_name(call, name.strip_suffix(suffix).unwrap_or(name))?;
        if !suffixes.contains(&suffix) {
            suffixes.push(suffix);
        }
    }
    let groups: Result<Vec<Group>, Fault> = suffixes
        .into_iter()
        .map(|suffix| {
            Ok(Group {
                suffix: suffix.to_owned(),
                filter: Filter::of_group(world, call, suffix)?,
            })
        })
        .collect();
    let groups = groups?;
    let is_asked = groups
        .iter()
        .any(|group| !group.filter.resources.is_empty());
    if is_asked {
        return Ok(groups);
    }
    Err(Fault::bad_request(
        "Invalid query string parameters: 'resources' is a required property",
    ))
}

/// What follows the name of a parameter that belongs to a group.
fn suffix(name: &str) -> Option<&str> {
    let kinds = ["resources", "required", "member_of", "in_tree"];
    kinds.iter().find_map(|kind| name.strip_prefix(kind))
}

fn unexpected(name: &str) -> Fault {
    Fault::bad_request(format!(
        "Invalid query string parameters: Additional properties are not allowed ('{name}' was unexpected)"
    ))
}

/// The parameters, and the microversions that brought them.
const PARAMETERS: &[(&str, u32)] = &[
    ("resources", 10),
    ("limit", 16),
    ("required", 17),
    ("member_of", 21),
    ("group_policy", 25),
    ("in_tree", 31),
    ("root_required", 35),
    ("same_subtree", 36),
];

fn check_name(call: &Call, name: &str) -> Result<(), Fault> {
    let mut known = PARAMETERS.iter();
    if known.any(|(known, since)| *known == name && call.microversion >= *since) {
        return Ok(());
    }
    Err(unexpected(name))
}

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let groups = groups(world, call)?;
    let limit = call.param("limit").and_then(|limit| limit.parse().ok());
    let candidates = find(world, call, &groups);
    let candidates = &candidates[..candidates.len().min(limit.unwrap_or(MAX))];
    let requests: Vec<Value> = candidates
        .iter()
        .map(|candidate| request(call, &groups, candidate))
        .collect();
    let summaries = summaries(world, call, &groups, candidates);
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"allocation_requests": requests, "provider_summaries": summaries}),
    ))
}

/// Goes through the groups one by one, with all that suit each.
fn find(world: &World, call: &Call, groups: &[Group]) -> Vec<Candidate> {
    let all = world.all_providers();
    let isolates = call.param("group_policy") == Some("isolate");
    let mut candidates: Vec<Candidate> = vec![Vec::new()];
    for group in groups {
        let suiting: Vec<&Provider> = all
            .iter()
            .filter(|one| suits(world, &group.filter, one))
            .collect();
        let extended = candidates.iter().flat_map(|candidate| {
            let fits = |one: &&&Provider| goes_with(world, candidate, one, isolates);
            let more = suiting.iter().filter(fits);
            more.map(|one| candidate.iter().chain([*one]).cloned().collect())
        });
        candidates = extended.take(MAX).collect();
    }
    candidates.retain(|candidate| {
        has_room(world, groups, candidate) && is_near(world, call, groups, candidate)
    });
    candidates
}

/// Whether the root has what is asked of it, and the groups that are to be near each other are.
fn is_near(world: &World, call: &Call, groups: &[Group], candidate: &Candidate) -> bool {
    let mut of_root = Filter::default();
    let asks_root = call.param("root_required");
    if let Some(value) = asks_root
        && of_root.require(world, value).is_err()
    {
        return false;
    }
    let root = candidate.first().map(|one| root(world, one));
    let root = root.and_then(|id| world.provider(id));
    let suits_root = asks_root.is_none() || root.is_some_and(|root| of_root.suits(&root));
    let sets = call.query.iter().filter(|(name, _)| name == "same_subtree");
    suits_root
        && sets
            .into_iter()
            .all(|(_, suffixes)| in_one_subtree(world, groups, candidate, suffixes))
}

/// Whether one of the providers of these groups is at or above all others.
fn in_one_subtree(world: &World, groups: &[Group], candidate: &Candidate, suffixes: &str) -> bool {
    let is_asked = |group: &Group| suffixes.split(',').any(|suffix| suffix == group.suffix);
    let chosen = groups.iter().zip(candidate);
    let chosen: Vec<&Provider> = chosen
        .filter(|(group, _)| is_asked(group))
        .map(|(_, provider)| provider)
        .collect();
    let is_top = |top: &&Provider| chosen.iter().all(|one| is_at_or_below(world, one, top.id));
    chosen.is_empty() || chosen.iter().any(is_top)
}

fn is_at_or_below(world: &World, one: &Provider, top: Uuid) -> bool {
    let mut at = Some(one.clone());
    while let Some(provider) = at {
        if provider.id == top {
            return true;
        }
        at = provider.parent.and_then(|parent| world.provider(parent));
    }
    false
}

fn suits(world: &World, filter: &Filter, provider: &Provider) -> bool {
    let tree = filter.in_tree.map(|id| world.provider(id));
    let is_in = |tree: Option<Provider>| {
        tree.is_some_and(|tree| root(world, &tree) == root(world, provider))
    };
    tree.is_none_or(is_in) && filter.suits(provider) && filter.has_room(world, provider)
}

/// Whether a provider can serve beside those of a candidate.
fn goes_with(world: &World, candidate: &Candidate, one: &Provider, isolates: bool) -> bool {
    candidate
        .iter()
        .all(|other| root(world, other) == root(world, one) && !(isolates && other.id == one.id))
}

/// What a candidate takes, by provider.
fn shares(groups: &[Group], candidate: &Candidate) -> Vec<(Uuid, Amounts)> {
    let mut shares: Vec<(Uuid, Amounts)> = Vec::new();
    for (group, provider) in groups.iter().zip(candidate) {
        if group.filter.resources.is_empty() {
            continue;
        }
        let at = match shares.iter().position(|(id, _)| *id == provider.id) {
            Some(at) => at,
            None => {
                shares.push((provider.id, Amounts::new()));
                shares.len() - 1
            }
        };
        for (class, amount) in &group.filter.resources {
            *shares[at].1.entry(class.clone()).or_default() += amount;
        }
    }
    shares
}

/// Several groups may take of the same provider.
fn has_room(world: &World, groups: &[Group], candidate: &Candidate) -> bool {
    shares(groups, candidate)
        .into_iter()
        .all(|(id, resources)| {
            let filter = Filter::for_room(resources);
            let provider = world.provider(id);
            provider.is_some_and(|provider| filter.has_room(world, &provider))
        })
}

/// Before 1.12 a list of providers, then providers by their ids.
fn request(call: &Call, groups: &[Group], candidate: &Candidate) -> Value {
    let shares = shares(groups, candidate);
    let mut request = match call.microversion {
        12.. => {
            let shares = shares.iter();
            let shares: Map<String, Value> = shares
                .map(|(id, amounts)| (id.to_string(), json!({ "resources": amounts })))
                .collect();
            json!({ "allocations": shares })
        }
        _ => {
            let shares = shares.iter();
            let shares: Vec<Value> = shares
                .map(|(id, amounts)| json!({"resource_provider": {"uuid": id}, "resources": amounts}))
                .collect();
            json!({ "allocations": shares })
        }
    };
    if call.microversion >= 34 {
        let groups = groups.iter().zip(candidate);
        let mappings: Map<String, Value> = groups
            .map(|(group, provider)| (group.suffix.clone(), json!([provider.id])))
            .collect();
        request["mappings"] = Value::Object(mappings);
    }
    request
}

fn summaries(
    world: &World,
    call: &Call,
    groups: &[Group],
    candidates: &[Candidate],
) -> Map<String, Value> {
    let is_asked = |class: &str| {
        let mut filters = groups.iter().map(|group| &group.filter);
        call.microversion >= 27 || filters.any(|filter| filter.resources.contains_key(class))
    };
    let mut shown = Map::new();
    for provider in candidates.iter().flatten() {
        let key = provider.id.to_string();
        if !shown.contains_key(&key) {
            shown.insert(key, summary(world, call, provider, &is_asked));
        }
    }
    shown
}

fn summary(
    world: &World,
    call: &Call,
    provider: &Provider,
    is_asked: &dyn Fn(&str) -> bool,
) -> Value {
    let used = world.used_of(provider.id, None);
    let inventories = provider.inventories.iter();
    let resources: Map<String, Value> = inventories
        .filter(|(class, _)| is_asked(class))
        .map(|(class, inventory)| {
            let used = used.get(class).copied().unwrap_or(0);
            let shown = json!({"capacity": inventory.capacity(), "used": used});
            (class.to_string(), shown)
        })
        .collect();
    let mut shown = json!({ "resources": resources });
    if call.microversion >= 17 {
        shown["traits"] = json!(provider.traits);
    }
    if call.microversion >= 29 {
        shown["parent_provider_uuid"] = json!(provider.parent);
        shown["root_provider_uuid"] = json!(root(world, provider));
    }
    shown
}
