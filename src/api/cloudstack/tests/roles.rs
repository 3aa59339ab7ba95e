//! Roles decide which commands may be called.

use serde_json::json;

use super::{Cloud, all, text};

#[test]
fn the_first_rule_that_matches_decides() {
    let mut cloud = Cloud::new();
    let role = cloud.call("createRole", &[("name", "watcher"), ("type", "User")])["role"].clone();
    assert_eq!(
        (&role["type"], &role["isdefault"]),
        (&json!("User"), &json!(false))
    );
    let role = text(&role["id"]);
    let rule = |cloud: &mut Cloud, rule: &str, permission: &str| {
        let params = [
            ("roleid", &*role),
            ("rule", rule),
            ("permission", permission),
        ];
        text(&cloud.call("createRolePermission", &params)["rolepermission"]["id"])
    };
    let deny = rule(&mut cloud, "listZones", "deny");
    let allow = rule(&mut cloud, "list*", "allow");
    let (_, keys) = cloud.account("ada", "0", &[("roleid", &role)]);
    assert_eq!(cloud.call_with(&keys, "listZones", &[]).0, 432);
    assert_eq!(cloud.call_with(&keys, "listVirtualMachines", &[]).0, 200);
    assert_eq!(
        cloud
            .call_with(&keys, "createSSHKeyPair", &[("name", "x")])
            .0,
        432
    );
    assert_eq!(
        cloud
            .call_with(&keys, "listApis", &[("name", "listZones")])
            .0,
        431
    );
    let order = format!("{allow},{deny}");
    cloud.call(
        "updateRolePermission",
        &[("roleid", &role), ("ruleorder", &order)],
    );
    assert_eq!(cloud.call_with(&keys, "listZones", &[]).0, 200);
    cloud.call(
        "updateRolePermission",
        &[
            ("roleid", &role),
            ("ruleid", &allow),
            ("permission", "deny"),
        ],
    );
    assert_eq!(cloud.call_with(&keys, "listVirtualMachines", &[]).0, 432);
    cloud.call("deleteRolePermission", &[("id", &allow)]);
    let rules = cloud.call("listRolePermissions", &[("roleid", &role)]);
    assert_eq!(all(&rules, "rolepermission", "rule"), ["listZones"]);
    assert_eq!(cloud.refused("deleteRole", &[("id", &role)]).0, 531);
}

#[test]
fn the_roles_of_the_beginning_stay_as_they_are_and_can_be_copied() {
    let mut cloud = Cloud::new();
    let roles = cloud.call("listRoles", &[]);
    assert_eq!(
        all(&roles, "role", "name")[..4],
        ["Root Admin", "Resource Admin", "Domain Admin", "User"]
    );
    let user = cloud.first("listRoles", "role", &[("name", "User")]);
    assert_eq!(cloud.refused("deleteRole", &[("id", &user)]).0, 531);
    assert_eq!(
        cloud
            .refused("updateRole", &[("id", &user), ("name", "x")])
            .0,
        531
    );
    let rules = cloud.call(
        "listRolePermissions",
        &[("roleid", &user), ("page", "1"), ("pagesize", "500")],
    );
    let rules = all(&rules, "rolepermission", "rule");
    assert!(rules.contains(&"deployVirtualMachine".to_owned()));
    assert!(!rules.contains(&"listHosts".to_owned()));
    let copy = cloud.call("createRole", &[("name", "mine"), ("roleid", &user)]);
    let copy = text(&copy["role"]["id"]);
    cloud.call("updateRole", &[("id", &copy), ("description", "changed")]);
    let (_, keys) = cloud.account("ada", "0", &[("roleid", &copy)]);
    assert_eq!(cloud.call_with(&keys, "listZones", &[]).0, 200);
    assert_eq!(cloud.call_with(&keys, "listHosts", &[]).0, 432);
    let reader = cloud.first("listRoles", "role", &[("name", "Read-Only Admin")]);
    let (_, keys) = cloud.account("reader", "1", &[("roleid", &reader)]);
    assert_eq!(cloud.call_with(&keys, "listHosts", &[]).0, 200);
    assert_eq!(
        cloud.call_with(&keys, "createDomain", &[("name", "x")]).0,
        432
    );
}

#[test]
fn a_role_comes_with_its_rules_and_private_ones_are_not_for_all_to_see() {
    let mut cloud = Cloud::new();
    let rules = [
        ("name", "reader"),
        ("type", "User"),
        ("ispublic", "false"),
        ("rules[0].rule", "list*"),
        ("rules[0].permission", "allow"),
        ("rules[1].rule", "update*"),
        ("rules[1].permission", "deny"),
    ];
    let role = cloud.call("importRole", &rules)["role"]["id"].clone();
    let role = role.as_str().expect("an id").to_owned();
    let listed = cloud.call("listRolePermissions", &[("roleid", &role)]);
    assert_eq!(
        super::all(&listed, "rolepermission", "rule"),
        ["list*", "update*"]
    );
    assert_eq!(cloud.refused("importRole", &rules).0, 530);
    let forced = [&rules[..5], &[("forced", "true")]].concat();
    cloud.call("importRole", &forced);
    let listed = cloud.call("listRolePermissions", &[("roleid", &role)]);
    assert_eq!(listed["count"], 1);
    let domain = cloud.domain("research", None);
    let (_, over) = cloud.account("over", "2", &[("domainid", &domain)]);
    let ask = [("id", &*role)];
    assert_eq!(cloud.call_with(&over, "listRoles", &ask).1, json!({}));
    assert_eq!(cloud.call("listRoles", &ask)["count"], 1);
    let fourth = cloud.call("listRoles", &[("id", "4")]);
    assert_eq!(fourth["role"][0]["type"], "User");
    let used = [("roleid", &*role), ("domainid", &*domain)];
    cloud.account("reader", "0", &used);
    let change = [("id", &*role), ("type", "Admin")];
    assert_eq!(cloud.refused("updateRole", &change).0, 531);
}
