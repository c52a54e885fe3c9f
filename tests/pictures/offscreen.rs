//! Frames without a window.

use std::time::Duration;

use concurrency_lab::export::ExportError;
use concurrency_lab::export::offscreen::Offscreen;
use concurrency_lab::widgets::fonts;
use egui::{Color32, Event, FontId, PointerButton, Rect, Theme, Ui, pos2};

use super::common::share_not;
use super::rect;

const PAPER: Color32 = Color32::from_rgb(250, 250, 250);

fn ink(ui: &mut Ui) {
    let window = ui.max_rect();
    ui.painter().rect_filled(window, 0.0, PAPER);
    let font = FontId::new(16.0, fonts::medium());
    let text = "remover waits for list lock … 1.2 ms →";
    ui.painter().text(pos2(8.0, 8.0), egui::Align2::LEFT_TOP, text, font, Color32::BLACK);
}

fn screen(scale: f32) -> Offscreen {
    Offscreen::new([320.0, 60.0], scale, Theme::Light).unwrap()
}

#[test]
fn text_is_not_blank_and_covers_the_window_to_its_edges() {
    let mut screen = screen(1.0);
    screen.settle(0.0, 8, ink);
    let image = screen.image().unwrap();
    assert_eq!((image.width, image.height), (320, 60));
    for (x, y) in [(0, 0), (319, 0), (0, 59), (319, 59)] {
        assert_eq!(image.pixel(x, y), PAPER.to_array());
    }
    let inked = share_not(&image, PAPER);
    assert!((0.03..0.3).contains(&inked), "{inked}");
}

#[test]
fn two_runs_give_the_same_bytes_and_two_scales_two_sizes() {
    let picture = |scale| {
        let mut screen = screen(scale);
        screen.settle(0.0, 8, ink);
        screen.image().unwrap()
    };
    assert_eq!(picture(1.0), picture(1.0));
    let double = picture(2.0);
    assert_eq!((double.width, double.height), (640, 120));
    assert_eq!(double, picture(2.0));
    let inked = share_not(&double, PAPER);
    assert!((0.03..0.3).contains(&inked), "{inked}");
}

#[test]
fn the_same_frame_can_be_shown_again_and_in_parts() {
    let mut screen = screen(2.0);
    screen.settle(0.0, 8, ink);
    let whole = screen.image().unwrap();
    let part = screen.part(rect(10.0, 5.0, 60.0, 30.0)).unwrap();
    assert_eq!((part.width, part.height), (100, 50));
    assert_eq!(part.pixel(0, 0), whole.pixel(20, 10));
    assert_eq!(part.pixel(99, 49), whole.pixel(119, 59));
    // What hangs over the edge is left out.
    let part = screen.part(rect(-10.0, 50.0, 10.0, 90.0)).unwrap();
    assert_eq!((part.width, part.height), (20, 20));
    for nothing in [Rect::NOTHING, Rect::NAN, rect(400.0, 0.0, 500.0, 10.0)] {
        let part = screen.part(nothing);
        assert!(matches!(part, Err(ExportError::EmptyPart)), "{nothing:?}");
    }
}

#[test]
fn a_click_reaches_its_button() {
    let mut clicks = 0;
    let mut place = Rect::NOTHING;
    let mut screen = screen(1.0);
    let mut ui = |ui: &mut Ui| {
        let button = ui.button("Run");
        place = button.rect;
        clicks += usize::from(button.clicked());
    };
    screen.settle(0.0, 8, &mut ui);
    let pos = pos2(12.0, 12.0);
    let press = |pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    screen.frame(1.0, vec![Event::PointerMoved(pos)], &mut ui);
    screen.frame(1.1, vec![press(true)], &mut ui);
    screen.frame(1.2, vec![press(false)], &mut ui);
    assert!(place.contains(pos));
    assert_eq!(clicks, 1);
}

#[test]
fn settling_ends_when_nothing_moves_and_at_the_limit() {
    let mut screen = screen(1.0);
    let mut frames = 0;
    let still = screen.settle(0.0, 50, |_| frames += 1);
    assert!(frames < 10, "{frames}");
    assert!(still.repaint_delay > Duration::ZERO);

    let mut frames = 0;
    let moving = screen.settle(2.0, 7, |ui| {
        frames += 1;
        ui.ctx().request_repaint();
    });
    assert_eq!(frames, 7);
    assert_eq!(moving.repaint_delay, Duration::ZERO);
}

#[test]
fn the_theme_colours_the_ground() {
    let ground = |theme| {
        let mut screen = Offscreen::new([20.0, 20.0], 1.0, theme).unwrap();
        screen.settle(0.0, 4, |_| {});
        screen.image().unwrap().pixel(10, 10)
    };
    assert!(ground(Theme::Light)[0] > 200);
    assert!(ground(Theme::Dark)[0] < 60);
}

#[test]
fn impossible_screens_are_refused_before_anything_runs() {
    for (size, scale) in [
        ([0.0, 10.0], 1.0),
        ([10.0, -3.0], 1.0),
        ([f32::NAN, 10.0], 1.0),
        ([10.0, 10.0], 0.0),
        ([10.0, 10.0], f32::INFINITY),
        ([10_000.0, 10_000.0], 4.0),
    ] {
        let screen = Offscreen::new(size, scale, Theme::Light);
        assert!(matches!(screen, Err(ExportError::Size { .. })), "{size:?} {scale}");
    }
    let no_frame = screen(1.0).image();
    assert!(matches!(no_frame, Err(ExportError::NoFrame)));
}
