//! Offerings.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.createServiceOffering", 530, "Creates a service offering"),
    row("cloudstack.updateServiceOffering", 530, "Changes a service offering"),
    row("cloudstack.deleteServiceOffering", 530, "Deletes a service offering; machines of it keep it"),
    row("cloudstack.listServiceOfferings", 530, "Lists service offerings"),
    row("cloudstack.createDiskOffering", 530, "Creates a disk offering"),
    row("cloudstack.updateDiskOffering", 530, "Changes a disk offering"),
    row("cloudstack.deleteDiskOffering", 530, "Deletes a disk offering; volumes of it keep it"),
    row("cloudstack.listDiskOfferings", 530, "Lists disk offerings"),
    row("cloudstack.createNetworkOffering", 530, "Creates a network offering"),
    row("cloudstack.updateNetworkOffering", 530, "Changes a network offering"),
    row("cloudstack.deleteNetworkOffering", 530, "Deletes a network offering that no network has"),
    row("cloudstack.listNetworkOfferings", 530, "Lists network offerings"),
];
