//! A world with 100,000 servers beside one with ten: what a request costs, what a server takes.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use crate::client::Cloud;
use crate::process::Process;
use crate::report::Ratios;
use crate::work::Work;
use crate::{ROUNDS, compare};

const CROWD: usize = 100_000;
const FEW: usize = 10;
/// Each has room for 2,048 servers of the smallest flavor.
const HOSTS: usize = 64;
/// How many of the requests that walk over all servers count as one of the others.
const WALK_SHARE: usize = 100;

pub(crate) async fn measure(shots: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    write_topology(folder.path());
    let (small, large) = (Process::mimic(folder.path()), Process::mimic(folder.path()));
    let few = Cloud::prepare(&small.address, FEW).await;
    let crowd = populate(&large).await;
    println!(
        "\nprocessor time per request among {CROWD} servers, among {FEW} = 1 (median of {ROUNDS} pairs; least, most)\n"
    );
    let walk = shots / WALK_SHARE;
    for (name, of, shots) in [
        ("GET one server", get as fn(&Cloud) -> Work, shots),
        ("create and delete", life, shots / 2),
        ("POST token", token, shots),
        ("GET 100 servers", |cloud| list(cloud, "limit=100"), walk),
        (
            "GET 10, by name",
            |cloud| list(cloud, "limit=10&name=web-0-1$"),
            walk,
        ),
        (
            "GET 10, by status",
            |cloud| list(cloud, "limit=10&status=ACTIVE"),
            walk,
        ),
    ] {
        let ratios: Ratios = compare((&large, &of(&crowd)), (&small, &of(&few)), shots).await;
        println!("{name:<18} {ratios}");
    }
}

fn get(cloud: &Cloud) -> Work {
    Work::One(cloud.get_server())
}

fn life(cloud: &Cloud) -> Work {
    Work::Life(cloud.create_server())
}

fn token(cloud: &Cloud) -> Work {
    Work::One(cloud.post_token())
}

fn list(cloud: &Cloud, query: &str) -> Work {
    Work::One(cloud.list_servers(query))
}

/// Makes the crowd, and says what it took.
async fn populate(mimic: &Process) -> Cloud {
    let mut cloud = Cloud::prepare(&mimic.address, FEW).await;
    let (begin, before) = (Instant::now(), mimic.resident_kib());
    cloud.populate(CROWD).await;
    // They are built when somebody looks.
    let seen = Work::One(cloud.get_server())
        .first()
        .status(&mimic.address)
        .await;
    assert_eq!(seen, 200);
    let (took, after) = (begin.elapsed(), mimic.resident_kib());
    println!("\ntime to make {CROWD} servers, 1,000 with a request   {took:.1?}");
    println!(
        "memory of a server                               {:.2} KiB",
        (after - before) as f64 / CROWD as f64
    );
    cloud
}

fn write_topology(folder: &Path) {
    let mut hosts = String::new();
    for n in 1..=HOSTS {
        let _ = writeln!(hosts, "host \"host-{n}\"");
    }
    let text = format!(
        "topology {{ zone \"zone-1\" {{ pod \"pod-1\" {{ cluster \"cluster-1\" {{\n{hosts}}} }} }} }}\n"
    );
    std::fs::write(folder.join("topology.scn"), text).expect("a file");
}
