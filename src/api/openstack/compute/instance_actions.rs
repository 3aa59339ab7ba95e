//! What was done to a server: Nova's instance actions and their events.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::paging::page;
use super::super::query::{Kind as Form, Parameters, parameter, time};
use super::super::render::{Hex, Link, Micros};
use super::view::host_id;
use super::{Answer, Call, Operation, Site, server, visible};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::operations::{Kind, Record};
use crate::world::server::Server;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_instance_actions",
        land: |world, call| {
            if call.microversion >= 58 {
                PARAMETERS.check(call)?;
            }
            land(world, call)
        },
        run: |world, call, _| list(world, call),
        is_read: true,
    },
    Operation {
        command: "compute.get_instance_action",
        land,
        run: |world, call, _| show(world, call),
        is_read: true,
    },
];

const PARAMETERS: Parameters = Parameters {
    known: &[
        parameter("limit", Form::Count),
        parameter("marker", Form::Text),
        parameter("changes-since", Form::Time),
        parameter("changes-before", Form::Time).since(66),
    ],
    strict_since: 58,
    allows_private: false,
};

/// Nova's names for what is done, and for the event that doing it is.
fn names(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Create | Kind::CreateStopped | Kind::CreateWithVolumes => {
            ("create", "compute__do_build_and_run_instance")
        }
        Kind::Start => ("start", "compute_start_instance"),
        Kind::Stop | Kind::ForcedStop => ("stop", "compute_stop_instance"),
        Kind::Reboot | Kind::HardReboot => ("reboot", "compute_reboot_instance"),
        Kind::Pause => ("pause", "compute_pause_instance"),
        Kind::Unpause => ("unpause", "compute_unpause_instance"),
        Kind::Suspend => ("suspend", "compute_suspend_instance"),
        Kind::Resume => ("resume", "compute_resume_instance"),
        Kind::Rescue => ("rescue", "compute_rescue_instance"),
        Kind::Unrescue => ("unrescue", "compute_unrescue_instance"),
        Kind::Resize => ("resize", "compute_finish_resize"),
        Kind::ColdMigrate => ("migrate", "compute_finish_resize"),
        Kind::ConfirmResize => ("confirmResize", "compute_confirm_resize"),
        Kind::RevertResize => ("revertResize", "compute_finish_revert_resize"),
        Kind::Rebuild => ("rebuild", "compute_rebuild_instance"),
        Kind::Evacuate => ("evacuate", "compute_rebuild_instance"),
        Kind::Migrate => ("live-migration", "compute_live_migration"),
        Kind::Shelve => ("shelve", "compute_shelve_instance"),
        Kind::ShelveOffload => ("shelveOffload", "compute_shelve_offload_instance"),
        Kind::Unshelve => ("unshelve", "compute_unshelve_instance"),
        Kind::CreateImage => ("createImage", "compute_snapshot_instance"),
        Kind::CreateBackup => ("createBackup", "compute_backup_instance"),
        Kind::ChangePassword => ("changePassword", "compute_set_admin_password"),
        Kind::TriggerCrashDump => ("trigger_crash_dump", "compute_trigger_crash_dump"),
        Kind::Lock => ("lock", "api_lock"),
        Kind::Unlock => ("unlock", "api_unlock"),
        Kind::Destroy => ("delete", "compute_soft_delete_instance"),
        Kind::Restore => ("restore", "compute_restore_instance"),
        Kind::Delete => ("delete", "compute_terminate_instance"),
        Kind::AttachVolume | Kind::AttachDisk | Kind::AttachNewDisk | Kind::AttachUploadedDisk => {
            ("attach_volume", "compute_attach_volume")
        }
        Kind::DetachVolume | Kind::DetachDisk => ("detach_volume", "compute_detach_volume"),
        Kind::ExtendAttachedVolume => ("extend_volume", "compute_extend_volume"),
        Kind::PlugNic => ("attach_interface", "compute_attach_interface"),
        Kind::UnplugNic => ("detach_interface", "compute_detach_interface"),
        // These are done to no server, or to no server of Nova's.
        Kind::CreateBalancer
        | Kind::UpdateBalancer
        | Kind::DeleteBalancer
        | Kind::AddNodes
        | Kind::ChangeNodes
        | Kind::RemoveNodes
        | Kind::FillDisk
        | Kind::FetchDisk
        | Kind::MoveDisk
        | Kind::ExtractDisk
        | Kind::FetchTemplate
        | Kind::MakeTemplate
        | Kind::CopyTemplate
        | Kind::DeleteTemplate
        | Kind::ChangeIso
        | Kind::CreateVolume
        | Kind::DeleteVolume
        | Kind::ExtendVolume
        | Kind::RetypeVolume
        | Kind::RevertVolume
        | Kind::UploadVolume
        | Kind::CreateSnapshot
        | Kind::BackUpSnapshot
        | Kind::MaintainPool
        | Kind::ReopenPool
        | Kind::DeleteSnapshot
        | Kind::BackUpVolume
        | Kind::RestoreBackup
        | Kind::DeleteBackup
        | Kind::AssociateAddress
        | Kind::AssociateVpcAddress
        | Kind::ApplyFirewall
        | Kind::ApplyPortForwarding
        | Kind::ApplyVpcPortForwarding
        | Kind::ForwardPorts
        | Kind::ApplyStaticNat
        | Kind::ApplyAcl
        | Kind::ConnectPrivately
        | Kind::ApplyRoutes
        | Kind::ReapplyNetwork
        | Kind::ReapplyVpc
        | Kind::StartAppliance
        | Kind::StopAppliance
        | Kind::RebootAppliance
        | Kind::RestartAppliance
        | Kind::DestroyAppliance
        | Kind::DeleteNetwork
        | Kind::MigrateAppliance
        | Kind::Revive
        | Kind::Flee
        | Kind::Scale
        | Kind::TakeVmSnapshot
        | Kind::RevertToVmSnapshot
        | Kind::DeleteVmSnapshot
        | Kind::Maintain
        | Kind::ApplyBalancing
        | Kind::BalanceInside
        | Kind::EndBalancing
        | Kind::BalancePorts
        | Kind::ConnectSites
        | Kind::OpenRemoteAccess
        | Kind::SetVpnUsers
        | Kind::ApplyGroups => ("", ""),
    }
}

/// The server of the path; since 2.21 one that is gone, too.
fn subject<'a>(world: &'a World, call: &Call) -> Result<&'a Server, Fault> {
    server(world, call).or_else(|missing| {
        let id = Uuid::try_parse(call.path_param("server")).ok();
        let tomb = id.and_then(|id| world.deleted_server(id));
        tomb.filter(|tomb| call.microversion >= 21 && visible(call, tomb))
            .ok_or(missing)
    })
}

fn land(world: &World, call: &Call) -> Result<Landing, Fault> {
    Ok(Landing::on_server(world, subject(world, call)?.id))
}

fn list(world: &World, call: &Call) -> Result<Answer, Fault> {
    let server = subject(world, call)?;
    if call.microversion < 58 {
        let actions = server.records.iter().rev();
        let actions: Vec<Value> = actions.map(|record| action(call, server, record)).collect();
        return Ok(Answer::json(
            StatusCode::OK,
            &json!({ "instanceActions": actions }),
        ));
    }
    let instant = |name: &str| call.param(name).and_then(time);
    let (since, before) = (instant("changes-since"), instant("changes-before"));
    if let (Some(since), Some(before)) = (since, before)
        && before < since
    {
        return Err(Fault::bad_request(
            "The value of changes-since must be less than or equal to changes-before.",
        ));
    }
    let is_in_time = |record: &&Record| {
        let updated = updated(record);
        since.is_none_or(|since| updated >= since) && before.is_none_or(|before| updated <= before)
    };
    let this = Site::of(call).list(&format!("servers/{}/os-instance-actions", server.id));
    let records = server.records.iter().rev().filter(is_in_time);
    let page = page(call, &this, records, |record| request_id(record.request));
    let page = page.ok_or_else(|| {
        let marker = call.param("marker").unwrap_or_default();
        Fault::bad_request(format!("Marker {marker} could not be found."))
    })?;
    let actions = page.items.into_iter();
    let actions: Vec<Value> = actions.map(|record| action(call, server, record)).collect();
    let links = page.next.map(|next| [Link::new("next", next)]);
    Ok(Answer::json(StatusCode::OK, &Listing { actions, links }))
}

#[derive(Serialize)]
struct Listing<L> {
    #[serde(rename = "instanceActions")]
    actions: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<L>,
}

fn show(world: &World, call: &Call) -> Result<Answer, Fault> {
    let server = subject(world, call)?;
    let wanted = call.path_param("request");
    let mut records = server.records.iter();
    let record = records
        .find(|record| request_id(record.request) == wanted)
        .ok_or_else(|| Fault::not_found(format!("Action {wanted} not found")))?;
    let mut shown = action(call, server, record);
    if call.is_admin() || call.microversion >= 51 {
        shown["events"] = json!([event(world, call, server, record)]);
    }
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "instanceAction": shown }),
    ))
}

fn updated(record: &Record) -> chrono::DateTime<chrono::Utc> {
    record.end.unwrap_or(record.started)
}

/// As it stands in the header of the answer to the request.
fn request_id(request: Uuid) -> String {
    format!("req-{request}")
}

fn action(call: &Call, server: &Server, record: &Record) -> Value {
    let (name, _) = names(record.kind);
    let mut shown = json!({
        "action": name,
        "instance_uuid": server.id,
        "request_id": request_id(record.request),
        "user_id": Hex(record.user.id),
        "project_id": Hex(server.spec.project.id),
        "start_time": Micros(record.started),
        "message": record.error.as_ref().map(|_| "Error"),
    });
    if call.microversion >= 58 {
        shown["updated_at"] = json!(Micros(updated(record)));
    }
    shown
}

fn event(world: &World, call: &Call, server: &Server, record: &Record) -> Value {
    let (_, name) = names(record.kind);
    let result = match (record.end, &record.error) {
        (None, _) => None,
        (Some(_), None) => Some("Success"),
        (Some(_), Some(_)) => Some("Error"),
    };
    let mut shown = json!({
        "event": name,
        "start_time": Micros(record.started),
        "finish_time": record.end.map(Micros),
        "result": result,
    });
    let host = record.host.map(|host| world.topology.host(host));
    if call.is_admin() {
        shown["traceback"] = json!(record.error);
    }
    if call.microversion >= 62 {
        if call.is_admin() {
            shown["host"] = json!(host.map(|host| &host.name));
        }
        shown["hostId"] =
            json!(host.map_or_else(String::new, |host| { host_id(host, &server.spec.project) }));
    }
    if call.microversion >= 84 {
        shown["details"] = json!(record.error);
    }
    shown
}
