//! What processes share, against CPython's `multiprocessing`, interleaved in one run: one hand-over, small messages and messages
//! of 1 MB through a queue, a pipe, shared memory and a manager; a number counted up under its lock. Below them the floor:
//! a bare pipe, a socket pair and a futex between two processes. Prints rows of a Markdown table.
//!
//! `cargo bench --bench share`
#![allow(clippy::unwrap_used)]

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(target_os = "linux")]
mod linux {
    use concurrency_lab::record::{Clock, Recorder};
    use concurrency_lab::topics::find;
    use concurrency_lab::topics::runner::run_to_end;
    use concurrency_lab::trace::{Actor, Meta};
    use concurrency_lab::workers::share::{Children, Lock, SharedValue, Space};
    use concurrency_lab::workers::{Job, Start, Value, prepare, use_program};
    use std::collections::BTreeMap;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use std::process::Command;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::{Duration, Instant};

    const TRIALS: usize = 9;
    const ROUNDS: u32 = 5_000;
    const COUNTS: i64 = 200_000;

    /// CPython counts a number up under its lock, in two processes at once, and says the seconds that took.
    const COUNT: &str = r"
import multiprocessing as mp, sys, time
def count(value, times, ready, done):
    ready.wait()
    begin = time.perf_counter()
    for _ in range(times):
        with value.get_lock():
            value.value += 1
    done.put(time.perf_counter() - begin)
mp.set_start_method('fork')
processes, times = int(sys.argv[1]), int(sys.argv[2])
value, ready, done = mp.Value('q', 0), mp.Barrier(processes), mp.Queue()
all = [mp.Process(target=count, args=(value, times, ready, done)) for _ in range(processes)]
for process in all: process.start()
print(max(done.get() for _ in all))
for process in all: process.join()
assert value.value == processes * times
";

    fn median(mut times: Vec<f64>) -> f64 {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn row(what: &str, ours: f64, theirs: f64, bar: &str) {
        let micros = |nanos: f64| match nanos {
            nanos if nanos.is_nan() => "—".to_owned(),
            nanos => format!("{:.2} µs", nanos / 1e3),
        };
        let ratio = theirs / ours;
        let ratio = if ratio.is_nan() { "—".to_owned() } else { format!("{ratio:.1}×") };
        println!("| {what} | {} | {} | {ratio} | {bar} |", micros(ours), micros(theirs));
    }

    /// Nanoseconds that a message takes, by way: the medians of several runs of the preset `compare`.
    fn compare(measure: &str, messages: u32) -> (BTreeMap<String, f64>, String) {
        let topic = find("sharing-data").unwrap();
        let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        let mut method = String::new();
        for _ in 0..TRIALS {
            let mut params = topic.preset("compare").unwrap();
            params.set("measure", measure).unwrap();
            params.set("messages", &messages.to_string()).unwrap();
            let finished = run_to_end(topic, params, Some(Duration::from_secs(120))).unwrap();
            let outcome = finished.result.unwrap();
            for (way, each) in outcome["ways"].as_object().unwrap() {
                all.entry(way.clone()).or_default().push(each.as_f64().unwrap());
            }
            method = finished.trace.meta().fact("start_method").unwrap_or("absent").to_owned();
        }
        (all.into_iter().map(|(way, times)| (way, median(times))).collect(), method)
    }

    /// Nanoseconds for one addition under the lock, by so many processes at once.
    fn count(processes: usize) -> f64 {
        let (recorder, collector) = Recorder::start(Meta::default(), Clock::system(), |_| {});
        let log = recorder.log(Actor::thread("main", "M"));
        let space = Space::new().unwrap();
        let lock = Lock::new(&space, &recorder, "lock", true).unwrap();
        let value = SharedValue::new(&space, &recorder, "n", 0, Some(&lock)).unwrap();
        let actors = (0..processes).map(|k| Actor::process(format!("child {k}"), "C")).collect();
        let children = Children::start(&log, &space, actors, Start::Fork).unwrap();
        for child in 0..processes {
            let arg = Value::Ints(vec![lock.handle(), value.handle(), COUNTS]);
            children.run(child, Job::new("share-rate-count", arg)).unwrap();
        }
        let took = (0..processes).map(|child| {
            let answer = children.join(&log, child, None).unwrap().answer;
            answer.unwrap().unwrap().as_int().unwrap()
        });
        let longest = took.max().unwrap() as f64;
        assert_eq!(value.peek(), COUNTS * processes as i64);
        drop(children);
        drop(log);
        collector.finish().unwrap();
        longest / (COUNTS as f64 * processes as f64)
    }

    fn count_in_python(processes: usize) -> f64 {
        let args = ["-c", COUNT, &processes.to_string(), &(COUNTS / 4).to_string()];
        let Ok(done) = Command::new("python3").args(args).output() else { return f64::NAN };
        let seconds: f64 = String::from_utf8_lossy(&done.stdout).trim().parse().unwrap_or(f64::NAN);
        seconds * 1e9 / ((COUNTS / 4) as f64 * processes as f64)
    }

    /// Runs `echo` in another process while `body` runs in this one, which has no other thread yet.
    fn beside(echo: impl FnOnce(), body: impl FnOnce()) {
        // SAFETY: this process has one thread; the child runs `echo` and ends without unwinding.
        let pid = unsafe { libc::fork() };
        assert!(pid >= 0);
        if pid == 0 {
            echo();
            // SAFETY: plain call.
            unsafe { libc::_exit(0) };
        }
        body();
        // SAFETY: plain call on a child of this process.
        unsafe { libc::waitpid(pid, std::ptr::null_mut(), 0) };
    }

    /// Nanoseconds for one way through a channel of bytes.
    fn floor_of(
        (mut here, mut out): (impl Read, impl Write),
        (mut there, mut back): (impl Read, impl Write),
    ) -> f64 {
        let mut took = 0.0;
        let echo = move || {
            let mut byte = [0];
            for _ in 0..ROUNDS {
                there.read_exact(&mut byte).unwrap();
                back.write_all(&byte).unwrap();
            }
        };
        let body = || {
            let begin = Instant::now();
            let mut byte = [0];
            for _ in 0..ROUNDS {
                out.write_all(&byte).unwrap();
                here.read_exact(&mut byte).unwrap();
            }
            took = begin.elapsed().as_nanos() as f64 / f64::from(2 * ROUNDS);
        };
        beside(echo, body);
        took
    }

    fn futex(word: &AtomicU32, operation: i32, value: u32) {
        // SAFETY: plain call on a word that is there.
        unsafe { libc::syscall(libc::SYS_futex, std::ptr::from_ref(word), operation, value, 0) };
    }

    fn floor_of_a_futex() -> f64 {
        let size = size_of::<AtomicU32>();
        let (read, anonymous) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_ANONYMOUS);
        let flags = libc::MAP_SHARED | anonymous;
        // SAFETY: a new mapping, which lives until the process ends; all zero is a valid word.
        let word = unsafe {
            let at = libc::mmap(std::ptr::null_mut(), size, read, flags, -1, 0);
            assert_ne!(at, libc::MAP_FAILED);
            &*at.cast::<AtomicU32>()
        };
        let turn = |mine: u32| {
            for _ in 0..ROUNDS {
                while word.load(Ordering::SeqCst) != mine {
                    futex(word, libc::FUTEX_WAIT, 1 - mine);
                }
                word.store(1 - mine, Ordering::SeqCst);
                futex(word, libc::FUTEX_WAKE, 1);
            }
        };
        let mut took = 0.0;
        let body = || {
            let begin = Instant::now();
            turn(0);
            took = begin.elapsed().as_nanos() as f64 / f64::from(2 * ROUNDS);
        };
        beside(|| turn(1), body);
        took
    }

    pub fn main() {
        // First: this process has one thread now.
        let pipes = || {
            let ((a, b), (c, d)) = (std::io::pipe().unwrap(), std::io::pipe().unwrap());
            floor_of((a, d), (c, b))
        };
        let sockets = || {
            let (a, b) = UnixStream::pair().unwrap();
            floor_of((&a, &a), (&b, &b))
        };
        let often = |one: &dyn Fn() -> f64| median((0..TRIALS).map(|_| one()).collect());
        let floors = [
            ("a bare pipe", often(&pipes)),
            ("a socket pair", often(&sockets)),
            ("a futex", often(&floor_of_a_futex)),
        ];
        use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
        prepare().unwrap();
        println!("| what | ours | CPython | ratio | bar |\n|---|---|---|---|---|");
        for (measure, messages, what, bar) in [
            ("hand-over", 3_000, "one hand-over", "≥ 2×"),
            ("throughput", 30_000, "a small message, one after another", "≥ 5×"),
            ("1 MB", 100, "a message of 1 MB", "≥ 1×"),
        ] {
            let (ways, method) = compare(measure, messages);
            for way in ["queue", "pipe", "shared memory", "manager"] {
                let of = |name: &str| ways.get(name).copied().unwrap_or(f64::NAN);
                let theirs = of(&format!("CPython's {way}"));
                row(&format!("{what}: {way} (CPython: {method})"), of(way), theirs, bar);
            }
        }
        for processes in [1, 2] {
            let trials: Vec<_> =
                (0..TRIALS).map(|_| (count(processes), count_in_python(processes))).collect();
            let (ours, theirs): (Vec<_>, Vec<_>) = trials.into_iter().unzip();
            let what =
                format!("a value, += 1 under its lock, by {processes} process(es) (CPython: fork)");
            row(&what, median(ours), median(theirs), "≥ 5×");
        }
        for (what, nanos) in floors {
            row(&format!("the floor of a hand-over: {what}"), nanos, f64::NAN, "");
        }
    }
}
