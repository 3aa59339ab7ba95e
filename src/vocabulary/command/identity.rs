//! Keystone's operations.

use super::{CommandSpec, admin, api};

const fn row(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    api("identity", name, routes, &[], false, failure, about)
}

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("identity.list_versions", &["GET /"], 503, "Lists the API versions"),
    row("identity.get_version", &["GET /v3"], 503, "Shows the API version"),
    row("identity.authenticate", &["POST /v3/auth/tokens"], 401, "Gives a token for a password or another token"),
    row("identity.validate_token", &["GET /v3/auth/tokens", "HEAD /v3/auth/tokens"], 404, "Shows what a token is good for"),
    row("identity.revoke_token", &["DELETE /v3/auth/tokens"], 404, "Ends a token"),
    row("identity.get_catalog", &["GET /v3/auth/catalog"], 403, "Lists the services and their endpoints"),
    row("identity.list_auth_projects", &["GET /v3/auth/projects"], 403, "Lists the projects that the caller can use"),
    row("identity.list_auth_domains", &["GET /v3/auth/domains"], 403, "Lists the domains that the caller can use"),
    admin("identity:list_projects", row("identity.list_projects", &["GET /v3/projects"], 403, "Lists projects")),
    row("identity.get_project", &["GET /v3/projects/{project}"], 404, "Shows a project"),
    row("identity.list_user_projects", &["GET /v3/users/{user}/projects"], 403, "Lists the projects of a user"),
    admin("identity:list_users", row("identity.list_users", &["GET /v3/users"], 403, "Lists users")),
    row("identity.get_user", &["GET /v3/users/{user}"], 404, "Shows a user"),
    admin("identity:list_domains", row("identity.list_domains", &["GET /v3/domains"], 403, "Lists domains")),
    row("identity.get_domain", &["GET /v3/domains/{domain}"], 404, "Shows a domain"),
    admin("identity:list_roles", row("identity.list_roles", &["GET /v3/roles"], 403, "Lists roles")),
    row("identity.list_regions", &["GET /v3/regions"], 403, "Lists regions"),
    admin("identity:list_services", row("identity.list_services", &["GET /v3/services"], 403, "Lists services")),
    admin("identity:list_endpoints", row("identity.list_endpoints", &["GET /v3/endpoints"], 403, "Lists endpoints")),
];
