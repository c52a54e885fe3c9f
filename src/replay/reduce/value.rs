//! Variables and arrays.

use super::Step;
use crate::replay::Oddity;
use crate::replay::state::{READERS, Read, Write};
use crate::trace::{Item, ResourceId};

/// The most cells an array grows to where the trace says neither what it held at the start nor how many cells it has.
const MOST_CELLS: usize = 1 << 16;

/// The most cells an array grows to where the trace says how many it has: a damaged trace may say any number.
const MOST_STATED: usize = 1 << 21;

pub fn read(step: &mut Step<'_>, res: ResourceId, version: u32, value: Item) {
    seen(step, res, version, value);
    let actor = step.actor;
    let read = Read { actor, at: step.at, version, value };
    let readers = &mut step.resource(res).readers;
    readers.retain(|reader| reader.actor != actor);
    if readers.len() >= READERS {
        readers.remove(0);
    }
    readers.push(read);
}

pub fn seen(step: &mut Step<'_>, res: ResourceId, version: u32, value: Item) {
    let actor = step.actor;
    let variable = step.resource(res);
    if variable.contents.is_empty() {
        variable.contents.push_back(value);
    }
    if version != variable.version {
        step.odd(Oddity::OutOfOrder(actor, res));
    }
}

pub fn changed(step: &mut Step<'_>, res: ResourceId, version: u32, old: Item, new: Item) {
    let (actor, at) = (step.actor, step.at);
    let variable = step.resource(res);
    let read = variable.readers.iter().position(|reader| reader.actor == actor);
    let seen = read.map(|place| variable.readers.remove(place).version);
    if written(step, res, version, new, Some(Write { at, actor, old, new, index: None })) {
        step.effect.collided = seen.is_some_and(|seen| seen < version - 1);
    }
}

/// It was written by nobody knows whom, once or more often.
pub fn found(step: &mut Step<'_>, res: ResourceId, version: u32, new: Item) {
    written(step, res, version, new, None);
}

/// What a variable holds after a write, if it is told by whom that was. Whether it counts: one that comes late was overwritten already.
fn written(
    step: &mut Step<'_>,
    res: ResourceId,
    version: u32,
    new: Item,
    write: Option<Write>,
) -> bool {
    let actor = step.actor;
    let variable = step.resource(res);
    let last = variable.version;
    let counts = version > last;
    if counts {
        variable.version = version;
        variable.contents.clear();
        variable.contents.push_back(new);
        variable.last_write = write;
    }
    if last.checked_add(1) != Some(version) {
        step.odd(Oddity::OutOfOrder(actor, res));
    }
    counts
}

pub fn slot(step: &mut Step<'_>, res: ResourceId, index: usize, new: Item) {
    let (actor, at) = (step.actor, step.at);
    let known = step.named(res).is_some_and(|r| !r.initial.is_empty());
    let is_list = step.named(res).is_some_and(|r| r.bounds.is_some());
    let most = step.capacity(res).map_or(MOST_CELLS, |n| (n as usize).min(MOST_STATED));
    let cells = &mut step.resource(res).contents;
    if !known && index >= cells.len() && index < most {
        cells.resize(index + 1, Item::NOTHING);
    }
    match cells.get_mut(index) {
        Some(cell) => {
            let old = std::mem::replace(cell, new);
            let index = u32::try_from(index).ok();
            let array = step.resource(res);
            array.last_write = Some(Write { at, actor, old, new, index });
            if is_list && let Some(index) = index {
                let (index, len) = (index as usize, array.contents.len());
                array.makers.resize(len, None);
                array.makers[index] = Some(actor);
            }
        }
        None => step.odd(Oddity::PastEnd(actor, res)),
    }
}
