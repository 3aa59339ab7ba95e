"""A server's whole life through novaclient, which has no networks and no volumes of its own: openstacksdk helps it."""

import pytest
from keystoneauth1 import session
from keystoneauth1.identity import v3
from novaclient import client, exceptions

from simulator import ACCOUNT
from steps import wait_for
from test_whole_life_sdk import Network, wait_for_volume


@pytest.fixture
def nova(mimic):
    password = v3.Password(
        auth_url=f"{mimic.url}/identity/v3", user_domain_name="Default", project_domain_name="Default", **ACCOUNT
    )
    return client.Client("2.79", session=session.Session(auth=password), region_name="RegionOne")


def wait_for_status(nova, server, status):
    wait_for(lambda: nova.servers.get(server.id).status == status)


def boot(nova, network, **more):
    [image] = [image for image in nova.glance.list() if image.name == "cirros"]
    flavor = nova.flavors.find(name="m1.tiny")
    server = nova.servers.create("web-1", image.id, flavor, nics=[{"net-id": network.id}], **more)
    wait_for_status(nova, server, "ACTIVE")
    return server


def test_a_whole_life(mimic, nova):
    conn = mimic.connection()
    network = Network(conn)
    pair = nova.keypairs.create("key")
    server = boot(nova, network.network, key_name="key", security_groups=["ssh"], meta={"role": "web"})

    floating = network.floating_address(server)
    shown = nova.servers.get(server.id)
    assert shown.networks == {"net": [floating.fixed_ip_address, floating.floating_ip_address]}
    assert [group.name for group in server.list_security_group()] == ["ssh"]

    volume = conn.block_storage.create_volume(name="data", size=1)
    wait_for_volume(conn, volume, "available")
    nova.volumes.create_server_volume(server.id, volume.id)
    wait_for_volume(conn, volume, "in-use")
    nova.volumes.delete_server_volume(server.id, volume.id)
    wait_for_volume(conn, volume, "available")

    nova.servers.set_meta(server, {"role": "db"})
    assert nova.servers.get(server.id).metadata == {"role": "db"}
    server.stop()
    wait_for_status(nova, server, "SHUTOFF")
    server.start()
    wait_for_status(nova, server, "ACTIVE")
    server.reboot("HARD")
    wait_for_status(nova, server, "ACTIVE")
    server.resize(nova.flavors.find(name="m1.small"))
    wait_for_status(nova, server, "VERIFY_RESIZE")
    server.confirm_resize()
    wait_for_status(nova, server, "ACTIVE")
    image = server.create_image("snapshot")
    wait_for(lambda: nova.glance.find_image(image).status == "active")
    assert "create" in [action.action for action in nova.instance_action.list(server)]

    server.delete()
    wait_for(lambda: nova.servers.list() == [])
    conn.network.delete_ip(floating)
    conn.block_storage.delete_volume(volume)
    conn.block_storage.wait_for_delete(volume, interval=0.02)
    conn.image.delete_image(image)
    nova.keypairs.delete(pair)
    network.remove()
    mimic.expect("expect nothing left")


def test_what_a_host_refuses_leaves_the_server_as_it_was(mimic, nova):
    server = boot(nova, next(mimic.connection().network.networks(name="private")))
    mimic.scn('mock StopCommand { fail "stuck" count 1 }')
    server.stop()
    wait_for(lambda: getattr(nova.servers.get(server.id), "OS-EXT-STS:task_state") is None)
    assert nova.servers.get(server.id).status == "ACTIVE"
    server.stop()
    wait_for_status(nova, server, "SHUTOFF")


def test_a_conflict_is_told(mimic, nova):
    server = boot(nova, next(mimic.connection().network.networks(name="private")))
    with pytest.raises(exceptions.Conflict, match="while it is in vm_state active"):
        server.start()
    mimic.scn('mock compute.resize_server { fail 500 "the scheduler is gone" }')
    with pytest.raises(exceptions.ClientException, match="the scheduler is gone"):
        server.resize(nova.flavors.find(name="m1.small"))
