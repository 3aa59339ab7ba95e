"""CloudStack through Go's SDK, whose answers have strict types. It is Debian's package of it that is driven."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from simulator import API_KEY, SECRET_KEY, own_environment

PROGRAM = Path(__file__).with_name("go_cloudstack") / "main.go"
SOURCES = Path("/usr/share/gocode")
SDK = SOURCES / "src/github.com/xanzy/go-cloudstack"

pytestmark = pytest.mark.skipif(
    not (shutil.which("go") and SDK.exists()),
    reason="this needs Debian's golang-go and golang-github-xanzy-go-cloudstack-dev",
)

# Seconds that the compiler may take.
PATIENCE_TO_BUILD = 600


def test_a_machine_lives_among_all_that_it_needs(mimic, tmp_path):
    program = tmp_path / "life"
    environment = own_environment(
        GO111MODULE="off", GOPATH=str(SOURCES), GOFLAGS="", HOME=os.environ.get("HOME", str(tmp_path))
    )
    build = ["go", "build", "-o", program, PROGRAM]
    done = subprocess.run(build, env=environment, capture_output=True, text=True, timeout=PATIENCE_TO_BUILD)
    assert done.returncode == 0, done.stderr
    call = [program, f"{mimic.url}/client/api", API_KEY, SECRET_KEY]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
