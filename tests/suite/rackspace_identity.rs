//! Rackspace's Identity over HTTP, on a frozen clock, in a cloud that `mimic init` described.

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

#[test]
fn refusals_are_in_the_words_of_rackspace() {
    let mut cloud = Cloud::of_admin();
    let fault = |cloud: &Cloud, auth| cloud.authenticate(auth).fault();
    assert_eq!(
        fault(&cloud, by_password("admin", "wrong")),
        "401 unauthorized: Unable to authenticate user with credentials provided."
    );
    assert_eq!(
        fault(&cloud, by_key("admin", "wrong")),
        "401 unauthorized: Username or api key is invalid."
    );
    let id = text(&cloud.v2("users?name=admin").json()["user"]["id"]);
    let mut other = by_password("admin", "password");
    other["tenantName"] = "777".into();
    assert_eq!(
        fault(&cloud, other),
        format!(
            "401 unauthorized: Tenant with Name/Id: '777' is not valid for User 'admin' (id: '{id}')"
        )
    );
    let token = json!({"token": {"id": cloud.token}, "tenantId": "777"});
    assert_eq!(
        fault(&cloud, token),
        "401 unauthorized: Token doesn't belong to Tenant with Id/Name: '777'"
    );
    assert_eq!(
        cloud.v2("users/x").fault(),
        "404 itemNotFound: User x not found"
    );
    assert_eq!(
        cloud.get(&format!("{TOKENS}/nope")).fault(),
        "404 itemNotFound: Token not found."
    );
    cloud.token = String::new();
    let nobody = "401 unauthorized: No valid token provided. Please use the 'X-Auth-Token' header with a valid token.";
    assert_eq!(cloud.v2("tenants").fault(), nobody);
    cloud.token = "made-up".to_owned();
    assert_eq!(cloud.v2("tenants").fault(), nobody);
    cloud.log_in("joe", "any");
    assert_eq!(
        cloud.v2("services").fault(),
        "403 forbidden: Not Authorized"
    );
}

/// Bug 8 and the crashes of 10.2 of the original: forms that are none were answered with 500.
#[test]
fn a_form_that_is_none_is_a_bad_request() {
    let cloud = Cloud::of_admin();
    let unparsed = "400 badRequest: Invalid request body: unable to parse Auth data. Please review XML or JSON formatting.";
    for body in ["", "{", "[]", "\"x\"", "7"] {
        let seen = cloud.send("POST", TOKENS, "Content-Type: application/json\r\n", body);
        assert_eq!(seen.code, 400, "{body}: {}", seen.text);
        if !body.is_empty() {
            assert_eq!(seen.fault(), unparsed, "{body}");
        }
    }
    let forms = [
        json!({}),
        json!({"auth": null}),
        json!({"auth": "x"}),
        json!({"auth": {}}),
        json!({"auth": {"passwordCredentials": {"username": "joe"}}}),
        json!({"auth": {"passwordCredentials": {"username": 7, "password": "x"}}}),
        json!({"auth": {"passwordCredentials": "x"}}),
        json!({"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "joe", "apiKey": 5}}}),
        json!({"auth": {"token": {"id": 5}}}),
        json!({"auth": {"token": "x"}}),
        json!({"auth": {"passwordCredentials": {"username": "joe", "password": "x"}, "tenantId": 123}}),
    ];
    for form in forms {
        let seen = cloud.post(TOKENS, &form);
        assert_eq!(
            (seen.code, &seen.fault()[..14]),
            (400, "400 badRequest"),
            "{form}"
        );
    }
    let impersonation = "/identity/v2.0/RAX-AUTH/impersonation-tokens";
    for form in [
        json!({}),
        json!({"RAX-AUTH:impersonation": {}}),
        json!({"RAX-AUTH:impersonation": {"user": {}}}),
        json!({"RAX-AUTH:impersonation": {"user": {"username": "joe"}, "expire-in-seconds": "soon"}}),
        json!({"RAX-AUTH:impersonation": {"user": {"username": "joe"}, "expire-in-seconds": -1}}),
    ] {
        assert_eq!(cloud.post(impersonation, &form).code, 400, "{form}");
    }
    assert_eq!(cloud.v2("users").code, 200, "no name is needed");
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
fn users_are_made_changed_and_removed() {
    let mut cloud = Cloud::start();
    let owner = cloud.log_in("owner", "any");
    let account = text(&owner["token"]["tenant"]["id"]);
    let users = "/identity/v2.0/users";
    let said = json!({"user": {"username": "sue", "email": "sue@example.com", "enabled": true,
        "RAX-AUTH:defaultRegion": "DFW"}});
    let seen = cloud.post(users, &said);
    assert_eq!(seen.code, 201, "{}", seen.text);
    let user = seen.json()["user"].clone();
    assert_eq!(
        (&user["RAX-AUTH:domainId"], &user["RAX-AUTH:defaultRegion"]),
        (&json!(account), &json!("DFW"))
    );
    let password = text(&user["OS-KSADM:password"]);
    let path = format!("{users}/{}", text(&user["id"]));
    assert_eq!(
        cloud.post(users, &said).fault(),
        "409 conflict: User with username: 'sue' already exists."
    );
    assert_eq!(cloud.get(&path).json()["user"]["username"], "sue");
    assert_eq!(cloud.v2("users?name=sue").json()["user"]["id"], user["id"]);
    assert_eq!(
        cloud.v2("users?email=sue@example.com").json()["users"][0]["id"],
        user["id"]
    );
    assert_eq!(
        cloud.v2("users").json()["users"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(
        cloud.v2("users?name=nobody").fault(),
        "404 itemNotFound: User nobody not found"
    );
    let roles = cloud.get(&format!("{path}/roles")).json();
    assert_eq!(roles["roles"][0]["name"], "identity:default");
    let access = cloud.authenticate(by_password("sue", &password)).json()["access"].clone();
    assert_eq!(access["user"]["RAX-AUTH:defaultRegion"], "DFW");
    let change = json!({"user": {"username": "suzy", "OS-KSADM:password": "new"}});
    assert_eq!(
        cloud.post(&path, &change).json()["user"]["username"],
        "suzy"
    );
    assert_eq!(cloud.authenticate(by_password("suzy", &password)).code, 401);
    assert_eq!(cloud.authenticate(by_password("suzy", "new")).code, 200);
    assert_eq!(cloud.delete(&path).code, 204);
    assert_eq!(cloud.get(&path).code, 403, "it is nobody of the account");
    let stranger =
        text(&cloud.authenticate(by_password("eve", "x")).json()["access"]["user"]["id"]);
    assert_eq!(cloud.get(&format!("{users}/{stranger}")).code, 403);
}

#[test]
fn keys_are_shown_changed_and_taken_away() {
    let mut cloud = Cloud::start();
    let id = text(&cloud.log_in("joe", "any")["user"]["id"]);
    let all = format!("/identity/v2.0/users/{id}/OS-KSADM/credentials");
    let path = format!("{all}/RAX-KSKEY:apiKeyCredentials");
    let credentials = cloud.get(&all).json();
    assert_eq!(
        credentials["credentials"][0],
        json!({"passwordCredentials": {"username": "joe"}})
    );
    let key = |seen: Seen| text(&seen.json()["RAX-KSKEY:apiKeyCredentials"]["apiKey"]);
    let first = key(cloud.get(&path));
    assert_eq!(first, key(cloud.get(&path)), "it is the same at every look");
    assert_eq!(cloud.authenticate(by_key("joe", &first)).code, 200);
    let second = key(cloud.post(&format!("{path}/RAX-AUTH/reset"), &json!({})));
    assert_ne!(first, second);
    let given = json!({"RAX-KSKEY:apiKeyCredentials": {"username": "joe", "apiKey": "mine"}});
    assert_eq!(key(cloud.post(&path, &given)), "mine");
    let added = cloud.post(
        &all,
        &json!({"passwordCredentials": {"username": "joe", "password": "secret"}}),
    );
    assert_eq!(added.code, 201, "{}", added.text);
    let mut again = Cloud {
        token: String::new(),
        ..cloud
    };
    again.log_in("joe", "secret");
    assert_eq!(again.authenticate(by_key("joe", &second)).code, 401);
    assert_eq!(again.authenticate(by_key("joe", "mine")).code, 200);
    assert_eq!(again.delete(&path).code, 204);
    assert_eq!(again.get(&path).code, 404);
    assert_eq!(again.authenticate(by_key("joe", "mine")).code, 401);
}

#[test]
fn tenants_and_roles_are_shown_and_given() {
    let mut cloud = Cloud::of_admin();
    let tenants = cloud.v2("tenants").json();
    assert_eq!(tenants["tenants"][0]["id"], "123456");
    assert_eq!(tenants["tenants"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        cloud.v2("tenants/123456").json()["tenant"]["name"],
        "123456"
    );
    assert_eq!(
        cloud.v2("tenants/123456/users").json()["users"][0]["username"],
        "admin"
    );
    assert_eq!(cloud.v2("tenants/9").code, 404);
    let mosso = cloud.get("/identity/v1.1/mosso/123456");
    assert_eq!(
        (mosso.code, mosso.json()),
        (301, json!({"user": {"id": "admin"}}))
    );
    assert!(
        mosso.head.contains("/identity/v1.1/users/admin"),
        "{}",
        mosso.head
    );
    assert_eq!(
        cloud.get("/identity/v1.1/users/admin").json()["user"]["mossoId"],
        "123456"
    );
    assert_eq!(cloud.get("/identity/v1.1/mosso/9").code, 404);

    let roles = "/identity/v2.0/OS-KSADM/roles";
    let role = cloud.post(
        roles,
        &json!({"role": {"name": "observer", "description": "Looks."}}),
    );
    assert_eq!(role.code, 201, "{}", role.text);
    let role = text(&role.json()["role"]["id"]);
    assert!(cloud.get(roles).text.contains("identity:user-admin"));
    assert_eq!(
        cloud.get(&format!("{roles}/3")).json()["role"]["name"],
        "identity:user-admin"
    );
    let joe = cloud.authenticate(by_password("joe", "any")).json()["access"].clone();
    let path = format!(
        "/identity/v2.0/users/{}/roles/OS-KSADM/{role}",
        text(&joe["user"]["id"])
    );
    assert_eq!(cloud.send("PUT", &path, "", "").code, 200);
    let shown = cloud
        .get(&format!("{TOKENS}/{}", text(&joe["token"]["id"])))
        .json();
    let names = &shown["access"]["user"]["roles"];
    assert!(
        names
            .as_array()
            .expect("roles")
            .iter()
            .any(|role| role["name"] == "observer"),
        "{names}"
    );
    assert_eq!(cloud.delete(&path).code, 204);
    assert_eq!(cloud.delete(&path).code, 404);
    assert_eq!(cloud.delete(&format!("{roles}/{role}")).code, 204);
    cloud.log_in("joe", "any");
    assert_eq!(cloud.send("PUT", &path, "", "").code, 403);
}

#[test]
fn an_api_that_is_elsewhere_gets_into_the_catalog() {
    let mut cloud = Cloud::of_admin();
    let services = "/identity/v2.0/services";
    assert_eq!(
        cloud.post(services, &json!({"name": "x"})).fault(),
        "400 badRequest: Invalid Content. 'name' and 'type' fields are required."
    );
    let service = json!({"name": "autoscale", "type": "rax:autoscale", "id": "s-1"});
    let made = cloud.post(services, &service);
    assert_eq!((made.code, &*made.text), (201, ""));
    assert_eq!(
        cloud.post(services, &service).fault(),
        "409 conflict: Conflict: Service with the same uuid already exists."
    );
    assert_eq!(
        cloud
            .post(services, &json!({"name": "autoscale", "type": "x"}))
            .fault(),
        "409 conflict: Conflict: Service with the same name already exists."
    );
    let listed = cloud.get(services).json();
    let listed = listed["OS-KSADM:services"]
        .as_array()
        .expect("services")
        .clone();
    let ours = listed
        .iter()
        .find(|service| service["id"] == "s-1")
        .expect("it is there");
    assert_eq!(ours["description"], "External API referenced by Mimic");

    let templates = "/identity/v2.0/OS-KSCATALOG/endpointTemplates";
    let template = json!({"id": "t-1", "region": "ORD", "type": "rax:autoscale", "name": "autoscale",
        "publicURL": "http://autoscale.example/v1.0/%tenant_id%"});
    assert_eq!(
        cloud.post(templates, &json!({"id": "t-1"})).fault(),
        "400 badRequest: JSON body does not contain the required parameters: Missing required value region"
    );
    let mut other = template.clone();
    other["type"] = "x".into();
    assert_eq!(
        cloud.post(templates, &other).fault(),
        "409 conflict: Endpoint already exists or service type does not match."
    );
    other["name"] = "nope".into();
    assert_eq!(
        cloud.post(templates, &other).fault(),
        "404 itemNotFound: Service API for endoint template not found"
    );
    assert_eq!(cloud.post(templates, &template).code, 201);
    assert_eq!(
        cloud.post(templates, &template).fault(),
        "409 conflict: ID value is already assigned to an existing template"
    );
    let shown = cloud.get(templates).json();
    assert_eq!(shown["OS-KSCATALOG"][0]["enabled"], false);
    assert_eq!(
        shown["OS-KSCATALOG"][0]["RAX-AUTH:tenantAlias"],
        "%tenant_id%"
    );
    let unknown = cloud.send("GET", templates, "serviceid: nope\r\n", "");
    assert_eq!(
        unknown.fault(),
        "404 itemNotFound: Unable to find the requested API"
    );

    let urls = |cloud: &Cloud, user: &str| -> Vec<Value> {
        let access = cloud.authenticate(by_password(user, "password")).json()["access"].clone();
        let catalog = access["serviceCatalog"]
            .as_array()
            .expect("a catalog")
            .clone();
        let mut services = catalog
            .iter()
            .filter(|service| service["name"] == "autoscale");
        let service = services.next().expect("it is listed");
        let endpoints = service["endpoints"].as_array().expect("endpoints");
        endpoints
            .iter()
            .map(|endpoint| endpoint["publicURL"].clone())
            .collect()
    };
    assert!(urls(&cloud, "admin").is_empty(), "it is enabled for nobody");
    let endpoints = "/identity/v2.0/tenants/123456/OS-KSCATALOG/endpoints";
    assert_eq!(
        cloud.post(endpoints, &json!({})).fault(),
        "400 badRequest: Invalid Content. OS-KSCATALOG:endpointTemplate:id is required."
    );
    let wanted = json!({"OS-KSCATALOG:endpointTemplate": {"id": "t-1"}});
    assert_eq!(cloud.post(endpoints, &wanted).code, 201);
    assert_eq!(
        cloud.get(endpoints).json()["endpoints"][0]["publicURL"],
        template["publicURL"]
    );
    assert_eq!(
        urls(&cloud, "admin"),
        ["http://autoscale.example/v1.0/123456"]
    );
    assert!(urls(&cloud, "joe").is_empty(), "it is one tenant's");
    assert_eq!(cloud.delete(&format!("{endpoints}/t-1")).code, 204);
    assert_eq!(
        cloud.delete(&format!("{endpoints}/t-1")).fault(),
        "404 itemNotFound: Template not enabled for tenant"
    );

    let path = format!("{templates}/t-1");
    let mut enabled = template.clone();
    enabled["enabled"] = true.into();
    assert_eq!(cloud.write("PUT", &path, &enabled).code, 201);
    assert_eq!(urls(&cloud, "joe").len(), 1, "it is everybody's");
    enabled["id"] = "t-2".into();
    assert_eq!(
        cloud.write("PUT", &path, &enabled).fault(),
        "409 conflict: Template ID in URL does not match that of the JSON body"
    );
    assert_eq!(
        cloud
            .write("PUT", &format!("{templates}/t-2"), &enabled)
            .code,
        404
    );
    assert_eq!(
        cloud.delete(&format!("{services}/s-1")).fault(),
        "409 conflict: Service still has endpoint templates."
    );
    assert_eq!(cloud.delete(&path).code, 204);
    assert_eq!(
        cloud.delete(&path).fault(),
        "404 itemNotFound: Unable to locate an External API with the given Template ID."
    );
    assert_eq!(cloud.delete(&format!("{services}/s-1")).code, 204);
    assert_eq!(
        cloud.delete(&format!("{services}/s-1")).fault(),
        "404 itemNotFound: Service not found. Unable to remove."
    );
    cloud.token = String::new();
    assert_eq!(cloud.get(services).code, 401);
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
