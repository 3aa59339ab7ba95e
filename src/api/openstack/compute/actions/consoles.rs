//! What a server has to show: its console's text, and where its screen is.

use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::{Action, Answer, Call, options, ready};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::server::{Server, State};

/// `os-getConsoleOutput`.
pub(super) fn output(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let server = ready(world, call, action)?;
    let text = text(world, server);
    let length = &options(call)["length"];
    let length = length.as_i64().or_else(|| length.as_str()?.parse().ok());
    let lines: Vec<&str> = text.lines().collect();
    let shown = match length.and_then(|length| usize::try_from(length).ok()) {
        Some(length) => &lines[lines.len().saturating_sub(length)..],
        None => &lines[..],
    };
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "output": shown.join("\n") }),
    ))
}

/// What the machine wrote while it started.
fn text(world: &World, server: &Server) -> String {
    let name = super::super::view::hostname(server);
    let flavor = &server.spec.flavor;
    let mut lines = vec![
        "[    0.000000] Linux version 6.6.0 (mimic)".to_owned(),
        "[    0.000000] Command line: root=LABEL=rootfs ro console=tty1 console=ttyS0".to_owned(),
        format!(
            "[    0.004000] smpboot: Allowing {} CPUs, 0 hotplug CPUs",
            flavor.cpus
        ),
        format!("[    0.008000] Memory: {}K available", flavor.memory * 1024),
        "[    1.200000] EXT4-fs (vda1): mounted filesystem with ordered data mode".to_owned(),
    ];
    for (index, nic) in world.networking.nics_of(server.id).enumerate() {
        let address = nic
            .ipv4()
            .map_or_else(String::new, |address| address.to_string());
        let mac = nic.mac;
        lines.push(format!("[    2.{index:06}] eth{index}: {mac} {address}"));
    }
    if server.state == State::Rescued {
        lines.push("Rescue system, the disk is /dev/vdb".to_owned());
    }
    lines.push(format!("{name} login:"));
    lines.join("\n")
}

/// `os-getVNCConsole` and the like.
pub(super) fn open(world: &mut World, call: &Call, action: &Action) -> Result<Answer, Fault> {
    let server = ready(world, call, action)?.id;
    let kind = options(call)["type"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let url = link(world, call, server, &kind)?;
    Ok(Answer::json(
        StatusCode::OK,
        &json!({ "console": { "type": kind, "url": url } }),
    ))
}

/// The types of consoles, and where proxies to them listen, as far as a token.
const PROXIES: &[(&str, &str, &str)] = &[
    ("novnc", "http", ":6080/vnc_auto.html?path=%3Ftoken%3D"),
    ("spice-html5", "http", ":6082/spice_auto.html?token="),
    ("spice-direct", "http", ":13002/nova?token="),
    ("serial", "ws", ":6083/?token="),
    ("webmks", "http", ":6090/?token="),
];

/// Where a server's console of that type is; what answers there is not simulated.
pub(in super::super) fn link(
    world: &mut World,
    call: &Call,
    server: Uuid,
    kind: &str,
) -> Result<String, Fault> {
    let mut proxies = PROXIES.iter();
    let Some((kind, scheme, rest)) = proxies.find(|(known, ..)| *known == kind) else {
        let message = format!("Unavailable console type {kind}.");
        return Err(Fault::bad_request(message));
    };
    let token = world.open_console(server, *kind == "spice-direct");
    let host = call.base_url.split("://").last().unwrap_or_default();
    let host = host.split([':', '/']).next().unwrap_or_default();
    Ok(format!("{scheme}://{host}{rest}{token}"))
}
