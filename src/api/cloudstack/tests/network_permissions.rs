//! Networks that their owners share with other accounts.

use serde_json::Value;

use super::{Cloud, all, text};

const ISOLATED: &str = "DefaultIsolatedNetworkOfferingWithSourceNatService";

type Keys = (String, String);

/// A domain with its administrator, the owner of a network in it, and somebody else, who has a machine.
struct Sharing {
    cloud: Cloud,
    domain: String,
    head: Keys,
    owner: Keys,
    other: Keys,
    network: String,
    machine: String,
}

impl Sharing {
    fn new() -> Self {
        let mut cloud = Cloud::new();
        let domain = cloud.domain("sales", None);
        let inside = [("domainid", &*domain)];
        let (_, head) = cloud.account("head", "2", &inside);
        let (_, owner) = cloud.account("owner", "0", &inside);
        let (_, other) = cloud.account("other", "0", &inside);
        let of = |account| [("account", account), ("domainid", &*domain)];
        let network = cloud.network_as("admin", ISOLATED, &of("owner"));
        let own = cloud.network_as("admin", ISOLATED, &of("other"));
        let params = [&of("other")[..], &[("networkids", &*own)]].concat();
        let machine = cloud.deploy(&params);
        Self {
            cloud,
            domain,
            head,
            owner,
            other,
            network,
            machine,
        }
    }

    /// The status of a call, or of the job that it began.
    fn status(&mut self, by: &Keys, command: &str, params: &[(&str, &str)]) -> (u16, String) {
        let (status, answer) = self.cloud.call_with(by, command, params);
        let done = answer["jobid"].as_str().map(|job| self.cloud.job(job));
        let failed = done.filter(|done| done["jobstatus"] == 2);
        let fault = failed.map_or(answer, |failed| failed["jobresult"].clone());
        let status = fault["errorcode"].as_u64().map_or(status, |code| {
            code.try_into().expect("a code has three digits")
        });
        (status, fault["errortext"].as_str().unwrap_or("").to_owned())
    }

    fn permit(&mut self, by: &Keys, who: (&str, &str)) -> (u16, String) {
        let network = self.network.clone();
        self.status(
            by,
            "createNetworkPermissions",
            &[("networkid", &network), who],
        )
    }

    /// Which filters list the network: by account, domain, both, what is shared, and all.
    fn listed(&mut self, by: &Keys, whose: &[(&str, &str)]) -> [bool; 5] {
        let network = self.network.clone();
        ["account", "Domain", "accountdomain", "SHARED", "all"].map(|filter| {
            let mut params = vec![("id", &*network), ("networkfilter", filter)];
            params.extend(whose);
            let (_, answer) = self.cloud.call_with(by, "listNetworks", &params);
            answer["count"] == 1
        })
    }

    fn add_card(&mut self, by: &Keys) -> (u16, String) {
        let (machine, network) = (self.machine.clone(), self.network.clone());
        let params = [("virtualmachineid", &*machine), ("networkid", &*network)];
        self.status(by, "addNicToVirtualMachine", &params)
    }
}

#[test]
fn a_network_is_listed_by_how_somebody_may_use_it() {
    let mut sharing = Sharing::new();
    let [head, owner, other] = [&sharing.head, &sharing.owner, &sharing.other].map(Clone::clone);
    let domain = sharing.domain.clone();
    let everything: &[(&str, &str)] = &[("listall", "true")];
    let of = |account| [("account", account), ("domainid", &*domain)];
    let as_owners = [true, false, true, false, true];
    let as_others = [false, false, false, true, true];
    assert_eq!(sharing.listed(&head, everything), as_owners);
    assert_eq!(sharing.listed(&head, &of("head")), [false; 5]);
    assert_eq!(sharing.listed(&other, everything), [false; 5]);
    assert_eq!(sharing.permit(&owner, ("accounts", "head,other")).0, 200);
    assert_eq!(
        sharing.listed(&head, everything),
        [true, false, true, true, true]
    );
    assert_eq!(sharing.listed(&head, &of("head")), as_others);
    assert_eq!(sharing.listed(&owner, everything), as_owners);
    assert_eq!(sharing.listed(&owner, &of("owner")), as_owners);
    assert_eq!(sharing.listed(&other, everything), as_others);
    assert_eq!(sharing.listed(&other, &of("owner")), [false; 5]);
    let (status, answer) =
        sharing
            .cloud
            .call_with(&other, "listNetworks", &[("networkfilter", "mine")]);
    assert_eq!(
        (status, text(&answer["errortext"])),
        (431, "Invalid value of networkfilter: mine".to_owned())
    );
}

#[test]
fn only_its_owner_and_administrators_share_a_network() {
    let mut sharing = Sharing::new();
    let [head, owner, other] = [&sharing.head, &sharing.owner, &sharing.other].map(Clone::clone);
    assert_eq!(sharing.permit(&other, ("accounts", "other")).0, 531);
    assert_eq!(sharing.permit(&head, ("accounts", "other")).0, 200);
    assert_eq!(
        sharing.permit(&owner, ("accounts", "owner")).0,
        200,
        "which changes nothing"
    );
    let stranger = sharing.permit(&owner, ("accounts", "joe"));
    assert_eq!(
        stranger,
        (431, "Unable to find account by name joe".to_owned())
    );
    let outside = sharing
        .cloud
        .call("listAccounts", &[("name", "joe"), ("listall", "true")]);
    let outside = text(&outside["account"][0]["id"]);
    let why = sharing.permit(&owner, ("accountids", &outside)).1;
    assert_eq!(
        why,
        format!(
            "Unable to find account {outside} in domain id={}. No permissions is removed",
            sharing.domain
        )
    );
    let network = sharing.network.clone();
    let on_network = [("networkid", &*network)];
    let permitted = |sharing: &mut Sharing, by: &Keys| -> Vec<String> {
        let (_, listed) = sharing
            .cloud
            .call_with(by, "listNetworkPermissions", &on_network);
        all(&listed, "networkpermission", "account")
    };
    assert_eq!(permitted(&mut sharing, &owner), ["other"]);
    for command in ["resetNetworkPermissions", "listNetworkPermissions"] {
        assert_eq!(sharing.status(&other, command, &on_network).0, 531);
    }
    let remove = [("networkid", &*network), ("accounts", "other")];
    let removed = sharing.status(&owner, "removeNetworkPermissions", &remove);
    assert_eq!(removed.0, 200);
    assert!(permitted(&mut sharing, &owner).is_empty());
}

#[test]
fn what_is_a_projects_or_everybodys_is_not_shared() {
    let mut sharing = Sharing::new();
    let head = sharing.head.clone();
    let owner = sharing.owner.clone();
    let (_, made) = sharing.cloud.call_with(
        &head,
        "createProject",
        &[("name", "ours"), ("displaytext", "Ours")],
    );
    let project = text(&made["id"]);
    let why = sharing.permit(&owner, ("projectids", &project));
    let refused = format!("Account owner can't access project id={project}");
    assert_eq!(why, (431, refused));
    assert_eq!(sharing.permit(&head, ("projectids", &project)).0, 200);
    let of_project: &[(&str, &str)] = &[("projectid", &project)];
    assert!(sharing.listed(&head, of_project)[4]);
    sharing.network = sharing.cloud.network_as("admin", ISOLATED, of_project);
    let (status, why) = sharing.permit(&head, ("accounts", "other"));
    assert_eq!(status, 431);
    assert!(why.ends_with("Project owned networks cannot be shared outside network."));
    let everybodys = [("networkfilter", "domain")];
    sharing.network = sharing.cloud.first("listNetworks", "network", &everybodys);
    let why = sharing.permit(&head, ("accounts", "other"));
    assert_eq!(why, (431, "network is already shared in domain".to_owned()));
}

#[test]
fn machines_have_cards_in_their_owners_networks_and_those_shared_with_them() {
    let mut sharing = Sharing::new();
    let [head, owner, other] = [&sharing.head, &sharing.owner, &sharing.other].map(Clone::clone);
    let network = sharing.network.clone();
    let denied = format!("Unable to use network with id= {network}, permission denied");
    assert_eq!(sharing.add_card(&other), (531, denied.clone()));
    assert_eq!(
        sharing.add_card(&head),
        (531, denied.clone()),
        "the machine's owner counts"
    );
    let own = sharing.cloud.deploy_params();
    let mut params: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, &**value)).collect();
    params.push(("networkids", &network));
    let deploy = "deployVirtualMachine";
    assert_eq!(sharing.status(&other, deploy, &params), (531, denied));
    assert_eq!(sharing.permit(&owner, ("accounts", "other")).0, 200);
    assert_eq!(sharing.status(&other, deploy, &params).0, 200);
    assert_eq!(sharing.add_card(&owner).0, 531, "not its machine");
    assert_eq!(sharing.add_card(&other), (200, String::new()));
    let in_network = [("networkid", &*network)];
    let address = |sharing: &mut Sharing, by: &Keys| -> Value {
        let (status, made) = sharing
            .cloud
            .call_with(by, "associateIpAddress", &in_network);
        Value::from([Value::from(status), made["id"].clone()].to_vec())
    };
    assert_eq!(address(&mut sharing, &other)[0], 531);
    let source = address(&mut sharing, &owner);
    assert_eq!(source[0], 200);
    let public = text(&address(&mut sharing, &owner)[1]);
    let machine = sharing.machine.clone();
    let nat = [
        ("ipaddressid", &*public),
        ("virtualmachineid", &*machine),
        ("networkid", &*network),
    ];
    for (by, status) in [(&other, 531), (&owner, 531), (&head, 200)] {
        let done = sharing.status(by, "enableStaticNat", &nat);
        assert_eq!(done.0, status, "{}", done.1);
    }
    let off = [("ipaddressid", &*public)];
    for (by, status) in [(&other, 531), (&owner, 200)] {
        let done = sharing.status(by, "disableStaticNat", &off);
        assert_eq!(done.0, status, "{}", done.1);
    }
}
