//! A cloud of two regions: one login, and apart from that two clouds.

mod controls;

use http::HeaderMap;
use serde_json::json;

use super::*;
use crate::world::start::blueprint::{AccountPlan, FlavorPlan};

const EAST: &str = "/regions/East";

/// What is to be asked of either region.
const REGIONS: [&str; 2] = ["", EAST];

struct Cloud {
    room: Room,
    token: String,
}

/// An answer whose headers matter too.
struct Seen {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

fn two_regions() -> Blueprint {
    let mut blueprint = blueprint();
    blueprint.regions = vec!["West".into(), "East".into()];
    blueprint.flavors.push(FlavorPlan {
        id: "metal".into(),
        name: "metal".into(),
        cpus: 1,
        memory: 512,
        regions: vec!["East".into()],
        ..FlavorPlan::default()
    });
    blueprint.accounts.push(AccountPlan {
        user: "root".into(),
        password: None,
        project: Some("root".into()),
        admin: true,
        api_key: None,
        secret_key: None,
    });
    blueprint
}

impl Cloud {
    async fn new(file: &str) -> Self {
        let mut cloud = Self {
            room: Room::of(two_regions(), file, ControlSettings::default()),
            token: String::new(),
        };
        cloud.log_in("joe").await;
        cloud
    }

    /// Goes on as another user; returns what the token says.
    async fn log_in(&mut self, user: &str) -> Value {
        let domain = json!({ "id": "default" });
        let who = json!({ "name": user, "domain": domain, "password": "x" });
        let body = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": who } },
            "scope": { "project": { "name": user, "domain": domain } },
        } });
        self.token = String::new();
        let seen = self.ask("POST", "/identity/v3/auth/tokens", body).await;
        self.token = seen.headers["x-subject-token"]
            .to_str()
            .expect("text")
            .to_owned();
        seen.body["token"].clone()
    }

    async fn ask(&self, method: &str, target: &str, body: Value) -> Seen {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let mut request = request(method, target, &body);
        for (name, value) in [
            ("host", "cloud.test"),
            ("content-type", "application/json"),
            ("x-auth-token", &self.token),
        ] {
            let value = HeaderValue::from_str(value).expect("a value");
            request.headers.insert(HeaderName::from_static(name), value);
        }
        let reply = self.room.control.handle(request).await;
        Seen {
            status: reply.status.as_u16(),
            headers: reply.headers,
            body: serde_json::from_slice(&reply.body).unwrap_or_default(),
        }
    }

    async fn get(&self, target: &str) -> Value {
        let seen = self.ask("GET", target, Value::Null).await;
        assert_eq!(seen.status, 200, "{target}: {}", seen.body);
        seen.body
    }

    /// Makes a server in a region; returns its id.
    async fn create(&self, region: &str, name: &str) -> String {
        let seen = self.try_to_create(region, name).await;
        assert_eq!(seen.status, 202, "{}", seen.body);
        seen.body["server"]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    async fn try_to_create(&self, region: &str, name: &str) -> Seen {
        let images = self.get(&format!("{region}/image/v2/images")).await;
        let server =
            json!({ "name": name, "flavorRef": "1", "imageRef": images["images"][0]["id"] });
        let path = format!("{region}/compute/v2.1/servers");
        self.ask("POST", &path, json!({ "server": server })).await
    }

    async fn balance(&self, region: &str, name: &str) -> Seen {
        let balancer = json!({ "name": name, "protocol": "HTTP",
            "virtualIps": [{ "type": "PUBLIC" }] });
        let path = format!("{region}/loadbalancers/v1.0/joe/loadbalancers");
        self.ask("POST", &path, json!({ "loadBalancer": balancer }))
            .await
    }

    /// The names in a list.
    async fn names(&self, target: &str) -> Vec<String> {
        let listed = self.get(target).await;
        let mut members = listed.as_object().expect("an object").values();
        let items = members.find_map(Value::as_array).expect("a list");
        let name = |item: &Value| item.get("name").or(item["keypair"].get("name")).cloned();
        let names = items.iter().filter_map(name);
        names
            .map(|name| name.as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn the_catalog_has_each_region_at_an_address_of_its_own_and_one_keystone() {
    let mut cloud = Cloud::new("").await;
    let token = cloud.log_in("joe").await;
    let urls = |kind: &str| -> Vec<(String, String)> {
        let services = token["catalog"].as_array().expect("a catalog");
        let service = services.iter().find(|service| service["type"] == kind);
        let endpoints = service.expect(kind)["endpoints"].as_array().expect("some");
        let public = endpoints
            .iter()
            .filter(|endpoint| endpoint["interface"] == "public");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        public
            .map(|endpoint| (text(&endpoint["region"]), text(&endpoint["url"])))
            .collect()
    };
    let pair = |region: &str, url: &str| (region.to_owned(), format!("http://cloud.test{url}"));
    assert_eq!(
        urls("compute"),
        [
            pair("West", "/compute/v2.1"),
            pair("East", "/regions/East/compute/v2.1")
        ]
    );
    assert_eq!(
        urls("identity"),
        [pair("West", "/identity"), pair("East", "/identity")]
    );
    assert_eq!(
        cloud
            .ask("GET", "/regions/North/compute/v2.1/servers", Value::Null)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn what_is_made_in_one_region_is_not_seen_in_the_other_even_by_administrators() {
    let mut cloud = Cloud::new("").await;
    let west = cloud.create("", "web").await;
    let east = cloud.create(EAST, "db").await;
    for (region, id, name) in [("", &west, "web"), (EAST, &east, "db")] {
        let servers = format!("{region}/compute/v2.1/servers");
        assert_eq!(cloud.names(&servers).await, [name]);
        cloud.get(&format!("{servers}/{id}")).await;
        let limits = cloud.get(&format!("{region}/compute/v2.1/limits")).await;
        assert_eq!(limits["limits"]["absolute"]["totalInstancesUsed"], 1);
    }
    cloud.log_in("root").await;
    for (region, other, name) in [("", &east, "web"), (EAST, &west, "db")] {
        let servers = format!("{region}/compute/v2.1/servers");
        assert_eq!(
            cloud.names(&format!("{servers}?all_tenants=1")).await,
            [name]
        );
        let seen = cloud
            .ask("GET", &format!("{servers}/{other}"), Value::Null)
            .await;
        assert_eq!(seen.status, 404);
        let path = format!("{region}/compute/v2.1/os-hypervisors/detail");
        let hosts = cloud.get(&path).await;
        let running = hosts["hypervisors"].as_array().expect("hosts").iter();
        let running = running.filter_map(|host| host["running_vms"].as_u64());
        assert_eq!(running.sum::<u64>(), 1);
    }
}

#[tokio::test]
async fn all_other_kinds_of_things_are_apart_too() {
    let mut cloud = Cloud::new("").await;
    cloud.log_in("root").await;
    let things = [
        (
            "/compute/v2.1/os-keypairs",
            json!({"keypair": {"name": "own"}}),
        ),
        (
            "/compute/v2.1/os-server-groups",
            json!({"server_group": {"name": "own", "policies": ["affinity"]}}),
        ),
        (
            "/compute/v2.1/flavors",
            json!({"flavor": {"name": "own", "ram": 1, "vcpus": 1, "disk": 1}}),
        ),
        (
            "/network/v2.0/networks",
            json!({"network": {"name": "own", "shared": true}}),
        ),
        (
            "/network/v2.0/security-groups",
            json!({"security_group": {"name": "own"}}),
        ),
        (
            "/volume/v3/volumes",
            json!({"volume": {"name": "own", "size": 1}}),
        ),
        (
            "/image/v2/images",
            json!({"name": "own", "visibility": "public"}),
        ),
    ];
    for (path, body) in things {
        let there = format!("{EAST}{path}");
        let made = cloud.ask("POST", &there, body).await;
        assert!(made.status < 300, "{path}: {} {}", made.status, made.body);
        let own = |names: Vec<String>| names.iter().filter(|name| *name == "own").count();
        assert_eq!(own(cloud.names(&there).await), 1, "{path}");
        assert_eq!(own(cloud.names(path).await), 0, "{path}");
    }
    for region in REGIONS {
        let images = cloud.names(&format!("{region}/image/v2/images")).await;
        assert!(images.contains(&"cirros".to_owned()));
    }
}

#[tokio::test]
async fn balancers_are_apart_and_each_has_a_number_of_its_own() {
    let cloud = Cloud::new("").await;
    let west = cloud.balance("", "a").await.body["loadBalancer"]["id"].clone();
    let east = cloud.balance(EAST, "b").await.body["loadBalancer"]["id"].clone();
    assert_ne!(west, east);
    for (region, id, other, name) in [("", &west, &east, "a"), (EAST, &east, &west, "b")] {
        let path = format!("{region}/loadbalancers/v1.0/joe/loadbalancers");
        assert_eq!(cloud.names(&path).await, [name]);
        cloud.get(&format!("{path}/{id}")).await;
        let seen = cloud
            .ask("GET", &format!("{path}/{other}"), Value::Null)
            .await;
        assert_eq!(seen.status, 404);
    }
}

#[tokio::test]
async fn what_the_settings_keep_to_a_region_is_only_there() {
    let cloud = Cloud::new("").await;
    assert_eq!(cloud.names("/compute/v2.1/flavors").await, ["m1.tiny"]);
    let there = cloud.names(&format!("{EAST}/compute/v2.1/flavors")).await;
    assert_eq!(there, ["m1.tiny", "metal"]);
}

#[tokio::test]
async fn links_stay_in_the_region() {
    let cloud = Cloud::new("").await;
    for name in ["a", "b"] {
        cloud.create(EAST, name).await;
    }
    let base = format!("http://cloud.test{EAST}/");
    for (list, links) in [
        ("/compute/v2.1/servers?limit=1", "servers_links"),
        ("/network/v2.0/ports?limit=1", "ports_links"),
    ] {
        let page = cloud.get(&format!("{EAST}{list}")).await;
        let next = page[links][0]["href"].as_str().expect("a link");
        assert!(next.starts_with(&base), "{next}");
        let next = next.trim_start_matches("http://cloud.test");
        assert_eq!(
            cloud
                .get(next)
                .await
                .as_object()
                .map(|page| page.is_empty()),
            Some(false)
        );
    }
    let servers = cloud.get(&format!("{EAST}/compute/v2.1/servers")).await;
    let own = servers["servers"][0]["links"][0]["href"].as_str();
    assert!(own.expect("a link").starts_with(&base));
    let seen = cloud
        .ask("GET", &format!("{EAST}/compute"), Value::Null)
        .await;
    let root = seen.body["versions"][0]["links"][0]["href"].as_str();
    assert!(root.expect("a link").starts_with(&base));
}

#[tokio::test]
async fn without_a_token_all_regions_point_to_the_one_keystone() {
    let mut cloud = Cloud::new("").await;
    cloud.token = "none".to_owned();
    for region in REGIONS {
        let path = format!("{region}/compute/v2.1/servers");
        let seen = cloud.ask("GET", &path, Value::Null).await;
        assert_eq!(seen.status, 401);
        let keystone = "Keystone uri=\"http://cloud.test/identity\"";
        assert_eq!(seen.headers["www-authenticate"], keystone);
    }
}

#[tokio::test]
async fn a_mock_may_ask_for_the_region_of_calls_and_of_agent_commands() {
    let cloud = Cloud::new(
        "mock compute.create_server where region == \"East\" and server.name == \"a\" { fail 503 }
         mock StartCommand where region == \"West\" { fail }",
    )
    .await;
    assert_eq!(cloud.try_to_create(EAST, "a").await.status, 503);
    cloud.create("", "a").await;
    cloud.create(EAST, "b").await;
    for (region, status) in [("", "ERROR"), (EAST, "ACTIVE")] {
        let path = format!("{region}/compute/v2.1/servers/detail");
        let servers = cloud.get(&path).await;
        assert_eq!(servers["servers"][0]["status"], status, "{region}");
    }
}

#[tokio::test]
async fn a_delayed_call_takes_effect_in_its_region() {
    let cloud = Cloud::new("mock compute.create_server { delay 5s }").await;
    let others = async {
        cloud.get("/compute/v2.1/servers").await;
        let tick = r#"{"advance": "5s"}"#;
        cloud.room.done("POST", "/mimic/v2/tick", tick).await;
    };
    tokio::join!(cloud.create(EAST, "late"), others);
    for (region, names) in [("", vec![]), (EAST, vec!["late"])] {
        let path = format!("{region}/compute/v2.1/servers");
        assert_eq!(cloud.names(&path).await, names);
    }
}

#[tokio::test]
async fn time_passes_in_all_regions_at_once_and_in_order() {
    let cloud = Cloud::new(
        "mock StartCommand where server.name == \"slow\" { delay 20s }
         mock StartCommand where server.name == \"fast\" { delay 10s }
         mock StopCommand as stopped { succeed }",
    )
    .await;
    cloud.create("", "slow").await;
    cloud.create(EAST, "fast").await;
    let clock = cloud.get("/mimic/v2/clock").await;
    assert_eq!(clock["pending_events"], 2);
    cloud
        .room
        .done("POST", "/mimic/v2/tick", r#"{"advance": "30s"}"#)
        .await;
    let stamps: Vec<String> = {
        let world = cloud.get("/mimic/v2/world").await;
        let servers = world["servers"].as_array().expect("servers").iter();
        let told = servers.map(|server| {
            assert_eq!(server["status"], "ACTIVE");
            format!("{} {}", server["region"], server["updated"])
        });
        told.collect()
    };
    assert_eq!(stamps.len(), 2);
    let started = |text: &str| text.split_once(' ').map(|(_, at)| at.to_owned());
    assert!(started(&stamps[1]) < started(&stamps[0]), "{stamps:?}");
}

#[tokio::test]
async fn servers_are_placed_in_zones_of_their_region() {
    let cloud = Cloud::new(
        "topology {
           zone \"w\" { region \"West\" pod \"p\" { cluster \"c\" { host \"w1\" } } }
           zone \"e\" { region \"East\" pod \"p\" { cluster \"c\" { host \"e1\" } } }
         }
         given server \"there\" on zone \"e\"
         mock StopCommand on host 2 { fail }
         at 10s host \"e1\" goes down",
    )
    .await;
    cloud.create("", "web").await;
    let world = cloud.get("/mimic/v2/world").await;
    let servers = world["servers"].as_array().expect("servers").iter();
    let placed = servers.map(|server| [&server["name"], &server["region"], &server["host"]]);
    assert_eq!(
        placed.collect::<Vec<_>>(),
        [["web", "West", "w1"], ["there", "East", "e1"]]
    );
    for (region, zone) in [("", "w"), (EAST, "e")] {
        let path = format!("{region}/compute/v2.1/os-availability-zone");
        let zones = cloud.get(&path).await;
        let zones = zones["availabilityZoneInfo"].as_array().expect("zones");
        let names: Vec<_> = zones.iter().map(|zone| &zone["zoneName"]).collect();
        assert_eq!(names, [zone]);
    }
    cloud
        .room
        .done("POST", "/mimic/v2/tick", r#"{"advance": "10s"}"#)
        .await;
    assert_eq!(cloud.try_to_create(EAST, "late").await.status, 202);
    let late = cloud
        .get(&format!("{EAST}/compute/v2.1/servers/detail"))
        .await;
    assert_eq!(late["servers"][0]["status"], "ERROR");
}

#[tokio::test]
async fn a_zone_of_a_region_that_there_is_not_stands_in_the_way() {
    let room = Room::of(two_regions(), "", ControlSettings::default());
    let plan = plan(
        "topology { zone \"n\" { region \"North\" pod \"p\" { cluster \"c\" { host \"h\" } } } }",
    );
    let refused = room.engine.install(plan).expect_err("no such region");
    assert_eq!(
        refused.message,
        "zone \"n\" is of the region \"North\", which the setting cloud.regions does not have; it has West, East"
    );
}
