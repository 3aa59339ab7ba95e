//! Visits the mocks that could serve a command, in the order of their rank.

use std::sync::Arc;

use super::decide::Query;
use super::index::List;
use super::mock::Mock;
use super::set::MockSet;
use super::tally::Tallies;

/// So many lists are merged without an allocation.
const INLINE: usize = 8;

/// A merge of lists, each in rank order.
pub(super) struct Candidates<'a> {
    few: [Option<Cursor<'a>>; INLINE],
    many: Vec<Option<Cursor<'a>>>,
}

/// The rest of a list.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    list: &'a List,
    position: usize,
}

/// A mock that could serve, and where in its list it stands.
pub(super) struct Candidate<'a> {
    pub(super) mock: &'a Arc<Mock>,
    pub(super) list: &'a List,
    pub(super) position: usize,
}

impl<'a> Candidates<'a> {
    /// Mocks that stand at the head of their list and are known to be spent are left out.
    pub(super) fn gather(sets: &[&'a MockSet], tallies: &Tallies, query: &'a Query<'_>) -> Self {
        let mut candidates = Self {
            few: [None; INLINE],
            many: Vec::new(),
        };
        let lists = sets.iter().flat_map(|set| set.index().lists(query));
        for (count, list) in lists.enumerate() {
            let position = tallies.spent_at_head_of(list);
            candidates.set(count, Cursor { list, position });
        }
        candidates
    }

    fn set(&mut self, count: usize, cursor: Cursor<'a>) {
        match self.few.get_mut(count) {
            Some(place) => *place = Some(cursor),
            None => self.many.push(Some(cursor)),
        }
    }
}

impl<'a> Iterator for Candidates<'a> {
    type Item = Candidate<'a>;

    fn next(&mut self) -> Option<Candidate<'a>> {
        let cursors = self.few.iter_mut().map_while(Option::as_mut);
        let cursors = cursors.chain(self.many.iter_mut().flatten());
        let ranked = cursors.filter_map(|cursor| Some((cursor.mock()?, cursor)));
        let (mock, cursor) = ranked.min_by_key(|(mock, _)| mock.rank)?;
        let Cursor { list, position } = *cursor;
        cursor.position += 1;
        Some(Candidate {
            mock,
            list,
            position,
        })
    }
}

impl<'a> Cursor<'a> {
    fn mock(&self) -> Option<&'a Arc<Mock>> {
        self.list.mocks.get(self.position)
    }
}
