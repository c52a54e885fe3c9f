//! Many results, many workers, and what is said of them alike.

use super::*;

/// Of many results each cell says whose it is, and of those under way that there is none yet.
#[test]
fn many_results_are_told_from_tasks_under_way_and_one_worker_from_another() {
    for (tasks, begun, striped) in [(1_000, 500, false), (250, 120, true)] {
        let moment = flow(pool("pool", 4, tasks), 4, tasks, begun, 20).now(60_000);
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(900.0, 300.0));
        moment.with_fonts(|at| {
            let picture = layout(at, Size::Full, area);
            let grids: Vec<_> = (picture.marks.iter())
                .filter_map(|mark| match mark {
                    Mark::Grid { colours, size, .. } => Some((colours, size)),
                    _ => None,
                })
                .collect();
            let (cells, size) = grids[0];
            assert_eq!(size.y >= 9.0, striped, "{size:?}");
            let under_way = cells.iter().filter(|cell| cell.a() == 0).count();
            assert_eq!(under_way, 4, "of {tasks}");
            let outlined = picture.marks.iter().filter(|mark| {
                matches!(mark, Mark::Box { rect, dashed, .. } if rect.size() == *size && *dashed == striped)
            });
            assert_eq!(outlined.count(), 4, "of {tasks}");
            let by = grids.last().unwrap().0;
            assert_eq!(grids.len(), if striped { 2 } else { 1 });
            for worker in 1..=4 {
                let ground = at.look.actors.colours(ActorId(worker)).ground;
                assert_eq!(by[usize::from(worker) - 1], ground, "of {tasks}");
            }
        });
    }
}

/// Of more workers than there are colours a result says nothing by its own.
#[test]
fn results_of_more_workers_than_colours_are_of_one_colour() {
    let moment = flow(pool("pool", 40, 1_000), 40, 1_000, 500, 20).now(60_000);
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(900.0, 300.0));
    moment.with_fonts(|at| {
        let picture = layout(at, Size::Full, area);
        let cells = picture.marks.iter().find_map(|mark| match mark {
            Mark::Grid { colours, .. } => Some(colours),
            _ => None,
        });
        let done = &cells.unwrap()[..400];
        assert!(done.iter().all(|cell| cell == &done[0]));
    });
}

/// A task that sleeps twice is not over with its first sleep, once its end is known.
#[test]
fn a_bar_is_of_the_whole_task_where_its_end_is_known() {
    let first = pool("pool", 1, 1).event(10, 1, began(0)).event(
        10,
        1,
        K::SleepBegan { planned: Nanos::from_micros(100) },
    );
    let part = |moment: Moment| {
        let mut part = None;
        moment.now(110).with_fonts(|at| {
            let working = at.look.state.actor(ActorId(1)).unwrap().task.unwrap();
            part = task::Inside::of(&at.look, ActorId(1), working).part;
        });
        part.unwrap()
    };
    assert_eq!(part(first.clone()), 1.0, "nobody knows more");
    let second = first
        .event(111, 1, K::SleepEnded)
        .event(111, 1, K::SleepBegan { planned: Nanos::from_micros(100) })
        .event(211, 1, K::SleepEnded)
        .event(211, 1, finished(0));
    assert!((part(second) - 0.5).abs() < 0.01, "half of it is over");
}

/// Where there is room for its workers, they are in a line sooner than that there is none of something.
#[test]
fn a_line_has_the_workers_of_its_pool() {
    let moment = flow(pool("pool", 4, 10), 4, 10, 4, 40).now(20);
    moment.with_fonts(|at| {
        let shown = (100..500).map(|width| {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width as f32, 26.0));
            let picture = layout(at, Size::Line, area);
            let tiles = picture.marks.iter().filter(|mark| matches!(mark, Mark::Tile { .. }));
            (tiles.count(), picture.texts().any(|text| text == "6 waiting \u{b7} 4 under way"))
        });
        assert!(shown.into_iter().any(|shown| shown == (4, true)));
    });
}

/// A pool is called as what makes one in Python.
#[test]
fn an_executor_is_no_multiprocessing_pool() {
    for (is_executor, expected) in [(false, "Pool(4)"), (true, "ProcessPoolExecutor(4)")] {
        let moment =
            pool("pool", 4, 0).named(|meta| meta.resources[0].is_executor = is_executor).now(0);
        moment.with_fonts(|at| {
            assert_eq!(resource::constructor(at), expected);
        });
    }
}

/// Whoever has failed has one sign of that.
#[test]
fn a_failure_is_marked_once() {
    let moment = pool("pool", 1, 0).event(10, 1, K::Ended(End::Killed(9))).now(20);
    moment.with_fonts(|at| {
        for size in [BoxSize::Full, BoxSize::Line] {
            let area = Rect::from_min_size(pos2(0.0, 0.0), size.most());
            let marks = actor_box::layout(&at.look, ActorId(1), size, area).marks;
            let signs = marks.iter().filter(|mark| {
                matches!(
                    mark,
                    Mark::Badge { crossed: true, .. } | Mark::Phase { phase: Phase::Failed, .. }
                )
            });
            assert_eq!(signs.count(), 1, "{size:?}: {marks:#?}");
        }
    });
}

/// What is said of one worker is said of all beside it: not "1 done" of one alone because its name is a letter shorter.
#[test]
fn workers_beside_each_other_say_as_much() {
    let moment = flow(pool("pool", 10, 10), 10, 10, 0, 40).now(20);
    moment.with_fonts(|at| {
        for width in (560..1100).step_by(3) {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width as f32, 700.0));
            let picture = layout(at, Size::Full, area);
            let count = |is: &dyn Fn(&str) -> bool| picture.texts().filter(|text| is(text)).count();
            let names = count(&|text| text.starts_with("worker "));
            let ids = count(&|text| text.starts_with("PID "));
            let done = count(&|text| text.ends_with(" done") && !text.contains("waiting"));
            for said in [names, ids, done] {
                assert!([0, 10].contains(&said), "{width}: {names} {ids} {done}");
            }
        }
    });
}

/// Times stand above all bars, or above none.
#[test]
fn bars_of_tasks_have_times_or_none_has() {
    let mut moment = pool("pool", 1, 6);
    for (task, at) in [10, 20, 30, 60, 200, 900].into_iter().enumerate() {
        let task = task as u32;
        moment = moment.event(at, 1, began(task)).event(at + 5, 1, finished(task));
    }
    moment.now(1000).with_fonts(|at| {
        let tasks = at.look.replay.tasks().of(R).unwrap();
        let mut seen = [0, 0];
        for width in 300..700 {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width as f32, 200.0));
            let picture = orders::layout(&at.look, tasks, at.look.now, area);
            let is_time = |text: &&str| text.ends_with(" µs") || text.ends_with(" ms");
            let times = picture.texts().filter(is_time).count();
            // Where there are none, the longest says how high the bars are.
            assert!([1, 6].contains(&times), "{width}: {times}");
            seen[usize::from(times == 6)] += 1;
        }
        assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
    });
}
