use super::super::*;
use super::*;

#[test]
fn a_token_tells_who_where_and_what_there_is() {
    let mut cloud = Cloud::new();
    let scope = json!({"project": {"name": "demo", "domain": {"name": "Default"}}});
    let seen = cloud.post(TOKENS, &password_auth("joe", Some(scope)));
    assert_eq!(seen.status, StatusCode::CREATED);
    assert!(seen.header("x-subject-token").starts_with("gAAAAA"));
    assert_eq!(seen.header("vary"), "X-Auth-Token");
    let token = seen.json()["token"].clone();
    assert_eq!(token["methods"], json!(["password"]));
    assert_eq!(token["user"]["name"], "joe");
    assert_eq!(
        token["user"]["domain"],
        json!({"id": "default", "name": "Default"})
    );
    assert_eq!(token["project"]["name"], "demo");
    assert_eq!(token["issued_at"], "2001-09-09T01:46:40.000000Z");
    assert_eq!(token["expires_at"], "2001-09-09T02:46:40.000000Z");
    assert_eq!(token["roles"][0]["name"], "member");
    let urls: Vec<&Value> = token["catalog"]
        .as_array()
        .expect("a catalog")
        .iter()
        .map(|entry| &entry["endpoints"][0]["url"])
        .collect();
    assert_eq!(
        urls,
        [
            "http://cloud:8900/identity",
            "http://cloud:8900/compute/v2.1",
            "http://cloud:8900/image",
            "http://cloud:8900/network",
            "http://cloud:8900/volume/v3",
            "http://cloud:8900/volume/v3",
            "http://cloud:8900/placement"
        ]
    );
}

#[test]
fn no_scope_is_the_default_project_and_unscoped_is_none() {
    let mut cloud = Cloud::new();
    let seen = cloud.post(TOKENS, &password_auth("admin", None)).json();
    assert_eq!(seen["token"]["project"]["name"], "admin");
    let seen = cloud
        .post(TOKENS, &password_auth("joe", Some(json!("unscoped"))))
        .json();
    let keys: Vec<&String> = seen["token"].as_object().expect("a token").keys().collect();
    assert_eq!(
        keys,
        ["methods", "user", "audit_ids", "expires_at", "issued_at"]
    );
}

#[test]
fn a_token_gives_another_that_does_not_outlive_it() {
    let mut cloud = Cloud::of("joe");
    let token = cloud.token.clone();
    cloud.world.tick(Duration::from_secs(600));
    cloud.world.run_due(&[], &mut AllIsWell);
    let identity = json!({"methods": ["token"], "token": {"id": token}});
    let seen = cloud
        .post(
            TOKENS,
            &json!({"auth": {"identity": identity, "scope": "unscoped"}}),
        )
        .json();
    assert_eq!(seen["token"]["methods"], json!(["token", "password"]));
    assert_eq!(seen["token"]["audit_ids"].as_array().map(Vec::len), Some(2));
    assert_eq!(seen["token"]["expires_at"], "2001-09-09T02:46:40.000000Z");
}

#[test]
fn tokens_are_refused_when_expired_or_revoked() {
    let mut cloud = Cloud::of("joe");
    assert_eq!(cloud.get("/compute/v2.1/servers").status, StatusCode::OK);
    cloud.world.tick(Duration::from_secs(3601));
    cloud.world.run_due(&[], &mut AllIsWell);
    let seen = cloud.get("/compute/v2.1/servers");
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        seen.header("www-authenticate"),
        "Keystone uri=\"http://cloud:8900/identity\""
    );
    assert_eq!(seen.header("openstack-api-version"), "");
    let message = "The request you have made requires authentication.";
    assert_eq!(
        seen.json(),
        json!({"error": {"code": 401, "title": "Unauthorized", "message": message}})
    );

    let mut cloud = Cloud::of("admin");
    let mut headers = cloud.headers(false);
    let token = cloud.token.clone().expect("a token");
    headers.insert(
        "x-subject-token",
        HeaderValue::from_str(&token).expect("a value"),
    );
    let request = |method: http::Method| Request {
        method,
        region: None,
        path: TOKENS.to_owned(),
        query: String::new(),
        headers: headers.clone(),
        body: Ok(Bytes::new()),
        is_trusted: false,
    };
    assert_eq!(
        cloud.answer(request(http::Method::HEAD)).status,
        StatusCode::OK
    );
    assert_eq!(
        cloud.answer(request(http::Method::DELETE)).status,
        StatusCode::NO_CONTENT
    );
    let reply = cloud.answer(request(http::Method::GET));
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        reply.headers["www-authenticate"],
        "Keystone uri=\"http://cloud:8900/identity/v3\""
    );
}

#[test]
fn mistakes_are_told_in_keystones_words() {
    let mut cloud = Cloud::new();
    let mut told = |body: Value| {
        let seen = cloud.post(TOKENS, &body);
        let error = seen.json()["error"].clone();
        assert_eq!(error["code"], seen.status.as_u16());
        let message = error["message"].as_str().expect("a message").to_owned();
        let message = message
            .split(". The server could not comply")
            .next()
            .unwrap_or_default()
            .to_owned();
        (seen.status.as_u16(), message)
    };
    let refused = (
        401,
        "The request you have made requires authentication.".to_owned(),
    );
    let expecting = |what: &str| (400, format!("Expecting to find {what}"));
    let with = |user: Value| json!({"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}});
    let admin = |password: &str| json!({"name": "admin", "domain": {"id": "default"}, "password": password});
    assert_eq!(told(with(admin("wrong"))), refused);
    assert_eq!(
        told(with(json!({"id": "nobody", "password": "x"}))),
        refused
    );
    assert_eq!(told(json!({})), expecting("auth in request body"));
    assert_eq!(told(json!([])), expecting("valid JSON in request body"));
    assert_eq!(
        told(with(json!({"name": "joe", "password": "x"}))),
        expecting("domain in user")
    );
    assert_eq!(
        told(with(json!({}))).1,
        "Invalid input for field identity/password/user: id or name must be present."
    );
    assert_eq!(
        told(json!({"auth": {"identity": {"methods": ["password"]}}})),
        expecting("password in identity")
    );
    assert_eq!(
        told(json!({"auth": {}})).1,
        "'identity' is a required property"
    );
    assert_eq!(
        told(json!({"auth": {"identity": {"methods": ["magic"], "magic": {}}}})),
        (
            401,
            "Attempted to authenticate with an unsupported method.".to_owned()
        )
    );
    let domain = json!({"domain": {"id": "default"}});
    assert_eq!(told(password_auth("joe", Some(domain))), refused);
}

#[test]
fn only_admins_see_others() {
    let mut cloud = Cloud::of("joe");
    let seen = cloud.get("/identity/v3/projects");
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert_eq!(
        seen.json()["error"]["message"],
        "You are not authorized to perform the requested action: identity:list_projects."
    );
    let own = cloud.get("/identity/v3/auth/projects").json();
    assert_eq!(own["projects"][0]["name"], "joe");
    assert_eq!(
        own["links"]["self"],
        "http://cloud:8900/identity/v3/auth/projects"
    );
    cloud.log_in("admin");
    let seen = cloud.get("/identity/v3/users?name=joe").json();
    assert_eq!(seen["users"].as_array().map(Vec::len), Some(1));
    let seen = cloud.get("/identity/v3/users/nope");
    assert_eq!(
        seen.json()["error"]["message"],
        "Could not find user: nope."
    );
}

#[test]
fn a_scope_is_a_project_a_domain_or_the_system() {
    let mut cloud = Cloud::new();
    let mut token = |scope: Value| {
        cloud
            .post(TOKENS, &password_auth("admin", Some(scope)))
            .json()["token"]
            .clone()
    };
    let domain = token(json!({"domain": {"name": "Default"}}));
    assert_eq!(
        domain["domain"],
        json!({"id": "default", "name": "Default"})
    );
    assert_eq!(domain["project"], Value::Null);
    assert_eq!(
        token(json!({"system": {"all": true}}))["system"],
        json!({"all": true})
    );
    assert_eq!(token(json!({"unscoped": {}}))["roles"], Value::Null);
    let both = json!({"domain": {"id": "default"}, "system": {"all": true}});
    let seen = cloud.post(TOKENS, &password_auth("admin", Some(both)));
    assert!(
        seen.told()
            .starts_with("Expecting to find system, project, domain, OS-TRUST:trust or unscoped")
    );
    let seen = cloud.post(
        &format!("{TOKENS}?nocatalog"),
        &password_auth("admin", None),
    );
    assert_eq!(seen.json()["token"]["catalog"], Value::Null);
}

#[test]
fn an_open_door_lets_everybody_in_as_the_administrator() {
    let mut cloud =
        Cloud::with(|blueprint| blueprint.auth = crate::world::start::blueprint::Auth::Open);
    assert_eq!(cloud.get("/identity/v3/users").code(), 200);
    cloud.token = Some("anything".to_owned());
    assert_eq!(cloud.get("/compute/v2/123456/servers").code(), 200);
    assert!(
        cloud
            .world
            .accounts
            .projects()
            .any(|project| *project.name == *"123456")
    );
}

#[test]
fn an_open_account_has_the_projects_that_it_is_the_first_to_name() {
    let mut cloud = Cloud::of("joe");
    let scope = |name: &str| json!({"project": {"name": name, "domain": {"id": "default"}}});
    assert!(
        cloud
            .authenticate(by_password("joe", "x", scope("demo")))
            .is_ok()
    );
    assert!(
        cloud
            .authenticate(by_password("eve", "x", scope("demo")))
            .is_err()
    );
    let seen = cloud.get("/identity/v3/auth/projects").json();
    let names = seen["projects"].as_array().into_iter().flatten();
    assert_eq!(
        names.map(|project| &project["name"]).collect::<Vec<_>>(),
        ["joe", "demo"]
    );
}

#[test]
fn keystone_tells_what_a_token_has_lost() {
    let mut cloud = Cloud::of("admin");
    let project = cloud.make("projects", json!({"project": {"name": "team"}}));
    let user = cloud.make(
        "users",
        json!({"user": {"name": "bob", "password": "secret"}}),
    );
    let grant = format!(
        "/identity/v3/projects/{project}/users/{user}/roles/{}",
        role("member")
    );
    assert_eq!(cloud.send("PUT", &grant, None).code(), 204);
    let scope = super::project(&project);
    let token = cloud
        .authenticate(by_password("bob", "secret", scope))
        .unwrap_or_else(|seen| panic!("{}", seen.text));
    let mut is_told = |path: &str, body: Option<Value>, told: &str| {
        let path = format!("/identity/v3/{path}");
        let seen = match body {
            Some(body) => cloud.patch(&path, &body),
            None => cloud.delete(&path),
        };
        assert!(seen.status.is_success(), "{}", seen.text);
        let by_token = json!({"identity": {"methods": ["token"], "token": {"id": token}}});
        let refused = cloud.authenticate(by_token).err().map(|seen| seen.told());
        assert_eq!(refused.unwrap_or_default(), told);
        let admin = cloud.token.replace(token.clone());
        let seen = cloud.get("/identity/v3/auth/projects");
        let compute = cloud.get("/compute/v2.1/servers").code();
        cloud.token = admin;
        match told {
            "" => assert_eq!((seen.code(), compute), (200, 200)),
            told => assert_eq!(
                (seen.code(), seen.told().as_str(), compute),
                (404, told, 401)
            ),
        }
    };
    let project_at = format!("projects/{project}");
    let enabled = |is: bool| Some(json!({"project": {"enabled": is}}));
    let disabled = format!("Unable to validate token because project {project} is disabled");
    is_told(&project_at, enabled(false), &disabled);
    is_told(&project_at, enabled(true), "");
    is_told(
        &format!("users/{user}"),
        None,
        &format!("Could not find user: {user}."),
    );
    is_told(
        &project_at,
        None,
        &format!("Could not find project: {project}."),
    );
}
