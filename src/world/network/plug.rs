//! Servers' network cards: ports, plugged in and out.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use super::addresses::Mac;
use super::ports::{Device, PortDraft, Wish};
use super::{Networking, Port};
use crate::vocabulary::fact::{FactPath, FactValue, Facts};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::operations::{Acted, Operation, Thing};
use crate::world::server::{Draft, Manager};

/// A network card that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NicRequest {
    pub source: NicSource,
    /// The address that it is to have; the lowest free one where none is named.
    pub address: Option<IpAddr>,
    /// The hardware address that it is to have.
    pub mac: Option<Mac>,
    /// The name under which the server is to know it.
    pub tag: Option<Arc<str>>,
}

/// Where a network card comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NicSource {
    /// A port is made, which goes with the server.
    Network(Uuid),
    /// A port that is there already, and stays when the server goes.
    Port(Uuid),
    /// A port is made in the project's automatic network, which is made if need be.
    Automatic,
}

impl NicRequest {
    /// A card in a network, with any address.
    pub fn in_network(network: Uuid) -> Self {
        Self {
            source: NicSource::Network(network),
            address: None,
            mac: None,
            tag: None,
        }
    }
}

impl Networking {
    /// A server's network cards, in their order.
    pub fn nics_of(&self, server: Uuid) -> impl DoubleEndedIterator<Item = &Port> {
        let is_card = move |port: &&Port| port.device == Device::Server(server);
        self.ports_of(server).filter(is_card)
    }

    /// Pulls a card out of its server: the cloud's own port goes, a client's is free again.
    pub fn unplug(&mut self, port: Uuid) {
        match self.ports.get_mut(port) {
            Some(own) if own.is_servers_own => {
                self.remove_port(port);
            }
            Some(clients) => {
                clients.tag = None;
                self.set_device(port, Device::Nothing);
            }
            None => {}
        }
    }

    /// Pulls out all cards of a server.
    pub fn unplug_all(&mut self, server: Uuid) {
        for port in self.device_ports.of(server).to_vec() {
            let is_card = self
                .ports
                .get(port)
                .is_some_and(|port| port.device == Device::Server(server));
            if is_card {
                self.unplug(port);
            }
        }
    }
}

impl Acted for Port {
    fn name(&self) -> &Arc<str> {
        &self.meta.name
    }

    fn manager(&self) -> Manager {
        Manager::Nova
    }
}

impl Facts for Port {
    fn get<'a>(&'a self, _: &FactPath) -> Option<FactValue<'a>> {
        None
    }
}

impl World {
    /// The card that an operation was about is out of its server.
    pub(in crate::world) fn pull_card(&mut self, operation: &Operation) {
        if let Some(Thing::Port(port)) = operation.with {
            self.networking.unplug(port);
        }
    }

    /// Plugs the cards of a new server.
    ///
    /// # Errors
    /// As [`World::plug`].
    pub(in crate::world) fn plug_draft(
        &mut self,
        server: Uuid,
        draft: &Draft,
    ) -> Result<(), Fault> {
        let project = draft.spec.project.id;
        self.plug(server, project, &draft.nics, &draft.security_groups)
    }

    /// Plugs the cards that are asked for into a server; all of them, or none.
    ///
    /// # Errors
    /// When a network has no address left, an address is taken, or a port is in use.
    pub fn plug(
        &mut self,
        server: Uuid,
        project: Uuid,
        requests: &[NicRequest],
        groups: &[Uuid],
    ) -> Result<(), Fault> {
        for request in requests {
            if let Err(fault) = self.plug_one(server, project, request, groups) {
                self.networking.unplug_all(server);
                return Err(fault);
            }
        }
        Ok(())
    }

    /// Plugs one card into a server and returns its port.
    ///
    /// # Errors
    /// As [`World::plug`].
    pub fn plug_one(
        &mut self,
        server: Uuid,
        project: Uuid,
        request: &NicRequest,
        groups: &[Uuid],
    ) -> Result<Uuid, Fault> {
        let port = match request.source {
            NicSource::Port(port) => self.take_port(server, port)?,
            NicSource::Network(network) => {
                self.make_port(server, project, network, request, groups)?
            }
            NicSource::Automatic => {
                let network = self.automatic_topology(project)?;
                self.make_port(server, project, network, request, groups)?
            }
        };
        if let Some(port) = self.networking.ports.get_mut(port) {
            port.tag.clone_from(&request.tag);
        }
        Ok(port)
    }

    fn take_port(&mut self, server: Uuid, id: Uuid) -> Result<Uuid, Fault> {
        let port = self.networking.expect_port(id)?;
        if port.device != Device::Nothing {
            let message = format!("Port {id} is still in use.");
            return Err(Fault::new(FaultKind::Conflict, message).named("PortInUse"));
        }
        self.networking.set_device(id, Device::Server(server));
        Ok(id)
    }

    fn make_port(
        &mut self,
        server: Uuid,
        project: Uuid,
        network: Uuid,
        request: &NicRequest,
        groups: &[Uuid],
    ) -> Result<Uuid, Fault> {
        let default = self.default_group(project);
        let groups = match groups {
            [] => vec![default],
            groups => groups.to_vec(),
        };
        let wish = |address| Wish {
            subnet: None,
            address: Some(address),
        };
        let meta = self.new_meta(project);
        self.networking.add_port(PortDraft {
            mac: request.mac,
            device: Device::Server(server),
            wishes: request.address.map(|address| vec![wish(address)]),
            groups,
            is_servers_own: true,
            ..PortDraft::new(meta, network)
        })
    }
}
