//! What queries ask of providers: amounts of resources, traits, aggregates, a tree.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use super::super::Call;
use super::{classes, traits};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::placement::providers::{Amounts, Provider};

/// What one provider has to have.
#[derive(Debug, Default, Clone)]
pub(super) struct Filter {
    pub(super) resources: Amounts,
    /// One of each set.
    required: Vec<BTreeSet<Arc<str>>>,
    forbidden: BTreeSet<Arc<str>>,
    /// In one of each set.
    member_of: Vec<BTreeSet<Uuid>>,
    not_member_of: BTreeSet<Uuid>,
    pub(super) in_tree: Option<Uuid>,
}

fn bad_value(name: &str, value: &str) -> Fault {
    Fault::bad_request(format!(
        "Badly formed {name} parameter. Expected a known form, got: {value}"
    ))
}

impl Filter {
    /// For whatever has so much to give.
    pub(super) fn for_room(resources: Amounts) -> Self {
        Self {
            resources,
            ..Self::default()
        }
    }

    /// What the query of a list of providers asks for, by microversion.
    pub(super) fn of_list(world: &World, call: &Call) -> Result<Self, Fault> {
        let allowed = [
            ("name", 0),
            ("uuid", 0),
            ("member_of", 3),
            ("resources", 4),
            ("in_tree", 14),
            ("required", 18),
        ];
        let is_allowed = |name: &str| {
            let mut known = allowed.iter();
            known.any(|(known, since)| *known == name && call.microversion >= *since)
        };
        if let Some((name, _)) = call.query.iter().find(|(name, _)| !is_allowed(name)) {
            return Err(Fault::bad_request(format!(
                "Invalid query string parameters: Additional properties are not allowed ('{name}' was \
                 unexpected)"
            )));
        }
        Self::of_group(world, call, "")
    }

    /// What the parameters with this suffix ask for.
    pub(super) fn of_group(world: &World, call: &Call, suffix: &str) -> Result<Self, Fault> {
        let mut filter = Self::default();
        for (name, value) in &call.query {
            let Some(kind) = name.strip_suffix(suffix) else {
                continue;
            };
            match kind {
                "resources" => filter.resources = amounts(world, value)?,
                "required" => filter.require(world, value)?,
                "member_of" => filter.belong(value)?,
                "in_tree" => {
                    let id = Uuid::try_parse(value).map_err(|_| bad_value(name, value))?;
                    filter.in_tree = Some(id);
                }
                _ => {}
            }
        }
        Ok(filter)
    }

    /// `HW_X,!HW_Y` or `in:HW_X,HW_Y`.
    pub(super) fn require(&mut self, world: &World, value: &str) -> Result<(), Fault> {
        let known = |name: &str| traits::known(world, name);
        if let Some(any) = value.strip_prefix("in:") {
            let any: Result<_, Fault> = any.split(',').map(known).collect();
            self.required.push(any?);
            return Ok(());
        }
        for name in value.split(',') {
            match name.strip_prefix('!') {
                Some(name) => {
                    self.forbidden.insert(known(name)?);
                }
                None => self.required.push([known(name)?].into()),
            }
        }
        Ok(())
    }

    /// `UUID`, `in:UUID,UUID`, and either with `!` before it.
    fn belong(&mut self, value: &str) -> Result<(), Fault> {
        let (is_not, ids) = match value.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, value),
        };
        let ids = ids.strip_prefix("in:").unwrap_or(ids);
        let ids: Result<BTreeSet<Uuid>, _> = ids.split(',').map(Uuid::try_parse).collect();
        let ids = ids.map_err(|_| bad_value("member_of", value))?;
        if is_not {
            self.not_member_of.extend(ids);
        } else {
            self.member_of.push(ids);
        }
        Ok(())
    }

    /// Whether a provider has the traits and the aggregates.
    pub(super) fn suits(&self, provider: &Provider) -> bool {
        let has_one = |any: &BTreeSet<Arc<str>>| !any.is_disjoint(&provider.traits);
        let in_one = |any: &BTreeSet<Uuid>| !any.is_disjoint(&provider.aggregates);
        self.required.iter().all(has_one)
            && self.forbidden.is_disjoint(&provider.traits)
            && self.member_of.iter().all(in_one)
            && self.not_member_of.is_disjoint(&provider.aggregates)
    }

    /// Whether a provider has so much of everything to give.
    pub(super) fn has_room(&self, world: &World, provider: &Provider) -> bool {
        if self.resources.is_empty() {
            return true;
        }
        let used = world.used_of(provider.id, None);
        self.resources.iter().all(|(class, amount)| {
            let used = used.get(class).copied().unwrap_or(0);
            let inventory = provider.inventories.get(class);
            inventory.is_some_and(|inventory| {
                inventory.is_portion(*amount) && used + amount <= inventory.capacity()
            })
        })
    }
}

/// `VCPU:1,MEMORY_MB:512`.
fn amounts(world: &World, value: &str) -> Result<Amounts, Fault> {
    let amount = |item: &str| {
        let (class, amount) = item.split_once(':')?;
        let amount: u64 = amount.parse().ok().filter(|amount| *amount > 0)?;
        Some((class.to_owned(), amount))
    };
    let mut amounts = Amounts::new();
    for item in value.split(',') {
        let (class, amount) = amount(item).ok_or_else(|| {
            Fault::bad_request(format!(
                "Badly formed resources parameter. Expected resources query string parameter in form: \
                 ?resources=VCPU:2,MEMORY_MB:1024. Got: {value}."
            ))
        })?;
        if !classes::is_known(world, &class) {
            return Err(Fault::bad_request(format!(
                "Invalid resource class in resources parameter: No such resource class {class}."
            )));
        }
        amounts.insert(class.into(), amount);
    }
    Ok(amounts)
}
