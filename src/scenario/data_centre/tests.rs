use super::*;
use crate::vocabulary::plan::{HostSettings, NetworkType};

/// The plan of a file, or its findings.
fn read_text(text: &str) -> (Option<TopologyPlan>, Vec<String>) {
    let source = Source::new("some.cfg", text);
    let mut findings = Vec::new();
    let plan = read(&source, &mut findings);
    let told = findings.iter().map(|finding| finding.label.clone());
    (plan, told.collect())
}

const WHOLE: &str = r#"
# a zone with one of each
{ "zones": [{
    "name": "sim", "networktype": "advanced", "dns1": "9.9.9.9", "internaldns1": "9.9.9.8",
    "guestcidraddress": "10.1.1.0/24", "securitygroupenabled": "false",
    "physical_networks": [{
      "name": "net", "vlan": "100-200", "isolationmethods": ["VLAN"],
      "traffictypes": [{ "typ": "Guest" }, { "typ": "Public" }],
      "providers": [{ "name": "VirtualRouter", "broadcastdomainrange": "ZONE" }]
    }],
    "ipranges": [{ "startip": "192.168.2.2", "endip": "192.168.2.9", "vlan": 50 }],
    "pods": [{
      "name": "P", "gateway": "172.16.15.1", "netmask": "255.255.255.0", "startip": "172.16.15.2",
      "clusters": [{
        "clustername": "C", "hypervisor": "simulator", "clustertype": "CloudManaged",
        "hosts": [
          { "url": "http://sim/c0/h0/cpuspeed=8000&cpucore=6&memory=9216", "hosttags": "gpu, fast" },
          { "url": "http://sim/c0/h1" }
        ],
        "primaryStorages": [
          { "name": "PS0", "url": "nfs://a/b" },
          { "name": "PS1", "url": "nfs://a/c", "scope": "zone", "tags": "ssd" }
        ]
      }]
    }],
    "secondaryStorages": [{ "url": "nfs://a/s", "provider": "NFS" }]
  }],
  "globalConfig": [{ "name": "ping.timeout", "value": 1.5 }],
  "mgtSvr": [{ "port": 8096 }] }
"#;

#[test]
fn everything_of_a_file_is_in_the_plan() {
    let (plan, findings) = read_text(WHOLE);
    assert!(findings.is_empty(), "{findings:?}");
    let plan = plan.expect("a plan");
    let zone = &plan.zones["sim"];
    assert_eq!(zone.settings.network_type, Some(NetworkType::Advanced));
    assert_eq!(zone.settings.dns1.as_deref(), Some("9.9.9.9"));
    let network = &zone.physical_networks["net"];
    assert_eq!(network.settings.vlan.as_deref(), Some("100-200"));
    assert_eq!(
        (network.traffic_types.len(), network.providers.len()),
        (2, 1)
    );
    assert_eq!(zone.ranges[0].vlan.as_deref(), Some("50"));
    let cluster = &zone.pods["P"].clusters["C"];
    assert_eq!(cluster.settings.hypervisor(), "Simulator");
    assert_eq!(
        cluster.hosts["c0-h0"],
        HostSettings {
            cpus: Some(6),
            speed: Some(8000),
            memory: Some(9216),
            tags: Some(vec!["gpu".into(), "fast".into()]),
            url: Some("http://sim/c0/h0/cpuspeed=8000&cpucore=6&memory=9216".into()),
            is_enabled: None,
        }
    );
    assert!(cluster.storage.contains_key("PS0") && zone.storage.contains_key("PS1"));
    assert!(zone.image_stores.contains_key("nfs://a/s"));
    assert_eq!(plan.settings["ping.timeout"].as_ref(), "1.5");
}

#[test]
fn what_is_wrong_is_told_in_words() {
    let of_zone = |zone: &str| {
        let (plan, mut findings) = read_text(&format!(r#"{{"zones": [{{"name": "z", {zone}}}]}}"#));
        assert!(plan.is_none());
        findings.remove(0)
    };
    assert_eq!(
        of_zone(r#""networktype": "Simple""#),
        "`Simple` is neither Basic nor Advanced"
    );
    assert_eq!(
        of_zone(r#""ipranges": [{"startip": "192.168.2.300"}]"#),
        "`192.168.2.300` is no IPv4 address"
    );
    let cluster = |rest: &str| {
        of_zone(&format!(
            r#""pods": [{{"name": "p", "clusters": [{{"clustername": "c", {rest}}}]}}]"#
        ))
    };
    assert!(cluster(r#""hypervisor": "kwm""#).starts_with("there is no hypervisor `kwm`"));
    assert_eq!(
        cluster(r#""hosts": [{"url": "http://sim/c0/h0/memory=lots"}]"#),
        "`lots` is no number that `memory` could be"
    );
}
