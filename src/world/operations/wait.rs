//! Operations that others have to end before: a machine's network is there first, with a router that runs, and
//! its disks are filled.

use uuid::Uuid;

use super::{Kind, Order};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::time::Event;

/// The operations that one waits for before its first command is sent.
#[derive(Debug, Clone, Default)]
pub(in crate::world) struct Wait {
    open: Vec<Uuid>,
    /// What was said of one that failed: there is nothing to wait for any longer.
    failure: Option<Box<str>>,
    /// Its turn came while it had to wait.
    is_held: bool,
}

impl Wait {
    pub(super) fn for_all(open: Vec<Uuid>) -> Self {
        Self {
            open,
            ..Self::default()
        }
    }

    /// Whether the operation may not go on yet, or not at all.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty() || self.failure.is_some()
    }
}

impl World {
    /// What is being done already to the machine that an order has balance, or balance no more.
    pub(super) fn begun_before(&self, order: &Order) -> Vec<Uuid> {
        if !matches!(order.kind, Kind::BalanceInside | Kind::EndBalancing) {
            return Vec::new();
        }
        let open = self.operations.iter();
        let open = open.filter(|operation| operation.on == order.on);
        open.map(|operation| operation.id).collect()
    }

    /// Begins an operation that waits for others.
    pub(in crate::world) fn begin_after(
        &mut self,
        order: Order,
        others: Vec<Uuid>,
    ) -> Option<Uuid> {
        let id = self.begin(order)?;
        let operation = self.operations.get_mut(id)?;
        operation.wait.open.extend(others);
        Some(id)
    }

    /// Lets an operation wait whose turn has come; one that waited in vain fails.
    pub(super) fn hold(&mut self, id: Uuid) {
        let Some(operation) = self.operations.get_mut(id) else {
            return;
        };
        match operation.wait.failure.take() {
            Some(failure) => self.give_up(id, &failure),
            None => operation.wait.is_held = true,
        }
    }

    /// Lets those go on that waited for an operation which has ended.
    pub(super) fn wake(&mut self, ended: Uuid, result: &Result<(), Fault>) {
        let waiting = self.operations.iter();
        let waiting = waiting.filter(|operation| operation.wait.open.contains(&ended));
        for id in waiting.map(|operation| operation.id).collect::<Vec<_>>() {
            let Some(operation) = self.operations.get_mut(id) else {
                continue;
            };
            let wait = &mut operation.wait;
            wait.open.retain(|other| *other != ended);
            if let Err(fault) = result {
                wait.failure = Some((*fault.message).into());
            }
            let is_due = wait.open.is_empty() || wait.failure.is_some();
            // It has taken its room already, so how things are now is not how they were before it.
            if is_due && std::mem::take(&mut wait.is_held) {
                self.events.push(self.now, Event::Send(id));
            }
        }
    }
}
