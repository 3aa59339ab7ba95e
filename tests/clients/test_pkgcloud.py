"""Rackspace's cloud through pkgcloud, the client for Node.js: each program in `pkgcloud/` is one test."""

import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from environment import TARGET
from simulator import API_KEY, PATIENCE, own_environment

PROGRAMS = Path(__file__).with_name("pkgcloud")
PACKAGES = ["package.json", "package-lock.json"]

MISSING = [program for program in ("node", "npm") if not shutil.which(program)]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"pkgcloud needs {' and '.join(MISSING)} on this machine")

# Seconds that the package registry may take, once.
PATIENCE_TO_INSTALL = 600


@pytest.fixture(scope="session")
def packages():
    """Where the locked packages are: below `target/`, installed at their first use."""
    locked = b"".join((PROGRAMS / name).read_bytes() for name in PACKAGES)
    directory = TARGET / f"clients-npm-{hashlib.sha256(locked).hexdigest()[:16]}"
    directory.mkdir(parents=True, exist_ok=True)
    # Another process may be installing the same ones.
    with open(directory / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "complete").exists():
            install(directory)
            (directory / "complete").touch()
    return directory / "node_modules"


def install(directory):
    for name in PACKAGES:
        shutil.copy(PROGRAMS / name, directory)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(npm, cwd=directory, capture_output=True, text=True, timeout=PATIENCE_TO_INSTALL)
    assert done.returncode == 0, f"pkgcloud cannot be installed; the test needs npm's registry once:\n{done.stderr}"


@pytest.fixture
def run(rackspace, packages):
    """Runs a program in `pkgcloud/` against the simulator; fails with what it says when it fails."""

    def run(program):
        environment = own_environment(
            NODE_PATH=str(packages), RACKSPACE_URL=rackspace.url, RACKSPACE_API_KEY=API_KEY
        )
        node = ["node", str(PROGRAMS / program)]
        done = subprocess.run(node, env=environment, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr

    return run


def test_the_whole_life_of_a_server(run):
    run("servers.js")


def test_the_whole_life_of_a_balancer(run):
    run("balancer.js")


def test_what_goes_wrong_is_seen_through_pkgcloud(rackspace, run):
    rackspace.scn('mock StartCommand where server.name == "doomed" { fail }')
    [refusal] = rackspace.scn('mock compute.create_server where server.name == "refused" { fail 503 "no room" }')
    rackspace.scn('mock loadbalancer.create_node { fail 413 "slow down" }')
    run("failures.js")
    assert next(mock for mock in rackspace.mocks() if mock["id"] == refusal["id"])["state"]["served"] == 1
