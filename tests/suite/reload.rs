//! Files change in all the ways that tools change them; what is live follows, whole or not at all.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mimic::reload::{Changes, Problem, Reloader, Status, Target, Watch};
use mimic::scenario::Loaded;
use mimic::vocabulary::diagnostic::{Diagnostic, Location, Severity, Source};
use mimic::vocabulary::mock::{MockSpec, Origin, Pattern, Response, Step};
use mimic::vocabulary::place::Scope;
use mimic::vocabulary::plan::Plan;
use tempfile::TempDir;

use crate::support::PATIENCE;

type Interruption = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

/// A language of one mock a line: `LABEL [TEXT]`. `use PATH` takes in another file, `bad` is an error.
struct Toy {
    /// What happens next while files are compiled.
    interruption: Interruption,
    installed: Arc<Mutex<Vec<String>>>,
    reported: Arc<Mutex<Vec<Status>>>,
}

impl Target for Toy {
    fn compile(&self, paths: &[PathBuf]) -> Loaded {
        let mut loaded = Loaded {
            plan: Some(Plan::default()),
            findings: vec![],
            paths: vec![],
        };
        for path in paths {
            load(path, &mut loaded);
        }
        if let Some(interrupt) = self.interruption.lock().expect("no panic").take() {
            interrupt();
        }
        loaded
    }

    fn install(&self, plan: Plan) -> Result<(), String> {
        let labels = labels(&plan);
        if labels.contains("impossible") {
            return Err("it is impossible".to_owned());
        }
        self.installed.lock().expect("no panic").push(labels);
        Ok(())
    }

    fn report(&self, status: &Status) {
        self.reported.lock().expect("no panic").push(status.clone());
    }
}

fn load(path: &Path, loaded: &mut Loaded) {
    if path.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.retain(|path| path.is_dir() || path.extension().is_some_and(|end| end == "scn"));
        paths.sort();
        return paths.iter().for_each(|path| load(path, loaded));
    }
    loaded.paths.push(path.to_owned());
    let Ok(text) = fs::read_to_string(path) else {
        return fail(path, "", loaded);
    };
    for line in text.lines() {
        if let Some(other) = line.strip_prefix("use ") {
            load(&path.with_file_name(other), loaded);
        } else if line == "bad" {
            fail(path, &text, loaded);
        } else if let Some(plan) = &mut loaded.plan {
            plan.mocks.push(mock(line));
        }
    }
}

fn fail(path: &Path, text: &str, loaded: &mut Loaded) {
    loaded.plan = None;
    let source = Source::new(path.display().to_string(), text);
    loaded.findings.push(Diagnostic {
        severity: Severity::Error,
        code: "T001",
        message: "bad".to_owned(),
        location: Location { source, span: 0..0 },
        label: String::new(),
        related: vec![],
        help: None,
    });
}

fn mock(line: &str) -> MockSpec {
    let (label, text) = line.split_once(' ').unwrap_or((line, ""));
    let mut step = Step::new(Response::Succeed { patch: None });
    step.count = Some(text.len() as u64);
    MockSpec {
        pattern: Pattern::All,
        scope: Scope::everywhere(),
        condition: None,
        label: Some(label.into()),
        priority: 0,
        steps: vec![step],
        repeat: false,
        scenario: None,
        origin: Origin::Api {
            sequence: 0,
            via: "test",
        },
    }
}

fn labels(plan: &Plan) -> String {
    let labels: Vec<&str> = plan
        .mocks
        .iter()
        .filter_map(|mock| mock.label.as_deref())
        .collect();
    labels.join(" ")
}

/// Files, and what follows them.
struct Bench {
    directory: TempDir,
    interruption: Interruption,
    installed: Arc<Mutex<Vec<String>>>,
    reported: Arc<Mutex<Vec<Status>>>,
    reloader: Option<Reloader>,
}

impl Bench {
    /// A directory `scn` with these files, which is watched.
    fn new(files: &[(&str, &str)]) -> Self {
        let mut bench = Self::unwatched(files);
        bench.watch(&["scn"], Watch::Events).expect("no errors");
        bench
    }

    fn unwatched(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir(directory.path().join("scn")).expect("a directory");
        let bench = Self {
            directory,
            interruption: Arc::default(),
            installed: Arc::default(),
            reported: Arc::default(),
            reloader: None,
        };
        for (name, text) in files {
            bench.write(name, text);
        }
        bench
    }

    fn watch(&mut self, paths: &[&str], watch: Watch) -> Result<(), Problem> {
        let toy = Toy {
            interruption: self.interruption.clone(),
            installed: self.installed.clone(),
            reported: self.reported.clone(),
        };
        let paths = paths.iter().map(|path| self.directory.path().join(path));
        self.reloader = Some(Reloader::start(paths.collect(), watch, toy)?);
        Ok(())
    }

    /// A path in the watched directory; one that begins with `../` is beside it.
    fn path(&self, name: &str) -> PathBuf {
        match name.strip_prefix("../") {
            Some(name) => self.directory.path().join(name),
            None => self.directory.path().join("scn").join(name),
        }
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    /// As careful editors do: written beside, then renamed over.
    fn replace(&self, name: &str, text: &str) {
        let beside = self.path(&format!("{name}.tmp"));
        fs::write(&beside, text).expect("written");
        fs::rename(&beside, self.path(name)).expect("renamed");
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("removed");
    }

    fn reloader(&self) -> &Reloader {
        self.reloader.as_ref().expect("watched")
    }

    fn status(&self) -> Status {
        self.reloader().status()
    }

    fn live(&self) -> String {
        let installed = self.installed.lock().expect("no panic");
        installed.last().cloned().unwrap_or_default()
    }

    /// All that was ever live.
    fn history(&self) -> Vec<String> {
        self.installed.lock().expect("no panic").clone()
    }

    fn wait_until(&self, what: &str, holds: impl Fn() -> bool) {
        let begin = Instant::now();
        while !holds() {
            assert!(
                begin.elapsed() < PATIENCE,
                "{what}: {:?}, live {:?}",
                self.status(),
                self.history()
            );
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[track_caller]
    fn wait_for_live(&self, labels: &str) {
        self.wait_until(labels, || {
            // Installed a moment before the status says so.
            let status = self.status();
            let is_told = status.generation == self.history().len() as u64;
            self.live() == labels && is_told && status.last_error.is_none()
        });
    }

    /// Until the files have been looked at, from here on.
    fn wait_for_a_look(&self) {
        let looks = self.status().looks;
        self.reloader().request();
        self.wait_until("a look", || self.status().looks > looks);
    }

    fn wait_for_an_error(&self) {
        self.wait_until("an error", || self.status().last_error.is_some());
    }
}

#[test]
fn a_file_is_written_in_place() {
    let bench = Bench::new(&[("a.scn", "one")]);
    bench.write("a.scn", "two\nthree");
    bench.wait_for_live("two three");
    assert_eq!(bench.history(), ["one", "two three"]);
    assert_eq!(bench.status().generation, 2);
}

#[test]
fn a_file_is_renamed_over() {
    let bench = Bench::new(&[("a.scn", "one"), ("b.scn", "other")]);
    for text in ["two", "three"] {
        bench.replace("a.scn", text);
        bench.wait_for_live(&format!("{text} other"));
    }
    assert_eq!(bench.history(), ["one other", "two other", "three other"]);
}

#[test]
fn a_single_file_is_watched_through_its_directory() {
    let mut bench = Bench::unwatched(&[("a.scn", "one"), ("b.scn", "not ours")]);
    bench
        .watch(&["scn/a.scn"], Watch::Events)
        .expect("no errors");
    bench.replace("a.scn", "two");
    bench.wait_for_live("two");
    bench.replace("a.scn", "three");
    bench.wait_for_live("three");
}

#[test]
fn a_file_written_in_two_halves_counts_once() {
    let bench = Bench::new(&[("a.scn", "one")]);
    let mut file = fs::File::create(bench.path("a.scn")).expect("open");
    for half in ["two\n", "three\n"] {
        std::io::Write::write_all(&mut file, half.as_bytes()).expect("written");
        // Longer than a row of events is waited for, but the writer has not closed.
        std::thread::sleep(Duration::from_millis(200));
    }
    drop(file);
    bench.wait_for_live("two three");
    assert_eq!(bench.history(), ["one", "two three"]);
}

#[test]
fn a_file_is_deleted_and_recreated() {
    let bench = Bench::new(&[("a.scn", "one"), ("b.scn", "other")]);
    bench.remove("a.scn");
    std::thread::sleep(Duration::from_millis(100));
    bench.write("a.scn", "two");
    bench.wait_for_live("two other");
    assert_eq!(bench.history(), ["one other", "two other"]);
}

#[test]
fn a_file_that_stays_deleted_is_believed() {
    let bench = Bench::new(&[("a.scn", "one"), ("b.scn", "other")]);
    bench.remove("a.scn");
    bench.wait_for_live("other");
    bench.remove("b.scn");
    bench.wait_for_live("");
    assert_eq!(bench.status().generation, 3);
}

#[test]
fn a_new_file_is_found_and_one_in_a_directory_below_is_not() {
    let bench = Bench::new(&[("a.scn", "one")]);
    bench.write("b.scn", "two");
    bench.wait_for_live("one two");
    fs::create_dir(bench.path("c")).expect("a directory");
    bench.write("c/d.scn", "three");
    bench.write("notes.txt", "bad");
    bench.wait_for_a_look();
    assert_eq!(bench.status().generation, 2);
}

#[test]
fn links_are_swapped_as_kubernetes_does() {
    let mut bench = Bench::unwatched(&[]);
    let version = |name: &str, text: &str| {
        fs::create_dir(bench.path(name)).expect("a directory");
        bench.write(&format!("{name}/a.scn"), text);
    };
    version("..2024_1", "one");
    symlink("..2024_1", bench.path("..data")).expect("a link");
    symlink("..data/a.scn", bench.path("a.scn")).expect("a link");
    version("..2024_2", "two");
    version("..2024_3", "three");
    // The toy knows no hidden files, so it is given the visible one.
    bench
        .watch(&["scn/a.scn"], Watch::Events)
        .expect("no errors");
    for (name, text) in [("..2024_2", "two"), ("..2024_3", "three")] {
        symlink(name, bench.path("..data_tmp")).expect("a link");
        fs::rename(bench.path("..data_tmp"), bench.path("..data")).expect("renamed");
        bench.wait_for_live(text);
    }
    assert_eq!(bench.history(), ["one", "two", "three"]);
}

#[test]
fn a_watched_directory_is_replaced() {
    let bench = Bench::new(&[("a.scn", "one")]);
    for (name, text) in [("../new1", "two"), ("../new2", "three")] {
        fs::create_dir(bench.path(name)).expect("a directory");
        bench.write(&format!("{name}/a.scn"), text);
        fs::rename(bench.path(""), bench.path(&format!("{name}.old"))).expect("renamed");
        fs::rename(bench.path(name), bench.path("")).expect("renamed");
        bench.wait_for_live(text);
    }
    // It is watched under its name, not where it came from.
    bench.write("a.scn", "four");
    bench.wait_for_live("four");
}

#[test]
fn a_bad_edit_leaves_the_last_good_set_until_a_good_one() {
    let bench = Bench::new(&[("a.scn", "one"), ("b.scn", "other")]);
    bench.write("a.scn", "two\nbad");
    bench.wait_for_an_error();
    assert_eq!(
        (bench.live().as_str(), bench.status().generation),
        ("one other", 1)
    );
    let Some(Problem::Findings(findings)) = bench.status().last_error else {
        panic!("findings were expected");
    };
    assert!(findings[0].location.source.name.ends_with("a.scn"));
    // A good change elsewhere does not get past it.
    bench.write("b.scn", "another");
    bench.wait_for_a_look();
    assert_eq!(bench.live(), "one other");
    bench.write("a.scn", "three");
    bench.wait_for_live("three another");
    assert_eq!(bench.history(), ["one other", "three another"]);
    let reported = bench.reported.lock().expect("no panic");
    let generations: Vec<_> = reported
        .iter()
        .map(|status| (status.generation, status.last_error.is_some()))
        .collect();
    assert_eq!(generations, [(1, true), (2, false)]);
}

#[test]
fn back_to_what_is_live_is_no_new_generation() {
    let bench = Bench::new(&[("a.scn", "one")]);
    bench.replace("a.scn", "bad");
    bench.wait_for_an_error();
    bench.replace("a.scn", "one");
    bench.wait_for_live("one");
    assert_eq!(bench.status().generation, 1);
    // Nor is a file that is merely touched.
    bench.write("a.scn", "one");
    bench.wait_for_a_look();
    assert_eq!(bench.status().generation, 1);
}

#[test]
fn a_file_that_is_empty_for_a_moment_has_no_effect() {
    let bench = Bench::new(&[("a.scn", "one"), ("b.scn", "other")]);
    bench.write("a.scn", "");
    std::thread::sleep(Duration::from_millis(150));
    bench.write("a.scn", "two");
    bench.wait_for_live("two other");
    assert_eq!(bench.history(), ["one other", "two other"]);
    // One that stays empty has.
    bench.write("a.scn", "");
    bench.wait_for_live("other");
}

#[test]
fn a_thousand_files_change_at_once() {
    let names: Vec<String> = (0..1000).map(|number| format!("{number:04}.scn")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "old")).collect();
    let bench = Bench::new(&files);
    for name in &names {
        bench.replace(name, "new");
    }
    bench.wait_for_live(&vec!["new"; 1000].join(" "));
    let history = bench.history();
    assert!(history.len() <= 4, "{} swaps", history.len());
    for live in history {
        assert_eq!(live.split(' ').count(), 1000);
    }
}

#[test]
fn a_change_while_files_are_read_is_not_torn() {
    let bench = Bench::new(&[("a.scn", "one"), ("b.scn", "old")]);
    let other = bench.path("b.scn");
    let interrupt = move || fs::write(other, "new").expect("written");
    *bench.interruption.lock().expect("no panic") = Some(Box::new(interrupt));
    bench.replace("a.scn", "two");
    bench.wait_for_live("two new");
    assert_eq!(bench.history(), ["one old", "two new"]);
}

#[test]
fn used_files_are_followed_too() {
    let mut bench = Bench::unwatched(&[
        ("a.scn", "use ../common.scn\none"),
        ("../common.scn", "shared"),
    ]);
    bench.watch(&["scn"], Watch::Events).expect("no errors");
    assert_eq!(
        (bench.live().as_str(), bench.status().generation),
        ("shared one", 1)
    );
    bench.replace("../common.scn", "better");
    bench.wait_for_live("better one");
    bench.write("a.scn", "bad\nuse ../common.scn");
    bench.wait_for_an_error();
    bench.replace("../common.scn", "best");
    bench.write("a.scn", "use ../common.scn");
    bench.wait_for_live("best");
}

#[test]
fn an_error_at_the_start_is_told_and_nothing_is_installed() {
    let mut bench = Bench::unwatched(&[("a.scn", "bad"), ("b.scn", "bad")]);
    let Err(Problem::Findings(findings)) = bench.watch(&["scn"], Watch::Events) else {
        panic!("findings were expected");
    };
    assert_eq!(findings.len(), 2);
    assert!(bench.history().is_empty());
}

#[test]
fn a_set_that_cannot_be_installed_leaves_the_last_one() {
    let bench = Bench::new(&[("a.scn", "one")]);
    bench.write("a.scn", "impossible");
    bench.wait_for_an_error();
    let reason = Problem::Refused("it is impossible".to_owned());
    assert_eq!(bench.status().last_error, Some(reason));
    bench.write("a.scn", "two");
    bench.wait_for_live("two");
}

#[test]
fn polling_needs_no_events() {
    let mut bench = Bench::unwatched(&[("a.scn", "one")]);
    bench.watch(&["scn"], Watch::Poll).expect("no errors");
    for text in ["two", "six"] {
        bench.write("a.scn", text);
        bench.wait_for_live(text);
    }
}

#[test]
fn without_watching_a_request_is_needed() {
    let mut bench = Bench::unwatched(&[("a.scn", "one")]);
    bench.watch(&["scn"], Watch::Off).expect("no errors");
    bench.write("a.scn", "two");
    assert_eq!(bench.live(), "one");
    bench.wait_for_a_look();
    assert_eq!(bench.live(), "two");
}

#[test]
fn a_swap_says_what_it_changed() {
    let bench = Bench::new(&[("a.scn", "kept\nchanged\nremoved")]);
    bench.replace("a.scn", "kept\nchanged otherwise\nadded\nadded-too");
    bench.wait_for_live("kept changed added added-too");
    let status = bench.status();
    let changes = Changes {
        added: 2,
        changed: 1,
        removed: 1,
        kept: 1,
    };
    assert_eq!(status.changes, changes);
    assert_eq!((status.mocks, status.files), (4, 1));
    assert_eq!(changes.to_string(), "2 added, 1 changed, 1 removed, 1 kept");
}
