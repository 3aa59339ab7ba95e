//! Endpoint templates, and the tenants that have them: how an API that is elsewhere gets into the catalog.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::super::auth::header;
use super::super::{Answer, Call, Operation, done, read, write};
use super::tenants;
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Attributes, Kind, Records, TENANT_ALIAS, id_text, is_yes};

/// A request may say which service it is about.
const SERVICE: &str = "serviceid";

/// What a body in XML or of Keystone's own is wrapped in.
const WRAPPER: &str = "OS-KSCATALOG:endpointTemplate";

/// What a template has to say of itself.
const REQUIRED: [&str; 4] = ["id", "region", "type", "name"];

/// What else it may say, and what holds where it does not.
const OTHERS: [(&str, &str); 7] = [
    ("publicURL", ""),
    ("internalURL", ""),
    ("adminURL", ""),
    ("RAX-AUTH:tenantAlias", TENANT_ALIAS),
    ("versionId", ""),
    ("versionInfo", ""),
    ("versionList", ""),
];

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_endpoint_templates", |world, call, _| {
        let records = &world.accounts.records;
        let service = named_service(records, call)?;
        let templates: Vec<Value> = records
            .of(Kind::EndpointTemplate)
            .filter(|(_, template)| is_of(template, service))
            .map(|(_, template)| view(template))
            .collect();
        let body = json!({
            "OS-KSCATALOG": templates,
            "OS-KSCATALOG:endpointsTemplates_links": [],
        });
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    write("identity.create_endpoint_template", create),
    read("identity.get_endpoint_template", |world, call, _| {
        let (_, template) = of_path(world, call)?;
        Ok(Answer::json(
            StatusCode::OK,
            &json!({WRAPPER: view(template)}),
        ))
    }),
    write("identity.update_endpoint_template", update),
    write("identity.delete_endpoint_template", |world, call, _| {
        let (id, _) = of_path(world, call)?;
        let id = id.to_owned();
        world.accounts.records.remove(Kind::EndpointTemplate, &id)?;
        Ok(done())
    }),
    read("identity.list_tenant_endpoints", list_of_tenant),
    write("identity.add_tenant_endpoint", |world, call, _| {
        let tenant = id_text(tenants::of_path(&world.accounts, call)?.id);
        let id = call.body.get(WRAPPER).and_then(id_of);
        let id = id.ok_or_else(|| {
            Fault::bad_request("Invalid Content. OS-KSCATALOG:endpointTemplate:id is required.")
        })?;
        find(&world.accounts.records, call, &id)?;
        let pair = Attributes::from_iter([
            ("tenant_id".to_owned(), tenant.as_str().into()),
            ("template_id".to_owned(), id.as_str().into()),
        ]);
        let key = pair_key(&tenant, &id);
        world
            .accounts
            .records
            .put(Kind::TenantEndpoint, &key, pair)?;
        Ok(Answer::empty(StatusCode::CREATED))
    }),
    write("identity.remove_tenant_endpoint", |world, call, _| {
        let tenant = id_text(tenants::of_path(&world.accounts, call)?.id);
        let (id, _) = of_path(world, call)?;
        let key = pair_key(&tenant, id);
        let removed = world.accounts.records.remove(Kind::TenantEndpoint, &key);
        removed.map_err(|_| Fault::not_found("Template not enabled for tenant"))?;
        Ok(done())
    }),
];

fn conflict(message: &str) -> Fault {
    Fault::new(FaultKind::Conflict, message)
}

fn pair_key(tenant: &str, template: &str) -> String {
    format!("{tenant} {template}")
}

/// The id of the service that the request names, if it names one.
///
/// # Errors
/// When there is no such service.
fn named_service<'c>(records: &Records, call: &'c Call) -> Result<Option<&'c str>, Fault> {
    let service = header(call, SERVICE);
    match service.filter(|id| records.get(Kind::Service, id).is_none()) {
        Some(_) => Err(Fault::not_found("Unable to find the requested API")),
        None => Ok(service),
    }
}

fn is_of(template: &Attributes, service: Option<&str>) -> bool {
    service.is_none_or(|id| template["service_id"] == *id)
}

/// An id is a text, or a number that stands for one.
fn id_of(said: &Value) -> Option<String> {
    match said.get("id")? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn find<'r>(records: &'r Records, call: &Call, id: &str) -> Result<&'r Attributes, Fault> {
    let service = named_service(records, call)?;
    let template = records.get(Kind::EndpointTemplate, id);
    template
        .filter(|template| is_of(template, service))
        .ok_or_else(|| {
            Fault::not_found("Unable to locate an External API with the given Template ID.")
        })
}

fn of_path<'w>(world: &'w World, call: &'w Call) -> Result<(&'w str, &'w Attributes), Fault> {
    let id = call.path_param("template");
    Ok((id, find(&world.accounts.records, call, id)?))
}

/// What is told of a template: all but whose it is.
fn view(template: &Attributes) -> Value {
    let shown = template.iter().filter(|(name, _)| *name != "service_id");
    let shown: Map<String, Value> = shown
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    shown.into()
}

/// A template as a body describes it, of its service.
fn described(records: &Records, call: &Call) -> Result<(String, Attributes), Fault> {
    let said = call.body.get(WRAPPER).unwrap_or(&call.body);
    for name in REQUIRED {
        let value = said.get(name).filter(|value| !value.is_null());
        value.filter(|value| value.is_string() || name == "id").ok_or_else(|| {
            Fault::bad_request(format!(
                "JSON body does not contain the required parameters: Missing required value {name}"
            ))
        })?;
    }
    let id = id_of(said).ok_or_else(|| Fault::bad_request("'id' must be a string."))?;
    let mut template: Attributes = REQUIRED
        .iter()
        .map(|name| ((*name).to_owned(), said[*name].clone()))
        .collect();
    template.insert(
        "enabled".to_owned(),
        said.get("enabled").is_some_and(is_yes).into(),
    );
    for (name, usual) in OTHERS {
        let value = said.get(name).filter(|value| value.is_string());
        template.insert(
            name.to_owned(),
            value.cloned().unwrap_or_else(|| usual.into()),
        );
    }
    let service = service_of(records, call, &said["name"])?;
    template.insert("service_id".to_owned(), service.into());
    Ok((id, template))
}

/// The service that a template is for: the one that the request names, or the one of the template's name.
fn service_of(records: &Records, call: &Call, name: &Value) -> Result<String, Fault> {
    let missing = || Fault::not_found("Service API for endoint template not found");
    if let Some(id) = header(call, SERVICE) {
        return match records.get(Kind::Service, id) {
            Some(_) => Ok(id.to_owned()),
            None => Err(missing()),
        };
    }
    let mut services = records.of(Kind::Service);
    let found = services.find(|(_, service)| service.get("name") == Some(name));
    found.map(|(id, _)| id.clone()).ok_or_else(missing)
}

/// Whether a template is of its service's type.
fn fits_service(records: &Records, template: &Attributes) -> bool {
    let service = template["service_id"].as_str().unwrap_or_default();
    let service = records.get(Kind::Service, service);
    service.is_some_and(|service| service.get("type") == template.get("type"))
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let records = &mut world.accounts.records;
    let (id, template) = described(records, call)?;
    if records.get(Kind::EndpointTemplate, &id).is_some() {
        return Err(conflict(
            "ID value is already assigned to an existing template",
        ));
    }
    if !fits_service(records, &template) {
        return Err(conflict(
            "Endpoint already exists or service type does not match.",
        ));
    }
    records.put(Kind::EndpointTemplate, &id, template)?;
    Ok(Answer::empty(StatusCode::CREATED))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let records = &mut world.accounts.records;
    let (id, template) = described(records, call)?;
    if id != call.path_param("template") {
        return Err(conflict(
            "Template ID in URL does not match that of the JSON body",
        ));
    }
    let Some(former) = records.get(Kind::EndpointTemplate, &id) else {
        return Err(Fault::not_found(
            "Unable to update non-existent template. Template must first be added before it can be updated.",
        ));
    };
    if former["service_id"] != template["service_id"] || !fits_service(records, &template) {
        return Err(conflict(
            "Endpoint already exists and service id or service type does not match.",
        ));
    }
    records.put(Kind::EndpointTemplate, &id, template)?;
    Ok(Answer::empty(StatusCode::CREATED))
}

/// The templates that a tenant has, with their URLs as they were given.
fn list_of_tenant(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let tenant = id_text(tenants::of_path(&world.accounts, call)?.id);
    let records = &world.accounts.records;
    let service = named_service(records, call)?;
    let has = |id: &str| {
        records
            .get(Kind::TenantEndpoint, &pair_key(&tenant, id))
            .is_some()
    };
    let endpoints: Vec<Value> = records
        .of(Kind::EndpointTemplate)
        .filter(|(id, template)| {
            is_of(template, service) && (template["enabled"] == true || has(id))
        })
        .map(|(id, template)| {
            json!({
                "tenantId": tenant,
                "id": id,
                "region": template["region"],
                "type": template["type"],
                "publicURL": template["publicURL"],
                "internalURL": template["internalURL"],
                "adminURL": template["adminURL"],
            })
        })
        .collect();
    let body = json!({"endpoints": endpoints, "endpoints_links": []});
    Ok(Answer::json(StatusCode::OK, &body))
}
