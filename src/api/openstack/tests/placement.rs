use super::*;

const BASE: &str = "/placement";

/// A cloud with an admin, who asks for a microversion of Placement's.
fn cloud(minor: u32) -> Cloud {
    let mut cloud = Cloud::of("admin");
    cloud.placement = Some(format!("placement 1.{minor}"));
    cloud
}

fn get(cloud: &mut Cloud, path: &str) -> Value {
    let seen = cloud.get(&format!("{BASE}{path}"));
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    seen.json()
}

fn error(seen: &Seen) -> Value {
    seen.json()["errors"][0].clone()
}

fn host(cloud: &mut Cloud) -> String {
    let all = get(cloud, "/resource_providers?name=host-1");
    let id = all["resource_providers"][0]["uuid"].as_str();
    id.expect("an id").to_owned()
}

#[test]
fn hosts_provide_and_servers_take() {
    let mut cloud = cloud(39);
    let server = cloud.create("web-1");
    let host = host(&mut cloud);
    let path = format!("/resource_providers/{host}");
    let inventories = get(&mut cloud, &format!("{path}/inventories"));
    assert_eq!(inventories["inventories"]["VCPU"]["allocation_ratio"], 16.0);
    let usages = get(&mut cloud, &format!("{path}/usages"));
    assert_eq!(
        usages["usages"],
        json!({"DISK_GB": 1, "MEMORY_MB": 512, "VCPU": 1})
    );
    let taken = get(&mut cloud, &format!("/allocations/{server}"));
    assert_eq!(
        taken["allocations"][&host]["resources"],
        json!({"DISK_GB": 1, "MEMORY_MB": 512, "VCPU": 1})
    );
    assert_eq!(taken["consumer_type"], "INSTANCE");
    let of_host = get(&mut cloud, &format!("{path}/allocations"));
    assert!(of_host["allocations"][&server].is_object());
    cloud.delete(&format!("/compute/v2.1/servers/{server}"));
    let taken = get(&mut cloud, &format!("/allocations/{server}"));
    assert_eq!(taken, json!({"allocations": {}}));
}

#[test]
fn a_provider_lives_and_dies() {
    let mut cloud = cloud(39);
    let providers = format!("{BASE}/resource_providers");
    let made = cloud.post(&providers, &json!({"name": "shelf"}));
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let id = made.json()["uuid"].as_str().expect("an id").to_owned();
    assert_eq!(made.json()["root_provider_uuid"], id);
    let again = cloud.post(&providers, &json!({"name": "shelf"}));
    assert_eq!(error(&again)["code"], "placement.duplicate_name");
    let path = format!("{providers}/{id}");
    let body = json!({"resource_provider_generation": 0, "inventories": {"VCPU": {"total": 4}}});
    let seen = cloud.put(&format!("{path}/inventories"), &body);
    assert_eq!(seen.json()["resource_provider_generation"], 1);
    let stale = cloud.put(&format!("{path}/inventories"), &body);
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(error(&stale)["code"], "placement.concurrent_update");
    let consumer = "0b5c2b4c-9a5e-4b44-8c0e-4f6a0d3c1a11";
    let take = |amount: u32, generation: Value| {
        json!({
            "allocations": {&id: {"resources": {"VCPU": amount}}}, "project_id": "p", "user_id": "u",
            "consumer_generation": generation, "consumer_type": "MIGRATION",
        })
    };
    let allocation = format!("{BASE}/allocations/{consumer}");
    let seen = cloud.put(&allocation, &take(5, Value::Null));
    assert!(
        error(&seen)["detail"]
            .as_str()
            .is_some_and(|text| text.contains("exceed the capacity"))
    );
    let seen = cloud.put(&allocation, &take(4, Value::Null));
    assert_eq!(seen.status, StatusCode::NO_CONTENT, "{}", seen.text);
    let seen = cloud.put(&allocation, &take(3, Value::Null));
    assert_eq!(error(&seen)["code"], "placement.concurrent_update");
    let used = cloud.delete(&path);
    assert_eq!(error(&used)["code"], "placement.resource_provider.inuse");
    let used = cloud.delete(&format!("{path}/inventories"));
    assert_eq!(error(&used)["code"], "placement.inventory.inuse");
    let usages = get(&mut cloud, "/usages?project_id=p");
    assert_eq!(
        usages["usages"]["MIGRATION"],
        json!({"VCPU": 4, "consumer_count": 1})
    );
    assert_eq!(cloud.delete(&allocation).status, StatusCode::NO_CONTENT);
    assert_eq!(cloud.delete(&allocation).status, StatusCode::NOT_FOUND);
    assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT);
    let gone = cloud.get(&path);
    assert_eq!(
        error(&gone)["code"],
        "placement.resource_provider.not_found"
    );
    assert_eq!(error(&gone)["title"], "Not Found");
}

#[test]
fn answers_have_the_form_of_their_microversion() {
    let mut cloud = cloud(0);
    let host = host(&mut cloud);
    let shown = get(&mut cloud, &format!("/resource_providers/{host}"));
    assert_eq!(shown["links"].as_array().map(Vec::len), Some(3));
    assert!(shown.get("root_provider_uuid").is_none());
    let seen = cloud.get(&format!("{BASE}/traits"));
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    assert!(error(&seen).get("code").is_none());
    assert!(error(&seen)["request_id"].is_string());
    let made = cloud.post(&format!("{BASE}/resource_providers"), &json!({"name": "x"}));
    assert_eq!((made.status, made.text.as_str()), (StatusCode::CREATED, ""));
    assert!(made.header("location").contains("/resource_providers/"));
}

#[test]
fn candidates_have_room_and_traits() {
    let mut cloud = cloud(39);
    let host = host(&mut cloud);
    let found = |cloud: &mut Cloud, query: &str| -> usize {
        let seen = get(cloud, &format!("/allocation_candidates?{query}"));
        seen["allocation_requests"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(found(&mut cloud, "resources=VCPU:1,MEMORY_MB:512"), 2);
    assert_eq!(found(&mut cloud, "resources=VCPU:1&limit=1"), 1);
    assert_eq!(found(&mut cloud, "resources=VCPU:100000"), 0);
    let path = format!("{BASE}/traits/CUSTOM_GOLD");
    assert_eq!(cloud.put(&path, &json!({})).status, StatusCode::CREATED);
    let traits = format!("{BASE}/resource_providers/{host}/traits");
    let body = json!({"resource_provider_generation": 0, "traits": ["CUSTOM_GOLD"]});
    let seen = cloud.put(&traits, &body);
    assert_eq!(seen.json()["resource_provider_generation"], 1);
    assert_eq!(
        found(&mut cloud, "resources=VCPU:1&required=CUSTOM_GOLD"),
        1
    );
    assert_eq!(
        found(&mut cloud, "resources=VCPU:1&required=!CUSTOM_GOLD"),
        1
    );
    assert_eq!(
        found(
            &mut cloud,
            "resources1=VCPU:1&resources2=VCPU:1&group_policy=isolate"
        ),
        0
    );
    assert_eq!(
        found(
            &mut cloud,
            "resources1=VCPU:1&resources2=VCPU:1&group_policy=none"
        ),
        2
    );
    let seen = cloud.get(&format!("{BASE}/allocation_candidates?resources=NOPE:1"));
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    assert_eq!(cloud.delete(&path).status, StatusCode::CONFLICT);
}

#[test]
fn placement_is_for_administrators() {
    let mut cloud = Cloud::of("demo");
    let seen = cloud.get(&format!("{BASE}/resource_providers"));
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(
        error(&seen)["detail"]
            .as_str()
            .is_some_and(|text| text.contains("placement:resource_providers:list"))
    );
}

#[test]
fn classes_are_custom_or_standard() {
    let mut cloud = cloud(39);
    let path = format!("{BASE}/resource_classes/CUSTOM_FPGA");
    assert_eq!(cloud.put(&path, &json!({})).status, StatusCode::CREATED);
    assert_eq!(cloud.put(&path, &json!({})).status, StatusCode::NO_CONTENT);
    assert_eq!(
        get(&mut cloud, "/resource_classes/CUSTOM_FPGA")["name"],
        "CUSTOM_FPGA"
    );
    assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT);
    let standard = cloud.delete(&format!("{BASE}/resource_classes/VCPU"));
    assert_eq!(standard.status, StatusCode::BAD_REQUEST);
}
