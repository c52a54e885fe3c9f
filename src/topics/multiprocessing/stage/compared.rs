//! What the four ways to do the same work have in common, and what not, in words. Pure.

use super::words::{Moment, count};
use crate::topics::contention;
use crate::topics::multiprocessing::WAYS;
use crate::topics::multiprocessing::tally::{self, WayTaken};

/// What the ways show so far.
pub fn primes(ways: &[WayTaken]) -> Moment {
    let over: Vec<_> = ways.iter().filter(|way| way.over).collect();
    let name = |way: &WayTaken| WAYS[way.place].name;
    if over.len() < WAYS.len() {
        return match ways.last() {
            None => Moment::new(
                "The same work, four ways",
                "They run one after the other, so that none disturbs another.",
            ),
            Some(way) => {
                let title = format!("Now: {}", name(way));
                let warning = match tally::disturbed(ways) {
                    Some(_) => format!(" {}: their times cannot be compared.", contention::TITLE),
                    None => String::new(),
                };
                Moment::new(title, format!("{}{warning}", now(way.place)))
            }
        };
    }
    if let Some(why) = tally::disturbed(ways) {
        return Moment::new(contention::TITLE, format!("{why}: {}.", contention::ADVICE));
    }
    let speed = |place: usize| tally::speed_up(ways, over[place]).unwrap_or(1.0);
    let with_gil = match speed(1) {
        s if s < 0.97 => format!("took {:.2} times as long as one", 1.0 / s),
        s if s > 1.03 => format!("were {s:.2} times as fast as one"),
        _ => "took as long as one".to_owned(),
    };
    let title =
        format!("Processes: {:.2} times as fast; with the GIL: {:.2} times", speed(3), speed(1));
    let text = format!(
        "Under the emulated GIL only its holder runs: {} {with_gil}. Without it: {:.2} times as fast. \
         Starting and ending processes is part of their time.",
        count(over[1].each.len(), "thread"),
        speed(2)
    );
    Moment::new(title, text)
}

fn now(place: usize) -> &'static str {
    match place {
        0 => "One thread does it all: this is what the others are measured by.",
        1 => {
            "Several threads, but only the holder of the emulated GIL runs. Another may ask for it after the switch interval."
        }
        2 => "The same threads without the lock: as many run at once as there are processors.",
        _ => "As many processes, each with an interpreter and a lock of its own, were this Python.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{ActorId, Nanos};

    fn way(place: usize, wall: u64, over: bool) -> WayTaken {
        let each = vec![(ActorId(0), Nanos::from_millis(wall))];
        WayTaken { place, wall: Nanos::from_millis(wall), over, each }
    }

    #[test]
    fn the_ways_are_compared_by_what_was_measured() {
        let ways = [(0, 1000), (1, 1100), (2, 520), (3, 500)].map(|(p, wall)| way(p, wall, true));
        let said = primes(&ways);
        let title = "Processes: 2.00 times as fast; with the GIL: 0.91 times";
        assert_eq!(said.title, title);
        let text = said.text;
        assert!(text.contains("took 1.10 times as long"), "{text}");
        assert!(text.contains("Without it: 1.92"), "{text}");
        // The first way waited for a processor half of the time.
        let mut disturbed = ways.clone();
        disturbed[0].each[0].1 = Nanos::from_millis(500);
        let said = primes(&disturbed);
        assert_eq!(said.title, "Other programs had the processors");
        assert!(
            said.text.starts_with("One after another took 1.00 s, with a processor for 500 ms")
        );
        let half = [way(0, 1000, true), way(1, 300, false)];
        assert_eq!(primes(&half).title, "Now: threads, emulated GIL");
        assert!(!primes(&half).text.contains("cannot be compared"));
        // With one lock for all nothing is faster.
        let mut impossible = ways.clone();
        impossible[1].wall = Nanos::from_millis(700);
        let said = primes(&impossible);
        assert_eq!(said.title, "Other programs had the processors");
        assert!(said.text.contains("1.43 times as fast"), "{}", said.text);
    }

    /// Not only at the end: as soon as it shows, also in the middle of a replay.
    #[test]
    fn a_disturbance_is_told_as_soon_as_it_shows_and_no_speed_up_with_it() {
        let mut ways = [way(0, 1000, true), way(1, 300, false)];
        ways[0].each[0].1 = Nanos::from_millis(500);
        assert!(primes(&ways).text.contains("cannot be compared"));
        ways[1].over = true;
        assert!(tally::speed_up(&ways, &ways[1]).is_some());
        assert_eq!(tally::fair_speed_up(&ways, &ways[1]), None);
    }
}
