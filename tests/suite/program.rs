//! The program as its user runs it, in a process of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

/// The program, in a directory of its own and without settings from outside.
pub(crate) fn mimic(directory: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimic"));
    command.current_dir(directory.path()).args(arguments);
    for (name, _) in std::env::vars() {
        if name.starts_with("MIMIC_") {
            command.env_remove(name);
        }
    }
    command
}

/// A simulator, killed when dropped.
pub(crate) struct Served {
    child: Child,
    output: BufReader<ChildStdout>,
    pub(crate) first_line: String,
    pub(crate) address: SocketAddr,
}

impl Served {
    /// One with these settings and this scenario, on an elastic clock; and where its files are.
    pub(crate) fn playing(settings: &str, scenario: &str) -> (Self, TempDir) {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, text) in [("mimic.toml", settings), ("own.scn", scenario)] {
            std::fs::write(directory.path().join(name), text).expect("written");
        }
        let flags = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--clock",
            "elastic",
            "own.scn",
        ];
        let served = Self::start(&mut mimic(&directory, &flags));
        (served, directory)
    }

    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it ran");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut first_line = String::new();
        output.read_line(&mut first_line).expect("a line");
        let url = first_line.trim().rsplit(' ').next().unwrap_or_default();
        let address = url
            .trim_start_matches("http://")
            .parse()
            .expect("an address");
        Self {
            child,
            output,
            first_line,
            address,
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status();
        assert!(status.expect("it ran").success());
    }

    pub(crate) fn greeting(&mut self) -> String {
        let mut lines = String::new();
        while !lines.contains("MIMIC_URL") {
            let read = self.output.read_line(&mut lines).expect("a line");
            assert_ne!(read, 0, "the greeting breaks off: {lines}");
        }
        lines
    }

    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        self.child.wait().expect("it ended").code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
