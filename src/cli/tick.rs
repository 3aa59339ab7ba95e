//! `mimic tick`

use clap::Args;
use http::Method;
use serde_json::json;

use super::admin::{Body, Server};
use super::failure::Failure;
use super::say;

/// Move a running simulator's clock forward.
///
/// What is due by then happens, in order, before this returns.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  mimic tick 30s\n  mimic tick 1m30s --world t1")]
pub(super) struct Tick {
    /// By how much, with its unit: 500ms, 30s, 1m30s, 2h.
    duration: String,
    #[command(flatten)]
    server: Server,
}

impl Tick {
    pub(super) fn run(self) -> Result<(), Failure> {
        let body = Body::json(&json!({ "advance": self.duration }));
        let answer = self.server.ask(Method::POST, "tick", Some(body))?;
        let now = answer
            .as_ref()
            .and_then(|answer| answer.get("now")?.as_str());
        if let Some(now) = now {
            say(&format!("{now}\n"));
        }
        Ok(())
    }
}
