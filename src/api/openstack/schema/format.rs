//! The formats that texts can have.

use serde_json::Value;

use super::super::python::repr;
use super::Format;

impl Format {
    pub(super) fn accepts(self, text: &str) -> bool {
        match self {
            Format::Name => text.trim() == text && text.chars().all(is_printable),
            Format::LooseName => {
                text.chars().all(is_printable) && !text.chars().all(char::is_whitespace)
            }
            Format::Uuid => uuid::Uuid::try_parse(text).is_ok(),
            Format::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
            Format::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
            Format::Base64 => is_base64(text),
        }
    }

    pub(super) fn complaint(self, value: &Value) -> String {
        let name = match self {
            Format::Name => {
                return "An invalid 'name' value was provided. The name must be: printable characters. \
                        Can not start or end with whitespace."
                    .to_owned();
            }
            Format::LooseName => {
                return "An invalid 'name' value was provided. The name must be: printable characters \
                        with at least one non space character"
                    .to_owned();
            }
            Format::Uuid => "uuid",
            Format::Ipv4 => "ipv4",
            Format::Ipv6 => "ipv6",
            Format::Base64 => "base64",
        };
        format!("{} is not a '{name}'", repr(value))
    }
}

/// No control character, nor one that only changes how others look.
fn is_printable(c: char) -> bool {
    let is_format = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_control() && !is_format
}

/// Python's decoder passes over whatever is not of the alphabet.
fn is_base64(text: &str) -> bool {
    use base64::Engine as _;
    let text: String = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+/=".contains(*c))
        .collect();
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .is_ok()
}
