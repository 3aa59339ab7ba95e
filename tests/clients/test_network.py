"""What openstacksdk, `openstack` and libcloud see of networks."""

import openstack
import pytest
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider

from simulator import ACCOUNT
from steps import boot, wait_for

# One thing each that goes wrong.
FAULTS = """
scenario "a port and a card go wrong" {
  mock network.create_port where request.body.port.name == "unlucky" {
    fail 409 "The address is in use."
  }

  mock PlugNicCommand where server.name == "stubborn" {
    fail "The card does not fit."
  }
}
"""


@pytest.fixture
def conn(mimic):
    return mimic.connection()


def outside(conn):
    return conn.network.find_network("public")


def inner_network(conn, name, cidr):
    network = conn.network.create_network(name=name)
    subnet = conn.network.create_subnet(name=name, network_id=network.id, ip_version=4, cidr=cidr)
    return network, subnet


def boot_in(conn, network, name):
    server = conn.compute.create_server(
        name=name,
        image_id=next(conn.image.images()).id,
        flavor_id=next(conn.compute.flavors()).id,
        networks=[{"uuid": network.id}],
    )
    return conn.compute.wait_for_server(server, interval=0.02)


def test_a_server_is_reached_from_outside(conn):
    network, subnet = inner_network(conn, "inner", "10.9.0.0/24")
    router = conn.network.create_router(name="way", external_gateway_info={"network_id": outside(conn).id})
    conn.network.add_interface_to_router(router, subnet_id=subnet.id)
    server = boot_in(conn, network, "web-1")
    [port] = conn.network.ports(device_id=server.id)
    assert (port.status, port.fixed_ips[0]["ip_address"]) == ("ACTIVE", "10.9.0.2")
    address = conn.network.create_ip(floating_network_id=outside(conn).id, port_id=port.id)
    assert (address.status, address.fixed_ip_address) == ("ACTIVE", "10.9.0.2")
    kinds = [shown["OS-EXT-IPS:type"] for shown in conn.compute.get_server(server.id).addresses["inner"]]
    assert kinds == ["fixed", "floating"]
    with pytest.raises(openstack.exceptions.ConflictException, match="required by one or more floating IPs"):
        conn.network.remove_interface_from_router(router, subnet_id=subnet.id)
    conn.network.delete_ip(address)
    conn.compute.delete_server(server)
    wait_for(lambda: not list(conn.network.ports(device_id=server.id)))
    conn.network.remove_interface_from_router(router, subnet_id=subnet.id)
    conn.network.delete_router(router)
    conn.network.delete_network(network)
    assert conn.network.find_network("inner") is None


def test_an_address_is_added_and_taken_away_by_one_call(conn):
    server = boot(conn, "web-1")
    conn.add_auto_ip(conn.compute.get_server(server.id))
    shown = conn.compute.get_server(server.id)
    assert [item["OS-EXT-IPS:type"] for item in shown.addresses["private"]] == ["fixed", "floating"]
    assert conn.delete_unattached_floating_ips() == 0


def test_groups_open_ports_once(conn):
    group = conn.network.create_security_group(name="web", description="d")
    rule = {"security_group_id": group.id, "direction": "ingress", "protocol": "tcp"}
    rule |= {"port_range_min": 80, "port_range_max": 80}
    conn.network.create_security_group_rule(**rule)
    with pytest.raises(openstack.exceptions.ConflictException, match="Security group rule already exists"):
        conn.network.create_security_group_rule(**rule)
    server = boot(conn, "web-1")
    conn.compute.add_security_group_to_server(server, group)
    with pytest.raises(openstack.exceptions.ConflictException, match="in use"):
        conn.network.delete_security_group(group)
    conn.compute.remove_security_group_from_server(server, group)
    conn.network.delete_security_group(group)


def test_cards_are_plugged_in_and_pulled_out(conn):
    network, _ = inner_network(conn, "inner", "10.9.0.0/24")
    server = boot(conn, "web-1")
    card = conn.compute.create_server_interface(server, net_id=network.id)
    assert list(conn.compute.get_server(server.id).addresses) == ["private", "inner"]
    conn.compute.delete_server_interface(card.port_id, server=server)
    wait_for(lambda: list(conn.compute.get_server(server.id).addresses) == ["private"])


def test_a_mock_makes_a_network_call_fail(mimic_with, tmp_path):
    scenario = tmp_path / "faults.scn"
    scenario.write_text(FAULTS)
    conn = mimic_with(scenario).connection()
    network, _ = inner_network(conn, "inner", "10.9.0.0/24")
    assert conn.network.create_port(name="lucky", network_id=network.id).fixed_ips
    with pytest.raises(openstack.exceptions.ConflictException, match="The address is in use"):
        conn.network.create_port(name="unlucky", network_id=network.id)
    server = boot(conn, "stubborn")
    with pytest.raises(openstack.exceptions.HttpException, match="Failed to attach network adapter device"):
        conn.compute.create_server_interface(server, net_id=network.id)
    assert list(conn.compute.get_server(server.id).addresses) == ["private"]


def test_the_command_line_makes_a_network(mimic):
    mimic.cli("network", "create", "inner")
    subnet = mimic.cli("subnet", "create", "--network", "inner", "--subnet-range", "10.9.0.0/24", "inner")
    assert subnet["gateway_ip"] == "10.9.0.1"
    mimic.cli("router", "create", "way")
    mimic.cli("router", "set", "--external-gateway", "public", "way")
    mimic.cli("router", "add", "subnet", "way", "inner")
    port = mimic.cli("port", "create", "--network", "inner", "--fixed-ip", "ip-address=10.9.0.9", "card")
    assert port["fixed_ips"][0]["ip_address"] == "10.9.0.9"
    address = mimic.cli("floating", "ip", "create", "--port", "card", "public")
    assert address["fixed_ip_address"] == "10.9.0.9"
    failed = mimic.run_cli("network", "delete", "inner")
    assert "There are one or more ports still in use on the network" in failed.stderr


def test_libcloud_gives_a_node_an_address(mimic):
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
    networks = {network.name: network for network in driver.ex_list_networks()}
    assert {"private", "public"} <= set(networks)
    node = driver.create_node(
        name="web-1",
        size=driver.list_sizes()[0],
        image=driver.list_images()[0],
        networks=[networks["private"]],
    )
    wait_for(lambda: driver.ex_get_node_details(node.id).private_ips)
    [pool] = driver.ex_list_floating_ip_pools()
    address = pool.create_floating_ip()
    assert driver.ex_attach_floating_ip_to_node(driver.ex_get_node_details(node.id), address)
    assert driver.ex_get_node_details(node.id).public_ips == [address.ip_address]
    assert driver.ex_detach_floating_ip_from_node(driver.ex_get_node_details(node.id), address)
    assert address.delete()
    group = driver.ex_create_security_group("web", "d")
    assert driver.ex_create_security_group_rule(group, "tcp", 80, 80)
    assert driver.ex_delete_security_group(group)
