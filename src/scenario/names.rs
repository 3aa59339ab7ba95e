//! Nearest known names: what someone probably meant.

/// The candidate nearest to `word`, if any is near enough to be what was meant.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, candidate), candidate))
        .filter(|(distance, _)| *distance <= tolerance(&wanted))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `did you mean …?`, for a help line.
pub(super) fn did_you_mean<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<String> {
    nearest(word, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// `a, b or c`
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{last}`", rest.join(", "))
        }
    }
}

/// Typing errors that a word of this length may have: a third of it, so that short words only match when
/// they are nearly right.
fn tolerance(word: &str) -> usize {
    (word.chars().count() / 3).clamp(1, 4)
}

fn distance(wanted: &str, candidate: &str) -> usize {
    // Lengths alone rule most candidates out, and long garbage would cost the square of its length.
    if wanted.len().abs_diff(candidate.len()) > 4 {
        return usize::MAX;
    }
    strsim::damerau_levenshtein(wanted, &candidate.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_near() {
        let known = ["mock", "topology", "given", "expect"];
        assert_eq!(nearest("mok", known), Some("mock"));
        assert_eq!(nearest("TOPOLOGY", known), Some("topology"));
        assert_eq!(nearest("banana", known), None);
        assert_eq!(nearest("x", known), None);
        assert_eq!(one_of(&["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
