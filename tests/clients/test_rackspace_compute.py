"""Rackspace's cloud, through libcloud's own drivers for it: servers, and balancers before them."""

import pytest
import requests
from libcloud.compute.providers import get_driver as compute_driver
from libcloud.compute.types import NodeState
from libcloud.compute.types import Provider as ComputeProvider
from libcloud.loadbalancer.base import Algorithm, Member
from libcloud.loadbalancer.providers import get_driver as balancer_driver
from libcloud.loadbalancer.types import Provider as BalancerProvider

from simulator import API_KEY

IMAGE = "Ubuntu 14.04 LTS (Trusty Tahr) (PVHVM)"


def driver_of(mimic, make, provider):
    driver = make(provider)(
        "admin",
        API_KEY,
        secure=False,
        region="ord",
        ex_force_auth_url=f"{mimic.url}/identity",
        ex_force_auth_version="2.0",
    )
    driver.connection.poll_interval = 0
    return driver


@pytest.fixture
def driver(rackspace):
    return driver_of(rackspace, compute_driver, ComputeProvider.RACKSPACE)


def size(driver, wanted):
    return next(size for size in driver.list_sizes() if size.id == wanted)


def image(driver, name=IMAGE):
    return next(image for image in driver.list_images() if image.name == name)


def create(driver, name="web", **more):
    return driver.create_node(name=name, size=size(driver, "general1-1"), image=image(driver), **more)


def the(driver, node):
    return driver.ex_get_node_details(node.id)


def test_what_there_is_to_choose_from(driver):
    sizes = {size.id: size for size in driver.list_sizes()}
    assert len(sizes) == 35
    performance = sizes["performance1-1"]
    assert (performance.name, performance.ram, performance.vcpus) == ("1 GB Performance", 1024, 1)
    images = {image.name: image for image in driver.list_images()}
    assert len(images) == 38
    assert images[IMAGE].extra["minRam"] == 512
    assert images[IMAGE].extra["metadata"]["os_type"] == "linux"
    assert [network.name for network in driver.ex_list_networks()] == ["public", "private"]


def test_the_whole_life_of_a_server(driver):
    node = create(driver, ex_metadata={"role": "db"}, ex_disk_config="MANUAL")
    assert node.extra["password"]
    node = the(driver, node)
    assert (node.state, node.extra["disk_config"]) == (NodeState.RUNNING, "MANUAL")
    assert node.public_ips[0].startswith("198.18.") and node.private_ips[0].startswith("10.")
    assert driver.reboot_node(node)
    assert driver.ex_soft_reboot_node(node) and driver.ex_hard_reboot_node(node)
    assert driver.ex_resize(node, size(driver, "general1-2"))
    assert the(driver, node).extra["flavorId"] == "general1-2"
    assert driver.ex_confirm_resize(node)
    assert driver.ex_resize(node, size(driver, "general1-4"))
    assert driver.ex_revert_resize(node)
    assert the(driver, node).extra["flavorId"] == "general1-2"
    other = image(driver, "CentOS 7 (PVHVM)")
    assert driver.ex_rebuild(node, image=other, ex_metadata={"role": "db"})
    assert the(driver, node).extra["imageId"] == other.id
    assert driver.ex_get_metadata(node) == {"role": "db"}
    assert driver.ex_set_metadata(node, {"role": "web"}) == {"role": "web"}
    assert driver.ex_set_server_name(node, "www").name == "www"
    assert driver.ex_set_password(node, "secret")
    driver.ex_rescue(node)
    assert the(driver, node).extra["vm_state"] == "rescued"
    assert driver.ex_unrescue(node)
    snapshot = driver.create_image(node, "mine")
    assert snapshot.extra["serverId"] == node.id
    assert driver.delete_image(snapshot)
    assert [node.name for node in driver.list_nodes()] == ["www"]
    assert driver.destroy_node(node)
    assert driver.list_nodes() == []


def test_key_pairs(driver):
    made = driver.create_key_pair("mine")
    assert made.private_key.startswith("-----BEGIN")
    imported = driver.import_key_pair_from_string("other", made.public_key)
    assert imported.fingerprint == made.fingerprint
    assert sorted(pair.name for pair in driver.list_key_pairs()) == ["mine", "other"]
    assert the(driver, create(driver, ex_keyname="mine")).extra["key_name"] == "mine"
    assert driver.delete_key_pair(made)
    assert [pair.name for pair in driver.list_key_pairs()] == ["other"]


def test_what_goes_wrong_is_seen_through_the_driver(rackspace, driver):
    rackspace.scn('mock StartCommand where server.name == "slow" { delay 60s }')
    rackspace.scn('mock CopyCommand where server.name == "doomed" { fail }')
    slow, doomed = create(driver, "slow"), create(driver, "doomed")
    assert (the(driver, slow).state, the(driver, doomed).state) == (NodeState.PENDING, NodeState.ERROR)
    rackspace.tick("60s")
    assert the(driver, slow).state == NodeState.RUNNING


def test_a_balancer_is_found_in_the_catalog(rackspace):
    driver = driver_of(rackspace, balancer_driver, BalancerProvider.RACKSPACE)
    members = [Member(None, "10.1.1.1", 80)]
    balancer = driver.create_balancer("web", members, "http", 80, Algorithm.ROUND_ROBIN)
    assert [found.id for found in driver.list_balancers()] == [balancer.id]
    assert [member.ip for member in driver.balancer_list_members(balancer)] == ["10.1.1.1"]
    assert driver.destroy_balancer(balancer)


def test_xml_by_hand(rackspace, driver):
    node = create(driver)
    url = driver.connection.get_endpoint()
    headers = {"X-Auth-Token": driver.connection.auth_token, "Accept": "application/xml"}
    answer = requests.get(f"{url}/servers/{node.id}", headers=headers, timeout=30)
    assert answer.headers["Content-Type"] == "application/xml"
    assert 'xmlns="http://docs.openstack.org/compute/api/v1.1"' in answer.text
