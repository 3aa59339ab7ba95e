//! Several clients at once, each on connections of its own: afterwards the world is whole.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::SocketAddr;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::Served;
use crate::support::connect;

const CLIENTS: usize = 4;
const ROUNDS: usize = 6;

const SETTINGS: &str = "
[cloud.limits.storage]
volumes = 7

[cloud.limits.network]
networks = 9
ports = 8
floating_ips = 6
security_groups = 7
";

/// Between its arrival and its effect, each call gives way to the others. Under an elastic clock that takes no
/// time.
const GIVING_WAY: &str = "
mock identity.* { delay 1ms }
mock image.* { delay 1ms }
mock network.* { delay 1ms }
mock placement.* { delay 1ms }
mock volume.* { delay 1ms }
";

/// Something that clients make, list and delete.
struct Kind {
    path: &'static str,
    /// What makes a list show all at once.
    all: &'static str,
    /// The key of one in a body; empty where a body is the thing itself.
    one: &'static str,
    /// The key of a list.
    many: &'static str,
    /// What is said of a new one, beside its name.
    body: fn(&Cloud) -> Value,
    /// How many a project may have, and what who wants more is told.
    quota: Option<(usize, u16)>,
    /// Where its address stands, which no other may have.
    address: Option<&'static str>,
}

const PROJECT: Kind = kind("/identity/v3/projects", "project", "projects");

const NETWORK: Kind = Kind {
    quota: Some((9, 409)),
    ..kind("/network/v2.0/networks", "network", "networks")
};

const VOLUME: Kind = Kind {
    body: |_| json!({"size": 1}),
    quota: Some((7, 413)),
    ..kind("/volume/v3/volumes", "volume", "volumes")
};

const IMAGE: Kind = Kind {
    all: "?limit=1000",
    body: |_| json!({"disk_format": "raw", "container_format": "bare"}),
    ..kind("/image/v2/images", "", "images")
};

const PROVIDER: Kind = kind("/placement/resource_providers", "", "resource_providers");

const KINDS: &[Kind] = &[
    PROJECT,
    kind("/identity/v3/users", "user", "users"),
    NETWORK,
    Kind {
        body: |cloud| json!({"network_id": cloud.network("private")}),
        quota: Some((8, 409)),
        address: Some("/fixed_ips/0/ip_address"),
        ..kind("/network/v2.0/ports", "port", "ports")
    },
    Kind {
        body: |cloud| json!({"floating_network_id": cloud.network("public")}),
        quota: Some((6, 409)),
        address: Some("/floating_ip_address"),
        ..kind("/network/v2.0/floatingips", "floatingip", "floatingips")
    },
    Kind {
        quota: Some((7, 409)),
        ..kind(
            "/network/v2.0/security-groups",
            "security_group",
            "security_groups",
        )
    },
    VOLUME,
    IMAGE,
    PROVIDER,
];

const fn kind(path: &'static str, one: &'static str, many: &'static str) -> Kind {
    Kind {
        path,
        all: "",
        one,
        many,
        body: |_| json!({}),
        quota: None,
        address: None,
    }
}

impl Kind {
    fn list(&self, cloud: &Cloud) -> Vec<Value> {
        let seen = cloud.get(&format!("{}{}", self.path, self.all));
        seen[self.many].as_array().expect("a list").clone()
    }

    fn ids(&self, cloud: &Cloud) -> BTreeSet<String> {
        self.list(cloud).iter().map(id).collect()
    }

    /// Makes one, unless there are as many as there may be.
    fn create(&self, cloud: &Cloud, name: &str) -> Option<String> {
        let mut wanted = (self.body)(cloud);
        wanted["name"] = name.into();
        if self.one == "floatingip" {
            wanted.as_object_mut().expect("an object").remove("name");
        }
        let body = match self.one {
            "" => wanted,
            one => json!({ one: wanted }),
        };
        let (status, made) = cloud.ask("POST", self.path, &body);
        if self.quota.is_some_and(|(_, refusal)| refusal == status) {
            return None;
        }
        assert!(
            (200..300).contains(&status),
            "{}: {status} {made}",
            self.path
        );
        let made = if self.one.is_empty() {
            &made
        } else {
            &made[self.one]
        };
        Some(id(made))
    }

    fn delete(&self, cloud: &Cloud, id: &str) {
        let (status, told) = cloud.ask("DELETE", &format!("{}/{id}", self.path), &Value::Null);
        assert!(
            (200..300).contains(&status),
            "{}: {status} {told}",
            self.path
        );
    }

    /// At every instant nothing is there twice, no address is given to two, and nobody has more than the quota.
    fn assert_whole(&self, cloud: &Cloud) {
        let seen = self.list(cloud);
        let distinct = |values: Vec<String>| {
            let number = values.len();
            assert_eq!(
                values.into_iter().collect::<BTreeSet<_>>().len(),
                number,
                "{seen:?}"
            );
        };
        distinct(seen.iter().map(id).collect());
        if let Some(address) = self.address {
            let addresses = seen.iter().filter_map(|thing| thing.pointer(address));
            distinct(addresses.map(Value::to_string).collect());
        }
        if let Some((most, _)) = self.quota {
            let own = |thing: &&Value| {
                thing
                    .get("project_id")
                    .is_none_or(|id| *id == cloud.project)
            };
            assert!(seen.iter().filter(own).count() <= most, "{seen:?}");
        }
    }
}

fn id(thing: &Value) -> String {
    let id = thing.get("id").or(thing.get("uuid"));
    id.and_then(Value::as_str).expect("an id").to_owned()
}

/// A simulator, and the administrator's token for it.
struct Cloud {
    address: SocketAddr,
    token: String,
    project: Value,
    _served: Served,
    _directory: TempDir,
}

impl Cloud {
    fn start(scenario: &str) -> Self {
        let (served, directory) = Served::playing(SETTINGS, scenario);
        let mut cloud = Self {
            address: served.address,
            token: String::new(),
            project: Value::Null,
            _served: served,
            _directory: directory,
        };
        cloud.login();
        cloud
    }

    fn login(&mut self) {
        let domain = json!({"id": "default"});
        let user = json!({"name": "admin", "domain": domain, "password": "password"});
        let body = json!({"auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": "admin", "domain": domain}},
        }});
        let answer = self.exchange("POST", "/identity/v3/auth/tokens", &body);
        let mut lines = answer.lines();
        let token = lines.find_map(|line| line.strip_prefix("x-subject-token: "));
        token.expect("a token").clone_into(&mut self.token);
        self.project = parsed(&answer).1["token"]["project"]["id"].clone();
    }

    fn exchange(&self, method: &str, path: &str, body: &Value) -> String {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-Auth-Token: {}\r\n\
             OpenStack-API-Version: placement 1.20\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        );
        let mut stream = connect(self.address);
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        parsed(&self.exchange(method, path, body))
    }

    fn get(&self, path: &str) -> Value {
        let (status, seen) = self.ask("GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}: {seen}");
        seen
    }

    fn network(&self, name: &str) -> String {
        let seen = self.get(&format!("/network/v2.0/networks?name={name}"));
        id(&seen["networks"][0])
    }
}

pub(crate) fn parsed(answer: &str) -> (u16, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
    let status = head.split(' ').nth(1).expect("a status");
    let body = serde_json::from_str(body).unwrap_or_default();
    (status.parse().expect("a number"), body)
}

/// Lets each of several clients do its work; returns what came of it.
pub(crate) fn at_once<T: Send>(work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let work = &work;
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || work(client)))
            .collect();
        let ended = clients.into_iter().map(|client| client.join());
        ended
            .map(|end| end.expect("a client without complaints"))
            .collect()
    })
}

/// Makes things and deletes every second one. Returns what it made, and what of it is left.
fn come_and_go(cloud: &Cloud, kind: &Kind, client: usize) -> (Vec<String>, Vec<String>) {
    let (mut made, mut left) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        if let Some(id) = kind.create(cloud, &format!("c{client}-{round}")) {
            made.push(id.clone());
            left.push(id);
        }
        kind.assert_whole(cloud);
        if round % 2 == 1 && !left.is_empty() {
            kind.delete(cloud, &left.remove(0));
        }
    }
    (made, left)
}

fn assert_comes_and_goes(scenario: &str) {
    let cloud = Cloud::start(scenario);
    for kind in KINDS {
        let mut expected = kind.ids(&cloud);
        let ended = at_once(|client| come_and_go(&cloud, kind, client));
        let (made, left): (Vec<_>, Vec<_>) = ended.into_iter().unzip();
        let made = made.concat();
        assert_eq!(made.iter().collect::<BTreeSet<_>>().len(), made.len());
        expected.extend(left.concat());
        kind.assert_whole(&cloud);
        assert_eq!(kind.ids(&cloud), expected, "{}", kind.path);
    }
}

#[test]
fn what_clients_make_at_once_is_there_once() {
    assert_comes_and_goes("");
}

#[test]
fn calls_that_wait_for_their_time_keep_the_world_whole_too() {
    assert_comes_and_goes(GIVING_WAY);
}

/// Something to which each client adds, with a call of its own for each addition.
struct Shared {
    kind: Kind,
    /// Below the thing, where an addition is put.
    put: &'static str,
    body: fn(&str) -> Value,
    /// Below the thing, where all additions show, and as what.
    shown: (&'static str, &'static str),
}

const SHARED: &[Shared] = &[
    tags(PROJECT, "/tags"),
    tags(NETWORK, "/tags"),
    tags(IMAGE, ""),
    Shared {
        kind: VOLUME,
        put: "/metadata",
        body: |name| json!({"meta": {name: "1"}}),
        shown: ("/metadata", "metadata"),
    },
];

const fn tags(kind: Kind, shown: &'static str) -> Shared {
    Shared {
        kind,
        put: "/tags",
        body: |_| Value::Null,
        shown: (shown, "tags"),
    }
}

fn names(seen: &Value) -> BTreeSet<String> {
    match seen {
        Value::Object(items) => items.keys().cloned().collect(),
        Value::Array(items) => {
            let names = items.iter().filter_map(Value::as_str);
            names.map(str::to_owned).collect()
        }
        _ => BTreeSet::new(),
    }
}

fn assert_all_is_added(cloud: &Cloud, shared: &Shared) {
    let made = shared.kind.create(cloud, "shared").expect("room for one");
    let path = format!("{}/{made}", shared.kind.path);
    let add = |client| {
        let added = (0..ROUNDS).map(|round| {
            let name = format!("c{client}-{round}");
            let below = format!("{path}{}/{name}", shared.put);
            let (status, told) = cloud.ask("PUT", &below, &(shared.body)(&name));
            assert!((200..300).contains(&status), "{below}: {status} {told}");
            name
        });
        added.collect::<Vec<_>>()
    };
    let added: BTreeSet<String> = at_once(add).concat().into_iter().collect();
    let (below, key) = shared.shown;
    let seen = cloud.get(&format!("{path}{below}"));
    assert_eq!(names(&seen[key]), added, "{path}");
}

/// Makes a provider's inventory larger by one, as often as it takes until nobody else was quicker.
fn grow_inventory(cloud: &Cloud, path: &str) {
    loop {
        let seen = cloud.get(path);
        let total = seen["inventories"]["VCPU"]["total"].as_u64();
        let wanted = json!({
            "resource_provider_generation": seen["resource_provider_generation"],
            "total": total.expect("a number") + 1,
        });
        match cloud.ask("PUT", &format!("{path}/VCPU"), &wanted) {
            (200, _) => return,
            (409, _) => {}
            (status, told) => panic!("{status} {told}"),
        }
    }
}

fn assert_every_growth_counts(cloud: &Cloud) {
    let provider = PROVIDER.create(cloud, "shared").expect("a provider");
    let path = format!("{}/{provider}/inventories", PROVIDER.path);
    let first = json!({"resource_provider_generation": 0, "inventories": {"VCPU": {"total": 1}}});
    assert_eq!(cloud.ask("PUT", &path, &first).0, 200);
    at_once(|_| (0..ROUNDS).for_each(|_| grow_inventory(cloud, &path)));
    let seen = cloud.get(&path);
    assert_eq!(
        seen["inventories"]["VCPU"]["total"],
        json!(1 + CLIENTS * ROUNDS)
    );
}

#[test]
fn no_update_is_lost_among_others() {
    for scenario in ["", GIVING_WAY] {
        let cloud = Cloud::start(scenario);
        for shared in SHARED {
            assert_all_is_added(&cloud, shared);
        }
        assert_every_growth_counts(&cloud);
    }
}
