//! What a machine keeps to itself: its password, its keys, and its user data.

use uuid::Uuid;

use crate::world::World;

/// Gives a machine a new password, if its template has one made for it.
pub(super) fn set_password(world: &mut World, id: Uuid) {
    let password = world.ids.uuid().simple().to_string();
    if let Some(server) = world.server_mut(id)
        && server.has_password()
    {
        server.spec.machine_mut().password = password.get(..12).map(Into::into);
    }
}
