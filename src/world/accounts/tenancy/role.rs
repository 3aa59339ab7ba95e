//! Roles: which commands the users of an account may call.

use std::sync::Arc;

use uuid::Uuid;

use super::account::{AccountKind, invalid};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::accounts::Accounts;
use crate::world::ids::{Ids, named};
use crate::world::store::Store;

/// A rule of a role. The first that matches decides.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandRule {
    pub id: Uuid,
    /// A command's name; `*` in it stands for anything.
    pub pattern: Arc<str>,
    pub allows: bool,
    pub description: Option<Arc<str>>,
}

impl CommandRule {
    fn matches(&self, command: &str) -> bool {
        let (pattern, command) = (
            self.pattern.to_ascii_lowercase(),
            command.to_ascii_lowercase(),
        );
        let mut parts = pattern.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = command.strip_prefix(first) else {
            return false;
        };
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            return rest.is_empty();
        }
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return rest.ends_with(part);
            }
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        true
    }
}

/// A role.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandRole {
    pub id: Uuid,
    pub name: Arc<str>,
    pub kind: AccountKind,
    pub description: Option<Arc<str>>,
    /// Whether the cloud began with it: it cannot be changed.
    pub is_default: bool,
    pub is_public: bool,
    /// Whether commands that no rule speaks of are allowed to all of its kind. Else they are denied.
    pub is_open: bool,
    pub rules: Vec<CommandRule>,
}

impl CommandRole {
    /// What the rules say of a command; `None` when they say nothing.
    pub fn rules_on(&self, command: &str) -> Option<bool> {
        let rule = self.rules.iter().find(|rule| rule.matches(command));
        rule.map(|rule| rule.allows)
    }
}

/// What a role is to be.
#[derive(Debug, Clone, Default)]
pub struct RoleDraft {
    pub name: Option<Arc<str>>,
    pub kind: Option<AccountKind>,
    pub description: Option<Arc<str>>,
    pub is_public: Option<bool>,
}

/// The roles that every cloud begins with: name, kind, and what they may where it is not what all of the kind
/// may.
const BUILT_IN: &[(&str, AccountKind, &[&str])] = &[
    ("Root Admin", AccountKind::Admin, &["*"]),
    ("Resource Admin", AccountKind::ResourceAdmin, &[]),
    ("Domain Admin", AccountKind::DomainAdmin, &[]),
    ("User", AccountKind::User, &[]),
    ("Read-Only Admin", AccountKind::Admin, READING),
    ("Read-Only User", AccountKind::User, READING),
    ("Support Admin", AccountKind::Admin, SUPPORTING),
    ("Support User", AccountKind::User, SUPPORTING),
];

const READING: &[&str] = &["list*", "get*", "find*", "query*", "login", "logout"];
const SUPPORTING: &[&str] = &[
    "list*",
    "get*",
    "find*",
    "query*",
    "login",
    "logout",
    "createTags",
    "deleteTags",
    "startVirtualMachine",
    "stopVirtualMachine",
    "rebootVirtualMachine",
    "startRouter",
    "stopRouter",
    "rebootRouter",
    "restartNetwork",
    "restartVPC",
    "attachIso",
    "detachIso",
    "createSnapshot",
    "updateHost",
    "prepareHostForMaintenance",
    "cancelHostMaintenance",
    "reconnectHost",
    "enableStorageMaintenance",
    "cancelStorageMaintenance",
];

/// The id that a role of [`BUILT_IN`] has in every world.
pub(super) fn role_id(name: &str) -> Uuid {
    named("role", name)
}

pub(super) fn built_in() -> Store<CommandRole> {
    let mut roles = Store::default();
    for (name, kind, allowed) in BUILT_IN {
        let id = role_id(name);
        let rules = allowed.iter().map(|pattern| CommandRule {
            id: named("role-rule", &format!("{name}/{pattern}")),
            pattern: (*pattern).into(),
            allows: true,
            description: None,
        });
        roles.insert(
            id,
            CommandRole {
                id,
                name: (*name).into(),
                kind: *kind,
                description: Some(format!("Default {} role", name.to_lowercase()).into()),
                is_default: true,
                is_public: true,
                is_open: allowed.is_empty(),
                rules: rules.collect(),
            },
        );
    }
    roles
}

impl Accounts {
    /// All roles that say which commands may be called, oldest first.
    pub fn command_roles(&self) -> impl Iterator<Item = &CommandRole> {
        self.tenancy.roles.iter()
    }

    pub fn command_role(&self, id: Uuid) -> Option<&CommandRole> {
        self.tenancy.roles.get(id)
    }

    /// The role that CloudStack counts under a number.
    pub fn role_numbered(&self, number: u64) -> Option<Uuid> {
        self.tenancy.roles.numbered(number).map(|role| role.id)
    }

    /// The role that has a rule.
    pub fn role_of_rule(&self, rule: Uuid) -> Option<&CommandRole> {
        let mut roles = self.command_roles();
        roles.find(|role| role.rules.iter().any(|known| known.id == rule))
    }

    /// Makes a role, with copies of these rules.
    ///
    /// # Errors
    /// When there is one of that name.
    pub fn add_command_role(
        &mut self,
        ids: &mut Ids,
        kind: AccountKind,
        draft: RoleDraft,
        rules: Vec<CommandRule>,
    ) -> Result<Uuid, Fault> {
        let id = ids.uuid();
        let copies = rules.into_iter().map(|rule| CommandRule {
            id: ids.uuid(),
            ..rule
        });
        let role = CommandRole {
            id,
            name: "".into(),
            kind,
            description: None,
            is_default: false,
            is_public: true,
            is_open: false,
            rules: copies.collect(),
        };
        self.put_command_role(role, draft)?;
        Ok(id)
    }

    /// # Errors
    /// When it is one that the cloud began with, or another has the new name.
    pub fn change_command_role(&mut self, id: Uuid, draft: RoleDraft) -> Result<(), Fault> {
        let role = self.own_role(id)?.clone();
        self.put_command_role(role, draft)
    }

    fn put_command_role(&mut self, mut role: CommandRole, draft: RoleDraft) -> Result<(), Fault> {
        if let Some(name) = draft.name {
            let is_taken = |other: &CommandRole| other.id != role.id && other.name == name;
            if self.command_roles().any(is_taken) {
                return Err(invalid(format!("Role {name} already exists")));
            }
            role.name = name;
        }
        let kind = draft.kind.unwrap_or(role.kind);
        if kind != role.kind && self.is_role_in_use(role.id) {
            let message = "Found accounts that have role in use, won't allow to change role type";
            return Err(Fault::new(FaultKind::Forbidden, message));
        }
        role.kind = kind;
        role.description = draft.description.or(role.description);
        role.is_public = draft.is_public.unwrap_or(role.is_public);
        match self.tenancy.roles.get_mut(role.id) {
            Some(known) => *known = role,
            None => self.tenancy.roles.insert(role.id, role),
        }
        Ok(())
    }

    /// # Errors
    /// When it is one that the cloud began with, or accounts have it.
    pub fn remove_command_role(&mut self, id: Uuid) -> Result<(), Fault> {
        self.own_role(id)?;
        if self.is_role_in_use(id) {
            let message = "Found accounts that have role in use, won't allow to delete role";
            return Err(Fault::new(FaultKind::Forbidden, message));
        }
        self.tenancy.roles.remove(id);
        Ok(())
    }

    fn is_role_in_use(&self, id: Uuid) -> bool {
        let mut profiles = self.tenancy.profiles.values();
        profiles.any(|profile| profile.role == Some(id))
    }

    /// The rules of a role, to be changed.
    ///
    /// # Errors
    /// When it is one that the cloud began with.
    pub fn rules_mut(&mut self, role: Uuid) -> Result<&mut Vec<CommandRule>, Fault> {
        self.own_role(role)?;
        let role = self.tenancy.roles.get_mut(role);
        role.map(|role| &mut role.rules)
            .ok_or_else(|| invalid("Invalid role id provided".into()))
    }

    fn own_role(&self, id: Uuid) -> Result<&CommandRole, Fault> {
        let role = self.tenancy.roles.get(id);
        let role = role.ok_or_else(|| invalid("Invalid role id provided".into()))?;
        if role.is_default {
            let message = "Role permission cannot be added or changed for Default roles";
            return Err(Fault::new(FaultKind::Forbidden, message));
        }
        Ok(role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_wildcards_do() {
        let matches = |pattern: &str, command: &str| {
            let rule = CommandRule {
                id: Uuid::nil(),
                pattern: pattern.into(),
                allows: true,
                description: None,
            };
            rule.matches(command)
        };
        assert!(matches("*", "listZones"));
        assert!(matches("list*", "listZones"));
        assert!(matches("*Zones", "listZones"));
        assert!(matches("l*Z*s", "listZones"));
        assert!(matches("listzones", "listZones"));
        assert!(!matches("list", "listZones"));
        assert!(!matches("list*x", "listZones"));
        assert!(!matches("*Zone", "listZones"));
    }
}
