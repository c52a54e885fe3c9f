//! The same computing, four ways: bars of the time that passed, and below each what its actors had of a processor.

use super::WAYS;
use super::plan::Program;
use super::tally::{self, WayTaken};
use crate::replay::words::count;
use crate::trace::{Nanos, ResourceKind};
use crate::widgets::bars::{self, Bar};
use crate::widgets::resource::Look;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{StageAction, StageView};
use egui::{Rect, Ui};

/// The bars of the four ways.
pub struct Bars;

impl Figure for Bars {
    fn room(&self, view: &StageView<'_>) -> Room {
        match Program::named(view.param("program")) {
            Program::Primes => Room::Beside(0.5),
            _ => Room::None,
        }
    }

    fn covers(&self, _: &StageView<'_>) -> &'static [ResourceKind] {
        // The number of primes found says nothing about time.
        &[ResourceKind::Value]
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let ways = tally::ways(view.trace.meta(), view.state, view.now);
        // One scale for the whole run, wherever the cursor is.
        let end = view.trace.end();
        let whole = tally::ways(view.trace.meta(), view.replay.latest(), end);
        let longest = whole.iter().map(|way| way.wall.max(way.cpu())).max().unwrap_or_default();
        let bars: Vec<Bar> = (0..WAYS.len()).map(|place| bar(view, &ways, &whole, place)).collect();
        bars::layout(look, area, &bars, longest).show(ui, "ways", look.actors, view.selection)
    }
}

fn bar(view: &StageView<'_>, ways: &[WayTaken], whole: &[WayTaken], place: usize) -> Bar {
    let name = WAYS[place].name.to_owned();
    let shows = whole.iter().find(|way| way.place == place);
    let shows = shows.and_then(|way| Bar::of_section(view, way.section).shows);
    let Some(way) = ways.iter().find(|way| way.place == place) else {
        return Bar { name, shows, ..Bar::default() };
    };
    Bar {
        name,
        actors: way.each.iter().map(|(actor, _)| *actor).collect(),
        took: Some((way.wall, way.over)),
        cpu: way.each.clone(),
        words: in_words(way, ways),
        shows,
        best: false,
    }
}

/// "1.02 s · CPU 2.01 s of 2 processes · 1.9 times as fast", and shorter.
pub fn in_words(way: &WayTaken, ways: &[WayTaken]) -> Vec<String> {
    let (cpu, wall) = (way.cpu(), way.wall);
    let speed = match tally::fair_speed_up(ways, way) {
        Some(speed) if way.place > 0 => format!(" · {speed:.1} times as fast"),
        _ => String::new(),
    };
    let so_far = if way.over { "" } else { " so far" };
    if cpu == Nanos::ZERO {
        return vec![format!("{wall}{so_far}")];
    }
    let known = way.each.iter().filter(|(_, cpu)| *cpu > Nanos::ZERO).count();
    let who = count(known, if way.place == 3 { "process" } else { "thread" });
    vec![
        format!("{wall}{so_far} · CPU {cpu} of {who}{speed}"),
        format!("{wall}{so_far} · CPU {cpu}{speed}"),
        format!("{wall}{so_far} · CPU {cpu}"),
        format!("{wall}{so_far}"),
    ]
}
