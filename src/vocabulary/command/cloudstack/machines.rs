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
    machine("cloudstack.recoverVirtualMachine", 530, "Takes a destroyed virtual machine back"),
    machine("cloudstack.expungeVirtualMachine", 530, "Removes a destroyed virtual machine for good"),
    machine("cloudstack.addNicToVirtualMachine", 530, "Plugs a network card into a virtual machine"),
    machine("cloudstack.removeNicFromVirtualMachine", 530, "Pulls a network card out of a virtual machine"),
    machine("cloudstack.updateDefaultNicForVirtualMachine", 530, "Chooses the network card that leads outside"),
    row("cloudstack.listNics", 530, "Lists a virtual machine's network cards"),
    machine("cloudstack.addIpToNic", 530, "Gives a network card another address"),
    machine("cloudstack.removeIpFromNic", 530, "Takes an address from a network card"),
    machine("cloudstack.updateVmNicIp", 530, "Changes a network card's address"),
    machine("cloudstack.scaleVirtualMachine", 530, "Gives a virtual machine another size, running or not"),
    machine("cloudstack.migrateVirtualMachine", 530, "Moves a running virtual machine to another host"),
    machine("cloudstack.migrateVirtualMachineWithVolume", 530, "Moves a running virtual machine with its volumes"),
    machine("cloudstack.findHostsForMigration", 530, "Lists the hosts that a virtual machine could move to"),
    row("cloudstack.listVMSnapshot", 530, "Lists snapshots of virtual machines"),
    machine("cloudstack.createVMSnapshot", 530, "Takes a snapshot of a virtual machine"),
    machine("cloudstack.revertToVMSnapshot", 530, "Takes a virtual machine back to a snapshot"),
    machine("cloudstack.deleteVMSnapshot", 530, "Deletes a snapshot of a virtual machine"),
];
