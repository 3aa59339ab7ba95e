//! Signed requests: an HMAC over the parameters in canonical form.
//!
//! CloudStack defines one canonical form: the parameters sorted by name, their values as Java's
//! `URLEncoder` writes them, all in lower case. Clients come close to it, each in its own way: some sort
//! by the name in lower case, and each leaves other characters bare. A real CloudStack refuses the odd
//! request for that; here every form that a known client uses is good.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::request::Params;

/// What encoders leave bare beside letters, digits, `-`, `_` and `.`.
const BARE: &[&[u8]] = &[
    b"*",      // Java, and so the server
    b"*~",     // cs
    b"~",      // Go, Python with nothing safe
    b"[]*~",   // libcloud
    b"/~",     // Python's default
    b"!~*'()", // JavaScript
];

/// Whether `signature` was made with `secret` over all the other parameters.
pub(crate) fn is_right(params: &Params, signature: &str, secret: &str) -> bool {
    let Ok(signature) = STANDARD.decode(signature) else {
        return false;
    };
    let mut params: Vec<(&str, &str)> = params
        .as_sent()
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("signature"))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    params.sort_unstable();
    if is_in_any_encoding(&params, &signature, secret) {
        return true;
    }
    params.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    is_in_any_encoding(&params, &signature, secret)
}

fn is_in_any_encoding(params: &[(&str, &str)], signature: &[u8], secret: &str) -> bool {
    BARE.iter().any(|bare| {
        mac(&canonical(params, bare), secret).is_some_and(|mac| mac.verify_slice(signature).is_ok())
    })
}

fn mac(text: &str, secret: &str) -> Option<Hmac<Sha1>> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

/// The text that is signed. Letters beyond ASCII are encoded before case is taken from them.
fn canonical(params: &[(&str, &str)], bare: &[u8]) -> String {
    let mut text = String::new();
    for (name, value) in params {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(&name.to_ascii_lowercase());
        text.push('=');
        for byte in value.bytes() {
            encode(byte.to_ascii_lowercase(), bare, &mut text);
        }
    }
    text
}

fn encode(byte: u8, bare: &[u8], text: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) || bare.contains(&byte) {
        text.push(char::from(byte));
    } else {
        text.push('%');
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// Whether a request's time is over. Only version 3 of signatures has a time, and must have it.
pub(crate) fn is_expired(params: &Params, now: DateTime<Utc>) -> bool {
    params.get("signatureversion") == Some("3")
        && params
            .get("expires")
            .and_then(instant)
            .is_none_or(|expires| expires <= now)
}

/// `2026-11-21T10:15:00+0000`, or as RFC 3339 writes it.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z")
        .or_else(|_| DateTime::parse_from_rfc3339(text))
        .ok()
        .map(|instant| instant.to_utc())
}

/// Signs as the server itself would; for tests.
#[cfg(test)]
pub(crate) fn sign(params: &[(&str, &str)], secret: &str) -> String {
    let mut params = params.to_vec();
    params.sort_unstable();
    let mac = mac(&canonical(&params, BARE[0]), secret).expect("a key of any length is good");
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};

    use super::*;
    use crate::api::Request;

    fn params(query: &str) -> Params {
        let request = Request {
            method: Method::GET,
            region: None,
            path: "/client/api".into(),
            query: query.into(),
            headers: HeaderMap::new(),
            body: Ok(Bytes::new()),
            is_trusted: false,
        };
        Params::read(&request).expect("parameters")
    }

    const SECRET: &str = "abracadabra";
    const DEPLOY: &str = "apiKey=fnord&command=deployVirtualMachine&response=json&name=fred\
                          &serviceofferingid=5&templateid=17&zoneid=23&networkids=42";

    #[test]
    fn known_signatures_are_right() {
        for (query, signature) in [
            (
                "command=listVirtualMachines&apiKey=fnord&response=json".to_owned(),
                "z/a9Y7J52u48VpqIgiwaGUMCso0=",
            ),
            (
                format!("{DEPLOY}&displayname=George"),
                "gHTo7mYmadZ+zluKHzlEKb1i/QU=",
            ),
            (
                format!("{DEPLOY}&displayname=George%2BRingo"),
                "tAgfrreI1ZvWlWLClD3gu4+aKv4=",
            ),
        ] {
            assert!(is_right(&params(&query), signature, SECRET), "{query}");
            assert!(!is_right(&params(&query), signature, "abracadabrA"));
            assert!(!is_right(
                &params(&format!("{query}&x=1")),
                signature,
                SECRET
            ));
        }
    }

    #[test]
    fn every_clients_form_is_taken() {
        let query = "Zebra=a~b*c[d]&apple=e/f";
        for (order, bare) in [
            ("Zebra first", "*"),
            ("apple first", "*~"),
            ("apple first", "/~"),
        ] {
            let mut sent = vec![("Zebra", "a~b*c[d]"), ("apple", "e/f")];
            if order == "apple first" {
                sent.reverse();
            }
            let mac = mac(&canonical(&sent, bare.as_bytes()), SECRET).expect("a mac");
            let signature = STANDARD.encode(mac.finalize().into_bytes());
            assert!(
                is_right(&params(query), &signature, SECRET),
                "{order}, {bare}"
            );
        }
    }

    #[test]
    fn garbage_for_a_signature_is_wrong() {
        for signature in ["", "not base64!", "AAAA"] {
            assert!(!is_right(&params("a=b"), signature, SECRET));
        }
    }

    #[test]
    fn version_three_needs_a_time_to_come() {
        let now = DateTime::UNIX_EPOCH;
        let expired = |query: &str| is_expired(&params(query), now);
        assert!(!expired("command=x"));
        assert!(expired("signatureVersion=3"));
        assert!(expired("signatureVersion=3&expires=soon"));
        assert!(expired(
            "signatureVersion=3&expires=1970-01-01T00:00:00%2B0000"
        ));
        assert!(!expired(
            "signatureVersion=3&expires=1970-01-01T00:00:01%2B0000"
        ));
        assert!(!expired("signatureVersion=3&expires=1970-01-01T00:10:00Z"));
    }
}
