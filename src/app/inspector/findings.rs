//! What the whole run proves, each finding with the moment that shows it.

use crate::app::command::Command;
use crate::app::controls::{Weight, button, into_view};
use crate::app::program::unseen;
use crate::app::session::Session;
use crate::app::words;
use crate::replay::words::{count, list};
use crate::replay::{Finding, FindingKind};
use crate::trace::{Meta, RecordedBy};
use crate::widgets::actors::Actors;
use crate::widgets::badge;
use crate::widgets::selection::Selection;
use crate::widgets::stage::RunStatus;
use crate::widgets::theme::Theme;
use egui::{Frame, Margin, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo};

/// Badges beside a finding; of more actors it says how many there are.
const BADGES: usize = 6;

/// What the button of a finding says.
const SHOW: &str = "Show the moment";

/// What is found in no run that CPython recorded.
const PLAIN: &str = "Reads and writes of plain variables are not recorded, only what small ones held when a lock was taken \
                     or given back. So updates lost on them cannot be found here: compare what was printed with what you \
                     expect.";

/// Draws the page.
pub fn show(ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    ScrollArea::vertical().auto_shrink(false).id_salt("findings").show(ui, |ui| {
        Frame::new().inner_margin(Margin::symmetric(20, 16)).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            if let Some(said) = cut_short(session) {
                ui.label(RichText::new(said).color(theme.muted));
            }
            match nothing(session) {
                Some(why) => drop(ui.label(RichText::new(why).color(theme.muted))),
                None => {
                    for finding in &session.findings {
                        one(ui, session, finding, commands);
                    }
                }
            }
            for said in not_seen(session) {
                ui.label(RichText::new(said).color(theme.muted));
            }
            into_view(ui);
        });
    });
}

/// What could not be seen in the runs that the findings shown are of, so that none are of that.
fn not_seen(session: &Session) -> Vec<String> {
    let trace = &session.recording.trace;
    if session.is_running() || trace.events().is_empty() {
        return Vec::new();
    }
    let mut said: Vec<String> = blind(trace.meta()).into_iter().collect();
    // The console says the same of the run before it.
    let program = session.program.as_ref().or(session.listing.as_ref());
    if program.is_none_or(|program| program.ending.is_none()) {
        said.extend(trace.meta().unseen().map(unseen));
    }
    said
}

/// That not every update was recorded, where that is so; of runs beside each other, of which.
fn blind(meta: &Meta) -> Option<String> {
    let is_blind = |recorder| recorder == RecordedBy::Python;
    if meta.recorders().all(is_blind) {
        return Some(PLAIN.to_owned());
    }
    let runs = meta.sections.iter().filter(|run| run.recorder.is_some_and(is_blind));
    let names: Vec<String> = runs.map(|run| run.name.clone()).collect();
    (!names.is_empty()).then(|| format!("{}: {PLAIN}", list(&names)))
}

/// Why there are none to show.
fn nothing(session: &Session) -> Option<String> {
    if session.hangs() && !session.findings.is_empty() {
        return None;
    }
    if session.is_running() {
        return Some("Findings are about a whole run: they come at its end.".to_owned());
    }
    if session.recording.trace.events().is_empty() {
        return Some("No findings yet: press Run.".to_owned());
    }
    let is_concluded = session.conclusion.is_some() || session.is_of_a_listing();
    if session.source.topic().is_some() && !is_concluded {
        return Some(
            "The findings of this run could not be worked out: the log says why.".to_owned(),
        );
    }
    let kinds = count(FindingKind::ALL.len(), "kind");
    if session.findings.is_empty() && session.status == RunStatus::Stopped {
        return Some("Nothing is found in what it did until then.".to_owned());
    }
    session.findings.is_empty().then(|| {
        format!(
            "Nothing found: of {kinds}, from deadlocks to lost events, this run proves none. That is no \
             proof that the program is right: another run may take another order."
        )
    })
}

/// That the run did not come to its end: what it would have done then is not known.
fn cut_short(session: &Session) -> Option<&'static str> {
    let is_stopped = session.status == RunStatus::Stopped;
    is_stopped
        .then_some("This run was stopped early: what would have come after that is not known.")
}

fn one(ui: &mut Ui, session: &Session, finding: &Finding, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let trace = &session.recording.trace;
    let looks = Actors::new(theme, trace.meta());
    Frame::new().fill(theme.field).corner_radius(8.0).inner_margin(Margin::same(12)).show(
        ui,
        |ui| {
            ui.set_min_width(ui.available_width());
            let colour = if finding.kind.is_fault() { theme.danger } else { theme.text };
            ui.label(RichText::new(finding.kind.title()).font(theme.strong()).color(colour));
            words::label(ui, &finding.sentence, theme.body(), theme.text);
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let shown = finding.actors.iter().take(BADGES);
                for actor in shown {
                    let (rect, response) =
                        ui.allocate_exact_size(Vec2::splat(20.0), Sense::hover());
                    let colours = looks.colours(*actor);
                    badge::paint(ui.painter(), rect, &looks.badge(*actor), colours, theme);
                    response.on_hover_text(looks.name(*actor));
                }
                if let Some(more) =
                    finding.actors.len().checked_sub(BADGES).filter(|more| *more > 0)
                {
                    ui.label(RichText::new(format!("+{more}")).color(theme.muted));
                }
                let at = finding.at.within(trace.end());
                ui.label(RichText::new(at).font(theme.mono_small()).color(theme.muted));
            });
            let shown = button(ui, SHOW, "", Weight::Plain, true);
            // Each its own name for those who hear it.
            let name = format!("{SHOW}: {}", finding.sentence.replace('`', ""));
            shown.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if shown.clicked() {
                commands.push(Command::Select(Selection::Event(finding.event)));
            }
        },
    );
}
