//! Looks up journeys of exceptions.

use super::Case;
use concurrency_lab::replay::{Course, State, Stop};
use concurrency_lab::trace::ExceptionId;

/// The exceptions that are kept, in order, and how many more there were.
pub fn journeys(state: &State) -> String {
    let ids: Vec<_> = state.journeys.kept.iter().map(|journey| journey.id.0.to_string()).collect();
    let ids = if ids.is_empty() { "none".to_owned() } else { ids.join(" ") };
    match state.journeys.gone {
        0 => ids,
        gone => format!("{ids} and {gone} more"),
    }
}

impl Case {
    pub fn journey(&self, state: &State, id: &str, field: &str) -> String {
        let id = ExceptionId(id.parse().unwrap());
        let Some(journey) = state.journeys.get(id) else { return "unknown".to_owned() };
        let list = |words: Vec<String>| match words.is_empty() {
            true => "none".to_owned(),
            false => words.join(" "),
        };
        match field {
            "text" => match self.meta.text(journey.text) {
                "" => "unknown".to_owned(),
                text => text.to_owned(),
            },
            "stops" => {
                let omitted = match journey.omitted {
                    0 => String::new(),
                    n => format!(" without {n} before the last"),
                };
                list(journey.stops.iter().map(|stop| self.stop(stop)).collect()) + &omitted
            }
            "over" => journey.is_over().to_string(),
            "locks" => list(journey.locks.iter().map(|r| self.meta.resource_name(*r)).collect()),
            "tasks" => list(journey.tasks.iter().map(|(_, task)| task.0.to_string()).collect()),
            other => panic!("field {other:?}"),
        }
    }

    /// `3:W:raised@fail`: when, who, what, at which line.
    fn stop(&self, stop: &Stop) -> String {
        let course = match stop.course {
            Course::Raised => "raised".to_owned(),
            Course::Kept(res) => format!("kept({})", self.meta.resource_name(res)),
            Course::Released(res) => format!("released({})", self.meta.resource_name(res)),
            Course::Passed(to) => format!("passed({})", self.actor_keys([to])),
            Course::Caught => "caught".to_owned(),
            Course::Unhandled => "unhandled".to_owned(),
            Course::Told => "told".to_owned(),
            Course::Asked => "asked".to_owned(),
        };
        let line = self.meta.source(stop.source);
        let line = line.map_or_else(String::new, |point| format!("@{}", point.name));
        format!("{}:{}:{course}{line}", stop.at.0, self.actor_keys([stop.actor]))
    }
}
