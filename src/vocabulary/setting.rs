//! CloudStack's global settings: one table for its API, for data centre files and for what obeys them.

/// A setting, as it is where nobody changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettingSpec {
    pub name: &'static str,
    pub kind: Kind,
    /// `Advanced`, `Network` …
    pub category: &'static str,
    /// Of what the value can differ, beside for all.
    pub scope: Scope,
    /// `None` where there is none.
    pub default: Option<&'static str>,
    pub about: &'static str,
}

/// What a setting's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A whole number.
    Number,
    Decimal,
    Truth,
}

impl Kind {
    /// CloudStack's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Text => "String",
            Kind::Number => "Number",
            Kind::Decimal => "Decimal",
            Kind::Truth => "Boolean",
        }
    }

    /// Whether a value is one of its kind.
    pub fn holds(self, value: &str) -> bool {
        match self {
            Kind::Text => true,
            Kind::Number => value.parse::<i64>().is_ok(),
            Kind::Decimal => value.parse::<f64>().is_ok_and(f64::is_finite),
            Kind::Truth => matches!(value, "true" | "false"),
        }
    }
}

/// Of what a setting's value can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Of nothing: there is one value.
    Global,
    Zone,
    Cluster,
    StoragePool,
    ImageStore,
    Account,
    Domain,
}

impl Scope {
    /// CloudStack's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Scope::Global => "Global",
            Scope::Zone => "Zone",
            Scope::Cluster => "Cluster",
            Scope::StoragePool => "StoragePool",
            Scope::ImageStore => "ImageStore",
            Scope::Account => "Account",
            Scope::Domain => "Domain",
        }
    }
}

/// The setting of that name.
pub fn named(name: &str) -> Option<&'static SettingSpec> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// All names.
pub fn names() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().map(|setting| setting.name)
}

const fn row(
    name: &'static str,
    kind: Kind,
    category: &'static str,
    scope: Scope,
    default: &'static str,
    about: &'static str,
) -> SettingSpec {
    SettingSpec {
        name,
        kind,
        category,
        scope,
        default: match default.is_empty() {
            true => None,
            false => Some(default),
        },
        about,
    }
}

use Kind::{Decimal, Number, Text, Truth};
use Scope::{Account, Cluster, Domain, Global, ImageStore, StoragePool, Zone};

/// All of them, in the order of their names.
#[rustfmt::skip]
pub const SETTINGS: &[SettingSpec] = &[
    row("account.cleanup.interval", Number, "Advanced", Global, "86400", "Seconds between looks for accounts that are to be cleaned up"),
    row("agent.lb.enabled", Truth, "Advanced", Global, "false", "Whether agents are spread over the management servers"),
    row("agent.load.threshold", Decimal, "Advanced", Global, "0.7", "Share of agents that a management server keeps before others take some over"),
    row("alert.wait", Number, "Alert", Global, "1800", "Seconds before a silent agent is given up and an alert is raised"),
    row("allow.diskOffering.change.during.scale.vm", Truth, "Advanced", Zone, "false", "Whether a machine's root disk may get another offering with its size"),
    row("allow.empty.start.end.ipaddress", Truth, "Advanced", Global, "true", "Whether a range of addresses may be without its ends"),
    row("allow.public.user.templates", Truth, "Advanced", Account, "true", "Whether users may make public templates"),
    row("allow.user.create.projects", Truth, "Project Defaults", Global, "true", "Whether users may create projects"),
    row("allow.user.expunge.recover.vm", Truth, "Advanced", Account, "false", "Whether users may expunge and recover their machines"),
    row("allow.user.expunge.recover.volume", Truth, "Advanced", Account, "true", "Whether users may expunge and recover their volumes"),
    row("allow.user.force.stop.vm", Truth, "Advanced", Account, "true", "Whether users may stop their machines by force"),
    row("allow.user.view.destroyed.vm", Truth, "Advanced", Account, "false", "Whether users see their destroyed machines"),
    row("api.allowed.source.cidr.list", Text, "Advanced", Account, "0.0.0.0/0,::/0", "Networks that the API may be called from"),
    row("api.throttling.cachesize", Number, "Advanced", Global, "50000", "Accounts whose calls are counted"),
    row("api.throttling.enabled", Truth, "Advanced", Global, "false", "Whether calls of the API are limited"),
    row("api.throttling.interval", Number, "Advanced", Global, "1", "Seconds that calls are counted for"),
    row("api.throttling.max", Number, "Advanced", Global, "25", "Calls that are taken in that time"),
    row("backup.framework.enabled", Truth, "Advanced", Zone, "false", "Whether there are backups"),
    row("capacity.check.period", Number, "Advanced", Global, "300000", "Milliseconds between looks at what is used"),
    row("check.pod.cidrs", Truth, "Advanced", Global, "true", "Whether pods of different networks are kept apart"),
    row("cloudstack.strict_signature", Truth, "Advanced", Global, "false", "Whether signatures have to be made over the one canonical form, not over that of any known client"),
    row("cluster.cpu.allocated.capacity.disablethreshold", Decimal, "Alert", Cluster, "0.85", "Share of processors beyond which a cluster takes nothing new"),
    row("cluster.cpu.allocated.capacity.notificationthreshold", Decimal, "Alert", Cluster, "0.75", "Share of processors beyond which an alert is raised"),
    row("cluster.memory.allocated.capacity.disablethreshold", Decimal, "Alert", Cluster, "0.85", "Share of memory beyond which a cluster takes nothing new"),
    row("cluster.memory.allocated.capacity.notificationthreshold", Decimal, "Alert", Cluster, "0.75", "Share of memory beyond which an alert is raised"),
    row("cluster.storage.allocated.capacity.notificationthreshold", Decimal, "Alert", Cluster, "0.75", "Share of storage beyond which an alert is raised"),
    row("cluster.storage.operations.exclude", Truth, "Advanced", Cluster, "false", "Whether a cluster's hosts are left out of what is done to storage"),
    row("commands.timeout", Text, "Advanced", Global, "", "Seconds that single agent commands may take: StartCommand=600,StopCommand=300"),
    row("consoleproxy.capacityscan.interval", Number, "Console Proxy", Global, "30000", "Milliseconds between looks at the console proxies"),
    row("cpu.overprovisioning.factor", Decimal, "Advanced", Cluster, "1.0", "How many times its processors a cluster offers"),
    row("custom.diskoffering.size.max", Number, "Advanced", Global, "1024", "Largest size of a custom disk, in GiB"),
    row("custom.diskoffering.size.min", Number, "Advanced", Global, "1", "Smallest size of a custom disk, in GiB"),
    row("default.page.size", Number, "Advanced", Global, "500", "The most that one answer of a list holds"),
    row("default.ui.page.size", Number, "Advanced", Global, "20", "How much the user interface shows at once"),
    row("direct.agent.load.size", Number, "Advanced", Global, "16", "Agents that are connected at once"),
    row("direct.agent.pool.size", Number, "Advanced", Global, "500", "Threads for agents"),
    row("drs.algorithm", Text, "Advanced", Cluster, "condensed", "How machines are spread over a cluster: condensed or balanced"),
    row("drs.automatic.enable", Truth, "Advanced", Cluster, "false", "Whether machines are spread over a cluster by themselves"),
    row("drs.automatic.interval", Number, "Advanced", Cluster, "60", "Minutes between looks at how machines are spread"),
    row("drs.imbalance", Decimal, "Advanced", Cluster, "0.4", "How uneven a cluster may be"),
    row("drs.metric", Text, "Advanced", Cluster, "memory", "What is to be spread over a cluster: cpu or memory"),
    row("dynamic.apichecker.enabled", Truth, "Advanced", Global, "true", "Whether roles decide what may be called"),
    row("enable.account.settings.for.domain", Truth, "Advanced", Global, "false", "Whether domains have the settings of accounts"),
    row("enable.additional.vm.configuration", Truth, "Advanced", Account, "false", "Whether machines take extra configuration"),
    row("enable.domain.settings.for.child.domain", Truth, "Advanced", Global, "false", "Whether a domain's settings hold in the domains below it"),
    row("enable.dynamic.scale.vm", Truth, "Advanced", Zone, "false", "Whether running machines may be scaled"),
    row("enable.ec2.api", Truth, "Advanced", Global, "false", "Whether there is Amazon's API"),
    row("enable.user.2fa", Truth, "Advanced", Domain, "false", "Whether users may have a second factor"),
    row("endpoint.url", Text, "Advanced", Global, "http://localhost:8080/client/api", "Where the API is, in the eyes of clients"),
    row("event.purge.delay", Number, "Advanced", Global, "15", "Days that events are kept"),
    row("execute.in.sequence.hypervisor.commands", Truth, "Advanced", Global, "false", "Whether a host does one thing at a time"),
    row("expunge.delay", Number, "Advanced", Global, "86400", "Seconds that a destroyed machine is kept"),
    row("expunge.interval", Number, "Advanced", Global, "86400", "Seconds between looks for machines to expunge"),
    row("expunge.workers", Number, "Advanced", Global, "1", "Threads that expunge"),
    row("force.ha", Truth, "Advanced", Cluster, "false", "Whether all machines are started elsewhere when their host dies"),
    row("guest.domain.suffix", Text, "Advanced", Zone, "cloud.internal", "Domain of guests' names, where a network has none"),
    row("ha.investigators.exclude", Text, "Advanced", Global, "", "Investigators that are not asked"),
    row("ha.workers", Number, "Advanced", Global, "5", "Threads that start machines elsewhere"),
    row("host", Text, "Advanced", Global, "localhost", "Where agents find the management server"),
    row("image.store.allocated.capacity.disablethreshold", Decimal, "Alert", ImageStore, "0.95", "Share beyond which an image store takes nothing new"),
    row("instance.lease.enabled", Truth, "Advanced", Global, "false", "Whether machines can be leased"),
    row("instance.name", Text, "Advanced", Global, "VM", "End of machines' internal names"),
    row("integration.api.port", Number, "Advanced", Global, "", "Port at which calls need no authentication"),
    row("investigate.retry.interval", Number, "Advanced", Global, "60", "Seconds between investigations of a host"),
    row("ipv6.offering.enabled", Truth, "Advanced", Global, "false", "Whether offerings may be made whose networks have IPv6"),
    row("job.cancel.threshold.minutes", Number, "Advanced", Global, "60", "Minutes after which a job is given up"),
    row("job.expire.minutes", Number, "Advanced", Global, "1440", "Minutes that a job's result is kept"),
    row("json.content.type", Text, "Advanced", Global, "application/json; charset=UTF-8", "Type of answers in JSON"),
    row("kvm.snapshot.enabled", Truth, "Snapshots", Global, "true", "Whether KVM takes snapshots"),
    row("ldap.basedn", Text, "Advanced", Domain, "", "Where users are in a directory"),
    row("management.network.cidr", Text, "Advanced", Global, "", "Network that the management server is in"),
    row("mandate.user.2fa", Truth, "Advanced", Domain, "false", "Whether users must have a second factor"),
    row("max.account.cpus", Number, "Account Defaults", Global, "40", "Processors of an account; -1 for no limit"),
    row("max.account.memory", Number, "Account Defaults", Global, "40960", "Memory of an account in MiB; -1 for no limit"),
    row("max.account.networks", Number, "Account Defaults", Global, "20", "Networks of an account; -1 for no limit"),
    row("max.account.primary.storage", Number, "Account Defaults", Global, "200", "Primary storage of an account in GiB; -1 for no limit"),
    row("max.account.public.ips", Number, "Account Defaults", Global, "20", "Public addresses of an account; -1 for no limit"),
    row("max.account.secondary.storage", Number, "Account Defaults", Global, "400", "Secondary storage of an account in GiB; -1 for no limit"),
    row("max.account.snapshots", Number, "Account Defaults", Global, "20", "Snapshots of an account; -1 for no limit"),
    row("max.account.templates", Number, "Account Defaults", Global, "20", "Templates of an account; -1 for no limit"),
    row("max.account.user.vms", Number, "Account Defaults", Global, "20", "Machines of an account; -1 for no limit"),
    row("max.account.volumes", Number, "Account Defaults", Global, "20", "Volumes of an account; -1 for no limit"),
    row("max.account.vpcs", Number, "Account Defaults", Global, "20", "Private clouds of an account; -1 for no limit"),
    row("max.domain.user.vms", Number, "Domain Defaults", Domain, "40", "Machines of a domain; -1 for no limit"),
    row("mem.overprovisioning.factor", Decimal, "Advanced", Cluster, "1.0", "How many times its memory a cluster offers"),
    row("migrate.retry.interval", Number, "Advanced", Global, "120", "Seconds between tries to move a machine"),
    row("migratewait", Number, "Advanced", Global, "3600", "Seconds that a migration may take"),
    row("network.gc.interval", Number, "Advanced", Global, "600", "Seconds between looks for networks that nobody uses"),
    row("network.gc.wait", Number, "Advanced", Global, "600", "Seconds that a network has to be unused"),
    row("network.throttling.rate", Number, "Network", Zone, "200", "Default rate of networks, in Mb/s"),
    row("outofbandmanagement.sync.interval", Number, "Advanced", Global, "300000", "Milliseconds between looks at power states"),
    row("ping.interval", Number, "Advanced", Global, "60", "Seconds between pings of an agent"),
    row("ping.timeout", Decimal, "Advanced", Global, "2.5", "Intervals of pings after which an agent is taken for silent"),
    row("pool.storage.allocated.capacity.disablethreshold", Decimal, "Alert", StoragePool, "0.85", "Share beyond which a pool takes nothing new"),
    row("pool.storage.capacity.disablethreshold", Decimal, "Alert", StoragePool, "0.85", "Share of what is used beyond which a pool takes nothing new"),
    row("project.invite.required", Truth, "Project Defaults", Global, "false", "Whether members of projects are invited"),
    row("project.invite.timeout", Number, "Project Defaults", Global, "86400", "How long an invitation to a project may be accepted, in seconds"),
    row("restart.retry.interval", Number, "Advanced", Global, "600", "Seconds between tries to start a machine elsewhere"),
    row("router.check.interval", Number, "Advanced", Global, "30", "Seconds between looks at virtual routers"),
    row("secstorage.allowed.internal.sites", Text, "Advanced", Global, "", "Internal networks that templates may be fetched from"),
    row("secstorage.capacity.standby", Number, "Advanced", Global, "10", "Command slots that are kept free"),
    row("secstorage.max.migrate.sessions", Number, "Advanced", Global, "2", "Files that are moved at once"),
    row("snapshot.delta.max", Number, "Snapshots", Global, "16", "Snapshots between two whole ones"),
    row("snapshot.max.daily", Number, "Snapshots", Global, "8", "Daily snapshots of a volume, at most"),
    row("snapshot.max.hourly", Number, "Snapshots", Global, "8", "Hourly snapshots of a volume, at most"),
    row("snapshot.max.monthly", Number, "Snapshots", Global, "8", "Monthly snapshots of a volume, at most"),
    row("snapshot.max.weekly", Number, "Snapshots", Global, "8", "Weekly snapshots of a volume, at most"),
    row("start.retry", Number, "Advanced", Global, "10", "How often the start of a machine is tried"),
    row("stop.retry.interval", Number, "Advanced", Global, "600", "Seconds between tries to stop a machine"),
    row("storage.cache.replacement.enabled", Truth, "Advanced", Global, "true", "Whether caches of image stores are cleaned"),
    row("storage.cache.replacement.interval", Number, "Advanced", Global, "86400", "Seconds between the cleanings"),
    row("storage.cleanup.enabled", Truth, "Storage", Global, "true", "Whether storage is cleaned up"),
    row("storage.cleanup.interval", Number, "Storage", Global, "86400", "Seconds between clean-ups of storage"),
    row("storage.max.volume.size", Number, "Storage", Global, "2000", "Largest size of a volume, in GiB"),
    row("storage.overprovisioning.factor", Decimal, "Storage", StoragePool, "2.0", "How many times its size a pool offers"),
    row("system.vm.public.ip.reservation.mode.strictness", Truth, "Advanced", Global, "false", "Whether system machines only get addresses of ranges that are for them"),
    row("system.vm.use.local.storage", Truth, "Advanced", Zone, "false", "Whether system machines are on local storage"),
    row("update.wait", Number, "Advanced", Global, "600", "Seconds between looks at agents' updates"),
    row("use.external.dns", Truth, "Advanced", Zone, "false", "Whether machines are told of the zone's outer name servers only"),
    row("use.local.storage", Truth, "Advanced", Global, "false", "Whether machines are on local storage"),
    row("use.system.public.ips", Truth, "Advanced", Account, "true", "Whether an account with public addresses of its own gets others when they are used up"),
    row("vm.allocation.algorithm", Text, "Advanced", Global, "random", "How the order of hosts is chosen"),
    row("vm.deployment.planner", Text, "Advanced", Global, "FirstFitPlanner", "How a machine's place is chosen"),
    row("vm.destroy.forcestop", Truth, "Advanced", Global, "false", "Whether machines that are destroyed are stopped by force"),
    row("vm.disk.throttling.iops_read_rate", Number, "Advanced", Global, "0", "Default rate of reads"),
    row("vm.ha.migration.max.retries", Number, "Advanced", Global, "5", "How often work on a machine that failed is tried again: a start elsewhere, or a move off a host"),
    row("vm.instancename.flag", Truth, "Advanced", Global, "false", "Whether machines' internal names hold their display names"),
    row("vm.op.cancel.interval", Number, "Advanced", Global, "3600", "Seconds after which an operation is given up"),
    row("vm.op.cleanup.interval", Number, "Advanced", Global, "86400", "Seconds between clean-ups of operations"),
    row("vm.op.cleanup.wait", Number, "Advanced", Global, "3600", "Seconds that an operation is kept"),
    row("vm.op.lock.state.retry", Number, "Advanced", Global, "5", "How often a locked machine is tried again"),
    row("vm.op.wait.interval", Number, "Advanced", Global, "120", "Seconds between looks at whether an operation is over"),
    row("vm.strict.host.tags", Text, "Advanced", Global, "", "The tags of hosts that are heeded wherever a machine goes"),
    row("vm.strict.resource.limit.host.tag.check", Truth, "Advanced", Global, "true", "Whether tags that are limited are strict as well"),
    row("vmware.create.full.clone", Truth, "Advanced", StoragePool, "true", "Whether machines on VMware have disks of their own"),
    row("wait", Number, "Advanced", Global, "1800", "Seconds that an agent may take for a command"),
    row("workers", Number, "Advanced", Global, "10", "Threads that carry out calls"),
    row("zone.vlan.capacity.notificationthreshold", Decimal, "Alert", Zone, "0.75", "Share of tags beyond which an alert is raised"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_in_order_and_their_defaults_are_of_their_kind() {
        assert!(SETTINGS.is_sorted_by(|a, b| a.name < b.name));
        for setting in SETTINGS {
            let fits = setting
                .default
                .is_none_or(|value| setting.kind.holds(value));
            assert!(fits, "{}", setting.name);
        }
    }
}
