//! The whole app, frame by frame, without a display.

use super::runs::{PATIENCE, params};
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::topics::Topic;
use egui_kittest::Harness;
use std::time::Instant;

/// The app on a topic's tab, with the parameters of a preset, some set otherwise: "workers=3".
pub fn app_on(topic: &'static dyn Topic, preset: &str, sets: &[&str]) -> Harness<'static, App> {
    let mut session = Session::new(topic);
    session.set_params(params(topic, preset, sets));
    app_of(session)
}

/// The app on the tab of a session.
pub fn app_of(session: Session) -> Harness<'static, App> {
    let mut app = App::new(Settings::default());
    app.show(session);
    super::app(app)
}

/// Frames until something is so, and two more, in which the window shows it.
pub fn frames_until(
    harness: &mut Harness<'static, App>,
    what: &str,
    is: impl Fn(&Harness<'static, App>) -> bool,
) {
    let start = Instant::now();
    while !is(harness) {
        harness.step();
        assert!(start.elapsed() < PATIENCE, "in vain: {what}");
    }
    harness.run_steps(2);
}

/// Frames until the run has ended.
pub fn frames_until_the_end(harness: &mut Harness<'static, App>) {
    frames_until(harness, "the end of the run", |h| !h.state().session().is_running());
}
