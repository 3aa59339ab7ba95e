//! Virtual machines.

use super::{machine, row};
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    machine("cloudstack.deployVirtualMachine", 533, "Deploys a virtual machine"),
    machine("cloudstack.startVirtualMachine", 530, "Starts a stopped virtual machine"),
    machine("cloudstack.stopVirtualMachine", 530, "Stops a running virtual machine"),
    machine("cloudstack.rebootVirtualMachine", 530, "Reboots a virtual machine"),
    machine("cloudstack.destroyVirtualMachine", 530, "Destroys a virtual machine, and expunges it where asked to"),
    row("cloudstack.listVirtualMachines", 530, "Lists virtual machines"),
    row("cloudstack.listVirtualMachinesMetrics", 530, "Lists virtual machines with what is measured of them"),
    machine("cloudstack.updateVirtualMachine", 530, "Changes what is said of a virtual machine"),
    machine("cloudstack.changeServiceForVirtualMachine", 530, "Gives a stopped virtual machine another size"),
    machine("cloudstack.assignVirtualMachine", 530, "Gives a stopped virtual machine to another account"),
    machine("cloudstack.restoreVirtualMachine", 530, "Makes a virtual machine anew from a template"),
    machine("cloudstack.updateVMAffinityGroup", 530, "Changes a virtual machine's affinity groups"),
    machine("cloudstack.resetPasswordForVirtualMachine", 530, "Gives a virtual machine a new password"),
    machine("cloudstack.getVMPassword", 530, "Shows a virtual machine's password"),
    machine("cloudstack.resetSSHKeyForVirtualMachine", 530, "Gives a virtual machine another key pair"),
    machine("cloudstack.resetUserDataForVirtualMachine", 530, "Gives a virtual machine other user data"),
    machine("cloudstack.getVirtualMachineUserData", 530, "Shows a virtual machine's user data"),
    machine("cloudstack.createConsoleEndpoint", 530, "Opens a way to a virtual machine's console"),
    row("cloudstack.listInstanceGroups", 530, "Lists instance groups"),
    row("cloudstack.createInstanceGroup", 530, "Makes an instance group"),
    row("cloudstack.updateInstanceGroup", 530, "Renames an instance group"),
    row("cloudstack.deleteInstanceGroup", 530, "Deletes an instance group"),
    machine("cloudstack.recoverVirtualMachine", 530, "Takes a destroyed virtual machine back"),
    machine("cloudstack.expungeVirtualMachine", 530, "Removes a destroyed virtual machine for good"),
    machine("cloudstack.scaleVirtualMachine", 530, "Gives a virtual machine another size, running or not"),
    machine("cloudstack.migrateVirtualMachine", 530, "Moves a running virtual machine to another host"),
    machine("cloudstack.migrateVirtualMachineWithVolume", 530, "Moves a running virtual machine with its volumes"),
    machine("cloudstack.findHostsForMigration", 530, "Lists the hosts that a virtual machine could move to"),
    row("cloudstack.listVMSnapshot", 530, "Lists snapshots of virtual machines"),
    machine("cloudstack.createVMSnapshot", 530, "Takes a snapshot of a virtual machine"),
    machine("cloudstack.revertToVMSnapshot", 530, "Takes a virtual machine back to a snapshot"),
    machine("cloudstack.deleteVMSnapshot", 530, "Deletes a snapshot of a virtual machine"),
];
