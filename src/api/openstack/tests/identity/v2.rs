use super::*;

const TOKENS_V2: &str = "/identity/v2.0/tokens";

fn by_password_v2(user: &str, password: &str) -> Value {
    json!({"auth": {"passwordCredentials": {"username": user, "password": password}, "tenantName": user}})
}

#[test]
fn a_password_a_key_or_a_token_gives_a_token() {
    let mut cloud = Cloud::new();
    let seen = cloud.post(TOKENS_V2, &by_password_v2("admin", "password"));
    assert_eq!(seen.code(), 200, "{}", seen.text);
    let access = seen.json()["access"].clone();
    assert_eq!(access["token"]["tenant"]["name"], "admin");
    assert_eq!(access["token"]["expires"], "2001-09-09T02:46:40Z");
    assert_eq!(access["user"]["username"], "admin");
    let compute = &access["serviceCatalog"][1];
    assert_eq!(compute["type"], "compute");
    assert_eq!(
        compute["endpoints"][0]["publicURL"],
        "http://cloud:8900/compute/v2.1"
    );
    assert_eq!(
        compute["endpoints"][0]["adminURL"],
        "http://cloud:8900/compute/v2.1"
    );
    let token = json!({"auth": {"token": {"id": access["token"]["id"]}, "tenantName": "admin"}});
    assert_eq!(cloud.post(TOKENS_V2, &token).code(), 200);
    let key = cloud.world.accounts.user_named("admin").api_key.clone();
    let key = key.expect("the administrator has one");
    let by_key = |key: &str| json!({"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "admin", "apiKey": key}}});
    assert_eq!(cloud.post(TOKENS_V2, &by_key(&key)).code(), 200);
    assert_eq!(cloud.post(TOKENS_V2, &by_key("wrong")).code(), 401);
    let wrong = cloud.post(TOKENS_V2, &by_password_v2("admin", "wrong"));
    assert_eq!(
        wrong.told(),
        "The request you have made requires authentication."
    );
}

#[test]
fn a_token_is_good_in_both_versions_and_is_checked_and_ended() {
    let mut cloud = Cloud::new();
    let seen = cloud.post(TOKENS_V2, &by_password_v2("joe", "x")).json();
    let token = seen["access"]["token"]["id"]
        .as_str()
        .expect("a token")
        .to_owned();
    cloud.token = Some(token.clone());
    assert_eq!(cloud.get("/compute/v2.1/servers").code(), 200);
    let path = format!("{TOKENS_V2}/{token}");
    assert_eq!(cloud.get(&path).json()["access"]["user"]["name"], "joe");
    assert_eq!(cloud.send("HEAD", &path, None).code(), 200);
    assert_eq!(cloud.get(&format!("{path}?belongsTo=joe")).code(), 200);
    assert_eq!(cloud.get(&format!("{path}?belongsTo=eve")).code(), 404);
    let endpoints = cloud.get(&format!("{path}/endpoints")).json();
    assert_eq!(endpoints["endpoints"][1]["type"], "compute");
    let tenants = cloud.get("/identity/v2.0/tenants").json();
    assert_eq!(tenants["tenants"].as_array().map(Vec::len), Some(1));
    assert_eq!(cloud.delete(&path).code(), 204);
    assert_eq!(cloud.get("/compute/v2.1/servers").code(), 401);
}

#[test]
fn users_are_told_in_the_older_form() {
    let mut cloud = Cloud::of("admin");
    let seen = cloud.get("/identity/v2.0/users?name=admin").json();
    let id = seen["user"]["id"].as_str().expect("an id").to_owned();
    let seen = cloud
        .get(&format!("/identity/v2.0/users/{id}/roles"))
        .json();
    assert_eq!(seen["roles"][0]["name"], "admin");
    cloud.log_in("joe");
    assert_eq!(cloud.get(&format!("/identity/v2.0/users/{id}")).code(), 403);
}
