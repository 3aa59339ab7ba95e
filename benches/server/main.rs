//! What mimic costs beside a bare hyper server that sends answers of the same size.
//!
//! `cargo bench --bench server` starts both, sends each the same requests in turn, and prints the ratio of the
//! processor time that they took per request, as the operating system accounts it. Then: the time to the
//! first answer, the memory when idle, the time until a change among 10,000 mocks is live, and what 100,000
//! servers cost.
//!
//! `cargo bench --bench server -- --quick` does a tenth of the work.

mod bare;
mod client;
mod crowd;
mod process;
mod report;
mod work;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use client::{Cloud, Shot, fire};
use process::Process;
use report::Ratios;
use work::Work;

/// How many mocks are live, none of which serves.
const MOCKS: [usize; 3] = [0, 1_000, 10_000];
const ROUNDS: usize = 7;
const SHOTS: usize = 20_000;
/// How many answers of 100 servers count as one of the other kinds.
const LIST_SHARE: usize = 10;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match arguments.iter().position(|argument| argument == "--bare") {
        Some(position) => {
            let size = arguments[position + 1]
                .parse()
                .expect("--bare takes a size");
            bare::serve(size);
        }
        None => {
            let shots = if arguments.iter().any(|argument| argument == "--quick") {
                SHOTS / 10
            } else {
                SHOTS
            };
            runtime.block_on(measure(shots));
        }
    }
}

async fn measure(shots: usize) {
    println!(
        "processor time per request, bare hyper server = 1 (median of {ROUNDS} pairs; least, most)\n"
    );
    for mocks in MOCKS {
        let folder = tempfile::tempdir().expect("a folder");
        write_mocks(folder.path(), mocks, "n");
        let mimic = Process::mimic(folder.path());
        let cloud = Cloud::prepare(&mimic.address, 100).await;
        for (name, work, share) in [
            ("GET one server", Work::One(cloud.get_server()), 1),
            ("POST token", Work::One(cloud.post_token()), 1),
            (
                "GET 100 servers",
                Work::One(cloud.list_servers("limit=100")),
                LIST_SHARE,
            ),
            ("create and delete", Work::Life(cloud.create_server()), 2),
        ] {
            let ratios = compare_to_bare(&mimic, &work, shots / share).await;
            println!("{name:<18} {mocks:>6} mocks   {ratios}");
        }
    }
    list_pages(shots / LIST_SHARE / 10).await;
    println!();
    start_up().await;
    reload().await;
    crowd::measure(shots).await;
}

/// All of 1,000 servers, a hundred with a page.
async fn list_pages(shots: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let mimic = Process::mimic(folder.path());
    let cloud = Cloud::prepare(&mimic.address, 1000).await;
    let work = Work::Pages {
        first: cloud.list_servers("limit=100"),
        key: "servers_links",
    };
    let ratios = compare_to_bare(&mimic, &work, shots).await;
    println!("1,000 in 10 pages, each page       {ratios}");
}

/// Does the work on mimic, and has a bare server answer as many requests like the first of it.
async fn compare_to_bare(mimic: &Process, work: &Work, shots: usize) -> Ratios {
    let size = work.first().answer(&mimic.address).await.1.len();
    let bare = Process::bare(size);
    compare(
        (mimic, work),
        (&bare, &Work::One(work.first().clone())),
        shots,
    )
    .await
}

/// Has two servers do their work, in turn.
async fn compare(ours: (&Process, &Work), theirs: (&Process, &Work), shots: usize) -> Ratios {
    let requests = fire(ours.1, &ours.0.address, shots / 10).await * 10;
    fire(theirs.1, &theirs.0.address, shots / 10).await;
    let mut ratios = Ratios::default();
    for _ in 0..ROUNDS {
        ratios.add(cost(ours, shots).await, cost(theirs, requests).await);
    }
    ratios
}

/// The processor time of a request, in microseconds.
async fn cost((server, work): (&Process, &Work), shots: usize) -> f64 {
    let before = server.processor_time();
    let requests = fire(work, &server.address, shots).await;
    (server.processor_time() - before).as_secs_f64() * 1e6 / requests as f64
}

async fn start_up() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut times: Vec<Duration> = Vec::new();
    let mut memory = 0;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let mimic = Process::mimic(&scenarios);
        Shot::get("/").status(&mimic.address).await;
        times.push(begin.elapsed());
        memory = mimic.resident_kib();
    }
    times.sort();
    println!(
        "time from exec to the first answer   {:?} (median)",
        times[ROUNDS / 2]
    );
    println!(
        "resident memory after it             {:.1} MiB",
        memory as f64 / 1024.0
    );
}

/// From the rename of a file to the first answer by its new rule, with 10,000 mocks in the set.
async fn reload() {
    let folder = tempfile::tempdir().expect("a folder");
    write_mocks(folder.path(), 10_000, "n");
    let mimic = Process::mimic(folder.path());
    let cloud = Cloud::prepare(&mimic.address, 1).await;
    let mut times: Vec<Duration> = Vec::new();
    for round in 0..ROUNDS {
        let status = 510 + round;
        let fresh = folder.path().join("change.tmp");
        let mock = format!("mock compute.get_server {{ fail {status} }}\n");
        std::fs::write(&fresh, mock).expect("a file");
        let begin = Instant::now();
        std::fs::rename(&fresh, folder.path().join("change.scn")).expect("a rename");
        while cloud.get_server().status(&mimic.address).await as usize != status {
            assert!(
                begin.elapsed() < Duration::from_secs(10),
                "the change never came"
            );
        }
        times.push(begin.elapsed());
    }
    times.sort();
    println!(
        "time from a rename to the new rule    {:?} (median; most {:?}), among 10,000 mocks",
        times[ROUNDS / 2],
        times[ROUNDS - 1]
    );
}

/// A file of mocks of several kinds, none of which matches anything that is asked.
fn write_mocks(folder: &Path, count: usize, prefix: &str) {
    let mut text = String::new();
    for n in 0..count {
        let _ = match n % 3 {
            0 => writeln!(
                text,
                "mock compute.get_server where server.name == \"{prefix}-{n}\" {{ fail 503 }}"
            ),
            1 => writeln!(
                text,
                "mock compute.* where server.name ~ \"{prefix}-{n}-*\" {{ delay 1s }}"
            ),
            _ => writeln!(
                text,
                "mock StartCommand where server.name == \"{prefix}-{n}\" {{ fail count 1 }}"
            ),
        };
    }
    std::fs::write(folder.join("many.scn"), text).expect("a file of mocks");
}
