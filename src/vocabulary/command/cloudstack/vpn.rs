//! VPN between sites and for users from afar.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.createVpnGateway", 530, "Creates the end of a VPC for connections to other sites"),
    row("cloudstack.deleteVpnGateway", 530, "Deletes a VPN gateway that has no connections"),
    row("cloudstack.listVpnGateways", 530, "Lists VPN gateways"),
    row("cloudstack.createVpnCustomerGateway", 530, "Describes the gateway of another site"),
    row("cloudstack.updateVpnCustomerGateway", 530, "Changes what is said of the gateway of another site"),
    row("cloudstack.deleteVpnCustomerGateway", 530, "Deletes a customer gateway that has no connections"),
    row("cloudstack.listVpnCustomerGateways", 530, "Lists customer gateways"),
    row("cloudstack.createVpnConnection", 530, "Connects a VPC with another site"),
    row("cloudstack.deleteVpnConnection", 530, "Ends a connection with another site"),
    row("cloudstack.resetVpnConnection", 530, "Connects a VPC with another site anew"),
    row("cloudstack.listVpnConnections", 530, "Lists connections with other sites"),
    row("cloudstack.createRemoteAccessVpn", 530, "Opens a way in for users at a public address"),
    row("cloudstack.updateRemoteAccessVpn", 530, "Changes whether a way in is displayed"),
    row("cloudstack.deleteRemoteAccessVpn", 530, "Closes the way in for users at a public address"),
    row("cloudstack.listRemoteAccessVpns", 530, "Lists the ways in for users"),
    row("cloudstack.addVpnUser", 530, "Adds a user of the ways in of an account"),
    row("cloudstack.removeVpnUser", 530, "Removes a user of the ways in of an account"),
    row("cloudstack.listVpnUsers", 530, "Lists the users of ways in"),
];
