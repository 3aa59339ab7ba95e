use super::*;

/// A cloud with its administrator logged in, a user `bob` who has nothing yet, and a project.
fn cloud_with_bob() -> (Cloud, String, String) {
    let mut cloud = Cloud::of("admin");
    let user = cloud.make("users", json!({"user": {"name": "bob", "password": "x"}}));
    let project = cloud.make("projects", json!({"project": {"name": "p"}}));
    (cloud, user, project)
}

fn roles_of(cloud: &mut Cloud, token: &str) -> Vec<String> {
    let token = cloud.token.replace(token.to_owned());
    let mut headers = cloud.headers(false);
    headers.insert("x-subject-token", headers["x-auth-token"].clone());
    let reply = cloud.answer(Request {
        method: http::Method::GET,
        region: None,
        path: TOKENS.to_owned(),
        query: String::new(),
        headers,
        body: Ok(Bytes::new()),
        is_trusted: false,
    });
    cloud.token = token;
    let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    let roles = body["token"]["roles"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let names = roles
        .iter()
        .map(|role| role["name"].as_str().unwrap_or_default().to_owned());
    names.collect()
}

#[test]
fn a_role_lets_a_user_in_and_its_loss_out() {
    let (mut cloud, user, id) = cloud_with_bob();
    let refused = cloud.authenticate(by_password("bob", "x", project(&id)));
    assert_eq!(refused.err().map(|seen| seen.code()), Some(401));
    let grant = |name: &str| {
        format!(
            "/identity/v3/projects/{id}/users/{user}/roles/{}",
            role(name)
        )
    };
    assert_eq!(cloud.put(&grant("member"), &json!({})).code(), 204);
    assert_eq!(cloud.send("HEAD", &grant("member"), None).code(), 204);
    let token = cloud.authenticate(by_password("bob", "x", project(&id)));
    let token = token.unwrap_or_else(|seen| panic!("{}", seen.text));
    assert_eq!(roles_of(&mut cloud, &token), ["member", "reader"]);
    // A token shows what its user may now, not what it was when it was made.
    cloud.put(&grant("manager"), &json!({}));
    assert_eq!(
        roles_of(&mut cloud, &token),
        ["member", "manager", "reader"]
    );
    assert_eq!(cloud.delete(&grant("manager")).code(), 204);
    assert_eq!(cloud.delete(&grant("member")).code(), 204);
    assert_eq!(
        cloud.delete(&grant("member")).told(),
        format!(
            "Could not find role assignment with role: {}, user or group: {user}, project, domain, or system: {id}.",
            role("member")
        )
    );
    cloud.token = Some(token);
    assert_eq!(cloud.get("/compute/v2.1/servers").code(), 401);
}

#[test]
fn an_administrator_by_role_is_one_to_all_services() {
    let (mut cloud, user, id) = cloud_with_bob();
    let grant = format!(
        "/identity/v3/projects/{id}/users/{user}/roles/{}",
        role("admin")
    );
    cloud.put(&grant, &json!({}));
    cloud.token = cloud
        .authenticate(by_password("bob", "x", project(&id)))
        .ok();
    assert_eq!(cloud.get("/identity/v3/users").code(), 200);
    assert_eq!(
        cloud
            .get("/compute/v2.1/servers/detail?all_tenants=1")
            .code(),
        200
    );
}

#[test]
fn roles_come_from_groups_from_above_and_on_the_system() {
    let (mut cloud, user, id) = cloud_with_bob();
    let group = cloud.make("groups", json!({"group": {"name": "team"}}));
    cloud.put(
        &format!("/identity/v3/groups/{group}/users/{user}"),
        &json!({}),
    );
    for grant in [
        format!("projects/{id}/groups/{group}/roles/{}", role("reader")),
        format!(
            "OS-INHERIT/domains/default/users/{user}/roles/{}/inherited_to_projects",
            role("member")
        ),
        format!("system/users/{user}/roles/{}", role("reader")),
    ] {
        assert_eq!(
            cloud
                .put(&format!("/identity/v3/{grant}"), &json!({}))
                .code(),
            204
        );
    }
    let mut roles = |scope: Value| {
        let token = cloud.authenticate(by_password("bob", "x", scope)).ok();
        token.map(|token| roles_of(&mut cloud, &token))
    };
    assert_eq!(
        roles(project(&id)),
        Some(vec!["member".to_owned(), "reader".to_owned()])
    );
    assert_eq!(
        roles(json!({"system": {"all": true}})),
        Some(vec!["reader".to_owned()])
    );
    assert_eq!(roles(json!({"domain": {"id": "default"}})), None);
    let listed = |cloud: &mut Cloud, query: &str| {
        let path = format!("/identity/v3/role_assignments?user.id={user}&{query}");
        cloud.get(&path).json()["role_assignments"].clone()
    };
    assert_eq!(listed(&mut cloud, "").as_array().map(Vec::len), Some(2));
    let seen = listed(
        &mut cloud,
        &format!("effective&scope.project.id={id}&role.id={}", role("reader")),
    );
    assert_eq!(seen.as_array().map(Vec::len), Some(2));
    assert_eq!(seen[1]["scope"]["OS-INHERIT:inherited_to"], "projects");
    let membership = format!("http://cloud:8900/identity/v3/groups/{group}/users/{user}");
    assert_eq!(seen[0]["links"]["membership"], *membership);
    let seen = listed(&mut cloud, "include_names&scope.system=all");
    assert_eq!(seen[0]["user"]["name"], "bob");
    assert_eq!(seen[0]["role"]["name"], "reader");
}

#[test]
fn roles_imply_others() {
    let (mut cloud, user, id) = cloud_with_bob();
    let chief = cloud.make("roles", json!({"role": {"name": "chief"}}));
    let path = format!("/identity/v3/roles/{chief}/implies/{}", role("member"));
    assert_eq!(cloud.put(&path, &json!({})).code(), 201);
    let seen = cloud.get(&path).json();
    assert_eq!(seen["role_inference"]["implies"]["name"], "member");
    cloud.put(
        &format!("/identity/v3/projects/{id}/users/{user}/roles/{chief}"),
        &json!({}),
    );
    let token = cloud.authenticate(by_password("bob", "x", project(&id)));
    let token = token.unwrap_or_else(|seen| panic!("{}", seen.text));
    assert_eq!(roles_of(&mut cloud, &token), ["chief", "member", "reader"]);
    cloud.delete(&path);
    assert_eq!(roles_of(&mut cloud, &token), ["chief"]);
    assert_eq!(
        cloud
            .put(
                &format!("/identity/v3/roles/{chief}/implies/{}", role("admin")),
                &json!({})
            )
            .told(),
        format!("{} cannot be an implied roles.", role("admin"))
    );
    assert_eq!(
        cloud
            .delete(&format!("/identity/v3/roles/{}", role("member")))
            .code(),
        403
    );
}
