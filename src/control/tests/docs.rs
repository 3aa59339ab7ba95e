use serde_json::{Value, json};

use super::super::routes::ROUTES;
use super::*;
use crate::control::{Reload, ReloadView};

const PAGE: &str = include_str!("../../../docs/admin-api.md");

/// A request that the page shows, with the answer that it promises.
struct Example {
    request: Request,
    status: u16,
    answer: Value,
}

/// The fenced blocks of the page: what stands behind the fence, and the lines.
fn blocks() -> Vec<(&'static str, String)> {
    let mut lines = PAGE.lines();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((info, body.join("\n")));
        }
    }
    blocks
}

fn examples() -> Vec<Example> {
    let blocks = blocks();
    let pairs = blocks.windows(2).filter(|pair| pair[0].0 == "http");
    pairs
        .map(|pair| example(&pair[0].1, pair[1].0, &pair[1].1))
        .collect()
}

fn example(asked: &str, info: &str, answer: &str) -> Example {
    let (head, body) = asked.split_once("\n\n").unwrap_or((asked, ""));
    let (method, target) = head
        .lines()
        .next()
        .and_then(|line| line.split_once(' '))
        .expect("a request line");
    let media_types = ["text/plain", "application/json"];
    let is_said = |media_type: &&str| asked.contains(&format!("\nContent-Type: {media_type}\n"));
    let status = info
        .strip_prefix("json ")
        .and_then(|status| status.parse().ok());
    let request = request(method, target, body);
    Example {
        request: match media_types.into_iter().find(is_said) {
            Some(media_type) => with_header(request, "content-type", media_type),
            None => request,
        },
        status: status.unwrap_or_else(|| panic!("{method} {target} has an answer")),
        // No lines stand for no body.
        answer: match answer {
            "" => Value::Null,
            _ => serde_json::from_str(answer).unwrap_or_else(|error| panic!("{target}: {error}")),
        },
    }
}

/// Whether an answer is as shown, where `…` shows anything.
fn is_as_shown(shown: &Value, answer: &Value) -> bool {
    match (shown, answer) {
        (Value::String(text), _) if text == "…" => true,
        (Value::Object(shown), Value::Object(answer)) => {
            shown.keys().eq(answer.keys())
                && shown
                    .iter()
                    .all(|(key, shown)| is_as_shown(shown, &answer[key]))
        }
        (Value::Array(shown), Value::Array(answer)) => {
            let mut pairs = shown.iter().zip(answer);
            shown.len() == answer.len() && pairs.all(|(shown, answer)| is_as_shown(shown, answer))
        }
        _ => shown == answer,
    }
}

struct OneFile;

impl ReloadView for OneFile {
    fn report(&self) -> Reload {
        Reload {
            paths: vec!["deploy.scn".to_owned()],
            last_reload: Some(chrono::DateTime::UNIX_EPOCH),
            ..Reload::default()
        }
    }

    fn request_reload(&self) {}
}

#[tokio::test]
async fn the_examples_are_true() {
    let (_, file) = blocks()
        .into_iter()
        .find(|(info, _)| *info == "scn")
        .expect("a file");
    let settings = ControlSettings {
        reload: Arc::new(OneFile),
        ..ControlSettings::default()
    };
    let room = Room::under(&file, settings);
    room.create(Manager::Nova);
    room.status().await;
    for Example {
        request,
        status,
        answer,
    } in examples()
    {
        let (method, path) = (request.method.clone(), request.path.clone());
        let (got, body) = room.send(request).await;
        assert!(
            got == status && is_as_shown(&answer, &body),
            "{method} {path} is answered otherwise: {got}\n{body:#}"
        );
    }
}

#[test]
fn the_page_shows_every_route_and_no_other() {
    let headings = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'));
    let mut shown: Vec<String> = headings.map(str::to_owned).collect();
    let rows = ROUTES
        .iter()
        .map(|route| format!("{} {}", route.method, route.path));
    let mut known: Vec<String> = rows.collect();
    shown.sort();
    known.sort();
    assert_eq!(shown, known);
}

#[test]
fn dots_show_anything_and_all_else_is_compared() {
    let answer = json!({ "at": 1, "list": [1, 2] });
    assert!(is_as_shown(
        &json!({ "at": "…", "list": [1, "…"] }),
        &answer
    ));
    assert!(!is_as_shown(&json!({ "at": "…" }), &answer));
    assert!(!is_as_shown(&json!({ "at": "…", "list": [1] }), &answer));
    assert!(!is_as_shown(&json!({ "at": 2, "list": [1, 2] }), &answer));
}
