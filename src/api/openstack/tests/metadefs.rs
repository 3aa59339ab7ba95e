//! Definitions of metadata.

use http::StatusCode;
use serde_json::json;

use super::Cloud;

const SPACES: &str = "/image/v2/metadefs/namespaces";

#[test]
fn a_namespace_holds_definitions_until_it_goes() {
    let mut cloud = Cloud::of("admin");
    let wanted = json!({
        "namespace": "OS::Test", "visibility": "public", "protected": true,
        "resource_type_associations": [{"name": "OS::Nova::Flavor"}],
        "properties": {"color": {"title": "Color", "type": "string"}},
    });
    let seen = cloud.post(SPACES, &wanted);
    assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.text);
    assert_eq!(seen.json()["properties"]["color"]["title"], "Color");
    let told = cloud.post(SPACES, &wanted);
    assert!(
        told.text.contains("namespace=OS::Test already exists."),
        "{}",
        told.text
    );
    let path = format!("{SPACES}/OS::Test");
    let objects = format!("{path}/objects");
    let seen = cloud.post(&objects, &json!({"name": "paint", "required": ["color"]}));
    assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.text);
    let seen = cloud.put(&format!("{objects}/paint"), &json!({"name": "lacquer"}));
    assert_eq!(seen.json()["name"], "lacquer");
    assert_eq!(cloud.get(&objects).json()["objects"][0]["name"], "lacquer");
    assert_eq!(
        cloud.get(&format!("{objects}/paint")).status,
        StatusCode::NOT_FOUND
    );
    let seen = cloud.post(
        &format!("{path}/tags"),
        &json!({"tags": [{"name": "a"}, {"name": "b"}]}),
    );
    assert_eq!(seen.json()["tags"].as_array().map(Vec::len), Some(2));
    cloud.post(&format!("{path}/tags/c"), &json!(null));
    assert_eq!(cloud.get(&format!("{path}/tags/c")).json()["name"], "c");
    let told = cloud.delete(&path);
    assert!(
        told.text
            .contains("OS::Test is protected and cannot be deleted."),
        "{}",
        told.text
    );
    cloud.put(&path, &json!({"namespace": "OS::Test", "protected": false}));
    let seen = cloud.get(&path).json();
    assert_eq!(
        (&seen["visibility"], &seen["objects"][0]["name"]),
        (&json!("private"), &json!("lacquer"))
    );
    cloud.log_in("demo");
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
    assert_eq!(cloud.delete(&path).status, StatusCode::FORBIDDEN);
    cloud.log_in("admin");
    assert_eq!(cloud.delete(&path).status, StatusCode::NO_CONTENT);
    assert_eq!(cloud.get(SPACES).json()["namespaces"], json!([]));
}

#[test]
fn definitions_are_checked_by_their_documents() {
    let mut cloud = Cloud::of("admin");
    for (name, said) in [
        ("namespace", "namespace"),
        ("properties", "properties"),
        ("resource_types", "resource_type_associations"),
    ] {
        let seen = cloud
            .get(&format!("/image/v2/schemas/metadefs/{name}"))
            .json();
        assert_eq!(seen["name"], said);
    }
    let mut told = |body| cloud.post(SPACES, &body).text;
    assert!(told(json!({})).contains("is a required property"));
    assert!(told(json!({"namespace": "x", "color": 1})).contains("was unexpected)"));
    assert!(told(json!({"namespace": 1})).contains("1 is not of type"));
}
