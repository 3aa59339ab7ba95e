//! Ratios of pairs, and how they are shown.

use std::fmt;

/// What one request costs here and there, pair by pair.
#[derive(Default)]
pub(crate) struct Ratios {
    pairs: Vec<(f64, f64)>,
}

impl Ratios {
    /// Adds a pair, in microseconds.
    pub(crate) fn add(&mut self, ours: f64, theirs: f64) {
        self.pairs.push((ours, theirs));
    }

    fn sorted(&self, of: impl Fn(&(f64, f64)) -> f64) -> Vec<f64> {
        let mut values: Vec<f64> = self.pairs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}

impl fmt::Display for Ratios {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let middle = self.pairs.len() / 2;
        let ratios = self.sorted(|(ours, theirs)| ours / theirs);
        let (ours, theirs) = (
            self.sorted(|pair| pair.0)[middle],
            self.sorted(|pair| pair.1)[middle],
        );
        write!(
            f,
            "{:.2} ({:.2}, {:.2})   {ours:.1} us against {theirs:.1} us",
            ratios[middle],
            ratios[0],
            ratios[ratios.len() - 1]
        )
    }
}
