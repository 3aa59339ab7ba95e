//! How the path of a request says which region it is for.
//!
//! The regions of a cloud answer at one address. What is for one of them has `/regions/NAME` before its path;
//! what has not is for the default one.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const ROOT: &str = "/regions/";

/// What stands before the paths of a region's services.
pub fn prefix(region: &str) -> String {
    format!("{ROOT}{}", utf8_percent_encode(region, NON_ALPHANUMERIC))
}

/// The region that a path names, and the path without it.
pub fn split(path: &str) -> Option<(String, &str)> {
    let rest = path.strip_prefix(ROOT)?;
    let (name, below) = rest.split_at(rest.find('/')?);
    let name = percent_decode_str(name).decode_utf8().ok()?;
    Some((name.into_owned(), below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_read_as_it_is_written() {
        for region in ["DFW", "RegionOne", "eu-west.1", "a/b c"] {
            let path = format!("{}/compute/v2.1", prefix(region));
            assert_eq!(split(&path), Some((region.to_owned(), "/compute/v2.1")));
        }
        for path in ["/compute", "/regions", "/regions/DFW", "/regional/DFW/x"] {
            assert_eq!(split(path), None, "{path}");
        }
    }
}
