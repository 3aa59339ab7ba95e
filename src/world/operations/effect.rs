//! What commands do on a host, and what operations that went well or wrong bring about.

use uuid::Uuid;

use super::{Operation, Step, Thing};
use crate::vocabulary::command::AgentCommand;
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::server::{Manager, Power, Resize, Server, State};
use crate::world::topology::HostKey;

/// The power that a server has after a command; `None` where that makes no difference.
fn power_after(command: AgentCommand) -> Option<Power> {
    use AgentCommand::*;
    match command {
        StartCommand | RebootCommand | UnpauseCommand | ResumeCommand | RescueCommand
        | UnrescueCommand => Some(Power::Running),
        StopCommand => Some(Power::Shutdown),
        PauseCommand => Some(Power::Paused),
        SuspendCommand => Some(Power::Suspended),
        CopyCommand
        | DestroyCommand
        | PrepareForMigrationCommand
        | MigrateCommand
        | MigrateVolumeCommand
        | CreateVMSnapshotCommand
        | UploadCommand
        | SetPasswordCommand
        | TriggerCrashDumpCommand
        | AttachCommand
        | DettachCommand
        | CreateObjectCommand
        | DeleteCommand
        | ResizeVolumeCommand
        | DownloadCommand
        | AttachIsoCommand
        | PlugNicCommand
        | UnPlugNicCommand
        | CheckVirtualMachineCommand
        | ScaleVmCommand
        | RevertToVMSnapshotCommand
        | DeleteVMSnapshotCommand
        | DhcpEntryCommand
        | SavePasswordCommand
        | VmDataCommand
        | SecurityGroupRulesCmd
        | IpAssocCommand
        | SetFirewallRulesCommand
        | SetPortForwardingRulesCommand
        | SetStaticNatRulesCommand
        | SetNetworkACLCommand
        | IpAssocVpcCommand
        | SetPortForwardingRulesVpcCommand
        | SetSourceNatCommand
        | SetupGuestNetworkCommand
        | SetStaticRouteCommand
        | CheckSshCommand
        | LoadBalancerConfigCommand
        | Site2SiteVpnCfgCommand
        | RemoteAccessVpnCfgCommand
        | VpnUsersCfgCommand
        | MaintainCommand
        | PingCommand
        | PingRoutingWithNwGroupsCommand
        | CheckHealthCommand
        | CheckOnHostCommand
        | PingTestCommand
        | FenceCommand
        | CreateLoadBalancerCommand
        | UpdateLoadBalancerCommand
        | DeleteLoadBalancerCommand
        | CreateLoadBalancerNodeCommand
        | UpdateLoadBalancerNodeCommand
        | DeleteLoadBalancerNodeCommand => None,
    }
}

impl World {
    /// What a command does on the host, whatever it answered.
    pub(super) fn apply(&mut self, step: &Step, operation: &Operation) {
        if let (Some(power), Some(server)) = (power_after(step.command), self.subject(operation)) {
            server.power = power;
        }
        (step.effect)(self, operation);
    }

    /// The server that an operation is done to.
    fn subject(&mut self, operation: &Operation) -> Option<&mut Server> {
        self.servers.get_mut(operation.server()?)
    }

    /// It runs for the first time.
    pub(in crate::world) fn launch(&mut self, operation: &Operation) {
        let now = self.now;
        if let Some(server) = self.subject(operation) {
            server.launched = Some(now);
        }
        self.disks_made(operation);
    }

    /// It was made and not started.
    pub(super) fn leave_off(&mut self, operation: &Operation) {
        if let Some(server) = self.subject(operation) {
            server.power = Power::Shutdown;
        }
        self.release(operation);
    }

    /// CloudStack gives the room of a stopped machine to others.
    pub(in crate::world) fn release(&mut self, operation: &Operation) {
        if let (Thing::Server(id), Manager::CloudStack) = (operation.on, operation.manager) {
            self.settle_on(id, None);
        }
    }

    /// It is where it was sent.
    pub(in crate::world) fn arrive(&mut self, operation: &Operation) {
        if self.let_go_of_claim(operation.id).is_some() {
            self.move_in(operation);
        }
    }

    /// It is what it is to become, and holds its old place until that is confirmed.
    pub(super) fn resized(&mut self, operation: &Operation) {
        let Some(host) = self.let_go_of_claim(operation.id) else {
            return;
        };
        let now = self.now;
        let Some(server) = self.subject(operation) else {
            return;
        };
        let before = operation.before.unwrap_or(State::Active);
        let flavor = operation.flavor.clone();
        let flavor = flavor.unwrap_or_else(|| server.spec.flavor.clone());
        let resize = Resize {
            host: server.host.replace(host),
            flavor: std::mem::replace(&mut server.spec.flavor, flavor),
            before,
        };
        server.last_host = Some(host);
        server.launched = Some(now);
        server.rare_mut().resize = Some(resize);
    }

    /// Its old place is free for others.
    pub(super) fn confirmed(&mut self, operation: &Operation) {
        self.forget_resize(operation);
    }

    /// It is again what it was, where it was.
    pub(super) fn reverted(&mut self, operation: &Operation) {
        let Some(server) = self.subject(operation) else {
            return;
        };
        let Some(resize) = server.rare.as_mut().and_then(|rare| rare.resize.as_mut()) else {
            return;
        };
        std::mem::swap(&mut server.spec.flavor, &mut resize.flavor);
        std::mem::swap(&mut server.host, &mut resize.host);
        server.last_host = server.host;
        self.forget_resize(operation);
    }

    /// Gives up the second place of a resized server; it goes on as what it was before.
    fn forget_resize(&mut self, operation: &Operation) {
        let Some(server) = self.subject(operation) else {
            return;
        };
        let Some(resize) = server.rare.as_mut().and_then(|rare| rare.resize.take()) else {
            return;
        };
        server.state = resize.before;
        if let Some(host) = resize.host {
            self.topology.host_mut(host).give_back(&resize.flavor);
        }
    }

    /// It was made anew, and is as it was: on or off.
    pub(super) fn rebuilt(&mut self, operation: &Operation) {
        self.arrive(operation);
        let now = self.now;
        let Some(server) = self.subject(operation) else {
            return;
        };
        server.fault = None;
        server.launched = Some(now);
        server.state = match operation.before {
            Some(State::Stopped) => State::Stopped,
            _ => State::Active,
        };
        self.renew_root_disk(operation);
    }

    /// Nothing of it is on any host.
    pub(super) fn offloaded(&mut self, operation: &Operation) {
        self.keep_snapshot(operation);
        let Some(id) = operation.server() else {
            return;
        };
        self.settle_on(id, None);
        self.disconnect_volumes(id);
        if let Some(server) = self.subject(operation) {
            server.last_host = None;
            (server.state, server.power) = (State::ShelvedOffloaded, Power::Shutdown);
        }
    }

    /// It could not be shelved. Where only the last step failed it is, but keeps its place.
    pub(super) fn unshelvable(&mut self, operation: &Operation) {
        let is_kept = operation.step + 1 == operation.plan().len();
        if !is_kept {
            return self.snapshot_failed(operation);
        }
        self.keep_snapshot(operation);
        if let Some(server) = self.subject(operation) {
            server.state = State::Shelved;
        }
    }

    /// It runs again; its image is not needed any longer.
    pub(super) fn unshelved(&mut self, operation: &Operation) {
        if let (Some(id), Some(Thing::Volume(_))) = (operation.server(), operation.with) {
            self.connect_volumes(id);
        }
        let now = self.now;
        let Some(server) = self.subject(operation) else {
            return;
        };
        server.launched = Some(now);
        let rare = server.rare.as_mut();
        if let Some(image) = rare.and_then(|rare| rare.shelved_image.take()) {
            self.remove_image(image);
        }
    }

    /// It is no more.
    pub(super) fn bury(&mut self, operation: &Operation) {
        if let Some(id) = operation.server() {
            self.remove(id);
        }
    }
}

/// Room held on a second host while a server is on its way.
impl World {
    /// Has an operation hold room on `host`, and on no other.
    pub(super) fn claim(&mut self, id: Uuid, host: Option<HostKey>) {
        let Some(operation) = self.operations.get_mut(id) else {
            return;
        };
        let old = std::mem::replace(&mut operation.claim, host);
        if old == host {
            return;
        }
        let server = operation.server().and_then(|id| self.servers.get(id));
        let own = server.map(|server| &server.spec.flavor);
        let Some(flavor) = operation.flavor.as_ref().or(own) else {
            return;
        };
        if let Some(old) = old {
            self.topology.host_mut(old).give_back(flavor);
        }
        if let Some(new) = host {
            self.topology.host_mut(new).take(flavor);
        }
    }

    /// Leaves the room that an operation holds to its server.
    pub(super) fn let_go_of_claim(&mut self, id: Uuid) -> Option<HostKey> {
        self.operations.get_mut(id)?.claim.take()
    }

    /// The server is where room was claimed for it, which was let go of.
    fn move_in(&mut self, operation: &Operation) {
        let Some(id) = operation.server() else {
            return;
        };
        let (Some(host), Some(server)) = (operation.host, self.servers.get_mut(id)) else {
            return;
        };
        let flavor = server.spec.flavor.clone();
        server.last_host = Some(host);
        if server.disk.is_some() {
            let cluster = self.topology.host(host).place.get(Level::Cluster);
            server.disk = cluster.map(|spot| spot.number);
        }
        if let Some(old) = server.host.replace(host) {
            self.topology.host_mut(old).give_back(&flavor);
        }
        self.bring_disks(id, host);
    }
}
