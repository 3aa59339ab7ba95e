//! What is known of an operation: one row each, beside its resource.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::gate::Ask;
use super::shape::Form;
use super::{Answer, Operation, gate};
use crate::vocabulary::command::CommandId;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::balancers::Change;
use crate::world::operations::Kind;

pub(super) struct Row {
    /// The command's name.
    command: &'static str,
    pub(super) needs: Needs,
    pub(super) form: Form,
    pub(super) run: Run,
    /// What XML calls an answer that has no name in JSON.
    root: Option<&'static str>,
}

/// What state of the balancer an operation needs.
pub(super) enum Needs {
    /// It may even be deleted.
    Nothing,
    /// To look at a part: what is deleted has none.
    Existence,
    /// To look at what only a balancer that runs has; else that is said.
    Running(&'static str),
    /// To change what does not concern the host.
    Life,
    Active,
    /// As active, in other words.
    ActiveOr(&'static str),
}

/// What an operation does.
pub(super) enum Run {
    Look(fn(&World, &Ask<'_>) -> Result<Answer, Fault>),
    /// Changes a balancer. `None` where its host need not know.
    Change(
        Option<Kind>,
        fn(&World, &mut Change, &Ask<'_>) -> Result<Answer, Fault>,
    ),
    Create,
    /// Deletes the balancers of these ids.
    Delete(fn(&World, &Ask<'_>) -> Result<Vec<u32>, Fault>),
}

/// A row that shows something.
pub(super) const fn look(
    command: &'static str,
    needs: Needs,
    run: fn(&World, &Ask<'_>) -> Result<Answer, Fault>,
) -> Row {
    Row {
        command,
        needs,
        form: Form::Nothing,
        run: Run::Look(run),
        root: None,
    }
}

/// A row that changes a balancer.
pub(super) const fn change(
    command: &'static str,
    kind: Option<Kind>,
    form: Form,
    run: fn(&World, &mut Change, &Ask<'_>) -> Result<Answer, Fault>,
) -> Row {
    Row {
        command,
        needs: match kind {
            Some(_) => Needs::Active,
            None => Needs::Life,
        },
        form,
        run: Run::Change(kind, run),
        root: None,
    }
}

/// The row that makes balancers.
pub(super) const fn create(command: &'static str, form: Form) -> Row {
    Row {
        command,
        needs: Needs::Nothing,
        form,
        run: Run::Create,
        root: None,
    }
}

/// A row that deletes balancers. Their states are looked at with their ids.
pub(super) const fn delete(
    command: &'static str,
    which: fn(&World, &Ask<'_>) -> Result<Vec<u32>, Fault>,
) -> Row {
    Row {
        command,
        needs: Needs::Nothing,
        form: Form::Nothing,
        run: Run::Delete(which),
        root: None,
    }
}

impl Row {
    pub(super) const fn needing(self, needs: Needs) -> Row {
        Row { needs, ..self }
    }

    pub(super) const fn called(self, root: &'static str) -> Row {
        Row {
            root: Some(root),
            ..self
        }
    }

    fn operation(&self) -> Operation {
        Operation {
            command: self.command,
            land: gate::land,
            run: gate::run,
            is_read: matches!(self.run, Run::Look(_)),
        }
    }
}

static BY_COMMAND: LazyLock<FxHashMap<CommandId, &'static Row>> = LazyLock::new(|| {
    let named = |row: &'static Row| Some((CommandId::named(row.command)?, row));
    super::rows().filter_map(named).collect()
});

/// The operations of all rows.
pub(super) static OPERATIONS: LazyLock<Vec<Operation>> =
    LazyLock::new(|| super::rows().map(Row::operation).collect());

/// The row of a command of this service.
pub(super) fn row_of(command: CommandId) -> &'static Row {
    BY_COMMAND
        .get(&command)
        .copied()
        .expect("a call was recognised by its row")
}

/// What XML calls the answer to a command, where it has no name in JSON.
pub(in super::super) fn root_of(command: CommandId) -> Option<&'static str> {
    row_of(command).root
}
