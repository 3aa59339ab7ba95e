//! Behaviors that are registered.

use super::*;

#[test]
fn each_behavior_of_creation() {
    let cloud = Cloud::start();
    let failure = json!({"code": 503, "message": "no", "type": "outOfOrder"});
    let body = json!({"outOfOrder": {"code": 503, "message": "no"}});
    cloud.to_servers("fail", "fail", &failure);
    assert_eq!(cloud.try_server("failing", &json!({})), (503, body.clone()));
    assert!(cloud.server_names().is_empty());

    cloud.to_servers("ghost", "false-negative", &failure);
    assert_eq!(cloud.try_server("ghost", &json!({})), (503, body));
    assert_eq!(cloud.server_names(), ["ghost"]);

    cloud.to_servers("slow", "build", &json!({"duration": 30.0}));
    let slow = cloud.server("slow", &json!({}));
    cloud.to_servers("bad", "error", &json!({}));
    let bad = cloud.server("bad", &json!({}));
    cloud.to_servers("fading", "active-then-error", &json!({"duration": "20"}));
    let fading = cloud.server("fading", &json!({}));
    let statuses = || [&slow, &bad, &fading].map(|id| cloud.server_status(id));
    assert_eq!(statuses(), ["BUILD", "ERROR", "ACTIVE"]);
    cloud.tick(19.5);
    assert_eq!(statuses(), ["BUILD", "ERROR", "ACTIVE"]);
    cloud.tick(0.5);
    assert_eq!(statuses(), ["BUILD", "ERROR", "ERROR"]);
    cloud.tick(10.0);
    assert_eq!(statuses(), ["ACTIVE", "ERROR", "ERROR"]);
}

#[test]
fn criteria_all_have_to_match_from_the_start_of_a_text() {
    let cloud = Cloud::start();
    let criteria = json!([{"server_name": "web|app"}, {"metadata": {"role": "d.$", "tier": ".*"}}]);
    let body = json!({"criteria": criteria, "name": "fail", "parameters": {}});
    let behavior = cloud.register(&cloud.creation(), &body);
    let role = |role: &str| json!({ "role": role });
    assert_eq!(cloud.try_server("app-1", &role("db")).0, 500);
    for (name, metadata) in [
        ("my-web", role("db")),
        ("my-app", role("db")),
        ("web-1", role("dbx")),
        ("web-1", json!({})),
    ] {
        assert_eq!(
            cloud.try_server(name, &metadata).0,
            202,
            "{name} {metadata}"
        );
    }
    assert_eq!(cloud.ask("DELETE", &behavior, &NONE).0, 204);
    assert_eq!(cloud.try_server("app-1", &role("db")).0, 202);
    assert_eq!(cloud.ask("DELETE", &behavior, &NONE).0, 404);
    let unknown = format!("{}/not-a-uuid", cloud.creation());
    assert_eq!(cloud.ask("DELETE", &unknown, &NONE).0, 404);
}

#[test]
fn the_first_registered_behavior_wins_and_is_of_its_tenant_only() {
    let cloud = Cloud::start();
    let other = "/mimic/v1.1/cloudServersBehavior/somebody-else/behaviors/creation";
    let fail = |code: u16| json!({"criteria": [], "name": "fail", "parameters": {"code": code}});
    cloud.register(other, &fail(599));
    assert_eq!(cloud.try_server("web", &json!({})).0, 202);
    let first = cloud.register(&cloud.creation(), &fail(501));
    cloud.to_servers("web", "fail", &json!({"code": 502}));
    assert_eq!(cloud.try_server("web", &json!({})).0, 501);
    assert_eq!(cloud.ask("DELETE", &first, &NONE).0, 204);
    assert_eq!(cloud.try_server("web", &json!({})).0, 502);
}

#[test]
fn sequences_cycle_whatever_each_of_their_items_does() {
    let cloud = Cloud::start();
    let items = json!([
        {"name": "fail", "parameters": {"code": 503}},
        {"name": "error", "parameters": {}},
        {"name": "build", "parameters": {"duration": 10}},
        {"name": "default"},
    ]);
    cloud.to_servers("web", "sequence", &json!({ "behaviors": items }));
    for _ in 0..2 {
        assert_eq!(cloud.try_server("web", &json!({})).0, 503);
        let ids = ["1", "2", "3"].map(|_| cloud.server("web", &json!({})));
        let statuses = || [0, 1, 2].map(|n| cloud.server_status(&ids[n]));
        assert_eq!(statuses(), ["ERROR", "BUILD", "ACTIVE"]);
        cloud.tick(10.0);
        assert_eq!(statuses(), ["ERROR", "ACTIVE", "ACTIVE"]);
    }
}

#[test]
fn presets_beat_behaviors_and_a_mock_of_higher_priority_beats_both() {
    let scenario =
        r#"mock compute.create_server where server.name == "king" priority 1 { fail 507 }"#;
    let cloud = Cloud::with("", scenario);
    cloud.to_servers(".*", "fail", &json!({"code": 501}));
    let preset = json!({"server_building": "5"});
    assert_eq!(cloud.try_server("web", &json!({})).0, 501);
    assert_eq!(cloud.try_server("web", &preset).0, 202);
    // Registered later, still beaten.
    cloud.to_servers("web", "fail", &json!({"code": 502}));
    assert_eq!(cloud.try_server("web", &preset).0, 202);
    assert_eq!(cloud.try_server("king", &preset).0, 507);
}

#[test]
fn logins_behave_as_registered() {
    let cloud = Cloud::start();
    let path = "/mimic/v1.1/IdentityControlAPI/behaviors/auth";
    let fail = json!({"name": "fail", "parameters": {}});
    let items = json!([fail, {"name": "default"}]);
    let behavior = cloud.register(
        path,
        &json!({
            "criteria": [{"username": "adm"}, {"tenant_id": "shop"}],
            "name": "sequence", "parameters": {"behaviors": items},
        }),
    );
    let usual = "Unable to authenticate user with credentials provided.";
    let refusal = json!({"unauthorized": {"code": 401, "message": usual}});
    for _ in 0..2 {
        assert_eq!(cloud.login("shop-1"), (401, refusal.clone()));
        assert_eq!(cloud.login("shop-1").0, 200);
        assert_eq!(cloud.login("admin").0, 200);
    }
    assert_eq!(cloud.ask("DELETE", &behavior, &NONE).0, 204);
    assert_eq!(cloud.login("shop-1").0, 200);
    let refused = json!({
        "criteria": [{"username": "admin$"}], "name": "fail",
        "parameters": {"code": 500, "message": "down", "type": "identityFault"},
    });
    cloud.register(path, &refused);
    let down = json!({"identityFault": {"code": 500, "message": "down"}});
    assert_eq!(cloud.login("admin"), (500, down));
}

/// Bug 8: a login without a tenant met a criterion for tenants with a page that said 500.
#[test]
fn the_original_broke_on_logins_without_a_tenant() {
    let cloud = Cloud::start();
    let body = json!({"criteria": [{"tenant_id": ".*"}], "name": "fail", "parameters": {}});
    cloud.register("/mimic/v1.1/IdentityControlAPI/behaviors/auth", &body);
    let who = json!({"username": "admin", "password": "password"});
    let login = json!({"auth": {"passwordCredentials": who}});
    assert_eq!(cloud.ask("POST", "/identity/v2.0/tokens", &login).0, 200);
    assert_eq!(cloud.login("admin").0, 401);
}

/// Bug 8 and section 10.2: an empty sequence was taken and broke when it was used; the others broke at once.
#[test]
fn the_original_took_behaviors_that_make_no_sense() {
    let cloud = Cloud::start();
    let path = cloud.creation();
    for body in [
        "[]",
        "{",
        "1",
        "{}",
        r#"{"criteria": [], "name": "fail"}"#,
        r#"{"criteria": [], "name": "fail", "parameters": null}"#,
        r#"{"criteria": {"server_name": "a"}, "name": "fail", "parameters": {}}"#,
        r#"{"criteria": [{"server_name": "("}], "name": "fail", "parameters": {}}"#,
        r#"{"criteria": [{"colour": "red"}], "name": "fail", "parameters": {}}"#,
        r#"{"criteria": [], "name": "explode", "parameters": {}}"#,
        r#"{"criteria": [], "name": "build", "parameters": {}}"#,
        r#"{"criteria": [], "name": "sequence", "parameters": {"behaviors": []}}"#,
    ] {
        let (status, told) = cloud.send("POST", &path, body);
        assert_eq!(
            (status, told["error"]["message"].is_string()),
            (400, true),
            "{body}: {told}"
        );
    }
    assert_eq!(cloud.mocks(), []);
}

#[test]
fn the_catalog_of_rackspace_leads_to_the_control_apis() {
    let cloud = Cloud::of_rackspace();
    let (_, login) = cloud.login("123456");
    let catalog = login["access"]["serviceCatalog"].as_array();
    let path_of = |name: &str| {
        let mut entries = catalog.expect("a catalog").iter();
        let entry = entries.find(|entry| entry["name"] == name);
        let url = text(&entry.expect(name)["endpoints"][0]["publicURL"]);
        let path = url.splitn(4, '/').last();
        format!("/{}", path.expect("a path"))
    };
    let behaviors = format!("{}/behaviors/creation", path_of("cloudServersBehavior"));
    let fail = json!({"criteria": [], "name": "fail", "parameters": {"code": 507}});
    cloud.register(&behaviors, &fail);
    let image = text(
        &cloud.get("/image/v2/images?name=Ubuntu%2014.04%20LTS%20(Trusty%20Tahr)%20(PVHVM)")["images"]
            [0]["id"],
    );
    let server = json!({"name": "web", "imageRef": image, "flavorRef": "8"});
    let body = json!({ "server": server });
    assert_eq!(
        cloud
            .ask(
                "POST",
                &format!("{}/servers", path_of("cloudServersOpenStack")),
                &body
            )
            .0,
        507
    );
    let balancer = cloud.balancer(&[]);
    let control = path_of("cloudLoadBalancerControl");
    let path = format!("{control}/loadbalancer/{balancer}/attributes");
    assert_eq!(
        cloud.ask("PATCH", &path, &json!({"status": "ERROR"})).0,
        204
    );
    assert_eq!(cloud.balancer_status(&balancer), "ERROR");
}

#[test]
fn impersonations_behave_as_registered() {
    let cloud = Cloud::of_rackspace();
    let impersonate = || {
        let body = json!({"RAX-AUTH:impersonation": {"user": {"username": "ann"}}});
        cloud.ask(
            "POST",
            "/identity/v2.0/RAX-AUTH/impersonation-tokens",
            &body,
        )
    };
    let body =
        json!({"criteria": [{"username": "ann"}], "name": "fail", "parameters": {"code": 403}});
    cloud.register("/mimic/v1.1/IdentityControlAPI/behaviors/auth", &body);
    let (status, told) = impersonate();
    assert_eq!((status, &told["unauthorized"]["code"]), (403, &json!(403)));
}
