//! Names that requests give: what they stand for.

use super::problem::Problem;
use crate::scenario::names::nearest;
use crate::vocabulary::command::{CommandId, services};
use crate::vocabulary::mock::Pattern;

/// The command of that name.
pub(super) fn command(name: &str) -> Result<CommandId, Problem> {
    CommandId::named(name).ok_or_else(|| {
        let known = CommandId::all().map(CommandId::name);
        Problem::bad_request(format!("There is no command {name}.")).perhaps(nearest(name, known))
    })
}

/// The commands that a name, `SERVICE.*` or `*` stands for.
pub(super) fn pattern(text: &str) -> Result<Pattern, Problem> {
    match text.strip_suffix(".*") {
        _ if text == "*" => Ok(Pattern::All),
        Some(service) => services()
            .find(|known| *known == service)
            .map(Pattern::Service)
            .ok_or_else(|| {
                Problem::bad_request(format!("There is no service {service}."))
                    .perhaps(nearest(service, services()))
            }),
        None => command(text).map(Pattern::Command),
    }
}
