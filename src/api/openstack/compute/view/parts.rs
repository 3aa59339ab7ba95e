//! The parts of a server that are more than a word.

use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};
use uuid::Uuid;

use super::super::super::render::{Link, List, Seconds, Text};
use super::super::Url;
use super::ServerView;
use crate::world::accounts::Project;
use crate::world::catalog::Flavor;
use crate::world::image::Image;
use crate::world::server::{Nic, Server, ServerFault, State};
use crate::world::topology::Host;

pub(super) struct FlavorRef<'a>(pub(super) &'a ServerView<'a>, pub(super) &'a Flavor);

impl Serialize for FlavorRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(view, flavor) = self;
        let mut object = serializer.serialize_struct("Flavor", 0)?;
        if view.version < 47 {
            object.serialize_field("id", &flavor.id)?;
            object.serialize_field("links", &[bookmark(view, "flavors", &flavor.id)])?;
        } else {
            object.serialize_field("vcpus", &flavor.cpus)?;
            object.serialize_field("ram", &flavor.memory)?;
            object.serialize_field("disk", &flavor.disk)?;
            object.serialize_field("ephemeral", &0)?;
            object.serialize_field("swap", &0)?;
            object.serialize_field("original_name", &flavor.name)?;
            object.serialize_field("extra_specs", &Pairs(&[]))?;
        }
        object.end()
    }
}

pub(super) struct ImageRef<'a>(
    pub(super) &'a ServerView<'a>,
    pub(super) Option<&'a Arc<Image>>,
);

impl Serialize for ImageRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(view, Some(image)) = self else {
            return serializer.serialize_str("");
        };
        let mut object = serializer.serialize_struct("Image", 0)?;
        object.serialize_field("id", &image.id)?;
        object.serialize_field("links", &[bookmark(view, "images", image.id)])?;
        if view.version >= 98 {
            object.serialize_field("properties", &Pairs(&[]))?;
        }
        object.end()
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
pub(super) struct HostId<'a>(pub(super) &'a ServerView<'a>);

impl Serialize for HostId<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(host) = self.0.host() else {
            return serializer.serialize_str("");
        };
        serializer.serialize_str(&host_id(host, &self.0.server.spec.project))
    }
}

/// What tells a host apart within a project, without its name.
pub(in super::super) fn host_id(host: &Host, project: &Project) -> String {
    let high = (host.id.as_u128() ^ project.id.as_u128().rotate_left(64))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let low = (high ^ (high >> 61)).wrapping_mul(0xda94_2042_e4dd_58b5) & (u128::MAX >> 32);
    // The numbers' hexadecimal digits, as ids are written: formatting takes ten times as long.
    let mut digits = [0; 64];
    for (number, digits) in [high, low].into_iter().zip(digits.chunks_mut(32)) {
        Uuid::from_u128(number).simple().encode_lower(digits);
    }
    digits.copy_within(40.., 32);
    str::from_utf8(&digits[..56]).unwrap_or_default().to_owned()
}

/// A server's addresses, by network; none while it is being built.
pub(in super::super) struct Addresses<'a> {
    nics: &'a [Nic],
    /// With the kind of address and the hardware's.
    is_extended: bool,
}

impl<'a> Addresses<'a> {
    pub(in super::super) fn of(server: &'a Server, is_extended: bool) -> Self {
        let has_network = server.host.is_some() && server.state != State::Building;
        Self {
            nics: if has_network { &server.nics } else { &[] },
            is_extended,
        }
    }

    /// The addresses in one network.
    pub(in super::super) fn in_network(&self, name: &'a str) -> Option<impl Serialize + use<'a>> {
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
pub(in super::super) struct Pairs<'a>(pub(in super::super) &'a [(Arc<str>, Arc<str>)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The groups that a server is in, as `[{"name": …}]`.
pub(in super::super) struct SecurityGroups<'a>(&'a [Arc<str>]);

impl<'a> SecurityGroups<'a> {
    /// `None` before the server has network cards.
    pub(in super::super) fn of(server: &'a Server) -> Option<Self> {
        let asked_for = server
            .spec
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

pub(super) struct FaultView<'a>(pub(super) &'a ServerView<'a>, pub(super) &'a ServerFault);

impl Serialize for FaultView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(view, fault) = self;
        let mut object = serializer.serialize_struct("Fault", 0)?;
        object.serialize_field("code", &fault.code)?;
        object.serialize_field("created", &Seconds(fault.created))?;
        object.serialize_field("message", &fault.message)?;
        if view.is_admin || fault.code != 500 {
            object.serialize_field("details", &fault.message)?;
        }
        object.end()
    }
}
