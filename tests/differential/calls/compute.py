"""Nova: discovery and microversions, the life of a server, and the mistakes in every body."""

from cloud import Call

# Every action with a body that is right, for a server that runs.
ACTIONS = {
    "os-start": None, "os-stop": None, "pause": None, "unpause": None, "suspend": None, "resume": None,
    "lock": None, "unlock": None, "rescue": None, "unrescue": None, "shelve": None, "shelveOffload": None,
    "unshelve": None, "migrate": None, "confirmResize": None, "revertResize": None, "forceDelete": None,
    "restore": None, "resetNetwork": None, "injectNetworkInfo": None, "trigger_crash_dump": None,
    "reboot": {"type": "SOFT"}, "resize": {"flavorRef": "2"}, "rebuild": {"imageRef": "$image"},
    "createImage": {"name": "mimic-snapshot"}, "changePassword": {"adminPass": "x"},
    "os-resetState": {"state": "active"}, "os-getConsoleOutput": {"length": 5},
    "os-getVNCConsole": {"type": "novnc"}, "os-migrateLive": {"host": None, "block_migration": "auto"},
    "evacuate": {"host": "x"}, "addSecurityGroup": {"name": "default"}, "removeSecurityGroup": {"name": "x"},
    "createBackup": {"name": "mimic-backup", "backup_type": "daily", "rotation": 1},
    "addFixedIp": {"networkId": "x"}, "removeFixedIp": {"address": "x"},
}
GOOD = {"name": "mimic-server", "imageRef": "$image", "flavorRef": "1"}
SERVER = "/v2.1/servers/$server"


def steps():
    yield from discovery()
    yield from lists()
    yield from creation()
    yield from parts()
    yield from actions()
    yield from life()
    yield from keypairs()
    yield from administration()
    yield from end()


def discovery():
    for path in ("", "/", "/v2", "/v2/", "/v2.1", "/v2.1/", "/v3", "/v2.1/nothing"):
        yield Call(f"GET compute {path}", token=None)
    for version in ("2.1", "2.50", "latest", "2.999", "2.0", "1.1", "x", "2", "2.01", ""):
        yield Call("GET compute /v2.1/flavors/1", version=version, shape=True)
    yield Call("GET compute /v2.1/servers", token=None)
    yield Call("GET compute /v2.1/servers", token="unknown")
    yield Call("PUT compute /v2.1/servers", {})
    yield Call("POST compute /v2.1/flavors/1", {})


def lists():
    # What an earlier run set.
    yield Call("DELETE compute /v2.1/os-quota-sets/$project")
    yield Call("GET image /v2/images?status=active&visibility=public&sort=created_at:asc", keep="image", shape=True)
    for query in (
        "limit=x", "limit=-1", "limit=0", "marker=x", "sort_key=x", "sort_dir=x", "status=x", "changes-since=x",
        "deleted=x", "flavor=x", "image=x", "ip=[", "name=[", "all_tenants=x", "host=x", "nothing=x", "limit=1&limit=2",
        "reservation_id=x", "tags=x", "changes-before=x", "locked=x",
    ):
        for version in ("2.1", "2.26", "2.66", "2.73", "2.75"):
            yield Call(f"GET compute /v2.1/servers?{query}", version=version, shape=True)
    for path in ("flavors", "flavors/detail", "images", "images/detail", "limits", "os-keypairs", "extensions",
                 "os-availability-zone", "os-availability-zone/detail", "os-hypervisors", "os-hypervisors/detail",
                 "os-services", "os-aggregates", "os-server-groups", "os-migrations", "os-simple-tenant-usage",
                 "os-quota-sets/$project", "os-quota-class-sets/default", "os-instance_usage_audit_log", "os-hosts",
                 "os-floating-ips", "os-security-groups", "os-networks", "os-volumes", "os-agents", "os-cells",
                 "os-certificates/root", "os-cloudpipe", "os-fping", "os-virtual-interfaces"):
        for version in ("2.1", "2.36", "2.96"):
            yield Call(f"GET compute /v2.1/{path}", version=version, shape=True)
    for query in ("limit=x", "marker=x", "is_public=x", "minRam=x", "minDisk=x", "sort_key=x", "sort_dir=x", "nothing=1"):
        yield Call(f"GET compute /v2.1/flavors?{query}", shape=True)
    for path in ("flavors", "images", "servers", "os-keypairs", "os-server-groups", "os-aggregates", "os-hypervisors"):
        yield Call(f"GET compute /v2.1/{path}/mimic-unknown")
        yield Call(f"DELETE compute /v2.1/{path}/mimic-unknown")


def creation():
    for body in ({}, [], "{", {"server": {}}, {"server": []}, {"servers": GOOD}, {"server": GOOD, "nothing": 1}):
        yield Call("POST compute /v2.1/servers", body)
    for name in ("name", "imageRef", "flavorRef"):
        yield Call("POST compute /v2.1/servers", {"server": {key: value for key, value in GOOD.items() if key != name}})
    for wrong in (
        {"name": ""}, {"name": 1}, {"name": "x" * 256}, {"name": " "}, {"imageRef": "x"}, {"imageRef": "$unknown"},
        {"imageRef": "11111111-1111-1111-1111-111111111111"}, {"flavorRef": "x"}, {"flavorRef": -1}, {"flavorRef": ""},
        {"min_count": 0}, {"min_count": 2, "max_count": 1}, {"max_count": "x"}, {"metadata": []}, {"metadata": {"a": 1}},
        {"metadata": {"": "x"}}, {"metadata": {"a" * 256: "x"}}, {"networks": "x"}, {"networks": [{}]},
        {"networks": [{"uuid": "x"}]}, {"networks": [{"uuid": "11111111-1111-1111-1111-111111111111"}]},
        {"key_name": "mimic-unknown"}, {"key_name": 1}, {"user_data": "x"}, {"config_drive": "x"},
        {"availability_zone": "mimic-unknown"}, {"security_groups": "x"}, {"security_groups": [{"name": "mimic-unknown"}]},
        {"OS-DCF:diskConfig": "x"}, {"accessIPv4": "x"}, {"accessIPv6": "x"}, {"adminPass": 1}, {"nothing": 1},
        {"block_device_mapping_v2": "x"}, {"block_device_mapping_v2": [{}]}, {"description": "x"}, {"tags": ["x"]},
        {"host": "x"}, {"hostname": "x"}, {"trusted_image_certificates": ["x"]}, {"personality": []},
        {"return_reservation_id": "x"},
    ):
        yield Call("POST compute /v2.1/servers", {"server": GOOD | wrong})
    for version, wrong in {
        "2.19": {"description": 1}, "2.37": {}, "2.52": {"tags": ["a,b"]}, "2.42": {"networks": [{"tag": 1}]},
        "2.74": {"host": "mimic-unknown"}, "2.90": {"hostname": "_"}, "2.57": {"personality": []},
    }.items():
        yield Call("POST compute /v2.1/servers", {"server": GOOD | wrong}, version=version)
    yield Call("POST compute /v2.1/servers", {"server": GOOD | {"name": "mimic-kept"}}, keep="server")
    yield "server"
    yield Call(f"GET compute {SERVER}")
    for minor in (3, 9, 16, 19, 26, 47, 54, 63, 71, 73, 75, 90, 96, 98, 100):
        yield Call(f"GET compute {SERVER}", version=f"2.{minor}")
    yield Call("GET compute /v2.1/servers?name=mimic-kept")
    yield Call("GET compute /v2.1/servers/detail?name=mimic-kept")
    for wrong in ({}, {"name": ""}, {"name": 1}, {"nothing": 1}, {"accessIPv4": "x"}, {"OS-DCF:diskConfig": "x"}, {"description": "x"}):
        yield Call(f"PUT compute {SERVER}", {"server": wrong})
    yield Call(f"PUT compute {SERVER}", {"server": {"name": "mimic-server-2", "accessIPv4": "1.2.3.4"}})


def parts():
    metadata = f"{SERVER}/metadata"
    for body in ({}, {"metadata": {}}, {"metadata": []}, {"metadata": {"a": 1}}, {"metadata": {"": "x"}}, {"metadata": {"a": "x" * 256}}, {"metadata": {"a": "1"}}):
        yield Call(f"POST compute {metadata}", body)
        yield Call(f"PUT compute {metadata}", body)
    for body in ({}, {"meta": {}}, {"meta": {"b": "1"}}, {"meta": {"a": "1", "b": "2"}}, {"meta": {"a": 1}}, {"meta": {"a": "2"}}):
        yield Call(f"PUT compute {metadata}/a", body)
    for method in ("GET", "DELETE"):
        for key in ("a", "nothing"):
            yield Call(f"{method} compute {metadata}/{key}")
    for path in ("ips", "ips/private", "ips/nothing", "os-interface", "os-interface/x", "os-instance-actions", "os-instance-actions/x",
                 "os-security-groups", "os-volume_attachments", "os-volume_attachments/x", "diagnostics", "os-server-password",
                 "os-virtual-interfaces", "migrations", "migrations/1", "topology", "tags", "tags/x", "shares", "nothing"):
        for version in ("2.1", "2.26", "2.78"):
            yield Call(f"GET compute {SERVER}/{path}", version=version, shape=path == "diagnostics")
    for body in ({}, {"tags": "x"}, {"tags": ["a/b"]}, {"tags": ["x" * 61]}, {"tags": [str(n) for n in range(51)]}, {"tags": ["a", "b"]}):
        yield Call(f"PUT compute {SERVER}/tags", body, version="2.26")
    for what in (f"PUT compute {SERVER}/tags/c", f"GET compute {SERVER}/tags/c", f"DELETE compute {SERVER}/tags/c", f"DELETE compute {SERVER}/tags/c",
                 f"DELETE compute {SERVER}/tags"):
        yield Call(what, version="2.26")
    for body in ({}, {"type": "novnc"}, {"protocol": "vnc", "type": "x"}, {"protocol": "vnc", "type": "novnc"}, {"protocol": "spice", "type": "novnc"}):
        yield Call(f"POST compute {SERVER}/remote-consoles", {"remote_console": body}, version="2.6")


def actions():
    path = f"POST compute {SERVER}/action"
    for body in ({}, [], "{", {"fly": None}, {"pause": None, "fly": None}, None):
        yield Call(path, body)
    for action in ACTIONS:
        for body in (1, "x", [], {"nothing": 1}, {"type": 1, "name": 1, "flavorRef": 1, "imageRef": 1, "host": 1}):
            # Those without arguments take anything for them, so they would be done.
            if ACTIONS[action] is not None:
                yield Call(path, {action: body})
        yield Call(f"POST compute /v2.1/servers/$unknown/action", {action: ACTIONS[action]})
    yield Call(path, {"rescue": {"nothing": 1}})
    yield Call(path, {"unshelve": {"x": 1}}, version="2.77")
    yield Call(path, {"migrate": {"host": 1}}, version="2.56")
    yield Call(path, {"lock": {"locked_reason": 1}}, version="2.73")


def life():
    """Every action in every state that is quickly come by."""
    path = f"POST compute {SERVER}/action"
    into_and_out_of = [("pause", "unpause"), ("os-stop", "os-start"), ("suspend", "resume"), ("rescue", "unrescue"), ("lock", "unlock")]
    refused_anyway = set(ACTIONS) - {
        "forceDelete", "shelve", "shelveOffload", "migrate", "resize", "rebuild", "evacuate", "os-migrateLive", "os-resetState", "reboot",
        "createImage", "createBackup", "lock", "unlock", "changePassword", "rescue", "suspend", "os-stop", "os-start", "pause", "resume",
    }
    for into, out in into_and_out_of:
        yield Call(path, {into: None})
        yield "server"
        yield Call(f"GET compute {SERVER}")
        yield Call(path, {into: None})
        yield "server"
        for action in sorted(refused_anyway - {out}):
            yield Call(path, {action: ACTIONS[action]})
        yield Call(path, {out: None})
        yield "server"
    for action, undo in (("rebuild", None), ("resize", "revertResize"), ("shelve", "unshelve")):
        yield Call(path, {action: ACTIONS[action]})
        yield "server"
        yield Call(f"GET compute {SERVER}")
        yield Call(path, {"reboot": {"type": "HARD"}})
        yield "server"
        if undo:
            yield Call(path, {undo: None})
            yield "server"
    yield Call(f"GET compute {SERVER}/os-instance-actions", shape=True)


def keypairs():
    path = "/v2.1/os-keypairs"
    for body in ({}, {"name": ""}, {"name": 1}, {"name": "a/b"}, {"name": "x" * 256}, {"name": "mimic-key", "public_key": "x"},
                 {"name": "mimic-key", "nothing": 1}, {"name": "mimic-key", "type": "x509"}, {"name": "mimic-key"}, {"name": "mimic-key"}):
        yield Call(f"POST compute {path}", {"keypair": body}, shape=True)
    for version, body in {"2.2": {"name": "mimic-2", "type": "x"}, "2.10": {"name": "mimic-2", "user_id": 1}, "2.92": {"name": "mimic-2"}}.items():
        yield Call(f"POST compute {path}", {"keypair": body}, version=version)
    for version in ("2.1", "2.2", "2.10", "2.35"):
        yield Call(f"GET compute {path}/mimic-key", version=version, shape=True)
        yield Call(f"GET compute {path}?limit=x", version=version, shape=True)
    yield Call(f"DELETE compute {path}/mimic-key")
    yield Call(f"DELETE compute {path}/mimic-key", version="2.2")


def administration():
    flavor = {"name": "mimic-flavor", "ram": 64, "vcpus": 1, "disk": 1, "id": "mimic-flavor"}
    for wrong in ({"ram": 0}, {"ram": "x"}, {"vcpus": 0}, {"disk": -1}, {"name": ""}, {"id": ""}, {"swap": "x"}, {"nothing": 1}, {"rxtx_factor": 0},
                  {"description": "x"}, {}, {}):
        yield Call("POST compute /v2.1/flavors", {"flavor": flavor | wrong})
    yield Call("POST compute /v2.1/flavors", {"flavor": {"name": "x"}})
    yield Call("PUT compute /v2.1/flavors/mimic-flavor", {"flavor": {"description": "x"}}, version="2.55")
    specs = "/v2.1/flavors/mimic-flavor/os-extra_specs"
    for body in ({}, {"extra_specs": {}}, {"extra_specs": {"a b": "x"}}, {"extra_specs": {"a": []}}, {"extra_specs": {"a": "x"}}):
        yield Call(f"POST compute {specs}", body)
    for what in (f"GET compute {specs}", f"GET compute {specs}/a", f"GET compute {specs}/b", f"DELETE compute {specs}/a", f"DELETE compute {specs}/a"):
        yield Call(what)
    yield Call(f"PUT compute {specs}/a", {"b": "x"})
    for action in ("addTenantAccess", "removeTenantAccess"):
        for body in ({}, {"tenant": ""}, {"tenant": "$project"}):
            yield Call("POST compute /v2.1/flavors/mimic-flavor/action", {action: body})
    yield Call("GET compute /v2.1/flavors/mimic-flavor/os-flavor-access")
    yield Call("DELETE compute /v2.1/flavors/mimic-flavor")
    yield Call("DELETE compute /v2.1/flavors/mimic-flavor")
    for body in ({}, {"name": ""}, {"name": 1}, {"name": "mimic-aggregate", "availability_zone": ""}, {"name": "mimic-aggregate", "nothing": 1}):
        yield Call("POST compute /v2.1/os-aggregates", {"aggregate": body})
    yield Call("POST compute /v2.1/os-aggregates", {"aggregate": {"name": "mimic-aggregate"}}, keep="aggregate", shape=True)
    yield Call("POST compute /v2.1/os-aggregates", {"aggregate": {"name": "mimic-aggregate"}})
    for action, body in (("add_host", {}), ("add_host", {"host": "mimic-unknown"}), ("remove_host", {"host": "mimic-unknown"}), ("set_metadata", {}), ("fly", {}),
                         ("set_metadata", {"metadata": {"a": "x"}}), ("set_metadata", {"metadata": {"a": None}})):
        yield Call("POST compute /v2.1/os-aggregates/$aggregate/action", {action: body}, shape=True)
    yield Call("DELETE compute /v2.1/os-aggregates/$aggregate")
    yield Call("DELETE compute /v2.1/os-aggregates/$aggregate")
    for version, body in (("2.1", {}), ("2.1", {"name": "mimic-group", "policies": ["x"]}), ("2.1", {"name": "mimic-group", "policies": []}),
                          ("2.64", {"name": "mimic-group", "policy": "x"}), ("2.64", {"name": "mimic-group", "policies": ["affinity"]}),
                          ("2.64", {"name": "mimic-group", "policy": "affinity", "rules": {"max_server_per_host": 1}})):
        yield Call("POST compute /v2.1/os-server-groups", {"server_group": body}, version=version)
    yield Call("POST compute /v2.1/os-server-groups", {"server_group": {"name": "mimic-group", "policy": "affinity"}}, version="2.64", keep="group")
    yield Call("GET compute /v2.1/os-server-groups/$group")
    yield Call("DELETE compute /v2.1/os-server-groups/$group")
    for body in ({}, {"cores": "x"}, {"cores": -2}, {"nothing": 1}, {"cores": 1, "force": "x"}):
        yield Call("PUT compute /v2.1/os-quota-sets/$project", {"quota_set": body})
    for path in ("os-quota-sets/$project/detail", "os-quota-sets/$project/defaults", "os-quota-sets/x", "os-simple-tenant-usage/$project",
                 "os-simple-tenant-usage?start=x", "os-services?binary=x", "os-migrations?limit=x", "os-hypervisors?limit=x", "os-hosts/mimic-unknown"):
        for version in ("2.1", "2.40", "2.75"):
            yield Call(f"GET compute /v2.1/{path}", version=version, shape=True)
    yield Call("PUT compute /v2.1/os-services/enable", {"host": "mimic-unknown", "binary": "nova-compute"})
    yield Call("PUT compute /v2.1/os-services/mimic-unknown", {"status": "enabled"}, version="2.53")
    yield Call("PUT compute /v2.1/os-services/11111111-1111-1111-1111-111111111111", {"status": "enabled"}, version="2.53")


def end():
    yield Call(f"DELETE compute {SERVER}")
    yield "server"
    for what in (f"GET compute {SERVER}", f"DELETE compute {SERVER}", f"GET compute {SERVER}/ips", f"GET compute {SERVER}/metadata"):
        yield Call(what)
    yield Call(f"POST compute {SERVER}/action", {"os-stop": None})
