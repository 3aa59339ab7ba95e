"""CloudStack through its own clients: the life of a machine, what is refused, the simulator commands."""

import json

import pytest
import requests
from cs import CloudStackApiException
from libcloud.common.types import InvalidCredsError
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider

from simulator import API_KEY, SECRET_KEY
from steps import deploy, deployment, machine, machines, refused


def state_of(cs, vm):
    [found] = machines(cs, id=vm["id"])
    return found["state"]


def host_id(cs, name):
    return cs.listHosts(name=name)["host"][0]["id"]


def failing_start(cs, **more):
    """Makes StartCommand fail, in the words of the simulator's own command."""
    return cs.configureSimulator(name="StartCommand", value="result:fail", **more)["simulatormock"]


def count_of(cs, mock):
    return cs.querySimulatorMock(id=mock["id"])["simulatormock"]["count"]


# The seed of all this.


def test_a_start_that_fails_on_one_host_once_succeeds_on_another(mimic):
    cs = mimic.cs()
    mock = failing_start(cs, hostid=host_id(cs, "host-1"), count=1)
    assert deploy(cs, "first")["hostname"] == "host-2"
    assert count_of(cs, mock) == 0
    assert cs.cleanupSimulatorMock(id=mock["id"]) == {"success": True}
    assert deploy(cs, "second")["hostname"] == "host-1"
    assert cs.listSimulatorMocks() == {}


# The life of a machine.


def test_a_machine_from_deployment_to_expunction(mimic):
    cs = mimic.cs()
    vm = deploy(cs, "web-1", displayname="Web", **{"details[0].role": "db"})
    assert (vm["state"], vm["displayname"], vm["details"]) == ("Running", "Web", {"role": "db"})
    for command, state in [
        (cs.stopVirtualMachine, "Stopped"),
        (cs.startVirtualMachine, "Running"),
        (cs.rebootVirtualMachine, "Running"),
        (cs.destroyVirtualMachine, "Destroyed"),
    ]:
        assert command(id=vm["id"], fetch_result=True)["virtualmachine"]["state"] == state
    assert cs.recoverVirtualMachine(id=vm["id"])["virtualmachine"]["state"] == "Stopped"
    cs.destroyVirtualMachine(id=vm["id"], expunge=True, fetch_result=True)
    assert machines(cs, id=vm["id"]) == []


def test_a_job_is_pending_while_a_host_takes_its_time(frozen):
    frozen.scn('mock StartCommand { delay 30s }')
    cs = frozen.cs()
    answer = deployment(cs, "slow")
    poll = lambda: cs.queryAsyncJobResult(jobid=answer["jobid"])
    assert (poll()["jobstatus"], state_of(cs, answer)) == (0, "Starting")
    assert "jobresult" not in poll()
    frozen.tick("30s")
    assert (poll()["jobstatus"], state_of(cs, answer)) == (1, "Running")


def test_a_machine_that_no_host_takes_ends_in_error(mimic):
    mimic.scn('mock StartCommand { fail "insufficient capacity" }')
    cs = mimic.cs()
    error = refused(deploy, cs, "doomed").error
    assert error["errorcode"] == 533
    assert "Unable to create a deployment" in error["errortext"]
    assert machine(cs, "doomed")["state"] == "Error"


def test_a_machine_of_a_highly_available_offering_outlives_its_host(mimic_with, tmp_path):
    settings = tmp_path / "ha.toml"
    settings.write_text(
        '[[cloud.flavors]]\nid = "ha"\nname = "ha"\ncpus = 1\nmemory = 512\ndisk = 1\nha = true\n'
    )
    mimic = mimic_with(config=settings)
    cs = mimic.cs()
    [offering] = cs.listServiceOfferings()["serviceoffering"]
    assert offering["offerha"] is True
    before = deploy(cs, "web-1")
    mimic.host(before["hostname"], "goes down")
    [after] = machines(cs)
    assert (after["state"], after["haenable"]) == ("Running", True)
    assert after["hostname"] != before["hostname"]


def test_a_stop_that_is_refused_leaves_the_machine_running(mimic):
    mimic.scn('mock StopCommand { fail "busy" count 1 }')
    cs = mimic.cs()
    vm = deploy(cs, "web-1")
    error = refused(cs.stopVirtualMachine, id=vm["id"], fetch_result=True).error
    assert error["errortext"] == "Unable to stop the virtual machine due to busy"
    assert state_of(cs, vm) == "Running"


def test_an_api_call_fails_as_the_service_would_say_it(mimic):
    mimic.scn('mock cloudstack.deployVirtualMachine where request.body.name == "web-1" { fail 533 "no room" }')
    cs = mimic.cs()
    raised = refused(deploy, cs, "web-1")
    assert raised.response.status_code == 533
    assert raised.response.headers["X-Description"] == "no room"
    assert raised.error == {"uuidList": [], "errorcode": 533, "cserrorcode": 4335, "errortext": "no room"}
    deploy(cs, "web-2")


def test_lists_are_fetched_page_by_page(mimic):
    cs = mimic.cs()
    for n in range(5):
        deploy(cs, f"web-{n}", startvm=False)
    page = cs.listVirtualMachines(page=2, pagesize=2)
    assert (page["count"], [vm["name"] for vm in page["virtualmachine"]]) == (5, ["web-2", "web-3"])
    assert len(cs.listVirtualMachines(fetch_list=True)) == 5
    assert cs.listVirtualMachines(keyword="nothing", fetch_list=True) == []


# Who is calling.


def test_wrong_keys_are_refused(mimic):
    for wrong in ({"key": "nobody"}, {"secret": "guessed"}):
        raised = refused(mimic.cs(**wrong).listZones)
        assert raised.response.status_code == 401
        assert raised.error["errortext"] == "unable to verify user credentials and/or request signature"


def test_signatures_hold_for_values_of_all_kinds_in_get_and_post(mimic):
    for method in ("get", "post"):
        cs = mimic.cs(method=method)
        vm = deploy(cs, f"by-{method}", displayname="Ä + b/c ~ d* [e] 100%&=")
        assert vm["displayname"] == "Ä + b/c ~ d* [e] 100%&="


def test_a_login_is_a_session(mimic):
    api = f"{mimic.url}/client/api"
    session = requests.Session()
    form = {"command": "login", "username": "admin", "password": "password", "domain": "/", "response": "json"}
    login = session.post(api, data=form).json()["loginresponse"]
    ask = {"command": "listZones", "response": "json", "sessionkey": login["sessionkey"]}
    assert session.get(api, params=ask).json()["listzonesresponse"]["count"] == 1
    assert requests.get(api, params=ask).status_code == 401
    session.post(api, data={**ask, "command": "logout"})
    assert session.get(api, params=ask).status_code == 401
    assert session.post(api, data={**form, "password": "wrong"}).status_code == 531


def test_wrong_parameters_are_told_in_the_services_words(mimic):
    cs = mimic.cs()
    nowhere = "4b5b72e0-0000-4000-8000-000000000000"
    for call, text in [
        (lambda: cs.listTemplates(), "due to missing parameter templatefilter"),
        (lambda: cs.stopVirtualMachine(id=nowhere), f"Invalid parameter id value={nowhere} due to incorrect long"),
        (lambda: deploy(cs, "1-bad-name"), "Invalid name."),
    ]:
        raised = refused(call)
        assert (raised.response.status_code, text in raised.error["errortext"]) == (431, True)


def test_an_unknown_command_gets_the_nearest_known_one(mimic):
    raised = refused(mimic.cs().listZone)
    assert raised.response.status_code == 432
    assert "Did you mean 'listZones'?" in raised.error["errortext"]


def test_xml_for_those_who_ask_for_it(mimic):
    login = {"command": "login", "username": "admin", "password": "password"}
    reply = requests.post(f"{mimic.url}/client/api", data=login)
    assert reply.headers["Content-Type"].startswith("text/xml")
    assert "<username>admin</username>" in reply.text


# The simulator commands.


def test_the_design_pages_names_work_too(mimic):
    cs = mimic.cs()
    mock = cs.configureSimulator(cmdName="StartCommand", responseType="fault", delay="10ms", count=2)["simulatormock"]
    assert mock["value"] == "result:fault|wait:10"
    refused(deploy, cs, "doomed")
    assert cs.queryMock(queryMock=mock["id"])["simulatormock"]["count"] == 0
    assert cs.cleanupMock(cleanupMock=mock["id"]) == {"success": True}
    deploy(cs, "fine")


def test_an_answer_in_json_stands_for_the_hosts(mimic):
    cs = mimic.cs()
    answer = {"com.cloud.agent.api.StopAnswer": {"result": False, "details": "locked", "hostId": 0}}
    cs.configureSimulator(
        name="StopCommand", value="", jsonresponse=json.dumps(answer, separators=(",", ":")), count=1, method="post"
    )
    vm = deploy(cs, "web-1")
    error = refused(cs.stopVirtualMachine, id=vm["id"], fetch_result=True).error
    assert error["errortext"] == "Unable to stop the virtual machine due to locked"


def test_a_mock_made_so_shows_among_the_others(mimic):
    failing_start(mimic.cs(), hostid=host_id(mimic.cs(), "host-1"), count=3)
    [mock] = mimic.mocks()
    assert mock["pattern"] == "StartCommand"
    assert mock["scope"].endswith('host "host-1"')


def test_a_mock_that_could_never_serve_is_refused(mimic):
    cs = mimic.cs()
    for params, text in [
        ({"name": "StratCommand", "value": "result:fail"}, "Did you mean StartCommand?"),
        ({"name": "StartCommand", "value": "fail"}, "has no colon"),
        ({"name": "StartCommand", "value": "result:fail", "count": 0}, "count has to be 1 or more"),
    ]:
        raised = refused(cs.configureSimulator, **params)
        assert (raised.response.status_code, text in raised.error["errortext"]) == (431, True)
    with pytest.raises(CloudStackApiException, match="Failed to query mock"):
        cs.querySimulatorMock(id=1)


# libcloud.


@pytest.fixture
def libcloud(mimic):
    def connect(key=API_KEY, secret=SECRET_KEY):
        host, port = mimic.url.removeprefix("http://").split(":")
        driver = get_driver(Provider.CLOUDSTACK)
        return driver(key=key, secret=secret, host=host, port=int(port), path="/client/api", secure=False)

    return connect


def test_libcloud_lives_a_machines_life(libcloud):
    driver = libcloud()
    [location] = driver.list_locations()
    node = driver.create_node(
        name="web-1",
        size=driver.list_sizes()[0],
        image=driver.list_images()[0],
        location=location,
        networks=driver.ex_list_networks()[:1],
        ex_start_vm=True,
    )
    assert (node.state, node.private_ips) == (NodeState.RUNNING, ["10.0.0.2"])
    assert [listed.name for listed in driver.list_nodes()] == ["web-1"]
    assert driver.ex_stop(node) == "Stopped"
    assert driver.ex_start(node) == "Running"
    assert driver.reboot_node(node)
    assert [volume.name for volume in driver.list_volumes()] == ["ROOT-1"]
    assert driver.destroy_node(node, ex_expunge=True)
    assert driver.list_nodes() == []


def test_libcloud_looks_around(libcloud):
    driver = libcloud()
    assert driver.ex_list_disk_offerings()
    assert driver.ex_list_network_offerings()
    assert driver.list_key_pairs() == []
    [source] = driver.ex_list_public_ips()
    assert source.id and driver.ex_list_port_forwarding_rules() == []


def test_libcloud_hears_of_wrong_keys(libcloud):
    with pytest.raises(InvalidCredsError):
        libcloud(secret="guessed").list_locations()
