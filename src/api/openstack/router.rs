//! Which operation a method and a path mean: the command table's routes, bound to the tables of operations.

use std::sync::LazyLock;

use http::Method;
use rustc_hash::FxHashMap;

use super::Operation;
use super::service::Service;
use crate::vocabulary::command::CommandId;

/// One route of a command.
pub(super) struct Route {
    pub(super) command: CommandId,
    pub(super) operation: &'static Operation,
    pub(super) method: Method,
    /// The one key of the body that selects it, where several commands share method and path.
    pub(super) action: Option<&'static str>,
}

/// What stands at the names of a path, decoded.
pub(super) type Params = Vec<(&'static str, String)>;

/// What was found at a path.
pub(super) struct Found {
    /// All that answers there, whatever the method.
    pub(super) routes: &'static [Route],
    pub(super) params: Params,
}

type Router = matchit::Router<Vec<Route>>;

static ROUTERS: LazyLock<[Router; Service::ALL.len()]> = LazyLock::new(|| Service::ALL.map(build));

/// Looks up a path below the service's root.
pub(super) fn find(service: Service, path: &str) -> Option<Found> {
    let router: &'static Router = &ROUTERS[service as usize];
    let found = router.at(path).ok()?;
    let decode = |text: &str| match text.contains('%') {
        true => percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned(),
        false => text.to_owned(),
    };
    let params = found
        .params
        .iter()
        .map(|(name, value)| (name, decode(value)));
    Some(Found {
        routes: found.value,
        params: params.collect(),
    })
}

fn build(service: Service) -> Router {
    let operations: FxHashMap<&str, &Operation> = super::operations()
        .map(|operation| (operation.command, operation))
        .collect();
    let mut paths: FxHashMap<&str, Vec<Route>> = FxHashMap::default();
    for command in CommandId::all().filter(|command| command.spec().service == service.kind()) {
        let Some(operation) = operations.get(command.name()) else {
            continue;
        };
        for route in command.spec().routes {
            let (method, path, action) = split(route);
            paths.entry(path).or_default().push(Route {
                command,
                operation,
                method,
                action,
            });
        }
    }
    let mut router = Router::new();
    for (path, routes) in paths {
        router
            .insert(path, routes)
            .expect("the table's paths do not contradict each other");
    }
    router
}

/// `POST /servers/{server}/action#reboot`: its method, its path, its action.
fn split(route: &'static str) -> (Method, &'static str, Option<&'static str>) {
    let (method, path) = route.split_once(' ').unwrap_or(("GET", route));
    let (path, action) = match path.split_once('#') {
        Some((path, action)) => (path, Some(action)),
        None => (path, None),
    };
    let method = method
        .parse()
        .expect("the table's methods are methods of HTTP");
    (method, path, action)
}

#[cfg(test)]
mod tests {
    use super::*;

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
