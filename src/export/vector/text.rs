//! Texts as signs in a font, each where egui laid it out.

use super::font;
use crate::widgets::fonts;
use egui::emath::{GuiRounding as _, Rot2};
use egui::epaint::{TextShape, text::PlacedRow};
use egui::text::LayoutSection;
use egui::{Color32, Mesh, Pos2, Vec2, vec2};

/// Signs of one line in one font and colour.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// The font, by its index in [`fonts::FACES`].
    pub(super) face: usize,
    /// The font size in points.
    pub(super) size: f32,
    pub(super) colour: Color32,
    /// The beginning of its baseline.
    pub(super) at: Pos2,
    /// By how much it is turned clockwise, in radians.
    pub(super) angle: f32,
    /// The signs, and how far along the baseline each begins.
    pub(super) glyphs: Vec<(char, f32)>,
    /// Its length.
    pub(super) length: f32,
}

impl Run {
    /// Whether each sign stands where the one before it ends, so that the places need not be told.
    pub(super) fn is_plain(&self) -> bool {
        let Some(font) = font::font(self.face) else { return false };
        let mut at = 0.0;
        self.glyphs.iter().all(|(sign, place)| {
            let near = (place - at).abs() < 0.02 * self.size;
            at += font.advance(*sign) * self.size;
            near
        })
    }
}

/// The runs of a text, and what is drawn under and around them (grounds of words, lines under them).
pub(super) fn read(text: &TextShape, pixels_per_point: f32) -> (Vec<Mesh>, Vec<Run>) {
    let (mut meshes, mut runs) = (Vec::new(), Vec::new());
    // As when it is painted: the text begins on a whole pixel.
    let origin = text.pos.round_to_pixels(pixels_per_point);
    let turn = Rot2::from_angle(text.angle);
    let signs: Vec<(usize, char)> = text.galley.job.text.char_indices().collect();
    let mut next = 0;
    for placed in &text.galley.rows {
        let at = origin + turn * placed.pos.to_vec2();
        meshes.extend(lines(text, placed, at, turn));
        row(text, placed, at, turn, &signs[next.min(signs.len())..], &mut runs);
        next += placed.row.glyphs.len() + usize::from(placed.ends_with_newline);
    }
    (meshes, runs)
}

fn row(
    text: &TextShape,
    placed: &PlacedRow,
    at: Pos2,
    turn: Rot2,
    signs: &[(usize, char)],
    runs: &mut Vec<Run>,
) {
    let glyphs = &placed.row.glyphs;
    // The places of glyphs are whole pixels; their widths are not.
    let mut along = glyphs.first().map_or(0.0, |glyph| glyph.pos.x);
    // Section, font and baseline of the run that is being read.
    let mut open = None;
    for (index, glyph) in glyphs.iter().enumerate() {
        if (glyph.pos.x - along).abs() > 1.0 {
            along = glyph.pos.x;
        }
        // Where a text is cut off, the sign for that is none of its own.
        let byte = signs.get(index).or(signs.last()).map_or(0, |(byte, _)| *byte);
        let sections = &text.galley.job.sections;
        let holds = |section: &&LayoutSection| {
            (section.byte_range.start.0..section.byte_range.end.0).contains(&byte)
        };
        let Some(section) = sections.iter().find(holds).or(sections.last()) else { return };
        let sign = if glyph.chr == '\t' { ' ' } else { glyph.chr };
        let format = &section.format;
        let order = fonts::order(&format.font_id.family);
        let face = order.into_iter().find(|face| font::font(*face).is_some_and(|f| f.has(sign)));
        let colour = colour(text, format.color);
        let size = format.font_id.size;
        if let (Some(face), false) = (face, colour == Color32::TRANSPARENT) {
            let same = (face, size, colour);
            if open != Some(same) {
                let down = fonts::FACES[face].down * size;
                let at = at + turn * vec2(along, glyph.pos.y + down);
                let (glyphs, angle) = (Vec::new(), text.angle);
                runs.push(Run { face, size, colour, at, angle, glyphs, length: 0.0 });
                open = Some(same);
            }
            if let Some(run) = runs.last_mut() {
                let from = turn.inverse() * (run.at - at);
                run.glyphs.push((sign, along - from.x));
                run.length = along - from.x + glyph.advance_width;
            }
        } else {
            open = None;
        }
        along += glyph.advance_width;
    }
    // Nothing is seen of blanks at the ends, nor of those between two runs.
    runs.retain(|run| run.glyphs.iter().any(|(sign, _)| !sign.is_whitespace()));
}

/// The colour that a part of a text is painted in.
fn colour(text: &TextShape, own: Color32) -> Color32 {
    let colour = match (text.override_text_color, own) {
        (Some(colour), _) => colour,
        (None, Color32::PLACEHOLDER) => text.fallback_color,
        (None, own) => own,
    };
    if text.opacity_factor < 1.0 { colour.gamma_multiply(text.opacity_factor) } else { colour }
}

/// What of a row is no glyph.
fn lines(text: &TextShape, placed: &PlacedRow, at: Pos2, turn: Rot2) -> Option<Mesh> {
    let visuals = &placed.row.visuals;
    let glyphs = &visuals.glyph_vertex_range;
    let (triangles, _) = visuals.mesh.indices.as_chunks::<3>();
    let mut out = Mesh::default();
    for triangle in triangles {
        if triangle.iter().any(|index| glyphs.contains(&(*index as usize))) {
            continue;
        }
        out.indices.extend_from_slice(triangle);
    }
    if out.indices.is_empty() {
        return None;
    }
    out.vertices.clone_from(&visuals.mesh.vertices);
    for vertex in &mut out.vertices {
        let place: Vec2 = turn * vertex.pos.to_vec2();
        vertex.pos = at + place;
        if vertex.color == Color32::PLACEHOLDER {
            vertex.color = text.fallback_color;
        }
        vertex.color = vertex.color.gamma_multiply(text.opacity_factor.clamp(0.0, 1.0));
    }
    Some(out)
}
