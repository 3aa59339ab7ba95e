//! Routers, their interfaces and routes.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::attribute::{Attribute, Preset, flag, name, shown, tags, texts};
use super::body::Wanted;
use super::kind::{Complaint, Kind, bad_request, reason};
use super::ports::wishes;
use super::resource::{
    Resource, answer, find, land_on, operations, own_of_path, own_project, owner, touch,
};
use super::{Answer, Call, Operation, policy, zones};
use crate::api::Landing;
use crate::api::openstack::python::{repr, str};
use crate::vocabulary::fault::Fault;
use crate::world::World;
use crate::world::limits::holdings::Holdings;
use crate::world::network::subnets::cidr_text;
use crate::world::network::{
    Counted, Gateway, Meta, Network, Networking, Port, Route, Router, Subnet, invalid_input,
};

pub(super) const OPERATIONS: &[Operation] = &{
    let [list, show, create, update, delete] = operations::<Router>([
        "network.list_routers",
        "network.get_router",
        "network.create_router",
        "network.update_router",
        "network.delete_router",
    ]);
    [
        list,
        show,
        create,
        update,
        delete,
        change("network.add_router_interface", add_interface),
        change("network.remove_router_interface", remove_interface),
        change("network.add_router_routes", |world, call, _| {
            change_routes(world, call, |routes, added| {
                routes.retain(|route| !added.contains(route));
                routes.extend(added);
            })
        }),
        change("network.remove_router_routes", |world, call, _| {
            change_routes(world, call, |routes, removed| {
                routes.retain(|route| !removed.contains(route));
            })
        }),
    ]
};

const fn change(
    command: &'static str,
    run: fn(&mut World, &Call, Landing) -> Result<Answer, Fault>,
) -> Operation {
    Operation {
        command,
        land: land_on::<Router>,
        run,
        is_read: false,
    }
}

impl Resource for Router {
    const NAME: &'static str = "router";
    const PLURAL: &'static str = "routers";
    const CLASS: &'static str = "Router";
    const COUNTED: Option<Counted> = Some(Counted::Routers);
    const ATTRIBUTES: &'static [Attribute<Self>] = &[
        name(),
        tags(),
        shown("status", |_, _| json!("ACTIVE")),
        shown("admin_state_up", |_, router: &Router| router.is_up.into()).settable(
            Kind::Flag,
            Preset::Flag(true),
            |router, value| router.is_up = flag(value),
        ),
        shown("external_gateway_info", gateway)
            .post(Kind::Own(read_gateway), Preset::Null)
            .put(),
        shown("routes", |_, router: &Router| routes(&router.routes))
            .post(Kind::Routes, Preset::Unset)
            .put(),
        shown("distributed", |_, router: &Router| {
            router.is_distributed.into()
        })
        .settable(Kind::Flag, Preset::Flag(false), |router, value| {
            router.is_distributed = flag(value);
        })
        .for_admins(),
        shown("ha", |_, router: &Router| router.is_ha.into())
            .settable(Kind::Flag, Preset::Flag(false), |router, value| {
                router.is_ha = flag(value);
            })
            .for_admins(),
        shown("availability_zone_hints", |_, router: &Router| {
            json!(router.zone_hints)
        })
        .settable_once(Kind::Texts, Preset::EmptyList, |router, value| {
            router.zone_hints = texts(value);
        }),
        shown("availability_zones", |world, router: &Router| {
            zones::of(world, &router.zone_hints)
        }),
        shown("flavor_id", |_, _| Value::Null).post(Kind::IdOrNull, Preset::Null),
    ];

    fn store(networking: &Networking) -> &Holdings<Self> {
        &networking.routers
    }

    fn store_mut(networking: &mut Networking) -> &mut Holdings<Self> {
        &mut networking.routers
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }

    fn create(world: &mut World, call: &Call, meta: Meta, wanted: &Wanted) -> Result<Uuid, Fault> {
        zones::check_hints(world, wanted)?;
        let id = meta.id;
        world.networking.routers.insert(id, Router::new(meta));
        if let Err(fault) = set_up(world, call, id, wanted) {
            world.networking.clear_gateway(id)?;
            world.networking.routers.remove(id);
            return Err(fault);
        }
        Ok(id)
    }

    fn update(world: &mut World, call: &Call, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
        set_up(world, call, id, wanted)
    }

    fn delete(world: &mut World, _: &Call, id: Uuid) -> Result<(), Fault> {
        world.networking.remove_router(id)
    }
}

/// A router's way out.
fn gateway(world: &World, router: &Router) -> Value {
    let Some(Gateway {
        network,
        port,
        has_snat,
    }) = &router.gateway
    else {
        return Value::Null;
    };
    let port = world.networking.ports.get(*port);
    let fixed_ips = port.into_iter().flat_map(|port| &port.fixed_ips);
    let fixed_ips: Value = fixed_ips
        .map(|fixed| json!({"subnet_id": fixed.subnet, "ip_address": fixed.address}))
        .collect();
    json!({"network_id": network, "external_fixed_ips": fixed_ips, "enable_snat": has_snat})
}

fn read_gateway(value: &Value) -> Result<Value, Complaint> {
    let Some(members) = value.as_object() else {
        return if value.is_null() {
            Ok(Value::Null)
        } else {
            reason(format!("'{}' is not a dictionary", str(value)))
        };
    };
    if members.is_empty() {
        return Ok(Value::Null);
    }
    let mut read = json!({});
    for (name, value) in members {
        let kind = match name.as_str() {
            "network_id" => Kind::Id,
            "enable_snat" => Kind::Flag,
            "external_fixed_ips" => Kind::FixedIps,
            "qos_policy_id" => Kind::IdOrNull,
            other => return reason(format!("Unexpected keys supplied: {other}")),
        };
        read[name] = kind.convert(name, value).map_err(Complaint::Fault)?;
    }
    if !members.contains_key("network_id") {
        return reason(format!(
            "Validation of dictionary's keys failed. Expected keys: {{'network_id'}} Provided keys: {{{}}}",
            members
                .keys()
                .map(|key| format!("'{key}'"))
                .collect::<Vec<_>>()
                .join(", ")
        ));
    }
    Ok(read)
}

/// Gives a router the way out and the routes that are asked for.
fn set_up(world: &mut World, call: &Call, id: Uuid, wanted: &Wanted) -> Result<(), Fault> {
    match wanted.get("external_gateway_info") {
        None => {}
        Some(Value::Null) => world.networking.clear_gateway(id)?,
        Some(info) => set_gateway(world, call, id, info)?,
    }
    if let Some(items) = wanted.get("routes") {
        world.networking.set_routes(id, read_routes(items))?;
    }
    Ok(())
}

fn set_gateway(world: &mut World, call: &Call, id: Uuid, info: &Value) -> Result<(), Fault> {
    let for_admins: Vec<&str> = ["enable_snat", "external_fixed_ips"]
        .into_iter()
        .filter(|name| info.get(*name).is_some())
        .collect();
    if !for_admins.is_empty() && !call.is_admin() {
        let names: Vec<String> = std::iter::once("external_gateway_info".to_owned())
            .chain(
                for_admins
                    .iter()
                    .map(|name| format!("external_gateway_info:{name}")),
            )
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let verb = if call.request.method == http::Method::POST {
            "create"
        } else {
            "update"
        };
        return Err(policy::refuse(&format!("{verb}_router"), &names));
    }
    let network = info["network_id"].as_str().unwrap_or_default();
    let network = find::<Network>(world, call, network)?.meta.id;
    let fixed_ips = info.get("external_fixed_ips").and_then(Value::as_array);
    let has_snat = info.get("enable_snat").is_none_or(flag);
    // The port is nobody's: it goes with the router.
    let meta = world.new_meta(Uuid::nil());
    let wishes = fixed_ips
        .map(|items| wishes(items))
        .filter(|wishes| !wishes.is_empty());
    world
        .networking
        .set_router_gateway(id, network, wishes, has_snat, meta)
}

pub(super) fn routes(routes: &[Route]) -> Value {
    let route = |route: &Route| json!({"destination": cidr_text(&route.destination), "nexthop": route.next_hop});
    routes.iter().map(route).collect()
}

/// Routes that were checked to be some.
pub(super) fn read_routes(value: &Value) -> Vec<Route> {
    let items = value.as_array().into_iter().flatten();
    let route = |item: &Value| {
        let destination: cidr::IpInet = item["destination"].as_str()?.parse().ok()?;
        Some(Route {
            destination: destination.network(),
            next_hop: item["nexthop"].as_str()?.parse().ok()?,
        })
    };
    items.filter_map(route).collect()
}

/// The subnet and the port that a call names.
fn ends(call: &Call) -> Result<(Option<Uuid>, Option<Uuid>), Fault> {
    let refuse = |why: String| {
        let message = format!("Bad router request: {why}.");
        Err(Fault::bad_request(message).named("BadRequest"))
    };
    let mut found = [None, None];
    for (slot, name) in found.iter_mut().zip(["subnet_id", "port_id"]) {
        let Some(value) = call.body.get(name).filter(|value| !value.is_null()) else {
            continue;
        };
        match value.as_str().map(Uuid::try_parse) {
            Some(Ok(id)) => *slot = Some(id),
            Some(Err(_)) | None => {
                return refuse(format!("'{}' is not a valid UUID", str(value)));
            }
        }
    }
    let [subnet, port] = found;
    if subnet.is_none() && port.is_none() {
        return refuse("Either subnet_id or port_id must be specified".to_owned());
    }
    Ok((subnet, port))
}

fn add_interface(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let router = own_of_path::<Router>(world, call, "add_router_interface")?;
    let (router, project) = (router.meta.id, router.meta.project);
    let (subnet, port) = ends(call)?;
    let port = match (subnet, port) {
        (Some(_), Some(_)) => {
            let message = "Bad router request: Cannot specify both subnet-id and port-id.";
            return Err(Fault::bad_request(message).named("BadRequest"));
        }
        (_, Some(port)) => {
            find::<Port>(world, call, &port.to_string())?;
            world.networking.add_port_interface(router, port)?;
            port
        }
        (subnet, None) => {
            let subnet = subnet.unwrap_or_default();
            check_subnet(world, call, subnet)?;
            let meta = world.new_meta(project);
            world
                .networking
                .add_subnet_interface(router, subnet, meta)?
        }
    };
    touch::<Router>(world, router);
    interface(world, router, port)
}

/// A subnet of a network that is only shared is not the caller's to connect.
fn check_subnet(world: &World, call: &Call, id: Uuid) -> Result<(), Fault> {
    let subnet: &Subnet = find(world, call, &id.to_string())?;
    let own = own_project(call);
    let network = world.networking.expect_network(subnet.network)?;
    if call.is_admin() || subnet.meta.project == own || network.meta.project == own {
        return Ok(());
    }
    let message = format!(
        "Bad router request: Cannot add interface to router because subnet {id} is not owned by project making the \
         request."
    );
    Err(Fault::bad_request(message).named("BadRequest"))
}

fn interface(world: &World, router: Uuid, port: Uuid) -> Result<Answer, Fault> {
    let router = world.networking.expect_router(router)?;
    let port = world.networking.expect_port(port)?;
    let subnets: Vec<Uuid> = port.fixed_ips.iter().map(|fixed| fixed.subnet).collect();
    let body = json!({
        "id": router.meta.id,
        "tenant_id": owner(router.meta.project),
        "project_id": owner(router.meta.project),
        "port_id": port.meta.id,
        "network_id": port.network,
        "subnet_id": subnets.first(),
        "subnet_ids": subnets,
        "tags": router.meta.tags,
    });
    Ok(Answer::json(StatusCode::OK, &body))
}

fn remove_interface(world: &mut World, call: &Call, _: Landing) -> Result<Answer, Fault> {
    let router = own_of_path::<Router>(world, call, "remove_router_interface")?
        .meta
        .id;
    let (subnet, port) = ends(call)?;
    let port = world.networking.find_interface(router, port, subnet)?;
    let answer = interface(world, router, port)?;
    world.networking.remove_interface(router, port)?;
    touch::<Router>(world, router);
    Ok(answer)
}

fn change_routes(
    world: &mut World,
    call: &Call,
    change: fn(&mut Vec<Route>, Vec<Route>),
) -> Result<Answer, Fault> {
    let router = own_of_path::<Router>(world, call, "update")?;
    let (id, mut routes) = (router.meta.id, router.routes.clone());
    let body = call
        .body
        .get(Router::NAME)
        .ok_or_else(|| bad_request("Unable to find 'router' in request body"))?;
    let items = body.get("routes").unwrap_or(&Value::Null);
    if !items.is_array() {
        return Err(invalid_input(format!(
            "Invalid data format for routes: {}",
            repr(items)
        )));
    }
    let given = read_routes(&Kind::Routes.convert("routes", items)?);
    change(&mut routes, given);
    world.networking.set_routes(id, routes)?;
    touch::<Router>(world, id);
    answer::<Router>(world, call, StatusCode::OK, id)
}
