//! What the cloud asks of a host, under CloudStack's names.

use super::{CommandId, CommandSpec, Plane};
use crate::vocabulary::fact::Subject;

macro_rules! agent_commands {
    (
        sent { $($name:ident: $about:literal,)* }
        sent_all_the_time { $($routine:ident: $routine_about:literal,)* }
        sent_for_balancers { $($balancing:ident: $balancing_about:literal,)* }
        not_yet { $($later:ident: $later_about:literal,)* }
    ) => {
        /// The agent commands that the simulated cloud sends.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum AgentCommand {
            $(#[doc = $about] $name,)*
            $(#[doc = $routine_about] $routine,)*
            $(#[doc = $balancing_about] $balancing,)*
        }

        impl AgentCommand {
            /// All of them, in the order of the table.
            pub const ALL: &[AgentCommand] = &[
                $(AgentCommand::$name,)*
                $(AgentCommand::$routine,)*
                $(AgentCommand::$balancing,)*
            ];

            /// Its row in the table of commands, which begins with these.
            pub fn id(self) -> CommandId {
                CommandId(self as u16)
            }
        }

        pub(super) const TABLE: &[CommandSpec] = &[
            $(row(stringify!($name), true, $about),)*
            $(routine(stringify!($routine), $routine_about),)*
            $(for_balancer(stringify!($balancing), $balancing_about),)*
            $(row(stringify!($later), false, $later_about),)*
        ];
    };
}

const fn row(name: &'static str, is_simulated: bool, about: &'static str) -> CommandSpec {
    CommandSpec {
        name,
        service: "agent",
        plane: Plane::Agent,
        routes: &[],
        acts_on: &[
            Subject::Server,
            Subject::Volume,
            Subject::Snapshot,
            Subject::Network,
            Subject::Host,
        ],
        has_place: true,
        policy: None,
        failure: 0,
        is_routine: false,
        is_simulated,
        about,
    }
}

/// What hosts say of themselves, again and again.
const fn routine(name: &'static str, about: &'static str) -> CommandSpec {
    CommandSpec {
        acts_on: &[Subject::Host],
        is_routine: true,
        ..row(name, true, about)
    }
}

/// What a host that carries balancers is asked; CloudStack has no names for these.
const fn for_balancer(name: &'static str, about: &'static str) -> CommandSpec {
    CommandSpec {
        acts_on: &[Subject::Balancer, Subject::Host],
        ..row(name, true, about)
    }
}

agent_commands! {
    sent {
        CopyCommand: "Puts a copy of the image on the host, as the server's disk",
        StartCommand: "Starts a server on the host",
        StopCommand: "Stops a server",
        RebootCommand: "Restarts a running server",
        DestroyCommand: "Removes a server's disk from the host",
        PrepareForMigrationCommand: "Readies the destination of a live migration",
        MigrateCommand: "Moves a running server from this host to another",
        MigrateVolumeCommand: "Moves the disk of a server that is off to another host",
        PauseCommand: "Freezes a running server",
        UnpauseCommand: "Lets a frozen server go on",
        SuspendCommand: "Saves a running server to disk and stops it",
        ResumeCommand: "Lets a suspended server go on",
        RescueCommand: "Starts a server from a rescue image",
        UnrescueCommand: "Starts a rescued server from its own disk again",
        CreateVMSnapshotCommand: "Takes a server's snapshot",
        UploadCommand: "Brings a server's snapshot to the image store",
        SetPasswordCommand: "Changes the password inside a server",
        TriggerCrashDumpCommand: "Makes a server dump its memory",
        AttachCommand: "Attaches a volume",
        DettachCommand: "Detaches a volume",
        CreateObjectCommand: "Creates a volume or snapshot",
        DeleteCommand: "Deletes a volume, snapshot or backup",
        ResizeVolumeCommand: "Changes a volume's size",
        DownloadCommand: "Brings a template or volume from afar",
        AttachIsoCommand: "Puts an ISO into a server's drive, or takes it out",
        PlugNicCommand: "Adds a network card",
        UnPlugNicCommand: "Removes a network card",
        CheckVirtualMachineCommand: "Asks a host whether a server runs there",
        ScaleVmCommand: "Changes a running server's size",
        RevertToVMSnapshotCommand: "Takes a server back to a snapshot",
        DeleteVMSnapshotCommand: "Deletes a server's snapshot",
        DhcpEntryCommand: "Announces a server's address to the DHCP server",
        SavePasswordCommand: "Puts a server's password on the router",
        VmDataCommand: "Puts a server's user data on the router",
        SecurityGroupRulesCmd: "Sets a server's security group rules",
        IpAssocCommand: "Gives a router a public address",
        SetFirewallRulesCommand: "Sets a router's firewall rules",
        SetPortForwardingRulesCommand: "Sets a router's port forwarding rules",
        SetStaticNatRulesCommand: "Sets a router's static NAT rules",
        LoadBalancerConfigCommand: "Sets a router's load balancer",
        SetNetworkACLCommand: "Sets a router's network ACL",
        IpAssocVpcCommand: "Gives the router of a VPC a public address",
        SetPortForwardingRulesVpcCommand: "Sets the port forwarding rules of a VPC's router",
        SetSourceNatCommand: "Has the router of a VPC hide its networks behind an address",
        SetupGuestNetworkCommand: "Connects the router of a VPC to a network",
        SetStaticRouteCommand: "Sets the static routes of a VPC's router",
        CheckSshCommand: "Asks whether a router answers",
        MaintainCommand: "Sets a host to maintenance",
        CheckHealthCommand: "Asks a host whether it is well",
        CheckOnHostCommand: "Asks a neighbour whether a host is alive",
        PingTestCommand: "Asks a host whether an address answers",
        FenceCommand: "Asks a neighbour to cut a server of a dead host off its storage",
    }
    sent_all_the_time {
        PingCommand: "The regular sign of life of a host",
        PingRoutingWithNwGroupsCommand: "The report of a host on the power of its servers, with its sign of life",
    }
    sent_for_balancers {
        CreateLoadBalancerCommand: "Sets up a load balancer on the host",
        UpdateLoadBalancerCommand: "Changes a load balancer's configuration",
        DeleteLoadBalancerCommand: "Removes a load balancer from the host",
        CreateLoadBalancerNodeCommand: "Adds nodes to a load balancer",
        UpdateLoadBalancerNodeCommand: "Changes nodes of a load balancer",
        DeleteLoadBalancerNodeCommand: "Removes nodes from a load balancer",
    }
    not_yet {
        GetHostStatsCommand: "Asks a host for its load",
        GetVmStatsCommand: "Asks a host for its servers' load",
    }
}
