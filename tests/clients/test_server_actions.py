"""What is done to servers through openstacksdk, `openstack` and novaclient, when it goes well and when it does not."""

import openstack
import pytest
from keystoneauth1 import session
from keystoneauth1.identity import v3
from novaclient import client

from simulator import ACCOUNT
from steps import boot, host_of, names, wait_for, wait_for_status


@pytest.fixture
def conn(mimic):
    return mimic.connection()


@pytest.fixture
def server(conn):
    return boot(conn, "web-1")


def task_of(conn, server):
    return conn.compute.get_server(server.id).task_state


def actions(conn, server):
    """What was done to a server, oldest first, each with how it ended."""
    done = reversed(list(conn.compute.server_actions(server.id)))
    shown = [conn.compute.get_server_action(action.request_id, server.id) for action in done]
    return [(action.action, action.events[0].result) for action in shown]


def test_pause_suspend_rescue_and_back(conn, server):
    for away, status, back in [
        (conn.compute.pause_server, "PAUSED", conn.compute.unpause_server),
        (conn.compute.suspend_server, "SUSPENDED", conn.compute.resume_server),
        (conn.compute.rescue_server, "RESCUE", conn.compute.unrescue_server),
        (conn.compute.stop_server, "SHUTOFF", conn.compute.start_server),
    ]:
        away(server)
        wait_for_status(conn, server, status)
        back(server)
        wait_for_status(conn, server, "ACTIVE")
    assert [name for name, _ in actions(conn, server)][1:3] == ["pause", "unpause"]


def test_resize_is_confirmed_or_reverted(conn, server):
    small = conn.compute.find_flavor("m1.small")
    home = host_of(conn, server)
    conn.compute.resize_server(server, small.id)
    wait_for_status(conn, server, "VERIFY_RESIZE")
    assert host_of(conn, server) != home
    conn.compute.revert_server_resize(server)
    resized = wait_for_status(conn, server, "ACTIVE")
    assert (resized.flavor["original_name"], host_of(conn, server)) == ("m1.tiny", home)
    conn.compute.resize_server(server, small.id)
    wait_for_status(conn, server, "VERIFY_RESIZE")
    conn.compute.confirm_server_resize(server)
    assert wait_for_status(conn, server, "ACTIVE").flavor["original_name"] == "m1.small"


def test_a_failed_resize_leaves_the_server_as_it_was_and_says_so(mimic, conn, server):
    mimic.scn('mock PrepareForMigrationCommand where server.name == "web-1" { fail "no room" }')
    conn.compute.resize_server(server, conn.compute.find_flavor("m1.small").id)
    wait_for(lambda: ("resize", "Error") in actions(conn, server))
    shown = conn.compute.get_server(server.id)
    assert (shown.status, shown.flavor["original_name"]) == ("ACTIVE", "m1.tiny")


def test_rebuild_changes_what_it_is_told_to(conn, server):
    image = conn.image.create_image(name="other", disk_format="raw", container_format="bare", data=b"x")
    conn.compute.rebuild_server(server, image=image.id, name="web-2", metadata={"a": "b"})
    rebuilt = wait_for_status(conn, server, "ACTIVE")
    assert (rebuilt.name, rebuilt.image.id, rebuilt.metadata) == ("web-2", image.id, {"a": "b"})


def test_a_rebuild_that_fails_breaks_the_server_until_the_next(mimic, conn, server):
    mimic.scn('mock CopyCommand { fail "disk full" count 1 }')
    image = conn.compute.get_server(server.id).image.id
    conn.compute.rebuild_server(server, image=image)
    wait_for(lambda: conn.compute.get_server(server.id).status == "ERROR")
    assert conn.compute.get_server(server.id).fault["message"] == "disk full"
    conn.compute.rebuild_server(server, image=image)
    wait_for_status(conn, server, "ACTIVE")


def test_an_image_of_a_server_starts_another(conn, server):
    image = conn.compute.create_server_image(server, "snapshot", wait=True)
    assert conn.image.get_image(image.id).instance_uuid == server.id
    flavor = conn.compute.find_flavor("m1.tiny")
    copy = conn.compute.create_server(name="copy", image_id=image.id, flavor_id=flavor.id, networks="auto")
    assert wait_for_status(conn, copy, "ACTIVE").image.id == image.id


def test_backups_are_rotated(conn, server):
    for number in range(3):
        conn.compute.backup_server(server, f"daily-{number}", "daily", 2)
        wait_for(lambda: task_of(conn, server) is None)
    assert {image.name for image in conn.image.images(visibility="private")} == {"daily-1", "daily-2"}


def test_a_snapshot_that_fails_leaves_no_image(mimic, conn, server):
    mimic.scn("mock UploadCommand { fail }")
    conn.compute.create_server_image(server, "snapshot")
    wait_for(lambda: ("createImage", "Error") in actions(conn, server))
    assert conn.image.find_image("snapshot") is None
    assert conn.compute.get_server(server.id).status == "ACTIVE"


def test_shelve_and_unshelve(conn, server):
    conn.compute.shelve_server(server)
    wait_for_status(conn, server, "SHELVED_OFFLOADED")
    assert host_of(conn, server) is None
    assert conn.image.find_image("web-1-shelved").status == "active"
    conn.compute.unshelve_server(server)
    wait_for_status(conn, server, "ACTIVE")
    assert conn.image.find_image("web-1-shelved") is None


def test_only_administrators_change_a_locked_server(mimic):
    joe = mimic.connection(username="joe", password="x", project_name="demo")
    server = boot(joe, "web-1")
    joe.compute.lock_server(server, locked_reason="hands off")
    assert joe.compute.get_server(server.id).is_locked
    with pytest.raises(openstack.exceptions.ConflictException, match=f"Instance {server.id} is locked"):
        joe.compute.stop_server(server)
    joe.compute.unlock_server(server)
    joe.compute.stop_server(server)
    wait_for_status(joe, server, "SHUTOFF")


def test_servers_of_a_dead_host_are_evacuated(mimic_with, tmp_path):
    scenario = tmp_path / "storm.scn"
    scenario.write_text('at 1m host "host-1" goes down')
    mimic = mimic_with(scenario, clock="frozen")
    conn = mimic.connection()
    server = boot(conn, "web-1")
    home = host_of(conn, server)
    with pytest.raises(openstack.exceptions.BadRequestException, match=f"Compute service of {home} is still in use"):
        conn.compute.evacuate_server(server)
    mimic.tick("1m")
    assert conn.compute.get_server(server.id).status == "ACTIVE"
    conn.compute.evacuate_server(server)
    wait_for(lambda: host_of(conn, server) not in (None, home))
    assert wait_for_status(conn, server, "ACTIVE").power_state == 1


def test_a_live_migration_that_fails_leaves_the_server_where_it_is(mimic, conn, server):
    home = host_of(conn, server)
    mimic.scn('mock MigrateCommand { fail "guest too busy" count 1 }')
    for result, expected in [("Error", home), ("Success", None)]:
        conn.compute.live_migrate_server(server, host=None, block_migration="auto")
        wait_for(lambda: ("live-migration", result) in actions(conn, server))
        shown = conn.compute.get_server(server.id)
        assert shown.status == "ACTIVE"
        assert (host_of(conn, server) == home) == (expected == home)


def test_a_slow_live_migration_is_seen_and_broken_off(mimic_with):
    frozen = mimic_with(clock="frozen")
    conn = frozen.connection()
    server = boot(conn, "web-1")
    home = host_of(conn, server)
    frozen.scn("mock MigrateCommand { delay 1h }")
    conn.compute.live_migrate_server(server, host=None, block_migration="auto")
    assert conn.compute.get_server(server.id).status == "MIGRATING"
    [migration] = conn.compute.server_migrations(server)
    assert (migration.status, migration.source_compute) == ("running", home)
    conn.compute.abort_server_migration(migration, server)
    assert list(conn.compute.server_migrations(server)) == []
    assert (conn.compute.get_server(server.id).status, host_of(conn, server)) == ("ACTIVE", home)


def test_who_asks_what_changed_is_told_of_what_went(conn, server):
    conn.compute.delete_server(server)
    conn.compute.wait_for_delete(server, interval=0.02)
    assert names(conn) == []
    gone = list(conn.compute.servers(changes_since="2000-01-01T00:00:00Z"))
    assert [(server.name, server.status) for server in gone] == [("web-1", "DELETED")]
    assert [server.name for server in conn.compute.servers(deleted=True, all_projects=True)] == ["web-1"]
    assert [name for name, _ in actions(conn, server)] == ["create", "delete"]


def test_tags_and_consoles(mimic, conn, server):
    server.add_tag(conn.compute, "a")
    assert [found.name for found in conn.compute.servers(tags="a")] == ["web-1"]
    assert "web-1 login:" in conn.compute.get_server_console_output(server.id)["output"]
    console = conn.compute.create_server_remote_console(server, protocol="vnc", type="novnc")
    assert "token" in console.url


def test_novaclient_sees_the_same(mimic, conn, server):
    password = v3.Password(
        auth_url=f"{mimic.url}/identity/v3", user_domain_name="Default", project_domain_name="Default", **ACCOUNT
    )
    nova = client.Client("2.96", session=session.Session(auth=password), region_name="RegionOne")
    own = nova.servers.get(server.id)
    own.pause()
    wait_for(lambda: nova.servers.get(server.id).status == "PAUSED")
    own.unpause()
    own.migrate()
    wait_for(lambda: nova.servers.get(server.id).status == "VERIFY_RESIZE")
    own.confirm_resize()
    wait_for(lambda: nova.servers.get(server.id).status == "ACTIVE")
    own.reset_state("error")
    assert nova.servers.get(server.id).status == "ERROR"
    own.reboot("HARD")
    wait_for(lambda: nova.servers.get(server.id).status == "ACTIVE")
    diagnostics = own.diagnostics()[1]
    assert (diagnostics["state"], diagnostics["num_nics"]) == ("running", 1)
    assert [action.action for action in nova.instance_action.list(server.id)][-1] == "create"


def test_the_command_line_does_it_too(mimic, conn, server):
    mimic.cli("server", "pause", "web-1")
    wait_for(lambda: conn.compute.get_server(server.id).status == "PAUSED")
    mimic.cli("server", "unpause", "web-1")
    wait_for_status(conn, server, "ACTIVE")
    mimic.cli("server", "lock", "web-1", "--reason", "mine")
    assert conn.compute.get_server(server.id).locked_reason == "mine"
    mimic.cli("server", "unlock", "web-1")
    mimic.cli("server", "resize", "web-1", "--flavor", "m1.small")
    wait_for_status(conn, server, "VERIFY_RESIZE")
    mimic.cli("server", "resize", "confirm", "web-1")
    wait_for_status(conn, server, "ACTIVE")
    mimic.cli("server", "image", "create", "web-1", "--name", "picture", "--wait")
    assert conn.image.find_image("picture").status == "active"
