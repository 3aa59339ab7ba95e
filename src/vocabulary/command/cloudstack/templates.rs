//! Templates and ISOs.

use super::{machine, row};
use crate::vocabulary::command::CommandSpec;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listTemplates", 530, "Lists templates"),
    row("cloudstack.registerTemplate", 530, "Makes a template of what is at a URL"),
    row("cloudstack.createTemplate", 530, "Makes a template of a volume or a snapshot"),
    row("cloudstack.linkUserDataToTemplate", 530, "Says what user data machines of a template get"),
    row("cloudstack.updateTemplate", 530, "Changes what is said of a template"),
    row("cloudstack.copyTemplate", 530, "Copies a template to other zones"),
    row("cloudstack.deleteTemplate", 530, "Deletes a template"),
    row("cloudstack.extractTemplate", 530, "Offers a template for download"),
    row("cloudstack.prepareTemplate", 530, "Gets a template ready for machines in a zone"),
    row("cloudstack.listTemplatePermissions", 530, "Shows who may use a template"),
    row("cloudstack.updateTemplatePermissions", 530, "Changes who may use a template"),
    row("cloudstack.listIsos", 530, "Lists ISOs"),
    row("cloudstack.registerIso", 530, "Makes an ISO of what is at a URL"),
    row("cloudstack.updateIso", 530, "Changes what is said of an ISO"),
    row("cloudstack.copyIso", 530, "Copies an ISO to other zones"),
    row("cloudstack.deleteIso", 530, "Deletes an ISO"),
    row("cloudstack.extractIso", 530, "Offers an ISO for download"),
    machine("cloudstack.attachIso", 530, "Puts an ISO into a virtual machine's drive"),
    machine("cloudstack.detachIso", 530, "Takes the ISO out of a virtual machine's drive"),
    row("cloudstack.listIsoPermissions", 530, "Shows who may use an ISO"),
    row("cloudstack.updateIsoPermissions", 530, "Changes who may use an ISO"),
    row("cloudstack.listOsTypes", 530, "Lists operating systems"),
    row("cloudstack.listOsCategories", 530, "Lists categories of operating systems"),
    row("cloudstack.addGuestOs", 530, "Adds an operating system"),
    row("cloudstack.updateGuestOs", 530, "Changes an operating system that was added"),
    row("cloudstack.removeGuestOs", 530, "Removes an operating system that was added"),
    row("cloudstack.getUploadParamsForTemplate", 530, "Tells where a template can be uploaded to"),
    row("cloudstack.getUploadParamsForVolume", 530, "Tells where a volume can be uploaded to"),
    row("cloudstack.getUploadParamsForIso", 530, "Tells where an ISO can be uploaded to"),
];
