//! How the ids of users, projects and domains are written.

use uuid::Uuid;
use uuid::fmt::Urn;

use crate::world::ids;

/// The domain of all that names none. Its id is written `default`.
pub const DEFAULT_DOMAIN: Uuid = Uuid::from_u128(0x6d69_6d69_6300_5000_8000_0000_0000_0002);

/// How [`DEFAULT_DOMAIN`] is written.
const DEFAULT: &str = "default";

/// The first half of ids that are numbers. The other half has the decimal digits as they are read in
/// hexadecimal, after an `f` that keeps zeros at their front.
const NUMBERED: u64 = 0x6d69_6d69_6300_5000;

/// How many digits there are room for.
const MOST_DIGITS: usize = 15;

/// An id as it is written: 32 hexadecimal digits, a number, or the default domain's word.
pub fn id_text(id: Uuid) -> String {
    write_id(id, &mut Uuid::encode_buffer()).to_owned()
}

/// As [`id_text`], into a buffer that is large enough.
pub fn write_id(id: Uuid, buffer: &mut [u8; Urn::LENGTH]) -> &str {
    let (upper, lower) = id.as_u64_pair();
    let digits = &*id.simple().encode_lower(buffer);
    match upper {
        _ if id == DEFAULT_DOMAIN => DEFAULT,
        NUMBERED => {
            let zeros = (lower.leading_zeros() / 4) as usize;
            digits.get(digits.len() / 2 + zeros + 1..).unwrap_or(digits)
        }
        _ => digits,
    }
}

/// Reads an id in the form of [`id_text`].
pub fn parse_id(text: &str) -> Option<Uuid> {
    match text {
        DEFAULT => Some(DEFAULT_DOMAIN),
        _ if text.len() == 32 => Uuid::try_parse(text).ok(),
        _ => number(text),
    }
}

/// As [`parse_id`], and with hyphens too, as some services take it.
pub fn parse_loosely(text: &str) -> Option<Uuid> {
    parse_id(text).or_else(|| Uuid::try_parse(text).ok())
}

/// The id that is written as this number; `None` for what is none.
fn number(text: &str) -> Option<Uuid> {
    let is_number = text.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number || text.is_empty() || text.len() > MOST_DIGITS {
        return None;
    }
    let digits = u64::from_str_radix(&format!("f{text}"), 16).ok()?;
    Some(Uuid::from_u64_pair(NUMBERED, digits))
}

/// The id that a project of the default domain has in every world. One whose name is a number, as that of
/// Rackspace's tenants is, has that number.
pub fn project_id(name: &str) -> Uuid {
    number(name).unwrap_or_else(|| ids::named("project", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        for id in [DEFAULT_DOMAIN, ids::named("user", "joe"), project_id("joe")] {
            assert_eq!(parse_id(&id_text(id)), Some(id));
        }
        for number in ["0", "7", "123456", "09876", "000", "999999999999999"] {
            let id = project_id(number);
            assert_eq!(id_text(id), number);
            assert_eq!(parse_id(number), Some(id));
        }
        for text in ["", "1a", "-1", "1234567890123456", "joe"] {
            assert_eq!(parse_id(text), None, "{text}");
        }
        assert_ne!(project_id("7"), project_id("07"));
    }
}
