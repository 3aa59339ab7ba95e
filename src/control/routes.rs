//! The table of routes.

use std::sync::LazyLock;

use http::{Method, StatusCode};
use matchit::Router;
use serde_json::{Value, json};

use super::problem::Problem;
use super::visit::Visit;
use super::{
    clock, expectations, explain, greet, hosts, journal, mocks, original, reload, scenarios,
    servers,
};
use super::{status, world};
use crate::api::Answer;
use crate::scenario::names::nearest;

/// A row: what a request to the controls does.
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) run: fn(&Visit<'_>) -> Result<Answer, Problem>,
    /// One line on what it does.
    pub(super) about: &'static str,
}

const fn route(
    method: &'static str,
    path: &'static str,
    run: fn(&Visit<'_>) -> Result<Answer, Problem>,
    about: &'static str,
) -> Route {
    Route {
        method,
        path,
        run,
        about,
    }
}

#[rustfmt::skip]
pub(super) static ROUTES: &[Route] = &[
    route("GET", "/", greet, "Tells what runs here"),
    route("GET", "/mimic/v2", list, "Lists these routes"),
    route("GET", "/mimic/v2/status", status::get, "Tells how the simulator is"),
    route("GET", "/mimic/v2/mocks", mocks::list, "Lists the live mocks with their counts, the one asked first at the front"),
    route("POST", "/mimic/v2/mocks", mocks::create, "Adds mocks"),
    route("DELETE", "/mimic/v2/mocks", mocks::clear, "Removes all mocks that requests added"),
    route("POST", "/mimic/v2/mocks/reset", mocks::reset_all, "Starts the counts of all mocks anew"),
    route("GET", "/mimic/v2/mocks/{mock}", mocks::get, "Shows a mock"),
    route("DELETE", "/mimic/v2/mocks/{mock}", mocks::delete, "Removes a mock that a request added"),
    route("POST", "/mimic/v2/mocks/{mock}/reset", mocks::reset, "Starts the counts of a mock anew"),
    route("GET", "/mimic/v2/scenarios", scenarios::list, "Lists the scenarios of the files"),
    route("GET", "/mimic/v2/scenarios/{scenario}", scenarios::get, "Shows a scenario with its mocks"),
    route("POST", "/mimic/v2/scenarios/{scenario}/reset", scenarios::reset, "Starts the counts of a scenario's mocks anew"),
    route("GET", "/mimic/v2/world", world::get, "Shows all that is in the world"),
    route("POST", "/mimic/v2/world/reset", world::reset, "Puts the world back to its start"),
    route("POST", "/mimic/v2/hosts", hosts::change, "Changes hosts: down, back, into maintenance, out of it"),
    route("PUT", "/mimic/v2/servers/{server}", servers::put, "Puts a server into a status"),
    route("GET", "/mimic/v2/clock", clock::get, "Shows the world's clock"),
    route("PUT", "/mimic/v2/clock", clock::put, "Changes how the world's time passes"),
    route("POST", "/mimic/v2/tick", clock::tick, "Moves the world's clock forward"),
    route("POST", "/mimic/v1.1/tick", clock::tick_as_of_old, "Moves the world's clock forward, as the original Mimic did"),
    route("GET", "/mimic/v1.0/presets", original::list_presets, "Lists the presets of the original Mimic"),
    route("POST", "/mimic/v1.1/IdentityControlAPI/behaviors/auth", original::register_authentication, "Registers what happens to logins, as the original Mimic did"),
    route("DELETE", "/mimic/v1.1/IdentityControlAPI/behaviors/auth/{behavior}", original::forget_authentication, "Forgets what happens to logins"),
    route("POST", "/mimic/v1.1/cloudServersBehavior/{tenant}/behaviors/creation", original::register_creation, "Registers what happens to a tenant's new servers, as the original Mimic did"),
    route("DELETE", "/mimic/v1.1/cloudServersBehavior/{tenant}/behaviors/creation/{behavior}", original::forget_creation, "Forgets what happens to a tenant's new servers"),
    route("POST", "/mimic/v1.1/cloudServersBehavior/{tenant}/attributes", original::set_servers, "Puts servers into statuses, as the original Mimic did"),
    route("PATCH", "/mimic/v1.1/cloudLoadBalancerControl/{tenant}/loadbalancer/{balancer}/attributes", original::set_balancer, "Puts a load balancer into a status, as the original Mimic did"),
    route("PUT", "/mimic/v1.1/cloudLoadBalancerControl/{tenant}/loadbalancers/{balancer}/nodes/{node}/status", original::set_node, "Puts a node into a status, as the original Mimic did"),
    route("GET", "/mimic/v2/journal", journal::list, "Lists the commands that were decided"),
    route("DELETE", "/mimic/v2/journal", journal::clear, "Empties the journal"),
    route("GET", "/mimic/v2/expectations", expectations::list, "Judges the expectations of the files"),
    route("POST", "/mimic/v2/expectations", expectations::judge, "Judges the expectations in the body"),
    route("POST", "/mimic/v2/explain", explain::explain, "Tells for every mock why it would serve a command or not"),
    route("POST", "/mimic/v2/reload", reload::request, "Has the scenario files looked at"),
];

/// The rows of each path.
static ROUTER: LazyLock<Router<Vec<&'static Route>>> = LazyLock::new(|| {
    let mut router = Router::new();
    for route in ROUTES {
        let rows = ROUTES.iter().filter(|row| row.path == route.path);
        if rows
            .clone()
            .next()
            .is_some_and(|first| std::ptr::eq(first, route))
        {
            let inserted = router.insert(route.path, rows.collect());
            inserted.expect("the table's paths do not contradict each other");
        }
    }
    router
});

type Params = Vec<(String, String)>;

/// The row for a request, with what stands in the path where the row has a `{name}`.
pub(super) fn find(method: &Method, path: &str) -> Result<(&'static Route, Params), Problem> {
    let path = path
        .strip_suffix('/')
        .filter(|path| !path.is_empty())
        .unwrap_or(path);
    let matched = ROUTER.at(path).map_err(|_| unknown(path))?;
    // The edge leaves the body out.
    let wanted = if *method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    let Some(route) = matched.value.iter().find(|route| route.method == wanted) else {
        let allowed: Vec<&str> = matched.value.iter().map(|route| route.method).collect();
        return Err(Problem::wrong_method(method, &allowed));
    };
    let params = matched.params.iter();
    let params = params.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok((route, params.collect()))
}

fn unknown(path: &str) -> Problem {
    let known = ROUTES.iter().map(|route| route.path);
    let problem = Problem::not_found(format!("There is nothing at {path}."));
    match nearest(path, known) {
        Some(path) => problem.perhaps(Some(path)),
        None => problem.with_help("GET /mimic/v2 lists what there is."),
    }
}

/// `GET /mimic/v2`
fn list(_: &Visit<'_>) -> Result<Answer, Problem> {
    let rows = ROUTES
        .iter()
        .map(|route| json!({ "method": route.method, "path": route.path, "about": route.about }));
    let routes: Vec<Value> = rows.collect();
    Ok(Answer::json(StatusCode::OK, &json!({ "routes": routes })))
}
