"""The life of a machine through `py-acs-sdk`. Ends with a traceback at the first thing that is not as it should be."""

import sys

from acs_sdk.acs import ApacheCloudStack
from acs_sdk.schemas.config import ApacheCloudStackConfig
from acs_sdk.schemas.request.job import QueryAsyncJobRequest
from acs_sdk.schemas.request.region import ListRegionsRequest
from acs_sdk.schemas.request.service_offering import ListServiceOfferingRequest
from acs_sdk.schemas.request.template import ListTemplatesRequest
from acs_sdk.schemas.request.virtual_machine import (
    DeployVirtualMachineRequest,
    DestroyVirtualMachineRequest,
    ListVirtualMachinesRequest,
    StartVirtualMachineRequest,
    StopVirtualMachineRequest,
)
from acs_sdk.schemas.request.zone import ListZonesRequest
from acs_sdk.services.job import Job
from acs_sdk.services.region import Region
from acs_sdk.services.service_offering import ServiceOffering
from acs_sdk.services.template import Template
from acs_sdk.services.virtual_machine import VirtualMachine
from acs_sdk.services.zone import Zone
from acs_sdk.client.client import ApacheCloudStackClient

endpoint, key, secret = sys.argv[1:]
client = ApacheCloudStackClient(ApacheCloudStackConfig(api_endpoint=endpoint, api_key=key, api_secret=secret))
machines, jobs = VirtualMachine(client), Job(client)


def finished(answer):
    """What the job of an answer brought about: it is over at the first look."""
    job = jobs.query(QueryAsyncJobRequest(jobid=answer.data["jobid"])).data
    assert job["jobstatus"] == 1, job
    return job["jobresult"]["virtualmachine"]


def listed():
    return machines.list(ListVirtualMachinesRequest()).data or []


[zone] = Zone(client).list(ListZonesRequest()).data
assert Region(client).list(ListRegionsRequest()).data
offering = ServiceOffering(client).list(ListServiceOfferingRequest()).data[0]
template = Template(client).list(ListTemplatesRequest(templatefilter="executable")).data[0]

deployed = machines.deploy_vm(
    DeployVirtualMachineRequest(
        name="web-1", serviceofferingid=offering["id"], templateid=template["id"], zoneid=zone["id"]
    )
)
machine = finished(deployed)
assert (machine["name"], machine["state"]) == ("web-1", "Running"), machine
assert [found["id"] for found in listed()] == [machine["id"]]
assert finished(machines.stop_vm(StopVirtualMachineRequest(id=machine["id"])))["state"] == "Stopped"
assert finished(machines.start_vm(StartVirtualMachineRequest(id=machine["id"])))["state"] == "Running"
machines.destroy_vm(DestroyVirtualMachineRequest(id=machine["id"], expunge=True))
assert listed() == []
