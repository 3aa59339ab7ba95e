//! Projects, which accounts share.

use std::time::Duration;

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

#[test]
fn who_is_invited_joins_by_accepting_in_time() {
    let mut cloud = Cloud::new();
    let (_, ada) = cloud.account("ada", "0", &[]);
    let (_, bob) = cloud.account("bob", "0", &[]);
    let required = [("name", "project.invite.required"), ("value", "true")];
    cloud.call("updateConfiguration", &required);
    let ours = [("name", "ours"), ("displaytext", "Ours")];
    let (_, made) = cloud.call_with(&ada, "createProject", &ours);
    let project = text(&made["id"]);
    let project = ("projectid", &*project);
    let bobs = [project, ("account", "bob")];
    let run = |cloud: &mut Cloud, keys: &_, command: &str, params: &[(&str, &str)]| {
        let (_, answer) = cloud.call_with(keys, command, params);
        cloud.job(&text(&answer["jobid"]))
    };
    let states = |cloud: &mut Cloud| {
        let (_, listed) = cloud.call_with(&bob, "listProjectInvitations", &[]);
        all(&listed, "projectinvitation", "state")
    };
    assert_eq!(
        run(&mut cloud, &ada, "addAccountToProject", &bobs)["jobstatus"],
        1
    );
    assert_eq!(states(&mut cloud), ["Pending"]);
    let (_, seen) = cloud.call_with(&bob, "listProjects", &[]);
    assert_eq!(seen, json!({}));
    let twice = run(&mut cloud, &ada, "addAccountToProject", &bobs);
    let why = text(&twice["jobresult"]["errortext"]);
    assert!(
        why.starts_with("There is already a pending invitation"),
        "{why}"
    );

    let declined = [project, ("account", "bob"), ("accept", "false")];
    run(&mut cloud, &bob, "updateProjectInvitation", &declined);
    assert_eq!(states(&mut cloud), ["Declined"]);
    run(&mut cloud, &ada, "addAccountToProject", &bobs);
    cloud.world.observe(Duration::from_secs(86_401));
    cloud.run_due();
    assert_eq!(states(&mut cloud), ["Expired"]);
    let late = run(&mut cloud, &bob, "updateProjectInvitation", &bobs);
    let why = text(&late["jobresult"]["errortext"]);
    assert!(why.starts_with("Invitation is expired"), "{why}");

    run(&mut cloud, &ada, "addAccountToProject", &bobs);
    let done = run(&mut cloud, &bob, "updateProjectInvitation", &bobs);
    assert_eq!(done["jobstatus"], 1, "{done}");
    assert_eq!(states(&mut cloud), ["Completed"]);
    let (_, seen) = cloud.call_with(&bob, "listProjects", &[]);
    assert_eq!(all(&seen, "project", "name"), ["ours"]);
    run(&mut cloud, &ada, "deleteAccountFromProject", &bobs);
    assert!(states(&mut cloud).is_empty());

    run(
        &mut cloud,
        &ada,
        "addUserToProject",
        &[project, ("username", "bob")],
    );
    let (_, listed) = cloud.call_with(&bob, "listProjectInvitations", &[]);
    let id = text(&listed["projectinvitation"][0]["id"]);
    assert_eq!(
        cloud
            .call_with(&bob, "deleteProjectInvitation", &[("id", &id)])
            .0,
        531
    );
    run(&mut cloud, &bob, "updateProjectInvitation", &[project]);
    let (_, members) = cloud.call_with(&bob, "listProjectAccounts", &[project]);
    assert_eq!(members["projectaccount"][1]["username"], "bob");
}
