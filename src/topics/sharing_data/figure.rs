//! The ways to hand things over, as bars of the time that one message takes.

use super::plan::Plan;
use super::ways::{Measured, measured};
use crate::topics::cpython::Part;
use crate::trace::{ResourceKind, Trace};
use crate::widgets::bars::{self, Bar};
use crate::widgets::picture::Picture;
use crate::widgets::resource::Look;
use crate::widgets::scene::fit::split_top;
use crate::widgets::scene::{Figure, Room};
use crate::widgets::stage::{StageAction, StageView};
use egui::{Align2, Rect, Ui};

/// The bars.
pub struct Bars;

/// Height of their title.
const HEAD: f32 = 26.0;

impl Figure for Bars {
    fn room(&self, view: &StageView<'_>) -> Room {
        match view.param("program") {
            "compare" => Room::Beside(0.6),
            _ => Room::None,
        }
    }

    fn covers(&self, view: &StageView<'_>) -> &'static [ResourceKind] {
        match view.param("program") {
            // That over which CPython is asked is none of the ways.
            "compare" => &[ResourceKind::Pipe],
            _ => &[],
        }
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let plan = Plan::new(&super::params_of(view.trace));
        let now = measured(view.trace.meta(), view.state);
        let whole = measured(view.trace.meta(), view.replay.latest());
        let bars: Vec<Bar> = whole.iter().map(|way| bar(&plan, view.trace, way, &now)).collect();
        let each = whole.iter().filter_map(|way| way.each(&plan));
        let longest = each.max().unwrap_or_default();
        let (head, rest) = split_top(area, HEAD);
        let mut picture = bars::layout(look, rest, &bars, longest);
        title(&plan, view, look, head, &mut picture);
        picture.show(ui, "ways", look.actors, view.selection)
    }
}

/// What the bars are of, which is the better, and how CPython starts its processes.
fn title(plan: &Plan, view: &StageView<'_>, look: &Look<'_>, head: Rect, picture: &mut Picture) {
    let what = match (plan.measure, plan.bytes()) {
        ("hand-over", _) => "One hand-over",
        (_, 0) => "One message",
        _ => "One message of 1 MB",
    };
    let method = Part::of(view.trace.meta()).method;
    let method = method.map_or_else(String::new, |method| format!(" · CPython starts by {method}"));
    let theme = look.theme;
    let font = theme.label();
    picture.text(head, Align2::LEFT_CENTER, what, font.clone(), theme.text);
    let rest = head.with_min_x(head.left() + look.measure.width(what, &font) + 10.0);
    let texts = [format!("less is better{method}"), "less is better".to_owned()];
    let fits = |text: &String| look.measure.width(text, &theme.small()) <= rest.width();
    if let Some(text) = texts.into_iter().find(fits) {
        picture.text(rest, Align2::LEFT_CENTER, text, theme.small(), theme.muted);
    }
}

fn bar(plan: &Plan, trace: &Trace, way: &Measured, now: &[Measured]) -> Bar {
    let shows = Some((way.began, way.began + way.took.unwrap_or_default()));
    let name = way.name.clone();
    let reached = now.iter().find(|other| other.section == way.section);
    let Some(each) = reached.and_then(|way| way.each(plan)) else {
        return Bar { name, shows, ..Bar::default() };
    };
    let rate = 1_000_000_000 / each.0.max(1);
    let amount = match plan.bytes() as u64 {
        0 => format!("{} a second", crate::replay::words::grouped(rate)),
        bytes => format!("{} MB a second", (rate * bytes) >> 20),
    };
    let what = match (way.what.calls(), plan.measure) {
        (true, _) => "a call and its answer",
        (_, "hand-over") => "from one process to the other",
        _ => "a message",
    };
    let method = Part::of(trace.meta()).method.filter(|_| way.what.is_cpythons);
    let method = method.map_or(String::new(), |method| format!(" · start method {method}"));
    Bar {
        name,
        took: Some((each, true)),
        words: vec![
            format!("{each} {what} · {amount}{method}"),
            format!("{each} {what} · {amount}"),
            format!("{each} {what}"),
            each.to_string(),
        ],
        shows,
        ..Bar::default()
    }
}
