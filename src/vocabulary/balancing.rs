//! The closed sets of words that load balancers have.

/// The algorithm of a balancer for which none is chosen.
pub const DEFAULT_ALGORITHM: &str = "RANDOM";

/// How a balancer chooses among its nodes.
pub const ALGORITHMS: &[&str] = &[
    "LEAST_CONNECTIONS",
    "RANDOM",
    "ROUND_ROBIN",
    "WEIGHTED_LEAST_CONNECTIONS",
    "WEIGHTED_ROUND_ROBIN",
];

/// The protocols with their ports; 0 where the port must be given.
pub const PROTOCOLS: &[(&str, u16)] = &[
    ("DNS_TCP", 53),
    ("DNS_UDP", 53),
    ("FTP", 21),
    ("HTTP", 80),
    ("HTTPS", 443),
    ("IMAPS", 993),
    ("IMAPv2", 143),
    ("IMAPv3", 220),
    ("IMAPv4", 143),
    ("LDAP", 389),
    ("LDAPS", 636),
    ("MYSQL", 3306),
    ("POP3", 110),
    ("POP3S", 995),
    ("SFTP", 22),
    ("SMTP", 25),
    ("TCP", 0),
    ("TCP_CLIENT_FIRST", 0),
    ("TCP_STREAM", 0),
    ("UDP", 0),
    ("UDP_STREAM", 0),
];

/// The protocol's own port; `None` where it has none.
pub fn port_of(protocol: &str) -> Option<u16> {
    let known = PROTOCOLS.iter().find(|(name, _)| *name == protocol);
    known.map(|(_, port)| *port).filter(|port| *port != 0)
}

/// The statuses that a scenario can put a balancer in.
pub const SETTABLE_STATUSES: &[&str] = &[
    "ACTIVE",
    "BUILD",
    "PENDING_UPDATE",
    "PENDING_DELETE",
    "SUSPENDED",
    "ERROR",
];

/// Further statuses that a balancer comes to by itself.
pub const PASSING_STATUSES: &[&str] = &["DELETED"];
