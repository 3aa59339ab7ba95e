//! The topologies of all files, taken together.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::atlas::Declared;
use crate::scenario::ast::{Field, Item, Spot, Value, Word};
use crate::scenario::codes;
use crate::scenario::desk::Desk;
use crate::scenario::names::{did_you_mean, one_of};
use crate::vocabulary::diagnostic::{Diagnostic, Location, Source};
use crate::vocabulary::place::Level;
use crate::vocabulary::plan::{ClusterPlan, HostPlan, PodPlan, TopologyPlan, ZonePlan};

/// CloudStack's names.
const HYPERVISORS: &[&str] = &[
    "KVM",
    "XenServer",
    "VMware",
    "Hyperv",
    "BareMetal",
    "LXC",
    "Ovm",
    "Ovm3",
    "Simulator",
];

/// A topology in the making.
#[derive(Default)]
pub(in crate::scenario) struct Topologies {
    pub(in crate::scenario) plan: TopologyPlan,
    pub(in crate::scenario) declared: Declared,
    /// Where each field of a place was first said: the place's names, and the field's.
    fields: FxHashMap<(Path, String), Location>,
    pub(in crate::scenario) is_planned: bool,
}

/// Where a place belongs: its names from the zone down.
type Path = Vec<Arc<str>>;

impl Topologies {
    /// Takes in the topologies of one file.
    pub(in crate::scenario) fn add(
        &mut self,
        source: &Arc<Source>,
        items: &[Item<'_>],
        findings: &mut Vec<Diagnostic>,
    ) {
        for item in items {
            match item {
                Item::Scenario(scenario) => self.add(source, &scenario.items, findings),
                Item::Topology(spots) => {
                    self.is_planned = true;
                    let mut survey = Survey {
                        desk: Desk::new(source, findings),
                        topologies: self,
                    };
                    survey.spots(spots, &Path::new());
                }
                Item::Version(_)
                | Item::Use(_)
                | Item::Mock(_)
                | Item::Given(_)
                | Item::At(_)
                | Item::Expect(_)
                | Item::Tags(..)
                | Item::Seed(_)
                | Item::Clock(_) => {}
            }
        }
    }

    /// Takes in a whole topology, such as that of a data centre file.
    pub(in crate::scenario) fn merge(&mut self, plan: TopologyPlan) {
        self.is_planned = true;
        for (name, zone) in plan.zones {
            let own = self.plan.zones.entry(name).or_default();
            own.region = own.region.take().or(zone.region);
            for (name, pod) in zone.pods {
                let own = own.pods.entry(name).or_default();
                for (name, cluster) in pod.clusters {
                    let own = own.clusters.entry(name).or_default();
                    own.hypervisor = own.hypervisor.take().or(cluster.hypervisor);
                    for (name, host) in cluster.hosts {
                        own.hosts.entry(name).or_insert(host);
                    }
                }
            }
        }
    }

    fn enter(&mut self, path: &Path) {
        match path.as_slice() {
            [zone] => _ = self.zone(zone),
            [zone, pod] => _ = self.pod(zone, pod),
            [zone, pod, cluster] => _ = self.cluster([zone, pod, cluster]),
            [zone, pod, cluster, host] => _ = self.host([zone, pod, cluster, host]),
            _ => {}
        }
    }

    fn zone(&mut self, name: &Arc<str>) -> &mut ZonePlan {
        self.plan.zones.entry(name.clone()).or_default()
    }

    fn pod(&mut self, zone: &Arc<str>, name: &Arc<str>) -> &mut PodPlan {
        self.zone(zone).pods.entry(name.clone()).or_default()
    }

    fn cluster(&mut self, [zone, pod, name]: [&Arc<str>; 3]) -> &mut ClusterPlan {
        self.pod(zone, pod)
            .clusters
            .entry(name.clone())
            .or_default()
    }

    fn host(&mut self, [zone, pod, cluster, name]: [&Arc<str>; 4]) -> &mut HostPlan {
        let hosts = &mut self.cluster([zone, pod, cluster]).hosts;
        hosts.entry(name.clone()).or_default()
    }
}

/// One file's places on their way into the topology.
struct Survey<'a> {
    desk: Desk<'a>,
    topologies: &'a mut Topologies,
}

impl Survey<'_> {
    fn spots(&mut self, spots: &[Spot<'_>], parents: &Path) {
        for spot in spots {
            self.spot(spot, parents);
        }
    }

    fn spot(&mut self, spot: &Spot<'_>, parents: &Path) {
        let expected = Level::ALL.get(parents.len()).copied();
        if expected.map(Level::word) != Some(spot.level.value) {
            return self.misplaced(&spot.level, parents.len());
        }
        let Some(name) = spot.name.as_ref() else {
            return;
        };
        if name.value.is_empty() {
            let level = spot.level.value;
            let message = format!("a {level} needs a name");
            let form = format!("{level} \"name\"");
            return self.desk.incomplete(name.span.clone(), message, &form);
        }
        let mut path = parents.clone();
        path.push(Arc::from(&*name.value));
        self.topologies.enter(&path);
        let location = self.desk.location(spot.span.clone());
        self.topologies
            .declared
            .entry(path.clone())
            .or_insert(location);
        for field in &spot.fields {
            self.field(field, &path);
        }
        self.spots(&spot.spots, &path);
    }

    fn misplaced(&mut self, level: &Word<'_>, depth: usize) {
        let message = match level_above(depth) {
            Some(above) => format!("a {} cannot stand in a {above}", level.value),
            None => format!("a {} cannot stand at the top of a topology", level.value),
        };
        let finding = self
            .desk
            .finding(&codes::MISPLACED, level.span.clone(), message);
        let help = "zones hold pods, pods hold clusters, clusters hold hosts";
        self.desk.report(finding.help(help));
    }

    fn field(&mut self, field: &Field<'_>, path: &Path) {
        match (path.as_slice(), field.name.value) {
            ([zone], "region") => {
                let Some(value) = self.region(field) else {
                    return;
                };
                let plan = self.topologies.zone(zone);
                let agrees = plan.region.get_or_insert_with(|| value.clone()) == &value;
                self.said(field, path, agrees);
            }
            ([zone, pod, cluster], "hypervisor") => {
                let Some(value) = self.hypervisor(field) else {
                    return;
                };
                let plan = self.topologies.cluster([zone, pod, cluster]);
                let agrees = plan.hypervisor.get_or_insert_with(|| value.clone()) == &value;
                self.said(field, path, agrees);
            }
            ([zone, pod, cluster, host], "cpus") => {
                let Some(value) = self.number(field, |desk, word| desk.cpus(word)) else {
                    return;
                };
                let plan = self.topologies.host([zone, pod, cluster, host]);
                let agrees = *plan.cpus.get_or_insert(value) == value;
                self.said(field, path, agrees);
            }
            ([zone, pod, cluster, host], "memory") => {
                let Some(value) = self.number(field, |desk, word| desk.mebibytes(word)) else {
                    return;
                };
                let plan = self.topologies.host([zone, pod, cluster, host]);
                let agrees = *plan.memory.get_or_insert(value) == value;
                self.said(field, path, agrees);
            }
            _ => self.unknown_field(field, path.len()),
        }
    }

    /// Notes where a field was said, and reports one that does not agree with what was said before.
    fn said(&mut self, field: &Field<'_>, path: &Path, agrees: bool) {
        let location = self.desk.location(field.name.span.clone());
        let key = (path.clone(), field.name.value.to_owned());
        if agrees {
            self.topologies.fields.entry(key).or_insert(location);
            return;
        }
        let place = path.last().map_or("", |name| name);
        let message = format!("\"{place}\" has another `{}` elsewhere", field.name.value);
        let mut finding = codes::DECLARED_TWICE.at(location, message);
        if let Some(first) = self.topologies.fields.get(&key) {
            finding = finding.related(first.clone(), "first said here");
        }
        self.desk
            .report(finding.help("the topologies of all files are taken together"));
    }

    fn unknown_field(&mut self, field: &Field<'_>, depth: usize) {
        let level = level_above(depth).unwrap_or(Level::Zone);
        let known: &[&str] = match level {
            Level::Zone => &["pod", "region"],
            Level::Pod => &["cluster"],
            Level::Cluster => &["host", "hypervisor"],
            Level::Host => &["cpus", "memory"],
        };
        let word = &field.name;
        let message = format!("a {level} has no `{}`", word.value);
        let finding = self
            .desk
            .finding(&codes::UNKNOWN_FIELD, word.span.clone(), message);
        let help = did_you_mean(word.value, known.iter().copied())
            .unwrap_or_else(|| format!("a {level} can hold {}", one_of(known)));
        self.desk.report(finding.help(help));
    }

    /// Which regions there are is for the settings to say.
    fn region(&mut self, field: &Field<'_>) -> Option<Arc<str>> {
        match &field.value {
            Some(Value::Text(text)) if !text.value.is_empty() => Some(Arc::from(&*text.value)),
            _ => self.no_value(field, "a text", "region \"DFW\""),
        }
    }

    fn hypervisor(&mut self, field: &Field<'_>) -> Option<Arc<str>> {
        let Some(Value::Text(text)) = &field.value else {
            return self.no_value(field, "a text", "hypervisor \"KVM\"");
        };
        let word = Word {
            value: &*text.value,
            span: text.span.clone(),
        };
        self.desk
            .known(&word, "hypervisor", HYPERVISORS)
            .map(Arc::from)
    }

    fn number<T>(
        &mut self,
        field: &Field<'_>,
        read: fn(&mut Desk<'_>, &Word<'_>) -> Option<T>,
    ) -> Option<T> {
        match (&field.value, field.name.value) {
            (Some(Value::Number(number)), _) => read(&mut self.desk, number),
            (_, "memory") => self.no_value(field, "a size", "memory 64GiB"),
            (_, _) => self.no_value(field, "a number", "cpus 16"),
        }
    }

    fn no_value<T>(&mut self, field: &Field<'_>, what: &str, form: &str) -> Option<T> {
        let message = format!("`{}` needs {what}", field.name.value);
        self.desk.incomplete(field.name.span.clone(), message, form);
        None
    }
}

/// The level of the places that are named by that many names.
fn level_above(depth: usize) -> Option<Level> {
    Level::ALL.get(depth.checked_sub(1)?).copied()
}
