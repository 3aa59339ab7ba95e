//! The simulator commands from the wire to the wire, with the engine behind them.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use crate::api::Request;
use crate::api::cloudstack::signature;
use crate::control::{Control, ControlSettings};
use crate::engine::{Engine, Settings};
use crate::vocabulary::plan::{ClockMode, Plan};
use crate::world::start::blueprint::{AccountPlan, Blueprint};

struct Cloud(Control);

fn account(user: &str, admin: bool) -> AccountPlan {
    AccountPlan {
        user: user.into(),
        password: None,
        project: None,
        admin,
        api_key: Some(format!("{user}-key")),
        secret_key: Some("secret".into()),
    }
}

impl Cloud {
    fn new() -> Self {
        let settings = Settings {
            blueprint: Blueprint {
                accounts: vec![account("admin", true), account("joe", false)],
                ..crate::world::tests::blueprint()
            },
            seed: None,
            clock: Some(ClockMode::Elastic),
            clock_start: None,
            presets: true,
            journal_bytes: 1 << 16,
        };
        let engine = Engine::new(settings, Plan::default()).expect("an engine");
        Self(Control::new(Arc::new(engine), ControlSettings::default()))
    }

    async fn call_as(&self, user: &str, command: &str, params: &[(&str, &str)]) -> (u16, Value) {
        let key = format!("{user}-key");
        let mut all = vec![("command", command), ("response", "json"), ("apikey", &key)];
        all.extend(params);
        let signature = signature::sign(&all, "secret");
        all.push(("signature", &signature));
        let request = Request {
            method: Method::GET,
            region: None,
            path: "/client/api".into(),
            query: form_urlencoded::Serializer::new(String::new())
                .extend_pairs(all)
                .finish(),
            headers: HeaderMap::new(),
            body: Ok(Bytes::new()),
            is_trusted: false,
        };
        let reply = self.0.handle(request).await;
        let body: Value = serde_json::from_slice(&reply.body).expect("JSON");
        let name = match reply.status.as_u16() {
            432 => "errorresponse".to_owned(),
            _ => format!("{}response", command.to_lowercase()),
        };
        (reply.status.as_u16(), body[&name].clone())
    }

    async fn call(&self, command: &str, params: &[(&str, &str)]) -> Value {
        let (status, content) = self.call_as("admin", command, params).await;
        assert_eq!(status, 200, "{command}: {content}");
        content
    }

    async fn refused(&self, command: &str, params: &[(&str, &str)]) -> (u16, String) {
        let (status, content) = self.call_as("admin", command, params).await;
        (
            status,
            content["errortext"].as_str().unwrap_or_default().to_owned(),
        )
    }

    async fn configure(&self, params: &[(&str, &str)]) -> Value {
        self.call("configureSimulator", params).await["simulatormock"].clone()
    }

    async fn query(&self, mock: &Value) -> Value {
        let id = mock["id"].to_string();
        self.call("querySimulatorMock", &[("id", &id)]).await["simulatormock"].clone()
    }

    async fn first(&self, command: &str, key: &str, params: &[(&str, &str)]) -> String {
        let list = self.call(command, params).await;
        list[key][0]["id"].as_str().expect("an id").to_owned()
    }

    /// Deploys a machine; its state and the host it is on.
    async fn deploy(&self) -> (Value, Value) {
        let offering = self
            .first("listServiceOfferings", "serviceoffering", &[])
            .await;
        let template = self
            .first("listTemplates", "template", &[("templatefilter", "all")])
            .await;
        let zone = self.first("listZones", "zone", &[]).await;
        let params = [
            ("serviceofferingid", &*offering),
            ("templateid", &template),
            ("zoneid", &zone),
        ];
        let answer = self.call("deployVirtualMachine", &params).await;
        self.end_of(&answer["jobid"]).await;
        let id = answer["id"].as_str().expect("an id");
        let list = self.call("listVirtualMachines", &[("id", id)]).await;
        let machine = &list["virtualmachine"][0];
        (machine["state"].clone(), machine["hostname"].clone())
    }

    /// Polls a job to its end; under the elastic clock each poll brings the next event.
    async fn end_of(&self, job: &Value) {
        let id = job.as_str().expect("an id");
        for _ in 0..20 {
            if self.call("queryAsyncJobResult", &[("jobid", id)]).await["jobstatus"] != 0 {
                return;
            }
        }
        panic!("the job does not end");
    }
}

#[tokio::test]
async fn a_mock_on_one_host_sends_the_machine_to_the_other_and_is_then_spent() {
    let cloud = Cloud::new();
    let host = cloud
        .first("listHosts", "host", &[("name", "host-1")])
        .await;
    let params = [
        ("name", "StartCommand"),
        ("value", "result:fail"),
        ("count", "1"),
        ("hostid", &*host),
    ];
    let mock = cloud.configure(&params).await;
    assert_eq!(
        mock,
        json!({
            "id": 1, "zoneid": 1, "podid": 1, "clusterid": 1, "hostid": 1,
            "name": "StartCommand", "count": 1, "value": "result:fail", "hits": 0,
        })
    );
    assert_eq!(cloud.deploy().await, (json!("Running"), json!("host-2")));
    let spent = cloud.query(&mock).await;
    assert_eq!((&spent["count"], &spent["hits"]), (&json!(0), &json!(1)));
    let done = cloud.call("cleanupSimulatorMock", &[("id", "1")]).await;
    assert_eq!(done, json!({"success": true}));
    assert_eq!(cloud.deploy().await.0, json!("Running"));
    assert_eq!(
        cloud.refused("querySimulatorMock", &[("id", "1")]).await,
        (530, "Failed to query mock".into())
    );
    assert_eq!(
        cloud.refused("cleanupSimulatorMock", &[("id", "1")]).await,
        (530, "Failed to cleanup mock".into())
    );
}

#[tokio::test]
async fn the_names_of_the_design_page_are_as_good() {
    let cloud = Cloud::new();
    let params = [
        ("cmdName", "StartCommand"),
        ("responseType", "FAIL"),
        ("delay", "2s"),
        ("count", "2"),
    ];
    let mock = cloud.configure(&params).await;
    assert_eq!(mock["value"], "result:fail|wait:2000");
    assert_eq!(cloud.deploy().await.0, json!("Error"), "both hosts refuse");
    let queried = cloud.call("queryMock", &[("queryMock", "1")]).await;
    assert_eq!(queried["simulatormock"]["count"], 0);
    cloud.call("cleanupMock", &[("cleanupMock", "1")]).await;
    let json = r#"{"com.cloud.agent.api.StartAnswer":{"result":false,"details":"no"}}"#;
    let mock = cloud
        .configure(&[("cmdName", "StartCommand"), ("responseJSON", json)])
        .await;
    assert_eq!(mock["jsonresponse"], json);
    assert!(mock.get("count").is_none());
    assert_eq!(cloud.deploy().await.0, json!("Error"));
}

#[tokio::test]
async fn the_same_command_at_the_same_place_is_one_mock() {
    let cloud = Cloud::new();
    let first = cloud
        .configure(&[
            ("name", "StartCommand"),
            ("value", "result:fail"),
            ("count", "9"),
        ])
        .await;
    cloud.deploy().await;
    let again = cloud
        .configure(&[
            ("name", "StartCommand"),
            ("value", "result:fail"),
            ("count", "9"),
        ])
        .await;
    assert_eq!((&again["id"], &again["count"]), (&first["id"], &json!(9)));
    let zoned = cloud
        .configure(&[
            ("name", "StartCommand"),
            ("value", "wait:5"),
            ("zoneid", "1"),
        ])
        .await;
    assert_eq!((&zoned["id"], &zoned["zoneid"]), (&json!(2), &json!(1)));
    let list = cloud.call("listSimulatorMocks", &[]).await;
    assert_eq!(
        (&list["count"], &list["simulatormock"][1]),
        (&json!(2), &zoned)
    );
    assert_eq!(
        cloud
            .call("listSimulatorMocks", &[("name", "StopCommand")])
            .await,
        json!({})
    );
}

#[tokio::test]
async fn the_host_stands_in_for_a_zero_in_the_answer() {
    let cloud = Cloud::new();
    let json = r#"{"StartAnswer":{"result":true,"hostId":0}}"#;
    let mock = cloud
        .configure(&[
            ("name", "StartCommand"),
            ("value", ""),
            ("jsonresponse", json),
            ("hostid", "2"),
        ])
        .await;
    assert_eq!(
        mock["jsonresponse"],
        r#"{"StartAnswer":{"result":true,"hostId":2}}"#
    );
}

#[tokio::test]
async fn answers_may_be_longer_than_other_texts() {
    let cloud = Cloud::new();
    let details = "x".repeat(3000);
    let json = json!({"StartAnswer": {"result": true, "details": details}}).to_string();
    let own = [
        ("name", "StartCommand"),
        ("value", ""),
        ("jsonresponse", &*json),
    ];
    assert_eq!(cloud.configure(&own).await["jsonresponse"], *json);
}

#[tokio::test]
async fn api_commands_can_be_mocked_too() {
    let cloud = Cloud::new();
    cloud
        .configure(&[
            ("name", "listZones"),
            ("value", "result:fail"),
            ("count", "1"),
        ])
        .await;
    assert_eq!(cloud.refused("listZones", &[]).await.0, 530);
    cloud.call("listZones", &[]).await;
    let mock = cloud
        .configure(&[("name", "compute.create_server"), ("value", "result:fault")])
        .await;
    assert_eq!(mock["name"], "compute.create_server");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_reason() {
    let cloud = Cloud::new();
    let fail = ("value", "result:fail");
    let start = ("name", "StartCommand");
    let long = format!("result:fail|{}", " ".repeat(300));
    for (params, reason) in [
        (vec![fail], "due to missing parameter name"),
        (vec![start], "due to missing parameter value"),
        (
            vec![("name", "StratCommand"), fail],
            "Did you mean StartCommand?",
        ),
        (
            vec![("name", "GetVmStatsCommand"), fail],
            "would wait for ever",
        ),
        (vec![start, ("value", "fail")], "\"fail\" has no colon"),
        (vec![start, ("value", "result:fial")], "Did you mean fail?"),
        (vec![start, ("value", "wait:soon")], "not \"soon\""),
        (vec![start, ("value", "enabled:false")], "not \"enabled\""),
        (
            vec![start, ("value", &long)],
            "max allowed length 255 for param: value",
        ),
        (
            vec![start, fail, ("count", "0")],
            "count has to be 1 or more",
        ),
        (
            vec![start, fail, ("count", "many")],
            "invalid value many for parameter count",
        ),
        (
            vec![start, fail, ("jsonresponse", "{}")],
            "leave one of them out",
        ),
        (
            vec![start, ("jsonresponse", "{")],
            "jsonresponse is no JSON",
        ),
        (
            vec![start, ("responseType", "custom")],
            "There is no jsonresponse",
        ),
        (vec![start, fail, ("hostid", "7")], "entity does not exist"),
        (
            vec![("name", "listZones"), fail, ("zoneid", "1")],
            "no particular place",
        ),
    ] {
        let (status, text) = cloud.refused("configureSimulator", &params).await;
        assert_eq!(
            (status, text.contains(reason)),
            (431, true),
            "{params:?}: {text}"
        );
    }
    assert_eq!(
        cloud.call("listSimulatorMocks", &[]).await,
        json!({}),
        "nothing was made"
    );
}

#[tokio::test]
async fn only_admins_steer_the_simulator() {
    let cloud = Cloud::new();
    assert_eq!(cloud.call_as("joe", "listSimulatorMocks", &[]).await.0, 432);
    assert_eq!(
        cloud.call_as("nobody", "listSimulatorMocks", &[]).await.0,
        401
    );
}
