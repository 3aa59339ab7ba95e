"""One side of the comparison: a cloud that is asked, and its answers without what no two clouds have in common."""

import json
import re
import string
import time
from dataclasses import dataclass, field

import requests

PATIENCE = 60
# The states of a server that another follows.
PASSING = {"BUILD", "DELETED"}
COMPARED_HEADERS = {
    "allow",
    "content-type",
    "location",
    "openstack-api-version",
    "vary",
    "www-authenticate",
    "x-openstack-nova-api-version",
}
# What is drawn anew each time.
SECRETS = {"adminPass", "audit_ids", "private_key", "public_key", "fingerprint"}
# What the services keep in no order.
SETS = {"roles", "tags"}
# What differs between any two clouds, and what is put in its place.
PARTICULARS = [
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|\b[0-9a-f]{56,128}\b", "<id>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?", "<time>"),
    (r"\b(\d{1,3}\.){3}\d{1,3}(/\d+)?\b", "<address>"),
    (r"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b", "<mac>"),
    (r"gAAAA[\w-]+=*", "<token>"),
    (r"\bhost-?\d+\b", "<host>"),
    (r"\br-[a-z0-9]{8}\b", "<reservation>"),
    (r"\binstance-[0-9a-f]{8}\b", "<instance>"),
    # The library's account of the whole schema, after what is wrong.
    (r"(?s)\n\nFailed validating .*?(?=<br|\Z)", ""),
]


@dataclass(frozen=True)
class Call:
    """A call to be made of both clouds.

    `$name` in the path and the body stands for what was kept of an earlier answer. `shape` compares no values but only
    which keys there are, for lists of what a cloud has beside that which the calls make.
    """

    what: str
    body: object = None
    keep: str | None = None
    version: str | None = None
    token: str | None = "admin"
    shape: bool = False
    headers: dict = field(default_factory=dict)

    def __str__(self):
        body = "" if self.body is None else " " + (self.body if isinstance(self.body, str) else json.dumps(self.body))
        version = f" at {self.version}" if self.version else ""
        headers = "".join(f" {name}: {value}" for name, value in self.headers.items() if "API-Version" in name)
        token = "" if self.token == "admin" else f" with {self.token or 'no'} token"
        return f"{self.what}{body}{version}{headers}{token}"


class Cloud:
    """A cloud's services, and what was kept of its answers."""

    def __init__(self, services, user, password, project):
        self.services = {name: url.rstrip("/") for name, url in services.items()}
        self._given = {"password": password, "user_name": user, "project_name": project, "unknown": "0" * 32}
        self.kept = {}
        self.tokens = {None: None, "unknown": "0" * 32}
        self._made = []
        self._session = requests.Session()
        self._sign_in()

    def _sign_in(self):
        identity = {"methods": ["password"], "password": {"user": {
            "name": "$user_name", "password": "$password", "domain": {"id": "default"}}}}
        scope = {"project": {"name": "$project_name", "domain": {"id": "default"}}}
        reply = self._send(Call("POST identity /v3/auth/tokens", {"auth": {"identity": identity, "scope": scope}}, token=None))
        reply.raise_for_status()
        self.tokens["admin"] = reply.headers["X-Subject-Token"]
        token = reply.json()["token"]
        self.kept = {"token": self.tokens["admin"], "user": token["user"]["id"], "project": token["project"]["id"]}

    def ask(self, call):
        """Makes a call; returns the answer in a form that can be compared."""
        reply = self._send(call)
        made = made_by(reply)
        if made and call.what.startswith("POST ") and not call.what.endswith("/action"):
            self._made.append(f"{call.what.removeprefix('POST ')}/{made}")
        if call.keep:
            self._keep(call.keep, reply.headers.get("X-Subject-Token"), made)
        return self._comparable(reply, call)

    def _keep(self, name, token, made):
        self.kept.pop(name, None)
        self.kept |= {name: token or made} if token or made else {}
        self.tokens[name] = token

    def lacks(self, call):
        """Which names of a call stand for nothing here."""
        return set(re.findall(r"\$(\w+)", call.what)) - set(self._given) - set(self.kept)

    def _send(self, call):
        method, service, path = self._fill(call.what).split(" ", 2)
        headers = {"Content-Type": "application/json"} | {name: self._fill(text) for name, text in call.headers.items()}
        if self.tokens.get(call.token):
            headers["X-Auth-Token"] = self.tokens[call.token]
        if call.version:
            headers |= {"X-OpenStack-Nova-API-Version": call.version, "OpenStack-API-Version": f"compute {call.version}"}
        body = call.body if call.body is None or isinstance(call.body, str) else json.dumps(call.body)
        body = body and self._fill(body).encode()
        url = self.services[service] + path
        return self._session.request(method, url, data=body, headers=headers, timeout=PATIENCE, allow_redirects=False)

    def _fill(self, text):
        return string.Template(text).safe_substitute(self._given | self.kept)

    def clean(self):
        """Deletes what the calls made, the newest first; most of it the calls deleted themselves.

        What several servers are that were made at once, their answer does not tell, but their names do.
        """
        for server in self._send(Call("GET compute /v2.1/servers?all_tenants=1&name=mimic-")).json().get("servers", []):
            self._send(Call(f"DELETE compute /v2.1/servers/{server['id']}"))
        for what in reversed(self._made):
            self._send(Call(f"DELETE {what}"))

    def settle(self, name):
        """Waits until a server is in no state that passes by itself, or is gone."""
        for _ in range(PATIENCE * 5):
            server = self._send(Call(f"GET compute /v2.1/servers/${name}")).json().get("server", {})
            if not is_passing(server):
                return
            time.sleep(0.2)

    def _comparable(self, reply, call):
        answer = {"status": reply.status_code}
        answer |= {
            f"header {name.lower()}": self._without_particulars(", ".join(sorted(value.split(", "))))
            for name, value in reply.headers.items()
            if name.lower() in COMPARED_HEADERS
        }
        try:
            content = json.loads(reply.text)
        except ValueError:
            content = reply.text.strip()
        plain = self._plain(content)
        return answer | {"body": shape_of(plain) if call.shape and reply.ok else plain}

    def _plain(self, content):
        if isinstance(content, dict):
            plain = {self._without_particulars(key): self._plain(value) for key, value in content.items()}
            sets = {key: sorted(plain[key], key=str) for key in SETS if isinstance(plain.get(key), list)}
            return plain | sets | {key: f"<{key}>" for key in SECRETS if key in content}
        if isinstance(content, list):
            return [self._plain(item) for item in content]
        return self._without_particulars(content) if isinstance(content, str) else content

    def _without_particulars(self, text):
        for name, url in self.services.items():
            text = text.replace(url, f"<{name}>")
        for name, value in self.kept.items():
            text = text.replace(value, f"<{name}>") if len(value) > 7 else text
        for pattern, placeholder in PARTICULARS:
            text = re.sub(pattern, placeholder, text)
        return text


def is_passing(server):
    """Whether something else about a server follows by itself."""
    is_offloaded = server.get("status") == "SHELVED_OFFLOADED"
    # Nova gives the host up a moment after it has told the state.
    has_host_left = is_offloaded and server.get("OS-EXT-SRV-ATTR:host")
    return bool(server.get("status") in PASSING or server.get("OS-EXT-STS:task_state") or has_host_left)


def made_by(reply):
    """The id of the resource that a reply has, or of the first of those that it has."""
    if not reply.ok or not reply.content or "json" not in reply.headers.get("Content-Type", ""):
        return None
    content = reply.json()
    if "id" not in content:
        content = next((value for value in content.values() if isinstance(value, (dict, list))), {})
    resource = content[0] if isinstance(content, list) and content else content
    made = resource.get("id", resource.get("name")) if isinstance(resource, dict) else None
    return made and str(made)


def shape_of(content):
    """The keys and types; of a list, those of all its items together."""
    if isinstance(content, dict):
        return {key: shape_of(value) for key, value in content.items()}
    if isinstance(content, list):
        return AnyOf(shape_of(item) for item in content)
    return "null" if content is None else type(content).__name__


class AnyOf(dict):
    """The keys of a list's items; nothing can be said of an empty list."""

    def __init__(self, shapes):
        super().__init__()
        for shape in shapes:
            self |= shape if isinstance(shape, dict) else {"item": shape}
