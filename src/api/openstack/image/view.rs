//! An image as clients see it.

use std::fmt::{Formatter, LowerHex};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::super::render::{Seconds, Text};
use crate::world::images::image::Image;

#[derive(Serialize)]
pub(super) struct ImageView<'a> {
    #[serde(flatten)]
    properties: Properties<'a>,
    name: Option<&'a str>,
    disk_format: Option<&'a str>,
    container_format: Option<&'a str>,
    visibility: &'static str,
    size: Option<u64>,
    virtual_size: Option<u64>,
    status: &'static str,
    checksum: Option<Text<Digits<'a>>>,
    protected: bool,
    min_ram: u64,
    min_disk: u64,
    owner: Option<&'a str>,
    os_hidden: bool,
    os_hash_algo: Option<&'static str>,
    os_hash_value: Option<Text<Digits<'a>>>,
    id: Uuid,
    created_at: Seconds,
    updated_at: Seconds,
    tags: &'a [Arc<str>],
    #[serde(rename = "self")]
    this: Text<String>,
    file: Text<String>,
    schema: &'static str,
}

impl<'a> ImageView<'a> {
    pub(super) fn new(image: &'a Image) -> Self {
        let path = format!("/v2/images/{}", image.id);
        let digest = image.digest.as_deref();
        Self {
            properties: Properties(&image.properties),
            name: Some(&*image.name).filter(|name| !name.is_empty()),
            disk_format: image.disk_format.as_deref(),
            container_format: image.container_format.as_deref(),
            visibility: image.visibility.word(),
            size: image.size,
            virtual_size: image.size.filter(|_| is_as_large_as_its_disk(image)),
            status: image.status.word(),
            checksum: digest.map(|digest| Text(Digits(&digest.md5))),
            protected: image.is_protected,
            min_ram: image.min_ram,
            min_disk: image.min_disk,
            owner: image.owner.as_deref(),
            os_hidden: image.is_hidden,
            os_hash_algo: digest.map(|_| "sha512"),
            os_hash_value: digest.map(|digest| Text(Digits(&digest.sha512))),
            id: image.id,
            created_at: Seconds(image.created),
            updated_at: Seconds(image.updated),
            tags: &image.tags,
            file: Text(format!("{path}/file")),
            this: Text(path),
            schema: "/v2/schemas/image",
        }
    }
}

/// Whether what the image's disk holds is what its file holds; of other formats nothing is known.
fn is_as_large_as_its_disk(image: &Image) -> bool {
    image.disk_format.as_deref() == Some("raw") || image.data.is_none()
}

/// The custom properties, among the others.
struct Properties<'a>(&'a [(Arc<str>, Arc<str>)]);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Bytes as hexadecimal digits.
pub(in super::super) struct Digits<'a>(pub(in super::super) &'a [u8]);

impl std::fmt::Display for Digits<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let byte = |byte: &u8| {
            f.write_str(if *byte < 16 { "0" } else { "" })?;
            LowerHex::fmt(byte, f)
        };
        self.0.iter().try_for_each(byte)
    }
}
