//! CloudStack's data centre files: JSON with comments. What is for a real management server, such as where
//! its database is, stays unread.

mod file;
mod plan;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use super::codes;
use super::names::did_you_mean;
use super::parse::without_comments;
use crate::vocabulary::diagnostic::{Diagnostic, Location, Source};
use crate::vocabulary::plan::TopologyPlan;
use crate::vocabulary::setting;
use file::DataCentre;

/// The topology of the file; `None` where it is malformed, which is reported.
pub(super) fn read(source: &Arc<Source>, findings: &mut Vec<Diagnostic>) -> Option<TopologyPlan> {
    match serde_json::from_str::<DataCentre>(&without_comments(&source.text)) {
        Ok(file) => {
            let plan = TopologyPlan::from(file);
            look_for_unknown_settings(source, &plan, findings);
            Some(plan)
        }
        Err(error) => {
            findings.push(malformed(source, &error));
            None
        }
    }
}

fn malformed(source: &Arc<Source>, error: &serde_json::Error) -> Diagnostic {
    let start = source.lines(error.line(), error.line()).start;
    let offset = start + error.column().saturating_sub(1);
    let location = Location {
        source: source.clone(),
        span: at_character(&source.text, offset),
    };
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    let finding = codes::BAD_DATA_CENTRE.at(location, "this data centre is malformed");
    finding.label(reason.to_owned())
}

/// They are kept, for clients may read them, but nothing obeys them.
fn look_for_unknown_settings(
    source: &Arc<Source>,
    plan: &TopologyPlan,
    findings: &mut Vec<Diagnostic>,
) {
    for name in plan.settings.keys() {
        if setting::named(name).is_some() {
            continue;
        }
        let location = Location {
            source: source.clone(),
            span: quoted(&source.text, name),
        };
        let message = format!("CloudStack's setting \"{name}\" is not known");
        let finding = codes::UNKNOWN_SETTING.at(location, message);
        let help = did_you_mean(name, setting::names())
            .unwrap_or_else(|| "it can be read and changed, and changes nothing".to_owned());
        findings.push(finding.help(help));
    }
}

/// Where a text stands in quotes.
fn quoted(text: &str, wanted: &str) -> Range<usize> {
    let wanted = format!("\"{wanted}\"");
    let start = text.find(&wanted);
    start.map_or(0..0, |start| start..start + wanted.len())
}

fn at_character(text: &str, offset: usize) -> Range<usize> {
    let mut start = offset.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let width = text[start..].chars().next().map_or(0, char::len_utf8);
    start..start + width
}
