//! What is only told again: a parameter, and the field that shows it.

use serde_json::{Map, Value};

use crate::api::cloudstack::params::{Args, Kind};

/// A parameter, and the field that shows what was sent for it.
pub(super) type Echo = (&'static str, &'static str);

/// What disks of an offering may do; for disk offerings, and for the root disks of service offerings.
pub(super) const OF_DISKS: &[Echo] = &[
    ("bytesreadrate", "diskBytesReadRate"),
    ("bytesreadratemax", "diskBytesReadRateMax"),
    ("bytesreadratemaxlength", "diskBytesReadRateMaxLength"),
    ("byteswriterate", "diskBytesWriteRate"),
    ("byteswriteratemax", "diskBytesWriteRateMax"),
    ("byteswriteratemaxlength", "diskBytesWriteRateMaxLength"),
    ("cachemode", "cacheMode"),
    ("customizediops", "iscustomizediops"),
    ("hypervisorsnapshotreserve", "hypervisorsnapshotreserve"),
    ("iopsreadrate", "diskIopsReadRate"),
    ("iopsreadratemax", "diskIopsReadRateMax"),
    ("iopsreadratemaxlength", "diskIopsReadRateMaxLength"),
    ("iopswriterate", "diskIopsWriteRate"),
    ("iopswriteratemax", "diskIopsWriteRateMax"),
    ("iopswriteratemaxlength", "diskIopsWriteRateMaxLength"),
    ("maxiops", "maxiops"),
    ("miniops", "miniops"),
    ("provisioningtype", "provisioningtype"),
    ("storagepolicy", "vspherestoragepolicy"),
    ("storagetype", "storagetype"),
];

/// What was sent for the parameters of `echoes`, under the names of their fields.
pub(super) fn told<'a>(
    args: &Args<'_>,
    echoes: impl IntoIterator<Item = &'a Echo>,
) -> Map<String, Value> {
    let echoes = echoes.into_iter();
    echoes
        .filter_map(|(name, field)| Some(((*field).to_owned(), value(args, name)?)))
        .collect()
}

fn value(args: &Args<'_>, name: &str) -> Option<Value> {
    let param = args.params.iter().find(|param| param.name == name)?;
    let sent = args.text(name)?;
    match param.kind {
        Kind::Flag => args.flag(name).map(Value::from),
        Kind::Integer | Kind::Long => args.number(name).map(Value::from),
        Kind::Float => sent.parse::<f64>().ok().map(Value::from),
        Kind::Text | Kind::Texts | Kind::Instant | Kind::Id(_) | Kind::Ids(_) | Kind::Map => {
            Some(sent.into())
        }
    }
}
