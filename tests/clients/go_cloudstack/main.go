// The life of a machine, and of what it needs, through Go's SDK for CloudStack: every answer is decoded into the
// types that Terraform's provider uses. Exits with a message at the first thing that is not as it should be.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/xanzy/go-cloudstack/cloudstack"
)

// must ends the program when a call failed.
func must(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

// expect ends the program when something is not as it should be.
func expect(what string, got, wanted interface{}) {
	if got != wanted {
		fmt.Fprintf(os.Stderr, "%s: got %v, wanted %v\n", what, got, wanted)
		os.Exit(1)
	}
}

func main() {
	cs := cloudstack.NewAsyncClient(os.Args[1], os.Args[2], os.Args[3], false)
	cs.AsyncTimeout(30)

	zones, err := cs.Zone.ListZones(cs.Zone.NewListZonesParams())
	must("listZones", err)
	zone := zones.Zones[0].Id
	offerings, err := cs.ServiceOffering.ListServiceOfferings(cs.ServiceOffering.NewListServiceOfferingsParams())
	must("listServiceOfferings", err)
	templates, err := cs.Template.ListTemplates(cs.Template.NewListTemplatesParams("executable"))
	must("listTemplates", err)
	disks, err := cs.DiskOffering.ListDiskOfferings(cs.DiskOffering.NewListDiskOfferingsParams())
	must("listDiskOfferings", err)
	_, _, err = cs.Zone.GetZoneByName(zones.Zones[0].Name)
	must("a zone by its name", err)

	networkOfferings := cs.NetworkOffering.NewListNetworkOfferingsParams()
	networkOfferings.SetName("DefaultIsolatedNetworkOfferingWithSourceNatService")
	isolated, err := cs.NetworkOffering.ListNetworkOfferings(networkOfferings)
	must("listNetworkOfferings", err)
	expect("the offering of isolated networks", isolated.Count, 1)
	create := cs.Network.NewCreateNetworkParams("inner", "inner", isolated.NetworkOfferings[0].Id, zone)
	network, err := cs.Network.CreateNetwork(create)
	must("createNetwork", err)

	deploy := cs.VirtualMachine.NewDeployVirtualMachineParams(
		offerings.ServiceOfferings[0].Id, templates.Templates[0].Id, zone)
	deploy.SetName("web-1")
	deploy.SetNetworkids([]string{network.Id})
	machine, err := cs.VirtualMachine.DeployVirtualMachine(deploy)
	must("deployVirtualMachine", err)
	expect("the state after deployment", machine.State, "Running")
	expect("the network of the card", machine.Nic[0].Networkid, network.Id)

	roots := cs.Volume.NewListVolumesParams()
	roots.SetVirtualmachineid(machine.Id)
	roots.SetType("ROOT")
	volumes, err := cs.Volume.ListVolumes(roots)
	must("listVolumes", err)
	expect("the number of root volumes", volumes.Count, 1)

	draft := cs.Volume.NewCreateVolumeParams()
	draft.SetName("data-1")
	draft.SetDiskofferingid(disks.DiskOfferings[0].Id)
	draft.SetSize(5)
	draft.SetZoneid(zone)
	volume, err := cs.Volume.CreateVolume(draft)
	must("createVolume", err)
	attached, err := cs.Volume.AttachVolume(cs.Volume.NewAttachVolumeParams(volume.Id, machine.Id))
	must("attachVolume", err)
	expect("the machine of the volume", attached.Virtualmachineid, machine.Id)
	detach := cs.Volume.NewDetachVolumeParams()
	detach.SetId(volume.Id)
	_, err = cs.Volume.DetachVolume(detach)
	must("detachVolume", err)
	_, err = cs.Volume.DeleteVolume(cs.Volume.NewDeleteVolumeParams(volume.Id))
	must("deleteVolume", err)

	associate := cs.Address.NewAssociateIpAddressParams()
	associate.SetNetworkid(network.Id)
	address, err := cs.Address.AssociateIpAddress(associate)
	must("associateIpAddress", err)
	firewall := cs.Firewall.NewCreateFirewallRuleParams(address.Id, "tcp")
	firewall.SetStartport(22)
	firewall.SetEndport(22)
	rule, err := cs.Firewall.CreateFirewallRule(firewall)
	must("createFirewallRule", err)
	expect("the port of the rule", rule.Startport, 22)
	forward, err := cs.Firewall.CreatePortForwardingRule(
		cs.Firewall.NewCreatePortForwardingRuleParams(address.Id, 22, "tcp", 2222, machine.Id))
	must("createPortForwardingRule", err)
	expect("the private port", forward.Privateport, "22")
	balance := cs.LoadBalancer.NewCreateLoadBalancerRuleParams("roundrobin", "web", 8080, 80)
	balance.SetPublicipid(address.Id)
	balancer, err := cs.LoadBalancer.CreateLoadBalancerRule(balance)
	must("createLoadBalancerRule", err)
	members := cs.LoadBalancer.NewAssignToLoadBalancerRuleParams(balancer.Id)
	members.SetVirtualmachineids([]string{machine.Id})
	_, err = cs.LoadBalancer.AssignToLoadBalancerRule(members)
	must("assignToLoadBalancerRule", err)

	_, err = cs.Resourcetags.CreateTags(
		cs.Resourcetags.NewCreateTagsParams([]string{machine.Id}, "userVm", map[string]string{"tier": "front"}))
	must("createTags", err)
	found, count, err := cs.VirtualMachine.GetVirtualMachineByID(machine.Id)
	must("a machine by its id", err)
	expect("how often a machine is found", count, 1)
	expect("the tag of the machine", found.Tags[0].Value, "front")

	_, err = cs.VirtualMachine.StopVirtualMachine(cs.VirtualMachine.NewStopVirtualMachineParams(machine.Id))
	must("stopVirtualMachine", err)
	_, err = cs.VirtualMachine.StartVirtualMachine(cs.VirtualMachine.NewStartVirtualMachineParams(machine.Id))
	must("startVirtualMachine", err)
	_, err = cs.Address.DisassociateIpAddress(cs.Address.NewDisassociateIpAddressParams(address.Id))
	must("disassociateIpAddress", err)
	destroy := cs.VirtualMachine.NewDestroyVirtualMachineParams(machine.Id)
	destroy.SetExpunge(true)
	_, err = cs.VirtualMachine.DestroyVirtualMachine(destroy)
	must("destroyVirtualMachine", err)
	_, err = cs.Network.DeleteNetwork(cs.Network.NewDeleteNetworkParams(network.Id))
	must("deleteNetwork", err)

	_, _, err = cs.Network.GetNetworkByID("00000000-0000-4000-8000-000000000000")
	expect("whether an unknown id is an error", err != nil, true)
	expect("whether it is told as the SDK tells it", strings.Contains(err.Error(), "No match found"), true)
}
