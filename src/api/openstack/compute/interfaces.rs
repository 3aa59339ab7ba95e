//! A server's network cards.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::network::port_status;
use super::super::schema::{
    self, Format, List, Object, Schema, TEXT, Text, UUID, object, property,
};
use super::actions::wrong_state;
use super::networking::{nics, requested};
use super::view::{task_state, vm_state};
use super::{Answer, Call, Operation, land_on_server, server};
use crate::api::{Landing, Proviso};
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::World;
use crate::world::accounts::id_text;
use crate::world::network::{Device, NicRequest, Port};
use crate::world::operations::{Kind, Order, Thing};
use crate::world::server::{Server, State};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        command: "compute.list_interfaces",
        land: land_on_server,
        run: |world, call, _| {
            let cards = world.networking.nics_of(server(world, call)?.id);
            let shown: Vec<Value> = cards.map(|card| view(world, call, card)).collect();
            Ok(Answer::json(
                StatusCode::OK,
                &json!({"interfaceAttachments": shown}),
            ))
        },
        is_read: true,
    },
    Operation {
        command: "compute.get_interface",
        land: land_on_server,
        run: |world, call, _| {
            let server = server(world, call)?;
            let (id, wanted) = (server.id, call.path_param("port"));
            let missing = match port(world, wanted) {
                Some(_) => format!("Instance {id} does not have a port with id {wanted}"),
                None => format!("Port id {wanted} could not be found."),
            };
            let card = card(world, server, wanted).ok_or_else(|| Fault::not_found(missing))?;
            Ok(shown(world, call, card))
        },
        is_read: true,
    },
    Operation {
        command: "compute.attach_interface",
        land: land_on_attach,
        run: attach,
        is_read: false,
    },
    Operation {
        command: "compute.detach_interface",
        land: land_on_server,
        run: detach,
        is_read: false,
    },
];

const ATTACH: Object = object(&[property("interfaceAttachment", Schema::Object(&ATTACHMENT))]);

const ATTACHMENT: Object = object(&[
    property("net_id", UUID),
    property("port_id", UUID),
    property(
        "fixed_ips",
        Schema::List(List {
            items: &FIXED_IP,
            min: 1,
            max: 1,
            or_null: false,
            unique: false,
        }),
    ),
    property(
        "tag",
        Schema::Text(Text {
            min: 1,
            max: 60,
            ..TEXT
        }),
    )
    .since(49),
]);

const FIXED_IP: Schema = Schema::Object(&object(&[property(
    "ip_address",
    Schema::Either(&[
        Schema::Text(Text {
            format: Some(Format::Ipv4),
            ..TEXT
        }),
        Schema::Text(Text {
            format: Some(Format::Ipv6),
            ..TEXT
        }),
    ]),
)
.required()]));

fn view(world: &World, call: &Call, card: &Port) -> Value {
    let fixed_ips = card.fixed_ips.iter();
    let fixed_ips: Value = fixed_ips
        .map(|fixed| json!({"subnet_id": fixed.subnet, "ip_address": fixed.address}))
        .collect();
    let mut shown = json!({
        "net_id": card.network,
        "port_id": card.meta.id,
        "mac_addr": card.mac.to_string(),
        "port_state": port_status(world, card),
        "fixed_ips": fixed_ips,
    });
    if call.microversion >= 70 {
        shown["tag"] = json!(card.tag);
    }
    shown
}

fn shown(world: &World, call: &Call, card: &Port) -> Answer {
    let card = view(world, call, card);
    Answer::json(StatusCode::OK, &json!({ "interfaceAttachment": card }))
}

fn port<'a>(world: &'a World, wanted: &str) -> Option<&'a Port> {
    let id = Uuid::try_parse(wanted).ok()?;
    world.networking.ports.get(id)
}

/// The server's card of that id.
fn card<'a>(world: &'a World, server: &Server, wanted: &str) -> Option<&'a Port> {
    let mut cards = world.networking.nics_of(server.id);
    cards.find(|card| card.meta.id.to_string() == wanted)
}

fn check_state(server: &Server, word: &str) -> Result<(), Fault> {
    let id = server.id;
    if !matches!(server.state, State::Active | State::Paused | State::Stopped) {
        return Err(wrong_state(word, id, "vm_state", vm_state(server.state)));
    }
    match server.task {
        Some(task) => Err(wrong_state(word, id, "task_state", task_state(task))),
        None => Ok(()),
    }
}

fn land_on_attach(world: &World, call: &Call) -> Result<Landing, Fault> {
    schema::check(&ATTACH, &call.body, call.microversion)?;
    let landing = land_on_server(world, call)?;
    wanted_card(world, call)?;
    check_state(server(world, call)?, "attach_interface")?;
    Ok(landing)
}

/// The card that is asked for.
fn wanted_card(world: &World, call: &Call) -> Result<NicRequest, Fault> {
    let wanted = &call.body["interfaceAttachment"];
    let (network, port) = (&wanted["net_id"], &wanted["port_id"]);
    let address = &wanted["fixed_ips"][0]["ip_address"];
    if !network.is_null() && !port.is_null() {
        return Err(Fault::bad_request(
            "Must not input both network_id and port_id",
        ));
    }
    if network.is_null() && !address.is_null() {
        return Err(Fault::bad_request(
            "Must input network_id when request IP address",
        ));
    }
    if network.is_null() && port.is_null() {
        return only_network(world, call);
    }
    let item = json!({"uuid": network, "port": port, "fixed_ip": address, "tag": wanted["tag"]});
    requested(world, call, &item).map_err(as_attaching)
}

fn only_network(world: &World, call: &Call) -> Result<NicRequest, Fault> {
    let found = nics(world, call, None).map_err(as_attaching)?;
    let project = id_text(server(world, call)?.spec.project.id);
    found.into_iter().next().ok_or_else(|| {
        Fault::bad_request(format!(
            "No specific network was requested and none are available for project '{project}'."
        ))
    })
}

/// What a create takes for a bad request is not there, or taken, for one who attaches.
fn as_attaching(fault: Fault) -> Fault {
    let kind = match fault.name {
        Some("NetworkNotFound" | "PortNotFound") => FaultKind::NotFound,
        Some("FixedIpAlreadyInUse") => FaultKind::Conflict,
        Some(_) | None => fault.kind,
    };
    Fault { kind, ..fault }
}

fn attach(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let request = wanted_card(world, call)?;
    let user = call.caller()?.user.clone();
    let server = server(world, call)?;
    let (id, project) = (server.id, server.spec.project.id);
    let groups = Vec::new();
    let port = world.plug_one(id, project, &request, &groups)?;
    world.begin(Order {
        request: Some(call.id),
        ..Order::on_server(id, Kind::PlugNic, user).with(Thing::Port(port))
    });
    let card = world.networking.expect_port(port)?;
    let message = format!("Failed to attach network adapter device to {id}");
    // Nova answers when the host has.
    Ok(shown(world, call, card).provided(Proviso {
        holds: is_plugged,
        of: [id, port],
        otherwise: Fault::new(FaultKind::Internal, message),
    }))
}

fn is_plugged(world: &World, [server, port]: [Uuid; 2]) -> bool {
    let port = world.networking.ports.get(port);
    port.is_some_and(|port| port.device == Device::Server(server))
}

fn detach(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let user = call.caller()?.user.clone();
    let server = server(world, call)?;
    check_state(server, "detach_interface")?;
    let (id, wanted) = (server.id, call.path_param("port"));
    let missing = || Fault::not_found(format!("Port id {wanted} could not be found."));
    let port = card(world, server, wanted).ok_or_else(missing)?.meta.id;
    world.begin(Order {
        request: Some(call.id),
        ..Order::on_server(id, Kind::UnplugNic, user).with(Thing::Port(port))
    });
    Ok(super::done(StatusCode::ACCEPTED))
}
