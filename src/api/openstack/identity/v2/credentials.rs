//! What a user logs in with: the password, which is not told, and the API key.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::{Answer, Call, Operation, done, read, write};
use super::body::{optional, required};
use super::users::of_path;
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::{Change, Password, User, UserChange, expected, id_text};

const PASSWORD: &str = "passwordCredentials";
const API_KEY: &str = "RAX-KSKEY:apiKeyCredentials";

pub(super) const OPERATIONS: &[Operation] = &[
    read("identity.list_user_credentials_v2", |world, call, _| {
        let user = of_path(world, call)?;
        let password = json!({PASSWORD: {"username": user.name}});
        let has_password = user.password != Password::None;
        let credentials: Vec<Value> = has_password
            .then_some(password)
            .into_iter()
            .chain(user.api_key.is_some().then(|| view(user)))
            .collect();
        let body = json!({"credentials": credentials, "credentials_links": []});
        Ok(Answer::json(StatusCode::OK, &body))
    }),
    write("identity.add_user_credential_v2", add),
    read("identity.get_user_api_key", |world, call, _| {
        let user = of_path(world, call)?;
        if user.api_key.is_none() {
            let message = format!("No API key for user {}", call.path_param("user"));
            return Err(Fault::not_found(message));
        }
        Ok(Answer::json(StatusCode::OK, &view(user)))
    }),
    write("identity.update_user_api_key", |world, call, _| {
        let said = said(call, API_KEY)?;
        set_key(world, call, said, StatusCode::OK)
    }),
    write("identity.delete_user_api_key", |world, call, _| {
        let id = id_text(of_path(world, call)?.id);
        world.accounts.set_api_key(&id, None)?;
        Ok(done())
    }),
    write("identity.reset_user_api_key", |world, call, _| {
        let id = id_text(of_path(world, call)?.id);
        let key = world.ids.uuid().simple().to_string();
        let user = world.accounts.set_api_key(&id, Some(&key))?;
        Ok(Answer::json(StatusCode::OK, &view(&user)))
    }),
];

fn view(user: &User) -> Value {
    json!({ API_KEY: {"username": user.name, "apiKey": user.api_key} })
}

fn said<'c>(call: &'c Call, kind: &str) -> Result<&'c Value, Fault> {
    let said = call.body.get(kind).filter(|said| said.is_object());
    said.ok_or_else(|| expected(kind, "request body"))
}

/// Gives the user the password or the key of the body.
fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    if call.body.get(API_KEY).is_some() {
        return set_key(world, call, said(call, API_KEY)?, StatusCode::CREATED);
    }
    let said = said(call, PASSWORD)?;
    let (id, name) = named(world, call, said)?;
    let password = required(said, "password", PASSWORD)?;
    let change = UserChange {
        password: Change::To(Some(password.into())),
        ..UserChange::default()
    };
    world.accounts.update_user(&id, change)?;
    let body = json!({PASSWORD: {"username": name, "password": password}});
    Ok(Answer::json(StatusCode::CREATED, &body))
}

fn set_key(
    world: &mut World,
    call: &Call,
    said: &Value,
    status: StatusCode,
) -> Result<Answer, Fault> {
    let (id, _) = named(world, call, said)?;
    let key = required(said, "apiKey", API_KEY)?;
    let user = world.accounts.set_api_key(&id, Some(key))?;
    Ok(Answer::json(status, &view(&user)))
}

/// The id and the name of the user of the path.
///
/// # Errors
/// When the body names another.
fn named(world: &World, call: &Call, said: &Value) -> Result<(String, String), Fault> {
    let user = of_path(world, call)?;
    let is_same = optional(said, "username")?.is_none_or(|name| *name == *user.name);
    match is_same {
        true => Ok((id_text(user.id), user.name.to_string())),
        false => Err(Fault::bad_request("User and UserId mismatched")),
    }
}
