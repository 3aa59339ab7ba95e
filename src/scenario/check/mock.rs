//! Mocks and their steps.

use std::sync::Arc;

use super::command::looks_like_command;
use super::{Checker, DraftMock, Labelled, limit};
use crate::scenario::answers;
use crate::scenario::ast::{self, Json, Span, Spanned, Text, Word};
use crate::scenario::codes;
use crate::vocabulary::command::Plane;
use crate::vocabulary::mock::{Drop, MockSpec, Pattern, Response, Step};
use crate::vocabulary::place::Scope;
use crate::vocabulary::template::{BodyTemplate, JsonTemplate, Template};

const DROPS: &[&str] = &["reset", "empty", "garbage", "after", "hang"];

/// Words that would make an expectation ambiguous.
const RESERVED: &[&str] = &[
    "mock", "scenario", "topology", "given", "at", "expect", "tags", "seed", "clock", "use", "scn",
    "no", "nothing", "retry", "on", "where", "as", "priority", "exactly", "before", "within",
];

impl Checker<'_> {
    pub(super) fn mock(&mut self, mock: &ast::Mock<'_>) {
        let before = self.desk.count();
        let pattern = mock.pattern.as_ref().and_then(|name| self.pattern(name));
        let scope = mock.on.as_ref().map(|on| self.scope_of(on, pattern));
        let condition = mock
            .condition
            .as_ref()
            .map(|condition| self.condition(condition, pattern));
        let label = mock.label.as_ref().and_then(|label| self.label(label));
        let priority = mock
            .priority
            .as_ref()
            .map_or(Some(0), |number| self.priority(number));
        let steps = self.steps(&mock.steps, mock.repeat.is_some(), pattern);
        let head = self.desk.location(mock.head.clone());
        let spec = pattern.map(|pattern| MockSpec {
            pattern,
            scope: scope.flatten().unwrap_or_else(Scope::everywhere),
            condition: condition.flatten(),
            label: label.clone(),
            priority: priority.unwrap_or(0),
            steps,
            repeat: mock.repeat.is_some(),
            scenario: self.scenario.clone(),
            origin: self.origin(&mock.head),
        });
        if let (Some(label), Some(word)) = (label, &mock.label) {
            self.declare_label(label, word, spec.as_ref().and_then(limit));
        }
        let is_sound = mock.is_whole && self.desk.count() == before;
        self.draft.mocks.extend(spec.map(|spec| DraftMock {
            spec,
            head,
            is_sound,
        }));
    }

    // ------------------------------------------------------------ the head

    fn label(&mut self, label: &Word<'_>) -> Option<Arc<str>> {
        let reason = if RESERVED.contains(&label.value) {
            "this is a word of the language"
        } else if looks_like_command(label.value) {
            "this is the name of a command"
        } else {
            return Some(Arc::from(label.value));
        };
        let message = format!("a label cannot be `{}`", label.value);
        let finding = self
            .desk
            .finding(&codes::BAD_LABEL, label.span.clone(), message);
        self.desk.report(finding.label(reason));
        None
    }

    fn declare_label(&mut self, label: Arc<str>, word: &Word<'_>, limit: Option<u64>) {
        let location = self.desk.location(word.span.clone());
        if let Some(first) = self.draft.labels.get(&label) {
            let first = first.location.clone();
            let message = format!("the label `{label}` is used twice");
            let finding = self
                .desk
                .finding(&codes::LABEL_TWICE, word.span.clone(), message);
            return self.desk.report(match first {
                Some(first) => finding.related(first, "first used here"),
                None => finding.label("a mock that is live already has it"),
            });
        }
        let labelled = Labelled {
            scenario: self.scenario.clone(),
            limit,
            location: Some(location),
        };
        self.draft.labels.insert(label, labelled);
    }

    fn priority(&mut self, number: &Word<'_>) -> Option<i32> {
        let priority = self
            .desk
            .integer(number, i32::MIN.into()..=i32::MAX.into())?;
        i32::try_from(priority).ok()
    }

    // ------------------------------------------------------------ steps

    pub(super) fn steps(
        &mut self,
        written: &[ast::Step<'_>],
        repeat: bool,
        pattern: Option<Pattern>,
    ) -> Vec<Step> {
        let last = written.len().saturating_sub(1);
        let mut steps = Vec::new();
        for (position, step) in written.iter().enumerate() {
            let is_followed = position < last || repeat;
            if is_followed && step.count.is_none() {
                self.count_missing(step, position < last);
            }
            steps.push(self.step(step, pattern));
        }
        steps
    }

    fn count_missing(&mut self, step: &ast::Step<'_>, has_next: bool) {
        let message = match has_next {
            true => "this step has no `count`, so the next one never comes",
            false => "this step has no `count`, so the first one never comes again",
        };
        let finding = self
            .desk
            .finding(&codes::COUNT_MISSING, step.span.clone(), message);
        self.desk
            .report(finding.help("say how many commands it serves, such as `count 1`"));
    }

    fn step(&mut self, step: &ast::Step<'_>, pattern: Option<Pattern>) -> Step {
        let response = step
            .response
            .as_ref()
            .and_then(|response| self.response(response, pattern));
        let count = step.count.as_ref().and_then(|count| self.step_count(count));
        Step {
            response: response.unwrap_or(Response::Succeed { patch: None }),
            delay: step.delay.as_ref().and_then(|delay| self.desk.delay(delay)),
            count,
            skip: step
                .skip
                .as_ref()
                .and_then(|skip| self.desk.count_of(skip))
                .unwrap_or(0),
            chance: step
                .chance
                .as_ref()
                .and_then(|chance| self.desk.percent(chance)),
            applied: step.applied.as_ref().map(|applied| applied.value),
            leads: self.leads(&step.leads, pattern),
        }
    }

    fn step_count(&mut self, number: &Word<'_>) -> Option<u64> {
        let count = self.desk.count_of(number)?;
        if count == 0 {
            let message = "a step with `count 0` serves nothing";
            let finding = self
                .desk
                .finding(&codes::COUNT_ZERO, number.span.clone(), message);
            self.desk
                .report(finding.help("take the step out, or give it a count of 1 or more"));
        }
        Some(count)
    }

    // ------------------------------------------------------------ responses

    fn response(
        &mut self,
        response: &Spanned<ast::Response<'_>>,
        pattern: Option<Pattern>,
    ) -> Option<Response> {
        match &response.value {
            ast::Response::Succeed { patch } => {
                let patch = match patch {
                    Some(patch) => Some(self.json(patch, pattern)?),
                    None => None,
                };
                Some(Response::Succeed { patch })
            }
            ast::Response::Fail { status, text } => Some(Response::Fail {
                status: status
                    .as_ref()
                    .and_then(|status| self.status(status, pattern)),
                text: self.response_text(text.as_ref(), pattern),
            }),
            ast::Response::Fault { status, text } => {
                if let Some(status) = status {
                    self.no_status(status, "a `fault` has always the same status");
                }
                let text = self.response_text(text.as_ref(), pattern);
                Some(Response::Fault { text })
            }
            ast::Response::Respond {
                status,
                headers,
                body,
            } => {
                let status = status
                    .as_ref()
                    .and_then(|status| self.status(status, pattern));
                let headers = headers
                    .as_ref()
                    .map(|headers| self.headers(headers, pattern));
                let body = self.body(body.as_ref()?, status, pattern)?;
                Some(Response::Respond {
                    status,
                    headers: headers.unwrap_or_default(),
                    body,
                })
            }
            ast::Response::Drop { how, bytes } => {
                self.drop(how, bytes.as_ref(), &response.span, pattern)
            }
        }
    }

    fn response_text(
        &mut self,
        text: Option<&Text<'_>>,
        pattern: Option<Pattern>,
    ) -> Option<Template> {
        text.and_then(|text| self.template(text, pattern))
    }

    fn status(&mut self, status: &Word<'_>, pattern: Option<Pattern>) -> Option<u16> {
        if is_agents(pattern) {
            self.no_status(status, "an agent's answer has no HTTP status");
            return None;
        }
        self.desk.status(status)
    }

    fn no_status(&mut self, status: &Word<'_>, message: &str) {
        let finding = self
            .desk
            .finding(&codes::NO_STATUS, status.span.clone(), message);
        self.desk.report(finding.help("leave the status out"));
    }

    fn headers(
        &mut self,
        headers: &Spanned<Json<'_>>,
        pattern: Option<Pattern>,
    ) -> Vec<(String, Template)> {
        if is_agents(pattern) {
            let message = "an agent's answer has no headers";
            let finding = self
                .desk
                .finding(&codes::NO_STATUS, headers.span.clone(), message);
            self.desk.report(finding.help("leave the headers out"));
            return Vec::new();
        }
        let Some(JsonTemplate::Object(members)) =
            self.json(&headers.value, pattern).map(JsonTemplate::opened)
        else {
            self.bad_headers(headers);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for (name, value) in members {
            match value {
                JsonTemplate::Text(text) if is_token(&name) => texts.push((name, text)),
                JsonTemplate::Plain(serde_json::Value::String(text)) if is_token(&name) => {
                    texts.push((name, Template::plain(text)));
                }
                _ => {
                    self.bad_headers(headers);
                    return Vec::new();
                }
            }
        }
        texts
    }

    fn bad_headers(&mut self, headers: &Spanned<Json<'_>>) {
        let message = "headers are an object of names and texts";
        let finding = self
            .desk
            .finding(&codes::WRONG_KIND, headers.span.clone(), message);
        self.desk
            .report(finding.help("write them like `{ \"Retry-After\": \"5\" }`"));
    }

    fn body(
        &mut self,
        body: &Spanned<Json<'_>>,
        status: Option<u16>,
        pattern: Option<Pattern>,
    ) -> Option<BodyTemplate> {
        let json = match &body.value {
            Json::Text(text) => return self.template(text, pattern).map(BodyTemplate::Text),
            Json::Plain(serde_json::Value::String(text)) => {
                return Some(BodyTemplate::Text(Template::plain(&**text)));
            }
            Json::Plain(_) | Json::Array(_) | Json::Object(_) => self.json(&body.value, pattern)?,
        };
        if let Some(Pattern::Command(command)) = pattern
            && let Some(expected) = answers::unexpected(command, status, &json)
        {
            let message = format!("`{command}` does not answer like this");
            let finding = self
                .desk
                .finding(&codes::STRANGE_BODY, body.span.clone(), message);
            self.desk
                .report(finding.label(format!("clients look for {expected}")));
        }
        Some(BodyTemplate::Json(json))
    }

    fn drop(
        &mut self,
        how: &Word<'_>,
        bytes: Option<&Word<'_>>,
        place: &Span,
        pattern: Option<Pattern>,
    ) -> Option<Response> {
        if is_agents(pattern) {
            let message = "an agent command has no connection to drop";
            let finding = self
                .desk
                .finding(&codes::NO_CONNECTION, place.clone(), message);
            self.desk
                .report(finding.help("`fault` is how an agent breaks, `delay` makes it late"));
            return None;
        }
        let drop = match self.desk.known(how, "way to drop a connection", DROPS)? {
            "reset" => Drop::Reset,
            "empty" => Drop::Empty,
            "garbage" => Drop::Garbage,
            "hang" => Drop::Hang,
            _ => Drop::After(self.desk.size(bytes?)?),
        };
        Some(Response::Drop(drop))
    }
}

/// Whether the pattern covers agent commands only.
fn is_agents(pattern: Option<Pattern>) -> bool {
    pattern.is_some_and(|pattern| {
        pattern
            .commands()
            .all(|command| command.spec().plane == Plane::Agent)
    })
}

/// Whether a header can have this name.
fn is_token(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_sign)
}
