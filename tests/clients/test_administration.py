"""What an administrator of OpenStack does: flavors, hosts, aggregates, server groups, quotas, usage, Placement."""

from datetime import datetime, timedelta

import openstack
import pytest

from steps import boot, create, host_of, wait_for, wait_for_status


@pytest.fixture
def admin(mimic):
    return mimic.connection()


def test_a_flavor_is_made_described_and_given_to_a_project(mimic, admin):
    run = mimic.cli
    run("flavor", "create", "--private", "--ram", "64", "--disk", "1", "--vcpus", "1", "--swap", "16", "small")
    run("flavor", "set", "--property", "hw:cpu_policy=dedicated", "--description", "a small one", "small")
    shown = run("flavor", "show", "small")
    assert shown["properties"] == {"hw:cpu_policy": "dedicated"}
    assert (shown["description"], shown["swap"], shown["access_project_ids"]) == ("a small one", 16, [])
    run("flavor", "unset", "--property", "hw:cpu_policy", "small")
    assert run("flavor", "show", "small")["properties"] == {}
    member = mimic.connection(username="joe", password="x", project_name="demo")
    assert member.compute.find_flavor("small") is None
    run("flavor", "set", "--project", "demo", "small")
    assert member.compute.find_flavor("small").ram == 64
    run("flavor", "delete", "small")
    assert "small" not in [flavor["Name"] for flavor in run("flavor", "list", "--all")]


def test_a_server_outlives_its_flavor(admin):
    flavor = admin.compute.create_flavor(name="passing", ram=64, vcpus=1, disk=1)
    image, network = next(admin.image.images()), next(admin.network.networks())
    server = admin.compute.create_server(
        name="web-1", image_id=image.id, flavor_id=flavor.id, networks=[{"uuid": network.id}]
    )
    wait_for_status(admin, server, "ACTIVE")
    admin.compute.delete_flavor(flavor)
    assert admin.compute.get_server(server.id).flavor.name == "passing"


def test_an_aggregate_makes_a_zone(mimic, admin):
    run = mimic.cli
    run("aggregate", "create", "--zone", "fast", "ssd")
    run("aggregate", "add", "host", "ssd", "host-2")
    run("aggregate", "set", "--property", "disk=ssd", "ssd")
    assert run("aggregate", "show", "ssd")["hosts"] == ["host-2"]
    assert "fast" in [zone["Zone Name"] for zone in run("availability", "zone", "list", "--compute")]
    server = boot(admin, "web-1", availability_zone="fast")
    assert host_of(admin, server) == "host-2"
    left = mimic.run_cli("aggregate", "remove", "host", "ssd", "host-2")
    assert "instance(s)" in left.stderr
    admin.compute.delete_server(server)
    admin.compute.wait_for_delete(server, interval=0.02)
    run("aggregate", "remove", "host", "ssd", "host-2")
    run("aggregate", "delete", "ssd")


def test_hosts_show_how_they_are(mimic, admin):
    run = mimic.cli
    assert [host["State"] for host in run("hypervisor", "list")] == ["up", "up"]
    assert run("hypervisor", "show", "host-1")["hypervisor_hostname"] == "host-1"
    run("compute", "service", "set", "--disable", "--disable-reason", "disk", "host-1", "nova-compute")
    assert host_of(admin, boot(admin, "web-1")) == "host-2"
    services = run("compute", "service", "list", "--service", "nova-compute", "--long")
    assert services[0]["Disabled Reason"] == "disk"
    mimic.host("host-2", "goes down")
    assert [host["State"] for host in run("hypervisor", "list")] == ["up", "down"]
    run("compute", "service", "set", "--enable", "host-1", "nova-compute")
    assert host_of(admin, boot(admin, "web-2")) == "host-1"


def test_a_third_server_of_an_anti_affine_group_finds_no_host(mimic, admin):
    group = mimic.cli("server", "group", "create", "--policy", "anti-affinity", "apart")
    servers = [
        boot(admin, name, scheduler_hints={"group": group["id"]}) for name in ("web-1", "web-2")
    ]
    assert {host_of(admin, server) for server in servers} == {"host-1", "host-2"}
    third = create(admin, "web-3", scheduler_hints={"group": group["id"]})
    failed = wait_for(lambda: next((s for s in [admin.compute.get_server(third.id)] if s.status == "ERROR"), None))
    assert failed.fault["message"].startswith("No valid host was found.")
    assert len(mimic.cli("server", "group", "show", group["id"])["members"]) == 3


def test_a_quota_is_kept_to(mimic, admin):
    member = mimic.connection(username="joe", password="x", project_name="demo")
    member.authorize()
    mimic.cli("quota", "set", "--instances", "1", "demo")
    boot(member, "web-1")
    with pytest.raises(openstack.exceptions.ForbiddenException, match="Quota exceeded for instances"):
        create(member, "web-2")
    assert member.get_compute_limits().total_instances_used == 1


def test_usage_counts_servers_that_are_gone(frozen):
    conn = frozen.connection()
    server = boot(conn, "web-1")
    frozen.tick("2h")
    # The token is older than its life by now; the next call renews it.
    conn.compute.delete_server(server)
    frozen.tick("1h")
    begun = datetime.fromisoformat(server.created_at.removesuffix("Z"))
    usage = conn.compute.get_usage(conn.current_project_id, begun, begun + timedelta(hours=3))
    assert usage.total_hours == pytest.approx(2.0, abs=0.01)
    assert [one["state"] for one in usage.server_usages] == ["terminated"]


def test_placement_knows_hosts_and_servers(admin):
    server = boot(admin, "web-1")
    providers = {provider.name: provider for provider in admin.placement.resource_providers()}
    assert set(providers) == {"host-1", "host-2"}
    host = providers[host_of(admin, server)]
    inventories = {one.resource_class: one for one in admin.placement.resource_provider_inventories(host)}
    assert inventories["VCPU"].allocation_ratio == 16.0
    made = admin.placement.create_resource_provider(name="shelf")
    admin.placement.create_resource_class(name="CUSTOM_DRAWER")
    admin.placement.create_resource_provider_inventory(made, "CUSTOM_DRAWER", total=3)
    admin.placement.create_trait("CUSTOM_WOODEN")
    assert admin.placement.get_resource_provider(made.id).generation == 1
    admin.placement.delete_resource_provider(made)
    assert admin.placement.find_resource_provider("shelf") is None
