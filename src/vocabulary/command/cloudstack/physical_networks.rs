//! Physical networks and what is on them.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.createPhysicalNetwork", 530, "Makes a physical network"),
    row("cloudstack.updatePhysicalNetwork", 530, "Changes or enables a physical network"),
    row("cloudstack.deletePhysicalNetwork", 530, "Deletes a physical network"),
    row("cloudstack.listPhysicalNetworks", 530, "Lists physical networks"),
    row("cloudstack.addTrafficType", 530, "Has a physical network carry a kind of traffic"),
    row("cloudstack.updateTrafficType", 530, "Changes what hypervisors call a network"),
    row("cloudstack.deleteTrafficType", 530, "Has a physical network carry a kind of traffic no more"),
    row("cloudstack.listTrafficTypes", 530, "Lists what a physical network carries"),
    row("cloudstack.addNetworkServiceProvider", 530, "Adds a provider of network services"),
    row("cloudstack.updateNetworkServiceProvider", 530, "Enables or disables a provider"),
    row("cloudstack.deleteNetworkServiceProvider", 530, "Removes a provider"),
    row("cloudstack.listNetworkServiceProviders", 530, "Lists providers of network services"),
    row("cloudstack.listSupportedNetworkServices", 530, "Lists network services and who provides them"),
    row("cloudstack.createVirtualRouterElement", 530, "Makes an element of virtual routers"),
    row("cloudstack.configureVirtualRouterElement", 530, "Enables an element of virtual routers"),
    row("cloudstack.listVirtualRouterElements", 530, "Lists elements of virtual routers"),
    row("cloudstack.createInternalLoadBalancerElement", 530, "Makes an element of internal load balancers"),
    row("cloudstack.configureInternalLoadBalancerElement", 530, "Enables an element of internal load balancers"),
    row("cloudstack.listInternalLoadBalancerElements", 530, "Lists elements of internal load balancers"),
    row("cloudstack.dedicateGuestVlanRange", 530, "Gives VLANs of a physical network to an account alone"),
    row("cloudstack.releaseDedicatedGuestVlanRange", 530, "Gives VLANs that were an account's back to all"),
    row("cloudstack.listDedicatedGuestVlanRanges", 530, "Lists VLANs that are accounts' alone"),
    row("cloudstack.createVlanIpRange", 530, "Makes a range of addresses"),
    row("cloudstack.updateVlanIpRange", 530, "Changes a range of addresses"),
    row("cloudstack.deleteVlanIpRange", 530, "Deletes a range of addresses"),
    row("cloudstack.listVlanIpRanges", 530, "Lists ranges of addresses"),
    row("cloudstack.dedicatePublicIpRange", 530, "Dedicates a range of public addresses to an account"),
    row("cloudstack.releasePublicIpRange", 530, "Ends the dedication of a range"),
    row("cloudstack.createStorageNetworkIpRange", 530, "Makes a range of addresses for storage"),
    row("cloudstack.updateStorageNetworkIpRange", 530, "Changes a range of addresses for storage"),
    row("cloudstack.deleteStorageNetworkIpRange", 530, "Deletes a range of addresses for storage"),
    row("cloudstack.listStorageNetworkIpRange", 530, "Lists ranges of addresses for storage"),
];
