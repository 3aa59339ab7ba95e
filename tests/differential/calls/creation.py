"""The making of a server, with every documented field wrong in its ways, and at the microversions that change it."""

from cloud import Call

GOOD = {"name": "mimic-server", "imageRef": "$image", "flavorRef": "1"}
UNKNOWN = "11111111-1111-1111-1111-111111111111"
LONG = "x" * 256
# Values that are wrong for each field of `server`, at 2.1.
WRONG = {
    "name": [None, [], "x\u0000", "\u200b", " x ", "\t"],
    "imageRef": [None, 1, "", "http://x/images/$image", "$image/"],
    "flavorRef": [None, [], 1.5, True, "mimic-unknown", "http://x/flavors/1"],
    "adminPass": [None, [], ""],
    "metadata": [None, "x", {"a": None}, {"a": []}, {"a" * 256: "x"}, {"a": "x" * 256}, {"a/b": "x"}, {"a b": "x"}],
    "networks": [None, 1, "auto", "none", "mimic", [None], ["x"], [{"port": "x"}], [{"port": UNKNOWN}], [{"fixed_ip": "x"}], [{"uuid": UNKNOWN, "fixed_ip": "x"}], [{"uuid": UNKNOWN, "nothing": 1}],
                 [{"uuid": UNKNOWN}, {"uuid": UNKNOWN}], [{"uuid": None}], [{"tag": "x"}]],
    "OS-DCF:diskConfig": [None, "auto", 1],
    "accessIPv4": [None, 1, "::1", "1.2.3", ""],
    "accessIPv6": [None, 1, "1.2.3.4", ":::"],
    "personality": [None, 1, [{}], [{"path": "x"}], [{"path": "/x", "contents": "%"}], [{"path": "/x", "contents": "eA=="}], [{"path": "/x", "contents": "eA==", "nothing": 1}]],
    "availability_zone": [None, 1, "", LONG, "a:b:c:d", "nova:mimic", ":"],
    "block_device_mapping": [None, [{}], [{"device_name": "a b"}], [{"volume_id": UNKNOWN, "device_name": "vda"}], [{"nothing": 1}], [{"volume_size": "x"}], [{"volume_id": "x"}]],
    "block_device_mapping_v2": [None, [1], [{"source_type": "x"}], [{"source_type": "image"}], [{"source_type": "image", "uuid": "$image"}], [{"source_type": "blank", "destination_type": "x"}],
                                [{"source_type": "blank", "destination_type": "local", "boot_index": "x"}], [{"source_type": "blank", "destination_type": "volume"}], [{"boot_index": 0}],
                                [{"source_type": "image", "uuid": "$image", "destination_type": "local", "boot_index": 0, "guest_format": LONG}], [{"source_type": "volume", "uuid": "x"}],
                                [{"source_type": "image", "uuid": "$image", "destination_type": "local", "boot_index": 1}], [{"source_type": "blank", "destination_type": "local", "boot_index": -1, "volume_size": "x"}],
                                [{"source_type": "blank", "destination_type": "local", "device_name": "a b"}], [{"source_type": "blank", "delete_on_termination": "x"}], [{"source_type": "blank", "no_device": "x"}],
                                [{"source_type": "blank", "disk_bus": 1}], [{"source_type": "blank", "device_type": 1}], [{"source_type": "blank", "nothing": 1}], [{"source_type": "blank", "tag": "x"}], [{"source_type": "blank", "volume_type": "x"}]],
    "config_drive": [None, 1, "", "maybe", []],
    "key_name": [None, "", [], LONG],
    "min_count": [None, "x", -1, "", 1.5, "0"],
    "max_count": [None, 0, -1, 1.5],
    "return_reservation_id": [None, 1, "maybe"],
    "security_groups": [None, [1], [{}], [{"name": 1}], [{"name": ""}], [{"name": "x", "nothing": 1}], ["x"]],
    "user_data": [None, 1, "%%%", "eA=", "é"],
    "os:scheduler_hints": [{}], "auto_disk_config": [True], "progress": [1], "status": ["x"], "id": ["x"],
}
# The same for fields that came later.
LATER = {
    "2.19": {"description": [None, [], LONG, " x ", ""]},
    "2.32": {"networks": [[{"tag": "x"}], [{"tag": "a/b", "uuid": UNKNOWN}], [{"tag": 1}]], "block_device_mapping_v2": [[{"tag": "a,b"}], [{"tag": 1}]]},
    "2.33": {"networks": [[{"tag": "x", "uuid": UNKNOWN}]], "block_device_mapping_v2": [[{"tag": "x"}]]},
    "2.36": {"networks": ["auto", "none"]},
    "2.37": {"networks": [None, [], "x", "none", [{}], [{"uuid": "x"}], ["auto"], [{"fixed_ip": "1.2.3.4"}]]},
    "2.42": {"networks": [[{"uuid": UNKNOWN, "tag": "x" * 61}], [{"uuid": UNKNOWN, "tag": "a,b"}], [{"uuid": UNKNOWN, "tag": ""}]], "block_device_mapping_v2": [[{"source_type": "blank", "tag": "a/b"}]]},
    "2.52": {"tags": [None, "x", [1], [""], ["x" * 61], ["a/b"], [str(n) for n in range(51)], ["a", "a"]]},
    "2.57": {"personality": [[{"path": "/x", "contents": "eA=="}]], "user_data": ["%"]},
    "2.63": {"trusted_image_certificates": [None, "x", [], [""], [1], ["x", "x"], [str(n) for n in range(51)], ["x"], [LONG]]},
    "2.67": {"block_device_mapping_v2": [[{"source_type": "blank", "volume_type": 1}], [{"source_type": "blank", "volume_type": ""}], [{"source_type": "image", "uuid": "$image", "destination_type": "local", "boot_index": 0, "volume_type": "x"}]]},
    "2.74": {"host": [None, 1, "", "a b", LONG], "hypervisor_hostname": [None, 1, "", "mimic-unknown"]},
    "2.90": {"hostname": [None, 1, "", "x", "-x", "x-", "x.y", "x_y", "X" * 64, LONG, "a" * 63]},
    "2.94": {"hostname": [None, "x", "x.y", "-x.y", "x..y", "x_y", LONG]},
}


def steps():
    yield Call("PUT compute /v2.1/os-quota-sets/$project", {"quota_set": {name: -1 for name in ("instances", "cores", "ram", "server_groups", "key_pairs")}}, shape=True)
    yield Call("GET image /v2/images?status=active&visibility=public&sort=created_at:asc", keep="image", shape=True)
    for field, values in WRONG.items():
        for value in values:
            yield from create({field: value}, "2.1")
    for version, fields in LATER.items():
        networks = {} if float(version[2:]) < 37 else {"networks": "none"}
        for field, values in fields.items():
            for value in values:
                yield from create(networks | {field: value}, version)
    for hints in (None, 1, {"group": "x"}, {"group": UNKNOWN}, {"group": ""}, {"same_host": "x"}, {"same_host": [1]}, {"different_host": [UNKNOWN]}, {"query": "x"}, {"query": 1}, {"target_cell": 1},
                  {"build_near_host_ip": "x"}, {"cidr": "x"}, {"different_cell": []}, {"nothing": 1}):
        for key in ("os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"):
            yield from create({}, "2.1", **{key: hints})
    yield Call("POST compute /v2.1/servers", {"server": GOOD, "os:scheduler_hints": {}, "OS-SCH-HNT:scheduler_hints": {}})
    yield Call("POST compute /v2.1/servers", {"server": GOOD | {"return_reservation_id": True, "min_count": 2}})
    yield Call("POST compute /v2.1/servers", {"server": GOOD | {"min_count": "2", "max_count": 1}})
    yield Call("POST compute /v2.1/servers", {"server": GOOD | {"flavorRef": "4", "nothing": 1}})
    yield from parts()


def create(fields, version, **beside):
    yield Call("POST compute /v2.1/servers", {"server": GOOD | fields} | beside, version=version, keep="probe")
    # Where it was made, or else an earlier one, which is gone.
    yield "probe"
    yield Call("DELETE compute /v2.1/servers/$probe")


def parts():
    """What is set on a server that runs."""
    server = "/v2.1/servers/$parts"
    yield Call("POST compute /v2.1/servers", {"server": GOOD | {"name": "mimic-parts"}}, keep="parts")
    yield "parts"
    for version, field, values in (("2.1", "name", [None, "x\u0000", " x ", LONG]), ("2.1", "accessIPv4", [None, "::1", ""]), ("2.1", "accessIPv6", [None, "::1", "1.2.3.4"]),
                                   ("2.19", "description", [None, 1, "x", "", LONG]), ("2.90", "hostname", [None, 1, "", "x_y", "x.y", "mimic-x"]), ("2.94", "hostname", ["x.y", "x..y"]),
                                   ("2.1", "OS-DCF:diskConfig", [None, "AUTO", "MANUAL"]), ("2.1", "id", ["x"]), ("2.1", "personality", [[]])):
        for value in values:
            yield Call(f"PUT compute {server}", {"server": {field: value}}, version=version)
    for version in ("2.1", "2.19", "2.63", "2.71", "2.75", "2.90", "2.96", "2.98", "2.100"):
        yield Call(f"PUT compute {server}", {"server": {"name": "mimic-parts"}}, version=version)
        yield Call(f"POST compute {server}/action", {"rebuild": {"imageRef": "$image", "description": "x"}}, version=version)
        yield "parts"
    for version, more in {"2.1": {"adminPass": 1}, "2.54": {"key_name": "mimic-unknown"}, "2.57": {"user_data": "%"}, "2.63": {"trusted_image_certificates": "x"}, "2.90": {"hostname": "_"}, "2.93": {"hostname": "x"},
                          "2.94": {"hostname": "x..y"}}.items():
        yield Call(f"POST compute {server}/action", {"rebuild": {"imageRef": "$image"} | more}, version=version)
        yield "parts"
    for more in ({"imageRef": "x"}, {"imageRef": UNKNOWN}, {"name": ""}, {"metadata": {"a": 1}}, {"OS-DCF:diskConfig": "x"}, {"accessIPv4": "x"}, {"personality": 1}, {"preserve_ephemeral": "x"}, {"nothing": 1}, {"key_name": None}):
        yield Call(f"POST compute {server}/action", {"rebuild": {"imageRef": "$image"} | more})
        yield "parts"
    for action, bodies in {
        "reboot": [{}, {"type": "x"}, {"type": 1}, {"type": "soft"}, {"type": "HARD", "nothing": 1}, None],
        "resize": [{}, {"flavorRef": "1"}, {"flavorRef": "x"}, {"flavorRef": None}, {"flavorRef": "2", "OS-DCF:diskConfig": "x"}, {"flavorRef": "2", "nothing": 1}, {"flavorRef": 1.5}],
        "createImage": [{}, {"name": ""}, {"name": 1}, {"name": "x", "metadata": 1}, {"name": "x", "metadata": {"a": 1}}, {"name": "x", "nothing": 1}],
        "createBackup": [{}, {"name": "x"}, {"name": "x", "backup_type": "x", "rotation": -1}, {"name": "x", "backup_type": "x", "rotation": "x"}, {"name": "", "backup_type": "x", "rotation": 1}],
        "changePassword": [{}, {"adminPass": 1}, {"adminPass": "x", "nothing": 1}, {"adminPass": None}],
        "os-resetState": [{}, {"state": "x"}, {"state": 1}, {"state": "paused"}, {"state": "active", "nothing": 1}],
        "os-getConsoleOutput": [{}, {"length": "x"}, {"length": -2}, {"length": "5"}, {"length": None}, {"length": 1.5}, {"nothing": 1}],
        "os-getVNCConsole": [{}, {"type": "x"}, {"type": "xvpvnc"}, {"type": "novnc", "nothing": 1}],
        "os-getSPICEConsole": [{}, {"type": "x"}, {"type": "spice-html5"}], "os-getSerialConsole": [{}, {"type": "serial"}], "os-getRDPConsole": [{}, {"type": "rdp-html5"}],
        "rescue": [{"adminPass": 1}, {"rescue_image_ref": "x"}, {"rescue_image_ref": UNKNOWN}, {"adminPass": "x", "nothing": 1}, 1],
        "addSecurityGroup": [{}, {"name": ""}, {"name": 1}, 1], "removeSecurityGroup": [{}, {"name": ""}, 1],
        "addFixedIp": [{}, {"networkId": 1}, {"networkId": ""}], "removeFixedIp": [{}, {"address": 1}, {"address": "1.2.3.4"}],
        "addFloatingIp": [{}, {"address": "x"}, {"address": "1.2.3.4", "fixed_address": "x"}], "removeFloatingIp": [{}, {"address": "x"}, {"address": "1.2.3.4"}],
        "os-migrateLive": [{}, {"host": 1, "block_migration": True, "disk_over_commit": False}, {"host": "x", "block_migration": "x", "disk_over_commit": False}, {"host": "x", "block_migration": True}],
        "evacuate": [{}, {"host": 1, "onSharedStorage": True}, {"onSharedStorage": "x"}, {"onSharedStorage": True, "adminPass": 1}, {"host": "mimic-unknown", "onSharedStorage": False}],
        "unshelve": [{}, {"availability_zone": "x"}, None], "lock": [{}, {"locked_reason": "x"}], "migrate": [1, {}, {"host": "x"}], "shelve": [1], "trigger_crash_dump": [1],
    }.items():
        for body in bodies:
            for version in ("2.1", "2.30", "2.68", "2.96"):
                if (action, body) not in MOVES:
                    yield Call(f"POST compute {server}/action", {action: body}, version=version)
                    yield "parts"
    for version in ("2.1", "2.17", "2.25", "2.26", "2.77", "2.91"):
        for part in ("", "/ips", "/metadata", "/os-instance-actions", "/os-interface", "/os-volume_attachments", "/os-security-groups", "/os-server-password", "/topology", "/migrations", "/tags"):
            yield Call(f"GET compute {server}{part}", version=version, shape=True)
    volume = {"volumeId": UNKNOWN}
    for body in ({}, {"volumeAttachment": {}}, {"volumeAttachment": {"volumeId": "x"}}, {"volumeAttachment": volume | {"device": "a b"}}, {"volumeAttachment": volume | {"device": 1}}, {"volumeAttachment": volume | {"tag": 1}},
                 {"volumeAttachment": volume | {"delete_on_termination": "x"}}, {"volumeAttachment": volume | {"nothing": 1}}):
        for version in ("2.1", "2.49", "2.79"):
            yield Call(f"POST compute {server}/os-volume_attachments", body, version=version)
    for body in ({}, {"interfaceAttachment": {"net_id": "x"}}, {"interfaceAttachment": {"port_id": "x"}}, {"interfaceAttachment": {"net_id": UNKNOWN, "port_id": UNKNOWN}}, {"interfaceAttachment": {"fixed_ips": []}},
                 {"interfaceAttachment": {"fixed_ips": [{"ip_address": "1.2.3.4"}]}}, {"interfaceAttachment": {"fixed_ips": [{"ip_address": "x"}]}}, {"interfaceAttachment": {"nothing": 1}}, {"interfaceAttachment": {"tag": "x"}}):
        for version in ("2.1", "2.70"):
            yield Call(f"POST compute {server}/os-interface", body, version=version)
    yield Call(f"DELETE compute {server}/os-interface/x")
    yield Call(f"DELETE compute {server}/os-server-password")
    for protocol, kind in (("vnc", "xvpvnc"), ("spice", "spice-html5"), ("serial", "serial"), ("rdp", "rdp-html5"), ("mks", "webmks"), ("vnc", "webmks"), ("mks", "novnc"), ("serial", "novnc")):
        for version in ("2.6", "2.8", "2.99"):
            yield Call(f"POST compute {server}/remote-consoles", {"remote_console": {"protocol": protocol, "type": kind}}, version=version)
    yield Call(f"POST compute {server}/remote-consoles", {"remote_console": {"protocol": "vnc", "type": "novnc"}}, version="2.5")
    yield Call("GET compute /v2.1/os-console-auth-tokens/x", version="2.31")
    yield Call("GET compute /v2.1/os-console-auth-tokens/x", version="2.30")
    yield Call(f"DELETE compute {server}")


# Those that really move the server, to where the two clouds have hosts of their own.
MOVES = [("migrate", 1), ("migrate", {}), ("unshelve", None), ("shelve", 1), ("trigger_crash_dump", 1), ("lock", {})]
