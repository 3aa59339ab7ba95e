//! Guest networks and the machines that serve them.

use super::{appliance, network, row};
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.createNetwork", 530, "Creates a network"),
    network("cloudstack.updateNetwork", 530, "Changes a network"),
    network("cloudstack.deleteNetwork", 530, "Deletes a network"),
    network("cloudstack.restartNetwork", 530, "Restarts a network"),
    row("cloudstack.listNetworks", 530, "Lists networks"),
    row("cloudstack.listRouters", 530, "Lists routers"),
    appliance("cloudstack.startRouter", 530, "Starts a router"),
    appliance("cloudstack.stopRouter", 530, "Stops a router"),
    appliance("cloudstack.rebootRouter", 530, "Reboots a router"),
    appliance("cloudstack.destroyRouter", 530, "Destroys a router"),
    appliance("cloudstack.changeServiceForRouter", 530, "Changes the service offering of a router"),
    row("cloudstack.upgradeRouterTemplate", 530, "Reboots routers that are of an old version"),
    row("cloudstack.listInternalLoadBalancerVMs", 530, "Lists the machines that balance inside of networks"),
    appliance("cloudstack.startInternalLoadBalancerVM", 530, "Starts a machine that balances inside of a network"),
    appliance("cloudstack.stopInternalLoadBalancerVM", 530, "Stops a machine that balances inside of a network"),
    row("cloudstack.listSystemVms", 530, "Lists the cloud's own machines"),
    appliance("cloudstack.startSystemVm", 530, "Starts one of the cloud's own machines"),
    appliance("cloudstack.stopSystemVm", 530, "Stops one of the cloud's own machines"),
    appliance("cloudstack.rebootSystemVm", 530, "Reboots one of the cloud's own machines"),
    appliance("cloudstack.destroySystemVm", 530, "Destroys one of the cloud's own machines; another takes its place"),
    appliance("cloudstack.migrateSystemVm", 530, "Moves one of the cloud's own machines to another host"),
    appliance("cloudstack.scaleSystemVm", 530, "Changes the size of one of the cloud's own machines"),
    appliance("cloudstack.changeServiceForSystemVm", 530, "Changes the service offering of one of the cloud's own machines"),
    appliance("cloudstack.patchSystemVm", 530, "Patches one of the cloud's own machines"),
    network("cloudstack.createNetworkPermissions", 530, "Lets other accounts use a network"),
    network("cloudstack.removeNetworkPermissions", 530, "Lets accounts use a network no longer"),
    network("cloudstack.resetNetworkPermissions", 530, "Lets nobody but its owner use a network"),
    row("cloudstack.listNetworkPermissions", 530, "Lists who may use a network"),
    row("cloudstack.listNetworkProtocols", 530, "Lists the protocols that rules can name"),
];
