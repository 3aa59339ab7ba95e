//! One exchange: a request read whole, answered, and its answer written.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use hyper::ext::ReasonPhrase;
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Buf, Filter, Rejection, Stream};

use super::Handler;
use super::wire::Fate;
use crate::api::{BodyProblem, Reply, Request};
use crate::vocabulary::mock::Drop;

/// The one filter: every request of a connection whose end is `fate`'s.
pub(super) fn exchanges<H: Handler>(
    handler: Arc<H>,
    body_limit: u64,
    fate: Fate,
) -> impl Filter<Extract = (Response,), Error = Infallible> + Clone {
    let query = warp::query::raw().or_else(async |_| Ok::<_, Infallible>((String::new(),)));
    not_connect()
        .and(warp::path::full())
        .and(query)
        .and(warp::header::headers_cloned())
        .and(warp::body::stream())
        .then(move |method, path: FullPath, query, headers, body| {
            let (handler, fate) = (handler.clone(), fate.clone());
            async move {
                let body = match asks_to_send_more_than(body_limit, &headers) {
                    true => Err(BodyProblem::TooLarge(body_limit)),
                    false => read_whole(body, body_limit).await,
                };
                let request = Request {
                    method,
                    region: None,
                    path: path.as_str().to_owned(),
                    query,
                    headers,
                    body,
                    is_trusted: false,
                };
                match to_the_end(handler.handle(request)).await {
                    Ok(reply) => write(reply, &fate).await,
                    Err(Panicked) => internal_error(),
                }
            }
        })
        .recover(async |_: Rejection| Ok::<_, Infallible>(method_not_allowed()))
        .unify()
}

/// The method, unless it is CONNECT: that one names a host in place of a path, and warp's path filters
/// panic on it.
fn not_connect() -> impl Filter<Extract = (Method,), Error = Rejection> + Copy {
    warp::method().and_then(async |method| match method {
        Method::CONNECT => Err(warp::reject::not_found()),
        other => Ok(other),
    })
}

fn method_not_allowed() -> Response {
    let mut response = plain(
        StatusCode::METHOD_NOT_ALLOWED,
        "This is no proxy: CONNECT is not supported.\n",
    );
    let allowed = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    response.headers_mut().insert(ALLOW, allowed);
    response
}

fn internal_error() -> Response {
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The simulator itself failed, which is a bug; its terminal says where.\n",
    )
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// Whether the client waits for `100 Continue` before it sends a body that is too large. It is answered
/// without: reading the body would ask for it.
fn asks_to_send_more_than(limit: u64, headers: &HeaderMap) -> bool {
    let length = || headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
    headers.contains_key(EXPECT) && length().is_some_and(|length: u64| length > limit)
}

/// Reads a body of at most `limit` bytes.
///
/// A larger one is read on and thrown away: the usual client does not look at the answer before it has
/// sent everything, and would find the connection reset if nobody took it.
async fn read_whole<S, B>(body: S, limit: u64) -> Result<Bytes, BodyProblem>
where
    S: Stream<Item = Result<B, warp::Error>>,
    B: Buf,
{
    let mut body = pin!(body);
    let mut whole = BytesMut::new();
    let mut size = 0;
    while let Some(part) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
        let part = part.map_err(|_| BodyProblem::Broken)?;
        size += part.remaining() as u64;
        if size <= limit {
            whole.put(part);
        }
    }
    if size > limit {
        return Err(BodyProblem::TooLarge(limit));
    }
    Ok(whole.freeze())
}

/// Runs an exchange to its end whatever becomes of the client: what cannot be answered at once goes on in
/// a task of its own.
///
/// # Errors
/// When it panics.
async fn to_the_end(work: impl Future<Output = Reply> + Send + 'static) -> Result<Reply, Panicked> {
    let mut work = Box::pin(work);
    let first = poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx)));
        Poll::Ready(polled)
    });
    match first.await {
        Ok(Poll::Ready(reply)) => Ok(reply),
        Ok(Poll::Pending) => tokio::spawn(work).await.map_err(|_| Panicked),
        Err(_) => Err(Panicked),
    }
}

/// The handler has a bug; the panic hook has said where.
struct Panicked;

/// Turns the reply into an answer, or into the end of the connection.
async fn write(reply: Reply, fate: &Fate) -> Response {
    if let Some(drop) = reply.drop {
        // It can be set already only if this client sent the next request before it saw the first one
        // break; that one has then decided.
        let _ = fate.set(drop);
        if drop == Drop::Hang {
            pending::<()>().await;
        }
    }
    let mut response = Response::new(reply.body.into());
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    // How long the body is, and how it is cut into parts, is not for a mock to say: the next answer on
    // this connection would begin in the wrong place.
    for framing in [CONTENT_LENGTH, TRANSFER_ENCODING] {
        response.headers_mut().remove(framing);
    }
    if let Some(phrase) = phrase(&response) {
        response.extensions_mut().insert(phrase);
    }
    response
}

/// What stands beside the status, if not its usual name: CloudStack's description of an error, which old
/// clients of its integration port read there. Its statuses have no names.
fn phrase(response: &Response) -> Option<ReasonPhrase> {
    let description = response.headers().get("x-description");
    let is_named = response.status().canonical_reason().is_some();
    if description.is_none() && is_named {
        return None;
    }
    let text = description.map_or(&b""[..], HeaderValue::as_bytes);
    ReasonPhrase::try_from(text).ok()
}
