//! Security groups and their rules.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.createSecurityGroup", 530, "Creates a security group"),
    row("cloudstack.updateSecurityGroup", 530, "Renames a security group"),
    row("cloudstack.deleteSecurityGroup", 530, "Deletes a security group that no machine has"),
    row("cloudstack.listSecurityGroups", 530, "Lists security groups with their rules"),
    row("cloudstack.authorizeSecurityGroupIngress", 530, "Lets traffic in to the machines of a security group"),
    row("cloudstack.authorizeSecurityGroupEgress", 530, "Lets traffic out from the machines of a security group"),
    row("cloudstack.revokeSecurityGroupIngress", 530, "Removes a rule about what comes in"),
    row("cloudstack.revokeSecurityGroupEgress", 530, "Removes a rule about what goes out"),
];
