//! A small HTTP client, for the sub-commands that talk to a running simulator.

use std::io;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("`{0}` is not an address like http://127.0.0.1:8900")]
    BadUrl(String),
    #[error("nothing answers at {url}: {error}")]
    Unreachable { url: String, error: io::Error },
    #[error("{url} broke off: {error}")]
    Broken { url: String, error: hyper::Error },
}

/// Sends one request on a connection of its own, and reads the answer whole.
///
/// # Errors
/// When there is no answer; one that says no is an answer.
pub async fn send(
    method: Method,
    url: &str,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Answer, ClientError> {
    let (authority, request) = request(method, url, headers, body)?;
    let stream = connect(&authority)
        .await
        .map_err(|error| ClientError::Unreachable {
            url: format!("http://{authority}"),
            error,
        })?;
    exchange(stream, request)
        .await
        .map_err(|error| ClientError::Broken {
            url: format!("http://{authority}"),
            error,
        })
}

async fn connect(authority: &str) -> io::Result<TcpStream> {
    match authority.rsplit_once(':') {
        Some((_, port)) if port.parse::<u16>().is_ok() => TcpStream::connect(authority).await,
        _ => TcpStream::connect((authority, 80)).await,
    }
}

/// The request in the form that is sent, with the host and port that it is sent to.
fn request(
    method: Method,
    url: &str,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(String, Request<Full<Bytes>>), ClientError> {
    let bad_url = || ClientError::BadUrl(url.to_owned());
    let uri: Uri = url.parse().map_err(|_| bad_url())?;
    let authority = uri.authority().ok_or_else(bad_url)?.as_str().to_owned();
    if uri.scheme_str() != Some("http") {
        return Err(bad_url());
    }
    let host = HeaderValue::from_str(&authority).map_err(|_| bad_url())?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().map_err(|_| bad_url())?;
    *request.headers_mut() = headers;
    request.headers_mut().insert(header::HOST, host);
    Ok((authority, request))
}

async fn exchange(stream: TcpStream, request: Request<Full<Bytes>>) -> hyper::Result<Answer> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answer = async {
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer { status, body })
    };
    tokio::pin!(answer);
    tokio::select! {
        // The connection moves what the answer waits for; its own errors show there too.
        Err(error) = connection => Err(error),
        answer = &mut answer => answer,
    }
}
