use super::*;

fn services(cloud: &mut Cloud) -> Vec<Value> {
    let seen = cloud.get("/identity/v3/auth/catalog").json();
    seen["catalog"].as_array().cloned().unwrap_or_default()
}

#[test]
fn a_service_that_is_made_known_is_in_the_catalog() {
    let mut cloud = Cloud::of("admin");
    let service = cloud.make(
        "services",
        json!({"service": {"type": "dns", "name": "designate"}}),
    );
    let url = "http://dns/$(project_id)s";
    let said = json!({"service_id": service, "interface": "public", "url": url, "region": "R2"});
    let endpoint = cloud.make("endpoints", json!({ "endpoint": said }));
    let project = cloud
        .world
        .accounts
        .project_named("admin")
        .id
        .simple()
        .to_string();
    let dns = services(&mut cloud).pop().expect("a service");
    assert_eq!(dns["name"], "designate");
    assert_eq!(dns["endpoints"][0]["url"], format!("http://dns/{project}"));
    assert_eq!(dns["endpoints"][0]["region"], "R2");
    let path = format!("/identity/v3/endpoints/{endpoint}");
    assert_eq!(cloud.get(&path).json()["endpoint"]["url"], url);
    cloud.patch(&path, &json!({"endpoint": {"enabled": false}}));
    let dns = services(&mut cloud).pop().expect("a service");
    assert_eq!(dns["endpoints"], json!([]));
    cloud.delete(&format!("/identity/v3/services/{service}"));
    assert_eq!(cloud.get(&path).code(), 404);
}

#[test]
fn the_clouds_own_services_are_listed_with_the_address_that_the_client_knows() {
    let mut cloud = Cloud::of("admin");
    let listed = cloud.get("/identity/v3/services?type=compute").json();
    let id = listed["services"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let listed = cloud
        .get(&format!(
            "/identity/v3/endpoints?service_id={id}&interface=public"
        ))
        .json();
    assert_eq!(
        listed["endpoints"][0]["url"],
        "http://cloud:8900/compute/v2.1"
    );
    let said = json!({"service": {"enabled": false}});
    cloud.patch(&format!("/identity/v3/services/{id}"), &said);
    assert!(
        services(&mut cloud)
            .iter()
            .all(|service| service["type"] != "compute")
    );
}

#[test]
fn regions_stand_one_below_the_other() {
    let mut cloud = Cloud::of("admin");
    cloud.make("regions", json!({"region": {"id": "north"}}));
    cloud.make(
        "regions",
        json!({"region": {"id": "oslo", "parent_region_id": "north"}}),
    );
    let said = json!({"region": {"parent_region_id": "oslo"}});
    assert_eq!(
        cloud.patch("/identity/v3/regions/north", &said).told(),
        "The specified parent region north would create a circular region hierarchy."
    );
    assert_eq!(
        cloud
            .post("/identity/v3/regions", &json!({"region": {"id": "north"}}))
            .told(),
        "Conflict occurred attempting to store region - Duplicate ID, north.."
    );
    assert_eq!(cloud.delete("/identity/v3/regions/north").code(), 204);
    assert_eq!(cloud.get("/identity/v3/regions/oslo").code(), 404);
    assert_eq!(
        cloud.delete("/identity/v3/regions/RegionOne").told(),
        "Unable to delete region RegionOne because it or its child regions have associated endpoints."
    );
}

#[test]
fn limits_are_registered_before_projects_have_their_own() {
    let mut cloud = Cloud::of("admin");
    let service = cloud.make("services", json!({"service": {"type": "x"}}));
    let project = cloud
        .world
        .accounts
        .project_named("admin")
        .id
        .simple()
        .to_string();
    let own = json!({"limits": [{
        "service_id": service, "resource_name": "vm", "resource_limit": 9, "project_id": project,
    }]});
    assert_eq!(
        cloud.post("/identity/v3/limits", &own).told(),
        "Unable to create a limit that has no corresponding registered limit."
    );
    let registered = json!({"registered_limits": [{
        "service_id": service, "resource_name": "vm", "default_limit": 5,
    }]});
    let seen = cloud
        .post("/identity/v3/registered_limits", &registered)
        .json();
    let id = seen["registered_limits"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(cloud.post("/identity/v3/limits", &own).code(), 201);
    assert_eq!(cloud.post("/identity/v3/limits", &own).code(), 409);
    let path = format!("/identity/v3/registered_limits/{id}");
    assert_eq!(
        cloud.delete(&path).told(),
        format!(
            "Unable to update or delete registered limit {id} because there are project limits associated with it."
        )
    );
}

#[test]
fn regions_have_one_filter_only() {
    let mut cloud = Cloud::of("admin");
    cloud.make(
        "regions",
        json!({"region": {"id": "below", "parent_region_id": "RegionOne"}}),
    );
    let seen = cloud
        .get("/identity/v3/regions?parent_region_id=RegionOne")
        .json();
    assert_eq!(seen["regions"][0]["id"], "below");
    let seen = cloud.get("/identity/v3/regions?name=x");
    assert_eq!(
        (seen.code(), seen.told().as_str()),
        (
            400,
            "Additional properties are not allowed ('name' was unexpected)"
        )
    );
    assert_eq!(cloud.get("/identity/v3/services?nothing=x").code(), 200);
}
