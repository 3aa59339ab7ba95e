//! Which providers a list shows.

use super::super::Call;
use super::providers::root;
use super::request::Filter;
use crate::world::World;
use crate::world::placement::providers::Provider;

/// Whether a provider is what the query asks for.
pub(super) fn is_wanted(world: &World, call: &Call, filter: &Filter, provider: &Provider) -> bool {
    let tree = filter.in_tree.map(|id| world.provider(id));
    let is_in_tree =
        |tree: Option<Provider>| tree.is_some_and(|one| root(world, &one) == root(world, provider));
    call.param("name")
        .is_none_or(|name| *provider.name == *name)
        && call
            .param("uuid")
            .is_none_or(|id| provider.id.to_string() == id)
        && tree.is_none_or(is_in_tree)
        && filter.suits(provider)
        && filter.has_room(world, provider)
}
