//! From a request to a call: which command it is, with its parameters and its body.

use chrono::DateTime;
use serde_json::{Value, json};
use uuid::Uuid;

use super::xml::GRAMMAR;
use super::{Call, Reply, Request, balancers, finish};
use crate::api::routes::{Found, Route};
use crate::api::xml;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::profile::Profile;

/// Where the load balancers answer: the version and the tenant follow.
const ROOT: &str = "/loadbalancers/v1.0/";

pub(super) fn is_ours(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next();
    first == Some("loadbalancers")
}

/// Reads a request.
///
/// # Errors
/// The reply to a path that is unknown, or a method that is not for it.
pub(super) fn recognise(request: Request) -> Result<Box<Call>, Box<Reply>> {
    let path = plain(&request.path);
    let Some((tenant, Found { routes, mut params })) = find(&path) else {
        return Err(finish::refuse(&request, &not_found()));
    };
    let Some(route) = routes.iter().find(|route| route.method == request.method) else {
        let fault = Fault::new(FaultKind::MethodNotAllowed, "");
        return Err(finish::refuse(&request, &fault));
    };
    params.push(("tenant", tenant.to_owned()));
    Ok(Box::new(call(request, route, params)))
}

fn call(request: Request, route: &Route, path_params: Vec<(&'static str, String)>) -> Call {
    Call {
        command: route.command,
        operation: route.operation,
        path_params,
        query: form_urlencoded::parse(request.query.as_bytes())
            .into_owned()
            .collect(),
        body: whole(route, read_body(&request)),
        base_url: request.base_url(),
        microversion: 0,
        microversion_fault: None,
        session: None,
        profile: Profile::default(),
        arrived: DateTime::UNIX_EPOCH,
        id: Uuid::nil(),
        request,
    }
}

/// A path without what does not tell operations apart: empty segments, and the form wanted of the answer.
fn plain(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let path: String = segments.flat_map(|segment| ["/", segment]).collect();
    let stem = [".json", ".xml"]
        .iter()
        .find_map(|suffix| path.strip_suffix(suffix));
    stem.map_or(path.clone(), str::to_owned)
}

fn find(path: &str) -> Option<(&str, Found)> {
    let rest = path.strip_prefix(ROOT)?;
    let slash = rest.find('/')?;
    let (tenant, below) = rest.split_at(slash);
    Some((tenant, balancers::routes().find(below)?))
}

fn not_found() -> Fault {
    Fault::new(FaultKind::NotFound, "")
}

/// The body as JSON, `Null` where it is none; what that means is for the operation to say.
fn read_body(request: &Request) -> Value {
    let Ok(bytes) = &request.body else {
        return Value::Null;
    };
    let body = match xml::is_sent(request) {
        true => GRAMMAR.read(bytes),
        false => serde_json::from_slice(bytes).ok(),
    };
    body.unwrap_or_default()
}

/// The body with its outer name, which clients may leave out when they make a balancer.
fn whole(route: &Route, body: Value) -> Value {
    const NAME: &str = "loadBalancer";
    let makes_one = route.command.spec().short_name() == "create_balancer";
    match body {
        Value::Object(members) if makes_one && !members.contains_key(NAME) => {
            json!({ NAME: members })
        }
        body => body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_what_does_not_tell_operations_apart() {
        assert_eq!(
            plain("//loadbalancers//v1.0/1/limits/"),
            "/loadbalancers/v1.0/1/limits"
        );
        assert_eq!(plain("/a/b.json"), "/a/b");
        assert_eq!(plain("/a/b.xml"), "/a/b");
        assert_eq!(plain("/a/b.atom"), "/a/b.atom");
    }

    #[test]
    fn a_feed_is_told_apart_from_what_it_is_about() {
        let command = |path: &str| {
            let (_, found) = find(path).unwrap_or_else(|| panic!("{path}"));
            found.routes[0].command.spec().short_name()
        };
        let root = "/loadbalancers/v1.0/1/loadbalancers";
        assert_eq!(command(&format!("{root}.atom")), "get_feed");
        assert_eq!(command(&format!("{root}/7.atom")), "get_balancer_feed");
        assert_eq!(
            command(&format!("{root}/7/nodes.atom")),
            "get_balancer_feed"
        );
        assert_eq!(
            command(&format!("{root}/7/nodes/3.atom")),
            "get_balancer_feed"
        );
        assert_eq!(command(&format!("{root}/7/nodes/3")), "get_node");
        assert_eq!(
            command(&format!("{root}/7/nodes/events")),
            "list_node_events"
        );
        assert_eq!(command(&format!("{root}/usage")), "get_account_usage");
    }
}
