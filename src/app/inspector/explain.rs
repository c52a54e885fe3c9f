//! The explanation of a topic.
//!
//! Markdown is laid out anew with every frame, and most of an explanation is out of view: its parts are laid out one by
//! one, and of those out of view only the height is kept.
//!
//! Words of the glossary are made links of it where they first occur. `[words](<show:contended: released>)` leads to the
//! moment of a run, which is run where it is not on the stage.

use crate::app::command::{AnswerCommand, Command};
use crate::app::seek::Wanted;
use crate::app::session::Session;
use crate::app::words;
use crate::export::trace_events::ODD;
use crate::topics::answer::{self, Link};
use crate::topics::glossary;
use crate::topics::glossary::{Known, Word};
use crate::widgets::theme::Theme;
use egui::text_selection::LabelSelectionState;
use egui::{Frame, Margin, ScrollArea, TextStyle, Ui, UiBuilder, vec2};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};
use std::collections::HashMap;

/// What the page keeps from frame to frame.
#[derive(Default)]
pub struct ExplainPage {
    markdown: CommonMarkCache,
    heights: Heights,
    /// Texts with the words of the glossary as links, by the texts without.
    linked: HashMap<&'static str, &'static str>,
}

/// A page narrower than this has smaller margins and tables.
const NARROW: f32 = 300.0;

/// How high the parts of a text are.
#[derive(Default)]
struct Heights {
    /// The text, and the width and pixels per point that it was laid out for.
    of: (&'static str, [f32; 2]),
    /// Height of each part as drawn last, in points; `None` for a part that has not been drawn.
    each: Vec<Option<f32>>,
}

impl ExplainPage {
    /// Draws the page.
    pub fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let theme = Theme::of(ui);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let side = if ui.available_width() < NARROW { 10 } else { 20 };
            Frame::new().inner_margin(Margin::symmetric(side, 16)).show(ui, |ui| {
                let style = ui.style_mut();
                style.spacing.item_spacing = vec2(4.0, 7.0);
                // Rows are as high as their text, not as a button.
                style.spacing.interact_size.y = 16.0;
                style.text_styles.insert(TextStyle::Heading, theme.heading());
                words::mark_links(ui);
                let topic = session.runnable().map_or("", |topic| topic.id());
                let meta = session.recording.trace.meta();
                let text = self.linked(topic, session.source.explanation(meta));
                let before = words::shapes(ui);
                self.parts(ui, text);
                // What is odd about a file is said for as long as it is open.
                for (_, what) in meta.facts.iter().filter(|(key, _)| key == ODD) {
                    let text = format!("Odd in the file: {what}.");
                    ui.add(egui::Label::new(text).wrap());
                }
                words::thicken(ui, before);
                words::underline_links(ui, before);
                let clicked = self.markdown.link_hooks().iter().find(|(_, clicked)| **clicked);
                if let Some((name, _)) = clicked {
                    if let Some(word) = word_of(name) {
                        commands.push(Command::Answer(AnswerCommand::Word(&word.name)));
                    } else if let Some(link) = run_of(topic, name)
                        && (!session.is_running() || link.topic != topic)
                    {
                        let wanted = Wanted { owner: topic, link };
                        commands.push(Command::Answer(AnswerCommand::Show(wanted)));
                    }
                    for clicked in self.markdown.link_hooks_mut().values_mut() {
                        *clicked = false;
                    }
                }
            });
        });
    }

    /// The text with its words as links.
    fn linked(&mut self, topic: &str, text: &'static str) -> &'static str {
        if !self.linked.contains_key(text) {
            for (link, _) in answer::links_in(topic, text) {
                self.markdown.add_link_hook(format!("{SHOW}{link}"));
            }
        }
        if self.linked.is_empty() {
            for word in glossary::words() {
                self.markdown.add_link_hook(link_to(word));
            }
        }
        // There are no more texts than topics, and each is kept as long as the program runs.
        self.linked.entry(text).or_insert_with(|| String::leak(with_links(text)))
    }

    /// Draws the parts in view; leaves room for the others.
    fn parts(&mut self, ui: &mut Ui, text: &'static str) {
        let of = (text, [ui.available_width(), ui.pixels_per_point()]);
        if self.heights.of != of {
            self.heights = Heights { of, each: Vec::new() };
        }
        let all = is_all_wanted(ui);
        let clip = ui.clip_rect();
        let spacing = ui.spacing().item_spacing;
        ui.spacing_mut().item_spacing.y = 0.0;
        for (index, part) in parts(text).enumerate() {
            if self.heights.each.len() <= index {
                self.heights.each.push(None);
            }
            let height = &mut self.heights.each[index];
            let top = ui.cursor().top();
            if let Some(height) = *height
                && !all
                && (top + height < clip.top() || top > clip.bottom())
            {
                ui.allocate_space(vec2(of.1[0], height));
                continue;
            }
            // Named, so that its words are the same widgets whatever is left out before it.
            let name = ui.scope_id().with((text.as_ptr(), index));
            let drawn = ui.scope_builder(UiBuilder::new().scope_id(name), |ui| {
                ui.spacing_mut().item_spacing = spacing;
                if of.1[0] >= NARROW || !part.contains("\n|") {
                    CommonMarkViewer::new().show(ui, &mut self.markdown, part);
                    return;
                }
                // The columns of a table do not break their lines.
                for block in part.split_inclusive("\n\n") {
                    ui.scope(|ui| {
                        if block.starts_with('|') {
                            let mut small = Theme::of(ui).small();
                            small.size -= 1.0;
                            ui.style_mut().text_styles.insert(TextStyle::Body, small);
                            ui.spacing_mut().item_spacing.x = 2.0;
                        }
                        CommonMarkViewer::new().show(ui, &mut self.markdown, block);
                    });
                }
            });
            *height = Some(drawn.response.rect.height());
        }
    }
}

/// What a link to a word leads to: a name of the glossary, as no address is.
fn link_to(word: &Word) -> String {
    format!("word:{}", word.name.replace(' ', "-"))
}

/// What a link to a moment of a run begins with.
const SHOW: &str = "show:";

fn run_of(topic: &str, link: &str) -> Option<Link> {
    Link::read(topic, link.strip_prefix(SHOW)?).ok()
}

fn word_of(link: &str) -> Option<&'static Word> {
    glossary::words().iter().find(|word| link_to(word) == link)
}

/// A text in which the words of the glossary are links where they first occur: not in headings, in what is code, in tables or in
/// other links.
fn with_links(text: &str) -> String {
    let (mut known, mut linked, mut is_code) = (Known::new(), String::new(), false);
    for line in text.split_inclusive('\n') {
        let fence = line.starts_with("```");
        is_code ^= fence;
        if fence || is_code || line.starts_with(['#', '|']) || line.contains("](") {
            linked.push_str(line);
            continue;
        }
        let mut at = 0;
        for (place, word) in glossary::occurrences(line, &mut known) {
            linked.push_str(&line[at..place.start]);
            linked.push_str(&format!("[{}]({})", &line[place.clone()], link_to(word)));
            at = place.end;
        }
        linked.push_str(&line[at..]);
    }
    linked
}

/// Whether parts out of view must be laid out, too: for a selection, which may reach beyond the view, and for a screen
/// reader.
fn is_all_wanted(ui: &Ui) -> bool {
    let ctx = ui.ctx();
    let read_aloud = ctx.accesskit_node_builder(ui.unique_id(), |_| ()).is_some();
    // A lock of egui's own, which only the UI thread takes.
    let selection = ctx.plugin::<LabelSelectionState>();
    read_aloud || selection.lock().has_selection()
}

/// A text from heading to heading, which is where Markdown can be taken apart.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.find(HEADING).map_or(rest.len(), |at| at + 1);
        let (part, after) = rest.split_at(end);
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

const HEADING: &str = "\n## ";

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{
        Context, Event, Modifiers, MouseWheelUnit, Pos2, RawInput, Rect, Shape, TouchPhase,
    };

    /// A context with the app's fonts, and what was written in its last frame: the words and where they stand.
    struct Window {
        ctx: Context,
        written: Vec<(Pos2, String)>,
    }

    impl Window {
        fn new() -> Self {
            let ctx = Context::default();
            crate::widgets::fonts::install(&ctx);
            Self { ctx, written: Vec::new() }
        }

        fn frame(&mut self, height: f32, events: Vec<Event>, add: impl FnMut(&mut Ui)) {
            let input = RawInput {
                screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(300.0, height))),
                events,
                ..RawInput::default()
            };
            let mut output = self.ctx.run_ui(input, add);
            output.textures_delta.clear();
            self.written.clear();
            for clipped in &output.shapes {
                if let Shape::Text(text) = &clipped.shape
                    && !text.galley.text().trim().is_empty()
                    && text.visual_bounding_rect().intersects(clipped.clip_rect)
                {
                    let words = text.galley.text().to_owned();
                    self.written.push((text.pos, words));
                }
            }
        }
    }

    #[test]
    fn the_parts_stand_where_the_whole_would() {
        for topic in crate::topics::ALL {
            let text = topic.about().explanation;
            assert_eq!(parts(text).collect::<String>(), text);
            let (mut whole, mut page) = (CommonMarkCache::default(), ExplainPage::default());
            let [mut one, mut other] = [Window::new(), Window::new()];
            for _ in 0..3 {
                one.frame(9000.0, Vec::new(), |ui| {
                    CommonMarkViewer::new().show(ui, &mut whole, text);
                });
                other.frame(9000.0, Vec::new(), |ui| page.parts(ui, text));
            }
            assert!(one.written.len() > 30);
            assert_eq!(one.written, other.written, "{}", topic.id());
        }
    }

    #[test]
    fn what_is_left_out_is_what_is_not_seen_anyway() {
        for topic in crate::topics::ALL {
            let text = topic.about().explanation;
            let (mut whole, mut page) = (CommonMarkCache::default(), ExplainPage::default());
            let [mut one, mut other] = [Window::new(), Window::new()];
            let scroll = Event::MouseWheel {
                unit: MouseWheelUnit::Point,
                delta: vec2(0.0, -137.0),
                phase: TouchPhase::Move,
                source: egui::MouseWheelSource::Unknown,
                modifiers: Modifiers::NONE,
            };
            let mut seen = std::collections::HashSet::new();
            for frame in 0..120 {
                let mut events = vec![Event::PointerMoved(Pos2::new(100.0, 100.0))];
                if frame > 2 {
                    events.push(scroll.clone());
                }
                let area = || ScrollArea::vertical().auto_shrink(false);
                one.frame(400.0, events.clone(), |ui| {
                    area().show(ui, |ui| CommonMarkViewer::new().show(ui, &mut whole, text));
                });
                other.frame(400.0, events, |ui| {
                    area().show(ui, |ui| page.parts(ui, text));
                });
                assert_eq!(one.written, other.written, "{}, frame {frame}", topic.id());
                seen.extend(other.written.iter().map(|(_, words)| words.clone()));
            }
            let last = parts(text).last().and_then(|part| part.lines().next());
            let last = last.map(|heading| heading.trim_start_matches("## ").to_owned());
            assert!(last.is_some_and(|last| seen.contains(&last)), "{}", topic.id());
        }
    }
}
