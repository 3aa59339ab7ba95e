//! The extra specifications that mean something to Nova, and the values that they may have.

use super::super::super::query::flag;
use super::super::super::schema::Pattern;
use crate::vocabulary::fault::Fault;

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
enum Rule {
    Anything,
    Flag,
    /// A whole number in this range.
    Whole(i64, i64),
    OneOf(&'static [&'static str]),
    Like(Pattern),
}

const WHOLE: Rule = Rule::Whole(i64::MIN, i64::MAX);
const NATURAL: Rule = Rule::Whole(0, i64::MAX);
const COUNT: Rule = Rule::Whole(1, i64::MAX);
const TRAIT: Rule = Rule::OneOf(&["required", "forbidden"]);
const SHARES: Rule = Rule::OneOf(&["custom", "high", "normal", "low"]);

/// `large`, or a number with or without a unit: `2MB`, `2MiB`, `2M`, `2048`.
const PAGE_SIZE: Pattern = Pattern {
    shown: r"(large|small|any|\d+([kKMGT]i?)?(b|bit|B)?)",
    accepts: |value| {
        let unit = value.trim_start_matches(|c: char| c.is_ascii_digit());
        if unit.len() == value.len() {
            return matches!(value, "large" | "small" | "any");
        }
        let bytes = match unit.strip_prefix(['k', 'K', 'M', 'G', 'T']) {
            Some(rest) => rest.strip_prefix('i').unwrap_or(rest),
            None => unit,
        };
        matches!(bytes, "" | "b" | "bit" | "B")
    },
};

/// By namespace, the names and their rules. `*` stands for any text, `#` for digits. A name in one of these
/// namespaces that is not listed is none; names in others are anybody's. `resources` and `trait` may carry
/// the name of a group.
#[rustfmt::skip]
const RULES: &[(&str, &[(&str, Rule)])] = &[
    ("accel", &[("device_profile", Rule::Anything)]),
    ("capabilities", &[("*", Rule::Anything)]),
    ("hw", &[
        ("boot_menu", Rule::Flag), ("cpu_cores", COUNT), ("cpu_dedicated_mask", Rule::Anything),
        ("cpu_max_cores", COUNT), ("cpu_max_sockets", COUNT), ("cpu_max_threads", COUNT),
        ("cpu_policy", Rule::OneOf(&["dedicated", "shared", "mixed"])), ("cpu_realtime", Rule::Flag),
        ("cpu_realtime_mask", Rule::Anything), ("cpu_sockets", COUNT),
        ("cpu_thread_policy", Rule::OneOf(&["prefer", "isolate", "require"])), ("cpu_threads", COUNT),
        ("emulator_threads_policy", Rule::OneOf(&["isolate", "share"])),
        ("ephemeral_encryption", Rule::Flag),
        ("ephemeral_encryption_format", Rule::OneOf(&["plain", "luks", "luksv2"])),
        ("hide_hypervisor_id", Rule::Flag), ("locked_memory", Rule::Flag), ("mem_encryption", Rule::Flag),
        ("mem_encryption_model", Rule::OneOf(&["amd-sev", "amd-sev-es"])), ("mem_page_size", Rule::Like(PAGE_SIZE)),
        ("numa_cpus.#", Rule::Anything), ("numa_mem.#", COUNT), ("numa_nodes", COUNT),
        ("pci_numa_affinity_policy", Rule::OneOf(&["required", "preferred", "legacy", "socket"])),
        ("pmem", Rule::Anything), ("pmu", Rule::Flag), ("serial_port_count", NATURAL),
        ("tpm_model", Rule::OneOf(&["tpm-tis", "tpm-crb"])), ("tpm_version", Rule::OneOf(&["1.2", "2.0"])),
        ("vif_multiqueue_enabled", Rule::Flag),
        ("viommu_model", Rule::OneOf(&["intel", "smmuv3", "virtio", "auto"])),
        ("virtio_packed_ring", Rule::Flag),
        ("watchdog_action", Rule::OneOf(&["none", "pause", "poweroff", "reset", "disabled"])),
    ]),
    ("hw_rng", &[("allowed", Rule::Flag), ("rate_bytes", NATURAL), ("rate_period", NATURAL)]),
    ("hw_video", &[("ram_max_mb", NATURAL)]),
    ("os", &[("secure_boot", Rule::OneOf(&["disabled", "required"]))]),
    ("pci_passthrough", &[("alias", Rule::Anything)]),
    ("quota", &[
        ("cpu_limit", NATURAL), ("cpu_period", NATURAL), ("cpu_quota", WHOLE), ("cpu_reservation", WHOLE),
        ("cpu_shares", NATURAL), ("cpu_shares_level", SHARES), ("cpu_shares_share", NATURAL),
        ("disk_io_limit", NATURAL), ("disk_io_reservation", WHOLE), ("disk_io_shares_level", SHARES),
        ("disk_io_shares_share", NATURAL), ("disk_read_bytes_sec", NATURAL), ("disk_read_iops_sec", NATURAL),
        ("disk_total_bytes_sec", NATURAL), ("disk_total_iops_sec", NATURAL),
        ("disk_write_bytes_sec", NATURAL), ("disk_write_iops_sec", NATURAL), ("memory_limit", NATURAL),
        ("memory_reservation", WHOLE), ("memory_shares_level", SHARES), ("memory_shares_share", NATURAL),
        ("vif_inbound_average", NATURAL), ("vif_inbound_burst", NATURAL), ("vif_inbound_peak", NATURAL),
        ("vif_limit", NATURAL), ("vif_outbound_average", NATURAL), ("vif_outbound_burst", NATURAL),
        ("vif_outbound_peak", NATURAL), ("vif_reservation", WHOLE), ("vif_shares_level", SHARES),
        ("vif_shares_share", NATURAL),
    ]),
    ("resources", &[
        ("CUSTOM_*", WHOLE), ("DISK_GB", WHOLE), ("FPGA", WHOLE), ("IPV4_ADDRESS", WHOLE),
        ("MEMORY_MB", WHOLE), ("MEM_ENCRYPTION_CONTEXT", WHOLE), ("NET_*", WHOLE), ("NUMA_*", WHOLE),
        ("PCI_DEVICE", WHOLE), ("PCPU", WHOLE), ("PGPU", WHOLE), ("SRIOV_NET_VF", WHOLE), ("VCPU", WHOLE),
        ("VGPU", WHOLE), ("VGPU_DISPLAY_HEAD", WHOLE),
    ]),
    ("trait", &[
        ("CUSTOM_*", TRAIT), ("COMPUTE_*", TRAIT), ("HW_*", TRAIT), ("MISC_*", TRAIT), ("OWNER_*", TRAIT),
        ("STORAGE_*", TRAIT),
    ]),
    ("vmware", &[("hw_version", Rule::Anything), ("storage_policy", Rule::Anything)]),
];

/// Names without a namespace.
const BARE: &[(&str, Rule)] = &[
    ("group_policy", Rule::OneOf(&["isolate", "none"])),
    ("hide_hypervisor_id", Rule::Flag),
];

/// Whether a specification is one, if its name says that it is to be.
///
/// # Errors
/// [`FaultKind::BadRequest`](crate::vocabulary::fault::FaultKind::BadRequest) for a name that has no meaning
/// in a namespace of Nova's, and for a value that is not what its name takes.
pub(super) fn check(name: &str, value: &str) -> Result<(), Fault> {
    let Some((namespace, rest)) = name.split_once(':') else {
        let rule = BARE.iter().find(|(known, _)| *known == name);
        return rule.map_or(Ok(()), |(_, rule)| rule.check(value));
    };
    let Some((_, rules)) = RULES
        .iter()
        .find(|(known, _)| is_namespace(known, namespace))
    else {
        return Ok(());
    };
    match rules.iter().find(|(known, _)| matches(known, rest)) {
        Some((_, rule)) => rule.check(value),
        None => Err(failed(&format!(
            "extra spec '{name}' does not appear to be a valid extra spec"
        ))),
    }
}

fn is_namespace(known: &str, namespace: &str) -> bool {
    let takes_group = matches!(known, "resources" | "trait");
    known == namespace || (takes_group && namespace.starts_with(known))
}

fn matches(pattern: &str, name: &str) -> bool {
    if let Some(start) = pattern.strip_suffix('*') {
        return name.len() > start.len() && name.starts_with(start);
    }
    match pattern.strip_suffix('#') {
        Some(start) => name.strip_prefix(start).is_some_and(is_number),
        None => pattern == name,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn failed(what: &str) -> Fault {
    Fault::bad_request(format!("Validation failed; {what}."))
}

impl Rule {
    fn check(self, value: &str) -> Result<(), Fault> {
        match self {
            Rule::Anything => Ok(()),
            Rule::Flag => flag(value)
                .map(|_| ())
                .map_err(|_| failed(&format!("'{value}' is not a valid boolean-like value"))),
            Rule::Whole(min, max) => check_whole(value, min, max),
            Rule::OneOf(words) if words.contains(&value) => Ok(()),
            Rule::Like(pattern) if (pattern.accepts)(value) => Ok(()),
            Rule::Like(Pattern { shown, .. }) => {
                Err(failed(&format!("'{value}' is not of the format '{shown}'")))
            }
            Rule::OneOf(words) => {
                let words = words.join(", ");
                Err(failed(&format!("'{value}' is not one of: {words}")))
            }
        }
    }
}

fn check_whole(value: &str, min: i64, max: i64) -> Result<(), Fault> {
    let number: i64 = value
        .trim()
        .parse()
        .map_err(|_| failed(&format!("'{value}' is not a valid integer value")))?;
    if number > max {
        return Err(failed(&format!(
            "'{number}' is greater than the max value of '{max}'"
        )));
    }
    if number < min {
        return Err(failed(&format!(
            "'{number}' is less than the min value of '{min}'"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    fn complaint(name: &str, value: &str) -> String {
        check(name, value).map_or_else(|fault| fault.message, |()| String::new())
    }

    #[test]
    fn what_has_a_meaning_is_checked() {
        for (name, value) in [
            ("anything", "goes"),
            ("mine:own", "x"),
            ("hw:cpu_policy", "dedicated"),
            ("hw:numa_mem.0", "512"),
            ("hw:mem_page_size", "any"),
            ("hw:mem_page_size", "2048"),
            ("hw:mem_page_size", "2Mibit"),
            ("hw:mem_page_size", "1GB"),
            ("resources:CUSTOM_GOLD", "1"),
            ("resources1:VCPU", "2"),
            ("trait:HW_CPU_X86_VMX", "required"),
            ("hide_hypervisor_id", "yes"),
        ] {
            assert_eq!(complaint(name, value), "", "{name}");
        }
        assert_eq!(
            complaint("hw:cpu_policy", "x"),
            "Validation failed; 'x' is not one of: dedicated, shared, mixed."
        );
        assert_eq!(
            complaint("hw:foo", "x"),
            "Validation failed; extra spec 'hw:foo' does not appear to be a valid extra spec."
        );
        assert_eq!(
            complaint("hw:numa_nodes", "0"),
            "Validation failed; '0' is less than the min value of '1'."
        );
        for size in ["x", "", "big", "MB", "2MM", "2i", "-1"] {
            let format = r"(large|small|any|\d+([kKMGT]i?)?(b|bit|B)?)";
            let told = format!("Validation failed; '{size}' is not of the format '{format}'.");
            assert_eq!(complaint("hw:mem_page_size", size), told);
        }
        assert_eq!(
            complaint("quota:cpu_limit", "x"),
            "Validation failed; 'x' is not a valid integer value."
        );
    }
}
