//! The services and where they are, as a token shows them.

use http::StatusCode;
use serde::Serialize;
use serde_json::json;

use super::{Answer, Call, Operation, read, root};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{CLOUD_URL, ListedEndpoint, ListedService, Session, id_text};

pub(super) const OPERATIONS: &[Operation] = &[read("identity.get_catalog", |world, call, _| {
    let session = call.caller()?;
    if session.project.is_none() {
        let message = "You are not authorized to perform the requested action.";
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    let links = json!({"self": format!("{}/auth/catalog", root(call))});
    let body = json!({"catalog": catalog(world, call, session), "links": links});
    Ok(Answer::json(StatusCode::OK, &body))
})];

/// A service in a token's catalog.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    pub(super) endpoints: Vec<Endpoint<'a>>,
    pub(super) id: &'a str,
    pub(super) r#type: &'a str,
    pub(super) name: &'a str,
}

#[derive(Serialize)]
pub(super) struct Endpoint<'a> {
    pub(super) id: &'a str,
    pub(super) interface: &'a str,
    pub(super) region_id: Option<&'a str>,
    pub(super) url: String,
    region: Option<&'a str>,
}

/// All services that are in use, each with its endpoints.
pub(super) fn catalog<'a>(world: &'a World, call: &Call, session: &Session) -> Vec<Entry<'a>> {
    let services = world.accounts.records.listing().iter();
    let entry = |service: &'a ListedService| Entry {
        endpoints: endpoints(service, call, session),
        id: &service.id,
        r#type: &service.kind,
        name: &service.name,
    };
    services.map(entry).collect()
}

fn endpoints<'a>(service: &'a ListedService, call: &Call, session: &Session) -> Vec<Endpoint<'a>> {
    let endpoint = |endpoint: &'a ListedEndpoint| {
        let region = endpoint.region.as_deref();
        Some(Endpoint {
            id: &endpoint.id,
            interface: &endpoint.interface,
            region_id: region,
            url: filled_in(&endpoint.url, call, session)?,
            region,
        })
    };
    let project = session.project.as_ref().map(|project| id_text(project.id));
    let seen = service.endpoints.iter();
    let seen = seen.filter(|endpoint| endpoint.is_seen_by(project.as_deref()));
    seen.filter_map(endpoint).collect()
}

/// A URL with what stands for the cloud's address, the project and the user filled in; `None` where there is
/// no project to fill in.
fn filled_in(url: &str, call: &Call, session: &Session) -> Option<String> {
    let mut url = with_address(url, call);
    if !url.contains('(') {
        return Some(url);
    }
    let project = session.project.as_ref().map(|project| id_text(project.id));
    let user = Some(id_text(session.user.id));
    for (name, value) in [
        ("tenant_id", &project),
        ("project_id", &project),
        ("user_id", &user),
    ] {
        for place in [format!("$({name})s"), format!("%({name})s")] {
            if url.contains(&place) {
                url = url.replace(&place, value.as_deref()?);
            }
        }
    }
    Some(url)
}

/// A URL of the cloud's own with the address under which the client knows the cloud.
pub(super) fn with_address(url: &str, call: &Call) -> String {
    url.replace(CLOUD_URL, &call.request.address())
}
