//! What the bodies of requests have to look like, by microversion.

use super::super::schema::{
    Format, NAME, Object, Others, Pattern, Schema, TEXT, Text, UUID, object, property,
};

pub(super) const fn text(min: usize, max: usize) -> Schema {
    Schema::Text(Text { min, max, ..TEXT })
}

pub(super) const fn text_or_null(min: usize, max: usize) -> Schema {
    Schema::Text(Text {
        min,
        max,
        or: &["null"],
        ..TEXT
    })
}

const SHORT: Schema = text_or_null(0, 255);

const UUID_OR_NULL: Schema = Schema::Text(Text {
    format: Some(Format::Uuid),
    or: &["null"],
    ..TEXT
});

const SIZE: Schema = Schema::Number {
    min: 1,
    max: 0x7fff_ffff,
};

fn is_key(key: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_:. /".contains(c);
    (1..=255).contains(&key.len()) && key.chars().all(fits)
}

pub(super) const EXTRA_SPECS: Object = Object {
    others: Others::Matching(
        Pattern {
            shown: "^[a-zA-Z0-9-_:. /]{1,255}$",
            accepts: is_key,
        },
        text(0, 255),
    ),
    ..object(&[])
};

/// Names and values of any kind.
pub(super) const ANY_OBJECT: Object = Object {
    others: Others::Welcome,
    ..object(&[])
};

const METADATA_OR_NULL: Schema = Schema::OrNull(&Schema::Object(&EXTRA_SPECS));

// ------------------------------------------------------------ volumes

pub(super) const CREATE_VOLUME: Object = object(&[
    property("volume", Schema::Object(&NEW_VOLUME)).required(),
    property(
        "OS-SCH-HNT:scheduler_hints",
        Schema::OrNull(&Schema::Object(&ANY_OBJECT)),
    ),
]);

const NEW_VOLUME: Object = Object {
    others: Others::Welcome,
    ..object(&[
        property("name", SHORT),
        property("description", SHORT),
        property("display_name", SHORT),
        property("display_description", SHORT),
        property("volume_type", SHORT),
        property("metadata", METADATA_OR_NULL),
        property("snapshot_id", UUID_OR_NULL),
        property("source_volid", UUID_OR_NULL),
        property("consistencygroup_id", UUID_OR_NULL),
        property("size", Schema::OrNull(&SIZE)),
        property("availability_zone", text_or_null(1, 255)),
        property("multiattach", Schema::OrNull(&Schema::Boolean)),
        property("image_id", SHORT),
        property("imageRef", SHORT),
        property("group_id", SHORT).since(13),
        property("backup_id", UUID_OR_NULL).since(47),
    ])
};

pub(super) const UPDATE_VOLUME: Object =
    object(&[property("volume", Schema::Object(&CHANGED)).required()]);

const CHANGED: Object = object(&[
    property("name", SHORT),
    property("description", SHORT),
    property("display_name", SHORT),
    property("display_description", SHORT),
    property("metadata", Schema::Object(&EXTRA_SPECS)),
]);

// ------------------------------------------------------------ actions on volumes

pub(super) const ATTACH: Object = object(&[property(
    "os-attach",
    Schema::Object(&object(&[
        property("instance_uuid", UUID),
        property("mountpoint", text(1, 255)).required(),
        property("host_name", text(0, 255)),
        property("mode", Schema::Choice(&["rw", "ro"])),
    ])),
)
.required()]);

pub(super) const DETACH: Object = object(&[property(
    "os-detach",
    Schema::OrNull(&Schema::Object(&object(&[property(
        "attachment_id",
        UUID_OR_NULL,
    )]))),
)
.required()]);

pub(super) const EXTEND: Object = object(&[property(
    "os-extend",
    Schema::Object(&object(&[property("new_size", SIZE).required()])),
)
.required()]);

pub(super) const RETYPE: Object = object(&[property(
    "os-retype",
    Schema::Object(&object(&[
        property("new_type", Schema::Text(TEXT)).required(),
        property(
            "migration_policy",
            Schema::OrNull(&Schema::Choice(&["on-demand", "never"])),
        ),
    ])),
)
.required()]);

pub(super) const SET_BOOTABLE: Object = object(&[property(
    "os-set_bootable",
    Schema::Object(&object(&[property("bootable", Schema::Boolean).required()])),
)
.required()]);

pub(super) const SET_READ_ONLY: Object = object(&[property(
    "os-update_readonly_flag",
    Schema::Object(&object(&[property("readonly", Schema::Boolean).required()])),
)
.required()]);

pub(super) const UPLOAD: Object = object(&[property(
    "os-volume_upload_image",
    Schema::Object(&object(&[
        property("image_name", text(1, 255)).required(),
        property("force", Schema::Boolean),
        property(
            "disk_format",
            Schema::Choice(&["raw", "vmdk", "vdi", "qcow2", "vhd", "vhdx", "ploop"]),
        ),
        property("container_format", text_or_null(0, 255)),
        property(
            "visibility",
            Schema::Choice(&["community", "public", "private", "shared"]),
        )
        .since(1),
        property("protected", Schema::Boolean).since(1),
    ])),
)
.required()]);

pub(super) const REIMAGE: Object = object(&[property(
    "os-reimage",
    Schema::Object(&object(&[
        property("image_id", UUID).required(),
        property("reimage_reserved", Schema::Boolean),
    ])),
)
.required()]);

pub(super) const REVERT: Object = object(&[property(
    "revert",
    Schema::Object(&Object {
        others: Others::Welcome,
        ..object(&[property("snapshot_id", text_or_null(0, usize::MAX))])
    }),
)
.required()]);

pub(super) const RESET_STATUS: Object = object(&[property(
    "os-reset_status",
    Schema::Object(&Object {
        others: Others::Welcome,
        ..object(&[
            property("status", text_or_null(0, 255)),
            property("attach_status", text_or_null(0, 255)),
            property("migration_status", text_or_null(0, 255)),
        ])
    }),
)
.required()]);

pub(super) const SET_IMAGE_METADATA: Object = object(&[property(
    "os-set_image_metadata",
    Schema::Object(&object(&[property(
        "metadata",
        Schema::Object(&EXTRA_SPECS),
    )
    .required()])),
)
.required()]);

pub(super) const UNSET_IMAGE_METADATA: Object = object(&[property(
    "os-unset_image_metadata",
    Schema::Object(&object(&[property("key", text(1, 255)).required()])),
)
.required()]);

// ------------------------------------------------------------ snapshots

pub(super) const CREATE_SNAPSHOT: Object = object(&[property(
    "snapshot",
    Schema::Object(&object(&[
        property("name", SHORT),
        property("description", SHORT),
        property("display_name", SHORT),
        property("display_description", SHORT),
        property("volume_id", UUID_OR_NULL).required(),
        property("force", Schema::OrNull(&Schema::Boolean)),
        property("metadata", METADATA_OR_NULL),
    ])),
)
.required()]);

pub(super) const UPDATE_SNAPSHOT: Object = object(&[property(
    "snapshot",
    Schema::Object(&object(&[
        property("name", SHORT),
        property("description", SHORT),
        property("display_name", SHORT),
        property("display_description", SHORT),
    ])),
)
.required()]);

// ------------------------------------------------------------ attachments

pub(super) const CREATE_ATTACHMENT: Object = object(&[property(
    "attachment",
    Schema::Object(&object(&[
        property("instance_uuid", UUID_OR_NULL),
        property("volume_uuid", UUID).required(),
        property("connector", Schema::OrNull(&Schema::Object(&ANY_OBJECT))),
        property("mode", Schema::Choice(&["rw", "ro"])).since(54),
    ])),
)
.required()]);

pub(super) const UPDATE_ATTACHMENT: Object = object(&[property(
    "attachment",
    Schema::Object(&object(&[property(
        "connector",
        Schema::Object(&ANY_OBJECT),
    )
    .required()])),
)
.required()]);

// ------------------------------------------------------------ types

pub(super) const CREATE_TYPE: Object = object(&[property(
    "volume_type",
    Schema::Object(&object(&[
        property("name", text(1, 255)).required(),
        property("description", SHORT),
        property("extra_specs", Schema::OrNull(&Schema::Object(&ANY_OBJECT))),
        property("os-volume-type-access:is_public", Schema::Boolean),
    ])),
)
.required()]);

pub(super) const UPDATE_TYPE: Object = object(&[property(
    "volume_type",
    Schema::Object(&object(&[
        property("name", SHORT),
        property("description", SHORT),
        property("is_public", Schema::Boolean),
    ])),
)
.required()]);

pub(super) const CREATE_EXTRA_SPECS: Object =
    object(&[property("extra_specs", Schema::Object(&EXTRA_SPECS)).required()]);

pub(super) const ADD_ACCESS: Object = object(&[property(
    "addProjectAccess",
    Schema::Object(&object(&[property("project", text(1, 255)).required()])),
)
.required()]);

pub(super) const REMOVE_ACCESS: Object = object(&[property(
    "removeProjectAccess",
    Schema::Object(&object(&[property("project", text(1, 255)).required()])),
)
.required()]);

const KEY_SIZE: Schema = Schema::OrNull(&Schema::Number {
    min: 0,
    max: 0x7fff_ffff,
});

pub(super) const CREATE_ENCRYPTION: Object = object(&[property(
    "encryption",
    Schema::Object(&object(&[
        property("key_size", KEY_SIZE),
        property("provider", text(0, 255)).required(),
        property(
            "control_location",
            Schema::Choice(&["front-end", "back-end"]),
        )
        .required(),
        property("cipher", SHORT),
    ])),
)
.required()]);

pub(super) const UPDATE_ENCRYPTION: Object = object(&[property(
    "encryption",
    Schema::Object(&object(&[
        property("key_size", KEY_SIZE),
        property("provider", text(0, 255)),
        property(
            "control_location",
            Schema::Choice(&["front-end", "back-end"]),
        ),
        property("cipher", SHORT),
    ])),
)
.required()]);

pub(super) const CREATE_QOS: Object = object(&[property(
    "qos_specs",
    Schema::Object(&Object {
        others: Others::Welcome,
        ..object(&[
            property("name", Schema::Text(NAME)).required(),
            property(
                "consumer",
                Schema::Choice(&["back-end", "front-end", "both"]),
            ),
        ])
    }),
)
.required()]);

pub(super) const UPDATE_QOS: Object =
    object(&[property("qos_specs", Schema::Object(&ANY_OBJECT)).required()]);

pub(super) const DELETE_QOS_KEYS: Object =
    object(&[property("keys", super::super::schema::list(&text(1, 255))).required()]);

// ------------------------------------------------------------ backups and transfers

pub(super) const CREATE_BACKUP: Object = object(&[property(
    "backup",
    Schema::Object(&object(&[
        property("volume_id", UUID).required(),
        property("container", SHORT),
        property("description", SHORT),
        property("incremental", Schema::OrNull(&Schema::Boolean)),
        property("force", Schema::OrNull(&Schema::Boolean)),
        property("name", SHORT),
        property("snapshot_id", UUID_OR_NULL),
        property("metadata", METADATA_OR_NULL).since(43),
        property("availability_zone", text_or_null(1, 255)).since(51),
    ])),
)
.required()]);

pub(super) const UPDATE_BACKUP: Object = object(&[property(
    "backup",
    Schema::OrNull(&Schema::Object(&object(&[
        property("name", SHORT),
        property("description", SHORT),
        property("metadata", METADATA_OR_NULL).since(43),
    ]))),
)
.required()]);

pub(super) const RESTORE_BACKUP: Object = object(&[property(
    "restore",
    Schema::OrNull(&Schema::Object(&object(&[
        property("name", SHORT),
        property("volume_id", UUID_OR_NULL),
    ]))),
)
.required()]);

pub(super) const CREATE_TRANSFER: Object = object(&[property(
    "transfer",
    Schema::Object(&object(&[
        property("volume_id", UUID).required(),
        property("name", SHORT),
        property("no_snapshots", Schema::Boolean).since(55),
    ])),
)
.required()]);

pub(super) const ACCEPT_TRANSFER: Object = object(&[property(
    "accept",
    Schema::Object(&object(&[property("auth_key", text(0, 255)).required()])),
)
.required()]);

// ------------------------------------------------------------ quotas

pub(super) const UPDATE_QUOTAS: Object =
    object(&[property("quota_set", Schema::Object(&ANY_OBJECT)).required()]);

pub(super) const UPDATE_QUOTA_CLASS: Object =
    object(&[property("quota_class_set", Schema::Object(&ANY_OBJECT)).required()]);
