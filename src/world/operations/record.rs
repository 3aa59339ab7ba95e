//! What was done to a server, kept for those who ask later.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Kind, Operation};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::User;
use crate::world::server::{Manager, Server};
use crate::world::topology::HostKey;

/// One thing that was done to a server.
#[derive(Debug, Clone)]
pub struct Record {
    pub kind: Kind,
    /// The request that asked for it.
    pub request: Uuid,
    pub user: Arc<User>,
    pub started: DateTime<Utc>,
    pub end: Option<DateTime<Utc>>,
    /// Why it failed.
    pub error: Option<Box<str>>,
    /// Where it was last tried.
    pub host: Option<HostKey>,
    /// While it is under way.
    operation: Option<Uuid>,
}

impl Server {
    fn keep(&mut self, record: Record) {
        // Most servers have one, of their making: no room for more is taken in advance.
        self.records.reserve_exact(1);
        self.records.push(record);
    }
}

impl World {
    /// Notes something that is done to a server at once, with no operation.
    pub fn note(&mut self, server: Uuid, kind: Kind, user: Arc<User>, request: Uuid) {
        let now = self.now;
        if let Some(server) = self.servers.get_mut(server) {
            server.keep(Record {
                kind,
                request,
                user,
                started: now,
                end: Some(now),
                error: None,
                host: server.host,
                operation: None,
            });
        }
    }

    /// Only Nova's clients ask what was done to a server.
    pub(super) fn record_begin(&mut self, operation: &Operation, request: Option<Uuid>) {
        if operation.manager != Manager::Nova {
            return;
        }
        let server = operation.server().and_then(|id| self.servers.get_mut(id));
        if let Some(server) = server {
            server.keep(Record {
                kind: operation.kind,
                request: request.unwrap_or(operation.id),
                user: operation.user.clone(),
                started: operation.started,
                end: None,
                error: None,
                host: server.host,
                operation: Some(operation.id),
            });
        }
    }

    pub(super) fn record_end(&mut self, operation: &Operation, result: &Result<(), Fault>) {
        let now = self.now;
        let server = operation.server().and_then(|id| {
            let alive = self.servers.get_mut(id);
            alive.or_else(|| self.tombs.get_mut(id))
        });
        let records = server.map(|server| server.records.iter_mut().rev());
        let is_its = |record: &&mut Record| record.operation == Some(operation.id);
        if let Some(record) = records.into_iter().flatten().find(is_its) {
            record.operation = None;
            record.end = Some(now);
            record.host = operation.host;
            record.error = result
                .as_ref()
                .err()
                .map(|fault| fault.message.as_str().into());
        }
    }
}
