//! How long a lane was in which phase, added up over blocks of spans: what a view of millions of spans is drawn from.

use super::{Phase, Span};
use crate::trace::Nanos;

/// Spans in a block of the lowest level.
const SPANS: usize = 16;
/// Blocks in one of the next level.
const BLOCKS: usize = 8;

/// Spans that follow each other, added up.
#[derive(Clone, Debug)]
pub struct Block {
    /// When the last of them ended.
    pub end: Nanos,
    /// How long the longest of them took.
    pub longest: Nanos,
    /// Nanoseconds by phase, each span at least one. Not exact: 24 bits of each sum count.
    times: [f32; Phase::ALL.len()],
}

impl Block {
    /// How long each phase was shown that was.
    pub fn times(&self) -> impl Iterator<Item = (Phase, Nanos)> + '_ {
        let all = Phase::ALL.iter().zip(&self.times).filter(|(_, time)| **time > 0.0);
        all.map(|(phase, time)| (*phase, Nanos(*time as u64)))
    }

    fn none() -> Self {
        Self { end: Nanos::ZERO, longest: Nanos::ZERO, times: [0.0; Phase::ALL.len()] }
    }

    fn add(&mut self, span: &Span, end: Nanos) {
        let time = end - span.start;
        if let Some(phase) = span.shown() {
            self.times[phase as usize] += time.0.max(1) as f32;
        }
        self.longest = self.longest.max(time);
        self.end = end;
    }

    fn join(&mut self, later: &Self) {
        for (sum, time) in self.times.iter_mut().zip(&later.times) {
            *sum += time;
        }
        self.longest = self.longest.max(later.longest);
        self.end = later.end;
    }
}

/// Blocks of a lane's spans, of several sizes. They follow from the spans and are kept beside them, so that a lane that
/// grows costs what is new.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// From the shortest blocks to the longest.
    levels: Vec<Vec<Block>>,
}

/// What follows from equal spans is equal.
impl PartialEq for Sums {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for Sums {}

impl Sums {
    /// Of all these spans.
    pub fn of(spans: &[Span]) -> Self {
        let mut sums = Self::default();
        sums.extend(spans);
        sums
    }

    /// Whether all spans are in that can be, and there are any.
    pub fn cover(&self, spans: &[Span]) -> bool {
        let blocks = self.levels.first().map_or(0, Vec::len);
        blocks > 0 && spans.len().saturating_sub(1) / SPANS == blocks
    }

    /// The longest block that begins with the span `first`, ends by `until`, and has no span of `pixel` or more; and how
    /// many spans it is of.
    #[inline]
    pub fn block(&self, first: usize, until: Nanos, pixel: Nanos) -> Option<(usize, &Block)> {
        let mut found = None;
        let mut size = SPANS;
        if !first.is_multiple_of(SPANS) {
            return None;
        }
        for level in &self.levels {
            let fits = |block: &&Block| block.end <= until && block.longest < pixel;
            match level.get(first / size).filter(fits) {
                Some(block) if first.is_multiple_of(size) => found = Some((size, block)),
                _ => break,
            }
            size *= BLOCKS;
        }
        found
    }

    /// Takes in spans that were added. A block is made when the span after it is there, which says when it ended.
    pub(super) fn extend(&mut self, spans: &[Span]) {
        let mut made = self.levels.first().map_or(0, Vec::len);
        while spans.len() > (made + 1) * SPANS {
            let ends = spans[made * SPANS + 1..].iter().map(|span| span.start);
            let mut block = Block::none();
            for (span, end) in spans[made * SPANS..].iter().take(SPANS).zip(ends) {
                block.add(span, end);
            }
            self.push(0, block);
            made += 1;
        }
    }

    /// Forgets all but the first `len` spans.
    pub(super) fn truncate(&mut self, len: usize) {
        let mut size = SPANS;
        for level in &mut self.levels {
            level.truncate(len.saturating_sub(1) / size);
            size *= BLOCKS;
        }
    }

    fn push(&mut self, level: usize, block: Block) {
        if level == self.levels.len() {
            self.levels.push(Vec::new());
        }
        let blocks = &mut self.levels[level];
        blocks.push(block);
        if blocks.len().is_multiple_of(BLOCKS) {
            let mut all = Block::none();
            for block in &blocks[blocks.len() - BLOCKS..] {
                all.join(block);
            }
            self.push(level + 1, all);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::Note;

    fn spans(count: usize) -> Vec<Span> {
        let span = |i: usize| Span {
            start: Nanos(10 * i as u64),
            event: i as u32,
            phase: if i.is_multiple_of(4) { Phase::Holding } else { Phase::Waiting },
            res: None,
            note: Note::None,
            quiet: false,
        };
        (0..count).map(span).collect()
    }

    fn all(sums: &Sums) -> String {
        format!("{sums:?}")
    }

    #[test]
    fn a_block_adds_up_its_spans_and_fits_in_what_is_asked_for() {
        let sums = Sums::of(&spans(1_000));
        let Some((count, block)) = sums.block(128, Nanos(10_000), Nanos(11)) else {
            panic!("there is a block of eight from 128 on");
        };
        assert_eq!((count, block.end, block.longest), (128, Nanos(2_560), Nanos(10)));
        let times: Vec<_> = block.times().collect();
        assert_eq!(times, [(Phase::Holding, Nanos(320)), (Phase::Waiting, Nanos(960))]);
        assert_eq!(sums.block(128, Nanos(2_559), Nanos(11)).map(|b| b.0), Some(16));
        assert_eq!(sums.block(16, Nanos(10_000), Nanos(11)).map(|b| b.0), Some(16));
        assert!(sums.block(128, Nanos(1_439), Nanos(11)).is_none());
        assert!(sums.block(128, Nanos(10_000), Nanos(10)).is_none());
        assert!(sums.block(17, Nanos(10_000), Nanos(11)).is_none());
    }

    #[test]
    fn grown_or_taken_back_they_are_as_made_at_once() {
        let spans = spans(3_000);
        let mut grown = Sums::default();
        for len in 0..=spans.len() {
            grown.extend(&spans[..len]);
            assert_eq!(grown.cover(&spans[..len]), len > SPANS, "{len}");
        }
        assert_eq!(all(&grown), all(&Sums::of(&spans)));
        for len in (0..spans.len()).rev().step_by(7) {
            grown.truncate(len);
            let made = Sums::of(&spans[..len]);
            let left = grown.levels.iter().filter(|level| !level.is_empty());
            assert!(left.map(Vec::len).eq(made.levels.iter().map(Vec::len)), "{len}");
        }
        grown.extend(&spans);
        assert_eq!(all(&grown), all(&Sums::of(&spans)));
    }
}
