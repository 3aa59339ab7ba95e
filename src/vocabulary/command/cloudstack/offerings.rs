//! Offerings.

use super::row;
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.createServiceOffering", 530, "Creates a service offering"),
    row("cloudstack.updateServiceOffering", 530, "Changes a service offering"),
    row("cloudstack.deleteServiceOffering", 530, "Deletes a service offering; machines of it keep it"),
    row("cloudstack.listServiceOfferings", 530, "Lists service offerings"),
    row("cloudstack.listDiskOfferings", 530, "Lists disk offerings"),
    row("cloudstack.listNetworkOfferings", 530, "Lists network offerings"),
];
