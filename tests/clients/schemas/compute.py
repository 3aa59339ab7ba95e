"""Compute's calls that have a schema, in the order in which they make sense: each list is a life of its own."""

import re
from uuid import uuid4

from stage import Call

FLAVOR, BIGGER_FLAVOR = "1", "2"
UUID = re.compile("[0-9a-f-]{36}")


def servers(stage):
    return stage.client("ServersClient")


def boot(stage, name="server", **more):
    """Makes a server and waits until it runs."""
    network = {"networks": [{"uuid": stage.network}]}
    made = servers(stage).create_server(name=name, imageRef=stage.image, flavorRef=FLAVOR, **network, **more)
    stage.keep(name, made["server"]["id"])
    settle(stage, name)


def settle(stage, name="server"):
    """Waits until nothing more happens to a server."""
    stage.wait(servers(stage), f"servers/{stage[name]}", is_settled)


def is_settled(server):
    return server.get("OS-EXT-STS:task_state") is None and server.get("status") not in ("BUILD", "MIGRATING")


def action(key, method, since=0, until=1000, **body):
    """A row for an action on the server; afterwards the server is settled again."""

    def make(stage):
        getattr(servers(stage), method)(stage["server"], **body)
        settle(stage)

    return Call(f"POST servers/{{}}/action#{key}", make, since, until)


def of_server(route, method, *arguments, since=0, until=1000, **body):
    """A row for a call on something of the server's."""
    make = lambda stage: getattr(servers(stage), method)(stage["server"], *arguments, **body)
    return Call(route, make, since, until)


def last(stage, name, items, key="id"):
    """Keeps the last of some items, where there are any."""
    if items:
        stage.keep(name, items[-1][key])


def keep_console_token(stage):
    made = servers(stage).get_remote_console(stage["server"], "novnc", "vnc")
    stage.keep("token", UUID.search(made["remote_console"]["url"]).group())


BOOT = Call("POST servers", boot)

SERVERS = [
    BOOT,
    Call("GET servers/{}", lambda s: servers(s).show_server(s["server"])),
    Call("GET servers", lambda s: servers(s).list_servers()),
    Call("GET servers/detail", lambda s: servers(s).list_servers(detail=True)),
    Call("PUT servers/{}", lambda s: servers(s).update_server(s["server"], name="renamed")),
    of_server("GET servers/{}/ips", "list_addresses"),
    of_server("GET servers/{}/ips/{}", "list_addresses_by_network", "private"),
    of_server("PUT servers/{}/metadata", "set_server_metadata", {"a": "1"}),
    of_server("POST servers/{}/metadata", "update_server_metadata", {"b": "2"}),
    of_server("GET servers/{}/metadata", "list_server_metadata"),
    of_server("GET servers/{}/metadata/{}", "show_server_metadata_item", "a"),
    of_server("PUT servers/{}/metadata/{}", "set_server_metadata_item", "a", {"a": "3"}),
    of_server("DELETE servers/{}/metadata/{}", "delete_server_metadata_item", "a"),
    # Tempest has no schemas of tags from 2.99 on.
    of_server("PUT servers/{}/tags", "update_all_tags", ["a", "b"], since=26, until=98),
    of_server("PUT servers/{}/tags/{}", "update_tag", "c", since=26, until=98),
    of_server("GET servers/{}/tags", "list_tags", since=26, until=98),
    of_server("GET servers/{}/tags/{}", "check_tag_existence", "c", since=26, until=98),
    of_server("DELETE servers/{}/tags/{}", "delete_tag", "c", since=26, until=98),
    of_server("DELETE servers/{}/tags", "delete_all_tags", since=26, until=98),
    of_server("GET servers/{}/os-security-groups", "list_security_groups_by_server"),
    of_server("GET servers/{}/diagnostics", "show_server_diagnostics"),
    of_server("GET servers/{}/os-server-password", "show_password"),
    of_server("DELETE servers/{}/os-server-password", "delete_password"),
    Call(
        "GET servers/{}/os-instance-actions",
        lambda s: last(s, "action", servers(s).list_instance_actions(s["server"])["instanceActions"], "request_id"),
    ),
    Call(
        "GET servers/{}/os-instance-actions/{}",
        lambda s: servers(s).show_instance_action(s["server"], s["action"]),
    ),
    Call(
        "POST servers/{}/remote-consoles",
        keep_console_token,
        since=6,
    ),
    Call(
        "GET os-console-auth-tokens/{}",
        lambda s: servers(s).get_console_auth_token_details(s["token"]),
        # Tempest has its schema at this one alone.
        since=99,
        until=99,
    ),
    Call("DELETE servers/{}", lambda s: servers(s).delete_server(s["server"])),
]

ACTIONS = [
    BOOT,
    action("os-stop", "stop_server"),
    action("os-start", "start_server"),
    action("reboot", "reboot_server", type="SOFT"),
    action("pause", "pause_server"),
    action("unpause", "unpause_server"),
    action("suspend", "suspend_server"),
    action("resume", "resume_server"),
    action("lock", "lock_server"),
    action("unlock", "unlock_server"),
    action("rescue", "rescue_server"),
    Call("GET servers/{}", lambda s: servers(s).show_server(s["server"])),
    action("unrescue", "unrescue_server"),
    action("resize", "resize_server", flavor_ref=BIGGER_FLAVOR),
    Call("GET servers/detail", lambda s: servers(s).list_servers(detail=True)),
    action("confirmResize", "confirm_resize_server"),
    action("migrate", "migrate_server"),
    action("revertResize", "revert_resize_server"),
    action("os-migrateLive", "live_migrate_server", until=24, host=None, block_migration=False, disk_over_commit=False),
    action("os-migrateLive", "live_migrate_server", since=25, host=None, block_migration="auto"),
    Call("GET servers/{}/migrations", lambda s: servers(s).list_in_progress_live_migration(s["server"]), since=23),
    Call("GET os-migrations", lambda s: s.client("MigrationsClient").list_migrations()),
    Call("POST servers/{}/action#rebuild", lambda s: (servers(s).rebuild_server(s["server"], s.image), settle(s))),
    action("changePassword", "change_password", adminPass="x"),
    Call(
        "POST servers/{}/action#createImage",
        lambda s: s.client("ImagesClient").create_image(s["server"], name="snapshot"),
    ),
    action("createBackup", "create_backup", name="backup", backup_type="daily", rotation=1),
    action("os-getConsoleOutput", "get_console_output"),
    action("os-getVNCConsole", "get_vnc_console", until=5, type="novnc"),
    action("addSecurityGroup", "add_security_group", name="default"),
    action("removeSecurityGroup", "remove_security_group", name="default"),
    action("os-resetState", "reset_state", state="active"),
    action("shelve", "shelve_server"),
    Call("GET servers/{}", lambda s: servers(s).show_server(s["server"])),
    action("unshelve", "unshelve_server"),
    Call("POST servers/{}/action#forceDelete", lambda s: servers(s).force_delete_server(s["server"])),
]


def interfaces(stage):
    return stage.client("InterfacesClient")


ATTACHMENTS = [
    BOOT,
    Call(
        "GET servers/{}/os-interface",
        lambda s: last(s, "port", interfaces(s).list_interfaces(s["server"])["interfaceAttachments"], "port_id"),
    ),
    Call("GET servers/{}/os-interface/{}", lambda s: interfaces(s).show_interface(s["server"], s["port"])),
    Call("POST servers/{}/os-interface", lambda s: interfaces(s).create_interface(s["server"], net_id=s.network)),
    Call("DELETE servers/{}/os-interface/{}", lambda s: interfaces(s).delete_interface(s["server"], s["port"])),
    Call(
        "POST os-volumes",
        lambda s: s.keep("volume", s.client("VolumesClient").create_volume(size=1)["volume"]["id"]),
        until=35,
    ),
    Call("GET os-volumes", lambda s: s.client("VolumesClient").list_volumes(), until=35),
    Call(
        "POST servers/{}/os-volume_attachments",
        lambda s: servers(s).attach_volume(s["server"], volumeId=s["volume"]),
    ),
    Call("GET servers/{}/os-volume_attachments", lambda s: servers(s).list_volume_attachments(s["server"])),
    Call(
        "GET servers/{}/os-volume_attachments/{}",
        lambda s: servers(s).show_volume_attachment(s["server"], s["volume"]),
    ),
    Call(
        "DELETE servers/{}/os-volume_attachments/{}",
        lambda s: servers(s).detach_volume(s["server"], s["volume"]),
    ),
    Call("DELETE servers/{}", lambda s: servers(s).delete_server(s["server"])),
]


def flavors(stage):
    return stage.client("FlavorsClient")


def make_flavor(stage):
    made = flavors(stage).create_flavor(
        name=f"flavor-{uuid4()}", ram=64, vcpus=1, disk=1, **{"os-flavor-access:is_public": False}
    )
    stage.keep("flavor", made["flavor"]["id"])


FLAVORS = [
    Call("GET flavors", lambda s: flavors(s).list_flavors()),
    Call("GET flavors/detail", lambda s: flavors(s).list_flavors(detail=True)),
    Call("GET flavors/{}", lambda s: flavors(s).show_flavor(FLAVOR)),
    Call("GET flavors/{}/os-extra_specs", lambda s: flavors(s).list_flavor_extra_specs(FLAVOR)),
    Call("POST flavors", make_flavor),
    Call("PUT flavors/{}", lambda s: flavors(s).update_flavor(s["flavor"], description="x"), since=55),
    Call("POST flavors/{}/os-extra_specs", lambda s: flavors(s).set_flavor_extra_spec(s["flavor"], **{"hw:cpu_policy": "shared"})),
    Call("GET flavors/{}/os-extra_specs/{}", lambda s: flavors(s).show_flavor_extra_spec(s["flavor"], "hw:cpu_policy")),
    Call(
        "PUT flavors/{}/os-extra_specs/{}",
        lambda s: flavors(s).update_flavor_extra_spec(s["flavor"], "hw:cpu_policy", **{"hw:cpu_policy": "dedicated"}),
    ),
    Call("DELETE flavors/{}/os-extra_specs/{}", lambda s: flavors(s).unset_flavor_extra_spec(s["flavor"], "hw:cpu_policy")),
    Call("POST flavors/{}/action#addTenantAccess", lambda s: flavors(s).add_flavor_access(s["flavor"], s.project)),
    Call("GET flavors/{}/os-flavor-access", lambda s: flavors(s).list_flavor_access(s["flavor"])),
    Call("POST flavors/{}/action#removeTenantAccess", lambda s: flavors(s).remove_flavor_access(s["flavor"], s.project)),
    Call("DELETE flavors/{}", lambda s: flavors(s).delete_flavor(s["flavor"])),
]

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFMyHoGUP7J3kXOr5wzE6Mf5NmVZP5MpOQnWzXnHHzeL x"


def keypairs(stage):
    return stage.client("KeyPairsClient")


def images(stage):
    return stage.client("ImagesClient")


KEYS_AND_IMAGES = [
    Call("POST os-keypairs", lambda s: keypairs(s).create_keypair(name="generated"), until=91),
    Call("POST os-keypairs", lambda s: keypairs(s).create_keypair(name="imported", public_key=PUBLIC_KEY)),
    Call("GET os-keypairs", lambda s: keypairs(s).list_keypairs()),
    Call("GET os-keypairs/{}", lambda s: keypairs(s).show_keypair("imported")),
    Call("DELETE os-keypairs/{}", lambda s: keypairs(s).delete_keypair("generated"), until=91),
    Call("DELETE os-keypairs/{}", lambda s: keypairs(s).delete_keypair("imported")),
    Call("GET images", lambda s: images(s).list_images(), until=35),
    Call("GET images/detail", lambda s: images(s).list_images(detail=True), until=35),
    Call("GET images/{}", lambda s: images(s).show_image(s.image), until=35),
    Call("GET images/{}/metadata", lambda s: images(s).list_image_metadata(s.image), until=38),
    Call("POST images/{}/metadata", lambda s: images(s).update_image_metadata(s.image, {"a": "1"}), until=38),
    Call("GET images/{}/metadata/{}", lambda s: images(s).show_image_metadata_item(s.image, "a"), until=38),
    Call("PUT images/{}/metadata/{}", lambda s: images(s).set_image_metadata_item(s.image, "a", {"a": "2"}), until=38),
    Call("DELETE images/{}/metadata/{}", lambda s: images(s).delete_image_metadata_item(s.image, "a"), until=38),
    Call("PUT images/{}/metadata", lambda s: images(s).set_image_metadata(s.image, {"b": "1"}), until=38),
    Call("GET limits", lambda s: s.client("LimitsClient").show_limits()),
    Call("GET extensions", lambda s: s.client("ExtensionsClient").list_extensions()),
    Call("GET extensions/{}", lambda s: s.client("ExtensionsClient").show_extension("os-keypairs")),
    Call("GET os-availability-zone", lambda s: s.client("AvailabilityZoneClient").list_availability_zones()),
    Call(
        "GET os-availability-zone/detail",
        lambda s: s.client("AvailabilityZoneClient").list_availability_zones(detail=True),
    ),
]


def hypervisors(stage):
    return stage.client("HypervisorClient")


def keep_hypervisor(stage, **detail):
    found = hypervisors(stage).list_hypervisors(**detail)["hypervisors"]
    last(stage, "hypervisor", found)
    last(stage, "host", found, "hypervisor_hostname")


def services(stage):
    return stage.client("ServicesClient")


def named_service(stage):
    return {"host": stage["host"], "binary": "nova-compute"}


def hosts(stage):
    return stage.client("HostsClient")


# Tempest's schemas do not know of the uptime that a hypervisor has from 2.88 on.
HOSTS = [
    BOOT,
    Call("GET os-hypervisors", keep_hypervisor),
    Call("GET os-hypervisors/detail", lambda s: keep_hypervisor(s, detail=True), until=87),
    Call("GET os-hypervisors/{}", lambda s: hypervisors(s).show_hypervisor(s["hypervisor"]), until=87),
    Call("GET os-hypervisors/{}/uptime", lambda s: hypervisors(s).show_hypervisor_uptime(s["hypervisor"]), until=87),
    Call("GET os-hypervisors/statistics", lambda s: hypervisors(s).show_hypervisor_statistics(), until=87),
    Call("GET os-hypervisors/{}/search", lambda s: hypervisors(s).search_hypervisor(s["host"]), until=52),
    Call("GET os-hypervisors/{}/servers", lambda s: hypervisors(s).list_servers_on_hypervisor(s["host"]), until=52),
    Call("GET os-services", lambda s: last(s, "service", services(s).list_services(binary="nova-compute")["services"])),
    Call("PUT os-services/{}", lambda s: services(s).disable_service(**named_service(s)), until=52),
    Call("PUT os-services/{}", lambda s: services(s).enable_service(**named_service(s)), until=52),
    Call(
        "PUT os-services/{}",
        lambda s: services(s).disable_log_reason(**named_service(s), disabled_reason="x"),
        until=52,
    ),
    Call(
        "PUT os-services/{}",
        lambda s: services(s).update_forced_down(**named_service(s), forced_down=False),
        since=11,
        until=52,
    ),
    Call("PUT os-services/{}", lambda s: services(s).update_service(s["service"], status="disabled"), since=53),
    Call("PUT os-services/{}", lambda s: services(s).update_service(s["service"], status="enabled"), since=53),
    Call("GET os-hosts", lambda s: hosts(s).list_hosts(), until=42),
    Call("GET os-hosts/{}", lambda s: hosts(s).show_host(s["host"]), until=42),
    Call("DELETE servers/{}", lambda s: servers(s).delete_server(s["server"])),
    Call("PUT os-hosts/{}", lambda s: hosts(s).update_host(s["host"], status="enable", maintenance_mode="disable"), until=42),
    Call("GET os-hosts/{}/reboot", lambda s: hosts(s).reboot_host(s["host"]), until=42),
    Call("GET os-hosts/{}/shutdown", lambda s: hosts(s).shutdown_host(s["host"]), until=42),
    Call("GET os-hosts/{}/startup", lambda s: hosts(s).startup_host(s["host"]), until=42),
]


def aggregates(stage):
    return stage.client("AggregatesClient")


def make_aggregate(stage):
    made = aggregates(stage).create_aggregate(name=f"aggregate-{uuid4()}")
    stage.keep("aggregate", made["aggregate"]["id"])


def groups(stage):
    return stage.client("ServerGroupsClient")


def make_group(stage, **policy):
    stage.keep("group", groups(stage).create_server_group(name="group", **policy)["server_group"]["id"])


def quotas(stage):
    return stage.client("QuotasClient")


def quota_classes(stage):
    return stage.client("QuotaClassesClient")


def usages(stage):
    return stage.client("TenantUsagesClient")


def show_usage(stage):
    """Tempest has no schema for a project that used nothing."""
    boot(stage, "used")
    usages(stage).show_tenant_usage(stage.project)
    servers(stage).delete_server(stage["used"])


ADMINISTRATION = [
    Call("GET os-hypervisors", keep_hypervisor),
    Call("POST os-aggregates", make_aggregate),
    Call("GET os-aggregates", lambda s: aggregates(s).list_aggregates()),
    Call("GET os-aggregates/{}", lambda s: aggregates(s).show_aggregate(s["aggregate"])),
    Call("PUT os-aggregates/{}", lambda s: aggregates(s).update_aggregate(s["aggregate"], name=f"new-{uuid4()}")),
    Call("POST os-aggregates/{}/action#add_host", lambda s: aggregates(s).add_host(s["aggregate"], host=s["host"])),
    Call("POST os-aggregates/{}/action#set_metadata", lambda s: aggregates(s).set_metadata(s["aggregate"], metadata={"a": "1"})),
    Call("POST os-aggregates/{}/action#remove_host", lambda s: aggregates(s).remove_host(s["aggregate"], host=s["host"])),
    Call("DELETE os-aggregates/{}", lambda s: aggregates(s).delete_aggregate(s["aggregate"])),
    Call("POST os-server-groups", lambda s: make_group(s, policies=["affinity"]), until=63),
    Call("POST os-server-groups", lambda s: make_group(s, policy="affinity"), since=64),
    Call("GET os-server-groups", lambda s: groups(s).list_server_groups()),
    Call("GET os-server-groups/{}", lambda s: groups(s).show_server_group(s["group"])),
    Call("DELETE os-server-groups/{}", lambda s: groups(s).delete_server_group(s["group"])),
    Call("GET os-quota-sets/{}", lambda s: quotas(s).show_quota_set(s.project)),
    Call("GET os-quota-sets/{}/defaults", lambda s: quotas(s).show_default_quota_set(s.project)),
    Call("GET os-quota-sets/{}/detail", lambda s: quotas(s).show_quota_set(s.project, detail=True)),
    Call("PUT os-quota-sets/{}", lambda s: quotas(s).update_quota_set(s.project, cores=20)),
    Call("DELETE os-quota-sets/{}", lambda s: quotas(s).delete_quota_set(s.project)),
    Call("GET os-quota-class-sets/{}", lambda s: quota_classes(s).show_quota_class_set("default")),
    Call("PUT os-quota-class-sets/{}", lambda s: quota_classes(s).update_quota_class_set("default", cores=-1)),
    Call("GET os-simple-tenant-usage", lambda s: usages(s).list_tenant_usages(detailed=1)),
    Call("GET os-simple-tenant-usage/{}", show_usage),
    Call(
        "GET os-instance_usage_audit_log",
        lambda s: s.client("InstanceUsagesAuditLogClient").list_instance_usage_audit_logs(),
    ),
]

def floating_ips(stage):
    return stage.client("FloatingIPsClient")


def make_floating_ip(stage):
    made = floating_ips(stage).create_floating_ip(pool="public")["floating_ip"]
    stage.keep("floating_ip", made["id"])
    stage.keep("address", made["ip"])


def security_groups(stage):
    return stage.client("SecurityGroupsClient")


def make_security_group(stage):
    made = security_groups(stage).create_security_group(name="group", description="x")
    stage.keep("security_group", made["security_group"]["id"])


def rules(stage):
    return stage.client("SecurityGroupRulesClient")


def make_rule(stage):
    wanted = {"ip_protocol": "tcp", "from_port": 22, "to_port": 22, "cidr": "10.0.0.0/8"}
    made = rules(stage).create_security_group_rule(parent_group_id=stage["security_group"], **wanted)
    stage.keep("rule", made["security_group_rule"]["id"])


def volumes(stage):
    return stage.client("VolumesClient")


def make_volume(stage):
    stage.keep("volume", volumes(stage).create_volume(size=1, display_name="volume")["volume"]["id"])
    volumes(stage).list_volumes()


def snapshots(stage):
    return stage.client("SnapshotsClient")


def make_snapshot(stage):
    made = snapshots(stage).create_snapshot(stage["volume"], display_name="snapshot")
    stage.keep("snapshot", made["snapshot"]["id"])


# What Compute hands on to other services, as long as it does.
HANDED_ON = [
    Call(call.route, call.make, call.since, 35)
    for call in [
        BOOT,
        Call("POST os-floating-ips", make_floating_ip),
        Call("GET os-floating-ips", lambda s: floating_ips(s).list_floating_ips()),
        Call("GET os-floating-ips/{}", lambda s: floating_ips(s).show_floating_ip(s["floating_ip"])),
        Call(
            "POST servers/{}/action#addFloatingIp",
            lambda s: floating_ips(s).associate_floating_ip_to_server(s["address"], s["server"]),
        ),
        Call(
            "POST servers/{}/action#removeFloatingIp",
            lambda s: floating_ips(s).disassociate_floating_ip_from_server(s["address"], s["server"]),
        ),
        Call("DELETE os-floating-ips/{}", lambda s: floating_ips(s).delete_floating_ip(s["floating_ip"])),
        Call("POST os-security-groups", make_security_group),
        Call("GET os-security-groups", lambda s: security_groups(s).list_security_groups()),
        Call("GET os-security-groups/{}", lambda s: security_groups(s).show_security_group(s["security_group"])),
        Call(
            "PUT os-security-groups/{}",
            lambda s: security_groups(s).update_security_group(s["security_group"], name="new", description="y"),
        ),
        Call("POST os-security-group-rules", make_rule),
        Call("DELETE os-security-group-rules/{}", lambda s: rules(s).delete_security_group_rule(s["rule"])),
        Call("DELETE os-security-groups/{}", lambda s: security_groups(s).delete_security_group(s["security_group"])),
        Call("POST os-volumes", make_volume),
        Call("GET os-volumes/detail", lambda s: volumes(s).list_volumes(detail=True)),
        Call("GET os-volumes/{}", lambda s: volumes(s).show_volume(s["volume"])),
        Call("POST os-snapshots", make_snapshot),
        Call("GET os-snapshots", lambda s: snapshots(s).list_snapshots()),
        Call("GET os-snapshots/detail", lambda s: snapshots(s).list_snapshots(detail=True)),
        Call("GET os-snapshots/{}", lambda s: snapshots(s).show_snapshot(s["snapshot"])),
        Call("DELETE os-snapshots/{}", lambda s: snapshots(s).delete_snapshot(s["snapshot"])),
        Call("GET os-tenant-networks", lambda s: s.client("TenantNetworksClient").list_tenant_networks()),
        Call("GET os-tenant-networks/{}", lambda s: s.client("TenantNetworksClient").show_tenant_network(s.network)),
        Call("DELETE servers/{}", lambda s: servers(s).delete_server(s["server"])),
        Call("DELETE os-volumes/{}", lambda s: volumes(s).delete_volume(s["volume"])),
    ]
]

LIVES = {
    "servers": SERVERS,
    "actions": ACTIONS,
    "attachments": ATTACHMENTS,
    "flavors": FLAVORS,
    "keys_and_images": KEYS_AND_IMAGES,
    "hosts": HOSTS,
    "handed_on": HANDED_ON,
    "administration": ADMINISTRATION,
}
