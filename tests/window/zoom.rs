//! Nothing lies over anything else, however large what is in the window is.

use super::common::runs::topic;
use super::common::window::{app_on, frames_until_the_end};
use super::{Control, controls, idle};
use concurrency_lab::app::App;
use concurrency_lab::topics::ALL;
use egui::{Key, Modifiers, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

/// A window of 1440 × 900 points of the system at 100, 150 and 200 %, and the least.
pub const SIZES: [[f32; 2]; 4] = [[1440.0, 900.0], [960.0, 600.0], [720.0, 450.0], [1024.0, 640.0]];

/// Two controls of one layer that lie over each other, of which neither is within the other.
pub fn overlap(all: &[Control]) -> Option<(&Control, &Control)> {
    let drawn: Vec<_> =
        all.iter().filter(|control| control.is_used() && control.seen.is_positive()).collect();
    for (place, one) in drawn.iter().enumerate() {
        for other in &drawn[place + 1..] {
            let both = one.seen.intersect(other.seen);
            let over = one.layer == other.layer && both.width() > 1.5 && both.height() > 1.5;
            let within = |a: Rect, b: Rect| a.expand(1.0).contains_rect(b);
            if over && !within(one.seen, other.seen) && !within(other.seen, one.seen) {
                return Some((one, other));
            }
        }
    }
    None
}

fn check(harness: &mut Harness<'static, App>, what: &str) {
    for size in SIZES {
        harness.set_size(size.into());
        harness.run_steps(4);
        let all = controls(harness);
        let nameless =
            all.iter().find(|control| control.is_used() && control.name.trim().is_empty());
        assert!(nameless.is_none(), "{what} at {size:?}: {nameless:#?}");
        if let Some((one, other)) = overlap(&all) {
            panic!("{what} at {size:?}: {one:#?} lies over {other:#?}");
        }
        let window = Rect::from_min_size(egui::Pos2::ZERO, size.into());
        for name in ["Run", "Zoom in", "Explain"] {
            // What has no room has its keys.
            let Some(found) = harness.query_by_label(name).map(|node| node.rect()) else {
                assert!(name == "Zoom in", "{what} at {size:?}: no {name}");
                continue;
            };
            assert!(
                window.expand(0.5).contains_rect(found),
                "{what} at {size:?}: {name} {found:?}"
            );
        }
    }
}

#[test]
fn nothing_overlaps_at_any_zoom() {
    for topic in ALL {
        let mut harness = idle(*topic);
        check(&mut harness, topic.id());
    }
}

#[test]
fn nothing_overlaps_at_any_zoom_after_a_run() {
    for (id, preset, sets) in [
        ("shared-list", "contended", &["adds=5", "attempts=5", "time_scale=0.05"][..]),
        ("factorials", "", &["time_scale=0.02"]),
    ] {
        let topic = topic(id);
        let params = topic.default_params();
        let preset = if preset.is_empty() { params.preset() } else { preset };
        let mut harness = app_on(topic, preset, sets);
        harness.get_by_label("Run").click();
        harness.run_steps(2);
        frames_until_the_end(&mut harness);
        check(&mut harness, id);
    }
}

/// The keys of the zoom, which is kept, and which leaves the size of the window alone.
#[test]
fn the_zoom_has_keys_and_is_kept() {
    let mut harness = idle(topic("shared-list"));
    let press = |harness: &mut Harness<'static, App>, key| {
        harness.key_press_modifiers(Modifiers::COMMAND, key);
        harness.run_steps(3);
    };
    for _ in 0..20 {
        press(&mut harness, Key::Plus);
    }
    assert_eq!(harness.state().settings().zoom, 200);
    assert_eq!(harness.ctx.zoom_factor(), 2.0);
    assert_eq!(harness.state().to_keep().window, [0, 0], "it is no size of the window");
    press(&mut harness, Key::Minus);
    assert_eq!(harness.state().settings().zoom, 175);
    press(&mut harness, Key::Num0);
    assert_eq!(harness.ctx.zoom_factor(), 1.0);
}

/// The inspector goes up to half of the window, keeps its width on every tab, and can be reset with the layout.
#[test]
fn the_inspector_keeps_its_width_up_to_half_of_the_window() {
    let mut harness = idle(topic("shared-list"));
    harness.run_steps(3);
    let right = |harness: &Harness<'static, App>| harness.state().regions().stage.right();
    let usual = right(&harness);
    let border = egui::pos2(usual, 300.0);
    harness.drag_at(border);
    harness.step();
    harness.hover_at(border - vec2(600.0, 0.0));
    harness.step();
    harness.drop_at(border - vec2(600.0, 0.0));
    harness.run_steps(3);
    assert_eq!(right(&harness), 720.0, "half of it");
    for key in [Key::Num1, Key::Num5, Key::Num4] {
        harness.key_press(key);
        harness.run_steps(3);
        for page in ["Code", "Numbers", "Explain"] {
            harness.get_by_label(page).click();
            harness.run_steps(3);
            assert_eq!(right(&harness), 720.0, "{key:?} {page}");
        }
    }
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(2);
    harness.event(egui::Event::Text("reset layout".to_owned()));
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert_eq!(right(&harness), usual);
}
