//! What a list of servers can be asked for.

use std::net::IpAddr;

use regex::{Regex, RegexBuilder};
use uuid::Uuid;

use super::super::super::query::{flag, time};
use super::super::view::{hostname, power_state, reservation, task_state, vm_state};
use super::Call;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::vocabulary::place::Level;
use crate::world::World;
use crate::world::server::{NovaDetails, STATUSES, Server};

/// Tells whether a server is asked for.
pub(super) type Test<'a> = Box<dyn Fn(&Server) -> bool + 'a>;

/// A filter, by the query parameter that sets it.
struct Filter {
    name: &'static str,
    /// The first microversion in which it is for everybody; admins always have it.
    since: u32,
    /// Makes the test for a value.
    test: for<'a> fn(&'a World, &'a str) -> Test<'a>,
}

const ADMINS: u32 = u32::MAX;

const fn filter(
    name: &'static str,
    since: u32,
    test: for<'a> fn(&'a World, &'a str) -> Test<'a>,
) -> Filter {
    Filter { name, since, test }
}

const FILTERS: &[Filter] = &[
    filter("name", 0, |_, wanted| {
        matching(wanted, |server| server.spec.name.to_string())
    }),
    filter("display_name", ADMINS, |_, wanted| {
        matching(wanted, |server| server.spec.name.to_string())
    }),
    filter("reservation_id", 0, |_, wanted| {
        matching(wanted, reservation)
    }),
    filter("image", 0, |_, wanted| same(wanted, image)),
    filter("image_ref", ADMINS, |_, wanted| same(wanted, image)),
    filter("flavor", 0, |_, wanted| {
        same(wanted, |server| server.spec.flavor.id.to_string())
    }),
    filter("ip", 0, |world, wanted| {
        has_address(world, wanted, IpAddr::is_ipv4)
    }),
    filter("ip6", 5, |world, wanted| {
        has_address(world, wanted, IpAddr::is_ipv6)
    }),
    filter("changes-since", 0, |_, wanted| {
        let since = time(wanted);
        Box::new(move |server| since.is_none_or(|since| server.updated >= since))
    }),
    filter("changes-before", 66, |_, wanted| {
        let before = time(wanted);
        Box::new(move |server| before.is_none_or(|before| server.updated <= before))
    }),
    filter("tags", 26, |_, wanted| {
        Box::new(move |server| wanted.split(',').all(|tag| has_tag(server, tag)))
    }),
    filter("tags-any", 26, |_, wanted| {
        Box::new(move |server| wanted.split(',').any(|tag| has_tag(server, tag)))
    }),
    filter("not-tags", 26, |_, wanted| {
        Box::new(move |server| !wanted.split(',').all(|tag| has_tag(server, tag)))
    }),
    filter("not-tags-any", 26, |_, wanted| {
        Box::new(move |server| !wanted.split(',').any(|tag| has_tag(server, tag)))
    }),
    // Nothing is ever locked.
    filter("locked", 73, |_, wanted| {
        let is_locked = flag(wanted).unwrap_or(false);
        Box::new(move |_| !is_locked)
    }),
    filter("availability_zone", 83, |world, wanted| {
        same(wanted, move |server| {
            let host = server.host.map(|host| world.topology.host(host));
            host.and_then(|host| host.place.name(Level::Zone))
                .map(|zone| zone.to_string())
                .unwrap_or_default()
        })
    }),
    filter("config_drive", 83, |_, wanted| {
        let wanted = flag(wanted).unwrap_or(false);
        Box::new(move |server| server.spec.config_drive == wanted)
    }),
    filter("key_name", 83, |_, wanted| {
        matching(wanted, |server| {
            server
                .spec
                .key_name
                .as_deref()
                .unwrap_or_default()
                .to_owned()
        })
    }),
    filter("power_state", 83, |_, wanted| {
        same(wanted, |server| power_state(server.power).to_string())
    }),
    filter("vm_state", 83, |_, wanted| {
        same(wanted, |server| vm_state(server.state).to_owned())
    }),
    filter("task_state", 83, |_, wanted| {
        same(wanted, |server| {
            server.task.map_or("", task_state).to_owned()
        })
    }),
    filter("user_id", 83, |_, wanted| {
        with_id(wanted, |server| server.spec.user.id)
    }),
    filter("hostname", 90, |_, wanted| matching(wanted, hostname)),
    filter("uuid", ADMINS, |_, wanted| {
        with_id(wanted, |server| server.id)
    }),
    filter("project_id", ADMINS, |_, wanted| {
        with_id(wanted, |server| server.spec.project.id)
    }),
    filter("tenant_id", ADMINS, |_, wanted| {
        with_id(wanted, |server| server.spec.project.id)
    }),
    filter("host", ADMINS, |world, wanted| {
        same(wanted, move |server| host(world, server))
    }),
    filter("node", ADMINS, |world, wanted| {
        same(wanted, move |server| host(world, server))
    }),
    // What is deleted is gone.
    filter("deleted", ADMINS, |_, wanted| {
        let wanted = flag(wanted).unwrap_or(false);
        Box::new(move |_| !wanted)
    }),
];

fn pattern(text: &str) -> Regex {
    let literal = || Regex::new(&regex::escape(text)).expect("an escaped text is a pattern");
    // A bound on what a client can make us build.
    RegexBuilder::new(text)
        .size_limit(1 << 20)
        .build()
        .unwrap_or_else(|_| literal())
}

fn matching<'a>(wanted: &str, value: fn(&Server) -> String) -> Test<'a> {
    let pattern = pattern(wanted);
    Box::new(move |server| pattern.is_match(&value(server)))
}

/// An address of a version that matches.
fn has_address<'a>(world: &'a World, wanted: &str, is_of_version: fn(&IpAddr) -> bool) -> Test<'a> {
    let pattern = pattern(wanted);
    Box::new(move |server| {
        let cards = world.networking.nics_of(server.id);
        let addresses = cards
            .flat_map(|card| &card.fixed_ips)
            .map(|fixed| fixed.address);
        addresses
            .filter(is_of_version)
            .any(|address| pattern.is_match(&address.to_string()))
    })
}

fn same<'a>(wanted: &'a str, value: impl Fn(&Server) -> String + 'a) -> Test<'a> {
    Box::new(move |server| value(server) == wanted)
}

fn with_id<'a>(wanted: &str, id: fn(&Server) -> Uuid) -> Test<'a> {
    let wanted = Uuid::try_parse(wanted).ok();
    Box::new(move |server| Some(id(server)) == wanted)
}

fn image(server: &Server) -> String {
    server
        .spec
        .image
        .as_ref()
        .map(|image| image.id.to_string())
        .unwrap_or_default()
}

fn host(world: &World, server: &Server) -> String {
    server
        .host
        .map(|host| world.topology.host(host).name.to_string())
        .unwrap_or_default()
}

fn has_tag(server: &Server, tag: &str) -> bool {
    let tags = |details: &NovaDetails| details.tags.iter().any(|known| **known == *tag);
    server.spec.nova.as_deref().is_some_and(tags)
}

/// The tests that the query asks for. Filters that the caller may not use are left out, as Nova does.
pub(super) fn of_query<'a>(world: &'a World, call: &'a Call) -> Result<Vec<Test<'a>>, Fault> {
    let applies = |filter: &&Filter| call.is_admin() || call.microversion >= filter.since;
    let set = FILTERS.iter().filter(applies).filter_map(|filter| {
        let value = call.param(filter.name)?;
        Some((filter.test)(world, value))
    });
    let mut tests: Vec<Test<'_>> = set.collect();
    if let Some(word) = call.param("locked").filter(|_| call.microversion >= 73) {
        flag(word)?;
    }
    tests.extend(status(call)?);
    Ok(tests)
}

/// The other statuses that Nova has.
const MORE_STATUSES: &[&str] = &[
    "DELETED",
    "HARD_REBOOT",
    "MIGRATING",
    "PASSWORD",
    "REBOOT",
    "REBUILD",
    "RESCUE",
    "RESIZE",
    "REVERT_RESIZE",
    "SHELVED",
    "SHELVED_OFFLOADED",
    "UNKNOWN",
    "VERIFY_RESIZE",
];

fn status(call: &Call) -> Result<Option<Test<'_>>, Fault> {
    let asked = call.query.iter().filter(|(name, _)| name == "status");
    let wanted: Vec<String> = asked
        .map(|(_, status)| status.to_ascii_uppercase())
        .collect();
    let is_known = |status: &String| {
        STATUSES.iter().any(|(known, ..)| known == status)
            || MORE_STATUSES.contains(&status.as_str())
    };
    if wanted.iter().any(|status| status == "DELETED") && !call.is_admin() {
        let message = "Only administrators may list deleted instances";
        return Err(Fault::new(FaultKind::Forbidden, message));
    }
    if call.microversion >= 38 && !wanted.iter().all(is_known) {
        return Err(Fault::bad_request("Invalid status value"));
    }
    Ok((!wanted.is_empty()).then(|| -> Test<'_> {
        Box::new(move |server| wanted.iter().any(|wanted| server.status() == wanted))
    }))
}
