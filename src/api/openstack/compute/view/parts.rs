//! The parts of a server that are more than a word.

use std::fmt::Display;
use std::net::IpAddr;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};
use uuid::Uuid;

use super::super::super::render::{Link, Seconds, Text};
use super::super::Url;
use super::ServerView;
use super::image_properties::is_known;
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::images::image::Image;
use crate::world::network::Port;
use crate::world::network::addresses::version;
use crate::world::offerings::flavor::Flavor;
use crate::world::server::{Server, ServerFault, State};
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
            let properties = image.properties.iter();
            let known = properties.filter(|(name, _)| is_known(name));
            let known: Vec<_> = known.cloned().collect();
            object.serialize_field("properties", &Pairs(&known))?;
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
    world: &'a World,
    cards: Vec<&'a Port>,
    /// With the kind of address and the hardware's.
    is_extended: bool,
}

impl<'a> Addresses<'a> {
    pub(in super::super) fn of(world: &'a World, server: &'a Server, is_extended: bool) -> Self {
        // One that is shelved keeps its cards while it is on no host.
        let is_somewhere = server.host.is_some() || server.state == State::ShelvedOffloaded;
        let has_network = is_somewhere && server.state != State::Building;
        let cards = has_network.then(|| world.networking.nics_of(server.id));
        Self {
            world,
            cards: cards.into_iter().flatten().collect(),
            is_extended,
        }
    }

    /// The addresses in the networks of one name.
    pub(in super::super) fn in_network(&self, name: &str) -> Option<Vec<Address>> {
        let is_there = |card: &&&Port| network_name(self.world, card) == name;
        let mut cards = self.cards.iter().filter(is_there).peekable();
        cards.peek()?;
        Some(cards.flat_map(|card| self.of_card(card)).collect())
    }

    /// A card's own addresses, each with the floating ones that lead to it.
    fn of_card(&self, card: &'a Port) -> impl Iterator<Item = Address> {
        let (networking, is_extended) = (&self.world.networking, self.is_extended);
        let address = move |addr: IpAddr, kind| Address {
            version: version(addr),
            addr,
            kind: is_extended.then_some(kind),
            mac: is_extended.then(|| card.mac.to_string()),
        };
        card.fixed_ips.iter().flat_map(move |fixed| {
            let floating = networking.floating_ips_to(card, fixed.address);
            let floating =
                floating.map(move |floating| address(floating.address.address, "floating"));
            std::iter::once(address(fixed.address, "fixed")).chain(floating)
        })
    }
}

fn network_name<'a>(world: &'a World, card: &Port) -> &'a str {
    world
        .network(card.network)
        .map_or("", |network| &network.meta.name)
}

#[derive(Serialize)]
pub(in super::super) struct Address {
    version: u8,
    addr: IpAddr,
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
        for (position, card) in self.cards.iter().enumerate() {
            let name = network_name(self.world, card);
            let is_first = self.cards[..position]
                .iter()
                .all(|other| network_name(self.world, other) != name);
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

/// The groups that a server's cards are in, as `[{"name": …}]`.
#[derive(Serialize)]
#[serde(transparent)]
pub(in super::super) struct SecurityGroups<'a>(Vec<Group<'a>>);

#[derive(Serialize)]
struct Group<'a> {
    name: &'a str,
}

impl<'a> SecurityGroups<'a> {
    /// `None` where the server's network cards are in none, or there are no cards.
    pub(in super::super) fn of(world: &'a World, server: &Server) -> Option<Self> {
        let cards = world.networking.nics_of(server.id);
        let mut ids: Vec<Uuid> = Vec::with_capacity(1);
        for group in cards.flat_map(|card| &card.groups) {
            if !ids.contains(group) {
                ids.push(*group);
            }
        }
        let groups = ids.iter().filter_map(|id| world.networking.groups.get(*id));
        let groups = groups.map(|group| Group {
            name: &group.meta.name,
        });
        let groups: Vec<Group<'_>> = groups.collect();
        (!groups.is_empty()).then_some(Self(groups))
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

/// The volumes that a server has.
pub(super) struct VolumesAttached<'a>(pub(super) &'a ServerView<'a>);

impl Serialize for VolumesAttached<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Attached {
            id: Uuid,
            #[serde(skip_serializing_if = "Option::is_none")]
            delete_on_termination: Option<bool>,
        }
        let Self(view) = self;
        let volumes = view.world.storage.volumes_of(view.server.id);
        serializer.collect_seq(volumes.map(|(volume, attachment)| Attached {
            id: volume.id,
            delete_on_termination: (view.version >= 3).then_some(attachment.deletes_volume),
        }))
    }
}
