"""A server's whole life through openstacksdk: with network, key, volume and floating address, and with failures."""

import openstack
import pytest

from simulator import PATIENCE
from steps import boot, create, wait_for, wait_for_status


def wait_for_volume(conn, volume, status):
    return conn.block_storage.wait_for_status(volume, status, failures=[], interval=0.02, wait=PATIENCE)


class Network:
    """A network of one's own, with a way out and a rule that lets SSH in."""

    def __init__(self, conn):
        self.conn, api = conn, conn.network
        self.public = next(api.networks(is_router_external=True))
        self.network = api.create_network(name="net")
        self.subnet = api.create_subnet(network_id=self.network.id, name="sub", ip_version=4, cidr="192.168.7.0/24")
        self.router = api.create_router(name="way-out", external_gateway_info={"network_id": self.public.id})
        api.add_interface_to_router(self.router, subnet_id=self.subnet.id)
        self.group = api.create_security_group(name="ssh")
        api.create_security_group_rule(
            security_group_id=self.group.id, direction="ingress", ethertype="IPv4", protocol="tcp",
            port_range_min=22, port_range_max=22, remote_ip_prefix="0.0.0.0/0",
        )

    def floating_address(self, server):
        [port] = self.conn.network.ports(device_id=server.id)
        return self.conn.network.create_ip(floating_network_id=self.public.id, port_id=port.id)

    def remove(self):
        api = self.conn.network
        api.remove_interface_from_router(self.router, subnet_id=self.subnet.id)
        for remove, thing in [
            (api.delete_router, self.router),
            (api.delete_network, self.network),
            (api.delete_security_group, self.group),
        ]:
            remove(thing, ignore_missing=False)


def addresses(conn, server):
    """By kind, of all its networks."""
    cards = conn.compute.get_server(server.id).addresses.values()
    return {address["OS-EXT-IPS:type"]: address["addr"] for card in cards for address in card}


def test_a_whole_life(mimic):
    conn = mimic.connection()
    network = Network(conn)
    pair = conn.compute.create_keypair(name="key")
    server = conn.compute.create_server(
        name="web-1",
        image_id=conn.image.find_image("cirros").id,
        flavor_id=conn.compute.find_flavor("m1.tiny").id,
        networks=[{"uuid": network.network.id}],
        security_groups=[{"name": "ssh"}],
        key_name="key",
        metadata={"role": "web"},
    )
    server = wait_for_status(conn, server, "ACTIVE")
    assert (server.key_name, server.security_groups) == ("key", [{"name": "ssh"}])

    floating = network.floating_address(server)
    assert addresses(conn, server) == {"fixed": floating.fixed_ip_address, "floating": floating.floating_ip_address}
    assert floating.fixed_ip_address.startswith("192.168.7.")

    volume = conn.block_storage.create_volume(name="data", size=1)
    wait_for_volume(conn, volume, "available")
    conn.compute.create_volume_attachment(server, volume_id=volume.id)
    volume = wait_for_volume(conn, volume, "in-use")
    assert [attached["server_id"] for attached in volume.attachments] == [server.id]
    assert [attached.volume_id for attached in conn.compute.volume_attachments(server)] == [volume.id]
    conn.compute.delete_volume_attachment(server, volume)
    wait_for_volume(conn, volume, "available")

    conn.compute.set_server_metadata(server, role="db")
    assert conn.compute.get_server(server.id).metadata == {"role": "db"}
    conn.compute.stop_server(server)
    wait_for_status(conn, server, "SHUTOFF")
    conn.compute.start_server(server)
    wait_for_status(conn, server, "ACTIVE")
    conn.compute.reboot_server(server, "HARD")
    wait_for_status(conn, server, "ACTIVE")
    conn.compute.resize_server(server, conn.compute.find_flavor("m1.small").id)
    wait_for_status(conn, server, "VERIFY_RESIZE")
    conn.compute.confirm_server_resize(server)
    assert wait_for_status(conn, server, "ACTIVE").flavor.name == "m1.small"
    image = conn.compute.create_server_image(server, "snapshot", wait=True, timeout=PATIENCE)
    assert conn.image.get_image(image.id).status == "active"

    conn.compute.delete_server(server)
    conn.compute.wait_for_delete(server, interval=0.02)
    conn.network.delete_ip(floating)
    conn.block_storage.delete_volume(volume)
    conn.block_storage.wait_for_delete(volume, interval=0.02)
    conn.image.delete_image(image)
    conn.compute.delete_keypair(pair)
    network.remove()
    mimic.expect("expect nothing left")


def test_a_build_that_fails_on_the_first_host_is_tried_on_the_next(mimic):
    mimic.scn('mock StartCommand { fail "no power" count 1 }')
    server = boot(mimic.connection(), "web-1")
    first, second = mimic.commands("StartCommand")
    assert (first["outcome"], second["outcome"]) == ("fail", "succeed")
    assert first["place"] != second["place"]
    assert server.status == "ACTIVE"


def test_a_server_that_is_never_built_is_given_up(frozen):
    frozen.scn("mock StartCommand { delay 1h }")
    conn = frozen.connection()
    server = create(conn, "web-1")
    with pytest.raises(openstack.exceptions.ResourceTimeout):
        conn.compute.wait_for_server(server, interval=0.02, wait=0.2)
    conn.compute.delete_server(server)
    conn.compute.wait_for_delete(server, interval=0.02)
    frozen.expect("expect nothing left")


def test_a_volume_that_cannot_be_attached_stays_free(mimic):
    conn = mimic.connection()
    server = boot(conn, "web-1")
    volume = conn.block_storage.create_volume(name="data", size=1)
    wait_for_volume(conn, volume, "available")
    mimic.scn('mock AttachCommand { fail "no path to the storage" count 1 }')
    conn.compute.create_volume_attachment(server, volume_id=volume.id)
    wait_for(lambda: mimic.commands("AttachCommand"))
    wait_for_volume(conn, volume, "available")
    assert list(conn.compute.volume_attachments(server)) == []
    conn.compute.create_volume_attachment(server, volume_id=volume.id)
    wait_for_volume(conn, volume, "in-use")


def test_a_floating_address_that_is_refused(mimic):
    conn = mimic.connection()
    server = boot(conn, "web-1")
    public = next(conn.network.networks(is_router_external=True))
    mimic.scn('mock network.create_floating_ip { fail 409 "the pool is empty" count 1 }')
    with pytest.raises(openstack.exceptions.ConflictException, match="the pool is empty"):
        conn.network.create_ip(floating_network_id=public.id)
    [port] = conn.network.ports(device_id=server.id)
    assert conn.network.create_ip(floating_network_id=public.id, port_id=port.id).floating_ip_address


def test_a_cloud_that_gives_no_token_at_first(mimic):
    mimic.scn("mock identity.authenticate { fail 503 count 1 }")
    with pytest.raises(openstack.exceptions.HttpException):
        list(mimic.connection().compute.servers())
    assert list(mimic.connection().compute.servers()) == []
