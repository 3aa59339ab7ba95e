"""What is tested of CloudStack's simulator with its test suite, in Marvin's own way. For Python 2.7, and nose."""

import json
import time

from marvin.cloudstackAPI import listHosts, listTemplates, listVirtualMachines, listZones
from marvin.cloudstackException import cloudstackAPIException
from marvin.cloudstackTestCase import cloudstackTestCase
from marvin.integration.lib.base import ServiceOffering, VirtualMachine


# This Marvin was made of a server without the simulator.


class Simulator(object):
    isAsync = "false"
    required = []

    def __init__(self, **parameters):
        self.__dict__.update(parameters)


class configureSimulatorCmd(Simulator):
    pass


class querySimulatorMockCmd(Simulator):
    pass


class cleanupSimulatorMockCmd(Simulator):
    pass


SIZE = {"name": "small", "displaytext": "small", "cpunumber": 1, "cpuspeed": 100, "memory": 128}

# How a machine is reached from outside.
SSH = {"publicport": 22, "privateport": 22, "protocol": "TCP"}

AT_HOST = ("zoneid", "podid", "clusterid", "hostid")
AT_POD = ("zoneid", "podid")

# Seconds between pings, as the data centre's file says, and more than a host may be silent.
PING_INTERVAL = 10
TOO_LONG = 60

# Intervals in which a host is heard of again, if ever.
PATIENCE = 12


def scope(host, levels):
    places = {"zoneid": host.zoneid, "podid": host.podid, "clusterid": host.clusterid, "hostid": host.id}
    return dict((level, places[level]) for level in levels)


class TestSimulator(cloudstackTestCase):
    def setUp(self):
        self.api = self.testClient.getApiClient()
        self.mocks = []
        # A host that was dead in another test is back as soon as it is heard of.
        for _ in range(PATIENCE):
            if all(host.state == "Up" for host in self.hosts()):
                break
            time.sleep(PING_INTERVAL)
        [self.zone] = self.api.listZones(listZones.listZonesCmd())
        templates = listTemplates.listTemplatesCmd()
        templates.templatefilter = "executable"
        self.template = self.api.listTemplates(templates)[0]

    def tearDown(self):
        for mock in self.mocks:
            try:
                self.simulator(cleanupSimulatorMockCmd(id=mock))
            except cloudstackAPIException:
                # It was used up.
                pass

    def simulator(self, command, **more):
        return self.api.connection.marvinRequest(command, **more)

    def mock(self, name, value="result:fail", **more):
        made = self.simulator(configureSimulatorCmd(name=name, value=value, **more), method="POST")
        self.mocks.append(made.simulatormock.id)
        return made.simulatormock.id

    def count(self, mock):
        return self.simulator(querySimulatorMockCmd(id=mock)).simulatormock.count

    def deploy(self, name, mode="basic", **more):
        offering = ServiceOffering.create(self.api, SIZE, **more.pop("offering", {}))
        return VirtualMachine.create(
            self.api, dict(SSH, name=name), templateid=self.template.id, zoneid=self.zone.id,
            serviceofferingid=offering.id, mode=mode, **more
        )

    def state(self, machine):
        [found] = self.machines(machine)
        return found.state

    def machines(self, machine):
        command = listVirtualMachines.listVirtualMachinesCmd()
        command.id = machine.id
        return self.api.listVirtualMachines(command)

    def hosts(self, **more):
        command = listHosts.listHostsCmd()
        command.type = "Routing"
        command.__dict__.update(more)
        return self.api.listHosts(command)

    def test_the_data_centre_is_there(self):
        self.assertEqual(self.zone.allocationstate, "Enabled")
        self.assertEqual(sorted(host.name for host in self.hosts()), ["c0-h0", "c0-h1", "c1-h0"])
        self.assertEqual(set(host.state for host in self.hosts()), set(["Up"]))

    def test_a_machine_is_reached_through_its_accounts_own_network(self):
        machine = self.deploy("reached", mode="advanced")
        self.assertEqual((machine.state, machine.nic[0].type), ("Running", "Isolated"))
        self.assertTrue(machine.public_ip.startswith("192.168.2."), machine.public_ip)

    def test_a_deployment_is_tried_on_the_next_host(self):
        self.deploy("first")
        mock = self.mock("StartCommand", count=1, zoneid=self.zone.id)
        machine = self.deploy("retried")
        self.assertEqual((machine.state, self.count(mock)), ("Running", 0))
        # Three hosts, and one more try than they are.
        mock = self.mock("StartCommand", count=4, zoneid=self.zone.id)
        self.assertRaises(cloudstackAPIException, self.deploy, "doomed")
        self.assertEqual(self.count(mock), 1)

    def test_a_machine_outlives_its_host(self):
        [dead] = self.hosts(name="c0-h0")
        machine = self.deploy("survivor", hostid=dead.id, offering={"offerha": True})
        for command in ("PingCommand", "CheckHealthCommand", "CheckVirtualMachineCommand"):
            self.mock(command, **scope(dead, AT_HOST))
        self.mock("PingTestCommand", **scope(dead, AT_POD))
        for other in self.hosts():
            if other.id != dead.id:
                self.mock("CheckOnHostCommand", **scope(other, AT_HOST))
        time.sleep(TOO_LONG)
        [after] = self.machines(machine)
        self.assertEqual(after.state, "Running")
        self.assertNotEqual(after.hostid, dead.id)
        self.assertEqual(self.hosts(id=dead.id)[0].state, "Down")

    def test_a_machine_is_as_its_host_reports(self):
        there = self.deploy("there")
        gone = self.deploy("gone", hostid=there.hostid)
        [host] = self.hosts(id=there.hostid)
        report = dict(
            (machine.instancename, {"state": state, "host": host.name})
            for machine, state in [(there, "PowerOn"), (gone, "PowerOff")]
        )
        answer = {
            "com.cloud.agent.api.PingRoutingWithNwGroupsCommand": {
                "newGroupStates": {}, "newStates": {}, "_hostVmStateReport": report, "_gatewayAccessible": True,
                "_vnetAccessible": True, "hostType": "Routing", "hostId": 0, "contextMap": {}, "wait": 0,
            }
        }
        self.mock(
            "PingRoutingWithNwGroupsCommand", value="", jsonresponse=json.dumps(answer, separators=(",", ":")),
            **scope(host, AT_HOST)
        )
        time.sleep(4 * PING_INTERVAL)
        self.assertEqual((self.state(there), self.state(gone)), ("Running", "Stopped"))
