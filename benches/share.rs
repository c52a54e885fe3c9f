//! What processes share, against CPython's `multiprocessing`, interleaved in one run: one hand-over, small messages and messages
//! of 1 MB through a queue, a pipe, shared memory and a manager; a number counted up under its lock. Below them the floor:
//! a bare pipe, a socket pair and a futex between two processes, and the lock that the lab's locks are made of. Prints rows of
//! a Markdown table. Of the trials of two processes that count, those are left out in which the lock hardly changed hands.
//!
//! Copies of 1 MB through shared memory are no quicker here than in CPython: both copy it twice, and that is all there is. A small
//! message through a pipe is 4.5 to 6.5 times as quick: it is a call of the system in both.
//!
//! `cargo bench --bench share`; with `-- "1 MB"` or a part of another row's name, only those rows and the floor.
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
    use concurrency_lab::workers::share::{Children, Event, Lock, Semaphore, SharedValue, Space};
    use concurrency_lab::workers::{Job, Start, Value, prepare, use_program};
    use std::collections::BTreeMap;
    use std::hint::black_box;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use std::process::Command;
    use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    const TRIALS: usize = 9;
    const ROUNDS: u32 = 5_000;
    /// So many that it does not matter that one begins a little later.
    const COUNTS: i64 = 1_000_000;

    /// The lock changes hands so often at least where processes are really in each other's way: ten times as often as the
    /// scheduler takes turns in that time.
    const TURNS: i64 = 250;

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
print(*(done.get() for _ in all))
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
            for (way, each) in outcome["ways_ns"].as_object().unwrap() {
                all.entry(way.clone()).or_default().push(each.as_f64().unwrap());
            }
            method = finished.trace.meta().fact("cpython_method").unwrap_or("absent").to_owned();
        }
        (all.into_iter().map(|(way, times)| (way, median(times))).collect(), method)
    }

    /// Says where they were not at it together: a number that is divided by all of them would then be too good.
    fn together(took: &[i64]) {
        let [least, most] = [took.iter().min(), took.iter().max()].map(|took| *took.unwrap());
        if least * 10 < most * 8 {
            eprintln!("one was done after {least} ns, the other after {most} ns");
        }
    }

    /// Nanoseconds for one addition under the lock, by so many processes at once; `NaN` where they were not at once: another
    /// program had the other processor.
    fn count(processes: usize) -> f64 {
        let (recorder, collector) = Recorder::start(Meta::default(), Clock::system(), |_| {});
        let log = recorder.log(Actor::thread("main", "M"));
        let space = Space::new().unwrap();
        let lock = Lock::new(&space, &recorder, "lock", true).unwrap();
        let value = SharedValue::new(&space, &recorder, "n", 0, Some(&lock)).unwrap();
        let there = Semaphore::new(&space, &recorder, "there", 0).unwrap();
        let go = Event::new(&space, &recorder, "go").unwrap();
        let actors = (0..processes).map(|k| Actor::process(format!("child {k}"), "C")).collect();
        let children = Children::start(&log, &space, actors, Start::Fork).unwrap();
        for child in 0..processes {
            let arg = vec![lock.handle(), value.handle(), COUNTS, there.handle(), go.handle()];
            let arg = Value::Ints(arg);
            children.run(child, Job::new("share-rate-count", arg)).unwrap();
        }
        (0..processes).for_each(|_| there.acquire(&log, None).unwrap());
        go.set(&log);
        let took = (0..processes).map(|child| {
            let answer = children.join(&log, child, None).unwrap().answer;
            match answer.unwrap().unwrap() {
                Value::Ints(numbers) => (numbers[0], numbers[1]),
                other => panic!("{other}"),
            }
        });
        let (took, turns): (Vec<_>, Vec<_>) = took.unzip();
        together(&took);
        let least = *turns.iter().min().unwrap();
        let longest = *took.iter().max().unwrap() as f64;
        assert_eq!(value.peek(), COUNTS * processes as i64);
        drop(children);
        drop(log);
        collector.finish().unwrap();
        if processes > 1 && least < TURNS {
            return f64::NAN;
        }
        longest / (COUNTS as f64 * processes as f64)
    }

    fn count_in_python(processes: usize) -> f64 {
        let args = ["-c", COUNT, &processes.to_string(), &(COUNTS / 4).to_string()];
        let Ok(done) = Command::new("python3").args(args).output() else { return f64::NAN };
        let said = String::from_utf8_lossy(&done.stdout);
        let seconds = said.split_whitespace().filter_map(|seconds| seconds.parse::<f64>().ok());
        let took: Vec<_> = seconds.map(|seconds| (seconds * 1e9) as i64).collect();
        let Some(longest) = took.iter().max() else { return f64::NAN };
        together(&took);
        *longest as f64 / ((COUNTS / 4) as f64 * processes as f64)
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

    /// Memory that forked processes share, all zero; it lives until the process ends.
    fn shared(size: usize) -> *mut u8 {
        let (read, anonymous) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_ANONYMOUS);
        let flags = libc::MAP_SHARED | anonymous;
        // SAFETY: a new mapping.
        let at = unsafe { libc::mmap(std::ptr::null_mut(), size, read, flags, -1, 0) };
        assert_ne!(at, libc::MAP_FAILED);
        at.cast()
    }

    /// Nanoseconds for one addition under a lock of the C library, as the lab's locks are made of, by so many processes.
    fn floor_of_a_lock(processes: u32) -> f64 {
        let at = shared(4096);
        // SAFETY: places of a page of its own, on cache lines of their own; the lock is made before another process is.
        let (lock, number, there, other) = unsafe {
            let lock: *mut libc::pthread_mutex_t = at.cast();
            let mut how: libc::pthread_mutexattr_t = std::mem::zeroed();
            libc::pthread_mutexattr_init(&raw mut how);
            libc::pthread_mutexattr_setpshared(&raw mut how, libc::PTHREAD_PROCESS_SHARED);
            libc::pthread_mutexattr_setrobust(&raw mut how, libc::PTHREAD_MUTEX_ROBUST);
            libc::pthread_mutex_init(lock, &raw const how);
            let long = |place| &*at.add(place).cast::<AtomicU64>();
            (lock, long(128), long(256), long(384))
        };
        let count = || {
            there.fetch_add(1, Ordering::SeqCst);
            while there.load(Ordering::SeqCst) < processes.into() {
                std::hint::spin_loop();
            }
            let begin = Instant::now();
            for _ in 0..COUNTS {
                // SAFETY: it was made.
                unsafe { libc::pthread_mutex_lock(lock) };
                number.store(number.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                // SAFETY: as above.
                unsafe { libc::pthread_mutex_unlock(lock) };
            }
            begin.elapsed().as_nanos() as u64
        };
        let mut took = 0;
        match processes {
            1 => took = count(),
            _ => {
                beside(|| other.store(count(), Ordering::SeqCst), || took = count());
                let others = other.load(Ordering::SeqCst);
                together(&[took as i64, others as i64]);
                took = took.max(others);
            }
        }
        assert_eq!(number.load(Ordering::Relaxed), COUNTS as u64 * u64::from(processes));
        took as f64 / (COUNTS as f64 * f64::from(processes))
    }

    /// Nanoseconds to copy 1 MB to shared memory and from there, by one process.
    fn floor_of_1_mb() -> f64 {
        const SIZE: usize = 1 << 20;
        let (at, mut bytes) = (shared(SIZE), vec![7; SIZE]);
        let begin = Instant::now();
        for _ in 0..ROUNDS / 10 {
            // SAFETY: the memory has so many bytes, and no other process has it yet.
            unsafe {
                at.copy_from_nonoverlapping(bytes.as_ptr(), SIZE);
                black_box(at).copy_to_nonoverlapping(black_box(bytes.as_mut_ptr()), SIZE);
            }
            // Or it is found out that nothing changes.
            black_box(&bytes);
        }
        let took = begin.elapsed().as_nanos() as f64 / f64::from(ROUNDS / 10);
        // SAFETY: the mapping is this function's own.
        unsafe { libc::munmap(at.cast(), SIZE) };
        took
    }

    fn floor_of_a_futex() -> f64 {
        // SAFETY: all zero is a valid word.
        let word = unsafe { &*shared(4096).cast::<AtomicU32>() };
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
        let wanted: Vec<String> =
            std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
        let is_wanted = |what: &str| wanted.is_empty() || wanted.iter().any(|w| what.contains(w));
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
            ("a hand-over: a bare pipe", often(&pipes)),
            ("a hand-over: a socket pair", often(&sockets)),
            ("a hand-over: a futex", often(&floor_of_a_futex)),
            ("1 MB: copied to shared memory and from there", often(&floor_of_1_mb)),
            ("+= 1: the C library's robust lock, by 1 process", often(&|| floor_of_a_lock(1))),
            ("+= 1: the same, by 2 processes", often(&|| floor_of_a_lock(2))),
        ];
        use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
        prepare().unwrap();
        println!("| what | ours | CPython | ratio | bar |\n|---|---|---|---|---|");
        for (measure, messages, what, bar) in [
            ("hand-over", 3_000, "one hand-over", "≥ 2×"),
            ("throughput", 30_000, "a small message, one after another", "≥ 5×"),
            ("1 MB", 100, "a message of 1 MB", "≥ 1×"),
        ] {
            if !is_wanted(what) {
                continue;
            }
            let (ways, method) = compare(measure, messages);
            for way in ["queue", "pipe", "shared memory", "manager"] {
                let of = |name: &str| ways.get(name).copied().unwrap_or(f64::NAN);
                let theirs = of(&format!("CPython's {way}"));
                row(&format!("{what}: {way} (CPython: {method})"), of(way), theirs, bar);
            }
        }
        for processes in [1, 2].into_iter().filter(|_| is_wanted("+= 1")) {
            let trials: Vec<_> =
                (0..TRIALS).map(|_| (count(processes), count_in_python(processes))).collect();
            let all = trials.len();
            let at_once = trials.into_iter().filter(|(ours, _)| !ours.is_nan());
            let (ours, theirs): (Vec<_>, Vec<_>) = at_once.unzip();
            let what = format!(
                "a value, += 1 under its lock, by {processes} process(es), {} of {all} trials (CPython: fork)",
                ours.len()
            );
            row(&what, median(ours), median(theirs), "≥ 5×");
        }
        for (what, nanos) in floors {
            row(&format!("the floor of {what}"), nanos, f64::NAN, "");
        }
    }
}
