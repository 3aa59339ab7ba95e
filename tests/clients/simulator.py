"""A simulator in a process of its own, and the ways of a test to talk to it."""

import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cs
import openstack
import requests

# Each simulator runs in a folder of its own.
BINARY = os.path.abspath(os.environ["MIMIC_BIN"]) if "MIMIC_BIN" in os.environ else "mimic"
REPOSITORY = Path(__file__).parents[2]
SCENARIOS = REPOSITORY / "scenarios"
WHOLE_CLOUD = SCENARIOS / "whole-cloud"

# Long enough for the slowest machine; only a failing test waits so long.
PATIENCE = 30

# What the default settings say of the one declared account.
ACCOUNT = {"username": "admin", "password": "password", "project_name": "admin"}
API_KEY = "mimic-admin-api-key"
SECRET_KEY = "mimic-admin-secret-key"


def own_environment(**more):
    """This process's environment without what would point a client or the simulator elsewhere."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OS_", "CLOUDSTACK_", "MIMIC_"))
    }
    return ours | more


class Simulator:
    """One `mimic serve`, on a free port, until `stop`."""

    def __init__(self, *paths, cwd, **flags):
        options = [f"--{name.replace('_', '-')}={value}" for name, value in flags.items()]
        self.url = None
        self.output = []
        self._process = subprocess.Popen(
            [BINARY, "serve", "--listen=127.0.0.1:0", *options, *map(str, paths)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=cwd,
            env=own_environment(),
        )
        self._started = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._admin = requests.Session()
        self._later = ThreadPoolExecutor()

    def wait_until_it_listens(self):
        self._started.wait(PATIENCE)
        if not self.url:
            raise RuntimeError("mimic did not start; it said:\n" + "".join(self.output))

    def _read(self):
        """Keeps what the process says, and takes its address from the line that tells it."""
        for line in self._process.stdout:
            self.output.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found and not self.url:
                self.url = found.group()
                self._started.set()
        self._started.set()

    def stop(self):
        """Ends the process as a user would; returns its exit code."""
        self._later.shutdown(wait=False, cancel_futures=True)
        self._admin.close()
        self._process.terminate()
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
        finally:
            self._reader.join(PATIENCE)

    # The admin API.

    def admin(self, method, path, expect=(200, 201, 204), **request):
        """Calls the admin API and returns its JSON."""
        reply = self._admin.request(method, f"{self.url}/mimic/v2{path}", timeout=PATIENCE, **request)
        assert reply.status_code in expect, f"{method} {path}: {reply.status_code} {reply.text}"
        return reply.json() if reply.content else None

    def scn(self, text):
        """Makes mocks live, written in the scenario language; returns them."""
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        return self.admin("POST", "/mocks", expect=(201,), data=text.encode(), headers=headers)["mocks"]

    def mocks(self):
        return self.admin("GET", "/mocks")["mocks"]

    def served(self, scenario):
        """How often the mocks of a scenario served."""
        mocks = self.admin("GET", "/mocks", params={"scenario": scenario})["mocks"]
        return sum(mock["state"]["served"] for mock in mocks)

    def tick(self, by):
        """Moves the clock: `tick("30s")`."""
        return self.admin("POST", "/tick", json={"advance": by})

    def reset(self):
        return self.admin("POST", "/world/reset")

    def journal(self):
        return self.admin("GET", "/journal")["entries"]

    def decided(self):
        """How many commands were decided so far, of clients and to hosts."""
        return self.admin("GET", "/journal", params={"limit": 0})["commands"]

    def commands(self, name):
        """The entries of the journal for one command, the oldest first."""
        return self.admin("GET", "/journal", params={"command": name})["entries"]

    def host(self, name, change):
        """Changes a host, in the words of the language: `host("host-1", "goes down")`."""
        return self.admin("POST", "/hosts", json={"host": name, "change": change})

    def expectations(self):
        return self.admin("GET", "/expectations")

    def expect(self, text):
        """Has one expectation judged now; fails with the evidence unless it is met."""
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        judged = self.admin("POST", "/expectations", data=text.encode(), headers=headers)
        assert judged["verdict"] == "pass", judged["expectations"]

    # The clients.

    def connection(self, **overrides):
        """An openstacksdk connection of the administrator's, unless told otherwise."""
        account = {
            "auth_url": f"{self.url}/identity/v3",
            "user_domain_name": "Default",
            "project_domain_name": "Default",
            **ACCOUNT,
        }
        account |= {key: overrides.pop(key) for key in list(overrides) if key in account}
        return openstack.connect(
            load_yaml_config=False,
            load_envvars=False,
            auth=account,
            **{"region_name": "RegionOne"} | overrides,
        )

    def cs(self, **overrides):
        """A CloudStack client with the administrator's keys, unless told otherwise."""
        settings = {"key": API_KEY, "secret": SECRET_KEY, "timeout": PATIENCE, "poll_interval": 0.02}
        return cs.CloudStack(endpoint=f"{self.url}/client/api", **settings | overrides)

    def cli(self, *arguments):
        """Runs the `openstack` command; returns its JSON, or `None` for a command without output."""
        done = self.run_cli(*arguments)
        assert done.returncode == 0, f"openstack {' '.join(arguments)}:\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def run_cli(self, *arguments):
        """Runs the `openstack` command; returns the ended process."""
        command = [Path(sys.executable).with_name("openstack"), *arguments]
        # Only commands that show something take a format.
        if arguments[-1:] != ("--help",) and _shows_something(arguments):
            command += ["-f", "json"]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=2 * PATIENCE, env=self.openstack_environment()
        )

    def openstack_environment(self):
        return own_environment(
            OS_AUTH_URL=f"{self.url}/identity/v3",
            OS_USERNAME=ACCOUNT["username"],
            OS_PASSWORD=ACCOUNT["password"],
            OS_PROJECT_NAME=ACCOUNT["project_name"],
            OS_USER_DOMAIN_NAME="Default",
            OS_PROJECT_DOMAIN_NAME="Default",
            OS_REGION_NAME="RegionOne",
            OS_IDENTITY_API_VERSION="3",
        )

    # Time.

    def later(self, call, *arguments, **keywords):
        """Starts a call that may have to wait for a tick; returns its future."""
        return self._later.submit(call, *arguments, **keywords)


SILENT_ACTIONS = set(
    "add delete lock pause reboot remove resize set start stop unlock unpause unset".split()
)
# Actions of these names that show what they did all the same.
SHOWN = [("server", "add", "volume"), ("aggregate", "add", "host"), ("aggregate", "remove", "host")]


def _shows_something(arguments):
    return not SILENT_ACTIONS & set(arguments[:3]) or arguments[:3] in SHOWN
