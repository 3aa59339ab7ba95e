//! From a request to a call: which command it is, with its parameters and its body.

use std::borrow::Cow;

use chrono::DateTime;
use http::header::HeaderMap;
use http::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use super::router::{self, Params, Route};
use super::service::Service;
use super::{Call, Reply, Request, compute, fault, finish, identity};
use crate::api::xml;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::profile::Profile;
use crate::world::accounts::parse_loosely;

/// Reads a request.
///
/// # Errors
/// The reply to a path that is unknown, a method that is not for it, or an action that there is not.
pub(super) fn recognise(request: Request) -> Result<Box<Call>, Box<Reply>> {
    let Some((service, rest)) = Service::of_path(&request.path) else {
        return Err(finish::refuse(
            Service::Identity,
            fault::page(&request, StatusCode::NOT_FOUND, ""),
        ));
    };
    let path = normalise(service, rest);
    let base_url = request.base_url();
    if service == Service::Compute && !compute::is_versioned(&path.path) {
        return Err(finish::refuse(service, compute::choices(&base_url, rest)));
    }
    let body = read_body(service, &request);
    let (route, mut params) = match select(service, &request, &path.path, &body) {
        Ok(found) => found,
        Err(answer) => return Err(finish::refuse(service, *answer)),
    };
    params.extend(
        path.project
            .map(|project| ("project_id", project.to_owned())),
    );
    let (microversion, microversion_fault) = match service.microversions() {
        Some(range) if !path.is_legacy => match range.negotiate(&request.headers) {
            Ok(version) => (version, None),
            Err(fault) => (range.min, Some(fault)),
        },
        Some(_) | None => (0, None),
    };
    Ok(Box::new(Call {
        command: route.command,
        operation: route.operation,
        path_params: params,
        query: form_urlencoded::parse(request.query.as_bytes())
            .into_owned()
            .collect(),
        body,
        base_url,
        microversion,
        microversion_fault,
        session: None,
        profile: Profile::default(),
        arrived: DateTime::UNIX_EPOCH,
        id: Uuid::nil(),
        request,
    }))
}

/// A path, freed of what does not tell operations apart.
#[derive(Default)]
struct Path<'a> {
    path: Cow<'a, str>,
    /// What stands between Nova's version and the resource.
    project: Option<&'a str>,
    /// Nova's v2, without microversions.
    is_legacy: bool,
}

fn normalise(service: Service, rest: &str) -> Path<'_> {
    let plain = |path: &'_ str| Cow::Owned(path.to_owned());
    let mut path = match service {
        // Their frameworks take a slash at the end; Nova's and Glance's do not.
        Service::Identity => Path {
            path: rest.trim_end_matches('/').into(),
            ..Path::default()
        },
        Service::Network => {
            let path = rest.trim_end_matches('/');
            Path {
                path: path.strip_suffix(".json").unwrap_or(path).into(),
                ..Path::default()
            }
        }
        Service::Image | Service::Placement => Path {
            path: rest.into(),
            ..Path::default()
        },
        Service::Compute => normalise_compute(rest),
        Service::Volume => normalise_volume(rest),
    };
    while path.path.as_bytes().windows(2).any(|pair| pair == b"//") {
        path.path = path.path.replace("//", "/").into();
    }
    if path.path.is_empty() {
        path.path = plain("/");
    }
    path
}

/// `/v2/PROJECT/servers` is `/v2.1/servers`.
fn normalise_compute(rest: &str) -> Path<'_> {
    let split = split_project(rest, |text| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'))
    });
    let is_legacy = split.version == "v2";
    let version = if is_legacy { "v2.1" } else { split.version };
    let below = match is_legacy {
        true => without_form(split.below),
        false => split.below,
    };
    let path = match (is_legacy || split.project.is_some(), below) {
        (_, "") => format!("/{version}").into(),
        (false, _) => rest.into(),
        (true, below) => format!("/{version}/{below}").into(),
    };
    Path {
        path,
        project: split.project,
        is_legacy,
    }
}

/// A path without the form that is wanted of the answer: `servers.xml` is `servers`.
fn without_form(path: &str) -> &str {
    let mut stems = [".json", ".xml"]
        .iter()
        .filter_map(|form| path.strip_suffix(form));
    stems.next().unwrap_or(path)
}

/// `/v3/PROJECT/volumes` is `/v3/volumes`.
fn normalise_volume(rest: &str) -> Path<'_> {
    let is_id = |text: &str| parse_loosely(text).is_some();
    let split = split_project(rest, is_id);
    let path = match (split.project, split.below) {
        (None, _) => rest.into(),
        (Some(_), "") => format!("/{}", split.version).into(),
        (Some(_), below) => format!("/{}/{below}", split.version).into(),
    };
    Path {
        path,
        project: split.project,
        is_legacy: false,
    }
}

/// A path below a service's root, taken apart.
struct Split<'a> {
    version: &'a str,
    project: Option<&'a str>,
    below: &'a str,
}

fn split_project(rest: &str, is_project: impl Fn(&str) -> bool) -> Split<'_> {
    let path = rest.trim_start_matches('/');
    let (version, below) = path.split_once('/').unwrap_or((path, ""));
    let (first, after) = below.split_once('/').unwrap_or((below, ""));
    let (project, below) = match is_project(first) {
        true => (Some(first), after),
        false => (None, below),
    };
    Split {
        version,
        project,
        below,
    }
}

/// The route that method and body select, or the answer that says that there is none.
fn select(
    service: Service,
    request: &Request,
    path: &str,
    body: &Value,
) -> Result<(&'static Route, Params), Box<super::Answer>> {
    let refusal = |answer| Err(Box::new(answer));
    let Some(found) = router::find(service, path) else {
        return refusal(fault::unknown_path(service, request));
    };
    let method = match (service, &request.method) {
        (Service::Identity, &Method::HEAD) => &Method::GET,
        (_, method) => method,
    };
    let for_method = || found.routes.iter().filter(|route| route.method == *method);
    let Some(first) = for_method().next() else {
        return refusal(fault::wrong_method(service, request, found.routes));
    };
    // Where no action fits, any of them stands for the mistake: what is wrong is told after the token is
    // looked at, by [`check_body`].
    let action = only_key(body);
    let asked_for = for_method().find(|route| route.action.is_some() && route.action == action);
    Ok((asked_for.unwrap_or(first), found.params))
}

/// Whether the body asks for one action, and one that there is.
fn check_action(call: &Call) -> Result<(), Fault> {
    let routes = call.command.spec().routes;
    let mut actions = routes
        .iter()
        .filter_map(|route| Some(route.split_once('#')?.1))
        .peekable();
    // One command may have routes with and without an action.
    if actions.peek().is_none() || !without_form(&call.request.path).ends_with("/action") {
        return Ok(());
    }
    match only_key(&call.body) {
        None => Err(Fault::bad_request("Malformed request body")),
        Some(asked) if actions.any(|action| action == asked) => Ok(()),
        Some(asked) => Err(Fault::bad_request(format!(
            "There is no such action: {asked}"
        ))),
    }
}

fn only_key(body: &Value) -> Option<&str> {
    let mut keys = body.as_object()?.keys();
    keys.next()
        .filter(|_| keys.next().is_none())
        .map(String::as_str)
}

/// The body as JSON; `Null` where it is none. Whether that is a mistake, [`check_body`] tells.
fn read_body(service: Service, request: &Request) -> Value {
    if let (Ok(bytes), Some(translation)) = (&request.body, of_sent(service, request)) {
        return (translation.read)(bytes).unwrap_or_default();
    }
    match &request.body {
        // An image's data is none, even where it looks like it.
        Ok(_) if is_data(&request.headers) => Value::Null,
        Ok(bytes) if !bytes.is_empty() => serde_json::from_slice(bytes).unwrap_or_default(),
        Ok(_) | Err(_) => Value::Null,
    }
}

/// How an API reads and writes XML.
pub(super) struct Translation {
    /// The JSON that a document stands for; `None` for what is no XML.
    read: fn(&[u8]) -> Option<Value>,
    /// An answer's JSON as XML; `None` for what is no JSON object.
    pub(super) write: fn(&Call, &[u8]) -> Option<Vec<u8>>,
}

/// How an API that speaks XML does so; by the path below the service's root.
pub(super) fn translation(service: Service, path: &str) -> Option<Translation> {
    match service {
        Service::Identity if identity::v2::is_path(path) => Some(Translation {
            read: |body| identity::v2::GRAMMAR.read(body),
            write: |_, body| identity::v2::GRAMMAR.write(body, None),
        }),
        Service::Compute if normalise_compute(path).is_legacy => Some(Translation {
            read: compute::read_xml,
            write: compute::write_xml,
        }),
        Service::Identity
        | Service::Compute
        | Service::Image
        | Service::Network
        | Service::Volume
        | Service::Placement => None,
    }
}

/// How a body in XML is read; `None` for any other body.
fn of_sent(service: Service, request: &Request) -> Option<Translation> {
    let (_, below) = Service::of_path(&request.path)?;
    translation(service, below).filter(|_| xml::is_sent(request))
}

/// Whether the body could be taken and understood.
///
/// # Errors
/// In the words of the service.
pub(super) fn check_body(call: &Call) -> Result<(), Fault> {
    let Ok(bytes) = &call.request.body else {
        return Ok(());
    };
    let takes_body = matches!(
        call.request.method,
        Method::POST | Method::PUT | Method::PATCH
    );
    if bytes.is_empty() || !takes_body {
        return check_action(call);
    }
    let is_xml = of_sent(Service::of(call), &call.request).is_some();
    let is_json = is_xml || is_json(&call.request.headers);
    let is_broken = call.body.is_null() && bytes.trim_ascii() != b"null";
    let is_object = call.body.is_object();
    match Service::of(call) {
        Service::Identity if !is_json => Err(expected("application/json", "Content-Type header")),
        Service::Identity if !is_object && identity::v2::is_rackspace(call) => {
            Err(Fault::bad_request(""))
        }
        Service::Identity if !is_object => Err(expected("valid JSON", "request body")),
        Service::Compute if !is_json => Err(Fault::new(
            FaultKind::UnsupportedMediaType,
            "Unsupported Content-Type",
        )),
        // It looks at a body only where it needs one.
        Service::Image => Ok(()),
        Service::Compute | Service::Network | Service::Volume | Service::Placement if is_broken => {
            Err(Fault::bad_request("Malformed request body"))
        }
        Service::Identity
        | Service::Compute
        | Service::Network
        | Service::Volume
        | Service::Placement => check_action(call),
    }
}

/// Keystone's complaint that something is missing.
pub(super) fn expected(what: &str, place: &str) -> Fault {
    Fault::bad_request(format!(
        "Expecting to find {what} in {place}. The server could not comply with the request since it is \
         either malformed or otherwise incorrect. The client is assumed to be in error."
    ))
}

fn is_data(headers: &HeaderMap) -> bool {
    headers
        .get(http::header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/octet-stream")
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(http::header::CONTENT_TYPE) else {
        return true;
    };
    let kind = kind.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    matches!(
        kind,
        "application/json" | "application/vnd.openstack.compute+json" | "text/plain"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_what_does_not_tell_operations_apart() {
        let path = |service, rest| normalise(service, rest).path.into_owned();
        assert_eq!(path(Service::Identity, ""), "/");
        assert_eq!(path(Service::Identity, "/v3/projects/"), "/v3/projects");
        assert_eq!(
            path(Service::Network, "/v2.0/networks.json"),
            "/v2.0/networks"
        );
        assert_eq!(path(Service::Compute, "//v2.1//servers"), "/v2.1/servers");
        assert_eq!(path(Service::Compute, "/v2.1/servers/"), "/v2.1/servers/");
        assert_eq!(path(Service::Compute, "/v2.1/"), "/v2.1");
    }

    #[test]
    fn the_form_of_an_answer_may_stand_at_the_end_of_a_path_of_version_2() {
        let path = |rest| normalise(Service::Compute, rest).path.into_owned();
        assert_eq!(path("/v2/0af3/servers.xml"), "/v2.1/servers");
        assert_eq!(path("/v2/0af3/servers/detail.json"), "/v2.1/servers/detail");
        assert_eq!(path("/v2.1/servers.xml"), "/v2.1/servers.xml");
    }

    #[test]
    fn a_project_may_stand_before_the_resource() {
        let path = normalise(Service::Compute, "/v2/0af3/servers/detail");
        assert_eq!(
            (&*path.path, path.project, path.is_legacy),
            ("/v2.1/servers/detail", Some("0af3"), true)
        );
        let path = normalise(Service::Compute, "/v2.1/servers");
        assert_eq!(
            (&*path.path, path.project, path.is_legacy),
            ("/v2.1/servers", None, false)
        );
    }
}
