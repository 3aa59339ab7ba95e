//! Labels to meter traffic under, and their rules.

use cidr::IpCidr;
use serde_json::{Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, flag, name, shown};
use super::body::Wanted;
use super::kind::Kind;
use super::resource::{Resource, find, operations};
use super::{Call, Operation};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::limits::holdings::Holdings;
use crate::world::network::subnets::cidr_text;
use crate::world::network::{Counted, Meta, MeteringLabel, MeteringRule, Networking};

/// There is no changing of labels.
pub(super) const OPERATIONS: &[Operation] = &{
    let [list, show, create, _, delete] = operations::<MeteringLabel>([
        "network.list_metering_labels",
        "network.get_metering_label",
        "network.create_metering_label",
        "",
        "network.delete_metering_label",
    ]);
    [list, show, create, delete]
};

/// Nor of rules.
pub(super) const RULE_OPERATIONS: &[Operation] = &{
    let [list, show, create, _, delete] = operations::<MeteringRule>([
        "network.list_metering_label_rules",
        "network.get_metering_label_rule",
        "network.create_metering_label_rule",
        "",
        "network.delete_metering_label_rule",
    ]);
    [list, show, create, delete]
};

impl Resource for MeteringLabel {
    const NAME: &'static str = "metering_label";
    const PLURAL: &'static str = "metering_labels";
    const CLASS: &'static str = "MeteringLabel";
    const COUNTED: Option<Counted> = None;
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        name(),
        shown("shared", |_, label: &MeteringLabel| label.is_shared.into()).settable_once(
            Kind::Flag,
            Preset::Flag(false),
            |label, value| label.is_shared = flag(value),
        ),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.metering_labels
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.metering_labels
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn create(world: &mut World, _: &Call, meta: Meta, _: &Wanted) -> Result<Uuid, Fault> {
        let id = meta.id;
        let label = MeteringLabel {
            meta,
            is_shared: false,
        };
        world.networking.metering_labels.insert(id, label);
        Ok(id)
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.remove_metering_label(id);
        Ok(())
    }
}

/// A network that a rule is about, or any.
const fn prefix(
    name: &'static str,
    show: fn(&World, &MeteringRule) -> Value,
) -> Attribute<MeteringRule> {
    shown(name, show).post(Kind::CidrOrNull, Preset::Null)
}

fn text(prefix: Option<&IpCidr>) -> Value {
    json!(prefix.map(cidr_text))
}

impl Resource for MeteringRule {
    const NAME: &'static str = "metering_label_rule";
    const PLURAL: &'static str = "metering_label_rules";
    const CLASS: &'static str = "MeteringLabelRule";
    const COUNTED: Option<Counted> = None;
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        shown("metering_label_id", |_, rule: &MeteringRule| {
            json!(rule.label)
        })
        .post(Kind::Id, Preset::Required),
        shown("direction", |_, rule: &MeteringRule| json!(rule.direction)).post(
            Kind::Choice(&["ingress", "egress"]),
            Preset::Text("ingress"),
        ),
        prefix("remote_ip_prefix", |_, rule| text(rule.remote.as_ref())),
        prefix("source_ip_prefix", |_, rule| text(rule.source.as_ref())),
        prefix("destination_ip_prefix", |_, rule| {
            text(rule.destination.as_ref())
        }),
        shown("excluded", |_, rule: &MeteringRule| rule.is_excluded.into()).settable_once(
            Kind::Flag,
            Preset::Flag(false),
            |rule, value| rule.is_excluded = flag(value),
        ),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.metering_rules
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.metering_rules
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn create(world: &mut World, call: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        let label = wanted.text("metering_label_id").unwrap_or_default();
        let label = find::<MeteringLabel>(world, call, label)?.meta.id;
        let prefix = |name| wanted.text(name).and_then(|text| text.parse().ok());
        let rule = MeteringRule {
            meta,
            label,
            direction: wanted.text("direction").unwrap_or_default().into(),
            remote: prefix("remote_ip_prefix"),
            source: prefix("source_ip_prefix"),
            destination: prefix("destination_ip_prefix"),
            is_excluded: false,
        };
        check_prefixes(&rule)?;
        world.networking.add_metering_rule(rule)
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.metering_rules.remove(id);
        Ok(())
    }
}

/// The remote prefix is the older way to say what the other two say.
fn check_prefixes(rule: &MeteringRule) -> Result<(), Fault> {
    let is_newer = rule.source.is_some() || rule.destination.is_some();
    match (rule.remote.is_some(), is_newer) {
        (true, true) => Err(Fault::bad_request(
            "Remote IP prefix cannot be used together with source or destination IP prefix.",
        )
        .named("MeteringLabelRuleInvalid")),
        (false, false) => Err(Fault::bad_request(
            "At least one of remote, source or destination IP prefix has to be specified.",
        )
        .named("MeteringLabelRuleInvalid")),
        (true, false) | (false, true) => Ok(()),
    }
}
