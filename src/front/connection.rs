//! One connection, from its acceptance to its end.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::exchange::exchanges;
use super::wire::{Fate, Wire};
use super::{FrontLimits, Handler};
use crate::vocabulary::mock::Drop;

/// Serves exchanges on `stream` until either side ends it, or `stopping` turns true and the exchange under
/// way is over.
pub(super) async fn serve<H: Handler>(
    stream: TcpStream,
    handler: Arc<H>,
    limits: FrontLimits,
    mut stopping: watch::Receiver<bool>,
) {
    // Without it, Nagle's algorithm holds back the second of two small answers until the client
    // acknowledges the first. Where it cannot be set, all is only slower.
    let _ = stream.set_nodelay(true);
    let fate = Fate::new(OnceLock::new());
    let service = warp::service(exchanges(handler, limits.body, fate.clone()));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .serve_connection(
                TokioIo::new(Wire::new(stream, fate.clone())),
                TowerToHyperService::new(service),
            )
    );
    let mut stop = pin!(stopping.wait_for(|stopping| *stopping));
    let mut is_last = false;
    poll_fn(|cx| {
        loop {
            // How it ended is the client's concern: it left, or sent what is no HTTP.
            if connection.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            if is_last {
                return Poll::Pending;
            }
            let is_stopping = stop.as_mut().poll(cx).is_ready();
            match fate.get() {
                // It would never end by itself.
                Some(Drop::Hang) if is_stopping => return Poll::Ready(()),
                Some(Drop::Hang) | None if !is_stopping => return Poll::Pending,
                _ => {}
            }
            is_last = true;
            connection.as_mut().graceful_shutdown();
        }
    })
    .await;
}
