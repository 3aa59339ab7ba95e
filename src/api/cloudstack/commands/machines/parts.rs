//! The parts of a machine that `details` asks for.

use serde_json::Value;

use crate::api::cloudstack::fault::invalid;
use crate::api::cloudstack::params::Args;
use crate::vocabulary::fault::Fault;

/// What can be asked for, in CloudStack's order, and what is left out where it is not.
const PARTS: [(&str, &[&str]); 13] = [
    ("all", &[]),
    ("group", &["group", "groupid"]),
    ("nics", &["nic"]),
    ("stats", &["cpuused", "networkkbsread", "networkkbswrite"]),
    ("secgrp", &["securitygroup"]),
    (
        "tmpl",
        &[
            "templateid",
            "templatename",
            "templatedisplaytext",
            "templatetype",
            "passwordenabled",
        ],
    ),
    (
        "servoff",
        &[
            "serviceofferingid",
            "serviceofferingname",
            "cpunumber",
            "cpuspeed",
            "memory",
        ],
    ),
    ("diskoff", &[]),
    ("backoff", &[]),
    ("iso", &["isoid", "isoname", "isodisplaytext"]),
    ("volume", &["rootdeviceid", "rootdevicetype"]),
    ("min", &[]),
    ("affgrp", &["affinitygroup"]),
];

/// The parts of machines that a list is to have.
pub(super) struct Parts {
    /// The names of what is left out.
    without: Vec<&'static str>,
}

impl Parts {
    /// Without `details`, all are asked for; user data only by a flag of its own.
    ///
    /// # Errors
    /// When there is no such part.
    pub(super) fn asked_for(args: &Args<'_>) -> Result<Self, Fault> {
        let wanted = args.texts("details");
        let is_part = |word: &&str| PARTS.iter().any(|(part, _)| part == word);
        if !wanted.iter().all(is_part) {
            let words = PARTS.map(|(part, _)| part).join(", ");
            return Err(invalid(format!(
                "The details parameter contains a non permitted value. The allowed values are [{words}]"
            )));
        }
        let has_all = wanted.is_empty() || wanted.contains(&"all");
        let missing = PARTS
            .iter()
            .filter(|(part, _)| !has_all && !wanted.contains(part));
        let user_data = (args.flag("userdata") != Some(true)).then_some("userdata");
        let without = missing.flat_map(|(_, names)| names.iter().copied());
        Ok(Self {
            without: without.chain(user_data).collect(),
        })
    }

    pub(super) fn of(&self, mut machine: Value) -> Value {
        if let Some(members) = machine.as_object_mut() {
            members.retain(|name, _| !self.without.contains(&name.as_str()));
        }
        machine
    }
}
