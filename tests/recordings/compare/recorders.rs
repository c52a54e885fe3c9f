//! Runs that several have recorded: what each tells, and what it leaves open, stays as it was.

use super::*;
use crate::common::window::app_of;
use concurrency_lab::replay::{Phase, phrase, run_summary, section_summary, why};
use concurrency_lab::widgets::phase;

/// The same run, as Python's recorder has it: of the door not all is on record.
fn recorded_by_python() -> Run {
    let trace = calm();
    let mut meta = trace.meta().clone();
    meta.recorder = RecordedBy::Python;
    meta.resources[DOOR.index()].is_thinned = true;
    meta.facts.push((Meta::UNSEEN.to_owned(), "the tasks of asyncio are not recorded".to_owned()));
    let mut same = Trace::new(meta);
    same.apply(Batch { events: trace.events().to_vec(), ..Batch::default() });
    Run::of(same)
}

/// What is said of each actor of a trace at each of its instants, from the actor with this number on.
fn words(trace: &Trace, replay: &Replay, from: usize, count: usize, begin: u64) -> Vec<String> {
    let meta = trace.meta();
    let mut said = Vec::new();
    for at in (0..=500).step_by(50) {
        let state = replay.at(trace, Nanos(begin + at));
        for id in (from..from + count).map(ActorId::from_index) {
            let answer = why(meta, &state, id, Nanos(begin + at));
            said.push(format!(
                "{}: {} | {} | {:?}",
                meta.actor_name(id),
                phase::name(meta, id, Phase::Running),
                phrase(meta, &state, id, Nanos(begin + at)),
                answer.map(|answer| answer.sentence),
            ));
        }
    }
    said
}

#[test]
fn a_run_that_python_recorded_is_told_as_such_beside_one_of_this_program() {
    let made = Made::default();
    let (python, lab) = (recorded_by_python(), Run::of(calm()));
    let (trace, _) = join(&[python.side("one", &made), lab.side("two", &made)]).unwrap();
    let replay = Replay::new(&trace);
    let actors = lab.trace.meta().actors.len();
    for (place, run) in [&python, &lab].into_iter().enumerate() {
        let alone = words(&run.trace, &run.replay, 0, actors, 1_000);
        assert_eq!(words(&trace, &replay, place * actors, actors, 0), alone, "{place}");
        let open = alone.iter().filter(|said| said.contains("in its code | in its code | Some"));
        let open = open.filter(|said| said.ends_with("Whether it computes there, or waits in a call that is not recorded, is not known.\")"));
        assert_eq!(open.count() > 0, place == 0, "{alone:#?}");
    }
    let meta = trace.meta();
    let names = phase::named(meta, &[Phase::Running, Phase::Holding]);
    let names: Vec<&str> = names.into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["running, or in its code", "holding"]);
    let thinned: Vec<bool> = meta.resources.iter().map(|resource| resource.is_thinned).collect();
    assert_eq!(thinned, [true, false, false, false]);
    assert!(meta.unseen().eq(["one: the tasks of asyncio are not recorded"]));
    let is_partial = |said: &str| said.contains("of what was recorded");
    assert!(is_partial(&run_summary(python.trace.meta(), &python.replay, Nanos(1_500))));
    let end = trace.end();
    let summary = |section| section_summary(meta, &replay, Some(SectionId(section)), end, end).0;
    let [one, two] = [0, 1].map(summary);
    assert!(is_partial(&one) && !is_partial(&two), "{one} | {two}");

    let mut harness = app_of(Session::recorded("both", trace));
    harness.run_steps(2);
    harness.get_by_label("Numbers").click();
    harness.run_steps(3);
    let count = |harness: &Harness<'static, App>, label: &str| {
        harness.query_all_by_label_contains(label).count()
    };
    assert_eq!((count(&harness, "at least 1 time"), count(&harness, "1 time")), (1, 2));
    assert_eq!(count(&harness, "Not all of its uses are on record"), 1);
    harness.get_by_label("Findings").click();
    harness.run_steps(3);
    assert_eq!(count(&harness, "one: Reads and writes of plain variables are not recorded"), 1);
    assert_eq!(count(&harness, "Not seen: one: the tasks of asyncio"), 1);
}

/// Of a comparison that is compared again, too.
#[test]
fn who_recorded_a_part_of_a_part_is_known() {
    let made = Made::default();
    let (python, lab) = (recorded_by_python(), Run::of(calm()));
    let (both, _) = join(&[lab.side("one", &made), python.side("two", &made)]).unwrap();
    let both = Run::of(both);
    let (trace, _) = join(&[both.side("both", &made), lab.side("three", &made)]).unwrap();
    let recorders: Vec<RecordedBy> = (0..trace.meta().actors.len())
        .map(|id| trace.meta().recorder_of(ActorId::from_index(id)))
        .collect();
    let [l, p] = [RecordedBy::Lab, RecordedBy::Python];
    assert_eq!(recorders, [[l; 3], [p; 3], [l; 3]].concat());
}
