//! What both engines must agree on: of the outcome of this program, and of what the listing has printed.

use serde_json::{Value, json};

/// The two, of a preset; what no two runs agree on is left out.
pub fn both(topic: &str, preset: &str, outcome: &Value, out: &str) -> (Value, Value) {
    match topic {
        "threads-vs-processes" => ways(preset, outcome, out),
        "process-pool" => pool(preset, outcome, out),
        "multiprocessing" => processes(preset, outcome, out),
        "shared-list" => list(preset, outcome, out),
        "sharing-data" => sharing(preset, outcome, out),
        "exceptions" => errors(preset, outcome, out),
        "factorials" => factorials(preset, outcome, out),
        "pool-size" => {
            let squares = out.lines().filter(|line| line.starts_with("squares:"));
            let all: Vec<Value> = squares.map(|line| listed(after(line, "squares: "))).collect();
            (json!([outcome["results"], outcome["results"]]), json!(all))
        }
        other => panic!("what do both say of {other}?"),
    }
}

/// What stands behind these words in the first line that has them.
fn after<'a>(out: &'a str, words: &str) -> &'a str {
    let line = out.lines().find_map(|line| line.split_once(words));
    line.unwrap_or_else(|| panic!("no `{words}` in\n{out}")).1
}

/// The number that stands there.
fn number(out: &str, words: &str) -> i64 {
    let digits = after(out, words);
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(digits.len());
    digits[..end].parse().unwrap_or_else(|_| panic!("no number in `{digits}`"))
}

/// A list as Python writes it.
fn listed(text: &str) -> Value {
    let end = text.find(']').unwrap_or_else(|| panic!("no list in `{text}`"));
    serde_json::from_str(&text[..=end].replace("None", "null")).unwrap()
}

/// The lines, sorted.
fn sorted<'a>(lines: impl Iterator<Item = &'a str>) -> Value {
    let mut lines: Vec<&str> = lines.collect();
    lines.sort_unstable();
    json!(lines)
}

fn numbers(value: &Value) -> Vec<i64> {
    value.as_array().unwrap().iter().filter_map(Value::as_i64).collect()
}

fn ways(preset: &str, outcome: &Value, out: &str) -> (Value, Value) {
    let ways = ["one after another: ", "threads: ", "processes: "];
    let printed: Vec<i64> = match preset {
        "isolation" => return crash(outcome, out),
        // These say how long it took.
        "responsive" | "how-many" => return (json!("done"), json!(out.lines().last())),
        _ => ways.iter().map(|way| number(out, way)).collect(),
    };
    let results = numbers(&outcome["results"]);
    let ours = match preset {
        // Its bytes are others, but the same in the three ways.
        "files" | "hashing" | "transfer" => printed[0],
        "downloads" | "mixed" => results.len() as i64,
        _ => results.iter().sum(),
    };
    (json!([ours, ours, ours]), json!(printed))
}

/// Processes of which one crashes, and a process whose thread does.
fn crash(outcome: &Value, out: &str) -> (Value, Value) {
    let codes = numbers(&listed(after(out, "processes: ")));
    let survivors = codes.iter().filter(|code| **code == 0).count();
    let signal = codes.iter().find(|code| **code != 0).map(|code| -code);
    let of_threads = -number(out, "all threads: ");
    let (processes, threads) = (&outcome["processes"], &outcome["threads"]);
    (
        json!([
            processes["started"],
            processes["survivors"],
            processes["signal"],
            threads["signal"]
        ]),
        json!([codes.len(), survivors, signal, of_threads]),
    )
}

fn pool(preset: &str, outcome: &Value, out: &str) -> (Value, Value) {
    let results = outcome["results"].as_array().unwrap();
    match preset {
        "squares" => (json!(results), listed(after(out, "results: "))),
        "ten-sleepers" => (json!(results.len()), json!(out.matches("was done by PID").count())),
        "a-thousand-images" => (json!(results.len()), json!(number(out, "results: "))),
        // Which worker did a task is nothing that two runs agree on.
        _ => {
            let lost =
                |results: &[Value]| -> Vec<bool> { results.iter().map(Value::is_null).collect() };
            let printed = listed(after(out, "results: "));
            (json!(lost(results)), json!(lost(printed.as_array().unwrap())))
        }
    }
}

fn processes(preset: &str, outcome: &Value, out: &str) -> (Value, Value) {
    let results = || listed(out.lines().find(|line| line.starts_with('[')).unwrap());
    match preset {
        "five-workers" | "parallel-squares" => (outcome["results"].clone(), results()),
        "four-images" => {
            let all = |value: &Value| numbers(value).iter().map(|passes| *passes > 0).collect();
            let (ours, theirs): (Vec<bool>, Vec<bool>) =
                (all(&outcome["results"]), all(&results()));
            (json!(ours), json!(theirs))
        }
        "own-memory" => {
            let copies = outcome["memory_copies"].as_array().unwrap();
            let ours = copies.iter().map(|copy| copy["value"].as_i64().unwrap());
            let mut values = vec![number(after(out, "parent after, "), ": ")];
            values.extend(
                (1..copies.len()).map(|n| number(after(out, &format!("child {n}, ")), ": ")),
            );
            (json!(ours.collect::<Vec<_>>()), json!(values))
        }
        "crash" => crash(outcome, out),
        "cpu-bound" => {
            let ways = outcome["ways"].as_array().unwrap().iter();
            let mut ours: Vec<&Value> = ways.map(|way| &way["primes"]).collect();
            ours.dedup();
            let ways = ["one after another: ", "threads: ", "processes: "];
            let mut theirs: Vec<i64> = ways.iter().map(|way| number(out, way)).collect();
            theirs.dedup();
            (json!(ours), json!(theirs))
        }
        other => panic!("what do both say of {other}?"),
    }
}

fn list(preset: &str, outcome: &Value, out: &str) -> (Value, Value) {
    let ours = |key: &str| outcome[key].as_i64().unwrap();
    let kept = |list: &Value| list.as_array().unwrap().len() as i64;
    match preset {
        // How many are lost without a lock is another number in each run, but never more than there were.
        "count" | "one-side-locks" | "own-lock-each" => {
            let left = number(out, "went in, left: ");
            let added = number(&format!("= {out}"), "= ");
            assert!(left <= added && ours("actual") <= ours("expected"));
            (json!(ours("added")), json!(added))
        }
        "count-locked" => {
            let left = [number(&format!("= {out}"), "= "), number(out, "went in, left: ")];
            (json!([ours("added"), ours("actual")]), json!(left))
        }
        "repeat-50" => {
            let runs = outcome["runs"].as_array().unwrap().iter();
            let locked = runs.filter(|run| run["lock"] == true).map(|run| run["actual"].clone());
            (json!(locked.collect::<Vec<_>>()), listed(after(out, "with the lock ")))
        }
        // How far removers get in their attempts is another number in each run.
        "no-lock" => (json!(true), json!(number(out, "left: ") >= 0)),
        "contended" => {
            let left = kept(&listed(after(out, "left: ")));
            let both = [ours("added") - ours("removed") == ours("actual"), left <= ours("added")];
            (json!([true, true]), json!(both))
        }
        _ => {
            let left = kept(&listed(after(out, "left: ")));
            // What two threads write at once may share a line, and a list begins with what was in it.
            let [added, removed] =
                ["added", "removed"].map(|word| out.matches(word).count() as i64);
            let first = if added == 0 { left + removed } else { added };
            assert_eq!(ours("added") - ours("removed"), ours("actual"));
            (json!([ours("added"), 0]), json!([first, first - removed - left]))
        }
    }
}

fn sharing(preset: &str, outcome: &Value, out: &str) -> (Value, Value) {
    let used = |word: &str| sorted(out.lines().filter(|line| line.starts_with(word)));
    let said = |word: &str| {
        let messages = outcome["messages"].as_array().unwrap().iter().filter_map(Value::as_str);
        sorted(messages.filter(|line| line.starts_with(word)))
    };
    let ended = |line: &str| (json!(line), json!(out.lines().last()));
    match preset {
        "array" | "array-one-forgets" => {
            let cells = numbers(&listed(after(out, "cells: ")));
            let (all, each) = (cells.len() as i64, number(out, " each of "));
            let sum: i64 = cells.iter().sum();
            let whole = |count: i64| preset == "array" && count == all * each;
            let ours = outcome["count"].as_i64().unwrap();
            (json!([outcome["expected"], whole(ours)]), json!([all * each, whole(sum)]))
        }
        "lock" | "value" => {
            let theirs = [number(out, "count: "), number(out, " of ")];
            (json!([outcome["count"], outcome["expected"]]), json!(theirs))
        }
        "rlock" => (outcome["count"].clone(), json!(number(out, "count: "))),
        "lock-each-own" | "value-unlocked" => {
            (outcome["expected"].clone(), json!(number(out, " of ")))
        }
        "manager" => (
            json!([outcome["count"], outcome["put"]]),
            json!([number(out, "n: "), number(out, "done: ")]),
        ),
        "manager-read-modify-write" => (
            json!([outcome["expected"], outcome["put"]]),
            json!([number(out, " of "), number(out, "done: ")]),
        ),
        "manager-nested" => (json!("row 0 is []"), json!(out.lines().next())),
        "philosophers-in-order" => {
            (outcome["meals"].clone(), json!(out.matches("has eaten").count()))
        }
        "semaphore" | "semaphore-over-released" | "semaphore-bounded" => {
            // With one given back too often, one more may be inside.
            let most = if preset == "semaphore" { 3 } else { 4 };
            let inside = |many: i64| many <= most;
            let tools = outcome["tools"].as_array().unwrap();
            let ours = tools[0]["most_inside"].as_i64().unwrap();
            (json!(inside(ours)), json!(inside(number(out, "at most: "))))
        }
        "condition" | "if-not-while" | "queue" | "queue-several" | "one-sentinel"
        | "task-done-missing" => {
            // What two threads write at once may share a line.
            let messages = outcome["messages"].as_array().unwrap().iter().filter_map(Value::as_str);
            let all = |text: &str| {
                let numbers = text.split(|c: char| !c.is_ascii_digit());
                sorted(numbers.filter(|number| !number.is_empty()))
            };
            (all(&messages.collect::<Vec<_>>().join(" ")), all(out))
        }
        "changed-after-put" | "pipe" => (said("got"), used("got")),
        // Who comes when it is broken already is a race.
        "barrier-one-missing" => {
            let some = |lines: Value| lines.as_array().is_some_and(|lines| !lines.is_empty());
            (json!(some(said("Broken"))), json!(some(used("Broken"))))
        }
        "event" => ended("all have run"),
        "barrier" => ended("done"),
        "process-queue" | "process-lock" | "process-semaphore" | "process-condition"
        | "process-event" | "compare" => ended("all done"),
        // Who hangs prints nothing more.
        "lock-twice" | "deadlock" | "philosophers" | "notify-before-wait" | "event-cleared"
        | "join-before-drain" => {
            let finished = out.lines().any(|line| line.starts_with("all") || line == "done");
            (json!(false), json!(finished))
        }
        other => panic!("what do both say of {other}?"),
    }
}

fn errors(preset: &str, outcome: &Value, out: &str) -> (Value, Value) {
    // Python says the message alone.
    let plain = |text: &str| {
        let kinds = ["ValueError: ", "OSError: ", "ConnectionError: ", "Missing: ", "Refused: "];
        kinds.iter().fold(text.to_owned(), |text, kind| text.replace(kind, ""))
    };
    let messages = outcome["messages"].as_array().unwrap().iter().filter_map(Value::as_str);
    let messages: Vec<String> = messages.map(plain).collect();
    let (ours, theirs): (Vec<&str>, Vec<&str>) =
        (messages.iter().map(String::as_str).collect(), out.lines().collect());
    let last = || (json!(ours.last()), json!(theirs.last()));
    match preset {
        // Its handler writes to standard error; who is how far when another fails, or gives up, is a race.
        "logging" | "half-changed" | "timeout-cancel" => last(),
        "error-event" => {
            let all = |line: Option<&&str>| {
                line.and_then(|line| line.split(" of ").nth(1)).map(str::to_owned)
            };
            (json!([ours[0], all(ours.last())]), json!([theirs[0], all(theirs.last())]))
        }
        "crash-isolation" => {
            let codes = listed(after(out, "exit codes: "));
            let ours = after(ours.last().unwrap(), "exit codes: ");
            let ours = ours.split(", ").map(|code| code.split(' ').next().unwrap().parse::<i64>());
            (json!(ours.map(Result::unwrap).collect::<Vec<_>>()), codes)
        }
        "signal" => {
            let in_order =
                |lines: &[&str]| lines.iter().filter(|line| line.contains("in order")).count();
            (json!(in_order(&ours)), json!(in_order(&theirs)))
        }
        _ => (sorted(ours.into_iter()), sorted(theirs.into_iter())),
    }
}

fn factorials(preset: &str, outcome: &Value, out: &str) -> (Value, Value) {
    let results = outcome["results"].as_object().unwrap();
    match preset {
        "nested-submit" => (json!(""), json!(out)),
        "huge" => {
            let digits = results["2000"].as_str().unwrap();
            let ours = format!("2000! has {} digits: {}...", digits.len(), &digits[..10]);
            (json!(ours), json!(out.trim_end()))
        }
        // Which ones are there in time is a race.
        "time-out" => {
            let said =
                out.lines().filter(|line| line.starts_with("gave up") || line.contains("! = "));
            let said = said.count() as u64;
            let of = outcome["threads"].as_u64().unwrap();
            (json!(true), json!(said >= 1 && of >= 1))
        }
        _ => {
            let given = results.iter().filter_map(|(n, value)| Some((n, value.as_str()?)));
            let ours: Vec<String> = given.map(|(n, value)| format!("{n}! = {value}")).collect();
            let theirs = out.lines().filter(|line| line.contains("! = "));
            (sorted(ours.iter().map(String::as_str)), sorted(theirs))
        }
    }
}
