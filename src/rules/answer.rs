//! From a step's response to a command's outcome.

use crate::vocabulary::fact::Facts;
use crate::vocabulary::mock::Response;
use crate::vocabulary::outcome::{Body, Outcome};
use crate::vocabulary::template::BodyTemplate;

/// The outcome that the response is for a command, facts filled in.
pub(super) fn outcome(response: &Response, facts: &dyn Facts) -> Outcome {
    match response {
        Response::Succeed { patch } => Outcome::Succeed {
            patch: patch.as_ref().map(|patch| patch.render(facts)),
        },
        Response::Fail { status, text } => Outcome::Fail {
            status: *status,
            text: text.as_ref().map(|text| text.render(facts)),
        },
        Response::Fault { text } => Outcome::Fault {
            text: text.as_ref().map(|text| text.render(facts)),
        },
        Response::Respond {
            status,
            headers,
            body,
        } => Outcome::Respond {
            status: *status,
            headers: headers
                .iter()
                .map(|(name, value)| (name.clone(), value.render(facts)))
                .collect(),
            body: self::body(body, facts),
        },
        Response::Drop(drop) => Outcome::Drop(*drop),
    }
}

fn body(template: &BodyTemplate, facts: &dyn Facts) -> Body {
    match template {
        BodyTemplate::Json(json) => Body::Json(json.render(facts)),
        BodyTemplate::Text(text) => Body::Text(text.render(facts)),
    }
}
