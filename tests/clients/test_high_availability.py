"""CloudStack's own tests of its simulator, as its test suite does them: through `configureSimulator`."""

import json

import pytest

from steps import deploy, machine, machines, refused

FOUR_HOSTS = """
topology {
  zone "zone-1" {
    pod "pod-1" {
      cluster "cluster-1" { host "host-1"  host "host-2"  host "host-3"  host "host-4" }
    }
  }
}
"""


@pytest.fixture
def cloud(mimic_with, tmp_path):
    """Four hosts, an offering with and one without high availability, and a clock that only `tick` moves."""
    topology = tmp_path / "four-hosts.scn"
    topology.write_text(FOUR_HOSTS)
    settings = tmp_path / "ha.toml"
    flavor = '[[cloud.flavors]]\nid = "{0}"\nname = "{0}"\ncpus = 1\nmemory = 512\ndisk = 1\n'
    settings.write_text(flavor.format("plain") + flavor.format("ha") + "ha = true\n")
    return mimic_with(topology, clock="frozen", config=settings)


@pytest.fixture
def cs(cloud):
    return cloud.cs()


def host(cs, name):
    [found] = cs.listHosts(name=name)["host"]
    return found


def scope(host, *levels):
    """The parameters that name a host's places, as the original wants them: with all that they are part of."""
    names = {"zoneid": "zoneid", "podid": "podid", "clusterid": "clusterid", "hostid": "id"}
    return {name: host[names[name]] for name in levels}


# The defaults: seconds between pings, and how many intervals a host may be silent.
PING_INTERVAL, PING_TIMEOUT = 60, 2.5

AT_HOST = ("zoneid", "podid", "clusterid", "hostid")
AT_POD = ("zoneid", "podid")


def failing(cs, name, **more):
    return cs.configureSimulator(name=name, value="result:fail", **more)["simulatormock"]


def offering(cs, name):
    return cs.listServiceOfferings(name=name)["serviceoffering"][0]["id"]


@pytest.mark.parametrize("command", ["CopyCommand", "StartCommand"])
def test_a_deployment_is_tried_on_each_host(cs, command):
    assert deploy(cs, "vm-1")["state"] == "Running"
    mock = failing(cs, command, count=6)
    refused(deploy, cs, "vm-2")
    count = lambda: cs.querySimulatorMock(id=mock["id"])["simulatormock"]["count"]
    assert count() == 2
    assert deploy(cs, "vm-3")["state"] == "Running"
    assert count() == 0


def test_a_machine_outlives_a_host_that_looks_dead(cloud, cs):
    vm = deploy(cs, "vm", serviceofferingid=offering(cs, "ha"), hostid=host(cs, "host-1")["id"])
    dead = host(cs, vm["hostname"])
    for command in ("CheckHealthCommand", "PingCommand", "CheckVirtualMachineCommand"):
        failing(cs, command, **scope(dead, *AT_HOST))
    failing(cs, "PingTestCommand", **scope(dead, *AT_POD))
    for other in cs.listHosts()["host"]:
        if other["id"] != dead["id"]:
            failing(cs, "CheckOnHostCommand", **scope(other, *AT_HOST))
    cloud.tick(f"{2 * PING_INTERVAL * PING_TIMEOUT:.0f}s")
    after = machine(cs, "vm")
    assert after["state"] == "Running"
    assert after["hostname"] != dead["name"]
    assert host(cs, dead["name"])["state"] == "Down"
    sent = [entry["command"] for entry in cloud.journal() if entry["command"].endswith("Command")]
    assert "FenceCommand" in sent
    assert all(entry["served_by"] for entry in cloud.commands("PingCommand")), "only what is mocked is written down"


def test_machines_are_as_their_host_reports(cloud, cs):
    place = host(cs, "host-1")
    vms = [deploy(cs, f"vm-{n}", hostid=place["id"]) for n in (1, 2, 3)]
    report = {
        vms[0]["instancename"]: {"state": "PowerOn", "host": place["name"]},
        vms[1]["instancename"]: {"state": "PowerOff", "host": place["name"]},
    }
    answer = {
        "com.cloud.agent.api.PingRoutingWithNwGroupsCommand": {
            "newGroupStates": {}, "newStates": {}, "_hostVmStateReport": report, "_gatewayAccessible": True,
            "_vnetAccessible": True, "hostType": "Routing", "hostId": 0, "contextMap": {}, "wait": 0,
        }
    }
    cs.configureSimulator(
        name="PingRoutingWithNwGroupsCommand", value="", method="post",
        jsonresponse=json.dumps(answer, separators=(",", ":")), **scope(place, *AT_HOST),
    )
    [mock] = cs.listSimulatorMocks()["simulatormock"]
    assert '"hostId":1' in mock["jsonresponse"]
    cloud.tick(f"{3.2 * PING_INTERVAL:.0f}s")
    assert [machine(cs, vm["name"])["state"] for vm in vms] == ["Running", "Stopped", "Stopped"]


# High availability of hosts themselves.


def configured(cs, place):
    cs.configureHAForHost(hostid=place["id"], provider="simulatorhaprovider", fetch_result=True)
    return cs.enableHAForHost(hostid=place["id"], fetch_result=True)["hahost"]


def behave(cs, place, health, activity, recover, fence):
    answer = cs.configureSimulatorHAProviderState(
        hostid=place["id"], health=health, activity=activity, recover=recover, fence=fence
    )
    assert answer["success"] is True


def path(cs, place):
    listed = cs.listSimulatorHAStateTransitions(hostid=place["id"])
    transitions = listed.get("hastatetransition", [])
    return {(step["prevhastate"], step["event"], step["hastate"]) for step in transitions}


def ha_state(cs, place):
    return host(cs, place["name"])["hostha"]["hastate"]


def test_host_ha_needs_a_provider(cs):
    place = host(cs, "host-1")
    for hypervisor, name in [("Simulator", "SimulatorHAProvider"), ("KVM", "KVMHAProvider")]:
        [provider] = cs.listHostHAProviders(hypervisor=hypervisor)["haprovider"]
        assert provider["haprovider"] == name
    refused(cs.enableHAForHost, hostid=place["id"], fetch_result=True)
    refused(cs.configureHAForHost, hostid=place["id"], provider="nobody", fetch_result=True)
    enabled = configured(cs, place)
    assert (enabled["haenable"], enabled["haprovider"], enabled["status"]) == (True, "simulatorhaprovider", True)
    [resource] = cs.listHostHAResources(hostid=place["id"])["hostha"]
    assert (resource["hostid"], resource["haenable"]) == (place["id"], True)


def test_host_ha_is_switched_at_every_level(cloud, cs):
    place = host(cs, "host-1")
    behave(cs, place, True, True, True, False)
    configured(cs, place)
    assert ha_state(cs, place) == "Available"
    for enable, disable, where in [
        (cs.enableHAForHost, cs.disableHAForHost, {"hostid": place["id"]}),
        (cs.enableHAForCluster, cs.disableHAForCluster, {"clusterid": place["clusterid"]}),
        (cs.enableHAForZone, cs.disableHAForZone, {"zoneid": place["zoneid"]}),
    ]:
        disable(fetch_result=True, **where)
        assert ha_state(cs, place) == "Disabled"
        enable(fetch_result=True, **where)
        assert ha_state(cs, place) == "Available"


def test_host_ha_takes_its_paths(cloud, cs):
    place = host(cs, "host-1")
    behave(cs, place, True, True, True, False)
    configured(cs, place)
    assert ("disabled", "enabled", "available") in path(cs, place)

    behave(cs, place, False, True, True, False)
    cloud.tick("10s")
    assert path(cs, place) >= {
        ("available", "healthcheckfailed", "suspect"),
        ("suspect", "performactivitycheck", "checking"),
        ("checking", "activitycheckfailureunderthresholdratio", "degraded"),
    }

    behave(cs, place, False, False, True, False)
    cloud.tick("60s")
    assert path(cs, place) >= {
        ("checking", "activitycheckfailureoverthresholdratio", "recovering"),
        ("recovering", "recoveryoperationthresholdexceeded", "fencing"),
    }
    assert ha_state(cs, place) == "Fencing"


def test_a_fenced_host_is_in_maintenance_and_its_machines_elsewhere(cloud, cs):
    place = host(cs, "host-1")
    deploy(cs, "vm", serviceofferingid=offering(cs, "ha"), hostid=place["id"])
    behave(cs, place, True, True, True, False)
    configured(cs, place)
    behave(cs, place, False, False, False, True)
    cloud.tick("60s")
    assert ("fencing", "fenced", "fenced") in path(cs, place)
    *_, before, last = cs.listSimulatorHAStateTransitions(hostid=place["id"])["hastatetransition"]
    assert (before["recoverycounter"] > 0, last["recoverycounter"]) == (True, 0)
    assert host(cs, place["name"])["resourcestate"] == "Maintenance"
    after = machine(cs, "vm")
    assert (after["state"], after["hostname"] != place["name"]) == ("Running", True)

    behave(cs, place, True, True, True, False)
    back = cs.cancelHostMaintenance(id=place["id"], fetch_result=True)["host"]
    assert back["resourcestate"] == "Enabled"
    cloud.tick("5s")
    assert ("ineligible", "eligible", "available") in path(cs, place)


# Maintenance.


def test_a_host_in_maintenance_is_empty(cloud, cs):
    place = host(cs, "host-1")
    deploy(cs, "vm", hostid=place["id"])
    failing(cs, "MaintainCommand", count=1)
    refused(cs.prepareHostForMaintenance, id=place["id"], fetch_result=True)
    assert host(cs, "host-1")["resourcestate"] == "Enabled"
    failing(cs, "MigrateCommand", hostid=place["id"], count=1)
    cs.prepareHostForMaintenance(id=place["id"], fetch_result=True)
    assert host(cs, "host-1")["resourcestate"] == "ErrorInPrepareForMaintenance"
    cloud.tick("2m")
    assert host(cs, "host-1")["resourcestate"] == "Maintenance"
    assert machine(cs, "vm")["hostname"] == "host-2"
    refused(cs.prepareHostForMaintenance, id=place["id"], fetch_result=True)
    cs.cancelHostMaintenance(id=place["id"], fetch_result=True)
    assert host(cs, "host-1")["resourcestate"] == "Enabled"


def test_a_machine_moves_and_returns_when_it_cannot(cs):
    vm = deploy(cs, "vm", hostid=host(cs, "host-1")["id"])
    found = cs.findHostsForMigration(virtualmachineid=vm["id"])["host"]
    assert {place["name"]: place["suitableformigration"] for place in found} == {
        "host-2": True, "host-3": True, "host-4": True,
    }
    to = {"virtualmachineid": vm["id"], "hostid": host(cs, "host-3")["id"], "fetch_result": True}
    failing(cs, "PrepareForMigrationCommand", count=1)
    error = refused(cs.migrateVirtualMachine, **to).error
    assert error["errortext"].startswith("Unable to prepare for migration due to")
    assert machine(cs, "vm")["hostname"] == "host-1"
    moved = cs.migrateVirtualMachine(**to)["virtualmachine"]
    assert (moved["state"], moved["hostname"]) == ("Running", "host-3")
    failing(cs, "CheckVirtualMachineCommand", count=1)
    to["hostid"] = host(cs, "host-4")["id"]
    error = refused(cs.migrateVirtualMachine, **to).error
    assert error["errortext"].startswith("Unable to complete migration")
    assert machine(cs, "vm")["state"] == "Stopped"


def test_a_machine_is_snapshotted_and_grows(cs):
    vm = deploy(cs, "vm", serviceofferingid=offering(cs, "plain"))
    taken = cs.createVMSnapshot(virtualmachineid=vm["id"], name="before", snapshotmemory=True, fetch_result=True)
    snapshot = taken["vmsnapshot"]
    assert (snapshot["state"], snapshot["type"], snapshot["current"]) == ("Ready", "DiskAndMemory", True)
    reverted = cs.revertToVMSnapshot(vmsnapshotid=snapshot["id"], fetch_result=True)
    assert reverted["virtualmachine"]["state"] == "Running"
    [listed] = cs.listVMSnapshot(virtualmachineid=vm["id"])["vmSnapshot"]
    assert listed["displayname"] == "before"
    cs.deleteVMSnapshot(vmsnapshotid=snapshot["id"], fetch_result=True)
    assert cs.listVMSnapshot(virtualmachineid=vm["id"]) == {}
    cs.scaleVirtualMachine(id=vm["id"], serviceofferingid=offering(cs, "ha"), fetch_result=True)
    assert machines(cs, id=vm["id"])[0]["serviceofferingname"] == "ha"


def test_a_host_that_nobody_knows_of_can_be_given_up(mimic_with, cloud, cs):
    vm = deploy(cs, "vm", serviceofferingid=offering(cs, "ha"), hostid=host(cs, "host-1")["id"])
    place = host(cs, "host-1")
    refused(cs.declareHostAsDegraded, id=place["id"], fetch_result=True)
    cloud.scn('mock CheckOnHostCommand { fault }')
    cloud.host("host-1", "goes down")
    assert host(cs, "host-1")["state"] == "Alert"
    assert machine(cs, "vm")["state"] == "Running"
    refused(cs.reconnectHost, id=place["id"], fetch_result=True)
    degraded = cs.declareHostAsDegraded(id=place["id"], fetch_result=True)["host"]
    assert degraded["resourcestate"] == "Degraded"
    assert machine(cs, "vm")["hostname"] != vm["hostname"]
    cs.cancelHostAsDegraded(id=place["id"], fetch_result=True)
    assert host(cs, "host-1")["resourcestate"] == "Enabled"
