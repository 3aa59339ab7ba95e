//! What several modules need: servers on a port of their own, and raw sockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use mimic::api::{Reply, Request};
use mimic::front::{self, FrontLimits, Handler};
use tokio::sync::oneshot;

/// Long enough for anything to happen on the slowest machine; only a failing test waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A front end with a handler of the test's, stopped when dropped.
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Front {
    pub(crate) fn start(handler: impl Handler) -> Self {
        Self::start_with(FrontLimits::default(), handler)
    }

    pub(crate) fn start_with(limits: FrontLimits, handler: impl Handler) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let address = listener.local_addr().expect("an address");
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                let shutdown = async {
                    let _ = stopped.await;
                };
                front::serve(listener, handler, limits, shutdown).await;
            });
        });
        Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    /// Sends `text` on a connection of its own and returns all that comes back until it is closed.
    pub(crate) fn exchange(&self, text: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(text.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks the server to stop and waits until it has.
    pub(crate) fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server ended well");
        }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.stop();
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("connected");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// A GET of `path` after whose answer the connection is closed.
pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: mimic\r\nConnection: close\r\n\r\n")
}

pub(crate) fn reply(status: u16, body: impl Into<bytes::Bytes>) -> Reply {
    Reply {
        status: http::StatusCode::from_u16(status).expect("a status"),
        headers: http::HeaderMap::new(),
        body: body.into(),
        drop: None,
    }
}

/// A handler that answers at once.
pub(crate) fn answering<F>(answer: F) -> impl Handler
where
    F: Fn(Request) -> Reply + Send + Sync + 'static,
{
    move |request| std::future::ready(answer(request))
}
