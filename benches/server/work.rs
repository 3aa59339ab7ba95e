//! What is measured: a request, or several that belong together.

use http::header::LOCATION;
use hyper::Method;
use serde_json::Value;

use crate::client::{Line, Shot};

/// A piece of work that can be done again and again.
#[derive(Clone)]
pub(crate) enum Work {
    /// One request.
    One(Shot),
    /// A list, page by page, until no link leads on.
    Pages { first: Shot, key: &'static str },
    /// A POST of something, and the DELETE of what its `Location` names.
    Life(Shot),
}

impl Work {
    /// Does it once; returns how many requests it took.
    pub(crate) async fn once(&self, line: &mut Line) -> usize {
        match self {
            Work::One(shot) => {
                line.send(shot).await;
                1
            }
            Work::Pages { first, key } => follow(line, first.clone(), key).await,
            Work::Life(birth) => {
                let (parts, _) = line.send(birth).await;
                let location = parts.headers[LOCATION].to_str().expect("a link");
                line.send(&birth.to(Method::DELETE, location)).await;
                2
            }
        }
    }

    /// The request that it begins with.
    pub(crate) fn first(&self) -> &Shot {
        match self {
            Work::One(shot) | Work::Life(shot) | Work::Pages { first: shot, .. } => shot,
        }
    }
}

async fn follow(line: &mut Line, first: Shot, key: &str) -> usize {
    let mut shot = first;
    for requests in 1.. {
        let (_, body) = line.send(&shot).await;
        let page: Value = serde_json::from_slice(&body).expect("JSON");
        let Some(next) = page[key][0]["href"].as_str() else {
            return requests;
        };
        shot = shot.to(Method::GET, next);
    }
    unreachable!("a list ends")
}
