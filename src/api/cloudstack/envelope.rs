//! The form of every answer: one object under the command's name, in JSON or in XML.

use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::{fault, xml};
use crate::api::{Answer, Reply};
use crate::vocabulary::fault::Fault;

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");
const XML: HeaderValue = HeaderValue::from_static("text/xml; charset=UTF-8");
/// Where the service repeats an error's text; older clients show nothing else.
const DESCRIPTION: HeaderName = HeaderName::from_static("x-description");

/// The name that an answer to `command` stands under.
pub(crate) fn response_name(command: &str) -> String {
    format!("{}response", command.to_ascii_lowercase())
}

/// An answer to `command`, always in JSON at first. `content` is an object; the service never writes
/// `null`, so members without a value are left out, at any depth.
pub(crate) fn success(command: &str, mut content: Value) -> Answer {
    drop_nulls(&mut content);
    answer(StatusCode::OK, &response_name(command), content)
}

/// The answer that tells of a fault. Without a command it stands under `errorresponse`.
pub(crate) fn failure(command: &str, fault: &Fault) -> Answer {
    let code = fault::error_code(fault);
    let name = match code {
        432 => "errorresponse".to_owned(),
        _ if command.is_empty() => "errorresponse".to_owned(),
        _ => response_name(command),
    };
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer(status, &name, exception(fault)).with_header(DESCRIPTION, fault::text(fault))
}

/// A fault as the service writes it, in an answer of its own or as the result of a job.
pub(crate) fn exception(fault: &Fault) -> Value {
    let about = fault.about.iter();
    let about: Vec<Value> = about
        .map(|(thing, called)| json!({ "uuid": thing, "description": called }))
        .collect();
    let mut content = json!({ "uuidList": about, "errorcode": fault::error_code(fault) });
    if let Some(code) = fault::exception_code(fault) {
        content["cserrorcode"] = code.into();
    }
    content["errortext"] = fault::text(fault).into();
    content
}

fn answer(status: StatusCode, name: &str, content: Value) -> Answer {
    let mut answer = Answer::json(status, &json!({ name: content }));
    answer.headers = vec![(http::header::CONTENT_TYPE, JSON)];
    answer
}

/// The reply that an answer becomes, in the form that the client's `response` parameter asks for: XML,
/// unless it is `json`. An answer that a scenario wrote out stays as it is.
pub(crate) fn reply(answer: Answer, form: Option<&str>) -> Reply {
    let is_json = form.is_some_and(|form| form.eq_ignore_ascii_case("json"));
    let mut reply = Reply::new(answer.status, answer.body);
    reply.headers.extend(answer.headers);
    let is_ours = reply.headers.get(http::header::CONTENT_TYPE) == Some(&JSON);
    if !is_json
        && is_ours
        && let Some(xml) = xml::from_json(&reply.body)
    {
        reply.body = xml.into();
        reply.headers.insert(http::header::CONTENT_TYPE, XML);
    }
    reply
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, value| !value.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::fault::FaultKind;

    fn body(reply: &Reply) -> &str {
        std::str::from_utf8(&reply.body).expect("text")
    }

    #[test]
    fn a_fault_names_its_command_and_repeats_its_text_in_a_header() {
        let fault = Fault::bad_request("no such thing");
        let reply = reply(failure("listZones", &fault), Some("json"));
        assert_eq!(
            body(&reply),
            r#"{"listzonesresponse":{"uuidList":[],"errorcode":431,"cserrorcode":9999,"errortext":"no such thing"}}"#
        );
        assert_eq!(reply.status.as_u16(), 431);
        assert_eq!(reply.headers["x-description"], "no such thing");
        assert_eq!(
            reply.headers["content-type"],
            "application/json; charset=UTF-8"
        );
    }

    #[test]
    fn a_mocked_failure_has_the_status_and_text_of_its_scenario() {
        let fault = Fault {
            kind: FaultKind::NoCapacity,
            status: Some(533),
            message: "x".into(),
            name: None,
            about: Vec::new(),
        };
        let answer = failure("deployVirtualMachine", &fault);
        assert_eq!(answer.status.as_u16(), 533);
        let text = std::str::from_utf8(&answer.body).expect("text");
        assert!(text.contains(r#""errorcode":533,"cserrorcode":4335,"errortext":"x""#));
    }

    #[test]
    fn members_without_a_value_are_left_out() {
        let answer = success("listZones", json!({"zone": [{"id": 1, "dns2": null}]}));
        assert_eq!(answer.body, r#"{"listzonesresponse":{"zone":[{"id":1}]}}"#);
    }

    #[test]
    fn xml_is_what_a_client_gets_that_does_not_ask_for_json() {
        let zones = json!({"count": 2, "zone": [{"name": "a<b"}, {"name": "c"}]});
        let reply = reply(success("listZones", zones), None);
        assert_eq!(
            body(&reply),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <listzonesresponse cloud-stack-version=\"4.20.0.0\"><count>2</count>\
             <zone><name>a&lt;b</name></zone><zone><name>c</name></zone></listzonesresponse>"
        );
        assert_eq!(reply.headers["content-type"], "text/xml; charset=UTF-8");
    }

    #[test]
    fn an_answer_of_a_scenario_is_not_turned_into_xml() {
        let fixed = Answer::json(StatusCode::OK, &json!({"a": 1}));
        assert_eq!(body(&reply(fixed, None)), r#"{"a":1}"#);
    }
}
