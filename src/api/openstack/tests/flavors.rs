use super::*;

const FLAVORS: &str = "/compute/v2.1/flavors";

fn gold(is_public: bool) -> Value {
    json!({"flavor": {
        "name": "gold", "id": "g", "ram": "2048", "vcpus": 2, "disk": 20, "swap": 64,
        "OS-FLV-EXT-DATA:ephemeral": 5, "rxtx_factor": 2, "os-flavor-access:is_public": is_public,
    }})
}

fn project(cloud: &mut Cloud, name: &str) -> String {
    let project = cloud.world.accounts.project_named(name);
    project.id.simple().to_string()
}

#[test]
fn an_admin_makes_changes_and_deletes_flavors() {
    let mut cloud = Cloud::of("admin");
    let made = cloud.at(75).post(FLAVORS, &gold(true));
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let shown = cloud.at(75).get(&format!("{FLAVORS}/g")).json();
    assert_eq!(shown, made.json());
    let flavor = &shown["flavor"];
    assert_eq!(flavor["ram"], 2048);
    assert_eq!(flavor["swap"], 64);
    assert_eq!(flavor["rxtx_factor"], 2.0);
    assert_eq!(flavor["OS-FLV-EXT-DATA:ephemeral"], 5);
    assert_eq!(flavor["extra_specs"], json!({}));
    assert_eq!(
        cloud.post(FLAVORS, &gold(true)).fault("conflictingRequest"),
        "Flavor with name gold already exists."
    );
    let described = json!({"flavor": {"description": "the best"}});
    let seen = cloud.at(55).put(&format!("{FLAVORS}/g"), &described);
    assert_eq!(seen.json()["flavor"]["description"], "the best");
    let seen = cloud.at(54).put(&format!("{FLAVORS}/g"), &described);
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    let gone = cloud.delete(&format!("{FLAVORS}/g"));
    assert_eq!(gone.status, StatusCode::ACCEPTED);
    let gone = cloud.delete(&format!("{FLAVORS}/g"));
    assert_eq!(gone.fault("itemNotFound"), "Flavor g could not be found.");
}

#[test]
fn a_server_keeps_a_flavor_that_is_deleted() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.create("web-1");
    let gone = cloud.delete(&format!("{FLAVORS}/1"));
    assert_eq!(gone.status, StatusCode::ACCEPTED);
    let server = cloud.get(&format!("/compute/v2.1/servers/{id}")).json();
    assert_eq!(server["server"]["flavor"]["id"], "1");
}

#[test]
fn sizes_are_checked_in_novas_words() {
    let mut cloud = Cloud::of("admin");
    let mut complaint = |name: &str, value: Value| {
        let mut body = gold(true);
        body["flavor"][name] = value;
        cloud.post(FLAVORS, &body).fault("badRequest")
    };
    assert_eq!(
        complaint("ram", json!(0)),
        "Invalid input for field/attribute ram. Value: 0. 0 is less than the minimum of 1"
    );
    assert_eq!(
        complaint("vcpus", json!("a")),
        "Invalid input for field/attribute vcpus. Value: a. 'a' does not match '^[0-9]+$'"
    );
    assert_eq!(
        complaint("rxtx_factor", json!(0)),
        "Invalid input for field/attribute rxtx_factor. Value: 0. 0 is less than or equal to the minimum of 0"
    );
    assert_eq!(
        complaint("id", json!(" a")),
        "Invalid input for field/attribute id. Value:  a. ' a' does not match '^(?! )[a-zA-Z0-9. _-]+(?<! )$'"
    );
    assert!(complaint("description", json!("x")).contains("'description' was unexpected"));
}

#[test]
fn a_private_flavor_is_for_the_projects_that_have_access() {
    let mut cloud = Cloud::of("admin");
    cloud.post(FLAVORS, &gold(false));
    let demo = project(&mut cloud, "demo");
    let action = format!("{FLAVORS}/g/action");
    let names = |cloud: &mut Cloud, query: &str| -> Vec<String> {
        let seen = cloud.get(&format!("{FLAVORS}{query}")).json();
        let flavors = seen["flavors"].as_array().expect("flavors").clone();
        let name = |flavor: &Value| flavor["name"].as_str().expect("a name").to_owned();
        flavors.iter().map(name).collect()
    };
    assert!(!names(&mut cloud, "").contains(&"gold".to_owned()));
    assert_eq!(names(&mut cloud, "?is_public=no"), ["gold"]);
    assert!(names(&mut cloud, "?is_public=None").contains(&"gold".to_owned()));
    cloud.log_in("demo");
    let hidden = cloud.get(&format!("{FLAVORS}/g"));
    assert_eq!(hidden.fault("itemNotFound"), "Flavor g could not be found.");
    cloud.log_in("admin");
    let add = json!({"addTenantAccess": {"tenant": demo}});
    let seen = cloud.post(&action, &add).json();
    assert_eq!(
        seen,
        json!({"flavor_access": [{"flavor_id": "g", "tenant_id": demo}]})
    );
    assert_eq!(cloud.post(&action, &add).status, StatusCode::CONFLICT);
    let nobody = json!({"addTenantAccess": {"tenant": "nope"}});
    assert_eq!(
        cloud.post(&action, &nobody).fault("badRequest"),
        "Project ID nope is not a valid project."
    );
    cloud.log_in("demo");
    assert!(names(&mut cloud, "").contains(&"gold".to_owned()));
    cloud.log_in("admin");
    let remove = json!({"removeTenantAccess": {"tenant": demo}});
    assert_eq!(
        cloud.post(&action, &remove).json(),
        json!({"flavor_access": []})
    );
    assert_eq!(cloud.post(&action, &remove).status, StatusCode::NOT_FOUND);
    let public = cloud.get(&format!("{FLAVORS}/1/os-flavor-access"));
    assert_eq!(
        public.fault("itemNotFound"),
        "Access list not available for public flavors."
    );
}

#[test]
fn extra_specs_are_set_one_by_one_or_together() {
    let mut cloud = Cloud::of("admin");
    let specs = format!("{FLAVORS}/1/os-extra_specs");
    let body = json!({"extra_specs": {"hw:cpu_policy": "dedicated", "n": 1}});
    assert_eq!(cloud.post(&specs, &body).json(), body);
    let seen = cloud.get(&specs).json();
    assert_eq!(seen["extra_specs"]["n"], "1");
    let seen = cloud.put(&format!("{specs}/n"), &json!({"n": "2"})).json();
    assert_eq!(seen, json!({"n": "2"}));
    let seen = cloud.put(&format!("{specs}/m"), &json!({"n": "2"}));
    assert_eq!(seen.fault("badRequest"), "Request body and URI mismatch");
    assert_eq!(cloud.get(&format!("{specs}/n")).json(), json!({"n": "2"}));
    assert_eq!(cloud.delete(&format!("{specs}/n")).status, StatusCode::OK);
    assert_eq!(
        cloud.get(&format!("{specs}/n")).fault("itemNotFound"),
        "Flavor 1 has no extra specs with key n."
    );
    let bad = json!({"extra_specs": {"hw:cpu_policy": "x"}});
    assert_eq!(
        cloud.at(86).post(&specs, &bad).fault("badRequest"),
        "Validation failed; 'x' is not one of: dedicated, shared, mixed."
    );
    assert_eq!(cloud.at(85).post(&specs, &bad).status, StatusCode::OK);
}
