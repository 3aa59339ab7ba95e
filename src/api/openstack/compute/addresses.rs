//! A server's addresses.

use http::StatusCode;

use super::view::Addresses;
use super::{Answer, Call, Operation, land_on_server, server};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    command: "compute.list_server_addresses",
    land: land_on_server,
    run: list,
    is_read: true,
}];

fn list(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    #[derive(serde::Serialize)]
    struct Envelope<'a> {
        addresses: Addresses<'a>,
    }
    let addresses = Addresses::of(world, server(world, call)?, false);
    match call.path_param("network") {
        "" => Ok(Answer::json(StatusCode::OK, &Envelope { addresses })),
        name => {
            let missing = || Fault::not_found("Instance is not a member of specified network");
            let network = addresses.in_network(name).ok_or_else(missing)?;
            Ok(Answer::json(
                StatusCode::OK,
                &std::collections::BTreeMap::from([(name, network)]),
            ))
        }
    }
}
