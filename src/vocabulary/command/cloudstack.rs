//! CloudStack's API commands.

use super::{CommandSpec, at};
use crate::vocabulary::fact::Subject;

const fn row(name: &'static str, failure: u16, about: &'static str) -> CommandSpec {
    super::row(name, &[], failure, about)
}

/// A command on one virtual machine, which is at a place.
const fn machine(name: &'static str, failure: u16, about: &'static str) -> CommandSpec {
    at(&[Subject::Server], row(name, failure, about))
}

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.login", 531, "Opens a session"),
    row("cloudstack.logout", 530, "Closes a session"),
    row("cloudstack.listCapabilities", 530, "Shows what this cloud can do"),
    row("cloudstack.listApis", 530, "Lists the commands and their parameters"),
    row("cloudstack.listRegions", 530, "Lists regions"),
    row("cloudstack.listUsers", 530, "Lists users"),
    row("cloudstack.listAccounts", 530, "Lists accounts"),
    row("cloudstack.listDomains", 530, "Lists domains"),
    row("cloudstack.getUserKeys", 530, "Shows a user's keys"),
    row("cloudstack.listSSHKeyPairs", 530, "Lists key pairs"),
    row("cloudstack.listZones", 530, "Lists zones"),
    row("cloudstack.listPods", 530, "Lists pods"),
    row("cloudstack.listClusters", 530, "Lists clusters"),
    row("cloudstack.listHosts", 530, "Lists hosts"),
    row("cloudstack.listServiceOfferings", 530, "Lists service offerings"),
    row("cloudstack.listDiskOfferings", 530, "Lists disk offerings"),
    row("cloudstack.listNetworkOfferings", 530, "Lists network offerings"),
    row("cloudstack.listTemplates", 530, "Lists templates"),
    row("cloudstack.listNetworks", 530, "Lists networks"),
    row("cloudstack.listPublicIpAddresses", 530, "Lists public addresses; there are none"),
    row("cloudstack.listPortForwardingRules", 530, "Lists port forwarding rules; there are none"),
    row("cloudstack.listIpForwardingRules", 530, "Lists static NAT rules; there are none"),
    row("cloudstack.listVolumes", 530, "Lists volumes: the machines' root disks"),
    row("cloudstack.listVirtualMachines", 530, "Lists virtual machines"),
    machine("cloudstack.deployVirtualMachine", 533, "Deploys a virtual machine"),
    machine("cloudstack.startVirtualMachine", 530, "Starts a stopped virtual machine"),
    machine("cloudstack.stopVirtualMachine", 530, "Stops a running virtual machine"),
    machine("cloudstack.rebootVirtualMachine", 530, "Reboots a virtual machine"),
    machine("cloudstack.destroyVirtualMachine", 530, "Destroys a virtual machine, and expunges it where asked to"),
    machine("cloudstack.recoverVirtualMachine", 530, "Takes a destroyed virtual machine back"),
    machine("cloudstack.expungeVirtualMachine", 530, "Removes a destroyed virtual machine for good"),
    CommandSpec {
        acts_on: &[Subject::Job],
        ..row("cloudstack.queryAsyncJobResult", 530, "Shows how a job stands")
    },
    row("cloudstack.listAsyncJobs", 530, "Lists jobs"),
];
