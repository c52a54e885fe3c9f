//! The line below the lanes, and what a line of the log says.

use super::*;

#[test]
fn the_line_below_the_lanes_is_about_what_was_waited_for_most() {
    let mut meta = threads();
    meta.resources.push(Resource::new("slots", ResourceKind::Semaphore).with_capacity(1));
    let slots = ResourceId(2);
    let events = [
        (0, 1, STARTED),
        (0, 2, STARTED),
        (10, 1, K::Acquired { res: LOCK }),
        (20, 1, K::Released { res: LOCK }),
        (30, 1, K::Acquired { res: slots }),
        (40, 2, K::WaitBegan { res: slots, op: WaitOp::Acquire }),
        (940, 1, K::Released { res: slots }),
    ];
    let (trace, replay) = trace(meta, &events);
    let said = run_summary(trace.meta(), &replay, Nanos(1040));
    assert!(said.starts_with("slots: taken 1 time, 1 wait, 1.00 µs in all"), "{said}");
    assert!(said.contains("remover") && said.contains("1 has not ended"), "{said}");
}

#[test]
fn the_line_below_the_lanes_of_a_pool_is_about_its_tasks_and_a_common_start_is_never_preferred() {
    let mut meta = threads();
    meta.resources.push(Resource::new("pool", ResourceKind::Pool));
    meta.resources
        .push(Resource { is_aside: true, ..Resource::new("start", ResourceKind::Barrier) });
    let (pool, start) = (ResourceId(2), ResourceId(3));
    let task = |id| TaskId(id);
    let events = [
        (0, 0, K::TaskSubmitted { res: pool, task: task(0), item: Item::NOTHING }),
        (0, 0, K::TaskSubmitted { res: pool, task: task(1), item: Item::NOTHING }),
        (0, 0, K::WaitBegan { res: pool, op: WaitOp::Result }),
        (0, 1, STARTED),
        (0, 1, K::WaitBegan { res: start, op: WaitOp::Wait }),
        (100, 1, K::TaskStarted { res: pool, task: task(0) }),
        (400, 1, K::TaskFinished { res: pool, task: task(0), item: Item::NOTHING }),
        (500, 1, K::TaskStarted { res: pool, task: task(1) }),
        (700, 1, K::At),
    ];
    let (trace, replay) = trace(meta, &events);
    let said = run_summary(trace.meta(), &replay, trace.end());
    assert_eq!(
        said,
        "pool: 1 of 2 tasks ended · on average waited 300 ns, took 300 ns · longest 300 ns (task 0)"
    );
}

/// What has not ended counts with what it has been so far.
#[test]
fn a_hold_and_a_wait_that_have_not_ended_count() {
    let events = [
        (0, 1, STARTED),
        (0, 2, STARTED),
        (0, 1, K::Acquired { res: LOCK }),
        (100, 1, K::Released { res: LOCK }),
        (100, 2, K::Acquired { res: LOCK }),
        (150, 1, K::WaitBegan { res: LOCK, op: WaitOp::Acquire }),
        (1000, 0, K::At),
    ];
    let (held, replay) = trace(threads(), &events);
    let said = run_summary(held.meta(), &replay, held.end());
    assert!(said.ends_with("mean hold 500 ns so far"), "{said}");

    let mut meta = threads();
    meta.resources.push(Resource::new("pool", ResourceKind::Pool));
    let pool = ResourceId(2);
    let submitted = |id| K::TaskSubmitted { res: pool, task: TaskId(id), item: Item::NOTHING };
    let events = [
        (0, 0, submitted(0)),
        (0, 0, submitted(1)),
        (0, 0, submitted(2)),
        (0, 1, STARTED),
        (0, 0, K::WaitBegan { res: pool, op: WaitOp::Result }),
        (100, 1, K::TaskStarted { res: pool, task: TaskId(0) }),
        (400, 0, K::TaskCancelled { res: pool, task: TaskId(2) }),
        (900, 1, K::At),
    ];
    let (queued, replay) = trace(meta, &events);
    let said = run_summary(queued.meta(), &replay, queued.end());
    assert_eq!(said, "pool: 0 done, 1 cancelled of 3 tasks · on average waited 500 ns");
}

/// A log line says what an exception says, and that a sleep beside a wait is a time-out.
#[test]
fn events_are_described_in_their_run() {
    let mut meta = threads();
    meta.texts.push("ValueError: no such account".to_owned());
    let exception = ExceptionId(65_538);
    let planned = Nanos::from_millis(22);
    let res = ResourceId(1);
    // Much may happen before one waits, or is done with it.
    let others = |at| (0..1_000).map(move |_| (at, 2, K::At));
    let mut events = vec![(0, 0, K::SleepBegan { planned })];
    events.extend(others(0));
    events.extend([
        (0, 0, K::WaitBegan { res, op: WaitOp::Join }),
        (0, 1, STARTED),
        (1, 1, K::SleepBegan { planned }),
        (5, 1, K::SleepEnded),
        (6, 1, K::Raised { exception, text: TextId(0) }),
        (7, 1, K::Unhandled { exception }),
        (8, 1, K::Ended(End::Normal)),
    ]);
    events.extend(others(8));
    events.extend([(9, 0, K::WaitEnded { res, how: WaitEnd::Woken }), (9, 0, K::SleepEnded)]);
    let (trace, replay) = trace(meta, &events);
    let said = |index| describe_in(&trace, &replay, index);
    let all = [0, 1_003, 1_004, 1_006, 2_009].map(said);
    let expected = [
        "main waits for 22.0 ms at most",
        "adder went to sleep for 22.0 ms",
        "adder woke up",
        "adder left the exception “ValueError: no such account” unhandled",
        "main is done with its time-out",
    ];
    assert_eq!(all, expected);
}

/// As on the stage: what failed is not counted as done.
#[test]
fn tasks_that_failed_are_told_from_those_that_are_done() {
    let mut meta = threads();
    meta.texts.push("lost".to_owned());
    meta.resources.push(Resource::new("pool", ResourceKind::Pool));
    let (pool, task) = (ResourceId(2), |id| TaskId(id));
    let mut events = vec![(0, 1, STARTED), (0, 0, K::WaitBegan { res: pool, op: WaitOp::Result })];
    for id in 0..3 {
        let (res, task, item) = (pool, task(id), Item::NOTHING);
        events.push((0, 0, K::TaskSubmitted { res, task, item }));
    }
    events.extend([
        (100, 1, K::TaskStarted { res: pool, task: task(0) }),
        (200, 1, K::TaskFinished { res: pool, task: task(0), item: Item::NOTHING }),
        (200, 1, K::TaskStarted { res: pool, task: task(1) }),
        (300, 1, K::TaskFailed { res: pool, task: task(1), error: TextId(0) }),
        (300, 1, K::At),
    ]);
    let said = |events: &[_]| {
        let (trace, replay) = trace(meta.clone(), events);
        run_summary(trace.meta(), &replay, trace.end())
    };
    let some = said(&events);
    assert!(some.starts_with("pool: 1 done, 1 failed of 3 tasks · on average"), "{some}");
    events.push((400, 1, K::TaskCancelled { res: pool, task: task(2) }));
    let all = said(&events);
    assert!(all.starts_with("pool: 1 done, 1 failed, 1 cancelled · on average"), "{all}");
}

#[test]
fn the_end_of_an_actor_is_named_as_in_the_middle_of_a_sentence() {
    let res = ResourceId(1);
    let events = [
        (0, 1, STARTED),
        (0, 0, K::WaitBegan { res, op: WaitOp::Join }),
        (100, 1, K::Ended(End::Normal)),
        (110, 0, K::WaitEnded { res, how: WaitEnd::Woken }),
    ];
    let (trace, replay) = trace(threads(), &events);
    let said = run_summary(trace.meta(), &replay, trace.end());
    assert!(said.starts_with("the end of adder: 1 wait, 110 ns in all"), "{said}");
}

#[test]
fn a_pool_that_is_called_as_its_part_of_the_run_is_named_once() {
    let mut meta = threads();
    meta.sections.push(Section::new("pool", 0).in_turn());
    let pool = Resource::new("pool", ResourceKind::Pool);
    meta.resources.push(pool.in_section(Some(SectionId(0))));
    let (res, task) = (ResourceId(2), TaskId(0));
    let events = [
        (0, 0, K::TaskSubmitted { res, task, item: Item::NOTHING }),
        (0, 0, K::WaitBegan { res, op: WaitOp::Result }),
        (100, 1, K::TaskStarted { res, task }),
        (400, 1, K::TaskFinished { res, task, item: Item::NOTHING }),
    ];
    let (trace, replay) = trace(meta, &events);
    let said = run_summary(trace.meta(), &replay, trace.end());
    assert!(said.starts_with("pool: 1 task ended"), "{said}");
}

#[test]
fn totals_of_a_whole_recording_are_not_said_to_be_partial() {
    let events =
        [(0, 1, STARTED), (100, 1, K::Acquired { res: LOCK }), (200, 1, K::Released { res: LOCK })];
    let (trace, replay) = trace(threads(), &events);
    let said = run_summary(trace.meta(), &replay, trace.end());
    assert!(said.contains("held") && !said.contains("recorded"), "{said}");
}

/// Nobody need wait for the results of a pool for its tasks to be more than a lock that nobody waited for.
#[test]
fn what_became_of_tasks_is_said_sooner_than_a_lock_that_nobody_waited_for() {
    let part = |name: &str, place| Section::new(name, place).in_turn();
    let pool = |section| Resource::new("pool", ResourceKind::Pool).in_section(section);
    let (res, task) = (ResourceId(2), TaskId(0));
    let held = [(500, 1, K::Acquired { res: LOCK }), (510, 1, K::Released { res: LOCK })];
    let mut events = vec![
        (0, 0, K::TaskSubmitted { res, task, item: Item::NOTHING }),
        (0, 1, STARTED),
        (100, 1, K::TaskStarted { res, task }),
        (400, 1, K::TaskFinished { res, task, item: Item::NOTHING }),
    ];
    let tasks = "1 task ended · on average waited 100 ns, took 300 ns · longest 300 ns (task 0)";

    // Without a lock, sooner than the end that main waits for, too.
    let mut meta = threads();
    meta.resources.push(pool(None));
    let join = K::WaitBegan { res: ResourceId(1), op: WaitOp::Join };
    events.extend([(410, 0, join), (900, 0, K::At)]);
    let (without, replay) = trace(meta.clone(), &events);
    assert_eq!(run_summary(without.meta(), &replay, without.end()), format!("pool: {tasks}"));
    events.splice(5..5, held);
    let (beside, replay) = trace(meta.clone(), &events);
    assert_eq!(run_summary(beside.meta(), &replay, beside.end()), format!("pool: {tasks}"));

    // A pool of another part of the run than the one that is looked at, where the lock is of none.
    meta.sections.extend([part("processes", 0), part("threads", 1)]);
    meta.resources[2] = pool(Some(SectionId(0)));
    let (apart, replay) = trace(meta.clone(), &events);
    let cursor = Some(SectionId(1));
    let said = section_summary(apart.meta(), &replay, cursor, apart.end(), apart.end());
    assert_eq!(said, (format!("pool (processes): {tasks}"), None, false));

    // One that was waited for is another matter.
    let wait = [
        (505, 2, K::WaitBegan { res: LOCK, op: WaitOp::Acquire }),
        (515, 2, K::Acquired { res: LOCK }),
    ];
    events.splice(6..6, wait[..1].iter().copied());
    events.splice(8..8, wait[1..].iter().copied());
    let (waited, replay) = trace(meta, &events);
    let said = run_summary(waited.meta(), &replay, waited.end());
    assert!(said.starts_with("list lock: held"), "{said}");
}

/// Two that nothing tells apart are counted together: of one alone would be said less than is so.
#[test]
fn waits_for_what_is_called_alike_are_counted_together() {
    let mut meta = threads();
    let get = || Resource::new("get()", ResourceKind::Future);
    meta.resources.extend([get(), get(), Resource::new("other()", ResourceKind::Future)]);
    let wait = |res| K::WaitBegan { res: ResourceId(res), op: WaitOp::Result };
    let end = |res| K::WaitEnded { res: ResourceId(res), how: WaitEnd::Woken };
    let events = [
        (0, 1, STARTED),
        (0, 1, wait(2)),
        (100, 1, end(2)),
        (100, 1, wait(4)),
        (150, 1, end(4)),
        (150, 1, wait(3)),
        (220, 1, end(3)),
    ];
    let (trace, replay) = trace(meta, &events);
    let said = run_summary(trace.meta(), &replay, trace.end());
    assert_eq!(said, "get(): 2 waits, 170 ns in all · longest 100 ns (adder)");
}
