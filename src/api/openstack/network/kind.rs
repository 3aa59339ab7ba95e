//! The forms of attributes' values, and the words in which Neutron says that one is wrong.

use std::net::IpAddr;

use cidr::IpInet;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::python::{quoted, repr, str};
use super::super::query;
use crate::vocabulary::fault::Fault;
use crate::world::network::addresses::Mac;
use crate::world::network::invalid_input;
use crate::world::network::subnets::cidr_text;

/// The form of a value.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Anything,
    /// A text of no more characters.
    Text(usize),
    TextOrNull(usize),
    Flag,
    Number {
        min: i64,
        max: i64,
    },
    NumberOrNull,
    Id,
    IdOrNull,
    /// Ids, without duplicates; null for none.
    Ids,
    Choice(&'static [&'static str]),
    ChoiceOrNull(&'static [&'static str]),
    AddressOrNull,
    Cidr,
    CidrOrNull,
    /// Networks, at least one.
    Cidrs,
    Mac,
    Texts,
    Nameservers,
    /// Destinations and next hops.
    Routes,
    /// First and last addresses.
    Pools,
    /// Subnets, addresses, or both.
    FixedIps,
    /// One that a file of its own describes.
    Own(fn(&Value) -> Result<Value, Complaint>),
}

/// What is wrong with a value.
pub(super) enum Complaint {
    /// The attribute is not as it has to be.
    Reason(String),
    /// It cannot even be read.
    Fault(Fault),
}

type Converted = Result<Value, Complaint>;

pub(super) fn reason<T>(text: impl Into<String>) -> Result<T, Complaint> {
    Err(Complaint::Reason(text.into()))
}

fn unreadable(text: impl std::fmt::Display) -> Converted {
    Err(Complaint::Fault(invalid_input(text)))
}

impl Kind {
    /// The value in the form that it is kept in.
    ///
    /// # Errors
    /// As Neutron words it, for the attribute of that name.
    pub(super) fn convert(self, name: &str, value: &Value) -> Result<Value, Fault> {
        self.read(value).map_err(|complaint| match complaint {
            Complaint::Fault(fault) => fault,
            Complaint::Reason(reason) => {
                bad_request(format!("Invalid input for {name}. Reason: {reason}."))
            }
        })
    }

    fn read(self, value: &Value) -> Converted {
        match self {
            Kind::Anything => Ok(value.clone()),
            Kind::TextOrNull(_) if value.is_null() => Ok(json!("")),
            Kind::Text(max) | Kind::TextOrNull(max) => text(value, max),
            Kind::Flag => flag(value),
            Kind::NumberOrNull
            | Kind::IdOrNull
            | Kind::ChoiceOrNull(_)
            | Kind::AddressOrNull
            | Kind::CidrOrNull
                if value.is_null() =>
            {
                Ok(Value::Null)
            }
            Kind::Number { min, max } => number(value, min, max),
            Kind::NumberOrNull => number(value, i64::MIN, i64::MAX),
            Kind::Id | Kind::IdOrNull => id(value),
            Kind::Ids => ids(value),
            Kind::Choice(words) | Kind::ChoiceOrNull(words) => choice(value, words),
            Kind::AddressOrNull => address(value),
            Kind::Cidr | Kind::CidrOrNull => cidr(value),
            Kind::Cidrs => cidrs(value),
            Kind::Mac => mac(value),
            Kind::Texts => texts(value),
            Kind::Nameservers => nameservers(value),
            Kind::Routes => routes(value),
            Kind::Pools => pools(value),
            Kind::FixedIps => fixed_ips(value),
            Kind::Own(read) => read(value),
        }
    }
}

/// What the framework below Neutron calls a bad request.
pub(super) fn bad_request(message: impl Into<String>) -> Fault {
    Fault::bad_request(message).named("HTTPBadRequest")
}

pub(super) fn text(value: &Value, max: usize) -> Converted {
    match value.as_str() {
        None => reason(format!("'{}' is not a valid string", str(value))),
        Some(text) if text.chars().count() > max => {
            reason(format!("'{text}' exceeds maximum length of {max}"))
        }
        Some(_) => Ok(value.clone()),
    }
}

fn flag(value: &Value) -> Converted {
    let read = match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => query::flag(text).ok(),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            Some(_) | None => None,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    match read {
        Some(flag) => Ok(flag.into()),
        None => unreadable(format!("'{}' cannot be converted to boolean", str(value))),
    }
}

fn number(value: &Value, min: i64, max: i64) -> Converted {
    let read = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    match read {
        None => unreadable(format!("'{}' is not an integer", str(value))),
        Some(number) if number < min => reason(format!(
            "'{number}' is too small - must be at least '{min}'"
        )),
        Some(number) if number > max => reason(format!(
            "'{number}' is too large - must be no larger than '{max}'"
        )),
        Some(number) => Ok(number.into()),
    }
}

fn id(value: &Value) -> Converted {
    match value.as_str().map(Uuid::try_parse) {
        Some(Ok(id)) => Ok(json!(id)),
        Some(Err(_)) | None => reason(format!("'{}' is not a valid UUID", str(value))),
    }
}

fn ids(value: &Value) -> Converted {
    let items = list(value, |value| format!("'{}' is not a list", str(value)))?;
    let mut ids = Vec::with_capacity(items.len());
    for item in items {
        let id = id(item)?;
        if ids.contains(&id) {
            return reason(format!("Duplicate items in the list: '{}'", str(item)));
        }
        ids.push(id);
    }
    Ok(ids.into())
}

fn choice(value: &Value, words: &[&str]) -> Converted {
    match value.as_str() {
        Some(word) if words.contains(&word) => Ok(value.clone()),
        Some(_) | None => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            reason(format!("{} is not in [{}]", str(value), words.join(", ")))
        }
    }
}

/// The items of a list; none for null.
pub(super) fn list(
    value: &Value,
    complaint: impl Fn(&Value) -> String,
) -> Result<&[Value], Complaint> {
    match value {
        Value::Null => Ok(&[]),
        Value::Array(items) => Ok(items),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            reason(complaint(value))
        }
    }
}

pub(super) fn address(value: &Value) -> Converted {
    match value.as_str().map(str::parse::<IpAddr>) {
        Some(Ok(address)) => Ok(json!(address)),
        Some(Err(_)) | None => reason(format!("'{}' is not a valid IP address", str(value))),
    }
}

/// A network in its usual form, whatever address of it was named.
fn read_cidr(value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| text.contains('/'))?;
    let inet: IpInet = text.parse().ok()?;
    Some(cidr_text(&inet.network()))
}

fn cidr(value: &Value) -> Converted {
    match read_cidr(value) {
        Some(cidr) => Ok(cidr.into()),
        None => unreadable(format!("{} is not in a CIDR format", str(value))),
    }
}

fn cidrs(value: &Value) -> Converted {
    let items = list(value, |value| format!("'{}' is not a list", str(value)))?;
    let read = |item: &Value| {
        read_cidr(item)
            .map(Value::from)
            .ok_or_else(|| Complaint::Reason(format!("'{}' is not a valid IP subnet", str(item))))
    };
    let cidrs: Result<Vec<Value>, Complaint> = items.iter().map(read).collect();
    match cidrs?.as_slice() {
        [] => reason("List should not be empty"),
        cidrs => Ok(cidrs.into()),
    }
}

pub(super) fn mac(value: &Value) -> Converted {
    match value.as_str().and_then(Mac::parse) {
        Some(mac) if mac != Mac([0; 6]) => Ok(mac.to_string().into()),
        Some(_) | None => reason(format!("'{}' is not a valid MAC address", str(value))),
    }
}

fn texts(value: &Value) -> Converted {
    let items = list(value, |value| format!("'{}' is not a list", str(value)))?;
    for item in items {
        text(item, 255)?;
    }
    Ok(items.into())
}

fn nameservers(value: &Value) -> Converted {
    let shape = |value: &Value| format!("Invalid data format for nameserver: '{}'", str(value));
    let mut servers = Vec::new();
    for item in list(value, shape)? {
        let shown = str(item);
        let Ok(server) = address(item) else {
            return reason(format!(
                "'{shown}' is not a valid nameserver. '{shown}' is not a valid IP address"
            ));
        };
        if servers.contains(&server) {
            return reason(format!("Duplicate nameserver '{shown}'"));
        }
        servers.push(server);
    }
    Ok(servers.into())
}

/// Checks that an object has these keys and no others.
fn keys(item: &Value, expected: &[&str]) -> Result<(), Complaint> {
    let shown: Vec<String> = expected.iter().map(|key| quoted(key)).collect();
    let Some(members) = item.as_object() else {
        return reason(format!(
            "Invalid input. '{}' must be a dictionary with keys: [{}]",
            str(item),
            shown.join(", ")
        ));
    };
    let fits =
        members.len() == expected.len() && expected.iter().all(|key| members.contains_key(*key));
    if fits {
        return Ok(());
    }
    let provided: Vec<String> = members.keys().map(|key| quoted(key)).collect();
    reason(format!(
        "Validation of dictionary's keys failed. Expected keys: {{{}}} Provided keys: {{{}}}",
        shown.join(", "),
        provided.join(", ")
    ))
}

fn routes(value: &Value) -> Converted {
    let shape = |value: &Value| format!("Invalid data format for hostroute: '{}'", str(value));
    let mut routes = Vec::new();
    for item in list(value, shape)? {
        keys(item, &["destination", "nexthop"])?;
        let Some(destination) = read_cidr(&item["destination"]) else {
            return reason(format!(
                "'{}' is not a valid CIDR",
                str(&item["destination"])
            ));
        };
        let route = json!({"destination": destination, "nexthop": address(&item["nexthop"])?});
        if routes.contains(&route) {
            return reason(format!("Duplicate hostroute '{}'", repr(item)));
        }
        routes.push(route);
    }
    Ok(routes.into())
}

fn pools(value: &Value) -> Converted {
    let shape = |value: &Value| format!("Invalid data format for IP pool: '{}'", str(value));
    let pool = |item: &Value| {
        keys(item, &["start", "end"])?;
        Ok(json!({"start": address(&item["start"])?, "end": address(&item["end"])?}))
    };
    list(value, shape)?.iter().map(pool).collect()
}

fn fixed_ips(value: &Value) -> Converted {
    let shape = |value: &Value| format!("Invalid data format for fixed IP: '{}'", str(value));
    let mut fixed_ips: Vec<Value> = Vec::new();
    for item in list(value, shape)? {
        let Some(members) = item.as_object() else {
            return reason(shape(item));
        };
        let mut fixed = json!({});
        if let Some(asked) = members.get("ip_address") {
            let asked = address(asked)?;
            if fixed_ips.iter().any(|other| other["ip_address"] == asked) {
                return reason(format!("Duplicate IP address '{}'", str(&asked)));
            }
            fixed["ip_address"] = asked;
        }
        if let Some(subnet) = members.get("subnet_id") {
            fixed["subnet_id"] = id(subnet)?;
        }
        fixed_ips.push(fixed);
    }
    Ok(fixed_ips.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Kind, value: Value) -> String {
        kind.convert("x", &value)
            .map_or_else(|fault| fault.message, |value| value.to_string())
    }

    #[test]
    fn values_take_their_usual_form() {
        assert_eq!(told(Kind::Flag, json!("True")), "true");
        assert_eq!(told(Kind::Number { min: 0, max: 9 }, json!("7")), "7");
        assert_eq!(told(Kind::Cidr, json!("10.0.0.7/24")), "\"10.0.0.0/24\"");
        assert_eq!(
            told(Kind::AddressOrNull, json!("FD00::0001")),
            "\"fd00::1\""
        );
        assert_eq!(told(Kind::Ids, Value::Null), "[]");
    }

    #[test]
    fn what_is_wrong_is_told_in_neutrons_words() {
        assert_eq!(
            told(Kind::Text(3), json!("long")),
            "Invalid input for x. Reason: 'long' exceeds maximum length of 3."
        );
        assert_eq!(
            told(Kind::Flag, json!("maybe")),
            "Invalid input for operation: 'maybe' cannot be converted to boolean."
        );
        assert_eq!(
            told(Kind::Choice(&["ingress", "egress"]), json!("in")),
            "Invalid input for x. Reason: in is not in ['ingress', 'egress']."
        );
        assert_eq!(
            told(Kind::Id, json!("y")),
            "Invalid input for x. Reason: 'y' is not a valid UUID."
        );
        assert_eq!(
            told(Kind::FixedIps, json!([{"ip_address": "z"}])),
            "Invalid input for x. Reason: 'z' is not a valid IP address."
        );
    }
}
