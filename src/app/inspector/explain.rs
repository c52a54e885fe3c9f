//! The explanation of a topic.
//!
//! Most of an explanation is out of view: it is taken apart once, and of the pieces out of view only the height is kept.
//!
//! Words of the glossary are made links of it where they first occur. `[words](<show:contended: released>)` leads to the
//! moment of a run, which is run where it is not on the stage.

mod markdown;
mod page;

use crate::app::command::{AnswerCommand, Command};
use crate::app::controls::into_view;
use crate::app::seek::Wanted;
use crate::app::session::Session;
use crate::app::words::Target;
use crate::export::trace_events::ODD;
use crate::topics::answer::Link;
use crate::widgets::theme::Theme;
use egui::text_selection::LabelSelectionState;
use egui::{Frame, Margin, ScrollArea, Ui, vec2};
use markdown::Block;
use std::collections::HashMap;

/// What the page keeps from frame to frame.
#[derive(Default)]
pub struct ExplainPage {
    /// Texts taken apart, by the topic and the text: there are no more than topics.
    documents: HashMap<(&'static str, &'static str), Document>,
}

/// A text taken apart.
#[derive(Default)]
struct Document {
    blocks: Vec<Block>,
    /// The width and pixels per point that it was laid out for.
    of: [f32; 2],
    /// Height of each piece with the space above it as drawn last, in points; `None` for one that has not been drawn.
    heights: Vec<Option<f32>>,
}

impl ExplainPage {
    /// Draws the page.
    pub fn show(&mut self, ui: &mut Ui, session: &Session, commands: &mut Vec<Command>) {
        let theme = Theme::of(ui);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let side = if ui.available_width() < page::NARROW { 10 } else { 20 };
            Frame::new().inner_margin(Margin::symmetric(side, 16)).show(ui, |ui| {
                let topic = session.runnable().map_or("", |topic| topic.id());
                let meta = session.recording.trace.meta();
                let text = session.source.explanation(meta);
                let document = self
                    .documents
                    .entry((topic, text))
                    .or_insert_with(|| Document::read(topic, text));
                let mut asked = Vec::new();
                document.show(ui, is_all_wanted(ui), &mut asked);
                // What is odd about a file is said for as long as it is open.
                for (_, what) in meta.facts.iter().filter(|(key, _)| key == ODD) {
                    let text = egui::RichText::new(format!("Odd in the file: {what}."));
                    ui.add_space(8.0);
                    ui.add(egui::Label::new(text.font(theme.body())).wrap());
                }
                into_view(ui);
                // While this tab runs, it runs nothing else.
                commands.extend(asked.into_iter().filter(|command| match command {
                    Command::Answer(AnswerCommand::Show(wanted)) => {
                        !session.is_running() || wanted.link.topic != topic
                    }
                    _ => true,
                }));
            });
        });
    }
}

impl Document {
    fn read(topic: &'static str, text: &str) -> Self {
        let run = |address: &str| {
            let link = Link::read(topic, address.strip_prefix(SHOW)?).ok()?;
            Some(Target::Run(Wanted { owner: topic, link }))
        };
        Self { blocks: markdown::blocks(text, run), ..Self::default() }
    }

    /// Draws the pieces in view, or all; leaves room for the others.
    fn show(&mut self, ui: &mut Ui, all: bool, commands: &mut Vec<Command>) {
        let of = [ui.available_width(), ui.pixels_per_point()];
        if self.of != of {
            self.of = of;
            self.heights = vec![None; self.blocks.len()];
        }
        let clip = ui.clip_rect();
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let mut before = None;
        for (name, (block, height)) in self.blocks.iter().zip(&mut self.heights).enumerate() {
            let top = ui.cursor().top();
            match *height {
                Some(height) if !all && (top + height < clip.top() || top > clip.bottom()) => {
                    ui.allocate_space(vec2(of[0], height));
                }
                _ => {
                    ui.add_space(page::above(block, before));
                    page::show(ui, block, name, commands);
                    *height = Some(ui.cursor().top() - top);
                }
            }
            before = Some(block);
        }
    }
}

/// What a link to a moment of a run begins with.
const SHOW: &str = "show:";

/// Whether pieces out of view must be laid out, too: for a selection, which may reach beyond the view, and for a screen
/// reader.
fn is_all_wanted(ui: &Ui) -> bool {
    let ctx = ui.ctx();
    let read_aloud = ctx.accesskit_node_builder(ui.unique_id(), |_| ()).is_some();
    // A lock of egui's own, which only the UI thread takes.
    let selection = ctx.plugin::<LabelSelectionState>();
    read_aloud || selection.lock().has_selection()
}

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

    /// What is left out is what is not seen anyway, and what is seen stands where it would if nothing were left out.
    #[test]
    fn what_is_left_out_is_what_is_not_seen_anyway() {
        for topic in crate::topics::ALL {
            let text = topic.about().explanation;
            let [mut whole, mut part] = [(); 2].map(|()| Document::read(topic.id(), text));
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
                let drawn = |document: &mut Document, window: &mut Window, all| {
                    window.frame(400.0, events.clone(), |ui| {
                        area().show(ui, |ui| document.show(ui, all, &mut Vec::new()));
                    });
                };
                drawn(&mut whole, &mut one, true);
                drawn(&mut part, &mut other, false);
                assert_eq!(one.written, other.written, "{}, frame {frame}", topic.id());
                seen.extend(other.written.iter().map(|(_, words)| words.clone()));
            }
            let last = text.lines().rfind(|line| line.starts_with("## "));
            let last = last.map(|heading| heading.trim_start_matches("## "));
            assert!(last.is_some_and(|last| seen.contains(last)), "{}", topic.id());
        }
    }
}
