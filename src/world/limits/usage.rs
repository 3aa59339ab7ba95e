//! How long things were there, for those who charge for them.
//!
//! What is there says since when; only what is gone, and since when a machine runs, is written down.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;
use uuid::Uuid;

use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::images::image::Image;
use crate::world::network::guest::PublicAddress;
use crate::world::offerings::flavor::Flavor;
use crate::world::server::Server;
use crate::world::topology::HostKey;
use crate::world::volume::{Snapshot, Stage, Volume};

/// What is charged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageKind {
    /// A machine on a host.
    Running,
    /// A machine, whether it runs or not.
    Allocated,
    IpAddress,
    Volume,
    Template,
    Iso,
    Snapshot,
}

/// A stretch of time in which something was used.
#[derive(Debug, Clone)]
pub struct Life {
    pub kind: UsageKind,
    pub thing: Uuid,
    pub name: Arc<str>,
    pub project: Arc<Project>,
    pub zone: Option<Uuid>,
    pub from: DateTime<Utc>,
    /// `None` while it goes on.
    pub until: Option<DateTime<Utc>>,
    /// In bytes.
    pub size: Option<u64>,
    pub flavor: Option<Arc<Flavor>>,
    pub offering: Option<Uuid>,
    pub template: Option<Uuid>,
    /// The machine that it is attached to.
    pub machine: Option<Uuid>,
    pub is_source_nat: bool,
}

impl Life {
    fn new(
        kind: UsageKind,
        (thing, name): (Uuid, &Arc<str>),
        project: &Arc<Project>,
        from: DateTime<Utc>,
    ) -> Self {
        Self {
            kind,
            thing,
            name: name.clone(),
            project: project.clone(),
            zone: None,
            from,
            until: None,
            size: None,
            flavor: None,
            offering: None,
            template: None,
            machine: None,
            is_source_nat: false,
        }
    }
}

/// How many lives that are over are remembered; the oldest go first.
const KEPT: usize = 10_000;

/// What is written down of lives.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    past: VecDeque<Life>,
    /// Since when servers are on a host.
    running: FxHashMap<Uuid, DateTime<Utc>>,
    /// Nothing is told of the time before.
    told_from: Option<DateTime<Utc>>,
}

impl Ledger {
    fn close(&mut self, life: Life, until: DateTime<Utc>) {
        if self.past.len() == KEPT {
            self.past.pop_front();
        }
        self.past.push_back(Life {
            until: Some(until),
            ..life
        });
    }
}

impl World {
    /// All lives, as far as they are remembered and not forgotten on purpose.
    pub fn lives(&self) -> impl Iterator<Item = Life> {
        let servers = self.servers().flat_map(|server| {
            [self.life_on_host(server), Some(self.life_of_server(server))].into_iter()
        });
        let volumes = self.storage.volumes.iter();
        let volumes = volumes.filter_map(|volume| self.life_of_volume(volume));
        let snapshots = self.storage.snapshots.iter();
        let snapshots = snapshots.map(|snapshot| self.life_of_snapshot(snapshot));
        let images = self.images.iter();
        let images = images.filter_map(|image| self.life_of_image(image));
        let addresses = self.networking.public_addresses();
        let addresses = addresses.filter_map(|address| self.life_of_address(&address));
        let there = servers.flatten().chain(volumes).chain(snapshots);
        let there = there.chain(images).chain(addresses);
        let all = self.ledger.past.iter().cloned().chain(there);
        let told_from = self.ledger.told_from;
        all.map(move |life| Life {
            from: told_from.map_or(life.from, |told_from| life.from.max(told_from)),
            ..life
        })
        .filter(|life| life.until.is_none_or(|until| until > life.from))
    }

    /// Tells nothing any more of the time before.
    pub fn forget_lives(&mut self, before: DateTime<Utc>) {
        let is_told = |life: &Life| life.until.is_none_or(|until| until > before);
        self.ledger.past.retain(is_told);
        self.ledger.told_from = self.ledger.told_from.max(Some(before));
    }

    fn zone_at(&self, host: Option<HostKey>) -> Option<Uuid> {
        let place = host.map(|host| &self.topology.host(host).place);
        let own = place.and_then(|place| self.topology.id_at(place, Level::Zone));
        own.or_else(|| self.topology.zones().next().map(|zone| zone.id))
    }

    fn life_of_server(&self, server: &Server) -> Life {
        let spec = &server.spec;
        let thing = (server.id, &spec.name);
        Life {
            zone: self.zone_at(server.host.or(server.last_host)),
            flavor: Some(spec.flavor.clone()),
            offering: Some(spec.flavor.uuid),
            template: spec.image.as_ref().map(|image| image.id),
            machine: Some(server.id),
            ..Life::new(UsageKind::Allocated, thing, &spec.project, server.created)
        }
    }

    fn life_on_host(&self, server: &Server) -> Option<Life> {
        let from = *self.ledger.running.get(&server.id)?;
        server.launched?;
        Some(Life {
            kind: UsageKind::Running,
            from,
            ..self.life_of_server(server)
        })
    }

    fn life_of_volume(&self, volume: &Volume) -> Option<Life> {
        let disk = volume.disk.as_deref();
        let thing = (volume.id, &volume.name);
        (volume.stage() == Stage::Made).then(|| Life {
            zone: self.zone_at(volume.host),
            size: Some(volume.size << 30),
            offering: disk.and_then(|disk| disk.offering),
            template: disk.and_then(|disk| disk.template),
            machine: volume.attachments.first().and_then(|it| it.server),
            ..Life::new(UsageKind::Volume, thing, &volume.project, volume.created)
        })
    }

    fn life_of_snapshot(&self, snapshot: &Snapshot) -> Life {
        let thing = (snapshot.id, &snapshot.name);
        Life {
            zone: self.zone_at(None),
            size: Some(snapshot.size << 30),
            ..Life::new(
                UsageKind::Snapshot,
                thing,
                &snapshot.project,
                snapshot.created,
            )
        }
    }

    /// What belongs to the cloud itself is charged to nobody.
    fn life_of_image(&self, image: &Image) -> Option<Life> {
        let owner = Uuid::try_parse(image.owner.as_deref()?).ok()?;
        let owner = self.accounts.project(owner)?;
        let kind = match image.is_iso() {
            true => UsageKind::Iso,
            false => UsageKind::Template,
        };
        Some(Life {
            zone: self.zone_at(None),
            size: image.size,
            ..Life::new(kind, (image.id, &image.name), owner, image.created)
        })
    }

    fn life_of_address(&self, address: &PublicAddress) -> Option<Life> {
        let owner = self.accounts.project(address.project)?;
        let thing = (address.id, &Arc::from(address.address.to_string()));
        Some(Life {
            zone: self.zone_at(None),
            is_source_nat: address.is_source_nat(),
            ..Life::new(UsageKind::IpAddress, thing, owner, address.allocated)
        })
    }

    /// A server is on a host from now on, or on none.
    pub(in crate::world) fn note_running(&mut self, id: Uuid, is_on: bool) {
        if is_on {
            self.ledger.running.entry(id).or_insert(self.now);
            return;
        }
        let life = self.server(id).and_then(|server| self.life_on_host(server));
        self.ledger.running.remove(&id);
        self.note_end_of(life);
    }

    pub(in crate::world) fn note_end_of_server(&mut self, id: Uuid) {
        let life = self.server(id).map(|server| self.life_of_server(server));
        self.note_end_of(life);
    }

    pub(in crate::world) fn note_end_of_volume(&mut self, id: Uuid) {
        let volume = self.volume(id);
        let life = volume.and_then(|volume| self.life_of_volume(volume));
        self.note_end_of(life);
    }

    pub(in crate::world) fn note_end_of_snapshot(&mut self, id: Uuid) {
        let snapshot = self.snapshot(id);
        let life = snapshot.map(|snapshot| self.life_of_snapshot(snapshot));
        self.note_end_of(life);
    }

    pub(in crate::world) fn note_end_of_image(&mut self, id: Uuid) {
        let life = self.image(id).and_then(|image| self.life_of_image(image));
        self.note_end_of(life);
    }

    /// Notes which public addresses were given back; it has to be known before time goes on.
    pub(in crate::world) fn note_end_of_addresses(&mut self) {
        for address in self.networking.take_freed_addresses() {
            let life = self.life_of_address(&address);
            self.note_end_of(life);
        }
    }

    fn note_end_of(&mut self, life: Option<Life>) {
        if let Some(life) = life {
            self.ledger.close(life, self.now);
        }
    }
}
