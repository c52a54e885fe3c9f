//! Figures: what a tab shows at this instant as a picture, in a file or on the clipboard.
//!
//! A figure is drawn on another thread, from a copy of what is shown: the run and the window go on.

use super::command::{Command, FigureGoal, ViewCommand};
use super::controls::{Weight, button, choice};
use super::dialog::Browse;
use super::files::Place;
use super::later::Later;
use super::picture::{self, FigureSpec, Format, Paper, Part, PictureSpec};
use super::playback::At;
use super::save::chosen_folder;
use super::session::{Session, Shown, Wake};
use super::settings::Settings;
use crate::export::raster::Image;
use crate::export::{ExportError, save, why};
use crate::widgets::theme::{GRID, RADIUS, Theme};
use egui::{Align2, Area, ColorImage, Frame, Id, Margin, Rect, RichText, Stroke, Ui, vec2};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::task::Poll;
use std::time::Duration;

/// How a figure is drawn. By default as a page of coursework wants it: the stage, sharp, on white.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureLook {
    /// What is on it.
    pub part: Part,
    /// Pixels per point, 1 to 3.
    pub scale: u8,
    /// Whether it is in the dark theme, whatever that of the window.
    pub dark: bool,
    /// The format of its file. What is copied is pixels.
    pub format: Format,
    /// Whether a file of a stage or of lanes has a caption under it.
    pub caption: bool,
    /// What it is to fit on, if not as it is in the window.
    pub paper: Option<Paper>,
}

impl Default for FigureLook {
    fn default() -> Self {
        Self {
            part: Part::Stage,
            scale: 2,
            dark: false,
            format: Format::Png,
            caption: true,
            paper: None,
        }
    }
}

/// The figures of the window: the one that is being drawn, and what is said of the last one.
#[derive(Default)]
pub struct Figures {
    drawing: Option<Later<Result<Done, String>>>,
    notice: Option<Notice>,
}

/// A figure that is to be drawn.
pub struct Wanted {
    shown: Shown,
    spec: FigureSpec,
    /// The format of its file, and the name that it gets where nobody chooses another.
    pub format: Format,
    /// Without its extension.
    pub name: String,
}

/// A figure that is drawn; of one that is saved a sentence.
enum Done {
    Saved(String),
    Copied(Image),
}

/// A sentence about the last figure.
struct Notice {
    text: String,
    good: bool,
    /// Where it was seen last.
    rect: Rect,
    /// When it was first seen, in the time of the window.
    since: Option<f64>,
}

/// How long a sentence stays that needs no answer, in seconds.
const STAYS: f64 = 8.0;
/// The answer to who wants a second one at once.
const STILL_DRAWN: &str = "The figure before this one is still being drawn.";

impl Figures {
    /// What a session shows at this instant in a window of this size, as the settings have it drawn. Where there is nothing,
    /// that is said.
    pub fn wanted(
        &mut self,
        session: &Session,
        size: egui::Vec2,
        settings: &Settings,
    ) -> Option<Wanted> {
        let still_drawn = self.drawing.as_ref().map(|_| STILL_DRAWN);
        if let Some(why) = still_drawn.or_else(|| session.refuses_copy()) {
            self.say(why, false);
            return None;
        }
        let shown = session.shown();
        if shown.is_empty() {
            self.say("There is nothing to save yet: run something first.", false);
            return None;
        }
        let FigureLook { part, scale, dark, format, caption, paper } = settings.figure;
        let name = file_name(&shown, part);
        let picture = PictureSpec {
            size: size.into(),
            scale: scale.into(),
            dark,
            part,
            page: settings.page,
            at: At::End,
        };
        Some(Wanted { shown, spec: FigureSpec { picture, caption, paper }, format, name })
    }

    /// Begins to draw a figure: for a file, or for the clipboard.
    pub fn begin(&mut self, wanted: Wanted, to: Option<Place>, wake: &Wake) {
        if self.drawing.is_some() {
            return self.say(STILL_DRAWN, false);
        }
        match Later::begin("figure", Some(wake), move || draw(wanted, to)) {
            Ok(drawing) => {
                // What was said is about another one.
                self.notice = None;
                self.drawing = Some(drawing);
            }
            Err(error) => {
                self.say(
                    &format!("No figure can be drawn: {}.", crate::record::refused::why(&error)),
                    false,
                );
            }
        }
    }

    /// Shows a sentence; one that is not good news stays until it is closed.
    pub fn say(&mut self, text: &str, good: bool) {
        self.notice =
            Some(Notice { text: text.to_owned(), good, rect: Rect::NOTHING, since: None });
    }

    /// Takes in the figure that is drawn.
    pub fn update(&mut self, ui: &Ui) {
        let Some(Poll::Ready(done)) = self.drawing.as_ref().map(Later::take) else { return };
        let done = done.unwrap_or_else(|| Err("The figure could not be drawn.".to_owned()));
        self.drawing = None;
        match done {
            Ok(Done::Saved(said)) => self.say(&said, true),
            Ok(Done::Copied(image)) => {
                let size = [image.width, image.height];
                ui.ctx().copy_image(ColorImage::from_rgba_unmultiplied(size, &image.rgba));
                self.say(&format!("Copied, {} × {} pixels", image.width, image.height), true);
            }
            Err(why) => self.say(&why, false),
        }
    }

    /// Shows what is to be said, above everything else. Answers with where it is.
    pub fn notice(&mut self, ui: &Ui) -> Option<Rect> {
        let theme = Theme::of(ui);
        let now = ui.input(|input| input.time);
        let notice = self.notice.as_mut()?;
        let since = *notice.since.get_or_insert(now);
        let left = STAYS - (now - since);
        // Whoever goes on with something else has read it. The click that had it said came before.
        let clicked = ui.input(|input| {
            input.pointer.any_pressed().then(|| input.pointer.interact_pos()).flatten()
        });
        let elsewhere = clicked.is_some_and(|at| !notice.rect.contains(at)) && now > since;
        if notice.good && (left <= 0.0 || elsewhere) {
            self.notice = None;
            return None;
        }
        let edge = if notice.good { theme.outline } else { theme.danger };
        let mut closed = false;
        let area = Area::new(Id::unique("figure notice"))
            .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -3.0 * GRID))
            .order(egui::Order::Foreground)
            .show(ui.ctx(), |ui| {
                let frame = Frame::new().fill(theme.panel).stroke(Stroke::new(1.0, edge));
                frame.corner_radius(RADIUS).inner_margin(Margin::symmetric(14, 10)).show(
                    ui,
                    |ui| {
                        ui.set_max_width(620.0);
                        ui.horizontal(|ui| {
                            ui.label(RichText::new(&notice.text).font(theme.body()));
                            closed = choice(ui, "Close", false).clicked();
                        });
                    },
                );
            });
        notice.rect = area.response.rect;
        if closed {
            self.notice = None;
        } else if notice.good {
            ui.ctx().request_repaint_after(Duration::from_secs_f64(left.max(0.05)));
        }
        Some(area.response.rect)
    }
}

fn draw(wanted: Wanted, to: Option<Place>) -> Result<Done, String> {
    let Wanted { shown, mut spec, format, name } = wanted;
    let session = shown.session();
    let done = match to {
        None => {
            // Whoever copies a figure into a document writes the words under it there.
            spec.caption = false;
            picture::image(session, &spec).map(Done::Copied)
        }
        Some(place) => {
            let format = match &place {
                Place::Chosen(path) => Format::of(path).unwrap_or(format),
                Place::Folder { .. } => format,
            };
            picture::file(session, &spec, format).and_then(|(bytes, _)| {
                let path = place.path(&name, format.extension());
                save::whole(&path, &bytes).map(|()| Done::Saved(place.said(&path)))
            })
        }
    };
    done.map_err(|error| sentence(&error))
}

/// Why there is no figure, and what to do about it in the window.
fn sentence(error: &ExportError) -> String {
    unwritten("The figure", error)
}

/// Why something is not written, and what to do about it in the window.
pub(super) fn unwritten(what: &str, error: &ExportError) -> String {
    match error {
        ExportError::Write { path, source } => format!(
            "{what} could not be written to {}: {}. Choose another folder in Figure F12.",
            path.display(),
            why(source)
        ),
        other => format!("{what} could not be made: {other}."),
    }
}

/// The folder as the user wrote it; by default the one for pictures.
pub(super) fn folder(asked: &str) -> PathBuf {
    chosen_folder(asked, || {
        let pictures = dirs::picture_dir().filter(|path| path.is_dir());
        pictures.or_else(dirs::home_dir).unwrap_or_else(|| PathBuf::from("."))
    })
}

/// Says of what it is, and when: `shared-list-contended-24.724-ms-stage`.
fn file_name(shown: &Shown, part: Part) -> String {
    let part = match part {
        Part::Window => "window",
        Part::Stage => "stage",
        Part::Timeline => "lanes",
    };
    plain(&format!("{} {} {part}", shown.name(), shown.now()))
}

/// Words as the name of a file.
pub(super) fn plain(words: &str) -> String {
    // Whatever a trace is called, a file system takes it.
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let plain: String = words.replace('µ', "u").chars().map(plain).take(120).collect();
    plain.trim_start_matches('.').to_owned()
}

/// A path in the folder that nothing has, for a file of this name and extension.
pub(super) fn unused(folder: &Path, name: &str, extension: &str) -> PathBuf {
    let numbered = |number: u32| folder.join(format!("{name}-{number}.{extension}"));
    let first = folder.join(format!("{name}.{extension}"));
    let mut paths = std::iter::once(first).chain((2..1_000).map(numbered));
    paths.find(|path| !path.exists()).unwrap_or_else(|| numbered(1_000))
}

/// The choices of a figure, in a window.
pub fn window(ui: &Ui, settings: &Settings, open: &mut bool, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let mut look = settings.figure;
    let frame = egui::Window::new("Save figure").open(open).collapsible(false).resizable(false);
    frame.anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO).show(ui.ctx(), |ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 10.0);
        egui::Grid::new("figure").num_columns(2).spacing([18.0, 10.0]).show(ui, |ui| {
            row(ui, "What", |ui| {
                for (part, name) in [
                    (Part::Stage, "Stage"),
                    (Part::Timeline, "Lanes"),
                    (Part::Window, "Whole window"),
                ] {
                    if choice(ui, name, look.part == part).clicked() {
                        look.part = part;
                    }
                }
            });
            row(ui, "Format", |ui| {
                for (format, name) in
                    [(Format::Png, "PNG"), (Format::Svg, "SVG"), (Format::Pdf, "PDF")]
                {
                    if choice(ui, name, look.format == format).clicked() {
                        look.format = format;
                    }
                }
            });
            row(ui, "Width", |ui| {
                for (paper, name) in [
                    (None, "As shown"),
                    (Some(Paper::Full), "A page"),
                    (Some(Paper::Half), "Half a page"),
                    (Some(Paper::Slide), "A slide"),
                ] {
                    if choice(ui, name, look.paper == paper).clicked() {
                        look.paper = paper;
                    }
                }
            });
            row(ui, "Size", |ui| {
                // Vectors are sharp at any size, and a page says how large a figure is on it.
                ui.add_enabled_ui(look.format == Format::Png && look.paper.is_none(), |ui| {
                    for scale in 1..=3 {
                        if choice(ui, &format!("{scale}×"), look.scale == scale).clicked() {
                            look.scale = scale;
                        }
                    }
                });
            });
            row(ui, "Caption", |ui| {
                for (caption, name) in [(true, "Below it"), (false, "None")] {
                    if choice(ui, name, look.caption == caption).clicked() {
                        look.caption = caption;
                    }
                }
            });
            row(ui, "Paper", |ui| {
                for (dark, name) in [(false, "White"), (true, "Dark")] {
                    if choice(ui, name, look.dark == dark).clicked() {
                        look.dark = dark;
                    }
                }
            });
            let label = ui.label(RichText::new("Folder").font(theme.small()).color(theme.muted));
            let mut asked = settings.folder.clone();
            let usual = folder("").display().to_string();
            let edit = egui::TextEdit::singleline(&mut asked)
                .hint_text(RichText::new(usual).color(theme.faint))
                .font(theme.mono())
                .desired_width(300.0);
            let mut changed = false;
            ui.horizontal(|ui| {
                changed = ui.add(edit).labelled_by(label.id).changed();
                if choice(ui, "Choose…", false).clicked() {
                    commands.push(Command::Browse(Browse::Folder));
                }
            });
            if changed {
                commands.push(Command::Folder(asked));
            }
            ui.end_row();
        });
        ui.horizontal(|ui| {
            if button(ui, "Save", "F12", Weight::Plain, true).clicked() {
                commands.push(Command::SaveFigure(FigureGoal::File));
                commands.push(Command::View(ViewCommand::ToggleFigures));
            }
            if button(ui, "Copy", "", Weight::Plain, true).clicked() {
                commands.push(Command::SaveFigure(FigureGoal::Clipboard));
                commands.push(Command::View(ViewCommand::ToggleFigures));
            }
        });
    });
    if look != settings.figure {
        commands.push(Command::FigureLook(look));
    }
}

fn row(ui: &mut Ui, name: &str, choices: impl FnOnce(&mut Ui)) {
    let theme = Theme::of(ui);
    ui.label(RichText::new(name).font(theme.small()).color(theme.muted));
    ui.horizontal(choices);
    ui.end_row();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let folder = tempfile::tempdir().map(tempfile::TempDir::keep).unwrap_or_default();
        let first = unused(&folder, "a", "png");
        assert_eq!(first.file_name().and_then(|name| name.to_str()), Some("a.png"));
        let _ = std::fs::write(&first, "");
        assert_eq!(
            unused(&folder, "a", "png").file_name().and_then(|n| n.to_str()),
            Some("a-2.png")
        );
        let _ = std::fs::remove_dir_all(folder);
    }
}
