//! The services of the catalog, in the form of OS-KSADM.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::{Answer, Call, Operation, done, read, write};
use super::body::optional;
use crate::api::Landing;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Attributes, Kind, id_text};

/// What is told of a service of which nothing was said.
const DESCRIPTION: &str = "External API referenced by Mimic";

/// What a body in XML or of Keystone's own is wrapped in.
const WRAPPER: &str = "OS-KSADM:service";

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_services_v2", |world, _, _| {
        let services = world.accounts.records.of(Kind::Service);
        let services: Vec<Value> = services.map(|(id, service)| view(id, service)).collect();
        let body = json!({"OS-KSADM:services": services, "OS-KSADM:services_links": []});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    write("identity.create_service_v2", create),
    read("identity.get_service_v2", |world, call, _| {
        let id = call.path_param("service");
        let service = world.accounts.records.get(Kind::Service, id);
        let service = service.ok_or_else(|| Fault::not_found("Service not found."))?;
        Ok(Answer::json(
            StatusCode::OK,
            &json!({WRAPPER: view(id, service)}),
        ))
    }),
    write("identity.delete_service_v2", delete),
];

fn view(id: &str, service: &Attributes) -> Value {
    json!({
        "id": id,
        "name": service.get("name"),
        "type": service.get("type"),
        "description": service.get("description"),
    })
}

fn conflict(message: &str) -> Fault {
    Fault::new(FaultKind::Conflict, message)
}

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let said = call.body.get(WRAPPER).unwrap_or(&call.body);
    let (name, kind) = (optional(said, "name")?, optional(said, "type")?);
    let (Some(name), Some(kind)) = (name, kind) else {
        return Err(Fault::bad_request(
            "Invalid Content. 'name' and 'type' fields are required.",
        ));
    };
    let id = match optional(said, "id")? {
        Some(id) => id.to_owned(),
        None => id_text(world.ids.uuid()),
    };
    let records = &mut world.accounts.records;
    if records.get(Kind::Service, &id).is_some() {
        return Err(conflict(
            "Conflict: Service with the same uuid already exists.",
        ));
    }
    let is_it = |service: &Attributes| service.get("name").is_some_and(|other| other == name);
    if records.of(Kind::Service).any(|(_, service)| is_it(service)) {
        return Err(conflict(
            "Conflict: Service with the same name already exists.",
        ));
    }
    let description = optional(said, "description")?.unwrap_or(DESCRIPTION);
    let service = Attributes::from_iter([
        ("name".to_owned(), name.into()),
        ("type".to_owned(), kind.into()),
        ("description".to_owned(), description.into()),
        ("enabled".to_owned(), true.into()),
    ]);
    records.put(Kind::Service, &id, service)?;
    Ok(Answer::empty(StatusCode::CREATED))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = call.path_param("service");
    let records = &mut world.accounts.records;
    if records.get(Kind::Service, id).is_none() {
        return Err(Fault::not_found("Service not found. Unable to remove."));
    }
    let is_its = |template: &Attributes| template["service_id"] == *id;
    if records
        .of(Kind::EndpointTemplate)
        .any(|(_, template)| is_its(template))
    {
        return Err(conflict("Service still has endpoint templates."));
    }
    records.remove(Kind::Service, id)?;
    Ok(done())
}
