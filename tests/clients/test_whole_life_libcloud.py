"""A server's whole life through libcloud's driver: with network, key, volume and floating address."""

import pytest
from libcloud.common.exceptions import BaseHTTPError
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider, StorageVolumeState

from simulator import ACCOUNT
from steps import wait_for


@pytest.fixture
def driver(mimic):
    return get_driver(Provider.OPENSTACK)(
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


def named(things, name):
    [found] = [thing for thing in things if thing.name == name]
    return found


def wait_for_state(driver, node, state):
    wait_for(lambda: driver.ex_get_node_details(node).state == state)


def wait_for_volume(driver, volume, state):
    wait_for(lambda: driver.ex_get_volume(volume.id).state == state)
    return driver.ex_get_volume(volume.id)


def boot(driver, network, **more):
    node = driver.create_node(
        name="web-1",
        image=named(driver.list_images(), "cirros"),
        size=named(driver.list_sizes(), "m1.tiny"),
        networks=[network],
        **more,
    )
    wait_for_state(driver, node, NodeState.RUNNING)
    return driver.ex_get_node_details(node)


def test_a_whole_life(mimic, driver):
    [pool] = driver.ex_list_floating_ip_pools()
    network = driver.ex_create_network("net")
    subnet = driver.ex_create_subnet("sub", network, "192.168.7.0/24")
    router = driver.ex_create_router("way-out", external_gateway_info={"network_id": pool.id})
    assert driver.ex_add_router_subnet(router, subnet)
    group = driver.ex_create_security_group("ssh", "lets SSH in")
    driver.ex_create_security_group_rule(group, "tcp", 22, 22, "0.0.0.0/0")
    key = driver.create_key_pair("key")

    node = boot(
        driver, network, ex_keyname=key.name, ex_security_groups=[group], ex_metadata={"role": "web"}
    )
    assert node.extra["key_name"] == "key"
    [fixed] = node.private_ips
    assert fixed.startswith("192.168.7.")

    floating = pool.create_floating_ip()
    assert driver.ex_attach_floating_ip_to_node(node, floating)
    shown = driver.ex_get_node_details(node).extra["addresses"]["net"]
    assert [address["addr"] for address in shown] == [fixed, floating.ip_address]

    volume = driver.create_volume(1, "data")
    wait_for_volume(driver, volume, StorageVolumeState.AVAILABLE)
    assert driver.attach_volume(node, volume)
    volume = wait_for_volume(driver, volume, StorageVolumeState.INUSE)
    assert driver.detach_volume(volume)
    wait_for_volume(driver, volume, StorageVolumeState.AVAILABLE)

    assert driver.ex_set_metadata(node, {"role": "db"}) == {"role": "db"}
    assert driver.ex_stop_node(node)
    wait_for_state(driver, node, NodeState.STOPPED)
    assert driver.ex_start_node(node)
    wait_for_state(driver, node, NodeState.RUNNING)
    assert driver.reboot_node(node)
    wait_for_state(driver, node, NodeState.RUNNING)
    assert driver.ex_resize(node, named(driver.list_sizes(), "m1.small"))
    wait_for(lambda: driver.ex_get_node_details(node).extra["vm_state"] == "resized")
    assert driver.ex_confirm_resize(node)
    wait_for_state(driver, node, NodeState.RUNNING)
    image = driver.create_image(node, "snapshot")
    wait_for(lambda: driver.get_image(image.id).extra["status"] == "active")

    assert driver.destroy_node(node)
    wait_for(lambda: driver.list_nodes() == [])
    assert driver.ex_delete_floating_ip(floating)
    assert driver.destroy_volume(volume)
    wait_for(lambda: driver.list_volumes() == [])
    assert driver.delete_image(image)
    assert driver.delete_key_pair(key)
    assert driver.ex_del_router_subnet(router, subnet)
    assert driver.ex_delete_router(router)
    assert driver.ex_delete_subnet(subnet)
    assert driver.ex_delete_network(network)
    assert driver.ex_delete_security_group(group)
    mimic.expect("expect nothing left")


def test_a_server_in_error_is_shown_as_one(mimic, driver):
    mimic.scn('mock StartCommand { fail "no power" }')
    node = driver.create_node(
        name="web-1",
        image=driver.list_images()[0],
        size=driver.list_sizes()[0],
        networks=[named(driver.ex_list_networks(), "private")],
    )
    wait_for_state(driver, node, NodeState.ERROR)


def test_a_floating_address_that_is_refused(mimic, driver):
    [pool] = driver.ex_list_floating_ip_pools()
    mimic.scn('mock network.create_floating_ip { fail 409 "the pool is empty" count 1 }')
    with pytest.raises(BaseHTTPError, match="the pool is empty"):
        pool.create_floating_ip()
    assert pool.create_floating_ip().ip_address
