//! Compute, version 2.1: Nova.

mod actions;
mod addresses;
mod aggregates;
mod assisted_snapshots;
mod audit_log;
mod create;
mod ended;
mod extensions;
mod external_events;
mod flavors;
mod floating_ips;
mod hosts;
mod hypervisors;
mod image_metadata;
mod images;
mod inside;
mod instance_actions;
mod interfaces;
mod keypairs;
mod limits;
mod listing;
mod metadata;
mod migration_list;
mod migrations;
mod network_proxies;
mod networking;
mod of_old;
mod quota;
mod quota_classes;
mod quota_sets;
mod security_group_proxies;
mod security_groups;
mod server_groups;
mod servers;
mod services;
mod tags;
mod update;
mod usage;
mod versions;
mod view;
mod volume_attachments;
mod volumes;
mod xml;
mod zones;

use std::fmt::{Display, Formatter};
use std::ops::RangeBounds;

use http::StatusCode;
use uuid::Uuid;

use super::service::Service;
use super::{Answer, Call, Operation};
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::profile::Profile;
use crate::world::World;
use crate::world::server::Server;
pub(super) use actions::ACTIONS;
pub(super) use of_old::check as check_of_old;
pub(super) use versions::{choices, is_versioned};
#[cfg(test)]
pub(super) use view::{task_state, vm_state};
pub(super) use xml::{read as read_xml, write as write_xml};

/// The tables of all resources.
pub(super) const TABLES: &[&[Operation]] = &[
    versions::OPERATIONS,
    servers::OPERATIONS,
    actions::OPERATIONS,
    addresses::OPERATIONS,
    metadata::OPERATIONS,
    tags::OPERATIONS,
    instance_actions::OPERATIONS,
    migrations::OPERATIONS,
    inside::OPERATIONS,
    flavors::OPERATIONS,
    images::OPERATIONS,
    limits::OPERATIONS,
    keypairs::OPERATIONS,
    zones::OPERATIONS,
    volume_attachments::OPERATIONS,
    volumes::OPERATIONS,
    image_metadata::OPERATIONS,
    extensions::OPERATIONS,
    ended::OPERATIONS,
    quota_sets::OPERATIONS,
    quota_classes::OPERATIONS,
    server_groups::OPERATIONS,
    aggregates::OPERATIONS,
    hypervisors::OPERATIONS,
    services::OPERATIONS,
    hosts::OPERATIONS,
    usage::OPERATIONS,
    migration_list::OPERATIONS,
    audit_log::OPERATIONS,
    external_events::OPERATIONS,
    assisted_snapshots::OPERATIONS,
    interfaces::OPERATIONS,
    security_groups::OPERATIONS,
    security_group_proxies::OPERATIONS,
    floating_ips::OPERATIONS,
    network_proxies::OPERATIONS,
];

/// Where the API is, as the client addressed it: links begin with it.
#[derive(Clone, Copy)]
struct Site<'a> {
    base: &'a str,
    version: &'static str,
    project: &'a str,
}

impl<'a> Site<'a> {
    fn of(call: &'a Call) -> Self {
        Self {
            base: &call.base_url,
            version: if is_of_old(call) { "/v2" } else { "/v2.1" },
            project: call.path_param("project_id"),
        }
    }

    /// The link to a thing, by version.
    fn this<I>(self, collection: &'static str, id: I) -> Url<'a, I> {
        Url {
            site: self,
            version: self.version,
            collection,
            id,
        }
    }

    /// The link that stays the same over versions.
    fn bookmark<I>(self, collection: &'static str, id: I) -> Url<'a, I> {
        Url {
            site: self,
            version: "",
            collection,
            id,
        }
    }

    /// The link to a list.
    fn list(self, path: &str) -> String {
        let gap = if self.project.is_empty() { "" } else { "/" };
        format!(
            "{}/compute{}{gap}{}/{path}",
            self.base, self.version, self.project
        )
    }
}

/// A link, written where it is shown.
struct Url<'a, I> {
    site: Site<'a>,
    version: &'static str,
    collection: &'static str,
    id: I,
}

impl<I: Display> Display for Url<'_, I> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self {
            site,
            version,
            collection,
            id,
        } = self;
        let gap = if site.project.is_empty() { "" } else { "/" };
        for part in [
            site.base,
            "/compute",
            version,
            gap,
            site.project,
            "/",
            collection,
            "/",
        ] {
            f.write_str(part)?;
        }
        id.fmt(f)
    }
}

/// Whether a call is of Compute's version 2, the one before microversions.
pub(super) fn is_of_old(call: &Call) -> bool {
    call.microversion == 0 && Service::of(call) == Service::Compute
}

/// Whether a call is one of version 2 as Rackspace's cloud had it, which differs here and there from Nova's.
pub(super) fn is_rackspaces(call: &Call) -> bool {
    call.profile == Profile::Rackspace && is_of_old(call)
}

/// Whether a list is asked for with all of each thing; the form of the answer may stand behind that.
fn is_detailed(call: &Call) -> bool {
    let (_, last) = call
        .request
        .path
        .trim_end_matches('/')
        .rsplit_once('/')
        .unwrap_or_default();
    matches!(last, "detail" | "detail.json" | "detail.xml")
}

/// The server of the path, where the caller may see it.
fn server<'a>(world: &'a World, call: &Call) -> Result<&'a Server, Fault> {
    let wanted = call.path_param("server");
    visible_server(world, call, wanted)
        .ok_or_else(|| Fault::not_found(format!("Instance {wanted} could not be found.")))
}

/// A server of the caller's project; any for an admin.
fn visible_server<'a>(world: &'a World, call: &Call, id: &str) -> Option<&'a Server> {
    let server = world.server(Uuid::try_parse(id).ok()?)?;
    visible(call, server).then_some(server)
}

/// Whether a server is the caller's project's; all are an admin's.
fn visible(call: &Call, server: &Server) -> bool {
    let session = call.session.as_deref();
    let project = session.and_then(|session| session.project.as_ref());
    project.is_some_and(|project| project.id == server.spec.project.id) || call.is_admin()
}

/// What Nova cannot find before it asks who is calling: a server, whose owner the policy may ask for, and the
/// flavor whose access is to be told.
pub(super) fn sought_first(world: &World, call: &Call) -> Option<Fault> {
    if call.command.name() == "compute.list_flavor_access" {
        return (call.operation.land)(world, call).err();
    }
    let is_on_server = !call.path_param("server").is_empty();
    server(world, call).err().filter(|_| is_on_server)
}

/// Lands a call on the server of its path.
fn land_on_server(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(Landing::on_server(world, server(world, call)?.id))
}

/// Whether the operation is there at the call's microversion.
fn check_exists(call: &Call, versions: impl RangeBounds<u32>) -> Result<(), Fault> {
    if versions.contains(&call.microversion) {
        Ok(())
    } else {
        Err(Fault::not_found(""))
    }
}

/// An id that is a number.
fn integer_id(id: &str) -> Result<u64, Fault> {
    let digits = id.strip_prefix('-').unwrap_or(id);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::bad_request(
            "Invalid input received: id must be an integer",
        ));
    }
    // None is below zero, nor the last.
    Ok(id.parse().unwrap_or(u64::MAX))
}

/// Nova's words for a host that it does not know.
fn host_not_mapped(name: &str) -> Fault {
    Fault::not_found(format!("Host '{name}' is not mapped to any cell"))
}

/// Nova's words to those who may not.
fn forbidden(rule: &str) -> Fault {
    let message = format!("Policy doesn't allow {rule} to be performed.");
    Fault::new(FaultKind::Forbidden, message)
}

/// The answer to a write that has nothing to say.
fn done(status: StatusCode) -> Answer {
    Answer::empty(status)
}
