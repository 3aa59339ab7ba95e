"""Keystone: discovery, tokens, and the resources of an administrator's with their mistakes."""

from cloud import Call

# What every kind of resource is made, changed and refused with.
RESOURCES = {
    "domain": ("domains", {"name": "mimic-domain"}, {"description": "x"}),
    "project": ("projects", {"name": "mimic-project"}, {"description": "x"}),
    "user": ("users", {"name": "mimic-user", "password": "secret-1"}, {"email": "x@example.org"}),
    "group": ("groups", {"name": "mimic-group"}, {"description": "x"}),
    "role": ("roles", {"name": "mimic-role"}, {"name": "mimic-role-2"}),
    "region": ("regions", {"id": "mimic-region"}, {"description": "x"}),
    "service": ("services", {"name": "mimic-service", "type": "mimic"}, {"name": "mimic-service-2"}),
    "credential": ("credentials", {"type": "cert", "blob": "{}", "user_id": "$user"}, {"blob": "{ }"}),
}


def steps():
    yield from discovery()
    yield from tokens()
    for name, (path, good, change) in RESOURCES.items():
        yield from life_of(name, path, good, change)
    yield from assignments()
    yield from application_credentials()


def discovery():
    for path in ("", "/", "/v3", "/v3/", "/v2.0", "/v4", "/v3/nothing"):
        yield Call(f"GET identity {path}", token=None)
    yield Call("POST identity /v3", {}, token=None)
    yield Call("DELETE identity /v3/auth/tokens")


def password(name="$user_name", secret="$password", **scope):
    user = {"name": name, "password": secret, "domain": {"id": "default"}}
    return authentication({"methods": ["password"], "password": {"user": user}}, **scope)


def authentication(identity, **scope):
    return {"auth": {"identity": identity} | scope}


def project(name="$project_name"):
    return {"project": {"name": name, "domain": {"id": "default"}}}


def tokens():
    def sign_in(body, **more):
        return Call("POST identity /v3/auth/tokens", body, token=None, **more)

    yield sign_in(password(scope=project()), keep="second", shape=True)
    yield sign_in(password(), keep="unscoped", shape=True)
    yield sign_in(password(scope={"domain": {"id": "default"}}), shape=True)
    yield sign_in(password(scope={"system": {"all": True}}), shape=True)
    yield sign_in(password(secret="wrong"))
    yield sign_in(password(scope=project("mimic-nowhere")))
    yield sign_in(password(scope={"domain": {"name": "mimic-nowhere"}}))
    yield sign_in(password(scope={"unscoped": {}}), shape=True)
    yield sign_in(password(scope={}))
    yield sign_in(password(scope="x"))
    for body in ({}, [], "{", {"auth": {}}, {"auth": {"identity": {}}}, {"auth": []}):
        yield sign_in(body)
    for identity in (
        {"methods": []},
        {"methods": ["password"]},
        {"methods": ["password"], "password": {}},
        {"methods": ["password"], "password": {"user": {"name": "x"}}},
        {"methods": ["password"], "password": {"user": {"name": "x", "password": "y"}}},
        {"methods": ["nothing"]},
        {"methods": "password"},
        {"methods": ["token"]},
        {"methods": ["token"], "token": {"id": "$unknown"}},
        {"methods": ["totp"], "totp": {"user": {"id": "$user", "passcode": "1"}}},
    ):
        yield sign_in(authentication(identity))
    yield sign_in(authentication({"methods": ["token"], "token": {"id": "$unscoped"}}, scope=project()), shape=True)
    yield Call("GET identity /v3/auth/tokens", headers={"X-Subject-Token": "$second"}, shape=True)
    yield Call("HEAD identity /v3/auth/tokens", headers={"X-Subject-Token": "$second"})
    yield Call("GET identity /v3/auth/tokens", headers={"X-Subject-Token": "$unknown"})
    yield Call("GET identity /v3/auth/tokens")
    yield Call("GET identity /v3/auth/tokens", headers={"X-Subject-Token": "$second"}, token=None)
    yield Call("GET identity /v3/auth/tokens", headers={"X-Subject-Token": "$second"}, token="unknown")
    for path in ("catalog", "projects", "domains", "system"):
        yield Call(f"GET identity /v3/auth/{path}", shape=True)
    yield Call("GET identity /v3/auth/catalog", token="unscoped")
    yield Call("DELETE identity /v3/auth/tokens", headers={"X-Subject-Token": "$second"})
    yield Call("DELETE identity /v3/auth/tokens", headers={"X-Subject-Token": "$second"})
    yield Call("GET identity /v3/auth/tokens", headers={"X-Subject-Token": "$second"})
    yield Call("GET identity /v3/projects", token="second")
    yield Call("GET identity /v3/users", token=None)


def life_of(name, path, good, change):
    path = f"/v3/{path}"
    one = f"{path}/$made"
    yield Call(f"GET identity {path}", shape=True)
    yield Call(f"POST identity {path}", {name: good}, keep="made")
    yield Call(f"POST identity {path}", {name: good}, keep="twin")
    yield Call(f"GET identity {one}")
    yield Call(f"GET identity {path}?name={good.get('name', 'x')}", shape=True)
    yield Call(f"HEAD identity {one}")
    for body in ({}, {name: {}}, {name: []}, {name: good | {"name": 1}}, {name: good | {"name": ""}}, {name: good | {"enabled": "x"}}, "{"):
        yield Call(f"POST identity {path}", body)
    yield Call(f"PATCH identity {one}", {name: change})
    yield Call(f"PATCH identity {one}", {name: {"enabled": "x"}})
    yield Call(f"PATCH identity {one}", {})
    yield Call(f"PUT identity {one}", {name: change})
    for method in ("GET", "DELETE"):
        yield Call(f"{method} identity {path}/$unknown")
    yield Call(f"PATCH identity {path}/$unknown", {name: change})
    yield Call(f"DELETE identity {one}")
    yield Call(f"PATCH identity {one}", {name: {"enabled": False}})
    yield Call(f"DELETE identity {one}")
    yield Call(f"DELETE identity {one}")
    if name == "credential":
        yield Call(f"DELETE identity {path}/$twin")


def assignments():
    yield Call("POST identity /v3/projects", {"project": {"name": "mimic-project"}}, keep="other_project")
    yield Call("POST identity /v3/users", {"user": {"name": "mimic-user", "password": "secret-1"}}, keep="other_user")
    yield Call("POST identity /v3/roles", {"role": {"name": "mimic-role"}}, keep="role")
    grant = "/v3/projects/$other_project/users/$other_user/roles"
    yield Call(f"HEAD identity {grant}/$role")
    yield Call(f"PUT identity {grant}/$role")
    yield Call(f"PUT identity {grant}/$role")
    yield Call(f"HEAD identity {grant}/$role")
    yield Call(f"GET identity {grant}")
    yield Call(f"PUT identity {grant}/$unknown")
    yield Call("PUT identity /v3/projects/$unknown/users/$other_user/roles/$role")
    yield Call("PUT identity /v3/projects/$other_project/users/$unknown/roles/$role")
    yield Call("GET identity /v3/role_assignments?user.id=$other_user")
    yield Call("GET identity /v3/role_assignments?user.id=$other_user&include_names=true")
    yield Call("GET identity /v3/role_assignments?user.id=$other_user&group.id=$unknown")
    yield Call("GET identity /v3/role_assignments?role.id=$role&effective")
    yield Call("GET identity /v3/users/$other_user/projects")
    sign_in = password("mimic-user", "secret-1", scope=project("mimic-project"))
    yield Call("POST identity /v3/auth/tokens", sign_in, keep="member", token=None, shape=True)
    for path in ("users", "projects", "domains", "roles", "services", "users/$user", "projects/$project", "credentials"):
        yield Call(f"GET identity /v3/{path}", token="member")
    yield Call("GET identity /v3/users/$other_user", token="member")
    yield Call("POST identity /v3/users", {"user": {"name": "x"}}, token="member")
    for body in ({"original_password": "wrong", "password": "y"}, {"password": "y"}, {"original_password": "secret-1", "password": "secret-2"}):
        yield Call("POST identity /v3/users/$other_user/password", {"user": body}, token="member")
    yield Call("GET identity /v3/projects/$other_project", token="member")
    yield Call(f"DELETE identity {grant}/$role")
    yield Call(f"DELETE identity {grant}/$role")
    yield Call("DELETE identity /v3/users/$other_user")
    yield Call("DELETE identity /v3/projects/$other_project")
    yield Call("DELETE identity /v3/roles/$role")
    yield Call("GET identity /v3/users", token="member")


def application_credentials():
    path = "/v3/users/$user/application_credentials"
    yield Call(f"GET identity {path}")
    yield Call(f"POST identity {path}", {"application_credential": {"name": "mimic-key", "secret": "s"}}, keep="key")
    yield Call(f"POST identity {path}", {"application_credential": {"name": "mimic-key"}})
    for body in ({}, {"name": 1}, {"name": "mimic-2", "roles": "x"}, {"name": "mimic-2", "expires_at": "x"}):
        yield Call(f"POST identity {path}", {"application_credential": body})
    yield Call(f"GET identity {path}/$key")
    yield Call(f"GET identity {path}/$unknown")
    for key in ({"id": "$key", "secret": "s"}, {"id": "$key", "secret": "wrong"}, {"id": "$unknown", "secret": "s"}, {"id": "$key"}):
        identity = {"methods": ["application_credential"], "application_credential": key}
        yield Call("POST identity /v3/auth/tokens", authentication(identity), token=None, shape=True)
    yield Call(f"DELETE identity {path}/$key")
    yield Call(f"DELETE identity {path}/$key")
