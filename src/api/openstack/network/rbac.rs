//! RBAC policies: what is shared with whom.

use serde_json::{Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, Setter, shown, text};
use super::body::Wanted;
use super::kind::{Complaint, Kind};
use super::resource::{Resource, find, operations, own_project, owner};
use super::{Call, Operation, policy};
use crate::api::openstack::python::str;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::parse_loosely;
use crate::world::limits::holdings::Holdings;
use crate::world::network::{
    AddressScope, Counted, Meta, Network, Networking, SecurityGroup, Shared, Sharing, SubnetPool,
    invalid_input,
};

pub(super) const OPERATIONS: &[Operation] = &operations::<Sharing>([
    "network.list_rbac_policies",
    "network.get_rbac_policy",
    "network.create_rbac_policy",
    "network.update_rbac_policy",
    "network.delete_rbac_policy",
]);

const SHARED: &str = "access_as_shared";
const EXTERNAL: &str = "access_as_external";

impl Resource for Sharing {
    const NAME: &'static str = "rbac_policy";
    const PLURAL: &'static str = "rbac_policies";
    const CLASS: &'static str = "RbacPolicy";
    const COUNTED: Option<Counted> = Some(Counted::Sharings);
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        shown("object_type", |_, sharing: &Sharing| {
            sharing.kind.name().into()
        })
        .post(Kind::Own(object_type), Preset::Required),
        shown("object_id", |_, sharing: &Sharing| json!(sharing.object))
            .post(Kind::Id, Preset::Required),
        shown("action", |_, sharing: &Sharing| {
            if sharing.is_external {
                EXTERNAL
            } else {
                SHARED
            }
            .into()
        })
        .post(Kind::Text(255), Preset::Required),
        shown("target_tenant", target)
            .post(Kind::Own(read_target), Preset::Unset)
            .put()
            .set_by(Setter::Owner),
        shown("target_project", target)
            .post(Kind::Own(read_target), Preset::Unset)
            .put(),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.sharings
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.sharings
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn create(world: &mut World, call: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        let word = wanted.text("object_type").unwrap_or_default();
        let kind = Shared::ALL.into_iter().find(|(_, name)| *name == word);
        let kind = kind.map_or(Shared::Network, |(kind, _)| kind);
        let object = object(
            world,
            call,
            kind,
            wanted.text("object_id").unwrap_or_default(),
        )?;
        let action = wanted.text("action").unwrap_or_default();
        let is_external = action == EXTERNAL && kind == Shared::Network;
        if action != SHARED && !is_external {
            return Err(invalid_input(format!(
                "Invalid action '{action}' for object type '{word}'. Valid actions: {}",
                if kind == Shared::Network {
                    "access_as_external,access_as_shared"
                } else {
                    SHARED
                }
            )));
        }
        let target = wanted_target(wanted)?;
        if target.is_none() && !call.is_admin() {
            return Err(policy::refuse("create_rbac_policy", &["target_tenant"]));
        }
        world.networking.add_sharing(Sharing {
            meta,
            kind,
            object,
            target,
            is_external,
        })
    }

    fn update(world: &mut World, call: &Call, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
        let target = wanted_target(wanted)?;
        if target.is_none() && !call.is_admin() {
            return Err(policy::refuse("update_rbac_policy", &["target_tenant"]));
        }
        if let Some(sharing) = world.networking.sharings.get_mut(id) {
            sharing.target = target;
        }
        Ok(())
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.remove_sharing(id)
    }
}

/// The thing to share, which has to be the caller's.
fn object(world: &World, call: &Call, kind: Shared, id: &str) -> Result<Uuid, Fault> {
    let meta = match kind {
        Shared::Network => find::<Network>(world, call, id)?.meta(),
        Shared::SecurityGroup => find::<SecurityGroup>(world, call, id)?.meta(),
        Shared::AddressScope => find::<AddressScope>(world, call, id)?.meta(),
        Shared::SubnetPool => find::<SubnetPool>(world, call, id)?.meta(),
    };
    if meta.project != own_project(call) && !call.is_admin() {
        return Err(invalid_input(
            "Only admins can manipulate policies on networks they do not own",
        ));
    }
    Ok(meta.id)
}

/// The project that it is shared with; an asterisk for all.
fn target(_: &World, sharing: &Sharing) -> Value {
    sharing.target.map_or_else(|| json!("*"), owner)
}

fn read_target(value: &Value) -> Result<Value, Complaint> {
    let word = text(value);
    if word == "*" || parse_loosely(word).is_some() {
        return Ok(value.clone());
    }
    Err(Complaint::Fault(invalid_input(format!(
        "'{}' is not a valid target project ID; expected a UUID or '*'",
        str(value)
    ))))
}

fn wanted_target(wanted: &Wanted) -> Result<Option<Uuid>, Fault> {
    let word = wanted
        .text("target_tenant")
        .or(wanted.text("target_project"));
    match word {
        None => Err(super::kind::bad_request(
            "Failed to parse request. Required attribute 'target_tenant' not specified",
        )),
        Some("*") => Ok(None),
        Some(id) => Ok(parse_loosely(id)),
    }
}

fn object_type(value: &Value) -> Result<Value, Complaint> {
    let word = text(value).replace('-', "_");
    if Shared::ALL.iter().any(|(_, name)| *name == word) {
        return Ok(word.into());
    }
    Err(Complaint::Fault(invalid_input(format!(
        "'{}' is not a valid RBAC object type",
        str(value)
    ))))
}
