//! CloudStack's data centre files: JSON with comments, of which the places are read. Addresses, networks,
//! storage and settings are for a real management server and stay unread.

use std::sync::Arc;

use serde::Deserialize;

use super::codes;
use super::parse::without_comments;
use crate::vocabulary::diagnostic::{Diagnostic, Location, Source};
use crate::vocabulary::plan::{ClusterPlan, HostPlan, PodPlan, TopologyPlan, ZonePlan};

#[derive(Deserialize)]
struct DataCentre {
    zones: Vec<Zone>,
}

#[derive(Deserialize)]
struct Zone {
    name: Arc<str>,
    #[serde(default)]
    pods: Vec<Pod>,
}

#[derive(Deserialize)]
struct Pod {
    name: Arc<str>,
    #[serde(default)]
    clusters: Vec<Cluster>,
}

#[derive(Deserialize)]
struct Cluster {
    clustername: Arc<str>,
    hypervisor: Option<Arc<str>>,
    #[serde(default)]
    hosts: Vec<Host>,
}

#[derive(Deserialize)]
struct Host {
    /// `http://sim/c0/h0`
    url: String,
}

/// The topology of the file; `None` where it is malformed, which is reported.
pub(super) fn read(source: &Arc<Source>, findings: &mut Vec<Diagnostic>) -> Option<TopologyPlan> {
    match serde_json::from_str::<DataCentre>(&without_comments(&source.text)) {
        Ok(data_centre) => Some(data_centre.into()),
        Err(error) => {
            let start = source.lines(error.line(), error.line()).start;
            let offset = start + error.column().saturating_sub(1);
            let location = Location {
                source: source.clone(),
                span: at_character(&source.text, offset),
            };
            let reason = error.to_string();
            let reason = reason
                .split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned();
            let finding = codes::BAD_DATA_CENTRE.at(location, "this data centre is malformed");
            findings.push(finding.label(reason));
            None
        }
    }
}

fn at_character(text: &str, offset: usize) -> std::ops::Range<usize> {
    let mut start = offset.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let width = text[start..].chars().next().map_or(0, char::len_utf8);
    start..start + width
}

impl From<DataCentre> for TopologyPlan {
    fn from(data_centre: DataCentre) -> Self {
        let zones = data_centre
            .zones
            .into_iter()
            .map(|zone| (zone.name.clone(), zone.into()));
        Self {
            zones: zones.collect(),
        }
    }
}

impl From<Zone> for ZonePlan {
    fn from(zone: Zone) -> Self {
        let pods = zone
            .pods
            .into_iter()
            .map(|pod| (pod.name.clone(), pod.into()));
        Self {
            region: None,
            pods: pods.collect(),
        }
    }
}

impl From<Pod> for PodPlan {
    fn from(pod: Pod) -> Self {
        let clusters = pod.clusters.into_iter();
        let clusters = clusters.map(|cluster| (cluster.clustername.clone(), cluster.into()));
        Self {
            clusters: clusters.collect(),
        }
    }
}

impl From<Cluster> for ClusterPlan {
    fn from(cluster: Cluster) -> Self {
        let hosts = cluster.hosts.iter();
        Self {
            hypervisor: cluster.hypervisor,
            hosts: hosts
                .map(|host| (host_name(&host.url), HostPlan::default()))
                .collect(),
        }
    }
}

/// Hosts have no name but an address: `http://sim/c0/h0` is the host `c0-h0`, since another cluster may
/// have an `h0` too.
fn host_name(url: &str) -> Arc<str> {
    let address = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = address.split_once('/').map_or("", |(_, path)| path);
    let name = path.trim_matches('/').replace('/', "-");
    match name.is_empty() {
        true => address.trim_matches('/').into(),
        false => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_named_after_their_addresses() {
        assert_eq!(&*host_name("http://sim/c0/h0"), "c0-h0");
        assert_eq!(&*host_name("http://10.1.1.5"), "10.1.1.5");
    }
}
