//! What network cards, and what routers and system machines, are asked for.

use AgentCommand::*;

use super::rows;
use crate::vocabulary::command::AgentCommand;
use crate::world::World;
use crate::world::operations::cloudstack as own;
use crate::world::operations::kind::{Complaint, Failure, Per, ROW, Row, When, send};

rows! {
    /// Put a network card into a server.
    PlugNic {
        word: "plug network card",
        is_beside: true,
        plan: &[send(PlugNicCommand)],
        cloudstack: Some(own::PLUG),
        undone: World::pull_card,
    }
    /// Take a network card out of a server.
    UnplugNic {
        word: "unplug network card",
        is_beside: true,
        plan: &[send(UnPlugNicCommand)],
        done: World::pull_card,
    }
    /// Give a router a public address, or take it away.
    AssociateAddress {
        word: "associate address",
        is_beside: true,
        plan: &[send(IpAssocCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// The same, for the router of a virtual private cloud.
    AssociateVpcAddress {
        word: "associate address",
        is_beside: true,
        plan: &[send(IpAssocVpcCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyFirewall {
        word: "apply firewall rules",
        is_beside: true,
        plan: &[send(SetFirewallRulesCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyPortForwarding {
        word: "apply port forwarding rules",
        is_beside: true,
        plan: &[send(SetPortForwardingRulesCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyVpcPortForwarding {
        word: "apply port forwarding rules",
        is_beside: true,
        plan: &[send(SetPortForwardingRulesVpcCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Let in what is forwarded, and forward it.
    ForwardPorts {
        word: "apply port forwarding rules",
        is_beside: true,
        plan: &[send(SetFirewallRulesCommand), send(SetPortForwardingRulesCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyStaticNat {
        word: "apply static NAT",
        is_beside: true,
        plan: &[send(SetStaticNatRulesCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyAcl {
        word: "apply network ACL",
        is_beside: true,
        plan: &[send(SetNetworkACLCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Connect the router of a virtual private cloud to a private network, or cut it off.
    ConnectPrivately {
        word: "set up private gateway",
        is_beside: true,
        plan: &[send(IpAssocVpcCommand), send(SetNetworkACLCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    ApplyRoutes {
        word: "apply static routes",
        is_beside: true,
        plan: &[send(SetStaticRouteCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Tell a network's router anew all that it has to heed.
    ReapplyNetwork {
        word: "restart network",
        is_beside: true,
        plan: &[
            send(IpAssocCommand),
            send(SetFirewallRulesCommand),
            send(SetPortForwardingRulesCommand),
            send(SetStaticNatRulesCommand),
        ],
        done: World::network_restarted,
    }
    /// The same, for a virtual private cloud's.
    ReapplyVpc {
        word: "restart VPC",
        is_beside: true,
        plan: &[
            send(SetupGuestNetworkCommand),
            send(IpAssocVpcCommand),
            send(SetSourceNatCommand),
            send(SetNetworkACLCommand),
            send(SetPortForwardingRulesVpcCommand),
            send(SetStaticRouteCommand),
        ],
        done: World::network_restarted,
    }
    /// Start one of the cloud's own machines.
    StartAppliance {
        word: "start",
        is_beside: true,
        plan: &[send(StartCommand), send(CheckSshCommand)],
        tries: Per::both(10),
        complaint: Per::both(Complaint::NoHost),
        done: World::appliance_runs,
        undone: World::appliance_is_off,
    }
    StopAppliance {
        word: "stop",
        is_beside: true,
        plan: &[send(StopCommand)],
        done: World::appliance_is_off,
        undone: World::appliance_stays,
    }
    RebootAppliance {
        word: "reboot",
        is_beside: true,
        plan: &[send(RebootCommand)],
        undone: World::appliance_stays,
    }
    /// Stop and start one, so that it is told everything anew.
    RestartAppliance {
        word: "restart",
        is_beside: true,
        plan: &[
            send(StopCommand)
                .when(When::On)
                .or(Failure::Reverts)
                .complains(Complaint::CannotStop)
                .brings(World::appliance_leaves),
            send(StartCommand),
            send(CheckSshCommand),
        ],
        tries: Per::both(10),
        complaint: Per::both(Complaint::NoHost),
        done: World::network_restarted,
        undone: World::appliance_stays,
    }
    DestroyAppliance {
        word: "destroy",
        is_beside: true,
        plan: &[send(StopCommand), send(DestroyCommand)],
        done: World::appliance_is_gone,
        undone: World::appliance_stays,
    }
    /// Remove a network, or a virtual private cloud, with the router that runs for it.
    DeleteNetwork {
        word: "delete network",
        is_beside: true,
        plan: &[send(StopCommand), send(DestroyCommand)],
        done: World::network_goes,
        undone: World::appliance_stays,
    }
    MigrateAppliance {
        word: "migrate",
        is_beside: true,
        plan: &[send(PrepareForMigrationCommand), send(MigrateCommand)],
        done: World::appliance_runs,
        undone: World::appliance_stays,
    }
    ApplyBalancing {
        word: "apply load balancer rules",
        is_beside: true,
        plan: &[send(LoadBalancerConfigCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Have the machine at an inner address balance; it starts first where it does not run.
    BalanceInside {
        word: "apply load balancer rules",
        is_beside: true,
        plan: &[
            send(StartCommand).when(When::Off),
            send(CheckSshCommand).when(When::Off).brings(World::appliance_runs),
            send(LoadBalancerConfigCommand).or(Failure::Reverts),
        ],
        tries: Per::both(10),
        done: World::balances_inside,
        undone: World::does_not_balance,
    }
    /// Remove the machine at an inner address.
    EndBalancing {
        word: "delete load balancer",
        is_beside: true,
        plan: &[send(StopCommand).when(When::On), send(DestroyCommand)],
        done: World::balancer_goes,
        undone: World::does_not_balance,
    }
    /// Let in what is balanced, and balance it.
    BalancePorts {
        word: "apply load balancer rules",
        is_beside: true,
        plan: &[send(SetFirewallRulesCommand), send(LoadBalancerConfigCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Connect the router of a virtual private cloud with another site, or cut it off.
    ConnectSites {
        word: "connect sites",
        is_beside: true,
        plan: &[send(Site2SiteVpnCfgCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Open or close the way in for users from afar.
    OpenRemoteAccess {
        word: "set up remote access",
        is_beside: true,
        plan: &[send(RemoteAccessVpnCfgCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    SetVpnUsers {
        word: "set VPN users",
        is_beside: true,
        plan: &[send(VpnUsersCfgCommand)],
        done: World::guest_settled,
        undone: World::guest_refused,
    }
    /// Have a machine's host heed its security groups.
    ApplyGroups {
        word: "apply security group rules",
        is_beside: true,
        plan: &[send(SecurityGroupRulesCmd)],
    }
}
