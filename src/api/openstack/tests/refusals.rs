use super::*;
use crate::api::{BodyProblem, Call};
use crate::vocabulary::fault::{Fault, FaultKind};

#[test]
fn unknown_paths_and_wrong_methods_are_each_services_own() {
    let mut cloud = Cloud::of("demo");
    let seen = cloud.get("/compute/v2.1/nope");
    assert_eq!(seen.header("content-type"), "text/html; charset=UTF-8");
    assert!(
        seen.text
            .contains("The resource could not be found.<br /><br />"),
        "{}",
        seen.text
    );
    cloud.accept = "application/json";
    let page = json!({"message": "The resource could not be found.<br /><br />\n\n\n", "code": "404 Not Found",
        "title": "Not Found"});
    for (method, path) in [
        ("GET", "/compute/v2.1/servers/"),
        ("PATCH", "/compute/v2.1/servers"),
        ("HEAD", "/compute/v2.1/servers"),
        ("GET", "/image/v2/nope"),
    ] {
        let seen = cloud.send(method, path, None);
        assert_eq!(
            (seen.status, seen.json()),
            (StatusCode::NOT_FOUND, page.clone()),
            "{method} {path}"
        );
    }
    assert_eq!(
        cloud.get("/compute/v3/servers").status,
        StatusCode::MULTIPLE_CHOICES
    );
    let seen = cloud.send("PUT", "/identity/v3/auth/tokens", Some("{}"));
    assert_eq!(seen.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(
        seen.json()["message"],
        "The method is not allowed for the requested URL."
    );
    assert!(
        cloud
            .get("/identity/v1.0")
            .text
            .contains("The requested URL was not found on the server.")
    );
    assert_eq!(
        cloud.send("DELETE", "/image/v2/images", None).status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    cloud.token = None;
    assert_eq!(
        cloud.get("/compute/v2.1/nope").status,
        StatusCode::UNAUTHORIZED
    );
}

#[test]
fn bodies_that_cannot_be_read_are_refused() {
    let mut cloud = Cloud::of("demo");
    let seen = cloud.send("POST", "/compute/v2.1/servers", Some("{bro"));
    assert_eq!(seen.fault("badRequest"), "Malformed request body");
    let seen = cloud.send("POST", "/compute/v2.1/servers", None);
    assert_eq!(seen.fault("badRequest"), "None is not of type 'object'");
    let seen = cloud.send("POST", "/identity/v3/auth/tokens", Some("{bro"));
    assert!(
        seen.json()["error"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("valid JSON in request body"))
    );
    let request = |content_type: &'static str, body| Request {
        method: http::Method::POST,
        region: None,
        path: "/compute/v2.1/servers".to_owned(),
        query: String::new(),
        headers: {
            let mut headers = cloud.headers(true);
            headers.insert("content-type", HeaderValue::from_static(content_type));
            headers
        },
        body,
        is_trusted: false,
    };
    let (form, large) = (
        request(
            "application/x-www-form-urlencoded",
            Ok(Bytes::from_static(b"a=b")),
        ),
        request("application/json", Err(BodyProblem::TooLarge(10))),
    );
    let reply = cloud.answer(form);
    assert_eq!(reply.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(String::from_utf8_lossy(&reply.body).contains("Unsupported Content-Type"));
    assert_eq!(cloud.answer(large).status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[test]
fn the_project_in_the_url_has_to_be_ones_own() {
    let mut cloud = Cloud::of("demo");
    let own = cloud
        .world
        .accounts
        .project_named("demo")
        .id
        .simple()
        .to_string();
    cloud.create("web-1");
    for version in ["v2", "v2.1"] {
        let seen = cloud.get(&format!("/compute/{version}/{own}/servers"));
        let href = seen.json()["servers"][0]["links"][0]["href"].clone();
        let start = format!("http://cloud:8900/compute/{version}/{own}/servers/");
        assert!(
            href.as_str().is_some_and(|href| href.starts_with(&start)),
            "{href}"
        );
        assert_eq!(
            seen.header("openstack-api-version").is_empty(),
            version == "v2"
        );
    }
    let told = cloud.get("/compute/v2.1/abc/servers").fault("badRequest");
    assert_eq!(
        told,
        format!(
            "Malformed request URL: URL's project_id 'abc' doesn't match Context's project_id '{own}'"
        )
    );
}

#[test]
fn microversions_are_negotiated() {
    let mut cloud = Cloud::of("demo");
    let seen = cloud.at(999).get("/compute/v2.1/servers");
    assert_eq!(seen.status, StatusCode::NOT_ACCEPTABLE);
    assert_eq!(
        seen.fault("computeFault"),
        "Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.100."
    );
    assert_eq!(seen.header("openstack-api-version"), "compute 2.999");
    cloud.version = Some("latest".to_owned());
    let seen = cloud.get("/compute/v2.1/servers");
    assert_eq!(seen.header("x-openstack-nova-api-version"), "2.100");
    assert_eq!(
        seen.header("vary"),
        "OpenStack-API-Version, X-OpenStack-Nova-API-Version"
    );
    assert_eq!(
        seen.header("x-openstack-request-id"),
        seen.header("x-compute-request-id")
    );
    assert!(seen.header("x-openstack-request-id").starts_with("req-"));
    cloud.version = Some("abc".to_owned());
    assert_eq!(
        cloud.get("/compute/v2.1/servers").status,
        StatusCode::BAD_REQUEST
    );
}

/// A fault that a scenario asks for.
fn demanded(path: &str, status: u16, message: &str) -> (StatusCode, String) {
    let cloud = Cloud::of("demo");
    let request = Request {
        method: http::Method::GET,
        region: None,
        path: path.to_owned(),
        query: String::new(),
        headers: cloud.headers(false),
        body: Ok(Bytes::new()),
        is_trusted: false,
    };
    let call: Box<Call> = OpenStack.recognise(request).expect("a call");
    let fault = Fault {
        kind: FaultKind::of_status(status),
        status: Some(status),
        message: message.to_owned(),
        name: None,
        about: Vec::new(),
    };
    let reply = OpenStack.finish(&call, OpenStack.fault(&call, &fault));
    (
        reply.status,
        String::from_utf8(reply.body.to_vec()).expect("text"),
    )
}

#[test]
fn demanded_faults_look_like_the_services_own() {
    let told = |path, status, message| demanded(path, status, message).1;
    assert_eq!(
        told("/compute/v2.1/servers", 503, "no"),
        r#"{"serviceUnavailable":{"code":503,"message":"no"}}"#
    );
    assert_eq!(
        told("/compute/v2.1/servers", 429, "no"),
        r#"{"overLimit":{"code":429,"message":"no"}}"#
    );
    assert_eq!(
        told("/identity/v3/users", 503, "no"),
        r#"{"error":{"code":503,"message":"no","title":"Service Unavailable"}}"#
    );
    assert_eq!(
        told("/network/v2.0/networks", 503, "no"),
        r#"{"NeutronError":{"type":"ServiceUnavailable","message":"no","detail":""}}"#
    );
    assert!(
        told("/image/v2/images", 503, "no")
            .contains("<h1>503 Service Unavailable</h1>\n  no<br /><br />")
    );
    let (status, text) = demanded("/compute/v2.1/servers", 503, "");
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        text.contains("The server is currently unavailable. Please try again at a later time.")
    );
}
