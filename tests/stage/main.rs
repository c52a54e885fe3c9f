//! The stage of traces that no topic made: everything has a place, nothing covers anything else, at every size.
#![allow(clippy::unwrap_used)]

#[path = "../common/odd_names.rs"]
mod odd_names;
mod quiet;
mod traces;
mod wait_set;

use concurrency_lab::replay::{Circle, Replay, Scene, State};
use concurrency_lab::trace::{ActorId, Batch, Meta, Nanos, ResourceId, Trace};
use concurrency_lab::widgets::actors::Actors;
use concurrency_lab::widgets::picture::Mark;
use concurrency_lab::widgets::resource::Look;
use concurrency_lab::widgets::scene::actor_box::{self, BoxSize};
use concurrency_lab::widgets::scene::arrange::{Arranged, arrange};
use concurrency_lab::widgets::scene::facts::facts;
use concurrency_lab::widgets::scene::ring;
use concurrency_lab::widgets::scene::ties::ties;
use concurrency_lab::widgets::text::{Measure, RoughMeasure};
use concurrency_lab::widgets::theme::Theme;
use egui::{Pos2, Rect, pos2, vec2};
use odd_names::{ODD, is_cut};

/// Stages of windows from 1024×640 to 2560×1440, and some that are too small for anything.
const SIZES: [(f32, f32); 7] = [
    (520.0, 250.0),
    (830.0, 330.0),
    (1000.0, 480.0),
    (1940.0, 760.0),
    (300.0, 600.0),
    (200.0, 60.0),
    (40.0, 20.0),
];

fn at(trace: &Trace, t: Nanos, area: Rect) -> (Scene, Arranged) {
    placed(trace, t, area, false)
}

/// With or without a place of its own for words.
fn placed(trace: &Trace, t: Nanos, area: Rect, words: bool) -> (Scene, Arranged) {
    let replay = Replay::new(trace);
    let state = replay.at(trace, t);
    let scene = Scene::at(trace.meta(), &state);
    let theme = Theme::light();
    let actors = Actors::new(&theme, trace.meta());
    let look = look(trace.meta(), &replay, &state, t, &actors, &theme);
    let arranged = arrange(&look, &scene, area, &[], words);
    (scene, arranged)
}

fn look<'a>(
    meta: &'a Meta,
    replay: &'a Replay,
    state: &'a State,
    now: Nanos,
    actors: &'a Actors<'a>,
    theme: &'a Theme,
) -> Look<'a> {
    let measure = &RoughMeasure;
    Look { meta, state, replay, now, motion: Nanos(1000), actors, theme, measure, headed: false }
}

fn instants(trace: &Trace) -> [Nanos; 4] {
    let end = trace.end().0;
    [0, end / 3, end / 2, end].map(Nanos)
}

#[test]
fn everything_stays_inside_and_nothing_overlaps() {
    for (title, trace) in traces::all() {
        for (width, height) in SIZES {
            let area = Rect::from_min_size(pos2(24.0, 100.0), vec2(width, height));
            for t in instants(&trace) {
                let (_, arranged) = at(&trace, t, area);
                let inside = area.expand(2.0);
                for mark in &arranged.picture.marks {
                    let mut one = concurrency_lab::widgets::picture::Picture::default();
                    one.marks.push(mark.clone());
                    let bounds = one.bounds();
                    let fits = !bounds.is_positive() || inside.contains_rect(bounds);
                    assert!(fits, "{title} at {t} in {width}×{height}: {mark:?}");
                }
                let rects = arranged.actors.iter().map(|(_, rect)| *rect);
                let rects: Vec<Rect> =
                    rects.chain(arranged.resources.iter().map(|(_, rect)| *rect)).collect();
                for (i, a) in rects.iter().enumerate() {
                    for b in &rects[..i] {
                        let over = a.shrink(1.0).intersect(b.shrink(1.0)).is_positive();
                        assert!(!over, "{title} at {t} in {width}×{height}: {a:?} and {b:?}");
                    }
                }
                if let Some(words) = arranged.words {
                    // Beside all of it, or at a free place in one.
                    let free =
                        |r: &Rect| !r.shrink(1.0).intersects(words) || r.contains_rect(words);
                    assert!(rects.iter().all(free), "{title} at {t} in {width}×{height}");
                    for mark in &arranged.picture.marks {
                        let mut one = concurrency_lab::widgets::picture::Picture::default();
                        one.marks.push(mark.clone());
                        let bounds = one.bounds().shrink(1.0);
                        let frames = bounds.contains_rect(words.shrink(2.0));
                        assert!(frames || !bounds.intersects(words), "{title}: {mark:?}");
                    }
                }
            }
        }
    }
}

/// What everybody uses stands beside badges where no room is left below them.
#[test]
fn a_lock_is_seen_in_a_low_section() {
    let area = Rect::from_min_size(pos2(24.0, 100.0), vec2(496.0, 68.0));
    let trace = traces::sections(2);
    let (_, arranged) = at(&trace, trace.end(), area);
    assert_eq!((arranged.actors.len(), arranged.resources.len()), (6, 2));
}

/// A pool beside something else is shown in full where both have room.
#[test]
fn a_pool_beside_another_resource_is_shown_in_full() {
    let area = Rect::from_min_size(pos2(24.0, 100.0), vec2(824.0, 140.0));
    let trace = traces::pool_and_event();
    let (_, arranged) = at(&trace, trace.end(), area);
    assert_eq!((arranged.resources.len(), arranged.full), (2, 2));
}

/// In however little room: a name is said, or not said.
#[test]
fn no_name_is_cut_within() {
    let mut said = 0;
    for (title, trace) in traces::all() {
        let mut meta = trace.meta().clone();
        let actors = meta.actors.iter_mut().map(|actor| &mut actor.name);
        let resources = meta.resources.iter_mut().map(|resource| &mut resource.name);
        let sections = meta.sections.iter_mut().map(|section| &mut section.name);
        for (place, name) in actors.chain(resources).chain(sections).enumerate() {
            *name = format!("{ODD} {place}");
        }
        let mut odd = Trace::new(meta);
        odd.apply(Batch { events: trace.events().to_vec(), ..Batch::default() });
        for (width, height) in SIZES {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
            for t in instants(&odd) {
                let (_, arranged) = at(&odd, t, area);
                for text in arranged.picture.texts() {
                    assert!(!is_cut(text), "{title} at {t} in {width}×{height}: {text}");
                    said += usize::from(text.contains(ODD));
                }
            }
        }
    }
    assert!(said > 1000, "names are said: {said} times");
}

#[test]
fn a_wait_is_said_in_as_many_words_as_have_room() {
    let mut said = 0;
    for (title, trace) in traces::all() {
        let replay = Replay::new(&trace);
        for step in 0..10 {
            let t = Nanos(trace.end().0 * step / 10);
            let state = replay.at(&trace, t);
            let theme = Theme::light();
            let actors = Actors::new(&theme, trace.meta());
            let look = look(trace.meta(), &replay, &state, t, &actors, &theme);
            let is_waiting =
                |id: &ActorId| state.actor(*id).is_some_and(|who| who.waiting.is_some());
            for id in (0..trace.meta().actors.len() as u16).map(ActorId).filter(is_waiting) {
                for more in [0.0, 20.0, 60.0, 130.0] {
                    let size = BoxSize::Full.least() + vec2(more, 0.0);
                    let rect = Rect::from_min_size(pos2(0.0, 0.0), size);
                    for mark in actor_box::layout(&look, id, BoxSize::Full, rect).marks {
                        let Mark::Text { rect, text, font, .. } = mark else { continue };
                        if text.starts_with("waits") {
                            let fits = RoughMeasure.width(&text, &font) <= rect.width() + 0.5;
                            assert!(fits, "{title} at {t}, {more} more: {text}");
                            said += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(said > 100, "waits are said: {said} times");
}

#[test]
fn a_large_stage_has_a_place_for_everything_in_the_scene() {
    for (title, trace) in traces::all() {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(1940.0, 760.0));
        for t in instants(&trace) {
            let (scene, arranged) = at(&trace, t, area);
            let spots: Vec<_> = arranged.picture.spots.iter().map(|spot| spot.does).collect();
            let is_there = |selection| {
                spots.contains(&concurrency_lab::widgets::picture::Does::Select(selection))
            };
            use concurrency_lab::widgets::selection::Selection;
            for id in scene.resources() {
                assert!(is_there(Selection::Resource(id)), "{title} at {t}: {id:?}");
            }
            let threads = scene.sections.iter().flat_map(|section| &section.processes);
            for id in threads.flat_map(|process| process.threads.iter().chain(&process.process)) {
                let actor = trace.meta().actor(*id).unwrap();
                // The program's own frame is named by its heading; a pool shows workers once they are asked for.
                let started = trace.events().iter().any(|e| e.actor == *id && e.at <= t);
                let plain = actor.parent.is_some() && (actor.pool.is_none() || started);
                assert!(!plain || is_there(Selection::Actor(*id)), "{title} at {t}: {id:?}");
            }
        }
    }
}

#[test]
fn boxes_do_not_move_while_the_same_actors_and_resources_are_there() {
    for (title, trace) in traces::all() {
        for (width, height) in [(1000.0, 480.0), (520.0, 250.0), (1940.0, 760.0)] {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
            let mut before: Option<(Scene, Arranged)> = None;
            for step in 0..=20 {
                let t = Nanos(trace.end().0 * step / 20);
                let (scene, arranged) = at(&trace, t, area);
                if let Some((earlier, was)) = &before
                    && structure(earlier) == structure(&scene)
                {
                    assert_eq!(was.actors, arranged.actors, "{title} at {t}");
                    assert_eq!(was.resources, arranged.resources, "{title} at {t}");
                    assert_eq!(was.growth, arranged.growth, "{title} at {t}");
                }
                before = Some((scene, arranged));
            }
        }
    }
}

#[test]
fn a_scene_grows_with_its_stage_and_stays_as_it_is_in_a_small_one() {
    for (title, trace) in traces::all() {
        let t = Nanos(trace.end().0 / 2);
        let of = |width: f32, height: f32| {
            at(&trace, t, Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height))).1
        };
        let growth = |width: f32, height: f32| of(width, height).growth;
        assert_eq!(growth(40.0, 20.0), 1.0, "{title}");
        // Boxes alone say no more when they are large.
        let alone = of(5000.0, 4000.0).resources.is_empty();
        assert!(alone || growth(5000.0, 4000.0) > 1.0, "{title}: {}", growth(5000.0, 4000.0));
        assert!(growth(50_000.0, 40_000.0) < 2.0, "{title}");
    }
}

#[test]
fn a_part_of_the_run_is_named_once_after_those_it_is_a_part_of() {
    let trace = traces::pools_in_turn();
    for (width, wanted) in [(700.0, "pool of 4, trial 2"), (100.0, "trial 2")] {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, 400.0));
        let (_, arranged) = at(&trace, trace.end(), area);
        let said = arranged.picture.marks.iter().filter_map(|mark| match mark {
            Mark::Text { text, .. } if text.contains("trial") => Some(text.as_str()),
            _ => None,
        });
        assert_eq!(said.collect::<Vec<_>>(), [wanted], "{width}");
    }
}

#[test]
fn facts_of_one_name_say_of_which_part_of_the_run_they_are() {
    let (trace, theme) = (traces::all().swap_remove(9).1, Theme::light());
    let (replay, actors) = (Replay::new(&trace), Actors::new(&theme, trace.meta()));
    let look = Look {
        meta: trace.meta(),
        state: replay.latest(),
        replay: &replay,
        now: trace.end(),
        motion: Nanos::ZERO,
        actors: &actors,
        theme: &theme,
        measure: &RoughMeasure,
        headed: false,
    };
    let names = facts(&look).into_iter().map(|(name, _)| name);
    assert_eq!(names.collect::<Vec<_>>(), ["guard, way 0", "guard, way 1"]);
}

/// In a small stage a common start, at which somebody waited, gives way to the value that the run is about.
#[test]
fn what_stands_aside_takes_no_room_from_the_rest() {
    let width = |trace: &Trace, name: &str| {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(430.0, 150.0));
        let (_, arranged) = at(trace, trace.end(), area);
        let named = |(id, _): &&(ResourceId, Rect)| trace.meta().resource_name(*id) == name;
        let found = arranged.resources.iter().find(named).unwrap();
        found.1.width()
    };
    let (aside, main) = (traces::common_start(true), traces::common_start(false));
    assert!(width(&aside, "start") < width(&main, "start"));
    assert!(width(&aside, "tail") > width(&aside, "start"));
    assert!(width(&aside, "tail") >= width(&main, "tail"));
}

#[test]
fn a_common_start_in_full_has_no_row_for_itself() {
    let trace = traces::common_start(true);
    let resources = &trace.meta().resources;
    let mut lines = 0;
    for width in (400..=1000).step_by(10) {
        for height in [250.0, 330.0, 420.0] {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width as f32, height));
            let (_, arranged) = at(&trace, trace.end(), area);
            let is_start = |id: &ResourceId| resources[id.index()].is_aside;
            let (starts, others): (Vec<_>, Vec<_>) =
                arranged.resources.iter().partition(|(id, _)| is_start(id));
            let (_, start) = starts[0];
            let beside = |rect: &Rect| rect.y_range().intersection(start.y_range()).span() > 0.0;
            let is_high = start.height() > 60.0 * arranged.growth;
            assert!(!is_high || others.iter().any(|(_, rect)| beside(rect)), "{width}×{height}");
            lines += usize::from(!is_high);
        }
    }
    assert!(lines > 0, "there is less room in some");
}

/// Threads stand inside their process, where it is known and has room, and lines lead from them to what they hold and wait for.
#[test]
fn the_only_process_is_a_frame_around_its_threads() {
    let trace = traces::one_process();
    let now = trace.end();
    let arranged = |width: f32, height: f32| {
        at(&trace, now, Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height))).1
    };
    let says_pid = |arranged: &Arranged| arranged.picture.texts().any(|text| text == "PID 1000");
    assert!(says_pid(&arranged(1000.0, 480.0)));
    assert!(!says_pid(&arranged(520.0, 150.0)), "not at the cost of what is in it");
    let (scene, arranged) =
        at(&trace, now, Rect::from_min_size(pos2(0.0, 0.0), vec2(1000.0, 480.0)));
    let inside = arranged.actors.iter().map(|(_, rect)| *rect);
    let inside: Vec<Rect> =
        inside.chain(arranged.resources.iter().map(|(_, rect)| *rect)).collect();
    let frames = arranged.picture.marks.iter().filter(|mark| match mark {
        Mark::Box { rect, .. } => inside.iter().all(|one| rect.contains_rect(*one)),
        _ => false,
    });
    assert_eq!(frames.count(), 1);
    let lines = lines(&trace, now, &scene, &arranged);
    assert_eq!(lines.len(), 3);
    let heights: Vec<f32> = lines.iter().map(|points| points[3].y).collect();
    assert!(heights.windows(2).all(|two| two[1] - two[0] >= 5.0), "{heights:?}");
}

/// Names of boxes beside each other are in letters of one size, however long they are.
#[test]
fn names_beside_each_other_are_as_large() {
    let trace = traces::names();
    let mut seen = Vec::new();
    for width in 300..900 {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width as f32, 330.0));
        let (_, arranged) = at(&trace, trace.end(), area);
        let size = |mark: &Mark| match mark {
            Mark::Text { text, font, .. } if text == "adder" || text.starts_with("remover") => {
                Some(font.size)
            }
            _ => None,
        };
        let sizes: Vec<f32> = arranged.picture.marks.iter().filter_map(size).collect();
        assert!(sizes.windows(2).all(|two| two[0] == two[1]), "{width}: {sizes:?}");
        seen.extend(sizes.first().map(|size| (10.0 * size) as u32));
    }
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() > 1, "larger where all have room: {seen:?}");
}

/// The curves from actors to resources, which may go on straight.
fn lines(trace: &Trace, now: Nanos, scene: &Scene, arranged: &Arranged) -> Vec<[Pos2; 4]> {
    let replay = Replay::new(trace);
    let state = replay.at(trace, now);
    let theme = Theme::light();
    let actors = Actors::new(&theme, trace.meta());
    let look = Look {
        meta: trace.meta(),
        state: &state,
        replay: &replay,
        now,
        motion: Nanos(1000),
        actors: &actors,
        theme: &theme,
        measure: &RoughMeasure,
        headed: false,
    };
    let marks = ties(&look, scene, arranged).marks;
    let curve = |mark: Mark| match mark {
        Mark::Curve { points, .. } => Some(points),
        // A curve that goes on straight: its beginning, and the straight part.
        Mark::Line { points, .. } => match points[..] {
            [first, .., bend, last] => Some([first, first, bend, last]),
            _ => None,
        },
        _ => None,
    };
    marks.into_iter().filter_map(curve).collect()
}

/// Whoever waits for the results of a pool stands beside it; who only looks after its workers takes no room from them.
#[test]
fn who_only_looks_after_a_pool_has_no_box() {
    let trace = traces::watched_pool();
    for (width, height) in [(520.0, 250.0), (1000.0, 480.0)] {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
        let (_, arranged) = at(&trace, trace.end(), area);
        let names = arranged.actors.iter().map(|(id, _)| trace.meta().actor_name(*id));
        assert_eq!(names.collect::<Vec<_>>(), ["main"]);
        assert_eq!(arranged.resources.len(), 1);
    }
}

/// Words are about all sections, so they do not stand in what is the memory of a process of one of them.
#[test]
fn words_about_several_sections_stand_in_no_frame() {
    let trace = traces::two_memories();
    let mut said = 0;
    let sizes = SIZES.into_iter().chain([(795.0, 330.0), (900.0, 600.0)]);
    for ((width, height), own) in sizes.flat_map(|size| [(size, false), (size, true)]) {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
        let (_, arranged) = placed(&trace, trace.end(), area, own);
        let Some(words) = arranged.words else { continue };
        said += 1;
        let around = arranged.picture.marks.iter().find(|mark| match mark {
            Mark::Box { rect, .. } => rect.contains_rect(words.shrink(2.0)),
            _ => false,
        });
        assert!(around.is_none(), "{width}×{height}: {words:?} in {around:?}");
    }
    assert!(said > 1);
}

/// The way that a pool is stands above it once.
#[test]
fn a_section_and_its_pool_have_their_name_once() {
    let trace = traces::ways_in_turn();
    for (width, height) in [(1940.0, 760.0), (830.0, 330.0), (520.0, 250.0)] {
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
        let (_, arranged) = at(&trace, trace.end(), area);
        let names = arranged.picture.texts().filter(|text| **text == *"another way");
        assert_eq!(names.count(), 1, "{width}×{height}");
    }
}

fn structure(scene: &Scene) -> (Vec<ActorId>, Vec<ResourceId>) {
    (scene.actors().collect(), scene.resources().collect())
}

/// In a ring of waits it is said when it closed, and no name of a lock lies on the band.
#[test]
fn a_ring_says_when_it_closed_and_its_names_are_clear_of_it() {
    let theme = Theme::light();
    for (actors, (width, height)) in
        (2..=6).flat_map(|n| [(360.0, 200.0), (420.0, 280.0), (520.0, 400.0)].map(|size| (n, size)))
    {
        let trace = traces::circle(actors);
        let (replay, looks) = (Replay::new(&trace), Actors::new(&theme, trace.meta()));
        let state = replay.latest();
        let circle = Circle::at(trace.meta(), state).unwrap();
        let look = look(trace.meta(), &replay, state, trace.end(), &looks, &theme);
        let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, height));
        let picture = ring::layout(&look, &circle, area);
        let what = format!("{actors} in {area:?}");
        let band = picture.marks.iter().find_map(|mark| match mark {
            Mark::Dot { centre, radius, edge, .. } if edge.width > 5.0 => {
                Some((*centre, radius + 0.5 * edge.width))
            }
            _ => None,
        });
        let (centre, outer) = band.unwrap();
        let mut closed = 0;
        for mark in &picture.marks {
            let Mark::Text { rect, align, text, font, .. } = mark else { continue };
            let wide = RoughMeasure.width(text, font);
            if text.starts_with("closed at") {
                assert!(wide <= rect.width(), "{what}: {text} is cut");
                closed += 1;
            } else if text.starts_with("fork") {
                let size = vec2(wide, font.size);
                let words = align.align_size_within_rect(size, *rect);
                let apart = words.distance_to_pos(centre);
                assert!(apart >= outer - 1.0, "{what}: {text} is on the band: {apart} < {outer}");
            }
        }
        assert_eq!(closed, 1, "{what}");
    }
}
