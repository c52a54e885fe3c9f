//! What takes too long for every day: the tests of presets many times over while the processors are wanted elsewhere, too, and an
//! interrupt from the terminal in the midst of each preset.

use super::proc;
use super::runs::{PROGRAM, until};
use concurrency_lab::topics::Topic;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Runs tests so many times, one after another, while every processor has something else to do.
pub fn in_a_row(times: usize, tests: &[fn()]) {
    let is_over = AtomicBool::new(false);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        /// Ends the others also where a test fails.
        struct Over<'a>(&'a AtomicBool);
        impl Drop for Over<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::Relaxed);
            }
        }
        let over = Over(&is_over);
        for _ in 0..cores {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        for time in 1..=times {
            for test in tests {
                test();
            }
            eprintln!("{time} of {times}");
        }
        drop(over);
    });
}

/// Interrupts each preset as Ctrl+C in a terminal does, the whole process group at once, soon, later and later still. Then no
/// process that was started for it is there any more, whatever group it is in, and no file.
pub fn an_interrupt_leaves_nothing(topic: &dyn Topic) {
    for preset in topic.about().presets {
        for after in [30, 250, 900] {
            let name = format!("{} after {after} ms", preset.id);
            let folder = tempfile::tempdir().unwrap();
            // All that it starts inherits this, and nobody else has it.
            let mark = format!("TMPDIR={}", folder.path().display());
            let mut child = Command::new(PROGRAM)
                .args(["run", topic.id(), "--preset", preset.id])
                .env("TMPDIR", folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .stdin(Stdio::null())
                .process_group(0)
                .spawn()
                .unwrap();
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(after)
                && child.try_wait().unwrap().is_none()
            {
                std::thread::sleep(Duration::from_millis(2));
            }
            // SAFETY: plain call; the group is led by the child, whose number is its own until it is waited for.
            unsafe { libc::kill(-(child.id() as i32), libc::SIGINT) };
            until(&name, || child.try_wait().unwrap());
            until(&format!("{name}: {:?}", proc::began_with(&mark)), || {
                proc::began_with(&mark).is_empty().then_some(())
            });
            let left: Vec<_> =
                folder.path().read_dir().unwrap().flatten().map(|f| f.path()).collect();
            assert!(left.is_empty(), "{name}: {left:?}");
        }
    }
}
