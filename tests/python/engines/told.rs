//! What the outcomes of both engines say that any two runs of a preset agree on.

use super::differences::Difference;
use serde_json::{Value, json};

/// A field, or what is made of one, as this program and as Python has it; null where that is not known, or there is no such field.
pub type Both = (&'static str, Value, Value);

/// All of a preset, but for fields that neither has.
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
    let (ours, mut theirs) = (told(ours), told(theirs));
    let mut both: Vec<Both> = Vec::new();
    for (field, of_ours) in ours {
        let place = theirs.iter().position(|(other, _)| *other == field);
        let of_theirs = place.map_or(Value::Null, |place| theirs.remove(place).1);
        both.push((field, of_ours, of_theirs));
    }
    both.extend(theirs.into_iter().map(|(field, of_theirs)| (field, Value::Null, of_theirs)));
    both
}

/// Whether nothing is known: null, or several that are.
pub fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Array(all) => !all.is_empty() && all.iter().all(is_nothing),
        value => value.is_null(),
    }
}

/// What is wrong with a field of two outcomes, of which this is known to differ.
pub fn wrong(known: Option<&Difference>, ours: &Value, theirs: &Value) -> Option<&'static str> {
    let (of_ours, of_theirs) = (!is_nothing(ours), !is_nothing(theirs));
    match known {
        Some(Difference::InNeither(_)) => (of_ours || of_theirs).then_some("known all the same"),
        _ if !of_ours && !of_theirs => Some("known in neither"),
        Some(Difference::Unknown(_)) => of_theirs.then_some("known all the same"),
        Some(Difference::MayDiffer(_)) => (!of_ours || !of_theirs).then_some("known in one only"),
        Some(Difference::Other(_)) if !of_theirs => Some("not known by Python"),
        Some(Difference::Other(_)) => (ours == theirs).then_some("the same all the same"),
        _ => (ours != theirs).then_some("another"),
    }
}

#[test]
fn what_neither_knows_is_no_agreement() {
    let (one, two, nothing) = (json!(1), json!([2]), json!([null, null]));
    let of = |known: Option<Difference>, ours: &Value, theirs: &Value| {
        wrong(known.as_ref(), ours, theirs).is_some()
    };
    assert!(!of(None, &one, &one) && of(None, &one, &two) && of(None, &one, &Value::Null));
    assert!(of(None, &Value::Null, &Value::Null) && of(None, &nothing, &nothing));
    let unknown = || Some(Difference::Unknown(""));
    assert!(!of(unknown(), &one, &Value::Null) && of(unknown(), &one, &one));
    assert!(of(unknown(), &nothing, &nothing));
    let other = || Some(Difference::Other(""));
    assert!(!of(other(), &one, &two) && of(other(), &one, &one));
    assert!(of(other(), &one, &nothing) && of(other(), &nothing, &nothing));
    let may_differ = || Some(Difference::MayDiffer(""));
    assert!(!of(may_differ(), &one, &one) && !of(may_differ(), &one, &two));
    assert!(of(may_differ(), &one, &Value::Null) && of(may_differ(), &nothing, &one));
    let neither = || Some(Difference::InNeither(""));
    assert!(!of(neither(), &Value::Null, &nothing) && of(neither(), &one, &nothing));
    let outcomes = [json!({ "results": null }), json!({ "results": [1] })];
    let told = both("pool-size", "", &outcomes[0], &outcomes[1]);
    assert!(told.contains(&("results", Value::Null, json!([1]))), "{told:?}");
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

/// The entries of a list, sorted; null where that is not known. No such field means that there are none.
fn sorted_of(outcome: &Value, field: &str, each: impl Fn(&Value) -> Value) -> Value {
    match outcome.get(field) {
        Some(Value::Null) => Value::Null,
        list => sorted(list.map_or(&[][..], all).iter().map(each)),
    }
}

/// The values of a field's own fields, sorted; null where that is not known.
fn sorted_in(outcome: &Value, field: &str, each: impl Fn((&String, &Value)) -> Value) -> Value {
    let own = outcome[field].as_object();
    own.map_or(Value::Null, |own| sorted(own.iter().map(each)))
}

/// The fields of these names that there are.
fn fields(outcome: &Value, names: &[&'static str]) -> Told {
    names.iter().filter_map(|name| Some((*name, outcome.get(*name)?.clone()))).collect()
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
        "responsive" => vec![("ways", count(&outcome["ways"]))],
        // One has curves, the other the trials that they are made of.
        "how-many" => vec![],
        _ => {
            let ways = outcome["ways"].as_array().map(|ways| {
                let ways = ways.iter().map(id);
                ways.filter(|way| !way.contains("gil")).collect::<Vec<String>>()
            });
            let mut told = vec![("ways", json!(ways)), ("results", count(&outcome["results"]))];
            // Other bytes are in their files and packets; what a server sends is as long.
            if matches!(preset, "cpu" | "matrix") {
                let results = outcome["results"].as_array();
                let sum = results.map(|all| all.iter().filter_map(Value::as_i64).sum::<i64>());
                told.push(("sum of the results", json!(sum)));
            }
            told
        }
    }
}

fn pool(preset: &str, outcome: &Value) -> Told {
    let results = outcome["results"].as_array();
    let lost = results.map(|all| all.iter().map(Value::is_null).collect::<Vec<bool>>());
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
            let done = |all: &Vec<Value>| -> Vec<Option<bool>> {
                all.iter().map(|n| n.as_i64().map(|n| n > 0)).collect()
            };
            let done = outcome["results"].as_array().map(done);
            vec![("results that are there", json!(done)), ("failed", outcome["failed"].clone())]
        }
        "own-memory" => {
            let mut told = fields(outcome, &["parent_before", "parent_after"]);
            let copy = |copy: &Value| json!([copy["process"], copy["value"]]);
            told.push(("memory_copies", sorted_of(outcome, "memory_copies", copy)));
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
    let failed = sorted_in(outcome, "failed", |(_, why)| why.clone());
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
        told.push(("failed", failed));
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
    told.push(("ends", sorted_of(outcome, "ends", end)));
    told.push(("finished", outcome["finished"].clone()));
    told.push(("stuck", count(&outcome["stuck"])));
    told.push(("signals", sorted_of(outcome, "signals", signal)));
    told.push(("results", sorted_of(outcome, "results", Value::clone)));
    told.push(match preset {
        // Who does not come to its end before patience does is lost with it.
        _ if is_pools => {
            let lost = outcome["lost"].as_array();
            ("lost", json!(lost.map(|lost| lost.contains(&json!(2)))))
        }
        _ => ("lost", outcome["lost"].clone()),
    });
    if !is_race {
        told.extend(fields(outcome, &["values", "left"]));
    }
    told
}

fn factorials(preset: &str, outcome: &Value) -> Told {
    let mut told = fields(outcome, &["threads"]);
    told.push(("failed", sorted_in(outcome, "failed", |(n, _)| json!(n))));
    told.push(match preset {
        "huge" => ("digits", outcome["results"]["2000"].clone()),
        _ => ("results", outcome["results"].clone()),
    });
    if preset != "huge" {
        let ended = sorted_of(outcome, "completion_order", Value::clone);
        told.push(("tasks that ended", ended));
        let taken = &outcome["result_order"];
        match preset {
            // As they are completed, which is a race.
            "time-out" => {}
            "as-completed" | "one-fails" => {
                told.push(("results taken", sorted_of(outcome, "result_order", Value::clone)));
            }
            _ => told.push(("result_order", taken.clone())),
        }
    }
    if let Some(ways) = outcome.get("ways") {
        let ways = ways.as_array().map(|all| all.iter().map(|way| way["way"].clone()));
        told.push(("ways", json!(ways.map(Iterator::collect::<Vec<_>>))));
    }
    told
}

fn sizes(outcome: &Value) -> Told {
    let size = |cell: &Value| json!([cell["pool_size"], cell["trials"]]);
    let mut told = fields(outcome, &["results", "sizes"]);
    told.push(("medians", sorted_of(outcome, "medians", size)));
    told.push(("trials", count(&outcome["trials"])));
    told
}
