//! Where to begin: what this program is, and a first run for each question.

use super::command::{Command, RunCommand, ViewCommand};
use super::controls::focus_ring;
use crate::python;
use crate::topics::ALL;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{GRID, HAIRLINE, RADIUS, Theme};
use egui::{
    Align2, Label, Rangef, RichText, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

/// What this is, in three lines.
const WHAT: [&str; 3] = [
    "Real threads and processes run on this machine, and every step of them is recorded.",
    "The recording is replayed in slow motion: pause it, step, go back, and ask why somebody waits.",
    "Guess first, run, compare; the page Answer has what a full answer says, each point with its run.",
];

/// Height of a row: as much as lets all rows fit; the list is scrolled where they do not.
const ROW: Rangef = Rangef { min: 42.0, max: 46.0 };

/// Draws it, in a window of its own.
pub fn window(ui: &Ui, open: &mut bool, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let screen = ui.ctx().viewport_rect();
    egui::Window::new("Where to begin")
        .open(open)
        .collapsible(false)
        .resizable(false)
        .anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO)
        .show(ui.ctx(), |ui| {
            ui.set_width((screen.width() - 160.0).min(760.0));
            ui.spacing_mut().item_spacing.y = 4.0;
            for line in WHAT {
                ui.add(
                    Label::new(RichText::new(line).font(theme.label()).color(theme.text)).wrap(),
                );
            }
            ui.add_space(GRID);
            let words = "A first run for each question; it asks you something before it starts:";
            ui.label(RichText::new(words).font(theme.body()).color(theme.muted));
            let room = screen.height() - 220.0;
            let area = ScrollArea::vertical().max_height(room).min_scrolled_height(room);
            let rows = ALL.len() + usize::from(python::IS_THERE);
            let height = ROW.clamp((room / rows as f32).floor());
            area.auto_shrink([false, true]).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for (index, topic) in ALL.iter().enumerate() {
                    let about = topic.about();
                    let preset = topic.default_params().preset();
                    let summary = about.presets.iter().find(|p| p.id == preset);
                    let row = Row {
                        title: about.title,
                        question: about.question,
                        summary: summary.map_or("", |preset| preset.summary),
                        run: preset,
                    };
                    if row.show(ui, index, height) {
                        commands.push(Command::Tab(index));
                        commands.push(Command::Run(RunCommand::Preset(preset)));
                        commands.push(Command::View(ViewCommand::ToggleStart));
                    }
                }
                if python::IS_THERE && OWN.show(ui, ALL.len(), height) {
                    commands.push(Command::Tab(ALL.len()));
                    commands.push(Command::View(ViewCommand::ToggleStart));
                }
            });
        });
}

/// A tab, and what is run first there.
struct Row {
    title: &'static str,
    question: &'static str,
    summary: &'static str,
    /// What that is called.
    run: &'static str,
}

/// The tab of a student's own program.
const OWN: Row = Row {
    title: "My program",
    question: "What do the threads and processes of my own program do?",
    summary: "Open a Python file and press Run: who waits for what, and where it hangs. Samples are there, too.",
    run: "your .py file",
};

impl Row {
    /// Draws it. Whether it was clicked.
    fn show(&self, ui: &mut Ui, index: usize, height: f32) -> bool {
        let theme = Theme::of(ui);
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
        let name = format!("Begin with {}", self.title);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.hovered() {
            ui.painter().rect_filled(rect, RADIUS, theme.accent_ground);
        }
        focus_ring(ui, rect.shrink(1.0), &response);
        let painter = ui.painter();
        if index > 0 {
            painter.hline(rect.x_range(), rect.top(), Stroke::new(HAIRLINE, theme.hairline));
        }
        let inner = rect.shrink2(vec2(GRID, 6.0));
        let number = inner.with_max_x(inner.left() + 20.0);
        text::line(
            painter,
            number,
            Align2::LEFT_TOP,
            &(index + 1).to_string(),
            &theme.label(),
            theme.muted,
        );
        let words = inner.with_min_x(number.right());
        let right = painter.layout_no_wrap(self.run.to_owned(), theme.mono_small(), theme.accent);
        let at = pos2(inner.right() - right.size().x, inner.top() + 2.0);
        let room = words.with_max_x(at.x - GRID);
        text::line(painter, room, Align2::LEFT_TOP, self.question, &theme.label(), theme.text);
        painter.galley(at, right, theme.accent);
        text::line(painter, words, Align2::LEFT_BOTTOM, self.summary, &theme.body(), theme.muted);
        // Only what is cut: else it would say the same again, over the next row.
        let is_cut = painter.width(self.summary, &theme.body()) > words.width();
        let response = if is_cut { response.on_hover_text(self.summary) } else { response };
        response.clicked()
    }
}
