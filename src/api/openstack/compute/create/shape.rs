//! What the body of a create has to look like, by microversion.

use super::super::super::schema::{
    Format, List, NAME, Object, Others, Pattern, Property, Schema, TEXT, Text, UUID, list, object,
    property,
};

const fn text(min: usize, max: usize) -> Text {
    Text { min, max, ..TEXT }
}

const fn pattern(min: usize, max: usize, shown: &'static str, accepts: fn(&str) -> bool) -> Schema {
    Schema::Text(Text {
        pattern: Some(Pattern { shown, accepts }),
        ..text(min, max)
    })
}

pub(in super::super) const fn format(format: Format) -> Schema {
    Schema::Text(Text {
        format: Some(format),
        ..TEXT
    })
}

fn all(text: &str, others: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

pub(in super::super) const BODY: Object = object(&[
    property("server", Schema::Object(&SERVER)).required(),
    property("OS-SCH-HNT:scheduler_hints", Schema::Object(&HINTS)),
    property("os:scheduler_hints", Schema::Object(&HINTS)),
]);

const HINTS: Object = Object {
    others: Others::Welcome,
    ..object(&[
        property("group", Schema::Either(&[UUID, list(&UUID)])),
        property("different_host", Schema::OneOrMany(&Schema::Text(TEXT))),
        property("same_host", Schema::OneOrMany(&Schema::Text(TEXT))),
        property("query", Schema::Type(&["string", "object"])),
        property("target_cell", Schema::Text(TEXT)),
        property("different_cell", Schema::Type(&["string", "array"])),
        property("build_near_host_ip", ADDRESS),
        property("cidr", NET_MASK),
    ])
};

/// An address of either family.
pub(in super::super) const ADDRESS: Schema = Schema::All(&[
    Schema::Text(TEXT),
    Schema::Either(&[format(Format::Ipv4), format(Format::Ipv6)]),
]);

const NET_MASK: Schema = pattern(0, usize::MAX, "^/[0-9a-f.:]+$", |text| {
    let mask = text.strip_prefix('/').unwrap_or_default();
    let is_part = |c: char| matches!(c, '0'..='9' | 'a'..='f' | '.' | ':');
    !mask.is_empty() && mask.chars().all(is_part)
});

const SERVER: Object = object(&[
    property("name", Schema::Text(NAME)).required(),
    property(
        "imageRef",
        Schema::Either(&[UUID, Schema::Text(text(0, 0))]),
    ),
    property(
        "flavorRef",
        Schema::Text(Text {
            or: &["integer"],
            ..text(1, usize::MAX)
        }),
    )
    .required(),
    property("adminPass", Schema::Text(TEXT)),
    property("metadata", Schema::Object(&METADATA)),
    property("networks", list(&NIC_BEFORE_37)).until(36),
    property("networks", Schema::Either(&[list(&NIC), ANY_OR_NO_NETWORK]))
        .since(37)
        .required_since(37),
    property("OS-DCF:diskConfig", DISK_CONFIG),
    property("accessIPv4", format(Format::Ipv4)),
    property("accessIPv6", format(Format::Ipv6)),
    property("personality", list(&FILE)).until(56),
    property("availability_zone", Schema::Text(NAME)),
    property("block_device_mapping", list(&OLD_DEVICE)),
    property("block_device_mapping_v2", list(&DEVICE)),
    property("config_drive", Schema::Boolean),
    property("key_name", Schema::Text(NAME)),
    property("min_count", COUNT),
    property("max_count", COUNT),
    property("return_reservation_id", Schema::Boolean),
    property("security_groups", list(&GROUP)),
    property("user_data", Schema::Text(USER_DATA)),
    property("description", DESCRIPTION).since(19),
    property("tags", TAGS).since(52),
    property("trusted_image_certificates", CERTIFICATES).since(63),
    property("host", HOSTNAME).since(74),
    property("hypervisor_hostname", HOSTNAME).since(74),
    property("hostname", SHORT_HOSTNAME).since(90).until(93),
    property("hostname", HOSTNAME).since(94),
]);

pub(in super::super) const USER_DATA: Text = Text {
    format: Some(Format::Base64),
    ..text(0, 65_535)
};

pub(in super::super) const DISK_CONFIG: Schema = Schema::Choice(&["AUTO", "MANUAL"]);

pub(in super::super) const DESCRIPTION: Schema = Schema::Text(Text {
    or: &["null"],
    ..text(0, 255)
});

const COUNT: Schema = Schema::Number {
    min: 1,
    max: i64::MAX,
};

pub(in super::super) const METADATA: Object = Object {
    properties: &[],
    others: Others::Matching(
        Pattern {
            shown: "^[a-zA-Z0-9-_:. ]{1,255}$",
            accepts: |key| (1..=255).contains(&key.len()) && all(key, "-_:. "),
        },
        Schema::Text(text(0, 255)),
    ),
    max: usize::MAX,
};

const ANY_OR_NO_NETWORK: Schema = Schema::Choice(&["none", "auto"]);

const FIXED_IP: Property = property("fixed_ip", ADDRESS);
const PORT: Property = property(
    "port",
    Schema::Text(Text {
        format: Some(Format::Uuid),
        or: &["null"],
        ..TEXT
    }),
);

const NIC_BEFORE_37: Schema = Schema::Object(&object(&[
    FIXED_IP,
    PORT,
    property("uuid", Schema::Text(TEXT)),
    property("tag", TAG).since(32),
]));

const NIC: Schema = Schema::Object(&object(&[
    FIXED_IP,
    PORT,
    property("uuid", UUID),
    property("tag", TAG).since(42),
]));

pub(in super::super) const TAG: Schema =
    pattern(1, 60, "^[^,/]*$", |text| !text.contains([',', '/']));

pub(in super::super) const TAGS: Schema = Schema::List(List {
    items: &TAG,
    min: 0,
    max: 50,
    or_null: false,
    unique: false,
});

pub(in super::super) const CERTIFICATES: Schema = Schema::List(List {
    items: &Schema::Text(text(1, usize::MAX)),
    min: 1,
    max: 50,
    or_null: true,
    unique: true,
});

pub(in super::super) const HOST: Text = Text {
    pattern: Some(Pattern {
        shown: "^[a-zA-Z0-9-._]*$",
        accepts: |text| all(text, "-._"),
    }),
    ..text(1, 255)
};

/// A full host name.
pub(in super::super) const HOSTNAME: Schema = Schema::Text(HOST);

/// The pattern is looked at before the length, which is at least that of what it takes.
pub(in super::super) const SHORT_HOSTNAME: Schema =
    pattern(0, 63, "^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$", |text| {
        text.len() >= 2 && all(text, "-") && !text.starts_with('-') && !text.ends_with('-')
    });

pub(in super::super) const FILE: Schema = Schema::Object(&object(&[
    property("path", Schema::Text(TEXT)),
    property("contents", format(Format::Base64)),
]));

const GROUP: Schema = Schema::Object(&object(&[property("name", Schema::Text(NAME))]));

const DEVICE_NAME: Schema = pattern(1, 255, "^[a-zA-Z0-9._/-]*$", |text| all(text, "._/-"));
const SIZE: Schema = Schema::Digits {
    min: 1,
    max: 2_147_483_647,
};

const OLD_DEVICE: Schema = Schema::Object(&object(&[
    property("virtual_name", Schema::Text(text(0, 255))),
    property("volume_id", UUID),
    property("snapshot_id", UUID),
    property("volume_size", SIZE),
    property("device_name", DEVICE_NAME),
    property("delete_on_termination", Schema::Boolean),
    property("no_device", Schema::Anything),
    property("connection_info", Schema::Text(TEXT)),
]));

const DEVICE: Schema = Schema::Object(&object(&[
    property("virtual_name", Schema::Text(text(0, 255))),
    property("volume_id", UUID),
    property("snapshot_id", UUID),
    property("volume_size", SIZE),
    property("device_name", DEVICE_NAME),
    property("delete_on_termination", Schema::Boolean),
    property("no_device", Schema::Anything),
    property("connection_info", Schema::Text(TEXT)),
    property(
        "source_type",
        Schema::Choice(&["volume", "image", "snapshot", "blank"]),
    ),
    property(
        "uuid",
        pattern(1, 255, "^[a-zA-Z0-9._-]*$", |text| all(text, "._-")),
    ),
    property("image_id", UUID),
    property("destination_type", Schema::Choice(&["local", "volume"])),
    property("guest_format", Schema::Text(text(0, 255))),
    property("device_type", Schema::Text(text(0, 255))),
    property("disk_bus", Schema::Text(text(0, 255))),
    property("boot_index", BOOT_INDEX),
    property("tag", TAG).since(32).until(32),
    property("tag", TAG).since(42),
    property(
        "volume_type",
        Schema::Text(Text {
            or: &["null"],
            ..text(0, 255)
        }),
    )
    .since(67),
]));

/// Digits, with or without a sign; as a number, as a text, or not at all.
const BOOT_INDEX: Schema = Schema::Text(Text {
    pattern: Some(Pattern {
        shown: "^-?[0-9]+$",
        accepts: |text| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
        },
    }),
    or: &["integer", "null"],
    ..TEXT
});
