//! What the ways that are compared cost, in words: no more than the measurement can tell apart.

use super::plan::Plan;
use super::ways::{Measured, Way, measured};
use crate::replay::State;
use crate::replay::words::{capital, count};
use crate::trace::{Meta, Nanos};
use crate::widgets::scene::moment::Moment;

/// Each way is measured once, on a machine that does other things as well: what differs by less is not told apart.
const APART: u64 = 2;

/// What has been measured so far; `None` before anything is.
pub fn moment(plan: &Plan, meta: &Meta, state: &State, is_done: bool) -> Option<Moment> {
    let ways = measured(meta, state);
    let known: Vec<&Measured> = ways.iter().filter(|way| way.took.is_some()).collect();
    let said = |is_cpythons| {
        let its = known.iter().filter(|way| way.what.is_cpythons == is_cpythons);
        its.copied().collect::<Vec<_>>()
    };
    let what = if plan.measure == "hand-over" { "hand-over" } else { "message" };
    let (ours, cpythons) = (compared(plan, &said(false)), compared(plan, &said(true)));
    let text = [("Here", ours), ("In CPython", cpythons)];
    let mut text: Vec<String> =
        text.iter().filter_map(|(whose, costs)| sentence(whose, costs, what)).collect();
    let calls = known.iter().filter(|way| plan.measure == "hand-over" && way.what.calls());
    let calls: Vec<String> = calls
        .filter_map(|way| {
            let whose = if way.what.is_cpythons { "CPython’s" } else { "this program’s" };
            Some(format!("{} by {whose}", way.each(plan)?))
        })
        .collect();
    if !calls.is_empty() {
        text.push(format!(
            "A call to a manager is answered, and so is more: {}.",
            calls.join(", ")
        ));
    }
    let title = match ways.iter().find(|way| way.took.is_none()) {
        Some(way) if !is_done => format!("{} is being measured", capital(&way.name)),
        _ if known.is_empty() => return None,
        _ => format!("{} measured, each once", count(known.len(), "way")),
    };
    Some(Moment::new(title, text.join(" ")))
}

/// What one hand-over costs by each way. A call is answered, which is more than a hand-over.
fn compared(plan: &Plan, ways: &[&Measured]) -> Vec<(Nanos, Way)> {
    let like = ways.iter().filter(|way| plan.measure != "hand-over" || !way.what.calls());
    let mut costs: Vec<_> = like.filter_map(|way| Some((way.each(plan)?, way.what.way))).collect();
    costs.sort_by_key(|(each, _)| *each);
    costs
}

/// "Here shared memory costs least, 1.74 µs a hand-over, and a queue most, 35.6 µs."
fn sentence(whose: &str, costs: &[(Nanos, Way)], what: &str) -> Option<String> {
    let [(least, cheap), .., (most, dear)] = costs else { return None };
    let article = |way: &Way| match way {
        Way::Memory => way.name().to_owned(),
        way => format!("a {}", way.name()),
    };
    if most.0 < APART * least.0 {
        return Some(format!(
            "{whose} the ways differ by less than twice: a {what} costs {least} to {most}."
        ));
    }
    // Others may be as good as the best, or as bad as the worst.
    let equals = |is_equal: &dyn Fn(Nanos, &Way) -> bool| -> String {
        let equal = costs.iter().filter(|(each, way)| is_equal(*each, way));
        let equal = equal.map(|(each, way)| format!("{} {each}", article(way)));
        match equal.collect::<Vec<_>>() {
            none if none.is_empty() => String::new(),
            equal => format!(" ({}, not told apart)", equal.join(", ")),
        }
    };
    let is_cheap = |each: Nanos, way: &Way| each.0 < APART * least.0 && way != cheap;
    let is_dear = |each: Nanos, way: &Way| most.0 < APART * each.0 && way != dear;
    Some(format!(
        "{whose} {} costs least, {least} a {what}{}, and {} most, {most}{}.",
        article(cheap),
        equals(&is_cheap),
        article(dear),
        equals(&|each, way| is_dear(each, way) && !is_cheap(each, way)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_by_more_than_twice_is_told_apart() {
        let costs = |costs: &[(u64, Way)]| {
            let costs: Vec<_> = costs.iter().map(|(ns, way)| (Nanos(*ns), *way)).collect();
            sentence("Here", &costs, "hand-over")
        };
        assert_eq!(costs(&[(1740, Way::Memory)]), None);
        let apart = costs(&[(1740, Way::Memory), (13_500, Way::Pipe), (35_600, Way::Queue)]);
        let said =
            "Here shared memory costs least, 1.74 µs a hand-over, and a queue most, 35.6 µs.";
        assert_eq!(apart.as_deref(), Some(said));
        let near = costs(&[(10_000, Way::Pipe), (15_000, Way::Memory), (35_600, Way::Queue)]);
        assert!(near.is_some_and(|said| said.contains("(shared memory 15.0 µs, not told apart)")));
        let dear = costs(&[(1740, Way::Memory), (92_500, Way::Queue), (99_800, Way::Pipe)]);
        assert!(dear.is_some_and(|said| {
            said.ends_with("and a pipe most, 99.8 µs (a queue 92.5 µs, not told apart).")
        }));
        let all = costs(&[(10_000, Way::Pipe), (15_000, Way::Queue)]);
        assert!(all.is_some_and(|said| said.contains("differ by less than twice")));
    }
}
