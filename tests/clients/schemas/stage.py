"""A cloud as tempest's clients see it at one microversion: they refuse every answer that does not fit its schema."""

import json
from dataclasses import dataclass
from typing import Callable

from tempest.lib import auth
from tempest.lib.common.api_microversion_fixture import APIMicroversionFixture
from tempest.lib.services import compute, volume

from simulator import ACCOUNT

# Tempest's clients of each service, and the service's type in the catalog.
SERVICES = {"compute": (compute, "compute"), "volume": (volume.v3, "volumev3")}

# How often something pending is looked at: each look brings the next event, as the clock is elastic.
LOOKS = 50


class NotMade(Exception):
    """What a call needs is not there: the call that makes it is not simulated, or failed and was told of."""


@dataclass(frozen=True)
class Call:
    """A row of a table: a call that has a schema.

    The route is that of `mimic commands`, without the version and the names in it; `since` and `until` are the minor
    versions between which there is such a call.
    """

    route: str
    make: Callable
    since: int = 0
    until: int = 1000


class Stage:
    """One service's clients, the administrator's, at the microversion that was set last; and what its calls made."""

    def __init__(self, simulator, service):
        self._service = service
        self._sign_in = sign_in(simulator)
        self._clients = {}
        connection = simulator.connection()
        self.project = connection.current_project_id
        self.image = next(connection.image.images()).id
        self.network = next(connection.network.networks()).id
        self.made = {}
        self.minor = 0

    def client(self, name):
        if name not in self._clients:
            module, kind = SERVICES[self._service]
            self._clients[name] = getattr(module, name)(self._sign_in, kind, "RegionOne")
        return self._clients[name]

    def at(self, version):
        """Sets the microversion, until the fixture that is returned is left; nothing is made yet."""
        self.made = {}
        self.minor = int(version.split(".")[1])
        return APIMicroversionFixture(**{f"{self._service}_microversion": version})

    def __getitem__(self, name):
        if name not in self.made:
            raise NotMade(name)
        return self.made[name]

    def keep(self, name, value):
        self.made[name] = value

    def wait(self, client, path, is_settled):
        """Looks at a resource, not minding its form, until it is settled or gone."""
        for _ in range(LOOKS):
            _, body = client.raw_request(f"{client.base_url}/{path}", "GET", client.get_headers())
            resource = next(iter(json.loads(body).values()))
            if is_settled(resource):
                return


def sign_in(simulator):
    """What gives tempest's clients their token and the addresses of the services."""
    where = f"{simulator.url}/identity/v3"
    domains = {"user_domain_name": "Default", "project_domain_name": "Default"}
    credentials = auth.get_credentials(where, identity_version="v3", **domains, **ACCOUNT)
    return auth.KeystoneV3AuthProvider(credentials, where)
