//! What operations are done to.

use std::fmt::Debug;
use std::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::fact::{FactPath, FactValue, Facts, Subject};
use crate::world::World;
use crate::world::accounts::User;
use crate::world::equipment::StoragePool;
use crate::world::network::Network;
use crate::world::network::guest::GuestThing;
use crate::world::server::Manager;
use crate::world::topology::{Host, HostKey};

/// What an operation is done to, or with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    Server(Uuid),
    Image(Uuid),
    Volume(Uuid),
    Snapshot(Uuid),
    Backup(Uuid),
    Port(Uuid),
    Balancer(u32),
    Network(Uuid),
    Vpc(Uuid),
    /// One of the cloud's own machines.
    Appliance(Uuid),
    /// What a router has to heed.
    Guest(GuestThing),
    VmSnapshot(Uuid),
    Host(HostKey),
    StoragePool(Uuid),
}

/// Its id, if it is of that sort.
impl Thing {
    pub fn server(self) -> Option<Uuid> {
        let Self::Server(id) = self else {
            return None;
        };
        Some(id)
    }

    pub fn volume(self) -> Option<Uuid> {
        let Self::Volume(id) = self else {
            return None;
        };
        Some(id)
    }

    pub fn snapshot(self) -> Option<Uuid> {
        let Self::Snapshot(id) = self else {
            return None;
        };
        Some(id)
    }

    pub fn backup(self) -> Option<Uuid> {
        let Self::Backup(id) = self else {
            return None;
        };
        Some(id)
    }

    pub fn vm_snapshot(self) -> Option<Uuid> {
        let Self::VmSnapshot(id) = self else {
            return None;
        };
        Some(id)
    }

    pub fn balancer(self) -> Option<u32> {
        let Self::Balancer(id) = self else {
            return None;
        };
        Some(id)
    }
}

/// What can have something done to it: it tells the rules of itself.
pub trait Acted: Facts + Debug {
    fn name(&self) -> &Arc<str>;

    /// The user whose it is, as far as that is known. Nobody's, if the cloud made it for itself.
    fn owner(&self) -> Option<&Arc<User>> {
        None
    }

    /// The dialect it was made through. What only CloudStack does things to is CloudStack's.
    fn manager(&self) -> Manager {
        Manager::CloudStack
    }
}

impl World {
    /// The thing itself; `None` when it is gone.
    pub fn thing(&self, thing: Thing) -> Option<&dyn Acted> {
        match thing {
            Thing::Server(id) => self.servers.get(id).map(|server| server as &dyn Acted),
            Thing::Image(id) => self.image(id).map(|image| &**image as &dyn Acted),
            Thing::Volume(id) => self.volume(id).map(|volume| volume as &dyn Acted),
            Thing::Snapshot(id) => self.snapshot(id).map(|snapshot| snapshot as &dyn Acted),
            Thing::Backup(id) => self.backup(id).map(|backup| backup as &dyn Acted),
            Thing::Balancer(id) => self.balancers.get(id).map(|it| it as &dyn Acted),
            Thing::Vpc(id) => self.networking.vpc(id).map(|vpc| vpc as &dyn Acted),
            Thing::Appliance(id) => self.appliances.get(id).map(|it| it as &dyn Acted),
            // They only take part, and rules cannot ask for them.
            Thing::Guest(_) => None,
            Thing::Network(id) => self.network(id).map(|network| network as &dyn Acted),
            Thing::VmSnapshot(id) => self.vm_snapshot(id).map(|it| it as &dyn Acted),
            Thing::Host(host) => Some(self.topology.host(host) as &dyn Acted),
            Thing::StoragePool(id) => self.equipment.pools.get(id).map(|it| it as &dyn Acted),
            Thing::Port(id) => {
                let port = self.networking.ports.get(id);
                port.map(|port| port as &dyn Acted)
            }
        }
    }
}

impl Acted for Host {
    fn name(&self) -> &Arc<str> {
        &self.name
    }
}

impl Facts for Host {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        named(path, Subject::Host, &self.name, self.id)
    }
}

impl Acted for StoragePool {
    fn name(&self) -> &Arc<str> {
        &self.name
    }
}

/// Conditions cannot ask for it.
impl Facts for StoragePool {
    fn get<'a>(&'a self, _: &FactPath) -> Option<FactValue<'a>> {
        None
    }
}

impl Acted for Network {
    fn name(&self) -> &Arc<str> {
        &self.meta.name
    }
}

impl Facts for Network {
    fn get<'a>(&'a self, path: &FactPath) -> Option<FactValue<'a>> {
        named(path, Subject::Network, &self.meta.name, self.meta.id)
    }
}

/// The facts of what has a name and an id.
fn named<'a>(path: &FactPath, subject: Subject, name: &'a str, id: Uuid) -> Option<FactValue<'a>> {
    match path {
        FactPath::Of(of, keys) if *of == subject => match keys.as_slice() {
            [field] if **field == *"name" => Some(FactValue::text(name)),
            [field] if **field == *"id" => Some(FactValue::Text(id.to_string().into())),
            _ => None,
        },
        _ => None,
    }
}
