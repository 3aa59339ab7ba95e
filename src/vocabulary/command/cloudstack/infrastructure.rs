//! Zones, pods, clusters, hosts and storage.

use super::{at, row};
use crate::vocabulary::command::CommandSpec;
use crate::vocabulary::fact::Subject;

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("cloudstack.listZones", 530, "Lists zones"),
    row("cloudstack.listZonesMetrics", 530, "Lists zones with how much of them is in use"),
    row("cloudstack.createZone", 530, "Makes a zone"),
    row("cloudstack.updateZone", 530, "Changes a zone"),
    row("cloudstack.deleteZone", 530, "Deletes an empty zone"),
    row("cloudstack.listPods", 530, "Lists pods"),
    row("cloudstack.createPod", 530, "Makes a pod"),
    row("cloudstack.updatePod", 530, "Changes a pod"),
    row("cloudstack.deletePod", 530, "Deletes an empty pod"),
    row("cloudstack.listClusters", 530, "Lists clusters"),
    row("cloudstack.listClustersMetrics", 530, "Lists clusters with how much of them is in use"),
    row("cloudstack.addCluster", 530, "Makes a cluster"),
    row("cloudstack.updateCluster", 530, "Changes a cluster"),
    row("cloudstack.deleteCluster", 530, "Deletes an empty cluster"),
    row("cloudstack.listHosts", 530, "Lists hosts"),
    row("cloudstack.listHostsMetrics", 530, "Lists hosts with how much of them is in use"),
    row("cloudstack.addHost", 530, "Adds a host"),
    row("cloudstack.listHostTags", 530, "Lists the tags of hosts"),
    row("cloudstack.createStoragePool", 530, "Makes a pool of primary storage"),
    row("cloudstack.updateStoragePool", 530, "Changes a pool of primary storage"),
    row("cloudstack.deleteStoragePool", 530, "Deletes a pool of primary storage"),
    row("cloudstack.listStoragePools", 530, "Lists pools of primary storage"),
    row("cloudstack.listStoragePoolsMetrics", 530, "Lists pools of primary storage with how much of them is in use"),
    row("cloudstack.listStorageTags", 530, "Lists the tags of pools"),
    row("cloudstack.listStorageProviders", 530, "Lists who provides storage"),
    row("cloudstack.enableStorageMaintenance", 530, "Puts a pool into maintenance"),
    row("cloudstack.cancelStorageMaintenance", 530, "Ends a pool's maintenance"),
    row("cloudstack.findStoragePoolsForMigration", 530, "Lists the pools that a volume could move to"),
    row("cloudstack.addImageStore", 530, "Adds secondary storage"),
    row("cloudstack.updateImageStore", 530, "Changes secondary storage"),
    row("cloudstack.deleteImageStore", 530, "Removes secondary storage"),
    row("cloudstack.listImageStores", 530, "Lists secondary storage"),
    row("cloudstack.createSecondaryStagingStore", 530, "Adds staging storage"),
    row("cloudstack.deleteSecondaryStagingStore", 530, "Removes staging storage"),
    row("cloudstack.listSecondaryStagingStores", 530, "Lists staging storage"),
    at(&[Subject::Host], row("cloudstack.updateHost", 530, "Changes a host, or opens and closes it for new machines")),
    at(&[Subject::Host], row("cloudstack.deleteHost", 530, "Removes a host")),
];
