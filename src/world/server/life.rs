//! How a server comes into the world, holds its place there, and leaves it.

use uuid::Uuid;

use super::{Draft, Manager, Power, Server, State};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Scope;
use crate::world::World;
use crate::world::operations::{Kind, Order};
use crate::world::topology::HostKey;

/// How many deleted servers are remembered; the oldest go first.
const TOMBS: usize = 10_000;

impl World {
    /// Makes a server and begins to build it on `host`, which [`World::place`] chose; without one the build
    /// fails when it begins.
    ///
    /// # Errors
    /// [`FaultKind::OverLimit`](crate::vocabulary::fault::FaultKind::OverLimit) beyond the project's quota,
    /// [`FaultKind::NoCapacity`](crate::vocabulary::fault::FaultKind::NoCapacity) when a network has no
    /// address left.
    pub fn create_server(&mut self, draft: Draft, host: Option<HostKey>) -> Result<Uuid, Fault> {
        let kind = if draft.starts {
            Kind::Create
        } else {
            Kind::CreateStopped
        };
        let (user, manager) = (draft.spec.user.clone(), draft.spec.manager);
        let within = match manager {
            Manager::CloudStack if draft.scope != Scope::everywhere() => {
                Some(Box::new(draft.scope.clone()))
            }
            Manager::CloudStack | Manager::Nova => None,
        };
        let id = self.insert_server(draft)?;
        self.fill_root_disk(id, host);
        let order = Order::on_server(id, kind, user).at(host);
        self.begin(Order { within, ..order });
        Ok(id)
    }

    /// Makes a server that nothing is done to yet.
    pub(in crate::world) fn insert_server(&mut self, draft: Draft) -> Result<Uuid, Fault> {
        let id = self.ids.uuid();
        self.plug_draft(id, &draft)?;
        let (groups, root): (Vec<Uuid>, _) = (draft.spec.groups().collect(), draft.root);
        let server = self.new_server(id, draft);
        self.add_server(server);
        for group in groups {
            self.join_group(group, id);
        }
        self.give_root_disk(id, root);
        Ok(id)
    }

    pub(in crate::world) fn new_server(&self, id: Uuid, draft: Draft) -> Server {
        Server {
            id,
            number: self.servers.next_number(),
            spec: draft.spec,
            host: None,
            last_host: None,
            disk: None,
            state: State::Building,
            task: None,
            power: Power::None,
            fault: None,
            rare: None,
            records: Vec::new(),
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
        if let Some(old) = std::mem::replace(&mut server.host, host) {
            self.topology.host_mut(old).give_back(flavor);
        }
        if let Some(new) = host {
            server.last_host = Some(new);
            self.topology.host_mut(new).take(flavor);
        }
        self.note_running(id, host.is_some());
    }

    /// Takes a server out of the world.
    pub(in crate::world) fn remove(&mut self, id: Uuid) {
        self.settle_on(id, None);
        self.note_end_of_server(id);
        self.release_volumes(id);
        self.drop_vm_snapshots(id);
        self.networking.unplug_all(id);
        self.networking.forget_server(id);
        let Some(mut server) = self.take_server(id) else {
            return;
        };
        if let Some(resize) = server.rare.take().and_then(|rare| rare.resize)
            && let Some(host) = resize.host
        {
            self.topology.host_mut(host).give_back(&resize.flavor);
        }
        self.gone.insert(id);
        self.departures += 1;
        self.entomb(server);
    }

    /// Keeps what Nova still tells of a server that is no more.
    fn entomb(&mut self, server: Server) {
        if server.spec.manager != Manager::Nova {
            return;
        }
        let tomb = Server {
            state: State::Deleted,
            task: None,
            power: Power::None,
            updated: self.now,
            ..server
        };
        self.forget_consumer(tomb.id);
        self.tombs.insert(tomb.id, tomb);
        let oldest = self.tombs.iter().next().map(|tomb| tomb.id);
        if let Some(oldest) = oldest.filter(|_| self.tombs.len() > TOMBS) {
            self.tombs.forget(oldest);
        }
    }
}
