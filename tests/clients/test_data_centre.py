"""Data centres of CloudStack: from its own files, and built call by call at the integration port."""

import json
import re
import subprocess

import pytest
import requests

from data_centre import Deployment, Integration, portrait, read_cfg
from simulator import BINARY, SCENARIOS

SANDBOX = SCENARIOS / "data-centres" / "sandbox.cfg"
ZONE = "Sandbox-simulator"


def integration(mimic):
    """The API at the integration port, whose address the greeting tells."""
    told = "".join(mimic.output)
    return Integration(re.search(r"integration port is (\S+):", told)[1])


@pytest.fixture
def built(mimic_with):
    """The API of a cloud to which the sandbox was added call by call."""
    api = integration(mimic_with(integration_port=0))
    Deployment(api).deploy(read_cfg(SANDBOX))
    return api


@pytest.fixture
def planned(mimic_with):
    """The API of a cloud that is the sandbox from the start."""
    return integration(mimic_with(SANDBOX, integration_port=0))


def deploy_in(api, zone):
    [zone] = api.list("listZones", "zone", name=zone)
    [offering, *_] = api.list("listServiceOfferings", "serviceoffering")
    [template, *_] = api.list("listTemplates", "template", templatefilter="executable")
    return api.call(
        "deployVirtualMachine",
        zoneid=zone["id"],
        serviceofferingid=offering["id"],
        templateid=template["id"],
        name="web-1",
    )["virtualmachine"]


def test_a_data_centre_that_is_built_call_by_call_runs_machines(built):
    machine = deploy_in(built, ZONE)
    assert (machine["state"], machine["zonename"]) == ("Running", ZONE)
    assert machine["hostname"] in ("c0-h0", "c0-h1", "c1-h0")
    [setting] = built.list("listConfigurations", "configuration", name="ping.timeout")
    assert setting["value"] == "1.5"


def test_a_file_makes_what_the_calls_make(built, planned):
    assert portrait(planned, ZONE) == portrait(built, ZONE)
    assert [zone["name"] for zone in planned.list("listZones", "zone")] == [ZONE]
    assert deploy_in(planned, ZONE)["state"] == "Running"


def test_hosts_have_what_their_addresses_say(planned):
    [host] = planned.list("listHosts", "host", name="c0-h0")
    assert (host["cpunumber"], host["cpuspeed"], host["memorytotal"]) == (6, 8000, 9216 << 20)


def test_the_integration_port_asks_nobody_who_they_are(mimic_with):
    mimic = mimic_with(integration_port=0)
    api = integration(mimic)
    assert requests.get(f"{api.url}/anywhere?command=listZones&response=json").status_code == 200
    unknown = api.ask("flyToTheMoon")
    assert unknown.status_code == 432
    assert unknown.json()["errorresponse"]["errortext"] == "Unknown API command: flyToTheMoon"
    assert api.ask("login", username="admin", password="wrong").text == ""
    # At the usual one, it does ask.
    assert requests.get(f"{mimic.url}/client/api?command=listZones&response=json").status_code == 401
    # And nothing of the simulator itself is here.
    assert requests.get(f"{api.url}/mimic/v2/world").status_code == 432


def test_mocks_are_made_by_post_with_the_parameters_in_the_query(planned):
    [host] = planned.list("listHosts", "host", name="c1-h0")
    answer = planned.ask(
        "configureSimulator",
        method="POST",
        name="StartCommand",
        value="wait:1",
        hostid=host["id"],
        count=1,
        jsonresponse=json.dumps({"com.cloud.agent.api.Answer": {"result": False}}),
    )
    [content] = answer.json().values()
    assert content["simulatormock"]["count"] == 1


def test_a_cloud_from_init_is_ready(mimic_with, tmp_path):
    subprocess.run([BINARY, "init", "--profile", "cloudstack"], cwd=tmp_path, check=True)
    mimic = mimic_with(integration_port=0)
    keys = requests.get(f"{mimic.url}/admin.json").json()
    assert keys == {"apikey": "mimic-admin-api-key", "secretkey": "mimic-admin-secret-key"}
    cs = mimic.cs()
    assert [zone["name"] for zone in cs.listZones()["zone"]] == [ZONE]
    assert cs.listServiceOfferings()["count"] >= 2
    [network] = cs.listNetworkOfferings(guestiptype="Isolated", state="Enabled", specifyvlan=False)[
        "networkoffering"
    ][:1]
    assert network["forvpc"] is False
    machine = deploy_in(integration(mimic), ZONE)
    assert machine["serviceofferingname"] == "Small Instance"


def test_nobody_is_told_the_keys_who_is_not_meant_to(mimic):
    assert requests.get(f"{mimic.url}/admin.json").status_code == 404
