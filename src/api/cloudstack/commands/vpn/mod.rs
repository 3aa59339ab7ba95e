//! VPN: between a virtual private cloud and another site, and for users from afar.

mod customers;
mod remote;
mod site;
mod users;
mod view;

use crate::api::Landing;
use crate::api::cloudstack::table::Row;

pub(crate) const ROWS: &[Row] = &[
    Row::new(
        "cloudstack.createVpnGateway",
        site::land_on_vpc,
        site::create_gateway,
    )
    .showing(view::gateway),
    Row::new(
        "cloudstack.deleteVpnGateway",
        Landing::nowhere,
        site::delete_gateway,
    ),
    Row::read("cloudstack.listVpnGateways", site::list_gateways).showing(view::gateway),
    Row::new(
        "cloudstack.createVpnCustomerGateway",
        Landing::nowhere,
        customers::create,
    )
    .showing(view::customer),
    Row::new(
        "cloudstack.updateVpnCustomerGateway",
        Landing::nowhere,
        customers::update,
    )
    .showing(view::customer),
    Row::new(
        "cloudstack.deleteVpnCustomerGateway",
        Landing::nowhere,
        customers::delete,
    ),
    Row::read("cloudstack.listVpnCustomerGateways", customers::list).showing(view::customer),
    Row::new(
        "cloudstack.createVpnConnection",
        site::land_on_gateway,
        site::connect,
    )
    .showing(view::connection),
    Row::new(
        "cloudstack.deleteVpnConnection",
        site::land_on_connection,
        site::disconnect,
    ),
    Row::new(
        "cloudstack.resetVpnConnection",
        site::land_on_connection,
        site::reset,
    )
    .showing(view::connection),
    Row::read("cloudstack.listVpnConnections", site::list_connections).showing(view::connection),
    Row::new(
        "cloudstack.createRemoteAccessVpn",
        remote::land,
        remote::create,
    )
    .showing(view::access),
    Row::new(
        "cloudstack.updateRemoteAccessVpn",
        Landing::nowhere,
        remote::update,
    )
    .showing(view::access),
    Row::new(
        "cloudstack.deleteRemoteAccessVpn",
        remote::land,
        remote::delete,
    ),
    Row::read("cloudstack.listRemoteAccessVpns", remote::list).showing(view::access),
    Row::new("cloudstack.addVpnUser", Landing::nowhere, users::add).showing(view::user),
    Row::new("cloudstack.removeVpnUser", Landing::nowhere, users::remove),
    Row::read("cloudstack.listVpnUsers", users::list).showing(view::user),
];
