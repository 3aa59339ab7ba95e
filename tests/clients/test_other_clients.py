"""Clients besides openstacksdk and cs, each through the life of a server."""

import pytest
from keystoneauth1 import session
from keystoneauth1.identity import v3
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider
from novaclient import client as nova_client

from simulator import ACCOUNT
from steps import wait_for


@pytest.fixture
def nova(mimic):
    password = v3.Password(
        auth_url=f"{mimic.url}/identity/v3", user_domain_name="Default", project_domain_name="Default", **ACCOUNT
    )
    return nova_client.Client("2.1", session=session.Session(auth=password), region_name="RegionOne")


def test_novaclient(nova):
    [image, *_] = nova.glance.list()
    [flavor, *_] = nova.flavors.list()
    network = nova.neutron.find_network("private")
    server = nova.servers.create("web-1", image.id, flavor, nics=[{"net-id": network.id}])
    wait_for(lambda: nova.servers.get(server.id).status == "ACTIVE")
    nova.servers.set_meta(server, {"role": "db"})
    assert nova.servers.get(server.id).metadata == {"role": "db"}
    nova.servers.stop(server)
    wait_for(lambda: nova.servers.get(server.id).status == "SHUTOFF")
    nova.servers.delete(server)
    wait_for(lambda: nova.servers.list() == [])


def test_libcloud_openstack(mimic):
    driver = get_driver(Provider.OPENSTACK)(
        ACCOUNT["username"],
        ACCOUNT["password"],
        secure=False,
        api_version="2.0",
        ex_force_auth_url=f"{mimic.url}/identity",
        ex_force_auth_version="3.x_password",
        ex_tenant_name=ACCOUNT["project_name"],
        ex_domain_name="Default",
        ex_force_service_region="RegionOne",
    )
    image = driver.list_images()[0]
    size = driver.list_sizes()[0]
    network = driver.ex_list_networks()[0]
    node = driver.create_node(name="web-1", image=image, size=size, networks=[network])
    wait_for(lambda: driver.ex_get_node_details(node).state == NodeState.RUNNING)
    assert [(node.name, node.private_ips) for node in driver.list_nodes()] == [("web-1", ["10.0.0.2"])]
    driver.ex_stop_node(node)
    wait_for(lambda: driver.ex_get_node_details(node).state == NodeState.STOPPED)
    assert driver.destroy_node(node)
    wait_for(lambda: driver.list_nodes() == [])


def test_the_openstack_command(mimic):
    server = mimic.cli(
        "server", "create", "--image", "cirros", "--flavor", "m1.tiny", "--network", "private", "--wait", "web-1"
    )
    assert server["status"] == "ACTIVE"
    assert [row["Name"] for row in mimic.cli("server", "list")] == ["web-1"]
    assert [row["Name"] for row in mimic.cli("flavor", "list")][0] == "m1.tiny"
    assert [row["Name"] for row in mimic.cli("network", "list")] == ["private", "public"]
    mimic.cli("server", "stop", "web-1")
    assert mimic.cli("server", "show", "web-1")["status"] == "SHUTOFF"
    mimic.cli("server", "delete", "--wait", "web-1")
    assert mimic.cli("server", "list") == []
