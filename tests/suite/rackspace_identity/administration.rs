//! Users, keys, tenants, roles, and what the catalog leads to: what administrators see to.

use super::*;

#[test]
fn users_are_made_changed_and_removed() {
    let mut cloud = Cloud::start();
    let owner = cloud.log_in("owner", "any");
    let account = text(&owner["token"]["tenant"]["id"]);
    let users = "/identity/v2.0/users";
    let said = json!({"user": {"username": "sue", "email": "sue@example.com", "enabled": true,
        "RAX-AUTH:defaultRegion": "DFW"}});
    let seen = cloud.post(users, &said);
    assert_eq!(seen.code, 201, "{}", seen.text);
    let user = seen.json()["user"].clone();
    assert_eq!(
        (&user["RAX-AUTH:domainId"], &user["RAX-AUTH:defaultRegion"]),
        (&json!(account), &json!("DFW"))
    );
    let password = text(&user["OS-KSADM:password"]);
    let path = format!("{users}/{}", text(&user["id"]));
    assert_eq!(
        cloud.post(users, &said).fault(),
        "409 conflict: User with username: 'sue' already exists."
    );
    assert_eq!(cloud.get(&path).json()["user"]["username"], "sue");
    assert_eq!(cloud.v2("users?name=sue").json()["user"]["id"], user["id"]);
    assert_eq!(
        cloud.v2("users?email=sue@example.com").json()["users"][0]["id"],
        user["id"]
    );
    assert_eq!(
        cloud.v2("users").json()["users"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(
        cloud.v2("users?name=nobody").fault(),
        "404 itemNotFound: User nobody not found"
    );
    let roles = cloud.get(&format!("{path}/roles")).json();
    assert_eq!(roles["roles"][0]["name"], "identity:default");
    let access = cloud.authenticate(by_password("sue", &password)).json()["access"].clone();
    assert_eq!(access["user"]["RAX-AUTH:defaultRegion"], "DFW");
    let change = json!({"user": {"username": "suzy", "OS-KSADM:password": "new"}});
    assert_eq!(
        cloud.post(&path, &change).json()["user"]["username"],
        "suzy"
    );
    assert_eq!(cloud.authenticate(by_password("suzy", &password)).code, 401);
    assert_eq!(cloud.authenticate(by_password("suzy", "new")).code, 200);
    assert_eq!(cloud.delete(&path).code, 204);
    assert_eq!(cloud.get(&path).code, 403, "it is nobody of the account");
    let stranger =
        text(&cloud.authenticate(by_password("eve", "x")).json()["access"]["user"]["id"]);
    assert_eq!(cloud.get(&format!("{users}/{stranger}")).code, 403);
}

#[test]
fn keys_are_shown_changed_and_taken_away() {
    let mut cloud = Cloud::start();
    let id = text(&cloud.log_in("joe", "any")["user"]["id"]);
    let all = format!("/identity/v2.0/users/{id}/OS-KSADM/credentials");
    let path = format!("{all}/RAX-KSKEY:apiKeyCredentials");
    let credentials = cloud.get(&all).json();
    assert_eq!(
        credentials["credentials"][0],
        json!({"passwordCredentials": {"username": "joe"}})
    );
    let key = |seen: Seen| text(&seen.json()["RAX-KSKEY:apiKeyCredentials"]["apiKey"]);
    let first = key(cloud.get(&path));
    assert_eq!(first, key(cloud.get(&path)), "it is the same at every look");
    assert_eq!(cloud.authenticate(by_key("joe", &first)).code, 200);
    let second = key(cloud.post(&format!("{path}/RAX-AUTH/reset"), &json!({})));
    assert_ne!(first, second);
    let given = json!({"RAX-KSKEY:apiKeyCredentials": {"username": "joe", "apiKey": "mine"}});
    assert_eq!(key(cloud.post(&path, &given)), "mine");
    let added = cloud.post(
        &all,
        &json!({"passwordCredentials": {"username": "joe", "password": "secret"}}),
    );
    assert_eq!(added.code, 201, "{}", added.text);
    let mut again = Cloud {
        token: String::new(),
        ..cloud
    };
    again.log_in("joe", "secret");
    assert_eq!(again.authenticate(by_key("joe", &second)).code, 401);
    assert_eq!(again.authenticate(by_key("joe", "mine")).code, 200);
    assert_eq!(again.delete(&path).code, 204);
    assert_eq!(again.get(&path).code, 404);
    assert_eq!(again.authenticate(by_key("joe", "mine")).code, 401);
}

#[test]
fn tenants_and_roles_are_shown_and_given() {
    let mut cloud = Cloud::of_admin();
    let tenants = cloud.v2("tenants").json();
    assert_eq!(tenants["tenants"][0]["id"], "123456");
    assert_eq!(tenants["tenants"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        cloud.v2("tenants/123456").json()["tenant"]["name"],
        "123456"
    );
    assert_eq!(
        cloud.v2("tenants/123456/users").json()["users"][0]["username"],
        "admin"
    );
    assert_eq!(cloud.v2("tenants/9").code, 404);
    let mosso = cloud.get("/identity/v1.1/mosso/123456");
    assert_eq!(
        (mosso.code, mosso.json()),
        (301, json!({"user": {"id": "admin"}}))
    );
    assert!(
        mosso.head.contains("/identity/v1.1/users/admin"),
        "{}",
        mosso.head
    );
    assert_eq!(
        cloud.get("/identity/v1.1/users/admin").json()["user"]["mossoId"],
        "123456"
    );
    assert_eq!(cloud.get("/identity/v1.1/mosso/9").code, 404);

    let roles = "/identity/v2.0/OS-KSADM/roles";
    let role = cloud.post(
        roles,
        &json!({"role": {"name": "observer", "description": "Looks."}}),
    );
    assert_eq!(role.code, 201, "{}", role.text);
    let role = text(&role.json()["role"]["id"]);
    assert!(cloud.get(roles).text.contains("identity:user-admin"));
    assert_eq!(
        cloud.get(&format!("{roles}/3")).json()["role"]["name"],
        "identity:user-admin"
    );
    let joe = cloud.authenticate(by_password("joe", "any")).json()["access"].clone();
    let path = format!(
        "/identity/v2.0/users/{}/roles/OS-KSADM/{role}",
        text(&joe["user"]["id"])
    );
    assert_eq!(cloud.send("PUT", &path, "", "").code, 200);
    let shown = cloud
        .get(&format!("{TOKENS}/{}", text(&joe["token"]["id"])))
        .json();
    let names = &shown["access"]["user"]["roles"];
    assert!(
        names
            .as_array()
            .expect("roles")
            .iter()
            .any(|role| role["name"] == "observer"),
        "{names}"
    );
    assert_eq!(cloud.delete(&path).code, 204);
    assert_eq!(cloud.delete(&path).code, 404);
    assert_eq!(cloud.delete(&format!("{roles}/{role}")).code, 204);
    cloud.log_in("joe", "any");
    assert_eq!(cloud.send("PUT", &path, "", "").code, 403);
}

#[test]
fn an_api_that_is_elsewhere_gets_into_the_catalog() {
    let mut cloud = Cloud::of_admin();
    let services = "/identity/v2.0/services";
    assert_eq!(
        cloud.post(services, &json!({"name": "x"})).fault(),
        "400 badRequest: Invalid Content. 'name' and 'type' fields are required."
    );
    let service = json!({"name": "autoscale", "type": "rax:autoscale", "id": "s-1"});
    let made = cloud.post(services, &service);
    assert_eq!((made.code, &*made.text), (201, ""));
    assert_eq!(
        cloud.post(services, &service).fault(),
        "409 conflict: Conflict: Service with the same uuid already exists."
    );
    assert_eq!(
        cloud
            .post(services, &json!({"name": "autoscale", "type": "x"}))
            .fault(),
        "409 conflict: Conflict: Service with the same name already exists."
    );
    let listed = cloud.get(services).json();
    let listed = listed["OS-KSADM:services"]
        .as_array()
        .expect("services")
        .clone();
    let ours = listed
        .iter()
        .find(|service| service["id"] == "s-1")
        .expect("it is there");
    assert_eq!(ours["description"], "External API referenced by Mimic");

    let templates = "/identity/v2.0/OS-KSCATALOG/endpointTemplates";
    let template = json!({"id": "t-1", "region": "ORD", "type": "rax:autoscale", "name": "autoscale",
        "publicURL": "http://autoscale.example/v1.0/%tenant_id%"});
    assert_eq!(
        cloud.post(templates, &json!({"id": "t-1"})).fault(),
        "400 badRequest: JSON body does not contain the required parameters: Missing required value region"
    );
    let mut other = template.clone();
    other["type"] = "x".into();
    assert_eq!(
        cloud.post(templates, &other).fault(),
        "409 conflict: Endpoint already exists or service type does not match."
    );
    other["name"] = "nope".into();
    assert_eq!(
        cloud.post(templates, &other).fault(),
        "404 itemNotFound: Service API for endoint template not found"
    );
    assert_eq!(cloud.post(templates, &template).code, 201);
    assert_eq!(
        cloud.post(templates, &template).fault(),
        "409 conflict: ID value is already assigned to an existing template"
    );
    let shown = cloud.get(templates).json();
    assert_eq!(shown["OS-KSCATALOG"][0]["enabled"], false);
    assert_eq!(
        shown["OS-KSCATALOG"][0]["RAX-AUTH:tenantAlias"],
        "%tenant_id%"
    );
    let unknown = cloud.send("GET", templates, "serviceid: nope\r\n", "");
    assert_eq!(
        unknown.fault(),
        "404 itemNotFound: Unable to find the requested API"
    );

    let urls = |cloud: &Cloud, user: &str| -> Vec<Value> {
        let access = cloud.authenticate(by_password(user, "password")).json()["access"].clone();
        let catalog = access["serviceCatalog"]
            .as_array()
            .expect("a catalog")
            .clone();
        let mut services = catalog
            .iter()
            .filter(|service| service["name"] == "autoscale");
        let service = services.next().expect("it is listed");
        let endpoints = service["endpoints"].as_array().expect("endpoints");
        endpoints
            .iter()
            .map(|endpoint| endpoint["publicURL"].clone())
            .collect()
    };
    assert!(urls(&cloud, "admin").is_empty(), "it is enabled for nobody");
    let endpoints = "/identity/v2.0/tenants/123456/OS-KSCATALOG/endpoints";
    assert_eq!(
        cloud.post(endpoints, &json!({})).fault(),
        "400 badRequest: Invalid Content. OS-KSCATALOG:endpointTemplate:id is required."
    );
    let wanted = json!({"OS-KSCATALOG:endpointTemplate": {"id": "t-1"}});
    assert_eq!(cloud.post(endpoints, &wanted).code, 201);
    assert_eq!(
        cloud.get(endpoints).json()["endpoints"][0]["publicURL"],
        template["publicURL"]
    );
    assert_eq!(
        urls(&cloud, "admin"),
        ["http://autoscale.example/v1.0/123456"]
    );
    assert!(urls(&cloud, "joe").is_empty(), "it is one tenant's");
    assert_eq!(cloud.delete(&format!("{endpoints}/t-1")).code, 204);
    assert_eq!(
        cloud.delete(&format!("{endpoints}/t-1")).fault(),
        "404 itemNotFound: Template not enabled for tenant"
    );

    let path = format!("{templates}/t-1");
    let mut enabled = template.clone();
    enabled["enabled"] = true.into();
    assert_eq!(cloud.write("PUT", &path, &enabled).code, 201);
    assert_eq!(urls(&cloud, "joe").len(), 1, "it is everybody's");
    enabled["id"] = "t-2".into();
    assert_eq!(
        cloud.write("PUT", &path, &enabled).fault(),
        "409 conflict: Template ID in URL does not match that of the JSON body"
    );
    assert_eq!(
        cloud
            .write("PUT", &format!("{templates}/t-2"), &enabled)
            .code,
        404
    );
    assert_eq!(
        cloud.delete(&format!("{services}/s-1")).fault(),
        "409 conflict: Service still has endpoint templates."
    );
    assert_eq!(cloud.delete(&path).code, 204);
    assert_eq!(
        cloud.delete(&path).fault(),
        "404 itemNotFound: Unable to locate an External API with the given Template ID."
    );
    assert_eq!(cloud.delete(&format!("{services}/s-1")).code, 204);
    assert_eq!(
        cloud.delete(&format!("{services}/s-1")).fault(),
        "404 itemNotFound: Service not found. Unable to remove."
    );
    cloud.token = String::new();
    assert_eq!(cloud.get(services).code, 401);
}
