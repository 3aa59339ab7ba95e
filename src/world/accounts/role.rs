//! Roles, and which of them imply others.

use std::sync::Arc;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::directory::Entry;
use super::fault::{conflict, forbidden};
use super::{Accounts, Attributes, Change, check_mutable, id_text, merge, merge_options, parse_id};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::profile::Profile;
use crate::world::ids::{self, Ids};

/// What somebody may do somewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    pub id: Uuid,
    pub name: Arc<str>,
    /// A domain's own role means nothing but the roles that it implies.
    pub domain: Option<Uuid>,
    pub description: Option<Arc<str>>,
    pub options: Attributes,
    /// What else was said of it.
    pub extra: Attributes,
}

impl Entry for Role {
    const KIND: &'static str = "role";

    fn id(&self) -> Uuid {
        self.id
    }

    fn domain(&self) -> Option<Uuid> {
        self.domain
    }

    fn name(&self) -> &Arc<str> {
        &self.name
    }
}

/// What is to be different in a role.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RoleChange {
    pub name: Option<Arc<str>>,
    pub description: Change<Option<Arc<str>>>,
    pub options: Attributes,
    #[serde(flatten)]
    pub extra: Attributes,
}

/// The roles that every cloud begins with. Each implies the one before it, but for the last.
pub const FIRST_ROLES: [&str; 5] = ["reader", "member", "manager", "admin", "service"];

pub(super) const ADMIN: &str = "admin";
pub(super) const MEMBER: &str = "member";
pub(super) const READER: &str = "reader";

/// Rackspace's own roles: number, name, description, and what each implies.
const RACKSPACE_ROLES: &[(&str, &str, &str, &str)] = &[
    ("1", IDENTITY_ADMIN, "Super Admin Role.", USER_ADMIN),
    ("2", USER_DEFAULT, "Default Role.", MEMBER),
    ("3", USER_ADMIN, "User Admin Role.", MEMBER),
];

/// Who may do anything to anybody's account.
pub(super) const IDENTITY_ADMIN: &str = "identity:admin";
/// Who owns an account, and makes its other users.
pub const USER_ADMIN: &str = "identity:user-admin";
/// Another user of an account.
pub const USER_DEFAULT: &str = "identity:default";

/// The id that one of Rackspace's own roles has in every world.
pub fn rackspace_role_id(name: &str) -> Uuid {
    let mut known = RACKSPACE_ROLES.iter();
    let number = known.find(|(_, known, ..)| *known == name);
    number
        .and_then(|(number, ..)| parse_id(number))
        .unwrap_or_default()
}

/// The id that one of [`FIRST_ROLES`] has in every world.
pub fn first_role_id(name: &str) -> Uuid {
    ids::named("role", name)
}

/// Which role implies which.
pub type Implications = IndexSet<(Uuid, Uuid), FxBuildHasher>;

impl Accounts {
    pub(super) fn make_first_roles(&mut self) {
        for name in FIRST_ROLES {
            self.roles.put(Role {
                id: first_role_id(name),
                name: name.into(),
                domain: None,
                description: None,
                options: Map::from_iter([("immutable".to_owned(), Value::Bool(true))]),
                extra: Map::new(),
            });
        }
        for pair in FIRST_ROLES[..4].windows(2) {
            self.implications
                .insert((first_role_id(pair[1]), first_role_id(pair[0])));
        }
        if self.profile == Profile::Rackspace {
            self.make_rackspace_roles();
        }
    }

    fn make_rackspace_roles(&mut self) {
        for (_, name, description, _) in RACKSPACE_ROLES {
            self.roles.put(Role {
                id: rackspace_role_id(name),
                name: (*name).into(),
                domain: None,
                description: Some((*description).into()),
                options: Map::new(),
                extra: Map::new(),
            });
        }
        for (_, name, _, implied) in RACKSPACE_ROLES {
            let implied = self.roles.named(None, implied).map(|role| role.id);
            let pairs = implied.map(|implied| (rackspace_role_id(name), implied));
            self.implications.extend(pairs);
        }
    }

    /// # Errors
    /// When there is a role of that name.
    pub fn create_role(
        &mut self,
        ids: &mut Ids,
        domain: Option<Uuid>,
        change: RoleChange,
    ) -> Result<Arc<Role>, Fault> {
        let role = Role {
            id: ids.uuid(),
            name: "".into(),
            domain,
            description: None,
            options: Map::new(),
            extra: Map::new(),
        };
        self.change_role(role, change)
    }

    /// # Errors
    /// When there is no such role, it is immutable, or another has the new name.
    pub fn update_role(&mut self, id: &str, change: RoleChange) -> Result<Arc<Role>, Fault> {
        let role = Role::clone(self.roles.find(id)?);
        check_mutable(
            "update",
            Role::KIND,
            role.id,
            &role.options,
            &change.options,
        )?;
        self.touch();
        self.change_role(role, change)
    }

    fn change_role(&mut self, mut role: Role, change: RoleChange) -> Result<Arc<Role>, Fault> {
        if let Some(name) = change.name {
            role.name = name;
        }
        let other = self.roles.named(role.domain, &role.name);
        if other.is_some_and(|other| other.id != role.id) {
            let details = format!("Duplicate entry found with name {}", role.name);
            let domain = role.domain.map(id_text);
            let domain = domain.map(|id| format!(" at domain ID {id}"));
            return Err(conflict(Role::KIND, details + &domain.unwrap_or_default()));
        }
        change.description.apply(&mut role.description);
        merge_options(&mut role.options, change.options);
        merge(&mut role.extra, change.extra);
        Ok(self.roles.put(role))
    }

    /// # Errors
    /// When there is no such role, or it is immutable.
    pub fn delete_role(&mut self, id: &str) -> Result<(), Fault> {
        let role = self.roles.find(id)?;
        let id = role.id;
        check_mutable("delete", Role::KIND, id, &role.options, &Attributes::new())?;
        self.roles.remove(id);
        self.grants.forget_role(id);
        self.delegations.forget_role(id);
        self.implications
            .retain(|(prior, implied)| *prior != id && *implied != id);
        self.touch();
        Ok(())
    }

    /// What a role implies at first hand.
    pub fn implied_by(&self, prior: Uuid) -> impl Iterator<Item = &Arc<Role>> {
        let implied = self
            .implications
            .iter()
            .filter(move |(from, _)| *from == prior);
        implied.filter_map(|(_, to)| self.roles.get(*to))
    }

    /// # Errors
    /// When one of the roles is not there, or the second can be implied by none.
    pub fn imply(&mut self, prior: &str, implied: &str) -> Result<(), Fault> {
        let (from, to) = (self.roles.find(prior)?, self.roles.find(implied)?);
        if &*to.name == ADMIN || from.domain.is_none() && to.domain.is_some() {
            return Err(forbidden(format!("{implied} cannot be an implied roles.")));
        }
        let pair = (from.id, to.id);
        if !self.implications.insert(pair) {
            return Err(conflict("implied_role", "Duplicate entry"));
        }
        self.touch();
        Ok(())
    }

    /// The two roles of an implication.
    ///
    /// # Errors
    /// When one of them is not there, or the first does not imply the second.
    pub fn implication(
        &self,
        prior: &str,
        implied: &str,
    ) -> Result<(&Arc<Role>, &Arc<Role>), Fault> {
        let (from, to) = (self.roles.find(prior)?, self.roles.find(implied)?);
        if self.implications.contains(&(from.id, to.id)) {
            return Ok((from, to));
        }
        Err(Fault::not_found(format!(
            "{prior} does not imply {implied}."
        )))
    }

    /// # Errors
    /// As [`Self::implication`].
    pub fn imply_no_more(&mut self, prior: &str, implied: &str) -> Result<(), Fault> {
        let (from, to) = self.implication(prior, implied)?;
        let pair = (from.id, to.id);
        self.implications.shift_remove(&pair);
        self.touch();
        Ok(())
    }

    /// The roles with all that they imply, each once, those that were given first.
    pub fn with_implied(&self, given: impl IntoIterator<Item = Uuid>) -> Vec<Arc<Role>> {
        let mut ids: IndexSet<Uuid, FxBuildHasher> = given.into_iter().collect();
        let mut next = 0;
        while let Some(id) = ids.get_index(next).copied() {
            ids.extend(self.implied_by(id).map(|role| role.id));
            next += 1;
        }
        let found = ids.into_iter().filter_map(|id| self.roles.get(id).cloned());
        found.collect()
    }
}
