"""Each shipped scenario, as real clients meet it. All those in `scenarios/` are live at once."""

import openstack
import pytest
import requests

from simulator import SCENARIOS, WHOLE_CLOUD
from steps import (
    boot, create, deploy, deployment, host_of, machine, machines, names, refused, wait_for, wait_for_status
)


@pytest.fixture
def cloud(mimic_with):
    return mimic_with(SCENARIOS, clock="frozen")


@pytest.fixture
def conn(cloud):
    return cloud.connection()


@pytest.fixture
def cs(cloud):
    return cloud.cs()


def status(conn, server):
    return conn.compute.get_server(server.id).status


def hosts_asked(cloud):
    """The hosts that were to start a server, in order."""
    return [entry["place"].split("/")[-1] for entry in cloud.commands("StartCommand")]


class TestOrdinaryNames:
    """Who chooses no special name gets a cloud that works."""

    def test_openstack(self, conn):
        server = boot(conn, "web-1")
        conn.compute.stop_server(server)
        wait_for_status(conn, server, "SHUTOFF")
        conn.compute.start_server(server)
        wait_for_status(conn, server, "ACTIVE")
        conn.compute.delete_server(server)
        conn.compute.wait_for_delete(server, interval=0.02)
        assert names(conn) == []

    def test_cloudstack(self, cs):
        vm = deploy(cs, "web-1")
        assert vm["state"] == "Running"
        cs.stopVirtualMachine(id=vm["id"], fetch_result=True)
        assert machine(cs, "web-1")["state"] == "Stopped"


class TestSlow:
    def test_openstack(self, cloud, conn):
        server = create(conn, "slow-1")
        cloud.tick("119s")
        assert status(conn, server) == "BUILD"
        cloud.tick("1s")
        assert status(conn, server) == "ACTIVE"

    def test_cloudstack(self, cloud, cs):
        job = deployment(cs, "slow-1", fetch_result=False)
        cloud.tick("119s")
        assert machine(cs, "slow-1")["state"] == "Starting"
        assert cs.queryAsyncJobResult(jobid=job["jobid"])["jobstatus"] == 0
        cloud.tick("1s")
        assert machine(cs, "slow-1")["state"] == "Running"
        assert cs.queryAsyncJobResult(jobid=job["jobid"])["jobstatus"] == 1


class TestFading:
    def test_openstack(self, cloud, conn):
        server = boot(conn, "fading-1")
        cloud.tick("59s")
        assert status(conn, server) == "ACTIVE"
        cloud.tick("1s")
        assert status(conn, server) == "ERROR"

    def test_cloudstack(self, cloud, cs):
        assert deploy(cs, "fading-1")["state"] == "Running"
        cloud.tick("1m")
        assert machine(cs, "fading-1")["state"] == "Error"


class TestFlaky:
    def test_openstack_fails_twice_works_and_starts_over(self, conn):
        for _ in range(2):
            for _ in range(2):
                with pytest.raises(openstack.exceptions.HttpException) as raised:
                    create(conn, "flaky-1")
                assert raised.value.status_code == 503
            wait_for_status(conn, create(conn, "flaky-1"), "ACTIVE")
        assert names(conn) == ["flaky-1", "flaky-1"]

    def test_a_client_that_tries_again_sees_nothing(self, cloud):
        patient = cloud.connection(compute_status_code_retries=2, compute_status_code_retry_delay=0.01)
        assert boot(patient, "flaky-1").status == "ACTIVE"
        assert len(cloud.commands("compute.create_server")) == 3

    def test_cloudstack(self, cs):
        for _ in range(2):
            assert refused(deploy, cs, "flaky-1").error["errorcode"] == 503
        assert machines(cs) == []
        assert deploy(cs, "flaky-1")["state"] == "Running"


class TestGhost:
    def test_openstack(self, conn):
        with pytest.raises(openstack.exceptions.HttpException) as raised:
            create(conn, "ghost-1")
        assert raised.value.status_code == 500
        [ghost] = conn.compute.servers()
        assert ghost.name == "ghost-1"
        wait_for_status(conn, ghost, "ACTIVE")

    def test_cloudstack(self, cs):
        assert refused(deploy, cs, "ghost-1").error["errorcode"] == 530
        assert machine(cs, "ghost-1")["state"] == "Running"


class TestRetry:
    def test_openstack(self, cloud, conn):
        first = boot(conn, "retry-1")
        tried = hosts_asked(cloud)
        assert len(tried) == 2 and tried[0] != tried[1]
        assert host_of(conn, first) == tried[1]

    def test_cloudstack(self, cloud, cs):
        vm = deploy(cs, "retry-1")
        assert vm["state"] == "Running"
        tried = hosts_asked(cloud)
        assert len(tried) == 2 and vm["hostname"] == tried[1]


class TestDoomed:
    def test_openstack(self, conn):
        server = create(conn, "doomed-1")
        with pytest.raises(openstack.exceptions.ResourceFailure):
            wait_for_status(conn, server, "ACTIVE")
        fault = conn.compute.get_server(server.id).fault
        assert fault["code"] == 500 and "Exhausted all hosts" in fault["message"]
        conn.compute.delete_server(server)
        conn.compute.wait_for_delete(server, interval=0.02)

    def test_cloudstack(self, cs):
        trouble = refused(deploy, cs, "doomed-1").error
        assert trouble["errorcode"] == 533 and "Unable to create a deployment" in trouble["errortext"]
        assert machine(cs, "doomed-1")["state"] == "Error"


class TestStubborn:
    def test_openstack(self, conn):
        server = boot(conn, "stubborn-1")
        conn.compute.stop_server(server)
        assert status(conn, server) == "ACTIVE"
        # Under another name it can go.
        conn.compute.update_server(server, name="docile-1")
        conn.compute.stop_server(server)
        wait_for_status(conn, server, "SHUTOFF")

    def test_cloudstack(self, cs):
        vm = deploy(cs, "stubborn-1")
        assert "does not react" in str(refused(cs.stopVirtualMachine, id=vm["id"], fetch_result=True).error)
        assert machine(cs, "stubborn-1")["state"] == "Running"
        cs.stopVirtualMachine(id=vm["id"], forced=True, fetch_result=True)
        assert machine(cs, "stubborn-1")["state"] == "Stopped"


class TestHostOutage:
    @pytest.fixture
    def cloud(self, mimic_with):
        return mimic_with(WHOLE_CLOUD / "host-outage.scn", clock="frozen")

    def hosts(self, cs):
        return {host["name"]: host["state"] for host in cs.listHosts(type="Routing")["host"]}

    def test_the_host_goes_down_and_comes_back(self, cloud, cs):
        cloud.tick("29s")
        assert self.hosts(cs) == {"host-1": "Up", "host-2": "Up"}
        cloud.tick("1s")
        assert self.hosts(cs) == {"host-1": "Down", "host-2": "Up"}
        cloud.tick("60s")
        assert self.hosts(cs) == {"host-1": "Up", "host-2": "Up"}

    def test_openstack(self, cloud, conn):
        server = boot(conn, "web-1")
        assert host_of(conn, server) == "host-1"
        cloud.tick("30s")
        assert status(conn, server) == "ACTIVE"
        conn.compute.stop_server(server)
        assert status(conn, server) == "ACTIVE"
        assert host_of(conn, boot(conn, "web-2")) == "host-2"

    def test_cloudstack(self, cloud, cs):
        assert deploy(cs, "web-1")["hostname"] == "host-1"
        cloud.tick("30s")
        assert machine(cs, "web-1")["state"] == "Stopped"
        assert deploy(cs, "web-2")["hostname"] == "host-2"


class TestMaintenance:
    @pytest.fixture
    def cloud(self, mimic_with):
        return mimic_with(WHOLE_CLOUD / "maintenance.scn", clock="frozen")

    def test_openstack(self, cloud, conn):
        server = boot(conn, "web-1")
        cloud.tick("30s")
        assert host_of(conn, server) == "host-1"
        assert host_of(conn, boot(conn, "web-2")) == "host-2"
        assert host_of(conn, boot(conn, "web-3")) == "host-2"
        cloud.tick("5m")
        conn.compute.delete_server(server)
        assert host_of(conn, boot(conn, "web-4")) == "host-1"

    def test_cloudstack(self, cloud, cs):
        assert deploy(cs, "web-1")["hostname"] == "host-1"
        cloud.tick("30s")
        assert machine(cs, "web-1")["hostname"] == "host-2"
        assert machine(cs, "web-1")["state"] == "Running"


class TestPowerCut:
    @pytest.fixture
    def cloud(self, mimic_with):
        return mimic_with(WHOLE_CLOUD / "power-cut.scn", clock="frozen")

    def test_openstack(self, cloud, conn):
        cloud.tick("30s")
        with pytest.raises(openstack.exceptions.ResourceFailure):
            boot(conn, "web-1")
        cloud.tick("90s")
        assert boot(conn, "web-2").status == "ACTIVE"

    def test_cloudstack(self, cloud, cs):
        deploy(cs, "web-1")
        cloud.tick("30s")
        assert machine(cs, "web-1")["state"] == "Running", "there is nobody to ask"
        assert {host["state"] for host in cs.listHosts()["host"]} == {"Alert"}
        refused(deploy, cs, "web-2")
        cloud.tick("90s")
        assert machine(cs, "web-1")["state"] == "Stopped"
        assert deploy(cs, "web-3")["state"] == "Running"


class TestDeploymentRetry:
    """CloudStack's own tests of it: with four hosts, the second deployment fails four times."""

    @pytest.mark.parametrize(
        "scenario, command", [("volume-failure", "CopyCommand"), ("start-failure", "StartCommand")]
    )
    def test_cloudstack(self, mimic_with, scenario, command):
        cloud = mimic_with(WHOLE_CLOUD / f"{scenario}.scn", clock="frozen")
        cs = cloud.cs()
        assert deploy(cs, "vm-1")["state"] == "Running"
        refused(deploy, cs, "vm-2")
        [mock] = cloud.mocks()
        assert mock["state"]["served"] == 4
        assert machine(cs, "vm-2")["state"] == "Error"
        assert deploy(cs, "vm-3")["state"] == "Running"
        [mock] = cloud.mocks()
        assert mock["state"]["served"] == 6


@pytest.fixture
def highly_available(tmp_path):
    """The settings of a cloud with a second offering, whose machines are started again elsewhere."""
    settings = tmp_path / "ha.toml"
    flavor = '[[cloud.flavors]]\nid = "{0}"\nname = "{0}"\ncpus = 1\nmemory = 512\ndisk = 1\n'
    settings.write_text(flavor.format("plain") + flavor.format("ha") + "ha = true\n")
    return settings


def offering(cs, name):
    return cs.listServiceOfferings(name=name)["serviceoffering"][0]["id"]


class TestDeadHost:
    def test_cloudstack(self, mimic_with, highly_available):
        cloud = mimic_with(WHOLE_CLOUD / "dead-host.scn", clock="frozen", config=highly_available)
        cs = cloud.cs()
        [host] = cs.listHosts(name="host-1")["host"]
        for name in ("ha", "plain"):
            deploy(cs, name, hostid=host["id"], serviceofferingid=offering(cs, name))
        cloud.tick("2m")
        assert {vm["state"] for vm in machines(cs)} == {"Running"}
        # Twice ping.timeout times ping.interval is what CloudStack's test allows.
        cloud.tick("3m")
        assert cs.listHosts(name="host-1")["host"][0]["state"] == "Down"
        revived = machine(cs, "ha")
        assert (revived["state"], revived["hostname"]) == ("Running", "host-2")
        assert machine(cs, "plain")["state"] == "Stopped"


class TestPowerReport:
    def test_cloudstack(self, mimic_with):
        cloud = mimic_with(WHOLE_CLOUD / "power-report.scn", clock="frozen")
        cs = cloud.cs()
        [host] = cs.listHosts(name="host-1")["host"]
        names = ("vm-1", "vm-2", "vm-3")
        assert [deploy(cs, name, hostid=host["id"])["instancename"] for name in names] == [
            "i-1-1-VM", "i-1-2-VM", "i-1-3-VM",
        ]
        cloud.tick("60s")
        assert [machine(cs, name)["state"] for name in names] == ["Running", "Stopped", "Running"]
        cloud.tick("132s")
        assert [machine(cs, name)["state"] for name in names] == ["Running", "Stopped", "Stopped"]


class TestSlowApi:
    @pytest.fixture
    def cloud(self, mimic_with):
        return mimic_with(WHOLE_CLOUD / "slow-api.scn", clock="frozen")

    def answer_by_ticks(self, cloud, call):
        """What a call returns that needs ticks to be answered."""
        decided = cloud.decided()
        answer = cloud.later(call)
        while wait_for(lambda: answer.done() or cloud.decided() > decided) and not answer.done():
            decided = cloud.decided()
            cloud.tick("10s")
        return answer.result()

    def test_openstack(self, cloud):
        conn = cloud.connection()
        assert self.answer_by_ticks(cloud, lambda: list(conn.compute.flavors()))
        assert all(entry["delay"] != "0s" for entry in cloud.journal())

    def test_cloudstack(self, cloud, cs):
        assert self.answer_by_ticks(cloud, cs.listZones)["count"] == 1
        assert all(entry["delay"] != "0s" for entry in cloud.journal())


class TestBrownout:
    @pytest.fixture
    def cloud(self, mimic_with):
        return mimic_with(WHOLE_CLOUD / "brownout.scn", clock="frozen")

    def test_about_one_call_in_five_fails_and_the_same_ones_each_time(self, cloud):
        def attempts():
            conn = cloud.connection()
            return [conn.compute.get("/flavors").status_code for _ in range(100)]

        first = attempts()
        assert set(first) == {200, 503}
        assert 10 <= first.count(503) <= 30
        cloud.reset()
        assert attempts() == first

    def test_cloudstack(self, cs):
        def refusals():
            for _ in range(50):
                try:
                    cs.listZones()
                except Exception as trouble:
                    yield trouble.error["errorcode"]

        assert set(refusals()) == {503}


class TestLoginOutage:
    def test_openstack(self, mimic_with):
        cloud = mimic_with(WHOLE_CLOUD / "login-outage.scn")
        for _ in range(3):
            with pytest.raises(Exception, match="503"):
                cloud.connection().authorize()
        assert cloud.connection().authorize()

    def test_cloudstack(self, mimic_with):
        cloud = mimic_with(WHOLE_CLOUD / "login-outage.scn")
        account = {"command": "login", "username": "admin", "password": "password", "response": "json"}
        codes = [requests.post(f"{cloud.url}/client/api", data=account).status_code for _ in range(4)]
        assert codes == [503, 503, 503, 200]


class TestTheWholeFolder:
    def test_the_scenarios_that_change_the_whole_cloud_wait_until_they_are_named(self, cloud):
        live = {scenario["name"] for scenario in cloud.admin("GET", "/scenarios")["scenarios"]}
        assert "a build takes two minutes" in live
        assert "a host goes down and comes back" not in live
