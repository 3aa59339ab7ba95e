//! `restoreVirtualMachine`: a machine gets a new disk, made from its template or from another.

use std::sync::Arc;

use super::operate::target;
use super::{disks, secrets, state};
use crate::api::cloudstack::commands::{GIB, volumes};
use crate::api::cloudstack::{args, caller, job};
use crate::api::{Answer, Call, Landing};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::images::image::{Image, ImageStatus};
use crate::world::offerings::disk_offering::DiskOffering;
use crate::world::operations::{Kind, Order};
use crate::world::server::Server;
use crate::world::volume::Stage;

/// What the new disk is to be, as far as somebody says.
struct Wanted {
    template: Option<Arc<Image>>,
    offering: Option<DiskOffering>,
    /// In GiB.
    size: Option<u64>,
    /// The old disk goes at once.
    expunges: bool,
}

impl Wanted {
    fn of(world: &World, call: &Call) -> Self {
        let args = args(world, call);
        let template = args.id("templateid").and_then(|id| world.image(id));
        let offering = args.id("diskofferingid");
        let size = disks::asked_root_size(&args);
        Self {
            template: template.cloned(),
            offering: offering.and_then(|id| world.disk_offering(id)).cloned(),
            size: size.and_then(|size| u64::try_from(size).ok()),
            expunges: args.flag("expunge") == Some(true),
        }
    }

    /// In GiB: a custom offering has none of its own.
    fn disk_size(&self) -> Option<u64> {
        let offered = self
            .offering
            .as_ref()
            .filter(|offering| !offering.is_custom);
        self.size.or(offered.map(|offering| offering.size))
    }

    fn note(self, server: &mut Server) {
        let size = self.disk_size();
        server.spec.image = self.template.or(server.spec.image.take());
        let machine = server.spec.machine_mut();
        machine.root_size = size.or(machine.root_size);
        let offering = self.offering.map(|offering| offering.id);
        machine.root_offering = offering.or(machine.root_offering);
        machine.keeps_old_root = !self.expunges;
    }
}

/// A disk that takes no room yet is replaced at once, where another one is asked for.
pub(super) fn restore(world: &mut World, call: &Call, landing: Landing) -> Result<Answer, Fault> {
    let server = target(world, &landing)?;
    let (id, wanted) = (server.id, Wanted::of(world, call));
    let verdict = check(world, server, &wanted);
    let user = caller(call)?.user.clone();
    let is_made = world
        .root_disk(id)
        .is_none_or(|root| root.stage() == Stage::Made);
    let is_other = wanted.template.is_some() || wanted.offering.is_some();
    let operation = verdict.map(|()| {
        if let Some(server) = world.server_mut(id) {
            wanted.note(server);
        }
        secrets::set_password(world, id, None);
        match (is_made, is_other) {
            (true, _) => return world.begin(Order::on_server(id, Kind::Rebuild, user)),
            (false, true) => world.replace_unmade_root(id),
            (false, false) => {}
        }
        None
    });
    job::started(world, call, id, operation)
}

fn check(world: &World, server: &Server, wanted: &Wanted) -> Result<(), Fault> {
    let template = wanted.template.as_ref().or(server.spec.image.as_ref());
    if let Some(template) = template {
        check_size(template, wanted)?;
    }
    let root = world.root_disk(server.id);
    if root.is_some_and(|root| volumes::state(world, root) == "Snapshotting") {
        return Err(refusal(
            "There is/are unbacked up snapshot(s) on ROOT volume, Re-install VM is not permitted, please try again \
             later."
                .to_owned(),
        ));
    }
    let state = state(world, server);
    if !matches!(state, "Running" | "Stopped") {
        return Err(refusal(format!(
            "Vm {} currently in {state} state, restore vm can only execute when VM in Running or Stopped",
            server.id
        )));
    }
    let mut snapshots = world.vm_snapshots();
    if snapshots.any(|snapshot| snapshot.server == server.id) {
        return Err(Fault::invalid(
            "Unable to restore Instance, please remove Instance Snapshots before restoring Instance",
        ));
    }
    check_template(server, wanted.template.as_deref())
}

/// A disk is no smaller than what comes on it.
fn check_size(template: &Image, wanted: &Wanted) -> Result<(), Fault> {
    let least = template.size.unwrap_or(0);
    let bytes = |size: u64| size.saturating_mul(GIB);
    match (wanted.size, &wanted.offering) {
        (Some(size), _) if bytes(size) < least => Err(Fault::invalid(format!(
            "Root disk size [{size}] is smaller than the template size [{least}]"
        ))),
        (None, Some(offering)) if bytes(offering.size) < least => Err(Fault::invalid(format!(
            "Disk size for selected offering [{}] is less than the template's size [{least}]",
            bytes(offering.size)
        ))),
        (Some(_) | None, _) => Ok(()),
    }
}

fn check_template(server: &Server, template: Option<&Image>) -> Result<(), Fault> {
    let Some(template) = template else {
        return Ok(());
    };
    let was_iso = server
        .spec
        .image
        .as_ref()
        .is_some_and(|image| image.is_iso());
    match (was_iso, template.is_iso()) {
        (true, false) => Err(Fault::invalid(
            "VM has been created using an ISO therefore it can not be re-installed with a template",
        )),
        (false, true) => Err(Fault::invalid(
            "Invalid template id provided to restore the VM ",
        )),
        _ if template.status != ImageStatus::Active => Err(Fault::invalid(format!(
            "Template {} is not ready",
            template.name
        ))),
        (true, true) | (false, false) => Ok(()),
    }
}

fn refusal(message: String) -> Fault {
    Fault::new(FaultKind::Internal, message)
}
