//! Identity: what it lets clients do, and what it refuses.

mod catalog;
mod credentials;
mod domains;
mod grants;
mod projects;
mod tokens;
mod users;
mod v2;

use super::*;

const TOKENS: &str = "/identity/v3/auth/tokens";

impl Cloud {
    /// Makes a thing and returns its id.
    fn make(&mut self, collection: &str, said: Value) -> String {
        let seen = self.post(&format!("/identity/v3/{collection}"), &said);
        assert_eq!(seen.status, StatusCode::CREATED, "{}", seen.text);
        let made = seen.json();
        let thing = made.as_object().and_then(|made| made.values().next());
        let id = thing.and_then(|thing| thing["id"].as_str());
        id.expect("an id").to_owned()
    }

    fn patch(&mut self, path: &str, body: &Value) -> Seen {
        self.send("PATCH", path, Some(&body.to_string()))
    }

    /// Logs in with a body; returns the token, or what refused it.
    fn authenticate(&mut self, auth: Value) -> Result<String, Seen> {
        let token = self.token.take();
        let seen = self.post(TOKENS, &json!({ "auth": auth }));
        self.token = token;
        match seen.status {
            StatusCode::CREATED => Ok(seen.header("x-subject-token").to_owned()),
            _ => Err(seen),
        }
    }
}

impl Seen {
    fn code(&self) -> u16 {
        self.status.as_u16()
    }

    /// The message of one of Keystone's faults.
    fn told(&self) -> String {
        let error = &self.json()["error"];
        assert_eq!(error["code"], self.code(), "{}", self.text);
        error["message"].as_str().unwrap_or_default().to_owned()
    }
}

/// A body's `auth`: a password, and a scope.
fn by_password(user: &str, password: &str, scope: Value) -> Value {
    let user = json!({"name": user, "domain": {"id": "default"}, "password": password});
    json!({"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope})
}

fn project(id: &str) -> Value {
    json!({"project": {"id": id}})
}

fn role(name: &str) -> String {
    crate::world::accounts::id_text(crate::world::accounts::first_role_id(name))
}
