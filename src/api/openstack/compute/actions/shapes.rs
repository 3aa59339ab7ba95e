//! What the bodies of the actions have to look like, by microversion.

use super::super::super::schema::{
    Format, NAME, Object, Property, Schema, TEXT, Text, UUID, list, object, property,
};
use super::super::create::{
    CERTIFICATES, DESCRIPTION, DISK_CONFIG, FILE, HOST, HOSTNAME, METADATA, SHORT_HOSTNAME,
    USER_DATA, format,
};

/// A body of one key.
const fn body(properties: &'static [Property]) -> Object {
    object(properties)
}

const PASSWORD: Property = property("adminPass", Schema::Text(TEXT));

pub(super) const REBOOT: Object = body(&[property(
    "reboot",
    Schema::Object(&object(&[property(
        "type",
        Schema::Choice(&["HARD", "Hard", "hard", "SOFT", "Soft", "soft"]),
    )
    .required()])),
)
.required()]);

pub(super) const LOCK: Object = body(&[
    property("lock", Schema::Anything).until(72),
    property(
        "lock",
        Schema::ObjectOrNull(&object(&[property(
            "locked_reason",
            Schema::Text(Text {
                min: 1,
                max: 255,
                ..TEXT
            }),
        )])),
    )
    .since(73),
]);

pub(super) const RESCUE: Object = body(&[property(
    "rescue",
    Schema::ObjectOrNull(&object(&[PASSWORD, property("rescue_image_ref", UUID)])),
)]);

pub(super) const RESIZE: Object = body(&[property(
    "resize",
    Schema::Object(&object(&[
        property(
            "flavorRef",
            Schema::Text(Text {
                min: 1,
                or: &["integer"],
                ..TEXT
            }),
        )
        .required(),
        property("OS-DCF:diskConfig", DISK_CONFIG),
    ])),
)]);

pub(super) const REBUILD: Object = body(&[property("rebuild", Schema::Object(&REBUILD_OPTIONS))]);

const REBUILD_OPTIONS: Object = object(&[
    property("name", Schema::Text(NAME)),
    property("imageRef", UUID).required(),
    PASSWORD,
    property("metadata", Schema::Object(&METADATA)),
    property("preserve_ephemeral", Schema::Boolean),
    property("OS-DCF:diskConfig", DISK_CONFIG),
    property("accessIPv4", format(Format::Ipv4)),
    property("accessIPv6", format(Format::Ipv6)),
    property("personality", list(&FILE)).until(56),
    property("description", DESCRIPTION).since(19),
    property(
        "key_name",
        Schema::Text(Text {
            or: &["null"],
            ..NAME
        }),
    )
    .since(54),
    property(
        "user_data",
        Schema::Text(Text {
            or: &["null"],
            ..USER_DATA
        }),
    )
    .since(57),
    property("trusted_image_certificates", CERTIFICATES).since(63),
    property("hostname", SHORT_HOSTNAME).since(90).until(93),
    property("hostname", HOSTNAME).since(94),
]);

pub(super) const UNSHELVE: Object = body(&[
    property("unshelve", Schema::Anything).until(76),
    property(
        "unshelve",
        Schema::ObjectOrNull(&object(&[property(
            "availability_zone",
            Schema::Text(NAME),
        )
        .required()])),
    )
    .since(77)
    .until(90),
    property(
        "unshelve",
        Schema::ObjectOrNull(&object(&[
            property(
                "availability_zone",
                Schema::Text(Text {
                    or: &["null"],
                    ..TEXT
                }),
            ),
            property("host", Schema::Text(TEXT)),
        ])),
    )
    .since(91),
]);

pub(super) const CREATE_IMAGE: Object = body(&[property(
    "createImage",
    Schema::Object(&object(&[
        property("name", Schema::Text(NAME)).required(),
        property("metadata", Schema::Object(&METADATA)),
    ])),
)]);

pub(super) const CREATE_BACKUP: Object = body(&[property(
    "createBackup",
    Schema::Object(&object(&[
        property("name", Schema::Text(NAME)).required(),
        property("backup_type", Schema::Text(TEXT)).required(),
        property(
            "rotation",
            Schema::Number {
                min: 0,
                max: i64::MAX,
            },
        )
        .required(),
        property("metadata", Schema::Object(&METADATA)),
    ])),
)]);

pub(super) const CHANGE_PASSWORD: Object = body(&[property(
    "changePassword",
    Schema::Object(&object(&[PASSWORD.required()])),
)]);

const HOST_OR_NULL: Schema = Schema::Text(Text {
    or: &["null"],
    ..HOST
});

pub(super) const MIGRATE: Object = body(&[
    property("migrate", Schema::Anything).until(55),
    property(
        "migrate",
        Schema::ObjectOrNull(&object(&[property("host", HOST_OR_NULL)])),
    )
    .since(56),
]);

pub(super) const MIGRATE_LIVE: Object = body(&[property(
    "os-migrateLive",
    Schema::Object(&object(&[
        property("block_migration", Schema::Boolean)
            .until(24)
            .required(),
        property("disk_over_commit", Schema::Boolean)
            .until(24)
            .required(),
        property("block_migration", Schema::BooleanOrAuto)
            .since(25)
            .required(),
        property("host", HOST_OR_NULL).required(),
        property("force", Schema::Boolean).since(30).until(67),
    ])),
)]);

pub(super) const EVACUATE: Object = body(&[property(
    "evacuate",
    Schema::Object(&object(&[
        property("host", Schema::Text(HOST)),
        property("onSharedStorage", Schema::Boolean)
            .until(13)
            .required(),
        property("force", Schema::Boolean).since(29).until(67),
        PASSWORD,
    ])),
)]);

pub(super) const RESET_STATE: Object = body(&[property(
    "os-resetState",
    Schema::Object(&object(&[property(
        "state",
        Schema::Choice(&["active", "error"]),
    )
    .required()])),
)]);

pub(super) const CRASH_DUMP: Object = body(&[property("trigger_crash_dump", Schema::Null)]);

pub(super) const CONSOLE_OUTPUT: Object = body(&[property(
    "os-getConsoleOutput",
    Schema::Object(&object(&[property("length", LENGTH)])),
)]);

/// A number of lines; none, or -1, for all.
const LENGTH: Schema = Schema::DigitsOrNull {
    min: -1,
    max: i64::MAX,
};

pub(super) const VNC_CONSOLE: Object = body(&[property(
    "os-getVNCConsole",
    Schema::Object(&object(&[property(
        "type",
        Schema::Choice(&["novnc", "xvpvnc"]),
    )
    .required()])),
)]);

pub(super) const SPICE_CONSOLE: Object = body(&[property(
    "os-getSPICEConsole",
    Schema::Object(&object(&[property(
        "type",
        Schema::Choice(&["spice-html5"]),
    )
    .required()])),
)]);

pub(super) const SERIAL_CONSOLE: Object = body(&[property(
    "os-getSerialConsole",
    Schema::Object(&object(&[
        property("type", Schema::Choice(&["serial"])).required()
    ])),
)]);
