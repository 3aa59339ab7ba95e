//! Names that requests give: what they stand for, and what was probably meant.

use super::problem::Problem;
use crate::vocabulary::command::{CommandId, services};
use crate::vocabulary::mock::Pattern;

/// The candidate that someone who wrote `word` probably meant.
pub(super) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let word = word.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&word, &name.to_lowercase());
    let near = word.chars().count().div_ceil(3).min(4);
    candidates
        .into_iter()
        .filter(|name| name.len().abs_diff(word.len()) <= 4)
        .map(|name| (distance(name), name))
        .filter(|(distance, _)| *distance <= near)
        .min()
        .map(|(_, name)| name)
}

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
            .into_iter()
            .find(|known| *known == service)
            .map(Pattern::Service)
            .ok_or_else(|| {
                Problem::bad_request(format!("There is no service {service}."))
                    .perhaps(nearest(service, services()))
            }),
        None => command(text).map(Pattern::Command),
    }
}
