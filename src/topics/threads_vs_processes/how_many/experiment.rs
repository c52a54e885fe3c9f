//! Each work by each way and each number of workers, trial after trial.

use super::{Load, WAITS, counts};
use crate::record::thread::Failure;
use crate::topics::threads_vs_processes::experiment::{Bench, Trial};
use crate::topics::threads_vs_processes::plan::Plan;
use crate::topics::threads_vs_processes::trials::Measured;
use crate::topics::threads_vs_processes::ways::Way;
use crate::topics::threads_vs_processes::work::{Hands, Task, Work};
use crate::topics::trials::Sections;
use crate::topics::{Lab, contention, trials};

/// The tasks of a work, one for each worker: all of them together are as much, however many.
fn shares(plan: &Plan, load: Load, workers: usize) -> Vec<Task> {
    let share = |part: usize| {
        let (work, amount, nanos) = match load {
            Load::Compute => (Work::Primes, plan.limit, 0),
            Load::Wait => (Work::Wait, (part..WAITS).step_by(workers).count() as i64, plan.wait),
        };
        Task { work, part: part as i64, parts: workers as i64, amount, nanos, port: 0 }
    };
    (0..workers).map(share).collect()
}

/// Runs all trials, in turn.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(lab: &Lab<'_>, plan: &Plan) -> Result<(), Failure> {
    contention::tell_cores(lab);
    let expected = |load| -> Result<i64, Failure> {
        let alone = |task: Task| task.expected(&mut Hands::on_thread(lab.main, None, &[]));
        shares(plan, load, 1).into_iter().map(alone).sum()
    };
    let expected = [expected(Load::Wait)?, expected(Load::Compute)?];
    let named = |(load, way): (Load, Way)| {
        let name = format!("{}: {}", load.title(), way.said().title);
        (Measured { work: load as usize, way }, name)
    };
    let sections = Sections::new(lab, Load::each().map(named), Measured::number);
    let mut number = 0;
    for round in 0..plan.trials {
        let each = Load::each();
        let each = each.flat_map(|(load, way)| counts(plan.most).map(move |n| (load, way, n)));
        for (load, way, workers) in trials::in_turn(round, each.collect()) {
            number += 1;
            let (work, name) = (load as usize, format!("{workers}, trial {}", round + 1));
            let (of, wanted) = (Measured { work, way }, &expected[work..=work]);
            sections.measure(of, (name, number), wanted, |section| {
                let tasks = shares(plan, load, workers);
                let bench = Bench { lab, plan, tasks: &tasks, given: &[] };
                Ok(Some(vec![bench.trial(&Trial { way, section })?.into_iter().sum()]))
            })?;
        }
    }
    lab.main.step_at("main.end");
    Ok(())
}
