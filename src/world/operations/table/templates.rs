//! What can be done to templates and ISOs.

use AgentCommand::*;

use super::rows;
use crate::vocabulary::command::AgentCommand;
use crate::world::World;
use crate::world::operations::kind::{ROW, Row, When, send};

rows! {
    /// Bring a template from afar.
    FetchTemplate {
        word: "register template",
        is_beside: true,
        plan: &[send(DownloadCommand)],
        done: World::template_fetched,
        undone: World::template_not_fetched,
    }
    /// Make a template of a volume or a snapshot.
    MakeTemplate {
        word: "create template",
        is_beside: true,
        plan: &[send(CopyCommand)],
        done: World::template_made,
        undone: World::template_not_made,
    }
    CopyTemplate {
        word: "copy template",
        is_beside: true,
        plan: &[send(CopyCommand)],
        done: World::template_copied,
    }
    DeleteTemplate {
        word: "delete template",
        is_beside: true,
        plan: &[send(DeleteCommand)],
        done: World::template_deleted,
    }
    /// Put an ISO into a machine's drive, or take it out.
    ChangeIso {
        word: "change ISO",
        is_beside: true,
        plan: &[send(AttachIsoCommand).when(When::On)],
        done: World::iso_changed,
    }
}
