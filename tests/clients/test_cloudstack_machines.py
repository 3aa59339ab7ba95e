"""CloudStack's machines, volumes, snapshots and templates through its own clients."""

import pytest
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider

from simulator import API_KEY, SECRET_KEY
from steps import deploy, machines, refused


@pytest.fixture
def driver(mimic):
    host, port = mimic.url.removeprefix("http://").split(":")
    driver = get_driver(Provider.CLOUDSTACK)(
        key=API_KEY, secret=SECRET_KEY, secure=False, host=host, port=int(port), path="/client/api"
    )
    # Once a second by default; here jobs are over at once.
    driver.connection.poll_interval = 0.01
    return driver


def volumes(cs, **wanted):
    return cs.listVolumes(**wanted).get("volume", [])


def offering(cs, name):
    [found] = cs.listDiskOfferings(name=name)["diskoffering"]
    return found["id"]


def data_disk(cs, name="data", **more):
    zone = cs.listZones()["zone"][0]["id"]
    wanted = {"diskofferingid": offering(cs, "Small"), **more}
    return cs.createVolume(name=name, zoneid=zone, fetch_result=True, **wanted)["volume"]


# With cs.


def test_a_volume_from_its_making_to_its_end(mimic):
    cs = mimic.cs()
    vm, disk = deploy(cs, "web-1"), data_disk(cs)
    assert disk["state"] == "Allocated"
    attached = cs.attachVolume(id=disk["id"], virtualmachineid=vm["id"], fetch_result=True)["volume"]
    assert (attached["state"], attached["deviceid"], attached["vmname"]) == ("Ready", 1, "web-1")
    custom = offering(cs, "Custom")
    grown = cs.resizeVolume(id=disk["id"], diskofferingid=custom, size=9, fetch_result=True)["volume"]
    assert grown["size"] == 9 << 30
    cs.detachVolume(id=disk["id"], fetch_result=True)
    assert cs.deleteVolume(id=disk["id"]) == {"success": True}
    assert [volume["type"] for volume in volumes(cs)] == ["ROOT"]


@pytest.mark.parametrize(
    "command, state, left",
    [("CreateObjectCommand", "Allocated", False), ("AttachCommand", "Ready", False)],
)
def test_a_volume_that_cannot_be_attached(mimic, command, state, left):
    mimic.scn(f'mock {command} where volume.name == "data" {{ fail "no room" }}')
    cs = mimic.cs()
    vm, disk = deploy(cs, "web-1"), data_disk(cs)
    error = refused(cs.attachVolume, id=disk["id"], virtualmachineid=vm["id"], fetch_result=True).error
    assert error["errortext"] == "no room"
    [found] = volumes(cs, id=disk["id"])
    assert (found["state"], "virtualmachineid" in found) == (state, left)


def test_a_deletion_that_a_host_refuses(mimic):
    mimic.scn('mock DeleteCommand { fail "busy" }')
    cs = mimic.cs()
    vm, disk = deploy(cs, "web-1"), data_disk(cs)
    cs.attachVolume(id=disk["id"], virtualmachineid=vm["id"], fetch_result=True)
    cs.detachVolume(id=disk["id"], fetch_result=True)
    assert refused(cs.deleteVolume, id=disk["id"]).error["errorcode"] == 530
    [found] = volumes(cs, id=disk["id"])
    assert found["state"] == "Ready"


def test_what_terraform_calls_for_an_instance_and_a_disk(mimic):
    cs = mimic.cs()
    [offered] = cs.listServiceOfferings(name="m1.small")["serviceoffering"]
    template = cs.listTemplates(templatefilter="executable", name="cirros")["template"][0]
    zone = cs.listZones()["zone"][0]["id"]
    vm = cs.deployVirtualMachine(
        serviceofferingid=offered["id"],
        templateid=template["id"],
        zoneid=zone,
        name="tf",
        displayname="tf",
        rootdisksize=30,
        userdata="aGVsbG8=",
        fetch_result=True,
    )["virtualmachine"]
    assert vm["nic"][0]["ipaddress"]
    [root] = volumes(cs, type="ROOT", virtualmachineid=vm["id"])
    assert root["size"] >> 30 == 30
    changed = cs.updateVirtualMachine(id=vm["id"], deleteprotection=True)["virtualmachine"]
    assert changed["deleteprotection"] is True
    refused(cs.destroyVirtualMachine, id=vm["id"], fetch_result=True)
    cs.updateVirtualMachine(id=vm["id"], deleteprotection=False)
    cs.stopVirtualMachine(id=vm["id"], fetch_result=True)
    [bigger] = cs.listServiceOfferings(name="m1.medium")["serviceoffering"]
    scaled = cs.changeServiceForVirtualMachine(id=vm["id"], serviceofferingid=bigger["id"])
    assert scaled["virtualmachine"]["memory"] == 4096
    cs.startVirtualMachine(id=vm["id"], fetch_result=True)
    cs.destroyVirtualMachine(id=vm["id"], expunge=True, fetch_result=True)
    assert machines(cs, id=vm["id"]) == [] and volumes(cs) == []


def test_a_machine_of_a_template_of_a_snapshot(mimic):
    cs = mimic.cs()
    vm = deploy(cs, "web-1")
    [root] = volumes(cs, virtualmachineid=vm["id"])
    snapshot = cs.createSnapshot(volumeid=root["id"], fetch_result=True)["snapshot"]
    assert snapshot["state"] == "BackedUp"
    template = cs.createTemplate(
        name="golden",
        displaytext="Golden",
        ostypeid=cs.listOsTypes(description="Debian GNU/Linux 12 (64-bit)")["ostype"][0]["id"],
        snapshotid=snapshot["id"],
        fetch_result=True,
    )["template"]
    second = deploy(cs, "web-2", templateid=template["id"])
    assert (second["templatename"], second["osdisplayname"]) == ("golden", "Debian GNU/Linux 12 (64-bit)")
    cs.deleteSnapshot(id=snapshot["id"], fetch_result=True)
    assert cs.listSnapshots() == {}


def test_a_template_that_cannot_be_brought(mimic):
    mimic.scn('mock DownloadCommand { fail "no route" }')
    cs = mimic.cs()
    [registered] = cs.registerTemplate(
        name="far", displaytext="far", url="http://x/far.qcow2", format="QCOW2", hypervisor="Simulator",
        zoneid=-1,
    )["template"]
    [found] = cs.listTemplates(templatefilter="self", id=registered["id"])["template"]
    assert (found["isready"], found["status"]) == (False, "Failed to download")


# With libcloud.


def named(things, name):
    [found] = [thing for thing in things if thing.name == name]
    return found


def boot(driver, name, **more):
    return driver.create_node(
        name=name,
        image=named(driver.list_images(), "cirros"),
        size=named(driver.list_sizes(), "m1.tiny"),
        ex_start_vm=True,
        **more,
    )


def test_a_whole_life_with_libcloud(driver):
    node = boot(driver, "web-1", ex_displayname="Web", ex_userdata="hello")
    assert node.state == NodeState.RUNNING
    driver.ex_stop(node)
    [node] = driver.list_nodes()
    assert node.state == NodeState.STOPPED
    driver.ex_start(node)
    assert driver.reboot_node(node)
    offered = next(it for it in driver.ex_list_disk_offerings() if it.customizable)
    volume = driver.create_volume(size=3, name="data", ex_volume_type=offered.name)
    assert driver.attach_volume(node, volume)
    attached = named(driver.list_volumes(node=node), "data")
    assert (attached.size, attached.extra["instance_id"]) == (3 << 30, node.id)
    snapshot = driver.create_volume_snapshot(volume, name="copy")
    assert [it.id for it in driver.list_snapshots()] == [snapshot.id]
    assert driver.destroy_volume_snapshot(snapshot)
    assert driver.detach_volume(volume)
    assert driver.destroy_volume(volume)
    assert driver.destroy_node(node)
