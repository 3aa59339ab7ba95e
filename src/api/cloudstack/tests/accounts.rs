//! Domains, accounts, users and what they may have.

use http::Method;
use serde_json::json;

use super::{Cloud, all, content, names, request, text};

#[test]
fn an_account_lives_in_its_domain_and_goes_with_all_it_has() {
    let mut cloud = Cloud::new();
    let domain = cloud.domain("research", None);
    let inner = cloud.domain("biology", Some(&domain));
    let shown = &cloud.call("listDomains", &[("id", &inner)])["domain"][0];
    assert_eq!(shown["path"], "ROOT/research/biology");
    assert_eq!(
        (&shown["level"], &shown["parentdomainid"]),
        (&json!(2), &json!(domain))
    );
    let (account, keys) = cloud.account("ada", "0", &[("domainid", &inner)]);
    let shown = cloud.call("listAccounts", &[("id", &account)])["account"][0].clone();
    assert_eq!(shown["domainpath"], "ROOT/research/biology");
    assert_eq!(
        (&shown["accounttype"], &shown["roletype"]),
        (&json!(0), &json!("User"))
    );
    assert_eq!(
        (&shown["vmlimit"], &shown["vmtotal"]),
        (&json!("Unlimited"), &json!(0))
    );
    let params = cloud.deploy_params();
    let params: Vec<(&str, &str)> = params
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let (status, made) = cloud.call_with(&keys, "deployVirtualMachine", &params);
    assert_eq!(status, 200, "{made}");
    let machine = cloud.machine(&text(&made["id"]));
    assert_eq!(
        (&machine["account"], &machine["domainid"]),
        (&json!("ada"), &json!(inner))
    );
    let (status, refusal) = cloud.refused("deleteDomain", &[("id", "nothing")]);
    assert!(status == 431 && refusal.contains("Invalid parameter id value=nothing"));
    let failed = cloud.outcome("deleteDomain", &[("id", &domain)]);
    assert_eq!(
        (&failed["jobstatus"], &failed["jobresult"]["errorcode"]),
        (&json!(2), &json!(530))
    );
    let done = cloud.outcome("deleteDomain", &[("id", &domain), ("cleanup", "true")]);
    assert_eq!(done["jobresult"], json!({"success": true}));
    assert_eq!(
        all(&cloud.call("listDomains", &[]), "domain", "name"),
        ["ROOT"]
    );
    assert_eq!(
        cloud.call("listVirtualMachines", &[("listall", "true")]),
        json!({})
    );
    assert_eq!(cloud.call_with(&keys, "listZones", &[]).0, 401);
}

#[test]
fn administrators_of_a_domain_are_over_what_is_in_it() {
    let mut cloud = Cloud::new();
    let domain = cloud.domain("research", None);
    let inner = cloud.domain("biology", Some(&domain));
    let (_, chief) = cloud.account("chief", "2", &[("domainid", &domain)]);
    let (_, ada) = cloud.account("ada", "0", &[("domainid", &inner)]);
    let ask = |cloud: &mut Cloud, command: &str, params: &[(&str, &str)]| {
        cloud.call_with(&chief, command, params)
    };
    let params = cloud.deploy_params();
    let params: Vec<(&str, &str)> = params
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let named = [&params[..], &[("name", "adas")]].concat();
    cloud.call_with(&ada, "deployVirtualMachine", &named);
    let own = cloud.deploy(&[("name", "admins")]);
    assert_eq!(ask(&mut cloud, "listVirtualMachines", &[]).1, json!({}));
    for seen in [
        &[("listall", "true")][..],
        &[("domainid", &*domain), ("isrecursive", "true")],
        &[("domainid", &*inner)],
        &[("domainid", &*inner), ("account", "ada")],
    ] {
        assert_eq!(
            names(&ask(&mut cloud, "listVirtualMachines", seen).1),
            ["adas"],
            "{seen:?}"
        );
    }
    assert_eq!(
        ask(&mut cloud, "listVirtualMachines", &[("domainid", &domain)]).1,
        json!({})
    );
    let root = cloud.first("listDomains", "domain", &[("level", "0")]);
    for (command, params) in [
        ("stopVirtualMachine", &[("id", &*own)][..]),
        ("listVirtualMachines", &[("domainid", &*root)]),
        ("createDomain", &[("name", "x"), ("parentdomainid", &*root)]),
    ] {
        assert_eq!(ask(&mut cloud, command, params).0, 531, "{command}");
    }
    assert_eq!(ask(&mut cloud, "listHosts", &[]).0, 432);
    assert_eq!(
        cloud.call_with(&ada, "createDomain", &[("name", "x")]).0,
        432
    );
    let below = ask(&mut cloud, "createDomain", &[("name", "chemistry")]).1;
    assert_eq!(below["domain"]["path"], "ROOT/research/chemistry");
    let seen = ask(&mut cloud, "listDomains", &[("listall", "true")]).1;
    assert_eq!(
        all(&seen, "domain", "name"),
        ["research", "biology", "chemistry"]
    );
    let children = ask(&mut cloud, "listDomainChildren", &[("id", &domain)]).1;
    assert_eq!(all(&children, "domain", "name"), ["biology", "chemistry"]);
    let seen = ask(&mut cloud, "listAccounts", &[("listall", "true")]).1;
    assert_eq!(all(&seen, "account", "name"), ["chief", "ada"]);
}

#[test]
fn a_domain_that_is_renamed_takes_those_in_it_along() {
    let mut cloud = Cloud::new();
    let domain = cloud.domain("research", None);
    let inner = cloud.domain("biology", Some(&domain));
    cloud.account("ada", "0", &[("domainid", &inner)]);
    cloud.call("updateDomain", &[("id", &domain), ("name", "science")]);
    let log_in = |cloud: &mut Cloud, path: &str| {
        let form =
            format!("command=login&username=ada&password=secret&domain={path}&response=json");
        let reply = cloud.send(request(Method::POST, "", &form));
        (reply.status.as_u16(), content(&reply))
    };
    let (status, welcome) = log_in(&mut cloud, "/science/biology");
    assert_eq!(status, 200, "{welcome}");
    assert_eq!(
        (&welcome["firstname"], &welcome["type"]),
        (&json!("Ada"), &json!("0"))
    );
    assert_eq!(log_in(&mut cloud, "ROOT%2Fscience%2Fbiology%2F").0, 200);
    let (status, refusal) = log_in(&mut cloud, "/research/biology");
    assert_eq!(status, 531);
    assert!(text(&refusal["errortext"]).contains("Unable to find the domain from the path"));
}

#[test]
fn users_are_disabled_locked_renamed_and_given_keys() {
    let mut cloud = Cloud::new();
    let (account, keys) = cloud.account("ada", "0", &[]);
    let user = cloud.first(
        "listUsers",
        "user",
        &[("username", "ada"), ("listall", "true")],
    );
    assert_eq!(cloud.call_with(&keys, "listZones", &[]).0, 200);
    let done = cloud.outcome("disableUser", &[("id", &user)]);
    assert_eq!(done["jobresult"]["user"]["state"], "disabled");
    assert_eq!(cloud.call_with(&keys, "listZones", &[]).0, 401);
    assert_eq!(
        cloud.call("enableUser", &[("id", &user)])["user"]["state"],
        "enabled"
    );
    assert_eq!(
        cloud.call("lockUser", &[("id", &user)])["user"]["state"],
        "locked"
    );
    assert_eq!(cloud.call_with(&keys, "listZones", &[]).0, 401);
    cloud.call("enableUser", &[("id", &user)]);
    let (status, _) = cloud.call_with(
        &keys,
        "updateUser",
        &[("id", &user), ("email", "new@example.com")],
    );
    assert_eq!(status, 200);
    let found = cloud.call("getUser", &[("userapikey", &keys.0)]);
    assert_eq!(found["user"]["email"], "new@example.com");
    let shown = cloud.call("getUserKeys", &[("id", &user)]);
    assert_eq!(shown["userkeys"]["secretkey"], keys.1);
    let admin = cloud.first("listUsers", "user", &[]);
    assert_eq!(
        cloud.call_with(&keys, "getUserKeys", &[("id", &admin)]).0,
        531
    );
    let second = [
        ("account", "ada"),
        ("username", "bob"),
        ("password", "x"),
        ("email", "b@example.com"),
        ("firstname", "Bob"),
        ("lastname", "B"),
    ];
    let bob = text(&cloud.call("createUser", &second)["user"]["id"]);
    assert_eq!(
        cloud.call("getUserKeys", &[("id", &bob)])["userkeys"],
        json!({})
    );
    let (status, refusal) = cloud.refused("createUser", &second);
    assert_eq!(
        (status, &*refusal),
        (431, "The user bob already exists in domain ROOT")
    );
    cloud.call("deleteUser", &[("id", &bob)]);
    let left = cloud.call("listAccounts", &[("id", &account)]);
    assert_eq!(all(&left["account"][0], "user", "username"), ["ada"]);
}

#[test]
fn a_disabled_account_is_shut_out_and_a_locked_one_makes_nothing() {
    let mut cloud = Cloud::new();
    let (account, keys) = cloud.account("ada", "0", &[]);
    let done = cloud.outcome("disableAccount", &[("id", &account), ("lock", "true")]);
    assert_eq!(done["jobresult"]["account"]["state"], "locked");
    let params = cloud.deploy_params();
    let params: Vec<(&str, &str)> = params
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    assert_eq!(cloud.call_with(&keys, "listZones", &[]).0, 200);
    assert_eq!(
        cloud.call_with(&keys, "deployVirtualMachine", &params).0,
        531
    );
    cloud.outcome("disableAccount", &[("id", &account), ("lock", "false")]);
    assert_eq!(cloud.call_with(&keys, "listZones", &[]).0, 401);
    cloud.call("enableAccount", &[("id", &account)]);
    assert_eq!(
        cloud.call_with(&keys, "deployVirtualMachine", &params).0,
        200
    );
    let done = cloud.outcome("deleteAccount", &[("id", &account)]);
    assert_eq!(done["jobresult"], json!({"success": true}));
    assert_eq!(
        cloud.call("listVirtualMachines", &[("listall", "true")]),
        json!({})
    );
}

#[test]
fn an_account_of_type_one_is_over_the_whole_cloud() {
    let mut cloud = Cloud::new();
    let (account, keys) = cloud.account("root", "1", &[]);
    assert_eq!(cloud.call_with(&keys, "listHosts", &[]).0, 200);
    let user = cloud.first("listRoles", "role", &[("name", "User")]);
    cloud.call("updateAccount", &[("id", &account), ("roleid", &user)]);
    assert_eq!(cloud.call_with(&keys, "listHosts", &[]).0, 432);
    let missing = [
        ("username", "x"),
        ("password", "x"),
        ("email", "x"),
        ("firstname", "x"),
        ("lastname", "x"),
    ];
    assert_eq!(cloud.refused("createAccount", &missing).0, 431);
}

#[test]
fn limits_hold_for_accounts_and_for_whole_domains() {
    let mut cloud = Cloud::new();
    let domain = cloud.domain("research", None);
    let (_, ada) = cloud.account("ada", "0", &[("domainid", &domain)]);
    let params = cloud.deploy_params();
    let params: Vec<(&str, &str)> = params
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    let whose = [
        ("account", "ada"),
        ("domainid", &*domain),
        ("resourcetype", "0"),
    ];
    let limit = cloud.call(
        "updateResourceLimit",
        &[&whose[..], &[("max", "1")]].concat(),
    );
    assert_eq!(limit["resourcelimit"]["max"], 1);
    assert_eq!(limit["resourcelimit"]["resourcetype"], "0");
    assert_eq!(
        cloud.call_with(&ada, "deployVirtualMachine", &params).0,
        200
    );
    let (status, refusal) = cloud.call_with(&ada, "deployVirtualMachine", &params);
    assert_eq!((status, &refusal["cserrorcode"]), (535, &json!(4370)));
    assert!(text(&refusal["errortext"]).starts_with(
        "Maximum amount of resources of Type = 'user_vm', tag = 'null' for Account Name = ada in Domain Id = "
    ));
    cloud.call(
        "updateResourceLimit",
        &[&whose[..], &[("max", "-1")]].concat(),
    );
    cloud.call(
        "updateResourceLimit",
        &[("domainid", &domain), ("resourcetype", "8"), ("max", "1")],
    );
    let (status, refusal) = cloud.call_with(&ada, "deployVirtualMachine", &params);
    assert_eq!(status, 535);
    assert!(text(&refusal["errortext"]).contains("Type 'cpu' for Domain Id = "));
    let (_, own) = cloud.call_with(&ada, "listResourceLimits", &[("resourcetype", "0")]);
    assert_eq!(own["resourcelimit"][0]["max"], -1);
    assert_eq!(
        cloud
            .call_with(
                &ada,
                "updateResourceLimit",
                &[("resourcetype", "0"), ("max", "9")]
            )
            .0,
        531
    );
    let counted = cloud.call("updateResourceCount", &whose);
    assert_eq!(counted["resourcecount"][0]["resourcecount"], 1);
    let shown = cloud.call("listAccounts", &[("name", "ada"), ("listall", "true")]);
    assert_eq!(shown["account"][0]["vmtotal"], 1);
}

#[test]
fn roles_have_numbers_and_private_clouds_a_limit() {
    let mut cloud = Cloud::new();
    let user = cloud.first("listRoles", "role", &[("name", "User")]);
    let draft = [
        ("roleid", "4"),
        ("username", "eve"),
        ("password", "secret"),
        ("email", "eve@localhost"),
        ("firstname", "Eve"),
        ("lastname", "Example"),
    ];
    let made = cloud.call("createAccount", &draft)["account"].clone();
    assert_eq!(text(&made["roleid"]), user);
    let whose = [("account", "eve"), ("domainid", &text(&made["domainid"]))];
    let limit = [&whose[..], &[("resourcetype", "7"), ("max", "3")]].concat();
    cloud.call("updateResourceLimit", &limit);
    let shown = cloud.call("listAccounts", &[("name", "eve"), ("listall", "true")]);
    let shown = &shown["account"][0];
    assert_eq!(
        (&shown["vpclimit"], &shown["vpcavailable"]),
        (&json!("3"), &json!("3"))
    );
}
