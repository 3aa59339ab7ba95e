//! References to images that are never good.

use regex::Regex;

use super::act::of_preset;
use super::found::Found;
use crate::api::Call;
use crate::vocabulary::condition::Condition;
use crate::vocabulary::fact::FactPath;
use crate::vocabulary::fault::Fault;
use crate::vocabulary::mock::{MockSpec, Response, Step};
use crate::vocabulary::template::Template;

pub(super) const INVALID_IMAGE_REFS: &[&str] = &["INVALID-IMAGE-ID", "1111", "image_ends_with_Z"];

/// The paths of images that are in the list, or whose id ends with a Z.
const PATHS: &str = "/images/(INVALID-IMAGE-ID|1111|[^/]*Z)$";

const MISSING: &str = "The resource could not be found.";

pub(super) fn named(_: &Found<'_>, call: &Call) -> Result<Vec<MockSpec>, Fault> {
    let image = call.path_param("image");
    if !INVALID_IMAGE_REFS.contains(&image) && !image.ends_with('Z') {
        return Ok(Vec::new());
    }
    let paths = Regex::new(PATHS).expect("it is tested");
    let step = Step::new(Response::Fail {
        status: Some(404),
        text: Some(Template::plain(MISSING)),
    });
    let condition = Condition::Regex(FactPath::Path, paths);
    Ok(vec![of_preset(
        "invalid_image_ref",
        call.command,
        condition,
        step,
    )])
}
