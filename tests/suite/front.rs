//! What a client meets on the socket, whatever answers behind it.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use http::HeaderValue;
use mimic::api::{BodyProblem, Reply, Request};
use mimic::front::FrontLimits;
use mimic::vocabulary::mock::Drop;

use crate::support::{Front, PATIENCE, answering, get, reply};

/// Answers with what it was asked.
fn echo(request: Request) -> Reply {
    let body = match &request.body {
        Ok(body) => String::from_utf8_lossy(body).into_owned(),
        Err(problem) => format!("{problem:?}"),
    };
    let names: Vec<&str> = request.headers.keys().map(|name| name.as_str()).collect();
    let text = format!(
        "{} {} [{}] {body} {}",
        request.method,
        request.path,
        request.query,
        names.join(",")
    );
    reply(200, text)
}

fn body_of(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

fn status_of(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

#[test]
fn a_request_arrives_as_it_was_sent() {
    let front = Front::start(answering(echo));
    assert_eq!(
        body_of(&front.exchange(&get("/a%20b//c?x=%31&y"))),
        "GET /a%20b//c [x=%31&y]  host,connection"
    );
    assert_eq!(
        body_of(&front.exchange(&get("/"))),
        "GET / []  host,connection"
    );
    let answer = front.exchange(
        "PURGE /x HTTP/1.1\r\nHost: m\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    );
    assert_eq!(
        body_of(&answer),
        "PURGE /x [] hello host,content-length,connection"
    );
}

#[test]
fn a_description_stands_beside_the_status_too() {
    let front = Front::start(answering(|request| {
        let status = if request.path == "/named" { 404 } else { 432 };
        let mut reply = reply(status, String::new());
        if request.query == "described" {
            let text = HeaderValue::from_static("Unknown API command: x");
            reply.headers.insert("x-description", text);
        }
        reply
    }));
    for (path, status) in [
        ("/named", "404 Not Found"),
        ("/named?described", "404 Unknown API command: x"),
        ("/?described", "432 Unknown API command: x"),
        ("/", "432 "),
    ] {
        let answer = front.exchange(&get(path));
        let first = answer.lines().next().unwrap_or_default();
        assert_eq!(first, format!("HTTP/1.1 {status}"), "{path}");
    }
}

#[test]
fn a_chunked_body_is_put_together() {
    let front = Front::start(answering(echo));
    let answer = front.exchange(
        "POST /x HTTP/1.1\r\nHost: m\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
         3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n",
    );
    assert!(body_of(&answer).starts_with("POST /x [] abcdefg "));
}

#[test]
fn a_body_that_is_too_large_is_taken_and_refused() {
    let limits = FrontLimits {
        body: 1000,
        ..FrontLimits::default()
    };
    let front = Front::start_with(
        limits,
        answering(|request: Request| match request.body {
            Ok(body) => reply(200, body),
            Err(problem) => {
                assert_eq!(problem, BodyProblem::TooLarge(1000));
                reply(413, "")
            }
        }),
    );
    let post = |size: usize, header: &str| {
        let body = "x".repeat(size);
        front.exchange(&format!(
            "POST / HTTP/1.1\r\nHost: m\r\nConnection: close\r\n{header}\r\n\r\n{body}"
        ))
    };
    assert_eq!(status_of(&post(1000, "Content-Length: 1000")), "200");
    assert_eq!(status_of(&post(1001, "Content-Length: 1001")), "413");
    // Many times what socket buffers hold: without being read, the client's write would fail.
    let huge = 20 << 20;
    let length = format!("Content-Length: {huge}");
    assert_eq!(status_of(&post(huge, &length)), "413");
    // A client that asks first never sends it.
    let asks = format!("{length}\r\nExpect: 100-continue");
    assert_eq!(status_of(&post(0, &asks)), "413");
}

#[test]
fn a_body_that_breaks_off_is_told_apart() {
    let (seen, sees) = mpsc::channel();
    let front = Front::start(answering(move |request: Request| {
        seen.send(request.body).expect("the test listens");
        reply(400, "")
    }));
    let mut stream = front.connect();
    stream
        .write_all(b"POST / HTTP/1.1\r\nHost: m\r\nContent-Length: 100\r\n\r\nhalf")
        .expect("sent");
    stream.shutdown(Shutdown::Write).expect("closed");
    assert_eq!(sees.recv_timeout(PATIENCE), Ok(Err(BodyProblem::Broken)));

    let answer = front
        .exchange("POST / HTTP/1.1\r\nHost: m\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n");
    assert_eq!(sees.recv_timeout(PATIENCE), Ok(Err(BodyProblem::Broken)));
    assert_eq!(status_of(&answer), "400");
}

#[test]
fn connect_is_refused() {
    let front = Front::start(answering(echo));
    let answer =
        front.exchange("CONNECT example.org:443 HTTP/1.1\r\nHost: m\r\nConnection: close\r\n\r\n");
    assert_eq!(status_of(&answer), "405");
    assert!(answer.to_lowercase().contains("\r\nallow: get, "));
    assert_eq!(status_of(&front.exchange(&get("/"))), "200");
}

#[test]
fn every_status_passes() {
    let front = Front::start(answering(|request: Request| {
        let status = request.path.trim_start_matches('/');
        reply(status.parse().expect("a status"), "text")
    }));
    for status in ["200", "404", "431", "503", "530", "599", "999"] {
        let answer = front.exchange(&get(&format!("/{status}")));
        assert_eq!((status_of(&answer), body_of(&answer)), (status, "text"));
    }
    // These have no body, whatever they are given.
    for status in ["204", "304"] {
        let answer = front.exchange(&get(&format!("/{status}")));
        assert_eq!((status_of(&answer), body_of(&answer)), (status, ""));
    }
}

#[test]
fn head_is_answered_without_the_body() {
    let front = Front::start(answering(|_| reply(200, "0123456789")));
    let answer = front.exchange("HEAD / HTTP/1.1\r\nHost: m\r\nConnection: close\r\n\r\n");
    assert!(answer.contains("content-length: 10\r\n"));
    assert_eq!(body_of(&answer), "");
}

#[test]
fn headers_cannot_lie_about_the_length() {
    let front = Front::start(answering(|_| {
        let mut lying = reply(200, "0123456789");
        for (name, value) in [
            ("content-length", "3"),
            ("transfer-encoding", "chunked"),
            ("x-other", "kept"),
        ] {
            let value = http::HeaderValue::from_static(value);
            lying.headers.insert(name, value);
        }
        lying
    }));
    let answer = front.exchange(&get("/"));
    assert!(answer.contains("content-length: 10\r\n") && answer.contains("x-other: kept\r\n"));
    assert!(!answer.contains("transfer-encoding"));
    assert_eq!(body_of(&answer), "0123456789");
}

#[test]
fn an_answer_that_is_none_ends_the_connection_only() {
    let front = Front::start(answering(|request: Request| {
        reply(if request.path == "/fine" { 200 } else { 101 }, "")
    }));
    let switching = front.exchange("GET / HTTP/1.1\r\nHost: m\r\n\r\n");
    assert_ne!(status_of(&switching), "200");
    assert_eq!(status_of(&front.exchange(&get("/fine"))), "200");
}

#[test]
fn pipelined_requests_are_answered_in_turn() {
    let front = Front::start(answering(|request: Request| reply(200, request.path)));
    let keep = "GET /1 HTTP/1.1\r\nHost: m\r\n\r\nGET /2 HTTP/1.1\r\nHost: m\r\n\r\n";
    let answers = front.exchange(&format!("{keep}{}", get("/3")));
    let bodies: Vec<&str> = answers
        .split("\r\n\r\n")
        .skip(1)
        .map(|part| &part[..2])
        .collect();
    assert_eq!(bodies, ["/1", "/2", "/3"]);
}

#[test]
fn a_panic_is_a_500_and_nothing_else_suffers() {
    let front = Front::start(async |request: Request| {
        if request.path == "/late" {
            tokio::task::yield_now().await;
        }
        assert_eq!(request.path, "/fine", "the test wants this panic");
        reply(200, "fine")
    });
    for path in ["/at-once", "/late"] {
        assert_eq!(status_of(&front.exchange(&get(path))), "500");
    }
    assert_eq!(body_of(&front.exchange(&get("/fine"))), "fine");
}

#[test]
fn a_client_that_leaves_does_not_cancel_its_exchange() {
    let (begun, begins) = mpsc::channel();
    let (done, ends) = mpsc::channel();
    let (go, goes) = tokio::sync::watch::channel(false);
    let front = Front::start(move |_: Request| {
        let (begun, done, mut goes) = (begun.clone(), done.clone(), goes.clone());
        async move {
            begun.send(()).expect("the test listens");
            goes.wait_for(|go| *go).await.expect("the test lives");
            done.send(()).expect("the test listens");
            reply(200, "")
        }
    });
    let mut stream = front.connect();
    stream.write_all(get("/").as_bytes()).expect("sent");
    begins.recv_timeout(PATIENCE).expect("it began");
    drop(stream);
    // The server has seen the client leave once a later connection's request was answered... by then the
    // close, which came first, was delivered too.
    let mut second = front.connect();
    second.write_all(get("/").as_bytes()).expect("sent");
    begins.recv_timeout(PATIENCE).expect("it began");
    go.send_replace(true);
    for _ in 0..2 {
        ends.recv_timeout(PATIENCE).expect("it ended");
    }
}

/// A front end all of whose answers are dropped so.
fn dropping(drop: Drop) -> Front {
    Front::start(answering(move |_| Reply {
        drop: Some(drop),
        ..reply(200, "0123456789")
    }))
}

fn send_get(front: &Front) -> TcpStream {
    let mut stream = front.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: m\r\n\r\n")
        .expect("sent");
    stream
}

/// All that arrives, and how the connection ended: `Ok` for FIN.
fn read_out(mut stream: TcpStream) -> (Vec<u8>, Result<(), ErrorKind>) {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes);
    (bytes, end.map(drop).map_err(|error| error.kind()))
}

#[test]
fn drop_reset_sends_rst() {
    let (bytes, end) = read_out(send_get(&dropping(Drop::Reset)));
    assert_eq!(
        (bytes.as_slice(), end),
        (&b""[..], Err(ErrorKind::ConnectionReset))
    );
}

#[test]
fn drop_empty_sends_fin_and_nothing_else() {
    assert_eq!(read_out(send_get(&dropping(Drop::Empty))), (vec![], Ok(())));
}

#[test]
fn drop_garbage_sends_what_is_no_http() {
    let (bytes, end) = read_out(send_get(&dropping(Drop::Garbage)));
    assert_eq!(end, Ok(()));
    assert!(!bytes.is_empty() && !bytes.starts_with(b"HTTP"));
}

#[test]
fn drop_after_sends_the_start_of_the_real_answer() {
    let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\ndate: ";
    for size in [1, 15, 40] {
        let (bytes, end) = read_out(send_get(&dropping(Drop::After(size as u64))));
        assert_eq!((bytes.as_slice(), end), (&whole[..size], Ok(())));
    }
    assert_eq!(
        read_out(send_get(&dropping(Drop::After(0)))),
        (vec![], Ok(()))
    );
    // A limit beyond its end: all of it, and the connection ends nevertheless.
    let (bytes, end) = read_out(send_get(&dropping(Drop::After(1 << 40))));
    assert!(bytes.ends_with(b"\r\n\r\n0123456789"));
    assert_eq!(end, Ok(()));
}

#[test]
fn drop_after_cuts_a_large_answer_to_the_byte() {
    let size = 3_000_000;
    let front = Front::start(answering(move |_| Reply {
        drop: Some(Drop::After(size)),
        ..reply(200, vec![b'x'; 8 << 20])
    }));
    let (bytes, end) = read_out(send_get(&front));
    assert_eq!((bytes.len() as u64, end), (size, Ok(())));
}

#[test]
fn drop_hang_says_nothing_and_stays_open() {
    let mut front = dropping(Drop::Hang);
    let stream = send_get(&front);
    let pause = Duration::from_millis(100);
    stream.set_read_timeout(Some(pause)).expect("a timeout");
    let error = (&stream).read(&mut [0]).expect_err("nothing to read");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    // It does not hold up a stop.
    let begin = Instant::now();
    front.stop();
    assert!(begin.elapsed() < FrontLimits::default().drain);
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    assert_eq!(read_out(stream), (vec![], Ok(())));
}

#[test]
fn a_dropped_answer_to_a_pipelining_client_ends_the_connection() {
    let front = Front::start(answering(|request: Request| Reply {
        drop: (request.path == "/2").then_some(Drop::Empty),
        ..reply(200, request.path)
    }));
    let three = ["/1", "/2", "/3"].map(|path| format!("GET {path} HTTP/1.1\r\nHost: m\r\n\r\n"));
    let answers = front.exchange(&three.concat());
    assert!(answers.ends_with("/1") && !answers.contains("/3"));
}

#[test]
fn a_stop_lets_an_exchange_finish() {
    let (begun, begins) = mpsc::channel();
    let (go, goes) = tokio::sync::watch::channel(false);
    let mut front = Front::start(move |_: Request| {
        let (begun, mut goes) = (begun.clone(), goes.clone());
        async move {
            begun.send(()).expect("the test listens");
            goes.wait_for(|go| *go).await.expect("the test lives");
            reply(200, "finished")
        }
    });
    let stream = send_get(&front);
    begins.recv_timeout(PATIENCE).expect("it began");
    std::thread::scope(|scope| {
        let address = front.address;
        let stopping = scope.spawn(|| front.stop());
        // The listener is closed before the draining begins.
        while TcpStream::connect(address).is_ok() {
            std::thread::yield_now();
        }
        go.send_replace(true);
        stopping.join().expect("stopped");
    });
    let (bytes, end) = read_out(stream);
    assert!(bytes.ends_with(b"finished"));
    assert_eq!(end, Ok(()));
}

#[test]
fn a_stop_does_not_wait_for_idle_or_half_sent_requests() {
    let limits = FrontLimits {
        drain: Duration::from_millis(200),
        ..FrontLimits::default()
    };
    let mut front = Front::start_with(limits, answering(|_| reply(200, "")));
    let idle = front.connect();
    let mut half = front.connect();
    half.write_all(b"GET / HTTP/1.1\r\nHo").expect("sent");
    assert_eq!(status_of(&front.exchange(&get("/"))), "200");
    let begin = Instant::now();
    front.stop();
    assert!(begin.elapsed() < PATIENCE / 4);
    for stream in [idle, half] {
        assert_eq!(read_out(stream).0, b"");
    }
}

#[test]
fn a_head_that_takes_too_long_is_not_waited_for() {
    let limits = FrontLimits {
        head: Duration::from_millis(100),
        ..FrontLimits::default()
    };
    let front = Front::start_with(limits, answering(|_| reply(200, "")));
    let mut stream = front.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nHo").expect("sent");
    let (bytes, _) = read_out(stream);
    assert!(!bytes.starts_with(b"HTTP/1.1 200"));
}
