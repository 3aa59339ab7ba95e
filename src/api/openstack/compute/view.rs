//! What a server looks like: the fields of each microversion, written straight to JSON.

mod image_properties;
mod parts;
mod words;

use std::fmt::Display;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use serde_json::Value;

use super::super::render::{Hex, Lazy, Link, Micros, Seconds, Text};
use super::{Call, Site, Url};
use crate::world::World;
use crate::world::server::{NovaDetails, Server, State};
use crate::world::topology::Host;
pub(super) use parts::host_id;
pub(super) use parts::{Addresses, Pairs, SecurityGroups};
use parts::{FaultView, FlavorRef, HostId, ImageRef, VolumesAttached};
use words::host_status;
pub(super) use words::{disk_config, hostname, power_state, power_word, reservation};
pub(in crate::api::openstack) use words::{task_state, vm_state};

/// The statuses with which Nova shows how far they are.
const PROGRESSING: &[&str] = &[
    "ACTIVE",
    "BUILD",
    "REBUILD",
    "RESIZE",
    "VERIFY_RESIZE",
    "MIGRATING",
];

/// How much of a server is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// A server by itself.
    Whole,
    /// One of a list with details.
    Listed,
    /// What an update answered before 2.75.
    Core,
    /// One server after it was rebuilt, from 2.75 on: the whole, but its user data has another name.
    Rebuilt,
}

/// A server, as one caller sees it at one microversion.
pub(super) struct ServerView<'a> {
    world: &'a World,
    server: &'a Server,
    site: Site<'a>,
    version: u32,
    is_admin: bool,
    extent: Extent,
}

impl<'a> ServerView<'a> {
    pub(super) fn new(
        world: &'a World,
        call: &'a Call,
        server: &'a Server,
        extent: Extent,
    ) -> Self {
        Self {
            world,
            server,
            site: Site::of(call),
            version: call.microversion,
            is_admin: call.is_admin(),
            extent,
        }
    }

    fn host(&self) -> Option<&'a Host> {
        self.server.host.map(|host| self.world.topology.host(host))
    }

    fn details(&self) -> Option<&'a NovaDetails> {
        self.server.spec.nova.as_deref()
    }
}

/// Writes fields that exist for the caller and the microversion.
struct Fields<'v, M> {
    object: M,
    version: u32,
    is_admin: bool,
    view: &'v ServerView<'v>,
}

impl<M: SerializeStruct> Fields<'_, M> {
    fn put(&mut self, name: &'static str, value: impl Serialize) -> Result<(), M::Error> {
        self.object.serialize_field(name, &value)
    }

    fn put_if(
        &mut self,
        applies: bool,
        name: &'static str,
        value: impl Serialize,
    ) -> Result<(), M::Error> {
        if applies {
            self.put(name, value)
        } else {
            Ok(())
        }
    }

    /// A field for everybody, from a microversion on.
    fn since(
        &mut self,
        version: u32,
        name: &'static str,
        value: impl Serialize,
    ) -> Result<(), M::Error> {
        self.put_if(self.version >= version, name, value)
    }

    /// A field for admins, from a microversion on.
    fn admin(
        &mut self,
        version: u32,
        name: &'static str,
        value: impl Serialize,
    ) -> Result<(), M::Error> {
        self.put_if(self.is_admin && self.version >= version, name, value)
    }
}

impl Serialize for ServerView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = Fields {
            object: serializer.serialize_struct("Server", 0)?,
            version: self.version,
            is_admin: self.is_admin,
            view: self,
        };
        fields.core()?;
        if self.extent != Extent::Core {
            fields.extensions()?;
        }
        if matches!(self.extent, Extent::Whole | Extent::Rebuilt) {
            fields.groups()?;
        }
        if self.extent != Extent::Core {
            fields.for_admins()?;
            fields.state()?;
        }
        fields.later_versions()?;
        if self.extent == Extent::Listed {
            fields.groups()?;
        }
        fields.object.end()
    }
}

/// The fields, in Nova's order: a table of names and of the microversions that brought them.
impl<M: SerializeStruct> Fields<'_, M> {
    fn core(&mut self) -> Result<(), M::Error> {
        let (view, server) = (self.view, self.view.server);
        let shows_progress = PROGRESSING.contains(&server.status());
        let fault = server
            .fault
            .as_deref()
            .filter(|_| matches!(server.state, State::Error | State::Deleted));
        self.put(
            "accessIPv4",
            server.spec.access_ipv4.as_deref().unwrap_or_default(),
        )?;
        self.put(
            "accessIPv6",
            server.spec.access_ipv6.as_deref().unwrap_or_default(),
        )?;
        self.put(
            "addresses",
            Addresses::of(view.world, server, view.extent != Extent::Core),
        )?;
        self.put("created", Seconds(server.created))?;
        self.put("flavor", FlavorRef(view, &server.spec.flavor))?;
        self.put("hostId", HostId(view))?;
        self.put("id", server.id)?;
        self.put("image", ImageRef(view, server.spec.image.as_ref()))?;
        self.put("links", links(view.site, "servers", server.id))?;
        self.put("metadata", Pairs(&server.spec.metadata))?;
        self.put("name", &server.spec.name)?;
        self.put("status", server.status())?;
        self.put("tenant_id", Hex(server.spec.project.id))?;
        self.put("user_id", Hex(server.spec.user.id))?;
        self.put("updated", Seconds(server.updated))?;
        self.put("OS-DCF:diskConfig", disk_config(server))?;
        self.put_if(shows_progress, "progress", 0)?;
        self.put_if(
            fault.is_some(),
            "fault",
            fault.map(|fault| FaultView(view, fault)),
        )
    }

    fn extensions(&mut self) -> Result<(), M::Error> {
        let (view, server) = (self.view, self.view.server);
        self.put(
            "OS-EXT-AZ:availability_zone",
            view.world.zone_of_server(server),
        )?;
        self.put(
            "config_drive",
            if server.spec.config_drive { "True" } else { "" },
        )?;
        self.put("key_name", &server.spec.key_name)?;
        self.put("OS-SRV-USG:launched_at", server.launched.map(Micros))?;
        let terminated = (server.state == State::Deleted).then_some(Micros(server.updated));
        self.put("OS-SRV-USG:terminated_at", terminated)
    }

    /// Lists have them at their end.
    fn groups(&mut self) -> Result<(), M::Error> {
        let groups = SecurityGroups::of(self.view.world, self.view.server);
        self.put_if(groups.is_some(), "security_groups", groups)
    }

    fn for_admins(&mut self) -> Result<(), M::Error> {
        if !self.is_admin {
            return Ok(());
        }
        let (view, server) = (self.view, self.view.server);
        let host = view.host().map(|host| &host.name);
        let details = view.details();
        self.admin(1, "OS-EXT-SRV-ATTR:host", host)?;
        self.admin(
            1,
            "OS-EXT-SRV-ATTR:instance_name",
            Text(format_args!("instance-{:08x}", server.number)),
        )?;
        self.admin(1, "OS-EXT-SRV-ATTR:hypervisor_hostname", host)?;
        self.admin(3, "OS-EXT-SRV-ATTR:hostname", Lazy(|| hostname(server)))?;
        self.admin(3, "OS-EXT-SRV-ATTR:kernel_id", "")?;
        self.admin(
            3,
            "OS-EXT-SRV-ATTR:launch_index",
            details.map_or(0, |details| details.launch_index),
        )?;
        self.admin(3, "OS-EXT-SRV-ATTR:ramdisk_id", "")?;
        self.admin(3, "OS-EXT-SRV-ATTR:reservation_id", reservation(server))?;
        self.admin(
            3,
            "OS-EXT-SRV-ATTR:root_device_name",
            server.host.map(|_| "/dev/vda"),
        )?;
        self.put_if(
            self.version >= 3 && view.extent != Extent::Rebuilt,
            "OS-EXT-SRV-ATTR:user_data",
            details.and_then(|details| details.user_data.as_ref()),
        )
    }

    fn state(&mut self) -> Result<(), M::Error> {
        let server = self.view.server;
        self.put("OS-EXT-STS:task_state", server.task.map(task_state))?;
        self.put("OS-EXT-STS:vm_state", vm_state(server.state))?;
        self.put("OS-EXT-STS:power_state", power_state(server.power))?;
        self.put(
            "os-extended-volumes:volumes_attached",
            VolumesAttached(self.view),
        )
    }

    fn later_versions(&mut self) -> Result<(), M::Error> {
        let (view, server) = (self.view, self.view.server);
        let details = view.details();
        let is_single = view.extent != Extent::Listed;
        let hints = details.and_then(|details| details.scheduler_hints.as_deref());
        let lock = server.lock();
        self.since(9, "locked", lock.is_some())?;
        if view.extent != Extent::Core {
            self.admin(16, "host_status", host_status(view.host()))?;
        }
        self.since(19, "description", &server.spec.description)?;
        self.since(26, "tags", details.map_or(&[][..], |details| &details.tags))?;
        self.since(
            63,
            "trusted_image_certificates",
            details.and_then(|d| d.trusted_certificates.as_deref()),
        )?;
        let group = view.world.group_of(server.id).map(|group| group.id);
        self.put_if(
            is_single && self.version >= 71,
            "server_groups",
            group.as_slice(),
        )?;
        self.since(73, "locked_reason", lock.map(|lock| &lock.reason))?;
        self.put_if(
            !self.is_admin && self.version >= 90,
            "OS-EXT-SRV-ATTR:hostname",
            Lazy(|| hostname(server)),
        )?;
        self.since(
            96,
            "pinned_availability_zone",
            details.and_then(|details| details.pinned_zone.as_ref()),
        )?;
        self.since(
            100,
            "scheduler_hints",
            hints.unwrap_or(&Value::Object(Default::default())),
        )
    }
}

/// The two links that everything has.
pub(super) fn links<'a, I: Display + Copy>(
    site: Site<'a>,
    collection: &'static str,
    id: I,
) -> [Link<Text<Url<'a, I>>>; 2] {
    [
        Link::new("self", site.this(collection, id)),
        Link::new("bookmark", site.bookmark(collection, id)),
    ]
}

/// A server in a list without details.
pub(super) struct Brief<'a>(pub(super) Site<'a>, pub(super) &'a Server);

impl Serialize for Brief<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Server", 3)?;
        object.serialize_field("id", &self.1.id)?;
        object.serialize_field("name", &self.1.spec.name)?;
        object.serialize_field("links", &links(self.0, "servers", self.1.id))?;
        object.end()
    }
}
