"""What openstacksdk, `openstack` and keystoneauth see of accounts: who may what, and for how long."""

import openstack
import pytest
import requests
from keystoneauth1 import session
from keystoneauth1.exceptions import Unauthorized
from keystoneauth1.identity import v2, v3


@pytest.fixture
def admin(mimic):
    return mimic.connection()


@pytest.fixture
def bob(admin):
    """A user who was made by a call and has nothing yet."""
    return admin.identity.create_user(name="bob", password="secret", email="bob@example.org")


@pytest.fixture
def project(admin):
    return admin.identity.create_project(name="shared")


def as_bob(mimic, **scope):
    """A session of bob's with that scope."""
    return session.Session(
        v3.Password(
            f"{mimic.url}/identity/v3", username="bob", password="secret", user_domain_id="default", **scope
        )
    )


def role(admin, name):
    return admin.identity.find_role(name, ignore_missing=False)


def test_a_user_works_where_it_has_a_role(mimic, admin, bob, project):
    with pytest.raises(Unauthorized):
        as_bob(mimic, project_id=project.id).get_token()
    admin.identity.assign_project_role_to_user(project, bob, role(admin, "member"))
    conn = openstack.connection.Connection(session=as_bob(mimic, project_id=project.id), region_name="RegionOne")
    assert list(conn.compute.servers()) == []
    with pytest.raises(openstack.exceptions.ForbiddenException, match="identity:list_users"):
        list(conn.identity.users())
    [assignment] = admin.identity.role_assignments(user_id=bob.id, include_names=True)
    assert (assignment.role["name"], assignment.scope["project"]["name"]) == ("member", "shared")


def test_a_token_goes_with_its_role(mimic, admin, bob, project):
    admin.identity.assign_project_role_to_user(project, bob, role(admin, "member"))
    token = as_bob(mimic, project_id=project.id).get_token()

    def code():
        return requests.get(f"{mimic.url}/compute/v2.1/servers", headers={"X-Auth-Token": token}, timeout=30).status_code

    assert code() == 200
    admin.identity.unassign_project_role_from_user(project, bob, role(admin, "member"))
    assert code() == 401


def test_roles_on_domains_and_on_the_system_are_scopes(mimic, admin, bob):
    domain = admin.identity.create_domain(name="north")
    admin.identity.assign_domain_role_to_user(domain, bob, role(admin, "reader"))
    admin.identity.assign_system_role_to_user(bob, role(admin, "reader"), "all")
    of_domain = as_bob(mimic, domain_id=domain.id)
    assert of_domain.auth.get_access(of_domain).domain_name == "north"
    of_system = as_bob(mimic, system_scope="all")
    assert of_system.auth.get_access(of_system).system == {"all": True}
    conn = openstack.connection.Connection(session=of_system, region_name="RegionOne")
    assert "bob" in [user.name for user in conn.identity.users()]
    with pytest.raises(openstack.exceptions.ForbiddenException):
        conn.identity.create_user(name="eve")


def test_an_application_credential_logs_in(mimic, admin):
    user = admin.current_user_id
    made = admin.identity.create_application_credential(user=user, name="robot", roles=[{"name": "reader"}])
    auth = v3.ApplicationCredential(
        f"{mimic.url}/identity/v3", application_credential_id=made.id, application_credential_secret=made.secret
    )
    conn = openstack.connection.Connection(session=session.Session(auth), region_name="RegionOne")
    assert conn.current_project.name == "admin"
    with pytest.raises(openstack.exceptions.ForbiddenException):
        list(conn.identity.users())
    admin.identity.delete_application_credential(user, made)
    with pytest.raises((Unauthorized, openstack.exceptions.NotFoundException, Exception), match="401|404|Could not find"):
        session.Session(auth).get_token(v3.ApplicationCredential(**{
            "auth_url": auth.auth_url,
            "application_credential_id": made.id,
            "application_credential_secret": made.secret,
        }))


def test_a_token_expires_on_the_worlds_clock(frozen):
    token = frozen.connection().auth_token
    headers = {"X-Auth-Token": token}
    url = f"{frozen.url}/compute/v2.1/servers"
    frozen.tick("59m")
    assert requests.get(url, headers=headers, timeout=30).status_code == 200
    frozen.tick("1m")
    assert requests.get(url, headers=headers, timeout=30).status_code == 401


def test_a_service_that_is_made_known_is_found(mimic, admin):
    service = admin.identity.create_service(name="designate", type="dns")
    admin.identity.create_endpoint(
        service_id=service.id, interface="public", region_id="RegionOne", url="http://127.0.0.1:1/dns"
    )
    assert mimic.connection().endpoint_for("dns") == "http://127.0.0.1:1/dns"


def test_version_2_gives_tokens_that_all_services_take(mimic):
    auth = v2.Password(f"{mimic.url}/identity/v2.0", username="joe", password="anything", tenant_name="joe")
    own = session.Session(auth)
    access = auth.get_access(own)
    assert (access.username, access.tenant_name, access.role_names) == ("joe", "joe", ["member", "reader"])
    assert own.get("/servers", endpoint_filter={"service_type": "compute", "interface": "public"}).json() == {"servers": []}
    again = v2.Token(auth.auth_url, access.auth_token, tenant_name="joe")
    assert again.get_access(session.Session(again)).tenant_name == "joe"


def test_version_2_takes_a_key_and_shows_a_token(mimic, admin):
    url = f"{mimic.url}/identity/v2.0"
    key = {"username": "joe", "apiKey": "anything"}
    access = requests.post(f"{url}/tokens", json={"auth": {"RAX-KSKEY:apiKeyCredentials": key}}, timeout=30).json()["access"]
    token = access["token"]["id"]
    shown = requests.get(f"{url}/tokens/{token}", headers={"X-Auth-Token": admin.auth_token}, timeout=30).json()
    assert shown["access"]["token"]["tenant"]["name"] == "joe"
    wrong = {"username": "admin", "apiKey": "wrong"}
    seen = requests.post(f"{url}/tokens", json={"auth": {"RAX-KSKEY:apiKeyCredentials": wrong}}, timeout=30)
    assert (seen.status_code, seen.json()["error"]["title"]) == (401, "Unauthorized")


def test_accounts_are_managed_from_the_command_line(mimic):
    mimic.cli("project", "create", "shared", "--tag", "blue")
    mimic.cli("user", "create", "bob", "--password", "secret", "--project", "shared")
    mimic.cli("group", "create", "team")
    assert mimic.run_cli("group", "add", "user", "team", "bob").returncode == 0
    assert mimic.run_cli("role", "add", "--group", "team", "--project", "shared", "member").returncode == 0
    [found] = mimic.cli("role", "assignment", "list", "--user", "bob", "--effective", "--names", "--role", "member")
    assert (found["Project"], found["Role"]) == ("shared@Default", "member")
    assert "shared" in [project["Name"] for project in mimic.cli("project", "list", "--tags", "blue")]
    taken = mimic.run_cli("user", "create", "bob")
    assert "Duplicate entry found with name bob at domain ID default." in taken.stderr
