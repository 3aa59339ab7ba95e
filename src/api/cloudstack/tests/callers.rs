//! Who is calling, and what they may see.

use std::time::Duration;

use http::{HeaderValue, Method};
use serde_json::json;

use super::{Cloud, content, names, request, text};
use crate::vocabulary::plan::ClockMode;

#[test]
fn an_account_sees_and_touches_only_its_own() {
    let mut cloud = Cloud::new();
    let own = cloud.deploy(&[("name", "admins")]);
    let (joes, _) = cloud.deploy_as("joe", &[("name", "joes")]);
    assert_eq!(names(&cloud.call("listVirtualMachines", &[])), ["admins"]);
    assert_eq!(
        names(&cloud.call("listVirtualMachines", &[("listAll", "true")])),
        ["admins", "joes"]
    );
    assert_eq!(
        names(&cloud.call("listVirtualMachines", &[("id", &joes)])),
        ["joes"]
    );
    let (_, answer) = cloud.call_as("joe", "listVirtualMachines", &[("listall", "true")]);
    assert_eq!(names(&answer), ["joes"]);
    assert!(answer["virtualmachine"][0].get("hostname").is_none());
    let (status, _) = cloud.call_as("joe", "stopVirtualMachine", &[("id", &own)]);
    assert_eq!(status, 531);
    let (status, answer) = cloud.call_as("joe", "listHosts", &[]);
    assert_eq!((status, &answer["errorcode"]), (432, &json!(432)));
}

#[test]
fn a_wrong_or_late_signature_is_refused_without_a_reason() {
    let mut cloud = Cloud::new();
    let refused = "unable to verify user credentials and/or request signature";
    for query in [
        "command=listZones&response=json",
        "command=listZones&response=json&apikey=admin-key",
        "command=listZones&response=json&apikey=admin-key&signature=AAAA",
        "command=listZones&response=json&apikey=nobodys&signature=AAAA",
    ] {
        let reply = cloud.send(request(Method::GET, query, ""));
        let body = content(&reply);
        assert_eq!(
            (reply.status.as_u16(), text(&body["errortext"])),
            (401, refused.to_owned())
        );
        assert!(body.get("cserrorcode").is_none());
    }
    let late = [
        ("signatureVersion", "3"),
        ("expires", "1970-01-01T00:10:00+0000"),
    ];
    assert_eq!(cloud.call_as("admin", "listZones", &late).0, 200);
    cloud.world.tick(Duration::from_secs(3600));
    assert_eq!(
        cloud.call_as("admin", "listZones", &late).0,
        200,
        "clients sign by the real time"
    );
    cloud.world.observe(Duration::from_secs(3600));
    assert_eq!(cloud.call_as("admin", "listZones", &late).0, 401);
    cloud.world.set_clock_mode(ClockMode::Frozen);
    assert_eq!(cloud.call_as("admin", "listZones", &late).0, 200);
}

#[test]
fn a_login_gives_a_session_that_ends_with_its_logout() {
    let mut cloud = Cloud::new();
    let form = "command=login&username=admin&password=password&domain=%2F&response=json";
    let reply = cloud.send(request(Method::POST, "", form));
    let key = text(&content(&reply)["sessionkey"]);
    let cookies: Vec<String> = reply
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| Some(cookie.to_str().ok()?.split(';').next()?.to_owned()))
        .collect();
    assert_eq!(cookies.len(), 2);
    assert!(cookies.contains(&format!("sessionkey={key}")));
    let ask = |cloud: &mut Cloud, key: &str, command: &str| {
        let query = format!("command={command}&response=json&sessionkey={key}");
        let mut request = request(Method::GET, &query, "");
        let cookie = HeaderValue::from_str(&cookies.join("; ")).expect("a header");
        request.headers.insert("cookie", cookie);
        cloud.send(request)
    };
    assert_eq!(content(&ask(&mut cloud, &key, "listZones"))["count"], 1);
    assert_eq!(ask(&mut cloud, "other", "listZones").status, 401);
    let bye = ask(&mut cloud, &key, "logout");
    assert_eq!(content(&bye), json!({"description": "success"}));
    assert_eq!(ask(&mut cloud, &key, "listZones").status, 401);
}

#[test]
fn a_wrong_password_is_531_and_an_unknown_name_makes_an_account() {
    let mut cloud = Cloud::new();
    let log_in = |cloud: &mut Cloud, name: &str| {
        let query = format!("command=login&username={name}&password=wrong&response=json");
        let reply = cloud.send(request(Method::POST, &query, ""));
        (reply.status.as_u16(), content(&reply))
    };
    assert_eq!(log_in(&mut cloud, "admin").0, 531);
    let (status, session) = log_in(&mut cloud, "newcomer");
    assert_eq!((status, &session["type"]), (200, &json!("0")));
}
