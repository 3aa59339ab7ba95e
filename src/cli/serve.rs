//! `mimic serve`

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::check::need_paths;
use super::export::{client_environment, export_line};
use super::failure::{Failure, print_findings};
use super::say;
use super::simulator::{EngineTarget, handler, trusting_handler};
use crate::config::{Config, parse_address};
use crate::control::{Control, ControlSettings};
use crate::engine::Settings;
use crate::front::{self, FrontLimits};
use crate::reload::{Reloader, Status, Watch};
use crate::vocabulary::plan::{ClockMode, Instant};

/// Where settings are looked for when no other file is named.
const CONFIG_FILE: &str = "mimic.toml";

/// Start a simulator.
///
/// Changes to the files are live within a fraction of a second. A set of files with an error anywhere is
/// refused as a whole; the last good one stays live.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Serve {
    /// Scenario files, and directories whose .scn files are taken; not those in directories below.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Where to listen; port 0 takes any free one. [default: 127.0.0.1:8900]
    #[arg(long, value_name = "ADDR:PORT", env = "MIMIC_LISTEN", value_parser = parse_address)]
    listen: Option<SocketAddr>,
    /// The settings. [default: mimic.toml, if there is one]
    #[arg(long, value_name = "FILE", env = "MIMIC_CONFIG")]
    config: Option<PathBuf>,
    /// How to notice changes to the files: events, poll or off. [default: events]
    #[arg(long, value_name = "HOW", env = "MIMIC_WATCH")]
    watch: Option<Watch>,
    /// What all identifiers and draws derive from: the same seed, the same run.
    #[arg(long, env = "MIMIC_SEED")]
    seed: Option<u64>,
    /// How the cloud's time passes: real, frozen, elastic or "scale 60". [default: real]
    #[arg(long, env = "MIMIC_CLOCK")]
    clock: Option<ClockMode>,
    /// Where CloudStack's API needs no authentication, at the same address; port 0 takes any free one.
    #[arg(long, value_name = "PORT", env = "MIMIC_INTEGRATION_PORT")]
    integration_port: Option<u16>,
    /// What its clock shows first: 2026-01-31T12:00:00Z. [default: the real time]
    #[arg(long, value_name = "TIME", env = "MIMIC_CLOCK_START")]
    clock_start: Option<Instant>,
    /// What the admin API asks for; needed to listen on other addresses than loopback.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "MIMIC_ADMIN_TOKEN",
        hide_env_values = true
    )]
    admin_token: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  mimic serve                            a cloud where everything works
  mimic serve scenarios/                 one that fails as the files there say
  mimic serve a.scn --listen 127.0.0.1:0 on any free port; the first line says which
  mimic serve a.scn --clock frozen       time passes only by `mimic tick`

SIGHUP has the files looked at again. SIGINT and SIGTERM stop it once requests under way are answered,
a second one at once.";

impl Serve {
    pub(super) fn run(self) -> Result<(), Failure> {
        let config = self.config()?;
        check_exposure(&config)?;
        need_paths(&config.scenarios)?;
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Stuck(format!("cannot start: {error}")))?
            .block_on(serve(config))
    }

    /// The settings: flags and environment before the file, the file before the defaults.
    fn config(self) -> Result<Config, Failure> {
        let file = self.config.as_deref();
        let found = Some(Path::new(CONFIG_FILE)).filter(|path| path.exists());
        let mut config = match file.or(found) {
            Some(path) => Config::load(path)?,
            None => Config::default(),
        };
        if !self.paths.is_empty() {
            config.scenarios = self.paths;
        }
        config.listen = self.listen.unwrap_or(config.listen);
        config.watch = self.watch.unwrap_or(config.watch);
        config.clock = self.clock.or(config.clock);
        config.clock_start = self.clock_start.or(config.clock_start);
        config.seed = self.seed.or(config.seed);
        let integration = &mut config.cloudstack.integration_port;
        *integration = self.integration_port.or(*integration);
        let token = self.admin_token.or(config.admin_token);
        // An empty one, such as an unset variable leaves, would let everybody in.
        config.admin_token = token.filter(|token| !token.is_empty());
        Ok(config)
    }
}

/// Who can reach the admin API can do anything to the simulator.
fn check_exposure(config: &Config) -> Result<(), Failure> {
    if config.listen.ip().is_loopback() || config.admin_token.is_some() {
        return Ok(());
    }
    Err(Failure::Stuck(format!(
        "{} can be reached from elsewhere, so the admin API needs a token: set MIMIC_ADMIN_TOKEN, or \
         admin_token in {CONFIG_FILE}; or listen on 127.0.0.1",
        config.listen
    )))
}

async fn serve(config: Config) -> Result<(), Failure> {
    let (listener, address) = listen(config.listen).await?;
    let integration = match config.cloudstack.integration_port {
        Some(port) => Some(listen(SocketAddr::new(config.listen.ip(), port)).await?),
        None => None,
    };
    let signals = Signals::catch()?;
    let (control, reloader) = open(&config)?;
    let control = Arc::new(control);
    let trusted = integration.as_ref().map(|(_, address)| *address);
    greet(&config, address, trusted, &reloader.status());
    let limits = FrontLimits {
        body: config.body_limit.0,
        ..FrontLimits::default()
    };
    let (stop, stopping) = watch::channel(false);
    let stopped = async {
        signals.stop.received(1).await;
        stop.send_replace(true);
    };
    let trusting = serve_trusted(integration, control.clone(), limits, stopping);
    let serving = front::serve(listener, handler(control), limits, stopped);
    let mut look_again = signals.look_again;
    let looking = async {
        while look_again.recv().await.is_some() {
            reloader.request();
        }
    };
    tokio::select! {
        _ = async { tokio::join!(serving, trusting) } => {}
        () = signals.stop_at_once.received(2) => {}
        () = looking => {}
    }
    Ok(())
}

/// Serves CloudStack's integration port, if there is one, until `stopping` turns true.
async fn serve_trusted(
    integration: Option<(TcpListener, SocketAddr)>,
    control: Arc<Control>,
    limits: FrontLimits,
    mut stopping: watch::Receiver<bool>,
) {
    if let Some((listener, _)) = integration {
        let stopped = async {
            // It ends with the sender too, which is as good.
            let _ = stopping.wait_for(|stopping| *stopping).await;
        };
        front::serve(listener, trusting_handler(control), limits, stopped).await;
    }
}

/// The simulator with the scenarios live, and what keeps it up to date with them.
fn open(config: &Config) -> Result<(Control, Arc<Reloader>), Failure> {
    let (target, engine) = EngineTarget::new(settings(config));
    let reloader = Reloader::start(config.scenarios.clone(), config.watch, target);
    let reloader = Arc::new(reloader.map_err(Failure::Scenarios)?);
    let engine = engine.get().cloned();
    let controls = ControlSettings {
        admin_token: config.admin_token.clone(),
        reload: reloader.clone(),
        shares_keys: config.cloudstack.admin_json,
        ..ControlSettings::default()
    };
    let control = Control::new(engine.expect("the start installs a plan"), controls);
    Ok((control, reloader))
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = TcpListener::bind(address).await;
    let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
    bound
        .map(|(address, listener)| (listener, address))
        .map_err(|error| {
            let way_out = match error.kind() {
                io::ErrorKind::AddrInUse => {
                    "; choose another port with --listen, or any free one with --listen 127.0.0.1:0"
                }
                io::ErrorKind::PermissionDenied => "; choose a port above 1023 with --listen",
                _ => "",
            };
            Failure::Stuck(format!("cannot listen on {address}: {error}{way_out}"))
        })
}

fn settings(config: &Config) -> Settings {
    Settings {
        blueprint: config.cloud.clone(),
        seed: config.seed,
        clock: config.clock,
        clock_start: config.clock_start,
        presets: config.presets,
        journal_bytes: usize::try_from(config.journal.0).unwrap_or(usize::MAX),
    }
}

/// Says where it listens, what is loaded, and how clients find it.
fn greet(config: &Config, address: SocketAddr, trusted: Option<SocketAddr>, status: &Status) {
    let url = format!("http://{}", reachable(address));
    let mut text = format!("mimic {} listens on {url}\n", env!("CARGO_PKG_VERSION"));
    text += &loaded(config, status);
    if let Some(trusted) = trusted {
        let url = format!("http://{}", reachable(trusted));
        text += &format!("CloudStack's integration port is {url}: it asks nobody who they are\n");
    }
    text += "To point clients at it:\n";
    for (name, value) in client_environment(&url, &config.cloud) {
        text += &format!("  {}\n", export_line(name, &value));
    }
    say(&text);
    print_findings(&status.warnings);
    if let Some(reason) = &status.no_events {
        eprintln!("no file events ({reason}): changes are found by looking four times a second");
    }
}

/// An address at which clients on this machine find what listens on `address`.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    address
}

fn loaded(config: &Config, status: &Status) -> String {
    if config.scenarios.is_empty() {
        return "No scenarios: everything works.\n".to_owned();
    }
    let paths: Vec<String> = config
        .scenarios
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    format!(
        "{}, {} from {} in {}\n",
        counted(status.scenarios, "scenario"),
        counted(status.mocks, "mock"),
        counted(status.files, "file"),
        paths.join(", ")
    )
}

fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// The signals that mean something, caught from the moment this exists.
struct Signals {
    stop: Stop,
    stop_at_once: Stop,
    look_again: Signal,
}

impl Signals {
    fn catch() -> Result<Self, Failure> {
        let catch = || -> io::Result<Self> {
            Ok(Self {
                stop: Stop::catch()?,
                stop_at_once: Stop::catch()?,
                look_again: signal(SignalKind::hangup())?,
            })
        };
        catch().map_err(|error| Failure::Stuck(format!("cannot catch signals: {error}")))
    }
}

/// SIGINT and SIGTERM.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn catch() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Ends when one of them has come that often.
    async fn received(mut self, times: usize) {
        for _ in 0..times {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
        }
    }
}
