"""Cloud Load Balancers, through libcloud's own driver and by hand."""

import pytest
import requests
from keystoneauth1 import session
from keystoneauth1.identity import v3
from libcloud.common.exceptions import BaseHTTPError
from libcloud.loadbalancer.base import Algorithm, Member
from libcloud.loadbalancer.drivers.rackspace import (
    RackspaceAccessRule,
    RackspaceAccessRuleType,
    RackspaceConnectionThrottle,
    RackspaceHealthMonitor,
)
from libcloud.loadbalancer.providers import get_driver
from libcloud.loadbalancer.types import MemberCondition, Provider, State

from simulator import ACCOUNT, API_KEY

NODES = [Member(None, "10.1.1.1", 80), Member(None, "10.1.1.2", 80)]


def identity(mimic):
    """A session of the administrator's, with the address of Identity."""
    url = f"{mimic.url}/identity/v3"
    password = v3.Password(auth_url=url, user_domain_name="Default", project_domain_name="Default", **ACCOUNT)
    return session.Session(auth=password), url


def list_in_catalog(mimic, region="ORD"):
    """Lists the service as Rackspace's catalog has it."""
    admin, url = identity(mimic)
    admin.put(f"{url}/regions/{region}", json={"region": {}})
    service = {"type": "rax:load-balancer", "name": "cloudLoadBalancers"}
    made = admin.post(f"{url}/services", json={"service": service}).json()["service"]
    endpoint = {
        "interface": "public",
        "region": region,
        "service_id": made["id"],
        "url": f"{mimic.url}/loadbalancers/v1.0/$(tenant_id)s",
    }
    admin.post(f"{url}/endpoints", json={"endpoint": endpoint})


@pytest.fixture
def driver_of():
    def driver(mimic):
        list_in_catalog(mimic)
        driver = get_driver(Provider.RACKSPACE)(
            ACCOUNT["username"],
            API_KEY,
            secure=False,
            region="ord",
            ex_force_auth_url=f"{mimic.url}/identity",
            ex_force_auth_version="2.0",
        )
        driver.connection.poll_interval = 0
        return driver

    return driver


def test_the_life_of_a_balancer(mimic, driver_of):
    driver = driver_of(mimic)
    assert "http" in driver.list_protocols()
    assert Algorithm.ROUND_ROBIN in driver.list_supported_algorithms()
    balancer = driver.create_balancer("web", NODES, "http", 80, Algorithm.ROUND_ROBIN)
    assert (balancer.name, balancer.port, balancer.state) == ("web", 80, State.PENDING)
    assert [found.state for found in driver.list_balancers()] == [State.RUNNING]
    [first, second] = driver.balancer_list_members(balancer)
    assert (first.ip, first.port) == ("10.1.1.1", 80)
    added = driver.balancer_attach_member(balancer, Member(None, "10.1.1.3", 8080))
    assert added.port == 8080
    updated = driver.ex_balancer_update_member(balancer, added, condition=MemberCondition.DISABLED, weight=5)
    assert updated.extra["condition"] == MemberCondition.DISABLED
    assert driver.balancer_detach_member(balancer, second)
    assert driver.ex_balancer_detach_members(balancer, [added])
    assert [member.ip for member in driver.balancer_list_members(balancer)] == ["10.1.1.1"]
    renamed = driver.update_balancer(balancer, name="shop", algorithm=Algorithm.LEAST_CONNECTIONS)
    assert (renamed.name, renamed.extra["algorithm"]) == ("shop", Algorithm.LEAST_CONNECTIONS)
    assert driver.destroy_balancer(balancer)
    assert driver.list_balancers() == []
    assert driver.get_balancer(balancer.id).state == State.DELETED


def test_the_settings_of_a_balancer(mimic, driver_of):
    driver = driver_of(mimic)
    balancer = driver.create_balancer("web", NODES, "http", 80, Algorithm.ROUND_ROBIN)
    monitor = RackspaceHealthMonitor(type="CONNECT", delay=10, timeout=5, attempts_before_deactivation=2)
    balancer = driver.ex_update_balancer_health_monitor(balancer, monitor)
    assert balancer.extra["healthMonitor"].delay == 10
    assert "healthMonitor" not in driver.ex_disable_balancer_health_monitor(balancer).extra
    throttle = RackspaceConnectionThrottle(
        min_connections=10, max_connections=100, max_connection_rate=20, rate_interval_seconds=5
    )
    balancer = driver.ex_update_balancer_connection_throttle(balancer, throttle)
    assert balancer.extra["connectionThrottle"].max_connections == 100
    assert driver.ex_enable_balancer_connection_logging(balancer).extra["connectionLoggingEnabled"]
    assert driver.ex_enable_balancer_session_persistence(balancer).extra["sessionPersistenceType"] == "HTTP_COOKIE"
    rule = RackspaceAccessRule(rule_type=RackspaceAccessRuleType.DENY, address="10.9.0.0/16")
    kept = driver.ex_create_balancer_access_rule(balancer, rule)
    assert [found.address for found in driver.ex_balancer_access_list(balancer)] == ["10.9.0.0/16"]
    driver.ex_destroy_balancer_access_rule(balancer, kept)
    assert driver.ex_balancer_access_list(balancer) == []
    default = driver.ex_get_balancer_error_page(balancer)
    driver.ex_update_balancer_error_page(balancer, "<html>closed</html>")
    assert "closed" in driver.ex_get_balancer_error_page(balancer)
    driver.ex_disable_balancer_custom_error_page(balancer)
    assert driver.ex_get_balancer_error_page(balancer) == default
    assert driver.ex_list_current_usage(balancer)["links"] == []


def test_mocks_are_seen_through_the_driver(mimic_with, driver_of, tmp_path):
    scenario = tmp_path / "balancers.scn"
    scenario.write_text(
        """
        mock CreateLoadBalancerCommand where balancer.name == "doomed" { fail }
        mock CreateLoadBalancerCommand where balancer.name == "slow" { delay 20s }
        mock CreateLoadBalancerNodeCommand { delay 10s }
        given balancer "old" { tenant "admin"  nodes "10.1.1.1:80"  metadata { role = "db" } }
        """
    )
    mimic = mimic_with(scenario, clock="frozen")
    driver = driver_of(mimic)
    [old] = driver.list_balancers()
    assert old.name == "old"
    doomed = driver.create_balancer("doomed", NODES, "http", 81, Algorithm.RANDOM)
    assert driver.get_balancer(doomed.id).state == State.ERROR
    slow = driver.create_balancer("slow", NODES, "http", 82, Algorithm.RANDOM)
    assert driver.get_balancer(slow.id).state == State.PENDING
    mimic.tick("20s")
    assert driver.get_balancer(slow.id).state == State.RUNNING
    assert driver.balancer_attach_member(slow, Member(None, "10.1.1.3", 80)).ip == "10.1.1.3"
    with pytest.raises(BaseHTTPError) as refused:
        driver.balancer_attach_member(slow, Member(None, "10.1.1.4", 80))
    assert refused.value.code == 422
    mimic.tick("10s")
    assert driver.get_balancer(slow.id).state == State.RUNNING
    for balancer in (doomed, slow):
        driver.destroy_balancer(balancer)
    mimic.expect("expect nothing left")


def test_a_refusal_of_the_service_is_its_own(mimic_with, tmp_path):
    scenario = tmp_path / "refusals.scn"
    scenario.write_text(
        """
        mock loadbalancer.list_balancers { fail 413 count 1  then fail 503 "closed" }
        mock loadbalancer.list_nodes where balancer.name == "old" { fault }
        mock loadbalancer.get_node where node.address == "10.1.1.1" { fail 404 "Node not found" }
        given balancer "old" { nodes "10.1.1.1:80" }
        """
    )
    mimic = mimic_with(scenario)
    admin, _ = identity(mimic)
    root = f"{mimic.url}/loadbalancers/v1.0/admin/loadbalancers"
    headers = {"X-Auth-Token": admin.get_token()}
    limited = requests.get(root, headers=headers)
    assert (limited.status_code, limited.json()["overLimit"]["code"]) == (413, 413)
    assert limited.headers["Retry-After"]
    closed = requests.get(root, headers=headers | {"Accept": "application/xml"})
    assert closed.status_code == 503
    assert "<serviceUnavailable" in closed.text and "<message>closed</message>" in closed.text
    broken = requests.get(f"{root}/1/nodes", headers=headers)
    assert broken.json() == {"message": "An unknown exception has occurred. Please contact support.", "code": 500}
    assert requests.get(f"{root}/1/nodes/1", headers=headers).status_code == 404
