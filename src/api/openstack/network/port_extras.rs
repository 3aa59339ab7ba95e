//! What few ports have: further addresses, options for DHCP, a name, what binds them to hosts.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::attribute::text;
use super::body::Wanted;
use super::kind::{Complaint, list, mac, reason};
use crate::api::openstack::python::{repr, str};
use crate::vocabulary::fault::Fault;
use crate::world::network::addresses::Mac;
use crate::world::network::{AddressPair, DhcpOption, Port};

type Extras = crate::world::network::PortExtras;

pub(super) fn extra(port: &Port, of: fn(&Extras) -> &Arc<str>) -> Option<&str> {
    port.extras.as_deref().map(|extras| &**of(extras))
}

pub(super) fn pairs(port: &Port) -> Value {
    let pairs = port.extras.iter().flat_map(|extras| &extras.pairs);
    let pair = |pair: &AddressPair| {
        let mac = pair.mac.unwrap_or(port.mac);
        json!({"mac_address": mac.to_string(), "ip_address": pair.ip})
    };
    pairs.map(pair).collect()
}

pub(super) fn dhcp_options(port: &Port) -> Value {
    let options = port.extras.iter().flat_map(|extras| &extras.dhcp_options);
    let option = |option: &DhcpOption| json!({"opt_name": option.name, "opt_value": option.value, "ip_version": option.version});
    options.map(option).collect()
}

pub(super) fn dns_assignment(port: &Port) -> Value {
    let named = extra(port, |extras| &extras.dns_name).filter(|name| !name.is_empty());
    let assignment = |address: std::net::IpAddr| {
        let by_address = || format!("host-{}", address.to_string().replace(['.', ':'], "-"));
        let name = named.map_or_else(by_address, str::to_owned);
        let domain = format!("{name}.openstacklocal.");
        json!({"ip_address": address, "hostname": name, "fqdn": domain})
    };
    let fixed_ips = port.fixed_ips.iter();
    fixed_ips.map(|fixed| assignment(fixed.address)).collect()
}

pub(super) fn profile(port: &Port) -> Value {
    let profile = port.extras.as_deref().map(|extras| extras.profile.clone());
    profile.unwrap_or_default().into()
}

pub(super) fn read_profile(value: &Value) -> Result<Value, Complaint> {
    match value {
        Value::Null => Ok(json!({})),
        Value::Object(_) => Ok(value.clone()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            reason(format!("'{}' is not a dictionary", str(value)))
        }
    }
}

pub(super) fn set_profile(port: &mut Port, value: &Value) {
    port.extras_mut().profile = value.as_object().cloned().unwrap_or_else(Map::new);
}

pub(super) fn read_pairs(value: &Value) -> Result<Value, Complaint> {
    let shape = |_: &Value| "Allowed address pairs must be a list.".to_owned();
    let mut pairs: Vec<Value> = Vec::new();
    for item in list(value, shape)? {
        let Some(ip) = item.get("ip_address").and_then(Value::as_str) else {
            let fault = Fault::bad_request("AllowedAddressPair must contain ip_address");
            return Err(Complaint::Fault(
                fault.named("AllowedAddressPairsMissingIP"),
            ));
        };
        if ip.parse::<cidr::IpInet>().is_err() {
            return reason(format!(
                "'{ip}' is neither a valid IP address, nor is it a valid IP subnet"
            ));
        }
        let mut pair = json!({"ip_address": ip});
        if let Some(given) = item.get("mac_address").filter(|mac| !mac.is_null()) {
            pair["mac_address"] = mac(given)?;
        }
        if pairs.contains(&pair) {
            let fault = Fault::bad_request(format!(
                "Request contains duplicate address pair: mac_address {} ip_address {ip}.",
                str(&pair["mac_address"])
            ));
            return Err(Complaint::Fault(
                fault.named("DuplicateAddressPairInRequest"),
            ));
        }
        pairs.push(pair);
    }
    Ok(pairs.into())
}

pub(super) fn set_pairs(port: &mut Port, wanted: &Wanted) {
    let Some(items) = wanted.list("allowed_address_pairs") else {
        return;
    };
    let pair = |item: &Value| AddressPair {
        mac: item["mac_address"].as_str().and_then(Mac::parse),
        ip: text(&item["ip_address"]).into(),
    };
    let pairs: Vec<AddressPair> = items.iter().map(pair).collect();
    if !pairs.is_empty() || port.extras.is_some() {
        port.extras_mut().pairs = pairs;
    }
}

pub(super) fn read_dhcp_options(value: &Value) -> Result<Value, Complaint> {
    let shape = |value: &Value| format!("'{}' is not a list", str(value));
    for item in list(value, shape)? {
        let has_name = item.get("opt_name").is_some_and(Value::is_string);
        let has_value = item
            .get("opt_value")
            .is_some_and(|v| v.is_string() || v.is_null());
        if !has_name || !has_value {
            return reason(format!("No valid key specs matched for: {}", repr(item)));
        }
    }
    Ok(value.clone())
}

/// An option without a value goes, others come or change.
pub(super) fn set_dhcp_options(port: &mut Port, value: &Value) {
    let options = &mut port.extras_mut().dhcp_options;
    for item in value.as_array().into_iter().flatten() {
        let version = match &item["ip_version"] {
            Value::Null => 4,
            version => {
                if str(version) == "6" {
                    6
                } else {
                    4
                }
            }
        };
        let name = text(&item["opt_name"]);
        options.retain(|option| *option.name != *name || option.version != version);
        if let Some(value) = item["opt_value"].as_str() {
            options.push(DhcpOption {
                name: name.into(),
                value: value.into(),
                version,
            });
        }
    }
}
