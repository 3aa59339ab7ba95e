//! The scenario language: from text to a checked [`Plan`], or to findings.
//!
//! [`load`] and [`compile_text`] are the only ways in, and both end in one compilation, so that whatever
//! checks a file and whatever runs it cannot disagree. On the way a text becomes a tree (`parse`, loose),
//! the trees of a set become a draft (`check`: names, units, scopes), and the draft is looked at as a whole
//! (`lint`: what can never serve, hold or be met).

mod answers;
mod ast;
mod check;
pub mod codes;
mod data_centre;
mod desk;
mod files;
mod gather;
mod lint;
pub mod names;
mod parse;
pub mod render;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use self::ast::Item;
use self::check::atlas::Atlas;
use self::check::topology::Topologies;
use self::check::{Checker, Draft};
pub use self::files::{DiskFiles, Files};
use crate::vocabulary::diagnostic::{Diagnostic, Location, Severity, Source};
use crate::vocabulary::plan::{Plan, TopologyPlan};

/// What came of a set of files.
#[derive(Debug)]
pub struct Loaded {
    /// `None` where anything is wrong; warnings do not count.
    pub plan: Option<Plan>,
    /// In the order of the files, and within a file from its beginning.
    pub findings: Vec<Diagnostic>,
    /// Every file that was looked for, also those that are used and those that were not there: what is to be
    /// watched, beside the directories given.
    pub paths: Vec<PathBuf>,
}

impl Loaded {
    /// Whether something is wrong; warnings do not count.
    pub fn has_errors(&self) -> bool {
        self.plan.is_none()
    }
}

/// Compiles the files and directories given, with all files that they use.
pub fn load(paths: &[PathBuf], files: &dyn Files) -> Loaded {
    let mut findings = Vec::new();
    let gathered = gather::gather(paths, files, &mut findings);
    let mut topologies = Topologies::default();
    for source in &gathered.data_centres {
        if let Some(plan) = data_centre::read(source, &mut findings) {
            topologies.merge(plan);
        }
    }
    let plan = compile(
        &gathered.scenarios,
        topologies,
        &Plan::default(),
        &mut findings,
    );
    loaded(plan, findings, gathered.paths)
}

/// Compiles one text, such as the body of a request, beside a plan that is live already: its topology and
/// its labels are known, and nothing else of it becomes part of the new plan.
pub fn compile_text(name: &str, text: &str, base: &Plan) -> Loaded {
    let mut findings = Vec::new();
    let source = gather::source(name, text);
    for path in gather::uses(&source) {
        let location = Location {
            source: source.clone(),
            span: path.span,
        };
        let message = "a text that is no file cannot use files";
        findings.push(codes::MISPLACED.at(location, message));
    }
    let mut topologies = Topologies::default();
    if let Some(topology) = &base.topology {
        topologies.merge(topology.clone());
        topologies.is_planned = false;
    }
    let plan = compile(&[source], topologies, base, &mut findings);
    loaded(plan, findings, Vec::new())
}

fn loaded(plan: Plan, mut findings: Vec<Diagnostic>, paths: Vec<PathBuf>) -> Loaded {
    findings.sort_by(|a, b| place(a).cmp(&place(b)));
    let is_sound = findings
        .iter()
        .all(|finding| finding.severity < Severity::Error);
    Loaded {
        plan: is_sound.then_some(plan),
        findings,
        paths,
    }
}

fn place(finding: &Diagnostic) -> (&str, usize, &str) {
    let location = &finding.location;
    (&location.source.name, location.span.start, finding.code)
}

/// The one way from texts to a plan. What it returns is good only where nothing was found.
fn compile(
    sources: &[Arc<Source>],
    mut topologies: Topologies,
    base: &Plan,
    findings: &mut Vec<Diagnostic>,
) -> Plan {
    let files: Vec<(&Arc<Source>, Vec<Item<'_>>)> = sources
        .iter()
        .filter_map(|source| readable(source, findings))
        .collect();
    for (source, items) in &files {
        topologies.add(source, items, findings);
    }
    let atlas = atlas(&topologies);
    let mut draft = Draft::beside(base);
    for (source, items) in &files {
        Checker::new(source, &atlas, findings, &mut draft).items(items);
    }
    for (source, items) in &files {
        Checker::new(source, &atlas, findings, &mut draft).expectations(items);
    }
    lint::never_serves::find(&draft, &atlas, findings);
    lint::unmet::find(&draft, findings);
    finish(draft, topologies)
}

/// The tree of a source; `None` for one in a version of the language that is not known, whose other
/// findings would mean nothing.
fn readable<'s>(
    source: &'s Arc<Source>,
    findings: &mut Vec<Diagnostic>,
) -> Option<(&'s Arc<Source>, Vec<Item<'s>>)> {
    let before = findings.len();
    let items = parse::parse(source, findings);
    let mut versions = Vec::new();
    if !check::is_readable(source, &items, &mut versions) {
        findings.truncate(before);
        findings.extend(versions);
        return None;
    }
    findings.extend(versions);
    Some((source, items))
}

fn atlas(topologies: &Topologies) -> Atlas {
    if topologies.plan.zones.is_empty() && !topologies.is_planned {
        return Atlas::new(&TopologyPlan::default_cloud(), &topologies.declared);
    }
    Atlas::new(&topologies.plan, &topologies.declared)
}

fn finish(draft: Draft, topologies: Topologies) -> Plan {
    Plan {
        mocks: draft.mocks.into_iter().map(|mock| mock.spec).collect(),
        expectations: draft
            .expectations
            .into_iter()
            .map(|expectation| expectation.spec)
            .collect(),
        topology: topologies.is_planned.then_some(topologies.plan),
        ..draft.plan
    }
}
