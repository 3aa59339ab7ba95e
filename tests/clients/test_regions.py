"""Regions: one login, and apart from that a cloud each."""

import pytest
from libcloud.compute.providers import get_driver as compute_driver
from libcloud.compute.types import Provider as ComputeProvider
from libcloud.loadbalancer.base import Algorithm, Member
from libcloud.loadbalancer.providers import get_driver as balancer_driver
from libcloud.loadbalancer.types import Provider as BalancerProvider

from simulator import API_KEY
from steps import boot

@pytest.fixture
def both(mimic_with, tmp_path):
    """A simulator of an OpenStack cloud with two regions."""
    (tmp_path / "mimic.toml").write_text('[cloud]\nregions = ["West", "East"]\n')
    return mimic_with()


def connections(mimic):
    return [mimic.connection(region_name=region) for region in ("West", "East")]


def test_openstacksdk_sees_a_cloud_in_each_region(both):
    west, east = connections(both)
    boot(west, "web")
    boot(east, "db")
    network = east.network.create_network(name="own")
    east.network.create_subnet(network_id=network.id, ip_version=4, cidr="10.9.0.0/24")
    east.block_storage.create_volume(name="data", size=1)
    east.compute.create_keypair(name="key")
    east.image.create_image(name="mine", disk_format="raw", container_format="bare")
    assert [server.name for server in west.compute.servers(all_projects=True)] == ["web"]
    assert [server.name for server in east.compute.servers(all_projects=True)] == ["db"]
    for found in (
        lambda conn: conn.network.find_network("own"),
        lambda conn: conn.block_storage.find_volume("data"),
        lambda conn: conn.compute.find_keypair("key"),
        lambda conn: conn.image.find_image("mine"),
    ):
        assert found(west) is None
        assert found(east).location.region_name == "East"
    assert west.image.find_image("cirros").id == east.image.find_image("cirros").id
    project = east.identity.create_project(name="of-both")
    assert west.identity.find_project("of-both").id == project.id


def test_pages_of_a_region_follow_one_another_there(both):
    west, east = connections(both)
    names = ["a", "b", "c"]
    for name in names:
        boot(east, name)
    assert sorted(server.name for server in east.compute.servers(limit=1)) == names
    assert list(west.compute.servers(limit=1)) == []
    whole = sorted(port.id for port in east.network.ports())
    assert sorted(port.id for port in east.network.ports(limit=1)) == whole


def test_a_region_can_fail_alone(both):
    west, east = connections(both)
    both.scn('mock StartCommand where region == "East" { fail "no power" }')
    image, flavor = (east.image.find_image("cirros").id, east.compute.find_flavor("m1.tiny").id)
    server = east.compute.create_server(name="db", image_id=image, flavor_id=flavor, networks="auto")
    with pytest.raises(Exception, match="ERROR"):
        east.compute.wait_for_server(server, interval=0.05)
    boot(west, "web")
    assert [server["region"] for server in both.admin("GET", "/world")["servers"]] == ["West", "East"]


def rackspace_drivers(mimic, region):
    pairs = ((compute_driver, ComputeProvider.RACKSPACE), (balancer_driver, BalancerProvider.RACKSPACE))
    made = []
    for make, provider in pairs:
        driver = make(provider)(
            "admin",
            API_KEY,
            secure=False,
            region=region,
            ex_force_auth_url=f"{mimic.url}/identity",
            ex_force_auth_version="2.0",
        )
        driver.connection.poll_interval = 0
        made.append(driver)
    return made


def test_libcloud_sees_a_cloud_in_each_of_rackspaces_regions(rackspace):
    seen = {}
    for region in ("ord", "dfw", "iad"):
        servers, balancers = rackspace_drivers(rackspace, region)
        assert (servers.list_nodes(), balancers.list_balancers()) == ([], [])
        image = next(image for image in servers.list_images() if image.name.startswith("Ubuntu 14.04"))
        size = next(size for size in servers.list_sizes() if size.id == "general1-1")
        node = servers.create_node(name=region, size=size, image=image)
        members = [Member(None, "10.1.1.1", 80)]
        made = balancers.create_balancer(region, members, "http", 80, Algorithm.RANDOM)
        assert [node.name for node in servers.list_nodes()] == [region]
        assert servers.ex_get_node_details(node.id).name == region
        assert [balancer.name for balancer in balancers.list_balancers()] == [region]
        seen[region] = (node.id, made.id, len(servers.list_images()), len(servers.list_sizes()))
    ids = [(node, balancer) for node, balancer, *_ in seen.values()]
    assert len(set(ids)) == len(ids)
    # What OnMetal offered was in one region.
    assert [counts for _, _, *counts in seen.values()] == [[38, 35], [38, 35], [52, 38]]
