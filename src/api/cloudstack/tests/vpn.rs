//! VPN between sites, and for users from afar.

use serde_json::{Value, json};

use super::{Cloud, text};
use crate::vocabulary::command::AgentCommand;
use crate::world::network::Meta;
use crate::world::network::guest::{Vpc, VpcState};

/// Makes a virtual private cloud with a router that runs; its id.
fn vpc(cloud: &mut Cloud) -> String {
    let world = &mut cloud.world;
    let admin = world.accounts.users().next().cloned().expect("a user");
    let zone = world.topology.zones().next().map(|zone| zone.id);
    let [id, router, offering] = [(); 3].map(|()| world.ids.uuid());
    let meta = Meta::new(id, admin.project.unwrap_or_default(), world.now()).named("estate");
    world.add_vpc(Vpc {
        meta,
        offering,
        zone: zone.unwrap_or_default(),
        cidr: "10.10.0.0/16".parse().expect("a network"),
        domain: "estate".into(),
        state: VpcState::Enabled,
        router,
        is_displayed: true,
        needs_restart: false,
    });
    world.implement_vpc(id, &admin);
    cloud.run_due();
    id.to_string()
}

const CUSTOMER: [(&str, &str); 6] = [
    ("name", "elsewhere"),
    ("gateway", "203.0.113.7"),
    ("cidrlist", "10.99.0.0/24"),
    ("ikepolicy", "aes256-sha1;modp1536"),
    ("esppolicy", "aes256-sha1"),
    ("ipsecpsk", "S3cr3t"),
];

fn customer(cloud: &mut Cloud, odd: &[(&'static str, &'static str)]) -> Value {
    let own = CUSTOMER
        .iter()
        .filter(|(name, _)| odd.iter().all(|(known, _)| known != name));
    let params: Vec<_> = own.chain(odd).copied().collect();
    cloud.run_to_end("createVpnCustomerGateway", &params)
}

#[test]
fn a_customers_gateway_tells_what_was_said_of_it() {
    let mut cloud = Cloud::new();
    let job = customer(&mut cloud, &[]);
    let gateway = &job["jobresult"]["vpncustomergateway"];
    for (field, value) in [
        ("gateway", json!("203.0.113.7")),
        ("cidrlist", json!("10.99.0.0/24")),
        ("ikelifetime", json!(86_400)),
        ("esplifetime", json!(3_600)),
        ("dpd", json!(false)),
    ] {
        assert_eq!(gateway[field], value, "{field}");
    }
    for (odd, part) in [
        (("name", "elsewhere"), "already existed"),
        (("gateway", "no host"), "ip/Domain no host is invalid"),
        (
            ("ikepolicy", "aes256-sha1"),
            "IKE policy aes256-sha1 is invalid",
        ),
        (("esplifetime", "90000"), "ESP lifetime 90000"),
    ] {
        let odd = [odd, ("name", if odd.0 == "name" { odd.1 } else { "other" })];
        let odd: Vec<_> = odd
            .iter()
            .skip(usize::from(odd[0].0 == "name"))
            .copied()
            .collect();
        let job = customer(&mut cloud, &odd);
        let why = text(&job["jobresult"]["errortext"]);
        assert!(why.contains(part), "{why}");
    }
}

#[test]
fn a_connection_needs_both_ends_and_keeps_them() {
    let mut cloud = Cloud::new();
    let vpc = vpc(&mut cloud);
    let own = [("vpcid", &*vpc)];
    let gateway =
        text(&cloud.run_to_end("createVpnGateway", &own)["jobresult"]["vpngateway"]["id"]);
    assert_eq!(
        cloud.refused("createVpnGateway", &own).0,
        431,
        "a cloud has one"
    );
    let customer = customer(&mut cloud, &[]);
    let customer = text(&customer["jobresult"]["vpncustomergateway"]["id"]);
    let ends = [
        ("s2svpngatewayid", &*gateway),
        ("s2scustomergatewayid", &customer),
    ];
    let job = cloud.run_to_end("createVpnConnection", &ends);
    let connection = &job["jobresult"]["vpnconnection"];
    assert_eq!(
        (&connection["state"], &connection["gateway"]),
        (&json!("Connected"), &json!("203.0.113.7"))
    );
    let id = text(&connection["id"]);
    assert_eq!(cloud.run("deleteVpnGateway", &gateway, &[])["jobstatus"], 2);
    assert_eq!(
        cloud.run("deleteVpnCustomerGateway", &customer, &[])["jobstatus"],
        2
    );
    cloud.refusals = vec![(AgentCommand::Site2SiteVpnCfgCommand, "*", 1)];
    assert_eq!(cloud.run("resetVpnConnection", &id, &[])["jobstatus"], 2);
    let listed = cloud.call("listVpnConnections", &[("vpcid", &vpc)]);
    assert_eq!(listed["vpnconnection"][0]["state"], "Error");
    cloud.run("deleteVpnConnection", &id, &[]);
    for (command, id) in [
        ("deleteVpnGateway", &gateway),
        ("deleteVpnCustomerGateway", &customer),
    ] {
        assert_eq!(cloud.run(command, id, &[])["jobstatus"], 1, "{command}");
    }
}

#[test]
fn users_come_and_go() {
    let mut cloud = Cloud::new();
    let joe = [("username", "joe"), ("password", "secret")];
    let job = cloud.run_to_end("addVpnUser", &joe);
    assert_eq!(job["jobresult"]["vpnuser"]["state"], "Active");
    assert_eq!(cloud.refused("addVpnUser", &joe).0, 431);
    let odd = [("username", "joe"), ("password", "a b")];
    assert_eq!(cloud.refused("addVpnUser", &odd).0, 431);
    assert_eq!(
        cloud.call("listVpnUsers", &[("username", "joe")])["count"],
        1
    );
    cloud.run_to_end("removeVpnUser", &joe[..1]);
    assert_eq!(cloud.call("listVpnUsers", &[]), json!({}));
}
