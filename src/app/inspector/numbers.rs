//! What came out, and totals per resource and per actor.

use crate::app::session::Session;
use crate::replay::{Phase, ResourceStats};
use crate::topics::Outcome;
use crate::trace::{ActorId, Meta, Nanos, ResourceId};
use crate::widgets::actors::Actors;
use crate::widgets::theme::Theme;
use crate::widgets::{badge, stat};
use egui::{Frame, Margin, RichText, ScrollArea, Sense, Ui, Vec2};

/// Draws the page.
pub fn show(ui: &mut Ui, session: &Session) {
    let theme = Theme::of(ui);
    ScrollArea::vertical()
        .auto_shrink(false)
        .id_salt("numbers")
        .show(ui, |ui| {
            Frame::new()
                .inner_margin(Margin::symmetric(20, 16))
                .show(ui, |ui| {
                    if session.recording.trace.events().is_empty() {
                        ui.label(RichText::new("No numbers yet: press Run.").color(theme.muted));
                        return;
                    }
                    ui.spacing_mut().item_spacing.y = 6.0;
                    outcome(ui, session);
                    run(ui, session);
                    resources(ui, session);
                    actors(ui, session);
                });
        });
}

fn title(ui: &mut Ui, text: &str) {
    let theme = Theme::of(ui);
    ui.add_space(6.0);
    ui.label(RichText::new(text).font(theme.strong()));
}

fn outcome(ui: &mut Ui, session: &Session) {
    let Some(outcome) = &session.outcome else {
        return;
    };
    title(ui, "Outcome");
    let rows = |fields: &Outcome| -> Vec<(String, String)> {
        let plain = fields.iter().filter(|(_, value)| !value.is_object());
        plain
            .map(|(field, value)| (words(field), show_value(field, value)))
            .collect()
    };
    let show = |ui: &mut Ui, fields| {
        let rows = rows(fields);
        stat::rows(
            ui,
            rows.iter()
                .map(|(name, value)| (name.as_str(), value.clone())),
        );
    };
    show(ui, outcome);
    for (field, value) in outcome {
        if let Some(fields) = value.as_object() {
            title(ui, &words(field));
            show(ui, fields);
        }
    }
}

/// `longest_wait_ns` as "longest wait".
fn words(field: &str) -> String {
    field.trim_end_matches("_ns").replace('_', " ")
}

fn show_value(field: &str, value: &serde_json::Value) -> String {
    if let (true, Some(ns)) = (field.ends_with("_ns"), value.as_u64()) {
        return Nanos(ns).to_string();
    }
    match value {
        serde_json::Value::Array(items) if items.is_empty() => "empty".to_owned(),
        // Records are for programs that read the outcome.
        serde_json::Value::Array(items) if items[0].is_object() => {
            format!("{} of them", items.len())
        }
        serde_json::Value::Array(items) if items.len() > LIST => {
            let shown: Vec<String> = items.iter().take(LIST).map(ToString::to_string).collect();
            format!("{} … ({} items)", shown.join(", "), items.len())
        }
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(ToString::to_string).collect();
            items.join(", ")
        }
        serde_json::Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// Items of a list that are written out.
const LIST: usize = 40;

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

fn resources(ui: &mut Ui, session: &Session) {
    let meta = session.recording.trace.meta();
    for (index, stats) in session
        .recording
        .replay
        .stats()
        .resources
        .iter()
        .enumerate()
    {
        if stats.acquisitions == 0 {
            continue;
        }
        title(ui, &meta.resource_name(ResourceId::from_index(index)));
        stat::rows(ui, resource_rows(meta, stats, session.end()));
    }
}

fn resource_rows(meta: &Meta, stats: &ResourceStats, end: Nanos) -> Vec<(&'static str, String)> {
    let time = |time: Option<Nanos>| time.map_or("none".to_owned(), |t| t.to_string());
    let longest = |longest: Option<crate::replay::Longest>| {
        longest.map_or("none".to_owned(), |l| {
            format!("{} ({})", l.lasted, meta.actor_name(l.actor))
        })
    };
    vec![
        ("acquired", format!("{} times", stats.acquisitions)),
        ("after a wait", format!("{} times", stats.contended)),
        ("hand-overs", stats.hand_overs.to_string()),
        (
            "held",
            format!("{:.0} % of the time", 100.0 * stats.held_fraction(end)),
        ),
        ("mean hold", time(stats.mean_hold())),
        ("longest hold", longest(stats.longest_hold)),
        ("mean wait", time(stats.mean_wait())),
        ("longest wait", longest(stats.longest_wait)),
        ("most waiters", stats.most_waiters.to_string()),
    ]
}

/// Where the time of each actor went.
fn actors(ui: &mut Ui, session: &Session) {
    let theme = Theme::of(ui);
    let recording = &session.recording;
    let meta = recording.trace.meta();
    let looks = Actors::new(theme, meta);
    let end = session.end();
    title(ui, "Where the time went");
    let phases = [
        ("running", Phase::Running),
        ("holding", Phase::Holding),
        ("waiting", Phase::Waiting),
        ("sleeping", Phase::Sleeping),
    ];
    ScrollArea::horizontal()
        .id_salt("where the time went")
        .show(ui, |ui| {
            egui::Grid::new("actors")
                .num_columns(5)
                .spacing([10.0, 6.0])
                .show(ui, |ui| {
                    ui.label("");
                    for (name, _) in phases {
                        ui.label(RichText::new(name).font(theme.small()).color(theme.muted));
                    }
                    ui.end_row();
                    let all = &recording.replay.stats().actors;
                    for (index, stats) in all.iter().enumerate().take(ACTORS) {
                        let id = ActorId::from_index(index);
                        let (rect, response) =
                            ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
                        badge::paint(
                            ui.painter(),
                            rect,
                            &looks.badge(id),
                            looks.colours(id),
                            theme,
                        );
                        response.on_hover_text(meta.actor_name(id));
                        for (_, phase) in phases {
                            let time = stats.time_in(phase, end);
                            let text = if time == Nanos::ZERO {
                                "·".to_owned()
                            } else {
                                time.to_string()
                            };
                            ui.label(RichText::new(text).font(theme.mono_small()));
                        }
                        ui.end_row();
                    }
                    if let Some(more @ 1..) = all.len().checked_sub(ACTORS) {
                        ui.label(RichText::new(format!("+{more}")).font(theme.mono_small()));
                        ui.end_row();
                    }
                });
        });
}

/// Actors whose time is written out.
const ACTORS: usize = 100;
