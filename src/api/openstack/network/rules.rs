//! The rules of security groups.

use cidr::IpInet;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, shown, text};
use super::body::Wanted;
use super::kind::{Complaint, Kind};
use super::resource::{Resource, attributes, find, operations, own_project};
use super::{Call, Operation};
use crate::api::openstack::python::str;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::limits::holdings::Holdings;
use crate::world::network::subnets::{cidr_text, inet_text};
use crate::world::network::{
    Counted, Direction, Ethertype, Meta, Networking, Rule, RuleDraft, SecurityGroup, Shared,
    not_found,
};

/// There is no changing of rules.
pub(super) const OPERATIONS: &[Operation] = &{
    let [list, show, create, _, delete] = operations::<Rule>([
        "network.list_security_group_rules",
        "network.get_security_group_rule",
        "network.create_security_group_rule",
        "",
        "network.delete_security_group_rule",
    ]);
    [list, show, create, delete]
};

impl Resource for Rule {
    const NAME: &'static str = "security_group_rule";
    const PLURAL: &'static str = "security_group_rules";
    const CLASS: &'static str = "SecurityGroupRule";
    const COUNTED: Option<Counted> = Some(Counted::SecurityGroupRules);
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        shown("security_group_id", |_, rule: &Rule| json!(rule.group))
            .post(Kind::Text(36), Preset::Required),
        shown("direction", |_, rule: &Rule| {
            rule.what.direction.word().into()
        })
        .post(Kind::Choice(&["ingress", "egress"]), Preset::Required),
        shown("ethertype", |_, rule: &Rule| {
            rule.what.ethertype.word().into()
        })
        .post(Kind::Own(ethertype), Preset::Text("IPv4")),
        shown("protocol", |_, rule: &Rule| json!(rule.what.protocol))
            .post(Kind::Own(protocol), Preset::Null),
        shown("port_range_min", |_, rule: &Rule| json!(rule.what.port_min))
            .post(Kind::Own(port), Preset::Null),
        shown("port_range_max", |_, rule: &Rule| json!(rule.what.port_max))
            .post(Kind::Own(port), Preset::Null),
        shown("remote_group_id", |_, rule: &Rule| {
            json!(rule.what.remote_group)
        })
        .post(Kind::Anything, Preset::Null),
        shown("remote_ip_prefix", |_, rule: &Rule| {
            json!(rule.what.remote_prefix.as_ref().map(inet_text))
        })
        .post(Kind::Own(prefix), Preset::Null),
        shown("normalized_cidr", |_, rule: &Rule| {
            json!(
                rule.what
                    .remote_prefix
                    .map(|inet| cidr_text(&inet.network()))
            )
        }),
        shown("belongs_to_default_sg", |world, rule: &Rule| {
            let group = world.networking.groups.get(rule.group);
            group.is_some_and(|group| group.is_default).into()
        }),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.rules
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.rules
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn is_shared_with(&self, networking: &Networking, project: Uuid) -> bool {
        networking.is_shared_with(Shared::SecurityGroup, self.group, project)
    }

    fn create(world: &mut World, call: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        let group = own_group(
            world,
            call,
            wanted.text("security_group_id").unwrap_or_default(),
        )?;
        let remote_group = match wanted.get("remote_group_id") {
            None | Some(Value::Null) => None,
            Some(id) => Some(find::<SecurityGroup>(world, call, &str(id))?.meta.id),
        };
        let what = read(wanted, remote_group)?;
        world.networking.add_rule(Rule { meta, group, what })
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.remove_rule(id);
        Ok(())
    }
}

/// A rule with all its attributes, as its group shows it.
pub(super) fn whole(world: &World, rule: &Rule) -> Value {
    let shown = attributes::<Rule>().filter_map(|attribute| {
        let value = attribute.show?(world, rule);
        Some((attribute.name.to_owned(), value))
    });
    shown.collect::<Map<String, Value>>().into()
}

fn own_group(world: &World, call: &Call, id: &str) -> Result<Uuid, Fault> {
    let group: &SecurityGroup = find(world, call, id)?;
    if group.meta.project != own_project(call) && !call.is_admin() {
        return Err(not_found("SecurityGroup", id));
    }
    Ok(group.meta.id)
}

/// Puts the parts of a rule together, and checks that they fit.
fn read(wanted: &Wanted, remote_group: Option<Uuid>) -> Result<RuleDraft, Fault> {
    let port = |name| {
        wanted
            .number(name)
            .and_then(|port| u16::try_from(port).ok())
    };
    let rule = RuleDraft {
        direction: match wanted.text("direction") {
            Some("egress") => Direction::Egress,
            Some(_) | None => Direction::Ingress,
        },
        ethertype: match wanted.text("ethertype") {
            Some("IPv6") => Ethertype::Ipv6,
            Some(_) | None => Ethertype::Ipv4,
        },
        protocol: wanted.text("protocol").map(Into::into),
        port_min: port("port_range_min"),
        port_max: port("port_range_max"),
        remote_group,
        remote_prefix: wanted
            .text("remote_ip_prefix")
            .and_then(|text| text.parse().ok()),
    };
    check_ports(&rule)?;
    check_remote(&rule)?;
    check_protocol(&rule)?;
    Ok(rule)
}

/// Protocols whose rules may have ports, and those of ICMP, whose rules have types and codes instead.
const WITH_PORTS: &[&str] = &[
    "dccp", "33", "sctp", "132", "tcp", "6", "udp", "17", "udplite", "136",
];
const ICMP: &[&str] = &["icmp", "1", "icmpv6", "ipv6-icmp", "58"];
const ONLY_IPV6: &[&str] = &[
    "icmpv6",
    "ipv6-encap",
    "ipv6-frag",
    "ipv6-icmp",
    "ipv6-nonxt",
    "ipv6-opts",
    "ipv6-route",
];

fn refuse(name: &'static str, message: String) -> Result<(), Fault> {
    Err(Fault::bad_request(message).named(name))
}

fn check_ports(rule: &RuleDraft) -> Result<(), Fault> {
    let (min, max) = (rule.port_min, rule.port_max);
    if min.is_none() && max.is_none() {
        return Ok(());
    }
    let Some(protocol) = rule.protocol.as_deref() else {
        let message = "Must also specify protocol if port range is given.".to_owned();
        return refuse("SecurityGroupProtocolRequiredWithPorts", message);
    };
    if ICMP.contains(&protocol) {
        return check_icmp(min, max);
    }
    if !WITH_PORTS.contains(&protocol) {
        let message = format!(
            "Ports cannot be specified for protocol {protocol}. Ports are only supported for dccp, sctp, tcp, udp, \
             udplite, 33, 132, 6, 17, 136."
        );
        return refuse("SecurityGroupInvalidProtocolForPort", message);
    }
    match (min, max) {
        (Some(min), Some(max)) if min <= max && min > 0 => Ok(()),
        (Some(0), _) | (_, Some(0)) => refuse(
            "SecurityGroupInvalidPortValue",
            "Invalid value for port 0".to_owned(),
        ),
        (Some(_), Some(_)) | (Some(_), None) | (None, Some(_)) | (None, None) => refuse(
            "SecurityGroupInvalidPortRange",
            "For TCP/UDP protocols, port_range_min must be <= port_range_max".to_owned(),
        ),
    }
}

fn check_icmp(kind: Option<u16>, code: Option<u16>) -> Result<(), Fault> {
    for (attribute, field, value) in [
        ("port_range_min", "type", kind),
        ("port_range_max", "code", code),
    ] {
        if let Some(value) = value.filter(|value| *value > 255) {
            let message = format!(
                "Invalid value for ICMP {field} ({attribute}) {value}. It must be 0 to 255."
            );
            return refuse("SecurityGroupInvalidIcmpValue", message);
        }
    }
    match (kind, code) {
        (None, Some(code)) => refuse(
            "SecurityGroupMissingIcmpType",
            format!(
                "ICMP code (port-range-max) {code} is provided but ICMP type (port-range-min) is missing."
            ),
        ),
        (Some(_), _) | (None, None) => Ok(()),
    }
}

fn check_remote(rule: &RuleDraft) -> Result<(), Fault> {
    let Some(prefix) = &rule.remote_prefix else {
        return Ok(());
    };
    if rule.remote_group.is_some() {
        let message = "Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided.";
        return refuse("SecurityGroupMultipleRemoteEntites", message.to_owned());
    }
    if Ethertype::of(prefix.address()) != rule.ethertype {
        let message = format!(
            "Conflicting value ethertype {} for CIDR {}",
            rule.ethertype.word(),
            inet_text(prefix)
        );
        return refuse("SecurityGroupRuleParameterConflict", message);
    }
    Ok(())
}

fn check_protocol(rule: &RuleDraft) -> Result<(), Fault> {
    match rule.protocol.as_deref() {
        Some(protocol) if ONLY_IPV6.contains(&protocol) && rule.ethertype == Ethertype::Ipv4 => {
            let message = format!("Invalid ethertype IPv4 for protocol {protocol}.");
            refuse("SecurityGroupEthertypeConflictWithProtocol", message)
        }
        Some(_) | None => Ok(()),
    }
}

fn ethertype(value: &Value) -> Result<Value, Complaint> {
    match text(value).to_ascii_lowercase().as_str() {
        "ipv4" => Ok("IPv4".into()),
        "ipv6" => Ok("IPv6".into()),
        _ => {
            let message = format!(
                "Security group rule for ethertype '{}' not supported. Allowed values are ['IPv4', 'IPv6'].",
                str(value)
            );
            let fault = Fault::bad_request(message);
            Err(Complaint::Fault(
                fault.named("SecurityGroupRuleInvalidEtherType"),
            ))
        }
    }
}

const PROTOCOLS: &[&str] = &[
    "ah",
    "dccp",
    "egp",
    "esp",
    "gre",
    "hopopt",
    "icmp",
    "icmpv6",
    "igmp",
    "ip",
    "ipip",
    "ipv6-encap",
    "ipv6-frag",
    "ipv6-icmp",
    "ipv6-nonxt",
    "ipv6-opts",
    "ipv6-route",
    "ospf",
    "pgm",
    "rsvp",
    "sctp",
    "tcp",
    "udp",
    "udplite",
    "vrrp",
];

/// A protocol's name or number; null for any.
fn protocol(value: &Value) -> Result<Value, Complaint> {
    let word = match value {
        Value::Null => return Ok(Value::Null),
        other => str(other).to_ascii_lowercase(),
    };
    match word.as_str() {
        "any" | "" => return Ok(Value::Null),
        known if PROTOCOLS.contains(&known) => return Ok(word.into()),
        number if number.parse::<u8>().is_ok() => return Ok(word.into()),
        _ => {}
    }
    let quoted: Vec<String> = PROTOCOLS.iter().map(|word| format!("'{word}'")).collect();
    let message = format!(
        "Security group rule protocol {} not supported. Only protocol values [None, {}] and integer \
         representations [0 to 255] are supported.",
        str(value),
        quoted.join(", ")
    );
    let fault = Fault::bad_request(message);
    Err(Complaint::Fault(
        fault.named("SecurityGroupRuleInvalidProtocol"),
    ))
}

fn port(value: &Value) -> Result<Value, Complaint> {
    let read = match value {
        Value::Null => return Ok(Value::Null),
        Value::String(text) => text.parse::<u16>().ok(),
        other => other.as_u64().and_then(|port| u16::try_from(port).ok()),
    };
    read.map(Value::from).ok_or_else(|| {
        let fault = Fault::bad_request(format!("Invalid value for port {}", str(value)));
        Complaint::Fault(fault.named("SecurityGroupInvalidPortValue"))
    })
}

/// An address or a network, as a network.
fn prefix(value: &Value) -> Result<Value, Complaint> {
    if value.is_null() || value == "" {
        return Ok(Value::Null);
    }
    let inet: Option<IpInet> = text(value).parse().ok();
    inet.map(|inet| inet_text(&inet).into()).ok_or_else(|| {
        let message = format!("Invalid CIDR {} given as IP prefix.", str(value));
        Complaint::Fault(Fault::bad_request(message).named("InvalidCIDR"))
    })
}
