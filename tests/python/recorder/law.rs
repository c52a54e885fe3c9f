//! What holds in every recording: the rules that real runs of the lab obey.

use super::slots::{Event, Recording};
use std::collections::{HashMap, HashSet, VecDeque};

/// A thread of a process.
type Who = (u64, u32);
/// What an item looks like on record.
type Item = (u16, i64, Option<String>);

#[derive(Default)]
struct World {
    broken: Vec<String>,
    ended: HashSet<Who>,
    waits: HashMap<Who, String>,
    sleeps: HashSet<Who>,
    owners: HashMap<String, (Who, u32)>,
    permits: HashMap<String, i64>,
    queues: HashMap<String, VecDeque<Item>>,
    lists: HashMap<String, usize>,
    tasks: HashMap<(String, i64), Task>,
}

#[derive(Clone, Copy, PartialEq)]
enum Task {
    Waits,
    RunsOn(Who),
    Ended,
}

/// The rules that a recording breaks, each in a sentence.
pub fn broken(recording: &Recording, may_have_holes: bool) -> Vec<String> {
    let mut world = World { broken: recording.damage.clone(), ..World::default() };
    if recording.holes > 0 && !may_have_holes {
        world.broken.push(format!("{} slots were not written", recording.holes));
    }
    for event in &recording.events {
        world.step(event);
    }
    for ((pool, key), task) in &world.tasks {
        if let Task::RunsOn(who) = task
            && world.ended.contains(who)
        {
            world.broken.push(format!("task {key} of {pool} was begun by {who:?} and never ended"));
        }
    }
    world.broken
}

impl World {
    fn step(&mut self, event: &Event) {
        let (slot, who) = (&event.slot, (event.pid, event.slot.thread));
        // What is said of others, and what is said when all is over.
        if self.ended.contains(&who) && ![3, 5, 70, 72].contains(&slot.kind) {
            self.odd(event, "happened after the end of its thread");
        }
        match slot.kind {
            2 => {
                self.ended.insert(who);
            }
            62 if !self.sleeps.insert(who) => self.odd(event, "sleeps twice"),
            63 if !self.sleeps.remove(&who) => self.odd(event, "woke without having slept"),
            _ => {}
        }
        let Some(res) = event.res.clone() else { return };
        match slot.kind {
            10 if self.waits.insert(who, res.uid.clone()).is_some() => {
                self.odd(event, "waits twice");
            }
            13 if self.waits.remove(&who).as_ref() != Some(&res.uid) => {
                self.odd(event, "ended a wait that never began");
            }
            11 => self.acquired(event, who),
            12 => self.released(event, who),
            20 => {
                let queue = self.queues.entry(res.uid.clone()).or_default();
                queue.push_back(item(event));
                let len = queue.len() as u64;
                if res.capacity.is_some_and(|most| len > most) {
                    self.odd(event, "put into a full queue");
                }
            }
            21 => {
                let queue = self.queues.entry(res.uid.clone()).or_default();
                if queue.pop_front() != Some(item(event)) {
                    self.odd(event, "got what was not in front");
                }
            }
            24 | 25 => {
                let len = self.lists.entry(res.uid.clone()).or_insert(res.initial);
                let is_past = slot.b as usize >= *len + usize::from(slot.kind == 24);
                *len = if slot.kind == 24 { *len + 1 } else { len.saturating_sub(1) };
                if is_past {
                    self.odd(event, "used a place past the end");
                }
            }
            40..=46 => self.task(event, who, &res.uid),
            _ => {}
        }
    }

    fn acquired(&mut self, event: &Event, who: Who) {
        self.waits.remove(&who);
        let Some(res) = &event.res else { return };
        if res.kind == "Semaphore" {
            let start = res.capacity.unwrap_or(0) as i64;
            let left = self.permits.entry(res.uid.clone()).or_insert(start);
            *left -= 1;
            if *left < 0 {
                self.odd(event, "took a permit that was not there");
            }
            return;
        }
        let before = self.owners.get(&res.uid).copied();
        let depth = match before {
            Some((owner, depth)) if owner == who && res.kind == "RLock" => depth + 1,
            Some((owner, _)) if !self.ended.contains(&owner) => {
                self.odd(event, &format!("acquired what {owner:?} owned"));
                1
            }
            _ => 1,
        };
        self.owners.insert(res.uid.clone(), (who, depth));
    }

    fn released(&mut self, event: &Event, who: Who) {
        let Some(res) = &event.res else { return };
        if res.kind == "Semaphore" {
            let start = res.capacity.unwrap_or(0) as i64;
            *self.permits.entry(res.uid.clone()).or_insert(start) += 1;
            return;
        }
        match self.owners.get(&res.uid).copied() {
            Some((owner, depth)) if owner == who && depth > 1 => {
                self.owners.insert(res.uid.clone(), (who, depth - 1));
            }
            Some((owner, _)) if owner == who => {
                self.owners.remove(&res.uid);
            }
            _ => self.odd(event, "released what it did not own"),
        }
    }

    fn task(&mut self, event: &Event, who: Who, pool: &str) {
        let slot = &event.slot;
        let keys = if slot.kind == 46 { slot.c..slot.c + slot.b } else { slot.c..slot.c + 1 };
        for key in keys {
            let task = self.tasks.get(&(pool.to_owned(), key)).copied();
            let (fits, after) = match (slot.kind, task) {
                (40, None) => (true, Task::Waits),
                (42, Some(Task::Waits)) => (true, Task::RunsOn(who)),
                (43, Some(Task::RunsOn(worker))) => (worker == who, Task::Ended),
                // A killed worker's task is said to have failed by another.
                (44, Some(Task::RunsOn(_) | Task::Waits)) => (true, Task::Ended),
                (45, Some(Task::Waits)) | (46, Some(Task::Ended)) => (true, Task::Ended),
                _ => (false, Task::Ended),
            };
            self.tasks.insert((pool.to_owned(), key), after);
            if !fits {
                self.odd(event, &format!("tells of task {key} out of turn"));
            }
        }
    }

    fn odd(&mut self, event: &Event, what: &str) {
        let name = event.res.as_ref().map_or("", |res| res.name.as_str());
        let Event { pid, number, slot, .. } = event;
        self.broken.push(format!(
            "kind {} of thread {} in process {pid} (slot {number}, {name}) {what}",
            slot.kind, slot.thread
        ));
    }
}

fn item(event: &Event) -> Item {
    let slot = &event.slot;
    let text = event.text.clone().filter(|_| slot.flags & 3 == 2);
    (slot.flags & 3, slot.a, text)
}
