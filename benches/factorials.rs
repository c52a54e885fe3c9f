//! 100,000! by the preset `huge` of topic 7 against CPython's `math.factorial`, interleaved in one run. The product only:
//! turning it into decimal digits is left out on both sides. Prints rows of a Markdown table.
//!
//! On two cores runs gave 9.4 to 11.3 times, where 10 is the bar. Of 16 ms of work by one thread, parts take 5, products 10; the
//! last product, of 1.2 ms, is one thread's, and so is finding the primes, of 0.4 ms.
//!
//! `cargo bench --bench factorials`
#![allow(clippy::unwrap_used)]

use concurrency_lab::topics::find;
use concurrency_lab::topics::runner::run_to_end;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

const TRIALS: usize = 15;

/// CPython computes n! for every n on a line, and answers with the seconds it took.
const SCRIPT: &str = r"
import math, sys, time
for line in sys.stdin:
    n = int(line)
    start = time.perf_counter()
    math.factorial(n)
    print(time.perf_counter() - start, flush=True)
";

/// Seconds from the first task handed in to the whole product, as recorded.
fn ours(n: u64, threads: usize) -> f64 {
    let topic = find("factorials").unwrap();
    let mut params = topic.preset("huge").unwrap();
    params.set("n", &n.to_string()).unwrap();
    params.set("threads", &threads.to_string()).unwrap();
    let run = run_to_end(topic, params, Some(Duration::from_secs(60))).unwrap();
    run.result.unwrap()["product_ns"].as_f64().unwrap() / 1e9
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let python = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    if python.is_err() {
        eprintln!("python3 is not there: no ratios");
    }
    let mut python = python.ok();
    let mut pipes = python.as_mut().map(|python| {
        let answers = BufReader::new(python.stdout.take().unwrap()).lines();
        (python.stdin.take().unwrap(), answers)
    });
    let mut theirs = |n: u64| {
        let (stdin, answers) = pipes.as_mut()?;
        writeln!(stdin, "{n}").unwrap();
        Some(answers.next().unwrap().unwrap().parse::<f64>().unwrap())
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("| what | here | CPython | ratio | bar |\n|---|---|---|---|---|");
    for (n, threads, bar) in [(100_000, cores, "≥ 10×"), (100_000, 1, ""), (20_000, cores, "")] {
        let (mut mine, mut other) = (Vec::new(), Vec::new());
        for trial in 0..=TRIALS {
            let pair = (ours(n, threads), theirs(n));
            // The first one warms up.
            if trial > 0 {
                mine.push(pair.0);
                other.extend(pair.1);
            }
        }
        let mine = median(mine);
        let ms = |seconds: f64| format!("{:.2} ms", seconds * 1e3);
        let (other, ratio) = match other.is_empty() {
            true => ("—".to_owned(), "—".to_owned()),
            false => {
                let other = median(other);
                (ms(other), format!("{:.1}×", other / mine))
            }
        };
        println!("| {n}! on {threads} threads | {} | {other} | {ratio} | {bar} |", ms(mine));
    }
    drop(pipes);
    if let Some(mut python) = python {
        python.wait().unwrap();
    }
}
