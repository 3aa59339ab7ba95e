"""Nova's parts for administrators, and those beside servers: aggregates, groups, quotas, usage, services, keys."""

from cloud import Call

UNKNOWN = "11111111-1111-1111-1111-111111111111"


def steps():
    yield from aggregates()
    yield from groups()
    yield from quotas()
    yield from usage()
    yield from hosts()
    yield from keypairs()
    yield from flavors()
    yield from microversions()


def aggregates():
    one = "/v2.1/os-aggregates/$fleet"
    yield Call("GET compute /v2.1/os-hypervisors/detail", shape=True)
    yield Call("POST compute /v2.1/os-aggregates", {"aggregate": {"name": "mimic-fleet", "availability_zone": "mimic-zone"}}, keep="fleet")
    for version in ("2.1", "2.41", "2.96"):
        yield Call("POST compute /v2.1/os-aggregates", {"aggregate": {"name": f"mimic-{version}"}}, version=version)
        yield Call(f"GET compute {one}", version=version)
    for body in ({}, {"aggregate": []}, {"aggregate": {}}, {"aggregate": {"name": ""}}, {"aggregate": {"name": "x" * 256}}, {"aggregate": {"name": " x "}},
                 {"aggregate": {"availability_zone": ""}}, {"aggregate": {"availability_zone": "a:b"}}, {"aggregate": {"availability_zone": None}},
                 {"aggregate": {"name": "mimic-2.1"}}, {"aggregate": {"name": "mimic-fleet-2"}}, {"aggregate": {"nothing": 1}}):
        yield Call(f"PUT compute {one}", body)
    for id in ("x", "-1", "0", "999999", "1.5", "99999999999999999999"):
        yield Call(f"GET compute /v2.1/os-aggregates/{id}")
        yield Call(f"PUT compute /v2.1/os-aggregates/{id}", {"aggregate": {"name": "y"}})
        yield Call(f"DELETE compute /v2.1/os-aggregates/{id}")
        for action in ({"add_host": {"host": "x"}}, {"remove_host": {"host": "x"}}, {"set_metadata": {"metadata": {"a": "x"}}}):
            yield Call(f"POST compute /v2.1/os-aggregates/{id}/action", action)
    for action in ({"add_host": {"host": ""}}, {"add_host": {"host": 1}}, {"add_host": {"host": "a/b"}}, {"add_host": {"host": "x", "y": 1}},
                   {"set_metadata": {"metadata": {"a": 1}}}, {"set_metadata": {"metadata": {"": "x"}}}, {"set_metadata": {"metadata": {"a/b": "x"}}},
                   {"set_metadata": {"metadata": {"a": "x" * 256}}}, {"set_metadata": {"metadata": {}}}, {"set_metadata": {"metadata": {"availability_zone": ""}}},
                   {"set_metadata": {"metadata": {"availability_zone": None}}}, {"set_metadata": {"metadata": {"a": "x", "b": None}}}):
        yield Call(f"POST compute {one}/action", action)
    for body in ({}, {"cache": []}, {"cache": [{}]}, {"cache": [{"id": "x"}]}, {"cache": [{"id": UNKNOWN}]}, {"cache": [{"id": UNKNOWN}, {"id": UNKNOWN}]}):
        yield Call(f"POST compute {one}/images", body, version="2.81")
    yield Call(f"POST compute {one}/images", {"cache": []}, version="2.80")
    yield Call(f"DELETE compute {one}")


def groups():
    unlimited = {name: -1 for name in ("instances", "cores", "ram", "server_groups", "key_pairs")}
    yield Call("PUT compute /v2.1/os-quota-sets/$project", {"quota_set": unlimited}, shape=True)
    path = "/v2.1/os-server-groups"
    for version in ("2.1", "2.13", "2.15", "2.64"):
        for policy in ("affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity"):
            said = {"policy": policy} if version == "2.64" else {"policies": [policy]}
            yield Call(f"POST compute {path}", {"server_group": {"name": f"mimic-{policy}"} | said}, version=version)
    for body in ({"name": ""}, {"name": 1}, {"name": "x" * 256}, {"name": " x"}, {"name": "x", "policies": "affinity"}, {"name": "x", "policies": ["affinity", "affinity"]},
                 {"name": "x", "policies": ["affinity", "anti-affinity"]}, {"name": "x", "policies": [1]}, {"name": "x", "policy": "affinity"},
                 {"name": "x", "policies": ["affinity"], "nothing": 1}):
        yield Call(f"POST compute {path}", {"server_group": body})
    for body in ({"name": "x"}, {"name": "x", "policy": 1}, {"name": "x", "policy": "anti-affinity", "rules": []}, {"name": "x", "policy": "anti-affinity", "rules": {"x": 1}},
                 {"name": "x", "policy": "anti-affinity", "rules": {"max_server_per_host": 0}}, {"name": "x", "policy": "anti-affinity", "rules": {"max_server_per_host": "x"}},
                 {"name": "x", "policy": "soft-affinity", "rules": {"max_server_per_host": 1}}, {"name": "mimic-rules", "policy": "anti-affinity", "rules": {"max_server_per_host": "2"}}):
        yield Call(f"POST compute {path}", {"server_group": body}, version="2.64")
    for query in ("limit=x", "offset=x", "limit=-1", "all_projects=x", "nothing=1", "limit=1&limit=2"):
        for version in ("2.1", "2.75"):
            yield Call(f"GET compute {path}?{query}", version=version, shape=True)
    for version in ("2.1", "2.13", "2.64"):
        yield Call(f"GET compute {path}", version=version, shape=True)
    yield Call(f"PUT compute {path}/x", {})


def quotas():
    names = ("instances", "cores", "ram", "floating_ips", "fixed_ips", "metadata_items", "injected_files", "injected_file_content_bytes",
             "injected_file_path_bytes", "security_groups", "security_group_rules", "key_pairs", "server_groups", "server_group_members", "networks")
    for version in ("2.1", "2.36", "2.50", "2.57", "2.100"):
        for name in names:
            yield Call("PUT compute /v2.1/os-quota-sets/$unknown", {"quota_set": {name: "x"}}, version=version)
        for path in ("os-quota-sets/$project", "os-quota-sets/$project?user_id=$user", "os-quota-sets/$project/detail", "os-quota-sets/$project/defaults",
                     "os-quota-class-sets/default", "os-quota-class-sets/x", "limits", "limits?reserved=1", "limits?tenant_id=$project", "limits?nothing=1"):
            yield Call(f"GET compute /v2.1/{path}", version=version, shape=True)
        yield Call("PUT compute /v2.1/os-quota-class-sets/x", {"quota_class_set": {"cores": 5}}, version=version, shape=True)
    for body in ({}, {"quota_set": []}, {"quota_set": {}}, {"quota_set": {"cores": None}}, {"quota_set": {"cores": 2147483648}}, {"quota_set": {"cores": "-1"}},
                 {"quota_set": {"cores": 1.5}}, {"quota_set": {"tenant_id": "x"}}, {"quota_set": {"force": True}}, {"quota_set": {"cores": True}}):
        yield Call("PUT compute /v2.1/os-quota-sets/$project", body)
        yield Call("PUT compute /v2.1/os-quota-class-sets/default", {"quota_class_set": body.get("quota_set", 1)}, shape=True)
    yield Call("PUT compute /v2.1/os-quota-sets/$project?user_id=$user", {"quota_set": {"cores": 1000000}})
    yield Call("PUT compute /v2.1/os-quota-sets/$project?nothing=1", {"quota_set": {"cores": -1}}, version="2.75")
    yield Call("DELETE compute /v2.1/os-quota-sets/x")
    yield Call("GET compute /v2.1/os-quota-sets/x?user_id=y")


def usage():
    for version in ("2.1", "2.40", "2.75"):
        for query in ("start=x", "end=x", "start=2020-01-02T00:00:00&end=2020-01-01T00:00:00", "start=2020-01-01", "start=2020-01-01 00:00:00.5&end=2020-01-02 00:00:00.5", "limit=x", "limit=-1", "marker=x",
                      "detailed=x", "detailed=1", "nothing=1", "start=2020-01-01T00:00:00&end=2020-01-02T00:00:00"):
            yield Call(f"GET compute /v2.1/os-simple-tenant-usage?{query}", version=version, shape=True)
            yield Call(f"GET compute /v2.1/os-simple-tenant-usage/x?{query}", version=version, shape=True)
    yield Call("GET compute /v2.1/os-instance_usage_audit_log/x")
    yield Call("GET compute /v2.1/os-instance_usage_audit_log/2020-01-01%2000:00:00", shape=True)


def hosts():
    for version in ("2.1", "2.28", "2.33", "2.53", "2.88"):
        for path in ("os-hypervisors", "os-hypervisors/detail", "os-hypervisors/statistics", "os-hypervisors/x", "os-hypervisors/99", "os-hypervisors/x/uptime",
                     "os-hypervisors/x/search", "os-hypervisors/x/servers", f"os-hypervisors/{UNKNOWN}", f"os-hypervisors/{UNKNOWN}/uptime", "os-hypervisors?limit=0", "os-hypervisors?marker=x",
                     "os-hypervisors?hypervisor_hostname_pattern=mimic", "os-hypervisors?with_servers=x", "os-hypervisors?with_servers=1",
                     "os-services", "os-services?host=x", "os-services?nothing=1", "os-hosts", "os-hosts?zone=x", "os-hosts/x", "os-hosts/x/startup", "os-hosts/x/reboot"):
            yield Call(f"GET compute /v2.1/{path}", version=version, shape=True)
    for version in ("2.1", "2.11", "2.53"):
        for body in ({}, {"host": "x"}, {"host": "x", "binary": "y"}, {"host": "x", "binary": "nova-compute", "nothing": 1}, {"host": "x", "binary": "nova-compute", "disabled_reason": " "},
                     {"host": "x", "binary": "nova-compute", "disabled_reason": "y"}, {"host": "x", "binary": "nova-compute", "forced_down": "y"}):
            for verb in ("enable", "disable", "disable-log-reason", "force-down", "fly"):
                yield Call(f"PUT compute /v2.1/os-services/{verb}", body, version=version)
    for body in ({}, {"status": "x"}, {"status": "disabled", "disabled_reason": ""}, {"forced_down": "x"}, {"nothing": 1}, {"status": "enabled", "disabled_reason": "x"}):
        yield Call(f"PUT compute /v2.1/os-services/{UNKNOWN}", body, version="2.53")
    for id in ("x", "0", "99", UNKNOWN):
        yield Call(f"DELETE compute /v2.1/os-services/{id}")
        yield Call(f"DELETE compute /v2.1/os-services/{id}", version="2.53")
    for body in ({}, {"status": "x"}, {"status": "enable"}, {"maintenance_mode": "x"}, {"maintenance_mode": "enable"}, {"nothing": 1}, {"status": "enable", "maintenance_mode": "disable"}):
        yield Call("PUT compute /v2.1/os-hosts/x", body)
        yield Call("PUT compute /v2.1/os-hosts/x", body, version="2.43")
    event = {"name": "network-changed", "server_uuid": UNKNOWN}
    for events in ([], "x", [{}], [{"name": "x"}], [event], [event | {"name": "x"}], [event | {"status": "x"}], [event | {"tag": 1}], [event | {"nothing": 1}],
                   [event | {"server_uuid": "x"}], [event | {"name": "volume-extended"}], [event | {"name": "power-update", "tag": "x"}]):
        for version in ("2.1", "2.51", "2.76"):
            yield Call("POST compute /v2.1/os-server-external-events", {"events": events}, version=version)
    snapshot = {"volume_id": UNKNOWN, "create_info": {"snapshot_id": "x", "type": "qcow2", "new_file": "x"}}
    for body in ({}, {"snapshot": {}}, {"snapshot": snapshot | {"create_info": {}}}, {"snapshot": snapshot | {"nothing": 1}}, {"snapshot": snapshot | {"volume_id": 1}}):
        yield Call("POST compute /v2.1/os-assisted-volume-snapshots", body)
    yield Call("DELETE compute /v2.1/os-assisted-volume-snapshots/x")
    yield Call("DELETE compute /v2.1/os-assisted-volume-snapshots/x?delete_info=x")
    yield Call("GET compute /v2.1/os-migrations?nothing=1", version="2.59", shape=True)
    for query in ("limit=x", "limit=-1", "marker=x", "changes-since=x", "changes-before=x", "status=x", "migration_type=x", "hidden=x", "source_compute=x", "instance_uuid=x", "user_id=x"):
        for version in ("2.1", "2.23", "2.59", "2.66", "2.80"):
            yield Call(f"GET compute /v2.1/os-migrations?{query}", version=version, shape=True)


def keypairs():
    path = "/v2.1/os-keypairs"
    public = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC6f4g9dU0VrFXsUvYqp3y8L3bH2f0x9sYvN7bK7JkqWm7vQxFpS0h8f8bJ0v0c0hXbSgkIu2Z7f0aEb2v7pS4rQ6b9w== x"
    for version in ("2.1", "2.2", "2.9", "2.10", "2.34", "2.35", "2.91", "2.92", "2.100"):
        name = f"mimic-{version}"
        for body in ({"name": name}, {"name": name, "public_key": public}, {"name": name, "type": "ssh"}, {"name": name, "type": "x509"},
                     {"name": name, "public_key": "ssh-rsa x"}, {"name": f"{name}@x", "public_key": "x"}, {"name": " "}, {"name": "é"}, {"name": name, "user_id": "x"}):
            yield Call(f"POST compute {path}", {"keypair": body}, version=version, shape=True)
        for what in (f"GET compute {path}", f"GET compute {path}?user_id=$user", f"GET compute {path}?limit=1", f"GET compute {path}?marker=x", f"GET compute {path}?nothing=1",
                     f"GET compute {path}/{name}", f"GET compute {path}/{name}?user_id=x", f"GET compute {path}/x?nothing=1", f"DELETE compute {path}/{name}?user_id=x", f"DELETE compute {path}/{name}", f"DELETE compute {path}/{name}"):
            yield Call(what, version=version, shape=True)
    for body in ({}, {"keypair": []}, {"keypair": {}}, []):
        yield Call(f"POST compute {path}", body)
    yield Call(f"PUT compute {path}/x", {})


def flavors():
    flavor = {"name": "mimic-fleet", "ram": 64, "vcpus": 1, "disk": 1}
    number = 0
    for version in ("2.1", "2.55", "2.61", "2.75"):
        for more in ({}, {"description": "x"}, {"description": None}, {"swap": 5}, {"OS-FLV-EXT-DATA:ephemeral": "1"}, {"rxtx_factor": "1.5"}, {"os-flavor-access:is_public": "no"}, {"ram": "64"}):
            number += 1
            yield Call("POST compute /v2.1/flavors", {"flavor": flavor | {"name": f"mimic-f{number}", "id": f"mimic-f{number}"} | more}, version=version)
        yield Call(f"GET compute /v2.1/flavors/mimic-f{number}", version=version)
    for wrong in ({"name": " "}, {"name": "x" * 256}, {"id": " x"}, {"id": "a/b"}, {"id": True}, {"ram": 2147483648}, {"vcpus": "1.5"}, {"vcpus": None}, {"disk": True}, {"swap": -1},
                  {"rxtx_factor": "x"}, {"rxtx_factor": -1}, {"os-flavor-access:is_public": "x"}, {"OS-FLV-EXT-DATA:ephemeral": -1}, {"OS-FLV-DISABLED:disabled": False}):
        yield Call("POST compute /v2.1/flavors", {"flavor": flavor | {"id": "mimic-wrong"} | wrong})
    for body in ({}, {"flavor": {}}, {"flavor": {"description": 1}}, {"flavor": {"description": "x" * 65536}}, {"flavor": {"name": "x"}}, {"flavor": {"description": None}}):
        yield Call("PUT compute /v2.1/flavors/mimic-f1", body, version="2.55")
    yield Call("PUT compute /v2.1/flavors/mimic-unknown", {"flavor": {"description": "x"}}, version="2.55")
    specs = "/v2.1/flavors/mimic-f1/os-extra_specs"
    for version in ("2.1", "2.86"):
        for spec in ({"hw:cpu_policy": "x"}, {"hw:cpu_policy": "shared"}, {"hw:nothing": "x"}, {"hw:numa_nodes": "0"}, {"hw:numa_nodes": 1}, {"nothing:x": "y"}, {"a" * 256: "x"}, {"a": "x" * 256}, {"": "x"},
                     {"hw_rng:allowed": "x"}, {"quota:cpu_quota": "x"}, {"resources:VCPU": "x"}, {"trait:CUSTOM_X": "x"}, {"hw:mem_page_size": "x"}, {"os:secure_boot": "x"}, {"aggregate_instance_extra_specs:x": "y"}):
            yield Call(f"POST compute {specs}", {"extra_specs": spec}, version=version)
    for body in ({}, {"a": "x", "b": "y"}, {"a": 1}, {"a": "x"}, {"b": "x"}):
        yield Call(f"PUT compute {specs}/a", body)
    for query in ("is_public=none", "is_public=true", "is_public=false", "minRam=100", "limit=1", "sort_key=id", "sort_key=flavorid", "sort_dir=desc", "sort_key=created_at", "minDisk=-1", "limit=-1", "marker=1", "marker=mimic-f1"):
        yield Call(f"GET compute /v2.1/flavors?{query}", shape=True)
        yield Call(f"GET compute /v2.1/flavors/detail?{query}", version="2.75", shape=True)
    for tenant in ("mimic-nobody", "$plain"):
        yield Call("POST compute /v2.1/flavors/mimic-f7/action", {"addTenantAccess": {"tenant": tenant}})
        yield Call("POST compute /v2.1/flavors/mimic-f7/action", {"removeTenantAccess": {"tenant": tenant}})
    yield Call("POST compute /v2.1/flavors/mimic-f1/action", {"addTenantAccess": {"tenant": "$project"}}, version="2.7")
    yield Call("POST compute /v2.1/flavors/mimic-f1/action", {"fly": {}})
    for index in range(number):
        yield Call(f"DELETE compute /v2.1/flavors/mimic-f{index + 1}")


def microversions():
    def asked(**headers):
        return Call("GET compute /v2.1/flavors/1", headers={name.replace("_", "-"): value for name, value in headers.items()}, shape=True)

    for value in ("compute 2.1", "compute 2.96", "compute latest", "compute 2.999", "compute x", "compute", "2.5", "identity 2.5", "compute 2.5, identity 3.1", "compute 2.5,compute 2.9",
                  "compute  2.5", "compute 2.5.1", "compute 02.5", "compute -1", "COMPUTE 2.5", "compute Latest", "compute 3.0", "compute 2.0"):
        yield asked(OpenStack_API_Version=value)
    for value in ("2.1", "2.96", "latest", "LATEST", "2", "2.", ".1", "3.1", "0.0"):
        yield asked(X_OpenStack_Nova_API_Version=value)
    yield asked(OpenStack_API_Version="compute 2.5", X_OpenStack_Nova_API_Version="2.9")
    yield asked(OpenStack_API_Version="identity 2.5", X_OpenStack_Nova_API_Version="2.9")
    for path in ("", "/", "/v2.1", "/v2.1/", "/v2"):
        yield Call(f"GET compute {path}", token=None, version="2.999")
    yield Call("GET compute /v2.1/servers/x", version="2.999")
    yield Call("GET compute /v2.1/nothing", version="2.999")
    yield Call("POST compute /v2.1/servers", "{", version="2.999")
    yield Call("GET compute /v2/flavors/1", version="2.999", shape=True)
    yield Call("POST compute /v2/flavors", {"flavor": {"name": "mimic-v2", "ram": 1, "vcpus": 1, "disk": 1, "nothing": 1}}, keep="legacy", shape=True)
