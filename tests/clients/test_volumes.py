"""Block Storage and Image through openstacksdk: what the whole lives of servers do not pass through."""

import hashlib

import openstack
import pytest

from steps import boot, wait_for


@pytest.fixture
def conn(mimic):
    return mimic.connection()


def volume(conn, name="data", **more):
    made = conn.block_storage.create_volume(name=name, size=1, **more)
    return conn.block_storage.wait_for_status(made, status="available", interval=0.05, wait=30)


def status(conn, thing):
    return conn.block_storage.get_volume(thing.id).status


def test_an_image_comes_back_as_it_was_sent(conn):
    data = b"not much of a disk" * 1000
    image = conn.image.create_image(name="own", data=data, disk_format="raw", container_format="bare", wait=True)
    image = conn.image.get_image(image.id)
    assert (image.status, image.size) == ("active", len(data))
    assert image.hash_value == hashlib.sha512(data).hexdigest()
    assert conn.image.download_image(image).content == data
    conn.image.update_image(image, name="other", flavour="sweet")
    assert conn.image.find_image("other").properties["flavour"] == "sweet"
    conn.image.delete_image(image)
    assert conn.image.find_image("other") is None


def test_a_volume_is_attached_and_detached(conn):
    server, data = boot(conn, "web-1"), volume(conn)
    conn.compute.create_volume_attachment(server, volume_id=data.id)
    wait_for(lambda: status(conn, data) == "in-use")
    [attachment] = conn.compute.volume_attachments(server)
    assert (attachment.volume_id, attachment.device) == (data.id, "/dev/vdb")
    with pytest.raises(openstack.exceptions.BadRequestException, match="must not be migrating, attached"):
        conn.block_storage.delete_volume(data)
    conn.compute.delete_volume_attachment(server, data.id)
    wait_for(lambda: status(conn, data) == "available")
    conn.block_storage.delete_volume(data)
    conn.block_storage.wait_for_delete(data, interval=0.05, wait=30)


def test_a_snapshot_becomes_a_volume(conn):
    data = volume(conn)
    snapshot = conn.block_storage.create_snapshot(volume_id=data.id, name="then")
    conn.block_storage.wait_for_status(snapshot, status="available", interval=0.05, wait=30)
    copy = volume(conn, "copy", snapshot_id=snapshot.id)
    assert conn.block_storage.get_volume(copy.id).snapshot_id == snapshot.id
    conn.block_storage.delete_snapshot(snapshot)
    conn.block_storage.wait_for_delete(snapshot, interval=0.05, wait=30)


def test_a_server_boots_from_a_volume(conn):
    image = conn.image.find_image("cirros")
    server = conn.create_server(
        "bfv", image=image.id, flavor="m1.tiny", network="private", boot_from_volume=True, volume_size=1,
        terminate_volume=True, wait=True,
    )
    [attached] = conn.compute.get_server(server.id).attached_volumes
    assert conn.block_storage.get_volume(attached.id).is_bootable
    conn.delete_server(server.id, wait=True)
    wait_for(lambda: not list(conn.block_storage.volumes()))


def test_a_host_that_will_not_attach_leaves_the_volume_free(mimic, conn):
    mimic.scn('mock AttachCommand where volume.name == "data" { fail "no such device" }')
    server, data = boot(conn, "web-1"), volume(conn)
    conn.compute.create_volume_attachment(server, volume_id=data.id)
    wait_for(lambda: status(conn, data) == "available")
    assert list(conn.compute.volume_attachments(server)) == []


def test_storage_that_refuses_leaves_an_error(mimic, conn):
    mimic.scn("mock CreateObjectCommand where volume.size > 1 { fail }")
    made = conn.block_storage.create_volume(name="big", size=2)
    wait_for(lambda: status(conn, made) == "error")
    assert status(conn, volume(conn)) == "available"
