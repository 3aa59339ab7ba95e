//! Projects, which accounts share.

use serde_json::json;

use super::{Cloud, all, names, text};

#[test]
fn what_is_made_in_a_project_belongs_to_it() {
    let mut cloud = Cloud::new();
    let (_, ada) = cloud.account("ada", "0", &[]);
    let (_, bob) = cloud.account("bob", "0", &[]);
    let (_, made) = cloud.call_with(
        &ada,
        "createProject",
        &[("name", "ours"), ("displaytext", "Ours")],
    );
    let project = text(&made["id"]);
    let job = cloud.job(&text(&made["jobid"]));
    assert_eq!(job["jobresult"]["project"]["state"], "Active");
    let params = cloud.deploy_params();
    let mut params: Vec<(&str, &str)> = params
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    params.extend([("name", "shared"), ("projectid", &project)]);
    assert_eq!(
        cloud.call_with(&bob, "deployVirtualMachine", &params).0,
        531
    );
    let (status, made) = cloud.call_with(&ada, "deployVirtualMachine", &params);
    assert_eq!(status, 200, "{made}");
    let machine = cloud.machine(&text(&made["id"]));
    assert_eq!(
        (&machine["project"], &machine["projectid"]),
        (&json!("ours"), &json!(project))
    );
    assert!(machine.get("account").is_none());
    let list = |cloud: &mut Cloud, keys: &(String, String), params: &[(&str, &str)]| {
        names(&cloud.call_with(keys, "listVirtualMachines", params).1)
    };
    assert!(list(&mut cloud, &ada, &[]).is_empty());
    assert!(list(&mut cloud, &ada, &[("listall", "true")]).is_empty());
    assert_eq!(
        list(&mut cloud, &ada, &[("projectid", &project)]),
        ["shared"]
    );
    assert_eq!(list(&mut cloud, &ada, &[("projectid", "-1")]), ["shared"]);
    assert!(list(&mut cloud, &bob, &[("projectid", "-1")]).is_empty());
    assert_eq!(
        cloud
            .call_with(&bob, "listVirtualMachines", &[("projectid", &project)])
            .0,
        531
    );
    let join = [("projectid", &*project), ("account", "bob")];
    let (_, joined) = cloud.call_with(&ada, "addAccountToProject", &join);
    assert_eq!(cloud.job(&text(&joined["jobid"]))["jobstatus"], 1);
    assert_eq!(
        list(&mut cloud, &bob, &[("projectid", &project)]),
        ["shared"]
    );
    assert_eq!(
        cloud
            .call_with(&bob, "suspendProject", &[("id", &project)])
            .0,
        531
    );
    let (_, seen) = cloud.call_with(&bob, "listProjects", &[]);
    assert_eq!(all(&seen, "project", "name"), ["ours"]);
    let (_, members) = cloud.call_with(&bob, "listProjectAccounts", &[("projectid", &project)]);
    assert_eq!(
        all(&members, "projectaccount", "role"),
        ["Admin", "Regular"]
    );
    assert_eq!(
        cloud.call("listAccounts", &[("name", "ours"), ("listall", "true")]),
        json!({})
    );
}

#[test]
fn a_suspended_project_makes_nothing_and_goes_with_all_it_has() {
    let mut cloud = Cloud::new();
    let made = cloud.call("createProject", &[("name", "admin"), ("displaytext", "x")]);
    let project = text(&made["id"]);
    let machine = cloud.deploy(&[("name", "shared"), ("projectid", &project)]);
    let done = cloud.outcome("suspendProject", &[("id", &project)]);
    assert_eq!(done["jobresult"]["project"]["state"], "Suspended");
    assert_eq!(cloud.machine(&machine)["state"], "Stopped");
    let group = [
        ("projectid", &*project),
        ("name", "g"),
        ("type", "host affinity"),
    ];
    assert_eq!(cloud.refused("createAffinityGroup", &group).0, 531);
    cloud.outcome("activateProject", &[("id", &project)]);
    cloud.call("createAffinityGroup", &group);
    assert_eq!(
        cloud
            .refused("createProject", &[("name", "admin"), ("displaytext", "x")])
            .0,
        431
    );
    let only = [("projectid", &*project), ("account", "admin")];
    assert_eq!(cloud.refused("deleteAccountFromProject", &only).0, 431);
    let done = cloud.outcome("deleteProject", &[("id", &project)]);
    assert_eq!(done["jobresult"], json!({"success": true}));
    assert_eq!(
        cloud.call("listProjects", &[("listall", "true")]),
        json!({})
    );
    assert_eq!(
        cloud.call("listVirtualMachines", &[("projectid", "-1")]),
        json!({})
    );
}
