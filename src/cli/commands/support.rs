//! The page that says what is supported: `docs/support.md`, whole.

use std::fmt::Write;

use super::acts_on;
use crate::api::openstack::microversions;
use crate::vocabulary::command::{CommandSpec, Plane};

const HEAD: &str = "\
# What is supported

Made by `mimic commands --format markdown` from the table that routes the requests; a test compares the two.
Every command can be mocked, under the name that it has here. *For* tells the policy rule that only
administrators satisfy; where none is told, anybody may, or the owner. A command with a *place* can be
selected by zone, pod, cluster or host.
";

/// The page, for these commands.
pub(super) fn page(specs: &[&CommandSpec]) -> String {
    let mut page = HEAD.to_owned();
    for of_service in specs.chunk_by(|one, next| one.service == next.service) {
        let service = of_service[0].service;
        let _ = writeln!(page, "\n## {}", title(service));
        for resource in resources(of_service) {
            let rows = of_service
                .iter()
                .filter(|spec| resource_of(spec) == resource);
            page.push_str(&section(resource, rows.copied()));
        }
    }
    page
}

/// What a service's commands are about, in the order of the table.
fn resources<'a>(specs: &[&'a CommandSpec]) -> Vec<&'a str> {
    let mut resources: Vec<&str> = Vec::new();
    for spec in specs {
        let resource = resource_of(spec);
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    resources
}

fn title(service: &str) -> String {
    match microversions(service) {
        Some((first, last)) => format!("{service}, microversions {first} to {last}"),
        None => service.to_owned(),
    }
}

/// The first part of the path below the version: `servers` of `GET /v2.1/servers/{server}`. `versions` where
/// there is no more of it; nothing for a command that has no path of its own.
fn resource_of(spec: &CommandSpec) -> &'static str {
    let Some((_, path)) = spec.routes.first().and_then(|route| route.split_once(' ')) else {
        return "";
    };
    let mut parts = path.split('/').skip(1);
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    match parts.find(|part| !is_version(part)) {
        Some("") | None => "versions",
        Some(resource) => resource,
    }
}

fn section<'a>(resource: &str, specs: impl Iterator<Item = &'a CommandSpec>) -> String {
    let mut section = String::new();
    if !resource.is_empty() {
        let _ = writeln!(section, "\n### {resource}");
    }
    section.push_str(
        "\n| command | does | route | acts on | place | for |\n|---|---|---|---|---|---|\n",
    );
    section.extend(specs.map(row));
    section
}

fn row(spec: &CommandSpec) -> String {
    let routes: Vec<String> = spec
        .routes
        .iter()
        .map(|route| format!("`{route}`"))
        .collect();
    let about = match (spec.is_simulated, spec.plane) {
        (true, _) => spec.about.to_owned(),
        (false, Plane::Agent) => format!("{}; not sent yet", spec.about),
        (false, Plane::Api) => format!("{}; not simulated", spec.about),
    };
    format!(
        "| `{}` | {about} | {} | {} | {} | {} |\n",
        spec.name,
        routes.join("<br>"),
        acts_on(spec).trim_start_matches('-'),
        if spec.has_place { "yes" } else { "" },
        spec.policy
            .map(|rule| format!("`{rule}`"))
            .unwrap_or_default(),
    )
}
