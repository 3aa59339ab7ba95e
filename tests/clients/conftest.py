"""Fixtures: a simulator for each test, seen through real clients."""

import os
import sys

import pytest

from simulator import Simulator

# The simulator is on this machine, whatever stands between it and the rest of the world.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


@pytest.fixture
def mimic_with(tmp_path):
    """Starts simulators: `mimic_with(SCENARIOS, clock="frozen")`. They end with the test."""
    started = []

    def start(*paths, **flags):
        simulator = Simulator(*paths, cwd=tmp_path, **flags)
        started.append(simulator)
        simulator.wait_until_it_listens()
        return simulator

    yield start
    codes = [simulator.stop() for simulator in started]
    for simulator in started:
        # Shown only when the test fails.
        sys.stderr.write("".join(simulator.output))
    assert all(code == 0 for code in codes), f"mimic ended with {codes}"


@pytest.fixture
def mimic(mimic_with):
    """A simulator without any scenario, on real time."""
    return mimic_with()


@pytest.fixture
def frozen(mimic_with):
    """A simulator without any scenario, whose time only `tick` moves."""
    return mimic_with(clock="frozen")


@pytest.fixture
def rackspace(mimic_with, tmp_path):
    """A simulator of Rackspace's cloud, whose time only `tick` moves."""
    (tmp_path / "mimic.toml").write_text('[cloud]\nprofile = "rackspace"\n')
    return mimic_with(clock="frozen")
