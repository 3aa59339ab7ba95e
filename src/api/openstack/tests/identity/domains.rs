use super::*;

#[test]
fn a_domain_is_disabled_before_it_is_deleted() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.make("domains", json!({"domain": {"name": "d"}}));
    let user = cloud.make("users", json!({"user": {"name": "joe", "domain_id": id}}));
    let path = format!("/identity/v3/domains/{id}");
    assert_eq!(
        cloud.delete(&path).told(),
        "Cannot delete a domain that is enabled, please disable it first."
    );
    cloud.patch(&path, &json!({"domain": {"enabled": false}}));
    assert_eq!(cloud.delete(&path).code(), 204);
    assert_eq!(cloud.get(&format!("/identity/v3/users/{user}")).code(), 404);
}

#[test]
fn a_domain_is_a_project_too() {
    let mut cloud = Cloud::of("admin");
    let said = json!({"project": {"name": "d", "is_domain": true}});
    let id = cloud.make("projects", said);
    let seen = cloud.get(&format!("/identity/v3/domains/{id}")).json();
    assert_eq!(seen["domain"]["name"], "d");
    let seen = cloud.get("/identity/v3/projects?is_domain=true").json();
    assert_eq!(seen["projects"][0]["id"], "default");
    let seen = cloud.get("/identity/v3/projects").json();
    assert!(
        seen["projects"]
            .as_array()
            .is_some_and(|all| all.iter().all(|one| one["id"] != *id))
    );
}

#[test]
fn who_has_a_role_on_a_domain_sees_what_is_in_it() {
    let mut cloud = Cloud::of("admin");
    let domain = cloud.make("domains", json!({"domain": {"name": "d"}}));
    let said = json!({"user": {"name": "bob", "domain_id": domain, "password": "x"}});
    let user = cloud.make("users", said);
    let grant = |role: &str| format!("/identity/v3/domains/{domain}/users/{user}/roles/{role}");
    cloud.put(&grant(&role("reader")), &json!({}));
    let user_body = json!({"id": user, "password": "x"});
    let auth = json!({
        "identity": {"methods": ["password"], "password": {"user": user_body}},
        "scope": {"domain": {"id": domain}},
    });
    let admin = cloud.token.clone();
    cloud.token = cloud.authenticate(auth).ok();
    let seen = cloud.get("/identity/v3/users").json();
    assert_eq!(seen["users"].as_array().map(Vec::len), Some(1));
    let said = json!({"user": {"name": "eve"}});
    assert_eq!(cloud.post("/identity/v3/users", &said).code(), 403);
    let reader = std::mem::replace(&mut cloud.token, admin);
    cloud.put(&grant(&role("manager")), &json!({}));
    cloud.token = reader;
    let seen = cloud.post("/identity/v3/users", &said).json();
    assert_eq!(seen["user"]["domain_id"], *domain);
    let elsewhere = json!({"user": {"name": "eve", "domain_id": "default"}});
    assert_eq!(cloud.post("/identity/v3/users", &elsewhere).code(), 403);
}

#[test]
fn a_domain_keeps_settings_of_its_own() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.make("domains", json!({"domain": {"name": "d"}}));
    let path = format!("/identity/v3/domains/{id}/config");
    assert_eq!(
        cloud.get(&path).told(),
        format!("Could not find any options in domain configuration for domain {id}.")
    );
    let config = json!({"config": {"identity": {"driver": "ldap"}, "ldap": {"url": "ldap://x"}}});
    assert_eq!(cloud.put(&path, &config).code(), 201);
    let said = json!({"config": {"url": "ldap://y"}});
    let seen = cloud.patch(&format!("{path}/ldap/url"), &said).json();
    assert_eq!(seen["config"]["ldap"]["url"], "ldap://y");
    assert_eq!(
        cloud
            .put(&path, &json!({"config": {"nope": {"a": 1}}}))
            .told(),
        "Invalid domain specific configuration: Group nope is not supported for domain specific configurations."
    );
    assert_eq!(cloud.delete(&format!("{path}/ldap")).code(), 204);
    assert_eq!(cloud.get(&format!("{path}/ldap")).code(), 404);
    assert_eq!(
        cloud
            .get("/identity/v3/domains/config/identity/driver/default")
            .json()["config"]["driver"],
        "sql"
    );
}
