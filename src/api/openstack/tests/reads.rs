use super::*;

#[test]
fn version_documents_answer_anybody_with_the_clients_host() {
    let mut cloud = Cloud::new();
    let seen = cloud.get("/identity");
    assert_eq!(seen.status, StatusCode::MULTIPLE_CHOICES);
    assert_eq!(seen.header("location"), "http://cloud:8900/identity/v3/");
    assert_eq!(
        seen.json()["versions"]["values"][0]["links"][0]["href"],
        "http://cloud:8900/identity/v3/"
    );
    assert_eq!(cloud.get("/identity/v3/").json()["version"]["id"], "v3.14");
    for path in ["/compute", "/compute/"] {
        let versions = cloud.get(path).json()["versions"].clone();
        assert_eq!(
            (&versions[1]["min_version"], &versions[1]["version"]),
            (&json!("2.1"), &json!("2.100"))
        );
    }
    let seen = cloud.get("/compute/v2.1/");
    assert_eq!(
        seen.json()["version"]["links"][0]["href"],
        "http://cloud:8900/compute/v2.1/"
    );
    assert_eq!(seen.header("openstack-api-version"), "compute 2.1");
    assert_eq!(cloud.get("/compute/v2").json()["version"]["id"], "v2.0");
    assert_eq!(cloud.get("/image").status, StatusCode::MULTIPLE_CHOICES);
    assert_eq!(cloud.get("/image/versions").status, StatusCode::OK);
    assert_eq!(cloud.get("/network/").json()["versions"][0]["id"], "v2.0");
}

#[test]
fn flavors_are_shown_as_their_version_has_them() {
    let mut cloud = Cloud::of("demo");
    let seen = cloud.get("/compute/v2.1/flavors?limit=1").json();
    assert_eq!(seen["flavors"][0]["name"], "m1.tiny");
    assert_eq!(
        seen["flavors_links"][0]["href"],
        "http://cloud:8900/compute/v2.1/flavors?limit=1&marker=1"
    );
    let seen = cloud.get("/compute/v2.1/flavors/1").json()["flavor"].clone();
    assert_eq!((&seen["ram"], &seen["swap"]), (&json!(512), &json!("")));
    assert!(seen.get("description").is_none());
    let seen = cloud.at(75).get("/compute/v2.1/flavors/1").json()["flavor"].clone();
    assert_eq!(
        (&seen["swap"], &seen["extra_specs"]),
        (&json!(0), &json!({}))
    );
    let told = cloud
        .get("/compute/v2.1/flavors/m1.tiny")
        .fault("itemNotFound");
    assert_eq!(told, "Flavor m1.tiny could not be found.");
}

#[test]
fn zones_are_the_topologys() {
    let mut cloud = Cloud::of("demo");
    let seen = cloud.get("/compute/v2.1/os-availability-zone").json();
    let zone = json!({"zoneName": "zone-1", "zoneState": {"available": true}, "hosts": null});
    assert_eq!(seen, json!({"availabilityZoneInfo": [zone]}));
    let told = cloud
        .get("/compute/v2.1/os-availability-zone/detail")
        .fault("forbidden");
    assert_eq!(
        told,
        "Policy doesn't allow os_compute_api:os-availability-zone:detail to be performed."
    );
    cloud.log_in("admin");
    let seen = cloud
        .get("/compute/v2.1/os-availability-zone/detail")
        .json();
    assert_eq!(
        seen["availabilityZoneInfo"][1]["hosts"]["host-1"]["nova-compute"]["available"],
        true
    );
    let internal = &seen["availabilityZoneInfo"][0];
    assert_eq!(internal["zoneName"], "internal");
    assert_eq!(
        internal["hosts"]["controller"]["nova-scheduler"]["active"],
        true
    );
}

#[test]
fn images_are_found_by_name_and_by_ids() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.image();
    let seen = cloud.get("/image/v2/images?name=cirros&limit=1").json();
    assert_eq!(seen["images"][0]["id"], id.to_string());
    assert_eq!(seen["first"], "/v2/images?name=cirros&limit=1");
    assert_eq!(
        seen["next"],
        format!("/v2/images?limit=1&name=cirros&marker={id}")
    );
    let seen = cloud.get(&format!("/image/v2/images?id=in:{id},x")).json();
    assert_eq!(seen["images"].as_array().map(Vec::len), Some(1));
    assert!(seen.get("next").is_none());
    assert_eq!(
        cloud.get("/image/v2/images?name=none").json()["images"],
        json!([])
    );
    assert_eq!(
        cloud.get(&format!("/image/v2/images/{id}")).json()["status"],
        "active"
    );
    assert_eq!(
        cloud.get("/compute/v2.1/images/detail").json()["images"][0]["status"],
        "ACTIVE"
    );
    assert_eq!(
        cloud.at(36).get("/compute/v2.1/images").status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn networks_know_their_ports() {
    let mut cloud = Cloud::of("demo");
    let server = cloud.create("web-1");
    let network = cloud.get("/network/v2.0/networks?name=private").json()["networks"][0].clone();
    let subnet = cloud.get("/network/v2.0/subnets.json").json()["subnets"][0].clone();
    assert_eq!(network["subnets"][0], subnet["id"]);
    assert_eq!(
        subnet["allocation_pools"],
        json!([{"start": "10.0.0.2", "end": "10.0.0.254"}])
    );
    let ports = cloud
        .get(&format!("/network/v2.0/ports?device_id={server}"))
        .json();
    assert_eq!(ports["ports"][0]["fixed_ips"][0]["ip_address"], "10.0.0.2");
    let fields = cloud.get("/network/v2.0/ports?fields=status").json();
    assert_eq!(fields, json!({"ports": [{"status": "ACTIVE"}]}));
    assert_eq!(
        cloud.get("/network/v2.0/ports?status=DOWN").json(),
        json!({"ports": []})
    );
    let groups = cloud.get("/network/v2.0/security-groups").json();
    assert_eq!(groups["security_groups"].as_array().map(Vec::len), Some(1));
    let seen = cloud.get("/network/v2.0/networks/nope");
    let fault = json!({"type": "NetworkNotFound", "message": "Network nope could not be found.", "detail": ""});
    assert_eq!(
        (seen.status, seen.json()),
        (StatusCode::NOT_FOUND, json!({ "NeutronError": fault }))
    );
}
