//! The listings, with the line each actor is at.

use crate::app::command::{Command, ViewCommand};
use crate::app::controls::choice;
use crate::app::session::Session;
use crate::app::source::Source;
use crate::replay::Phase;
use crate::trace::{ActorId, Language, Listing, Meta, SourceId};
use crate::widgets::actors::Actors;
use crate::widgets::code::tokens::without_comments;
use crate::widgets::code::{self, CodeLine};
use crate::widgets::stat;
use crate::widgets::theme::Theme;
use egui::{Frame, Label, Margin, Panel, RichText, ScrollArea, Ui};
use std::borrow::Cow;

/// Whether the comments of a listing are there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Comments {
    /// They are.
    Shown,
    /// Not before the question is answered or skipped. The lines stay where they are.
    Withheld,
}

impl Comments {
    /// The text as it is to be read, and copied.
    fn of(self, listing: &Listing) -> Cow<'_, str> {
        match self {
            Self::Shown => Cow::Borrowed(&listing.text),
            Self::Withheld => Cow::Owned(without_comments(&listing.text, listing.language)),
        }
    }
}

/// Draws the page: the program of the recording, or the `upcoming` one that a question is about.
pub fn show(
    ui: &mut Ui,
    session: &Session,
    upcoming: Option<&[Listing]>,
    comments: Comments,
    language: Language,
    commands: &mut Vec<Command>,
) {
    let theme = Theme::of(ui);
    // Nobody is at a line of a program that has not been run.
    let is_upcoming = upcoming.is_some();
    let listings = upcoming.unwrap_or(&session.recording.trace.meta().listings);
    let Some(first) = listings.first() else {
        Frame::new().inner_margin(Margin::symmetric(20, 16)).show(ui, |ui| {
            let text = match session.source {
                Source::Topic(_) => "This topic has no listing yet.",
                Source::Trace(_) | Source::Comparison => {
                    "The text of the program was not recorded."
                }
                Source::Program => "The text of the program is here once it runs.",
            };
            ui.label(RichText::new(text).color(theme.muted));
        });
        return;
    };
    let has = |language| listings.iter().any(|listing| listing.language == language);
    let language = if has(language) { language } else { first.language };
    let Some(listing) = listing(session, listings, language) else {
        return;
    };
    let text = comments.of(listing);
    ui.horizontal(|ui| {
        ui.add_space(10.0);
        ui.spacing_mut().item_spacing.x = 2.0;
        let offered =
            [Language::Python, Language::Rust].into_iter().filter(|offered| has(*offered));
        for offered in offered {
            if choice(ui, language_name(offered), offered == language).clicked() {
                commands.push(Command::View(ViewCommand::Language(offered)));
            }
        }
        ui.add_space(6.0);
        ui.label(RichText::new(&listing.file).font(theme.mono_small()).color(theme.muted));
        let what = match comments {
            Comments::Shown => "The whole listing.",
            Comments::Withheld => "The listing as it is shown, without its comments.",
        };
        if choice(ui, "Copy", false).on_hover_text(what).clicked() {
            ui.ctx().copy_text(text.to_string());
        }
    });
    if text != listing.text {
        Frame::new().inner_margin(Margin::symmetric(16, 4)).show(ui, |ui| {
            let words = "Its comments are here once the question is answered or skipped.";
            ui.add(Label::new(RichText::new(words).font(theme.small()).color(theme.muted)).wrap());
        });
    }
    let facts = if is_upcoming { Vec::new() } else { facts(session, theme) };
    // The lines come first where there is little room.
    if !facts.is_empty() && ui.available_height() > 220.0 {
        Panel::bottom("moment")
            .resizable(false)
            .exact_size(if ui.available_height() > 420.0 { 196.0 } else { 120.0 })
            .frame(Frame::new().inner_margin(Margin::symmetric(16, 12)))
            .show(ui, |ui| {
                ui.label(RichText::new("At this moment").font(theme.label()).color(theme.muted));
                ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 6.0;
                    stat::rows(
                        ui,
                        facts.iter().map(|(name, value)| (name.as_str(), value.clone())),
                    );
                });
            });
    }
    let meta = session.recording.trace.meta();
    let marks = if is_upcoming { Vec::new() } else { marks(session, listing) };
    let actors = Actors::new(theme, meta);
    let lines: Vec<CodeLine> = (1..)
        .zip(text.lines())
        .map(|(number, text)| CodeLine { number, text: text.to_owned() })
        .collect();
    code::show(
        ui,
        &code::Listing {
            id: &listing.file,
            lines: &lines,
            language,
            marks: &marks,
            actors: &actors,
            follow: follow(session, listing).filter(|_| !is_upcoming),
        },
    );
}

fn language_name(language: Language) -> &'static str {
    match language {
        Language::Python => "Python",
        Language::Rust => "Rust",
    }
}

/// The listing of the selected actor where there are several in a language, else the first.
fn listing<'a>(
    session: &Session,
    listings: &'a [Listing],
    language: Language,
) -> Option<&'a Listing> {
    let meta = session.recording.trace.meta();
    let mut listings = listings.iter().filter(|l| l.language == language);
    let first = listings.next()?;
    let selected = session.selection.actor(&session.recording.trace);
    let selected = selected.and_then(|actor| session.recording.state().actor(actor));
    let has =
        |listing: &&Listing| selected.is_some_and(|a| line_of(meta, a.source, listing).is_some());
    Some(if has(&first) { first } else { listings.find(has).unwrap_or(first) })
}

/// The actors at each line.
fn marks(session: &Session, listing: &Listing) -> Vec<(u32, Vec<ActorId>)> {
    let meta = session.recording.trace.meta();
    let mut marks: Vec<(u32, Vec<ActorId>)> = Vec::new();
    for (index, actor) in session.recording.state().actors.iter().enumerate() {
        // A worker that waits for a task is at no line of the program.
        if actor.end.is_some() || matches!(actor.phase, Phase::NotStarted | Phase::Idle) {
            continue;
        }
        let Some(line) = line_of(meta, actor.source, listing) else {
            continue;
        };
        let id = ActorId::from_index(index);
        match marks.iter_mut().find(|(at, _)| *at == line) {
            Some((_, who)) => who.push(id),
            None => marks.push((line, vec![id])),
        }
    }
    marks
}

fn line_of(meta: &Meta, source: SourceId, listing: &Listing) -> Option<u32> {
    let place = meta.source(source)?.places.iter().find(|p| p.file == listing.file)?;
    Some(place.line)
}

/// The line of the selected actor, else of the last event.
fn follow(session: &Session, listing: &Listing) -> Option<u32> {
    let (trace, state) = (&session.recording.trace, session.recording.state());
    let actor = match session.selection.actor(trace) {
        Some(actor) => actor,
        None => trace.events().get(state.applied.checked_sub(1)?)?.actor,
    };
    line_of(trace.meta(), state.actors.get(actor.index())?.source, listing)
}

fn facts(session: &Session, theme: &Theme) -> Vec<(String, String)> {
    let recording = &session.recording;
    let (trace, state) = (&recording.trace, recording.state());
    let Some(last) = state.applied.checked_sub(1).and_then(|index| trace.events().get(index))
    else {
        return Vec::new();
    };
    let mut facts = session.stage().facts(&crate::app::panels::stage_view(session, theme));
    facts.push(("last event".into(), crate::replay::describe(trace.meta(), last)));
    facts.push((
        "at".into(),
        format!("{}, event {} of {}", last.at, state.applied, trace.events().len()),
    ));
    facts
}
