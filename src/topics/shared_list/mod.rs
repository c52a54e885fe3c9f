//! Topic 4, `shared-list`: threads that add to and remove from one list, under one lock.
//!
//! Fields of the outcome:
//! - `final_list`: what the list holds in the end.
//! - `added`, `removed`: how many numbers the threads say they added and removed.
//! - `empty_attempts`: attempts to remove that found nothing.
//! - `expected`: `added` − `removed`; `actual`: the length of the final list.
//! - `lost_updates`: writes that another thread overwrote without having seen them (proved from the trace; 0 with the lock).
//! - `waits`: how often a thread had to wait for the lock; `longest_wait_ns`, `longest_hold_ns`: of the lock.
//! - `with_lock`: the same for the guarded list, without `lost_updates`, where both ran side by side.

mod experiment;
mod plan;
mod points;
mod racy;
mod spec;
mod stage;

use super::{Lab, Language, Listing, Outcome, ParamSpec, Params, Preset, Topic, Value};
use crate::record::thread::{Failure, JoinHandle};
use crate::replay::{self, Replay};
use crate::trace::{ResourceId, ResourceKind, Trace};
use crate::widgets::stage::Stage;
use experiment::{Side, Tally, World};
use plan::{Locking, Plan};
use points::Points;
use serde_json::json;

/// The topic.
pub struct SharedList;

impl Topic for SharedList {
    fn id(&self) -> &'static str {
        "shared-list"
    }
    fn title(&self) -> &'static str {
        "Lock and list"
    }
    fn question(&self) -> &'static str {
        "One thread adds numbers to a list, another removes them. Who may touch the list, and when?"
    }
    fn explanation(&self) -> &'static str {
        include_str!("../../../assets/explain/shared-list.md")
    }
    fn params(&self) -> &'static [ParamSpec] {
        spec::PARAMS
    }
    fn presets(&self) -> &'static [Preset] {
        spec::PRESETS
    }

    fn listings(&self, params: &Params) -> Vec<Listing> {
        let mut listings = Vec::new();
        let mut add =
            |file, language, text| listings.push(Listing::new(file, language, text, params));
        let (guarded, racing) = match params.choice("lock") {
            "without" => (false, true),
            "both" => (true, true),
            _ => (true, false),
        };
        if racing {
            let text = include_str!("../../../assets/listings/shared-list/no_lock.py");
            add("no_lock.py", Language::Python, text);
            add("racy.rs", Language::Rust, include_str!("racy.rs"));
        }
        if guarded {
            let (file, text) = python(params);
            add(file, Language::Python, text);
            add("experiment.rs", Language::Rust, include_str!("experiment.rs"));
        }
        listings
    }

    fn run(&self, params: &Params, lab: &Lab<'_>) -> Result<Outcome, Failure> {
        let plan = Plan::new(params);
        let worlds = match plan.locking {
            Locking::With => vec![(World::locked(lab, &plan), Side::Only)],
            Locking::Without => vec![(World::racing(lab, &plan), Side::Only)],
            Locking::Both => vec![
                (World::racing(lab, &plan), Side::Racing),
                (World::locked(lab, &plan), Side::Locked),
            ],
        };
        let tallies = run_worlds(lab, &plan, &worlds)?;
        let mut outcomes = worlds.into_iter().zip(tallies).map(|((world, _), tally)| {
            let list = world.into_contents();
            let mut outcome = Outcome::new();
            outcome.insert("final_list".into(), json!(list));
            outcome.insert("added".into(), json!(tally.added));
            outcome.insert("removed".into(), json!(tally.removed));
            outcome.insert("empty_attempts".into(), json!(tally.empty_attempts));
            let expected = i128::from(tally.added) - i128::from(tally.removed);
            outcome.insert("expected".into(), json!(expected as i64));
            outcome.insert("actual".into(), json!(list.len()));
            outcome
        });
        let mut outcome = outcomes.next().unwrap_or_default();
        if let Some(with_lock) = outcomes.next() {
            outcome.insert("with_lock".into(), json!(with_lock));
        }
        lab.main.step(lab.point("main.end"));
        Ok(outcome)
    }

    fn conclude(&self, outcome: &mut Outcome, trace: &Trace, replay: &Replay) {
        let lost: usize = resources(trace, ResourceKind::Value)
            .map(|res| replay::lost_updates(trace, res).len())
            .sum();
        outcome.insert("lost_updates".into(), json!(lost));
        let lock = resources(trace, ResourceKind::Lock).next();
        let stats = lock.and_then(|lock| replay.stats().resources.get(lock.index()));
        let longest = |longest: Option<replay::Longest>| longest.map_or(0, |l| l.lasted.0);
        let waits = |fields: &mut Outcome, stats: Option<&replay::ResourceStats>| {
            let of = |f: fn(&replay::ResourceStats) -> Option<replay::Longest>| {
                longest(stats.and_then(f))
            };
            fields.insert("waits".into(), json!(stats.map_or(0, |s| s.waits)));
            fields.insert("longest_wait_ns".into(), json!(of(|s| s.longest_wait)));
            fields.insert("longest_hold_ns".into(), json!(of(|s| s.longest_hold)));
        };
        match outcome.remove("with_lock") {
            // Side by side, the lock is the other side's.
            Some(serde_json::Value::Object(mut with_lock)) => {
                waits(&mut with_lock, stats);
                waits(outcome, None);
                outcome.insert("with_lock".into(), json!(with_lock));
            }
            _ => waits(outcome, stats),
        }
    }

    fn stage(&self) -> &'static dyn Stage {
        &stage::ListStage
    }
}

/// Starts every world's threads, waits for them, and adds up what each world's threads did.
fn run_worlds(lab: &Lab<'_>, plan: &Plan, worlds: &[(World, Side)]) -> Result<Vec<Tally>, Failure> {
    let at = Points::new(lab);
    let mut crew = Crew { lab, tallies: vec![Tally::default(); worlds.len()], failure: None };
    lab.main.line(at.start_adders);
    let mut adders = crew.start(worlds, |world, side| world.start_adders(lab, plan, side));
    if plan.in_turn {
        lab.main.line(at.join_adders);
        crew.join(std::mem::take(&mut adders));
    }
    lab.main.line(at.start_removers);
    let removers = crew.start(worlds, |world, side| world.start_removers(lab, plan, side));
    lab.main.line(at.join_adders);
    crew.join(adders);
    lab.main.line(at.join_removers);
    crew.join(removers);
    crew.failure.map_or(Ok(crew.tallies), Err)
}

/// All threads of a run. The first failure is the run's, and stops the others; none is left behind.
struct Crew<'a> {
    lab: &'a Lab<'a>,
    tallies: Vec<Tally>,
    failure: Option<Failure>,
}

impl Crew<'_> {
    /// Starts threads in each world, unless something has failed already.
    fn start(
        &mut self,
        worlds: &[(World, Side)],
        start: impl Fn(&World, Side) -> (Vec<JoinHandle<Tally>>, Result<(), Failure>),
    ) -> Vec<Vec<JoinHandle<Tally>>> {
        let mut all = Vec::new();
        for (world, side) in worlds {
            if self.failure.is_some() {
                break;
            }
            let (threads, started) = start(world, *side);
            all.push(threads);
            if let Err(failure) = started {
                self.fail(failure);
            }
        }
        all
    }

    /// Waits for the threads of each world.
    fn join(&mut self, worlds: Vec<Vec<JoinHandle<Tally>>>) {
        for (world, threads) in worlds.into_iter().enumerate() {
            for thread in threads {
                match thread.join(self.lab.main) {
                    Ok(one) => self.tallies[world].add(one),
                    Err(failure) => self.fail(failure),
                }
            }
        }
    }

    fn fail(&mut self, failure: Failure) {
        // What the others wait for may never come now.
        self.lab.recorder.cancel().cancel();
        // A real failure says more than the stop that followed it.
        if matches!(self.failure, None | Some(Failure::Cancelled)) {
            self.failure = Some(failure);
        }
    }
}

fn resources(trace: &Trace, kind: ResourceKind) -> impl Iterator<Item = ResourceId> + '_ {
    let all = trace.meta().resources.iter().enumerate();
    all.filter(move |(_, r)| r.kind == kind).map(|(index, _)| ResourceId::from_index(index))
}

/// The Python program with a lock that these parameters come closest to.
fn python(params: &Params) -> (&'static str, &'static str) {
    macro_rules! listing {
        ($file:literal) => {
            ($file, include_str!(concat!("../../../assets/listings/shared-list/", $file)))
        };
    }
    let many = params.int("adders") > 1 || params.int("removers") > 1;
    let is = |key, word| params.get(key) == Some(&Value::Choice(word));
    if is("until", "flag") {
        listing!("done_flag.py")
    } else if is("until", "empty") {
        listing!("take_turns.py")
    } else if many {
        listing!("contended.py")
    } else if is("pace", "random") {
        listing!("random_pace.py")
    } else if is("pause", "before") {
        listing!("quick_ten.py")
    } else {
        listing!("five.py")
    }
}
