//! JSON to XML and back, by the names of things.
//!
//! An object is an element, its texts and numbers are attributes, and a list is an element that holds its
//! items, each under the name of one. A [`Grammar`] tells what is otherwise in the documents of a service, so
//! that inside there is only JSON and XML is dealt with at the edge.

use std::borrow::Cow;

use http::header::{ACCEPT, CONTENT_TYPE};
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};
use quick_xml::{NsReader, Writer, XmlVersion};
use serde_json::{Map, Value};

use super::Request;

/// How deep elements may stand in each other.
const MAX_DEPTH: usize = 32;

/// How the documents of a service are written.
#[derive(Debug)]
pub(super) struct Grammar {
    /// The namespace of all names without a prefix.
    pub(super) namespace: &'static str,
    /// Roots whose documents have another namespace.
    pub(super) foreign: &'static [(&'static str, &'static str)],
    /// Prefixes of names, as JSON has them, each with its namespace: `RAX-AUTH`.
    pub(super) extensions: &'static [(&'static str, &'static str)],
    pub(super) lists: &'static [List],
    /// Objects whose names are a client's own, with the element of a pair: `{"a": "b"}` in `metadata` is
    /// `<metadata><meta key="a">b</meta></metadata>`.
    pub(super) maps: &'static [(&'static str, &'static str)],
    /// Texts that are elements, not attributes.
    pub(super) texts: &'static [&'static str],
    /// Elements whose text is a member of the object: `<meta key="color">red</meta>`.
    pub(super) contents: &'static [(&'static str, &'static str)],
    /// Elements of which nothing is an attribute: `<keypair><name>mine</name></keypair>`.
    pub(super) spelled: &'static [&'static str],
    /// Elements and attributes with another name than the member in JSON. Only for writing.
    pub(super) renamed: &'static [(&'static str, &'static str)],
    /// Roots with another name than in JSON. A list with one is a part of what has that name.
    pub(super) roots: &'static [(&'static str, &'static str)],
    /// Members that only JSON has.
    pub(super) omitted: &'static [&'static str],
    /// How a value is written that is neither an object nor a list. `None` for what is left out.
    pub(super) scalar: fn(&Value) -> Option<String>,
}

/// A grammar without anything of its own.
pub(super) const PLAIN: Grammar = Grammar {
    namespace: "",
    foreign: &[],
    extensions: &[],
    lists: &[],
    maps: &[],
    texts: &[],
    contents: &[],
    spelled: &[],
    renamed: &[],
    roots: &[],
    omitted: &[],
    scalar,
};

/// How a list is written.
#[derive(Debug)]
pub(super) struct List {
    /// Its name in JSON.
    pub(super) name: &'static str,
    /// The element around it; `None` where the items stand by themselves.
    pub(super) around: Option<&'static str>,
    /// Empty where each item is an object whose one member names it.
    pub(super) item: &'static str,
}

pub(super) const fn list(name: &'static str, item: &'static str) -> List {
    List {
        name,
        around: Some(name),
        item,
    }
}

pub(super) const fn bare(name: &'static str, item: &'static str) -> List {
    List {
        name,
        around: None,
        item,
    }
}

/// Whether a request's body is XML.
pub(super) fn is_sent(request: &Request) -> bool {
    let kind = request.headers.get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.contains("xml")))
}

/// Whether the answer is to be XML. An ending of the path goes before the header.
pub(super) fn is_wanted(request: &Request) -> bool {
    match request.path.rsplit_once('.') {
        // Feeds are XML, and so is what is told instead of one.
        Some((_, "xml" | "atom")) => return true,
        Some((_, "json")) => return false,
        Some(_) | None => {}
    }
    let accepted = request.headers.get(ACCEPT);
    let accepted = accepted
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut kinds = accepted.split(',').map(|kind| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim()
    });
    let known = kinds.find(|kind| kind.ends_with("/json") || kind.ends_with("/xml"));
    known.is_some_and(|kind| kind.ends_with("/xml"))
}

type Written = std::io::Result<()>;

impl Grammar {
    /// An answer's JSON as XML. `root` is what XML calls an answer that has no name in JSON. `None` for what
    /// is no JSON object.
    pub(super) fn write(&self, body: &[u8], root: Option<&str>) -> Option<Vec<u8>> {
        let Value::Object(members) = serde_json::from_slice(body).ok()? else {
            return None;
        };
        if let Some(root) = root {
            return self.document(root, &Value::Object(members));
        }
        let (name, content) = members.iter().next()?;
        match named(self.roots, name) {
            None => self.document(name, content),
            Some(root) if content.is_array() => {
                let part = Map::from_iter([(name.clone(), content.clone())]);
                self.document(root, &Value::Object(part))
            }
            Some(root) => self.document(root, content),
        }
    }

    /// A document with this root.
    pub(super) fn document(&self, root: &str, content: &Value) -> Option<Vec<u8>> {
        // Which extensions it is of, shows when it is written.
        let undeclared = self.declaring(&[], root, content)?;
        let is_used = |(prefix, _): &&(&str, &str)| {
            let [element, attribute] = ["<", " "].map(|before| format!("{before}{prefix}:"));
            undeclared.contains(&element) || undeclared.contains(&attribute)
        };
        let used: Vec<_> = self.extensions.iter().filter(is_used).copied().collect();
        self.declaring(&used, root, content).map(String::into_bytes)
    }

    /// A document that declares these extensions.
    fn declaring(
        &self,
        extensions: &[(&str, &str)],
        root: &str,
        content: &Value,
    ) -> Option<String> {
        let mut writer = Writer::new(Vec::new());
        let declaration = BytesDecl::new("1.0", Some("UTF-8"), Some("yes"));
        writer.write_event(Event::Decl(declaration)).ok()?;
        let mut start = self.element(root);
        let namespace = named(self.foreign, root).unwrap_or(self.namespace);
        start.push_attribute(("xmlns", namespace));
        for (prefix, namespace) in extensions {
            start.push_attribute((format!("xmlns:{prefix}").as_str(), *namespace));
        }
        self.write_content(&mut writer, start, root, content).ok()?;
        String::from_utf8(writer.into_inner()).ok()
    }

    fn element<'n>(&self, name: &'n str) -> BytesStart<'n> {
        BytesStart::new(named(self.renamed, name).unwrap_or(name))
    }

    /// An element and what is in it. `name` is what JSON calls it.
    fn write_content(
        &self,
        writer: &mut Writer<Vec<u8>>,
        start: BytesStart<'_>,
        name: &str,
        content: &Value,
    ) -> Written {
        match content {
            Value::Object(members) => match named(self.maps, name) {
                Some(pair) => self.write_map(writer, start, pair, members),
                None => self.write_object(writer, start, name, members),
            },
            Value::Array(items) => {
                let item = self.lists.iter().find(|list| list.name == name);
                let item = item.map_or("item", |list| list.item);
                write_around(writer, start, |writer| {
                    self.write_items(writer, item, items)
                })
            }
            Value::Null => writer.write_event(Event::Empty(start)),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                let text = (self.scalar)(content).unwrap_or_default();
                write_around(writer, start, |writer| write_text(writer, &text))
            }
        }
    }

    fn write_map(
        &self,
        writer: &mut Writer<Vec<u8>>,
        start: BytesStart<'_>,
        pair: &str,
        members: &Map<String, Value>,
    ) -> Written {
        write_around(writer, start, |writer| {
            members.iter().try_for_each(|(key, value)| {
                let start = self.element(pair).with_attributes([("key", key.as_str())]);
                self.write_content(writer, start, pair, value)
            })
        })
    }

    fn write_object(
        &self,
        writer: &mut Writer<Vec<u8>>,
        mut start: BytesStart<'_>,
        name: &str,
        members: &Map<String, Value>,
    ) -> Written {
        let content = named(self.contents, name);
        let is_content = |key: &str| content == Some(key);
        let is_spelled = self.spelled.contains(&name);
        let is_attribute =
            |key: &str| !is_content(key) && !is_spelled && !self.texts.contains(&key);
        for (key, value) in members {
            if let Some(text) = (self.scalar)(value).filter(|_| is_attribute(key)) {
                let name = named(self.renamed, key).unwrap_or(key);
                start.push_attribute((name, text.as_str()));
            }
        }
        let inner: Vec<(&String, &Value)> = members
            .iter()
            .filter(|(key, value)| (self.scalar)(value).is_none() || !is_attribute(key))
            .filter(|(key, value)| !value.is_null() && !self.omitted.contains(&key.as_str()))
            .collect();
        if inner.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        write_around(writer, start, |writer| {
            inner
                .iter()
                .try_for_each(|(key, value)| match is_content(key) {
                    true => write_text(writer, &(self.scalar)(value).unwrap_or_default()),
                    false => self.write_member(writer, key, value),
                })
        })
    }

    fn write_member(&self, writer: &mut Writer<Vec<u8>>, key: &str, value: &Value) -> Written {
        let list = self.lists.iter().find(|list| list.name == key);
        match (value, list) {
            (Value::Array(items), Some(list)) => match list.around {
                Some(around) => write_around(writer, self.element(around), |writer| {
                    self.write_items(writer, list.item, items)
                }),
                None => self.write_items(writer, list.item, items),
            },
            _ => self.write_content(writer, self.element(key), key, value),
        }
    }

    fn write_items(&self, writer: &mut Writer<Vec<u8>>, name: &str, items: &[Value]) -> Written {
        items.iter().try_for_each(|item| {
            if name.is_empty() {
                let mut members = item.as_object().into_iter().flatten();
                return members.try_for_each(|(key, value)| self.write_member(writer, key, value));
            }
            // Some lists have their items wrapped in JSON.
            let item = item.get(name).unwrap_or(item);
            self.write_content(writer, self.element(name), name, item)
        })
    }
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

/// What stands beside a name in a table.
fn named<'t>(table: &'t [(&'static str, &'static str)], name: &str) -> Option<&'t str> {
    let found = table.iter().find(|(known, _)| *known == name);
    found.map(|(_, other)| *other)
}

/// An element that is being read.
struct Open {
    name: String,
    members: Map<String, Value>,
    /// Its children in order, for a list.
    items: Vec<Value>,
    text: String,
}

impl Grammar {
    /// The JSON that a document stands for, its root being the one member. `None` for what is no XML.
    ///
    /// All values are texts: what they ought to be, whoever reads them knows.
    pub(super) fn read(&self, body: &[u8]) -> Option<Value> {
        let mut reader = NsReader::from_reader(body);
        let mut open: Vec<Open> = Vec::new();
        let mut buffer = Vec::new();
        loop {
            match reader.read_event_into(&mut buffer).ok()? {
                Event::Start(start) if open.len() < MAX_DEPTH => {
                    open.push(self.open(&reader, &start)?);
                }
                Event::Empty(start) => {
                    let element = self.open(&reader, &start)?;
                    if let Some(root) = self.close(element, open.last_mut()) {
                        return Some(root);
                    }
                }
                Event::End(_) => {
                    let closed = open.pop()?;
                    if let Some(root) = self.close(closed, open.last_mut()) {
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

    fn open(&self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Option<Open> {
        let mut members = Map::new();
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let written = attribute.key.as_ref();
            if written != "xmlns" && !written.starts_with("xmlns:") {
                let name = self.name(reader, attribute.key, false);
                let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
                members.insert(name.into_owned(), value.into_owned().into());
            }
        }
        Some(Open {
            name: self.name(reader, start.name(), true).into_owned(),
            members,
            items: Vec::new(),
            text: String::new(),
        })
    }

    /// What JSON calls it: with the prefix of its namespace, where that is an extension's.
    fn name<'n>(
        &self,
        reader: &NsReader<&[u8]>,
        name: QName<'n>,
        is_element: bool,
    ) -> Cow<'n, str> {
        let (namespace, local) = reader.resolver().resolve(name, is_element);
        let ResolveResult::Bound(Namespace(namespace)) = namespace else {
            return Cow::Borrowed(local.into_inner());
        };
        let is_it = |(_, known): &&(&str, &str)| *known == namespace;
        match self.extensions.iter().find(is_it) {
            Some((prefix, _)) => Cow::Owned(format!("{prefix}:{}", local.into_inner())),
            None => Cow::Borrowed(local.into_inner()),
        }
    }

    fn is_list(&self, name: &str) -> bool {
        let is_it = |list: &List| list.around == Some(name);
        self.lists.iter().any(is_it)
    }

    fn is_map(&self, name: &str) -> bool {
        named(self.maps, name).is_some()
    }

    fn value(&self, mut element: Open) -> Value {
        if self.is_list(&element.name) {
            return element.items.into();
        }
        let text = || Value::from(element.text.trim());
        if self.texts.contains(&element.name.as_str()) {
            return text();
        }
        if let Some(member) = named(self.contents, &element.name) {
            let text = text();
            element.members.insert(member.to_owned(), text);
        }
        let is_text = element.members.is_empty() && !element.text.trim().is_empty();
        match is_text {
            true => text(),
            false => element.members.into(),
        }
    }

    /// Puts an element that ended into the one around it. Without one it is the document, which is returned.
    fn close(&self, mut closed: Open, around: Option<&mut Open>) -> Option<Value> {
        let is_pair = around
            .as_ref()
            .is_some_and(|around| self.is_map(&around.name));
        if is_pair {
            let key = closed.members.remove("key")?;
            let text = closed.text.trim().into();
            around?.members.insert(key.as_str()?.to_owned(), text);
            return None;
        }
        let name = closed.name.clone();
        let value = self.value(closed);
        let Some(around) = around else {
            return Some(Map::from_iter([(name, value)]).into());
        };
        match self.is_list(&around.name) {
            true => around.items.push(value),
            false => {
                around.members.insert(name, value);
            }
        }
        None
    }
}
