//! The topologies of all files, taken together.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::atlas::Declared;
use crate::scenario::ast::{Field, Item, Spot, Value, Word};
use crate::scenario::codes;
use crate::scenario::desk::Desk;
use crate::scenario::names::{did_you_mean, one_of};
use crate::vocabulary::diagnostic::{Diagnostic, Location, Source};
use crate::vocabulary::place::Level;
use crate::vocabulary::plan::{
    ClusterPlan, HYPERVISORS, HostSettings, NetworkType, PodPlan, StorageSettings, TopologyPlan,
    ZonePlan,
};

/// What stands beside the places.
const STORAGE: &str = "storage";

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
            merge_zone(self.plan.zones.entry(name).or_default(), zone);
        }
        add_missing(&mut self.plan.settings, plan.settings);
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

    fn host(&mut self, [zone, pod, cluster, name]: [&Arc<str>; 4]) -> &mut HostSettings {
        let hosts = &mut self.cluster([zone, pod, cluster]).hosts;
        hosts.entry(name.clone()).or_default()
    }

    /// The storage of that name in a zone or a cluster; `None` where nothing else has any.
    fn storage(&mut self, owner: &Path, name: &Arc<str>) -> Option<&mut StorageSettings> {
        let storage = match owner.as_slice() {
            [zone] => &mut self.zone(zone).storage,
            [zone, pod, cluster] => &mut self.cluster([zone, pod, cluster]).storage,
            _ => return None,
        };
        Some(storage.entry(name.clone()).or_default())
    }
}

fn merge_zone(own: &mut ZonePlan, zone: ZonePlan) {
    own.region = own.region.take().or(zone.region);
    own.settings.fill_from(zone.settings);
    for (name, pod) in zone.pods {
        merge_pod(own.pods.entry(name).or_default(), pod);
    }
    add_missing(&mut own.storage, zone.storage);
    add_missing(&mut own.image_stores, zone.image_stores);
    add_missing(&mut own.physical_networks, zone.physical_networks);
    own.ranges.extend(zone.ranges);
}

fn merge_pod(own: &mut PodPlan, pod: PodPlan) {
    own.settings.fill_from(pod.settings);
    for (name, cluster) in pod.clusters {
        let own = own.clusters.entry(name).or_default();
        own.settings.fill_from(cluster.settings);
        add_missing(&mut own.hosts, cluster.hosts);
        add_missing(&mut own.storage, cluster.storage);
    }
    own.ranges.extend(pod.ranges);
}

fn add_missing<T>(own: &mut IndexMap<Arc<str>, T>, others: IndexMap<Arc<str>, T>) {
    for (name, other) in others {
        own.entry(name).or_insert(other);
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
        if spot.level.value == STORAGE {
            return self.storage(spot, parents);
        }
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
        let help = match level.value {
            STORAGE => "zones and clusters hold storage",
            _ => "zones hold pods, pods hold clusters, clusters hold hosts",
        };
        self.desk.report(finding.help(help));
    }

    /// `storage "fast" tagged "ssd" { size 2TiB }`
    fn storage(&mut self, spot: &Spot<'_>, owner: &Path) {
        let Some(name) = spot.name.as_ref().map(|name| Arc::from(&*name.value)) else {
            return;
        };
        if self.topologies.storage(owner, &name).is_none() {
            return self.misplaced(&spot.level, owner.len());
        }
        let mut path = owner.clone();
        path.push(format!("{STORAGE} {name}").into());
        for field in &spot.fields {
            match field.name.value {
                "size" => {
                    let size = self.number(field, |desk, word| desk.bytes(word));
                    self.set(field, &path, size, |all| {
                        Some(&mut all.storage(owner, &name)?.size)
                    });
                }
                "tagged" => {
                    let tags = self.tags(field);
                    self.set(field, &path, tags, |all| {
                        Some(&mut all.storage(owner, &name)?.tags)
                    });
                }
                _ => self.unknown_field(field, STORAGE, &["size", "tagged"]),
            }
        }
        for inner in &spot.spots {
            let message = format!("a {} cannot stand in a storage", inner.level.value);
            let span = inner.level.span.clone();
            let finding = self.desk.finding(&codes::MISPLACED, span, message);
            self.desk.report(finding);
        }
    }

    fn field(&mut self, field: &Field<'_>, path: &Path) {
        match (path.as_slice(), field.name.value) {
            ([zone], "region") => {
                let region = self.region(field);
                self.set(field, path, region, |all| Some(&mut all.zone(zone).region));
            }
            ([zone], "network") => {
                let kind = self.network_type(field);
                self.set(field, path, kind, |all| {
                    Some(&mut all.zone(zone).settings.network_type)
                });
            }
            ([zone], "dns") => {
                let dns = self.text(field, "dns \"8.8.8.8\"");
                self.set(field, path, dns, |all| {
                    Some(&mut all.zone(zone).settings.dns1)
                });
            }
            ([zone, pod, cluster], "hypervisor") => {
                let hypervisor = self.hypervisor(field);
                self.set(field, path, hypervisor, |all| {
                    let cluster = all.cluster([zone, pod, cluster]);
                    Some(&mut cluster.settings.hypervisor)
                });
            }
            ([zone, pod, cluster, host], name) => {
                self.host_field(field, path, [zone, pod, cluster, host], name);
            }
            _ => {
                let level = level_above(path.len()).unwrap_or(Level::Zone);
                self.unknown_field(field, level.word(), known_in(level));
            }
        }
    }

    fn host_field(&mut self, field: &Field<'_>, path: &Path, host: [&Arc<str>; 4], name: &str) {
        match name {
            "cpus" => {
                let cpus = self.number(field, |desk, word| desk.cpus(word));
                self.set(field, path, cpus, |all| Some(&mut all.host(host).cpus));
            }
            "memory" => {
                let memory = self.number(field, |desk, word| desk.mebibytes(word));
                self.set(field, path, memory, |all| Some(&mut all.host(host).memory));
            }
            "speed" => {
                let speed = self.number(field, |desk, word| desk.cpus(word));
                self.set(field, path, speed, |all| Some(&mut all.host(host).speed));
            }
            "tagged" => {
                let tags = self.tags(field);
                self.set(field, path, tags, |all| Some(&mut all.host(host).tags));
            }
            _ => self.unknown_field(field, Level::Host.word(), known_in(Level::Host)),
        }
    }

    /// Notes what a field says, unless it says nothing that makes sense, or something else was said before.
    fn set<T: PartialEq + Clone>(
        &mut self,
        field: &Field<'_>,
        path: &Path,
        value: Option<T>,
        place: impl FnOnce(&mut Topologies) -> Option<&mut Option<T>>,
    ) {
        let (Some(value), Some(place)) = (value, place(self.topologies)) else {
            return;
        };
        let agrees = place.get_or_insert_with(|| value.clone()) == &value;
        self.said(field, path, agrees);
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

    fn unknown_field(&mut self, field: &Field<'_>, what: &str, known: &[&str]) {
        let word = &field.name;
        let message = format!("a {what} has no `{}`", word.value);
        let finding = self
            .desk
            .finding(&codes::UNKNOWN_FIELD, word.span.clone(), message);
        let help = did_you_mean(word.value, known.iter().copied())
            .unwrap_or_else(|| format!("a {what} can hold {}", one_of(known)));
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
        let form = "hypervisor \"KVM\"";
        self.one_of(field, form, "hypervisor", HYPERVISORS)
            .map(Arc::from)
    }

    fn network_type(&mut self, field: &Field<'_>) -> Option<NetworkType> {
        let names = NetworkType::ALL.map(NetworkType::name);
        let name = self.one_of(field, "network \"Basic\"", "kind of network", &names)?;
        NetworkType::named(name)
    }

    /// A text that is one of those known.
    fn one_of<'k>(
        &mut self,
        field: &Field<'_>,
        form: &str,
        what: &'static str,
        known: &[&'k str],
    ) -> Option<&'k str> {
        let Some(Value::Text(text)) = &field.value else {
            return self.no_value(field, "a text", form);
        };
        let word = Word {
            value: &*text.value,
            span: text.span.clone(),
        };
        self.desk.known(&word, what, known)
    }

    fn text(&mut self, field: &Field<'_>, form: &str) -> Option<Arc<str>> {
        match &field.value {
            Some(Value::Text(text)) => Some(Arc::from(&*text.value)),
            _ => self.no_value(field, "a text", form),
        }
    }

    /// `tagged "ssd, fast"`
    fn tags(&mut self, field: &Field<'_>) -> Option<Vec<Arc<str>>> {
        let text = self.text(field, "tagged \"ssd\"")?;
        let tags = text.split(',').map(str::trim);
        Some(tags.filter(|tag| !tag.is_empty()).map(Arc::from).collect())
    }

    fn number<T>(
        &mut self,
        field: &Field<'_>,
        read: fn(&mut Desk<'_>, &Word<'_>) -> Option<T>,
    ) -> Option<T> {
        match (&field.value, field.name.value) {
            (Some(Value::Number(number)), _) => read(&mut self.desk, number),
            (_, "memory") => self.no_value(field, "a size", "memory 64GiB"),
            (_, "size") => self.no_value(field, "a size", "size 2TiB"),
            (_, "speed") => self.no_value(field, "a number of MHz", "speed 2400"),
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

/// What can stand in a place of that level.
fn known_in(level: Level) -> &'static [&'static str] {
    match level {
        Level::Zone => &["pod", "storage", "region", "network", "dns"],
        Level::Pod => &["cluster"],
        Level::Cluster => &["host", "storage", "hypervisor"],
        Level::Host => &["cpus", "memory", "speed", "tagged"],
    }
}
