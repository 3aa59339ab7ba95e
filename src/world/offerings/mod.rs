//! What clients choose from: sizes of servers and disks, kinds of networks.

pub mod disk_offering;
pub mod flavor;
pub mod network_offerings;
pub mod offer;
pub mod service_offering;
