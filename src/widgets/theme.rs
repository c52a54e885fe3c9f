//! Every colour, size and spacing, as a token. Light is the default (figures go on white paper), dark is one click.
//!
//! All text reaches a contrast of 4.5 on the grounds it is used on, all phase marks 3 on the stage; a test checks it.

mod style;

pub use style::apply;

use super::fonts;
use crate::replay::Phase;
use egui::{Color32, Context, FontFamily, FontId, Ui};
use std::sync::LazyLock;

/// Unit of the layout grid, in points.
pub const GRID: f32 = 8.0;
/// Radius of small things: badges, cells, swatches.
pub const RADIUS_SMALL: f32 = 4.0;
/// Radius of buttons and fields.
pub const RADIUS: f32 = 6.0;
/// Radius of cards and boxes.
pub const RADIUS_LARGE: f32 = 10.0;
/// Width of a hairline.
pub const HAIRLINE: f32 = 1.0;
/// Width of the outline of what is selected or has the keyboard.
pub const EMPHASIS: f32 = 2.0;
/// Size of the smallest text: captions, indices, ticks.
pub const TEXT_SMALL: f32 = 11.0;
/// Size of most text.
pub const TEXT_BODY: f32 = 12.5;
/// Size of names and titles of boxes.
pub const TEXT_STRONG: f32 = 13.5;
/// Size of the heading of a page.
pub const TEXT_HEADING: f32 = 16.0;

/// Colours of one phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseColours {
    /// The phase's hue, where it is shown plain: many spans in a pixel, areas, strips.
    pub base: Color32,
    /// Ground of its shape.
    pub fill: Color32,
    /// Stripes, dots, outline or line of its shape.
    pub mark: Color32,
    /// Text and symbols on its ground.
    pub text: Color32,
}

/// Colours of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxColours {
    /// Keywords.
    pub keyword: Color32,
    /// Strings.
    pub string: Color32,
    /// Comments.
    pub comment: Color32,
    /// Numbers.
    pub number: Color32,
}

/// The tokens of one theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// Whether the theme is the dark one.
    pub dark: bool,
    /// Ground of the window: tabs.
    pub window: Color32,
    /// Ground of panels: inspector, cards, cells.
    pub panel: Color32,
    /// Ground of the stage and the lanes.
    pub stage: Color32,
    /// Ground of fields, and of tracks of bars where it is light.
    pub field: Color32,
    /// Lines between areas.
    pub hairline: Color32,
    /// Lines around things.
    pub outline: Color32,
    /// Text.
    pub text: Color32,
    /// Text that explains other text.
    pub muted: Color32,
    /// Text that may be overlooked: indices, ticks. On window, panel and stage only.
    pub faint: Color32,
    /// What is selected, what has the keyboard, the cursor, the main button.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Ground of what is selected.
    pub accent_ground: Color32,
    /// Ground of boxes that explain.
    pub sentence_ground: Color32,
    /// Ground of the line of code an actor is at.
    pub current_line: Color32,
    /// Text about failures.
    pub danger: Color32,
    /// Colours of the phases; see [`Theme::phase`].
    pub phases: [PhaseColours; 11],
    /// Colours of actors, cycled.
    pub actors: [Color32; 8],
    /// Colour of an actor that only starts others.
    pub root_actor: Color32,
    /// Colours of code.
    pub syntax: SyntaxColours,
    medium: FontFamily,
    semibold: FontFamily,
    /// How many times larger than by default letters are.
    letters: f32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const fn colours(base: u32, fill: u32, mark: u32, text: u32) -> PhaseColours {
    PhaseColours { base: rgb(base), fill: rgb(fill), mark: rgb(mark), text: rgb(text) }
}

/// Tol's "muted" scheme: eight colours that the colour-blind tell apart.
const ACTORS: [Color32; 8] = [
    rgb(0x332288),
    rgb(0xCC6677),
    rgb(0x117733),
    rgb(0x88CCEE),
    rgb(0xDDCC77),
    rgb(0xAA4499),
    rgb(0x44AA99),
    rgb(0x882255),
];
const DARK_TEXT: u32 = 0x0016_1A22;
const LIGHT_TEXT: u32 = 0x00FF_FFFF;

impl Theme {
    /// Ground of a bar, as far as it may go.
    pub fn track(&self) -> Color32 {
        if self.dark { self.hairline } else { self.field }
    }

    /// The light theme, with the regular font for everything.
    pub fn light() -> Self {
        let nothing = colours(0xC9D0DB, 0xFFFFFF, 0x8590A0, DARK_TEXT);
        Self {
            dark: false,
            window: rgb(0xF4F5F8),
            panel: rgb(0xFFFFFF),
            stage: rgb(0xFFFFFF),
            field: rgb(0xF4F5F8),
            hairline: rgb(0xDFE3EA),
            outline: rgb(0xC9D0DB),
            text: rgb(DARK_TEXT),
            muted: rgb(0x5D6675),
            faint: rgb(0x667080),
            accent: rgb(0x2B5BD7),
            on_accent: rgb(LIGHT_TEXT),
            accent_ground: rgb(0xE8EEFC),
            sentence_ground: rgb(0xEEF2FA),
            current_line: rgb(0xFFF4D6),
            danger: rgb(0xB04A00),
            phases: [
                nothing,
                colours(0x009E73, 0x009E73, 0x007F5C, DARK_TEXT),
                colours(0x0072B2, 0x0072B2, 0x00507E, LIGHT_TEXT),
                colours(0xE69F00, 0xFBE6BA, 0xBD7C00, DARK_TEXT),
                colours(0xCC79A7, 0xF9E9F2, 0xC06A9B, DARK_TEXT),
                colours(0x56B4E9, 0x56B4E9, 0x1F6FA8, DARK_TEXT),
                colours(0xAEB7C4, 0xFFFFFF, 0x808A99, DARK_TEXT),
                colours(0xAEB7C4, 0xFFFFFF, 0x8590A0, DARK_TEXT),
                colours(0xD55E00, 0xD55E00, 0x9C4500, DARK_TEXT),
                nothing,
                nothing,
            ],
            actors: ACTORS,
            root_actor: rgb(0x5D6675),
            syntax: SyntaxColours {
                keyword: rgb(0x2B5BD7),
                string: rgb(0x00755A),
                comment: rgb(0x5D6675),
                number: rgb(0x9A4300),
            },
            medium: FontFamily::Proportional,
            semibold: FontFamily::Proportional,
            letters: 1.0,
        }
    }

    /// The dark theme, with the regular font for everything.
    pub fn dark() -> Self {
        let nothing = colours(0x3A4250, 0x181C23, 0x737D8D, LIGHT_TEXT);
        Self {
            dark: true,
            window: rgb(0x14171D),
            panel: rgb(0x1B1F27),
            stage: rgb(0x181C23),
            field: rgb(0x14171D),
            hairline: rgb(0x2C323D),
            outline: rgb(0x3A4250),
            text: rgb(0xE8EBF1),
            muted: rgb(0xA0A9B8),
            faint: rgb(0x808A9A),
            accent: rgb(0x7FA3FF),
            on_accent: rgb(0x14171D),
            accent_ground: rgb(0x233153),
            sentence_ground: rgb(0x242A35),
            current_line: rgb(0x3A3218),
            danger: rgb(0xF0863A),
            phases: [
                nothing,
                colours(0x009E73, 0x009E73, 0x3CC49D, DARK_TEXT),
                colours(0x0072B2, 0x0072B2, 0x56B4E9, LIGHT_TEXT),
                colours(0xE69F00, 0x4D3A0A, 0xE69F00, LIGHT_TEXT),
                colours(0xCC79A7, 0x402C38, 0xCC79A7, LIGHT_TEXT),
                colours(0x56B4E9, 0x56B4E9, 0xD4ECFA, DARK_TEXT),
                colours(0x8590A0, 0x181C23, 0x8590A0, LIGHT_TEXT),
                colours(0x5D6675, 0x181C23, 0x737D8D, LIGHT_TEXT),
                colours(0xD55E00, 0xD55E00, 0xF59A5B, DARK_TEXT),
                nothing,
                nothing,
            ],
            actors: ACTORS,
            root_actor: rgb(0x5D6675),
            syntax: SyntaxColours {
                keyword: rgb(0x8FAEFF),
                string: rgb(0x6CC6A4),
                comment: rgb(0xA0A9B8),
                number: rgb(0xF0A868),
            },
            medium: FontFamily::Proportional,
            semibold: FontFamily::Proportional,
            letters: 1.0,
        }
    }

    /// The theme of a piece of the window, with the bundled fonts where the context has them.
    pub fn of(ui: &Ui) -> &'static Self {
        Self::pick(ui.visuals().dark_mode, ui.ctx())
    }

    /// The theme of the whole window, with the bundled fonts where the context has them. Within a frame only.
    pub fn get(ctx: &Context) -> &'static Self {
        Self::pick(ctx.theme() == egui::Theme::Dark, ctx)
    }

    fn pick(dark: bool, ctx: &Context) -> &'static Self {
        static THEMES: LazyLock<[Theme; 4]> = LazyLock::new(|| {
            let bundled = |theme: Theme| Theme {
                medium: fonts::medium(),
                semibold: fonts::semibold(),
                ..theme
            };
            [Theme::light(), Theme::dark(), bundled(Theme::light()), bundled(Theme::dark())]
        });
        let faces = &THEMES[2];
        // Asking for a family that is not installed panics.
        let installed = ctx.fonts(|fonts| {
            let families = &fonts.definitions().families;
            families.contains_key(&faces.medium) && families.contains_key(&faces.semibold)
        });
        &THEMES[usize::from(dark) + 2 * usize::from(installed)]
    }

    /// Colours of a phase.
    pub fn phase(&self, phase: Phase) -> PhaseColours {
        self.phases[phase as usize]
    }

    /// The same with letters that are so many times larger: for a figure in a large area.
    pub fn with_letters(&self, letters: f32) -> Self {
        Self { letters, ..self.clone() }
    }

    /// Captions, indices, ticks.
    pub fn small(&self) -> FontId {
        FontId::new(self.letters * TEXT_SMALL, FontFamily::Proportional)
    }

    /// Most text.
    pub fn body(&self) -> FontId {
        FontId::new(self.letters * TEXT_BODY, FontFamily::Proportional)
    }

    /// Names and buttons.
    pub fn label(&self) -> FontId {
        FontId::new(self.letters * TEXT_BODY, self.medium.clone())
    }

    /// Titles of cards and boxes.
    pub fn strong(&self) -> FontId {
        FontId::new(self.letters * TEXT_STRONG, self.semibold.clone())
    }

    /// The heading of a page.
    pub fn heading(&self) -> FontId {
        FontId::new(self.letters * TEXT_HEADING, self.semibold.clone())
    }

    /// Letters in badges and other symbols, at a size of their own.
    pub fn symbol(&self, size: f32) -> FontId {
        FontId::new(size, self.semibold.clone())
    }

    /// Numbers and code.
    pub fn mono(&self) -> FontId {
        FontId::new(self.letters * TEXT_BODY, FontFamily::Monospace)
    }

    /// Small numbers.
    pub fn mono_small(&self) -> FontId {
        FontId::new(self.letters * TEXT_SMALL, FontFamily::Monospace)
    }

    /// Black-like or white, whichever reads better on a ground.
    pub fn text_on(ground: Color32) -> Color32 {
        let (dark, light) = (rgb(DARK_TEXT), rgb(LIGHT_TEXT));
        if contrast(dark, ground) > contrast(light, ground) { dark } else { light }
    }
}

/// Contrast of two opaque colours as WCAG defines it, from 1 to 21.
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |c: Color32| {
        let [r, g, b, _] = egui::Rgba::from(c).to_array();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_on_every_ground_it_is_used_on() {
        for theme in [Theme::light(), Theme::dark()] {
            let t = &theme;
            let plain = [t.window, t.panel, t.stage, t.field];
            let tinted = [t.accent_ground, t.sentence_ground, t.current_line];
            let check = |name: &str, text, grounds: &[Color32]| {
                for &ground in grounds {
                    let c = contrast(text, ground);
                    assert!(c >= 4.5, "{name} on {ground:?} (dark: {}): {c:.2}", theme.dark);
                }
            };
            for (name, colour) in [("text", t.text), ("muted", t.muted), ("accent", t.accent)] {
                check(name, colour, &plain);
                check(name, colour, &tinted);
            }
            check("faint", t.faint, &plain);
            check("danger", t.danger, &plain);
            check("danger", t.danger, &[t.sentence_ground]);
            check("on accent", t.on_accent, &[t.accent]);
            let s = t.syntax;
            for colour in [s.keyword, s.string, s.comment, s.number] {
                check("code", colour, &[t.panel, t.current_line]);
            }
            for colour in t.actors.into_iter().chain([t.root_actor]) {
                check("badge", Theme::text_on(colour), &[colour]);
            }
            for phase in [Phase::Running, Phase::Holding, Phase::Io, Phase::Failed] {
                check("span", t.phase(phase).text, &[t.phase(phase).fill]);
            }
        }
    }

    #[test]
    fn phase_marks_stand_out_from_the_stage() {
        for theme in [Theme::light(), Theme::dark()] {
            for (i, phase) in theme.phases.iter().enumerate() {
                let c = contrast(phase.mark, theme.stage);
                assert!(c >= 3.0, "phase {i} (dark: {}): {c:.2} below 3", theme.dark);
            }
        }
    }
}
