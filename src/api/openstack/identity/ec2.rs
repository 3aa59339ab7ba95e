//! EC2 keys: credentials in another form.

use http::StatusCode;
use serde_json::{Value, json};

use super::records::ec2_id;
use super::resource::{collection, members, text};

use super::{Answer, Call, Operation, done, read, write};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Attributes, Kind, id_text};

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_ec2_credentials", |world, call, _| {
        let user = call.path_param("user");
        world.accounts.users.find(user)?;
        let records = world.accounts.records.of(Kind::Credential);
        let theirs = records.filter(|(_, record)| {
            text(record, "user_id") == Some(user) && text(record, "type") == Some("ec2")
        });
        let keys: Vec<Value> = theirs.map(|(_, record)| shown(call, record)).collect();
        Ok(collection(call, "credentials", &keys))
    }),
    write("identity.create_ec2_credential", create),
    read("identity.get_ec2_credential", |world, call, _| {
        let (_, record) = found(world, call)?;
        let body = json!({"credential": shown(call, record)});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    write("identity.delete_ec2_credential", |world, call, _| {
        let (id, _) = found(world, call)?;
        world.accounts.records.remove(Kind::Credential, &id)?;
        Ok(done())
    }),
];

fn create(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let user = world.accounts.users.find(call.path_param("user"))?;
    let user = id_text(user.id);
    let project = call.body.get("tenant_id").and_then(Value::as_str);
    let project = project.unwrap_or("None");
    world.accounts.projects.find(project)?;
    let (access, secret) = (id_text(world.ids.uuid()), id_text(world.ids.uuid()));
    let blob = json!({"access": access, "secret": secret, "trust_id": null});
    let record = members(json!({
        "user_id": user,
        "project_id": project,
        "type": "ec2",
        "blob": blob.to_string(),
    }));
    let body = json!({"credential": shown(call, &record)});
    let records = &mut world.accounts.records;
    records.put(Kind::Credential, &ec2_id(&access), record)?;
    Ok(Answer::json(StatusCode::CREATED, &body))
}

/// The user's key of the path.
fn found<'a>(world: &'a World, call: &Call) -> Result<(String, &'a Attributes), Fault> {
    let id = ec2_id(call.path_param("credential"));
    let record = world.accounts.records.find(Kind::Credential, &id)?;
    if text(record, "user_id") == Some(call.path_param("user")) {
        return Ok((id, record));
    }
    Err(Fault::not_found(format!(
        "Could not find credential: {id}."
    )))
}

fn shown(call: &Call, record: &Attributes) -> Value {
    let blob = text(record, "blob").unwrap_or_default();
    let blob: Value = serde_json::from_str(blob).unwrap_or_default();
    let user = text(record, "user_id").unwrap_or_default();
    let access = blob["access"].as_str().unwrap_or_default();
    let link = format!(
        "{}/users/{user}/credentials/OS-EC2/{access}",
        super::root(call)
    );
    json!({
        "user_id": user,
        "tenant_id": record.get("project_id"),
        "access": access,
        "secret": blob["secret"],
        "trust_id": blob["trust_id"],
        "links": {"self": link},
    })
}
