//! Who may use a template.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::{owner_of, target};
use crate::api::cloudstack::entity::root_domain;
use crate::api::cloudstack::listing::Listing;
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::{Project, id_text};
use crate::world::images::image::{Consent, Image, Member, Visibility};

pub(super) fn list(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let image = target(&landing)?;
    let listing = Listing::new(world, call)?;
    let members = image.members.iter();
    let members = members.filter_map(|member| {
        let id = Uuid::try_parse(&member.project).ok()?;
        world.accounts.project(id)
    });
    let is_project = |member: &&Arc<Project>| world.accounts.team(member.id).is_some();
    let (projects, accounts): (Vec<_>, Vec<_>) = members.partition(is_project);
    let projects: Vec<Uuid> = projects.iter().map(|project| project.id).collect();
    let accounts: Vec<&str> = accounts.iter().map(|account| &*account.name).collect();
    let owner = owner_of(world, image);
    Ok(listing.answer(std::iter::once(image), |image| {
        json!({
            "id": image.id,
            "ispublic": matches!(image.visibility, Visibility::Public | Visibility::Community),
            "domainid": owner.map_or(root_domain(), |owner| owner.domain.unwrap_or(owner.id)),
            "account": accounts,
            "projectids": projects,
        })
    }))
}

pub(super) fn update(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let mut image = Image::clone(target(&landing)?);
    let args = args(world, call);
    let named = members(world, call)?;
    match args.text("op").map(str::to_ascii_lowercase).as_deref() {
        None => {}
        Some("add") => {
            image
                .members
                .retain(|old| !named.iter().any(|new| new.project == old.project));
            image.members.extend(named);
        }
        Some("remove") => {
            image
                .members
                .retain(|old| !named.iter().any(|gone| gone.project == old.project));
        }
        Some("reset") => {
            image.members.clear();
            image.visibility = Visibility::Shared;
        }
        Some(_) => {
            return Err(Fault::invalid(
                "Invalid parameter value for parameter op. Valid values are 'add', 'remove' or 'reset'",
            ));
        }
    }
    if let Some(public) = args.flag("ispublic") {
        image.visibility = if public {
            Visibility::Public
        } else {
            Visibility::Shared
        };
    }
    let is_admin = caller(call)?.is_admin();
    let usual = super::change::usual(&image);
    let details = image.template.get_or_insert_with(|| Box::new(usual));
    details.is_extractable = args.flag("isextractable").unwrap_or(details.is_extractable);
    if let Some(featured) = args.flag("isfeatured").filter(|_| is_admin) {
        details.is_featured = featured;
    }
    if let Some(known) = world.image_mut(image.id) {
        *known = image;
    }
    job::done(world, call, None)
}

/// The accounts and projects that are named.
fn members(world: &World, call: &Call) -> Result<Vec<Member>, Fault> {
    let args = args(world, call);
    let mut members = Vec::new();
    for name in args.texts("accounts") {
        let mut projects = world.accounts.projects();
        let project = projects.find(|project| *project.name == *name);
        let project = project.ok_or_else(|| {
            Fault::new(
                FaultKind::InvalidParameter,
                format!(
                    "Unable to grant a launch permission to account \"{name}\", account not found."
                ),
            )
        })?;
        members.push(member(world, project));
    }
    for id in args.texts("projectids") {
        let project = id.parse().ok().and_then(|id| world.accounts.project(id));
        let unknown = || Fault::invalid(format!("Unable to find project by id {id}"));
        members.push(member(world, project.ok_or_else(unknown)?));
    }
    Ok(members)
}

fn member(world: &World, project: &Project) -> Member {
    Member {
        project: id_text(project.id).into(),
        status: Consent::Accepted,
        created: world.now(),
        updated: world.now(),
    }
}
