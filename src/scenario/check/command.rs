//! The names of commands.

use super::Checker;
use crate::scenario::ast::Word;
use crate::scenario::codes;
use crate::scenario::names::nearest;
use crate::vocabulary::command::{CommandId, services};
use crate::vocabulary::mock::Pattern;

/// Whether the name can only be a command's, never a label.
pub(super) fn looks_like_command(name: &str) -> bool {
    name.contains(['.', '*']) || CommandId::named(name).is_some()
}

impl Checker<'_> {
    /// The pattern of that name; one that is not known, or not simulated yet, is reported.
    pub(super) fn pattern(&mut self, name: &Word<'_>) -> Option<Pattern> {
        if name.value == "*" {
            return Some(Pattern::All);
        }
        if let Some(command) = CommandId::named(name.value) {
            return self.simulated(name, command);
        }
        if let Some(stem) = name.value.strip_suffix(".*") {
            let known = services().find(|service| *service == stem);
            if let Some(service) = known {
                return Some(Pattern::Service(service));
            }
        }
        self.unknown_command(name);
        None
    }

    fn simulated(&mut self, name: &Word<'_>, command: CommandId) -> Option<Pattern> {
        if !command.spec().is_simulated {
            self.not_yet(
                name,
                &format!("the simulated cloud never sends `{command}` yet"),
            );
            return None;
        }
        Some(Pattern::Command(command))
    }

    pub(super) fn not_yet(&mut self, word: &Word<'_>, message: &str) {
        let finding = self
            .desk
            .finding(&codes::NOT_YET, word.span.clone(), message);
        self.desk.report(finding.label("this would have no effect"));
    }

    pub(super) fn unknown_command(&mut self, name: &Word<'_>) {
        let message = format!("unknown command `{}`", name.value);
        let finding = self
            .desk
            .finding(&codes::UNKNOWN_COMMAND, name.span.clone(), message);
        let help = match meant(name.value) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "`mimic commands` lists all that can be mocked".to_owned(),
        };
        self.desk.report(finding.help(help));
    }
}

/// The name that was probably meant: another case, a service left out, `Command` left out, a typing error.
pub(super) fn meant(name: &str) -> Option<String> {
    let (service, short) = name.rsplit_once('.').unwrap_or(("", name));
    if short == "*" {
        return nearest(service, services()).map(|service| format!("{service}.*"));
    }
    let lower = short.to_lowercase();
    let with_suffix = format!("{lower}command");
    let is_same = |command: &CommandId| {
        let own = command.spec().short_name().to_lowercase();
        own == lower || own == with_suffix
    };
    let in_service = |command: &CommandId| service.is_empty() || command.spec().service == service;
    let same = CommandId::all()
        .filter(is_same)
        .max_by_key(|command| (in_service(command), std::cmp::Reverse(command.index())));
    let similar = || {
        let known = CommandId::all().filter(in_service);
        let short_names = known.map(|command| command.spec().short_name());
        let near = nearest(short, short_names)?;
        CommandId::all()
            .filter(in_service)
            .find(|command| command.spec().short_name() == near)
    };
    let whole = || nearest(name, CommandId::all().map(CommandId::name));
    same.or_else(similar)
        .map(CommandId::name)
        .or_else(whole)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_was_meant() {
        let meant = |name| meant(name).unwrap_or_default();
        assert_eq!(meant("StrtCommand"), "StartCommand");
        assert_eq!(meant("startcommand"), "StartCommand");
        assert_eq!(meant("Start"), "StartCommand");
        assert_eq!(meant("create_server"), "compute.create_server");
        assert_eq!(meant("compute.create_sever"), "compute.create_server");
        assert_eq!(meant("compte.create_server"), "compute.create_server");
        assert_eq!(meant("compte.*"), "compute.*");
        assert_eq!(meant("agent.StopCommand"), "StopCommand");
        assert_eq!(
            meant("deployVirtualMachine"),
            "cloudstack.deployVirtualMachine"
        );
        assert_eq!(meant("banana"), "");
    }
}
