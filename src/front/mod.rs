//! The HTTP edge: connections in, [`Request`]s to a [`Handler`], [`Reply`]s out. Nothing outside this
//! folder names warp or hyper.
//!
//! One warp filter takes every request, whatever its method and path; what they mean is the handler's
//! business. Connections are accepted and served by a loop of our own, since it must do what
//! `warp::serve` does not: time out slow heads, stop within a bound, and break a connection on purpose.

pub mod client;
mod connection;
mod exchange;
mod wire;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::api::{Reply, Request};

/// Answers requests. Closures that return a future do.
pub trait Handler: Send + Sync + 'static {
    fn handle(&self, request: Request) -> impl Future<Output = Reply> + Send + 'static;
}

impl<F, R> Handler for F
where
    F: Fn(Request) -> R + Send + Sync + 'static,
    R: Future<Output = Reply> + Send + 'static,
{
    fn handle(&self, request: Request) -> impl Future<Output = Reply> + Send + 'static {
        self(request)
    }
}

/// How much, and for how long, a client may ask of a connection.
#[derive(Debug, Clone, Copy)]
pub struct FrontLimits {
    /// The largest request body that is taken, in bytes; 16 MiB by default.
    pub body: u64,
    /// How long a request's head may take; 75 seconds by default. Idle connections end by it too, so it
    /// is longer than the time that usual clients keep them for reuse.
    pub head: Duration,
    /// How long a graceful stop waits for exchanges under way; 5 seconds by default.
    pub drain: Duration,
}

impl Default for FrontLimits {
    fn default() -> Self {
        Self {
            body: 16 << 20,
            head: Duration::from_secs(75),
            drain: Duration::from_secs(5),
        }
    }
}

/// Serves connections until `shutdown` ends, then lets exchanges under way finish within the limit.
///
/// Dropping the future ends everything at once.
pub async fn serve<H: Handler>(
    listener: TcpListener,
    handler: H,
    limits: FrontLimits,
    shutdown: impl Future<Output = ()>,
) {
    let handler = Arc::new(handler);
    let (stop, stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            stream = accept(&listener) => {
                let served = connection::serve(stream, handler.clone(), limits, stopping.clone());
                connections.spawn(served);
            }
            Some(_) = connections.join_next() => {}
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    stop.send_replace(true);
    let drained = async { while connections.join_next().await.is_some() {} };
    // What is still open after that, half-sent requests for instance, ends with the set.
    let _ = tokio::time::timeout(limits.drain, drained).await;
}

/// The next connection.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // The client gave up already, or there are no file descriptors left. In the second case
            // the next try fails at once too, until a connection ends: it must not spin.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
