//! Answers in XML: the JSON ones, written as elements.

use std::borrow::Cow;

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
                .create_element(element_name(name))
                .write_inner_content(|writer| write_members(writer, value))
                .map(|_| ())
        }
    }
}

/// The element for a member of that name. Clients choose the names in maps, and not all that is a name to
/// them is one in XML; what is none has `_` in it instead.
fn element_name(name: &str) -> Cow<'_, str> {
    let is_first = |c: char| c.is_alphabetic() || c == '_';
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name = match name.starts_with(is_first) {
        true => Cow::Borrowed(name),
        false => Cow::Owned(format!("_{name}")),
    };
    match name.chars().all(is_name) {
        true => name,
        false => Cow::Owned(name.replace(|c| !is_name(c), "_")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_xml_does_not_have_are_replaced() {
        let xml = from_json(br#"{"r": {"cpu.ratio": 1, "a b<": "c&", "": 2, "1st": 3}}"#);
        let xml = String::from_utf8(xml.expect("XML")).expect("text");
        let content = "<cpu.ratio>1</cpu.ratio><a_b_>c&amp;</a_b_><_>2</_><_1st>3</_1st>";
        assert!(xml.contains(content), "{xml}");
    }
}
