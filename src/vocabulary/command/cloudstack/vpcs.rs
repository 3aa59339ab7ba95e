//! Virtual private clouds.

use super::{network, row};
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.createVPC", 530, "Creates a VPC"),
    network("cloudstack.updateVPC", 530, "Changes a VPC"),
    network("cloudstack.deleteVPC", 530, "Deletes a VPC"),
    network("cloudstack.restartVPC", 530, "Restarts a VPC"),
    row("cloudstack.listVPCs", 530, "Lists VPCs"),
    row("cloudstack.createVPCOffering", 530, "Creates a VPC offering"),
    row("cloudstack.updateVPCOffering", 530, "Changes a VPC offering"),
    row("cloudstack.deleteVPCOffering", 530, "Deletes a VPC offering"),
    row("cloudstack.listVPCOfferings", 530, "Lists VPC offerings"),
    row("cloudstack.createNetworkACLList", 530, "Creates a network ACL list"),
    row("cloudstack.updateNetworkACLList", 530, "Changes a network ACL list"),
    row("cloudstack.deleteNetworkACLList", 530, "Deletes a network ACL list"),
    row("cloudstack.listNetworkACLLists", 530, "Lists network ACL lists"),
    row("cloudstack.replaceNetworkACLList", 530, "Gives a tier or a private gateway another network ACL list"),
    row("cloudstack.createNetworkACL", 530, "Adds an item to a network ACL list"),
    row("cloudstack.updateNetworkACLItem", 530, "Changes an item of a network ACL list"),
    row("cloudstack.moveNetworkAclItem", 530, "Moves an item of a network ACL list to another place"),
    row("cloudstack.deleteNetworkACL", 530, "Deletes an item of a network ACL list"),
    row("cloudstack.listNetworkACLs", 530, "Lists the items of network ACL lists"),
    row("cloudstack.createPrivateGateway", 530, "Creates a private gateway"),
    row("cloudstack.deletePrivateGateway", 530, "Deletes a private gateway"),
    row("cloudstack.listPrivateGateways", 530, "Lists private gateways"),
    row("cloudstack.createStaticRoute", 530, "Creates a static route"),
    row("cloudstack.deleteStaticRoute", 530, "Deletes a static route"),
    row("cloudstack.listStaticRoutes", 530, "Lists static routes"),
];
