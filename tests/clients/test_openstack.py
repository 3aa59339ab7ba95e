"""What openstacksdk, `openstack` and plain HTTP see of Identity, Compute, Image and Network."""

import openstack
import pytest
import requests

from steps import boot, create, wait_for, wait_for_status


def member(mimic, name="joe", project="demo"):
    """A connection of somebody who is no administrator."""
    return mimic.connection(username=name, password="anything", project_name=project)


@pytest.fixture
def conn(mimic):
    return member(mimic)


@pytest.fixture
def admin(mimic):
    return mimic.connection()


def raw(mimic, conn, method, path, **request):
    """A call that no client would make, with the token of one."""
    headers = {"X-Auth-Token": conn.auth_token} | request.pop("headers", {})
    return requests.request(method, mimic.url + path, headers=headers, timeout=30, **request)


# Identity.


def test_anybody_may_use_any_project(conn):
    assert conn.current_project.name == "demo"
    assert [project.name for project in conn.identity.user_projects(conn.current_user_id)] == ["joe", "demo"]
    with pytest.raises(openstack.exceptions.ForbiddenException, match="identity:list_users"):
        list(conn.identity.users())


def test_a_declared_account_has_a_password(mimic):
    with pytest.raises(Exception, match="The request you have made requires authentication"):
        mimic.connection(password="wrong").authorize()


def test_an_expired_token_is_renewed_without_a_word(frozen):
    conn = frozen.connection()
    boot(conn, "web-1")
    frozen.tick("2h")
    assert [server.name for server in conn.compute.servers()] == ["web-1"]


def test_the_catalog_leads_back_to_the_simulator(mimic, conn):
    for service in ("identity", "compute", "image", "network"):
        assert conn.endpoint_for(service).startswith(mimic.url)


# Compute.


def test_a_server_keeps_what_it_was_made_with(conn):
    server = boot(conn, "web-1", metadata={"role": "db"}, description="d", tags=["a"], config_drive=True)
    assert server.metadata == {"role": "db"}
    assert (server.description, server.tags, server.has_config_drive) == ("d", ["a"], "True")
    assert [address.address for address in conn.compute.server_ips(server)] == ["10.0.0.2"]
    conn.compute.update_server(server, name="web-2")
    conn.compute.set_server_metadata(server, more="x")
    conn.compute.delete_server_metadata(server.id, ["role"])
    server = conn.compute.get_server(server.id)
    assert (server.name, server.metadata) == ("web-2", {"more": "x"})


def test_a_page_leads_to_the_next(conn):
    for number in range(5):
        boot(conn, f"web-{number}")
    expected = [f"web-{number}" for number in reversed(range(5))]
    assert [server.name for server in conn.compute.servers(limit=2)] == expected
    assert [server.name for server in conn.compute.servers(name="^web-[12]$")] == ["web-2", "web-1"]


def test_what_the_state_does_not_allow_is_a_conflict(conn):
    server = boot(conn, "web-1")
    with pytest.raises(openstack.exceptions.ConflictException, match="while it is in vm_state active"):
        conn.compute.start_server(server)
    conn.compute.stop_server(server)
    wait_for_status(conn, server, "SHUTOFF")
    with pytest.raises(openstack.exceptions.ConflictException, match="Cannot 'reboot' instance"):
        conn.compute.reboot_server(server, "SOFT")


def test_a_server_that_cannot_be_built_tells_why(mimic, conn):
    mimic.scn('mock StartCommand { fail "no power" }')
    with pytest.raises(openstack.exceptions.ResourceFailure):
        boot(conn, "web-1")
    server = conn.compute.find_server("web-1", ignore_missing=False)
    assert server.status == "ERROR"
    assert "Exhausted all hosts" in server.fault["message"]
    conn.compute.delete_server(server)
    conn.compute.wait_for_delete(server, interval=0.02)


def test_servers_of_others_are_hidden(mimic, conn, admin):
    server = boot(conn, "web-1")
    other = member(mimic, "eve", "eve")
    assert list(other.compute.servers()) == []
    assert other.compute.find_server(server.id) is None
    assert [found.name for found in admin.compute.servers(all_projects=True)] == ["web-1"]


def test_a_key_pair_is_made_used_and_removed(conn):
    pair = conn.compute.create_keypair(name="k")
    assert pair.private_key.startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert boot(conn, "web-1", key_name="k").key_name == "k"
    with pytest.raises(openstack.exceptions.BadRequestException, match="Invalid key_name provided"):
        create(conn, "web-2", key_name="nope")
    conn.compute.delete_keypair(pair)
    assert list(conn.compute.keypairs()) == []


def test_only_administrators_choose_the_host(conn, admin):
    server = boot(admin, "web-1", availability_zone="zone-1:host-2")
    assert server.compute_host == "host-2"
    with pytest.raises(openstack.exceptions.ForbiddenException, match="forced_host"):
        create(conn, "web-2", availability_zone="zone-1:host-2")


def test_microversions_are_negotiated(mimic, conn):
    seen = raw(mimic, conn, "GET", "/compute/v2.1/servers", headers={"OpenStack-API-Version": "compute 2.26"})
    assert seen.headers["OpenStack-API-Version"] == "compute 2.26"
    seen = raw(mimic, conn, "GET", "/compute/v2.1/servers", headers={"OpenStack-API-Version": "compute 2.999"})
    assert seen.status_code == 406
    assert seen.json()["computeFault"]["message"].startswith("Version 2.999 is not supported by the API.")


# Image and Network.


def test_images_and_networks_are_found_by_name(conn):
    assert conn.image.find_image("cirros", ignore_missing=False).status == "active"
    assert conn.image.find_image("nope") is None
    network = conn.network.find_network("private", ignore_missing=False)
    [subnet] = conn.network.subnets(network_id=network.id)
    assert network.subnet_ids == [subnet.id]


def test_ports_are_the_servers_network_cards(conn):
    server = boot(conn, "web-1")
    [port] = conn.network.ports(device_id=server.id)
    assert port.fixed_ips[0]["ip_address"] == "10.0.0.2"
    assert port.status == "ACTIVE"


# Mocked failures look like the services' own.


@pytest.mark.parametrize(
    "command, path, told",
    [
        ("compute.list_servers", "/compute/v2.1/servers", lambda body: body["serviceUnavailable"]["message"]),
        ("identity.list_auth_projects", "/identity/v3/auth/projects", lambda body: body["error"]["message"]),
        ("network.list_networks", "/network/v2.0/networks", lambda body: body["NeutronError"]["message"]),
        ("image.list_images", "/image/v2/images", lambda body: body["message"].split("<")[0]),
    ],
)
def test_a_mocked_failure_looks_like_the_services_own(mimic, conn, command, path, told):
    mimic.scn(f'mock {command} {{ fail 503 "closed for today" }}')
    seen = raw(mimic, conn, "GET", path, headers={"Accept": "application/json"})
    assert seen.status_code == 503
    assert told(seen.json()) == "closed for today"


def test_a_mocked_failure_without_words_has_the_services_words(mimic, conn):
    mimic.scn("mock compute.list_servers { fail 503 }")
    message = raw(mimic, conn, "GET", "/compute/v2.1/servers").json()["serviceUnavailable"]["message"]
    assert message == "The server is currently unavailable. Please try again at a later time."


def test_a_slow_build_is_seen_as_one(frozen):
    conn = frozen.connection()
    frozen.scn("mock StartCommand { delay 60s }")
    server = create(conn, "web-1")
    assert conn.compute.get_server(server.id).status == "BUILD"
    frozen.tick("61s")
    assert wait_for(lambda: conn.compute.get_server(server.id).status == "ACTIVE")
