//! Lost updates: writes whose effect is gone because somebody overwrote them without having seen them.

use crate::trace::{ActorId, EventKind, ResourceId, Trace};
use std::collections::HashMap;

/// An actor's read of a variable and the write it based on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who.
    pub actor: ActorId,
    /// Index of the event that read.
    pub read: usize,
    /// Index of the event that wrote.
    pub write: usize,
    /// The last version the actor knew when it wrote: what it read, or its own last write if that is newer.
    pub read_version: u32,
    /// The version it wrote.
    pub write_version: u32,
}

/// An update that was lost, with the one that overwrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostUpdate {
    /// The variable.
    pub res: ResourceId,
    /// The update that was lost.
    pub lost: Access,
    /// The first update after it that had not seen it.
    pub by: Access,
}

/// A write and what its actor knew.
struct Write {
    version: u32,
    /// The version it was based on. A write by an actor that has never read the variable counts as based on the one before
    /// it: it overwrites on purpose, and loses nothing.
    base: u32,
    access: Option<Access>,
}

/// The updates of a variable that were lost, in the order in which they were made.
///
/// An update is a write by an actor that has read the variable. The last write is based on a version, that one on an
/// older version, and so on to the start: these are in the final value, and the others are lost. Each lost one comes
/// with the first later update whose actor had not seen it. So where every update adds one, as many are lost as are
/// missing in the end.
pub fn lost_updates(trace: &Trace, res: ResourceId) -> Vec<LostUpdate> {
    let writes = writes(trace, res);
    let kept = kept(&writes);
    let mut overwriter: Vec<Option<Access>> = vec![None; writes.len()];
    // Places of writes that everybody who wrote since had seen, oldest first.
    let mut seen: Vec<usize> = Vec::new();
    for (place, write) in writes.iter().enumerate() {
        while let Some(&newest) = seen.last()
            && writes[newest].version > write.base
        {
            overwriter[newest] = write.access;
            seen.pop();
        }
        seen.push(place);
    }
    (writes.iter().zip(kept).zip(overwriter))
        .filter(|((_, kept), _)| !kept)
        .filter_map(|((write, _), by)| {
            let (lost, by) = (write.access?, by?);
            Some(LostUpdate { res, lost, by })
        })
        .collect()
}

/// The writes of a variable over an update that their actor had not seen, in order, each with the newest such update.
///
/// That update is lost from then on, as far as is known by then: it comes back where somebody who has seen it writes over
/// the write that it was lost by. What is in the final value is for [`lost_updates`].
pub fn overwrites(trace: &Trace, res: ResourceId) -> Vec<LostUpdate> {
    let writes = writes(trace, res);
    let unseen = |place: usize| {
        let base = writes[place].base;
        let later = writes[..place].iter().rev().take_while(move |write| write.version > base);
        later.filter_map(|write| write.access).next()
    };
    (writes.iter().enumerate())
        .filter_map(|(place, write)| {
            Some(LostUpdate { res, lost: unseen(place)?, by: write.access? })
        })
        .collect()
}

/// All writes, by version. Where a trace has two of one version, which cannot be, the first counts.
fn writes(trace: &Trace, res: ResourceId) -> Vec<Write> {
    // By actor: the event of its last read, and the last version it knew.
    let mut known: HashMap<ActorId, (usize, u32)> = HashMap::new();
    let mut writes = Vec::new();
    for (index, event) in trace.events().iter().enumerate() {
        let actor = event.actor;
        match event.kind {
            EventKind::ValueRead { res: r, version, .. } if r == res => {
                known.insert(actor, (index, version));
            }
            EventKind::ValueChanged { res: r, version, .. } if r == res && version > 0 => {
                // Nobody can have seen what came later.
                let before = version - 1;
                let access = known.get_mut(&actor).map(|(read, seen)| {
                    let read_version = std::mem::replace(seen, version).min(before);
                    Access {
                        actor,
                        read: *read,
                        write: index,
                        read_version,
                        write_version: version,
                    }
                });
                let base = access.map_or(before, |a| a.read_version);
                writes.push(Write { version, base, access });
            }
            _ => {}
        }
    }
    writes.sort_by_key(|w| w.version);
    writes.dedup_by_key(|w| w.version);
    writes
}

/// For each write whether the final value is based on it.
fn kept(writes: &[Write]) -> Vec<bool> {
    let mut kept = vec![false; writes.len()];
    let mut end = writes.len();
    while let Some(last) = end.checked_sub(1) {
        kept[last] = true;
        // The write it is based on, or where that was not recorded the one before it.
        end = writes.partition_point(|w| w.version <= writes[last].base);
    }
    kept
}
