//! JSON to XML and back, by the names of things.
//!
//! An object is an element, its texts and numbers are attributes, and a list is an element that holds its
//! items, each under the name of one. [`LISTS`], [`TEXTS`] and [`CONTENTS`] tell what is otherwise.

use http::StatusCode;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer, XmlVersion};
use serde_json::{Map, Value};

use super::fault;

const NAMESPACE: &str = "http://docs.openstack.org/loadbalancers/api/v1.0";

/// How deep elements may stand in each other.
const MAX_DEPTH: usize = 32;

/// How a list is written.
struct List {
    /// Its name in JSON.
    name: &'static str,
    /// The element around it; `None` where the items stand by themselves.
    around: Option<&'static str>,
    item: &'static str,
}

const fn list(name: &'static str, item: &'static str) -> List {
    List {
        name,
        around: Some(name),
        item,
    }
}

const fn bare(name: &'static str, item: &'static str) -> List {
    List {
        name,
        around: None,
        item,
    }
}

const LISTS: &[List] = &[
    list("loadBalancers", "loadBalancer"),
    list("nodes", "node"),
    list("virtualIps", "virtualIp"),
    list("accessList", "networkItem"),
    list("metadata", "meta"),
    list("certificateMappings", "certificateMapping"),
    list("securityProtocols", "securityProtocol"),
    list("ciphers", "cipher"),
    list("algorithms", "algorithm"),
    list("protocols", "protocol"),
    list("allowedDomains", "allowedDomain"),
    list("limitTypes", "limitType"),
    list("nodeServiceEvents", "nodeServiceEvent"),
    list("ipv4Publicnets", "ipv4Public"),
    list("ipv4Servicenets", "ipv4Servicenet"),
    list("ipv6Publicnets", "ipv6Public"),
    list("ipv6Servicenets", "ipv6Servicenet"),
    list("absolute", "limit"),
    List {
        name: "rate",
        around: Some("rates"),
        item: "rate",
    },
    bare("limit", "limit"),
    bare("messages", "message"),
    bare("accountUsageRecords", "accountUsageRecord"),
    bare("loadBalancerUsages", "loadBalancerUsage"),
    bare("loadBalancerUsageRecords", "loadBalancerUsageRecord"),
];

/// Texts that are elements, not attributes.
const TEXTS: &[&str] = &[
    "message",
    "details",
    "certificate",
    "privatekey",
    "privateKey",
    "intermediateCertificate",
    "content",
];

/// Elements whose text is a member of the object: `<meta key="color">red</meta>`.
const CONTENTS: &[(&str, &str)] = &[("meta", "value")];

/// Roots with another name than in JSON.
const ROOTS: &[(&str, &str)] = &[
    ("loadBalancerUsageRecords", "loadBalancerUsage"),
    ("RegionalSourceAddresses", "regionalSourceAddresses"),
    ("absolute", "limits"),
];

// ---------------------------------------------------------------- writing

/// An answer's JSON as XML. `None` for what is no JSON object.
pub(super) fn write(body: &[u8], root: Option<&str>) -> Option<Vec<u8>> {
    let Value::Object(members) = serde_json::from_slice(body).ok()? else {
        return None;
    };
    if let Some(root) = root {
        return document(root, &Value::Object(members));
    }
    let (name, content) = members.iter().next()?;
    match ROOTS.iter().find(|(known, _)| known == name) {
        None => document(name, content),
        // A list that has another name outside is a part of what has that name.
        Some((_, root)) if content.is_array() => {
            let part = Map::from_iter([(name.clone(), content.clone())]);
            document(root, &Value::Object(part))
        }
        Some((_, root)) => document(root, content),
    }
}

/// A fault's JSON as XML, below the name that faults of its status have.
pub(super) fn write_fault(body: &[u8], status: StatusCode) -> Option<Vec<u8>> {
    let Value::Object(mut members) = serde_json::from_slice(body).ok()? else {
        return None;
    };
    if let Some(Value::Object(inner)) = members.remove("overLimit") {
        members = inner;
    }
    let message = match members.get("message") {
        Some(Value::Array(messages)) => messages.first().cloned().unwrap_or_default(),
        Some(message) => message.clone(),
        None => Value::Null,
    };
    let name = fault::element(status.as_u16(), message.as_str().unwrap_or_default());
    members.insert("message".to_owned(), message);
    members.insert("code".to_owned(), status.as_u16().into());
    document(name, &Value::Object(members))
}

fn document(root: &str, content: &Value) -> Option<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    let declaration = BytesDecl::new("1.0", Some("UTF-8"), Some("yes"));
    writer.write_event(Event::Decl(declaration)).ok()?;
    let start = BytesStart::new(root).with_attributes([("xmlns", NAMESPACE)]);
    write_content(&mut writer, start, content).ok()?;
    Some(writer.into_inner())
}

type Written = std::io::Result<()>;

/// An element and what is in it.
fn write_content(writer: &mut Writer<Vec<u8>>, start: BytesStart<'_>, content: &Value) -> Written {
    let name = String::from(start.name().as_ref());
    match content {
        Value::Object(members) => write_object(writer, start, &name, members),
        Value::Array(items) => {
            let item = LISTS.iter().find(|list| list.name == name);
            let item = item.map_or("item", |list| list.item);
            write_around(writer, start, |writer| write_items(writer, item, items))
        }
        Value::Null => writer.write_event(Event::Empty(start)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let text = scalar(content).unwrap_or_default();
            write_around(writer, start, |writer| write_text(writer, &text))
        }
    }
}

fn write_object(
    writer: &mut Writer<Vec<u8>>,
    mut start: BytesStart<'_>,
    name: &str,
    members: &Map<String, Value>,
) -> Written {
    let content = CONTENTS.iter().find(|(element, _)| *element == name);
    let is_content = |key: &str| content.is_some_and(|(_, member)| *member == key);
    let is_attribute = |key: &str| !is_content(key) && !TEXTS.contains(&key);
    for (key, value) in members {
        if let Some(text) = scalar(value).filter(|_| is_attribute(key)) {
            start.push_attribute((key.as_str(), text.as_str()));
        }
    }
    let inner: Vec<(&String, &Value)> = members
        .iter()
        .filter(|(key, value)| scalar(value).is_none() || !is_attribute(key))
        .filter(|(key, value)| !value.is_null() && *key != "links")
        .collect();
    if inner.is_empty() {
        return writer.write_event(Event::Empty(start));
    }
    write_around(writer, start, |writer| {
        inner
            .iter()
            .try_for_each(|(key, value)| match is_content(key) {
                true => write_text(writer, &scalar(value).unwrap_or_default()),
                false => write_member(writer, key, value),
            })
    })
}

fn write_member(writer: &mut Writer<Vec<u8>>, key: &str, value: &Value) -> Written {
    let list = LISTS.iter().find(|list| list.name == key);
    match (value, list) {
        (Value::Array(items), Some(list)) => match list.around {
            Some(around) => write_around(writer, BytesStart::new(around), |writer| {
                write_items(writer, list.item, items)
            }),
            None => write_items(writer, list.item, items),
        },
        _ => write_content(writer, BytesStart::new(key), value),
    }
}

fn write_items(writer: &mut Writer<Vec<u8>>, name: &str, items: &[Value]) -> Written {
    items.iter().try_for_each(|item| {
        // Some lists have their items wrapped in JSON.
        let item = item.get(name).unwrap_or(item);
        write_content(writer, BytesStart::new(name), item)
    })
}

fn write_around(
    writer: &mut Writer<Vec<u8>>,
    start: BytesStart<'_>,
    inner: impl FnOnce(&mut Writer<Vec<u8>>) -> Written,
) -> Written {
    let end = start.to_end().into_owned();
    writer.write_event(Event::Start(start))?;
    inner(writer)?;
    writer.write_event(Event::End(end))
}

fn write_text(writer: &mut Writer<Vec<u8>>, text: &str) -> Written {
    writer.write_event(Event::Text(BytesText::new(text)))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

// ---------------------------------------------------------------- reading

/// An element that is being read.
struct Open {
    name: String,
    members: Map<String, Value>,
    /// Its children in order, for a list.
    items: Vec<Value>,
    text: String,
}

/// The JSON that a document stands for, its root being the one member. `None` for what is no XML.
///
/// All values are texts: what they ought to be, whoever reads them knows.
pub(super) fn read(body: &[u8]) -> Option<Value> {
    let mut reader = Reader::from_reader(body);
    let mut open: Vec<Open> = Vec::new();
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) if open.len() < MAX_DEPTH => open.push(Open::read(&start)?),
            Event::Empty(start) => {
                if let Some(root) = close(Open::read(&start)?, open.last_mut()) {
                    return Some(root);
                }
            }
            Event::End(_) => {
                let closed = open.pop()?;
                if let Some(root) = close(closed, open.last_mut()) {
                    return Some(root);
                }
            }
            Event::Text(text) => open.last_mut()?.text.push_str(&text.xml10_content()),
            Event::CData(data) => open.last_mut()?.text.push_str(&data.xml10_content()),
            Event::GeneralRef(reference) => {
                let text = match reference.resolve_char_ref().ok()? {
                    Some(character) => character.to_string(),
                    None => {
                        let name: &str = &reference;
                        quick_xml::escape::resolve_predefined_entity(name)?.to_owned()
                    }
                };
                open.last_mut()?.text.push_str(&text);
            }
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            // A document type could define entities that grow without end.
            Event::Start(_) | Event::DocType(_) | Event::Eof => return None,
        }
        buffer.clear();
    }
}

impl Open {
    fn read(start: &BytesStart<'_>) -> Option<Self> {
        let mut members = Map::new();
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let name = String::from(attribute.key.as_ref());
            if name != "xmlns" && !name.starts_with("xmlns:") {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
                members.insert(name, value.into_owned().into());
            }
        }
        Some(Self {
            name: String::from(start.local_name().as_ref()),
            members,
            items: Vec::new(),
            text: String::new(),
        })
    }

    fn is_list(&self) -> bool {
        let is_it = |list: &List| list.around.is_some_and(|around| *around == self.name);
        LISTS.iter().any(is_it)
    }

    fn into_value(mut self) -> Value {
        if self.is_list() {
            return self.items.into();
        }
        if TEXTS.contains(&self.name.as_str()) {
            return self.text.trim().into();
        }
        let content = CONTENTS.iter().find(|(element, _)| *element == self.name);
        if let Some((_, member)) = content {
            let text = self.text.trim().into();
            self.members.insert((*member).to_owned(), text);
        }
        self.members.into()
    }
}

/// Puts an element that ended into the one around it. Without one it is the document, which is returned.
fn close(closed: Open, around: Option<&mut Open>) -> Option<Value> {
    let name = closed.name.clone();
    let value = closed.into_value();
    let Some(around) = around else {
        return Some(Map::from_iter([(name, value)]).into());
    };
    match around.is_list() {
        true => around.items.push(value),
        false => {
            around.members.insert(name, value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn xml(body: Value) -> String {
        let written = write(body.to_string().as_bytes(), None).expect("an object");
        let text = String::from_utf8(written).expect("text");
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
        text.strip_prefix(head)
            .expect("a declaration")
            .replace(&format!(" xmlns=\"{NAMESPACE}\""), "")
    }

    #[test]
    fn objects_are_elements_and_scalars_attributes() {
        let body = json!({"loadBalancer": {
            "name": "a & b", "id": 7, "created": {"time": "2026-11-21T00:00:00Z"},
            "nodes": [{"id": 1, "metadata": [{"id": 2, "key": "color", "value": "red"}]}],
            "connectionLogging": {"enabled": false},
        }});
        assert_eq!(
            xml(body),
            "<loadBalancer name=\"a &amp; b\" id=\"7\"><created time=\"2026-11-21T00:00:00Z\"/>\
             <nodes><node id=\"1\"><metadata><meta id=\"2\" key=\"color\">red</meta></metadata></node></nodes>\
             <connectionLogging enabled=\"false\"/></loadBalancer>"
        );
    }

    #[test]
    fn lists_have_their_own_ways() {
        assert_eq!(
            xml(json!({"absolute": [{"name": "NODE_LIMIT", "value": 25}]})),
            "<limits><absolute><limit name=\"NODE_LIMIT\" value=\"25\"/></absolute></limits>"
        );
        assert_eq!(
            xml(json!({"allowedDomains": [{"allowedDomain": {"name": "example.com"}}]})),
            "<allowedDomains><allowedDomain name=\"example.com\"/></allowedDomains>"
        );
        assert_eq!(
            xml(json!({"loadBalancerUsageRecords": [{"id": 1}], "links": []})),
            "<loadBalancerUsage><loadBalancerUsageRecord id=\"1\"/></loadBalancerUsage>"
        );
        assert_eq!(
            xml(json!({"clusterSourceAddresses": {"ipv4Publicnets": ["198.18.0.1"]}})),
            "<clusterSourceAddresses><ipv4Publicnets><ipv4Public>198.18.0.1</ipv4Public></ipv4Publicnets>\
             </clusterSourceAddresses>"
        );
    }

    #[test]
    fn faults_are_named_by_their_status() {
        let body =
            json!({"validationErrors": {"messages": ["one", "two"]}, "message": "no", "code": 400});
        let written = write_fault(body.to_string().as_bytes(), StatusCode::BAD_REQUEST);
        let text = String::from_utf8(written.expect("an object")).expect("text");
        assert!(
            text.contains("<message>one</message><message>two</message></validationErrors>"),
            "{text}"
        );
        assert!(text.contains("<badRequest "), "{text}");
    }

    #[test]
    fn what_is_written_reads_back() {
        let body = json!({"loadBalancer": {
            "name": "a <b> & \"c\"",
            "nodes": [{"address": "10.0.0.1", "port": "80"}, {"address": "10.0.0.2", "port": "80"}],
            "metadata": [{"key": "color", "value": "red & green"}],
            "accessList": [],
        }});
        let written = write(body.to_string().as_bytes(), None).expect("an object");
        assert_eq!(read(&written), Some(body));
    }

    #[test]
    fn what_is_no_xml_is_nothing() {
        let deep = "<a>".repeat(100_000);
        let bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
        for text in [
            "",
            "x",
            "<a",
            "<a></b>",
            "<a>",
            "</a>",
            "<a>&nope;</a>",
            bomb,
            &deep,
        ] {
            assert_eq!(
                read(text.as_bytes()),
                None,
                "{}",
                &text[..text.len().min(40)]
            );
        }
    }

    #[test]
    fn texts_may_be_given_in_any_way() {
        let text =
            "<errorpage xmlns=\"x\"><content> <![CDATA[<html>&</html>]]> </content></errorpage>";
        let read = read(text.as_bytes());
        assert_eq!(
            read,
            Some(json!({"errorpage": {"content": "<html>&</html>"}}))
        );
    }
}
