"""A server's whole life through the `openstack` command: with network, key, volume and floating address."""

import pytest

from steps import wait_for


@pytest.fixture
def public(mimic):
    [network] = mimic.cli("network", "list", "--external")
    return network["Name"]


def wait_for_volume(mimic, status):
    wait_for(lambda: mimic.cli("volume", "show", "data")["status"] == status)


def test_a_whole_life(mimic, public, tmp_path):
    run = mimic.cli
    run("network", "create", "net")
    run("subnet", "create", "sub", "--network", "net", "--subnet-range", "192.168.7.0/24")
    run("router", "create", "way-out", "--external-gateway", public)
    run("router", "add", "subnet", "way-out", "sub")
    run("security", "group", "create", "ssh")
    run("security", "group", "rule", "create", "ssh", "--protocol", "tcp", "--dst-port", "22")
    run("keypair", "create", "key", "--private-key", str(tmp_path / "key"))
    assert (tmp_path / "key").read_text().startswith("-----BEGIN")

    options = ["--network", "net", "--security-group", "ssh", "--key-name", "key", "--property", "role=web"]
    server = run("server", "create", "--image", "cirros", "--flavor", "m1.tiny", *options, "--wait", "web-1")
    assert (server["status"], server["key_name"]) == ("ACTIVE", "key")

    floating = run("floating", "ip", "create", public)["floating_ip_address"]
    run("server", "add", "floating", "ip", "web-1", floating)
    assert floating in run("server", "show", "web-1")["addresses"]["net"]

    run("volume", "create", "data", "--size", "1")
    wait_for_volume(mimic, "available")
    run("server", "add", "volume", "web-1", "data")
    wait_for_volume(mimic, "in-use")
    run("server", "remove", "volume", "web-1", "data")
    wait_for_volume(mimic, "available")

    run("server", "set", "web-1", "--property", "role=db")
    assert run("server", "show", "web-1")["properties"] == {"role": "db"}
    run("server", "stop", "web-1")
    wait_for(lambda: run("server", "show", "web-1")["status"] == "SHUTOFF")
    run("server", "start", "web-1")
    wait_for(lambda: run("server", "show", "web-1")["status"] == "ACTIVE")
    run("server", "reboot", "--hard", "--wait", "web-1")
    run("server", "resize", "--flavor", "m1.small", "--wait", "web-1")
    run("server", "resize", "confirm", "web-1")
    assert run("server", "image", "create", "--name", "snapshot", "--wait", "web-1")["status"] == "active"

    run("server", "delete", "--wait", "web-1")
    run("floating", "ip", "delete", floating)
    run("volume", "delete", "data")
    run("image", "delete", "snapshot")
    run("keypair", "delete", "key")
    run("router", "remove", "subnet", "way-out", "sub")
    run("router", "delete", "way-out")
    run("network", "delete", "net")
    run("security", "group", "delete", "ssh")
    wait_for(lambda: run("volume", "list") == [])
    mimic.expect("expect nothing left")


def test_a_failed_build_is_told(mimic):
    mimic.scn('mock StartCommand { fail "no power" }')
    options = ["--image", "cirros", "--flavor", "m1.tiny", "--network", "private", "--wait"]
    done = mimic.run_cli("server", "create", *options, "web-1")
    assert done.returncode == 1
    assert "Error creating server" in done.stderr
    assert mimic.cli("server", "show", "web-1")["status"] == "ERROR"


def test_a_floating_address_that_cannot_be_had(mimic, public):
    mimic.scn('mock network.create_floating_ip { fail 500 "out of order" }')
    done = mimic.run_cli("floating", "ip", "create", public)
    assert done.returncode == 1
    assert "out of order" in done.stderr
