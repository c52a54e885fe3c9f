//! Runs of equal state, cut down to what a screen can show: runs thinner than a pixel become one piece that says what
//! they mostly are.

use super::scale::Scale;
use crate::trace::Nanos;

/// Runs in order of time: each begins at its start and ends where the next begins.
pub trait Runs {
    /// What a run is; two are alike when equal.
    type Class: Copy + PartialEq;
    /// Number of runs.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// When a run begins.
    fn start(&self, index: usize) -> Nanos;
    /// What it is; `None`: nothing is drawn.
    fn class(&self, index: usize) -> Option<Self::Class>;
    /// A small number for a class, by which times are added up. Classes whose numbers are equal modulo 16 are added
    /// together.
    fn slot(class: Self::Class) -> usize;
    /// Whether there are sums of all runs; else of many runs a sample is read.
    fn is_summed(&self) -> bool {
        false
    }
    /// Adds up the longest block known of runs from `first` on that end by `until` and are all shorter than `pixel`. How
    /// many there are, and when the last of them ends.
    fn block(
        &self,
        _first: usize,
        _until: Nanos,
        _pixel: Nanos,
        _add: impl FnMut(Self::Class, Nanos),
    ) -> Option<(usize, Nanos)> {
        None
    }
}

/// What a piece shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Look<C> {
    /// One run.
    One {
        /// Its index.
        index: usize,
        /// What it is.
        class: C,
    },
    /// Several runs, each thinner than a pixel.
    Many {
        /// The first of them.
        first: usize,
        /// The last of them.
        last: usize,
        /// What they are for most of the time.
        most: C,
        /// What they are for most of the rest.
        rest: Option<C>,
        /// How many quarters of the time belong to `most`, from 1 to 4.
        quarters: u8,
    },
}

/// A piece to draw, from `left` to `right`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece<C> {
    /// Where it begins, in points.
    pub left: f32,
    /// Where it ends.
    pub right: f32,
    /// What it shows.
    pub look: Look<C>,
}

/// Thinner runs are merged with their neighbours (in points).
pub const PIXEL: f32 = 1.0;
/// Merged runs fill a column of this width (in points) before the next column begins.
const COLUMN: f32 = 2.0;
/// Number of runs of a column up to which each is read; of more, a sample is.
const SCAN: usize = 24;
/// Number of runs of a column from which sums of them are used, where there are any.
const CROWDED: f32 = 32.0;
/// Number of groups of neighbours in the sample. Groups, because runs often alternate, and neighbours are cheap to read.
const GROUPS: usize = 4;
const GROUP: usize = 4;

/// The pieces of a lane in view, from left to right. Runs of a pixel and more are pieces of their own; what has no
/// class is left out, so a gap of a pixel and more stays visible. Costs depend on the width, not on how many runs
/// there are. `end`: where the last run ends.
pub fn pieces<R: Runs>(runs: &R, end: Nanos, scale: &Scale, out: &mut Vec<Piece<R::Class>>) {
    let count = runs.len();
    // What begins within the last nanosecond is in view, too, however little of that is.
    let from = scale.time(scale.left);
    let to = Nanos((scale.start + scale.span).ceil().max(0.0) as u64);
    let finish = |i: usize| {
        if i + 1 < count { runs.start(i + 1) } else { end.max(runs.start(i)) }
    };
    // In whole nanoseconds, because this is done for every run in view.
    let pixel = Nanos((scale.per_point() * f64::from(PIXEL)).ceil().max(1.0) as u64);
    let column = Nanos((scale.per_point() * f64::from(COLUMN)).ceil().max(1.0) as u64);
    let thin = |i: usize| finish(i) - runs.start(i) < pixel;
    // The last run that begins at or before the left edge.
    let mut i = search(0, count, |i| runs.start(i) <= from).saturating_sub(1);
    // How many runs the last crowded pixel had: the next one has about as many.
    let mut crowd = SCAN;
    // Where few runs share a column, reading them costs less than their sums.
    let in_view = search(i, count, |i| runs.start(i) < to) - i;
    let is_summed = in_view as f32 > CROWDED * scale.width / COLUMN && runs.is_summed();
    let mut next = None;
    while i < count {
        let begins = next.take().unwrap_or_else(|| runs.start(i));
        // In a view of less than a nanosecond both ends may be the same one: what began before it is there all the same.
        if begins >= to && begins > from {
            break;
        }
        if is_summed
            && let Some((shares, j, ends)) = summed(runs, i, begins.max(from), pixel, column)
        {
            if ends > from
                && let Some(look) = shares.look(i, j)
            {
                push(out, (begins, ends), scale, look);
            }
            (i, next) = (j, Some(ends));
            continue;
        }
        if i + 1 == count || !thin(i) {
            if let Some(class) = runs.class(i) {
                push(out, (begins, finish(i)), scale, Look::One { index: i, class });
            }
            i += 1;
            continue;
        }
        let until = begins.max(from) + column;
        let mut shares = Shares::<R>::new();
        let mut j = i;
        if !is_summed && i + SCAN < count && runs.start(i + SCAN) < until {
            // Of the runs that begin within one pixel only the last can be long, and then it stands for itself.
            for until in [begins.max(from) + pixel, until] {
                let k = near(j, count, crowd, |k| runs.start(k) < until);
                crowd = k - j;
                if k > j && !thin(k - 1) {
                    j = k - 1;
                    break;
                }
                j = k;
            }
            shares.sample(runs, i, j, &finish);
        } else {
            let mut known = Nanos::ZERO;
            // Each start is read once: it is the end of the run before.
            let mut start = runs.start(j);
            while j < count && start < until {
                // A block first: what it is made of need not be read, and mostly is not in a cache.
                let add = |class, time| shares.add(Some(class), time, 1);
                if is_summed && let Some((count, end)) = runs.block(j, until, pixel, add) {
                    (j, known, start) = (j + count, end, end);
                    continue;
                }
                // The next column begins with a block, too.
                if known >= begins.max(from) + full(column) {
                    break;
                }
                let finished = finish(j);
                if finished - start >= pixel {
                    break;
                }
                shares.add(runs.class(j), finished - start, 1);
                (j, start) = (j + 1, finished);
            }
            next = Some(start);
        }
        let ends = next.unwrap_or_else(|| finish(j - 1));
        if ends > from
            && let Some(look) = shares.look(i, j)
        {
            push(out, (begins, ends), scale, look);
        }
        (i, next) = (j, Some(ends));
    }
}

/// How much of a column is to be filled before the next one may begin with a block: where sums are used, two blocks of
/// the lowest level mostly fit into one.
fn full(column: Nanos) -> Nanos {
    Nanos(column.0 / 2)
}

/// A column that begins with the run `i`, at `begins`, made of blocks known: their sum, the first run after them, and
/// when that begins. Nothing where blocks do not fill it.
fn summed<R: Runs>(
    runs: &R,
    i: usize,
    begins: Nanos,
    pixel: Nanos,
    column: Nanos,
) -> Option<(Shares<R>, usize, Nanos)> {
    let until = begins + column;
    let mut shares = Shares::new();
    let (mut j, mut ends) = (i, Nanos::ZERO);
    while let Some((count, end)) =
        runs.block(j, until, pixel, |class, time| shares.add(Some(class), time, 1))
    {
        (j, ends) = (j + count, end);
    }
    (ends >= begins + full(column)).then_some((shares, j, ends))
}

/// Adds a piece, or makes the one before it longer where both are merged and show the same.
fn push<C: Copy + PartialEq>(
    out: &mut Vec<Piece<C>>,
    (from, to): (Nanos, Nanos),
    scale: &Scale,
    look: Look<C>,
) {
    let (left, right) = (scale.left, scale.left + scale.width);
    let (a, b) = (scale.x(from).max(left), scale.x(to).min(right));
    if let (Some(before), Look::Many { first, last, most, rest, quarters }) = (out.last_mut(), look)
        && let Look::Many { most: m, rest: r, quarters: q, last: l, .. } = &mut before.look
        && (*m, *r, *q, *l + 1) == (most, rest, quarters, first)
    {
        *l = last;
        before.right = b;
        return;
    }
    if b >= a && b >= left && a < right {
        out.push(Piece { left: a, right: b, look });
    }
}

/// The time of a column by class.
struct Shares<R: Runs> {
    classes: [Option<R::Class>; 16],
    times: [u64; 16],
    /// A bit for each slot that has something: of sixteen mostly two or three.
    used: u16,
}

impl<R: Runs> Shares<R> {
    fn new() -> Self {
        Self { classes: [None; 16], times: [0; 16], used: 0 }
    }

    #[inline]
    fn add(&mut self, class: Option<R::Class>, time: Nanos, weight: u64) {
        if let Some(class) = class {
            let slot = R::slot(class) % 16;
            if self.used & (1 << slot) == 0 {
                self.used |= 1 << slot;
                self.classes[slot] = Some(class);
            }
            let time = time.0.max(1).saturating_mul(weight);
            self.times[slot] = self.times[slot].saturating_add(time);
        }
    }

    /// Adds the runs from `i` to before `j`, estimated from a sample.
    fn sample(&mut self, runs: &R, i: usize, j: usize, finish: &impl Fn(usize) -> Nanos) {
        let count = j - i;
        let groups = count.div_ceil(GROUP).min(GROUPS);
        for group in 0..groups {
            let first = i + group * count / groups;
            let weight = (count / (groups * GROUP)).max(1) as u64;
            for k in first..(first + GROUP).min(j) {
                self.add(runs.class(k), finish(k) - runs.start(k), weight);
            }
        }
    }

    fn look(&self, i: usize, j: usize) -> Option<Look<R::Class>> {
        let (mut top, mut second, mut total): (Option<usize>, Option<usize>, u64) = (None, None, 0);
        let mut left = self.used;
        while left != 0 {
            let slot = left.trailing_zeros() as usize;
            left &= left - 1;
            let time = self.times[slot];
            total = total.saturating_add(time);
            if top.is_none_or(|top| time > self.times[top]) {
                (top, second) = (Some(slot), top);
            } else if second.is_none_or(|second| time > self.times[second]) {
                second = Some(slot);
            }
        }
        let top = top?;
        let most = self.classes[top]?;
        if j - i == 1 {
            return Some(Look::One { index: i, class: most });
        }
        let quarters = (4.0 * self.times[top] as f64 / total.max(1) as f64 + 0.5) as u8;
        let quarters = quarters.clamp(1, 4);
        let rest = second.and_then(|slot| self.classes[slot]);
        Some(Look::Many {
            first: i,
            last: j - 1,
            most,
            rest: if quarters == 4 { None } else { rest },
            quarters,
        })
    }
}

/// The first of `from..to` for which `before` no longer holds.
pub(crate) fn search(mut from: usize, mut to: usize, before: impl Fn(usize) -> bool) -> usize {
    while from < to {
        let middle = from + (to - from) / 2;
        if before(middle) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

/// [`search`], quick where the answer is near `from`.
pub(crate) fn gallop(from: usize, to: usize, before: impl Fn(usize) -> bool) -> usize {
    let mut step = 1;
    let mut low = from;
    while low + step < to && before(low + step) {
        low += step;
        step *= 2;
    }
    search(low, (low + step).min(to), before)
}

/// [`search`], quick where the answer is near `from + guess`.
fn near(from: usize, to: usize, guess: usize, before: impl Fn(usize) -> bool) -> usize {
    let mut high = from.saturating_add(guess).min(to);
    if high < to && before(high) {
        return gallop(high, to, before);
    }
    let mut step = 1;
    while high > from + step && !before(high - step) {
        high -= step;
        step *= 2;
    }
    search(high.saturating_sub(step).max(from), high, before)
}

#[cfg(test)]
mod tests {
    use super::{gallop, near, search};

    #[test]
    fn all_searches_agree() {
        for len in [0, 1, 2, 3, 10, 100] {
            for answer in 0..=len {
                assert_eq!(search(0, len, |i| i < answer), answer);
                for from in 0..=answer {
                    assert_eq!(gallop(from, len, |i| i < answer), answer);
                    for guess in [0, 1, 2, 7, 50, 1_000] {
                        assert_eq!(near(from, len, guess, |i| i < answer), answer);
                    }
                }
            }
        }
    }
}
