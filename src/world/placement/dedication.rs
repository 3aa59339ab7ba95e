//! Parts of the data centre that are kept for an account or a domain.
//!
//! Machines go to a dedicated pod, cluster or host only when they are in its affinity group. A dedicated zone
//! takes those of whom it is kept for, and of administrators.

use std::sync::Arc;

use uuid::Uuid;

use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::{Level, Place};
use crate::world::World;
use crate::world::accounts::{AccountKind, Project};
use crate::world::placement::server_groups::{Policy, ServerGroup};
use crate::world::server::{Server, Specification};
use crate::world::topology::Host;

/// Whom a place is kept for: a domain with all in it, or one account of it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beneficiary {
    pub domain: Uuid,
    pub account: Option<Uuid>,
}

impl Beneficiary {
    /// Whose the affinity group is.
    fn group_owner(self) -> Uuid {
        self.account.unwrap_or(self.domain)
    }
}

/// A zone, pod, cluster or host that is kept for somebody.
#[derive(Debug, Clone)]
pub struct Dedication {
    pub id: Uuid,
    pub level: Level,
    /// The id of the zone, pod, cluster or host.
    pub of: Uuid,
    pub to: Beneficiary,
    /// The affinity group whose members may be there.
    pub group: Uuid,
}

/// What messages call a level.
pub fn title(level: Level) -> &'static str {
    match level {
        Level::Zone => "Zone",
        Level::Pod => "Pod",
        Level::Cluster => "Cluster",
        Level::Host => "Host",
    }
}

fn conflict(message: String) -> Fault {
    Fault::new(FaultKind::Conflict, message)
}

fn name_at(place: &Place, level: Level) -> &str {
    place.name(level).map_or("", |name| name)
}

impl World {
    /// The dedication of a place itself, not of what it is in.
    pub fn dedication(&self, level: Level, of: Uuid) -> Option<&Dedication> {
        let mut all = self.dedications.iter();
        all.find(|it| it.level == level && it.of == of)
    }

    /// The dedication of what a place is, or is in, at a level.
    fn dedication_at(&self, place: &Place, level: Level) -> Option<&Dedication> {
        self.dedication(level, self.topology.id_at(place, level)?)
    }

    /// Whether somebody's domain is the one that a place is kept for, or somewhere in it.
    fn is_within(&self, domain: Uuid, to: Beneficiary) -> bool {
        self.accounts.is_domain_in(domain, to.domain)
    }

    /// Whether an account's machines may be in a zone.
    pub fn is_zone_open_to(&self, zone: Uuid, account: &Project) -> bool {
        let dedication = self.dedication(Level::Zone, zone);
        dedication.is_none_or(|it| self.serves(it.to, account))
    }

    fn serves(&self, to: Beneficiary, account: &Project) -> bool {
        let is_admin = self.accounts.account_kind(account.id) == AccountKind::Admin;
        is_admin
            || match to.account {
                Some(own) => own == account.id,
                None => account
                    .domain
                    .is_some_and(|domain| self.is_within(domain, to)),
            }
    }

    /// Whether a server may be on a host, as far as it goes by whom the host is kept for.
    pub(in crate::world) fn dedication_allows(&self, spec: &Specification, host: &Host) -> bool {
        let covering = || {
            let levels = Level::ALL.into_iter();
            levels.filter_map(|level| self.dedication_at(&host.place, level))
        };
        let groups = self.groups_of(spec);
        let mut kept = groups
            .filter(|group| group.policy == Policy::Dedication)
            .peekable();
        if kept.peek().is_some() {
            return kept.all(|group| covering().any(|it| it.group == group.id));
        }
        self.dedications.is_empty()
            || covering().all(|it| it.level == Level::Zone && self.serves(it.to, &spec.project))
    }

    /// Keeps a place for somebody; what in it was kept for the same becomes part of it.
    ///
    /// # Errors
    /// When it is kept for somebody already, in whole or in part, or machines of others are there.
    pub fn dedicate(
        &mut self,
        level: Level,
        of: Uuid,
        to: Beneficiary,
        user: Uuid,
    ) -> Result<Uuid, Fault> {
        let place = self.topology.place_of(level, of).cloned();
        let place = place.ok_or_else(|| Fault::invalid(format!("Unable to find {level} {of}")))?;
        if self.dedication(level, of).is_some() {
            let (kind, name) = (title(level), name_at(&place, level));
            return Err(conflict(format!("{kind} {name} is already dedicated")));
        }
        self.check_outer(level, &place, to)?;
        let parts = self.own_parts(level, &place, to)?;
        self.check_machines(&place, to)?;
        for part in parts {
            self.dedications.remove(part);
        }
        let group = self.dedication_group(level, to, user);
        let id = self.ids.uuid();
        self.dedications.insert(
            id,
            Dedication {
                id,
                level,
                of,
                to,
                group,
            },
        );
        Ok(id)
    }

    /// Of what is kept for a domain, a part may be kept for somebody in it.
    fn check_outer(&self, level: Level, place: &Place, to: Beneficiary) -> Result<(), Fault> {
        let above = Level::ALL.into_iter().filter(|above| *above < level);
        for above in above.rev() {
            let Some(outer) = self.dedication_at(place, above) else {
                continue;
            };
            if outer.to.account.is_some() || !self.is_within(to.domain, outer.to) {
                let kind = match (level, above) {
                    (Level::Host, Level::Zone) => "Data Center",
                    (_, above) => title(above),
                };
                let name = name_at(place, above);
                return Err(conflict(format!(
                    "{}'s {kind} {name} is already dedicated",
                    title(level)
                )));
            }
        }
        Ok(())
    }

    /// What in a place is kept for the same already.
    ///
    /// # Errors
    /// When something in it is kept for somebody else.
    fn own_parts(&self, level: Level, place: &Place, to: Beneficiary) -> Result<Vec<Uuid>, Fault> {
        let mut own = Vec::new();
        for part in self.dedications.iter().filter(|it| it.level > level) {
            let there = self.topology.place_of(part.level, part.of);
            let Some(there) = there.filter(|there| place.contains(there)) else {
                continue;
            };
            let is_own = part.to == to;
            if !self.is_within(part.to.domain, to) || (to.account.is_some() && !is_own) {
                return Err(conflict(format!(
                    "{} {} under this {} {} is dedicated to different account/domain",
                    title(part.level),
                    name_at(there, part.level),
                    title(level),
                    name_at(place, level)
                )));
            }
            own.extend(is_own.then_some(part.id));
        }
        Ok(own)
    }

    /// # Errors
    /// When machines of others are on a host there.
    fn check_machines(&self, place: &Place, to: Beneficiary) -> Result<(), Fault> {
        let is_foreign = |server: &&Server| match (to.account, server.spec.project.domain) {
            (Some(account), _) => server.spec.project.id != account,
            (None, domain) => !domain.is_some_and(|domain| self.is_within(domain, to)),
        };
        let hosts = self.servers().filter(is_foreign);
        let hosts = hosts.filter_map(|server| server.host);
        let mut hosts = hosts.map(|key| self.topology.host(key));
        let Some(host) = hosts.find(|host| place.contains(&host.place)) else {
            return Ok(());
        };
        let other = match to.account {
            Some(_) => "account",
            None => "domain",
        };
        Err(conflict(format!(
            "Host {} found to be unsuitable for explicit dedication as it is running instances of another {other}",
            host.id
        )))
    }

    /// The affinity group of what is kept for somebody, which is made if there is none.
    fn dedication_group(&mut self, level: Level, to: Beneficiary, user: Uuid) -> Uuid {
        let project = to.group_owner();
        let is_it =
            |group: &&ServerGroup| group.policy == Policy::Dedication && group.project == project;
        if let Some(known) = self.server_groups.iter().find(is_it) {
            return known.id;
        }
        let owner = self.accounts.project(project);
        let owner = owner.map_or("", |owner| match owner.is_domain() {
            true => self.accounts.domain_name(owner),
            false => &owner.name,
        });
        let name: Arc<str> = match to.account {
            Some(_) => format!("Dedicated{}Grp-{owner}", title(level)).into(),
            None => format!("Dedicated{}Grp-domain-{owner}", title(level)).into(),
        };
        let id = self.ids.uuid();
        let group = ServerGroup {
            id,
            name,
            description: Some(format!("Dedicated {level} group").into()),
            project,
            user,
            policy: Policy::Dedication,
            max_per_host: None,
            members: Vec::new(),
            created: self.now,
        };
        self.server_groups.insert(id, group);
        id
    }

    /// Opens a place to everybody again; its group goes when nothing else is kept for it. False where the
    /// place is not dedicated.
    pub fn release_dedication(&mut self, level: Level, of: Uuid) -> bool {
        let found = self.dedication(level, of).map(|it| it.id);
        let Some(dedication) = found.and_then(|id| self.dedications.remove(id)) else {
            return false;
        };
        let group = dedication.group;
        if !self.dedications.iter().any(|it| it.group == group) {
            self.server_groups.remove(group);
        }
        true
    }

    /// Opens all that is kept for an account or a domain.
    pub fn release_dedications_to(&mut self, owner: Uuid) {
        let of_owner = |it: &&Dedication| it.to.group_owner() == owner;
        let held = self.dedications.iter().filter(of_owner);
        let held: Vec<(Level, Uuid)> = held.map(|it| (it.level, it.of)).collect();
        for (level, of) in held {
            self.release_dedication(level, of);
        }
    }

    /// Removes a server group, and opens what was kept for its members.
    pub fn remove_server_group(&mut self, id: Uuid) -> Option<ServerGroup> {
        let kept = self.dedications.iter().filter(|it| it.group == id);
        let kept: Vec<Uuid> = kept.map(|it| it.id).collect();
        for dedication in kept {
            self.dedications.remove(dedication);
        }
        self.server_groups.remove(id)
    }
}
