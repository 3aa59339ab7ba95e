//! Answers in XML: the JSON ones, written as elements.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde_json::Value;

use super::VERSION;

/// The XML form of an answer's JSON: its one member is the root, lists repeat their element. `None` for
/// what is no such JSON.
pub(super) fn from_json(body: &[u8]) -> Option<Vec<u8>> {
    let Value::Object(members) = serde_json::from_slice(body).ok()? else {
        return None;
    };
    let (name, content) = members.iter().next()?;
    let mut writer = Writer::new(Vec::new());
    writer
        .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
        .ok()?;
    writer
        .create_element(name)
        .with_attribute(("cloud-stack-version", VERSION))
        .write_inner_content(|writer| write_members(writer, content))
        .ok()?;
    Some(writer.into_inner())
}

fn write_members(writer: &mut Writer<Vec<u8>>, content: &Value) -> std::io::Result<()> {
    match content {
        Value::Object(members) => members
            .iter()
            .try_for_each(|(name, value)| write_element(writer, name, value)),
        Value::Array(_) | Value::Null => Ok(()),
        Value::String(text) => writer.write_event(Event::Text(BytesText::new(text))),
        Value::Bool(_) | Value::Number(_) => {
            writer.write_event(Event::Text(BytesText::new(&content.to_string())))
        }
    }
}

fn write_element(writer: &mut Writer<Vec<u8>>, name: &str, value: &Value) -> std::io::Result<()> {
    match value {
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| write_element(writer, name, item)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            writer
                .create_element(name)
                .write_inner_content(|writer| write_members(writer, value))
                .map(|_| ())
        }
    }
}
