//! What servers and volumes begin as, and what is said of it.

pub mod image;
pub mod metadefs;
pub mod os_type;
pub mod template;
mod usage;
