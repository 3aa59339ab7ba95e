//! Volumes and snapshots.

use super::{at, row};
use crate::vocabulary::command::CommandSpec;
use crate::vocabulary::fact::Subject;

const fn volume(name: &'static str, about: &'static str) -> CommandSpec {
    at(&[Subject::Volume], row(name, 530, about))
}

const fn snapshot(name: &'static str, about: &'static str) -> CommandSpec {
    at(&[Subject::Snapshot], row(name, 530, about))
}

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listVolumes", 530, "Lists volumes"),
    row("cloudstack.listVolumesMetrics", 530, "Lists volumes with what is measured of them"),
    volume("cloudstack.createVolume", "Makes a volume, empty or from a snapshot"),
    volume("cloudstack.uploadVolume", "Makes a volume of what is at a URL"),
    volume("cloudstack.attachVolume", "Attaches a volume to a virtual machine"),
    volume("cloudstack.detachVolume", "Detaches a volume from its virtual machine"),
    volume("cloudstack.resizeVolume", "Changes a volume's size"),
    volume("cloudstack.changeOfferingForVolume", "Changes a volume's disk offering"),
    volume("cloudstack.updateVolume", "Changes what is said of a volume"),
    volume("cloudstack.migrateVolume", "Moves a volume to another storage pool"),
    volume("cloudstack.assignVolume", "Gives a volume to another account"),
    volume("cloudstack.checkVolume", "Looks whether a volume is whole"),
    volume("cloudstack.extractVolume", "Offers a volume for download"),
    volume("cloudstack.deleteVolume", "Deletes a volume that no virtual machine has"),
    volume("cloudstack.destroyVolume", "Destroys a volume, and expunges it where asked to"),
    volume("cloudstack.recoverVolume", "Takes a destroyed volume back"),
    row("cloudstack.listSnapshots", 530, "Lists snapshots"),
    volume("cloudstack.createSnapshot", "Takes a snapshot of a volume"),
    volume("cloudstack.createSnapshotFromVMSnapshot", "Makes a snapshot of a volume out of one of its virtual machine"),
    snapshot("cloudstack.deleteSnapshot", "Deletes a snapshot"),
    snapshot("cloudstack.revertSnapshot", "Takes a volume back to a snapshot"),
    snapshot("cloudstack.archiveSnapshot", "Keeps a snapshot in secondary storage"),
    row("cloudstack.listSnapshotPolicies", 530, "Lists snapshot policies"),
    volume("cloudstack.createSnapshotPolicy", "Has snapshots of a volume taken again and again"),
    row("cloudstack.updateSnapshotPolicy", 530, "Changes a snapshot policy"),
    row("cloudstack.deleteSnapshotPolicies", 530, "Deletes snapshot policies"),
];
