//! What the outcomes of both engines say that any two runs of a preset agree on.

use serde_json::{Value, json};

/// A field, or what is made of one, as this program and as Python has it.
pub type Both = (&'static str, Value, Value);

/// All of a preset.
pub fn both(topic: &str, preset: &str, ours: &Value, theirs: &Value) -> Vec<Both> {
    let told = |outcome: &Value| match topic {
        "threads-vs-processes" => ways(preset, outcome),
        "process-pool" => pool(preset, outcome),
        "multiprocessing" => processes(preset, outcome),
        "shared-list" => list(preset, outcome),
        "sharing-data" => sharing(preset, outcome),
        "exceptions" => errors(preset, outcome),
        "factorials" => factorials(preset, outcome),
        "pool-size" => sizes(outcome),
        other => panic!("what do outcomes tell of {other}?"),
    };
    let (ours, theirs) = (told(ours), told(theirs));
    assert_eq!(ours.len(), theirs.len());
    ours.into_iter().zip(theirs).map(|((field, a), (_, b))| (field, a, b)).collect()
}

type Told = Vec<(&'static str, Value)>;

fn all(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// How many there are; null where that is not known.
fn count(value: &Value) -> Value {
    value.as_array().map_or(Value::Null, |all| json!(all.len()))
}

fn sorted(values: impl Iterator<Item = Value>) -> Value {
    let mut texts: Vec<String> = values.map(|value| value.to_string()).collect();
    texts.sort_unstable();
    json!(texts)
}

fn fields(outcome: &Value, names: &[&'static str]) -> Told {
    names.iter().map(|name| (*name, outcome[*name].clone())).collect()
}

fn crash(outcome: &Value) -> Told {
    let group = |group: &str| {
        json!(["started", "survivors", "signal", "exit_status"].map(|f| &outcome[group][f]))
    };
    vec![("processes", group("processes")), ("threads", group("threads"))]
}

fn ways(preset: &str, outcome: &Value) -> Told {
    let id = |way: &Value| {
        let way = way["way"].as_str().unwrap_or_default();
        way.strip_prefix("cpython-").unwrap_or(way).to_owned()
    };
    match preset {
        "isolation" => crash(outcome),
        // How late each beat came is no event of any program.
        "responsive" => vec![],
        "how-many" => vec![],
        _ => {
            let ways = all(&outcome["ways"]).iter().map(id);
            let ways: Vec<String> = ways.filter(|way| !way.contains("gil")).collect();
            let mut told = vec![("ways", json!(ways)), ("results", count(&outcome["results"]))];
            // Other bytes are in their files and packets; what a server sends is as long.
            if matches!(preset, "cpu" | "matrix") {
                let sum: i64 = all(&outcome["results"]).iter().filter_map(Value::as_i64).sum();
                told.push(("sum of the results", json!(sum)));
            }
            told
        }
    }
}

fn pool(preset: &str, outcome: &Value) -> Told {
    let results = all(&outcome["results"]);
    let lost: Vec<bool> = results.iter().map(Value::is_null).collect();
    let mut told = vec![
        ("results that are there", json!(lost)),
        ("failed", count(&outcome["failed"])),
        ("chunk", outcome["chunk"].clone()),
        ("killed", outcome["killed"].clone()),
    ];
    // CPython looks for dead workers ten times a second: a run may end before it has replaced one.
    if !preset.starts_with("kill-one") {
        told.push(("processes", outcome["processes"].clone()));
    }
    if preset == "squares" {
        told.push(("results", outcome["results"].clone()));
        told.push(("received_order", outcome["received_order"].clone()));
    }
    told
}

fn processes(preset: &str, outcome: &Value) -> Told {
    match preset {
        "five-workers" | "parallel-squares" => fields(outcome, &["results", "failed"]),
        "four-images" => {
            let done = all(&outcome["results"]).iter().map(|n| n.as_i64().map(|n| n > 0));
            let done: Vec<Option<bool>> = done.collect();
            vec![("results that are there", json!(done)), ("failed", outcome["failed"].clone())]
        }
        "own-memory" => {
            let mut told = fields(outcome, &["parent_before", "parent_after"]);
            let copy = |copy: &Value| json!([copy["process"], copy["value"]]);
            told.push(("memory_copies", sorted(all(&outcome["memory_copies"]).iter().map(copy))));
            let threads = &outcome["threads"];
            let threads = match threads.is_null() {
                true => Value::Null,
                false => json!([threads["before"], threads["after"]]),
            };
            told.push(("threads", threads));
            told
        }
        "crash" => crash(outcome),
        _ => {
            let way = |name: &str| {
                let mut ways = all(&outcome["ways"]).iter();
                ways.find(|way| way["way"] == name).map_or(Value::Null, |way| way["primes"].clone())
            };
            vec![
                ("limit", outcome["limit"].clone()),
                ("primes of processes", way("processes")),
                ("primes of threads", way("threads")),
                ("primes one after another", way("one after another")),
            ]
        }
    }
}

fn list(preset: &str, outcome: &Value) -> Told {
    let number = |field: &str| outcome[field].as_i64();
    let balance = number("expected").zip(number("actual"));
    let mut told = fields(outcome, &["added", "lost_updates", "empty_attempts"]);
    // How many are removed, or lost, is another number in each run.
    told.push(("at most as many as expected", json!(balance.map(|(e, a)| a <= e))));
    let is_locked =
        !matches!(preset, "count" | "repeat-50" | "one-side-locks" | "own-lock-each" | "no-lock");
    if is_locked {
        told.push(("as many as expected", json!(balance.map(|(e, a)| a == e))));
    }
    match preset {
        "count-locked" => told.extend(fields(outcome, &["expected", "actual", "failed"])),
        "count" | "one-side-locks" | "own-lock-each" => {
            told.extend(fields(outcome, &["expected", "failed"]));
        }
        "repeat-50" => {
            let locked = all(&outcome["runs"]).iter().filter(|run| run["lock"] == true);
            let left: Vec<&Value> = locked.map(|run| &run["actual"]).collect();
            let left = if outcome["runs"].is_null() { Value::Null } else { json!(left) };
            told.extend([("expected", outcome["expected"].clone()), ("runs with the lock", left)]);
        }
        "check-then-act" => told.push(("final_list", outcome["final_list"].clone())),
        "no-lock" => {}
        _ => told.push(("failed", outcome["failed"].clone())),
    }
    told
}

fn sharing(preset: &str, outcome: &Value) -> Told {
    let mut told = fields(outcome, &["program", "started"]);
    let failed = outcome["failed"].as_object().into_iter().flatten().map(|(_, why)| why.clone());
    // Who is first is a race, and with it what becomes of the others.
    let is_race = matches!(
        preset,
        "if-not-while"
            | "semaphore-bounded"
            | "semaphore-over-released"
            | "two-readers"
            | "barrier-one-missing"
    );
    if !is_race {
        told.extend(fields(outcome, &["finished"]));
        told.push(("stuck", count(&outcome["stuck"])));
        told.push(("failed", sorted(failed)));
        told.extend(fields(outcome, &["generations", "sentinels", "put", "got", "left"]));
    }
    told.extend(fields(outcome, &["expected"]));
    // When they stand still is a race.
    if !matches!(preset, "deadlock" | "philosophers") {
        told.extend(fields(outcome, &["meals"]));
    }
    // Without a lock any may be lost.
    if !matches!(
        preset,
        "lock-each-own" | "value-unlocked" | "manager-read-modify-write" | "array-one-forgets"
    ) {
        told.extend(fields(outcome, &["count"]));
    }
    told
}

fn errors(preset: &str, outcome: &Value) -> Told {
    let error = |error: &Value| json!([error["text"], error["end"]]);
    let signal = |signal: &Value| json!([signal["signal"], signal["handled"]]);
    let end = |end: &Value| end["how"].clone();
    let mut told = fields(outcome, &["program", "exit_status", "started"]);
    let is_pools = matches!(preset, "cannot-be-rebuilt" | "exit-in-task" | "broken-pool");
    // Whether anybody's patience ends first is one of time.
    if preset == "timeout-cancel" {
        return told;
    }
    // Who is how far when another fails is a race.
    let is_race = preset == "error-event";
    let known = outcome["errors"].as_array();
    told.push(("errors", known.map_or(Value::Null, |all| sorted(all.iter().map(error)))));
    told.push(("unheard", outcome["unheard"].clone()));
    told.push(("ends", sorted(all(&outcome["ends"]).iter().map(end))));
    told.push(("finished", outcome["finished"].clone()));
    told.push(("stuck", count(&outcome["stuck"])));
    told.push(("signals", sorted(all(&outcome["signals"]).iter().map(signal))));
    told.push(("results", sorted(all(&outcome["results"]).iter().cloned())));
    let fails = all(&outcome["lost"]).contains(&json!(2));
    told.push(match preset {
        // Who does not come to its end before patience does is lost with it.
        _ if is_pools => ("lost", json!(fails)),
        _ => ("lost", outcome["lost"].clone()),
    });
    if !is_race {
        told.extend(fields(outcome, &["values", "left"]));
    }
    told
}

fn factorials(preset: &str, outcome: &Value) -> Told {
    let mut told = fields(outcome, &["threads"]);
    let failed = outcome["failed"].as_object().into_iter().flatten().map(|(n, _)| json!(n));
    told.push(("failed", sorted(failed)));
    told.push(match preset {
        "huge" => ("digits", outcome["results"]["2000"].clone()),
        _ => ("results", outcome["results"].clone()),
    });
    let tasks = outcome["completion_order"].as_array().cloned().unwrap_or_default();
    if preset != "huge" {
        told.push(("tasks that ended", sorted(tasks.into_iter())));
        let taken = &outcome["result_order"];
        match preset {
            // As they are completed, which is a race.
            "time-out" => {}
            "as-completed" | "one-fails" => {
                told.push(("results taken", sorted(all(taken).iter().cloned())));
            }
            _ => told.push(("result_order", taken.clone())),
        }
    }
    let ways = all(&outcome["ways"]).iter().map(|way| way["way"].clone());
    told.push(("ways", json!(ways.collect::<Vec<_>>())));
    told
}

fn sizes(outcome: &Value) -> Told {
    let size = |cell: &Value| json!([cell["pool_size"], cell["trials"]]);
    let median = all(&outcome["medians"]).iter().map(size);
    let mut told = fields(outcome, &["results", "sizes"]);
    told.push(("medians", sorted(median)));
    told.push(("trials", count(&outcome["trials"])));
    told
}
