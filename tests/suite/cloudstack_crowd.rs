//! Several clients of CloudStack's API at once, while hosts and calls fail a certain number of times: afterwards
//! every failure was served, the room that is taken is that of what runs, and what is removed leaves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::SocketAddr;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::crowd::{at_once, parsed};
use crate::program::Served;
use crate::support::connect;

const ROUNDS: usize = 5;
/// All that the outside network has, which is fewer than clients ask for.
const PUBLIC_ADDRESSES: usize = 14;

const SETTINGS: &str = r#"
[[cloud.networks]]
name = "private"
cidr = "10.0.0.0/24"

[[cloud.networks]]
name = "public"
cidr = "198.18.0.0/28"
external = true
"#;

/// Failures with a count, and calls that give way to others. Under an elastic clock that takes no time.
const SCENARIO: &str = r#"
topology {
  zone "zone-1" { pod "pod-1" { cluster "cluster-1" {
    host "host-1" { memory 4GiB }
    host "host-2" { memory 4GiB }
    host "host-3" { memory 4GiB }
  } } }
}
mock StartCommand where attempt == 1 as start { fail "no room" count 9 }
mock AttachCommand as attach { fail "no bus" count 7 }
mock cloudstack.createVolume as busy { fail 530 "too busy" count 4 }
mock cloudstack.* { delay 1ms }
"#;

/// Two mocks that refuse, each as often as it can; what clients then hear, and how many of them.
const REFUSALS: &[(&str, &str, usize)] = &[("attach", "no bus", 7), ("busy", "too busy", 4)];

struct Cloud {
    address: SocketAddr,
    /// Of a login: the cookie, and the key that goes with it.
    session: (String, String),
    offering: String,
    disk: String,
    template: String,
    zone: String,
    _served: Served,
    _directory: TempDir,
}

/// What a client has made and not removed, and what it was refused.
#[derive(Default)]
struct Own {
    network: String,
    machines: Vec<String>,
    volumes: Vec<String>,
    addresses: Vec<String>,
    refusals: Vec<String>,
}

impl Cloud {
    fn start() -> Self {
        let (served, directory) = Served::playing(SETTINGS, SCENARIO);
        let mut cloud = Self {
            address: served.address,
            session: Default::default(),
            offering: String::new(),
            disk: String::new(),
            template: String::new(),
            zone: String::new(),
            _served: served,
            _directory: directory,
        };
        cloud.log_in();
        let first = |command: &str, key: &str, more: &[(&str, &str)]| {
            text(&cloud.list(command, key, more)[0]["id"])
        };
        let offering = first("listServiceOfferings", "serviceoffering", &[]);
        let disk = first("listDiskOfferings", "diskoffering", &[("name", "Small")]);
        let template = first("listTemplates", "template", &[("templatefilter", "all")]);
        let zone = first("listZones", "zone", &[]);
        (cloud.offering, cloud.disk) = (offering, disk);
        (cloud.template, cloud.zone) = (template, zone);
        cloud
    }

    fn log_in(&mut self) {
        let who = [("username", "admin"), ("password", "password")];
        let answer = self.exchange("/client/api", &form("login", &who));
        let (_, content) = parsed(&answer);
        let mut lines = answer.lines();
        let cookie = lines.find_map(|line| line.strip_prefix("set-cookie: JSESSIONID="));
        let cookie = cookie
            .and_then(|line| line.split(';').next())
            .expect("a cookie");
        self.session = (
            cookie.to_owned(),
            text(&content["loginresponse"]["sessionkey"]),
        );
    }

    fn exchange(&self, path: &str, body: &str) -> String {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: JSESSIONID={}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.session.0,
            body.len()
        );
        let mut stream = connect(self.address);
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// What comes of a command, and of its job: the result, or the text of the refusal.
    fn ask(&self, command: &str, params: &[(&str, &str)]) -> Result<Value, String> {
        let mut all = params.to_vec();
        all.push(("sessionkey", &self.session.1));
        let (status, answer) = parsed(&self.exchange("/client/api", &form(command, &all)));
        let answer = &answer[format!("{}response", command.to_lowercase())];
        if status != 200 {
            assert_eq!(answer["errorcode"], status, "{answer}");
            return Err(text(&answer["errortext"]));
        }
        match answer["jobid"]
            .as_str()
            .filter(|_| command != "queryAsyncJobResult")
        {
            Some(job) => self.outcome(job),
            None => Ok(answer.clone()),
        }
    }

    fn outcome(&self, job: &str) -> Result<Value, String> {
        loop {
            let job = self
                .ask("queryAsyncJobResult", &[("jobid", job)])
                .expect("the job");
            match job["jobstatus"].as_u64() {
                Some(0) => {}
                Some(1) => return Ok(job["jobresult"].clone()),
                _ => return Err(text(&job["jobresult"]["errortext"])),
            }
        }
    }

    fn done(&self, command: &str, params: &[(&str, &str)]) -> Value {
        let result = self.ask(command, params);
        result.unwrap_or_else(|text| panic!("{command} {params:?}: {text}"))
    }

    fn list(&self, command: &str, key: &str, more: &[(&str, &str)]) -> Vec<Value> {
        let params = [&[("listall", "true")], more].concat();
        let seen = self.done(command, &params);
        seen[key].as_array().cloned().unwrap_or_default()
    }

    fn network(&self, name: &str) -> String {
        let offering = "DefaultIsolatedNetworkOfferingWithSourceNatService";
        let offering = self.list(
            "listNetworkOfferings",
            "networkoffering",
            &[("name", offering)],
        );
        let offering = text(&offering[0]["id"]);
        let params = [
            ("name", name),
            ("networkofferingid", &offering),
            ("zoneid", &self.zone),
        ];
        text(&self.done("createNetwork", &params)["network"]["id"])
    }

    /// Each host's memory that is taken, in MiB.
    fn room(&self) -> BTreeMap<String, u64> {
        let hosts = self.list("listHosts", "host", &[("type", "Routing")]);
        let taken = |host: &Value| host["memoryallocated"].as_u64().expect("a number") >> 20;
        hosts
            .iter()
            .map(|host| (text(&host["name"]), taken(host)))
            .collect()
    }

    /// How often a mock served.
    fn served(&self, label: &str) -> Value {
        let path = format!("/mimic/v2/mocks?label={label}");
        let (_, seen) = parsed(&self.exchange(&path, ""));
        seen["mocks"][0]["state"]["served"].clone()
    }
}

fn form(command: &str, params: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("command", command), ("response", "json")])
        .extend_pairs(params)
        .finish()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

/// One client's day: machines, disks, addresses and rules come and go.
struct Day<'a> {
    cloud: &'a Cloud,
    client: usize,
    own: Own,
}

impl Day<'_> {
    fn pass(mut self) -> Own {
        self.own.network = self.cloud.network(&format!("net-{}", self.client));
        for round in 0..ROUNDS {
            self.deploy(round);
            self.store(round);
            self.publish();
            if round % 2 == 1 {
                self.remove();
            }
        }
        self.own
    }

    /// Asks for something; keeps in mind what is said if it is refused.
    fn try_to(&mut self, command: &str, params: &[(&str, &str)]) -> Option<Value> {
        let result = self.cloud.ask(command, params);
        result.map_err(|text| self.own.refusals.push(text)).ok()
    }

    fn deploy(&mut self, round: usize) {
        let (cloud, network) = (self.cloud, self.own.network.clone());
        let name = format!("c{}-{round}", self.client);
        let params = [
            ("name", &*name),
            ("serviceofferingid", &cloud.offering),
            ("templateid", &cloud.template),
            ("zoneid", &cloud.zone),
            ("networkids", &network),
        ];
        let made = cloud.done("deployVirtualMachine", &params);
        self.own.machines.push(text(&made["virtualmachine"]["id"]));
    }

    fn machine(&self) -> String {
        self.own.machines.last().expect("a machine").clone()
    }

    fn store(&mut self, round: usize) {
        let cloud = self.cloud;
        let name = format!("v{}-{round}", self.client);
        let params = [
            ("name", &*name),
            ("diskofferingid", &cloud.disk),
            ("zoneid", &cloud.zone),
        ];
        if let Some(made) = self.try_to("createVolume", &params) {
            let volume = text(&made["volume"]["id"]);
            let machine = self.machine();
            self.try_to(
                "attachVolume",
                &[("id", &volume), ("virtualmachineid", &machine)],
            );
            self.own.volumes.push(volume);
        }
    }

    fn publish(&mut self) {
        let network = self.own.network.clone();
        let Some(made) = self.try_to("associateIpAddress", &[("networkid", &network)]) else {
            return;
        };
        let (address, machine) = (text(&made["ipaddress"]["id"]), self.machine());
        let params = [
            ("ipaddressid", &*address),
            ("virtualmachineid", &machine),
            ("protocol", "tcp"),
            ("publicport", "80"),
            ("privateport", "80"),
        ];
        self.cloud.done("createPortForwardingRule", &params);
        self.own.addresses.push(address);
    }

    fn remove(&mut self) {
        let machine = self.own.machines.remove(0);
        self.cloud.done("stopVirtualMachine", &[("id", &machine)]);
        let expunge = [("id", &*machine), ("expunge", "true")];
        self.cloud.done("destroyVirtualMachine", &expunge);
        if !self.own.addresses.is_empty() {
            let address = self.own.addresses.remove(0);
            self.cloud
                .done("disassociateIpAddress", &[("id", &address)]);
        }
    }
}

/// The ids of what is there are those of what clients have.
fn assert_there<'a>(seen: &[Value], expected: impl Iterator<Item = &'a String>) {
    let seen: BTreeSet<String> = seen.iter().map(|it| text(&it["id"])).collect();
    assert_eq!(seen, expected.cloned().collect());
}

fn assert_distinct(seen: impl Iterator<Item = Value>) {
    let seen: Vec<String> = seen.map(|value| value.to_string()).collect();
    assert_eq!(
        seen.iter().collect::<BTreeSet<_>>().len(),
        seen.len(),
        "{seen:?}"
    );
}

fn assert_whole(cloud: &Cloud, clients: &[Own]) {
    let machines = cloud.list("listVirtualMachines", "virtualmachine", &[]);
    assert_there(&machines, clients.iter().flat_map(|own| &own.machines));
    assert!(machines.iter().all(|it| it["state"] == "Running"));
    assert_distinct(machines.iter().map(|it| it["instancename"].clone()));
    let card = |machine: &Value| {
        json!([
            machine["nic"][0]["networkid"],
            machine["nic"][0]["ipaddress"]
        ])
    };
    assert_distinct(machines.iter().map(card));
    let mut taken: BTreeMap<String, u64> = cloud.room().into_keys().map(|it| (it, 0)).collect();
    for machine in &machines {
        let memory = machine["memory"].as_u64().expect("a number");
        *taken.entry(text(&machine["hostname"])).or_default() += memory;
    }
    assert_eq!(cloud.room(), taken);

    let volumes = cloud.list("listVolumes", "volume", &[("type", "DATADISK")]);
    assert_there(&volumes, clients.iter().flat_map(|own| &own.volumes));
    let attached = volumes
        .iter()
        .filter(|it| it.get("virtualmachineid").is_some());
    assert_distinct(attached.map(|it| json!([it["virtualmachineid"], it["deviceid"]])));

    let addresses = cloud.list("listPublicIpAddresses", "publicipaddress", &[]);
    let own = addresses
        .iter()
        .filter(|it| it["issourcenat"] == false)
        .cloned();
    assert_there(
        &own.collect::<Vec<_>>(),
        clients.iter().flat_map(|own| &own.addresses),
    );
    assert_distinct(addresses.iter().map(|it| it["ipaddress"].clone()));
    assert!(addresses.len() <= PUBLIC_ADDRESSES, "{addresses:?}");

    let jobs = cloud.list(
        "listAsyncJobs",
        "asyncjobs",
        &[("page", "1"), ("pagesize", "500")],
    );
    assert!(jobs.iter().all(|job| job["jobstatus"] != 0));
}

fn clear(cloud: &Cloud, clients: &[Own]) {
    for own in clients {
        for machine in &own.machines {
            cloud.done(
                "destroyVirtualMachine",
                &[("id", machine), ("expunge", "true")],
            );
        }
        for volume in &own.volumes {
            cloud.done("deleteVolume", &[("id", volume)]);
        }
        cloud.done("deleteNetwork", &[("id", &own.network)]);
    }
}

#[test]
fn what_clients_do_at_once_is_counted_once_and_leaves_nothing() {
    let cloud = Cloud::start();
    let counted = || {
        let lists = [
            ("listNetworks", "network"),
            ("listPublicIpAddresses", "publicipaddress"),
            ("listRouters", "router"),
            ("listVirtualMachines", "virtualmachine"),
            ("listVolumes", "volume"),
            ("listPortForwardingRules", "portforwardingrule"),
        ];
        lists.map(|(command, key)| cloud.list(command, key, &[]).len())
    };
    let (before, room) = (counted(), cloud.room());
    let clients = at_once(|client| {
        let day = Day {
            cloud: &cloud,
            client,
            own: Own::default(),
        };
        day.pass()
    });
    assert_whole(&cloud, &clients);
    assert_eq!(cloud.served("start"), 9);
    for (label, said, times) in REFUSALS {
        assert_eq!(cloud.served(label), *times, "{label}");
        let refusals = clients.iter().flat_map(|own| &own.refusals);
        let heard = refusals.filter(|text| text.contains(said)).count();
        assert_eq!(heard, *times, "{said}");
    }
    clear(&cloud, &clients);
    assert_eq!((counted(), cloud.room()), (before, room));
}
