//! A piece of the parser's tree, with its place in the whole text.

use super::Rule;

/// What a rule of the grammar matched. The text is parsed item by item, so a piece knows where its item
/// begins.
#[derive(Clone)]
pub(super) struct Pair<'s> {
    piece: pest::iterators::Pair<'s, Rule>,
    base: usize,
}

impl<'s> Pair<'s> {
    /// A piece of a text that begins at `base` of the whole text.
    pub(super) fn new(piece: pest::iterators::Pair<'s, Rule>, base: usize) -> Self {
        Self { piece, base }
    }

    pub(super) fn as_rule(&self) -> Rule {
        self.piece.as_rule()
    }

    pub(super) fn as_str(&self) -> &'s str {
        self.piece.as_str()
    }

    pub(super) fn start(&self) -> usize {
        self.base + self.piece.as_span().start()
    }

    pub(super) fn end(&self) -> usize {
        self.base + self.piece.as_span().end()
    }

    /// Its parts, in order.
    pub(super) fn into_inner(self) -> impl DoubleEndedIterator<Item = Pair<'s>> + use<'s> {
        let base = self.base;
        let parts = self.piece.into_inner();
        parts.map(move |piece| Pair { piece, base })
    }

    /// Whether it, or anything within it, is as asked.
    pub(super) fn has(&self, is_asked: &impl Fn(Rule) -> bool) -> bool {
        is_asked(self.as_rule()) || self.clone().into_inner().any(|part| part.has(is_asked))
    }
}
