//! The pool against CPython's `multiprocessing.Pool` (start method fork), interleaved in one run: start, map of ten
//! squares and shutdown; tasks per second, one a message; one small task there and back. With what starting a worker
//! costs. Prints rows of a Markdown table.
//!
//! `cargo bench --bench workers`
#![allow(clippy::unwrap_used)]

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(unix)]
mod unix {
    use concurrency_lab::record::{Clock, Log, Recorder};
    use concurrency_lab::trace::{Actor, ActorKind, Meta};
    use concurrency_lab::workers::{Job, Pool, PoolOptions, Start, Value, prepare, use_program};
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    const TRIALS: usize = 15;
    const TASKS: i64 = 20_000;
    const CALLS: usize = 300;

    /// CPython does what it is asked on a line and answers with the seconds it took.
    const SCRIPT: &str = r"
import multiprocessing as mp, sys, time
def square(n): return n * n
def serve():
    mp.set_start_method('fork')
    for line in sys.stdin:
        what, n = line.split(); n = int(n)
        if what == 'life':
            start = time.perf_counter()
            pool = mp.Pool(n)
            assert pool.map(square, range(1, 11)) == [i * i for i in range(1, 11)]
            pool.close(); pool.join()
            took = time.perf_counter() - start
        elif what == 'rate':
            with mp.Pool(2) as pool:
                pool.map(square, range(100), 1)
                start = time.perf_counter()
                pool.map(square, range(n), 1)
                took = time.perf_counter() - start
        else:
            with mp.Pool(1) as pool:
                times = []
                for i in range(n):
                    start = time.perf_counter()
                    pool.apply(square, (i,))
                    times.append(time.perf_counter() - start)
                took = sorted(times)[n // 2]
        print(took, flush=True)
serve()
";

    fn median(mut times: Vec<f64>) -> f64 {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    }

    fn timed(what: impl FnOnce()) -> f64 {
        let start = Instant::now();
        what();
        start.elapsed().as_secs_f64()
    }

    fn life(log: &Log, start: Start, size: usize) -> f64 {
        timed(|| {
            let pool = Pool::start(log, PoolOptions { start, ..PoolOptions::new(size) }).unwrap();
            let args = (1..=10).map(Value::Int).collect();
            let squares = pool.map(log, "square", args, None).unwrap();
            assert!(squares.into_iter().eq((1..=10).map(|n| Value::Int(n * n))));
            pool.join(log).unwrap();
        })
    }

    fn rate(log: &Log) -> f64 {
        let pool = Pool::start(log, PoolOptions::new(2)).unwrap();
        let warm = (0..100).map(Value::Int).collect();
        pool.map(log, "square", warm, Some(1)).unwrap();
        let args = (0..TASKS).map(Value::Int).collect();
        let took = timed(|| drop(pool.map(log, "square", args, Some(1)).unwrap()));
        pool.join(log).unwrap();
        took
    }

    fn call(log: &Log) -> f64 {
        let pool = Pool::start(log, PoolOptions::new(1)).unwrap();
        let calls = (0..CALLS as i64).map(|n| {
            timed(|| assert_eq!(pool.apply(log, Job::new("square", n)), Ok(Value::Int(n * n))))
        });
        let took = median(calls.collect());
        pool.join(log).unwrap();
        took
    }

    fn row(what: &str, ours: f64, theirs: Option<f64>, bar: &str) {
        let ms = |s: f64| format!("{:.3} ms", s * 1e3);
        let (theirs, ratio) = theirs.map_or_else(
            || ("—".to_owned(), "—".to_owned()),
            |t| (ms(t), format!("{:.1}×", t / ours)),
        );
        println!("| {what} | {} | {theirs} | {ratio} | {bar} |", ms(ours));
    }

    pub fn main() {
        use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
        let prepared = timed(|| prepare().unwrap());
        let mut python = Command::new("python3")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok();
        if python.is_none() {
            eprintln!("python3 is not there: no ratios");
        }
        let mut pipes = python.as_mut().map(|p| {
            let answers = BufReader::new(p.stdout.take().unwrap()).lines();
            (p.stdin.take().unwrap(), answers)
        });
        let mut ask = |what: &str, n: usize| {
            let (stdin, answers) = pipes.as_mut()?;
            writeln!(stdin, "{what} {n}").unwrap();
            Some(answers.next().unwrap().unwrap().parse::<f64>().unwrap())
        };
        let (recorder, collector) = Recorder::start(Meta::default(), Clock::system(), |_| {});
        let log = recorder.log(Actor {
            name: "main".into(),
            badge: "M".into(),
            kind: ActorKind::Thread,
            parent: None,
            ..Actor::default()
        });
        println!("| what | here | CPython | ratio | bar |\n|---|---|---|---|---|");
        for size in [1, 2, 4, 8] {
            let (mut ours, mut execs, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
            for trial in 0..=TRIALS {
                let (mine, exec) = (life(&log, Start::Fork, size), life(&log, Start::Exec, size));
                let other = ask("life", size);
                // The first one warms up.
                if trial > 0 {
                    ours.push(mine);
                    execs.push(exec);
                    theirs.extend(other);
                }
            }
            let theirs = (!theirs.is_empty()).then(|| median(theirs));
            row(
                &format!("start, map of 1…10, shutdown, {size} workers"),
                median(ours),
                theirs,
                "≥ 5×",
            );
            row(
                &format!("the same, executed instead of forked, {size}"),
                median(execs),
                theirs,
                "",
            );
        }
        let mut pairs = |ours: fn(&Log) -> f64, what: &str, n: usize| {
            let (mut mine, mut theirs) = (Vec::new(), Vec::new());
            for _ in 0..5 {
                mine.push(ours(&log));
                theirs.extend(ask(what, n));
            }
            (median(mine), (!theirs.is_empty()).then(|| median(theirs)))
        };
        let (ours, theirs) = pairs(rate, "rate", TASKS as usize);
        row(&format!("{TASKS} tasks, one a message, 2 workers"), ours, theirs, "≥ 5×");
        println!(
            "| tasks per second | {:.0} | {} | | |",
            TASKS as f64 / ours,
            theirs.map_or(0.0, |t| TASKS as f64 / t).round()
        );
        let (ours, theirs) = pairs(call, "call", CALLS);
        row("one small task, submit to result", ours, theirs, "≥ 5×");
        row("fork server, once", prepared, None, "");
        for start in [Start::Fork, Start::Exec] {
            let times = (0..TRIALS).map(|_| ready(&log, start)).collect();
            row(&format!("a worker, {start:?} to ready"), median(times), None, "");
        }
        drop(log);
        collector.finish().unwrap();
        drop(pipes);
        if let Some(mut python) = python {
            python.wait().unwrap();
        }
    }

    fn ready(log: &Log, start: Start) -> f64 {
        let begun = Instant::now();
        let pool = Pool::start(log, PoolOptions { start, ..PoolOptions::new(1) }).unwrap();
        while !pool.workers()[0].ready {
            std::thread::sleep(Duration::from_micros(10));
        }
        let took = begun.elapsed().as_secs_f64();
        pool.join(log).unwrap();
        took
    }
}
