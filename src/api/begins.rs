//! Which commands begin something on hosts: what of a cloud's own doing a scenario can get at.

use super::openstack;
use crate::vocabulary::command::AgentCommand;
use crate::world::operations::Kind;
use crate::world::server::Manager;

/// What begins operations, beside the actions of Compute, which have it in their own table.
const BEGINS: &[(&str, &[Kind])] = &[
    ("compute.create_server", &[Kind::Create]),
    ("compute.delete_server", &[Kind::Delete]),
    ("compute.attach_volume", &[Kind::AttachVolume]),
    ("compute.detach_volume", &[Kind::DetachVolume]),
    ("compute.attach_interface", &[Kind::PlugNic]),
    ("compute.detach_interface", &[Kind::UnplugNic]),
    ("compute.create_volume", &[Kind::CreateVolume]),
    ("compute.delete_volume", &[Kind::DeleteVolume]),
    ("compute.create_snapshot", &[Kind::CreateSnapshot]),
    ("compute.delete_snapshot", &[Kind::DeleteSnapshot]),
    ("volume.create_volume", &[Kind::CreateVolume]),
    ("volume.delete_volume", &[Kind::DeleteVolume]),
    (
        "volume.extend_volume",
        &[Kind::ExtendVolume, Kind::ExtendAttachedVolume],
    ),
    ("volume.retype_volume", &[Kind::RetypeVolume]),
    ("volume.revert_volume", &[Kind::RevertVolume]),
    ("volume.upload_volume", &[Kind::UploadVolume]),
    ("volume.create_snapshot", &[Kind::CreateSnapshot]),
    ("volume.delete_snapshot", &[Kind::DeleteSnapshot]),
    ("volume.create_backup", &[Kind::BackUpVolume]),
    ("volume.restore_backup", &[Kind::RestoreBackup]),
    ("volume.delete_backup", &[Kind::DeleteBackup]),
    (
        "cloudstack.deployVirtualMachine",
        &[Kind::Create, Kind::CreateStopped, Kind::FillDisk],
    ),
    ("cloudstack.startVirtualMachine", &[Kind::Start]),
    ("cloudstack.stopVirtualMachine", &[Kind::Stop]),
    (
        "cloudstack.rebootVirtualMachine",
        &[Kind::Reboot, Kind::HardReboot],
    ),
    (
        "cloudstack.destroyVirtualMachine",
        &[Kind::Destroy, Kind::Delete],
    ),
    ("cloudstack.expungeVirtualMachine", &[Kind::Delete]),
    (
        "cloudstack.associateIpAddress",
        &[Kind::AssociateAddress, Kind::AssociateVpcAddress],
    ),
    (
        "cloudstack.disassociateIpAddress",
        &[Kind::AssociateAddress, Kind::AssociateVpcAddress],
    ),
    ("cloudstack.createFirewallRule", &[Kind::ApplyFirewall]),
    ("cloudstack.deleteFirewallRule", &[Kind::ApplyFirewall]),
    (
        "cloudstack.createEgressFirewallRule",
        &[Kind::ApplyFirewall],
    ),
    (
        "cloudstack.deleteEgressFirewallRule",
        &[Kind::ApplyFirewall],
    ),
    (
        "cloudstack.createPortForwardingRule",
        &[Kind::ForwardPorts, Kind::ApplyVpcPortForwarding],
    ),
    (
        "cloudstack.updatePortForwardingRule",
        &[Kind::ForwardPorts, Kind::ApplyVpcPortForwarding],
    ),
    (
        "cloudstack.deletePortForwardingRule",
        &[Kind::ForwardPorts, Kind::ApplyVpcPortForwarding],
    ),
    ("cloudstack.enableStaticNat", &[Kind::ApplyStaticNat]),
    ("cloudstack.disableStaticNat", &[Kind::ApplyStaticNat]),
    ("cloudstack.createIpForwardingRule", &[Kind::ApplyStaticNat]),
    ("cloudstack.deleteIpForwardingRule", &[Kind::ApplyStaticNat]),
    (
        "cloudstack.restartNetwork",
        &[Kind::ReapplyNetwork, Kind::RestartAppliance],
    ),
    ("cloudstack.deleteNetwork", &[Kind::DeleteNetwork]),
    ("cloudstack.createVPC", &[Kind::StartAppliance]),
    ("cloudstack.deleteVPC", &[Kind::DeleteNetwork]),
    (
        "cloudstack.restartVPC",
        &[Kind::ReapplyVpc, Kind::RestartAppliance],
    ),
    ("cloudstack.createNetworkACL", &[Kind::ApplyAcl]),
    ("cloudstack.updateNetworkACLItem", &[Kind::ApplyAcl]),
    ("cloudstack.moveNetworkAclItem", &[Kind::ApplyAcl]),
    ("cloudstack.deleteNetworkACL", &[Kind::ApplyAcl]),
    ("cloudstack.replaceNetworkACLList", &[Kind::ApplyAcl]),
    ("cloudstack.createPrivateGateway", &[Kind::ConnectPrivately]),
    ("cloudstack.deletePrivateGateway", &[Kind::ConnectPrivately]),
    ("cloudstack.createStaticRoute", &[Kind::ApplyRoutes]),
    ("cloudstack.deleteStaticRoute", &[Kind::ApplyRoutes]),
    ("cloudstack.startRouter", &[Kind::StartAppliance]),
    ("cloudstack.stopRouter", &[Kind::StopAppliance]),
    ("cloudstack.rebootRouter", &[Kind::RebootAppliance]),
    ("cloudstack.destroyRouter", &[Kind::DestroyAppliance]),
    ("cloudstack.startSystemVm", &[Kind::StartAppliance]),
    ("cloudstack.stopSystemVm", &[Kind::StopAppliance]),
    ("cloudstack.rebootSystemVm", &[Kind::RebootAppliance]),
    ("cloudstack.destroySystemVm", &[Kind::DestroyAppliance]),
    ("cloudstack.migrateSystemVm", &[Kind::MigrateAppliance]),
    ("cloudstack.addNicToVirtualMachine", &[Kind::PlugNic]),
    ("cloudstack.removeNicFromVirtualMachine", &[Kind::UnplugNic]),
    ("cloudstack.restoreVirtualMachine", &[Kind::Rebuild]),
    ("cloudstack.resetPasswordForVirtualMachine", &[Kind::Reboot]),
    ("cloudstack.createVolume", &[Kind::FillDisk]),
    ("cloudstack.uploadVolume", &[Kind::FetchDisk]),
    (
        "cloudstack.attachVolume",
        &[Kind::AttachNewDisk, Kind::AttachUploadedDisk],
    ),
    ("cloudstack.detachVolume", &[Kind::DetachDisk]),
    ("cloudstack.resizeVolume", &[Kind::ExtendVolume]),
    ("cloudstack.changeOfferingForVolume", &[Kind::ExtendVolume]),
    ("cloudstack.migrateVolume", &[Kind::MoveDisk]),
    ("cloudstack.extractVolume", &[Kind::ExtractDisk]),
    ("cloudstack.deleteVolume", &[Kind::DeleteVolume]),
    ("cloudstack.destroyVolume", &[Kind::DeleteVolume]),
    ("cloudstack.enableStorageMaintenance", &[Kind::Stop]),
    ("cloudstack.cancelStorageMaintenance", &[Kind::Start]),
    ("cloudstack.createSnapshot", &[Kind::CreateSnapshot]),
    (
        "cloudstack.createSnapshotFromVMSnapshot",
        &[Kind::BackUpSnapshot],
    ),
    ("cloudstack.deleteSnapshot", &[Kind::DeleteSnapshot]),
    ("cloudstack.revertSnapshot", &[Kind::RevertVolume]),
    ("cloudstack.registerTemplate", &[Kind::FetchTemplate]),
    ("cloudstack.registerIso", &[Kind::FetchTemplate]),
    ("cloudstack.createTemplate", &[Kind::MakeTemplate]),
    ("cloudstack.copyTemplate", &[Kind::CopyTemplate]),
    ("cloudstack.copyIso", &[Kind::CopyTemplate]),
    ("cloudstack.deleteTemplate", &[Kind::DeleteTemplate]),
    ("cloudstack.deleteIso", &[Kind::DeleteTemplate]),
    ("cloudstack.attachIso", &[Kind::ChangeIso]),
    ("cloudstack.detachIso", &[Kind::ChangeIso]),
    ("cloudstack.scaleVirtualMachine", &[Kind::Scale]),
    ("cloudstack.migrateVirtualMachine", &[Kind::Migrate]),
    (
        "cloudstack.migrateVirtualMachineWithVolume",
        &[Kind::Migrate],
    ),
    ("cloudstack.createVMSnapshot", &[Kind::TakeVmSnapshot]),
    ("cloudstack.revertToVMSnapshot", &[Kind::RevertToVmSnapshot]),
    ("cloudstack.deleteVMSnapshot", &[Kind::DeleteVmSnapshot]),
    (
        "cloudstack.prepareHostForMaintenance",
        &[Kind::Maintain, Kind::Flee],
    ),
];

/// The agent commands that a command may lead to, in the order in which they are sent.
pub fn agent_commands(command: &str) -> Vec<AgentCommand> {
    let rows = BEGINS.iter().filter(|(name, _)| *name == command);
    let kinds = rows.flat_map(|(_, kinds)| kinds.iter().copied());
    let manager = match command.starts_with("cloudstack.") {
        true => Manager::CloudStack,
        false => Manager::Nova,
    };
    let steps = kinds
        .chain(openstack::begun_by(command))
        .flat_map(|kind| kind.row().plan(manager));
    let mut sent = Vec::new();
    for step in steps {
        if !sent.contains(&step.command) {
            sent.push(step.command);
        }
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::command::CommandId;

    #[test]
    fn what_begins_operations_is_a_command() {
        for (name, _) in BEGINS {
            assert!(CommandId::named(name).is_some(), "{name}");
        }
        use AgentCommand::{DestroyCommand, StopCommand};
        let sent = agent_commands("compute.delete_server");
        assert_eq!(sent, [StopCommand, DestroyCommand]);
        for (name, sent) in [
            ("compute.pause_server", AgentCommand::PauseCommand),
            ("compute.attach_volume", AgentCommand::AttachCommand),
            ("compute.attach_interface", AgentCommand::PlugNicCommand),
        ] {
            assert_eq!(agent_commands(name), [sent], "{name}");
        }
        assert!(agent_commands("compute.list_servers").is_empty());
    }
}
