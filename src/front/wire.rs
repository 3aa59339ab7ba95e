//! A socket that can be told to misbehave.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::vocabulary::mock::Drop;

/// No start of an HTTP answer, and no TLS record either.
const GARBAGE: &[u8] = b"\x07\x00\xff\xfe:-( no protocol speaks like this\r\n\r\n";

/// How a connection is to end. Once set it stays: no exchange follows the one that was broken.
pub(super) type Fate = Arc<OnceLock<Drop>>;

/// A connection's socket: transparent until its [`Fate`] is set; what is written next then meets it.
///
/// A write that must not happen fails, upon which the HTTP layer drops the socket.
pub(super) struct Wire {
    stream: TcpStream,
    fate: Fate,
    /// How many bytes were sent since the fate was set.
    sent: usize,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, fate: Fate) -> Self {
        Self {
            stream,
            fate,
            sent: 0,
        }
    }

    fn write_fated(
        &mut self,
        cx: &mut Context<'_>,
        fate: Drop,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match fate {
            Drop::Reset => {
                // Closing the socket then sends RST, not FIN.
                SockRef::from(&self.stream).set_linger(Some(Duration::ZERO))?;
                self.write_part(cx, &[])
            }
            Drop::Empty | Drop::Hang => self.write_part(cx, &[]),
            Drop::Garbage => loop {
                let rest = GARBAGE.get(self.sent..).unwrap_or_default();
                ready!(self.write_part(cx, rest))?;
            },
            Drop::After(limit) => {
                let left = usize::try_from(limit).map_or(usize::MAX, |limit| limit - self.sent);
                self.write_part(cx, &bytes[..left.min(bytes.len())])
            }
        }
    }

    /// Writes some of `part`; an error when nothing of it is left.
    fn write_part(&mut self, cx: &mut Context<'_>, part: &[u8]) -> Poll<io::Result<usize>> {
        if part.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, part))?;
        self.sent += written;
        Poll::Ready(Ok(written))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.fate.get().copied() {
            None => Pin::new(&mut self.stream).poll_write(cx, bytes),
            Some(fate) => self.write_fated(cx, fate, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.fate.get().copied() {
            None => Pin::new(&mut self.stream).poll_write_vectored(cx, slices),
            Some(fate) => {
                let first = slices.iter().find(|slice| !slice.is_empty());
                self.write_fated(cx, fate, first.map_or(&[], |slice| slice))
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
