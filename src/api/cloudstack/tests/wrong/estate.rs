//! A cloud in which there is one of nearly everything that a parameter can name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Caller, NOWHERE, Standing};
use crate::api::cloudstack::catalog::{self, Command};
use crate::api::cloudstack::entity::Entity;
use crate::api::cloudstack::params::{Kind, Param};
use crate::api::cloudstack::tests::{Cloud, text};

pub(super) struct Estate {
    pub(super) cloud: Cloud,
    pub(super) admin: Caller,
    /// Who is no administrator of everything.
    pub(super) others: [Caller; 3],
    /// Of all that there is.
    ids: BTreeSet<String>,
}

impl Estate {
    pub(super) fn new() -> Self {
        let mut cloud = Cloud::new();
        let domain = cloud.domain("estate", None);
        let (_, steward) = cloud.account("ann", "2", &[("domainid", &domain)]);
        let caller = |name, standing, keys| Caller {
            name,
            standing,
            keys,
        };
        let own = |user: &str| Some((format!("{user}-key"), format!("{user}-secret")));
        let mut estate = Self {
            cloud,
            admin: caller("the administrator", Standing::Root, own("admin")),
            others: [
                caller(
                    "an administrator of a domain",
                    Standing::Steward,
                    Some(steward),
                ),
                caller("a user", Standing::User, own("joe")),
                caller("nobody", Standing::Nobody, None),
            ],
            ids: BTreeSet::new(),
        };
        estate.furnish_machines();
        estate.furnish_networks();
        estate.furnish_vpcs();
        estate.look_around();
        // Who looks at security groups has one from then on.
        for keys in estate.others.iter().filter_map(|it| it.keys.as_ref()) {
            estate.cloud.call_with(keys, "listSecurityGroups", &[]);
        }
        estate
    }

    /// Another cloud that is the same.
    pub(super) fn again(&self) -> Cloud {
        Cloud {
            world: self.cloud.world.clone(),
            refusals: Vec::new(),
            sent: Vec::new(),
        }
    }

    fn furnish_machines(&mut self) {
        let params = self.cloud.deploy_params();
        self.ids.extend(params.map(|(_, id)| id));
        let machine = self.cloud.deploy(&[]);
        let seen = self.cloud.machine(&machine);
        collect(&seen, &mut self.ids);
        let root = [("virtualmachineid", &*machine), ("type", "ROOT")];
        let root = self.cloud.first("listVolumes", "volume", &root);
        self.make("createSnapshot", &[("volumeid", &root)]);
        self.make("createVMSnapshot", &[("virtualmachineid", &machine)]);
        self.make("addIpToNic", &[("nicid", &text(&seen["nic"][0]["id"]))]);
        self.make("createInstanceGroup", &[("name", "servants")]);
        self.make("registerUserData", &[("name", "say"), ("userdata", "c2F5")]);
        let group = self.make("createSecurityGroup", &[("name", "gate")]);
        let rule = [("protocol", "icmp"), ("icmptype", "-1"), ("icmpcode", "-1")];
        let rule = [
            &rule[..],
            &[("securitygroupid", &group), ("cidrlist", "0.0.0.0/0")],
        ]
        .concat();
        self.make("authorizeSecurityGroupIngress", &rule);
        self.make(
            "createProject",
            &[("name", "wing"), ("displaytext", "Wing")],
        );
    }

    fn furnish_networks(&mut self) {
        let network = "DefaultIsolatedNetworkOfferingWithSourceNatService";
        let network = self.cloud.network_as("admin", network, &[]);
        let machine = self.cloud.deploy(&[("networkids", &network)]);
        let [a, b, c, d] =
            [(); 4].map(|()| self.make("associateIpAddress", &[("networkid", &network)]));
        let tcp = ("protocol", "tcp");
        self.make("createFirewallRule", &[("ipaddressid", &a), tcp]);
        let ports = [("publicport", "80"), ("privateport", "80")];
        let forward = [("ipaddressid", &*a), ("virtualmachineid", &machine), tcp];
        self.make("createPortForwardingRule", &[&forward[..], &ports].concat());
        let balance = [
            ("publicipid", &*b),
            ("name", "web"),
            ("algorithm", "source"),
        ];
        let rule = self.make("createLoadBalancerRule", &[&balance[..], &ports].concat());
        let method = [
            ("lbruleid", &*rule),
            ("name", "sticky"),
            ("methodname", "LbCookie"),
        ];
        self.make("createLBStickinessPolicy", &method);
        self.make("createLBHealthCheckPolicy", &[("lbruleid", &rule)]);
        let target = [("ipaddressid", &*c), ("virtualmachineid", &machine)];
        self.make("enableStaticNat", &target);
        let port = [("ipaddressid", &*c), ("startport", "22"), tcp];
        self.make("createIpForwardingRule", &port);
        self.make("createRemoteAccessVpn", &[("publicipid", &d)]);
    }

    fn furnish_vpcs(&mut self) {
        let vpc = self.cloud.vpc();
        let here = self.make("createVpnGateway", &[("vpcid", &vpc)]);
        let there = [
            ("gateway", "203.0.113.7"),
            ("cidrlist", "10.99.0.0/24"),
            ("ikepolicy", "aes256-sha1;modp1536"),
            ("esppolicy", "aes256-sha1"),
            ("ipsecpsk", "S3cr3t"),
        ];
        let there = self.make("createVpnCustomerGateway", &there);
        let ends = [
            ("s2svpngatewayid", &*here),
            ("s2scustomergatewayid", &there),
        ];
        self.make("createVpnConnection", &ends);
        let door = [
            ("vpcid", &*vpc),
            ("gateway", "10.30.0.1"),
            ("ipaddress", "10.30.0.2"),
            ("netmask", "255.255.255.0"),
            ("vlan", "77"),
        ];
        let door = self.make("createPrivateGateway", &door);
        let route = [("gatewayid", &*door), ("cidr", "10.77.0.0/24")];
        self.make("createStaticRoute", &route);
    }

    /// Has something be made; its id.
    fn make(&mut self, command: &str, params: &[(&str, &str)]) -> String {
        let answer = self.cloud.call(command, params);
        let made = match answer["jobid"].as_str() {
            Some(job) => {
                self.ids.insert(job.to_owned());
                let job = self.cloud.job(job);
                assert_eq!(job["jobstatus"], 1, "{command}: {job}");
                job["jobresult"].clone()
            }
            None => answer,
        };
        collect(&made, &mut self.ids);
        let mut members = made.as_object().into_iter().flat_map(|it| it.values());
        let id = members.find_map(|thing| thing["id"].as_str());
        id.unwrap_or_default().to_owned()
    }

    /// Collects the ids of all that an administrator can list.
    fn look_around(&mut self) {
        let lists = |command: &&Command| {
            command.name.starts_with("list") && command.params.iter().all(|it| !it.is_required)
        };
        for command in catalog::commands().filter(lists) {
            let all = [("listall", "true")];
            let (_, seen) = self.cloud.call_as("admin", command.name, &all);
            collect(&seen, &mut self.ids);
        }
    }

    /// A value that a parameter takes; the id of nothing, where there is no such thing.
    fn right(&self, param: &Param) -> String {
        let known = |entity: Entity| {
            let mut ids = self.ids.iter();
            ids.find(|id| entity.find(&self.cloud.world, id).is_some())
        };
        match param.kind {
            Kind::Text | Kind::Texts | Kind::Map => "x".into(),
            Kind::Flag => "true".into(),
            Kind::Integer | Kind::Long | Kind::Float => "1".into(),
            Kind::Instant => "2026-01-01".into(),
            Kind::Id(entity) | Kind::Ids(entity) => {
                known(entity).map_or(NOWHERE, String::as_str).into()
            }
        }
    }

    /// The parameters that a command cannot do without, each with a value that it takes.
    pub(super) fn required(&self, command: &Command) -> Vec<(String, String)> {
        let required = command.params.iter().filter(|param| param.is_required);
        required
            .map(|param| (sent_name(param), self.right(param)))
            .collect()
    }
}

/// The name under which a parameter is sent: of a map, the first entry.
pub(super) fn sent_name(param: &Param) -> String {
    match param.kind {
        Kind::Map => format!("{}[0].key", param.name),
        _ => param.name.to_owned(),
    }
}

fn collect(seen: &Value, ids: &mut BTreeSet<String>) {
    match seen {
        Value::Object(members) => {
            ids.extend(members.get("id").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect(value, ids));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
