"""CloudStack through Ansible's collection: each folder in `ansible/` describes something, and its removal.

Ansible changes only what is not as described. So a description that is played twice must change nothing the
second time: every answer then says what the requests before it asked for.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from environment import TARGET
from simulator import API_KEY, PATIENCE, SECRET_KEY, own_environment

PLAYBOOKS = Path(__file__).with_name("ansible")

# The release of Ansible that the collection is taken from. The rest of it, some 200 MB, is not wanted.
RELEASE = "ansible==12.3.0"
COLLECTION = "ansible_collections/ngine_io/cloudstack/"

# Seconds that the package registry may take, once.
PATIENCE_TO_INSTALL = 600

# What the simulator's default cloud is called.
NAMES = {
    "zone": "zone-1",
    "service_offering": "m1.small",
    "disk_offering": "Custom",
    "template": "ubuntu-24.04",
    "os_type": "Other Linux (64-bit)",
}


@pytest.fixture(scope="session")
def collections():
    """Where the collection is: below `target/`, taken from the registry at its first use."""
    directory = TARGET / f"clients-{RELEASE.replace('==', '-')}"
    directory.mkdir(parents=True, exist_ok=True)
    # Another process may be at it.
    with open(directory / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "complete").exists():
            install(directory)
            (directory / "complete").touch()
    return directory


def install(directory):
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", RELEASE, "--dest", directory]
    done = subprocess.run(pip, capture_output=True, text=True, timeout=PATIENCE_TO_INSTALL)
    assert done.returncode == 0, f"the test needs the Python package registry once:\n{done.stderr}"
    [wheel] = directory.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        wanted = [name for name in archive.namelist() if name.startswith(COLLECTION)]
        archive.extractall(directory, wanted)
    wheel.unlink()


@pytest.fixture
def play(mimic, collections, tmp_path):
    """Plays a playbook; how many tasks it had, and how many of them changed something."""
    environment = own_environment(
        ANSIBLE_COLLECTIONS_PATH=str(collections),
        ANSIBLE_HOME=str(tmp_path / "ansible"),
        ANSIBLE_LOCALHOST_WARNING="false",
        ANSIBLE_DEPRECATION_WARNINGS="false",
        CLOUDSTACK_ENDPOINT=f"{mimic.url}/client/api",
        CLOUDSTACK_KEY=API_KEY,
        CLOUDSTACK_SECRET=SECRET_KEY,
        CLOUDSTACK_TIMEOUT=str(PATIENCE),
        LC_ALL="C.UTF-8",
    )
    variables = {**NAMES, "ansible_python_interpreter": sys.executable}
    extra = [f"--extra-vars={name}='{value}'" for name, value in variables.items()]

    def play(playbook):
        program = shutil.which("ansible-playbook", path=os.path.dirname(sys.executable))
        command = [program, "--inventory=localhost,", "--connection=local", *extra, PLAYBOOKS / playbook]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=10 * PATIENCE)
        assert done.returncode == 0, done.stdout + done.stderr
        ok, changed = re.search(r"localhost\s*: ok=(\d+)\s+changed=(\d+)", done.stdout).groups()
        return int(ok), int(changed), done.stdout

    return play


@pytest.mark.parametrize("area", sorted(path.name for path in PLAYBOOKS.iterdir()))
def test_what_is_described_comes_about_once_and_goes_again(play, area):
    _, made, _ = play(f"{area}/present.yml")
    assert made > 0
    _, changed, said = play(f"{area}/present.yml")
    assert changed == 0, said
    play(f"{area}/absent.yml")
    _, made_again, said = play(f"{area}/present.yml")
    assert made_again == made, said
