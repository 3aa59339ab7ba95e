"""Every answer at every microversion, against the schemas that tempest has of it."""

import json
import re
import subprocess
import tomllib
from itertools import groupby
from pathlib import Path

import jsonschema
import pytest
import requests

import compute
import volume
from simulator import BINARY, PATIENCE
from stage import NotMade, Stage

# What is not checked, and why. Of Placement and the other services tempest has no schemas at all.
UNCHECKED = tomllib.loads(Path(__file__).with_name("unchecked.toml").read_text())


@pytest.mark.parametrize("life", compute.LIVES)
def test_compute_answers_in_the_form_of_each_microversion(mimic_with, life):
    hold_to_the_schemas(mimic_with(clock="elastic"), "compute", compute.LIVES[life])


@pytest.mark.parametrize("life", volume.LIVES)
def test_block_storage_answers_in_the_form_of_each_microversion(mimic_with, life):
    hold_to_the_schemas(mimic_with(clock="elastic"), "volume", volume.LIVES[life])


@pytest.mark.parametrize(("service", "lives"), [("compute", compute.LIVES), ("volume", volume.LIVES)])
def test_every_simulated_route_is_checked_or_has_a_reason_why_not(service, lives):
    checked = [call.route for life in lives.values() for call in life]
    excused = [route for excuse in UNCHECKED[service] for route in excused_routes(excuse)]
    assert sorted(set(checked) | set(excused)) == sorted(simulated_routes(service))
    assert not set(checked) & set(excused), "what is checked needs no excuse"


def hold_to_the_schemas(simulator, service, life):
    """Makes a life's calls at each microversion; the failures have to be none."""
    simulated = simulated_routes(service)
    calls = [call for call in life if call.route in simulated]
    stage = Stage(simulator, service)
    failures = []
    for version in microversions(simulator, service):
        with stage.at(version):
            failures += [(call.route, version, trouble) for call in calls if (trouble := make(call, stage))]
    assert not failures, report(failures)


def make(call, stage):
    """Makes a call; returns what is wrong with the answer, if anything."""
    if not call.since <= stage.minor <= call.until:
        return None
    try:
        call.make(stage)
    except NotMade:
        return None
    except Exception as error:
        return trouble_of(error)
    return None


def trouble_of(error):
    """What a client refused; of an answer that does not fit its schema, the place and how."""
    if isinstance(error.__context__, jsonschema.ValidationError):
        return f"{error.__context__.json_path}: {error.__context__.message}"
    return f"{type(error).__name__}: {error}".replace("\n", " ")


def report(failures):
    """One line for the same failure at versions that follow one another."""
    without_identifiers = lambda failure: (failure[0], re.sub(r"[0-9a-f-]{32,36}", "…", failure[2]))
    lines = []
    for (route, trouble), same in groupby(sorted(failures, key=without_identifiers), without_identifiers):
        versions = [version for _, version, _ in same]
        span = versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"
        lines.append(f"{route} at {span}: {trouble[:600]}")
    return "\n".join(["", *lines])


def simulated_routes(service):
    """The routes of a service's commands, without the version, the project and the names in them."""
    return routes_of(lambda command: command["service"] == service and command["is_simulated"])


def excused_routes(excuse):
    """Those that an entry of `unchecked.toml` names, or those of the command that it names."""
    return excuse.get("routes") or routes_of(lambda command: command["name"] == excuse["command"])


def routes_of(is_meant):
    output = subprocess.run([BINARY, "commands", "--format", "json"], capture_output=True, check=True).stdout
    return {bare(route) for command in json.loads(output) if is_meant(command) for route in command["routes"]}


def bare(route):
    return re.sub(r"\{\w+\}", "{}", re.sub(r" /v[\d.]+/(\{project\}/(?=\w))?", " ", route))


def microversions(simulator, service):
    """All that are advertised, from the least to the greatest."""
    document = requests.get(f"{simulator.url}/{service}/", timeout=PATIENCE).json()
    current = next(version for version in document["versions"] if version["status"] == "CURRENT")
    major, least = current["min_version"].split(".")
    greatest = current["version"].split(".")[1]
    return [f"{major}.{minor}" for minor in range(int(least), int(greatest) + 1)]
