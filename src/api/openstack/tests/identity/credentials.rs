use super::*;

/// A cloud with somebody logged in, and where their application credentials are.
fn cloud_of_joe() -> (Cloud, String) {
    let mut cloud = Cloud::of("joe");
    let id = cloud.world.accounts.user_named("joe").id.simple();
    (cloud, format!("users/{id}/application_credentials"))
}

fn by_secret(id: &str, secret: &str) -> Value {
    let proof = json!({"id": id, "secret": secret});
    let methods = json!(["application_credential"]);
    json!({"identity": {"methods": methods, "application_credential": proof}})
}

#[test]
fn an_application_credential_logs_in_with_what_it_was_given() {
    let (mut cloud, path) = cloud_of_joe();
    let said = json!({"name": "robot", "secret": "s", "roles": [{"name": "reader"}]});
    let id = cloud.make(&path, json!({ "application_credential": said }));
    let seen = cloud
        .post(TOKENS, &json!({"auth": by_secret(&id, "s")}))
        .json();
    let token = &seen["token"];
    assert_eq!(token["methods"], json!(["application_credential"]));
    assert_eq!(token["roles"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        token["application_credential"],
        json!({"id": id, "name": "robot", "restricted": true})
    );
    assert!(cloud.authenticate(by_secret(&id, "wrong")).is_err());
    let mut scoped = by_secret(&id, "s");
    scoped["scope"] = json!("unscoped");
    let refused = cloud.authenticate(scoped).expect_err("a scope").json();
    assert_eq!(refused["error"]["identity"], json!({}));
    // It makes no others, and goes with what it rests on.
    let robot = cloud.authenticate(by_secret(&id, "s"));
    let joe = std::mem::replace(&mut cloud.token, robot.ok());
    let another = json!({"application_credential": {"name": "another"}});
    let seen = cloud.post(&format!("/identity/v3/{path}"), &another);
    assert!(
        seen.told()
            .contains("not allowed for managing additional application credentials")
    );
    let robot = std::mem::replace(&mut cloud.token, joe);
    assert_eq!(
        cloud.delete(&format!("/identity/v3/{path}/{id}")).code(),
        204
    );
    cloud.token = robot;
    assert_eq!(cloud.get("/compute/v2.1/servers").code(), 401);
}

#[test]
fn an_application_credential_expires() {
    let (mut cloud, path) = cloud_of_joe();
    let past = json!({"name": "robot", "expires_at": "2001-01-01T00:00:00Z"});
    let seen = cloud.post(
        &format!("/identity/v3/{path}"),
        &json!({"application_credential": past}),
    );
    assert!(
        seen.told()
            .starts_with("The 'expires_at' must not be before now.")
    );
    let soon = json!({"name": "robot", "secret": "s", "expires_at": "2001-09-09T02:00:00Z"});
    let id = cloud.make(&path, json!({"application_credential": soon}));
    let seen = cloud
        .post(TOKENS, &json!({"auth": by_secret(&id, "s")}))
        .json();
    assert_eq!(seen["token"]["expires_at"], "2001-09-09T02:00:00.000000Z");
    cloud.world.tick(Duration::from_secs(3600));
    cloud.world.run_due(&[], &mut AllIsWell);
    assert!(cloud.authenticate(by_secret(&id, "s")).is_err());
}

#[test]
fn access_rules_say_what_alone_may_be_called() {
    let (mut cloud, path) = cloud_of_joe();
    let rule = json!({"service": "compute", "method": "GET", "path": "/v2.1/servers/{id}"});
    let said = json!({"name": "robot", "secret": "s", "access_rules": [rule]});
    let id = cloud.make(&path, json!({ "application_credential": said }));
    let server = cloud.create("web-1");
    cloud.token = cloud.authenticate(by_secret(&id, "s")).ok();
    assert_eq!(
        cloud.get(&format!("/compute/v2.1/servers/{server}")).code(),
        200
    );
    assert_eq!(cloud.get("/compute/v2.1/servers").code(), 401);
    assert_eq!(
        cloud
            .delete(&format!("/compute/v2.1/servers/{server}"))
            .code(),
        401
    );
}

#[test]
fn a_trustee_acts_with_the_roles_that_the_trustor_lets_it_use() {
    let mut cloud = Cloud::of("joe");
    let id = |cloud: &mut Cloud, name: &str| {
        cloud
            .world
            .accounts
            .user_named(name)
            .id
            .simple()
            .to_string()
    };
    let (joe, eve) = (id(&mut cloud, "joe"), id(&mut cloud, "eve"));
    let project = cloud
        .world
        .accounts
        .project_named("joe")
        .id
        .simple()
        .to_string();
    let said = json!({
        "trustor_user_id": joe, "trustee_user_id": eve, "project_id": project, "impersonation": true,
        "roles": [{"name": "reader"}], "remaining_uses": 1,
    });
    let trust = cloud.make("OS-TRUST/trusts", json!({ "trust": said }));
    let auth = by_password("eve", "x", json!({"OS-TRUST:trust": {"id": trust}}));
    let seen = cloud.post(TOKENS, &json!({ "auth": auth })).json();
    assert_eq!(seen["token"]["user"]["name"], "joe");
    assert_eq!(seen["token"]["roles"][0]["name"], "reader");
    assert_eq!(seen["token"]["OS-TRUST:trust"]["trustee_user"]["id"], *eve);
    assert_eq!(
        cloud.authenticate(auth).err().map(|seen| seen.code()),
        Some(401)
    );
}

#[test]
fn credentials_are_kept_for_their_owner() {
    let mut cloud = Cloud::of("joe");
    let joe = cloud
        .world
        .accounts
        .user_named("joe")
        .id
        .simple()
        .to_string();
    let said = json!({"type": "cert", "blob": "x", "user_id": joe});
    let id = cloud.make("credentials", json!({ "credential": said }));
    let project = cloud
        .world
        .accounts
        .project_named("joe")
        .id
        .simple()
        .to_string();
    let path = format!("/identity/v3/users/{joe}/credentials/OS-EC2");
    let seen = cloud.post(&path, &json!({"tenant_id": project})).json();
    let access = seen["credential"]["access"]
        .as_str()
        .expect("a key")
        .to_owned();
    assert_eq!(
        cloud.get(&format!("{path}/{access}")).json()["credential"]["tenant_id"],
        *project
    );
    let seen = cloud.get("/identity/v3/credentials").json();
    assert_eq!(seen["credentials"].as_array().map(Vec::len), Some(2));
    cloud.log_in("eve");
    assert_eq!(
        cloud.get(&format!("/identity/v3/credentials/{id}")).code(),
        403
    );
    assert_eq!(
        cloud.get("/identity/v3/credentials").json()["credentials"],
        json!([])
    );
}

#[test]
fn only_the_blob_of_a_credential_changes() {
    let mut cloud = Cloud::of("admin");
    let user = cloud
        .world
        .accounts
        .user_named("admin")
        .id
        .simple()
        .to_string();
    let said = json!({"type": "cert", "blob": "{}", "user_id": user, "more": "x"});
    let id = cloud.make("credentials", json!({ "credential": said }));
    let path = format!("/identity/v3/credentials/{id}");
    let mut told = |said: Value| {
        let seen = cloud.patch(&path, &json!({ "credential": said }));
        if seen.code() == 200 {
            seen.json()["credential"]["blob"].to_string()
        } else {
            seen.told()
        }
    };
    assert_eq!(told(json!({"blob": "{ }"})), "\"{ }\"");
    assert!(told(json!({"enabled": false})).ends_with("('enabled' was unexpected)"));
    assert!(told(json!({"blob": "{}", "type": "ec2"})).ends_with("('type' was unexpected)"));
    assert!(told(json!({})).ends_with("'blob' is a required property"));
}
