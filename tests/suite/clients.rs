//! Runs the tests in `tests/clients`: real clients against the real program.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the pinned clients need.
const OLDEST_PYTHON: (u32, u32) = (3, 11);

#[test]
fn real_clients_see_what_the_scenarios_say() {
    let python = environment();
    let tests = repository().join("tests/clients");
    let mut pytest = Command::new(python);
    pytest
        .args(["-m", "pytest", "--numprocesses=auto", "--maxprocesses=4"])
        .arg(&tests)
        .current_dir(&tests)
        .env("MIMIC_BIN", env!("CARGO_BIN_EXE_mimic"))
        .env("CARGO_TARGET_DIR", target())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    run(&mut pytest, "the tests in tests/clients fail");
}

#[test]
fn tempest_passes_as_far_as_recorded() {
    let mut tempest = Command::new(environment());
    tempest
        .arg(repository().join("tests/clients/tempest/run.py"))
        .env("MIMIC_BIN", env!("CARGO_BIN_EXE_mimic"))
        .env("CARGO_TARGET_DIR", target())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    run(&mut tempest, "tests of OpenStack's own suite fail");
}

/// The Python of an environment with the pinned clients, made at its first use.
fn environment() -> PathBuf {
    let python = System::find();
    let requirements = repository().join("tests/clients/requirements.txt");
    let wanted = fs::read_to_string(&requirements).expect("tests/clients/requirements.txt");
    let directory = target().join(format!("clients-venv-{}", key(&(&wanted, &python.id))));
    // Another run may be making the same one.
    let lock = File::create(directory.with_extension("lock")).expect("a lock file");
    lock.lock().expect("a lock");
    let complete = directory.join("complete");
    if !complete.exists() {
        python.make_environment(&directory, &requirements);
        fs::write(&complete, "").expect("the mark that the environment is complete");
    }
    interpreter_of(&directory)
}

/// The Python that is installed on this machine.
struct System {
    program: String,
    /// Tells it from others: its version and its place.
    id: String,
}

impl System {
    fn find() -> Self {
        let chosen = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let question = "import sys; print(*sys.version_info[:2], sys.version, sys.executable)";
        let answer = Command::new(&chosen).args(["-c", question]).output();
        let id = match answer {
            Ok(output) if output.status.success() => {
                String::from_utf8_lossy(&output.stdout).into_owned()
            }
            Ok(_) | Err(_) => panic!("{}", needs(&format!("`{chosen}` does not run"))),
        };
        let mut numbers = id
            .split_whitespace()
            .map_while(|word| word.parse::<u32>().ok());
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        let (major, minor) = version;
        assert!(
            version >= OLDEST_PYTHON,
            "{}",
            needs(&format!("`{chosen}` is Python {major}.{minor}"))
        );
        Self {
            program: chosen,
            id,
        }
    }

    fn make_environment(&self, directory: &Path, requirements: &Path) {
        if directory.exists() {
            fs::remove_dir_all(directory).expect("an unfinished environment can be removed");
        }
        run(
            Command::new(&self.program)
                .args(["-m", "venv"])
                .arg(directory),
            &needs(
                "its modules `venv` and `ensurepip` do not work (on Debian: apt install python3-venv)",
            ),
        );
        run(
            Command::new(interpreter_of(directory))
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--no-deps",
                    "--requirement",
                ])
                .arg(requirements),
            "the clients cannot be installed; the tests need the Python package registry once",
        );
    }
}

fn needs(trouble: &str) -> String {
    let (major, minor) = OLDEST_PYTHON;
    format!(
        "the tests with real clients need Python {major}.{minor} or newer as `python3`, or named by $PYTHON: {trouble}"
    )
}

/// Runs a command to its end and shows what it said; `trouble` is what it means when it fails.
fn run(command: &mut Command, trouble: &str) {
    for (name, _) in std::env::vars().filter(|(name, _)| steers_a_client(name)) {
        command.env_remove(name);
    }
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{trouble}: {error}"));
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{trouble}");
}

/// Whether a variable of the user's would change what a client or Python does.
fn steers_a_client(name: &str) -> bool {
    ["OS_", "CLOUDSTACK_", "PYTHON", "PYTEST_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

fn interpreter_of(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where Cargo puts what is made.
fn target() -> &'static Path {
    let tests = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tests.parent().unwrap_or(tests)
}

fn key(value: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
