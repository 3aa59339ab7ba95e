//! What is kept for others to read: services and endpoints, regions, policies, credentials, limits.
//!
//! The cloud itself makes little of these, so each is kept as the client told it. What rules there are hold
//! between kinds: [`RELATIONS`].

use std::sync::OnceLock;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde_json::{Value, json};

use super::Attributes;
use super::fault::{expected, forbidden, not_found};
use super::listing::{self, ListedService};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::profile::Offer;
use crate::vocabulary::region;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Region,
    Service,
    Endpoint,
    EndpointGroup,
    Policy,
    Credential,
    RegisteredLimit,
    Limit,
    Consumer,
    /// A domain's own settings, under the domain's id.
    DomainConfig,
    /// What a service's endpoints are made from, for all tenants or for those that have it.
    EndpointTemplate,
    /// That a tenant has a template.
    TenantEndpoint,
}

const KINDS: usize = 12;

impl Kind {
    const ALL: [Kind; KINDS] = [
        Kind::Region,
        Kind::Service,
        Kind::Endpoint,
        Kind::EndpointGroup,
        Kind::Policy,
        Kind::Credential,
        Kind::RegisteredLimit,
        Kind::Limit,
        Kind::Consumer,
        Kind::DomainConfig,
        Kind::EndpointTemplate,
        Kind::TenantEndpoint,
    ];

    /// As messages call it.
    fn label(self) -> &'static str {
        match self {
            Kind::Region => "region",
            Kind::Service => "service",
            Kind::Endpoint => "endpoint",
            Kind::EndpointGroup => "Endpoint Group",
            Kind::Policy => "policy",
            Kind::Credential => "credential",
            Kind::RegisteredLimit => "registered limit",
            Kind::Limit => "limit",
            Kind::Consumer => "Consumer",
            Kind::DomainConfig => "domain configuration",
            Kind::EndpointTemplate => "endpoint template",
            Kind::TenantEndpoint => "tenant endpoint",
        }
    }
}

impl Kind {
    fn missing(self, id: &str) -> Fault {
        match self {
            Kind::RegisteredLimit | Kind::Limit => {
                Fault::not_found(format!("Could not find {} for {id}.", self.label()))
            }
            Kind::Consumer => Fault::not_found("Consumer not found"),
            Kind::Region
            | Kind::Service
            | Kind::Endpoint
            | Kind::EndpointGroup
            | Kind::Policy
            | Kind::Credential
            | Kind::DomainConfig
            | Kind::EndpointTemplate
            | Kind::TenantEndpoint => not_found(self.label(), id),
        }
    }
}

/// A record that names another in one of its attributes.
struct Relation {
    from: Kind,
    attribute: &'static str,
    to: Kind,
    /// What is said where the other is not there.
    missing: fn(&str) -> Fault,
    /// What becomes of it when the other is deleted.
    on_delete: OnDelete,
}

enum OnDelete {
    Goes,
    StandsInTheWay,
}

const RELATIONS: &[Relation] = &[
    Relation {
        from: Kind::Region,
        attribute: "parent_region_id",
        to: Kind::Region,
        missing: |id| not_found("region", id),
        on_delete: OnDelete::Goes,
    },
    Relation {
        from: Kind::Endpoint,
        attribute: "service_id",
        to: Kind::Service,
        missing: |_| expected("endpoint service_id", "service table"),
        on_delete: OnDelete::Goes,
    },
    Relation {
        from: Kind::Endpoint,
        attribute: "region_id",
        to: Kind::Region,
        missing: |_| expected("endpoint region_id", "region table"),
        on_delete: OnDelete::StandsInTheWay,
    },
    Relation {
        from: Kind::EndpointTemplate,
        attribute: "service_id",
        to: Kind::Service,
        missing: |id| not_found("service", id),
        on_delete: OnDelete::Goes,
    },
    Relation {
        from: Kind::TenantEndpoint,
        attribute: "template_id",
        to: Kind::EndpointTemplate,
        missing: |id| not_found("endpoint template", id),
        on_delete: OnDelete::Goes,
    },
    Relation {
        from: Kind::RegisteredLimit,
        attribute: "service_id",
        to: Kind::Service,
        missing: |_| expected("service_id", "registered_limit"),
        on_delete: OnDelete::Goes,
    },
    Relation {
        from: Kind::RegisteredLimit,
        attribute: "region_id",
        to: Kind::Region,
        missing: |_| expected("region_id", "registered_limit"),
        on_delete: OnDelete::Goes,
    },
];

type Table = IndexMap<String, Attributes, FxBuildHasher>;

/// All records, by kind and id.
#[derive(Debug, Clone, Default)]
pub struct Records {
    tables: [Table; KINDS],
    /// Made when it is first asked for after a change.
    listing: OnceLock<Vec<ListedService>>,
}

impl Records {
    fn table(&self, kind: Kind) -> &Table {
        &self.tables[kind as usize]
    }

    fn table_mut(&mut self, kind: Kind) -> &mut Table {
        self.listing.take();
        &mut self.tables[kind as usize]
    }

    /// The records of a kind, oldest first.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = (&String, &Attributes)> {
        self.table(kind).iter()
    }

    /// The services in use, with their endpoints.
    pub fn listing(&self) -> &[ListedService] {
        self.listing.get_or_init(|| listing::list(self))
    }

    pub fn get(&self, kind: Kind, id: &str) -> Option<&Attributes> {
        self.table(kind).get(id)
    }

    /// # Errors
    /// [`FaultKind::NotFound`](crate::vocabulary::fault::FaultKind::NotFound).
    pub fn find(&self, kind: Kind, id: &str) -> Result<&Attributes, Fault> {
        self.get(kind, id).ok_or_else(|| kind.missing(id))
    }

    /// Adds a record, or puts another in the place of the one with its id.
    ///
    /// # Errors
    /// When something that it names is not there, or a region would be its own ancestor.
    pub fn put(&mut self, kind: Kind, id: &str, attributes: Attributes) -> Result<(), Fault> {
        if kind == Kind::Region {
            self.check_ancestors(id, &attributes)?;
        }
        for relation in RELATIONS.iter().filter(|relation| relation.from == kind) {
            match attributes.get(relation.attribute).and_then(Value::as_str) {
                Some(other) if self.get(relation.to, other).is_none() => {
                    return Err((relation.missing)(other));
                }
                Some(_) | None => {}
            }
        }
        self.table_mut(kind).insert(id.to_owned(), attributes);
        Ok(())
    }

    fn check_ancestors(&self, id: &str, region: &Attributes) -> Result<(), Fault> {
        let mut parent = region.get("parent_region_id").and_then(Value::as_str);
        while let Some(above) = parent {
            if above == id {
                return Err(Fault::bad_request(format!(
                    "The specified parent region {id} would create a circular region hierarchy."
                )));
            }
            let region = self.get(Kind::Region, above);
            parent = region.and_then(|region| region.get("parent_region_id")?.as_str());
        }
        Ok(())
    }

    /// Removes a record, with those that cannot be without it.
    ///
    /// # Errors
    /// When it is not there, or another stands in the way.
    pub fn remove(&mut self, kind: Kind, id: &str) -> Result<(), Fault> {
        self.find(kind, id)?;
        self.check_removal(kind, id, id)?;
        for relation in RELATIONS.iter().filter(|relation| relation.to == kind) {
            for other in self.naming(relation, id) {
                // It may have gone with another one already.
                let _ = self.remove(relation.from, &other);
            }
        }
        self.table_mut(kind).shift_remove(id);
        Ok(())
    }

    /// `root` is what was asked to be removed.
    fn check_removal(&self, kind: Kind, id: &str, root: &str) -> Result<(), Fault> {
        for relation in RELATIONS.iter().filter(|relation| relation.to == kind) {
            for other in self.naming(relation, id) {
                match relation.on_delete {
                    OnDelete::Goes => self.check_removal(relation.from, &other, root)?,
                    OnDelete::StandsInTheWay => {
                        return Err(forbidden(format!(
                            "Unable to delete {} {root} because it or its child {}s have associated {}s.",
                            kind.label(),
                            kind.label(),
                            relation.from.label()
                        )));
                    }
                }
            }
        }
        if kind == Kind::RegisteredLimit && self.limits_of(id).next().is_some() {
            return Err(limits_stand_in_the_way(id));
        }
        Ok(())
    }

    fn naming(&self, relation: &Relation, id: &str) -> Vec<String> {
        let table = self.table(relation.from).iter();
        let named = table.filter(|(_, record)| {
            record.get(relation.attribute).and_then(Value::as_str) == Some(id)
        });
        named.map(|(other, _)| other.clone()).collect()
    }

    /// Forgets all records whose attribute is that value.
    pub(super) fn forget(&mut self, attribute: &str, value: &str) {
        for kind in Kind::ALL {
            self.table_mut(kind)
                .retain(|_, record| record.get(attribute).and_then(Value::as_str) != Some(value));
        }
    }

    /// The registered limit that a limit overrides: of the same service, region and resource.
    pub fn registered_limit_for(&self, limit: &Attributes) -> Option<&Attributes> {
        let mut registered = self.table(Kind::RegisteredLimit).values();
        registered.find(|registered| is_same_resource(registered, limit))
    }

    /// The limits that override a registered one.
    pub fn limits_of(&self, id: &str) -> impl Iterator<Item = &Attributes> {
        let registered = self.get(Kind::RegisteredLimit, id);
        let limits = self.table(Kind::Limit).values();
        limits.filter(move |limit| {
            registered.is_some_and(|registered| is_same_resource(registered, limit))
        })
    }
}

/// Said of a registered limit that projects have limits of.
pub fn limits_stand_in_the_way(id: &str) -> Fault {
    forbidden(format!(
        "Unable to update or delete registered limit {id} because there are project limits associated with it."
    ))
}

fn is_same_resource(one: &Attributes, other: &Attributes) -> bool {
    let value = |record: &Attributes, name: &str| record.get(name).cloned().unwrap_or_default();
    ["service_id", "region_id", "resource_name"]
        .iter()
        .all(|name| value(one, name) == value(other, name))
}

/// Stands for the address of the cloud, as its client knows it, in the URLs of the cloud's own endpoints.
pub const CLOUD_URL: &str = "$(cloud_url)s";

pub const INTERFACES: [&str; 3] = ["public", "internal", "admin"];

impl Records {
    pub fn add_region(&mut self, name: &str) {
        let region = json!({"description": "", "parent_region_id": null});
        self.insert(Kind::Region, name.to_owned(), region);
    }

    fn has_service(&self, kind: &str) -> bool {
        let mut services = self.table(Kind::Service).values();
        services.any(|service| service.get("type").and_then(Value::as_str) == Some(kind))
    }

    fn insert(&mut self, kind: Kind, id: String, record: Value) {
        if let Value::Object(record) = record {
            self.table_mut(kind).insert(id, record);
        }
    }

    /// Adds one of the cloud's own services, with its endpoints in all regions.
    pub fn add_service(&mut self, offer: Offer) {
        let Offer { kind, name, path } = offer;
        let id = |what: &str, name: &str| super::id_text(crate::world::ids::named(what, name));
        // Several may be of one kind.
        let known_by = if self.has_service(kind) { name } else { kind };
        let service = id("service", known_by);
        let record = json!({"name": name, "type": kind, "enabled": true});
        self.insert(Kind::Service, service.clone(), record);
        let regions: Vec<String> = self.table(Kind::Region).keys().cloned().collect();
        let default = regions.first().cloned();
        for (region, interface) in regions
            .iter()
            .flat_map(|region| INTERFACES.map(|interface| (region, interface)))
        {
            // All regions have the same Keystone.
            let prefix = match kind == "identity" || Some(region) == default.as_ref() {
                true => String::new(),
                false => region::prefix(region),
            };
            let record = json!({
                "interface": interface,
                "region_id": region,
                "service_id": service,
                "url": format!("{CLOUD_URL}{prefix}{path}"),
                "enabled": true,
            });
            let endpoint = id("endpoint", &format!("{region} {known_by} {interface}"));
            self.insert(Kind::Endpoint, endpoint, record);
        }
    }
}
