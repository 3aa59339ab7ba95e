//! Servers as processes of their own, and what the operating system says of them.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub(crate) struct Process {
    child: Child,
    /// `127.0.0.1:8900`
    pub(crate) address: String,
}

impl Process {
    pub(crate) fn mimic(scenarios: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimic"));
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .arg(scenarios);
        Self::start(command)
    }

    pub(crate) fn bare(size: usize) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--bare", &size.to_string()]);
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("a server");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut lines = output.lines().map_while(Result::ok);
        let address = lines
            .find_map(|line| address_in(&line))
            .expect("a line that says where it listens");
        // The rest is read away, so that the server never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// The processor time of all its threads so far, to the nanosecond as the scheduler accounts it.
    pub(crate) fn processor_time(&self) -> Duration {
        let tasks =
            std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("its threads");
        let nanoseconds = tasks.filter_map(|task| {
            let path = task.ok()?.path().join("schedstat");
            let text = std::fs::read_to_string(path).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanoseconds.sum())
    }

    pub(crate) fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `… http://127.0.0.1:8900 …`
fn address_in(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("http://")?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':');
    Some(rest[..end.unwrap_or(rest.len())].to_owned())
}
