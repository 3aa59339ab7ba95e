//! The requests, and a client that sends many of them.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

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

type Sender = SendRequest<Full<Bytes>>;

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

    /// Sends it `count` times over a few connections that stay open.
    pub(crate) async fn fire(&self, address: &str, count: usize) {
        let mut workers = JoinSet::new();
        for worker in 0..CONNECTIONS.min(count) {
            let (shot, address) = (self.clone(), address.to_owned());
            let share = count / CONNECTIONS + usize::from(worker < count % CONNECTIONS);
            workers.spawn(async move {
                let mut sender = connect(&address).await;
                for _ in 0..share {
                    let answer = shot.send(&mut sender, &address).await;
                    answer.into_body().collect().await.expect("a whole answer");
                }
            });
        }
        while let Some(result) = workers.join_next().await {
            result.expect("a worker");
        }
    }

    /// How many bytes its answer has.
    pub(crate) async fn answer_size(&self, address: &str) -> usize {
        self.answer(address).await.1.len()
    }

    pub(crate) async fn status(&self, address: &str) -> u16 {
        self.answer(address).await.0.status.as_u16()
    }

    async fn answer(&self, address: &str) -> (http::response::Parts, Bytes) {
        let mut sender = connect(address).await;
        let (parts, body) = self.send(&mut sender, address).await.into_parts();
        (
            parts,
            body.collect().await.expect("a whole answer").to_bytes(),
        )
    }

    async fn json(&self, address: &str) -> (http::response::Parts, Value) {
        let (parts, body) = self.answer(address).await;
        assert!(
            parts.status.is_success(),
            "{} {}: {parts:?} {body:?}",
            self.method,
            self.path
        );
        (parts, serde_json::from_slice(&body).expect("JSON"))
    }

    async fn send(&self, sender: &mut Sender, address: &str) -> Response<hyper::body::Incoming> {
        sender.ready().await.expect("a connection");
        let request = Request::builder()
            .method(&self.method)
            .uri(&self.path)
            .header("host", address)
            .header("content-type", "application/json")
            .header("x-auth-token", &self.token)
            .body(Full::new(self.body.clone()))
            .expect("a request");
        sender.send_request(request).await.expect("an answer")
    }
}

async fn connect(address: &str) -> Sender {
    let stream = TcpStream::connect(address).await.expect("a server");
    stream.set_nodelay(true).expect("no delay");
    let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("a connection");
    tokio::spawn(connection);
    sender
}

/// A cloud with servers in it, and a token for them.
pub(crate) struct Cloud {
    token: String,
    server: String,
}

impl Cloud {
    pub(crate) async fn prepare(address: &str, servers: usize) -> Self {
        let (parts, _) = authenticate().json(address).await;
        let token = parts.headers["x-subject-token"]
            .to_str()
            .expect("a token")
            .to_owned();
        let images = Shot::get("/image/v2/images")
            .with_token(&token)
            .json(address)
            .await
            .1;
        let image = &images["images"][0]["id"];
        let mut server = String::new();
        for n in 0..servers {
            let body = json!({ "server": { "name": format!("web-{n}"), "imageRef": image, "flavorRef": "1" } });
            let shot = Shot::post("/compute/v2.1/servers", &body).with_token(&token);
            let made = shot.json(address).await.1;
            server = made["server"]["id"].as_str().expect("an id").to_owned();
        }
        Self { token, server }
    }

    pub(crate) fn get_server(&self) -> Shot {
        Shot::get(&format!("/compute/v2.1/servers/{}", self.server)).with_token(&self.token)
    }

    pub(crate) fn list_servers(&self) -> Shot {
        Shot::get("/compute/v2.1/servers/detail?limit=100").with_token(&self.token)
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
