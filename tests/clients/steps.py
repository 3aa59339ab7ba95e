"""What many tests do: make servers through either cloud, and wait."""

import time

import pytest
from cs import CloudStackApiException

from simulator import PATIENCE


def wait_for(condition):
    """Waits until the condition holds; returns its value."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.005)
    return value


# OpenStack.


def create(conn, name, **more):
    """Asks for a server, with the first image and flavor that the cloud has; returns it as first answered."""
    image = next(conn.image.images())
    flavor = next(conn.compute.flavors())
    network = next(conn.network.networks())
    return conn.compute.create_server(
        name=name, image_id=image.id, flavor_id=flavor.id, networks=[{"uuid": network.id}], **more
    )


def boot(conn, name, **more):
    """Makes a server and waits until it is ACTIVE."""
    return wait_for_status(conn, create(conn, name, **more), "ACTIVE")


def wait_for_status(conn, server, status):
    return conn.compute.wait_for_server(server, status=status, interval=0.02, wait=PATIENCE)


def names(conn):
    return [server.name for server in conn.compute.servers()]


def host_of(conn, server):
    """The host that a server is on; only administrators see it."""
    return conn.compute.get_server(server.id).hypervisor_hostname


# CloudStack.


def deploy(cs, name, **more):
    """Deploys a virtual machine, with the first template and offering that the cloud has, and waits for it."""
    return deployment(cs, name, fetch_result=True, **more)["virtualmachine"]


def deployment(cs, name, **more):
    """Asks for a virtual machine; returns what the cloud answers."""
    return cs.deployVirtualMachine(
        **{
            "name": name,
            "zoneid": cs.listZones()["zone"][0]["id"],
            "templateid": cs.listTemplates(templatefilter="executable")["template"][0]["id"],
            "serviceofferingid": cs.listServiceOfferings()["serviceoffering"][0]["id"],
            **more,
        }
    )


def machines(cs, **filters):
    return cs.listVirtualMachines(**filters).get("virtualmachine", [])


def machine(cs, name):
    [found] = machines(cs, name=name)
    return found


def refused(call, *arguments, **keywords):
    """Makes a CloudStack call that must go wrong; returns what the cloud says of it."""
    with pytest.raises(CloudStackApiException) as raised:
        call(*arguments, **keywords)
    return raised.value
