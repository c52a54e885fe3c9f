//! The line below the lanes: of what the cursor is in, and of what matters.

use super::*;

/// Main, and three parts of a run in turn: a plain one, one with a pool, and another one with a pool.
fn three_parts() -> (Trace, Replay) {
    let pool = |part| {
        let pool = Resource::new("pool", ResourceKind::Pool).with_capacity(1);
        pool.in_section(Some(SectionId(part)))
    };
    let part = |name: &str, number| Section::new(name, number).in_turn();
    let meta = Meta {
        actors: vec![
            Actor::thread("main", "M").with_role(Role::Main),
            Actor::thread("worker", "W").started_by(MAIN),
            Actor::thread("last", "L").started_by(MAIN).in_section(Some(SectionId(2))),
        ],
        resources: vec![
            pool(1),
            pool(2),
            Resource::end_of(ActorId(1)),
            Resource::end_of(ActorId(2)),
        ],
        sections: vec![part("plain", 0), part("trial 1", 1), part("trial 2", 2)],
        ..Meta::default()
    };
    let task = TaskId(0);
    let events = (0..3_u16).flat_map(|part| {
        let at = move |t: u64| 1_000 * u64::from(part) + t;
        let section = SectionId(part);
        let mut events = vec![(at(100), 0, K::SectionBegan { section })];
        if let Some(res) = part.checked_sub(1).map(ResourceId) {
            let item = Item::int(1);
            events.extend([
                (at(200), 0, K::TaskSubmitted { res, task, item }),
                (at(200), 0, K::WaitBegan { res, op: WaitOp::Result }),
                (at(300), 1, K::TaskStarted { res, task }),
                (at(500), 1, K::TaskFinished { res, task, item }),
                (at(510), 0, K::WaitEnded { res, how: WaitEnd::Woken }),
            ]);
        }
        events.push((at(800), 0, K::SectionEnded { section }));
        events
    });
    let [res, longest] = [2, 3].map(ResourceId);
    let events = events.chain([
        (3_000, 0, K::WaitBegan { res, op: WaitOp::Join }),
        (3_100, 0, K::WaitEnded { res, how: WaitEnd::Woken }),
        (3_200, 0, K::WaitBegan { res: longest, op: WaitOp::Join }),
        (3_900, 0, K::WaitEnded { res: longest, how: WaitEnd::Woken }),
    ]);
    trace(meta, &events.collect::<Vec<_>>())
}

#[test]
fn no_part_that_the_cursor_is_not_in_stands_for_the_whole_run() {
    let (trace, replay) = three_parts();
    let said = |section, now| {
        section_summary(trace.meta(), &replay, Some(SectionId(section)), Nanos(now), trace.end())
    };
    // In the plain part neither pool has begun, later both are told together.
    let (words, of, _) = said(0, 500);
    assert!(of.is_none() && words.starts_with("the end of worker"), "{words}");
    let (words, of, so_far) = said(0, 2_400);
    let both =
        "2 pools: 1 of 2 tasks ended · on average waited 100 ns, took 200 ns · longest 200 ns";
    assert_eq!((words.as_str(), of, so_far), (both, None, true));
    let (words, of, _) = said(1, 1_900);
    assert_eq!(of, Some(SectionId(1)));
    assert!(words.starts_with("pool: 1 task ended"), "{words}");
}

#[test]
fn nothing_is_said_of_a_part_before_it_has_begun() {
    let (trace, replay) = three_parts();
    let (words, ..) = section_summary(trace.meta(), &replay, None, Nanos(50), trace.end());
    assert!(!words.contains("trial"), "{words}");
}

/// Two threads that read and write one variable, each with a lock of its own, or with none.
fn two_writers(locked: bool) -> (Trace, Replay) {
    let mut resources = vec![Resource::new("tail", ResourceKind::Value)];
    if locked {
        resources.push(Resource::new("lock of adder", ResourceKind::Lock));
        resources.push(Resource::new("lock of remover", ResourceKind::Lock));
    }
    resources.push(Resource::end_of(ActorId(1)));
    let join = ResourceId(if locked { 3 } else { 1 });
    let mut events: Vec<(u64, u16, K)> = vec![(0, 1, STARTED), (0, 2, STARTED)];
    if locked {
        events.extend([1, 2].map(|who| (5, who, K::Acquired { res: ResourceId(who) })));
    }
    let (res, item) = (ResourceId(0), Item::int(0));
    events.extend([1, 2].map(|who| (10, who, K::ValueRead { res, version: 0, value: item })));
    let write = |version| K::ValueChanged { res, version, old: item, new: item };
    events.extend([(20, 1, write(1)), (30, 2, write(2))]);
    if locked {
        events.extend([1, 2].map(|who| (45, who, K::Released { res: ResourceId(who) })));
    }
    events.push((50, 0, K::WaitBegan { res: join, op: WaitOp::Join }));
    events.push((90, 0, K::WaitEnded { res: join, how: WaitEnd::Woken }));
    trace(Meta { resources, ..threads() }, &events)
}

#[test]
fn unseen_overwrites_are_more_than_a_wait_for_an_end() {
    let (trace, replay) = two_writers(false);
    for (now, expected) in [(25, "no unseen overwrite"), (60, "1 unseen overwrite")] {
        let said = section_summary(trace.meta(), &replay, None, Nanos(now), trace.end());
        assert_eq!(said, (expected.to_owned(), None, now == 25));
    }
}

#[test]
fn of_two_locks_that_nobody_waited_for_both_are_named() {
    let (trace, replay) = two_writers(true);
    let said = run_summary(trace.meta(), &replay, trace.end());
    let held = "lock of adder: held 100 %, lock of remover: held 100 % of the time in use";
    assert_eq!(said, format!("{held} · nobody waited · 1 unseen overwrite"));
}

#[test]
fn the_mark_of_a_failure_at_the_very_end_is_no_sliver() {
    let failed = K::Ended(End::Error(TextId(0)));
    let meta = Meta { texts: vec!["KeyError".to_owned()], ..threads() };
    let (trace, replay) = trace(meta, &[(0, 1, STARTED), (1_000, 1, failed)]);
    let layout = lay_out(&trace, &replay);
    let is_failed = |look: &Look<Phase>| matches!(look, Look::One { class: Phase::Failed, .. });
    let mark = bars(&layout, 1).phases.iter().find(|piece| is_failed(&piece.look)).unwrap();
    assert!(mark.right - mark.left >= 10.0, "{mark:?}");
}
