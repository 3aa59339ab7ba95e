//! What the files hold, as far as it is read.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::vocabulary::host_url;
use crate::vocabulary::plan::{HYPERVISORS, NetworkType};

#[derive(Deserialize)]
pub(super) struct DataCentre {
    pub(super) zones: Vec<Zone>,
    #[serde(default, rename = "globalConfig")]
    pub(super) settings: Vec<Setting>,
}

#[derive(Deserialize)]
pub(super) struct Setting {
    pub(super) name: Text,
    pub(super) value: Text,
}

#[derive(Deserialize)]
pub(super) struct Zone {
    pub(super) name: Text,
    pub(super) enabled: Option<Flag>,
    #[serde(rename = "networktype")]
    pub(super) network_type: Option<Network>,
    #[serde(rename = "securitygroupenabled")]
    pub(super) security_groups: Option<Flag>,
    #[serde(rename = "localstorageenabled")]
    pub(super) local_storage: Option<Flag>,
    pub(super) dns1: Option<Text>,
    pub(super) dns2: Option<Text>,
    #[serde(rename = "internaldns1")]
    pub(super) internal_dns1: Option<Text>,
    #[serde(rename = "internaldns2")]
    pub(super) internal_dns2: Option<Text>,
    #[serde(rename = "guestcidraddress")]
    pub(super) guest_cidr: Option<Text>,
    pub(super) domain: Option<Text>,
    #[serde(default)]
    pub(super) pods: Vec<Pod>,
    #[serde(default)]
    pub(super) physical_networks: Vec<PhysicalNetwork>,
    #[serde(default, rename = "ipranges")]
    pub(super) ranges: Vec<Range>,
    #[serde(default, rename = "primaryStorages")]
    pub(super) storage: Vec<Storage>,
    #[serde(default, rename = "secondaryStorages")]
    pub(super) image_stores: Vec<ImageStore>,
    #[serde(default, rename = "cacheStorages")]
    pub(super) staging_stores: Vec<ImageStore>,
}

#[derive(Deserialize)]
pub(super) struct Pod {
    pub(super) name: Text,
    pub(super) gateway: Option<Address>,
    pub(super) netmask: Option<Address>,
    #[serde(rename = "startip")]
    pub(super) start: Option<Address>,
    #[serde(rename = "endip")]
    pub(super) end: Option<Address>,
    #[serde(default, rename = "guestIpRanges")]
    pub(super) ranges: Vec<Range>,
    #[serde(default)]
    pub(super) clusters: Vec<Cluster>,
}

#[derive(Deserialize)]
pub(super) struct Cluster {
    #[serde(rename = "clustername")]
    pub(super) name: Text,
    pub(super) hypervisor: Option<Hypervisor>,
    #[serde(rename = "clustertype")]
    pub(super) kind: Option<Text>,
    #[serde(default)]
    pub(super) hosts: Vec<Host>,
    #[serde(default, rename = "primaryStorages")]
    pub(super) storage: Vec<Storage>,
}

#[derive(Deserialize)]
pub(super) struct Host {
    /// `http://sim/c0/h0`
    pub(super) url: HostUrl,
    #[serde(rename = "hosttags")]
    pub(super) tags: Option<List>,
}

#[derive(Deserialize)]
pub(super) struct Storage {
    pub(super) name: Text,
    pub(super) url: Option<Text>,
    pub(super) tags: Option<List>,
    pub(super) scope: Option<Text>,
    pub(super) hypervisor: Option<Hypervisor>,
}

#[derive(Deserialize)]
pub(super) struct ImageStore {
    pub(super) name: Option<Text>,
    pub(super) url: Option<Text>,
    pub(super) provider: Option<Text>,
}

#[derive(Deserialize)]
pub(super) struct PhysicalNetwork {
    pub(super) name: Text,
    pub(super) vlan: Option<Text>,
    #[serde(rename = "isolationmethods")]
    pub(super) isolation: Option<List>,
    pub(super) tags: Option<List>,
    #[serde(rename = "broadcastdomainrange")]
    pub(super) broadcast_domain: Option<Text>,
    #[serde(default, rename = "traffictypes")]
    pub(super) traffic_types: Vec<TrafficType>,
    #[serde(default)]
    pub(super) providers: Vec<Provider>,
}

#[derive(Deserialize)]
pub(super) struct TrafficType {
    #[serde(rename = "typ")]
    pub(super) kind: Text,
}

#[derive(Deserialize)]
pub(super) struct Provider {
    pub(super) name: Text,
}

#[derive(Deserialize)]
pub(super) struct Range {
    pub(super) gateway: Option<Address>,
    pub(super) netmask: Option<Address>,
    #[serde(rename = "startip")]
    pub(super) start: Option<Address>,
    #[serde(rename = "endip")]
    pub(super) end: Option<Address>,
    pub(super) vlan: Option<Text>,
}

/// A text; the files also write numbers and truths where texts are meant, and the other way round.
pub(super) struct Text(pub(super) Arc<str>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyText)
    }
}

struct AnyText;

impl Visitor<'_> for AnyText {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text(text.into()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
        Ok(Text(value.to_string().into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
        Ok(Text(value.to_string().into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
        Ok(Text(value.to_string().into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
        Ok(Text(value.to_string().into()))
    }
}

/// Declares a value that is written as a text which has to make sense.
macro_rules! readable {
    ($name:ident($kind:ty), $read:expr) => {
        pub(super) struct $name(pub(super) $kind);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let Text(text) = Text::deserialize(deserializer)?;
                $read(&text).map(Self).map_err(D::Error::custom)
            }
        }
    };
}

readable!(Address(Ipv4Addr), |text: &str| {
    Ipv4Addr::from_str(text).map_err(|_| format!("`{text}` is no IPv4 address"))
});

readable!(Flag(bool), |text: &str| {
    let text = text.to_ascii_lowercase();
    bool::from_str(&text).map_err(|_| format!("`{text}` is neither true nor false"))
});

readable!(Network(NetworkType), |text: &str| {
    NetworkType::named(text).ok_or_else(|| format!("`{text}` is neither Basic nor Advanced"))
});

readable!(Hypervisor(Arc<str>), |text: &str| {
    let mut known = HYPERVISORS.iter();
    let found = known.find(|known| known.eq_ignore_ascii_case(text));
    found.map(|found| Arc::from(*found)).ok_or_else(|| {
        format!(
            "there is no hypervisor `{text}`; there are {}",
            HYPERVISORS.join(", ")
        )
    })
});

readable!(HostUrl(host_url::HostUrl), |text: &str| {
    host_url::HostUrl::from_str(text).map_err(|error| error.to_string())
});

/// Words between commas, or a list of them.
pub(super) struct List(pub(super) Vec<Arc<str>>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            One(Text),
            Several(Vec<Text>),
        }
        let words = match Form::deserialize(deserializer)? {
            Form::One(text) => vec![text],
            Form::Several(texts) => texts,
        };
        let words = words.iter().flat_map(|Text(text)| text.split(','));
        let words = words.map(str::trim).filter(|word| !word.is_empty());
        Ok(Self(words.map(Arc::from).collect()))
    }
}
