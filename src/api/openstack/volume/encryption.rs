//! How the volumes of a type are encrypted.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::render::Micros;
use super::super::schema::number;
use super::types::{change, kind, land};
use super::{Answer, Call, Operation, accepted, check, shapes, text};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::volume::{Encryption, VolumeType};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "volume.get_type_encryption",
        land,
        run: |world, call, _| {
            let shown = view(kind(world, call)?);
            let key = call.path_param("key");
            if key.is_empty() {
                return Ok(Answer::json(StatusCode::OK, &shown));
            }
            match shown.get(key) {
                Some(value) => Ok(Answer::json(StatusCode::OK, &json!({key: value}))),
                None => Err(Fault::not_found("The resource could not be found.")),
            }
        },
        is_read: true,
    },
    Operation {
        command: "volume.create_type_encryption",
        land: |world, call| {
            check(&shapes::CREATE_ENCRYPTION, call)?;
            check_new(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            check_new(world, call)?;
            let (id, created) = (world.ids.uuid(), world.now());
            let wanted = &call.body["encryption"];
            let text = |name: &str| text(wanted, name);
            let encryption = Encryption {
                id,
                provider: text("provider").unwrap_or_default().into(),
                control_location: text("control_location").unwrap_or_default().into(),
                cipher: text("cipher").map(Into::into),
                key_size: wanted.get("key_size").and_then(number),
                created,
            };
            change(world, call, |kind| kind.encryption = Some(encryption))?;
            let mut shown = wanted.clone();
            shown["volume_type_id"] = json!(kind(world, call)?.id);
            shown["encryption_id"] = json!(id);
            Ok(Answer::json(StatusCode::OK, &json!({"encryption": shown})))
        },
        is_read: false,
    },
    Operation {
        command: "volume.update_type_encryption",
        land: |world, call| {
            check(&shapes::UPDATE_ENCRYPTION, call)?;
            encryption(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            let wanted = &call.body["encryption"];
            change(world, call, |kind| {
                if let Some(encryption) = &mut kind.encryption {
                    adjust(encryption, wanted);
                }
            })?;
            Ok(Answer::json(StatusCode::OK, &json!({"encryption": wanted})))
        },
        is_read: false,
    },
    Operation {
        command: "volume.delete_type_encryption",
        land: |world, call| {
            encryption(world, call)?;
            land(world, call)
        },
        run: |world, call, _| {
            change(world, call, |kind| kind.encryption = None)?;
            Ok(accepted())
        },
        is_read: false,
    },
];

fn adjust(encryption: &mut Encryption, wanted: &Value) {
    if let Some(provider) = text(wanted, "provider") {
        encryption.provider = provider.into();
    }
    if let Some(location) = text(wanted, "control_location") {
        encryption.control_location = location.into();
    }
    if let Some(cipher) = text(wanted, "cipher") {
        encryption.cipher = Some(cipher.into());
    }
    if let Some(size) = wanted.get("key_size").and_then(number) {
        encryption.key_size = Some(size);
    }
}

fn check_new(world: &World, call: &Call) -> Result<(), Fault> {
    let kind = kind(world, call)?;
    if kind.encryption.is_some() {
        return Err(Fault::bad_request(format!(
            "Volume type encryption for type {} already exists.",
            kind.id
        )));
    }
    check_unused(world, kind)
}

/// Volumes that exist cannot be encrypted otherwise than they are.
fn check_unused(world: &World, kind: &VolumeType) -> Result<(), Fault> {
    let mut volumes = world.storage.volumes.iter();
    match volumes.any(|volume| volume.kind.id == kind.id) {
        true => Err(Fault::bad_request(
            "Cannot create or update encryption specs. Volume type in use.",
        )),
        false => Ok(()),
    }
}

/// The encryption of the path's type, which has to be there and not in use.
fn encryption<'a>(world: &'a World, call: &Call) -> Result<&'a Encryption, Fault> {
    let kind = kind(world, call)?;
    let encryption = kind.encryption.as_ref().ok_or_else(|| {
        Fault::not_found(format!(
            "Volume type encryption for type {} does not exist.",
            kind.id
        ))
    })?;
    check_unused(world, kind)?;
    Ok(encryption)
}

/// Without encryption there is nothing to show, and that is no fault.
fn view(kind: &VolumeType) -> Value {
    let Some(encryption) = &kind.encryption else {
        return json!({});
    };
    json!({
        "volume_type_id": kind.id,
        "encryption_id": encryption.id,
        "provider": encryption.provider,
        "control_location": encryption.control_location,
        "cipher": encryption.cipher,
        "key_size": encryption.key_size,
        "created_at": Micros(encryption.created),
        "updated_at": null,
        "deleted": false,
        "deleted_at": null,
    })
}
