//! The services in use, each with its endpoints: what every token shows.

use serde_json::Value;

use super::Attributes;
use super::record::{Kind, Records};
use super::template;

/// A service that is in use.
#[derive(Debug, Clone)]
pub struct ListedService {
    pub id: String,
    /// `compute`.
    pub kind: String,
    /// `nova`.
    pub name: String,
    pub endpoints: Vec<ListedEndpoint>,
}

/// An endpoint that is in use.
#[derive(Debug, Clone)]
pub struct ListedEndpoint {
    pub id: String,
    pub interface: String,
    pub region: Option<String>,
    /// With [`CLOUD_URL`](super::CLOUD_URL) and the like in it, to be filled in.
    pub url: String,
    /// The ids of the projects that see it; `None` where all do.
    pub tenants: Option<Vec<String>>,
}

impl ListedEndpoint {
    /// Whether the project of this id sees it.
    pub fn is_seen_by(&self, project: Option<&str>) -> bool {
        let tenants = self.tenants.as_deref();
        tenants.is_none_or(|tenants| tenants.iter().any(|tenant| Some(&**tenant) == project))
    }
}

/// Gathers them from their records.
pub(super) fn list(records: &Records) -> Vec<ListedService> {
    let services = records.of(Kind::Service);
    services
        .filter(|(_, service)| is_enabled(service))
        .map(|(id, service)| ListedService {
            id: id.clone(),
            kind: text(service, "type").unwrap_or_default(),
            name: text(service, "name").unwrap_or_default(),
            endpoints: endpoints(records, id)
                .chain(template::endpoints(records, id))
                .collect(),
        })
        .collect()
}

fn endpoints(records: &Records, service: &str) -> impl Iterator<Item = ListedEndpoint> {
    let endpoints = records.of(Kind::Endpoint);
    endpoints
        .filter(|(_, endpoint)| is_enabled(endpoint))
        .filter(|(_, endpoint)| text(endpoint, "service_id").as_deref() == Some(service))
        .map(|(id, endpoint)| ListedEndpoint {
            id: id.clone(),
            interface: text(endpoint, "interface").unwrap_or_default(),
            region: text(endpoint, "region_id"),
            url: text(endpoint, "url").unwrap_or_default(),
            tenants: None,
        })
}

fn is_enabled(record: &Attributes) -> bool {
    record.get("enabled") != Some(&Value::Bool(false))
}

pub(super) fn text(record: &Attributes, name: &str) -> Option<String> {
    record.get(name)?.as_str().map(str::to_owned)
}
