//! Load balancing.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.createLoadBalancerRule", 530, "Creates a rule that sends what comes to a port of a public address on to several machines"),
    row("cloudstack.updateLoadBalancerRule", 530, "Changes a load balancer rule"),
    row("cloudstack.deleteLoadBalancerRule", 530, "Deletes a load balancer rule"),
    row("cloudstack.listLoadBalancerRules", 530, "Lists load balancer rules"),
    row("cloudstack.assignToLoadBalancerRule", 530, "Adds machines to a load balancer rule"),
    row("cloudstack.removeFromLoadBalancerRule", 530, "Removes machines from a load balancer rule"),
    row("cloudstack.listLoadBalancerRuleInstances", 530, "Lists the machines of a load balancer rule"),
    row("cloudstack.createLoadBalancer", 530, "Creates a load balancer inside of a network"),
    row("cloudstack.updateLoadBalancer", 530, "Changes a load balancer inside of a network"),
    row("cloudstack.deleteLoadBalancer", 530, "Deletes a load balancer inside of a network"),
    row("cloudstack.listLoadBalancers", 530, "Lists load balancers inside of networks"),
    row("cloudstack.createLBStickinessPolicy", 530, "Has the requests of a client stay with one machine of a rule"),
    row("cloudstack.updateLBStickinessPolicy", 530, "Changes a stickiness policy"),
    row("cloudstack.deleteLBStickinessPolicy", 530, "Deletes a stickiness policy"),
    row("cloudstack.listLBStickinessPolicies", 530, "Lists the stickiness policy of a rule"),
    row("cloudstack.createLBHealthCheckPolicy", 530, "Has the machines of a rule checked"),
    row("cloudstack.updateLBHealthCheckPolicy", 530, "Changes a health check policy"),
    row("cloudstack.deleteLBHealthCheckPolicy", 530, "Deletes a health check policy"),
    row("cloudstack.listLBHealthCheckPolicies", 530, "Lists the health check policy of a rule"),
    row("cloudstack.assignCertToLoadBalancer", 530, "Gives a load balancer rule a certificate"),
    row("cloudstack.removeCertFromLoadBalancer", 530, "Takes its certificate from a load balancer rule"),
    row("cloudstack.uploadSslCert", 530, "Uploads a certificate with its key"),
    row("cloudstack.deleteSslCert", 530, "Deletes a certificate that no rule has"),
    row("cloudstack.listSslCerts", 530, "Lists certificates"),
    row("cloudstack.listAutoScaleVmGroups", 530, "Lists the groups of machines that grow and shrink on their own; there are none"),
];
