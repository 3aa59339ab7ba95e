//! What the cloud says of itself: jobs, settings, events.

use super::row;
use crate::vocabulary::command::CommandSpec;
use crate::vocabulary::fact::Subject;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listCapabilities", 530, "Shows what this cloud can do"),
    row("cloudstack.listApis", 530, "Lists the commands and their parameters"),
    row("cloudstack.listRegions", 530, "Lists regions"),
    CommandSpec {
        acts_on: &[Subject::Job],
        ..row("cloudstack.queryAsyncJobResult", 530, "Shows how a job stands")
    },
    row("cloudstack.listAsyncJobs", 530, "Lists jobs"),
];
