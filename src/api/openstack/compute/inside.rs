//! What there is to be seen of a server from inside: consoles, diagnostics, its topology and password.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::query::Parameters;
use super::super::schema::{self, Object, Schema, object, property};
use super::actions::{check_host, console_link};
use super::view::power_word;
use super::{Answer, Call, Operation, land_on_server, server};
use crate::api::Landing;
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::Server;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.create_remote_console",
        land: |world, call| {
            since(6, call)?;
            schema::check(&CONSOLE, &call.body, call.microversion)?;
            land_on_server(world, call)
        },
        run: |world, call, _| open_console(world, call),
        is_read: false,
    },
    Operation {
        command: "compute.get_console_auth_token",
        land: |_, call| {
            NO_PARAMETERS.check(call)?;
            Ok(Landing::default())
        },
        run: |world, call, _| redeem(world, call),
        is_read: true,
    },
    Operation {
        command: "compute.get_server_diagnostics",
        land: land_on_server,
        run: |world, call, _| diagnose(world, call),
        is_read: true,
    },
    Operation {
        command: "compute.get_server_topology",
        land: |world, call| {
            since(78, call)?;
            land_on_server(world, call)
        },
        run: |world, call, _| show_topology(world, call),
        is_read: true,
    },
    Operation {
        command: "compute.get_server_password",
        land: land_on_server,
        // No guest runs that could report one.
        run: |_, _, _| Ok(Answer::json(StatusCode::OK, &json!({ "password": "" }))),
        is_read: true,
    },
    Operation {
        command: "compute.clear_server_password",
        land: land_on_server,
        run: |_, _, _| Ok(Answer::empty(StatusCode::NO_CONTENT)),
        is_read: false,
    },
];

const NO_PARAMETERS: Parameters = Parameters {
    known: &[],
    strict_since: 99,
    allows_private: false,
};

fn since(version: u32, call: &Call) -> Result<(), Fault> {
    match call.microversion < version {
        true => Err(Fault::not_found("")),
        false => Ok(()),
    }
}

const CONSOLE: Object =
    object(&[property("remote_console", Schema::Object(&CONSOLE_KIND)).required()]);

const CONSOLE_KIND: Object = object(&[
    property(
        "protocol",
        Schema::Choice(&["vnc", "spice", "serial", "rdp"]),
    )
    .until(7)
    .required(),
    property(
        "protocol",
        Schema::Choice(&["vnc", "spice", "serial", "rdp", "mks"]),
    )
    .since(8)
    .required(),
    property(
        "type",
        Schema::Choice(&["novnc", "xvpvnc", "spice-html5", "serial", "rdp-html5"]),
    )
    .until(7)
    .required(),
    property(
        "type",
        Schema::Choice(&[
            "novnc",
            "xvpvnc",
            "spice-html5",
            "serial",
            "rdp-html5",
            "webmks",
        ]),
    )
    .since(8)
    .until(98)
    .required(),
    property(
        "type",
        Schema::Choice(&[
            "novnc",
            "xvpvnc",
            "spice-html5",
            "serial",
            "rdp-html5",
            "webmks",
            "spice-direct",
        ]),
    )
    .since(99)
    .required(),
]);

fn open_console(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let server = server(world, call)?;
    check_host(server)?;
    let server = server.id;
    let wanted = &call.body["remote_console"];
    let text = |name: &str| wanted[name].as_str().unwrap_or_default().to_owned();
    let (protocol, kind) = (text("protocol"), text("type"));
    check_console(&protocol, &kind)?;
    let url = console_link(world, call, server, &kind)?;
    let body = json!({ "remote_console": { "protocol": protocol, "type": kind, "url": url } });
    Ok(Answer::json(StatusCode::OK, &body))
}

/// Whether there is such a console, and the protocol has it.
fn check_console(protocol: &str, kind: &str) -> Result<(), Fault> {
    let own: &[&str] = match protocol {
        "vnc" => &["novnc"],
        "spice" => &["spice-html5", "spice-direct"],
        "serial" => &["serial"],
        "mks" => &["webmks"],
        // Nova no longer has any other.
        _ => return Err(Fault::bad_request("")),
    };
    match own.contains(&kind) {
        true => Ok(()),
        false => Err(Fault::bad_request(format!("Invalid console type {kind}"))),
    }
}

/// Tells a proxy where the console is that a token leads to.
fn redeem(world: &World, call: &Call) -> Result<Answer, Fault> {
    if call.microversion < 31 {
        // Then it was for RDP consoles only, which are gone.
        let message = "The server could not comply with the request since it is either malformed or otherwise incorrect.";
        return Err(Fault::bad_request(message));
    }
    let token = Uuid::try_parse(call.path_param("console_token")).ok();
    let console = token.and_then(|token| world.console(token));
    let console = console.ok_or_else(|| Fault::not_found("Token not found"))?;
    let mut shown = json!({
        "instance_uuid": console.server,
        "host": "127.0.0.1",
        "port": 5900,
        "internal_access_path": null,
    });
    if console.is_direct && call.microversion >= 99 {
        shown["tls_port"] = json!(5901);
    }
    Ok(Answer::json(StatusCode::OK, &json!({ "console": shown })))
}

fn diagnose(world: &World, call: &Call) -> Result<Answer, Fault> {
    let server = server(world, call)?;
    check_host(server)?;
    let body = match call.microversion {
        0..48 => early_diagnostics(server),
        _ => diagnostics(world, server),
    };
    Ok(Answer::json(StatusCode::OK, &body))
}

/// Before 2.48, what each hypervisor's driver chose to tell.
fn early_diagnostics(server: &Server) -> Value {
    json!({
        "memory": server.spec.flavor.memory * 1024,
        "vda_read": 262_144,
        "vda_read_req": 112,
        "vda_write": 5_778_432,
        "vda_write_req": 488,
        "vda_errors": -1,
        "vnet1_rx": 2_070_139,
        "vnet1_rx_drop": 0,
        "vnet1_rx_errors": 0,
        "vnet1_rx_packets": 26_701,
        "vnet1_tx": 140_208,
        "vnet1_tx_drop": 0,
        "vnet1_tx_errors": 0,
        "vnet1_tx_packets": 662,
        "cpu0_time": 17_300_000_000_u64,
    })
}

fn diagnostics(world: &World, server: &Server) -> Value {
    let flavor = &server.spec.flavor;
    let uptime = server.launched.map(|at| (world.now() - at).num_seconds());
    let cpu = |id: u32| json!({ "id": id, "time": 17_300_000_000_u64, "utilisation": 15 });
    let nic = |mac: String| {
        json!({
            "mac_address": mac, "rx_octets": 2_070_139, "rx_packets": 26_701, "rx_drop": 200,
            "rx_errors": 100, "rx_rate": 300, "tx_octets": 140_208, "tx_packets": 662, "tx_drop": 500,
            "tx_errors": 400, "tx_rate": 600,
        })
    };
    let cpus: Vec<Value> = (0..flavor.cpus).map(cpu).collect();
    let nics = world.networking.nics_of(server.id);
    let nics: Vec<Value> = nics.map(|own| nic(own.mac.to_string())).collect();
    let disks = json!([{
        "read_bytes": 262_144, "read_requests": 112, "write_bytes": 5_778_432,
        "write_requests": 488, "errors_count": 1,
    }]);
    json!({
        "state": power_word(server.power),
        "driver": "libvirt",
        "hypervisor": "kvm",
        "hypervisor_os": "linux",
        "uptime": uptime,
        "config_drive": server.spec.config_drive,
        "num_cpus": cpus.len(),
        "num_nics": nics.len(),
        "num_disks": 1,
        "cpu_details": cpus,
        "nic_details": nics,
        "disk_details": disks,
        "memory_details": { "maximum": flavor.memory, "used": flavor.memory / 2 },
    })
}

fn show_topology(world: &World, call: &Call) -> Result<Answer, Fault> {
    // No server is bound to a part of its host.
    server(world, call).map(|_| {
        let body = json!({ "nodes": [], "pagesize_kb": null });
        Answer::json(StatusCode::OK, &body)
    })
}
