//! What a server looks like: the fields of each microversion, written straight to JSON.

use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

use super::super::render::{Hex, Lazy, Link, List, Micros, Seconds, Text};
use super::{Call, Site, Url};
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::catalog::{Flavor, Image};
use crate::world::server::{Nic, NovaDetails, Power, Server, ServerFault, State, Task};
use crate::world::topology::Host;

/// How much of a server is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// A server by itself.
    Whole,
    /// One of a list with details.
    Listed,
    /// What an update answered before 2.75.
    Core,
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
        self.server.nova.as_deref()
    }
}

/// Writes fields that exist for the caller and the microversion.
struct Fields<'v, M> {
    map: M,
    version: u32,
    is_admin: bool,
    view: &'v ServerView<'v>,
}

impl<M: SerializeMap> Fields<'_, M> {
    fn put(&mut self, name: &'static str, value: impl Serialize) -> Result<(), M::Error> {
        self.map.serialize_entry(name, &value)
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
            map: serializer.serialize_map(None)?,
            version: self.version,
            is_admin: self.is_admin,
            view: self,
        };
        fields.core()?;
        if self.extent != Extent::Core {
            fields.extensions()?;
        }
        if self.extent == Extent::Whole {
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
        fields.map.end()
    }
}

/// The fields, in Nova's order: a table of names and of the microversions that brought them.
impl<M: SerializeMap> Fields<'_, M> {
    fn core(&mut self) -> Result<(), M::Error> {
        let (view, server) = (self.view, self.view.server);
        let shows_progress = matches!(server.status(), "ACTIVE" | "BUILD" | "MIGRATING");
        let fault = server
            .fault
            .as_deref()
            .filter(|_| server.state == State::Error);
        self.put(
            "accessIPv4",
            server.access_ipv4.as_deref().unwrap_or_default(),
        )?;
        self.put(
            "accessIPv6",
            server.access_ipv6.as_deref().unwrap_or_default(),
        )?;
        self.put(
            "addresses",
            Addresses::of(server, view.extent != Extent::Core),
        )?;
        self.put("created", Seconds(server.created))?;
        self.put("flavor", FlavorRef(view, &server.flavor))?;
        self.put("hostId", HostId(view))?;
        self.put("id", server.id)?;
        self.put("image", ImageRef(view, server.image.as_ref()))?;
        self.put("links", links(view.site, "servers", server.id))?;
        self.put("metadata", Pairs(&server.metadata))?;
        self.put("name", &server.name)?;
        self.put("status", server.status())?;
        self.put("tenant_id", Hex(server.project.id))?;
        self.put("user_id", Hex(server.user.id))?;
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
        let zone = view.host().and_then(|host| host.place.name(Level::Zone));
        self.put("OS-EXT-AZ:availability_zone", zone.map_or("", |zone| zone))?;
        self.put(
            "config_drive",
            if server.config_drive { "True" } else { "" },
        )?;
        self.put("key_name", &server.key_name)?;
        self.put("OS-SRV-USG:launched_at", server.launched.map(Micros))?;
        self.put("OS-SRV-USG:terminated_at", ())
    }

    /// Lists have them at their end.
    fn groups(&mut self) -> Result<(), M::Error> {
        let groups = SecurityGroups::of(self.view.server);
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
        self.admin(
            3,
            "OS-EXT-SRV-ATTR:user_data",
            details.and_then(|details| details.user_data.as_ref()),
        )
    }

    fn state(&mut self) -> Result<(), M::Error> {
        let server = self.view.server;
        self.put("OS-EXT-STS:task_state", server.task.map(task_state))?;
        self.put("OS-EXT-STS:vm_state", vm_state(server.state))?;
        self.put("OS-EXT-STS:power_state", power_state(server.power))?;
        self.put("os-extended-volumes:volumes_attached", [(); 0])
    }

    fn later_versions(&mut self) -> Result<(), M::Error> {
        let (view, server) = (self.view, self.view.server);
        let details = view.details();
        let is_single = view.extent != Extent::Listed;
        let hints = details.and_then(|details| details.scheduler_hints.as_ref());
        self.since(9, "locked", false)?;
        if view.extent != Extent::Core {
            self.admin(16, "host_status", host_status(view.host()))?;
        }
        self.since(19, "description", &server.description)?;
        self.since(26, "tags", details.map_or(&[][..], |details| &details.tags))?;
        self.since(
            63,
            "trusted_image_certificates",
            details.and_then(|d| d.trusted_certificates.as_ref()),
        )?;
        self.put_if(is_single && self.version >= 71, "server_groups", [(); 0])?;
        self.since(73, "locked_reason", ())?;
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
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("id", &self.1.id)?;
        map.serialize_entry("name", &self.1.name)?;
        map.serialize_entry("links", &links(self.0, "servers", self.1.id))?;
        map.end()
    }
}

struct FlavorRef<'a>(&'a ServerView<'a>, &'a Flavor);

impl Serialize for FlavorRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(view, flavor) = self;
        let mut map = serializer.serialize_map(None)?;
        if view.version < 47 {
            map.serialize_entry("id", &flavor.id)?;
            map.serialize_entry("links", &[bookmark(view, "flavors", &flavor.id)])?;
        } else {
            map.serialize_entry("vcpus", &flavor.cpus)?;
            map.serialize_entry("ram", &flavor.memory)?;
            map.serialize_entry("disk", &flavor.disk)?;
            map.serialize_entry("ephemeral", &0)?;
            map.serialize_entry("swap", &0)?;
            map.serialize_entry("original_name", &flavor.name)?;
            map.serialize_entry("extra_specs", &Pairs(&[]))?;
        }
        map.end()
    }
}

struct ImageRef<'a>(&'a ServerView<'a>, Option<&'a Arc<Image>>);

impl Serialize for ImageRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(view, Some(image)) = self else {
            return serializer.serialize_str("");
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &image.id)?;
        map.serialize_entry("links", &[bookmark(view, "images", image.id)])?;
        if view.version >= 98 {
            map.serialize_entry("properties", &Pairs(&[]))?;
        }
        map.end()
    }
}

fn bookmark<'a, I: Display>(
    view: &ServerView<'a>,
    collection: &'static str,
    id: I,
) -> Link<Text<Url<'a, I>>> {
    Link::new("bookmark", view.site.bookmark(collection, id))
}

/// Tells hosts apart within a project without a name: 56 hexadecimal digits.
struct HostId<'a>(&'a ServerView<'a>);

impl Serialize for HostId<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(host) = self.0.host() else {
            return serializer.serialize_str("");
        };
        let project = self.0.server.project.id.as_u128();
        let high = (host.id.as_u128() ^ project.rotate_left(64))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let low = (high ^ (high >> 61)).wrapping_mul(0xda94_2042_e4dd_58b5) & (u128::MAX >> 32);
        serializer.collect_str(&format_args!("{high:032x}{low:024x}"))
    }
}

/// A server's addresses, by network; none while it is being built.
pub(super) struct Addresses<'a> {
    nics: &'a [Nic],
    /// With the kind of address and the hardware's.
    is_extended: bool,
}

impl<'a> Addresses<'a> {
    pub(super) fn of(server: &'a Server, is_extended: bool) -> Self {
        let has_network = server.host.is_some() && server.state != State::Building;
        Self {
            nics: if has_network { &server.nics } else { &[] },
            is_extended,
        }
    }

    /// The addresses in one network.
    pub(super) fn in_network(&self, name: &'a str) -> Option<impl Serialize + use<'a>> {
        let Self { nics, is_extended } = *self;
        let is_there = move |nic: &&Nic| *nic.network.name == *name;
        let address = move |nic: &Nic| Address {
            version: 4,
            addr: nic.address,
            kind: is_extended.then_some("fixed"),
            mac: is_extended.then(|| nic.mac()),
        };
        let list = List(move || nics.iter().filter(is_there).map(address));
        nics.iter().any(|nic| is_there(&nic)).then_some(list)
    }
}

#[derive(Serialize)]
struct Address {
    version: u8,
    addr: std::net::Ipv4Addr,
    #[serde(rename = "OS-EXT-IPS:type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(
        rename = "OS-EXT-IPS-MAC:mac_addr",
        skip_serializing_if = "Option::is_none"
    )]
    mac: Option<String>,
}

impl Serialize for Addresses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (position, nic) in self.nics.iter().enumerate() {
            let name = &nic.network.name;
            let is_first = self.nics[..position]
                .iter()
                .all(|other| other.network.name != *name);
            if is_first {
                map.serialize_entry(name, &self.in_network(name))?;
            }
        }
        map.end()
    }
}

/// Names with values, as an object.
pub(super) struct Pairs<'a>(pub(super) &'a [(Arc<str>, Arc<str>)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The groups that a server is in, as `[{"name": …}]`.
pub(super) struct SecurityGroups<'a>(&'a [Arc<str>]);

impl<'a> SecurityGroups<'a> {
    /// `None` before the server has network cards.
    pub(super) fn of(server: &'a Server) -> Option<Self> {
        let asked_for = server
            .nova
            .as_ref()
            .map_or(&[][..], |details| &details.security_groups);
        (!server.nics.is_empty()).then_some(Self(asked_for))
    }
}

impl Serialize for SecurityGroups<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Group<'a> {
            name: &'a str,
        }
        match self.0 {
            [] => [Group { name: "default" }].serialize(serializer),
            names => serializer.collect_seq(names.iter().map(|name| Group { name })),
        }
    }
}

struct FaultView<'a>(&'a ServerView<'a>, &'a ServerFault);

impl Serialize for FaultView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(view, fault) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &fault.code)?;
        map.serialize_entry("created", &Seconds(fault.created))?;
        map.serialize_entry("message", &fault.message)?;
        if view.is_admin || fault.code != 500 {
            map.serialize_entry("details", &fault.message)?;
        }
        map.end()
    }
}

pub(super) fn disk_config(server: &Server) -> &'static str {
    let resizes = server
        .nova
        .as_ref()
        .is_some_and(|details| details.resizes_disk);
    if resizes { "AUTO" } else { "MANUAL" }
}

/// The name that the machine calls itself by: made from the server's, where none was asked for.
pub(super) fn hostname(server: &Server) -> String {
    if let Some(hostname) = server
        .nova
        .as_ref()
        .and_then(|details| details.hostname.as_ref())
    {
        return hostname.to_string();
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let name: String = server
        .name
        .chars()
        .map(|c| if c == ' ' { '-' } else { c })
        .filter(|c| fits(*c))
        .collect();
    let name = name.replace(['_', '.'], "-").to_ascii_lowercase();
    let name = name.trim_matches('-');
    let name = &name[..name.len().min(63)];
    if name.is_empty() {
        format!("Server-{}", server.id)
    } else {
        name.to_owned()
    }
}

/// `r-` and eight characters.
pub(super) fn reservation(server: &Server) -> String {
    let given = server
        .nova
        .as_ref()
        .and_then(|details| details.reservation.as_deref());
    given.map_or_else(
        || format!("r-{:08x}", server.id.as_fields().0),
        str::to_owned,
    )
}

fn host_status(host: Option<&Host>) -> &'static str {
    match host {
        None => "",
        Some(host) if !host.is_up => "DOWN",
        Some(host) if host.in_maintenance => "MAINTENANCE",
        Some(_) => "UP",
    }
}

/// Nova's name for a state.
pub(super) fn vm_state(state: State) -> &'static str {
    match state {
        State::Building => "building",
        State::Active => "active",
        State::Stopped => "stopped",
        State::Paused => "paused",
        State::Suspended => "suspended",
        State::Error => "error",
        State::SoftDeleted => "soft-delete",
    }
}

/// Nova's name for what is being done.
pub(super) fn task_state(task: Task) -> &'static str {
    match task {
        Task::Spawning => "spawning",
        Task::PoweringOn => "powering-on",
        Task::PoweringOff => "powering-off",
        Task::Rebooting => "rebooting",
        Task::RebootingHard => "rebooting_hard",
        Task::Deleting => "deleting",
        Task::Migrating => "migrating",
    }
}

/// Nova's number for what the hypervisor says.
pub(super) fn power_state(power: Power) -> u8 {
    match power {
        Power::None => 0,
        Power::Running => 1,
        Power::Paused => 3,
        Power::Shutdown => 4,
        Power::Suspended => 7,
    }
}
