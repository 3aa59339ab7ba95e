//! Servers in the order of their making: all of them, or a project's.

use std::collections::BTreeSet;
use std::ops::RangeBounds;

use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::Server;
use crate::world::World;

/// The numbers of each project's servers, so that a project's list need not look at those of all others. A
/// server stays in its project as long as it lives.
#[derive(Debug, Clone, Default)]
pub(in crate::world) struct ByProject(FxHashMap<Uuid, BTreeSet<u64>>);

impl ByProject {
    fn add(&mut self, server: &Server) {
        let own = self.0.entry(server.spec.project.id).or_default();
        own.insert(server.number);
    }

    fn remove(&mut self, server: &Server) {
        let project = server.spec.project.id;
        if let Some(own) = self.0.get_mut(&project) {
            own.remove(&server.number);
            if own.is_empty() {
                self.0.remove(&project);
            }
        }
    }
}

impl World {
    /// Puts a server among the others.
    pub(in crate::world) fn add_server(&mut self, server: Server) {
        self.by_project.add(&server);
        self.servers.insert(server.id, server);
    }

    /// Takes a server from among the others.
    pub(super) fn take_server(&mut self, id: Uuid) -> Option<Server> {
        let server = self.servers.remove(id)?;
        self.by_project.remove(&server);
        Some(server)
    }

    /// All servers, oldest first.
    pub fn servers(&self) -> impl DoubleEndedIterator<Item = &Server> {
        self.servers.iter()
    }

    /// A project's servers, oldest first.
    pub fn servers_of(&self, project: Uuid) -> impl DoubleEndedIterator<Item = &Server> {
        self.numbered_servers_of(project, ..)
    }

    /// The servers whose numbers are in a range, of one project or of all, oldest first.
    pub fn numbered_servers<'a>(
        &'a self,
        project: Option<Uuid>,
        numbers: impl RangeBounds<u64> + 'a,
    ) -> Box<dyn DoubleEndedIterator<Item = &'a Server> + 'a> {
        match project {
            Some(project) => Box::new(self.numbered_servers_of(project, numbers)),
            None => Box::new(self.servers.range(numbers)),
        }
    }

    fn numbered_servers_of(
        &self,
        project: Uuid,
        numbers: impl RangeBounds<u64>,
    ) -> impl DoubleEndedIterator<Item = &Server> {
        let own = self.by_project.0.get(&project);
        let numbers = own.map(|own| own.range(numbers)).into_iter().flatten();
        numbers.filter_map(|number| self.servers.numbered(*number))
    }
}
