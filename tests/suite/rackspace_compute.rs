//! Compute as Rackspace's cloud had it, over HTTP, on a clock that stands still: every route that the original
//! Mimic had, and its bugs that are none here.

mod actions;
mod xml;

use std::sync::Arc;

use mimic::config::Config;
use mimic::control::{Control, ControlSettings};
use mimic::engine::{Engine, Settings};
use mimic::vocabulary::plan::{ClockMode, Plan};
use serde_json::{Value, json};

use crate::support::Front;

const TENANT: &str = "123456";
const IMAGE: &str = "Ubuntu 14.04 LTS (Trusty Tahr) (PVHVM)";

/// A cloud with the profile "rackspace", and its administrator's token.
struct Cloud {
    front: Front,
    token: String,
}

/// What came back.
struct Seen {
    status: u16,
    head: String,
    body: String,
}

impl Seen {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The message of a fault, which must have that name.
    fn fault(&self, name: &str) -> String {
        let message = self.json()[name]["message"].as_str().map(str::to_owned);
        message.unwrap_or_else(|| panic!("{}", self.body))
    }
}

impl Cloud {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("mimic.toml");
        std::fs::write(&path, "[cloud]\nprofile = \"rackspace\"\n").expect("written");
        let settings = Settings {
            blueprint: Config::load(&path).expect("settings").cloud,
            presets: true,
            seed: Some(1),
            clock: Some(ClockMode::Frozen),
            clock_start: "1970-01-01T00:00:00Z".parse().ok(),
            journal_bytes: 1 << 20,
        };
        let engine = Engine::new(settings, Plan::default()).expect("a cloud");
        let control = Arc::new(Control::new(Arc::new(engine), ControlSettings::default()));
        let front = Front::start(move |request| {
            let control = control.clone();
            async move { control.handle(request).await }
        });
        let mut cloud = Self {
            front,
            token: String::new(),
        };
        let credentials = json!({"username": "admin", "password": "password"});
        let auth = json!({"auth": {"passwordCredentials": credentials, "tenantId": TENANT}});
        let seen = cloud.send("POST", "/identity/v2.0/tokens", &auth);
        let token = &seen.json()["access"]["token"]["id"];
        cloud.token = token.as_str().expect("a token").to_owned();
        cloud
    }

    fn exchange(&self, method: &str, path: &str, headers: &str, body: &str) -> Seen {
        let answer = self.front.exchange(&format!(
            "{method} {path} HTTP/1.1\r\nHost: mimic\r\nConnection: close\r\nX-Auth-Token: {}\r\n\
             Content-Length: {}\r\n{headers}\r\n{body}",
            self.token,
            body.len()
        ));
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        Seen {
            status: head[9..12].parse().expect("a status"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Seen {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        self.exchange(method, path, "Content-Type: application/json\r\n", &body)
    }

    /// Asks Compute's version 2.
    fn compute(&self, method: &str, path: &str, body: Value) -> Seen {
        self.send(method, &format!("/compute/v2/{TENANT}{path}"), &body)
    }

    fn get(&self, path: &str) -> Value {
        let seen = self.compute("GET", path, Value::Null);
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
        seen.json()
    }

    fn xml(&self, method: &str, path: &str, body: &str) -> Seen {
        let headers = "Content-Type: application/xml\r\nAccept: application/xml\r\n";
        self.exchange(
            method,
            &format!("/compute/v2/{TENANT}{path}"),
            headers,
            body,
        )
    }

    fn image(&self) -> String {
        let images = self.get("/images");
        let images = images["images"].as_array().expect("images");
        let image = images.iter().find(|image| image["name"] == IMAGE);
        text(&image.expect("the image")["id"])
    }

    fn create(&self, name: &str) -> String {
        let server = json!({"name": name, "flavorRef": "general1-1", "imageRef": self.image()});
        let seen = self.compute("POST", "/servers", json!({ "server": server }));
        assert_eq!(seen.status, 202, "{}", seen.body);
        text(&seen.json()["server"]["id"])
    }

    fn server(&self, id: &str) -> Value {
        self.get(&format!("/servers/{id}"))["server"].clone()
    }

    fn act(&self, id: &str, action: Value) -> Seen {
        self.compute("POST", &format!("/servers/{id}/action"), action)
    }

    fn tick(&self, by: &str) {
        let seen = self.send("POST", "/mimic/v2/tick", &json!({ "advance": by }));
        assert_eq!(seen.status, 200, "{}", seen.body);
    }

    fn mock(&self, text: &str) {
        let headers = "Content-Type: text/plain; charset=utf-8\r\n";
        let seen = self.exchange("POST", "/mimic/v2/mocks", headers, text);
        assert_eq!(seen.status, 201, "{}", seen.body);
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

#[test]
fn every_route_of_the_original_answers() {
    let cloud = Cloud::new();
    let id = cloud.create("web");
    let [server, metadata, action] =
        ["", "/metadata", "/action"].map(|end| format!("/servers/{id}{end}"));
    let image = cloud.image();
    let none = || Value::Null;
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFd1f8QUH84nveOzWN1NR+qK+pUXNllPEhim+7LTSzhd me";
    let steps = [
        ("GET", "/servers".to_owned(), none(), 200),
        ("GET", "/servers/detail".to_owned(), none(), 200),
        (
            "GET",
            "/servers/detail?changes-since=2001-01-01T00:00:00Z".to_owned(),
            none(),
            200,
        ),
        ("GET", server.clone(), none(), 200),
        (
            "PUT",
            server.clone(),
            json!({"server": {"name": "www"}}),
            200,
        ),
        ("GET", format!("{server}/ips"), none(), 200),
        ("GET", format!("{server}/ips/public"), none(), 200),
        ("GET", metadata.clone(), none(), 200),
        (
            "PUT",
            metadata.clone(),
            json!({"metadata": {"a": "b"}}),
            200,
        ),
        (
            "POST",
            metadata.clone(),
            json!({"metadata": {"c": "d"}}),
            200,
        ),
        (
            "PUT",
            format!("{metadata}/a"),
            json!({"meta": {"a": "x"}}),
            200,
        ),
        ("GET", format!("{metadata}/a"), none(), 200),
        ("DELETE", format!("{metadata}/a"), none(), 204),
        (
            "POST",
            action.clone(),
            json!({"reboot": {"type": "SOFT"}}),
            202,
        ),
        (
            "POST",
            action.clone(),
            json!({"reboot": {"type": "HARD"}}),
            202,
        ),
        (
            "POST",
            action.clone(),
            json!({"resize": {"flavorRef": "general1-2"}}),
            202,
        ),
        ("POST", action.clone(), json!({"confirmResize": null}), 204),
        (
            "POST",
            action.clone(),
            json!({"resize": {"flavorRef": "general1-4"}}),
            202,
        ),
        ("POST", action.clone(), json!({"revertResize": null}), 202),
        ("POST", action.clone(), json!({"rescue": {}}), 200),
        ("POST", action.clone(), json!({"unrescue": null}), 202),
        (
            "POST",
            action.clone(),
            json!({"changePassword": {"adminPass": "x"}}),
            202,
        ),
        (
            "POST",
            action.clone(),
            json!({"rebuild": {"imageRef": image}}),
            202,
        ),
        (
            "POST",
            action.clone(),
            json!({"createImage": {"name": "snapshot"}}),
            202,
        ),
        ("GET", "/images".to_owned(), none(), 200),
        ("GET", "/images/detail".to_owned(), none(), 200),
        ("GET", format!("/images/{image}"), none(), 200),
        ("GET", "/flavors".to_owned(), none(), 200),
        ("GET", "/flavors/detail".to_owned(), none(), 200),
        ("GET", "/flavors/general1-1".to_owned(), none(), 200),
        ("GET", "/limits".to_owned(), none(), 200),
        ("GET", "/os-networksv2".to_owned(), none(), 200),
        ("GET", "/os-keypairs".to_owned(), none(), 200),
        (
            "POST",
            "/os-keypairs".to_owned(),
            json!({"keypair": {"name": "k", "public_key": key}}),
            200,
        ),
        ("DELETE", "/os-keypairs/k".to_owned(), none(), 202),
        ("DELETE", server, none(), 204),
    ];
    for (method, path, body, status) in steps {
        let shown = body.to_string();
        let seen = cloud.compute(method, &path, body);
        assert_eq!(
            seen.status, status,
            "{method} {path} {shown}: {}",
            seen.body
        );
    }
    assert_eq!(cloud.send("GET", "/compute/v2", &Value::Null).status, 200);
}

#[test]
fn a_new_server_is_as_it_was_there() {
    let cloud = Cloud::new();
    let wanted = json!({"name": "web", "flavorRef": "general1-1", "imageRef": cloud.image(),
        "OS-DCF:diskConfig": "MANUAL", "metadata": {"role": "db"}});
    let made = cloud
        .compute("POST", "/servers", json!({ "server": wanted }))
        .json();
    let made = made["server"].as_object().expect("a server");
    for member in ["OS-DCF:diskConfig", "id", "links", "adminPass"] {
        assert!(made.contains_key(member), "{member}");
    }
    assert_eq!(made["OS-DCF:diskConfig"], "MANUAL");
    let seen = cloud.server(&text(&made["id"]));
    assert_eq!(
        (&seen["status"], &seen["tenant_id"]),
        (&json!("ACTIVE"), &json!(TENANT))
    );
    assert_eq!(seen["metadata"], json!({"role": "db"}));
    let networks: Vec<&String> = seen["addresses"]
        .as_object()
        .expect("addresses")
        .keys()
        .collect();
    assert_eq!(networks.len(), 2);
    assert!(text(&seen["addresses"]["public"][0]["addr"]).starts_with("198.18."));
    assert!(text(&seen["addresses"]["private"][0]["addr"]).starts_with("10.17"));
}

#[test]
fn flavors_and_images_have_rackspaces_own_fields() {
    let cloud = Cloud::new();
    let flavor = cloud.get("/flavors/performance1-1")["flavor"].clone();
    assert_eq!(flavor["name"], "1 GB Performance");
    assert_eq!(flavor["rxtx_factor"], 200.0);
    assert_eq!(
        flavor["OS-FLV-WITH-EXT-SPECS:extra_specs"]["class"],
        "performance1"
    );
    assert!(flavor["OS-FLV-EXT-DATA:ephemeral"].is_u64());
    let image = cloud.get(&format!("/images/{}", cloud.image()))["image"].clone();
    assert!(image["OS-EXT-IMG-SIZE:size"].as_u64() > Some(100_000_000));
    assert_eq!(image["OS-DCF:diskConfig"], "MANUAL");
    assert_eq!(
        image["metadata"]["com.rackspace__1__ui_default_show"],
        "True"
    );
    assert_eq!(
        (&image["minRam"], &image["minDisk"]),
        (&json!(512), &json!(20))
    );
    let networks = cloud.get("/os-networksv2");
    assert_eq!(
        networks["networks"][0]["id"],
        "00000000-0000-0000-0000-000000000000"
    );
}

#[test]
fn what_is_wrong_is_told_in_its_words() {
    let cloud = Cloud::new();
    let server = json!({"name": "web", "flavorRef": "2", "imageRef": cloud.image()});
    let refused = |key: &str, value: Value| {
        let mut server = server.clone();
        server[key] = value;
        cloud.compute("POST", "/servers", json!({ "server": server }))
    };
    let seen = refused("OS-DCF:diskConfig", json!("auto"));
    assert_eq!(seen.status, 400);
    assert_eq!(
        seen.fault("badRequest"),
        "OS-DCF:diskConfig must be either 'MANUAL' or 'AUTO'."
    );
    let metadata =
        |number: usize| -> Value { (0..number).map(|n| (n.to_string(), json!("x"))).collect() };
    assert_eq!(refused("metadata", metadata(40)).status, 202);
    let seen = refused("metadata", metadata(41));
    assert_eq!(seen.status, 403);
    assert_eq!(
        seen.fault("forbidden"),
        "Maximum number of metadata items exceeds 40"
    );
    for (query, message) in [
        ("limit=x", "limit param must be an integer"),
        ("limit=-1", "limit param must be positive"),
        ("marker=x", "marker [x] not found"),
    ] {
        let seen = cloud.compute("GET", &format!("/servers?{query}"), Value::Null);
        assert_eq!(
            (seen.status, seen.fault("badRequest").as_str()),
            (400, message),
            "{query}"
        );
    }
}

/// Bug 1 of the original: the timer of a build brought a deleted server back.
#[test]
fn a_deleted_server_does_not_come_back() {
    let cloud = Cloud::new();
    cloud.mock("mock StartCommand { delay 60s }");
    let id = cloud.create("web");
    assert_eq!(cloud.server(&id)["status"], "BUILD");
    assert_eq!(
        cloud
            .compute("DELETE", &format!("/servers/{id}"), Value::Null)
            .status,
        204
    );
    cloud.tick("120s");
    let seen = cloud.compute("GET", &format!("/servers/{id}"), Value::Null);
    assert_eq!(seen.status, 404);
    assert!(
        cloud.get("/servers")["servers"]
            .as_array()
            .is_some_and(Vec::is_empty)
    );
}

/// Bug 6 of the original: after a snapshot, the list of images was a 500 for ever.
#[test]
fn a_snapshot_is_listed_with_the_other_images() {
    let cloud = Cloud::new();
    let id = cloud.create("web");
    assert_eq!(
        cloud
            .act(&id, json!({"createImage": {"name": "mine"}}))
            .status,
        202
    );
    cloud.tick("1s");
    for path in ["/images", "/images/detail"] {
        let images = cloud.get(path);
        let images = images["images"].as_array().expect("images");
        assert!(images.iter().any(|image| image["name"] == "mine"), "{path}");
        assert_eq!(images.len(), 39);
    }
    let detail = cloud.get("/images/detail?name=mine");
    assert_eq!(detail["images"][0]["server"]["id"], json!(id));
}

/// Its clients follow the link to see what became of the image.
#[test]
fn a_new_image_is_found_where_its_link_leads() {
    let cloud = Cloud::new();
    let id = cloud.create("web");
    let seen = cloud.act(&id, json!({"createImage": {"name": "mine"}}));
    let (_, link) = seen.head.split_once("location: ").expect("a link");
    let (_, below) = link.split_once(TENANT).expect("the tenant");
    let path = below.lines().next().unwrap_or_default();
    assert_eq!(cloud.get(path)["image"]["name"], "mine");
}

/// Bug 7 of the original: a server's image linked to its flavor's id, and links had two slashes.
#[test]
fn links_lead_to_what_they_are_of() {
    let cloud = Cloud::new();
    let id = cloud.create("web");
    let image = cloud.image();
    let link = text(&cloud.server(&id)["image"]["links"][0]["href"]);
    assert!(link.ends_with(&format!("/images/{image}")), "{link}");
    for path in [format!("/servers/{id}"), format!("/images/{image}")] {
        let body = cloud.compute("GET", &path, Value::Null).body;
        assert!(!body.replace("http://", "").contains("//"), "{body}");
    }
}

/// Bug 11 of the original: ids of images were others at each start.
#[test]
fn images_keep_their_ids_from_start_to_start() {
    assert_eq!(Cloud::new().image(), Cloud::new().image());
}

/// Bug 13 of the original: the link to the next page lost `changes-since`, and one stood on the last page.
#[test]
fn pages_carry_their_filters_and_end() {
    let cloud = Cloud::new();
    for name in ["web-1", "web-2", "db-1", "web-3", "web-4"] {
        cloud.create(name);
    }
    let mut path = "/servers/detail?changes-since=1970-01-01T00:00:00Z&name=web&limit=2".to_owned();
    let mut names = Vec::new();
    let mut pages = 0;
    loop {
        let page = cloud.get(&path);
        let servers = page["servers"].as_array().expect("servers");
        names.extend(servers.iter().map(|server| text(&server["name"])));
        pages += 1;
        let Some(next) = page["servers_links"][0]["href"].as_str() else {
            break;
        };
        assert!(
            next.contains("changes-since=") && next.contains("name=web"),
            "{next}"
        );
        let (_, below) = next.split_once(TENANT).expect("the tenant");
        path = below.to_owned();
    }
    names.sort();
    assert_eq!(
        (pages, names),
        (
            2,
            ["web-1", "web-2", "web-3", "web-4"]
                .map(str::to_owned)
                .to_vec()
        )
    );
}
