//! CPU time of the UI thread per frame of *My program* while a recorded Python program runs that has 64 threads and 16
//! processes. What a frame is stands in `common`.
//!
//! `cargo bench --bench frame_python` prints rows of README's table.
#![allow(clippy::unwrap_used)]

#[cfg(unix)]
mod common;

#[cfg(unix)]
fn main() {
    crowd::main();
}

#[cfg(not(unix))]
fn main() {
    println!("the recorder needs a Unix");
}

#[cfg(unix)]
mod crowd {
    use crate::common::{self, EVERY, Window};
    use concurrency_lab::app::command::Page;
    use std::path::Path;
    use std::time::{Duration, Instant};

    /// 16 processes of 4 threads each, which share a lock and a queue; each process has a lock of its own, too. `PAUSE` is how
    /// many seconds a thread keeps a lock.
    const PROCESSES: &str = "\
import multiprocessing, threading, time
def work(mine, ours, results):
    end = time.monotonic() + 12
    while time.monotonic() < end:
        with mine:
            time.sleep(PAUSE)
        with ours:
            time.sleep(PAUSE)
        results.put(1)
def process(ours, results):
    mine = threading.Lock()
    threads = [threading.Thread(target=work, args=(mine, ours, results)) for _ in range(4)]
    for t in threads: t.start()
    for t in threads: t.join()
    results.put(None)
if __name__ == '__main__':
    ours, results = multiprocessing.Lock(), multiprocessing.Queue()
    processes = [multiprocessing.Process(target=process, args=(ours, results)) for _ in range(16)]
    for p in processes: p.start()
    left = len(processes)
    while left:
        left -= results.get() is None
    for p in processes: p.join()
";

    /// 64 threads of one process, which share a lock.
    const THREADS: &str = "\
import threading, time
def work():
    end = time.monotonic() + 12
    while time.monotonic() < end:
        with lock:
            time.sleep(PAUSE)
lock = threading.Lock()
threads = [threading.Thread(target=work) for _ in range(64)]
for t in threads: t.start()
for t in threads: t.join()
";

    pub fn main() {
        // Not this benchmark itself, which would run as its own supervisor.
        concurrency_lab::workers::use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
        let folder = tempfile::tempdir().unwrap();
        common::head();
        let bar = "≤ 4 ms, ≤ 8 ms";
        for (what, text, pause, bar) in [
            ("16 processes with 64 threads, 1 ms in a lock", PROCESSES, "0.001", bar),
            ("the same, flat out", PROCESSES, "0", ""),
            ("64 threads that contend, 1 ms in the lock", THREADS, "0.001", bar),
            ("the same, flat out", THREADS, "0", ""),
        ] {
            let path = folder.path().join("crowd.py");
            std::fs::write(&path, text.replace("PAUSE", pause)).unwrap();
            measure(&format!("My program, {what}"), bar, &path);
        }
    }

    /// Runs a student's program by the Python that is found first, as the tab for it does, measures frames while it lasts, and
    /// prints rows of a table.
    ///
    /// # Panics
    ///
    /// Where no Python is found within 30 seconds.
    fn measure(what: &str, bar: &str, path: &Path) {
        let mut window = Window::new(Page::Findings);
        window.app.show_program(path.to_str().expect("a path that is text"));
        let begin = Instant::now();
        while window.app.session().program.as_ref().is_none_or(|program| program.is_looking()) {
            assert!(begin.elapsed() < Duration::from_secs(30), "Pythons are still looked for");
            window.frame(Vec::new());
            std::thread::sleep(EVERY);
        }
        window.measure(what, bar);
    }
}
