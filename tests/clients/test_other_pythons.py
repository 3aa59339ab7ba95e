"""CloudStack through clients that need another Python than these tests: `py-acs-sdk` and `cloudmonkey`."""

import json
import subprocess
from pathlib import Path

import pytest

import pythons
from simulator import API_KEY, PATIENCE, SECRET_KEY, own_environment
from steps import deploy

LIFE = Path(__file__).with_name("acs") / "life.py"

NEW = pythons.find("3.12", "3.13", "3.14")
OLD = pythons.find("2.7")


@pytest.mark.skipif(not NEW, reason="py-acs-sdk needs Python 3.12 or newer")
def test_a_machine_lives_through_the_sdk(mimic):
    packages = pythons.packages(NEW, "py-acs-sdk==1.0.13")
    call = [NEW, LIFE, f"{mimic.url}/client/api", API_KEY, SECRET_KEY]
    environment = own_environment(PYTHONPATH=str(packages))
    done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=4 * PATIENCE)
    assert done.returncode == 0, done.stderr


SETTINGS = """
[core]
asyncblock = true
paramcompletion = false
cache_file = {home}/cache
history_file = {home}/history
log_file = {home}/log
profile = here

[ui]
color = false
prompt = >
display = json

[here]
url = {url}/client/api
apikey = {key}
secretkey = {secret}
timeout = 30
expires = 600
username =
password =
domain = /
verifysslcert = false
signatureversion = 3
"""


@pytest.fixture
def monkey(mimic, tmp_path):
    """Runs a command of cloudmonkey's; what it says, of failures too."""
    packages = pythons.packages(OLD, "cloudmonkey==5.3.3.1")
    settings = tmp_path / "config"
    settings.write_text(SETTINGS.format(home=tmp_path, url=mimic.url, key=API_KEY, secret=SECRET_KEY))
    environment = own_environment(PYTHONPATH=str(packages), HOME=str(tmp_path))

    def run(*words):
        call = [OLD, "-m", "cloudmonkey.cloudmonkey", "-c", settings, *words]
        done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=4 * PATIENCE)
        return done.stdout + done.stderr

    return run


@pytest.mark.skipif(not OLD, reason="cloudmonkey needs Python 2.7")
def test_a_machine_lives_through_cloudmonkey(mimic, monkey):
    """It learns the commands from `listApis`, and waits for jobs by itself."""
    assert "APIs" in monkey("sync")
    vm = deploy(mimic.cs(), "web-1")
    [zone] = json.loads(monkey("list", "zones", "filter=id,name"))["zone"]
    assert zone["name"] == "zone-1"
    for command, state in [("stop", "Stopped"), ("start", "Running")]:
        told = monkey(command, "virtualmachine", f"id={vm['id']}")
        assert f'"state": "{state}"' in told, told
    refusal = monkey("stop", "virtualmachine", "id=00000000-0000-4000-8000-000000000000")
    assert "entity does not exist" in refusal, refusal
