//! What came out, and totals per resource and per actor.

mod actors;
mod outcome;

use crate::app::controls::into_view;
use crate::app::session::Session;
use crate::replay::ResourceStats;
use crate::replay::words::count;
use crate::trace::{Meta, Nanos, ResourceId};
use crate::widgets::stage::StageView;
use crate::widgets::stat;
use crate::widgets::theme::Theme;
use egui::{Frame, Margin, RichText, ScrollArea, Ui};

/// Draws the page.
pub fn show(ui: &mut Ui, session: &Session) {
    let theme = Theme::of(ui);
    ScrollArea::vertical().auto_shrink(false).id_salt("numbers").show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(20, 16)).show(ui, |ui| {
            if session.recording.trace.events().is_empty() {
                ui.label(RichText::new("No numbers yet: press Run.").color(theme.muted));
                return;
            }
            ui.spacing_mut().item_spacing.y = 6.0;
            let view = crate::app::panels::stage_view(session, theme);
            moment(ui, session, &view);
            outcome::show(ui, session);
            run(ui, session);
            resources(ui, session);
            actors::show(ui, session, &view);
            into_view(ui);
        });
    });
}

fn title(ui: &mut Ui, text: &str) {
    let theme = Theme::of(ui);
    ui.add_space(6.0);
    ui.label(RichText::new(text).font(theme.strong()));
}

/// The topic's facts about the instant shown.
fn moment(ui: &mut Ui, session: &Session, view: &StageView<'_>) {
    let facts = session.stage().facts(view);
    if facts.is_empty() {
        return;
    }
    title(ui, "At this moment");
    stat::rows(ui, facts.iter().map(|(n, v)| (n.as_str(), v.clone())));
}

fn run(ui: &mut Ui, session: &Session) {
    let trace = &session.recording.trace;
    title(ui, "Run");
    let mut rows = vec![
        ("time", trace.end().to_string()),
        ("events", trace.events().len().to_string()),
        ("events lost", trace.dropped().to_string()),
    ];
    let odd = trace.warnings().len() + session.recording.replay.odd_count() as usize;
    if odd > 0 {
        rows.push(("odd events", odd.to_string()));
    }
    stat::rows(ui, rows);
}

/// What is said of something of whose uses some are left out.
const ONLY_A_PART: &str = "Not all of its uses are on record. These numbers are of those that are.";

fn resources(ui: &mut Ui, session: &Session) {
    let meta = session.recording.trace.meta();
    for (index, stats) in session.recording.replay.stats().resources.iter().enumerate() {
        if stats.acquisitions == 0 {
            continue;
        }
        let id = ResourceId::from_index(index);
        title(ui, &meta.resource_name(id));
        if meta.resource(id).is_some_and(|resource| resource.is_thinned) {
            let theme = Theme::of(ui);
            ui.label(RichText::new(ONLY_A_PART).font(theme.small()).color(theme.muted));
        }
        stat::rows(ui, resource_rows(meta, id, stats, session.end()));
    }
}

fn resource_rows(
    meta: &Meta,
    id: ResourceId,
    stats: &ResourceStats,
    end: Nanos,
) -> Vec<(&'static str, String)> {
    let is_thinned = meta.resource(id).is_some_and(|resource| resource.is_thinned);
    let at_least = if is_thinned { "at least " } else { "" };
    let time = |time: Option<Nanos>| time.map_or("none".to_owned(), |t| t.to_string());
    let longest = |longest: Option<crate::replay::Longest>| {
        longest
            .map_or("none".to_owned(), |l| format!("{} ({})", l.lasted, meta.actor_name(l.actor)))
    };
    vec![
        ("acquired", format!("{at_least}{}", count(stats.acquisitions, "time"))),
        ("after a wait", count(stats.contended, "time")),
        ("hand-overs", stats.hand_overs.to_string()),
        ("held", format!("{:.0} % of the time", 100.0 * stats.held_fraction(end))),
        ("mean hold", time(stats.mean_hold())),
        ("longest hold", longest(stats.longest_hold)),
        ("mean wait", time(stats.mean_wait())),
        ("longest wait", longest(stats.longest_wait)),
        ("most waiters", stats.most_waiters.to_string()),
    ]
}
