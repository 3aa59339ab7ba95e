//! Places that are kept for somebody.

use serde_json::json;

use super::{Cloud, all, text};

/// Ids of the hosts, by name.
fn hosts(cloud: &mut Cloud) -> Vec<String> {
    all(&cloud.call("listHosts", &[]), "host", "id")
}

fn host_of(cloud: &mut Cloud, machine: &str) -> serde_json::Value {
    cloud.machine(machine)["hostid"].clone()
}

#[test]
fn a_dedicated_host_takes_only_machines_of_its_group() {
    let mut cloud = Cloud::new();
    let domain = cloud.domain("research", None);
    let (account, _) = cloud.account("ada", "0", &[("domainid", &domain)]);
    let [first, second] = <[String; 2]>::try_from(hosts(&mut cloud)).expect("two hosts");
    let ada = [("domainid", &*domain), ("account", "ada")];
    let params: Vec<_> = [("hostid", &*first)].into_iter().chain(ada).collect();
    let job = cloud.outcome("dedicateHost", &params);
    let made = &job["jobresult"]["dedicatedhost"][0];
    assert_eq!(
        (&made["hostid"], &made["accountid"], &made["domainid"]),
        (&json!(first), &json!(account), &json!(domain))
    );
    let group = text(&made["affinitygroupid"]);
    let listed = cloud.call("listDedicatedHosts", &[("affinitygroupid", &group)]);
    assert_eq!(all(&listed, "dedicatedhost", "hostid"), [&*first]);
    let listed = cloud.call("listAffinityGroups", &[("id", &group)]);
    let shown = &listed["affinitygroup"][0];
    assert_eq!(
        (&shown["name"], &shown["type"], &shown["dedicatedresources"]),
        (
            &json!("DedicatedHostGrp-ada"),
            &json!("ExplicitDedication"),
            &json!([{"resourceid": first, "resourcename": "host-1", "resourcetype": "Host"}])
        )
    );

    for name in ["a", "b", "c"] {
        let of_admin = cloud.deploy(&[("name", name)]);
        assert_eq!(host_of(&mut cloud, &of_admin), json!(second));
    }
    let without: Vec<_> = [("name", "d")].into_iter().chain(ada).collect();
    let without = cloud.deploy(&without);
    assert_eq!(host_of(&mut cloud, &without), json!(second));
    let with: Vec<_> = [("name", "e"), ("affinitygroupids", &*group)]
        .into_iter()
        .chain(ada)
        .collect();
    let with = cloud.deploy(&with);
    assert_eq!(host_of(&mut cloud, &with), json!(first));
    let own = cloud.deploy_params();
    let mut foreign: Vec<(&str, &str)> =
        own.iter().map(|(name, value)| (*name, &**value)).collect();
    foreign.push(("affinitygroupids", &group));
    let (status, refusal) = cloud.refused("deployVirtualMachine", &foreign);
    assert_eq!(status, 531);
    assert!(
        refusal.contains("does not belong to the VM's account"),
        "{refusal}"
    );

    let again = cloud.outcome("dedicateHost", &params);
    assert_eq!(again["jobresult"]["errorcode"], 530);
    assert_eq!(
        again["jobresult"]["errortext"],
        "Host host-1 is already dedicated"
    );
    let params: Vec<_> = [("hostid", &*second)].into_iter().chain(ada).collect();
    let taken = cloud.outcome("dedicateHost", &params);
    let why = text(&taken["jobresult"]["errortext"]);
    assert!(
        why.contains("running instances of another account"),
        "{why}"
    );

    let first = [("hostid", &*first)];
    assert_eq!(
        cloud.outcome("releaseDedicatedHost", &first)["jobstatus"],
        1
    );
    let gone = cloud.outcome("releaseDedicatedHost", &first);
    assert_eq!(
        gone["jobresult"]["errortext"],
        "No Dedicated Resource available to release"
    );
    assert_eq!(cloud.call("listDedicatedHosts", &[]), json!({}));
    assert_eq!(
        cloud.call("listAffinityGroups", &[("listall", "true")]),
        json!({})
    );
}

#[test]
fn a_dedicated_zone_is_for_those_in_its_domain() {
    let mut cloud = Cloud::new();
    let research = cloud.domain("research", None);
    let (_, ada) = cloud.account("ada", "0", &[("domainid", &research)]);
    let (_, bob) = cloud.account("bob", "0", &[]);
    let zone = cloud.first("listZones", "zone", &[]);
    let params = [("zoneid", &*zone), ("domainid", &*research)];
    let job = cloud.outcome("dedicateZone", &params);
    assert_eq!(job["jobstatus"], 1, "{job}");
    let (_, seen) = cloud.call_with(&ada, "listZones", &[]);
    assert_eq!(seen["zone"][0]["domainname"], "research");
    let (_, groups) = cloud.call_with(&ada, "listAffinityGroups", &[]);
    let group = &groups["affinitygroup"][0];
    assert_eq!(
        (&group["name"], &group["account"], &group["domainid"]),
        (
            &json!("DedicatedZoneGrp-domain-research"),
            &json!("system"),
            &json!(research)
        )
    );
    assert!(group.get("dedicatedresources").is_none());
    assert_eq!(cloud.call_with(&bob, "listZones", &[]).1, json!({}));
    let own = cloud.deploy_params();
    let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, &**value)).collect();
    let (status, refusal) = cloud.call_with(&bob, "deployVirtualMachine", &own);
    assert_eq!(status, 531);
    let why = text(&refusal["errortext"]);
    assert!(why.contains("by DomainChecker for zone Zone"), "{why}");
    let (_, made) = cloud.call_with(&ada, "deployVirtualMachine", &own);
    assert_eq!(cloud.job(&text(&made["jobid"]))["jobstatus"], 1);
    let pod = cloud.first("listPods", "pod", &[]);
    let root = cloud.first("listDomains", "domain", &[("name", "ROOT")]);
    let above = cloud.outcome("dedicatePod", &[("podid", &*pod), ("domainid", &*root)]);
    assert_eq!(
        above["jobresult"]["errortext"],
        "Pod's Zone zone-1 is already dedicated"
    );
    let cluster = cloud.first("listClusters", "cluster", &[]);
    let params = [("clusterid", &*cluster), ("domainid", &*research)];
    assert_eq!(cloud.outcome("dedicateCluster", &params)["jobstatus"], 1);
    let group = text(&group["id"]);
    cloud.outcome("deleteAffinityGroup", &[("id", &group)]);
    assert_eq!(cloud.call("listDedicatedZones", &[]), json!({}));
    assert_eq!(cloud.call("listDedicatedClusters", &[]), json!({}));
}
