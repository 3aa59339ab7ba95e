"""Identity and its catalog as Rackspace had them, through clients that were made for it."""

import pytest
import requests
from keystoneauth1 import session
from keystoneauth1.identity import v2
from keystoneclient.v2_0.client import Client as Keystone
from libcloud.common.exceptions import BaseHTTPError
from libcloud.common.types import InvalidCredsError
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider
from libcloud.loadbalancer.base import Algorithm, Member
from libcloud.loadbalancer.providers import get_driver as get_balancer_driver
from libcloud.loadbalancer.types import Provider as BalancerProvider

from simulator import API_KEY

TENANT = "123456"


def compute(rackspace, user="admin", key=API_KEY, region="ord"):
    return get_driver(Provider.RACKSPACE)(
        user,
        key,
        secure=False,
        region=region,
        ex_force_auth_url=f"{rackspace.url}/identity",
        ex_force_auth_version="2.0",
    )


def keystone(rackspace, **account):
    account = account or {"username": "admin", "password": "password", "tenant_name": TENANT}
    password = v2.Password(f"{rackspace.url}/identity/v2.0", **account)
    return Keystone(session=session.Session(auth=password), interface="public")


@pytest.mark.parametrize("region", ["ord", "dfw", "iad"])
def test_libcloud_finds_its_services_by_a_key(rackspace, region):
    driver = compute(rackspace, region=region)
    assert driver.list_nodes() == []
    assert driver.list_sizes()


def test_libcloud_makes_a_balancer_where_the_catalog_says(rackspace):
    driver = get_balancer_driver(BalancerProvider.RACKSPACE)(
        "joe",
        "any key",
        secure=False,
        region="ord",
        ex_force_auth_url=f"{rackspace.url}/identity",
        ex_force_auth_version="2.0",
    )
    made = driver.create_balancer("web", [Member(None, "10.1.1.1", 80)], "http", 80, Algorithm.RANDOM)
    assert [balancer.id for balancer in driver.list_balancers()] == [made.id]


def test_a_wrong_key_is_refused(rackspace):
    with pytest.raises((InvalidCredsError, BaseHTTPError)):
        compute(rackspace, key="wrong").list_nodes()


def test_keystoneclient_reads_users_tenants_and_tokens(rackspace):
    admin = keystone(rackspace)
    token = admin.session.get_token()
    assert admin.session.get_project_id() == TENANT
    assert [tenant.id for tenant in admin.tenants.list()] == [TENANT]
    validated = admin.tokens.validate(token)
    assert (validated.tenant["id"], validated.user["name"]) == (TENANT, "admin")
    assert "admin" in {user.username for user in admin.users.list()}
    admin.tokens.delete(token)
    tenants = f"{rackspace.url}/identity/v2.0/tenants"
    assert requests.get(tenants, headers={"X-Auth-Token": token}, timeout=30).status_code == 401


def test_keystoneclient_adds_an_api_to_the_catalog(rackspace):
    admin = keystone(rackspace)
    headers = {"X-Auth-Token": admin.session.get_token()}
    root = f"{rackspace.url}/identity/v2.0"
    service = {"name": "autoscale", "type": "rax:autoscale"}
    assert requests.post(f"{root}/services", json=service, headers=headers, timeout=30).status_code == 201
    template = {
        "id": "1",
        "region": "ORD",
        "enabled": True,
        "publicURL": "http://autoscale.example/v1.0/%tenant_id%",
        **service,
    }
    path = f"{root}/OS-KSCATALOG/endpointTemplates"
    assert requests.post(path, json=template, headers=headers, timeout=30).status_code == 201
    joe = keystone(rackspace, username="joe", password="any", tenant_name="777")
    url = joe.session.get_endpoint(service_type="rax:autoscale", region_name="ORD", interface="public")
    assert url == "http://autoscale.example/v1.0/777"


def test_a_tenant_is_the_same_in_all_services(rackspace):
    joe = keystone(rackspace, username="joe", password="any", tenant_name="777").session
    network = {"network": {"name": "inner"}}
    made = joe.post("/networks", json=network, endpoint_filter={"service_type": "network", "interface": "public"})
    assert made.json()["network"]["tenant_id"] == "777"
