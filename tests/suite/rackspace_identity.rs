//! Rackspace's Identity over HTTP, on a frozen clock, in a cloud that `mimic init` described.

mod administration;
mod refusals;

use std::io::{Read, Write};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Served, mimic};
use crate::support::connect;

const TOKENS: &str = "/identity/v2.0/tokens";

/// A cloud of Rackspace's, and whoever talks to it.
struct Cloud {
    served: Served,
    _folder: TempDir,
    token: String,
}

/// What came back.
struct Seen {
    code: u16,
    head: String,
    text: String,
}

impl Seen {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Name, code and message of a fault, as one text.
    fn fault(&self) -> String {
        let body = self.json();
        let (name, fault) = body
            .as_object()
            .and_then(|body| body.iter().next())
            .expect("a fault");
        assert_eq!(fault["code"], self.code, "{}", self.text);
        format!(
            "{} {name}: {}",
            self.code,
            fault["message"].as_str().unwrap_or_default()
        )
    }
}

impl Cloud {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = mimic(&folder, &["init", "--profile", "rackspace"])
            .output()
            .expect("it ran");
        assert!(made.status.success());
        let arguments = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--clock",
            "frozen",
            "--clock-start",
            "1970-01-01T00:00:00Z",
        ];
        Self {
            served: Served::start(&mut mimic(&folder, &arguments)),
            _folder: folder,
            token: String::new(),
        }
    }

    /// One with the administrator logged in.
    fn of_admin() -> Self {
        let mut cloud = Self::start();
        cloud.log_in("admin", "password");
        cloud
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.served.address)
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Seen {
        let mut stream = connect(self.served.address);
        let token = match &*self.token {
            "" => String::new(),
            token => format!("X-Auth-Token: {token}\r\n"),
        };
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{token}{headers}Content-Length: {}\r\n\r\n{body}",
            self.served.address,
            body.len()
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, text) = answer.split_once("\r\n\r\n").expect("an answer");
        Seen {
            code: head[9..12].parse().expect("a status"),
            head: head.to_ascii_lowercase(),
            text: text.to_owned(),
        }
    }

    fn get(&self, path: &str) -> Seen {
        self.send("GET", path, "", "")
    }

    fn delete(&self, path: &str) -> Seen {
        self.send("DELETE", path, "", "")
    }

    fn post(&self, path: &str, body: &Value) -> Seen {
        self.write("POST", path, body)
    }

    fn write(&self, method: &str, path: &str, body: &Value) -> Seen {
        self.send(
            method,
            path,
            "Content-Type: application/json\r\n",
            &body.to_string(),
        )
    }

    /// A path below version 2.0.
    fn v2(&self, path: &str) -> Seen {
        self.get(&format!("/identity/v2.0/{path}"))
    }

    fn authenticate(&self, auth: Value) -> Seen {
        self.post(TOKENS, &json!({ "auth": auth }))
    }

    fn log_in(&mut self, user: &str, password: &str) -> Value {
        self.token = String::new();
        let seen = self.authenticate(by_password(user, password));
        assert_eq!(seen.code, 200, "{}", seen.text);
        let access = seen.json()["access"].clone();
        self.token = text(&access["token"]["id"]);
        access
    }

    fn tick(&self, by: &str) {
        assert_eq!(
            self.post("/mimic/v2/tick", &json!({"advance": by})).code,
            200
        );
    }

    fn now(&self) -> String {
        text(&self.get("/mimic/v2/clock").json()["now"])
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value}"))
        .to_owned()
}

fn by_password(user: &str, password: &str) -> Value {
    json!({"passwordCredentials": {"username": user, "password": password}})
}

fn by_key(user: &str, key: &str) -> Value {
    json!({"RAX-KSKEY:apiKeyCredentials": {"username": user, "apiKey": key}})
}

#[test]
fn the_root_tells_the_versions() {
    let cloud = Cloud::start();
    let versions = cloud.get("/identity").json();
    let versions = versions["versions"]["values"].as_array().expect("versions");
    assert!(versions.iter().any(|version| version["id"] == "v2.0"));
    let version = cloud.get("/identity/v2.0").json()["version"].clone();
    assert_eq!(version["status"], "stable");
    assert_eq!(version["links"][0]["href"], cloud.url("/identity/v2.0/"));
}

#[test]
fn a_key_a_password_or_a_token_gives_the_answer_of_rackspace() {
    let cloud = Cloud::start();
    let seen = cloud.authenticate(by_key("admin", "mimic-admin-api-key"));
    let access = seen.json()["access"].clone();
    assert_eq!(
        access["token"]["tenant"],
        json!({"id": "123456", "name": "123456"})
    );
    assert_eq!(
        access["token"]["RAX-AUTH:authenticatedBy"],
        json!(["APIKEY"])
    );
    assert_eq!(access["user"]["RAX-AUTH:defaultRegion"], "ORD");
    assert_eq!(access["user"]["roles"][0]["name"], "identity:admin");
    let services: Vec<String> = access["serviceCatalog"]
        .as_array()
        .expect("a catalog")
        .iter()
        .map(|service| format!("{} {}", text(&service["type"]), text(&service["name"])))
        .collect();
    assert_eq!(
        services,
        [
            "compute cloudServersOpenStack",
            "compute cloudServersBehavior",
            "rax:load-balancer cloudLoadBalancers",
            "rax:load-balancer cloudLoadBalancerControl",
            "image cloudImages",
            "volume cinder",
            "volumev2 cinderv2",
            "network cloudNetworks",
            "identity cloudIdentity",
        ]
    );
    let endpoints = access["serviceCatalog"][0]["endpoints"]
        .as_array()
        .expect("endpoints");
    let regions: Vec<&Value> = endpoints
        .iter()
        .map(|endpoint| &endpoint["region"])
        .collect();
    assert_eq!(regions, ["ORD", "DFW", "IAD"]);
    assert_eq!(endpoints[0]["tenantId"], "123456");
    assert_eq!(endpoints[0]["publicURL"], cloud.url("/compute/v2/123456"));

    let password = cloud.authenticate(by_password("joe", "any")).json()["access"].clone();
    assert_eq!(
        password["token"]["RAX-AUTH:authenticatedBy"],
        json!(["PASSWORD"])
    );
    assert_eq!(
        password["user"]["roles"][0],
        json!({"id": "3", "name": "identity:user-admin", "description": "User Admin Role."})
    );
    let tenant = text(&password["token"]["tenant"]["id"]);
    assert!(tenant.parse::<u64>().is_ok(), "{tenant}");
    let token = json!({"token": {"id": password["token"]["id"]}});
    assert_eq!(
        cloud.authenticate(token.clone()).code,
        200,
        "the tenant may be left out"
    );
    let mut with_tenant = token;
    with_tenant["tenantId"] = tenant.into();
    assert_eq!(cloud.authenticate(with_tenant).code, 200);
}

#[test]
fn what_the_catalog_says_works() {
    let mut cloud = Cloud::start();
    let access = cloud.log_in("joe", "any");
    for service in access["serviceCatalog"].as_array().expect("a catalog") {
        let path = match text(&service["name"]).as_str() {
            "cloudServersOpenStack" => "/servers/detail",
            "cloudLoadBalancers" => "/loadbalancers",
            "cloudImages" => "/images",
            "cinder" | "cinderv2" => "/volumes",
            "cloudNetworks" => "/networks",
            _ => continue,
        };
        for endpoint in service["endpoints"].as_array().expect("endpoints") {
            let url = text(&endpoint["publicURL"]) + path;
            let path = url
                .strip_prefix(&cloud.url(""))
                .expect("the cloud's address");
            assert_eq!(cloud.get(path).code, 200, "{url}");
        }
    }
}

/// Bug 8 of the original: a login without a tenant was too little for a rule on tenants.
#[test]
fn a_mock_of_one_tenant_lets_others_be() {
    let cloud = Cloud::of_admin();
    let mock =
        "mock identity.authenticate_v2 where request.body.auth.tenantId == \"111\" { fail 500 }";
    let made = cloud.send(
        "POST",
        "/mimic/v2/mocks",
        "Content-Type: text/plain\r\n",
        mock,
    );
    assert_eq!(made.code, 201, "{}", made.text);
    assert_eq!(cloud.authenticate(by_password("joe", "x")).code, 200);
    let mut doomed = by_password("ann", "x");
    doomed["tenantId"] = "111".into();
    assert_eq!(
        cloud.authenticate(doomed).fault(),
        "500 identityFault: Service Fault"
    );
}

/// Bug 11 of the original: ids changed from start to start.
#[test]
fn ids_are_the_same_in_every_run() {
    let ids = || {
        let mut cloud = Cloud::start();
        let access = cloud.log_in("joe", "any");
        let endpoints = cloud
            .get(&format!("{TOKENS}/{}/endpoints", cloud.token))
            .json();
        let endpoint = text(&endpoints["endpoints"][0]["id"]);
        let (user, tenant) = (
            text(&access["user"]["id"]),
            text(&access["token"]["tenant"]["id"]),
        );
        (user, tenant, endpoint)
    };
    assert_eq!(ids(), ids());
}

/// Bug 12 of the original: the time of day leaked into answers although the clock was the simulator's own,
/// and impersonation expired in 1970.
#[test]
fn all_times_are_the_clocks() {
    let cloud = Cloud::of_admin();
    let expiry = |seen: Seen| {
        let expires = text(&seen.json()["access"]["token"]["expires"]);
        chrono::DateTime::parse_from_rfc3339(&expires).expect("a time")
    };
    let now = chrono::DateTime::parse_from_rfc3339(&cloud.now()).expect("a time");
    let first = expiry(cloud.authenticate(by_password("joe", "any")));
    assert_eq!((first - now).num_seconds(), 86_400);
    cloud.tick("1h");
    let second = expiry(cloud.authenticate(by_password("joe", "any")));
    assert_eq!((second - first).num_seconds(), 3600);
    let body =
        json!({"RAX-AUTH:impersonation": {"user": {"username": "joe"}, "expire-in-seconds": 1000}});
    let seen = cloud.post("/identity/v2.0/RAX-AUTH/impersonation-tokens", &body);
    assert_eq!((expiry(seen) - now).num_seconds(), 3600 + 1000);
}

/// Bug 14 of the original: looking at a token made a session of it, and an unknown name with a known tenant
/// logged in as somebody else.
#[test]
fn nobody_is_taken_for_somebody_else() {
    let cloud = Cloud::of_admin();
    for _ in 0..2 {
        assert_eq!(cloud.get(&format!("{TOKENS}/made-up")).code, 404);
        assert_eq!(cloud.get(&format!("{TOKENS}/made-up/endpoints")).code, 404);
    }
    let token = json!({"token": {"id": "made-up"}, "tenantId": "123456"});
    assert_eq!(cloud.authenticate(token).code, 401);
    let of_tenant = |user: &str| {
        let mut auth = by_password(user, "any");
        auth["tenantId"] = "424242".into();
        cloud.authenticate(auth).json()["access"].clone()
    };
    let (ann, bob) = (of_tenant("ann"), of_tenant("bob"));
    assert_eq!(
        (&ann["user"]["name"], &bob["user"]["name"]),
        (&json!("ann"), &json!("bob"))
    );
    assert_ne!(ann["user"]["id"], bob["user"]["id"]);
    assert_eq!(ann["token"]["tenant"], bob["token"]["tenant"]);
    let again = cloud.authenticate(by_password("ann", "any")).json();
    assert_eq!(
        again["access"]["token"]["tenant"]["id"], "424242",
        "it is their own from now on"
    );
}

#[test]
fn tokens_are_checked_listed_and_ended() {
    let mut cloud = Cloud::of_admin();
    let admin = cloud.token.clone();
    let joe = text(&cloud.log_in("joe", "any")["token"]["id"]);
    cloud.token = admin;
    let path = format!("{TOKENS}/{joe}");
    let access = cloud.get(&path).json()["access"].clone();
    assert_eq!(access["user"]["name"], "joe");
    assert!(access.get("serviceCatalog").is_none());
    let tenant = text(&access["token"]["tenant"]["id"]);
    let head = cloud.send("HEAD", &path, "", "");
    assert_eq!((head.code, &*head.text), (200, ""));
    assert_eq!(cloud.get(&format!("{path}?belongsTo={tenant}")).code, 200);
    assert_eq!(cloud.get(&format!("{path}?belongsTo=1")).code, 404);
    let endpoints = cloud.get(&format!("{path}/endpoints")).json();
    let first = &endpoints["endpoints"][0];
    assert_eq!(
        (&first["name"], &first["tenantId"]),
        (&json!("cloudServersOpenStack"), &json!(tenant))
    );
    assert_eq!(cloud.delete(&path).code, 204);
    assert_eq!(cloud.get(&path).code, 404);
    assert_eq!(cloud.delete(TOKENS).code, 204);
    assert_eq!(cloud.v2("tenants").code, 401, "the own token is ended, too");
    cloud.log_in("joe", "any");
    cloud.tick("86400s");
    assert_eq!(cloud.v2("tenants").code, 401, "a day is over");
}

#[test]
fn one_acts_as_another_and_it_shows() {
    let mut cloud = Cloud::of_admin();
    let path = "/identity/v2.0/RAX-AUTH/impersonation-tokens";
    let body =
        json!({"RAX-AUTH:impersonation": {"user": {"username": "joe"}, "expire-in-seconds": 100}});
    let seen = cloud.post(path, &body).json();
    let token = text(&seen["access"]["token"]["id"]);
    let access = cloud.get(&format!("{TOKENS}/{token}")).json()["access"].clone();
    assert_eq!(
        access["token"]["id"], *token,
        "not another token of the user's"
    );
    assert_eq!(access["user"]["name"], "joe");
    assert_eq!(access["RAX-AUTH:impersonator"]["name"], "admin");
    assert_eq!(
        access["RAX-AUTH:impersonator"]["roles"][0]["name"],
        "identity:admin"
    );
    let admin = std::mem::replace(&mut cloud.token, token.clone());
    assert_eq!(cloud.v2("tenants").code, 200);
    assert_eq!(
        cloud.v2("services").code,
        403,
        "it has the roles of the other"
    );
    assert_eq!(cloud.post(path, &body).code, 403);
    cloud.token = admin;
    cloud.tick("100s");
    assert_eq!(cloud.get(&format!("{TOKENS}/{token}")).code, 404);
}

#[test]
fn xml_goes_both_ways() {
    let cloud = Cloud::of_admin();
    let auth = "<auth xmlns=\"http://docs.openstack.org/identity/api/v2.0\"><apiKeyCredentials \
        xmlns=\"http://docs.rackspace.com/identity/api/ext/RAX-KSKEY/v1.0\" username=\"admin\" \
        apiKey=\"mimic-admin-api-key\"/></auth>";
    let xml = "Content-Type: application/xml\r\nAccept: application/xml\r\n";
    let seen = cloud.send("POST", TOKENS, xml, auth);
    assert_eq!(seen.code, 200, "{}", seen.text);
    assert!(
        seen.head.contains("content-type: application/xml"),
        "{}",
        seen.head
    );
    assert!(
        seen.text
            .contains("<tenant id=\"123456\" name=\"123456\"/>"),
        "{}",
        seen.text
    );
    assert!(
        seen.text.contains(
            "<service name=\"cloudServersOpenStack\" type=\"compute\"><endpoint region=\"ORD\""
        ),
        "{}",
        seen.text
    );
    let user = "<user xmlns=\"http://docs.openstack.org/identity/api/v2.0\" \
        xmlns:OS-KSADM=\"http://docs.openstack.org/identity/api/ext/OS-KSADM/v1.0\" \
        username=\"sue\" enabled=\"true\" OS-KSADM:password=\"secret\"/>";
    let seen = cloud.send("POST", "/identity/v2.0/users", xml, user);
    assert_eq!(seen.code, 201, "{}", seen.text);
    assert_eq!(cloud.authenticate(by_password("sue", "secret")).code, 200);
    let seen = cloud.send(
        "GET",
        "/identity/v2.0/users/x",
        "Accept: application/xml\r\n",
        "",
    );
    assert_eq!(seen.code, 404);
    let fault = "<itemNotFound xmlns=\"http://docs.openstack.org/identity/api/v2.0\"";
    assert!(seen.text.contains(fault), "{}", seen.text);
    assert!(
        seen.text
            .contains(" code=\"404\"><message>User x not found</message></itemNotFound>"),
        "{}",
        seen.text
    );
    let broken = cloud.send("POST", TOKENS, xml, "<auth");
    assert_eq!(broken.code, 400, "{}", broken.text);
}
