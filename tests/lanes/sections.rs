//! Parts of a run: their headings, their rows, and what is said of the one at the cursor.

use super::*;

#[test]
fn sections_have_headings_and_many_in_turn_share_rows() {
    let two = [Section::new("with the lock", 0), Section::new("without", 1)];
    let section = |i| Some(SectionId(i));
    let thread = |i| Actor::thread("adder", "A").started_by(MAIN).in_section(section(i));
    let lock = |i| Resource::new("lock", ResourceKind::Lock).in_section(section(i));
    let meta = Meta {
        sections: two.to_vec(),
        actors: vec![Actor::thread("main", "M"), thread(0), thread(1)],
        resources: vec![lock(0), lock(1)],
        ..Meta::default()
    };
    let actor = |id| Line::Actor(ActorId(id), Under::Nobody);
    let [first, second] =
        [0, 1].map(|i| [Line::Section(SectionId(i)), actor(i + 1), Line::Resource(ResourceId(i))]);
    let expected: Vec<_> = std::iter::once(actor(0)).chain(first).chain(second).collect();
    assert_eq!(Rows::of(&meta).lines, expected);

    let trials = (0..30).map(|i| Section::new(format!("trial {i}"), i).in_turn());
    let workers = (0..30).flat_map(|i| [thread(i), thread(i)]);
    let meta = Meta { sections: trials.collect(), actors: workers.collect(), ..Meta::default() };
    let lines = Rows::of(&meta).lines;
    let counts: Vec<_> = lines
        .iter()
        .map(|line| match line {
            Line::Place(place) => (place.number, place.actors.len()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(counts, [(1, 30), (2, 30)]);
}

prop_compose! {
    fn any_actor()(
        process in any::<bool>(), role in 0..4_usize, parent in prop::option::of(0..12_u16),
        replaces in prop::option::of(0..12_u16), section in prop::option::of(0..9_u16),
    ) -> Actor {
        let actor = if process { Actor::process("p", "P") } else { Actor::thread("t", "T") };
        Actor {
            parent: parent.map(ActorId),
            replaces: replaces.map(ActorId),
            section: section.map(SectionId),
            role: [Role::Work, Role::Main, Role::Helper, Role::User][role],
            ..actor
        }
    }
}

proptest! {
    #[test]
    fn every_actor_and_resource_has_one_row_whatever_the_trace_says(
        actors in prop::collection::vec(any_actor(), 0..12),
        sections in prop::collection::vec((prop::option::of(0..9_u16), any::<bool>()), 0..8),
    ) {
        let sections = sections.into_iter().map(|(within, begins)| Section {
            within: within.map(SectionId),
            begins,
            ..Section::default()
        });
        let resources = vec![Resource::new("lock", ResourceKind::Lock)];
        let meta = Meta { actors, sections: sections.collect(), resources, ..Meta::default() };
        let (mut actors, mut resources) = (Vec::new(), Vec::new());
        for line in Rows::of(&meta).lines {
            match line {
                Line::Actor(id, _) => actors.push(id.index()),
                Line::Place(place) => actors.extend(place.actors.iter().map(|id| id.index())),
                Line::Resource(id) => resources.push(id),
                Line::Section(_) => {}
            }
        }
        actors.sort_unstable();
        prop_assert_eq!(actors, (0..meta.actors.len()).collect::<Vec<_>>());
        prop_assert_eq!(resources, [LOCK]);
    }

    #[test]
    fn a_collision_is_marked_where_an_update_was_overwritten_unseen(
        steps in prop::collection::vec((1..4_u16, any::<bool>()), 1..60),
    ) {
        // Each actor reads and then writes, in any order between them.
        let (mut version, mut seen) = (0, [None; 4]);
        let (mut events, mut stale) = (Vec::new(), Vec::new());
        for (at, (actor, write)) in (0..).zip(steps) {
            let (res, item) = (LOCK, Item::int(0));
            let known = &mut seen[actor as usize];
            let kind = match known.take().filter(|_| write) {
                Some(read) => {
                    if read < version {
                        stale.push(at as usize);
                    }
                    version += 1;
                    K::ValueChanged { res, version, old: item, new: item }
                }
                None => {
                    *known = Some(version);
                    K::ValueRead { res, version, value: item }
                }
            };
            events.push((at, actor, kind));
        }
        let resources = vec![Resource::new("tail", ResourceKind::Value)];
        let (trace, replay) = trace(Meta { resources, ..threads() }, &events);
        let found: Vec<_> = replay.marks().all().iter().map(|mark| mark.event as usize).collect();
        prop_assert_eq!(&found, &stale);
        // An update may come back when who had seen it writes later; those that stay lost were overwritten at a mark.
        prop_assert!(lost_updates(&trace, LOCK).iter().all(|lost| found.contains(&lost.by.write)));
        prop_assert!(replay.marks().all().iter().all(|m| m.kind == MarkKind::Collision(LOCK)));
        // At each mark is said which update was lost by then: what comes later takes nothing back.
        let said = overwrites(&trace, LOCK);
        prop_assert_eq!(said.iter().map(|lost| lost.by.write).collect::<Vec<_>>(), stale);
        for lost in &said {
            prop_assert_eq!(lost.lost.write_version + 1, lost.by.write_version);
            prop_assert!(lost.by.read < lost.lost.write);
        }
    }
}

/// Main, and two ways in turn, each with a lock and so many threads; between them nothing is under way.
fn two_ways(threads: usize) -> (Trace, Replay) {
    let section = SectionId;
    let mut actors = vec![Actor::thread("main", "M").with_role(Role::Main)];
    for way in 0..2 {
        actors.extend((0..threads).map(|i| {
            let named = Actor::thread(format!("{way}.{i}"), "T").started_by(MAIN);
            named.in_section(Some(section(way)))
        }));
    }
    let lock =
        |way| Resource { section: Some(section(way)), ..Resource::new("lock", ResourceKind::Lock) };
    let meta = Meta {
        actors,
        resources: vec![lock(0), lock(1)],
        sections: vec![Section::new("one way", 0).in_turn(), Section::new("another", 1).in_turn()],
        ..Meta::default()
    };
    let mut events = Vec::new();
    for way in 0..2_u16 {
        let at = |t: u64| 1_000 * u64::from(way) + t;
        let who = 1 + way * threads as u16;
        let res = ResourceId(way);
        events.extend([
            (at(100), 0, K::SectionBegan { section: section(way) }),
            (at(200), who, K::Acquired { res }),
            (at(300 + 100 * u64::from(way)), who, K::Released { res }),
            (at(800), 0, K::SectionEnded { section: section(way) }),
        ]);
    }
    trace(meta, &events)
}

#[test]
fn an_instant_is_in_the_section_under_way_or_else_in_the_one_that_ended_last() {
    let (trace, replay) = two_ways(1);
    for (at, expected) in [
        (0, None),
        (100, Some(0)),
        (500, Some(0)),
        (900, Some(0)),
        (1_100, Some(1)),
        (5_000, Some(1)),
    ] {
        let state = replay.at(&trace, Nanos(at));
        let found = section_at(trace.meta(), &state).map(|section| section.0);
        assert_eq!(found, expected, "at {at}");
    }
}

#[test]
fn an_instant_after_a_part_is_in_the_last_of_what_that_is_made_of() {
    let inner = |number| {
        let trial = Section::new(format!("trial {number}"), number).in_turn();
        Section { within: Some(SectionId(0)), ..trial }
    };
    let meta = Meta {
        actors: vec![Actor::thread("main", "M").with_role(Role::Main)],
        sections: vec![Section::new("pool of 4", 0).in_turn(), inner(1), inner(2)],
        ..Meta::default()
    };
    let began = |at, section| (at, 0, K::SectionBegan { section: SectionId(section) });
    let ended = |at, section| (at, 0, K::SectionEnded { section: SectionId(section) });
    let events =
        [began(0, 0), began(10, 1), ended(20, 1), began(30, 2), ended(40, 2), ended(50, 0)];
    let (trace, replay) = trace(meta, &events);
    for (at, expected) in [(5, 0), (15, 1), (25, 1), (35, 2), (45, 2), (60, 2)] {
        let state = replay.at(&trace, Nanos(at));
        let found = section_at(trace.meta(), &state);
        assert_eq!(found, Some(SectionId(expected)), "at {at}");
    }
}

#[test]
fn the_lanes_of_the_section_at_the_cursor_are_in_view_and_none_is_cut() {
    let (trace, replay) = two_ways(8);
    let shown = |height, section| {
        let layout = lay_out_in(&trace, &replay, height, section);
        let whole = layout.plot.expand(0.6);
        assert!(layout.rows.iter().all(|row| whole.contains_rect(row.rect)), "{height}");
        assert!(!matches!(layout.rows.last().unwrap().kind, RowKind::Section(_)), "{height}");
        layout.rows.iter().map(|row| row.kind).collect::<Vec<_>>()
    };
    let heading = RowKind::Section(SectionId(1));
    let last = RowKind::Owner(ResourceId(1));
    for height in [120.0, 200.0, 240.0] {
        let at_first = shown(height, Some(SectionId(0)));
        assert_eq!(at_first[0], RowKind::Actor(MAIN));
        assert!(!at_first.contains(&heading), "{height}");
        // All of it, or from its heading on.
        let at_second = shown(height, Some(SectionId(1)));
        let all = at_second.contains(&heading) && at_second.contains(&last);
        assert!(all || at_second[0] == heading, "{height}: {at_second:?}");
    }
    // Where all are in view nothing moves.
    assert_eq!(shown(2000.0, Some(SectionId(1))), shown(2000.0, None));
}

#[test]
fn the_line_below_the_lanes_is_of_the_section_at_the_cursor() {
    let (trace, replay) = two_ways(1);
    let of = |section| {
        let (said, of, _) =
            section_summary(trace.meta(), &replay, section, trace.end(), trace.end());
        (said, of)
    };
    for (section, held) in [(0, "mean hold 100 ns"), (1, "mean hold 200 ns")] {
        let (said, of) = of(Some(SectionId(section)));
        assert_eq!(of, Some(SectionId(section)));
        assert!(said.starts_with("lock: held") && said.ends_with(held), "{said}");
    }
    let (said, of) = of(None);
    assert!(of.is_none() && said.starts_with("lock (another): held"), "{said}");
}

#[test]
fn the_line_below_the_lanes_says_of_tasks_what_has_become_of_them_so_far() {
    let pool = ResourceId(0);
    let worker = Actor::process("worker", "W").started_by(MAIN).worker_of(pool);
    let meta = Meta {
        actors: vec![Actor::thread("main", "M").with_role(Role::Main), worker],
        resources: vec![Resource::new("pool", ResourceKind::Pool).with_capacity(1)],
        ..Meta::default()
    };
    let task = |task| K::TaskStarted { res: pool, task: TaskId(task) };
    let done = |task| K::TaskFinished { res: pool, task: TaskId(task), item: Item::int(1) };
    let handed = |task| K::TaskSubmitted { res: pool, task: TaskId(task), item: Item::int(1) };
    let (trace, replay) = trace(
        meta,
        &[
            (10, 0, handed(0)),
            (10, 0, handed(1)),
            (20, 0, K::WaitBegan { res: pool, op: WaitOp::Result }),
            (110, 1, task(0)),
            (210, 1, done(0)),
            (310, 1, task(1)),
            (610, 1, done(1)),
            (620, 0, K::WaitEnded { res: pool, how: WaitEnd::Woken }),
        ],
    );
    for (now, expected, so_far) in [
        (
            5,
            "pool: 2 tasks ended · on average waited 200 ns, took 200 ns · longest 300 ns (task 1)",
            false,
        ),
        (50, "pool: 0 of 2 tasks ended", true),
        (
            250,
            "pool: 1 of 2 tasks ended · on average waited 100 ns, took 100 ns · longest 100 ns (task 0)",
            true,
        ),
        (
            620,
            "pool: 2 tasks ended · on average waited 200 ns, took 200 ns · longest 300 ns (task 1)",
            false,
        ),
    ] {
        let said = section_summary(trace.meta(), &replay, None, Nanos(now), trace.end());
        assert_eq!(said, (expected.to_owned(), None, so_far));
    }
}

#[test]
fn a_row_of_those_who_serve_says_who_they_are() {
    let helper = |i: u16| {
        let name = format!("pool supervisor {i}");
        Actor::thread(name, "PS").with_role(Role::Helper).started_by(MAIN)
    };
    let mut actors = vec![Actor::thread("main", "M").with_role(Role::Main)];
    actors.extend((1..=3).map(helper));
    let meta = Meta { actors, ..Meta::default() };
    let place = |actors: &[u16]| {
        let actors = actors.iter().copied().map(ActorId).collect();
        Place { number: 6, actors }.name(&meta)
    };
    assert_eq!(place(&[1, 2, 3]).to_string(), "pool supervisor · 3 threads in turn");
    assert_eq!(place(&[0]).to_string(), "place 6 · 1 thread");
    // Students choose names: what stands in one takes no part of it away.
    let odd = Actor::thread("in turn · one in one", "IT").with_role(Role::Helper);
    let meta = Meta { actors: vec![odd], ..Meta::default() };
    let name = Place { number: 1, actors: vec![ActorId(0)] }.name(&meta);
    assert_eq!([name.count(), name.place], ["1 thread", "in turn · one in one"]);
}
