//! `listTemplates` and `listIsos`.

use std::sync::Arc;

use super::{owner_of, view};
use crate::api::cloudstack::caller;
use crate::api::cloudstack::listing::Listing;
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::accounts::Project;
use crate::world::images::image::{Image, ImageStatus, Visibility};

/// What a list is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    Featured,
    Own,
    OwnExecutable,
    SharedExecutable,
    Executable,
    Community,
    All,
}

const FILTERS: [(&str, Filter); 7] = [
    ("featured", Filter::Featured),
    ("self", Filter::Own),
    ("selfexecutable", Filter::OwnExecutable),
    ("sharedexecutable", Filter::SharedExecutable),
    ("executable", Filter::Executable),
    ("community", Filter::Community),
    ("all", Filter::All),
];

impl Filter {
    /// # Errors
    /// When there is no such filter.
    fn named(command: &str, param: &str, word: &str) -> Result<Self, Fault> {
        let known = FILTERS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word));
        let command = command.to_ascii_lowercase();
        let unknown = || {
            Fault::bad_request(format!(
                "Unable to execute API command {command} due to invalid {param}: {word}"
            ))
        };
        known.map(|(_, filter)| *filter).ok_or_else(unknown)
    }

    /// Whether a list takes in a template; `own` is the caller's account.
    fn takes_in(self, image: &Image, own: Option<&Arc<Project>>, is_admin: bool) -> bool {
        let is_own = own.is_some_and(|own| image.is_owned_by(own));
        let is_ready = image.status == ImageStatus::Active;
        let is_public = matches!(image.visibility, Visibility::Public | Visibility::Community);
        let is_shared = !is_own && !is_public && own.is_some_and(|own| image.is_visible_to(own));
        match self {
            Filter::Featured => is_public && view::is_featured(image),
            Filter::Community => is_public && !view::is_featured(image),
            Filter::Own => is_own,
            Filter::OwnExecutable => is_own && is_ready,
            Filter::SharedExecutable => is_shared && is_ready,
            Filter::Executable => is_ready && (is_own || is_public || is_shared),
            Filter::All => is_admin,
        }
    }
}

pub(super) fn templates(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    list(world, call, "templatefilter", false)
}

pub(super) fn isos(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    list(world, call, "isofilter", true)
}

fn list(world: &World, call: &Call, param: &str, isos: bool) -> Result<Answer, Fault> {
    let listing = Listing::new(world, call)?;
    let (args, caller) = (&listing.args, caller(call)?);
    let word = args.text(param).unwrap_or("selfexecutable");
    let filter = Filter::named(args.command, param, word)?;
    let zone = args.id("zoneid");
    // What is named by its id is listed whatever the filter says.
    let names_one = args.text("id").is_some() || args.text("ids").is_some();
    let images = world.images.iter().filter(|image| {
        let is_found = filter.takes_in(image, caller.project.as_ref(), caller.is_admin());
        image.is_iso() == isos
            && (is_found || names_one && listing.sees(image))
            && listing.wants(image.id, &image.name)
            && is_such(&listing, image)
            && belongs(&listing, image)
    });
    Ok(listing.answer(images, |image| view::template(world, image, zone)))
}

fn is_such(listing: &Listing<'_>, image: &Image) -> bool {
    let args = &listing.args;
    let details = image.template.as_deref();
    let zones = details.map_or(&[][..], |details| &details.zones);
    let kind = details.and_then(|details| details.kind.as_deref());
    let is_public = matches!(image.visibility, Visibility::Public | Visibility::Community);
    let (os_type, _) = view::os_type(args.world, Some(image));
    let category = args
        .world
        .os_types
        .get(os_type)
        .map(|os_type| os_type.category);
    args.is("hypervisor", view::hypervisor(args.world, image))
        && args.is("templatetype", kind.unwrap_or("USER"))
        && args.is(
            "arch",
            details
                .and_then(|it| it.arch.as_deref())
                .unwrap_or("x86_64"),
        )
        // `false` asks for nothing: clients send it for all, ready or not.
        && (args.flag("isready") != Some(true) || image.status == ImageStatus::Active)
        && args
            .flag("ispublic")
            .is_none_or(|wanted| wanted == is_public)
        && args
            .flag("bootable")
            .is_none_or(|wanted| wanted == details.is_none_or(|details| details.is_bootable))
        && args
            .id("oscategoryid")
            .is_none_or(|wanted| category == Some(wanted))
        && args
            .id("zoneid")
            .is_none_or(|zone| zones.is_empty() || zones.contains(&zone))
}

/// Whether it belongs to the account that is asked for.
fn belongs(listing: &Listing<'_>, image: &Image) -> bool {
    let owner = owner_of(listing.args.world, image);
    let name = owner.map_or("admin", |owner| &owner.name);
    listing
        .args
        .text("account")
        .is_none_or(|wanted| wanted == name)
}
