//! What the control APIs put servers, nodes and the clock into.

use super::*;

#[test]
fn servers_are_put_into_statuses_all_or_none() {
    let cloud = Cloud::start();
    let ids = ["a", "b"].map(|name| cloud.server(name, &json!({"server_building": 60})));
    let path = format!(
        "/mimic/v1.1/cloudServersBehavior/{}/attributes/",
        cloud.tenant
    );
    let set = |statuses: Value| cloud.ask("POST", &path, &json!({ "status": statuses })).0;
    assert_eq!(set(json!({&ids[0]: "ERROR", "nobody": "ACTIVE"})), 400);
    assert_eq!(set(json!({&ids[0]: "ERROR", &ids[1]: "CONFUSED"})), 400);
    assert_eq!(cloud.server_status(&ids[0]), "BUILD");
    assert_eq!(set(json!({&ids[0]: "ERROR", &ids[1]: "ACTIVE"})), 201);
    assert_eq!(cloud.server_status(&ids[0]), "ERROR");
    assert_eq!(cloud.server_status(&ids[1]), "ACTIVE");
    // What was under way does not overwrite it.
    cloud.tick(60.0);
    assert_eq!(cloud.server_status(&ids[0]), "ERROR");
    for body in ["{}", "{", "[]", r#"{"status": "ERROR"}"#] {
        assert_eq!(cloud.send("POST", &path, body).0, 400, "{body}");
    }
    let other = "/mimic/v1.1/cloudServersBehavior/nobody/attributes";
    let body = json!({"status": {&ids[0]: "ACTIVE"}});
    assert_eq!(cloud.ask("POST", other, &body).0, 400);
}

/// Bug 3: such a balancer could not be deleted, since it was "not found"; and it had two ways to write a status.
#[test]
fn the_original_denied_balancers_that_were_put_into_a_status() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[("lb_building", json!(30))]);
    let path = format!(
        "/mimic/v1.1/cloudLoadBalancerControl/{}/loadbalancer/{id}/attributes",
        cloud.tenant
    );
    let set = |body: Value| cloud.ask("PATCH", &path, &body);
    assert_ne!(cloud.delete_balancer(&id), 404, "while it is in BUILD");
    for status in ["ERROR", "PENDING_UPDATE", "PENDING_DELETE", "ACTIVE"] {
        assert_eq!(set(json!({ "status": status })).0, 204);
        assert_eq!(cloud.balancer_status(&id), status);
        cloud.tick(60.0);
        assert_eq!(cloud.balancer_status(&id), status, "it stays so");
        if status.starts_with("PENDING") {
            assert_ne!(cloud.delete_balancer(&id), 404, "{status}");
        }
    }
    for (body, message) in [
        (
            json!({"status": "TIRED"}),
            "Unsupported status TIRED not one of ['ACTIVE', 'ERROR'",
        ),
        (json!({"name": "x"}), "Attempt to alter a bad attribute"),
        (json!({}), "Attempt to alter a bad attribute"),
    ] {
        let (status, told) = set(body);
        let said = text(&told["error"]["message"]);
        assert!(status == 400 && said.starts_with(message), "{said}");
    }
    let missing = path.replace(&format!("/{id}/"), "/77/");
    let (status, told) = cloud.ask("PATCH", &missing, &json!({"status": "ERROR"}));
    let message = format!("Tenant {} doesn't own load balancer 77", cloud.tenant);
    assert_eq!((status, text(&told["error"]["message"])), (404, message));
    assert_eq!(cloud.send("PATCH", &path, "{").0, 400);
    assert_eq!(cloud.delete_balancer(&id), 202);
}

#[test]
fn nodes_are_put_online_and_offline() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[]);
    let control = format!("/mimic/v1.1/cloudLoadBalancerControl/{}", cloud.tenant);
    let path = format!("{control}/loadbalancers/{id}/nodes/1/status");
    let node = cloud.balancing(&format!("/loadbalancers/{id}/nodes/1"));
    for status in ["OFFLINE", "ONLINE"] {
        assert_eq!(cloud.ask("PUT", &path, &json!({ "status": status })).0, 200);
        assert_eq!(cloud.get(&node)["node"]["status"], status);
    }
    for body in ["{}", "[]", "{", r#"{"status": "ASLEEP"}"#] {
        assert_eq!(cloud.send("PUT", &path, body).0, 400, "{body}");
    }
    for missing in [
        path.replace("/nodes/1/", "/nodes/9/"),
        path.replace(&format!("/{id}/"), "/9/"),
    ] {
        assert_eq!(
            cloud.ask("PUT", &missing, &json!({"status": "ONLINE"})).0,
            404
        );
    }
}

/// Bug 17: its clock could be turned back. Section 10.2: other amounts were a page that said 500.
#[test]
fn the_original_let_time_run_backwards() {
    let cloud = Cloud::start();
    let (status, told) = cloud.send("POST", "/mimic/v1.1/tick", r#"{"amount": 1.5}"#);
    assert_eq!((status, &told["advanced"]), (200, &json!(1.5)));
    assert!(text(&told["now"]).ends_with(".500000Z"), "{told}");
    for body in [r#"{"amount": -1}"#, r#"{"amount": "1"}"#, "{}", "[]", "{"] {
        assert_eq!(
            cloud.send("POST", "/mimic/v1.1/tick", body).0,
            400,
            "{body}"
        );
    }
}
