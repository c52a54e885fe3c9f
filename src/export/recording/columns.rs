//! Events as columns: what is alike stands together, and packs well.
//!
//! A chunk of events is: their number, then for each column its length in bytes and its bytes. Numbers are LEB128, signed
//! ones zigzag. The columns, each with one entry an event: time since the event before (of the first: since 0), signed;
//! actor; how far `seq` is from one more than the last of its actor (of the first: from 0), signed, counted over the
//! whole file; point of the program; kind, as the postcard of [`EventKind`], whose variants are only ever added to.

use crate::trace::{ActorId, Event, EventKind, Nanos, SourceId};
use std::collections::HashMap;

const COLUMNS: usize = 5;

/// The next `seq` of each actor: what both sides know of the events before.
#[derive(Default)]
pub struct Expected {
    seqs: HashMap<ActorId, u32>,
}

impl Expected {
    fn next(&mut self, actor: ActorId) -> &mut u32 {
        self.seqs.entry(actor).or_default()
    }
}

/// Events as bytes.
pub fn pack(events: &[Event], expected: &mut Expected) -> Vec<u8> {
    let mut columns: [Vec<u8>; COLUMNS] = Default::default();
    let [times, actors, seqs, sources, kinds] = &mut columns;
    let mut last = 0;
    let mut room = [0; 128];
    for event in events {
        signed(times, event.at.0.wrapping_sub(last).cast_signed());
        last = event.at.0;
        unsigned(actors, event.actor.0.into());
        let next = expected.next(event.actor);
        signed(seqs, i64::from(event.seq) - i64::from(*next));
        *next = event.seq.wrapping_add(1);
        unsigned(sources, event.source.0.into());
        // No kind is near that long.
        if let Ok(kind) = postcard::to_slice(&event.kind, &mut room) {
            kinds.extend_from_slice(kind);
        }
    }
    let mut bytes = Vec::new();
    unsigned(&mut bytes, events.len() as u64);
    for column in &columns {
        unsigned(&mut bytes, column.len() as u64);
        bytes.extend_from_slice(column);
    }
    bytes
}

/// Bytes as events; `None` where they are none.
pub fn unpack(bytes: &[u8], expected: &mut Expected) -> Option<Vec<Event>> {
    let mut rest = bytes;
    let count = usize::try_from(take(&mut rest)?).ok()?;
    let mut columns: [&[u8]; COLUMNS] = Default::default();
    for column in &mut columns {
        let length = usize::try_from(take(&mut rest)?).ok()?;
        (*column, rest) = rest.split_at_checked(length)?;
    }
    let [mut times, mut actors, mut seqs, mut sources, mut kinds] = columns;
    // An event takes at least a byte of each column, so no more room is made than the bytes are worth.
    if count > times.len() {
        return None;
    }
    let mut events = Vec::with_capacity(count);
    let mut at = 0_u64;
    for _ in 0..count {
        at = at.wrapping_add(take_signed(&mut times)?.cast_unsigned());
        let actor = ActorId(take(&mut actors)?.try_into().ok()?);
        let next = expected.next(actor);
        let seq = u32::try_from(i64::from(*next).checked_add(take_signed(&mut seqs)?)?).ok()?;
        *next = seq.wrapping_add(1);
        let source = SourceId(take(&mut sources)?.try_into().ok()?);
        let kind: EventKind;
        (kind, kinds) = postcard::take_from_bytes(kinds).ok()?;
        events.push(Event { at: Nanos(at), seq, actor, source, kind });
    }
    [times, actors, seqs, sources, kinds, rest].iter().all(|left| left.is_empty()).then_some(events)
}

fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn signed(out: &mut Vec<u8>, value: i64) {
    unsigned(out, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take_signed(bytes: &mut &[u8]) -> Option<i64> {
    let value = take(bytes)?;
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}
