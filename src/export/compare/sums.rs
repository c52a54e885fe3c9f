//! What is added up of the runs, for the table: waits and holds, each resource with its like in the other runs, and trials.

use super::Side;
use crate::replay::statistics::Times;
use crate::replay::{Longest, ResourceStats};
use crate::trace::{EventKind, Meta, Nanos, ResourceId, ResourceKind, SectionId, Trace, WaitOp};
use std::collections::{BTreeMap, HashMap};

/// What a resource of a name went through; several of one name in sections that come in turn are added up.
#[derive(Clone, Debug, Default)]
pub struct Use {
    pub acquisitions: u64,
    pub contended: u64,
    pub hand_overs: u64,
    pub waits: u64,
    pub waited: Nanos,
    /// With the name of who it was.
    pub longest_wait: Option<(Nanos, String)>,
    pub holds: u64,
    pub held: Nanos,
    pub longest_hold: Option<(Nanos, String)>,
    pub most_waiters: usize,
    /// Those who waited when the run was over.
    pub left: u64,
    /// Part of the time in use in which it had an owner; unknown of several.
    pub held_part: Option<f64>,
    /// How many resources these are.
    pub number: u32,
}

impl Use {
    fn add(&mut self, meta: &Meta, stats: &ResourceStats, (left, end): (u64, Nanos)) {
        self.acquisitions += stats.acquisitions;
        self.contended += stats.contended;
        self.hand_overs += stats.hand_overs;
        self.waits += stats.waits;
        self.waited = self.waited + stats.waited;
        self.holds += stats.holds;
        self.held = self.held + stats.held;
        self.most_waiters = self.most_waiters.max(stats.most_waiters);
        self.left += left;
        let longer = |known: &mut Option<(Nanos, String)>, new: Option<Longest>| {
            if let Some(new) = new
                && known.as_ref().is_none_or(|(lasted, _)| new.lasted > *lasted)
            {
                *known = Some((new.lasted, meta.actor_name(new.actor)));
            }
        };
        longer(&mut self.longest_wait, stats.longest_wait);
        longer(&mut self.longest_hold, stats.longest_hold);
        self.number += 1;
        self.held_part = match (self.number, stats.holds) {
            (1, 1..) => Some(stats.held_in_use(end)),
            _ => None,
        };
    }
}

/// What a resource of a run went through.
struct Named {
    name: String,
    kind: ResourceKind,
    of: Use,
}

/// The resources of a run, each name once and in the order in which they were made, but for the ends of actors, which are
/// waited for in any run.
fn uses(side: &Side<'_>) -> Vec<Named> {
    let (meta, replay) = (side.trace.meta(), side.replay);
    let mut uses: Vec<Named> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (index, stats) in replay.stats().resources.iter().enumerate() {
        let id = ResourceId::from_index(index);
        let state = replay.latest().resource(id);
        let waiters = state.map_or(&[][..], |state| &state.waiters);
        let left = waiters.iter().filter(|waiter| waiter.op != WaitOp::Task).count() as u64;
        let Some(resource) = meta.resource(id) else { continue };
        let is_apart = resource.is_an_end() || resource.is_buffer || resource.is_aside;
        // Who waits for a pool waits for its tasks.
        let is_pool = resource.kind == ResourceKind::Pool;
        if is_apart || is_pool || stats.acquisitions == 0 && stats.waits == 0 && left == 0 {
            continue;
        }
        let name = match side_of(meta, id) {
            Some(section) => format!("{} ({section})", meta.resource_name(id)),
            None => meta.resource_name(id),
        };
        let place = *places.entry(name.clone()).or_insert_with(|| {
            uses.push(Named { name, kind: resource.kind, of: Use::default() });
            uses.len() - 1
        });
        uses[place].of.add(meta, stats, (left, side.trace.end()));
    }
    uses
}

/// One resource in all runs, as far as each has it.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What the runs call it: each name once.
    names: Vec<String>,
    /// One for each run.
    pub uses: Vec<Option<Use>>,
    kind: ResourceKind,
}

impl Pair {
    /// What it is called; where the runs call it otherwise, by each of them.
    pub fn name(&self) -> String {
        self.names.join(" / ")
    }
}

/// The resources of all runs. Those of one name are the same; of two programs in different languages for the same, also those
/// of one kind that have no such other, in the order in which they were made, where both have as many of those.
pub fn pairs(sides: &[Side<'_>]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    for (place, side) in sides.iter().enumerate() {
        let fill = |pair: &mut Pair, of| pair.uses[place] = Some(of);
        let mut left = Vec::new();
        for Named { name, kind, of } in uses(side) {
            match pairs.iter_mut().find(|pair| pair.names.contains(&name)) {
                Some(pair) => fill(pair, of),
                None => left.push(Named { name, kind, of }),
            }
        }
        let is_twin = sides[..place].iter().any(|other| are_twins(side.trace, other.trace));
        let alone = |pair: &Pair, kind| pair.kind == kind && pair.uses[place].is_none();
        let mut kinds: Vec<ResourceKind> = left.iter().map(|named| named.kind).collect();
        kinds.dedup();
        kinds.retain(|kind| {
            let theirs = pairs.iter().filter(|pair| alone(pair, *kind)).count();
            is_twin && theirs == left.iter().filter(|named| named.kind == *kind).count()
        });
        for Named { name, kind, of } in left {
            let pair = pairs.iter_mut().find(|pair| kinds.contains(&kind) && alone(pair, kind));
            match pair {
                Some(pair) => {
                    pair.names.push(name);
                    fill(pair, of);
                }
                None => {
                    let uses = vec![None; sides.len()];
                    let mut pair = Pair { names: vec![name], kind, uses };
                    fill(&mut pair, of);
                    pairs.push(pair);
                }
            }
        }
    }
    pairs
}

/// Whether two runs are of one topic's program in two languages.
fn are_twins(one: &Trace, other: &Trace) -> bool {
    let (one, other) = (one.meta(), other.meta());
    !one.topic.is_empty() && one.topic == other.topic && one.recorder != other.recorder
}

/// The section that a resource is in for the whole of the run, where it is in one.
fn side_of(meta: &Meta, id: ResourceId) -> Option<&str> {
    let mut at = meta.resource(id)?.section;
    for _ in 0..meta.sections.len() {
        let section = meta.section(at?)?;
        if !section.begins {
            return Some(&section.name);
        }
        at = section.within;
    }
    None
}

/// How long the trials of each kind took, in order of size: sections in turn, within one that begins anew for each of them.
pub fn trials(trace: &Trace) -> BTreeMap<String, Times> {
    let meta = trace.meta();
    let mut began: BTreeMap<u16, Nanos> = BTreeMap::new();
    let mut times: BTreeMap<u16, u32> = BTreeMap::new();
    let mut took: Vec<(SectionId, Nanos)> = Vec::new();
    for event in trace.events() {
        match event.kind {
            EventKind::SectionBegan { section } => {
                began.insert(section.0, event.at);
                *times.entry(section.0).or_default() += 1;
            }
            EventKind::SectionEnded { section } => {
                let from = began.remove(&section.0);
                took.extend(from.map(|from| (section, event.at.since(from))));
            }
            _ => {}
        }
    }
    let often = |id: SectionId| times.get(&id.0).copied().unwrap_or(0);
    let mut trials: BTreeMap<String, Vec<Nanos>> = BTreeMap::new();
    for (id, time) in took {
        let Some(section) = meta.section(id) else { continue };
        // A warm-up has the number 0.
        let outer = section.within.filter(|outer| often(*outer) > 1 && often(id) == 1);
        if let Some(outer) = outer.filter(|_| section.number > 0) {
            trials.entry(path(meta, outer)).or_default().push(time);
        }
    }
    trials.into_iter().map(|(name, times)| (name, times.into_iter().collect())).collect()
}

/// The names of a section and of those around it, from the outermost in.
fn path(meta: &Meta, id: SectionId) -> String {
    let (mut names, mut at) = (Vec::new(), Some(id));
    for _ in 0..meta.sections.len() {
        let Some(section) = at.and_then(|id| meta.section(id)) else { break };
        names.push(section.name.as_str());
        at = section.within;
    }
    names.reverse();
    names.join(" · ")
}
