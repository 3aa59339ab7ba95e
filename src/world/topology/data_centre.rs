//! The data centre as a whole: what a plan makes of it, and what of it may be taken away.

use uuid::Uuid;

use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::{Level, Place};
use crate::vocabulary::plan::TopologyPlan;
use crate::world::World;
use crate::world::equipment::{Ground, StoragePool};
use crate::world::topology::HostKey;

impl World {
    /// Makes the data centre what the plan says, beside what clients made of it.
    pub(in crate::world) fn plan_data_centre(&mut self, plan: &TopologyPlan) {
        let region = self.region().clone();
        self.topology.apply(plan, &region);
        let ground = Ground {
            topology: &self.topology,
            networking: &self.networking,
            now: self.now,
        };
        self.equipment.apply(plan, &ground);
        self.lay_out_ranges();
        let configured = self.settings.iter();
        let configured = configured.map(|(name, value)| (&**name, &**value));
        let planned = plan.settings.iter();
        let planned = planned.map(|(name, value)| (&**name, &**value));
        self.configuration.plan(configured.chain(planned));
    }

    /// Takes a zone away, with what it has of secondary storage and addresses.
    ///
    /// # Errors
    /// When something is still in it.
    pub fn remove_zone(&mut self, id: Uuid) -> Result<(), Fault> {
        if let Some(zone) = self.topology.zone(id) {
            self.check_zone_is_empty(id, &zone.place)?;
        }
        self.equipment.forget_zone(id);
        self.lay_out_ranges();
        self.release_dedication(Level::Zone, id);
        self.topology.remove(Level::Zone, id);
        Ok(())
    }

    fn check_zone_is_empty(&self, id: Uuid, place: &Place) -> Result<(), Fault> {
        let equipment = &self.equipment;
        let mut pools = equipment.pools.iter();
        let mut networks = equipment.physical_networks.iter();
        let mut stores = equipment.image_stores.iter();
        let found = [
            (self.topology.has_hosts(place), "servers"),
            (self.has_pods(place), "pods"),
            (self.has_servers(place), "virtual machines"),
            (pools.any(|pool| pool.site.zone == id), "storage pools"),
            (networks.any(|it| it.zone == id), "physical networks"),
            (stores.any(|it| it.zone == Some(id)), "Secondary storages"),
        ];
        refuse_if_found("zone", &found)
    }

    /// Takes a pod away.
    ///
    /// # Errors
    /// When something is still in it.
    pub fn remove_pod(&mut self, id: Uuid) -> Result<(), Fault> {
        if let Some(pod) = self.topology.pod(id) {
            self.check_pod_is_empty(&pod.place)?;
        }
        self.release_dedication(Level::Pod, id);
        self.topology.remove(Level::Pod, id);
        Ok(())
    }

    fn check_pod_is_empty(&self, place: &Place) -> Result<(), Fault> {
        let mut clusters = self.topology.clusters();
        let found = [
            (self.topology.has_hosts(place), "servers"),
            (self.has_servers(place), "virtual machines"),
            (
                clusters.any(|cluster| place.contains(&cluster.place)),
                "clusters",
            ),
        ];
        refuse_if_found("pod", &found)
    }

    /// Takes a cluster away.
    ///
    /// # Errors
    /// When it still has hosts or storage.
    pub fn remove_cluster(&mut self, id: Uuid) -> Result<(), Fault> {
        let Some(place) = self.topology.cluster(id).map(|it| it.place.clone()) else {
            return Ok(());
        };
        let is_in_it = |pool: &StoragePool| pool.site.cluster == Some(id);
        let left = if self.topology.has_hosts(&place) {
            "hosts"
        } else if self.equipment.pools.any(is_in_it) {
            "storage pools"
        } else {
            self.release_dedication(Level::Cluster, id);
            self.topology.remove(Level::Cluster, id);
            return Ok(());
        };
        let number = place.get(Level::Cluster).map_or(0, |spot| spot.number);
        Err(broken(format!(
            "Cluster: {number} cannot be removed. Cluster still has {left}"
        )))
    }

    /// Takes a host away.
    ///
    /// # Errors
    /// When it is neither in maintenance nor to be removed by force, or something still runs on it.
    pub fn remove_host(&mut self, key: HostKey, by_force: bool) -> Result<(), Fault> {
        let host = self.topology.host(key);
        let number = key.number();
        if !by_force && !host.in_maintenance && host.is_up {
            let message = format!(
                "Host {number} cannot be deleted as it is not in maintenance mode. Either put the host into \
                 maintenance or perform a forced deletion."
            );
            return Err(broken(message));
        }
        if self.servers().any(|server| server.host == Some(key)) {
            let message = format!("Host {number} cannot be deleted: machines still run on it");
            return Err(broken(message));
        }
        let id = host.id;
        self.aggregates.forget_host(key);
        self.release_dedication(Level::Host, id);
        self.topology.remove(Level::Host, id);
        self.leave_removed_host(key);
        Ok(())
    }

    fn has_pods(&self, place: &Place) -> bool {
        let mut pods = self.topology.pods();
        pods.any(|pod| place.contains(&pod.place))
    }

    /// Whether servers run there, or ran there last.
    fn has_servers(&self, place: &Place) -> bool {
        self.servers().any(|server| {
            let host = server.host.or(server.last_host);
            host.is_some_and(|host| place.contains(&self.topology.host(host).place))
        })
    }
}

fn refuse_if_found(what: &str, found: &[(bool, &str)]) -> Result<(), Fault> {
    match found.iter().find(|(is_there, _)| *is_there) {
        Some((_, things)) => Err(broken(format!(
            "The {what} cannot be deleted because there are {things} in this {what}."
        ))),
        None => Ok(()),
    }
}

fn broken(message: String) -> Fault {
    Fault::new(FaultKind::Internal, message)
}
