//! What the controls are about, and who is known, in several regions.

use super::*;

#[tokio::test]
async fn the_controls_are_about_all_regions_or_the_one_that_is_named() {
    let cloud = Cloud::new("").await;
    for region in REGIONS {
        cloud.create(region, "web").await;
    }
    let status = |region: &'static str| {
        let path = format!("{region}/compute/v2.1/servers/detail");
        let cloud = &cloud;
        async move { cloud.get(&path).await["servers"][0]["status"].clone() }
    };
    let put = |region: &str, status: &str| {
        let path = format!("{region}/mimic/v2/servers/web");
        (path, json!({ "status": status }).to_string())
    };
    let (path, body) = put(EAST, "ERROR");
    cloud.room.done("PUT", &path, &body).await;
    assert_eq!(
        (status("").await, status(EAST).await),
        (json!("ACTIVE"), json!("ERROR"))
    );
    let (path, body) = put("", "SHUTOFF");
    let changed = cloud.room.done("PUT", &path, &body).await;
    assert_eq!(changed["servers"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (status("").await, status(EAST).await),
        (json!("SHUTOFF"), json!("SHUTOFF"))
    );
    let down = r#"{"host": "host-1", "change": "goes down"}"#;
    for (region, hosts) in [("", 2), (EAST, 1)] {
        let path = format!("{region}/mimic/v2/hosts");
        assert_eq!(cloud.room.done("POST", &path, down).await["hosts"], hosts);
    }
    let world = cloud.get(&format!("{EAST}/mimic/v2/world")).await;
    assert_eq!(world["servers"].as_array().map(Vec::len), Some(1));
    let world = cloud.get("/mimic/v2/status").await;
    assert_eq!(world["counts"]["servers"], 2);
}

#[tokio::test]
async fn a_behavior_of_the_original_is_for_the_region_of_its_address() {
    let cloud = Cloud::new("").await;
    let path = format!("{EAST}/mimic/v1.1/cloudServersBehavior/joe/behaviors/creation");
    let behavior =
        json!({"criteria": [], "name": "fail", "parameters": {"code": 503, "message": "no"}});
    let made = cloud.room.done("POST", &path, &behavior.to_string()).await;
    cloud.create("", "web").await;
    assert_eq!(cloud.try_to_create(EAST, "web").await.status, 503);
    let id = made["id"].as_str().expect("an id");
    let elsewhere = format!("/mimic/v1.1/cloudServersBehavior/joe/behaviors/creation/{id}");
    assert_eq!(cloud.room.ask("DELETE", &elsewhere, "").await.0, 404);
    cloud.room.done("DELETE", &format!("{path}/{id}"), "").await;
    let server = cloud.create(EAST, "web").await;
    let attributes = "/mimic/v1.1/cloudServersBehavior/joe/attributes";
    let status = json!({ "status": { server: "ERROR" } }).to_string();
    assert_eq!(cloud.room.ask("POST", attributes, &status).await.0, 400);
    cloud
        .room
        .done("POST", &format!("{EAST}{attributes}"), &status)
        .await;
}

#[tokio::test]
async fn a_token_is_good_everywhere_until_its_project_goes_and_reset_empties_all_regions() {
    let mut cloud = Cloud::new("expect nothing left").await;
    for region in REGIONS {
        cloud.create(region, "web").await;
    }
    let project = cloud.log_in("joe").await["project"]["id"].clone();
    let joe = cloud.token.clone();
    cloud.log_in("root").await;
    let path = format!("/identity/v3/projects/{}", project.as_str().expect("an id"));
    assert_eq!(cloud.ask("DELETE", &path, Value::Null).await.status, 204);
    cloud.token = joe;
    for region in REGIONS {
        let path = format!("{region}/compute/v2.1/servers");
        assert_eq!(cloud.ask("GET", &path, Value::Null).await.status, 401);
    }
    let left = cloud.get("/mimic/v2/expectations").await.to_string();
    assert_eq!(left.matches("server \\\"web\\\"").count(), 2, "{left}");
    cloud.room.done("POST", "/mimic/v2/world/reset", "").await;
    let world = cloud.get("/mimic/v2/world").await;
    assert_eq!(world["servers"], json!([]));
}
