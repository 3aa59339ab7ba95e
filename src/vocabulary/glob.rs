//! Glob patterns.

use std::fmt;
use std::sync::OnceLock;

use globset::{Glob, GlobMatcher};

/// A checked glob pattern, made ready to match when it is first asked.
///
/// Making it ready takes microseconds and kilobytes. Of the thousands that a set of files can hold, few are
/// ever asked: most are told apart by how they begin.
#[derive(Debug, Clone)]
pub struct GlobPattern {
    glob: Glob,
    matcher: OnceLock<GlobMatcher>,
}

impl GlobPattern {
    /// # Errors
    /// Where the pattern is none, such as one with an open bracket.
    pub fn new(pattern: &str) -> Result<Self, globset::Error> {
        Ok(Self {
            glob: Glob::new(pattern)?,
            matcher: OnceLock::new(),
        })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        self.glob.glob()
    }

    pub fn is_match(&self, text: &str) -> bool {
        let matcher = self.matcher.get_or_init(|| self.glob.compile_matcher());
        matcher.is_match(text)
    }
}

impl fmt::Display for GlobPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_texts() {
        let glob = GlobPattern::new("web-*").expect("a pattern");
        assert!(glob.is_match("web-1") && !glob.is_match("a-web-1"));
        assert_eq!(glob.to_string(), "web-*");
        assert!(GlobPattern::new("web-[").is_err());
    }
}
