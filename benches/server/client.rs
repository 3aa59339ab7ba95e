//! The requests, and a client that sends many of them.

use bytes::Bytes;
use http::response::Parts;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::work::Work;

/// Connections that are kept busy at once.
const CONNECTIONS: usize = 8;

/// A request that can be sent again and again.
#[derive(Clone)]
pub(crate) struct Shot {
    method: Method,
    path: String,
    token: String,
    body: Bytes,
}

impl Shot {
    pub(crate) fn get(path: &str) -> Self {
        Self {
            method: Method::GET,
            path: path.to_owned(),
            token: String::new(),
            body: Bytes::new(),
        }
    }

    fn post(path: &str, body: &Value) -> Self {
        Self {
            method: Method::POST,
            body: body.to_string().into(),
            ..Self::get(path)
        }
    }

    fn with_token(self, token: &str) -> Self {
        Self {
            token: token.to_owned(),
            ..self
        }
    }

    /// Another request of the same caller's, without a body, to where a link leads.
    pub(crate) fn to(&self, method: Method, link: &str) -> Self {
        let uri: http::Uri = link.parse().expect("a link");
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Self {
            method,
            ..Self::get(path).with_token(&self.token)
        }
    }

    /// Sends it once, on a connection of its own.
    pub(crate) async fn answer(&self, address: &str) -> (Parts, Bytes) {
        Line::open(address).await.send(self).await
    }

    pub(crate) async fn status(&self, address: &str) -> u16 {
        self.answer(address).await.0.status.as_u16()
    }

    async fn json(&self, address: &str) -> (Parts, Value) {
        let (parts, body) = self.answer(address).await;
        assert!(
            parts.status.is_success(),
            "{} {}: {parts:?} {body:?}",
            self.method,
            self.path
        );
        (parts, serde_json::from_slice(&body).expect("JSON"))
    }
}

/// A connection that stays open.
pub(crate) struct Line {
    sender: SendRequest<Full<Bytes>>,
    address: String,
}

impl Line {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("a server");
        stream.set_nodelay(true).expect("no delay");
        let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("a connection");
        tokio::spawn(connection);
        Self {
            sender,
            address: address.to_owned(),
        }
    }

    pub(crate) async fn send(&mut self, shot: &Shot) -> (Parts, Bytes) {
        self.sender.ready().await.expect("a connection");
        let request = Request::builder()
            .method(&shot.method)
            .uri(&shot.path)
            .header("host", &self.address)
            .header("content-type", "application/json")
            .header("x-auth-token", &shot.token)
            .body(Full::new(shot.body.clone()))
            .expect("a request");
        let answer = self.sender.send_request(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("a whole answer");
        (parts, body.to_bytes())
    }
}

/// Does a piece of work `count` times over a few connections that stay open; returns the number of requests.
pub(crate) async fn fire(work: &Work, address: &str, count: usize) -> usize {
    let mut workers = JoinSet::new();
    for worker in 0..CONNECTIONS.min(count) {
        let (work, address) = (work.clone(), address.to_owned());
        let share = count / CONNECTIONS + usize::from(worker < count % CONNECTIONS);
        workers.spawn(async move {
            let mut line = Line::open(&address).await;
            let mut requests = 0;
            for _ in 0..share {
                requests += work.once(&mut line).await;
            }
            requests
        });
    }
    workers.join_all().await.into_iter().sum()
}

/// A cloud with servers in it, and a token for them.
pub(crate) struct Cloud {
    address: String,
    token: String,
    image: Value,
    /// The id of the last server.
    server: String,
}

impl Cloud {
    pub(crate) async fn prepare(address: &str, servers: usize) -> Self {
        let (parts, _) = authenticate().json(address).await;
        let token = parts.headers["x-subject-token"].to_str().expect("a token");
        let images = Shot::get("/image/v2/images").with_token(token);
        let (_, images) = images.json(address).await;
        let mut cloud = Self {
            address: address.to_owned(),
            token: token.to_owned(),
            image: images["images"][0]["id"].clone(),
            server: String::new(),
        };
        cloud.populate(servers).await;
        cloud
    }

    /// Makes servers, a thousand with a request.
    pub(crate) async fn populate(&mut self, servers: usize) {
        for first in (0..servers).step_by(1000) {
            let count = (servers - first).min(1000);
            let (_, made) = self
                .create(&format!("web-{first}"), count)
                .json(&self.address)
                .await;
            self.server = made["server"]["id"].as_str().expect("an id").to_owned();
        }
    }

    fn create(&self, name: &str, count: usize) -> Shot {
        let body = json!({ "server": {
            "name": name,
            "imageRef": self.image,
            "flavorRef": "1",
            "min_count": count,
            "max_count": count,
        } });
        Shot::post("/compute/v2.1/servers", &body).with_token(&self.token)
    }

    pub(crate) fn get_server(&self) -> Shot {
        Shot::get(&format!("/compute/v2.1/servers/{}", self.server)).with_token(&self.token)
    }

    /// A list with details; `query` says what of it.
    pub(crate) fn list_servers(&self, query: &str) -> Shot {
        Shot::get(&format!("/compute/v2.1/servers/detail?{query}")).with_token(&self.token)
    }

    pub(crate) fn create_server(&self) -> Shot {
        self.create("short-lived", 1)
    }

    pub(crate) fn post_token(&self) -> Shot {
        authenticate()
    }
}

fn authenticate() -> Shot {
    let domain = json!({ "id": "default" });
    let body = json!({ "auth": {
        "identity": {
            "methods": ["password"],
            "password": { "user": { "name": "admin", "domain": domain, "password": "password" } },
        },
        "scope": { "project": { "name": "admin", "domain": domain } },
    } });
    Shot::post("/identity/v3/auth/tokens", &body)
}
