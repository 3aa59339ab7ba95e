"""CloudStack's accounts, projects and labels, through its own clients; and what those expect that cannot run here."""

import re

import pytest
import requests
from cs import CloudStackApiException
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider

from simulator import API_KEY, SECRET_KEY
from steps import deploy, machines

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


def make_account(mimic, name, kind=0, **more):
    """An account with a user of its name; a client of that user's."""
    admin = mimic.cs()
    account = admin.createAccount(
        username=name, password="secret", email="a@example.com", firstname="Ada", lastname="Byron",
        accounttype=kind, **more,
    )["account"]
    keys = admin.registerUserKeys(id=account["user"][0]["id"])["userkeys"]
    return account, mimic.cs(key=keys["apikey"], secret=keys["secretkey"])


def test_domains_bound_what_their_administrators_see(mimic):
    admin = mimic.cs()
    domain = admin.createDomain(name="research")["domain"]
    assert domain["path"] == "ROOT/research" and UUID.match(domain["id"])
    _, chief = make_account(mimic, "chief", 2, domainid=domain["id"])
    _, ada = make_account(mimic, "ada", 0, domainid=domain["id"])
    deploy(ada, "adas")
    deploy(admin, "admins")
    assert [vm["name"] for vm in machines(chief, listall=True)] == ["adas"]
    assert machines(chief) == []
    with pytest.raises(CloudStackApiException) as refusal:
        chief.listHosts()
    assert refusal.value.error["errorcode"] == 432
    done = admin.deleteDomain(id=domain["id"], cleanup=True, fetch_result=True)
    assert done == {"success": True}
    assert [vm["name"] for vm in machines(admin, listall=True)] == ["admins"]


def test_a_limit_is_enforced_in_the_services_words(mimic):
    account, ada = make_account(mimic, "ada")
    mimic.cs().updateResourceLimit(account="ada", domainid=account["domainid"], resourcetype=0, max=1)
    deploy(ada, "one")
    with pytest.raises(CloudStackApiException) as refusal:
        deploy(ada, "two")
    assert refusal.value.error["errorcode"] == 535
    assert "Maximum amount of resources of Type = 'user_vm'" in refusal.value.error["errortext"]


def test_projects_own_what_is_made_in_them(mimic):
    _, ada = make_account(mimic, "ada")
    project = ada.createProject(name="ours", displaytext="Ours", fetch_result=True)["project"]
    vm = deploy(ada, "shared", projectid=project["id"])
    assert vm["project"] == "ours" and "account" not in vm
    assert machines(ada) == []
    assert [found["id"] for found in machines(ada, projectid=project["id"])] == [vm["id"]]
    assert [found["id"] for found in machines(ada, projectid=-1)] == [vm["id"]]


def test_tags_are_shown_and_filter(mimic):
    cs = mimic.cs()
    vm = deploy(cs, "web")
    deploy(cs, "other")
    cs.createTags(
        resourceids=vm["id"], resourcetype="userVm", fetch_result=True,
        **{"tags[0].key": "tier", "tags[0].value": "db"},
    )
    [found] = cs.listVirtualMachines(**{"tags[0].key": "tier", "tags[0].value": "db"})["virtualmachine"]
    assert [(tag["key"], tag["value"]) for tag in found["tags"]] == [("tier", "db")]
    events = cs.listEvents(type="CREATE_TAGS", fetch_list=True)
    assert [event["state"] for event in events] == ["Completed", "Started", "Scheduled"]


def test_libcloud_makes_key_pairs_tags_and_affinity_groups(mimic):
    driver = get_driver(Provider.CLOUDSTACK)(
        key=API_KEY, secret=SECRET_KEY, host="127.0.0.1", port=int(mimic.url.rsplit(":", 1)[1]),
        path="/client/api", secure=False,
    )
    pair = driver.create_key_pair("mine")
    assert pair.private_key.startswith("-----BEGIN")
    assert [pair.name for pair in driver.list_key_pairs()] == ["mine"]
    assert driver.get_key_pair("mine").fingerprint == pair.fingerprint
    driver.delete_key_pair(pair)
    assert driver.list_key_pairs() == []
    vm = deploy(mimic.cs(), "web")
    assert driver.ex_create_tags([vm["id"]], "UserVm", {"tier": "db"})
    [node] = driver.list_nodes()
    assert node.extra["tags"] == {"tier": "db"}
    assert driver.ex_delete_tags([vm["id"]], "UserVm", ["tier"])
    kinds = [kind.type for kind in driver.ex_list_affinity_group_types()]
    assert "host anti-affinity" in kinds
    group = driver.ex_create_affinity_group("apart", driver.ex_list_affinity_group_types()[0])
    assert [known.name for known in driver.ex_list_affinity_groups()] == ["apart"]
    assert driver.ex_delete_affinity_group(group)


def test_a_go_clients_login_reads_its_keys(mimic):
    """As cmk and cloudstack-go do: a form, the session key of the cookie, then the user's keys."""
    url = f"{mimic.url}/client/api"
    session = requests.Session()
    form = {"command": "login", "username": "admin", "password": "password", "domain": "/", "response": "json"}
    welcome = session.post(url, data=form).json()["loginresponse"]
    key = session.cookies["sessionkey"]
    assert welcome["sessionkey"] == key and welcome["type"] == "1"
    assert isinstance(welcome["timeout"], int) and welcome["registered"] == "false"

    def call(**params):
        answer = session.get(url, params={"response": "json", "sessionkey": key, **params})
        [(name, content)] = answer.json().items()
        assert name == params["command"].lower() + "response"
        return content

    [user] = call(command="listUsers", username="admin")["user"]
    keys = call(command="getUserKeys", id=user["id"])["userkeys"]
    assert (keys["apikey"], keys["secretkey"]) == (API_KEY, SECRET_KEY)
    for api in call(command="listApis", listall="true")["api"]:
        assert isinstance(api["isasync"], bool) and isinstance(api["description"], str)
        assert isinstance(api["response"], list)
        assert all({"name", "type", "required", "description"} <= param.keys() for param in api["params"])
    assert call(command="logout") == {"description": "success"}
    refused = session.get(url, params={"command": "listZones", "response": "json", "sessionkey": key})
    assert refused.status_code == 401
