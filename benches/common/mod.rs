//! The app without a window, at work: what a frame costs the thread that draws it, while a run goes on.
//!
//! A frame is everything the app does for one: taking in the news of the run, replaying it, laying out, painting and
//! tessellating, at 1440 × 900. Frames come 60 times a second, as in a window, so that each has as many events to take
//! in as it would there, and the cursor stays at the run's end. The clock is the thread's own CPU time where the system
//! tells it.

use concurrency_lab::app::command::Page;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::widgets::fonts;
use egui::{Context, Event, Key, Modifiers, Pos2, RawInput, Rect};
use std::time::{Duration, Instant};

const SIZE: [f32; 2] = [1440.0, 900.0];
const FRAMES: usize = 300;
/// How often there is a frame.
pub const EVERY: Duration = Duration::from_micros(16_667);

/// CPU time of this thread.
#[cfg(unix)]
fn cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` outlives the call, which only writes to it.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Wall time, where the system does not tell a thread's CPU time by this name.
#[cfg(not(unix))]
fn cpu() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    START.elapsed()
}

fn row(what: &str, mut times: Vec<Duration>, bar: &str) {
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    let (median, most) = (at(0.5), at(0.99));
    println!(
        "| CPU per frame, {what} | {median:.2} ms median, {most:.2} ms 99th percentile | {bar} |"
    );
}

/// The head of the table.
pub fn head() {
    println!("| what | figure | bar |\n|---|---|---|");
}

/// The app, and what it is drawn with.
pub struct Window {
    ctx: Context,
    pub app: App,
    frames: usize,
}

impl Window {
    /// The app, with this page of the inspector.
    pub fn new(page: Page) -> Self {
        let app = App::new(Settings { page, ..Settings::default() });
        let ctx = Context::default();
        fonts::install(&ctx);
        Self { ctx, app, frames: 0 }
    }

    /// Runs what is shown, measures frames while it lasts, and prints rows of a table.
    ///
    /// # Panics
    ///
    /// Where nothing starts.
    pub fn measure(mut self, what: &str, bar: &str) {
        for _ in 0..10 {
            self.frame(Vec::new());
        }
        self.press(Key::R, Modifiers::COMMAND);
        assert!(self.app.session().is_running(), "it does not start");
        let mut next = Instant::now();
        let (mut during, mut after) = (Vec::with_capacity(FRAMES), Vec::new());
        let mut events = 0;
        while during.len() + after.len() < FRAMES && self.app.session().is_running() {
            let is_over = self.app.session().is_over();
            let spent = self.frame(Vec::new());
            if is_over {
                after.push(spent);
            } else {
                during.push(spent);
                events = self.app.session().recording.trace.events().len();
            }
            next += EVERY;
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
        }
        let per_frame = events / during.len().max(1);
        self.press(Key::Escape, Modifiers::NONE);
        // The next run is to have the machine for itself.
        while self.app.session().is_running() {
            self.frame(Vec::new());
            std::thread::sleep(EVERY);
        }
        row(&format!("{what} ({} frames, {per_frame} events each)", during.len()), during, bar);
        // A run that is faster than frames take it in: what is left comes after its end.
        if after.len() > FRAMES / 10 {
            let what =
                format!("the same, taking in the rest after its end ({} frames)", after.len());
            row(&what, after, "≤ 8 ms");
        }
    }

    /// One frame; the CPU time it took.
    pub fn frame(&mut self, events: Vec<Event>) -> Duration {
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
        let event =
            |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        self.frame(vec![event(true), event(false)]);
    }
}
