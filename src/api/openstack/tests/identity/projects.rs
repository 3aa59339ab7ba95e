use super::*;

#[test]
fn projects_stand_one_below_the_other() {
    let mut cloud = Cloud::of("admin");
    let top = cloud.make("projects", json!({"project": {"name": "top"}}));
    let below = cloud.make(
        "projects",
        json!({"project": {"name": "below", "parent_id": top}}),
    );
    let path = |id: &str, query: &str| format!("/identity/v3/projects/{id}{query}");
    let seen = cloud.get(&path(&below, "?parents_as_ids")).json();
    assert_eq!(
        seen["project"]["parents"],
        json!({ &top: {"default": null} })
    );
    let seen = cloud.get(&path(&top, "?subtree_as_list")).json();
    assert_eq!(seen["project"]["subtree"][0]["project"]["id"], *below);
    assert_eq!(
        cloud.delete(&path(&top, "")).told(),
        format!(
            "Cannot delete the project {top} since it is not a leaf in the hierarchy. Use the cascade option if \
             you want to delete a whole subtree."
        )
    );
    assert_eq!(
        cloud
            .patch(&path(&top, ""), &json!({"project": {"enabled": false}}))
            .told(),
        format!("Cannot disable project {top} since its subtree contains enabled projects.")
    );
    assert_eq!(
        cloud
            .patch(
                &path(&below, ""),
                &json!({"project": {"parent_id": "default"}})
            )
            .told(),
        "Update of `parent_id` is not allowed."
    );
    let listed = cloud
        .get(&format!("/identity/v3/projects?parent_id={top}"))
        .json();
    assert_eq!(listed["projects"].as_array().map(Vec::len), Some(1));
}

#[test]
fn projects_have_labels() {
    let mut cloud = Cloud::of("admin");
    let id = cloud.make("projects", json!({"project": {"name": "p", "tags": ["a"]}}));
    let path = format!("/identity/v3/projects/{id}/tags");
    assert_eq!(cloud.put(&format!("{path}/b"), &json!({})).code(), 201);
    assert_eq!(cloud.get(&path).json()["tags"], json!(["a", "b"]));
    assert_eq!(cloud.delete(&format!("{path}/a")).code(), 204);
    assert_eq!(
        cloud.get(&format!("{path}/a")).told(),
        "Could not find project tag: a."
    );
    assert_eq!(
        cloud.put(&path, &json!({"tags": ["x", "x"]})).told(),
        "['x', 'x'] has non-unique elements"
    );
    let mut found = |query: &str| {
        let seen = cloud
            .get(&format!("/identity/v3/projects?name=p&{query}"))
            .json();
        seen["projects"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(
        (found("tags=b"), found("tags=b,c"), found("tags-any=b,c")),
        (1, 0, 1)
    );
    assert_eq!((found("not-tags=b,c"), found("not-tags-any=b,c")), (1, 0));
}

#[test]
fn a_project_that_is_immutable_stays_as_it_is() {
    let mut cloud = Cloud::of("admin");
    let said = json!({"project": {"name": "p", "options": {"immutable": true}}});
    let id = cloud.make("projects", said);
    let path = format!("/identity/v3/projects/{id}");
    assert_eq!(
        cloud.delete(&path).told(),
        format!(
            "Unable to delete immutable project resource: `{id}. Set resource option \"immutable\" to false first."
        )
    );
    assert_eq!(cloud.put(&format!("{path}/tags/x"), &json!({})).code(), 403);
    let free = json!({"project": {"options": {"immutable": false}}});
    assert_eq!(cloud.patch(&path, &free).code(), 200);
    assert_eq!(cloud.delete(&path).code(), 204);
}

#[test]
fn servers_stay_their_projects_own_when_it_changes() {
    let mut cloud = Cloud::of("joe");
    let server = cloud.create("web-1");
    let project = cloud
        .world
        .accounts
        .project_named("joe")
        .id
        .simple()
        .to_string();
    let joe = cloud.token.clone();
    cloud.log_in("admin");
    let said = json!({"project": {"description": "another"}});
    cloud.patch(&format!("/identity/v3/projects/{project}"), &said);
    cloud.token = joe;
    assert_eq!(
        cloud.get(&format!("/compute/v2.1/servers/{server}")).code(),
        200
    );
}
