//! Servers on their way from host to host, and those that arrived.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Kind, Operation};
use crate::world::World;
use crate::world::accounts::{Project, User};
use crate::world::offerings::flavor::Flavor;
use crate::world::server::Manager;
use crate::world::topology::HostKey;

/// How many are kept; the oldest go first.
const KEPT: usize = 10_000;

/// One move of a server, as Nova keeps it.
#[derive(Debug, Clone)]
pub struct Migration {
    pub id: Uuid,
    /// Counted from 1.
    pub number: u64,
    pub kind: Kind,
    pub server: Uuid,
    pub user: Arc<User>,
    pub project: Arc<Project>,
    pub origin: Option<HostKey>,
    pub host: Option<HostKey>,
    pub old_flavor: Arc<Flavor>,
    pub new_flavor: Arc<Flavor>,
    /// Nova's word for how far it is.
    pub status: &'static str,
    /// While it is under way.
    pub operation: Option<Uuid>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
}

impl Kind {
    /// Nova's words for how far a move is, by the step of its plan; then for one that went well and one that
    /// did not. `None` for what moves no server.
    fn progress(self) -> Option<(&'static [&'static str], &'static str, &'static str)> {
        match self {
            Kind::Resize | Kind::ColdMigrate => {
                let steps = &[
                    "pre-migrating",
                    "migrating",
                    "post-migrating",
                    "post-migrating",
                ];
                Some((steps, "finished", "error"))
            }
            Kind::Migrate => Some((&["preparing", "running"], "completed", "error")),
            Kind::Evacuate => Some((&["pre-migrating", "pre-migrating"], "done", "failed")),
            _ => None,
        }
    }
}

impl World {
    /// All moves, oldest first.
    pub fn migrations(&self) -> impl DoubleEndedIterator<Item = &Migration> {
        self.migrations.iter()
    }

    /// Notes how far an operation is that moves a server.
    pub(super) fn follow_migration(&mut self, operation: Uuid) {
        let Some(operation) = self.operations.get(operation).cloned() else {
            return;
        };
        let Some((steps, ..)) = operation.kind.progress() else {
            return;
        };
        let status = steps.get(operation.step).copied().unwrap_or_default();
        if operation.manager == Manager::Nova && !self.is_followed(operation.id) {
            self.begin_migration(&operation);
        }
        self.change_migration(operation.id, status, operation.host);
    }

    fn is_followed(&self, operation: Uuid) -> bool {
        let mut newest = self.migrations.iter().rev();
        newest.any(|migration| migration.operation == Some(operation))
    }

    fn begin_migration(&mut self, operation: &Operation) {
        let Some(server) = operation.server().and_then(|id| self.servers.get(id)) else {
            return;
        };
        let old_flavor = server.spec.flavor.clone();
        let id = self.ids.uuid();
        let migration = Migration {
            id,
            number: self.migrations.next_number(),
            kind: operation.kind,
            server: server.id,
            user: operation.user.clone(),
            project: server.spec.project.clone(),
            origin: operation.origin,
            host: operation.host,
            new_flavor: operation
                .flavor
                .clone()
                .unwrap_or_else(|| old_flavor.clone()),
            old_flavor,
            status: "accepted",
            operation: Some(operation.id),
            created: self.now,
            updated: self.now,
        };
        self.migrations.insert(id, migration);
        let oldest = self.migrations.iter().next().map(|oldest| oldest.id);
        if let Some(oldest) = oldest.filter(|_| self.migrations.len() > KEPT) {
            self.migrations.forget(oldest);
        }
    }

    fn change_migration(&mut self, operation: Uuid, status: &'static str, host: Option<HostKey>) {
        let now = self.now;
        let mut all = self.migrations.iter_mut();
        if let Some(found) = all.find(|migration| migration.operation == Some(operation)) {
            (found.status, found.host, found.updated) = (status, host, now);
        }
    }

    /// Notes how a move ended. That of a resized server ends when it is confirmed or reverted.
    pub(super) fn end_migration(&mut self, operation: &Operation, went_well: bool) {
        let resolved = match operation.kind {
            Kind::ConfirmResize => Some("confirmed"),
            Kind::RevertResize => Some("reverted"),
            _ => None,
        };
        if let Some(status) = resolved.filter(|_| went_well) {
            return self.resolve_migration(operation, status);
        }
        if let Some((_, good, bad)) = operation.kind.progress() {
            let status = if went_well { good } else { bad };
            self.change_migration(operation.id, status, operation.host);
            let mut all = self.migrations.iter_mut();
            let is_its = |migration: &&mut Migration| migration.operation == Some(operation.id);
            if let Some(found) = all.find(is_its) {
                found.operation = None;
            }
        }
    }

    fn resolve_migration(&mut self, operation: &Operation, status: &'static str) {
        let now = self.now;
        let server = operation.server();
        let mut all = self.migrations.iter_mut();
        let is_its = |migration: &&mut Migration| {
            Some(migration.server) == server && migration.status == "finished"
        };
        if let Some(found) = all.find(is_its) {
            (found.status, found.updated) = (status, now);
        }
    }

    /// Breaks off a live migration at its client's wish: the server stays where it is.
    pub fn abort_migration(&mut self, id: Uuid) {
        let Some(operation) = self.migrations.get(id).and_then(|found| found.operation) else {
            return;
        };
        let server = self.operations.get(operation).and_then(Operation::server);
        if let Some(server) = server {
            self.interrupt(server, "Live migration was cancelled");
        }
        if let Some(found) = self.migrations.get_mut(id) {
            found.status = "cancelled";
        }
    }
}
