//! What was done, in Atom, the newest first.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::gate::Ask;
use super::row::{Needs, Row, look};
use super::{Answer, view};
use crate::vocabulary::fault::Fault;
use crate::world::balancers::{Balancer, Entry};

pub(super) const ROWS: &[Row] = &[
    look("loadbalancer.get_feed", Needs::Nothing, |world, ask| {
        let all = world.balancers.iter(world.now());
        let own = all.filter(|balancer| balancer.project.id == ask.project.id);
        let entries =
            own.flat_map(|balancer| balancer.log.iter().map(move |entry| (balancer, entry)));
        feed(ask, "Load Balancers Feed", "", entries.collect())
    }),
    look(
        "loadbalancer.get_balancer_feed",
        Needs::Existence,
        |world, ask| {
            let balancer = ask.balancer(world)?;
            let (part, item) = about(ask, balancer)?;
            let is_wanted = |entry: &&Entry| {
                (part.is_empty() || entry.part == part) && (item.is_none() || entry.item == item)
            };
            let entries = balancer
                .log
                .iter()
                .filter(is_wanted)
                .map(|entry| (balancer, entry));
            let title = if part.is_empty() {
                "Load Balancer Feed"
            } else {
                "Load Balancer Part Feed"
            };
            let mut id = format!("-{}", balancer.id);
            if !part.is_empty() {
                id.push('-');
                id.push_str(part);
            }
            feed(ask, title, &id, entries.collect())
        },
    ),
];

/// The part of a balancer, and the item of that, that a feed is asked for.
fn about<'a>(ask: &'a Ask<'_>, balancer: &Balancer) -> Result<(&'a str, Option<u32>), Fault> {
    if ask.call.path_param("item").is_empty() {
        return Ok((ask.call.path_param("part"), None));
    }
    let node = ask.number("item").ok_or_else(|| Fault::not_found(""))?;
    let was_there = |entry: &Entry| entry.part == "nodes" && entry.item == Some(node);
    match balancer.node(node).is_some() || balancer.log.iter().any(was_there) {
        true => Ok(("nodes", Some(node))),
        false => Err(Fault::not_found("Node not found")),
    }
}

fn feed(
    ask: &Ask<'_>,
    title: &str,
    id: &str,
    mut entries: Vec<(&Balancer, &Entry)>,
) -> Result<Answer, Fault> {
    entries.sort_by_key(|(_, entry)| entry.at);
    let body = write(ask, title, id, &entries).unwrap_or_default();
    let kind = HeaderValue::from_static("application/atom+xml");
    let mut answer = Answer::empty(StatusCode::OK);
    answer.headers.push((CONTENT_TYPE, kind));
    answer.body = Bytes::from(body);
    Ok(answer)
}

fn write(
    ask: &Ask<'_>,
    title: &str,
    id: &str,
    entries: &[(&Balancer, &Entry)],
) -> std::io::Result<Vec<u8>> {
    let account = super::account(&ask.project);
    let mut writer = Writer::new(Vec::new());
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .write_inner_content(|writer| {
            text(writer, "title", title)?;
            text(writer, "id", &format!("{account}-loadbalancers{id}"))?;
            author(writer, "Rackspace Cloud")?;
            let newest_first = entries.iter().rev();
            newest_first
                .into_iter()
                .try_for_each(|(balancer, entry)| write_entry(writer, ask, balancer, entry))
        })?;
    Ok(writer.into_inner())
}

fn write_entry(
    writer: &mut Writer<Vec<u8>>,
    ask: &Ask<'_>,
    balancer: &Balancer,
    entry: &Entry,
) -> std::io::Result<()> {
    let account = super::account(&ask.project);
    let mut parts = vec!["loadbalancers".to_owned(), balancer.id.to_string()];
    parts.extend((!entry.part.is_empty()).then(|| entry.part.to_owned()));
    parts.extend(entry.item.map(|item| item.to_string()));
    let tenant = ask.call.path_param("tenant");
    let link = format!(
        "{}/loadbalancers/v1.0/{tenant}/{}",
        ask.call.base_url,
        parts.join("/")
    );
    let id = format!(
        "{account}-{}-{}",
        parts.join("-"),
        entry.at.timestamp_millis()
    );
    writer
        .create_element("entry")
        .write_inner_content(|writer| {
            text(writer, "title", &entry.title)?;
            text(writer, "summary", &entry.summary)?;
            author(writer, &entry.author)?;
            writer
                .create_element("link")
                .with_attribute(("href", link.as_str()))
                .write_empty()?;
            text(writer, "id", &id)?;
            writer
                .create_element("category")
                .with_attribute(("term", entry.category))
                .write_empty()?;
            text(writer, "updated", &view::time(entry.at))
        })?;
    Ok(())
}

fn author(writer: &mut Writer<Vec<u8>>, name: &str) -> std::io::Result<()> {
    let author = writer.create_element("author");
    author.write_inner_content(|writer| text(writer, "name", name))?;
    Ok(())
}

fn text(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> std::io::Result<()> {
    writer
        .create_element(name)
        .write_text_content(BytesText::new(text))?;
    Ok(())
}
