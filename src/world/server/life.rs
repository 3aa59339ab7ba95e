//! How a server comes into the world, holds its place there, and leaves it.

use uuid::Uuid;

use super::{Draft, Nic, Power, Server, State};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::catalog::Addresses;
use crate::world::operations::{Kind, Order};
use crate::world::topology::HostKey;

impl World {
    /// Makes a server and begins to build it on `host`, which [`World::place`] chose; without one the build
    /// fails when it begins.
    ///
    /// # Errors
    /// [`FaultKind::OverLimit`](crate::vocabulary::fault::FaultKind::OverLimit) beyond the project's quota,
    /// [`FaultKind::NoCapacity`](crate::vocabulary::fault::FaultKind::NoCapacity) when a network has no
    /// address left.
    pub fn create_server(&mut self, draft: Draft, host: Option<HostKey>) -> Result<Uuid, Fault> {
        let nics = self.plug(&draft)?;
        let id = self.ids.uuid();
        let kind = if draft.starts {
            Kind::Create
        } else {
            Kind::CreateStopped
        };
        let user = draft.spec.user.clone();
        let group = draft.spec.nova.as_ref().and_then(|nova| nova.group);
        let server = self.new_server(id, draft, nics);
        self.servers.insert(id, server);
        if let Some(group) = group {
            self.join_group(group, id);
        }
        self.begin(Order::on_server(id, kind, user).at(host));
        Ok(id)
    }

    pub(in crate::world) fn plug(&mut self, draft: &Draft) -> Result<Vec<Nic>, Fault> {
        let mut nics = Vec::with_capacity(draft.networks.len());
        for network in &draft.networks {
            let addresses: &mut Addresses = self.addresses.entry(network.id).or_default();
            nics.push(Nic {
                id: self.ids.uuid(),
                network: network.clone(),
                address: addresses.take(network)?,
            });
        }
        Ok(nics)
    }

    pub(in crate::world) fn new_server(&self, id: Uuid, draft: Draft, nics: Vec<Nic>) -> Server {
        Server {
            id,
            number: self.servers.next_number(),
            spec: draft.spec,
            nics,
            host: None,
            last_host: None,
            state: State::Building,
            task: None,
            power: Power::None,
            fault: None,
            is_given: false,
            operation: None,
            created: self.now,
            updated: self.now,
            launched: None,
        }
    }

    /// Moves a server's share of capacity to `host`, or frees it.
    pub(in crate::world) fn settle_on(&mut self, id: Uuid, host: Option<HostKey>) {
        let Some(server) = self.servers.get_mut(id) else {
            return;
        };
        let flavor = &server.spec.flavor;
        let (cpus, memory) = (u64::from(flavor.cpus), flavor.memory);
        if let Some(old) = std::mem::replace(&mut server.host, host) {
            let old = self.topology.host_mut(old);
            old.used_cpus -= cpus;
            old.used_memory -= memory;
        }
        if let Some(new) = host {
            server.last_host = Some(new);
            let new = self.topology.host_mut(new);
            new.used_cpus += cpus;
            new.used_memory += memory;
        }
    }

    /// Takes a server out of the world.
    pub(in crate::world) fn remove(&mut self, id: Uuid) {
        self.settle_on(id, None);
        if let Some(server) = self.servers.remove(id) {
            for nic in &server.nics {
                let addresses = self.addresses.entry(nic.network.id).or_default();
                addresses.put_back(&nic.network, nic.address);
            }
            self.gone.insert(id);
        }
    }
}
