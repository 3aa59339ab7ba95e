mod creation;

use super::*;
use crate::vocabulary::plan::HostChange;

const SERVERS: &str = "/compute/v2.1/servers";

fn server(cloud: &mut Cloud, id: &str) -> Value {
    cloud.get(&format!("{SERVERS}/{id}")).json()["server"].clone()
}

fn act(cloud: &mut Cloud, id: &str, action: Value) -> Seen {
    cloud.post(&format!("{SERVERS}/{id}/action"), &action)
}

#[test]
fn a_server_lives_and_dies() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web-1");
    let seen = server(&mut cloud, &id);
    assert_eq!(seen["status"], "ACTIVE");
    assert_eq!(seen["OS-EXT-STS:vm_state"], "active");
    assert_eq!(seen["created"], "2001-09-09T01:46:40Z");
    assert_eq!(seen["OS-SRV-USG:launched_at"], "2001-09-09T01:46:40.000000");
    assert_eq!(seen["hostId"].as_str().map(str::len), Some(56));
    assert_eq!(
        seen["addresses"],
        json!({"private": [{"version": 4, "addr": "10.0.0.2", "OS-EXT-IPS:type": "fixed",
               "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:01"}]})
    );
    assert_eq!(
        seen["links"][0]["href"],
        format!("http://cloud:8900/compute/v2.1/servers/{id}")
    );
    assert_eq!(
        seen["links"][1]["href"],
        format!("http://cloud:8900/compute/servers/{id}")
    );
    assert_eq!(
        act(&mut cloud, &id, json!({"os-stop": null})).status,
        StatusCode::ACCEPTED
    );
    assert_eq!(server(&mut cloud, &id)["status"], "SHUTOFF");
    assert_eq!(
        act(&mut cloud, &id, json!({"os-start": null})).status,
        StatusCode::ACCEPTED
    );
    assert_eq!(
        act(&mut cloud, &id, json!({"reboot": {"type": "SOFT"}})).status,
        StatusCode::ACCEPTED
    );
    assert_eq!(server(&mut cloud, &id)["status"], "ACTIVE");
    assert_eq!(
        cloud.delete(&format!("{SERVERS}/{id}")).status,
        StatusCode::NO_CONTENT
    );
    let seen = cloud.get(&format!("{SERVERS}/{id}"));
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    assert_eq!(
        seen.fault("itemNotFound"),
        format!("Instance {id} could not be found.")
    );
}

const FIELDS_OF_2_1: &[&str] = &[
    "accessIPv4",
    "accessIPv6",
    "addresses",
    "created",
    "flavor",
    "hostId",
    "id",
    "image",
    "links",
    "metadata",
    "name",
    "status",
    "tenant_id",
    "user_id",
    "updated",
    "OS-DCF:diskConfig",
    "progress",
    "OS-EXT-AZ:availability_zone",
    "config_drive",
    "key_name",
    "OS-SRV-USG:launched_at",
    "OS-SRV-USG:terminated_at",
    "security_groups",
    "OS-EXT-STS:task_state",
    "OS-EXT-STS:vm_state",
    "OS-EXT-STS:power_state",
    "os-extended-volumes:volumes_attached",
];

#[test]
fn fields_come_with_their_microversions() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web-1");
    let mut fields = |version: u32| {
        let seen = server(cloud.at(version), &id);
        let fields: Vec<String> = seen
            .as_object()
            .expect("a server")
            .keys()
            .cloned()
            .collect();
        (fields, seen)
    };
    let (base, shown) = fields(1);
    assert_eq!(base, FIELDS_OF_2_1);
    assert_eq!(shown["flavor"]["id"], "1");
    for (field, since) in [
        ("locked", 9),
        ("description", 19),
        ("tags", 26),
        ("trusted_image_certificates", 63),
        ("server_groups", 71),
        ("locked_reason", 73),
        ("OS-EXT-SRV-ATTR:hostname", 90),
        ("pinned_availability_zone", 96),
        ("scheduler_hints", 100),
    ] {
        assert!(
            !fields(since - 1).0.contains(&field.to_owned()),
            "{field} before {since}"
        );
        assert!(
            fields(since).0.contains(&field.to_owned()),
            "{field} since {since}"
        );
    }
    assert_eq!(fields(47).1["flavor"]["original_name"], "m1.tiny");
    assert_eq!(fields(98).1["image"]["properties"], json!({}));
}

#[test]
fn admins_see_where_a_server_is() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web 1");
    assert!(
        server(&mut cloud, &id)
            .get("OS-EXT-SRV-ATTR:host")
            .is_none()
    );
    cloud.log_in("admin");
    let seen = server(cloud.at(16), &id);
    assert_eq!(seen["OS-EXT-SRV-ATTR:host"], "host-1");
    assert_eq!(seen["OS-EXT-SRV-ATTR:hostname"], "web-1");
    assert_eq!(seen["host_status"], "UP");
    let host = cloud.world.compute_host("host-1").expect("a host").0;
    cloud.world.change_host(host, HostChange::GoesDown);
    assert_eq!(server(&mut cloud, &id)["host_status"], "UNKNOWN");
    cloud
        .world
        .service_mut(host)
        .expect("a service")
        .is_forced_down = true;
    assert_eq!(server(&mut cloud, &id)["host_status"], "DOWN");
}

#[test]
fn a_server_shows_what_nova_knows_of_its_image() {
    let mut cloud = Cloud::with(|blueprint| {
        let known = ("hw_disk_bus".into(), "scsi".into());
        let other = ("color".into(), "red".into());
        blueprint.images[0].properties = [known, other].into();
    });
    cloud.log_in("demo");
    let id = cloud.create("web-1");
    let seen = server(cloud.at(98), &id);
    assert_eq!(seen["image"]["properties"], json!({"hw_disk_bus": "scsi"}));
}

#[test]
fn a_proxy_learns_where_a_token_leads() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web-1");
    let body = json!({"remote_console": {"protocol": "spice", "type": "spice-direct"}});
    let path = format!("/compute/v2.1/servers/{id}/remote-consoles");
    let seen = cloud.at(99).post(&path, &body).json();
    let url = seen["remote_console"]["url"].as_str().expect("an address");
    let token = url.rsplit('=').next().expect("a token");
    let path = format!("/compute/v2.1/os-console-auth-tokens/{token}");
    assert_eq!(cloud.get(&path).status, StatusCode::FORBIDDEN);
    cloud.log_in("admin");
    let console = cloud.get(&path).json()["console"].clone();
    assert_eq!(
        (&console["instance_uuid"], &console["tls_port"]),
        (&json!(id), &json!(5901))
    );
    assert_eq!(
        cloud.at(98).get(&path).json()["console"].get("tls_port"),
        None
    );
    assert_eq!(cloud.at(30).get(&path).status, StatusCode::BAD_REQUEST);
    let later = cloud.world.now() + chrono::TimeDelta::minutes(10);
    cloud.at(99).world.skip_to(later);
    cloud.world.run_due(&[], &mut AllIsWell);
    assert_eq!(cloud.get(&path).status, StatusCode::NOT_FOUND);
}

#[test]
fn servers_of_others_are_not_there() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web-1");
    cloud.log_in("eve");
    assert_eq!(
        cloud.get(&format!("{SERVERS}/{id}")).status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(cloud.get(SERVERS).json(), json!({"servers": []}));
    let seen = cloud.get(&format!("{SERVERS}?all_tenants=1"));
    assert_eq!(
        seen.fault("forbidden"),
        "Policy doesn't allow os_compute_api:servers:index:get_all_tenants to be performed."
    );
    cloud.log_in("admin");
    let seen = cloud.get(&format!("{SERVERS}?all_tenants=1")).json();
    assert_eq!(seen["servers"][0]["name"], "web-1");
}

#[test]
fn actions_need_the_right_state() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web-1");
    let told = act(&mut cloud, &id, json!({"os-start": null})).fault("conflictingRequest");
    assert_eq!(
        told,
        format!("Cannot 'start' instance {id} while it is in vm_state active")
    );
    act(&mut cloud, &id, json!({"os-stop": null}));
    let told =
        act(&mut cloud, &id, json!({"reboot": {"type": "SOFT"}})).fault("conflictingRequest");
    assert_eq!(
        told,
        format!("Cannot 'reboot' instance {id} while it is in vm_state stopped")
    );
    assert_eq!(
        act(&mut cloud, &id, json!({"reboot": {"type": "HARD"}})).status,
        StatusCode::ACCEPTED
    );
    let told = act(&mut cloud, &id, json!({"reboot": {"type": "MEDIUM"}})).fault("badRequest");
    assert!(
        told.ends_with("'MEDIUM' is not one of ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft']"),
        "{told}"
    );
    let told = act(&mut cloud, "x", json!({"os-stop": null})).fault("itemNotFound");
    assert_eq!(told, "Instance x has no mapping to a cell.");
    assert_eq!(
        act(&mut cloud, &id, json!({"fly": null})).fault("badRequest"),
        "There is no such action: fly"
    );
    assert_eq!(
        act(&mut cloud, &id, json!({})).fault("badRequest"),
        "Malformed request body"
    );
    cloud.delete(&format!("{SERVERS}/{id}"));
    let told = act(&mut cloud, &id, json!({"os-stop": null})).fault("itemNotFound");
    assert_eq!(told, format!("Instance {id} could not be found."));
}

#[test]
fn lists_are_filtered_sorted_and_paged() {
    let mut cloud = Cloud::of("demo");
    let ids: Vec<String> = ["a-1", "b-2", "a-3"].map(|name| cloud.create(name)).into();
    let mut names = |query: &str| -> Vec<String> {
        let seen = cloud.get(&format!("{SERVERS}?{query}")).json();
        let servers = seen["servers"].as_array().expect("servers").iter();
        servers
            .map(|server| server["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    assert_eq!(names(""), ["a-3", "b-2", "a-1"]);
    assert_eq!(names("name=^a-&deleted=False"), ["a-3", "a-1"]);
    assert_eq!(names("status=active"), ["a-3", "b-2", "a-1"]);
    assert_eq!(names("status=SHUTOFF"), [""; 0]);
    assert_eq!(names("ip=10.0.0.3"), ["b-2"]);
    assert_eq!(
        names("sort_key=display_name&sort_dir=asc"),
        ["a-1", "a-3", "b-2"]
    );
    assert_eq!(names("changes-since=2001-09-10"), [""; 0]);
    assert_eq!(names(&format!("marker={}", ids[2])), ["b-2", "a-1"]);
    let oldest_first = "sort_key=created_at&sort_dir=asc";
    assert_eq!(names(oldest_first), ["a-1", "b-2", "a-3"]);
    assert_eq!(
        names(&format!("{oldest_first}&marker={}", ids[0])),
        ["b-2", "a-3"]
    );
    let seen = cloud.get(&format!("{SERVERS}?limit=2&name=")).json();
    assert_eq!(
        seen["servers_links"],
        json!([{"rel": "next", "href": format!("http://cloud:8900{SERVERS}?limit=2&name=&marker={}", ids[1])}])
    );
    assert_eq!(
        cloud
            .get(&format!("{SERVERS}?marker=x"))
            .fault("badRequest"),
        "marker [x] not found"
    );
    let told = cloud
        .at(75)
        .get(&format!("{SERVERS}?bogus=1"))
        .fault("badRequest");
    assert_eq!(told, "'bogus' does not match any of the regexes: '^_'");
}

#[test]
fn metadata_is_read_and_written() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web-1");
    let path = format!("{SERVERS}/{id}/metadata");
    let put = |cloud: &mut Cloud, body: Value| cloud.put(&path, &body).json();
    assert_eq!(
        put(&mut cloud, json!({"metadata": {"a": "1"}})),
        json!({"metadata": {"a": "1"}})
    );
    let seen = cloud.post(&path, &json!({"metadata": {"b": "2"}})).json();
    assert_eq!(seen, json!({"metadata": {"a": "1", "b": "2"}}));
    assert_eq!(
        cloud.get(&format!("{path}/b")).json(),
        json!({"meta": {"b": "2"}})
    );
    let told = cloud
        .put(&format!("{path}/a"), &json!({"meta": {"c": "3"}}))
        .fault("badRequest");
    assert_eq!(told, "Request body and URI mismatch");
    assert_eq!(
        cloud.delete(&format!("{path}/a")).status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        cloud.delete(&format!("{path}/a")).fault("itemNotFound"),
        "Metadata item was not found"
    );
    assert_eq!(cloud.get(&path).json(), json!({"metadata": {"b": "2"}}));
}

#[test]
fn an_update_answers_as_its_version_does() {
    let mut cloud = Cloud::of("demo");
    let id = cloud.create("web-1");
    let path = format!("{SERVERS}/{id}");
    let seen = cloud
        .put(&path, &json!({"server": {"name": "web-2"}}))
        .json();
    assert_eq!(seen["server"]["name"], "web-2");
    assert!(seen["server"].get("OS-EXT-STS:vm_state").is_none());
    let seen = cloud
        .at(75)
        .put(&path, &json!({"server": {"description": "d"}}))
        .json();
    assert_eq!(seen["server"]["description"], "d");
    assert_eq!(seen["server"]["OS-EXT-STS:vm_state"], "active");
}

#[test]
fn key_pairs_belong_to_their_user() {
    let mut cloud = Cloud::of("demo");
    const KEYS: &str = "/compute/v2.1/os-keypairs";
    let seen = cloud.post(KEYS, &json!({"keypair": {"name": "k"}}));
    assert_eq!(seen.status, StatusCode::OK);
    let made = seen.json()["keypair"].clone();
    assert!(
        made["private_key"]
            .as_str()
            .expect("a key")
            .starts_with("-----BEGIN OPENSSH PRIVATE KEY-----")
    );
    let again = cloud.post(KEYS, &json!({"keypair": {"name": "k"}}));
    assert_eq!(
        again.fault("conflictingRequest"),
        "Key pair 'k' already exists."
    );
    let import = json!({"keypair": {"name": "i", "public_key": made["public_key"], "type": "ssh"}});
    let seen = cloud.at(10).post(KEYS, &import);
    assert_eq!(seen.status, StatusCode::CREATED);
    assert_eq!(seen.json()["keypair"]["fingerprint"], made["fingerprint"]);
    assert!(seen.json()["keypair"].get("private_key").is_none());
    assert_eq!(
        cloud.get(KEYS).json()["keypairs"].as_array().map(Vec::len),
        Some(2)
    );
    let user = cloud
        .world
        .accounts
        .user_named("eve")
        .id
        .simple()
        .to_string();
    cloud.log_in("eve");
    assert_eq!(
        cloud.get(&format!("{KEYS}/k")).fault("itemNotFound"),
        format!("Keypair k not found for user {user}")
    );
    cloud.log_in("demo");
    assert_eq!(
        cloud.delete(&format!("{KEYS}/k")).status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        cloud.get(&format!("{KEYS}/k")).status,
        StatusCode::NOT_FOUND
    );
}
