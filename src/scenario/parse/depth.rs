//! How deeply brackets stand in each other, found before anything recurses into them.

/// Deeper than any scenario, and shallow enough for the smallest stack that we parse on.
pub(super) const LIMIT: usize = 64;

/// Where the brackets first go deeper than [`LIMIT`], leaving texts and comments out.
pub(super) fn first_too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut state = State::Code;
    for (offset, byte) in text.bytes().enumerate() {
        state = state.after(byte);
        if state != State::Code {
            continue;
        }
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > LIMIT {
            return Some(offset);
        }
    }
    None
}

/// The text with every comment blanked, byte for byte, so that offsets stay.
pub(in crate::scenario) fn without_comments(text: &str) -> String {
    let mut state = State::Code;
    text.chars()
        .map(|c| {
            state = state.after(u8::try_from(c).unwrap_or(b'x'));
            (c, state)
        })
        .flat_map(|(c, state)| match state {
            State::Comment => std::iter::repeat_n(' ', c.len_utf8()),
            State::Code | State::Text | State::Escape => std::iter::repeat_n(c, 1),
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Code,
    Text,
    Escape,
    Comment,
}

impl State {
    fn after(self, byte: u8) -> State {
        match (self, byte) {
            // No text and no comment goes on past its line.
            (_, b'\n') => State::Code,
            (State::Code, b'"') | (State::Escape, _) => State::Text,
            (State::Code, b'#') => State::Comment,
            (State::Text, b'"') => State::Code,
            (State::Text, b'\\') => State::Escape,
            (same, _) => same,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_and_comments_do_not_count() {
        let deep = "[".repeat(LIMIT + 1);
        assert_eq!(first_too_deep(&deep), Some(LIMIT));
        assert_eq!(first_too_deep(&format!("\"{deep}\" # {deep}")), None);
        assert_eq!(first_too_deep(&"[]".repeat(LIMIT + 1)), None);
    }

    #[test]
    fn comments_are_blanked_in_place() {
        assert_eq!(without_comments("a # ö\n\"# no\""), "a     \n\"# no\"");
    }
}
