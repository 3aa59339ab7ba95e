"""The original Mimic's presets, as unmodified clients meet them."""

import json

import openstack
import pytest
import requests
from keystoneauth1 import session
from keystoneauth1.identity import v2
from libcloud.common.exceptions import BaseHTTPError
from libcloud.loadbalancer.base import Member
from libcloud.loadbalancer.types import State

from simulator import ACCOUNT
from steps import create
from test_balancers import driver_of  # noqa: F401, a fixture


@pytest.fixture
def conn(frozen):
    return frozen.connection()


def status(conn, server):
    return conn.compute.get_server(server.id).status


class TestServers:
    def test_create_server_failure(self, conn):
        failure = {"message": "no room", "code": 503, "type": "serviceUnavailable"}
        with pytest.raises(openstack.exceptions.HttpException) as raised:
            create(conn, "web", metadata={"create_server_failure": json.dumps(failure)})
        assert (raised.value.status_code, "no room" in str(raised.value)) == (503, True)
        assert list(conn.compute.servers()) == []

    @pytest.mark.parametrize("seconds", ["120", 120], ids=["text", "number"])
    def test_server_building(self, frozen, conn, seconds):
        server = create(conn, "web", metadata={"server_building": seconds})
        frozen.tick("119s")
        assert status(conn, server) == "BUILD"
        frozen.tick("1s")
        assert status(conn, server) == "ACTIVE"

    def test_server_error(self, conn):
        server = create(conn, "web", metadata={"server_error": "1"})
        assert status(conn, server) == "ERROR"

    def test_delete_server_failure(self, conn):
        failure = {"code": 409, "times": 2}
        server = create(conn, "web", metadata={"delete_server_failure": json.dumps(failure)})
        for _ in range(2):
            with pytest.raises(openstack.exceptions.ConflictException):
                conn.compute.delete_server(server)
        conn.compute.delete_server(server)
        assert list(conn.compute.servers()) == []

    def test_invalid_image_ref(self, conn):
        with pytest.raises(openstack.exceptions.NotFoundException):
            conn.compute.get_image("image_ends_with_Z")

    def test_a_value_that_makes_no_sense(self, conn):
        with pytest.raises(openstack.exceptions.BadRequestException) as raised:
            create(conn, "web", metadata={"server_building": "soon"})
        assert "server_building" in str(raised.value)


class TestBalancers:
    """The driver has no metadata: the balancer is made by its own connection, and watched by the driver."""

    @pytest.fixture
    def driver(self, frozen, driver_of):  # noqa: F811
        return driver_of(frozen)

    def made(self, driver, key, value):
        balancer = {
            "name": "shop",
            "protocol": "HTTP",
            "virtualIps": [{"type": "PUBLIC"}],
            "nodes": [{"address": "10.1.1.1", "port": 80, "condition": "ENABLED"}],
            "metadata": [{"key": key, "value": value}],
        }
        data = json.dumps({"loadBalancer": balancer})
        made = driver.connection.request("/loadbalancers", method="POST", data=data)
        return driver.get_balancer(made.object["loadBalancer"]["id"])

    def test_lb_building(self, frozen, driver):
        balancer = self.made(driver, "lb_building", 20)
        frozen.tick("19s")
        assert driver.get_balancer(balancer.id).state == State.PENDING
        frozen.tick("1s")
        assert driver.get_balancer(balancer.id).state == State.RUNNING

    def test_lb_pending_update(self, frozen, driver):
        balancer = self.made(driver, "lb_pending_update", "5")
        driver.balancer_attach_member(balancer, Member(None, "10.1.1.2", 80))
        with pytest.raises(BaseHTTPError) as refused:
            driver.balancer_attach_member(balancer, Member(None, "10.1.1.3", 80))
        assert refused.value.code == 422
        frozen.tick("5s")
        driver.balancer_attach_member(balancer, Member(None, "10.1.1.3", 80))

    def test_lb_pending_delete(self, frozen, driver):
        balancer = self.made(driver, "lb_pending_delete", 3)
        driver.destroy_balancer(balancer)
        for _ in range(3):
            assert driver.get_balancer(balancer.id).state != State.DELETED
            frozen.tick("1s")
        assert driver.get_balancer(balancer.id).state == State.DELETED

    def test_lb_error_state(self, driver):
        balancer = self.made(driver, "lb_error_state", "yes")
        assert balancer.state == State.ERROR
        assert driver.destroy_balancer(balancer)


class TestBehaviors:
    def test_creation(self, frozen, conn):
        url = f"{frozen.url}/mimic/v1.1/cloudServersBehavior/{conn.current_project_id}/behaviors/creation"
        items = [{"name": "fail", "parameters": {"code": 503}}, {"name": "error", "parameters": {}}, {"name": "default"}]
        behavior = {"criteria": [{"server_name": "web"}], "name": "sequence", "parameters": {"behaviors": items}}
        made = requests.post(url, json=behavior)
        assert made.status_code == 201
        with pytest.raises(openstack.exceptions.HttpException):
            create(conn, "web-1")
        assert status(conn, create(conn, "web-2")) == "ERROR"
        assert status(conn, create(conn, "web-3")) == "ACTIVE"
        assert requests.delete(f"{url}/{made.json()['id']}").status_code == 204
        assert status(conn, create(conn, "web-4")) == "ACTIVE"

    def test_logins(self, frozen):
        url = f"{frozen.url}/mimic/v1.1/IdentityControlAPI/behaviors/auth"
        behavior = {"criteria": [{"username": "adm"}], "name": "fail", "parameters": {"message": "go away"}}
        requests.post(url, json=behavior).raise_for_status()
        login = v2.Password(
            auth_url=f"{frozen.url}/identity/v2.0",
            username=ACCOUNT["username"],
            password=ACCOUNT["password"],
            tenant_name=ACCOUNT["project_name"],
        )
        with pytest.raises(Exception, match="go away|401"):
            session.Session(auth=login).get_token()
