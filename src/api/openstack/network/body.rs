//! The body of a create or an update, checked against the attributes of what it is about.

use std::net::IpAddr;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::Call;
use super::attribute::{Attribute, Preset, Setter};
use super::kind::bad_request;
use super::policy;
use super::resource::{Resource, attributes, own_project};
use crate::vocabulary::fault::Fault;
use crate::world::accounts::parse_loosely;

/// What is asked for, in the form that it is kept in; with the presets, for a create.
pub(super) struct Wanted {
    values: Map<String, Value>,
    /// Whose it is to be.
    pub(super) project: Uuid,
}

impl Wanted {
    /// The value, where there is one.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub(super) fn id(&self, name: &str) -> Option<Uuid> {
        parse_loosely(self.text(name)?)
    }

    pub(super) fn address(&self, name: &str) -> Option<IpAddr> {
        self.text(name)?.parse().ok()
    }

    /// The items of a list; `None` where nothing is said.
    pub(super) fn list(&self, name: &str) -> Option<&[Value]> {
        self.get(name)?.as_array().map(Vec::as_slice)
    }

    /// The ids of a list of them.
    pub(super) fn ids(&self, name: &str) -> Option<Vec<Uuid>> {
        let ids = self.list(name)?.iter().filter_map(Value::as_str);
        Some(ids.filter_map(|id| Uuid::try_parse(id).ok()).collect())
    }
}

/// What a create asks for: one thing, or several at once.
pub(super) struct Bodies {
    pub(super) items: Vec<Wanted>,
    pub(super) is_bulk: bool,
}

/// # Errors
/// As Neutron words it.
pub(super) fn for_create<T: Resource>(call: &Call) -> Result<Bodies, Fault> {
    if let Some(items) = call.body.get(T::PLURAL) {
        let items = items.as_array().filter(|items| !items.is_empty());
        let items = items.ok_or_else(|| bad_request("Resource body required"))?;
        // Each may come in an object of its own.
        let unwrapped = items.iter().map(|item| item.get(T::NAME).unwrap_or(item));
        let items: Result<Vec<Wanted>, Fault> = unwrapped
            .map(|item| check_create::<T>(call, item))
            .collect();
        return Ok(Bodies {
            items: items?,
            is_bulk: true,
        });
    }
    let item = single::<T>(call)?;
    Ok(Bodies {
        items: vec![check_create::<T>(call, item)?],
        is_bulk: false,
    })
}

/// # Errors
/// As Neutron words it.
pub(super) fn for_update<T: Resource>(call: &Call) -> Result<Wanted, Fault> {
    let given = members(single::<T>(call)?)?;
    check_names::<T>(given)?;
    let read_only =
        |attribute: &&Attribute<T>| !attribute.put && given.contains_key(attribute.name);
    if let Some(attribute) = attributes::<T>().find(read_only) {
        let name = attribute.name;
        return Err(bad_request(format!(
            "Cannot update read-only attribute {name}"
        )));
    }
    check_rights::<T>(call, "update", given)?;
    Ok(Wanted {
        values: convert::<T>(given)?,
        project: own_project(call),
    })
}

fn single<T: Resource>(call: &Call) -> Result<&Value, Fault> {
    if call.body.is_null() {
        return Err(bad_request("Resource body required"));
    }
    call.body
        .get(T::NAME)
        .ok_or_else(|| bad_request(format!("Unable to find '{}' in request body", T::NAME)))
}

fn members(item: &Value) -> Result<&Map<String, Value>, Fault> {
    item.as_object()
        .ok_or_else(|| bad_request("Body contains invalid data"))
}

fn check_create<T: Resource>(call: &Call, item: &Value) -> Result<Wanted, Fault> {
    let given = members(item)?;
    let project = project::<T>(call, given)?;
    check_names::<T>(given)?;
    for attribute in attributes::<T>() {
        let (name, is_given) = (attribute.name, given.contains_key(attribute.name));
        match attribute.post {
            Some(Preset::Required) if !is_given => {
                return Err(bad_request(format!(
                    "Failed to parse request. Required attribute '{name}' not specified"
                )));
            }
            None if is_given => {
                return Err(bad_request(format!(
                    "Attribute '{name}' not allowed in POST"
                )));
            }
            Some(_) | None => {}
        }
    }
    check_rights::<T>(call, "create", given)?;
    let mut values = convert::<T>(given)?;
    for attribute in attributes::<T>() {
        let preset = attribute.post.and_then(Preset::value);
        if let Some(preset) = preset.filter(|_| !values.contains_key(attribute.name)) {
            values.insert(attribute.name.to_owned(), preset);
        }
    }
    Ok(Wanted { values, project })
}

/// Whose it is to be: the caller's, unless an admin says otherwise.
fn project<T: Resource>(call: &Call, given: &Map<String, Value>) -> Result<Uuid, Fault> {
    let own = own_project(call);
    let named = ["tenant_id", "project_id"].map(|name| given.get(name));
    if let [Some(tenant), Some(project)] = named
        && tenant != project
    {
        return Err(bad_request("'project_id' and 'tenant_id' do not match"));
    }
    let [tenant, project] = named;
    let Some(named) = tenant.or(project) else {
        return Ok(own);
    };
    let parsed = named.as_str().map(Uuid::try_parse);
    match parsed {
        Some(Ok(project)) if project == own || call.is_admin() => Ok(project),
        Some(Err(_)) | None if call.is_admin() => Err(bad_request(format!(
            "Invalid input for project_id. Reason: '{}' is not the id of a project.",
            super::super::python::str(named)
        ))),
        Some(_) | None => Err(bad_request(
            "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires \
             admin privileges",
        )),
    }
}

fn check_names<T: Resource>(given: &Map<String, Value>) -> Result<(), Fault> {
    let is_known = |name: &str| attributes::<T>().any(|attribute| attribute.name == name);
    let unknown: Vec<&str> = given
        .keys()
        .map(String::as_str)
        .filter(|name| !is_known(name))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let unknown = unknown.join(", ");
    Err(bad_request(format!(
        "Unrecognized attribute(s) '{unknown}'"
    )))
}

/// Keeps what is for admins from others. What has its usual value is not asked about.
fn check_rights<T: Resource>(
    call: &Call,
    verb: &str,
    given: &Map<String, Value>,
) -> Result<(), Fault> {
    let is_asked_about = |attribute: &&Attribute<T>| {
        let usual = attribute.post.and_then(Preset::value);
        let value = given.get(attribute.name);
        attribute.set_by != Setter::Anyone
            && value.is_some()
            && (verb == "update" || value != usual.as_ref())
    };
    let asked: Vec<&Attribute<T>> = attributes::<T>().filter(is_asked_about).collect();
    let is_refused = asked
        .iter()
        .any(|attribute| attribute.set_by == Setter::Admins);
    if call.is_admin() || !is_refused {
        return Ok(());
    }
    let names: Vec<&str> = asked.iter().map(|attribute| attribute.name).collect();
    Err(policy::refuse(&format!("{verb}_{}", T::NAME), &names))
}

fn convert<T: Resource>(given: &Map<String, Value>) -> Result<Map<String, Value>, Fault> {
    let mut values = Map::new();
    for attribute in attributes::<T>() {
        if let Some(value) = given.get(attribute.name) {
            let value = attribute.kind.convert(attribute.name, value)?;
            values.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(values)
}
