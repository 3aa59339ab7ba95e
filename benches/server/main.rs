//! What mimic costs beside a bare hyper server that sends answers of the same size.
//!
//! `cargo bench --bench server` starts both, sends each the same requests in turn, and prints the ratio of the
//! processor time that they took per request, as the operating system accounts it. Then: the time to the
//! first answer, the memory when idle, and the time until a change among 10,000 mocks is live.
//!
//! `cargo bench --bench server -- --quick` does a tenth of the work.

mod bare;
mod client;
mod process;
mod report;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use client::{Cloud, Shot};
use process::Process;
use report::Ratios;

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
        for (name, shot, share) in [
            ("GET one server", cloud.get_server(), 1),
            ("POST token", cloud.post_token(), 1),
            ("GET 100 servers", cloud.list_servers(), LIST_SHARE),
        ] {
            let ratios = compare(&mimic, &shot, shots / share).await;
            println!("{name:<16} {mocks:>6} mocks   {ratios}");
        }
    }
    println!();
    start_up().await;
    reload().await;
}

/// Sends the same requests to both, in turn.
async fn compare(mimic: &Process, shot: &Shot, shots: usize) -> Ratios {
    let size = shot.answer_size(&mimic.address).await;
    let bare = Process::bare(size);
    shot.fire(&mimic.address, shots / 10).await;
    shot.fire(&bare.address, shots / 10).await;
    let mut ratios = Ratios::default();
    for _ in 0..ROUNDS {
        let ours = mimic.cost(shot.fire(&mimic.address, shots)).await;
        let theirs = bare.cost(shot.fire(&bare.address, shots)).await;
        ratios.add(ours, theirs, shots);
    }
    ratios
}

async fn start_up() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut times: Vec<Duration> = Vec::new();
    let mut memory = 0;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let mimic = Process::mimic(&scenarios);
        Shot::get("/").fire(&mimic.address, 1).await;
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
