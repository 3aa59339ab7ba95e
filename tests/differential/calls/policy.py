"""What a member and a reader of a project may, in every service, and whether a mistake in the body is told before that."""

from cloud import Call
from calls.identity import password, project
from calls.image import DATA, PATCH

SERVER = "/v2.1/servers/$server"
# Actions that a member may not ask for, with a body that is right.
ACTIONS = {
    "shelveOffload": None, "migrate": None, "os-migrateLive": {"host": None, "block_migration": "auto", "disk_over_commit": False},
    "evacuate": {"onSharedStorage": False}, "os-resetState": {"state": "active"}, "injectNetworkInfo": None,
}
# Writes that are for administrators: a body that is right, and one that is not.
WRITES = {
    "POST compute /v2.1/flavors": ({"flavor": {"name": "mimic-x", "ram": 1, "vcpus": 1, "disk": 1}}, {"flavor": {}}),
    "POST compute /v2.1/flavors/1/os-extra_specs": ({"extra_specs": {"a": "x"}}, {"extra_specs": []}),
    "POST compute /v2.1/flavors/mimic-unknown/os-extra_specs": ({"extra_specs": {"a": "x"}}, {}),
    "PUT compute /v2.1/flavors/1/os-extra_specs/a": ({"a": "x"}, {"a": []}),
    "POST compute /v2.1/flavors/1/action": ({"addTenantAccess": {"tenant": "$project"}}, {"addTenantAccess": {}}),
    "PUT compute /v2.1/os-quota-sets/$project": ({"quota_set": {"cores": 1}}, {"quota_set": {"cores": "x"}}),
    "PUT compute /v2.1/os-quota-class-sets/default": ({"quota_class_set": {"cores": 1}}, {"quota_class_set": []}),
    "POST compute /v2.1/os-aggregates": ({"aggregate": {"name": "mimic-x"}}, {"aggregate": {}}),
    "PUT compute /v2.1/os-aggregates/1": ({"aggregate": {"name": "mimic-x"}}, {"aggregate": {}}),
    "PUT compute /v2.1/os-aggregates/x": ({"aggregate": {"name": "mimic-x"}}, {"aggregate": []}),
    "POST compute /v2.1/os-aggregates/1/action": ({"add_host": {"host": "x"}}, {"add_host": {}}),
    "POST compute /v2.1/os-server-external-events": ({"events": [{"name": "network-changed", "server_uuid": "$unknown"}]}, {"events": []}),
    "PUT compute /v2.1/os-services/enable": ({"host": "x", "binary": "nova-compute"}, {"host": 1}),
    "PUT compute /v2.1/os-hosts/x": ({"status": "enable"}, {"status": "x"}),
    "POST compute /v2.1/os-assisted-volume-snapshots": ({"snapshot": {"volume_id": "x", "create_info": {"snapshot_id": "x", "type": "qcow2", "new_file": "x"}}}, {}),
    "POST identity /v3/domains": ({"domain": {"name": "mimic-x"}}, {"domain": {"name": 1}}),
    "POST identity /v3/projects": ({"project": {"name": "mimic-x"}}, {"project": {"name": 1}}),
    "POST identity /v3/users": ({"user": {"name": "mimic-x"}}, {"user": {"name": 1}}),
    "POST identity /v3/groups": ({"group": {"name": "mimic-x"}}, {"group": {"name": 1}}),
    "POST identity /v3/roles": ({"role": {"name": "mimic-x"}}, {"role": {"name": 1}}),
    "POST identity /v3/regions": ({"region": {"id": "mimic-x"}}, {"region": {"id": 1}}),
    "POST identity /v3/services": ({"service": {"name": "mimic-x", "type": "x"}}, {"service": {"name": 1}}),
    "POST identity /v3/credentials": ({"credential": {"type": "cert", "blob": "{}", "user_id": "$user"}}, {"credential": {"type": 1}}),
    "PATCH identity /v3/users/$user": ({"user": {"email": "x"}}, {"user": {"enabled": "x"}}),
    "PATCH identity /v3/projects/$project": ({"project": {"description": "x"}}, {"project": {"enabled": "x"}}),
    "PATCH identity /v3/domains/default": ({"domain": {"description": "x"}}, {"domain": {"enabled": "x"}}),
    "PATCH identity /v3/users/$unknown": ({"user": {"email": "x"}}, {"user": {"enabled": "x"}}),
    "POST identity /v3/limits": ({"limits": []}, {"limits": [{}]}),
    "POST identity /v3/registered_limits": ({"registered_limits": []}, {"registered_limits": [{}]}),
    "POST image /v2/images": ({"name": "mimic-x", "visibility": "public"}, {"name": 1, "visibility": "public"}),
}
READS = [
    "compute /v2.1/os-aggregates", "compute /v2.1/os-aggregates/x", "compute /v2.1/os-hypervisors", "compute /v2.1/os-hypervisors/detail",
    "compute /v2.1/os-hypervisors/1", "compute /v2.1/os-services", "compute /v2.1/os-hosts", "compute /v2.1/os-migrations",
    "compute /v2.1/os-availability-zone", "compute /v2.1/os-availability-zone/detail", "compute /v2.1/os-simple-tenant-usage",
    "compute /v2.1/os-simple-tenant-usage/$project", "compute /v2.1/os-quota-sets/$project", "compute /v2.1/os-quota-sets/$project/detail",
    "compute /v2.1/os-quota-sets/$project/defaults", "compute /v2.1/os-quota-class-sets/default", "compute /v2.1/os-instance_usage_audit_log",
    "compute /v2.1/flavors/1/os-flavor-access", "compute /v2.1/flavors/1/os-extra_specs", "compute /v2.1/flavors?is_public=none",
    "compute /v2.1/servers?all_tenants=1", "compute /v2.1/servers?host=x", "compute /v2.1/servers/$admins", "compute /v2.1/os-server-groups?all_projects=1",
    "compute /v2.1/os-keypairs?user_id=$user", "compute /v2.1/limits?tenant_id=$project", "compute /v2.1/servers?deleted=true",
    "identity /v3/domains", "identity /v3/domains/default", "identity /v3/groups", "identity /v3/regions", "identity /v3/endpoints",
    "identity /v3/role_assignments", "identity /v3/limits", "identity /v3/registered_limits", "identity /v3/limits/model", "identity /v3/policies",
    "identity /v3/OS-TRUST/trusts", "identity /v3/users/$user/projects", "identity /v3/users/$user/groups", "identity /v3/users/$unknown",
    "identity /v3/projects/$unknown", "identity /v3/role_inferences", "identity /v3/auth/projects", "identity /v3/auth/domains",
    "identity /v3/users/$user/application_credentials", "identity /v3/OS-OAUTH1/consumers", "identity /v3/OS-EP-FILTER/endpoint_groups",
    "image /v2/tasks", "image /v2/cache", "image /v2/info/stores", "image /v2/info/stores/detail", "image /v2/images?visibility=all",
    "image /v2/images/$hidden", "image /v2/images/$hidden/members", "image /v2/metadefs/namespaces",
]


def steps():
    yield from people()
    yield Call("GET image /v2/images?status=active&visibility=public&sort=created_at:asc", keep="image", shape=True)
    good = {"name": "mimic-server", "imageRef": "$image", "flavorRef": "1"}
    yield Call("POST compute /v2.1/servers", {"server": good}, keep="admins")
    yield "admins"
    yield Call("POST image /v2/images", {"name": "mimic-hidden", "disk_format": "raw", "container_format": "bare", "visibility": "private"}, keep="hidden", shape=True)
    yield from members_image()
    yield Call("POST compute /v2.1/servers", {"server": good}, token="member", keep="server")
    yield "server"
    yield Call(f"GET compute {SERVER}", token="member", version="2.1")
    yield Call(f"GET compute {SERVER}", token="member", version="2.96")
    for token in ("member", "reader"):
        yield from writes(token)
        for path in READS:
            yield Call(f"GET {path}", token=token, shape=True)
        yield from of_servers(token)
        yield from of_images(token)
    yield Call("GET image /v2/images/$mine", token="member")
    yield Call("DELETE image /v2/images/$mine", token="member")
    for server in ("server", "admins"):
        yield server
        yield Call(f"DELETE compute /v2.1/servers/${server}")


def members_image():
    yield Call("POST image /v2/images", {"name": "mimic-mine", "disk_format": "raw", "container_format": "bare"}, token="member", keep="mine")
    yield Call("PUT image /v2/images/$mine/file", "data", headers=DATA, token="member")
    yield Call("POST image /v2/images/$mine/members", {"member": "$project"}, token="member")


def people():
    yield Call("GET identity /v3/roles?name=member", keep="member_role", shape=True)
    yield Call("GET identity /v3/roles?name=reader", keep="reader_role", shape=True)
    yield Call("POST identity /v3/projects", {"project": {"name": "mimic-plain"}}, keep="plain")
    for role in ("member", "reader"):
        user = {"name": f"mimic-{role}", "password": "secret-1"}
        yield Call("POST identity /v3/users", {"user": user}, keep=f"{role}_user")
        yield Call(f"PUT identity /v3/projects/$plain/users/${role}_user/roles/${role}_role")
        sign_in = password(f"mimic-{role}", "secret-1", scope=project("mimic-plain"))
        yield Call("POST identity /v3/auth/tokens", sign_in, keep=role, token=None, shape=True)


def writes(token):
    for what, bodies in WRITES.items():
        for body in bodies:
            yield Call(what, body, token=token)
    for what in ("compute /v2.1/flavors/1", "compute /v2.1/flavors/mimic-unknown", "compute /v2.1/os-aggregates/1", "compute /v2.1/os-aggregates/x",
                 "compute /v2.1/os-services/1", "compute /v2.1/os-quota-sets/$project", "compute /v2.1/flavors/1/os-extra_specs/x",
                 "identity /v3/users/$user", "identity /v3/users/$unknown", "identity /v3/projects/$unknown", "identity /v3/domains/default",
                 "identity /v3/roles/$unknown", "identity /v3/regions/x", "identity /v3/limits/$unknown", "image /v2/images/$image",
                 "image /v2/images/$hidden", "image /v2/images/$unknown", "compute /v2.1/os-keypairs/x?user_id=$user"):
        yield Call(f"DELETE {what}", token=token)
    yield Call("POST compute /v2.1/flavors", {"flavor": {}}, token=token, version="2.55")
    yield Call("PUT compute /v2.1/flavors/1", {"flavor": {"description": "x"}}, token=token)
    yield Call("PUT compute /v2.1/flavors/1", {"flavor": {"description": 1}}, token=token, version="2.55")
    yield Call("POST compute /v2.1/os-aggregates/1/images", {"cache": []}, token=token, version="2.81")
    yield Call("POST compute /v2.1/os-aggregates/1/images", {"cache": []}, token=token)
    yield Call("GET compute /v2.1/os-hosts", token=token, version="2.43")
    yield Call("GET compute /v2.1/os-hypervisors?limit=x", token=token, version="2.33")


def of_servers(token):
    path = f"POST compute {SERVER}/action"
    for action, body in ACTIONS.items():
        yield Call(path, {action: body}, token=token)
        yield Call(f"POST compute /v2.1/servers/$unknown/action", {action: body}, token=token)
        yield Call(f"POST compute /v2.1/servers/$admins/action", {action: body}, token=token)
        if body is not None:
            yield Call(path, {action: {"nothing": 1}}, token=token)
    yield Call(path, {"lock": None}, token=token)
    yield Call(path, {"os-stop": None}, token=token)
    yield Call(path, {"reboot": {"type": "SOFT"}}, token=token)
    yield Call(path, {"reboot": {}}, token=token)
    yield Call(path, {"unlock": None}, token=token)
    for part in ("diagnostics", "migrations", "os-instance-actions", "os-server-password", "tags", "os-interface", "metadata", "topology"):
        yield Call(f"GET compute {SERVER}/{part}", token=token, version="2.78", shape=True)
    yield Call(f"PUT compute {SERVER}", {"server": {"name": "mimic-server"}}, token=token, shape=True)
    yield Call(f"PUT compute {SERVER}", {"server": {"name": ""}}, token=token)
    yield Call(f"POST compute {SERVER}/metadata", {"metadata": {"a": "1"}}, token=token)
    yield Call(f"POST compute {SERVER}/metadata", {"metadata": 1}, token=token)
    yield Call(f"PUT compute {SERVER}/tags/a", token=token, version="2.26")
    yield Call(f"DELETE compute {SERVER}/tags/a", token=token, version="2.26")
    good = {"name": "mimic-server", "imageRef": "$image", "flavorRef": "1"}
    for wrong in ({"name": 1}, {"availability_zone": "nova:host1"}, {"host": "x"}):
        version = "2.74" if "host" in wrong else None
        yield Call("POST compute /v2.1/servers", {"server": good | wrong}, token=token, version=version)
    yield Call("POST compute /v2.1/os-keypairs", {"keypair": {"name": "mimic-x", "user_id": "$user"}}, token=token, version="2.10")
    yield Call("POST compute /v2.1/os-server-groups", {"server_group": {"name": "mimic-x"}}, token=token)
    if token == "reader":
        yield Call("POST compute /v2.1/servers", {"server": good}, token=token)
        yield Call("POST compute /v2.1/os-keypairs", {"keypair": {"name": "mimic-x"}}, token=token, shape=True)
        yield Call("DELETE compute /v2.1/os-keypairs/mimic-x", token=token)
        yield Call(f"DELETE compute {SERVER}", token=token)


def of_images(token):
    for image in ("image", "hidden", "unknown", "mine"):
        # The data of the images that a cloud comes with is its own.
        if image != "image" or token == "reader":
            yield Call(f"GET image /v2/images/${image}/file", token=token)
        yield Call(f"PATCH image /v2/images/${image}", [{"op": "replace", "path": "/name", "value": "x"}], headers=PATCH, token=token)
        yield Call(f"PATCH image /v2/images/${image}", [{"op": "replace", "path": "/visibility", "value": "community"}], headers=PATCH, token=token)
        yield Call(f"PATCH image /v2/images/${image}", [{"op": "replace", "path": "/visibility", "value": "shared"}], headers=PATCH, token=token)
        yield Call(f"PUT image /v2/images/${image}/tags/x", token=token)
        yield Call(f"POST image /v2/images/${image}/members", {"member": "x"}, token=token)
        yield Call(f"POST image /v2/images/${image}/members", {}, token=token)
        yield Call(f"GET image /v2/images/${image}/members", token=token)
        yield Call(f"PUT image /v2/images/${image}/members/$project", {"status": "accepted"}, token=token)
        yield Call(f"POST image /v2/images/${image}/actions/deactivate", token=token)
        yield Call(f"POST image /v2/images/${image}/actions/reactivate", token=token)
        yield Call(f"PUT image /v2/images/${image}/file", "x", headers=DATA, token=token)
        yield Call(f"PUT image /v2/images/${image}/stage", "x", headers=DATA, token=token)
        yield Call(f"POST image /v2/images/${image}/import", {"method": {"name": "glance-direct"}}, token=token)
    for owner in ("$project", "$plain"):
        for wrong in ({}, {"name": 1}, {"visibility": "public"}, {"visibility": "community"}):
            yield Call("POST image /v2/images", {"name": "mimic-x", "owner": owner} | wrong, token=token)
    if token == "reader":
        yield Call("DELETE image /v2/images/$mine/members/$project", token=token)
        yield Call("DELETE image /v2/images/$mine/tags/x", token=token)
        yield Call("DELETE image /v2/images/$mine", token=token)
