//! How the documents of version 2 are written in XML; later versions have none.
//!
//! What the names of things do not tell is put right before writing and after reading: pairs whose element is
//! not that of metadata, links between pages, and actions without arguments.

use serde_json::{Map, Value, json};

use super::Call;
use crate::api::xml::{Grammar, List, PLAIN, bare, list};

const COMMON: &str = "http://docs.openstack.org/common/api/v1.0";

const GRAMMAR: Grammar = Grammar {
    namespace: "http://docs.openstack.org/compute/api/v1.1",
    foreign: &[
        ("limits", COMMON),
        ("version", COMMON),
        ("extension", COMMON),
        ("extensions", COMMON),
    ],
    extensions: &[
        ("atom", "http://www.w3.org/2005/Atom"),
        (
            "OS-DCF",
            "http://docs.openstack.org/compute/ext/disk_config/api/v1.1",
        ),
        (
            "OS-EXT-AZ",
            "http://docs.openstack.org/compute/ext/extended_availability_zone/api/v2",
        ),
        (
            "OS-EXT-IMG-SIZE",
            "http://docs.openstack.org/compute/ext/image_size/api/v1.1",
        ),
        (
            "OS-EXT-IPS",
            "http://docs.openstack.org/compute/ext/extended_ips/api/v1.1",
        ),
        (
            "OS-EXT-IPS-MAC",
            "http://docs.openstack.org/compute/ext/extended_ips_mac/api/v1.1",
        ),
        (
            "OS-EXT-SRV-ATTR",
            "http://docs.openstack.org/compute/ext/extended_status/api/v1.1",
        ),
        (
            "OS-EXT-STS",
            "http://docs.openstack.org/compute/ext/extended_status/api/v1.1",
        ),
        (
            "OS-FLV-DISABLED",
            "http://docs.openstack.org/compute/ext/flavor_disabled/api/v1.1",
        ),
        (
            "OS-FLV-EXT-DATA",
            "http://docs.openstack.org/compute/ext/flavor_extra_data/api/v1.1",
        ),
        (
            "OS-FLV-WITH-EXT-SPECS",
            "http://docs.openstack.org/compute/ext/flavor_with_extra_specs/api/v2.0",
        ),
        (
            "OS-SRV-USG",
            "http://docs.openstack.org/compute/ext/server_usage/api/v1.1",
        ),
        (
            "os-extended-volumes",
            "http://docs.openstack.org/compute/ext/extended_volumes/api/v1.1",
        ),
        (
            "os-flavor-access",
            "http://docs.openstack.org/compute/ext/flavor_access/api/v2",
        ),
    ],
    lists: &[
        list("servers", "server"),
        list("flavors", "flavor"),
        list("images", "image"),
        list("addresses", "network"),
        list("networks", "network"),
        list("security_groups", "security_group"),
        list("personality", "file"),
        list("block_device_mapping", "mapping"),
        list("block_device_mapping_v2", "mapping"),
        list("keypairs", "keypair"),
        list("extensions", "extension"),
        list("media-types", "media-type"),
        list("absolute", "limit"),
        list("volumes", "volume"),
        list("volumeAttachments", "volumeAttachment"),
        list("instanceActions", "instanceAction"),
        list("interfaceAttachments", "interfaceAttachment"),
        list("availabilityZoneInfo", "availabilityZone"),
        List {
            name: "rate",
            around: Some("rates"),
            item: "rate",
        },
        bare("server", "server"),
        bare("flavor", "flavor"),
        bare("image", "image"),
        bare("limit", "limit"),
        bare("ip", "ip"),
        bare("links", "atom:link"),
        bare("pages", "atom:link"),
        bare(
            "os-extended-volumes:volumes_attached",
            "os-extended-volumes:volume_attached",
        ),
    ],
    maps: &[("metadata", "meta")],
    texts: &["message", "details"],
    contents: &[("meta", "value"), ("file", "contents")],
    spelled: &["keypair", "extra_specs"],
    renamed: &[("tenant_id", "tenantId"), ("user_id", "userId")],
    scalar,
    ..PLAIN
};

/// Values as Python writes them.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("None".to_owned()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// An answer's JSON as XML. `None` for what is no JSON object.
pub(in super::super) fn write(call: &Call, body: &[u8]) -> Option<Vec<u8>> {
    let is_addresses = call.command.spec().short_name() == "list_server_addresses";
    match serde_json::from_slice(body).ok()? {
        Value::Object(members) => write_members(members, is_addresses),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}

fn write_members(mut members: Map<String, Value>, is_addresses: bool) -> Option<Vec<u8>> {
    // The addresses in one network have its name in JSON.
    if is_addresses && !members.contains_key("addresses") {
        let network = networks(members).pop()?;
        return GRAMMAR.document("network", &network);
    }
    let (name, mut content) = members.shift_remove_entry(&members.keys().next()?.clone())?;
    reshape(&name, &mut content);
    match members.remove(&format!("{name}_links")) {
        // What stands beside a list in JSON stands in it in XML.
        Some(pages) => {
            let item = name.trim_end_matches('s');
            GRAMMAR.document(&name, &json!({ item: content, "pages": pages }))
        }
        None => GRAMMAR.document(&name, &content),
    }
}

/// Makes lists and members of the pairs that are elements in XML.
fn reshape(name: &str, value: &mut Value) {
    match value {
        Value::Object(members) => match name {
            "addresses" => *value = networks(std::mem::take(members)).into(),
            "absolute" => {
                let limit =
                    |(name, value): (&String, &Value)| json!({"name": name, "value": value});
                *value = members.iter().map(limit).collect();
            }
            "meta" => {
                let pair = members.iter().next();
                *value = pair.map_or(
                    Value::Null,
                    |(key, value)| json!({"key": key, "value": value}),
                );
            }
            _ => members
                .iter_mut()
                .for_each(|(name, value)| reshape(name, value)),
        },
        Value::Array(items) => items.iter_mut().for_each(|item| reshape("", item)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Addresses, a network each.
fn networks(addresses: Map<String, Value>) -> Vec<Value> {
    let networks = addresses.into_iter();
    networks
        .map(|(name, addresses)| json!({"id": name, "ip": addresses}))
        .collect()
}

/// Actions that take an object, even an empty one; the others take nothing.
const OBJECTS: &[&str] = &[
    "os-getConsoleOutput",
    "os-resetState",
    "server",
    "metadata",
    "keypair",
];

/// The body of a request. `None` for what is no XML.
pub(in super::super) fn read(body: &[u8]) -> Option<Value> {
    let mut document = GRAMMAR.read(body)?;
    let (name, content) = document.as_object_mut()?.iter_mut().next()?;
    if name == "meta" {
        let (key, value) = (content["key"].take(), content["value"].take());
        *content = json!({ key.as_str()?: value });
    }
    let is_empty = content.as_object().is_some_and(Map::is_empty);
    if is_empty && !OBJECTS.contains(&name.as_str()) {
        *content = Value::Null;
    }
    Some(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(body: Value) -> String {
        let members = body.as_object().expect("an object").clone();
        let written = write_members(members, false).expect("XML");
        let text = String::from_utf8(written).expect("text");
        text.split_once("?>").expect("a declaration").1.to_owned()
    }

    #[test]
    fn a_server_is_written_as_nova_did() {
        let body = json!({"server": {
            "id": "1", "tenant_id": "7", "key_name": null, "OS-DCF:diskConfig": "AUTO",
            "addresses": {"private": [{"version": 4, "addr": "10.0.0.2"}]},
            "metadata": {"color": "red"},
            "links": [{"rel": "self", "href": "http://x"}],
        }});
        assert_eq!(
            written(body),
            "<server xmlns=\"http://docs.openstack.org/compute/api/v1.1\" \
             xmlns:atom=\"http://www.w3.org/2005/Atom\" \
             xmlns:OS-DCF=\"http://docs.openstack.org/compute/ext/disk_config/api/v1.1\" \
             id=\"1\" tenantId=\"7\" key_name=\"None\" OS-DCF:diskConfig=\"AUTO\">\
             <addresses><network id=\"private\"><ip version=\"4\" addr=\"10.0.0.2\"/></network></addresses>\
             <metadata><meta key=\"color\">red</meta></metadata>\
             <atom:link rel=\"self\" href=\"http://x\"/></server>"
        );
    }

    #[test]
    fn lists_pairs_and_faults_have_their_own_ways() {
        let within = |body: Value| {
            let text = written(body);
            let end = text.find('>').expect("a root");
            text[end + 1..].to_owned()
        };
        assert_eq!(
            within(
                json!({"servers": [{"id": "1"}], "servers_links": [{"rel": "next", "href": "http://x"}]})
            ),
            "<server id=\"1\"/><atom:link rel=\"next\" href=\"http://x\"/></servers>"
        );
        assert_eq!(
            within(json!({"limits": {"rate": [], "absolute": {"maxServerMeta": 40}}})),
            "<rates></rates><absolute><limit name=\"maxServerMeta\" value=\"40\"/></absolute></limits>"
        );
        assert_eq!(within(json!({"meta": {"color": "red"}})), "red</meta>");
        assert_eq!(
            within(json!({"keypair": {"name": "k", "public_key": "ssh-rsa A"}})),
            "<name>k</name><public_key>ssh-rsa A</public_key></keypair>"
        );
        assert_eq!(
            within(json!({"itemNotFound": {"code": 404, "message": "gone"}})),
            "<message>gone</message></itemNotFound>"
        );
    }

    #[test]
    fn requests_are_read_as_if_they_were_json() {
        let read = |text: &str| read(text.as_bytes()).expect("XML");
        assert_eq!(
            read(
                "<server xmlns=\"http://docs.openstack.org/compute/api/v1.1\" \
                 xmlns:d=\"http://docs.openstack.org/compute/ext/disk_config/api/v1.1\" \
                 name=\"a\" flavorRef=\"2\" d:diskConfig=\"MANUAL\">\
                 <metadata><meta key=\"color\">red</meta></metadata>\
                 <personality><file path=\"/etc/motd\">aGk=</file></personality>\
                 <networks><network uuid=\"u\"/></networks></server>"
            ),
            json!({"server": {
                "name": "a", "flavorRef": "2", "OS-DCF:diskConfig": "MANUAL",
                "metadata": {"color": "red"},
                "personality": [{"path": "/etc/motd", "contents": "aGk="}],
                "networks": [{"uuid": "u"}],
            }})
        );
        assert_eq!(read("<confirmResize/>"), json!({"confirmResize": null}));
        assert_eq!(
            read("<reboot type=\"HARD\"/>"),
            json!({"reboot": {"type": "HARD"}})
        );
        assert_eq!(
            read("<meta key=\"color\">red</meta>"),
            json!({"meta": {"color": "red"}})
        );
        assert_eq!(
            read("<keypair><name>k</name></keypair>"),
            json!({"keypair": {"name": "k"}})
        );
    }
}
