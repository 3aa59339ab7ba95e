//! What commands do on a host, and what operations that went well bring about.

use super::{Operation, Thing};
use crate::vocabulary::command::AgentCommand;
use crate::world::World;
use crate::world::server::{Manager, Power};

impl World {
    /// What a command does on the host, whatever it answered.
    pub(super) fn apply(&mut self, command: AgentCommand, operation: &Operation) {
        let power = match command {
            AgentCommand::StartCommand | AgentCommand::RebootCommand => Power::Running,
            AgentCommand::StopCommand => Power::Shutdown,
            AgentCommand::CopyCommand
            | AgentCommand::DestroyCommand
            | AgentCommand::PrepareForMigrationCommand
            | AgentCommand::MigrateCommand
            | AgentCommand::AttachCommand
            | AgentCommand::DettachCommand
            | AgentCommand::PlugNicCommand
            | AgentCommand::UnPlugNicCommand
            | AgentCommand::CreateLoadBalancerCommand
            | AgentCommand::UpdateLoadBalancerCommand
            | AgentCommand::DeleteLoadBalancerCommand
            | AgentCommand::CreateLoadBalancerNodeCommand
            | AgentCommand::UpdateLoadBalancerNodeCommand
            | AgentCommand::DeleteLoadBalancerNodeCommand => return,
        };
        let server = operation.server().and_then(|id| self.servers.get_mut(id));
        if let Some(server) = server {
            server.power = power;
        }
    }

    /// It runs for the first time.
    pub(super) fn launch(&mut self, operation: &Operation) {
        let now = self.now;
        if let Some(server) = operation.server().and_then(|id| self.server_mut(id)) {
            server.launched = Some(now);
        }
    }

    /// It was made and not started.
    pub(super) fn leave_off(&mut self, operation: &Operation) {
        if let Some(server) = operation.server().and_then(|id| self.server_mut(id)) {
            server.power = Power::Shutdown;
        }
        self.release(operation);
    }

    /// CloudStack gives the room of a stopped machine to others.
    pub(super) fn release(&mut self, operation: &Operation) {
        if let (Thing::Server(id), Manager::CloudStack) = (operation.on, operation.manager) {
            self.settle_on(id, None);
        }
    }

    /// It is where it was sent.
    pub(super) fn arrive(&mut self, operation: &Operation) {
        if let Some(id) = operation.server() {
            self.settle_on(id, operation.host);
        }
    }

    /// It is no more.
    pub(super) fn bury(&mut self, operation: &Operation) {
        if let Some(id) = operation.server() {
            self.remove(id);
        }
    }
}
