//! What this topic says of the end of a run: what came out.

use super::costs;
use super::outcome::SharingOutcome;
use super::plan::Plan;
use crate::replay::words::{agree, capital, count};
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{Stage, StageView};

/// The stage of topic 5: the scene, with these words.
pub struct SharingStage;

impl Stage for SharingStage {
    fn figure(&self) -> Option<&'static dyn crate::widgets::scene::Figure> {
        Some(&super::figure::Bars)
    }

    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        let outcome = view.outcome::<SharingOutcome>().filter(|_| view.is_done());
        let costs = match view.param("program") {
            "compare" => {
                let plan = Plan::new(&super::params_of(view.trace));
                costs::moment(&plan, view.trace.meta(), view.state, outcome.is_some())
            }
            _ => None,
        };
        let Some(outcome) = outcome else { return costs };
        let mut said: Vec<String> = costs.iter().map(|moment| moment.text.clone()).collect();
        if let (Some(number), Some(expected)) = (outcome.count, outcome.expected) {
            let times = count(expected, "time");
            let though = if number == expected { "and" } else { "though" };
            said.push(format!("The count is {number}, {though} 1 was added {times}."));
        }
        if let (Some(put), Some(got), Some(left)) = (outcome.put, outcome.got, outcome.left) {
            let besides = outcome.sentinels.map_or_else(String::new, |sentinels| {
                format!(" Besides, {} went in.", count(sentinels, "sentinel"))
            });
            let items = count(put, "item");
            let is = agree(left, "is", "are");
            said.push(format!("{items} went in, {got} came out, {left} {is} left.{besides}"));
        }
        if let (Some(put), Some(got), Some(torn)) = (outcome.put, outcome.got, outcome.fragments) {
            let torn = count(torn, "fragment");
            said.push(format!("{put} went in; {got} came out whole, and {torn}."));
        }
        if let Some(generations) = outcome.generations {
            said.push(format!("The barrier opened {}.", count(generations, "time")));
        }
        if let Some(meals) = outcome.meals {
            said.push(format!("{} eaten.", count(meals, "meal")));
        }
        said.extend(
            (outcome.python.iter().filter(|_| outcome.python_is_missing))
                .map(|missing| format!("{missing}.")),
        );
        for (name, why) in &outcome.failed {
            said.push(format!("{} failed: {why}.", capital(name)));
        }
        if let Some((title, sentence)) = &outcome.fault {
            if view.trace.stuck().is_some() {
                return Some(Moment::stuck(title, sentence));
            }
            said.insert(0, sentence.clone());
            return Some(Moment::new(*title, said.join(" ")));
        }
        if let Some(costs) = costs {
            return Some(Moment::new(costs.title, said.join(" ")));
        }
        let what = if outcome.processes { "process" } else { "thread" };
        let title = match outcome.stuck.len() {
            0 => format!("{} of {} finished", outcome.finished, count(outcome.started, what)),
            _ => "The run was ended".to_owned(),
        };
        Some(Moment::new(title, said.join(" ")))
    }
}
