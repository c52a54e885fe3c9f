//! Runs of equal state, cut down to what a screen can show: runs thinner than a pixel become one piece that says what
//! they mostly are.

use super::scale::Scale;
use crate::trace::Nanos;

/// Runs in order of time: each begins at its start and ends where the next begins.
pub trait Runs {
    /// What a run is; two are alike when equal.
    type Class: Copy + PartialEq;
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// When a run begins.
    fn start(&self, index: usize) -> Nanos;
    /// What it is; `None`: nothing is drawn.
    fn class(&self, index: usize) -> Option<Self::Class>;
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

/// Thinner runs are merged with their neighbours, up to this width (in points).
pub const PIXEL: f32 = 1.0;
/// Columns of more runs than this are judged by a sample.
const SAMPLE: usize = 16;

/// The pieces of a lane in view, from left to right. Runs of a pixel and more are pieces of their own; what has no
/// class is left out, so a gap of a pixel and more stays visible. Costs depend on the width, not on how many runs
/// there are. `end`: where the last run ends.
pub fn pieces<R: Runs>(runs: &R, end: Nanos, scale: &Scale, out: &mut Vec<Piece<R::Class>>) {
    let (left, right) = (scale.left, scale.left + scale.width);
    let finish = |i: usize| {
        if i + 1 < runs.len() {
            runs.start(i + 1)
        } else {
            end.max(runs.start(i))
        }
    };
    // The last run that begins at or before the left edge.
    let edge = scale.time(left);
    let mut i = search(0, runs.len(), |i| runs.start(i) <= edge).saturating_sub(1);
    while i < runs.len() {
        let a = scale.x(runs.start(i));
        if a >= right {
            break;
        }
        let b = scale.x(finish(i));
        if b <= left {
            i += 1;
            continue;
        }
        let ends_past = i + 1;
        if b - a >= PIXEL || ends_past == runs.len() {
            if let Some(class) = runs.class(i) {
                push(out, a, b, (left, right), Look::One { index: i, class });
            }
            i += 1;
            continue;
        }
        // Everything that begins within this pixel; the last of it may be long, and then stands for itself.
        let column = scale.time(a.max(left) + PIXEL);
        let mut j = gallop(i + 1, runs.len(), |k| runs.start(k) < column);
        if j - 1 > i && scale.x(finish(j - 1)) - scale.x(runs.start(j - 1)) >= PIXEL {
            j -= 1;
        }
        if let Some(look) = judge(runs, i, j, &finish) {
            push(out, a, scale.x(finish(j - 1)), (left, right), look);
        }
        i = j;
    }
}

/// Adds a piece, or makes the one before it longer where both are many of the same.
fn push<C: Copy + PartialEq>(
    out: &mut Vec<Piece<C>>,
    a: f32,
    b: f32,
    (left, right): (f32, f32),
    look: Look<C>,
) {
    let (a, b) = (a.max(left), b.min(right));
    if let (
        Some(before),
        Look::Many {
            most,
            rest,
            quarters,
            last,
            first,
        },
    ) = (out.last_mut(), look)
        && let Look::Many {
            most: m,
            rest: r,
            quarters: q,
            last: l,
            ..
        } = &mut before.look
        && (*m, *r, *q, *l + 1) == (most, rest, quarters, first)
    {
        *l = last;
        before.right = b;
        return;
    }
    out.push(Piece {
        left: a,
        right: b,
        look,
    });
}

/// What the runs from `i` to before `j` mostly are.
fn judge<R: Runs>(
    runs: &R,
    i: usize,
    j: usize,
    finish: &dyn Fn(usize) -> Nanos,
) -> Option<Look<R::Class>> {
    if j - i == 1 {
        return runs.class(i).map(|class| Look::One { index: i, class });
    }
    // A few classes at most; the few that do not fit are of no weight.
    let mut shares: [(Option<R::Class>, u64); 6] = [(None, 0); 6];
    let mut add = |k: usize| {
        let time = finish(k).since(runs.start(k)).0.max(1);
        let Some(class) = runs.class(k) else { return };
        for (of, share) in &mut shares {
            match of {
                Some(of) if *of == class => {}
                None => *of = Some(class),
                Some(_) => continue,
            }
            *share += time;
            return;
        }
    };
    let count = j - i;
    if count <= SAMPLE {
        (i..j).for_each(&mut add);
    } else {
        // Steps of the golden ratio: even, but never in step with runs that alternate.
        let mut at = 0.5_f64;
        for _ in 0..SAMPLE {
            add(i + ((at * count as f64) as usize).min(count - 1));
            at = (at + 0.618_033_988_749_895).fract();
        }
    }
    let total: u64 = shares.iter().map(|s| s.1).sum();
    let most = *shares.iter().max_by_key(|s| s.1)?;
    let class = most.0?;
    let others = shares.iter().filter(|s| s.0.is_some_and(|c| c != class));
    let rest = others.max_by_key(|s| s.1).and_then(|s| s.0);
    let quarters = (4.0 * most.1 as f64 / total.max(1) as f64).round() as u8;
    let quarters = quarters.clamp(1, 4);
    Some(Look::Many {
        first: i,
        last: j - 1,
        most: class,
        rest: if quarters == 4 { None } else { rest },
        quarters,
    })
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

/// The same, quick where the answer is near `from`.
pub(crate) fn gallop(from: usize, to: usize, before: impl Fn(usize) -> bool) -> usize {
    let mut step = 1;
    let mut low = from;
    while low + step < to && before(low + step) {
        low += step;
        step *= 2;
    }
    search(low, (low + step).min(to), before)
}
