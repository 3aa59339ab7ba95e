//! Key pairs, tags, details, affinity groups and user data.

use serde_json::json;

use super::{Cloud, all, names, text};

#[test]
fn tags_are_shown_on_things_and_filter_lists() {
    let mut cloud = Cloud::new();
    let one = cloud.deploy(&[("name", "one")]);
    cloud.deploy(&[("name", "two")]);
    let tag = [
        ("resourceids", &*one),
        ("resourcetype", "uservm"),
        ("tags[0].key", "tier"),
        ("tags[0].value", "db"),
        ("tags[1].key", "team"),
        ("tags[1].value", "red"),
    ];
    assert_eq!(
        cloud.outcome("createTags", &tag)["jobresult"],
        json!({"success": true})
    );
    let shown = cloud.machine(&one)["tags"].clone();
    assert_eq!(
        (&shown[0]["key"], &shown[0]["value"]),
        (&json!("tier"), &json!("db"))
    );
    assert_eq!(
        (&shown[0]["resourcetype"], &shown[0]["account"]),
        (&json!("UserVm"), &json!("admin"))
    );
    let filter = [("tags[0].key", "tier"), ("tags[0].value", "db")];
    assert_eq!(names(&cloud.call("listVirtualMachines", &filter)), ["one"]);
    let filter = [("tags[0].key", "tier"), ("tags[0].value", "web")];
    assert_eq!(cloud.call("listVirtualMachines", &filter), json!({}));
    let twice = cloud.outcome("createTags", &tag);
    assert_eq!(
        (&twice["jobstatus"], &twice["jobresult"]["errorcode"]),
        (&json!(2), &json!(431))
    );
    let listed = cloud.call("listTags", &[("resourceid", &one), ("key", "team")]);
    assert_eq!(all(&listed, "tag", "value"), ["red"]);
    let (status, _) = cloud.call_as("joe", "createTags", &tag);
    assert_eq!(status, 531);
    assert_eq!(
        cloud.call_as("joe", "listTags", &[("listall", "true")]).1,
        json!({})
    );
    cloud.outcome(
        "deleteTags",
        &[
            ("resourceids", &one),
            ("resourcetype", "UserVm"),
            ("tags[0].key", "tier"),
        ],
    );
    assert_eq!(all(&cloud.machine(&one), "tags", "key"), ["team"]);
    assert_eq!(
        cloud
            .refused(
                "createTags",
                &[
                    ("resourceids", &one),
                    ("resourcetype", "Moon"),
                    ("tags[0].key", "a")
                ]
            )
            .0,
        431
    );
    cloud.run("destroyVirtualMachine", &one, &[("expunge", "true")]);
    assert_eq!(cloud.call("listTags", &[]), json!({}));
}

#[test]
fn details_are_said_and_taken_back() {
    let mut cloud = Cloud::new();
    let one = cloud.deploy(&[]);
    let thing = [("resourceid", &*one), ("resourcetype", "UserVm")];
    let detail = [("details[0].key", "a"), ("details[0].value", "1")];
    cloud.outcome("addResourceDetail", &[&thing[..], &detail].concat());
    let listed = cloud.call("listResourceDetails", &thing);
    assert_eq!(all(&listed, "resourcedetail", "value"), ["1"]);
    cloud.outcome("removeResourceDetail", &thing);
    assert_eq!(cloud.call("listResourceDetails", &thing), json!({}));
}

#[test]
fn key_pairs_are_made_registered_and_used() {
    let mut cloud = Cloud::new();
    let pair = cloud.call("createSSHKeyPair", &[("name", "mine")])["keypair"].clone();
    assert!(text(&pair["privatekey"]).starts_with("-----BEGIN"));
    let (status, text_) = cloud.refused("createSSHKeyPair", &[("name", "mine")]);
    assert_eq!(
        (status, &*text_),
        (431, "A key pair with name 'mine' already exists.")
    );
    let key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQC7 someone";
    let registered = cloud.call(
        "registerSSHKeyPair",
        &[("name", "other"), ("publickey", key)],
    );
    assert!(registered["keypair"].get("privatekey").is_none());
    assert_eq!(
        cloud
            .refused(
                "registerSSHKeyPair",
                &[("name", "again"), ("publickey", key)]
            )
            .0,
        431
    );
    assert_eq!(
        cloud
            .refused(
                "registerSSHKeyPair",
                &[("name", "bad"), ("publickey", "nonsense")]
            )
            .0,
        431
    );
    let listed = cloud.call("listSSHKeyPairs", &[]);
    assert_eq!(all(&listed, "sshkeypair", "name"), ["mine", "other"]);
    let machine = cloud.deploy(&[("keypair", "mine")]);
    assert_eq!(cloud.machine(&machine)["keypair"], "mine");
    assert_eq!(
        cloud.call("deleteSSHKeyPair", &[("name", "mine")]),
        json!({"success": true})
    );
    assert_eq!(
        cloud.refused("deleteSSHKeyPair", &[("name", "mine")]).0,
        431
    );
    assert_eq!(
        cloud
            .call_as("joe", "listSSHKeyPairs", &[("listall", "true")])
            .1,
        json!({})
    );
}

#[test]
fn lists_show_the_tags_of_what_they_list() {
    let mut cloud = Cloud::new();
    let network = cloud.first("listNetworks", "network", &[]);
    cloud.outcome("associateIpAddress", &[("networkid", &network)]);
    for (kind, command, key) in [
        ("Template", "listTemplates", "template"),
        ("Network", "listNetworks", "network"),
        (
            "PublicIpAddress",
            "listPublicIpAddresses",
            "publicipaddress",
        ),
    ] {
        let all = [("templatefilter", "all")];
        let params = if kind == "Template" { &all[..] } else { &[] };
        let id = cloud.first(command, key, params);
        let tag = [
            ("resourcetype", kind),
            ("resourceids", &*id),
            ("tags[0].key", "team"),
            ("tags[0].value", "a"),
        ];
        assert_eq!(cloud.outcome("createTags", &tag)["jobstatus"], 1, "{kind}");
        let listed = cloud.call(command, params);
        assert_eq!(listed[key][0]["tags"][0]["key"], "team", "{kind}");
    }
}

#[test]
fn affinity_groups_are_server_groups() {
    let mut cloud = Cloud::new();
    let types = cloud.call("listAffinityGroupTypes", &[]);
    assert_eq!(
        all(&types, "affinityGroupType", "type")[0],
        "host anti-affinity"
    );
    let group = [
        ("name", "apart"),
        ("type", "host anti-affinity"),
        ("description", "d"),
    ];
    let made = cloud.call("createAffinityGroup", &group);
    let id = text(&made["id"]);
    let result = cloud.job(&text(&made["jobid"]))["jobresult"]["affinitygroup"].clone();
    assert_eq!(
        (&result["name"], &result["virtualmachineIds"]),
        (&json!("apart"), &json!([]))
    );
    assert_eq!(cloud.refused("createAffinityGroup", &group).0, 431);
    assert_eq!(
        cloud
            .refused("createAffinityGroup", &[("name", "x"), ("type", "moon")])
            .0,
        431
    );
    let machine = cloud.deploy(&[("affinitygroupids", &id)]);
    let listed = cloud.call("listAffinityGroups", &[("virtualmachineid", &machine)]);
    assert_eq!(
        listed["affinitygroup"][0]["virtualmachineIds"],
        json!([machine])
    );
    assert_eq!(
        cloud.outcome("deleteAffinityGroup", &[("name", "apart")])["jobstatus"],
        1
    );
    assert_eq!(cloud.call("listAffinityGroups", &[]), json!({}));
}

#[test]
fn user_data_is_kept_under_its_name() {
    let mut cloud = Cloud::new();
    let data = [("name", "boot"), ("userdata", "IyEvYmluL3No")];
    let id = text(&cloud.call("registerUserData", &data)["userdata"]["id"]);
    assert_eq!(cloud.refused("registerUserData", &data).0, 431);
    let (status, _) = cloud.call_as("joe", "deleteUserData", &[("id", &id)]);
    assert_eq!(status, 531);
    let listed = cloud.call("listUserData", &[]);
    assert_eq!(listed["userdata"][0]["userdata"], "IyEvYmluL3No");
    assert_eq!(
        cloud.call("deleteUserData", &[("id", &id)]),
        json!({"success": true})
    );
    assert_eq!(cloud.call("listUserData", &[]), json!({}));
}

/// What a machine has for user data, decoded.
fn given(cloud: &mut Cloud, machine: &str) -> String {
    use base64::Engine as _;
    let named = [("virtualmachineid", machine)];
    let answer = cloud.call("getVirtualMachineUserData", &named);
    let data = text(&answer["virtualmachineuserdata"]["userdata"]);
    let data = base64::engine::general_purpose::STANDARD.decode(data);
    String::from_utf8(data.expect("base64")).expect("a text")
}

#[test]
fn a_template_gives_its_machines_user_data() {
    let mut cloud = Cloud::new();
    // `#!/bin/sh` and `#cloud-config`
    let data = [("name", "boot"), ("userdata", "IyEvYmluL3No")];
    let kept = text(&cloud.call("registerUserData", &data)["userdata"]["id"]);
    let template = cloud.first("listTemplates", "template", &[("templatefilter", "all")]);
    let link = |cloud: &mut Cloud, policy: &str| {
        let params = [
            ("templateid", &*template),
            ("userdataid", &kept),
            ("userdatapolicy", policy),
        ];
        cloud.call("linkUserDataToTemplate", &params)["template"].clone()
    };
    let own = [("userdata", "I2Nsb3VkLWNvbmZpZw==")];

    let linked = link(&mut cloud, "allowoverride");
    assert_eq!(
        (&linked["userdataname"], &linked["userdatapolicy"]),
        (&json!("boot"), &json!("ALLOWOVERRIDE"))
    );
    let machine = cloud.deploy(&[]);
    assert_eq!(given(&mut cloud, &machine), "#!/bin/sh");
    assert_eq!(cloud.machine(&machine)["userdataid"], json!(kept));
    let machine = cloud.deploy(&own);
    assert_eq!(given(&mut cloud, &machine), "#cloud-config");

    link(&mut cloud, "append");
    let machine = cloud.deploy(&own);
    let both = given(&mut cloud, &machine);
    assert!(
        both.contains("text/x-shellscript") && both.contains("text/cloud-config"),
        "{both}"
    );

    link(&mut cloud, "denyoverride");
    let asked = cloud.deploy_params();
    let mut params: Vec<_> = asked
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    params.extend(own);
    let (status, said) = cloud.refused("deployVirtualMachine", &params);
    assert_eq!(status, 530);
    assert!(
        said.contains("is configured to deny any userdata"),
        "{said}"
    );

    let (status, said) = cloud.refused("deleteUserData", &[("id", &kept)]);
    assert_eq!(status, 530);
    assert!(said.contains("linked to active template"), "{said}");
    let unlinked = cloud.call("linkUserDataToTemplate", &[("templateid", &template)]);
    assert_eq!(unlinked["template"]["userdataid"], serde_json::Value::Null);
    cloud.call("deleteUserData", &[("id", &kept)]);
}

#[test]
fn a_machine_is_given_the_data_that_it_names_and_no_nonsense() {
    let mut cloud = Cloud::new();
    let data = [("name", "boot"), ("userdata", "IyEvYmluL3No")];
    let kept = text(&cloud.call("registerUserData", &data)["userdata"]["id"]);
    let machine = cloud.deploy(&[("userdataid", &kept)]);
    assert_eq!(given(&mut cloud, &machine), "#!/bin/sh");
    let asked = cloud.deploy_params();
    let asked = asked.iter().map(|(name, value)| (*name, &**value));
    let asked: Vec<_> = asked.chain([("userdata", "!")]).collect();
    let (status, said) = cloud.refused("deployVirtualMachine", &asked);
    assert_eq!((status, &*said), (431, "User data is not base64 encoded."));
}
