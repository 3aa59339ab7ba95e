use super::*;

#[test]
fn a_user_is_made_changed_and_removed() {
    let mut cloud = Cloud::of("admin");
    let said = json!({"user": {"name": "bob", "password": "x", "email": "b@c", "enabled": "yes"}});
    let seen = cloud.post("/identity/v3/users", &said).json();
    let user = &seen["user"];
    let id = user["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        *user,
        json!({
            "email": "b@c", "id": id, "name": "bob", "domain_id": "default", "enabled": true,
            "password_expires_at": null, "options": {},
            "links": {"self": format!("http://cloud:8900/identity/v3/users/{id}")},
        })
    );
    let path = format!("/identity/v3/users/{id}");
    let said = json!({"user": {"enabled": false, "description": "d"}});
    let seen = cloud.patch(&path, &said).json();
    assert_eq!(
        (&seen["user"]["enabled"], &seen["user"]["email"]),
        (&json!(false), &json!("b@c"))
    );
    assert_eq!(cloud.delete(&path).code(), 204);
    assert_eq!(
        cloud.get(&path).told(),
        format!("Could not find user: {id}.")
    );
}

#[test]
fn lists_are_filtered_by_what_may_be_asked_for() {
    let mut cloud = Cloud::of("admin");
    for name in ["bob-1", "bob-2", "Eve"] {
        cloud.make("users", json!({"user": {"name": name, "email": "same"}}));
    }
    let mut names = |query: &str| {
        let seen = cloud.get(&format!("/identity/v3/users?{query}")).json();
        let users = seen["users"].as_array().cloned().unwrap_or_default();
        let names = users
            .iter()
            .map(|user| user["name"].as_str().unwrap_or_default().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names("name=bob-1"), ["bob-1"]);
    assert_eq!(names("name__contains=ob"), ["bob-1", "bob-2"]);
    assert_eq!(names("name__istartswith=e"), ["Eve"]);
    assert_eq!(names("enabled=false"), Vec::<String>::new());
    // The attribute is none that can be asked for.
    assert_eq!(names("email=other").len(), 4);
    assert_eq!(names("limit=2").len(), 2);
}

#[test]
fn mistakes_are_told_in_keystones_words() {
    let mut cloud = Cloud::of("admin");
    let mut told = |said: Value| {
        let seen = cloud.post("/identity/v3/users", &said);
        (seen.code(), seen.told())
    };
    let refused = |message: &str| (400, message.to_owned());
    assert_eq!(told(json!({})), refused("'user' is a required property"));
    assert_eq!(
        told(json!({"user": {"password": "x"}})),
        refused(
            "Invalid input for field/attribute user. Value: {'password': 'x'}. 'name' is a required property"
        )
    );
    assert_eq!(
        told(json!({"user": {"name": "  "}})),
        refused(
            "Invalid input for field/attribute name. Value:   . '  ' does not match '[\\\\S]+'"
        )
    );
    assert_eq!(
        told(json!({"user": {"name": "x"}, "more": 1})),
        refused("Additional properties are not allowed ('more' was unexpected)")
    );
    assert_eq!(
        told(json!({"user": {"name": "admin"}})),
        (
            409,
            "Conflict occurred attempting to store user - Duplicate entry found with name admin at domain ID \
             default."
                .to_owned()
        )
    );
}

#[test]
fn a_password_is_changed_by_who_knows_it_and_ends_the_tokens() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.make("users", json!({"user": {"name": "bob", "password": "old"}}));
    let token = cloud.authenticate(by_password("bob", "old", json!("unscoped")));
    cloud.token = None;
    let path = format!("/identity/v3/users/{id}/password");
    let mut change = |old: &str| {
        let said = json!({"user": {"original_password": old, "password": "new"}});
        cloud.post(&path, &said).code()
    };
    assert_eq!(change("wrong"), 401);
    assert_eq!(change("old"), 204);
    assert!(
        cloud
            .authenticate(by_password("bob", "old", json!("unscoped")))
            .is_err()
    );
    assert!(
        cloud
            .authenticate(by_password("bob", "new", json!("unscoped")))
            .is_ok()
    );
    cloud.token = token.ok();
    assert_eq!(cloud.get("/identity/v3/auth/projects").code(), 401);
}

#[test]
fn one_sees_oneself_and_administrators_see_all() {
    let mut cloud = Cloud::of("joe");
    let joe = cloud.world.accounts.user_named("joe");
    let admin = cloud.world.accounts.user_named("admin");
    let path = |id: Uuid| format!("/identity/v3/users/{}", id.simple());
    assert_eq!(cloud.get(&path(joe.id)).code(), 200);
    assert_eq!(
        cloud.get(&path(admin.id)).told(),
        "You are not authorized to perform the requested action: identity:get_user."
    );
    cloud.log_in("admin");
    assert_eq!(cloud.get(&path(joe.id)).code(), 200);
}

#[test]
fn groups_have_members() {
    let mut cloud = Cloud::of("admin");
    let user = cloud.make("users", json!({"user": {"name": "bob"}}));
    let group = cloud.make("groups", json!({"group": {"name": "team"}}));
    let path = format!("/identity/v3/groups/{group}/users/{user}");
    assert_eq!(
        cloud.get(&path).told(),
        format!("User '{user}' not found in group '{group}'")
    );
    assert_eq!(cloud.put(&path, &json!({})).code(), 204);
    assert_eq!(cloud.send("HEAD", &path, None).code(), 204);
    let members = cloud
        .get(&format!("/identity/v3/groups/{group}/users"))
        .json();
    assert_eq!(members["users"][0]["id"], *user);
    let groups = cloud
        .get(&format!("/identity/v3/users/{user}/groups"))
        .json();
    assert_eq!(groups["groups"][0]["membership_expires_at"], Value::Null);
    assert_eq!(cloud.delete(&path).code(), 204);
    assert_eq!(cloud.get(&path).code(), 404);
}
