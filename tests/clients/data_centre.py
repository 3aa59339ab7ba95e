"""The deployment of a data centre as CloudStack's own test suite does it: from a `.cfg` file, call by call,
at the integration port."""

import json
import re

import requests


def read_cfg(path):
    """A data centre file: JSON with comments."""
    lines = path.read_text().splitlines()
    return json.loads("\n".join(re.sub(r"^\s*#.*", "", line) for line in lines))


class Integration:
    """CloudStack's API where nobody has to say who they are."""

    def __init__(self, url):
        self.url = url

    def ask(self, command, method="GET", **params):
        """The answer as it comes."""
        query = {"command": command, "response": "json"} | params
        query = {name: value for name, value in query.items() if value is not None}
        return requests.request(method, f"{self.url}/client/api", params=query, timeout=30)

    def call(self, command, **params):
        """What stands under the answer's name; a job is followed to its end."""
        answer = self.ask(command, **params)
        [content] = answer.json().values()
        assert answer.status_code == 200, content
        if "jobid" not in content:
            return content
        [job] = self.ask("queryAsyncJobResult", jobid=content["jobid"]).json().values()
        assert job["jobstatus"] == 1, job
        return job["jobresult"]

    def list(self, command, key, **params):
        return self.call(command, **params).get(key, [])


class Deployment:
    """The steps, in the order of the original."""

    def __init__(self, api):
        self.api = api

    def deploy(self, file):
        for zone in file["zones"]:
            self.zone(zone)
        for setting in file["globalConfig"]:
            self.api.call("updateConfiguration", **setting)
        [admin, *_] = self.api.list("listUsers", "user", account="admin")
        assert self.api.call("getUserKeys", id=admin["id"])["userkeys"]["apikey"]

    def zone(self, zone):
        names = ["name", "dns1", "dns2", "internaldns1", "guestcidraddress", "networktype"]
        made = self.api.call("createZone", **{name: zone.get(name) for name in names})["zone"]
        for network in zone["physical_networks"]:
            self.physical_network(network, made["id"])
        for pod in zone["pods"]:
            self.pod(pod, made["id"])
        for addresses in zone["ipranges"]:
            self.api.call("createVlanIpRange", zoneid=made["id"], forvirtualnetwork="true", **addresses)
        for store in zone["secondaryStorages"]:
            self.api.call("addImageStore", zoneid=made["id"], **store)
        self.api.call("updateZone", id=made["id"], allocationstate="Enabled")

    def physical_network(self, network, zone):
        made = self.api.call(
            "createPhysicalNetwork",
            zoneid=zone,
            name=network["name"],
            isolationmethods=",".join(network["isolationmethods"]),
        )["physicalnetwork"]
        for kind in network["traffictypes"]:
            self.api.call("addTrafficType", physicalnetworkid=made["id"], traffictype=kind["typ"])
        for provider in network["providers"]:
            self.provider(provider["name"], made["id"])
        self.api.call("updatePhysicalNetwork", id=made["id"], state="Enabled", vlan=network["vlan"])

    def provider(self, name, network):
        [provider] = self.api.list(
            "listNetworkServiceProviders",
            "networkserviceprovider",
            physicalnetworkid=network,
            name=name,
            state="Disabled",
        )
        kind = "InternalLoadBalancerElement" if name == "InternalLbVm" else "VirtualRouterElement"
        [element] = self.api.list(f"list{kind}s", kind.lower(), nspid=provider["id"])
        self.api.call(f"configure{kind}", id=element["id"], enabled="true")
        self.api.call("updateNetworkServiceProvider", id=provider["id"], state="Enabled")

    def pod(self, pod, zone):
        names = ["name", "gateway", "netmask", "startip", "endip"]
        made = self.api.call("createPod", zoneid=zone, **{name: pod[name] for name in names})["pod"]
        for cluster in pod["clusters"]:
            self.cluster(cluster, {"zoneid": zone, "podid": made["id"]})

    def cluster(self, cluster, site):
        names = ["clustername", "clustertype", "hypervisor"]
        [made] = self.api.list("addCluster", "cluster", **site, **{name: cluster[name] for name in names})
        site = site | {"clusterid": made["id"]}
        for host in cluster["hosts"]:
            self.api.list("addHost", "host", hypervisor=cluster["hypervisor"], **site, **host)
        hosts = self.api.list("listHosts", "host", clusterid=made["id"])
        assert [host["state"] for host in hosts] == ["Up"] * len(cluster["hosts"])
        for pool in cluster["primaryStorages"]:
            self.api.call("createStoragePool", **site, **pool)


def portrait(api, zone):
    """What a zone is like, without what differs between two that are alike."""
    [zone] = api.list("listZones", "zone", name=zone)
    of_zone = {"zoneid": zone["id"]}
    shown = {"zone": [zone]}
    for command, key in [
        ("listPods", "pod"),
        ("listClusters", "cluster"),
        ("listHosts", "host"),
        ("listStoragePools", "storagepool"),
        ("listImageStores", "imagestore"),
        ("listPhysicalNetworks", "physicalnetwork"),
        ("listVlanIpRanges", "vlaniprange"),
    ]:
        shown[key] = api.list(command, key, **of_zone)
    for network in shown["physicalnetwork"]:
        of_network = {"physicalnetworkid": network["id"]}
        shown["traffictype"] = api.list("listTrafficTypes", "traffictype", **of_network)
        providers = api.list("listNetworkServiceProviders", "networkserviceprovider", **of_network)
        shown["networkserviceprovider"] = providers
    return {key: [without_marks(thing) for thing in things] for key, things in shown.items()}


def without_marks(thing):
    """Ids, addresses and times are nobody's own choice."""
    marks = ("id", "zonetoken", "created", "lastpinged", "ipaddress", "allocationstate", "hostha")
    return {name: value for name, value in thing.items() if not name.endswith(marks)}
