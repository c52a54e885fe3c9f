//! CPU time of the UI thread per frame of tab 2 while 8 worker processes run flat out.
//!
//! As in `frame`, a frame is everything the app does for one, at 1440 × 900, 60 times a second, and the clock is the
//! thread's own CPU time. The run is live: the cursor stays at its end.
//!
//! `cargo bench --bench frame_pool` prints rows of README's table.

#[cfg(not(unix))]
fn main() {
    println!("worker processes need a Unix");
}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
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

    struct Window {
        ctx: Context,
        app: App,
        frames: usize,
    }

    impl Window {
        fn new(sets: &[&str]) -> Self {
            let topic = find("process-pool").expect("topic 2 is in the list");
            let mut params = topic.default_params();
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

    /// Measures frames while the run lasts, and prints a row.
    fn measure(what: &str, bar: &str, sets: &[&str]) {
        let mut window = Window::new(sets);
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
        // The next run is to have the machine for itself.
        while window.app.session().is_running() {
            window.frame(Vec::new());
            std::thread::sleep(EVERY);
        }
        times.sort_unstable();
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
        println!(
            "| CPU per frame, {what} ({} frames, {per_frame} events each) | {:.2} ms median, {:.2} ms 99th percentile | {bar} |",
            times.len(),
            millis(at(0.5)),
            millis(at(0.99)),
        );
    }

    pub fn main() {
        // Not this benchmark itself, which would run as its own worker.
        concurrency_lab::workers::use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
        println!("| what | figure | bar |\n|---|---|---|");
        let bar = "≤ 4 ms, ≤ 8 ms";
        let eight = [
            "workers=8",
            "chunk=1",
            "job=count-primes",
            "call=imap_unordered",
        ];
        let row = |what: &str, bar: &str, sets: &[&str]| {
            measure(&format!("tab 2, {what}"), bar, &[&eight[..], sets].concat());
        };
        let long = ["tasks=400", "limit=300000"];
        row("8 workers flat out, tasks of 30 ms", bar, &long);
        row("8 workers flat out, tasks of 1 ms", bar, &["tasks=20000"]);
        let tiny = ["tasks=20000", "limit=10000"];
        row("8 workers flat out, tasks of 0.3 ms", "", &tiny);
        let each = ["tasks=5000", "tasks_per_child=1", "limit=1000"];
        row("8 places, a new process for each task", "", &each);
    }
}
