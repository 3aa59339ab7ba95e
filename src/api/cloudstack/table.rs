//! The table of commands that dispatch, parameter checks and `listApis` read.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::params::Param;
use super::{commands, session};
use crate::api::{Answer, Call, Landing, Operation};
use crate::scenario::names;
use crate::vocabulary::command::CommandId;
use crate::vocabulary::fault::Fault;
use crate::world::World;

type Land = fn(&World, &Call) -> Result<Landing, Fault>;
type Run = fn(&mut World, &Call, Landing) -> Result<Answer, Fault>;

/// A command.
pub(crate) struct Row {
    pub(crate) operation: Operation,
    pub(crate) params: &'static [&'static [Param]],
    /// Answers with a job, whose end `queryAsyncJobResult` tells.
    pub(crate) is_async: bool,
    /// Root admins only.
    pub(crate) is_for_admins: bool,
    /// Needs nobody to be logged in.
    pub(crate) is_open: bool,
}

impl Row {
    /// A command that does what it does at once.
    pub(crate) const fn new(
        command: &'static str,
        params: &'static [&'static [Param]],
        land: Land,
        run: Run,
    ) -> Self {
        let operation = Operation {
            command,
            land,
            run,
            is_read: false,
        };
        Self {
            operation,
            params,
            is_async: false,
            is_for_admins: false,
            is_open: false,
        }
    }

    /// A command that only looks.
    pub(crate) const fn read(
        command: &'static str,
        params: &'static [&'static [Param]],
        run: Run,
    ) -> Self {
        Self::new(command, params, Landing::nowhere, run).looking()
    }

    /// The same, as a command that only looks.
    pub(crate) const fn looking(self) -> Self {
        let operation = Operation {
            is_read: true,
            ..self.operation
        };
        Self { operation, ..self }
    }

    /// A command that answers with a job.
    pub(crate) const fn job(
        command: &'static str,
        params: &'static [&'static [Param]],
        land: Land,
        run: Run,
    ) -> Self {
        Self {
            is_async: true,
            ..Self::new(command, params, land, run)
        }
    }

    pub(crate) const fn for_admins(self) -> Self {
        Self {
            is_for_admins: true,
            ..self
        }
    }
}

static TABLES: &[&[Row]] = &[
    session::ROWS,
    commands::system::ROWS,
    commands::accounts::ROWS,
    commands::infrastructure::ROWS,
    commands::offerings::ROWS,
    commands::templates::ROWS,
    commands::networks::ROWS,
    commands::volumes::ROWS,
    commands::machines::ROWS,
    commands::jobs::ROWS,
];

static BY_NAME: LazyLock<FxHashMap<&'static str, (CommandId, &'static Row)>> =
    LazyLock::new(|| {
        rows()
            .filter_map(|row| Some((CommandId::named(row.operation.command)?, row)))
            .map(|(command, row)| (command.spec().short_name(), (command, row)))
            .collect()
    });

/// All commands.
pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().copied().flatten()
}

/// The command that a client calls by this name, written exactly so.
pub(crate) fn find(name: &str) -> Option<(CommandId, &'static Row)> {
    BY_NAME.get(name).copied()
}

/// The command that was probably meant.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    names::nearest(name, BY_NAME.keys().copied())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_of_the_vocabulary_has_one_row() {
        let rows: Vec<&str> = rows().map(|row| row.operation.command).collect();
        let unique: BTreeSet<&str> = rows.iter().copied().collect();
        assert_eq!(rows.len(), unique.len());
        let known: BTreeSet<&str> = CommandId::all()
            .map(|command| command.spec())
            .filter(|spec| spec.service == "cloudstack")
            .map(|spec| spec.name)
            .collect();
        assert_eq!(unique, known);
    }

    #[test]
    fn parameters_are_named_once_and_in_lower_case() {
        for row in rows() {
            let names: Vec<&str> = row
                .params
                .iter()
                .copied()
                .flatten()
                .map(|param| param.name)
                .collect();
            let unique: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(names.len(), unique.len(), "{}", row.operation.command);
            assert!(names.iter().all(|name| name.to_lowercase() == *name));
        }
    }

    #[test]
    fn a_slip_of_the_pen_finds_its_command() {
        assert_eq!(nearest("listZone"), Some("listZones"));
        assert_eq!(
            nearest("deployvirtualmachine"),
            Some("deployVirtualMachine")
        );
        assert_eq!(nearest("flyToTheMoon"), None);
    }
}
