//! Which operation a method and a path mean, in each service.

use std::sync::LazyLock;

use super::service::Service;
use crate::api::routes::Routes;
pub(super) use crate::api::routes::{Found, Params, Route};

static ROUTERS: LazyLock<[Routes; Service::ALL.len()]> =
    LazyLock::new(|| Service::ALL.map(|service| Routes::new(service.kind(), super::operations())));

/// Looks up a path below the service's root.
pub(super) fn find(service: Service, path: &str) -> Option<Found> {
    ROUTERS[service as usize].find(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::command::CommandId;

    #[test]
    fn every_command_of_these_services_has_exactly_one_operation() {
        let kinds = Service::ALL.map(Service::kind);
        let mut commands: Vec<&str> = CommandId::all()
            .filter(|command| kinds.contains(&command.spec().service))
            .map(CommandId::name)
            .collect();
        let mut operations: Vec<&str> = super::super::operations().map(|row| row.command).collect();
        commands.sort_unstable();
        operations.sort_unstable();
        assert_eq!(operations, commands);
    }

    #[test]
    fn a_path_is_found_with_its_parts_decoded() {
        let found = find(Service::Compute, "/v2.1/os-keypairs/my%20key").expect("a route");
        assert_eq!(found.params, [("keypair", "my key".to_owned())]);
        assert_eq!(found.routes.len(), 2);
        assert!(find(Service::Compute, "/v2.1/nope").is_none());
    }
}
