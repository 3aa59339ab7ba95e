//! Cloud Load Balancers, version 1.0.
//!
//! Each file has a resource with the rows of its operations. All rows go through one [`gate`], which finds
//! and checks what a call is about; what bodies look like is told by [`shape`].

mod access_list;
mod certificates;
mod collection;
mod create;
mod feed;
mod gate;
mod metadata;
mod nodes;
mod offer;
mod paging;
mod report;
mod row;
mod settings;
mod shape;
mod usage;
mod view;
mod virtual_ips;

use std::sync::LazyLock;

use http::StatusCode;
use serde_json::Value;

use super::{Answer, Call};
use crate::api::Operation;
use crate::api::routes::Routes;
use crate::world::accounts::Project;
use row::Row;
pub(super) use row::root_of;

/// The rows of all resources.
fn rows() -> impl Iterator<Item = &'static Row> {
    [
        collection::ROWS,
        nodes::ROWS,
        virtual_ips::ROWS,
        access_list::ROWS,
        settings::ROWS,
        certificates::ROWS,
        metadata::ROWS,
        usage::ROWS,
        report::ROWS,
        feed::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// The service's routes, below the tenant.
pub(super) fn routes() -> &'static Routes {
    static ROUTES: LazyLock<Routes> =
        LazyLock::new(|| Routes::new("loadbalancer", row::OPERATIONS.iter()));
    &ROUTES
}

/// The answer to most changes: it will be done.
fn accepted() -> Answer {
    Answer::empty(StatusCode::ACCEPTED)
}

fn ok(body: Value) -> Answer {
    Answer::json(StatusCode::OK, &body)
}

/// The number that the service knows an account by: the project's name where that is one, else its own.
fn account(project: &Project) -> u64 {
    project.name.parse().unwrap_or(project.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::command::CommandId;

    #[test]
    fn every_command_has_exactly_one_row() {
        let all = CommandId::all().filter(|command| command.spec().service == "loadbalancer");
        let mut commands: Vec<&str> = all.map(CommandId::name).collect();
        let mut rows: Vec<&str> = row::OPERATIONS.iter().map(|row| row.command).collect();
        commands.sort_unstable();
        rows.sort_unstable();
        assert_eq!(rows, commands);
    }
}
