//! Secondary storage.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{word, zone_name};
use crate::api::cloudstack::args;
use crate::api::cloudstack::job::done;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::table::{Row, Viewer};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::vocabulary::plan::ImageStoreSettings;
use crate::world::World;
use crate::world::equipment::ImageStore;

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row::new("cloudstack.addImageStore", Landing::nowhere, add).showing(show),
    Row::new("cloudstack.updateImageStore", Landing::nowhere, update).showing(show),
    Row::new("cloudstack.deleteImageStore", Landing::nowhere, delete),
    Row::read("cloudstack.listImageStores", list_stores).showing(show),
    Row::new("cloudstack.createSecondaryStagingStore", Landing::nowhere, add_staging).showing(show),
    Row::new("cloudstack.deleteSecondaryStagingStore", Landing::nowhere, delete),
    Row::read("cloudstack.listSecondaryStagingStores", list_staging).showing(show),
];

/// Those of the providers whose storage is of one zone.
const OF_A_ZONE: [&str; 2] = ["NFS", "SMB"];
const PROVIDERS: [&str; 6] = ["NFS", "SMB", "S3", "Swift", "CephFS", "Sample"];

fn add(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let asked = args.text("provider").unwrap_or_default();
    let mut known = PROVIDERS.into_iter();
    let provider = known.find(|known| known.eq_ignore_ascii_case(asked));
    let provider = provider
        .ok_or_else(|| Fault::invalid(format!("can't find image store provider: {asked}")))?;
    if OF_A_ZONE.contains(&provider) && args.id("zoneid").is_none() {
        let message = format!("Image store provider {provider} requires a zone ID");
        return Err(Fault::invalid(message));
    }
    put(world, call, provider, false)
}

fn add_staging(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let asked = args(world, call)
        .text("provider")
        .unwrap_or("NFS")
        .to_owned();
    put(world, call, &asked, true)
}

fn put(world: &mut World, call: &Call, provider: &str, is_staging: bool) -> Result<Answer, Fault> {
    let args = args(world, call);
    let url = word(&args, "url");
    let name = word(&args, "name").or(url.clone());
    let name = name.unwrap_or_else(|| provider.into());
    let stores = &world.equipment.image_stores;
    if stores.any(|store| *store.name == *name) {
        return Err(Fault::invalid(format!(
            "The image store with name {name} already exists, try creating with another name"
        )));
    }
    let store = ImageStore {
        id: Uuid::nil(),
        name,
        zone: args.id("zoneid"),
        settings: ImageStoreSettings {
            url,
            provider: Some(provider.into()),
            is_staging: Some(is_staging),
            ..ImageStoreSettings::default()
        },
    };
    let id = world.ids.uuid();
    world.equipment.image_stores.add(ImageStore { id, ..store });
    done(world, call, Some(id))
}

fn update(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let args = args(world, call);
    let (id, name) = (args.required_id("id")?, word(&args, "name"));
    let size = args.number("capacitybytes");
    let change = ImageStoreSettings {
        size: size.and_then(|size| u64::try_from(size).ok()),
        is_read_only: args.flag("readonly"),
        ..ImageStoreSettings::default()
    };
    if let Some(store) = world.equipment.image_stores.get_mut(id) {
        store.settings.lay_over(change);
        store.name = name.unwrap_or(store.name.clone());
    }
    done(world, call, Some(id))
}

fn delete(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let id = args(world, call).required_id("id")?;
    world.equipment.image_stores.remove(id);
    done(world, call, None)
}

fn list_stores(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    list(world, call, false)
}

fn list_staging(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    list(world, call, true)
}

fn list(world: &World, call: &Call, staging: bool) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let args = &listing.args;
    let stores = world.equipment.image_stores.iter().filter(|store| {
        store.is_staging() == staging
            && listing.wants(store.id, &store.name)
            && is_in_zone(args, store)
            && args.is("provider", store.provider())
            && args.is("protocol", protocol(store))
            && args
                .flag("readonly")
                .is_none_or(|wanted| wanted == store.is_read_only())
    });
    Ok(listing.shown(stores.map(|store| store.id)))
}

fn is_in_zone(args: &Args<'_>, store: &ImageStore) -> bool {
    args.text("zoneid").is_none() || store.zone.is_none() || store.zone == args.id("zoneid")
}

fn protocol(store: &ImageStore) -> &str {
    let scheme = store.url().split_once("://");
    scheme.map_or("nfs", |(scheme, _)| scheme)
}

fn show(world: &World, id: Uuid, _: Viewer) -> Option<Value> {
    let store = world.equipment.image_stores.get(id)?;
    Some(json!({
        "id": store.id,
        "name": store.name,
        "url": store.settings.url,
        "protocol": protocol(store),
        "providername": store.provider(),
        "scope": store.zone.map_or("REGION", |_| "ZONE"),
        "zoneid": store.zone,
        "zonename": store.zone.and_then(|zone| zone_name(world, zone)),
        "disksizetotal": store.size(),
        "disksizeused": world.stored_in(store),
        "readonly": store.is_read_only(),
    }))
}
