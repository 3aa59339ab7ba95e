//! Giving a server another size.

use http::StatusCode;

use super::super::{create, quota};
use super::{Action, Answer, Call, options, order, ready};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::place::Scope;
use crate::world::World;
use crate::world::operations::{Kind, Order};

pub(super) fn resize(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let wanted = options(call);
    let server = ready(world, call, action)?;
    let flavor = create::flavor(world, call, &wanted["flavorRef"])?;
    if flavor.id == server.spec.flavor.id {
        return Err(Fault::bad_request(
            "When resizing, instances must change flavor!",
        ));
    }
    if flavor.disk == 0 && server.spec.flavor.disk != 0 && server.spec.image.is_some() {
        return Err(Fault::bad_request(
            "Server disk was unable to be resized because: Resize to zero disk flavor is not allowed.",
        ));
    }
    create::check_image_fits(server.spec.image.as_deref(), &flavor)?;
    quota::check_resize(world, server, &flavor)?;
    let host = world.place_elsewhere(&Scope::everywhere(), server, &flavor);
    let id = server.id;
    if let Some(config) = wanted
        .get("OS-DCF:diskConfig")
        .and_then(|config| config.as_str())
        && let Some(server) = world.server_mut(id)
    {
        server.spec.nova_mut().resizes_disk = config == "AUTO";
    }
    world.begin(Order {
        flavor: Some(flavor),
        ..order(call, id, Kind::Resize)?.at(host)
    });
    Ok(Answer::empty(StatusCode::ACCEPTED))
}
