//! The regions of a cloud. They share who may use it, its clock and where ids come from, and nothing else.
//!
//! So each region is a world of its own, and one of them is *entered*: what is asked of the world is asked of
//! that region. The others wait within it. What all share goes along from one to the next, so that no code
//! that looks at servers, hosts or networks has to know of regions.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::World;
use super::operations::oracle::Oracle;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Scope;
use crate::vocabulary::plan::{TimedAct, TopologyPlan};

impl World {
    /// The region that is entered.
    pub fn region(&self) -> &Arc<str> {
        &self.region
    }

    /// The region of those who name none.
    pub fn default_region(&self) -> &Arc<str> {
        self.regions.first().unwrap_or(&self.region)
    }

    /// Enters a region, the default one where none is named. One that there is not changes nothing.
    pub fn enter(&mut self, region: Option<&str>) {
        let region = region.unwrap_or(self.default_region());
        let is_it = |world: &World| *world.region == *region;
        if let Some(position) = self.elsewhere.iter().position(is_it) {
            self.change_places(position);
        }
    }

    /// Enters the region at that position of those elsewhere, which takes what all regions share.
    fn change_places(&mut self, position: usize) {
        let mut elsewhere = std::mem::take(&mut self.elsewhere);
        let there = &mut elsewhere[position];
        std::mem::swap(&mut self.accounts, &mut there.accounts);
        std::mem::swap(&mut self.clock, &mut there.clock);
        std::mem::swap(&mut self.now, &mut there.now);
        std::mem::swap(&mut self.ids, &mut there.ids);
        std::mem::swap(&mut self.departures, &mut there.departures);
        let numbers = &mut self.balancers.numbers;
        std::mem::swap(numbers, &mut there.balancers.numbers);
        std::mem::swap(self, there);
        self.elsewhere = elsewhere;
    }

    /// All regions, the default one first. Only of the one that is entered are accounts and clock those that
    /// count.
    pub fn in_regions(&self) -> impl Iterator<Item = &World> {
        let named = move |name: &Arc<str>| {
            let mut all = std::iter::once(self).chain(&self.elsewhere);
            all.find(|world| world.region == *name)
        };
        let alone = self.regions.is_empty().then_some(self);
        self.regions.iter().filter_map(named).chain(alone)
    }

    /// Does something in each region, the default one first, until it fails; back in the one that was entered.
    ///
    /// # Errors
    /// The first failure.
    pub fn in_each_region<E>(
        &mut self,
        mut act: impl FnMut(&mut World) -> Result<(), E>,
    ) -> Result<(), E> {
        let (home, regions) = (self.region.clone(), self.regions.clone());
        let entered = regions.iter().try_for_each(|region| {
            self.enter(Some(region));
            act(self)
        });
        self.enter(Some(&home));
        match regions.is_empty() {
            true => act(self),
            false => entered,
        }
    }

    /// When something is due next, in any region.
    pub(super) fn next_due(&self) -> Option<DateTime<Utc>> {
        let regions = std::iter::once(self).chain(&self.elsewhere);
        regions.filter_map(|world| world.events.next_due()).min()
    }

    /// Enters the region in which something is due first, by an instant; false where nothing is. What is due
    /// together comes in the order of the regions.
    pub(super) fn enter_next(
        &mut self,
        timeline: &[TimedAct],
        until: DateTime<Utc>,
        oracle: &dyn Oracle,
    ) -> bool {
        let now = self.now;
        let due = |world: &World| {
            let first = world.due(timeline, now, oracle).first();
            first.filter(|at| *at <= until)
        };
        if self.elsewhere.is_empty() {
            return due(self).is_some();
        }
        let regions = self.in_regions();
        let due = regions.filter_map(|world| Some((due(world)?, world.region.clone())));
        let Some((_, region)) = due.min_by_key(|(at, _)| *at) else {
            return false;
        };
        self.enter(Some(&region));
        true
    }

    /// Whether a zone named by this plan is of a region that there is not.
    pub(super) fn check_regions(&self, topology: &TopologyPlan) -> Result<(), Fault> {
        let unknown = topology.zones.iter().find_map(|(name, zone)| {
            let region = zone.region.as_ref()?;
            let is_known = self.regions.is_empty() || self.regions.contains(region);
            (!is_known).then_some((name, region))
        });
        let Some((zone, region)) = unknown else {
            return Ok(());
        };
        let known: Vec<&str> = self.regions.iter().map(|region| &**region).collect();
        Err(Fault::bad_request(format!(
            "zone \"{zone}\" is of the region \"{region}\", which the setting cloud.regions does not have; it \
             has {}",
            known.join(", ")
        )))
    }

    /// The region that something given on such a place is in: the first that has the place, or else the
    /// default one.
    pub(super) fn region_of(&self, scope: &Scope) -> Arc<str> {
        let mut regions = self.in_regions();
        let has_it = regions.find(|world| !world.topology.hosts_in(scope).is_empty());
        has_it
            .map_or(self.default_region(), |world| &world.region)
            .clone()
    }
}
