//! Access control lists: what goes into and out of the tiers of virtual private clouds.

use std::sync::Arc;

use uuid::Uuid;

use super::{Guests, Icmp, Ports, RuleState};

/// A list of rules. The first that fits a packet decides.
#[derive(Debug, Clone)]
pub struct AclList {
    pub id: Uuid,
    pub name: Arc<str>,
    pub description: Arc<str>,
    /// The cloud whose it is; none for those of all.
    pub vpc: Option<Uuid>,
    pub is_displayed: bool,
}

/// What a rule of a list is about, and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// In lower case.
    pub protocol: Arc<str>,
    pub ports: Option<Ports>,
    pub icmp: Option<Icmp>,
    pub cidrs: Vec<Arc<str>>,
    /// It is about what leaves; else about what comes.
    pub is_egress: bool,
    pub allows: bool,
}

#[derive(Debug, Clone)]
pub struct AclItem {
    pub id: Uuid,
    pub list: Uuid,
    /// Its place among the others, counted from 1.
    pub number: u32,
    pub filter: Filter,
    pub reason: Option<Arc<str>>,
    pub state: RuleState,
    pub is_displayed: bool,
    /// What it was before the change that hosts are being told of.
    pub before: Option<Filter>,
}

/// The list of those that let everything through.
pub const DEFAULT_ALLOW: &str = "default_allow";

/// The list of those that let nothing through.
pub const DEFAULT_DENY: &str = "default_deny";

impl AclList {
    /// The id of one of the lists that every cloud has.
    pub fn default_id(name: &str) -> Uuid {
        crate::world::ids::named("acl", name)
    }

    /// Whether it is one of those that every cloud has.
    pub fn is_default(&self) -> bool {
        [DEFAULT_ALLOW, DEFAULT_DENY]
            .map(Self::default_id)
            .contains(&self.id)
    }
}

impl Guests {
    /// The items of a list, in the order in which they are looked at.
    pub fn items_of(&self, list: Uuid) -> Vec<&AclItem> {
        let items = self.acl_items.iter();
        let mut items: Vec<&AclItem> = items.filter(|item| item.list == list).collect();
        items.sort_by_key(|item| item.number);
        items
    }

    /// The number after the last of a list.
    pub fn next_number(&self, list: Uuid) -> u32 {
        let items = self.items_of(list);
        items.last().map_or(1, |item| item.number + 1)
    }

    pub(super) fn add_default_acls(&mut self) {
        let lists = [
            (DEFAULT_ALLOW, "Default Network ACL Allow All", true),
            (DEFAULT_DENY, "Default Network ACL Deny All", false),
        ];
        for (name, description, allows) in lists {
            let id = AclList::default_id(name);
            self.acls.insert(
                id,
                AclList {
                    id,
                    name: name.into(),
                    description: description.into(),
                    vpc: None,
                    is_displayed: true,
                },
            );
            for (number, is_egress) in [(1, false), (2, true)] {
                let item = default_item(id, number, is_egress, allows);
                self.acl_items.insert(item.id, item);
            }
        }
    }

    /// Removes what belongs to a virtual private cloud that goes.
    pub(super) fn remove_what_hangs_on(&mut self, vpc: Uuid) {
        let lists = self.acls.iter().filter(|list| list.vpc == Some(vpc));
        for list in lists.map(|list| list.id).collect::<Vec<_>>() {
            self.remove_acl(list);
        }
        let gateways = self.gateways.iter().filter(|gateway| gateway.vpc == vpc);
        for gateway in gateways.map(|gateway| gateway.id).collect::<Vec<_>>() {
            self.gateways.remove(gateway);
        }
        let routes = self.routes.iter().filter(|route| route.vpc == vpc);
        for route in routes.map(|route| route.id).collect::<Vec<_>>() {
            self.routes.remove(route);
        }
    }

    /// Removes a list with its items.
    pub fn remove_acl(&mut self, id: Uuid) {
        let items: Vec<Uuid> = self.items_of(id).iter().map(|item| item.id).collect();
        for item in items {
            self.acl_items.remove(item);
        }
        self.acls.remove(id);
    }
}

fn default_item(list: Uuid, number: u32, is_egress: bool, allows: bool) -> AclItem {
    AclItem {
        id: crate::world::ids::named("acl-item", &format!("{list}/{number}")),
        list,
        number,
        filter: Filter {
            protocol: "all".into(),
            ports: None,
            icmp: None,
            cidrs: vec!["0.0.0.0/0".into(), "::/0".into()],
            is_egress,
            allows,
        },
        reason: None,
        state: RuleState::Active,
        is_displayed: true,
        before: None,
    }
}
