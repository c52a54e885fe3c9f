//! CPU time of the UI thread per frame of tab 4 while 16 adders and 16 removers contend for the lock.
//!
//! A frame is everything the app does for one: taking in the news of the run, replaying it, laying out, painting and
//! tessellating, at 1440 × 900. Frames come 60 times a second, as in a window, so that each has as many events to take
//! in as it would there. The clock is the thread's own CPU time where the system tells it.
//!
//! `cargo bench --bench frame` prints rows of README's table.

use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::topics::find;
use concurrency_lab::widgets::fonts;
use egui::{Context, Event, Key, Modifiers, Pos2, RawInput, Rect};
use std::time::{Duration, Instant};

const SIZE: [f32; 2] = [1440.0, 900.0];
const FRAMES: usize = 300;
const EVERY: Duration = Duration::from_micros(16_667);

/// CPU time of this thread.
#[cfg(unix)]
fn cpu() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` outlives the call, which only writes to it.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}

/// Wall time, where the system does not tell a thread's CPU time by this name.
#[cfg(not(unix))]
fn cpu() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    START.elapsed()
}

struct Window {
    ctx: Context,
    app: App,
    frames: usize,
}

impl Window {
    fn new(preset: &str, sets: &[&str]) -> Self {
        let topic = find("shared-list").expect("topic 4 is in the list");
        let mut params = topic.preset(preset).expect("the preset is there");
        for set in sets {
            params.set_pair(set).expect("a value in range");
        }
        let mut session = Session::new(topic);
        session.set_params(params);
        let mut app = App::new(Settings::default());
        app.show(session);
        let ctx = Context::default();
        fonts::install(&ctx);
        Self {
            ctx,
            app,
            frames: 0,
        }
    }

    /// One frame; the CPU time it took.
    fn frame(&mut self, events: Vec<Event>) -> Duration {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE.into())),
            time: Some(self.frames as f64 / 60.0),
            events,
            ..RawInput::default()
        };
        self.frames += 1;
        let begin = cpu();
        let mut output = self.ctx.run_ui(input, |ui| self.app.ui(ui));
        let triangles = self.ctx.tessellate(output.shapes, 1.0);
        let spent = cpu() - begin;
        std::hint::black_box(triangles);
        output.textures_delta.clear();
        spent
    }

    fn press(&mut self, key: Key, modifiers: Modifiers) {
        let event = |pressed| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers,
        };
        self.frame(vec![event(true), event(false)]);
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Runs the preset, measures frames while it lasts, and prints a row.
fn measure(what: &str, sets: &[&str]) {
    let mut window = Window::new("contended", sets);
    for _ in 0..10 {
        window.frame(Vec::new());
    }
    window.press(Key::R, Modifiers::COMMAND);
    let mut next = Instant::now();
    let mut times = Vec::with_capacity(FRAMES);
    while times.len() < FRAMES && window.app.session().is_running() {
        times.push(window.frame(Vec::new()));
        next += EVERY;
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let events = window.app.session().recording.trace.events().len();
    let per_frame = events / times.len().max(1);
    window.press(Key::Escape, Modifiers::NONE);
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!(
        "| CPU per frame, {what} ({} frames, {per_frame} events each) | {:.2} ms median, {:.2} ms 99th percentile | ≤ 4 ms, ≤ 8 ms |",
        times.len(),
        millis(at(0.5)),
        millis(at(0.99)),
    );
}

fn main() {
    println!("| what | figure | bar |\n|---|---|---|");
    let crowd = ["adders=16", "removers=16", "adds=100000", "attempts=100000"];
    measure(
        "tab 4, 16 + 16 threads contending, 400 µs in the lock",
        &crowd,
    );
    let flat_out = [&crowd[..], &["hold=0"]].concat();
    measure("tab 4, 16 + 16 threads contending flat out", &flat_out);
}
