//! Servers in the order of their making: all of them, or a project's.

use std::collections::BTreeSet;
use std::ops::RangeBounds;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use uuid::Uuid;

use super::Server;
use crate::world::World;
use crate::world::accounts::{Project, User};

/// The numbers of each project's servers, so that a project's list need not look at those of all others.
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
        let server = self.servers.forget(id)?;
        self.by_project.remove(&server);
        Some(server)
    }

    /// Gives a server to another project.
    pub fn assign_server(&mut self, id: Uuid, project: Arc<Project>, user: Arc<User>) {
        let Some(server) = self.servers.get_mut(id) else {
            return;
        };
        self.by_project.remove(server);
        (server.spec.project, server.spec.user) = (project, user);
        self.by_project.add(server);
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
