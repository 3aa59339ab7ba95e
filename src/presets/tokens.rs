//! Tokens and tenants that the identity service knows without having given them out.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::act::of_preset;
use super::found::Found;
use crate::api::Call;
use crate::vocabulary::condition::Condition;
use crate::vocabulary::fact::FactPath;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::mock::{MockSpec, Response, Step};
use crate::vocabulary::template::{BodyTemplate, JsonTemplate};

/// Whose validation always fails.
pub(super) const FAILING: &str = "never-cache-this-and-fail-to-auth";

/// They never expire: it is far off on every clock.
const EXPIRES: &str = "2999-12-31T23:59:59.999Z";

/// What is known of the bearers of some tokens, or of those in some tenants.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) group: String,
    #[serde(default)]
    pub(super) tokens: Vec<String>,
    #[serde(default)]
    pub(super) tenants: Vec<String>,
    tenant: Option<String>,
    user: Option<Map<String, Value>>,
    roles: Option<Value>,
    /// The roles of whoever acts in the user's place.
    impersonator: Option<Value>,
}

pub(super) static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("tokens.json")).expect("the data are tested")
});

/// The mock of a token, or of a tenant that it is validated for.
pub(super) fn named(_: &Found<'_>, call: &Call) -> Result<Vec<MockSpec>, Fault> {
    let token = call.path_param("token");
    let tenant = call.param("belongsTo");
    let of_token = GROUPS
        .iter()
        .find(|group| group.tokens.iter().any(|known| known == token));
    let of_tenant = GROUPS
        .iter()
        .find(|group| group.tenants.iter().any(|known| Some(&**known) == tenant));
    let (name, (status, body)) = match (of_token, of_tenant) {
        _ if token == FAILING => ("token_fail_to_auth", refusal()),
        (None, None) => return Ok(Vec::new()),
        (Some(group), of_tenant) => (&*group.group, access(token, tenant, group, of_tenant)),
        (None, Some(group)) => (&*group.group, access(token, tenant, group, None)),
    };
    let step = Step::new(Response::Respond {
        status: Some(status),
        headers: Vec::new(),
        body: BodyTemplate::Json(JsonTemplate::Plain(body)),
    });
    let condition = asks_for(call, token, tenant);
    Ok(vec![of_preset(name, call.command, condition, step)])
}

/// That a request is for this token and tenant, as this one is.
fn asks_for(call: &Call, token: &str, tenant: Option<&str>) -> Condition {
    let is_path = Condition::is(FactPath::Path, &*call.request.path);
    let path = Regex::new(&format!("/tokens/{}$", regex::escape(token)));
    let is_token = path.map_or(is_path, |path| Condition::Regex(FactPath::Path, path));
    let query = FactPath::Query("belongsTo".into());
    let is_tenant = tenant.map(|tenant| Condition::is(query, tenant));
    Condition::every([is_token].into_iter().chain(is_tenant))
}

fn refusal() -> (u16, Value) {
    let body = json!({ "itemNotFound": { "code": 401, "message": "Invalid auth token" } });
    (401, body)
}

/// What a token is good for.
fn access(
    token: &str,
    belongs_to: Option<&str>,
    group: &Group,
    of_tenant: Option<&Group>,
) -> (u16, Value) {
    let tenant = group.tenant.as_deref().or(belongs_to).unwrap_or("123456");
    let mut user = group.user.clone().unwrap_or_else(|| someone(token));
    let roles = of_tenant.and_then(|group| group.roles.as_ref());
    let roles = roles.or(group.roles.as_ref()).cloned();
    let (id, name) = (user["id"].clone(), user["name"].clone());
    user.insert("roles".into(), roles.unwrap_or_else(user_admin));
    let mut access = json!({
        "token": {
            "id": token,
            "expires": EXPIRES,
            "tenant": { "id": tenant, "name": tenant },
            "RAX-AUTH:authenticatedBy": ["PASSWORD"],
        },
        "user": user,
    });
    if let Some(roles) = &group.impersonator {
        access["RAX-AUTH:impersonator"] = json!({ "id": id, "name": name, "roles": roles });
    }
    (200, json!({ "access": access }))
}

/// A user of whom nothing else is said.
fn someone(token: &str) -> Map<String, Value> {
    let id = crate::world::ids::named("preset user", token);
    let mut user = Map::new();
    user.insert("id".into(), id.simple().to_string().into());
    user.insert("name".into(), format!("user of {token}").into());
    user
}

fn user_admin() -> Value {
    json!([{ "id": "3", "name": "identity:user-admin", "description": "User Admin Role." }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_groups_are_well_formed_and_name_each_token_once() {
        let mut tokens: Vec<&String> = GROUPS.iter().flat_map(|group| &group.tokens).collect();
        let number = tokens.len();
        tokens.sort();
        tokens.dedup();
        assert_eq!((tokens.len(), number), (18, 18));
    }

    #[test]
    fn roles_of_the_tenant_go_before_those_of_the_token() {
        let of = |name: &str| GROUPS.iter().find(|group| group.group == name);
        let racker = of("racker_token").expect("a group");
        let (_, body) = access("t", Some("9999"), racker, of("admin_role"));
        assert_eq!(body["access"]["user"]["roles"][0]["name"], "admin");
        assert_eq!(body["access"]["token"]["tenant"]["id"], "9999");
        let impersonator = &body["access"]["RAX-AUTH:impersonator"];
        assert_eq!(impersonator["roles"][0]["name"], "Racker");
        assert_eq!(impersonator["name"], "user of t");
    }
}
