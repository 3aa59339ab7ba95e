//! Which operation a method and a path mean: the command table's routes, bound to a table of operations.

use http::Method;
use rustc_hash::FxHashMap;

use super::Operation;
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

/// The routes of one service.
pub(super) struct Routes(matchit::Router<Vec<Route>>);

impl Routes {
    /// The routes of a service's commands that have an operation.
    pub(super) fn new(service: &str, operations: impl Iterator<Item = &'static Operation>) -> Self {
        let operations: FxHashMap<&str, &Operation> = operations
            .map(|operation| (operation.command, operation))
            .collect();
        let mut paths: FxHashMap<&str, Vec<Route>> = FxHashMap::default();
        for command in CommandId::all().filter(|command| command.spec().service == service) {
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
        let mut router = matchit::Router::new();
        for (path, routes) in paths {
            router
                .insert(path, routes)
                .expect("the table's paths do not contradict each other");
        }
        Self(router)
    }

    /// Looks up a path below the service's root.
    pub(super) fn find(&'static self, path: &str) -> Option<Found> {
        let found = self.0.at(path).ok()?;
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
