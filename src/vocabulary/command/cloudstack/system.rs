//! What the cloud says of itself: jobs, settings, events.

use super::row;
use crate::vocabulary::command::CommandSpec;
use crate::vocabulary::fact::Subject;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listCapabilities", 530, "Shows what this cloud can do"),
    row("cloudstack.listApis", 530, "Lists the commands and their parameters"),
    row("cloudstack.listConfigurations", 530, "Lists global settings"),
    row("cloudstack.updateConfiguration", 530, "Changes a global setting"),
    row("cloudstack.resetConfiguration", 530, "Gives a global setting its default back"),
    row("cloudstack.listCapacity", 530, "Lists what there is and how much of it is used"),
    row("cloudstack.listHypervisors", 530, "Lists what runs machines here"),
    row("cloudstack.listHypervisorCapabilities", 530, "Lists what hypervisors can do"),
    row("cloudstack.listManagementServers", 530, "Lists management servers"),
    row("cloudstack.listManagementServersMetrics", 530, "Lists management servers with their load"),
    row("cloudstack.listInfrastructure", 530, "Counts what the data centre has"),
    row("cloudstack.listRegions", 530, "Lists regions"),
    CommandSpec {
        acts_on: &[Subject::Job],
        ..row("cloudstack.queryAsyncJobResult", 530, "Shows how a job stands")
    },
    row("cloudstack.listAsyncJobs", 530, "Lists jobs"),
    row("cloudstack.listEvents", 530, "Lists what was done"),
    row("cloudstack.listEventTypes", 530, "Lists the types of events"),
    row("cloudstack.archiveEvents", 530, "Puts events away"),
    row("cloudstack.deleteEvents", 530, "Removes events"),
    row("cloudstack.listAlerts", 530, "Lists alerts"),
    row("cloudstack.listAlertTypes", 530, "Lists the types of alerts"),
    row("cloudstack.generateAlert", 530, "Raises an alert"),
    row("cloudstack.archiveAlerts", 530, "Puts alerts away"),
    row("cloudstack.deleteAlerts", 530, "Removes alerts"),
    row("cloudstack.listDeploymentPlanners", 530, "Lists the planners of deployments"),
    row("cloudstack.getCloudIdentifier", 530, "Shows the cloud's identifier"),
    row("cloudstack.getApiLimit", 530, "Shows how often an account may call"),
    row("cloudstack.resetApiLimit", 530, "Lets accounts call anew"),
];
