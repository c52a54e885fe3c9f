//! What each worker has done by the instant shown: counted on from frame to frame, so that a frame costs what is new in it.

use crate::replay::{Ending, PoolTasks};
use crate::trace::{ActorId, Nanos};
use egui::Ui;
use std::collections::HashMap;
use std::sync::Arc;

/// What each worker has done.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Tasks with a result, and the time in all tasks that ended.
    each: HashMap<ActorId, (u32, Nanos)>,
    /// How many have been counted, and which was the last: tells whether to count on or anew.
    counted: usize,
    last: Option<(Nanos, u32)>,
    first: Option<Nanos>,
}

impl Tally {
    /// How many results a worker has brought.
    pub fn tasks(&self, worker: ActorId) -> u32 {
        self.each.get(&worker).map_or(0, |(tasks, _)| *tasks)
    }

    /// How long it was busy with tasks that have ended, whatever came of them.
    pub fn busy(&self, worker: ActorId) -> Nanos {
        self.each.get(&worker).map_or(Nanos::ZERO, |(_, busy)| *busy)
    }

    /// Whether what was counted is still at the head of these tasks.
    fn is_part_of(&self, tasks: &PoolTasks, ended: usize) -> bool {
        let Some(last) = self.counted.checked_sub(1) else {
            return true;
        };
        self.counted <= ended
            && self.first == tasks.all.first().map(|t| t.submitted)
            && tasks.ended.get(last).map(|p| key(tasks, *p)) == self.last
    }

    fn count_on(&mut self, tasks: &PoolTasks, ended: usize) {
        for place in &tasks.ended[self.counted..ended] {
            let task = &tasks.all[*place as usize];
            if let Some(worker) = task.worker() {
                let (count, busy) = self.each.entry(worker).or_default();
                *count += u32::from(matches!(task.ended, Some((_, Ending::Finished(_)))));
                *busy = *busy + task.took().unwrap_or_default();
            }
        }
        self.counted = ended;
        self.first = tasks.all.first().map(|t| t.submitted);
        self.last = ended.checked_sub(1).map(|last| key(tasks, tasks.ended[last]));
    }
}

fn key(tasks: &PoolTasks, place: u32) -> (Nanos, u32) {
    let ended = tasks.all[place as usize].ended;
    (ended.map_or(Nanos::ZERO, |(at, _)| at), place)
}

/// The tally at an instant.
pub fn at(ui: &Ui, tasks: Option<&PoolTasks>, now: Nanos) -> Arc<Tally> {
    let Some(tasks) = tasks else {
        return Arc::default();
    };
    let id = egui::Id::unique("tally of the process pool");
    let mut kept: Arc<Tally> = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let ended = tasks.ended_at(now).len();
    let usable = kept.is_part_of(tasks, ended);
    if usable && kept.counted == ended {
        return kept;
    }
    // Nobody else has it, or its clone is small: one entry a worker.
    ui.data_mut(|data| data.remove::<Arc<Tally>>(id));
    let tally = Arc::make_mut(&mut kept);
    if !usable {
        *tally = Tally::default();
    }
    tally.count_on(tasks, ended);
    ui.data_mut(|data| data.insert_temp(id, Arc::clone(&kept)));
    kept
}
