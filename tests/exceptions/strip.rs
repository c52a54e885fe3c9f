//! The strip of an exception's journey under the stage.

use super::topic;
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::trace::Nanos;
use concurrency_lab::widgets::actors::Actors;
use concurrency_lab::widgets::picture::Mark;
use concurrency_lab::widgets::resource::Look;
use concurrency_lab::widgets::scene::journey;
use concurrency_lab::widgets::stage::{RunStatus, StageView};
use concurrency_lab::widgets::text::{Measure, RoughMeasure};
use concurrency_lab::widgets::theme::Theme;
use egui::{Rect, pos2, vec2};

/// The texts of the strip at an instant, in the order they are laid out, with their rooms and the widths they take.
fn texts(finished: &Finished, now: Nanos, width: f32) -> Vec<(Rect, f32, String)> {
    let (trace, replay) = (&finished.trace, &finished.replay);
    let (meta, motion) = (trace.meta(), Nanos(1000));
    let theme = &Theme::light();
    let actors = &Actors::new(theme, meta);
    let (state, measure, headed) = (&replay.at(trace, now), &RoughMeasure, false);
    let look = Look { meta, state, replay, now, motion, actors, theme, measure, headed };
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width, 142.0));
    let marks = journey::layout(&look, area, None, trace.end()).marks;
    let texts = marks.into_iter().filter_map(|mark| match mark {
        Mark::Text { rect, text, font, .. } => {
            let takes = RoughMeasure.width(&text, &font);
            Some((rect, takes, text))
        }
        _ => None,
    });
    texts.collect()
}

fn at_end(finished: &Finished, width: f32) -> Vec<(Rect, f32, String)> {
    texts(finished, finished.trace.end(), width)
}

/// The title of the journey at the end of a run, the room it has and takes, and what stands beside it.
fn title(finished: &Finished, width: f32) -> (String, [f32; 2], Vec<String>) {
    let texts = at_end(finished, width);
    let (rect, takes, text) = &texts[0];
    let beside = texts[1..].iter().filter(|(of, ..)| of.center().y == rect.center().y);
    (text.clone(), [rect.width(), *takes], beside.map(|(.., text)| text.clone()).collect())
}

fn has(texts: &[(Rect, f32, String)], wanted: &str) -> bool {
    texts.iter().any(|(.., text)| text == wanted)
}

/// Two journeys stand in the order of their sections, whichever was raised first, each with the name of its section; and no
/// verb is cut.
pub fn journeys_stand_as_their_sections_do(finished: &Finished) {
    let texts = at_end(finished, 824.0);
    let titles = texts.iter().filter(|(.., text)| text.starts_with("Journey"));
    let titles: Vec<_> = titles.map(|(rect, _, text)| (rect.left(), text.as_str())).collect();
    let names = ["Journey, acquire … release: ", "Journey, with lock: "];
    assert_eq!(titles.len(), 2, "{titles:?}");
    assert!(titles[0].0 < titles[1].0, "{titles:?}");
    for ((_, title), name) in titles.iter().zip(names) {
        assert!(title.starts_with(name), "{titles:?}");
    }
    let verbs = texts.iter().filter(|(.., text)| text.starts_with("leaves"));
    let fit = verbs.map(|(rect, takes, text)| (*takes <= rect.width(), text)).collect::<Vec<_>>();
    assert!(!fit.is_empty() && fit.iter().all(|(fits, _)| *fits), "{fit:?}");
}

/// Of a task whose worker is gone, this worker is what was left behind, and not who learned of it; before, that nobody has.
pub fn the_worker_that_is_gone_is_told_of(finished: &Finished, how: &str) {
    assert!(has(&at_end(finished, 824.0), &format!("worker 3 {how}")), "{how}");
    let journey = &finished.replay.latest().journeys.kept[0];
    let raised = journey.stops[0].at;
    let before = texts(finished, Nanos(raised.0 - 1), 824.0);
    let said = "No exception so far: nobody has learned yet that task 2 is lost";
    assert!(has(&before, said), "{before:?}");
    let (title, text) = moment(finished, Nanos(raised.0 - 1));
    assert!(title.starts_with("Worker 3 ") && title.ends_with(" in task 2"), "{title}");
    assert!(text.starts_with("Worker 4 (PID ") && text.contains("took its place."), "{text}");
    let (title, _) = moment(finished, raised);
    assert!(!title.starts_with("Worker 3"), "{title}");
}

/// What is said at an instant; empty where that is nothing of this topic.
pub fn moment(finished: &Finished, now: Nanos) -> (String, String) {
    let (trace, replay) = (&finished.trace, &finished.replay);
    let view = StageView {
        trace,
        replay,
        state: &replay.at(trace, now),
        now,
        motion: Nanos::ZERO,
        status: &RunStatus::Running,
        outcome: None,
        findings: &[],
        ready: "",
        selection: Default::default(),
        choice: Default::default(),
        theme: &Theme::light(),
        memo: &Default::default(),
    };
    let moment = topic().stage().moment(&view).unwrap_or_default();
    (moment.title, moment.text)
}

/// Attempts that failed stand one after another, and after them what was printed then, which is not cut.
pub fn attempts_stand_one_after_another(finished: &Finished) {
    let texts = at_end(finished, 824.0);
    assert!(has(&texts, "4 exceptions, one after another"), "{texts:?}");
    let whole = at_end(finished, 1400.0);
    assert!(has(&whole, "ConnectionError: attempt 1"), "{whole:?}");
    // With less room, what it says without its class, which is not cut.
    for attempt in 1..=4 {
        let said = texts.iter().find(|(.., text)| *text == format!("attempt {attempt}"));
        assert!(said.is_some_and(|(rect, takes, _)| *takes <= rect.width()), "{texts:?}");
    }
    let then = texts.iter().find(|(.., text)| text.starts_with("gave up"));
    assert!(then.is_some_and(|(rect, takes, _)| *takes <= rect.width() + 1.0), "{texts:?}");
}

/// A line that was printed of an exception is a stop of it.
pub fn what_was_printed_is_a_stop(finished: &Finished) {
    let texts = at_end(finished, 824.0);
    assert!(has(&texts, "printed") && has(&texts, "only printed"), "{texts:?}");
}

/// What stands at the track as well gives way to a title that has no room beside it.
pub fn a_title_has_the_room_of_what_is_said_twice(finished: &Finished) {
    let (wide, [room, takes], beside) = title(finished, 800.0);
    assert!(takes <= room && beside[0].ends_with(" from raise to handler"), "{beside:?}");
    let (narrow, [room, takes], beside) = title(finished, takes + 40.0);
    assert_eq!((narrow, beside), (wide, vec![]));
    assert!(takes <= room, "{takes} in {room}");
}
