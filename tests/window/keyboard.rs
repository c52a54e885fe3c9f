//! Every control is reached by Tab, in the order of reading, and seen to have the focus.

use super::common::runs::topic;
use super::common::window::{app_on, frames_until_the_end};
use super::states::quick;
use super::{Control, controls, idle};
use concurrency_lab::app::App;
use concurrency_lab::topics::{ALL, Topic};
use concurrency_lab::widgets::selection::Selection;
use concurrency_lab::widgets::theme::Theme;
use egui::{Key, Rect, Role, Shape};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::collections::HashSet;

/// Presses Tab until it comes round. The stops, in order.
fn walk(harness: &mut Harness<'static, App>) -> Vec<Control> {
    let (mut stops, mut seen) = (Vec::<Control>::new(), HashSet::new());
    for _ in 0..400 {
        harness.key_press(Key::Tab);
        harness.step();
        let Some(id) = harness.ctx.memory(|memory| memory.focused()) else { continue };
        if !seen.insert(id) {
            return stops;
        }
        let found = |harness: &Harness<'static, App>| {
            controls(harness).into_iter().find(|control| control.id == id).unwrap()
        };
        let mut stop = found(harness);
        if !has_ring(harness, &stop) {
            // It may be below the edge of its page, which moves there within a few frames.
            harness.run_steps(30);
            stop = found(harness);
        }
        assert!(!stop.name.trim().is_empty(), "a stop without a name at {:?}", stop.rect);
        assert!(has_ring(harness, &stop), "{} at {:?} has no ring", stop.name, stop.seen);
        stops.push(stop);
    }
    panic!("Tab does not come round");
}

/// Whether something in the colour of the focus is drawn around a stop, in view.
fn has_ring(harness: &Harness<'static, App>, stop: &Control) -> bool {
    let accent = Theme::light().accent;
    let window = harness.ctx.viewport_rect();
    let around = stop.seen.intersect(window);
    around.is_positive()
        && harness.output().shapes.iter().any(|clipped| match &clipped.shape {
            Shape::Rect(ring) => {
                ring.stroke.color == accent
                    && ring.stroke.width >= 2.0
                    && ring.rect.expand(4.0).contains_rect(around)
                    && around.expand(8.0).contains_rect(ring.rect)
                    && clipped.clip_rect.expand(1.0).contains_rect(ring.rect)
            }
            _ => false,
        })
}

/// Which part of the window something is in, in the order of reading.
fn part(harness: &Harness<'static, App>, rect: Rect) -> usize {
    let regions = harness.state().regions();
    let at = rect.center();
    match () {
        () if at.x < 208.0 => 0,
        () if at.y < regions.stage.top() => 1,
        () if at.x > regions.stage.right() => 4,
        () if at.y < regions.stage.bottom() => 2,
        () => 3,
    }
}

/// Walks a window, and checks that nothing is left out or out of order.
fn check(harness: &mut Harness<'static, App>, what: &str) -> Vec<Control> {
    let stops = walk(harness);
    let parts: Vec<usize> = stops.iter().map(|stop| part(harness, stop.rect)).collect();
    let names = || stops.iter().map(|stop| stop.name.as_str()).collect::<Vec<_>>();
    assert!(parts.is_sorted(), "{what}: {parts:?} {:?}", names());
    // The transport is one row.
    let lanes = harness.state().regions().timeline;
    let row = stops.iter().filter(|stop| part(harness, stop.rect) == 3);
    let row = row.filter(|stop| stop.rect.bottom() < lanes.top());
    assert!(row.map(|stop| stop.rect.left()).is_sorted(), "{what}: {:?}", names());
    let reached: HashSet<_> = stops.iter().map(|stop| stop.id).collect();
    for control in controls(harness) {
        let can_be = control.focusable && control.is_used();
        assert!(!can_be || reached.contains(&control.id), "{what}: {} is left out", control.name);
    }
    stops
}

#[test]
fn every_tab_can_be_walked_before_a_run() {
    for topic in ALL {
        let mut harness = idle(*topic);
        harness.run_steps(3);
        let stops = check(&mut harness, topic.id());
        assert!(stops.len() > 25, "{}: {}", topic.id(), stops.len());
        // To go past a control is not to set it.
        let session = harness.state().session();
        assert_eq!(session.params, topic.default_params(), "{}", topic.id());
    }
}

/// A topic's tab after a run, its cursor at an event in the middle that matters or is seen.
fn after_a_run(topic: &'static dyn Topic) -> Harness<'static, App> {
    let (preset, sets) = quick(topic);
    let mut harness = app_on(topic, preset, sets);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    harness.key_press(Key::Home);
    for _ in 0..2 {
        harness.key_press(Key::N);
        harness.run_steps(2);
    }
    harness
}

#[test]
fn every_tab_can_be_walked_after_a_run() {
    for topic in ALL {
        let topic = super::common::runs::topic(topic.id());
        let mut harness = after_a_run(topic);
        harness.get_by_label("Findings").click();
        harness.run_steps(3);
        let stops = check(&mut harness, topic.id());
        // Stage and lanes can be reached, too.
        for part_of_it in [2, 3] {
            let there = stops.iter().any(|stop| part(&harness, stop.rect) == part_of_it);
            assert!(there, "{}: nothing in part {part_of_it}", topic.id());
        }
    }
}

/// What is below the edge of a page comes into view when it is reached.
#[test]
fn pages_are_walked_in_the_least_window() {
    let mut harness = after_a_run(topic("sharing-data"));
    harness.set_size([1024.0, 640.0].into());
    for page in ["Explain", "Findings", "Numbers"] {
        harness.run_steps(3);
        harness.get_by_label(page).click();
        harness.run_steps(3);
        walk(&mut harness);
    }
}

/// All that a screen reader is told, and where the user is in the run.
fn told(harness: &Harness<'static, App>) -> String {
    let nodes = harness.root().children_recursive().map(|node| {
        let node = node.accesskit_node();
        let is_on = (node.toggled(), node.is_selected(), node.numeric_value());
        format!("{:?} {:?} {:?} {is_on:?}\n", node.role(), node.label(), node.value())
    });
    let nodes: String = nodes.collect();
    let session = harness.state().session();
    let at = (session.selection, session.now(), session.playback.mode(), session.end());
    let view = session.timeline.window(session.end());
    format!("{nodes}{at:?} {view:?} {:?}", harness.state().settings().to_text())
}

/// What has no effect where everything is in view, what writes into the user's folder, and what begins a run.
const LEFT_OUT: [&str; 6] = ["Zoom out", "Show all", "Save", "Run", "Stop", "Show the run"];

/// Enter does something wherever the focus is: stage, lanes and figure are more than painted.
#[test]
fn every_control_is_used_by_enter_after_a_run() {
    use_all("shared-list");
}

/// The same in all tabs: `cargo test --test window -- --ignored every_control`.
#[test]
#[ignore = "takes a minute and more"]
fn every_control_of_all_tabs_is_used_by_enter_after_a_run() {
    use_all("");
}

/// Presses every control of a topic's tab, or of all.
fn use_all(only: &str) {
    let mut idle = Vec::new();
    for (place, topic) in ALL.iter().enumerate() {
        if !topic.id().contains(only) {
            continue;
        }
        let topic = super::common::runs::topic(topic.id());
        let mut harness = after_a_run(topic);
        harness.get_by_label("Findings").click();
        harness.run_steps(3);
        let mut stops = walk(&mut harness);
        // Tabs and menu are the same in all.
        stops.retain(|stop| topic.id() == "shared-list" || part(&harness, stop.rect) > 0);
        let mut used = 0;
        for stop in &stops {
            if LEFT_OUT.iter().any(|name| stop.name.starts_with(name)) {
                continue;
            }
            let tab = format!("{} {}", place + 1, topic.about().title);
            harness.get_by_role_and_label(Role::Button, &tab).click();
            harness.step();
            for key in [Key::Home, Key::N, Key::N] {
                harness.key_press(key);
            }
            harness.run_steps(2);
            harness.ctx.memory_mut(|memory| memory.request_focus(stop.id));
            harness.run_steps(2);
            if harness.ctx.memory(|memory| memory.focused()) != Some(stop.id) {
                continue;
            }
            let (before, is_on) = (told(&harness), is_on(&harness, stop.id));
            harness.key_press(Key::Enter);
            let mut copied = false;
            for _ in 0..2 {
                harness.step();
                copied |= !harness.output().platform_output.commands.is_empty();
            }
            used += 1;
            let writes = matches!(stop.role, Some(Role::TextInput));
            if before == told(&harness) && !copied && !is_on && !writes {
                // What is selected by now is not yet from elsewhere.
                harness.key_press(Key::End);
                harness.ctx.memory_mut(|memory| memory.request_focus(stop.id));
                harness.run_steps(2);
                let before = told(&harness);
                harness.key_press(Key::Enter);
                harness.run_steps(2);
                if before == told(&harness) {
                    idle.push(format!("{}: {}", topic.id(), stop.name));
                }
            }
            // Whatever has opened is closed, and what has begun is stopped.
            for _ in 0..2 {
                harness.key_press(Key::Escape);
                harness.run_steps(2);
            }
            frames_until_the_end(&mut harness);
            if let Some(experiment) = harness.query_by_label("Experiment") {
                experiment.click();
                harness.run_steps(2);
            }
        }
        assert!(4 * used > 3 * stops.len(), "{}: {used} of {}", topic.id(), stops.len());
    }
    assert!(idle.is_empty(), "without effect: {idle:#?}");
}

/// Whether it is the one of several that is chosen: to choose it again changes nothing.
fn is_on(harness: &Harness<'static, App>, id: egui::Id) -> bool {
    let root = harness.root();
    let mut nodes = root.children_recursive().map(|node| node.accesskit_node());
    nodes.any(|node| {
        node.locate().0 == id.accesskit_id()
            && (node.toggled() == Some(egui::accesskit::Toggled::True)
                || node.is_selected() == Some(true))
    })
}

#[test]
fn after_a_run_stage_lanes_and_log_are_walked() {
    let topic = topic("shared-list");
    let mut harness = app_on(topic, "quick-ten", &["time_scale=0.02"]);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    harness.key_press(Key::Home);
    harness.run_steps(3);
    for page in ["Code", "Findings", "Log", "Numbers"] {
        harness.get_by_label(page).click();
        harness.run_steps(3);
        check(&mut harness, page);
    }
    // The spans of the lane that is selected are stops; Enter selects what began one.
    harness.get_by_role_and_label(Role::Button, "adder").click();
    harness.run_steps(3);
    let stops = check(&mut harness, "spans");
    let spans = stops.iter().filter(|stop| stop.name.starts_with("adder: "));
    let first = spans.map(|stop| stop.id).next().unwrap();
    harness.ctx.memory_mut(|memory| memory.request_focus(first));
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert!(matches!(harness.state().session().selection, Selection::Event(_)));
}

/// Where nothing went wrong, N goes to where the replay slows down: to a moment that can be missed.
#[test]
fn n_goes_to_where_the_pace_slows_down() {
    let topic = topic("shared-list");
    let mut harness = app_on(topic, "quick-ten", &["time_scale=0.02"]);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    assert!(harness.state().session().recording.replay.marks().all().is_empty());
    harness.key_press(Key::Home);
    harness.run_steps(2);
    let mut times = Vec::new();
    for _ in 0..3 {
        harness.key_press(Key::N);
        harness.run_steps(2);
        times.push(harness.state().session().now());
    }
    assert!(times.is_sorted() && times[0].0 > 0, "{times:?}");
    let session = harness.state().session();
    let begins: Vec<_> = session.recording.pace.slow(session.end()).map(|part| part.0).collect();
    assert!(times.iter().all(|time| begins.contains(time)), "{times:?} {begins:?}");
    harness.key_press_modifiers(egui::Modifiers::SHIFT, Key::N);
    harness.run_steps(2);
    assert_eq!(harness.state().session().now(), times[1]);
}

/// The log can be copied, and the listing.
#[test]
fn log_and_listing_are_copied_as_text() {
    let topic = topic("shared-list");
    let mut harness = app_on(topic, "quick-ten", &["time_scale=0.02"]);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    for page in ["Log", "Code"] {
        harness.get_by_label(page).click();
        harness.run_steps(3);
        harness.get_by_label("Copy").click();
        let mut copied = String::new();
        for _ in 0..4 {
            harness.step();
            for command in &harness.output().platform_output.commands {
                if let egui::OutputCommand::CopyText(text) = command {
                    copied.clone_from(text);
                }
            }
        }
        match page {
            "Log" => {
                let events = harness.state().session().recording.trace.events().len();
                assert_eq!(copied.lines().count(), events);
                assert!(copied.lines().all(|line| line.split('\t').count() == 3));
            }
            _ => assert!(copied.contains("with lock"), "{copied}"),
        }
    }
}

/// What the explanation has in bold is heavier than the text around it.
#[test]
fn bold_is_bold() {
    let mut harness = idle(topic("shared-list"));
    harness.run_steps(3);
    harness.get_by_label("Skip").click();
    harness.run_steps(3);
    let family = |word: &str| {
        let shapes = harness.output().shapes.iter();
        let mut families = shapes.filter_map(|clipped| match &clipped.shape {
            Shape::Text(text) => {
                let at = text.galley.job.text.find(word)?;
                let sections = text.galley.job.sections.iter();
                let mut inside =
                    sections.filter(|s| s.byte_range.contains(&egui::text::ByteIndex(at)));
                inside.next().map(|section| section.format.font_id.family.clone())
            }
            _ => None,
        });
        families.next().unwrap_or_else(|| panic!("{word} is on the page"))
    };
    assert_eq!(family("Critical section"), concurrency_lab::widgets::fonts::semibold());
    assert_eq!(family(": steps that belong together"), egui::FontFamily::Proportional);
}

/// A lock that is clicked is explained; a span selects its actor on the stage and in the code, too.
#[test]
fn what_is_selected_is_explained_everywhere() {
    let topic = topic("shared-list");
    let mut harness = app_on(topic, "quick-ten", &["time_scale=0.02"]);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    harness.key_press(Key::Home);
    harness.run_steps(2);
    harness.get_by_label("list lock: free").click();
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("List lock").next().is_some());
    // Each actor has a line of its own to be at; the selected event is the remover's.
    let event = {
        let trace = &harness.state().session().recording.trace;
        let meta = trace.meta();
        let of = |event: &concurrency_lab::trace::Event| meta.actor_name(event.actor) == "remover";
        trace.events().iter().rposition(of).unwrap()
    };
    harness.key_press(Key::End);
    harness.run_steps(3);
    harness.get_by_label("Log").click();
    harness.run_steps(6);
    let said = {
        let trace = &harness.state().session().recording.trace;
        concurrency_lab::replay::describe(trace.meta(), &trace.events()[event])
    };
    harness.query_all_by_label(&said).last().unwrap().click();
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("Only remover").next().is_some());
    assert!(harness.query_all_by_label_contains("is remover").next().is_some(), "on the stage");
}
