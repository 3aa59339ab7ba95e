"""CloudStack's networks through its own clients, and what OpenStack's see of them."""

from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider

from simulator import API_KEY, SECRET_KEY
from steps import deploy, machine, refused

ISOLATED = "DefaultIsolatedNetworkOfferingWithSourceNatService"
TIER = "DefaultIsolatedNetworkOfferingForVpcNetworks"


def offering(cs, name):
    return cs.listNetworkOfferings(name=name)["networkoffering"][0]["id"]


def zone(cs):
    return cs.listZones()["zone"][0]["id"]


def network(cs, name="web", of=ISOLATED, **more):
    made = cs.createNetwork(
        name=name, displaytext=name, networkofferingid=offering(cs, of), zoneid=zone(cs), **more
    )
    return made["network"]


def associate(cs, **where):
    return cs.associateIpAddress(fetch_result=True, **where)["ipaddress"]


def vpc(cs, **more):
    chosen = cs.listVPCOfferings(name="Default VPC offering")["vpcoffering"][0]["id"]
    made = cs.createVPC(
        name="vpc", displaytext="vpc", cidr="10.9.0.0/16", vpcofferingid=chosen, zoneid=zone(cs),
        fetch_result=True, **more
    )
    return made["vpc"]


def libcloud(mimic):
    host, port = mimic.url.removeprefix("http://").split(":")
    driver = get_driver(Provider.CLOUDSTACK)
    return driver(key=API_KEY, secret=SECRET_KEY, secure=False, host=host, port=int(port), path="/client/api")


def test_a_network_from_its_making_to_its_end(mimic):
    cs = mimic.cs()
    net = network(cs)
    assert (net["state"], net["cidr"]) == ("Allocated", "10.1.1.0/24")
    vm = deploy(cs, "web-1", networkids=net["id"])
    [shown] = cs.listNetworks(id=net["id"])["network"]
    [router] = cs.listRouters(networkid=net["id"])["router"]
    assert (shown["state"], router["state"]) == ("Implemented", "Running")

    address = associate(cs, networkid=net["id"])
    opened = cs.createFirewallRule(
        ipaddressid=address["id"], protocol="tcp", startport=80, endport=80, fetch_result=True
    )["firewallrule"]
    assert (opened["startport"], opened["state"]) == (80, "Active")
    forwarded = cs.createPortForwardingRule(
        ipaddressid=address["id"], virtualmachineid=vm["id"], protocol="tcp", publicport=2222,
        privateport=22, fetch_result=True,
    )["portforwardingrule"]
    assert (forwarded["publicport"], forwarded["vmguestip"]) == ("2222", vm["nic"][0]["ipaddress"])
    raised = refused(
        cs.createPortForwardingRule, ipaddressid=address["id"], virtualmachineid=vm["id"], protocol="tcp",
        publicport=2222, privateport=23,
    )
    assert (raised.response.status_code, raised.error["cserrorcode"]) == (537, 4360)

    own = associate(cs, networkid=net["id"])
    assert cs.enableStaticNat(ipaddressid=own["id"], virtualmachineid=vm["id"]) == {"success": True}
    assert machine(cs, "web-1")["publicip"] == own["ipaddress"]

    cs.destroyVirtualMachine(id=vm["id"], expunge=True, fetch_result=True)
    assert cs.listPortForwardingRules() == {}
    cs.deleteNetwork(id=net["id"], fetch_result=True)
    assert cs.listFirewallRules(listall=True) == {}
    assert cs.listNetworks(keyword="web", listall=True) == {}


def test_a_router_that_refuses_a_rule_fails_its_job(mimic):
    mimic.scn(
        'mock SetFirewallRulesCommand where network.name == "web" { fail "no chain" }\n'
        'mock SetStaticNatRulesCommand { fail "no" count 1 }'
    )
    cs = mimic.cs()
    nets = {name: network(cs, name) for name in ("web", "db")}
    for name, net in nets.items():
        vm = deploy(cs, f"{name}-1", networkids=net["id"])
        address = associate(cs, networkid=net["id"])
        make = lambda: cs.createFirewallRule(
            ipaddressid=address["id"], protocol="udp", startport=53, endport=53, fetch_result=True
        )
        if name == "web":
            assert refused(make).error["errortext"] == "no chain"
            nat = {"ipaddressid": address["id"], "virtualmachineid": vm["id"]}
            assert refused(cs.enableStaticNat, **nat).response.status_code == 530
            cs.enableStaticNat(**nat)
        else:
            make()
    assert [rule["networkid"] for rule in cs.listFirewallRules()["firewallrule"]] == [nets["db"]["id"]]


def test_a_cloud_of_ones_own_with_a_list_of_rules(mimic):
    cs = mimic.cs()
    own = vpc(cs)
    acl = cs.createNetworkACLList(name="web", vpcid=own["id"], fetch_result=True)["networkacllist"]
    for number, port in enumerate((443, 80), start=1):
        cs.createNetworkACL(
            aclid=acl["id"], protocol="tcp", startport=port, endport=port, number=number, fetch_result=True
        )
    tier = network(
        cs, "tier", of=TIER, vpcid=own["id"], aclid=acl["id"], gateway="10.9.1.1", netmask="255.255.255.0"
    )
    assert (tier["vpcid"], tier["aclid"]) == (own["id"], acl["id"])
    items = cs.listNetworkACLs(networkid=tier["id"])["networkacl"]
    assert [(item["number"], item["startport"], item["action"]) for item in items] == [
        (1, "443", "Allow"), (2, "80", "Allow"),
    ]
    vm = deploy(cs, "app-1", networkids=tier["id"])
    address = associate(cs, vpcid=own["id"])
    cs.createPortForwardingRule(
        ipaddressid=address["id"], virtualmachineid=vm["id"], networkid=tier["id"], protocol="tcp",
        publicport=443, privateport=443, fetch_result=True,
    )
    assert refused(cs.deleteVPC, id=own["id"], fetch_result=True).error["errorcode"] == 530


def test_libcloud_makes_networks_and_rules(mimic):
    driver = libcloud(mimic)
    chosen = next(it for it in driver.ex_list_network_offerings() if it.name == ISOLATED)
    [location] = driver.list_locations()
    net = driver.ex_create_network(
        display_text="web", name="web", network_offering=chosen, location=location
    )
    node = driver.create_node(
        name="web-1", size=driver.list_sizes()[0], image=driver.list_images()[0], location=location,
        networks=[net], ex_start_vm=True,
    )
    address = driver.ex_allocate_public_ip(network_id=net.id, location=location)
    rule = driver.ex_create_port_forwarding_rule(
        node=node, address=address, private_port=22, public_port=2222, protocol="TCP", openfirewall=False
    )
    assert rule.address.address == address.address
    wall = driver.ex_create_firewall_rule(
        address=address, cidr_list="0.0.0.0/0", protocol="TCP", start_port=2222, end_port=2222
    )
    assert [it.id for it in driver.ex_list_firewall_rules()] == [wall.id]
    [listed] = [it for it in driver.list_nodes() if it.name == "web-1"]
    assert [it.id for it in listed.extra["port_forwarding_rules"]] == [rule.id]
    assert driver.ex_delete_firewall_rule(wall)
    assert driver.ex_delete_port_forwarding_rule(node, rule)
    assert driver.ex_release_public_ip(address)

    vpcs = driver.ex_list_vpc_offerings()
    own = driver.ex_create_vpc(
        cidr="10.9.0.0/16", display_text="vpc", name="vpc", vpc_offering=vpcs[0], zone_id=location.id
    )
    assert [it.id for it in driver.ex_list_vpcs()] == [own.id]
    acl = driver.ex_create_network_acllist(name="acl", vpc_id=own.id, description="of the test")
    driver.ex_create_network_acl(
        protocol="TCP", acl_id=acl.id, cidr_list="0.0.0.0/0", start_port=80, end_port=80
    )
    assert acl.id in [it.id for it in driver.ex_list_network_acllists()]


def test_openstack_sees_the_same_networks(mimic):
    cs, conn = mimic.cs(), mimic.connection()
    net = network(cs)
    deploy(cs, "web-1", networkids=net["id"])
    found = conn.network.get_network(net["id"])
    [subnet] = found.subnet_ids
    assert (found.name, conn.network.get_subnet(subnet).cidr) == ("web", "10.1.1.0/24")
    [router] = [it for it in conn.network.routers() if it.name == "web"]
    [hides] = cs.listPublicIpAddresses(associatednetworkid=net["id"], issourcenat=True)["publicipaddress"]
    [outside] = router.external_gateway_info["external_fixed_ips"]
    assert outside["ip_address"] == hides["ipaddress"]
