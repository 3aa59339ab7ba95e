"""CloudStack's load balancing, through libcloud's own driver and through `cs`."""

import pytest
from cs import CloudStackApiException
from libcloud.loadbalancer.base import Member
from libcloud.loadbalancer.providers import get_driver
from libcloud.loadbalancer.types import Provider, State

from simulator import API_KEY, SECRET_KEY
from steps import deploy


@pytest.fixture
def driver_for():
    def driver_for(mimic):
        host, port = mimic.url.removeprefix("http://").split(":")
        return get_driver(Provider.CLOUDSTACK)(
            API_KEY, SECRET_KEY, secure=False, host=host, port=int(port), path="/client/api"
        )

    return driver_for


def guest_network(cs):
    """A network of the account's own; its router has an address as soon as it has a machine."""
    offering = cs.listNetworkOfferings(name="DefaultIsolatedNetworkOfferingWithSourceNatService")
    made = cs.createNetwork(
        name="front",
        displaytext="Front",
        networkofferingid=offering["networkoffering"][0]["id"],
        zoneid=cs.listZones()["zone"][0]["id"],
    )
    return made["network"]["id"]


def instances(cs, rule, **more):
    return cs.listLoadBalancerRuleInstances(id=rule, **more)


def taken_address(cs):
    zone = cs.listZones()["zone"][0]["id"]
    return cs.associateIpAddress(zoneid=zone, fetch_result=True)["ipaddress"]


def test_the_whole_life_of_a_balancer_through_libcloud(mimic, driver_for):
    cs = mimic.cs()
    network = guest_network(cs)
    first, second = (deploy(cs, name, networkids=network) for name in ("web-1", "web-2"))
    driver = driver_for(mimic)
    assert driver.list_balancers() == []
    members = [Member(first["id"], first["nic"][0]["ipaddress"], None)]
    balancer = driver.create_balancer("front", members, port=80, private_port=8080, network_id=network)
    [listed] = driver.list_balancers()
    assert (listed.id, listed.name, listed.state, listed.port) == (balancer.id, "front", State.RUNNING, "80")
    assert (listed.ip, listed.ex_private_port) == (balancer.ip, "8080")
    assert driver.balancer_attach_member(listed, Member(second["id"], None, None))
    assert [member.id for member in driver.balancer_list_members(listed)] == [first["id"], second["id"]]
    assert driver.balancer_detach_member(listed, Member(first["id"], None, None))
    [left] = driver.balancer_list_members(listed)
    assert (left.id, left.ip) == (second["id"], second["nic"][0]["ipaddress"])
    driver.destroy_balancer(listed)
    assert driver.list_balancers() == []
    taken = cs.listPublicIpAddresses().get("publicipaddress", [])
    assert listed.ip not in [address["ipaddress"] for address in taken]


def test_what_a_rule_is_asked_to_be(mimic):
    cs = mimic.cs()
    vm = deploy(cs, "web-1", networkids=guest_network(cs))
    address = taken_address(cs)
    asked = {"name": "web", "algorithm": "leastconn", "publicport": 80, "privateport": 8080}
    made = cs.createLoadBalancerRule(publicipid=address["id"], cidrlist="10.0.0.0/8", **asked, fetch_result=True)
    rule = made["loadbalancer"]
    assert {name: rule[name] for name in asked} == {**asked, "publicport": "80", "privateport": "8080"}
    assert (rule["publicip"], rule["cidrlist"], rule["state"]) == (address["ipaddress"], "10.0.0.0/8", "Active")
    cs.updateLoadBalancerRule(id=rule["id"], algorithm="source", description="Front", fetch_result=True)
    [listed] = cs.listLoadBalancerRules(publicipid=address["id"])["loadbalancerrule"]
    assert (listed["algorithm"], listed["description"]) == ("source", "Front")
    with pytest.raises(CloudStackApiException) as refused:
        cs.createLoadBalancerRule(publicipid=address["id"], cidrlist="10.0.0.0/8", **asked)
    assert refused.value.error["errorcode"] == 537
    cs.createPortForwardingRule(
        ipaddressid=address["id"], protocol="tcp", publicport=22, privateport=22,
        virtualmachineid=vm["id"], fetch_result=True,
    )
    with pytest.raises(CloudStackApiException) as refused:
        cs.createLoadBalancerRule(publicipid=address["id"], **{**asked, "publicport": 22})
    assert refused.value.error["errorcode"] == 537


def test_a_router_that_refuses_undoes_the_change(mimic):
    cs = mimic.cs()
    vm = deploy(cs, "web-1", networkids=guest_network(cs))
    address = taken_address(cs)
    asked = {"name": "web", "algorithm": "roundrobin", "publicport": 80, "privateport": 80}
    made = cs.createLoadBalancerRule(publicipid=address["id"], **asked, fetch_result=True)
    rule = made["loadbalancer"]["id"]
    mimic.scn('mock LoadBalancerConfigCommand { fail "no" }')
    with pytest.raises(CloudStackApiException):
        cs.assignToLoadBalancerRule(id=rule, virtualmachineids=vm["id"], fetch_result=True)
    assert instances(cs, rule) == {}
    with pytest.raises(CloudStackApiException):
        cs.createLoadBalancerRule(publicipid=address["id"], **{**asked, "publicport": 81}, fetch_result=True)
    assert cs.listLoadBalancerRules()["count"] == 1


def test_a_machine_that_goes_leaves_the_rule(mimic):
    cs = mimic.cs()
    vm = deploy(cs, "web-1", networkids=guest_network(cs))
    address = taken_address(cs)
    made = cs.createLoadBalancerRule(
        publicipid=address["id"], name="web", algorithm="roundrobin", publicport=80, privateport=80, fetch_result=True
    )
    rule = made["loadbalancer"]["id"]
    cs.assignToLoadBalancerRule(id=rule, virtualmachineids=vm["id"], fetch_result=True)
    [member] = instances(cs, rule, lbvmips=True)["lbrulevmidip"]
    assert member["loadbalancerruleinstance"]["name"] == "web-1"
    assert member["lbvmipaddresses"] == [vm["nic"][0]["ipaddress"]]
    cs.destroyVirtualMachine(id=vm["id"], expunge=True, fetch_result=True)
    assert instances(cs, rule) == {}
