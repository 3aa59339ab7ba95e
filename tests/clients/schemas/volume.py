"""Block Storage's calls that have a schema, in the order in which they make sense: each list is a life of its own."""

from uuid import uuid4

from stage import Call


def volumes(stage):
    return stage.client("VolumesClient")


def make_volume(stage):
    stage.keep("volume", volumes(stage).create_volume(size=1, name="volume")["volume"]["id"])
    settle(stage, "volumes", "volume")


def settle(stage, collection, name):
    """Waits until a resource is not under way from one state to another."""
    path = f"{collection}/{stage[name]}"
    stage.wait(volumes(stage), path, lambda resource: not resource.get("status", "").endswith("ing"))


def of_volume(route, method, *arguments, since=0, until=1000, **body):
    """A row for a call on the volume; afterwards it is settled again."""

    def make(stage):
        getattr(volumes(stage), method)(stage["volume"], *arguments, **body)
        settle(stage, "volumes", "volume")

    return Call(route, make, since, until)


def retype_volume(stage):
    kind = types(stage).create_volume_type(name=f"type-{uuid4()}")["volume_type"]
    volumes(stage).retype_volume(stage["volume"], new_type=kind["name"])
    settle(stage, "volumes", "volume")


MAKE_VOLUME = Call("POST volumes", make_volume)

VOLUMES = [
    MAKE_VOLUME,
    of_volume("GET volumes/{}", "show_volume"),
    Call("GET volumes", lambda s: volumes(s).list_volumes()),
    Call("GET volumes/detail", lambda s: volumes(s).list_volumes(detail=True)),
    Call("GET volumes/summary", lambda s: volumes(s).show_volume_summary(), since=12),
    # Of what a volume shows since 3.61, tempest knows nothing here.
    of_volume("PUT volumes/{}", "update_volume", name="renamed", until=60),
    of_volume("POST volumes/{}/metadata", "create_volume_metadata", {"a": "1"}),
    of_volume("GET volumes/{}/metadata", "show_volume_metadata"),
    of_volume("PUT volumes/{}/metadata", "update_volume_metadata", {"b": "2"}),
    of_volume("GET volumes/{}/metadata/{}", "show_volume_metadata_item", "b"),
    of_volume("PUT volumes/{}/metadata/{}", "update_volume_metadata_item", "b", {"b": "3"}),
    of_volume("DELETE volumes/{}/metadata/{}", "delete_volume_metadata_item", "b"),
    of_volume("POST volumes/{}/action#os-extend", "extend_volume", new_size=2),
    of_volume("POST volumes/{}/action#os-set_bootable", "set_bootable_volume", bootable=True),
    of_volume("POST volumes/{}/action#os-update_readonly_flag", "update_volume_readonly", readonly=False),
    of_volume("POST volumes/{}/action#os-set_image_metadata", "update_volume_image_metadata", image_id="x"),
    of_volume("POST volumes/{}/action#os-show_image_metadata", "show_volume_image_metadata"),
    of_volume("POST volumes/{}/action#os-unset_image_metadata", "delete_volume_image_metadata", "image_id"),
    of_volume("POST volumes/{}/action#os-reserve", "reserve_volume"),
    of_volume("POST volumes/{}/action#os-unreserve", "unreserve_volume"),
    of_volume("POST volumes/{}/action#os-reset_status", "reset_volume_status", status="available"),
    Call("POST volumes/{}/action#os-retype", retype_volume),
    of_volume("POST volumes/{}/action#os-volume_upload_image", "upload_volume", image_name="image", disk_format="raw"),
    Call("DELETE volumes/{}", lambda s: volumes(s).delete_volume(s["volume"])),
]

INSTANCE = {"instance_uuid": str(uuid4()), "mountpoint": "/dev/vdb"}
CONNECTOR = {"host": "elsewhere", "initiator": "iqn.2026-01.test:1"}


def attached_id(stage):
    """The id of the volume's attachment."""
    return volumes(stage).show_volume(stage["volume"])["volume"]["attachments"][0]["attachment_id"]


# Of what a volume shows since 3.61, tempest knows nothing.
CONNECTIONS = [
    MAKE_VOLUME,
    of_volume("POST volumes/{}/action#os-attach", "attach_volume", **INSTANCE),
    Call(
        "POST volumes/{}/action#os-detach",
        lambda s: volumes(s).detach_volume(s["volume"], attachment_id=attached_id(s)),
        until=60,
    ),
    of_volume("POST volumes/{}/action#os-terminate_connection", "terminate_connection", CONNECTOR),
    of_volume("POST volumes/{}/action#os-attach", "attach_volume", until=60, **INSTANCE),
    Call(
        "POST volumes/{}/action#os-force_detach",
        lambda s: volumes(s).force_detach_volume(s["volume"], attachment_id=attached_id(s)),
        until=60,
    ),
    of_volume("POST volumes/{}/action#os-force_delete", "force_delete_volume"),
]


def backups(stage):
    return stage.client("BackupsClient")


def make_backup(stage):
    stage.keep("backup", backups(stage).create_backup(volume_id=stage["volume"], name="backup")["backup"]["id"])
    settle(stage, "backups", "backup")


def of_backup(route, method, *arguments, since=0, **body):
    """A row for a call on the backup; afterwards it is settled again."""

    def make(stage):
        getattr(backups(stage), method)(stage["backup"], *arguments, **body)
        settle(stage, "backups", "backup")

    return Call(route, make, since)


BACKUPS = [
    MAKE_VOLUME,
    Call("POST backups", make_backup),
    of_backup("GET backups/{}", "show_backup"),
    Call("GET backups", lambda s: backups(s).list_backups()),
    Call("GET backups/detail", lambda s: backups(s).list_backups(detail=True)),
    of_backup("PUT backups/{}", "update_backup", since=9, name="renamed"),
    of_backup("POST backups/{}/action#os-reset_status", "reset_backup_status", "available"),
    of_backup("POST backups/{}/restore", "restore_backup"),
    Call("DELETE backups/{}", lambda s: backups(s).delete_backup(s["backup"])),
]


def snapshots(stage):
    return stage.client("SnapshotsClient")


def make_snapshot(stage):
    made = snapshots(stage).create_snapshot(volume_id=stage["volume"], name="snapshot")
    stage.keep("snapshot", made["snapshot"]["id"])
    settle(stage, "snapshots", "snapshot")


def of_snapshot(route, method, *arguments, **body):
    """A row for a call on the snapshot."""
    return Call(route, lambda stage: getattr(snapshots(stage), method)(stage["snapshot"], *arguments, **body))


SNAPSHOTS = [
    MAKE_VOLUME,
    Call("POST snapshots", make_snapshot),
    of_snapshot("GET snapshots/{}", "show_snapshot"),
    Call("GET snapshots", lambda s: snapshots(s).list_snapshots()),
    Call("GET snapshots/detail", lambda s: snapshots(s).list_snapshots(detail=True)),
    of_snapshot("PUT snapshots/{}", "update_snapshot", name="renamed"),
    of_snapshot("POST snapshots/{}/metadata", "create_snapshot_metadata", {"a": "1"}),
    of_snapshot("GET snapshots/{}/metadata", "show_snapshot_metadata"),
    of_snapshot("PUT snapshots/{}/metadata", "update_snapshot_metadata", metadata={"b": "2"}),
    of_snapshot("GET snapshots/{}/metadata/{}", "show_snapshot_metadata_item", "b"),
    of_snapshot("PUT snapshots/{}/metadata/{}", "update_snapshot_metadata_item", "b", meta={"b": "3"}),
    of_snapshot("DELETE snapshots/{}/metadata/{}", "delete_snapshot_metadata_item", "b"),
    of_snapshot("POST snapshots/{}/action#os-reset_status", "reset_snapshot_status", "available"),
    of_snapshot("POST snapshots/{}/action#os-reset_status", "reset_snapshot_status", "creating"),
    of_snapshot("POST snapshots/{}/action#os-update_snapshot_status", "update_snapshot_status", status="available"),
    of_snapshot("DELETE snapshots/{}", "delete_snapshot"),
    Call("POST snapshots", make_snapshot),
    of_snapshot("POST snapshots/{}/action#os-force_delete", "force_delete_snapshot"),
]


def types(stage):
    return stage.client("TypesClient")


def make_type(stage):
    made = types(stage).create_volume_type(name=f"type-{uuid4()}", **{"os-volume-type-access:is_public": False})
    stage.keep("type", made["volume_type"]["id"])


def of_type(route, method, *arguments, **body):
    """A row for a call on the volume type."""
    return Call(route, lambda stage: getattr(types(stage), method)(stage["type"], *arguments, **body))


def encryption(stage):
    return stage.client("EncryptionTypesClient")


def make_encryption(stage):
    cipher = {"key_size": 256, "provider": "luks", "control_location": "front-end", "cipher": "aes-xts-plain64"}
    made = encryption(stage).create_encryption_type(stage["type"], **cipher)
    stage.keep("encryption", made["encryption"]["encryption_id"])


def qos(stage):
    return stage.client("QosSpecsClient")


def make_qos(stage):
    stage.keep("qos", qos(stage).create_qos(name=f"qos-{uuid4()}", consumer="front-end")["qos_specs"]["id"])


def of_qos(route, method, *arguments, **body):
    """A row for a call on the QoS specification."""
    return Call(route, lambda stage: getattr(qos(stage), method)(stage["qos"], *arguments, **body))


TYPES = [
    Call("POST types", make_type),
    Call("GET types", lambda s: types(s).list_volume_types()),
    Call("GET types/{}", lambda s: types(s).show_default_volume_type()),
    of_type("GET types/{}", "show_volume_type"),
    of_type("PUT types/{}", "update_volume_type", description="x"),
    of_type("POST types/{}/extra_specs", "create_volume_type_extra_specs", {"a": "1"}),
    of_type("GET types/{}/extra_specs", "list_volume_types_extra_specs"),
    of_type("GET types/{}/extra_specs/{}", "show_volume_type_extra_specs", "a"),
    of_type("PUT types/{}/extra_specs/{}", "update_volume_type_extra_specs", "a", {"a": "2"}),
    of_type("DELETE types/{}/extra_specs/{}", "delete_volume_type_extra_specs", "a"),
    Call("POST types/{}/action#addProjectAccess", lambda s: types(s).add_type_access(s["type"], project=s.project)),
    of_type("GET types/{}/os-volume-type-access", "list_type_access"),
    Call("POST types/{}/action#removeProjectAccess", lambda s: types(s).remove_type_access(s["type"], project=s.project)),
    Call("POST types/{}/encryption", make_encryption),
    Call("GET types/{}/encryption", lambda s: encryption(s).show_encryption_type(s["type"])),
    Call("GET types/{}/encryption/{}", lambda s: encryption(s).show_encryption_specs_item(s["type"], "cipher")),
    Call(
        "PUT types/{}/encryption/{}",
        lambda s: encryption(s).update_encryption_type(s["type"], s["encryption"], key_size=128),
    ),
    Call(
        "DELETE types/{}/encryption/{}",
        lambda s: encryption(s).delete_encryption_type(s["type"], s["encryption"]),
    ),
    Call("POST qos-specs", make_qos),
    Call("GET qos-specs", lambda s: qos(s).list_qos()),
    of_qos("GET qos-specs/{}", "show_qos"),
    of_qos("PUT qos-specs/{}", "set_qos_key", iops="100"),
    of_qos("PUT qos-specs/{}/delete_keys", "unset_qos_key", ["iops"]),
    Call("GET qos-specs/{}/associate", lambda s: qos(s).associate_qos(s["qos"], s["type"])),
    of_qos("GET qos-specs/{}/associations", "show_association_qos"),
    Call("GET qos-specs/{}/disassociate", lambda s: qos(s).disassociate_qos(s["qos"], s["type"])),
    of_qos("GET qos-specs/{}/disassociate_all", "disassociate_all_qos"),
    of_qos("DELETE qos-specs/{}", "delete_qos"),
    of_type("DELETE types/{}", "delete_volume_type"),
]


def quotas(stage):
    return stage.client("QuotasClient")


def transfers(stage):
    return stage.client("TransfersClient")


def make_transfer(stage):
    made = transfers(stage).create_volume_transfer(volume_id=stage["volume"], name="transfer")
    stage.keep("transfer", made["transfer"]["id"])
    stage.keep("key", made["transfer"]["auth_key"])


def accept_transfer(stage):
    transfers(stage).accept_volume_transfer(stage["transfer"], auth_key=stage["key"])


def quota_classes(stage):
    return stage.client("QuotaClassesClient")


def keep_pool(stage):
    pools = stage.client("SchedulerStatsClient").list_pools(detail=True)["pools"]
    stage.keep("pool", pools[0]["name"].split("#")[0])


def keep_host(stage):
    stage.keep("host", stage.client("HostsClient").list_hosts()["hosts"][0]["host_name"])


ADMINISTRATION = [
    MAKE_VOLUME,
    Call("POST os-volume-transfer", make_transfer, until=54),
    Call("GET os-volume-transfer", lambda s: transfers(s).list_volume_transfers(), until=54),
    Call("GET os-volume-transfer/detail", lambda s: transfers(s).list_volume_transfers(detail=True), until=54),
    Call("GET os-volume-transfer/{}", lambda s: transfers(s).show_volume_transfer(s["transfer"]), until=54),
    Call("POST os-volume-transfer/{}/accept", accept_transfer, until=54),
    Call("POST os-volume-transfer", make_transfer, until=54),
    Call("DELETE os-volume-transfer/{}", lambda s: transfers(s).delete_volume_transfer(s["transfer"]), until=54),
    Call("GET limits", lambda s: s.client("LimitsClient").show_limits()),
    Call("GET extensions", lambda s: s.client("ExtensionsClient").list_extensions()),
    Call("GET os-availability-zone", lambda s: s.client("AvailabilityZoneClient").list_availability_zones()),
    Call("GET os-services", lambda s: s.client("ServicesClient").list_services()),
    Call("GET os-hosts", keep_host),
    Call("GET os-hosts/{}", lambda s: s.client("HostsClient").show_host(s["host"])),
    Call("GET messages", lambda s: s.client("MessagesClient").list_messages(), since=3),
    Call("GET scheduler-stats/get_pools", keep_pool),
    Call("GET capabilities/{}", lambda s: s.client("CapabilitiesClient").show_backend_capabilities(s["pool"])),
    Call("GET os-quota-class-sets/{}", lambda s: quota_classes(s).show_quota_class_set("default")),
    Call("PUT os-quota-class-sets/{}", lambda s: quota_classes(s).update_quota_class_set("default", volumes=-1)),
    Call("GET os-quota-sets/{}", lambda s: quotas(s).show_quota_set(s.project)),
    Call("GET os-quota-sets/{}", lambda s: quotas(s).show_quota_set(s.project, params={"usage": True})),
    Call("GET os-quota-sets/{}/defaults", lambda s: quotas(s).show_default_quota_set(s.project)),
    Call("PUT os-quota-sets/{}", lambda s: quotas(s).update_quota_set(s.project, volumes=20)),
    Call("DELETE os-quota-sets/{}", lambda s: quotas(s).delete_quota_set(s.project)),
    Call("DELETE volumes/{}", lambda s: volumes(s).delete_volume(s["volume"])),
]


def groups(stage):
    return stage.client("GroupsClient")


def group_types(stage):
    return stage.client("GroupTypesClient")


def copies(stage):
    return stage.client("GroupSnapshotsClient")


def make_group_type(stage):
    stage.keep("group_type", group_types(stage).create_group_type(name=f"type-{uuid4()}")["group_type"]["id"])


def make_group(stage):
    kind = types(stage).create_volume_type(name=f"type-{uuid4()}")["volume_type"]["id"]
    made = groups(stage).create_group(name="group", group_type=stage["group_type"], volume_types=[kind])
    stage.keep("group", made["group"]["id"])
    settle(stage, "groups", "group")
    member = volumes(stage).create_volume(size=1, name="member", volume_type=kind, group_id=stage["group"])
    stage.keep("member", member["volume"]["id"])
    settle(stage, "volumes", "member")


def make_copy(stage):
    made = copies(stage).create_group_snapshot(group_id=stage["group"], name="copy")
    stage.keep("copy", made["group_snapshot"]["id"])
    settle(stage, "group_snapshots", "copy")


def make_group_from_copy(stage):
    made = groups(stage).create_group_from_source(group_snapshot_id=stage["copy"], name="second")
    stage.keep("second", made["group"]["id"])
    settle(stage, "groups", "second")


def of_group_type(route, method, *arguments, **body):
    """A row for a call on the group type."""
    make = lambda stage: getattr(group_types(stage), method)(stage["group_type"], *arguments, **body)
    return Call(route, make, since=11)


GROUPS = [
    Call("POST group_types", make_group_type, since=11),
    Call("GET group_types", lambda s: group_types(s).list_group_types(), since=11),
    of_group_type("GET group_types/{}", "show_group_type"),
    of_group_type("PUT group_types/{}", "update_group_type", description="x"),
    of_group_type("POST group_types/{}/group_specs", "create_or_update_group_type_specs", {"a": "1"}),
    of_group_type("GET group_types/{}/group_specs", "list_group_type_specs"),
    of_group_type("GET group_types/{}/group_specs/{}", "show_group_type_specs_item", "a"),
    of_group_type("PUT group_types/{}/group_specs/{}", "update_group_type_specs_item", "a", {"a": "2"}),
    of_group_type("DELETE group_types/{}/group_specs/{}", "delete_group_type_specs_item", "a"),
    Call("POST groups", make_group, since=13),
    Call("GET groups", lambda s: groups(s).list_groups(), since=13),
    Call("GET groups/detail", lambda s: groups(s).list_groups(detail=True), since=13),
    Call("GET groups/{}", lambda s: groups(s).show_group(s["group"]), since=13),
    Call("PUT groups/{}", lambda s: groups(s).update_group(s["group"], name="renamed"), since=13),
    Call(
        "POST groups/{}/action#reset_status",
        lambda s: groups(s).reset_group_status(s["group"], "available"),
        since=20,
    ),
    Call("POST group_snapshots", make_copy, since=14),
    Call("GET group_snapshots", lambda s: copies(s).list_group_snapshots(), since=14),
    Call("GET group_snapshots/detail", lambda s: copies(s).list_group_snapshots(detail=True), since=14),
    Call("GET group_snapshots/{}", lambda s: copies(s).show_group_snapshot(s["copy"]), since=14),
    Call(
        "POST group_snapshots/{}/action#reset_status",
        lambda s: copies(s).reset_group_snapshot_status(s["copy"], "available"),
        since=19,
    ),
    Call("POST groups/action#create-from-src", make_group_from_copy, since=14),
    Call("POST groups/{}/action#delete", lambda s: groups(s).delete_group(s["second"]), since=14),
    Call("DELETE group_snapshots/{}", lambda s: copies(s).delete_group_snapshot(s["copy"]), since=14),
    Call("POST groups/{}/action#delete", lambda s: groups(s).delete_group(s["group"]), since=13),
    of_group_type("DELETE group_types/{}", "delete_group_type"),
]


def services(stage):
    return stage.client("ServicesClient")


def named_service(stage):
    listed = services(stage).list_services()["services"]
    service = next(service for service in listed if service["binary"] == "cinder-volume")
    return {"host": service["host"], "binary": service["binary"]}


def of_service(action, method, **body):
    """A row for what is said of a service."""
    return Call(f"PUT os-services/{action}", lambda s: getattr(services(s), method)(**named_service(s), **body))


SERVICES = [
    of_service("disable", "disable_service"),
    of_service("disable-log-reason", "disable_log_reason", disabled_reason="x"),
    of_service("enable", "enable_service"),
    Call("PUT os-services/freeze", lambda s: services(s).freeze_host(host=named_service(s)["host"])),
    Call("PUT os-services/thaw", lambda s: services(s).thaw_host(host=named_service(s)["host"])),
]

LIVES = {
    "volumes": VOLUMES,
    "connections": CONNECTIONS,
    "backups": BACKUPS,
    "snapshots": SNAPSHOTS,
    "types": TYPES,
    "groups": GROUPS,
    "services": SERVICES,
    "administration": ADMINISTRATION,
}
