//! What clients put on things: tags, details, key pairs, affinity groups, user data.

use super::row;
use crate::vocabulary::command::{CommandSpec, on};
use crate::vocabulary::fact::Subject;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    on(&[Subject::KeyPair], row("cloudstack.createSSHKeyPair", 530, "Makes a key pair, and tells its private key")),
    on(&[Subject::KeyPair], row("cloudstack.registerSSHKeyPair", 530, "Adds a key pair by its public key")),
    on(&[Subject::KeyPair], row("cloudstack.deleteSSHKeyPair", 530, "Removes a key pair")),
    row("cloudstack.listSSHKeyPairs", 530, "Lists key pairs"),
    row("cloudstack.createTags", 530, "Puts tags on things"),
    row("cloudstack.deleteTags", 530, "Takes tags from things"),
    row("cloudstack.listTags", 530, "Lists tags"),
    row("cloudstack.addResourceDetail", 530, "Says details of a thing"),
    row("cloudstack.removeResourceDetail", 530, "Takes back details of a thing"),
    row("cloudstack.listResourceDetails", 530, "Lists the details of things"),
    row("cloudstack.createAffinityGroup", 530, "Makes an affinity group"),
    row("cloudstack.deleteAffinityGroup", 530, "Removes an affinity group"),
    row("cloudstack.listAffinityGroups", 530, "Lists affinity groups"),
    row("cloudstack.listAffinityGroupTypes", 530, "Lists the types of affinity groups"),
    row("cloudstack.registerUserData", 530, "Keeps user data under a name"),
    row("cloudstack.deleteUserData", 530, "Removes user data"),
    row("cloudstack.listUserData", 530, "Lists user data"),
    row("cloudstack.addAnnotation", 530, "Writes a note on a thing"),
    row("cloudstack.listAnnotations", 530, "Lists notes on things"),
    row("cloudstack.removeAnnotation", 530, "Takes a note away"),
    row("cloudstack.updateAnnotationVisibility", 530, "Says who may read a note"),
];
