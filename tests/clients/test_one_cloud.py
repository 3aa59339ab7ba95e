"""Both APIs show the same cloud, and a change of the files shows in the next call."""

import openstack
import pytest

from steps import boot, create, deploy, host_of, machine, machines, names, wait_for


def test_a_server_made_through_openstack_exists_in_cloudstack(mimic):
    conn, cs = mimic.connection(), mimic.cs()
    server = boot(conn, "web-1")
    vm = machine(cs, "web-1")
    assert vm["id"] == server.id
    assert vm["hostname"] == host_of(conn, server)
    assert vm["nic"][0]["ipaddress"] == next(iter(server.addresses.values()))[0]["addr"]
    cs.stopVirtualMachine(id=vm["id"], fetch_result=True)
    assert conn.compute.get_server(server.id).status == "SHUTOFF"


def test_a_machine_made_through_cloudstack_exists_in_openstack(mimic):
    conn, cs = mimic.connection(), mimic.cs()
    vm = deploy(cs, "web-1")
    server = conn.compute.get_server(vm["id"])
    assert (server.name, server.status) == ("web-1", "ACTIVE")
    conn.compute.delete_server(server)
    conn.compute.wait_for_delete(server, interval=0.02)
    assert machines(cs) == []


def test_an_edited_file_shows_in_the_next_call(mimic_with, tmp_path):
    file = tmp_path / "mine.scn"
    file.write_text("# Nothing yet.\n")
    mimic = mimic_with(file)
    conn = mimic.connection()
    boot(conn, "web-1")
    file.write_text('mock compute.create_server { fail 503 "later" }\n')
    wait_for(lambda: mimic.admin("GET", "/status")["generation"] > 1)
    with pytest.raises(openstack.exceptions.HttpException, match="later"):
        create(conn, "web-2")
    assert names(conn) == ["web-1"]


def test_a_bad_edit_leaves_the_last_good_files_live(mimic_with, tmp_path):
    file = tmp_path / "mine.scn"
    good = 'mock StartCommand where server.name ~ "bad-*" { fail }\n'
    file.write_text(good)
    mimic = mimic_with(file)
    conn = mimic.connection()
    file.write_text(good.replace("StartCommand", "StratCommand"))
    error = wait_for(lambda: mimic.admin("GET", "/status")["last_error"])
    assert "StartCommand" in str(error)
    with pytest.raises(openstack.exceptions.ResourceFailure):
        boot(conn, "bad-1")
    file.write_text("# All is well again.\n")
    wait_for(lambda: not mimic.admin("GET", "/status")["last_error"])
    boot(conn, "bad-2")
