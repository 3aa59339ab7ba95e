"""CloudStack's own test suite, Marvin, as the package registry has it: it deploys a data centre, and runs tests."""

import json
import re
import subprocess
from pathlib import Path

import pytest

import pythons
from data_centre import read_cfg
from simulator import API_KEY, PATIENCE, SCENARIOS, own_environment

TESTS = Path(__file__).with_name("marvin")
SANDBOX = SCENARIOS / "data-centres" / "sandbox.cfg"

OLD = pythons.find("2.7")

# This Marvin signs only with keys that are longer than 64 characters, as CloudStack's own are.
SECRET_KEY = "mimic-admin-secret-key-".ljust(86, "k")

SETTINGS = f"""
[[cloud.accounts]]
user = "admin"
password = "password"
project = "admin"
admin = true
api_key = "{API_KEY}"
secret_key = "{SECRET_KEY}"

[[cloud.networks]]
name = "public"
cidr = "192.168.2.0/24"
external = true
"""


@pytest.fixture
def cloud(mimic_with, tmp_path):
    """A cloud in which nothing is yet: no zone, and no network but the one that leads outside."""
    nowhere = tmp_path / "nowhere.scn"
    nowhere.write_text("topology { }\n")
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS)
    return mimic_with(nowhere, config=settings)


@pytest.mark.skipif(not OLD, reason="the registry's Marvin needs Python 2.7")
def test_marvin_deploys_a_data_centre_and_runs_its_tests(cloud, tmp_path):
    # What needs the connector says nothing of the last version for this Python.
    packages = pythons.packages(OLD, "cloudstack-marvin==4.4.0", "mysql-connector-python==8.0.23")
    file = read_cfg(SANDBOX)
    port = int(re.search(r":(\d+)$", cloud.url)[1])
    [server] = file["mgtSvr"]
    server |= {"mgtSvrIp": "127.0.0.1", "port": port, "apiKey": API_KEY, "securityKey": SECRET_KEY}
    config = tmp_path / "sandbox.cfg"
    config.write_text(json.dumps(file))
    call = [
        OLD, TESTS / "on_the_clouds_time.py", "--with-marvin", f"--marvin-config={config}",
        f"--log-folder-path={tmp_path}", TESTS / "sequences.py",
    ]
    environment = own_environment(PYTHONPATH=str(packages), PYTHONDONTWRITEBYTECODE="1", MIMIC=cloud.url)
    done = subprocess.run(call, env=environment, capture_output=True, text=True, timeout=10 * PATIENCE, cwd=tmp_path)
    said = done.stdout + done.stderr + "".join(log.read_text() for log in tmp_path.glob("*/results.txt"))
    assert done.returncode == 0, said
    assert "Ran 5 tests" in said and "OK" in said, said
