//! What every call has in common.

use std::time::Duration;

use http::Method;
use serde_json::json;

use super::super::fault::veiled;
use super::{Cloud, content, request};
use crate::vocabulary::fault::{Fault, FaultKind};

#[test]
fn api_descriptions_have_all_that_clients_take_for_granted() {
    let mut cloud = Cloud::new();
    let apis = cloud.call("listApis", &[]);
    for api in apis["api"].as_array().expect("commands") {
        assert!(
            api["name"].is_string() && api["description"].is_string() && api["related"].is_string()
        );
        assert!(
            api["isasync"].is_boolean() && api["response"].is_array(),
            "{api}"
        );
        for param in api["params"].as_array().expect("parameters") {
            for name in ["name", "type", "description"] {
                assert!(param[name].is_string(), "{param}");
            }
            assert!(param["required"].is_boolean() && param["length"].is_number());
        }
    }
    let (_, users) = cloud.call_as("joe", "listApis", &[]);
    let count = |apis: &serde_json::Value| apis["count"].as_u64().unwrap_or_default();
    assert!(count(&users) > 0 && count(&users) < count(&apis));
}

#[test]
fn what_fails_inside_the_cloud_is_told_to_administrators_only() {
    let fault = Fault::new(FaultKind::NoCapacity, "no host has room");
    let hidden = veiled(&fault).expect("a veiled fault");
    assert!(
        hidden
            .message
            .contains("please contact your system administrator")
    );
    let told = Fault {
        status: Some(533),
        ..fault
    };
    assert!(veiled(&told).is_none(), "a scenario's own words are told");
}

#[test]
fn a_login_lasts_while_it_is_used() {
    let mut cloud = Cloud::new();
    let form = "command=login&username=admin&password=password&response=json";
    let reply = cloud.send(request(Method::POST, "", form));
    let welcome = content(&reply);
    assert_eq!(welcome["timeout"], 1800);
    let cookie = reply.headers["set-cookie"].clone();
    let key = welcome["sessionkey"].as_str().expect("a key").to_owned();
    let mut ask = |minutes: u64| {
        let now = cloud.world.age() + Duration::from_secs(minutes * 60);
        cloud.world.observe(now);
        cloud.run_due();
        let query = format!("command=listZones&response=json&sessionkey={key}");
        let mut request = request(Method::GET, &query, "");
        request.headers.insert("cookie", cookie.clone());
        cloud.send(request).status.as_u16()
    };
    assert_eq!([ask(29), ask(29), ask(31), ask(0)], [200, 200, 401, 401]);
}

#[test]
fn an_error_names_what_it_is_about() {
    let mut cloud = Cloud::new();
    let machine = cloud.deploy(&[("startvm", "false")]);
    let params = [("virtualmachineid", &*machine), ("autoselect", "true")];
    let (_, refusal) = cloud.call_as("admin", "migrateVirtualMachine", &params);
    assert_eq!(
        refusal["uuidList"],
        json!([{"uuid": machine, "description": "vmId"}])
    );
}

#[test]
fn a_session_with_another_key_is_told_so_and_a_call_without_a_command_too() {
    let mut cloud = Cloud::new();
    let form = "command=login&username=admin&password=password&response=json";
    let reply = cloud.send(request(Method::POST, "", form));
    let cookie = reply.headers["set-cookie"].clone();
    let mut ask = request(
        Method::GET,
        "command=listZones&response=json&sessionkey=other",
        "",
    );
    ask.headers.insert("cookie", cookie);
    let refused = cloud.send(ask);
    assert_eq!(refused.status, 401);
    assert_eq!(
        content(&refused)["errortext"],
        "unable to verify user credentials"
    );
    let nothing = cloud.send(request(Method::GET, "response=json", ""));
    assert_eq!(nothing.status, 400);
    assert_eq!(content(&nothing)["errortext"], "no command specified");
    let told = cloud.call("listEvents", &[("type", "USER.LOGIN")]);
    assert_eq!(told["count"], 1);
}

#[test]
fn a_login_is_written_in_xml_as_in_json() {
    let mut cloud = Cloud::new();
    let form = "command=login&username=admin&password=password&domain=%2F";
    let reply = cloud.send(request(Method::POST, "", form));
    let body = String::from_utf8_lossy(&reply.body).into_owned();
    assert!(body.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><loginresponse cloud-stack-version="
    ));
    for part in [
        "<username>admin</username>",
        "<type>1</type>",
        "<registered>false</registered>",
    ] {
        assert!(body.contains(part), "{body}");
    }
}

#[test]
fn jobs_are_written_in_xml_with_what_they_made_inside() {
    let mut cloud = Cloud::new();
    let (_, job) = cloud.deploy_as("admin", &[]);
    let query = format!("command=queryAsyncJobResult&jobid={job}&apiKey=admin-key");
    let signature = super::signature::sign(
        &[
            ("command", "queryAsyncJobResult"),
            ("jobid", &job),
            ("apiKey", "admin-key"),
        ],
        "admin-secret",
    );
    let signature: String = form_urlencoded::byte_serialize(signature.as_bytes()).collect();
    let reply = cloud.send(request(
        Method::GET,
        &format!("{query}&signature={signature}"),
        "",
    ));
    let body = String::from_utf8_lossy(&reply.body).into_owned();
    assert!(body.contains("<jobresult><virtualmachine><id>"), "{body}");
    assert!(body.contains("<jobstatus>1</jobstatus>") && body.contains("<nic><id>"));
}

#[test]
fn pages_are_counted_as_a_whole() {
    let mut cloud = Cloud::new();
    for name in ["a", "b", "c"] {
        cloud.call("createSSHKeyPair", &[("name", name)]);
    }
    let page = cloud.call("listSSHKeyPairs", &[("page", "2"), ("pagesize", "2")]);
    assert_eq!(
        (&page["count"], &page["sshkeypair"][0]["name"]),
        (&json!(3), &json!("c"))
    );
    assert_eq!(cloud.refused("listSSHKeyPairs", &[("page", "1")]).0, 431);
    assert_eq!(
        cloud.refused("listSSHKeyPairs", &[("pagesize", "1")]).0,
        431
    );
    assert_eq!(
        cloud
            .refused("listSSHKeyPairs", &[("page", "1"), ("pagesize", "501")])
            .0,
        431
    );
}

#[test]
fn the_size_of_pages_is_a_setting() {
    let mut cloud = Cloud::new();
    for name in ["a", "b", "c"] {
        cloud.call("createSSHKeyPair", &[("name", name)]);
    }
    let set = |cloud: &mut Cloud, value: &str| {
        cloud.call(
            "updateConfiguration",
            &[("name", "default.page.size"), ("value", value)],
        );
    };
    let all = [("pagesize", "-1")];
    assert_eq!(cloud.refused("listSSHKeyPairs", &all).0, 431);
    set(&mut cloud, "2");
    let first = cloud.call("listSSHKeyPairs", &[]);
    assert_eq!(
        (
            &first["count"],
            first["sshkeypair"].as_array().map(Vec::len)
        ),
        (&json!(3), Some(2))
    );
    set(&mut cloud, "-1");
    let every = cloud.call("listSSHKeyPairs", &all);
    assert_eq!(every["sshkeypair"].as_array().map(Vec::len), Some(3));
}
