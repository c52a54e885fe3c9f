//! Sentences about a moment: what reuse buys, how evenly the work is spread, which worker died in the middle of a task.

mod death;

use super::numbers::{Numbers, Pool};
use super::outcome::{OtherPool, Others, PoolOutcome};
use super::plan::{Against, Call, Plan};
use super::{FIRST, figure};
use crate::replay::words::{agree, capital, count, grouped};
use crate::replay::{self, Phase, PoolState};
use crate::topics::{Topic, contention};
use crate::trace::{ActorId, Nanos};
use crate::widgets::actors::Actors;
use crate::widgets::scene::moment::Moment;
use crate::widgets::scene::{self, Figure};
use crate::widgets::stage::{Stage, StageView};
use crate::widgets::text::RoughMeasure;
use death::Death;
use std::sync::Arc;

/// The stage of topic 2: the scene, with these words and bars.
pub struct PoolStage;

impl Stage for PoolStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        let plan = plan(view);
        let pools = pools(view);
        let pool = current(&pools.0, view)?;
        let now = Now { view, plan: &plan, pool };
        let death = Death::last(&now);
        if let Some(outcome) = view.outcome().filter(|_| view.is_done()) {
            let ours = Now { pool: pools.0.first()?, ..now };
            return Some(verdict(outcome, &plan, Death::last(&ours).as_ref()));
        }
        let said = now.said(death.is_none());
        Some(match death {
            Some(death) => {
                Moment { text: format!("{} {}", death.then, said.text), ..death.moment() }
            }
            None => said,
        })
    }

    fn figure(&self) -> Option<&'static dyn Figure> {
        Some(&figure::Bars)
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        let looks = Actors::new(view.theme, view.trace.meta());
        let mut facts = scene::facts::facts(&view.look(&looks, &RoughMeasure));
        let pools = pools(view);
        if let Some(pool) = current(&pools.0, view)
            && let Some(numbers) = Numbers::of(pool, view.replay, view.state, view.now)
        {
            facts.extend(in_words(&numbers, pool));
        }
        facts
    }
}

/// The pools of the run, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Pools(pub Vec<Pool>);

/// The pools of the run.
pub fn pools(view: &StageView<'_>) -> Arc<Pools> {
    view.kept(|pools: &mut Pools, trace, _| *pools = Pools(Pool::all(trace.meta())))
}

fn plan(view: &StageView<'_>) -> Plan {
    Plan::new(&super::ProcessPool.params_of(view.trace.meta()))
}

/// The pool under way, or the one that was there last.
fn current<'a>(pools: &'a [Pool], view: &StageView<'_>) -> Option<&'a Pool> {
    let begun = |pool: &&Pool| {
        let section = pool.section.and_then(|id| view.state.section(id));
        section.is_some_and(|section| section.began.is_some())
    };
    pools.iter().rev().find(begun)
}

/// A moment of a run that is not over, or is not shown to its end.
struct Now<'a> {
    view: &'a StageView<'a>,
    plan: &'a Plan,
    pool: &'a Pool,
}

impl Now<'_> {
    /// Its sentence; `with_call` adds what is special about the call.
    fn said(&self, with_call: bool) -> Moment {
        let others = self.view.followed::<Others>();
        if let Some(why) = others.disturbed(self.plan, self.view.trace.meta(), self.view.now) {
            let text = format!("{}: {}.", capital(&why), contention::ADVICE);
            return Moment::new(contention::TITLE, text);
        }
        match (self.plan.against, self.is_second()) {
            (Against::OneEach, true) => self.one_each(),
            (Against::LargeChunks, second) => self.spread(second),
            (Against::CPython, true) => self.in_python(),
            _ => self.idle_beside_waiting().unwrap_or_else(|| self.reuse(with_call)),
        }
    }

    fn is_second(&self) -> bool {
        let section = self.pool.section.and_then(|id| self.view.trace.meta().section(id));
        section.is_some_and(|section| section.number != FIRST)
    }

    /// The number of tasks in a chunk.
    fn chunk(&self) -> usize {
        match (self.is_second(), self.plan.against) {
            (true, Against::LargeChunks) => self.plan.large_chunk(),
            (true, Against::OneEach) => 1,
            _ => self.plan.chunk(),
        }
    }

    fn state(&self) -> Option<&PoolState> {
        Some(&self.view.state.resource(self.pool.res)?.pool)
    }

    /// The number of tasks that a worker has begun.
    fn begun(&self) -> usize {
        let tasks = self.view.replay.tasks().of(self.pool.res);
        let known = tasks.map_or(0, |tasks| tasks.count_at(self.view.now));
        known.saturating_sub(self.state().map_or(0, |state| state.pending.len()))
    }

    fn started(&self) -> usize {
        let there = |id: &ActorId| self.view.state.actor(*id).is_some_and(|a| a.os_id != 0);
        self.pool.workers.iter().filter(|(worker, _)| there(worker)).count()
    }

    fn one_each(&self) -> Moment {
        let (started, begun) = (count(self.started(), "process"), count(self.begun(), "task"));
        let text = format!(
            "{started} for {begun}: each is started, does one task and ends. Compare the bars."
        );
        Moment::new("One process per task", text)
    }

    fn in_python(&self) -> Moment {
        let section = self.pool.section.and_then(|id| self.view.trace.meta().section(id));
        let title = section.map_or_else(String::new, |section| section.name.clone());
        let tasks = self.view.replay.tasks().of(self.pool.res);
        let ended = tasks.map_or(0, |tasks| tasks.ended_at(self.view.now).count());
        let (started, all) = (count(self.started(), "process"), count(self.plan.tasks, "task"));
        Moment::new(title, format!("{ended} of {all} have ended, on {started} so far."))
    }

    fn spread(&self, second: bool) -> Moment {
        let (most, least) = self.pool.spread(self.view.state, self.view.now);
        let text = match figure::range(least, most) {
            None => "No time in tasks so far.".to_owned(),
            Some(one) if one == most.to_string() => {
                format!("Time in tasks so far: {one} at each place.")
            }
            Some(_) => {
                format!("Time in tasks so far: {most} at the busiest place, {least} at the least.")
            }
        };
        match (second, self.idle_beside_waiting()) {
            (true, Some(idle)) => idle,
            (true, None) => Moment::new(
                "One chunk for each worker",
                format!("{text} Who is done early cannot help the others."),
            ),
            (false, _) => Moment::new("Whoever is free takes the next task", text),
        }
    }

    /// Workers that are idle while tasks wait which were sent to other workers.
    fn idle_beside_waiting(&self) -> Option<Moment> {
        let state = self.state()?;
        let phase = |id: &ActorId| self.view.state.actor(*id).map(|actor| actor.phase);
        let idle: Vec<ActorId> =
            state.places.iter().copied().filter(|id| phase(id) == Some(Phase::Idle)).collect();
        let mut at: Vec<ActorId> = Vec::new();
        let mut on_their_way = false;
        for pending in &state.pending {
            match pending.to.filter(|to| !idle.contains(to)) {
                Some(to) if !at.contains(&to) => at.push(to),
                Some(_) => {}
                None => on_their_way = true,
            }
        }
        let meta = self.view.trace.meta();
        let (who, rest) = (idle.first()?, idle.len() - 1);
        let since = self.view.state.actor(*who)?.since;
        // Before each task this lasts an instant.
        if on_their_way && self.view.now.since(since) <= self.view.motion {
            return None;
        }
        let where_to = match at[..] {
            [] if !on_their_way => return None,
            [one] => meta.actor_name(one),
            _ => count(at.len(), "other worker"),
        };
        let of_chunks = agree(at.len(), "the chunk", "the chunks");
        let tasks = state.pending.len();
        let title = format!(
            "{} {} idle beside {}",
            capital(&match rest {
                0 => meta.actor_name(*who),
                _ => count(idle.len(), "worker"),
            }),
            agree(idle.len(), "is", "are"),
            match tasks {
                1 => "a task not begun".to_owned(),
                n => format!("{} tasks not begun", grouped(n)),
            }
        );
        let (they, stay) = (agree(tasks, "It", "They"), agree(tasks, "stays", "stay"));
        let (were, are) = (agree(tasks, "was", "were"), agree(tasks, "is", "are"));
        let text = match self.plan.is_balanced() {
            _ if on_their_way => {
                "A task comes to a worker in a message; those sent to an idle one have not come yet."
                    .to_owned()
            }
            true => format!(
                "{they} {are} the rest of {of_chunks} of {where_to}. A chunk is one message: it stays with the worker that has begun it."
            ),
            false => format!(
                "{they} {were} sent ahead to {where_to}, which saves time where tasks are this short, and {stay} there, whoever else is free."
            ),
        };
        Some(Moment { actor: Some(*who), title, text })
    }

    fn reuse(&self, with_call: bool) -> Moment {
        let (started, begun) = (self.started(), self.begun());
        let processes = count(started, "process");
        let text = match begun {
            0 => format!(
                "{started} of {} are there; no task has begun yet.",
                count(self.pool.size, "process")
            ),
            _ if begun <= started => format!("{processes} started for {}.", count(begun, "task")),
            _ => format!(
                "{processes} started for {}; one process per task would have started {}.",
                count(begun, "task"),
                grouped(begun)
            ),
        };
        let how = match self.plan.against {
            Against::Nothing if with_call => format!(" {}", how(self.plan.call)),
            _ => String::new(),
        };
        let title = if begun == 0 { "The workers start" } else { "Reuse so far" };
        Moment::new(title, format!("{text}{how}"))
    }
}

/// The special property of a call, in a sentence.
fn how(call: Call) -> &'static str {
    match call {
        Call::Map => "map hands in all tasks and returns when all results are there.",
        Call::Imap => {
            "imap hands in all tasks and yields results in order, each when it is its turn."
        }
        Call::ImapUnordered => "imap_unordered hands in all tasks and yields results as they come.",
        Call::Apply => {
            "apply waits for each result before it hands in the next task: nothing runs in parallel."
        }
        Call::ApplyAsync => {
            "apply_async hands in one task after another without waiting; get() fetches each result."
        }
    }
}

/// What CPython's two pools would make of the death of a worker.
fn in_cpython(death: &Death, plan: &Plan) -> &'static str {
    match (plan.timeout, death.at_work) {
        (Some(_), _) => {
            "CPython's Pool has no time-out for a task: get(timeout) only stops waiting, and the task runs on."
        }
        (None, true) => {
            "In CPython Pool.map would wait for ever now; an executor would fail every open task."
        }
        (None, false) => {
            "In CPython one idle worker holds the queue's lock while it waits, so a lone idle one does. If that one is killed, nobody gets a task any more, and terminate() hangs; else Pool.map goes on. An executor fails every open task."
        }
    }
}

/// The outcome of a run that is done, in words.
fn verdict(outcome: &PoolOutcome, plan: &Plan, death: Option<&Death>) -> Moment {
    if let Some(other) = outcome.other() {
        return compared(outcome, other, plan);
    }
    if let Some(cpython) = &outcome.cpython {
        let ours = PoolOutcome { cpython: None, ..outcome.clone() };
        let ours = verdict_of_ours(&ours, plan, death, false);
        let title = format!("This program's pool: {}", ours.title);
        return Moment { title, text: format!("{} {}", ours.text, cpython.said()), ..ours };
    }
    verdict_of_ours(outcome, plan, death, true)
}

/// The outcome of our pool; `claims`: what CPython's would do is said, too, since it was not seen.
fn verdict_of_ours(
    outcome: &PoolOutcome,
    plan: &Plan,
    death: Option<&Death>,
    claims: bool,
) -> Moment {
    let numbers = outcome.numbers.clone().unwrap_or_default();
    let done = plan.tasks.saturating_sub(outcome.failed.len());
    let processes = count(numbers.processes, "process");
    let reuse = match numbers.processes < plan.tasks {
        true => format!("; one process per task would have started {}", grouped(plan.tasks)),
        false => String::new(),
    };
    let reuse = format!("{processes} did {} in {}{reuse}.", count(done, "task"), numbers.wall);
    let (title, why) = match &outcome.failed[..] {
        [] if plan.tasks == 1 => return Moment::new("The task is done", reuse),
        [] => return Moment::new(format!("All {} done", count(plan.tasks, "task")), reuse),
        [one] => (
            format!("{} done, task {} failed", grouped(done), one.task),
            format!("{}.", capital(&one.error)),
        ),
        many => (
            format!("{} done, {} failed", grouped(done), grouped(many.len())),
            format!("First: {}.", many[0].error),
        ),
    };
    match death {
        Some(death) if outcome.killed > 0 => {
            let claim = if claims { in_cpython(death, plan) } else { "" };
            let text = format!("{}. {} {claim}", death.title, death.then);
            let text = text.trim_end().to_owned();
            Moment { actor: Some(death.worker), title, text }
        }
        _ => Moment::new(title, format!("{why} {reuse}")),
    }
}

/// The outcome of a run with two pools, in words.
fn compared(outcome: &PoolOutcome, other: &OtherPool, plan: &Plan) -> Moment {
    let (first, second) = (outcome.failed.len(), other.failed.len());
    if first + second > 0 {
        let failed = |tasks: usize, pool: &str| match tasks {
            0 => format!("none in the {pool} pool"),
            n => format!("{} in the {pool} pool", count(n, "task")),
        };
        let text = format!(
            "Tasks failed: {}, {}. The two did not do the same work.",
            failed(first, "first"),
            failed(second, "second")
        );
        return Moment::new("The times cannot be compared", text);
    }
    let numbers = |numbers: &Option<Numbers>| numbers.clone().unwrap_or_default();
    let (first, second) = (numbers(&outcome.numbers), numbers(&other.numbers));
    let walls = format!(
        "{} with {}, {} with {}",
        first.wall,
        count(first.processes, "process"),
        second.wall,
        grouped(second.processes)
    );
    if let Some(why) = &outcome.disturbed {
        let text = format!("It took {walls}. But {why}: {}.", contention::ADVICE);
        return Moment::new(contention::TITLE, text);
    }
    if outcome.faster().is_none() {
        let text = format!("It took {walls}. Each ran once: so small a difference means nothing.");
        return Moment::new("No clear difference", text);
    }
    if plan.against == Against::LargeChunks {
        let times = second.wall.ratio_to(first.wall);
        let title = match times > 1.0 {
            true => format!("Large chunks took {times:.1} times as long"),
            false => format!("Large chunks were {:.1} times as fast", 1.0 / times),
        };
        let text = format!(
            "{} against {}. With chunks of {} the busiest worker had {} of work and the least busy {}.",
            first.wall,
            second.wall,
            plan.large_chunk(),
            second.busiest,
            second.least_busy
        );
        return Moment::new(title, text);
    }
    let saved = second.wall.since(first.wall);
    match saved.0.checked_div(second.processes as u64) {
        Some(each) if second.wall > first.wall => Moment::new(
            format!("Reuse saved {saved}"),
            format!(
                "{walls}: {} of the run's time for each process of the second pool. Several start at once, and to reused workers tasks are also sent ahead.",
                Nanos(each)
            ),
        ),
        _ => Moment::new("Reuse was slower this time", format!("{walls}.")),
    }
}

/// Numbers of the moment for the inspector.
fn in_words(numbers: &Numbers, pool: &Pool) -> Vec<(String, String)> {
    let time = |time: Option<_>| time.map_or("none yet".to_owned(), |time: Nanos| time.to_string());
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let begun: u32 = numbers.per_worker.iter().sum();
    let mut facts = vec![
        fact("tasks begun", grouped(begun)),
        fact("processes", grouped(numbers.processes)),
        fact("utilisation", format!("{:.0} %", 100.0 * numbers.utilisation)),
        fact("mean time in queue", time(numbers.mean_wait)),
        fact("overhead per task", time(numbers.overhead)),
        fact(&format!("start of {}", count(pool.size, "worker")), time(numbers.start)),
    ];
    let shown: Vec<String> = numbers.per_worker.iter().take(16).map(u32::to_string).collect();
    let more = if numbers.per_worker.len() > 16 { " …" } else { "" };
    facts.push(fact("tasks per worker", format!("{}{more}", shown.join(" · "))));
    if let Some(memory) = numbers.mean_memory() {
        facts.push(fact("memory per worker", format!("{} own", replay::bytes(memory))));
    }
    facts
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::topics::process_pool::outcome::FailedTask;

    fn numbers(wall: u64, processes: usize) -> Option<Numbers> {
        Some(Numbers { wall: Nanos::from_millis(wall), processes, ..Numbers::default() })
    }

    /// In CPython one of the idle workers always has the queue's lock.
    #[test]
    fn what_cpython_makes_of_a_death_depends_on_what_the_worker_was_at() {
        let plan = Plan::new(&super::super::ProcessPool.preset("kill-one").unwrap());
        let death = |at_work| Death {
            worker: ActorId(1),
            title: String::new(),
            then: String::new(),
            at_work,
        };
        assert!(in_cpython(&death(true), &plan).contains("would wait for ever now"));
        let idle = in_cpython(&death(false), &plan);
        assert!(idle.contains("so a lone idle one does"), "{idle}");
        assert!(!idle.contains("mostly"), "{idle}");
    }

    #[test]
    fn two_pools_are_compared_only_where_their_times_can_be() {
        let plan = Plan::new(&super::super::ProcessPool.preset("a-thousand-images").unwrap());
        let other = OtherPool { failed: Vec::new(), numbers: numbers(1300, 1000) };
        let numbers = numbers(300, 8);
        let fair = PoolOutcome { numbers, one_process_each: Some(other), ..PoolOutcome::default() };
        let said = verdict(&fair, &plan, None);
        assert_eq!(said.title, "Reuse saved 1.00 s");
        assert!(said.text.contains("1.00 ms of the run's time for each process"), "{}", said.text);
        assert_eq!(fair.faster(), Some(0));
        let disturbed = PoolOutcome { disturbed: Some("3 threads".to_owned()), ..fair.clone() };
        let said = verdict(&disturbed, &plan, None);
        assert_eq!(said.title, contention::TITLE);
        assert!(said.text.contains("3 threads: these times cannot be compared"), "{}", said.text);
        assert_eq!(disturbed.faster(), None);
        let failed = vec![FailedTask { task: 3, error: "lost".to_owned() }];
        let failed = PoolOutcome { failed, ..fair };
        let said = verdict(&failed, &plan, None);
        assert_eq!(said.title, "The times cannot be compared");
        assert_eq!(failed.faster(), None);
    }
}
