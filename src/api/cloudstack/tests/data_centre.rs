//! A data centre that is built by calls, from nothing to a running machine, and taken down again.

use serde_json::{Value, json};

use super::{Cloud, text};

/// The calls of a test suite that deploys a data centre, one by one.
struct Builder {
    cloud: Cloud,
}

impl Builder {
    fn new() -> Self {
        Self {
            cloud: Cloud::new(),
        }
    }

    /// Calls a command that answers with a thing at once; its id.
    fn make(&mut self, command: &str, key: &str, params: &[(&str, &str)]) -> String {
        let answer = self.cloud.call(command, params);
        let thing = match &answer[key] {
            Value::Array(things) => &things[0],
            thing => thing,
        };
        text(&thing["id"])
    }

    /// Calls a command that answers with a job; what stands under `key` at the job's end.
    fn run(&mut self, command: &str, key: &str, params: &[(&str, &str)]) -> Value {
        let job = text(&self.cloud.call(command, params)["jobid"]);
        let job = self.cloud.job(&job);
        assert_eq!(job["jobstatus"], 1, "{command}: {job}");
        job["jobresult"][key].clone()
    }

    fn zone(&mut self) -> String {
        let params = [
            ("name", "built"),
            ("networktype", "Advanced"),
            ("dns1", "10.147.28.6"),
            ("internaldns1", "10.147.28.6"),
            ("guestcidraddress", "10.1.1.0/24"),
        ];
        self.make("createZone", "zone", &params)
    }

    fn physical_network(&mut self, zone: &str) -> String {
        let params = [
            ("name", "net"),
            ("zoneid", zone),
            ("isolationmethods", "VLAN"),
        ];
        let network = self.run("createPhysicalNetwork", "physicalnetwork", &params);
        let id = text(&network["id"]);
        assert_eq!(network["state"], "Disabled");
        for kind in ["Guest", "Management", "Public"] {
            let params = [("physicalnetworkid", &*id), ("traffictype", kind)];
            self.run("addTrafficType", "traffictype", &params);
        }
        for (provider, element) in [
            ("VirtualRouter", "VirtualRouterElement"),
            ("VpcVirtualRouter", "VirtualRouterElement"),
            ("InternalLbVm", "InternalLoadBalancerElement"),
        ] {
            self.enable(&id, provider, element);
        }
        let params = [("id", &*id), ("state", "Enabled"), ("vlan", "100-200")];
        let network = self.run("updatePhysicalNetwork", "physicalnetwork", &params);
        assert_eq!(
            (&network["state"], &network["vlan"]),
            (&"Enabled".into(), &"100-200".into())
        );
        id
    }

    fn enable(&mut self, network: &str, provider: &str, element: &str) {
        let params = [
            ("physicalnetworkid", network),
            ("state", "Disabled"),
            ("name", provider),
        ];
        let id = self.make(
            "listNetworkServiceProviders",
            "networkserviceprovider",
            &params,
        );
        let key = element.to_lowercase();
        let element_id = self.make(&format!("list{element}s"), &key, &[("nspid", &id)]);
        let (status, _) = self.cloud.refused(
            "updateNetworkServiceProvider",
            &[("id", &id), ("state", "Enabled")],
        );
        assert_eq!(status, 530, "{provider} is not configured yet");
        let params = [("id", &*element_id), ("enabled", "true")];
        let element = self.run(&format!("configure{element}"), &key, &params);
        assert_eq!(element["enabled"], true);
        let params = [("id", &*id), ("state", "Enabled")];
        let provider = self.run(
            "updateNetworkServiceProvider",
            "networkserviceprovider",
            &params,
        );
        assert_eq!(provider["state"], "Enabled");
    }

    fn pod(&mut self, zone: &str) -> String {
        let params = [
            ("name", "POD0"),
            ("zoneid", zone),
            ("gateway", "172.16.15.1"),
            ("netmask", "255.255.255.0"),
            ("startip", "172.16.15.2"),
            ("endip", "172.16.15.200"),
        ];
        self.make("createPod", "pod", &params)
    }

    fn public_range(&mut self, zone: &str) -> String {
        let params = [
            ("zoneid", zone),
            ("vlan", "50"),
            ("gateway", "192.168.2.1"),
            ("netmask", "255.255.255.0"),
            ("startip", "192.168.2.2"),
            ("endip", "192.168.2.200"),
            ("forvirtualnetwork", "true"),
        ];
        self.make("createVlanIpRange", "vlan", &params)
    }

    fn cluster(&mut self, zone: &str, pod: &str, name: &str) -> String {
        let params = [
            ("zoneid", zone),
            ("podid", pod),
            ("clustername", name),
            ("clustertype", "CloudManaged"),
            ("hypervisor", "simulator"),
        ];
        self.make("addCluster", "cluster", &params)
    }

    fn host(&mut self, [zone, pod, cluster]: [&str; 3], url: &str) -> String {
        let params = [
            ("zoneid", zone),
            ("podid", pod),
            ("clusterid", cluster),
            ("hypervisor", "simulator"),
            ("url", url),
            ("username", "root"),
            ("password", "password"),
        ];
        self.make("addHost", "host", &params)
    }

    fn pool(&mut self, [zone, pod, cluster]: [&str; 3], name: &str) -> String {
        let url = format!("nfs://10.147.28.6:/export/home/sandbox/{name}");
        let params = [
            ("zoneid", zone),
            ("podid", pod),
            ("clusterid", cluster),
            ("name", name),
            ("url", &url),
        ];
        self.make("createStoragePool", "storagepool", &params)
    }

    fn image_store(&mut self, zone: &str) -> String {
        let url = "nfs://10.147.28.6:/export/home/sandbox/secondary";
        let params = [("provider", "NFS"), ("zoneid", zone), ("url", url)];
        self.make("addImageStore", "imagestore", &params)
    }
}

#[test]
fn a_zone_is_built_from_nothing_and_runs_a_machine() {
    let mut built = Builder::new();
    let zone = built.zone();
    let network = built.physical_network(&zone);
    let pod = built.pod(&zone);
    let range = built.public_range(&zone);
    let cluster = built.cluster(&zone, &pod, "C0");
    let site = [&*zone, &*pod, &*cluster];
    let url = "http://sim/c0/h0/cpuspeed=8000&cpucore=6&memory=9216";
    let host = built.host(site, url);
    built.pool(site, "PS0");
    built.image_store(&zone);
    let cloud = &mut built.cloud;
    cloud.call(
        "updateConfiguration",
        &[("name", "ping.interval"), ("value", "10")],
    );

    let shown = cloud.call("listHosts", &[("clusterid", &cluster)])["host"][0].clone();
    assert_eq!(
        (
            &shown["state"],
            &shown["cpunumber"],
            &shown["cpuspeed"],
            &shown["memorytotal"]
        ),
        (
            &"Up".into(),
            &6.into(),
            &8000.into(),
            &9_663_676_416_u64.into()
        )
    );
    let params = [("zoneid", &*zone)];
    let ranges = cloud.call("listVlanIpRanges", &params);
    assert_eq!(ranges["vlaniprange"][0]["id"], *range);
    assert_eq!(ranges["vlaniprange"][0]["physicalnetworkid"], *network);
    assert_eq!(cloud.call("listStoragePools", &params)["count"], 1);
    let setting = cloud.call("listConfigurations", &[("name", "ping.interval")]);
    assert_eq!(setting["configuration"][0]["value"], "10");

    cloud.call(
        "updateZone",
        &[("id", &zone), ("allocationstate", "Enabled")],
    );
    let mut params: Vec<(&str, String)> = cloud.deploy_params().into();
    params.retain(|(name, _)| *name != "zoneid");
    params.push(("zoneid", zone.clone()));
    let params: Vec<(&str, &str)> = params.iter().map(|(name, it)| (*name, &**it)).collect();
    let answer = cloud.call("deployVirtualMachine", &params);
    let machine = cloud.machine(&text(&answer["id"]));
    assert_eq!(
        (&machine["state"], &machine["hostid"], &machine["zoneid"]),
        (&"Running".into(), &host.into(), &zone.into())
    );
}

#[test]
fn a_closed_zone_takes_no_machine() {
    let mut cloud = Cloud::new();
    let zone = cloud.first("listZones", "zone", &[]);
    cloud.call(
        "updateZone",
        &[("id", &zone), ("allocationstate", "Disabled")],
    );
    let (_, job) = cloud.deploy_as("admin", &[]);
    assert_eq!(cloud.job(&job)["jobstatus"], 2);
    let (_, zones) = cloud.call_as("joe", "listZones", &[]);
    assert_eq!(zones, serde_json::json!({}));
}

#[test]
fn what_holds_something_is_not_deleted() {
    let mut built = Builder::new();
    let zone = built.zone();
    let pod = built.pod(&zone);
    let cluster = built.cluster(&zone, &pod, "C0");
    let site = [&*zone, &*pod, &*cluster];
    let host = built.host(site, "http://sim/c0/h0");
    let pool = built.pool(site, "PS0");
    let cloud = &mut built.cloud;
    for (command, id, why) in [
        ("deleteZone", &zone, "there are servers in this zone."),
        ("deletePod", &pod, "there are servers in this pod."),
        ("deleteCluster", &cluster, "Cluster still has hosts"),
        ("deleteHost", &host, "perform a forced deletion."),
        ("deleteStoragePool", &pool, "it is not in Maintenance state"),
    ] {
        let (_, text) = cloud.refused(command, &[("id", id)]);
        assert!(text.contains(why), "{command}: {text}");
    }
    cloud.call("deleteHost", &[("id", &host), ("forced", "true")]);
    let done = cloud.run("enableStorageMaintenance", &pool, &[]);
    assert_eq!(done["jobresult"]["storagepool"]["state"], "Maintenance");
    for (command, id) in [
        ("deleteStoragePool", &pool),
        ("deleteCluster", &cluster),
        ("deletePod", &pod),
        ("deleteZone", &zone),
    ] {
        assert_eq!(
            cloud.call(command, &[("id", id)])["success"],
            true,
            "{command}"
        );
    }
    // What is gone may be asked for, and is not found; what never was, is unknown.
    assert_eq!(
        cloud.call("listZones", &[("id", &zone)]),
        serde_json::json!({})
    );
    assert_eq!(
        cloud.call("listHosts", &[("zoneid", &zone)]),
        serde_json::json!({})
    );
    let never = "00000000-0000-4000-8000-000000000001";
    assert_eq!(cloud.refused("listZones", &[("id", never)]).0, 431);
}

#[test]
fn places_keep_what_is_in_them_under_a_new_name() {
    let mut cloud = Cloud::new();
    let zone = cloud.first("listZones", "zone", &[]);
    cloud.call(
        "updateZone",
        &[("id", &zone), ("name", "renamed"), ("dns1", "9.9.9.9")],
    );
    let shown = cloud.call("listZones", &[("name", "renamed")])["zone"][0].clone();
    assert_eq!(
        (&shown["id"], &shown["dns1"]),
        (&zone.into(), &"9.9.9.9".into())
    );
    assert_eq!(
        cloud.call("listHosts", &[])["host"][1]["zonename"],
        "renamed"
    );
}

#[test]
fn hosts_are_tagged_and_closed() {
    let mut cloud = Cloud::new();
    let host = cloud.first("listHosts", "host", &[]);
    let params = [
        ("id", &*host),
        ("hosttags", "gpu,fast"),
        ("allocationstate", "Disable"),
    ];
    let shown = cloud.call("updateHost", &params)["host"].clone();
    assert_eq!(
        (&shown["hosttags"], &shown["resourcestate"]),
        (&"gpu,fast".into(), &"Disabled".into())
    );
    assert_eq!(cloud.call("listHostTags", &[])["count"], 2);
    let machine = cloud.deploy(&[]);
    assert_ne!(cloud.machine(&machine)["hostid"], *host);
    let wrong = cloud.refused("updateHost", &[("id", &host), ("allocationstate", "Off")]);
    assert_eq!(wrong.0, 431);
}

#[test]
fn ranges_have_to_make_sense() {
    let mut built = Builder::new();
    let zone = built.zone();
    let range = built.public_range(&zone);
    let cloud = &mut built.cloud;
    let refused = |cloud: &mut Cloud, start: &str, end: &str| {
        let params = [
            ("zoneid", &*zone),
            ("gateway", "192.168.2.1"),
            ("netmask", "255.255.255.0"),
            ("startip", start),
            ("endip", end),
        ];
        cloud.refused("createVlanIpRange", &params).1
    };
    assert!(refused(cloud, "192.168.2.100", "192.168.2.210").contains("overlap"));
    assert!(refused(cloud, "192.168.2.250", "192.168.2.210").contains("not bigger than endIP"));
    assert!(refused(cloud, "192.168.3.2", "192.168.3.4").contains("same subnet"));
    assert!(refused(cloud, "192.168.2.x", "192.168.2.9").contains("not a valid IPv4 address"));
    let domain = cloud.first("listDomains", "domain", &[]);
    let params = [("id", &*range), ("domainid", &domain), ("account", "admin")];
    let shown = cloud.call("dedicatePublicIpRange", &params);
    assert_eq!(shown["vlan"]["account"], "admin");
    assert_eq!(cloud.refused("dedicatePublicIpRange", &params).0, 431);
    cloud.call("releasePublicIpRange", &[("id", &range)]);
    cloud.call("deleteVlanIpRange", &[("id", &range)]);
}

#[test]
fn settings_can_be_read_changed_and_reset() {
    let mut cloud = Cloud::new();
    let params = [("name", "expunge.delay"), ("value", "60")];
    let changed = cloud.call("updateConfiguration", &params)["configuration"].clone();
    assert_eq!(
        (&changed["value"], &changed["defaultvalue"]),
        (&"60".into(), &"86400".into())
    );
    let reset = cloud.call("resetConfiguration", &[("name", "expunge.delay")]);
    assert_eq!(reset["configuration"]["value"], "86400");
    let (status, text) = cloud.refused(
        "updateConfiguration",
        &[("name", "no.such"), ("value", "1")],
    );
    assert_eq!(
        (status, &*text),
        (431, "Config parameter with name no.such doesn't exist")
    );
    let cluster = cloud.first("listClusters", "cluster", &[]);
    let own = [
        ("name", "cpu.overprovisioning.factor"),
        ("clusterid", &*cluster),
        ("value", "4.0"),
    ];
    cloud.call("updateConfiguration", &own);
    let shown = cloud.call("listClusters", &[])["cluster"][0].clone();
    assert_eq!(shown["cpuovercommitratio"], "4.0");
}

#[test]
fn lists_hold_as_much_as_the_setting_says() {
    let mut cloud = Cloud::new();
    let params = [("name", "default.page.size"), ("value", "1")];
    cloud.call("updateConfiguration", &params);
    let hosts = cloud.call("listHosts", &[]);
    assert_eq!(hosts["count"], 2);
    assert_eq!(hosts["host"].as_array().map(Vec::len), Some(1));
    let (status, text) = cloud.refused("listHosts", &[("page", "1"), ("pagesize", "2")]);
    assert_eq!(
        (status, &*text),
        (431, "Page size can't exceed max allowed page size value: 1")
    );
}

#[test]
fn dashboards_see_what_there_is() {
    let mut cloud = Cloud::new();
    cloud.deploy(&[]);
    let counted = cloud.call("listInfrastructure", &[])["infrastructure"].clone();
    assert_eq!(
        (&counted["hosts"], &counted["storagepools"]),
        (&2.into(), &1.into())
    );
    let memory = cloud.call("listCapacity", &[("type", "0")])["capacity"][0].clone();
    assert!(memory["capacityused"].as_u64() > Some(0));
    let hypervisors = cloud.call("listHypervisors", &[]);
    assert_eq!(hypervisors["hypervisor"][0]["name"], "Simulator");
    for list in [
        "listZonesMetrics",
        "listClustersMetrics",
        "listHostsMetrics",
        "listStoragePoolsMetrics",
    ] {
        assert!(cloud.call(list, &[])["count"].as_u64() > Some(0), "{list}");
    }
}

#[test]
fn a_pod_tells_of_its_range_and_a_name_is_one_stores() {
    let mut built = Builder::new();
    let zone = built.zone();
    let pod = built.pod(&zone);
    let shown = built.cloud.call("listPods", &[("id", &pod)])["pod"][0].clone();
    let range = json!({
        "startip": "172.16.15.2", "endip": "172.16.15.200",
        "forsystemvms": "0", "vlanid": "vlan://untagged",
    });
    assert_eq!(
        (&shown["vlanid"], &shown["ipranges"]),
        (&json!(["vlan://untagged"]), &json!([range]))
    );
    let store = [
        ("name", "second"),
        ("provider", "NFS"),
        ("zoneid", &*zone),
        ("url", "nfs://10.0.0.9/secondary"),
    ];
    built.make("addImageStore", "imagestore", &store);
    let why = "The image store with name second already exists, try creating with another name";
    assert_eq!(
        built.cloud.refused("addImageStore", &store),
        (431, why.to_owned())
    );
}
