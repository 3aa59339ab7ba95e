//! The table of commands that dispatch, parameter checks and `listApis` read.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde_json::Value;
use uuid::Uuid;

use super::catalog::{self, Type};
use super::{commands, session};
use crate::api::{Answer, Call, Landing, Operation};
use crate::scenario::names;
use crate::vocabulary::command::CommandId;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::Session;

type Land = fn(&World, &Call) -> Result<Landing, Fault>;
type Run = fn(&mut World, &Call, Landing) -> Result<Answer, Fault>;

/// How a thing looks on the wire, by its id; `None` when it is gone. Administrators see more.
pub(crate) type Show = fn(&World, Uuid, Viewer) -> Option<Value>;

/// For whom something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Viewer {
    Admin,
    User,
}

impl Viewer {
    pub(crate) fn of(session: &Session) -> Self {
        if session.is_admin() {
            Self::Admin
        } else {
            Self::User
        }
    }

    pub(crate) fn is_admin(self) -> bool {
        self == Self::Admin
    }
}

/// The field that says whether something is written on a thing.
const ANNOTATED: &str = "hasannotations";

/// What a command does. All else that there is to know of it tells the [`catalog`].
pub(crate) struct Row {
    pub(crate) operation: Operation,
    /// Shows what it answers with; without one that is only that it went well.
    pub(crate) shows: Option<Show>,
    /// Needs nobody to be logged in.
    pub(crate) is_open: bool,
}

impl Row {
    /// A command that changes something.
    pub(crate) const fn new(command: &'static str, land: Land, run: Run) -> Self {
        let operation = Operation {
            command,
            land,
            run,
            is_read: false,
        };
        Self {
            operation,
            shows: None,
            is_open: false,
        }
    }

    /// A command that only looks.
    pub(crate) const fn read(command: &'static str, run: Run) -> Self {
        Self::new(command, Landing::nowhere, run).looking()
    }

    /// The same, as a command that only looks.
    pub(crate) const fn looking(self) -> Self {
        let operation = Operation {
            is_read: true,
            ..self.operation
        };
        Self { operation, ..self }
    }

    /// The same, as one that answers, at once or when its job is over, with a thing.
    pub(crate) const fn showing(self, show: Show) -> Self {
        Self {
            shows: Some(show),
            ..self
        }
    }

    pub(crate) const fn open(self) -> Self {
        Self {
            is_open: true,
            ..self
        }
    }

    /// How the thing looks that the command answers with, its tags included; `None` when it is gone.
    pub(crate) fn shown(&self, world: &World, id: Uuid, viewer: Viewer) -> Option<Value> {
        let mut shown = self.shows?(world, id, viewer)?;
        let fields = self
            .spec()
            .answers
            .and_then(|it| catalog::fields(it.object));
        let are_tags =
            |(name, of): &(&str, Type)| *name == "tags" && matches!(of, Type::Objects(_));
        let has_tags = fields.is_some_and(|fields| fields.iter().any(are_tags));
        if has_tags && let Some(members) = shown.as_object_mut() {
            members.insert("tags".into(), commands::tags::of(world, id));
        }
        let can_be_annotated =
            fields.is_some_and(|fields| fields.iter().any(|(name, _)| *name == ANNOTATED));
        if can_be_annotated && let Some(members) = shown.as_object_mut() {
            let is_annotated = world.annotations_on(id).next().is_some();
            members.insert(ANNOTATED.into(), is_annotated.into());
        }
        Some(shown)
    }

    /// The command's name, as clients write it.
    pub(crate) fn name(&self) -> &'static str {
        self.operation.command.trim_start_matches("cloudstack.")
    }

    /// What is known of the command beside what it does.
    pub(crate) fn spec(&self) -> &'static catalog::Command {
        catalog::command(self.name()).expect("every row is in the catalog; a test looks")
    }
}

static TABLES: &[&[Row]] = &[
    session::ROWS,
    commands::system::ROWS,
    commands::accounts::ROWS,
    commands::domains::ROWS,
    commands::users::ROWS,
    commands::roles::ROWS,
    commands::projects::ROWS,
    commands::invitations::ROWS,
    commands::limits::ROWS,
    commands::usage::ROWS,
    commands::key_pairs::ROWS,
    commands::tags::ROWS,
    commands::details::ROWS,
    commands::annotations::ROWS,
    commands::affinity::ROWS,
    commands::user_data::ROWS,
    commands::events::ROWS,
    commands::alerts::ROWS,
    commands::configuration::ROWS,
    commands::infrastructure::zones::ROWS,
    commands::infrastructure::pods::ROWS,
    commands::infrastructure::clusters::ROWS,
    commands::infrastructure::hosts::ROWS,
    commands::infrastructure::pools::ROWS,
    commands::dedication::ROWS,
    commands::infrastructure::image_stores::ROWS,
    commands::infrastructure::dashboards::ROWS,
    commands::physical_networks::networks::ROWS,
    commands::physical_networks::traffic::ROWS,
    commands::physical_networks::providers::ROWS,
    commands::physical_networks::elements::ROWS,
    commands::physical_networks::ranges::ROWS,
    commands::physical_networks::storage_ranges::ROWS,
    commands::physical_networks::vlans::ROWS,
    commands::service_offerings::ROWS,
    commands::disk_offerings::ROWS,
    commands::network_offerings::ROWS,
    commands::security_groups::ROWS,
    commands::templates::ROWS,
    commands::os_types::ROWS,
    commands::networks::ROWS,
    commands::addresses::ROWS,
    commands::balancing::ROWS,
    commands::vpn::ROWS,
    commands::vpcs::ROWS,
    commands::volumes::ROWS,
    commands::snapshots::ROWS,
    commands::snapshots::POLICY_ROWS,
    commands::machines::ROWS,
    commands::machines::nics::ROWS,
    commands::machines::GROUPS,
    commands::machines::VM_SNAPSHOTS,
    commands::hosts::ROWS,
    commands::hosts::HIGH_AVAILABILITY,
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
    fn the_catalog_tells_of_all_commands_and_of_no_others() {
        let rows: BTreeSet<&str> = rows().map(Row::name).collect();
        let told: BTreeSet<&str> = catalog::commands().map(|command| command.name).collect();
        assert_eq!(rows, told);
    }

    #[test]
    fn a_command_shows_something_exactly_when_it_answers_with_something() {
        let wrong: Vec<&str> = rows()
            .filter(|row| row.shows.is_some())
            .filter(|row| {
                let answers = row.spec().answers;
                answers.is_none_or(|answers| answers.object == "success")
            })
            .map(Row::name)
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
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
