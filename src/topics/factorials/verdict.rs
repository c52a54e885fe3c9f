//! What this topic says of a moment, and its figure.

use super::outcome::FactorialOutcome;
use super::plan::{Call, Plan, Program};
use super::{WAYS, figure};
use crate::replay::words::{agree, capital, count, grouped, if_any};
use crate::replay::{Ending, FindingKind, PoolState, PoolTasks, Task, section_at};
use crate::topics::Topic;
use crate::topics::results::failure;
use crate::trace::{Nanos, ResourceKind, Role, WaitOp};
use crate::widgets::scene::Figure;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{Stage, StageView};

/// The stage of topic 7: the scene, with these words and the two orders.
pub struct FactorialStage;

impl Stage for FactorialStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        let plan = Plan::new(&super::Factorials.params_of(view.trace.meta()));
        let Some(now) = Now::of(view) else { return without_pool(view, &plan) };
        let over = view.outcome::<FactorialOutcome>().filter(|_| view.is_done());
        match (plan.program, over) {
            (Program::Recursion, _) => now.starved(),
            (_, Some(outcome)) => now.verdict(&plan, outcome),
            _ if now.tasks.count_at(view.now) == 0 => without_pool(view, &plan),
            _ => {
                now.held_back().filter(|_| plan.call == Call::Map).or_else(|| Some(now.under_way()))
            }
        }
    }

    fn figure(&self) -> Option<&'static dyn Figure> {
        Some(&figure::Orders)
    }
}

/// What is done before the pool is there.
fn without_pool(view: &StageView<'_>, plan: &Plan) -> Option<Moment> {
    let meta = view.trace.meta();
    let section = meta.section(section_at(meta, view.state)?)?;
    let (n, threads) = (plan.n, count(plan.threads, "thread"));
    let (way, text) = match section.number {
        0 => (0, format!("Main computes 1! to {n}! itself, without another thread.")),
        1 => (
            1,
            format!("Main starts a thread for each of 1! to {n}!, and waits until all have ended."),
        ),
        _ => (2, format!("Main starts a pool of {threads}, which take tasks from one queue.")),
    };
    Some(Moment::new(["One after another", "A thread for each", "A pool"][way], text))
}

/// An instant of a run.
struct Now<'a> {
    view: &'a StageView<'a>,
    pool: &'a PoolState,
    tasks: &'a PoolTasks,
}

impl<'a> Now<'a> {
    fn of(view: &'a StageView<'a>) -> Option<Self> {
        let pool = view.trace.meta().resources_of(ResourceKind::Pool).next()?;
        let tasks = view.replay.tasks().of(pool)?;
        Some(Self { view, pool: &view.state.resource(pool)?.pool, tasks })
    }

    fn about(&self, task: &Task) -> String {
        self.view.trace.meta().item(task.item)
    }

    /// A result that is there and that the program does not have, because it waits for another one.
    fn held_back(&self) -> Option<Moment> {
        let now = self.view.now;
        let main = self.view.trace.meta().actors_where(|actor| actor.role == Role::Main).next()?;
        self.view.state.actor(main)?.waiting.filter(|wait| wait.op == WaitOp::Result)?;
        let mut ready = self.tasks.ended_at(now).filter(|task| !task.is_taken_at(now));
        let first = ready.next()?;
        let (since, _) = first.ended?;
        // The one that main waits for: if that is there, too, main has only not woken up yet.
        let mut open = (0..self.tasks.count()).filter_map(|nth| self.tasks.nth_at(nth, now));
        let next = open.find(|task| !task.is_taken_at(now))?;
        let blocks = Some(next).filter(|task| task.ended.is_none_or(|(at, _)| at > now))?;
        let others = if_any(ready.count(), |n| format!(" So have {} more.", count(n, "result")));
        let text = format!(
            "It has been ready for {}.{others} But map gives results in the order of the tasks, and {} is not done.",
            now.since(since),
            self.about(blocks),
        );
        let title = format!("Why is {} not given out yet?", self.about(first));
        Some(Moment { actor: Some(main), title, text })
    }

    /// Where the tasks are.
    fn under_way(&self) -> Moment {
        let now = self.view.now;
        // A task that failed has no result: whoever asks for it gets its exception.
        let has_failed = |task: &&Task| matches!(task.ended, Some((_, Ending::Failed(_))));
        let (failed, done): (Vec<&Task>, Vec<_>) = self.tasks.ended_at(now).partition(has_failed);
        let told = |tasks: &[&Task]| tasks.iter().filter(|task| task.is_taken_at(now)).count();
        let exceptions = if_any(told(&failed), |n| format!(" and {}", count(n, "exception")));
        let text = format!(
            "{} in a thread, {} in the queue. Main has {}{exceptions}.",
            count(self.pool.running.len(), "task"),
            self.pool.pending.len(),
            count(told(&done), "result"),
        );
        let failed = if_any(failed.len(), |n| format!(", {n} failed"));
        Moment::new(format!("{} done{failed}", done.len()), text)
    }

    /// All threads of the pool wait for tasks of the same pool: what a run proves is known when it is over.
    fn starved(&self) -> Option<Moment> {
        let mut known = self.view.findings.iter().filter(|found| found.at <= self.view.now);
        let found = known.find(|found| found.kind == FindingKind::PoolStarvation)?;
        Some(Moment::new(found.kind.title(), found.sentence.clone()))
    }

    fn verdict(&self, plan: &Plan, outcome: &FactorialOutcome) -> Option<Moment> {
        let tasks = count(self.tasks.count(), "task");
        let wall = outcome.wall_ns.unwrap_or_default();
        let took = Nanos(outcome.thread_ns.values().map(|time| time.0).sum());
        let (title, why) = match plan.call {
            _ if plan.program == Program::Tree => return Some(self.product(plan, outcome)),
            _ if plan.compare => return compared(outcome),
            Call::InLoop => (
                "One task at a time",
                "Each was handed in when the one before had given its result, so there never was a second one to run beside it."
                    .to_owned(),
            ),
            Call::TimeOut(patience) => (
                "A time-out ends the waiting",
                format!(
                    "Main waited {} for each result, and for {} in vain. The pool was done when its tasks were: \
                     nothing had ended them.",
                    Nanos::from_duration(patience),
                    count(self.tasks.count().saturating_sub(outcome.result_order.len()), "result"),
                ),
            ),
            Call::AsCompleted if let Some(failed) = self.failed() => return Some(failed),
            Call::AsCompleted => (
                "Given out as completed",
                format!(
                    "On average {:.1} were under way at once; each result came as soon as it was there.",
                    took.ratio_to(wall)
                ),
            ),
            Call::Map => ("Results in the order of the numbers", self.in_order()),
        };
        let text = format!("{tasks} in {wall}; the threads spent {took} on them. {why}");
        Some(Moment::new(title, text))
    }

    /// How many results map held back.
    fn in_order(&self) -> String {
        match self.tasks.overtakers().count() {
            0 => "They were completed in the order in which they were handed in.".to_owned(),
            held => format!(
                "{} {} completed before one that was handed in earlier, and map held {} back until it was there.",
                count(held, "task"),
                agree(held, "was", "were"),
                agree(held, "it", "them"),
            ),
        }
    }

    fn failed(&self) -> Option<Moment> {
        let meta = self.view.trace.meta();
        let mut all = self.tasks.all.iter();
        let (task, why) = all.find_map(|task| Some((task, failure(meta, task)?)))?;
        let text = format!(
            "{why}. The exception interrupted nobody: the future kept it until main asked for the result. The other {} gave theirs.",
            count(self.tasks.count() - 1, "task"),
        );
        Some(Moment::new(format!("{} failed", self.about(task)), text))
    }

    fn product(&self, plan: &Plan, outcome: &FactorialOutcome) -> Moment {
        let digits = outcome.results.values().next().and_then(|digits| digits.as_str());
        // The last task only makes digits.
        let made = outcome.thread_ns.values().rev().skip(1);
        let text = format!(
            "{} made the product in {}; the threads spent {} on them. The last one turned it into {} decimal digits.",
            count(self.tasks.count() - 1, "task"),
            outcome.product_ns.unwrap_or_default(),
            Nanos(made.map(|time| time.0).sum()),
            grouped(digits.map_or(0, str::len) as u64),
        );
        Moment::new(format!("{}!", grouped(plan.n)), text)
    }
}

/// The ways, with their times.
fn compared(outcome: &FactorialOutcome) -> Option<Moment> {
    let times @ [alone, each, pool] = outcome.times()?;
    let said = WAYS.iter().zip(times).map(|(way, time)| format!("{way}: {time}"));
    let said: Vec<String> = said.collect();
    let why = match each.min(pool).0 > 2 * alone.0 {
        true => " A factorial of so small a number takes less time than handing it to a thread.",
        false => "",
    };
    let text = format!("{}.{why}", said.join(" · "));
    Some(Moment::new("The same numbers, three ways", capital(&text)))
}
