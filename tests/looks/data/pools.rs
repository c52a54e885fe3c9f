//! Pools, and the tasks in them.

use super::*;
use concurrency_lab::widgets::resource::orders;
use concurrency_lab::widgets::task;

mod many;

/// A pool of worker processes that has been handed so many tasks.
fn pool(title: &'static str, workers: u16, tasks: u32) -> Moment {
    let pool = Resource::new("pool", ResourceKind::Pool).with_capacity(workers.into());
    let mut moment = Moment::new(title, "Pool()", &[]).with(pool).motion(40).named(|meta| {
        for worker in 1..=workers {
            let name = format!("worker {worker}");
            let actor = Actor::process(name, format!("W{worker}")).worker_of(R);
            meta.actors.push(actor.started_by(ActorId(0)));
        }
        meta.texts.push("ZeroDivisionError: division by zero".to_owned());
    });
    for worker in 1..=workers {
        moment = moment.event(1, worker, K::Started { os_id: 48_230 + u64::from(worker) });
    }
    for task in 0..tasks {
        let item = Item::int(task as i32);
        moment = moment.event(5, 0, K::TaskSubmitted { res: R, task: TaskId(task), item });
    }
    moment
}

fn began(task: u32) -> K {
    K::TaskStarted { res: R, task: TaskId(task) }
}

fn finished(task: u32) -> K {
    let item = Item::int((task * task) as i32);
    K::TaskFinished { res: R, task: TaskId(task), item }
}

/// Each task on the next worker that is free, one every ten microseconds, each taking `took` of them.
fn flow(mut moment: Moment, workers: u32, tasks: u32, begun: u32, took: u64) -> Moment {
    for task in 0..begun.min(tasks) {
        let worker = (1 + task % workers) as u16;
        let at = 10 + u64::from(task / workers) * (took + 4) * 10 + u64::from(task % workers);
        moment = moment.event(at, worker, began(task));
        if task + workers < begun {
            moment = moment.event(at + took * 10, worker, finished(task));
        }
    }
    moment
}

fn named(mut moment: Moment, title: &'static str) -> Moment {
    moment.title = title;
    moment
}

pub(super) fn pools() -> Vec<Moment> {
    let killed = |moment: Moment| {
        let replaced = moment.named(|meta| {
            let actor = Actor::process("worker 5", "W5").worker_of(R).started_by(ActorId(0));
            meta.actors.push(actor.replacing(Some(ActorId(3))));
        });
        replaced.event(1000, 3, K::Ended(End::Killed(9))).event(
            1001,
            0,
            K::TaskFailed { res: R, task: TaskId(6), error: TextId(0) },
        )
    };
    let ten = || flow(pool("pool: ten tasks", 4, 10), 4, 10, 8, 40);
    vec![
        ten()
            .event(470, 1, K::SleepBegan { planned: Nanos::from_micros(900) })
            .event(480, 2, K::Measured { what: Measure::OwnMemory, amount: 1_800_000 })
            .event(490, 0, K::TaskAssigned { res: R, task: TaskId(8), count: 1, to: ActorId(2) })
            .event(490, 0, waits(WaitOp::Result))
            .now(700)
            .says("worker 1")
            .says("PID 48231")
            .says("task 4")
            .says("task 9")
            .says("+1 sent")
            .says("1.8 MB · 1 done")
            .says("1 waiting · 1 sent ahead · 4 under way · 4 done"),
        named(killed(ten()), "pool: a kill").now(1010).says("killed by SIGKILL in task 6"),
        named(killed(ten()), "pool: a replacement")
            .event(1100, 5, K::Started { os_id: 48_240 })
            .event(1110, 5, waits(WaitOp::Task))
            .now(1200)
            .says("replaces W3")
            .says("idle")
            .says("2 waiting · 3 under way · 4 done · 1 failed"),
        pool("pool: before", 4, 0).now(0).says("not started").says("no tasks yet"),
        flow(pool("pool: on the way", 2, 6), 2, 6, 4, 20).now(255),
        flow(pool("pool: 12 workers", 12, 120), 12, 120, 80, 20).now(1300),
        flow(pool("pool: 64 workers", 64, 3_000), 64, 3_000, 1_000, 20)
            .event(3_780, 9, K::TaskFailed { res: R, task: TaskId(968), error: TextId(0) })
            .now(3_790),
    ]
}

/// What is drawn of a pool does not grow with its tasks, but for one mark that has them all.
#[test]
fn ten_thousand_tasks_are_one_mark() {
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(1200.0, 700.0));
    let moment = flow(pool("pool", 64, 10_000), 64, 10_000, 3_000, 20).now(11_100);
    moment.with_fonts(|at| {
        let picture = layout(at, Size::Full, area);
        let cells = picture.marks.iter().find_map(|mark| match mark {
            Mark::Grid { colours, .. } => Some(colours),
            _ => None,
        });
        assert_eq!(cells.unwrap().len(), 10_000);
        assert!(picture.marks.len() < 700, "{}", picture.marks.len());
        assert!(picture.spots.len() < 250, "{}", picture.spots.len());
    });
}

/// In a line as narrow as this it is not said that no task waits, but that some are done, and no word is cut.
#[test]
fn a_narrow_line_leaves_out_what_there_is_none_of() {
    let said = |moment: Moment, width: f32, expected: &str| {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, 26.0));
        moment.with_fonts(|at| {
            let marks = layout(at, Size::Line, area).marks;
            let says = |mark: &Mark| matches!(mark, Mark::Text { text, .. } if text == expected);
            assert!(marks.iter().any(says), "{expected} in {width}: {marks:#?}");
        });
    };
    let some = || flow(pool("pool", 2, 3), 2, 3, 3, 20).now(5_000);
    said(some(), 400.0, "0 waiting \u{b7} 2 under way \u{b7} 1 done");
    said(some(), 180.0, "2 under way \u{b7} 1 done");
    let full = || list("list", 13..17).event(10, 2, K::Acquired { res: GUARD });
    said(full().event(20, 2, inserted(4, 17)).now(30), 170.0, "4 items");
}

#[test]
fn a_pool_shows_its_workers_as_actors_and_its_results_to_be_read() {
    let moment = flow(pool("pool", 4, 10), 4, 10, 8, 40).now(700);
    moment.with_fonts(|at| {
        let picture = picture(at, Size::Full);
        for worker in 1..=4 {
            let does = Does::Select(Selection::Actor(ActorId(worker)));
            let spot = picture.spots.iter().find(|spot| spot.does == does).unwrap();
            let name =
                format!("worker {worker}, PID {}, task {} for ", 48_230 + worker, worker + 3);
            assert!(spot.name.starts_with(&name), "{}", spot.name);
        }
        let nines = picture.texts().filter(|text| **text == *"9").count();
        assert_eq!(nines, 2, "the number of the last task, and what came of task 3");
        let said = |text: &str| picture.spots.iter().any(|spot| spot.name == text);
        assert!(said("task 3, 3: 9 after 400 µs at worker 4 (PID 48234)"), "{:#?}", picture.spots);
    });
}

/// A task whose worker died and that was begun again: what became of the first attempt is not what became of it.
#[test]
fn a_task_that_is_begun_again_has_not_failed() {
    let submitted = K::TaskSubmitted { res: R, task: TaskId(0), item: Item::int(0) };
    let failed = K::TaskFailed { res: R, task: TaskId(0), error: TextId(0) };
    let moment = |now| {
        pool("pool", 2, 3)
            .event(10, 1, began(0))
            .event(20, 1, K::Ended(End::Killed(9)))
            .event(21, 0, failed)
            .event(40, 0, submitted)
            .event(50, 2, began(0))
            .event(90, 2, finished(0))
            .now(now)
    };
    for (now, said, cell) in [
        (30, "2 waiting · 0 under way · 0 done · 1 failed", "task 0, 0: failed"),
        (45, "3 waiting · 0 under way · 0 done · 1 begun again", "task 0, 0: has waited"),
        (60, "2 waiting · 1 under way · 0 done · 1 begun again", "task 0, 0: worker 2"),
        (95, "2 waiting · 0 under way · 1 done · 1 begun again", "task 0, 0: 0 after"),
    ] {
        moment(now).with_fonts(|at| {
            assert_eq!(sentence(at), said);
            let picture = picture(at, Size::Full);
            let found = picture.spots.iter().any(|spot| spot.name.starts_with(cell));
            assert!(found, "at {now}: {:#?}", picture.spots);
        });
    }
}

/// The rest of a chunk came to its worker with the chunk: nothing comes from the queue when its next task is begun.
#[test]
fn a_task_that_was_sent_ahead_comes_when_it_is_sent() {
    let ones = |is_sent: bool, now: u64| {
        let mut moment = pool("pool", 2, 2);
        if is_sent {
            let kind = K::TaskAssigned { res: R, task: TaskId(1), count: 1, to: ActorId(1) };
            moment = moment.event(8, 0, kind);
        }
        let moment = moment.event(10, 1, began(0)).event(400, 1, finished(0));
        let mut count = 0;
        moment.event(404, 1, began(1)).now(now).with_fonts(|at| {
            count = picture(at, Size::Full).texts().filter(|text| **text == *"1").count();
        });
        count
    };
    assert_eq!(ones(false, 460), ones(true, 460), "long after it was begun");
    assert_eq!(ones(false, 430), ones(true, 430) + 1, "a little after it was begun");
}

/// The strip at the foot of a task is of the task, not of the last of several sleeps in it, in the row of its worker as in
/// a box.
#[test]
fn the_strip_of_a_task_that_sleeps_again_goes_on() {
    let planned = Nanos::from_micros(200);
    let moment = pool("pool", 1, 1)
        .event(10, 1, began(0))
        .event(10, 1, K::SleepBegan { planned })
        .event(210, 1, K::SleepEnded)
        .event(210, 1, K::SleepBegan { planned });
    let parts = |now: u64| {
        let mut parts = Vec::new();
        moment.clone().now(now).with_fonts(|at| {
            let (ground, strip) = (at.look.theme.hairline, at.look.theme.phase(Phase::Sleeping));
            let room = Rect::from_min_size(pos2(0.0, 0.0), BoxSize::Full.most());
            let alone = actor_box::layout(&at.look, ActorId(1), BoxSize::Full, room);
            for marks in [picture(at, Size::Full).marks, alone.marks] {
                let wide = |colour| {
                    marks.iter().find_map(|mark| match mark {
                        Mark::Box { rect, fill, .. } if *fill == colour && rect.height() == 3.0 => {
                            Some(rect.width())
                        }
                        _ => None,
                    })
                };
                parts.push(wide(strip.mark).unwrap() / wide(ground).unwrap());
            }
        });
        parts
    };
    for (now, expected) in [(110, 0.5), (220, 0.525), (400, 0.975)] {
        let parts = parts(now);
        let near = |part: &f32| (part - expected).abs() < 0.02;
        assert!(parts.len() == 2 && parts.iter().all(near), "{now}: {parts:?}");
    }
}

/// Of a task that takes nobody knows how long no part is drawn, and nothing that looks like all of it.
#[test]
fn a_task_of_unknown_length_has_no_strip() {
    pool("pool", 1, 1).event(10, 1, began(0)).now(300).with_fonts(|at| {
        let colour = at.look.theme.phase(Phase::Running).base;
        let marks = picture(at, Size::Full).marks;
        let dots: Vec<f32> = marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Dot { centre, fill, .. } if *fill == colour => Some(centre.x),
                _ => None,
            })
            .collect();
        assert!(dots.len() >= 3 && dots.windows(2).all(|two| two[1] - two[0] > 8.0), "{dots:?}");
        let strip = |mark: &Mark| match mark {
            Mark::Box { rect, fill, .. } => *fill == colour && rect.height() < 6.0,
            Mark::Line { stroke, .. } => stroke.color == colour,
            _ => false,
        };
        assert!(!marks.iter().any(strip), "{marks:#?}");
    });
}

/// However narrow it is, a pool says sooner what has failed than what there is none of.
#[test]
fn a_narrow_pool_says_what_has_failed() {
    let failed = K::TaskFailed { res: R, task: TaskId(1), error: TextId(0) };
    let moment = pool("pool", 2, 2)
        .event(10, 1, began(0))
        .event(11, 2, began(1))
        .event(20, 1, finished(0))
        .event(30, 2, failed)
        .now(900);
    for (width, expected) in [
        (400.0, "0 waiting · 0 under way · 1 done · 1 failed"),
        (160.0, "1 done · 1 failed"),
        (70.0, "1 failed"),
    ] {
        moment.with_fonts(|at| {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, 150.0));
            let picture = layout(at, Size::Full, area);
            let said = picture.texts().any(|text| text == expected);
            assert!(said, "{width}: {:#?}", picture.texts().collect::<Vec<_>>());
        });
    }
}

/// Of a pool that starts one worker after another, and does not say in whose place, those have a row that are there, and
/// those that did not end as they should.
#[test]
fn workers_that_are_done_make_way() {
    let moment = pool("pool", 2, 2)
        .named(|meta| {
            for number in 3..=5 {
                let actor = Actor::process(format!("worker {number}"), format!("W{number}"));
                meta.actors.push(actor.worker_of(R).started_by(ActorId(0)));
            }
        })
        .event(50, 1, K::Ended(End::Normal))
        .event(51, 2, K::Ended(End::Killed(9)))
        .event(60, 3, K::Started { os_id: 3 })
        .event(61, 4, K::Started { os_id: 4 })
        .event(70, 3, K::Ended(End::Normal))
        .event(80, 5, K::Started { os_id: 5 });
    for (now, expected) in [(40, &[1, 2][..]), (65, &[2, 3, 4]), (75, &[2, 4]), (90, &[2, 4, 5])] {
        moment.clone().now(now).with_fonts(|at| {
            let picture = picture(at, Size::Full);
            let there = |worker: &u16| {
                let does = Does::Select(Selection::Actor(ActorId(*worker)));
                picture.spots.iter().any(|spot| spot.does == does)
            };
            let shown: Vec<u16> = (1..=5).filter(there).collect();
            assert_eq!(shown, expected, "at {now}");
        });
    }
}

/// That a way has not begun stands beside the dashed line of a low bar, not on it.
#[test]
fn no_words_stand_on_a_line() {
    for height in [24.0, 50.0, 64.0, 200.0] {
        pool("pool", 1, 1).now(9).with_fonts(|at| {
            let bars = [Bar { name: "one way".to_owned(), ..Bar::default() }];
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(380.0, height));
            let marks = bars::layout(&at.look, area, &bars, Nanos(1)).marks;
            let words = marks.iter().find_map(|mark| match mark {
                Mark::Text { rect, text, font, .. } if text == "not yet" => {
                    Some(rect.shrink2(vec2(0.0, 0.5 * (rect.height() - font.size - 2.0))))
                }
                _ => None,
            });
            let line = marks.iter().find_map(|mark| match mark {
                Mark::Box { rect, dashed: true, .. } => Some(*rect),
                _ => None,
            });
            let (words, line) = (words.unwrap(), line.unwrap());
            let beside = words.right() < line.left() || words.left() + 40.0 < line.left();
            assert!(line.contains_rect(words) || beside, "{height}: {words:?} on {line:?}");
        });
    }
}

/// What is on its way is not at its worker or among the results, too.
#[test]
fn a_task_is_shown_on_its_way_or_where_it_has_come_to() {
    let moment = |now| flow(pool("pool", 2, 8), 2, 8, 6, 20).now(now);
    let says = |now, said: &str| {
        let mut times = 0;
        moment(now).with_fonts(|at| {
            times = picture(at, Size::Full).texts().filter(|text| **text == *said).count();
        });
        times
    };
    // Tasks 2 and 3 end at 450 and 451, and a motion lasts 40.
    assert_eq!(says(460, "9"), 0, "the result of task 3 is on its way");
    assert_eq!(says(492, "9"), 1, "it has come");
    // Tasks 4 and 5 begin at 490 and 491.
    assert_eq!(says(495, "5.00 µs"), 0, "task 4 is on its way");
    assert_eq!(says(535, "45.0 µs"), 1, "it has come");
    // Of those that listen it is the end all the same.
    moment(460).with_fonts(|at| {
        let picture = picture(at, Size::Full);
        let said = |name: &str| picture.spots.iter().any(|spot| spot.name.contains(name));
        assert!(said("task 3, 3: 9 after 200 µs"), "{:#?}", picture.spots);
    });
}
