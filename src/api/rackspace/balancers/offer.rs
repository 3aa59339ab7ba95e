//! What the service has on offer: protocols, domains, ciphers, and how many of each thing there may be.

use std::net::IpAddr;

use crate::vocabulary::balancing::{ALGORITHMS, PROTOCOLS};

/// Those that encrypt by themselves.
pub(super) const SECURE_PROTOCOLS: &[&str] = &["HTTPS", "IMAPS", "LDAPS", "POP3S", "SFTP"];

/// Those without connections.
pub(super) const DATAGRAM_PROTOCOLS: &[&str] = &["UDP", "UDP_STREAM", "DNS_UDP"];

/// Those of which one side may be closed before the other.
pub(super) const HALF_CLOSABLE_PROTOCOLS: &[&str] = &["TCP", "TCP_CLIENT_FIRST"];

pub(super) fn is_protocol(name: &str) -> bool {
    PROTOCOLS.iter().any(|(known, _)| *known == name)
}

pub(super) fn is_algorithm(name: &str) -> bool {
    ALGORITHMS.contains(&name)
}

/// The domains that nodes may be named in: those set aside for examples.
pub(super) const DOMAINS: &[&str] = &["example.com", "example.net", "example.org"];

/// Whether requests can be sent on there: an address that is not the balancer's own or nobody's, or a name in
/// a domain that is allowed.
pub(super) fn is_node_address(text: &str) -> bool {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => !(ip.is_loopback() || ip.is_unspecified() || ip.is_broadcast()),
        Ok(IpAddr::V6(ip)) => !(ip.is_loopback() || ip.is_unspecified()),
        Err(_) => DOMAINS.iter().any(|domain| is_in_domain(text, domain)),
    }
}

fn is_in_domain(name: &str, domain: &str) -> bool {
    let host = name.strip_suffix(domain);
    host.is_some_and(|host| host.is_empty() || host.ends_with('.'))
}

/// Whether it is an address, or a network as `10.0.0.0/8`.
pub(super) fn is_network(text: &str) -> bool {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
}

pub(super) const BALANCER_LIMIT: usize = 25;
pub(super) const NODE_LIMIT: usize = 25;
pub(super) const IPV6_LIMIT: usize = 25;
pub(super) const BATCH_DELETE_LIMIT: usize = 10;
pub(super) const ACCESS_LIST_LIMIT: usize = 100;
pub(super) const META_LIMIT: usize = 25;
pub(super) const CERTIFICATE_LIMIT: usize = 20;

/// How many of each there may be, as the service lists it.
pub(super) const LIMITS: &[(&str, usize)] = &[
    ("IPV6_LIMIT", IPV6_LIMIT),
    ("LOADBALANCER_LIMIT", BALANCER_LIMIT),
    ("BATCH_DELETE_LIMIT", BATCH_DELETE_LIMIT),
    ("ACCESS_LIST_LIMIT", ACCESS_LIST_LIMIT),
    ("NODE_LIMIT", NODE_LIMIT),
    ("NODE_META_LIMIT", META_LIMIT),
    ("LOADBALANCER_META_LIMIT", META_LIMIT),
    ("CERTIFICATE_MAPPING_LIMIT", CERTIFICATE_LIMIT),
];

/// How often one may ask in a minute.
pub(super) const RATES: &[(&str, u32)] =
    &[("GET", 600), ("PUT", 600), ("DELETE", 300), ("POST", 300)];

/// The ciphers that an encrypted connection may use.
pub(super) const CIPHERS: &[&str] = &[
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
];

/// The page that clients see while no node answers.
pub(super) const ERROR_PAGE: &str = "<html><head><meta http-equiv=\"Content-Type\" \
    content=\"text/html;charset=utf-8\"><title>Service Unavailable</title></head><body>\
    <h2>Service Unavailable</h2><p>The service is temporarily unavailable. Please try again later.</p>\
    </body></html>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_where_requests_can_be_sent() {
        for good in ["10.0.0.1", "2001:db8::1", "example.com", "web.example.org"] {
            assert!(is_node_address(good), "{good}");
        }
        for bad in [
            "127.0.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "::1",
            "web",
            "myexample.com",
            "",
        ] {
            assert!(!is_node_address(bad), "{bad}");
        }
    }

    #[test]
    fn networks_are_addresses_with_or_without_bits() {
        for good in ["10.0.0.1", "10.0.0.0/8", "2001:db8::/128", "0.0.0.0/0"] {
            assert!(is_network(good), "{good}");
        }
        for bad in ["10.0.0.0/33", "10.0.0/8", "x", "10.0.0.0/", "::/129"] {
            assert!(!is_network(bad), "{bad}");
        }
    }
}
