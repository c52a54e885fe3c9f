//! One computation, four ways: what the times show.

use crate::replay::words::count;
use crate::topics::contention;
use crate::topics::multiprocessing::WAYS;
use crate::topics::multiprocessing::tally::{self, WayTaken};
use crate::trace::Nanos;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::StageView;

/// What the ways show so far.
pub fn moment(view: &StageView<'_>) -> Moment {
    primes(&tally::ways(view.trace.meta(), view.state, view.now))
}

fn primes(ways: &[WayTaken]) -> Moment {
    let over: Vec<_> = ways.iter().filter(|way| way.over).collect();
    if let Some(why) = tally::disturbed(ways) {
        let text = format!(
            "{why}: these times cannot be compared. Run it again when the machine is quiet."
        );
        return Moment::new(contention::TITLE, text);
    }
    if over.len() < WAYS.len() {
        return match ways.last() {
            None => Moment::new(
                "The same work, four ways",
                "They run one after the other, so that none disturbs another.",
            ),
            Some(way) => {
                let place = way.place.min(WAYS.len() - 1);
                Moment::new(format!("Now: {}", WAYS[place].name), now(place))
            }
        };
    }
    // Each was measured once.
    let beside_one = |place: usize| {
        let (one, way) = (over[0].wall, over[place].wall);
        match tally::speed_up(ways, over[place]) {
            Some(s) if s > 1.0 && contention::tells_apart(one, way) => {
                format!("were {s:.1} times as fast")
            }
            Some(s) if contention::tells_apart(one, way) => {
                format!("took {:.1} times as long", 1.0 / s)
            }
            _ => "took about as long".to_owned(),
        }
    };
    let (with_gil, free, processes) = (beside_one(1), beside_one(2), beside_one(3));
    let title = match processes == with_gil {
        true => format!("Processes and threads with the GIL {}", than_one(&processes)),
        false => format!("Processes {processes}; threads with the GIL {with_gil}"),
    };
    let text = format!(
        "Each is compared with one after another. Under the emulated GIL only its holder counts: {} {with_gil}{}; without it they {free}{}. \
         Starting and ending processes is part of their time. Each way ran once: a difference of less than a fifth means nothing.",
        count(over[1].each.len(), "thread"),
        one_processor(over[1]),
        one_processor(over[2]),
    );
    Moment::new(title, text)
}

/// How one way compares, with what it is compared with.
fn than_one(said: &str) -> String {
    format!("{said} as one after another")
}

/// Why several threads were no faster, where that was measured: together they had no more of the processors than one has.
fn one_processor(way: &WayTaken) -> String {
    let (cpu, wall) = (way.cpu(), way.wall);
    let alone = way.each.len() < 2 || cpu == Nanos::ZERO;
    match alone || cpu > wall && contention::tells_apart(wall, cpu) {
        true => String::new(),
        false => format!(" ({cpu} of CPU in {wall}: one processor)"),
    }
}

fn now(place: usize) -> &'static str {
    match place {
        0 => "One thread does it all: this is what the others are measured by.",
        1 => {
            "Several threads, but only the holder of the emulated GIL counts. Another may ask for it after the switch interval."
        }
        2 => {
            "The same threads without the lock: at most as many run at once as there are processors."
        }
        _ => "As many processes, each with an interpreter and a lock of its own, were this Python.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::multiprocessing::figure::in_words;
    use crate::trace::{ActorId, Nanos, SectionId};

    fn way(place: usize, wall: u64, over: bool) -> WayTaken {
        let each = vec![(ActorId(0), Nanos::from_millis(wall))];
        let wall = Nanos::from_millis(wall);
        WayTaken { section: SectionId::from_index(place), place, wall, over, each }
    }

    #[test]
    fn the_ways_are_compared_by_what_was_measured() {
        let ways = [(0, 1000), (1, 1100), (2, 520), (3, 500)].map(|(p, wall)| way(p, wall, true));
        let said = primes(&ways);
        let title = "Processes were 2.0 times as fast; threads with the GIL took about as long";
        assert_eq!(said.title, title);
        let text = said.text;
        assert!(text.contains("1 thread took about as long"), "{text}");
        assert!(text.contains("without it they were 1.9 times as fast"), "{text}");
        let slow = [(0, 1000), (1, 1400), (2, 520), (3, 500)].map(|(p, wall)| way(p, wall, true));
        assert!(primes(&slow).title.ends_with("threads with the GIL took 1.4 times as long"));
        let alike = [1000, 1010, 990, 1020];
        let alike: Vec<_> = (0..).zip(alike).map(|(p, wall)| way(p, wall, true)).collect();
        let title = "Processes and threads with the GIL took about as long as one after another";
        assert_eq!(primes(&alike).title, title);
        // Two threads that had one processor between them were no faster, and the words say why.
        let mut shared = ways.clone();
        for (way, each) in shared.iter_mut().zip([1000, 530, 260, 250]).skip(1) {
            way.each = (0..2).map(|id| (ActorId(id), Nanos::from_millis(each))).collect();
        }
        shared[2].wall = Nanos::from_millis(1000);
        shared[2].each[0].1 = Nanos::from_millis(740);
        let text = primes(&shared).text;
        let why = "2 threads took about as long (1.06 s of CPU in 1.10 s: one processor); without it they took about as long (1.00 s";
        assert!(text.contains(why), "{text}");
        shared[2].wall = Nanos::from_millis(510);
        let text = primes(&shared).text;
        assert!(text.contains("without it they were 2.0 times as fast. "), "{text}");
        let half = [way(0, 1000, true), way(1, 300, false)];
        assert_eq!(primes(&half).title, "Now: threads, emulated GIL");
    }

    #[test]
    fn nothing_is_compared_while_other_programs_have_the_processors() {
        let ways = [(0, 1000), (1, 1100), (2, 520), (3, 500)].map(|(p, wall)| way(p, wall, true));
        let mut disturbed = ways.clone();
        // The first way waited for a processor half of the time.
        disturbed[0].each[0].1 = Nanos::from_millis(500);
        for known in 1..=disturbed.len() {
            let said = primes(&disturbed[..known]);
            assert_eq!(said.title, "Other programs had the processors", "after {known} ways");
        }
        let words = in_words(&disturbed[3], &disturbed);
        assert!(!words[0].contains("times as fast"), "{words:?}");
        let words = in_words(&ways[3], &ways);
        assert!(words[0].contains("2.0 times as fast"), "{words:?}");
    }
}
