//! Security groups.

use serde_json::{Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, flag, shown, tags, text};
use super::body::Wanted;
use super::kind::{Complaint, Kind, text as read_text};
use super::resource::{Resource, operations, own_project};
use super::{Call, Operation, listing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::limits::holdings::Holdings;
use crate::world::network::{Counted, Meta, Networking, SecurityGroup, Shared};

const CRUD: [Operation; 5] = operations::<SecurityGroup>([
    "network.list_security_groups",
    "network.get_security_group",
    "network.create_security_group",
    "network.update_security_group",
    "network.delete_security_group",
]);

pub(super) const OPERATIONS: &[Operation] = &{
    let [list, show, create, update, delete] = CRUD;
    let list = Operation {
        run: |world, call, landing| {
            // The default one is there as soon as somebody looks.
            world.default_group(own_project(call));
            listing::list::<SecurityGroup>(world, call, landing)
        },
        ..list
    };
    [list, show, create, update, delete]
};

impl Resource for SecurityGroup {
    const NAME: &'static str = "security_group";
    const PLURAL: &'static str = "security_groups";
    const CLASS: &'static str = "SecurityGroup";
    const COUNTED: Option<Counted> = Some(Counted::SecurityGroups);
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        shown("name", |_, group: &SecurityGroup| json!(group.meta.name)).settable(
            Kind::Own(name),
            Preset::Text(""),
            |group, value| group.meta.name = text(value).into(),
        ),
        tags(),
        shown("stateful", |_, group: &SecurityGroup| {
            group.is_stateful.into()
        })
        .settable(Kind::Flag, Preset::Flag(true), |group, value| {
            group.is_stateful = flag(value)
        }),
        shown("shared", |world, group: &SecurityGroup| {
            let id = group.meta.id;
            let networking = &world.networking;
            networking
                .is_shared_with(Shared::SecurityGroup, id, Uuid::nil())
                .into()
        }),
        shown("security_group_rules", |world, group: &SecurityGroup| {
            let rules = world.networking.rules_of(group);
            rules.map(|rule| super::rules::whole(world, rule)).collect()
        }),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.groups
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.groups
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn is_shared_with(&self, networking: &Networking, project: Uuid) -> bool {
        networking.is_shared_with(Shared::SecurityGroup, self.meta.id, project)
    }

    fn create(world: &mut World, _: &Call, meta: Meta, _: &Wanted) -> Result<Uuid, Fault> {
        world.default_group(meta.project);
        Ok(world.create_group(meta))
    }

    fn update(world: &mut World, _: &Call, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
        let group = world.networking.expect_group(id)?;
        if group.is_default && wanted.has("name") {
            let message = "Updating default security group not allowed.";
            return Err(Fault::conflict(message).named("SecurityGroupCannotUpdateDefault"));
        }
        Ok(())
    }

    fn delete(world: &mut World, call: &Call, id: Uuid) -> Result<(), Fault> {
        let group = world.networking.expect_group(id)?;
        if group.is_default && !call.is_admin() {
            let message = "Insufficient rights for removing default security group.";
            return Err(Fault::conflict(message).named("SecurityGroupCannotRemoveDefault"));
        }
        world.networking.remove_group(id)
    }
}

/// Any name but that of the default one.
fn name(value: &Value) -> Result<Value, Complaint> {
    let read = read_text(value, 255)?;
    if text(&read).eq_ignore_ascii_case("default") {
        let fault = Fault::conflict("Default security group already exists.");
        return Err(Complaint::Fault(
            fault.named("SecurityGroupDefaultAlreadyExists"),
        ));
    }
    Ok(read)
}
