//! The rows of each part of the table.

use super::Side;
use super::fields::outcome;
use super::sums::{self, Pair, Use};
use super::table::{Comparison, Part, Row, Value, empty};
use crate::export::recording::date;
use crate::replay::FindingKind;
use crate::replay::statistics::Times;
use crate::replay::words::{count, grouped, value as words};
use crate::trace::{Nanos, RecordedBy};
use serde_json::json;
use std::collections::BTreeSet;

/// The most fields of an outcome, and the most resources, that are shown.
const FIELDS: usize = 30;
const RESOURCES: usize = 8;

impl Comparison {
    pub(super) fn run(&mut self, sides: &[Side<'_>]) {
        let fact = |what: &str, of: &dyn Fn(&Side<'_>) -> String| {
            let value = |side| Some(of(side)).filter(|text| !text.is_empty()).map(Value::text);
            let values = sides.iter().map(value).collect();
            let (of, unit, said) = (String::new(), "", String::new());
            Row { part: Part::Run, of, what: what.into(), unit, values, is_measured: false, said }
        };
        let program = |side: &Side<'_>| {
            let program = &side.trace.meta().program;
            format!("{} {}", program.name, program.version).trim().to_owned()
        };
        let machine = |side: &Side<'_>| {
            let machine = &side.made.machine;
            match machine.cores {
                0 => String::new(),
                cores => format!("{}, {} {}", count(cores, "core"), machine.system, machine.cpu),
            }
            .trim()
            .to_owned()
        };
        let cpython = |side: &Side<'_>| side.trace.meta().fact("cpython").unwrap_or("").to_owned();
        let recorded = |side: &Side<'_>| match side.made.began {
            0 => String::new(),
            began => date(began),
        };
        let ended = |side: &Side<'_>| side.went.to_owned();
        for row in [
            fact("topic", &|side| side.trace.meta().topic.clone()),
            fact("preset", &|side| side.trace.meta().preset.clone()),
            fact("recorded by", &program),
            fact("CPython", &cpython),
            fact("machine", &machine),
            Row { is_measured: true, ..fact("recorded", &recorded) },
            fact("how it went", &ended),
        ] {
            self.add_if(row);
        }
        let number = |what: &str, unit, of: &dyn Fn(&Side<'_>) -> Value| {
            let values = sides.iter().map(|side| Some(of(side))).collect();
            Row { values, unit, ..empty(Part::Run, what) }
        };
        let actors = |side: &Side<'_>| Value::number(side.trace.meta().actors.len() as u64);
        let events = |side: &Side<'_>| Value::number(side.trace.events().len() as u64);
        let time = number("time", "ns", &|side| Value::time(length(side)));
        self.rows.push(Row { is_measured: true, ..time });
        self.rows.push(Row { is_measured: true, ..number("events", "", &events) });
        self.rows.push(number("threads and processes", "", &actors));
        if sides.iter().any(|side| side.trace.dropped() > 0) {
            let row = self.add(Part::Run, "events that are missing");
            let missing = |side: &Side<'_>| Some(Value::number(side.trace.dropped()));
            row.values = sides.iter().map(missing).collect();
        }
    }

    pub(super) fn parameters(&mut self, sides: &[Side<'_>]) {
        let mut keys: Vec<&str> = Vec::new();
        for (key, _) in sides.iter().flat_map(|side| side.params) {
            if !keys.contains(&&key[..]) {
                keys.push(key);
            }
        }
        let have: Vec<bool> = sides.iter().map(|side| !side.params.is_empty()).collect();
        for key in keys {
            let values = sides.iter().map(|side| {
                let found = side.params.iter().find(|(own, _)| own == key);
                found.map(|(_, value)| Value::text(value))
            });
            let row = Row { values: values.collect(), ..empty(Part::Parameters, key) };
            self.add_among(row, &have);
        }
    }

    pub(super) fn outcome(&mut self, sides: &[Side<'_>]) {
        let fields: Vec<Vec<(String, Value)>> = sides.iter().map(outcome).collect();
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in fields.iter().flatten() {
            if !names.contains(&&name[..]) {
                names.push(name);
            }
        }
        let before = self.rows.len();
        let have: Vec<bool> = sides.iter().map(|side| side.outcome.is_some()).collect();
        for name in names {
            let values = fields.iter().map(|fields| {
                fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
            });
            let values: Vec<Option<Value>> = values.collect();
            // What the trace of a Python program does not tell is no difference.
            let is_known = |(have, value): (&bool, &Option<Value>)| *have && value.is_some();
            let python = |side: &Side<'_>| side.trace.meta().recorder == RecordedBy::Python;
            let have: Vec<bool> = match sides.iter().any(python) {
                false => have.clone(),
                true => have.iter().zip(&values).map(is_known).collect(),
            };
            let unit = words::kind(name).unit();
            let is_measured =
                !unit.is_empty() || values.iter().flatten().any(|value| value.data.is_f64());
            let row = Row { values, is_measured, unit, ..empty(Part::Outcome, "") };
            self.add_among(Row { what: words::name(name), ..row }, &have);
        }
        let more = self.rows.len().saturating_sub(before + FIELDS);
        if more > 0 {
            self.rows.truncate(before + FIELDS);
            self.left_out
                .push(format!("{} of the outcome differ, too.", count(more, "more field")));
        }
    }

    pub(super) fn contention(&mut self, sides: &[Side<'_>]) {
        let mut pairs = sums::pairs(sides);
        let of = |side: usize| pairs.iter().filter_map(move |pair| pair.uses[side].as_ref());
        let sides = 0..sides.len();
        let all = |of_one: &dyn Fn(&Use) -> Nanos| -> Vec<Option<Value>> {
            let sum = |side| of(side).fold(Nanos::ZERO, |sum, a_use| sum + of_one(a_use));
            sides.clone().map(|side| Some(Value::time(sum(side)))).collect()
        };
        let many = |of_one: &dyn Fn(&Use) -> u64| -> Vec<Option<Value>> {
            let sum = |side| of(side).map(of_one).sum::<u64>();
            sides.clone().map(|side| Some(Value::number(sum(side)))).collect()
        };
        let longest = |of_one: &dyn Fn(&Use) -> Option<(Nanos, String)>| -> Vec<Option<Value>> {
            sides.clone().map(|side| of(side).filter_map(of_one).max().map(with_name)).collect()
        };
        for (what, unit, values, is_measured) in [
            ("waits that ended", "", many(&|a_use| a_use.waits), true),
            ("waited, by all together", "ns", all(&|a_use| a_use.waited), true),
            ("longest wait", "ns", longest(&|a_use| a_use.longest_wait.clone()), true),
            ("still waiting at the end", "", many(&|a_use| a_use.left), false),
            ("holds that ended", "", many(&|a_use| a_use.holds), true),
            ("held, by all together", "ns", all(&|a_use| a_use.held), true),
            ("longest hold", "ns", longest(&|a_use| a_use.longest_hold.clone()), true),
        ] {
            self.add_if(Row { values, unit, is_measured, ..empty(Part::Waits, what) });
        }
        // What was waited for most comes first.
        let waited = |pair: &Pair| {
            let of = pair.uses.iter().flatten();
            of.fold((0, Nanos::ZERO, 0), |(left, waited, taken), a_use| {
                (left + a_use.left, waited + a_use.waited, taken + a_use.acquisitions)
            })
        };
        pairs.sort_by(|a, b| waited(b).cmp(&waited(a)).then_with(|| a.name().cmp(&b.name())));
        for pair in pairs.iter().take(RESOURCES) {
            let of: Vec<Option<&Use>> = pair.uses.iter().map(Option::as_ref).collect();
            self.resource(&pair.name(), &of);
        }
        let more = pairs.len().saturating_sub(RESOURCES);
        if more > 0 {
            let others = count(more, "other resource");
            self.left_out.push(format!("{others} that less was waited for: not shown."));
        }
    }

    fn resource(&mut self, name: &str, uses: &[Option<&Use>]) {
        let values = |of: &dyn Fn(&Use) -> Option<Value>| -> Vec<Option<Value>> {
            uses.iter().map(|a_use| a_use.and_then(of)).collect()
        };
        let taken = |a_use: &Use| Some(a_use.acquisitions).filter(|taken| *taken > 0);
        let after_wait = |a_use: &Use| {
            let part = 100.0 * a_use.contended as f64 / taken(a_use)? as f64;
            let text = format!("{} ({part:.0} %)", grouped(a_use.contended));
            Some(Value { text, data: json!(a_use.contended) })
        };
        let held = |a_use: &Use| {
            let part = 100.0 * a_use.held_part?;
            let text = match part {
                part if part > 0.0 && part < 1.0 => "less than 1 %".to_owned(),
                part => format!("{part:.0} %"),
            };
            Some(Value { text, data: json!((10.0 * part).round() / 10.0) })
        };
        let mean =
            |sum: Nanos, number: u64| sum.0.checked_div(number).map(|t| Value::time(Nanos(t)));
        for (what, unit, values, is_measured) in [
            ("taken", "", values(&|a_use| taken(a_use).map(Value::number)), true),
            ("taken after a wait", "", values(&after_wait), true),
            (
                "hand-overs",
                "",
                values(&|a_use| taken(a_use).map(|_| Value::number(a_use.hand_overs))),
                true,
            ),
            ("held, of the time in use", "%", values(&held), true),
            ("mean hold", "ns", values(&|a_use| mean(a_use.held, a_use.holds)), true),
            (
                "waited, by all together",
                "ns",
                values(&|a_use| Some(Value::time(a_use.waited))),
                true,
            ),
            ("mean wait", "ns", values(&|a_use| mean(a_use.waited, a_use.waits)), true),
            (
                "longest wait",
                "ns",
                values(&|a_use| a_use.longest_wait.clone().map(with_name)),
                true,
            ),
            (
                "waiting at once, at most",
                "",
                values(&|a_use| Some(Value::number(a_use.most_waiters as u64))),
                true,
            ),
            (
                "still waiting at the end",
                "",
                values(&|a_use| Some(Value::number(a_use.left))),
                false,
            ),
        ] {
            // Nothing of it, and no such resource, is no difference.
            if values.iter().flatten().all(|value| value.data == json!(0)) {
                continue;
            }
            let row = Row { values, unit, is_measured, ..empty(Part::Contention, what) };
            self.add_if(Row { of: name.to_owned(), ..row });
        }
    }

    pub(super) fn findings(&mut self, sides: &[Side<'_>]) {
        for kind in FindingKind::ALL {
            let found: Vec<u64> = sides
                .iter()
                .map(|side| side.findings.iter().filter(|f| f.kind == kind).count() as u64)
                .collect();
            if found.iter().all(|found| *found == 0) {
                continue;
            }
            let row = self.add(Part::Findings, format!("{} ({})", kind.title(), kind.id()));
            // What is no fault often depends on who came first.
            row.is_measured = !kind.is_fault();
            let value = |(found, side): (u64, &Side<'_>)| match found {
                0 if !kind.is_seen_in(side.trace) => {
                    Value { text: "cannot be seen".to_owned(), data: serde_json::Value::Null }
                }
                0 => Value { text: "not found".to_owned(), data: json!(0) },
                1 => Value { text: "found".to_owned(), data: json!(1) },
                n => Value { text: format!("found {}", count(n, "time")), data: json!(n) },
            };
            row.values = found.into_iter().zip(sides).map(|each| Some(value(each))).collect();
        }
    }

    pub(super) fn trials(&mut self, sides: &[Side<'_>]) {
        let trials: Vec<_> = sides.iter().map(|side| sums::trials(side.trace)).collect();
        let names: BTreeSet<&String> = trials.iter().flat_map(|trials| trials.keys()).collect();
        for name in names {
            let times = trials.iter().map(|trials| trials.get(name).cloned().unwrap_or_default());
            let times: Vec<Times> = times.collect();
            let value = |times: &Times| {
                let number = count(times.count(), "trial");
                let median = times.typical()?;
                let text = format!("{times} ({number})");
                Some(Value { text, data: json!(median.0) })
            };
            let row = Row {
                values: times.iter().map(value).collect(),
                unit: "ns",
                is_measured: true,
                said: told_apart(&self.runs, &times),
                ..empty(Part::Trials, name)
            };
            self.rows.push(row);
        }
    }
}

/// From its first event to its end.
fn length(side: &Side<'_>) -> Nanos {
    let first = side.trace.events().first().map_or(Nanos::ZERO, |event| event.at);
    side.trace.end().since(first)
}

fn with_name((time, name): (Nanos, String)) -> Value {
    Value { text: format!("{time} ({name})"), data: json!(time.0) }
}

/// What trials tell of the runs, each beside the first that has any: only what is more than chance, and by enough to speak of.
fn told_apart(runs: &[String], times: &[Times]) -> String {
    let mut tried = runs.iter().zip(times).filter(|(_, times)| times.count() > 0);
    let Some((first, base)) = tried.next() else { return String::new() };
    let sentences: Vec<String> = tried
        .map(|(name, times)| {
            if base.are_too_few() || times.are_too_few() {
                return format!("{name} and {first}: too few trials to tell them apart.");
            }
            let how = match (times.are_longer(base), base.are_longer(times)) {
                (true, _) => "longer",
                (_, true) => "less time",
                _ => return format!("{name} and {first}: these trials do not tell them apart."),
            };
            format!(
                "The trials of {name} took {how} than those of {first}. The runs did not take turns, so that may have been \
                 the machine at that moment."
            )
        })
        .collect();
    sentences.join(" ")
}
