//! What a client asks: one command with its parameters, in the query, in a form, or in both.

use std::borrow::Cow;

use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::api::{BodyProblem, Request};
use crate::vocabulary::fault::{Fault, FaultKind};

/// Where the API is; a slash at the end is as good.
pub(crate) const PATH: &str = "/client/api";
const FORM: &str = "application/x-www-form-urlencoded";

/// Whether a path is the API's.
pub(crate) fn is_api(path: &str) -> bool {
    path.strip_suffix('/').unwrap_or(path) == PATH
}

/// A request's parameters, decoded, in the client's order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params {
    /// Names as sent: the signature was made over them.
    sent: Vec<(String, String)>,
}

impl Params {
    /// Takes the parameters out of a request.
    ///
    /// # Errors
    /// A method that the API does not have, a body that could not be taken, a value with control characters.
    pub(crate) fn read(request: &Request) -> Result<Self, Fault> {
        let mut sent = decode(request.query.as_bytes());
        match request.method {
            Method::GET => {}
            Method::POST => sent.extend(decode(form(request)?)),
            _ => {
                let message = format!("Method {} is not allowed", request.method);
                return Err(Fault::new(FaultKind::MethodNotAllowed, message));
            }
        }
        match sent.iter().find(|(_, value)| value.contains(is_forbidden)) {
            Some((name, value)) => Err(Fault::bad_request(format!(
                "Received value {value} for parameter {name} is invalid, contains illegal ASCII non-printable \
                 characters"
            ))),
            None => Ok(Self { sent }),
        }
    }

    /// The first parameter of that name, which is in lower case; clients write it as they like.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.sent
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// All of them, their names as the client wrote them.
    pub(crate) fn as_sent(&self) -> &[(String, String)] {
        &self.sent
    }

    /// All of them, their names in lower case.
    pub(crate) fn into_lower_case(self) -> Vec<(String, String)> {
        let lower = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
        self.sent.into_iter().map(lower).collect()
    }
}

/// The parameters as an object, for conditions that ask for `request.body`.
pub(crate) fn as_object(params: &[(String, String)]) -> Value {
    let member = |(name, value): &(String, String)| (name.clone(), Value::from(value.as_str()));
    Value::Object(params.iter().map(member).collect())
}

fn decode(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded)
        .map(|(name, value)| (Cow::into_owned(name), Cow::into_owned(value)))
        .collect()
}

/// The body, where it is a form.
fn form(request: &Request) -> Result<&[u8], Fault> {
    let body = request.body.as_ref().map_err(|problem| match problem {
        BodyProblem::TooLarge(limit) => Fault::new(
            FaultKind::PayloadTooLarge,
            format!("The request's body is larger than {limit} bytes"),
        ),
        BodyProblem::Broken => Fault::bad_request("The request's body ended too early"),
    })?;
    let kind = request.headers.get(CONTENT_TYPE);
    let is_form = kind.is_none_or(|kind| kind.as_bytes().starts_with(FORM.as_bytes()));
    Ok(if is_form { body } else { &[] })
}

/// Line ends and tabs stand in user data; no other control character is taken.
fn is_forbidden(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;

    fn request(method: Method, query: &str, body: &'static str) -> Request {
        Request {
            method,
            region: None,
            path: "/client/api".into(),
            query: query.into(),
            headers: HeaderMap::new(),
            body: Ok(Bytes::from_static(body.as_bytes())),
            is_trusted: false,
        }
    }

    #[test]
    fn query_and_form_are_read_together_and_names_in_any_case() {
        let request = request(
            Method::POST,
            "command=login&X=a%20b",
            "Password=p%2Bq&domain=%2F",
        );
        let params = Params::read(&request).expect("parameters");
        assert_eq!(params.get("x"), Some("a b"));
        assert_eq!(params.get("password"), Some("p+q"));
        assert_eq!(params.into_lower_case()[2].0, "password");
    }

    #[test]
    fn other_methods_and_control_characters_are_refused() {
        let fault = Params::read(&request(Method::PUT, "", "")).expect_err("a refusal");
        assert_eq!(fault.kind, FaultKind::MethodNotAllowed);
        assert!(Params::read(&request(Method::GET, "name=a%07b", "")).is_err());
        assert!(Params::read(&request(Method::GET, "userdata=a%0Ab", "")).is_ok());
    }

    #[test]
    fn the_path_may_end_with_a_slash() {
        assert!(is_api("/client/api") && is_api("/client/api/"));
        assert!(!is_api("/client/apis") && !is_api("/client"));
    }
}
