//! Begins and ends that stand apart in a file, put together.

use super::found::{Async, End, Flow, Span, Tip};
use std::collections::HashMap;

/// How many begins that are still open are searched for the name of an end.
const SEARCHED: usize = 1_000;

/// A begin or an end.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// Whose it may be: those of one thread, or of one async id.
    pub of: u64,
    /// When.
    pub at: i64,
    /// Index of its name; an end without one ends the innermost.
    pub name: Option<u32>,
    /// Of a begin: which stretch it begins.
    pub begins: Option<u32>,
}

/// What belongs together, and what has no other half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Begins without an end.
    pub open: u64,
    /// Ends without a begin.
    pub ends: u64,
}

/// Puts begins and ends together by time, in file order where that is equal; names say whose end it is. `end` takes which
/// stretch ends and when. `nested`: what was begun inside and has no end by then ends with what is around it.
pub fn pair(marks: &mut [Mark], nested: bool, last: i64, mut end: impl FnMut(u32, End)) -> Lost {
    let mut lost = Lost::default();
    if !marks.is_sorted_by_key(|mark| (mark.of, mark.at)) {
        marks.sort_by_key(|mark| (mark.of, mark.at));
    }
    let mut open: Vec<(u32, Option<u32>)> = Vec::new();
    let mut of = None;
    for mark in marks.iter() {
        if of.replace(mark.of) != Some(mark.of) {
            close(&mut open, 0, last, &mut lost, &mut end);
        }
        if let Some(begins) = mark.begins {
            open.push((begins, mark.name));
            continue;
        }
        let mut near = open.iter().enumerate().rev().take(SEARCHED);
        let place = near.find(|(_, (_, name))| mark.name.is_none() || *name == mark.name);
        let Some((place, &(which, _))) = place else {
            lost.ends += 1;
            continue;
        };
        if nested {
            close(&mut open, place + 1, mark.at, &mut lost, &mut end);
        }
        open.remove(place);
        end(which, End::At(mark.at));
    }
    close(&mut open, 0, last, &mut lost, &mut end);
    lost
}

fn close(
    open: &mut Vec<(u32, Option<u32>)>,
    from: usize,
    at: i64,
    lost: &mut Lost,
    end: &mut impl FnMut(u32, End),
) {
    for (which, _) in open.drain(from..) {
        lost.open += 1;
        end(which, End::Before(at));
    }
}

/// Ends the spans that begin and end apart.
pub fn spans(marks: &mut [Mark], spans: &mut [Span], last: i64) -> Lost {
    pair(marks, true, last, |which, end| {
        if let Some(span) = spans.get_mut(which as usize) {
            span.end = end;
        }
    })
}

/// Ends what belongs to no thread.
pub fn asyncs(marks: &mut [Mark], asyncs: &mut [Async], last: i64) -> Lost {
    pair(marks, false, last, |which, end| {
        if let Some(one) = asyncs.get_mut(which as usize) {
            one.end = end;
        }
    })
}

/// What part of an arrow an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Begin,
    Step,
    End,
}

/// One event of an arrow.
#[derive(Clone, Copy, Debug)]
pub struct Half {
    /// Category, name and id.
    pub key: [u32; 3],
    pub part: Part,
    pub thread: u32,
    pub at: i64,
    /// Whether it is fastened to what is around it, not to what begins next.
    pub around: bool,
}

/// The arrows, and how many had one end only.
pub fn flows(mut halves: Vec<Half>, spans: &[Span]) -> (Vec<Flow>, u64) {
    if halves.is_empty() {
        return (Vec::new(), 0);
    }
    halves.sort_by_key(|half| half.at);
    let tree = Tree::new(spans);
    let (mut open, mut flows, mut lost) = (HashMap::new(), Vec::new(), 0);
    for half in halves {
        let tip = Tip {
            thread: half.thread,
            at: half.at,
            span: tree.span(half.thread, half.at, half.around || half.part != Part::End),
        };
        let before = match half.part {
            Part::Begin => {
                // An id may be used again; what was begun before and did not end has one end only.
                lost += u64::from(open.insert(half.key, tip).is_some());
                continue;
            }
            Part::Step => open.insert(half.key, tip),
            Part::End => open.remove(&half.key),
        };
        match before {
            Some(from) => flows.push(Flow { name: half.key[1], from, to: tip }),
            None => lost += u64::from(half.part == Part::End),
        }
    }
    (flows, lost + open.len() as u64)
}

/// Spans by thread and time, each with the one around it.
struct Tree<'a> {
    spans: &'a [Span],
    order: Vec<u32>,
    /// Place in `order` of the span around the one at the same place.
    around: Vec<Option<u32>>,
}

impl<'a> Tree<'a> {
    fn new(spans: &'a [Span]) -> Self {
        let span = |index: &u32| &spans[*index as usize];
        let mut order: Vec<u32> = (0..spans.len() as u32).collect();
        order.sort_by_key(|index| {
            let span = span(index);
            (span.thread, span.start, std::cmp::Reverse(span.end.at()))
        });
        let (mut around, mut open): (Vec<Option<u32>>, Vec<u32>) = (Vec::new(), Vec::new());
        for (place, index) in order.iter().enumerate() {
            let now = span(index);
            while let Some(top) = open.last() {
                let top = span(&order[*top as usize]);
                if top.thread == now.thread && top.end.at() >= now.start {
                    break;
                }
                open.pop();
            }
            around.push(open.last().copied());
            open.push(place as u32);
        }
        Self { spans, order, around }
    }

    /// The innermost span of a thread at an instant, or the one that begins next.
    fn span(&self, thread: u32, at: i64, around: bool) -> Option<u32> {
        let span = |place: u32| &self.spans[self.order[place as usize] as usize];
        let key = |index: &u32| {
            let span = &self.spans[*index as usize];
            (span.thread, span.start)
        };
        if !around {
            let next = self.order.partition_point(|index| key(index) < (thread, at)) as u32;
            if (next as usize) < self.order.len() && span(next).thread == thread {
                return Some(self.order[next as usize]);
            }
        }
        let past = self.order.partition_point(|index| key(index) <= (thread, at)) as u32;
        let mut place = past.checked_sub(1);
        while let Some(here) = place.filter(|here| span(*here).thread == thread) {
            if span(here).end.at() >= at {
                return Some(self.order[here as usize]);
            }
            place = self.around[here as usize];
        }
        None
    }
}
