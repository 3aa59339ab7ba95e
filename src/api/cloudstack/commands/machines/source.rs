//! What a new machine is made from: a template or an ISO, or a disk that was another machine's.

use std::sync::Arc;

use uuid::Uuid;

use crate::api::Call;
use crate::api::cloudstack::access::{not_permitted, permit};
use crate::api::cloudstack::commands::{snapshots, templates, volumes};
use crate::api::cloudstack::params::Args;
use crate::api::cloudstack::{args, caller};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::images::image::{Image, ImageStatus};
use crate::world::volume::{RootSource, Status};

/// What a new machine is made from.
#[derive(Debug)]
pub(super) struct Source {
    /// `None` where the template that the disk was made from is no more.
    pub(super) template: Option<Arc<Image>>,
    pub(super) root: RootSource,
}

impl Source {
    /// The ISO that the machine begins with in its drive.
    pub(super) fn iso(&self) -> Option<Uuid> {
        let iso = self.template.as_ref().filter(|template| template.is_iso());
        iso.map(|iso| iso.id)
    }
}

/// # Errors
/// When a call names none or several, or one that a machine cannot be made from.
pub(super) fn of_new(world: &World, call: &Call) -> Result<Source, Fault> {
    let args = args(world, call);
    let named = ["templateid", "volumeid", "snapshotid"].map(|name| args.id(name));
    match named {
        [Some(id), None, None] => Ok(Source {
            template: Some(template(&args, call, id)?),
            root: RootSource::Template,
        }),
        [None, Some(id), None] => of_volume(&args, call, id),
        [None, None, Some(id)] => of_snapshot(&args, call, id),
        _ => Err(Fault::new(
            FaultKind::Internal,
            "Please provide only one of the following parameters - template ID, volume ID or snapshot ID",
        )),
    }
}

fn template(args: &Args<'_>, call: &Call, id: Uuid) -> Result<Arc<Image>, Fault> {
    let template = args.world.image(id).cloned();
    let template = template.ok_or_else(|| args.unknown("templateid", &id.to_string()))?;
    let caller = caller(call)?;
    let own = caller.project.as_ref();
    if !caller.is_admin() && !own.is_some_and(|own| template.is_visible_to(own)) {
        return Err(not_permitted(caller, id));
    }
    if template.status != ImageStatus::Active {
        return Err(Fault::invalid(format!(
            "Template {} is not ready, cannot deploy a virtual machine of it",
            template.name
        )));
    }
    if template.is_iso() && args.text("hypervisor").is_none() {
        return Err(Fault::invalid(
            "Hypervisor parameter is needed to deploy VM or the hypervisor parameter value passed is invalid",
        ));
    }
    Ok(template)
}

/// A volume that is nobody's, in storage that all hosts of the zone reach.
fn of_volume(args: &Args<'_>, call: &Call, id: Uuid) -> Result<Source, Fault> {
    let world = args.world;
    let volume = volumes::volume(world, id)?;
    permit(world, call, &volume.project, id)?;
    if !volumes::is_for_all(world, volume) {
        return Err(Fault::invalid(
            "Deployment of virtual machine is supported only for Zone-wide storage pools",
        ));
    }
    let template = volume.disk.as_ref().and_then(|disk| disk.template);
    let template = template.ok_or_else(without_template)?;
    if let Some(machine) = volume.attachments.iter().find_map(|held| held.server) {
        return Err(Fault::invalid(format!(
            "The volume {} is already attached to a VM {machine}",
            volume.name
        )));
    }
    let zone = world.topology.zone_named(&volume.zone).map(|zone| zone.id);
    if args.id("zoneid") != zone {
        return Err(Fault::invalid(format!(
            "The volume's zone [{}] is not the same as the provided zone [{}]",
            zone.unwrap_or_default(),
            args.text("zoneid").unwrap_or_default()
        )));
    }
    on_kvm(args, template, RootSource::Volume(id))
}

fn of_snapshot(args: &Args<'_>, call: &Call, id: Uuid) -> Result<Source, Fault> {
    let world = args.world;
    let snapshot = snapshots::snapshot(world, id)?;
    permit(world, call, &snapshot.project, id)?;
    if world.volume(snapshot.volume).is_none() {
        return Err(Fault::invalid(format!(
            "Could not determine template from snapshot id={id}; the source volume no longer exists. Please \
             specify a templateId."
        )));
    }
    let template = snapshot
        .details
        .as_ref()
        .and_then(|details| details.template);
    let template = template.ok_or_else(without_template)?;
    let zone = args.id("zoneid").and_then(|id| world.topology.zone(id));
    let is_there =
        |snapshot| zone.is_some_and(|zone| snapshots::is_in(world, snapshot, &zone.name));
    if snapshot.status != Status::Available || !is_there(snapshot) {
        return Err(Fault::invalid(format!(
            "The snapshot does not exist on zone {}",
            args.text("zoneid").unwrap_or_default()
        )));
    }
    on_kvm(args, template, RootSource::Snapshot(id))
}

/// What is said of a disk that was not made from a template.
fn without_template() -> Fault {
    Fault::invalid("The provided volume/snapshot doesn't have a template to deploy a VM")
}

/// The template need not be there any longer.
fn on_kvm(args: &Args<'_>, template: Uuid, root: RootSource) -> Result<Source, Fault> {
    let template = args.world.image(template).cloned();
    let own = match &template {
        Some(template) => templates::hypervisor(args.world, template),
        None => templates::usual_hypervisor(args.world),
    };
    let asked = args.text("hypervisor");
    if own != "KVM" && !asked.is_some_and(|asked| asked.eq_ignore_ascii_case("KVM")) {
        return Err(Fault::invalid(
            "Deploying a virtual machine with existing volume/snapshot is supported only from KVM hypervisors",
        ));
    }
    Ok(Source { template, root })
}
