//! The bundled fonts as a figure needs them: which of them has a sign, how wide that is, and a font of just the signs used.

use crate::widgets::fonts::{FACES, Face};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::{GlyphMetrics, Metrics};
use skrifa::{FontRef, GlyphId, MetadataProvider, Tag};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

pub(super) const COUNT: usize = FACES.len();

/// A font that is read.
pub(super) struct Font {
    pub(super) face: Face,
    font: FontRef<'static>,
    signs: Charmap<'static>,
    widths: GlyphMetrics<'static>,
    /// Its measures, in units of which `metrics.units_per_em` are the font size.
    pub(super) metrics: Metrics,
}

/// A bundled font, by its index in [`FACES`]; nothing only where its file is damaged.
pub(super) fn font(index: usize) -> Option<&'static Font> {
    static FONTS: LazyLock<[Option<Font>; COUNT]> = LazyLock::new(|| FACES.map(Font::read));
    FONTS.get(index)?.as_ref()
}

/// A font of some signs. Glyph 0 is the one for what is missing, and glyph `i + 1` that of `signs[i]`.
pub(super) struct Subset {
    /// A TrueType file.
    pub(super) file: Vec<u8>,
    pub(super) signs: Vec<char>,
    /// Widths of the glyphs in parts of the font size, from glyph 0 on.
    pub(super) widths: Vec<f32>,
}

impl Font {
    fn read(face: Face) -> Option<Self> {
        let font = FontRef::new(face.bytes)
            .inspect_err(|error| log::error!("the font {}: {error}", face.name))
            .ok()?;
        let whole = LocationRef::default();
        Some(Self {
            face,
            signs: font.charmap(),
            widths: font.glyph_metrics(Size::unscaled(), whole),
            metrics: font.metrics(Size::unscaled(), whole),
            font,
        })
    }

    fn glyph(&self, sign: char) -> Option<GlyphId> {
        self.signs.map(sign).filter(|glyph| *glyph != GlyphId::NOTDEF)
    }

    /// Whether it has a sign.
    pub(super) fn has(&self, sign: char) -> bool {
        self.glyph(sign).is_some()
    }

    fn width(&self, glyph: GlyphId) -> f32 {
        self.widths.advance_width(glyph).unwrap_or_default() / f32::from(self.metrics.units_per_em)
    }

    /// The width of a sign in parts of the font size, where nothing beside it moves it.
    pub(super) fn advance(&self, sign: char) -> f32 {
        self.width(self.glyph(sign).unwrap_or(GlyphId::NOTDEF))
    }

    fn table(&self, tag: &[u8; 4]) -> Option<&'static [u8]> {
        self.font.table_data(Tag::new(tag)).map(|data| data.as_bytes())
    }

    /// The font of some signs of it; those that it does not have are left out.
    pub(super) fn subset(&self, signs: &BTreeSet<char>) -> Option<Subset> {
        let signs: Vec<char> = signs.iter().copied().filter(|sign| self.has(*sign)).collect();
        let mut glyphs = vec![GlyphId::NOTDEF];
        glyphs.extend(signs.iter().filter_map(|sign| self.glyph(*sign)));
        let named = glyphs.len();
        // What glyphs are made of comes after them.
        let mut parts: BTreeMap<u32, u16> = BTreeMap::new();
        let (mut outlines, mut offsets) = (Vec::new(), vec![0_u32]);
        let mut at = 0;
        while let Some(&glyph) = glyphs.get(at) {
            let mut outline = self.outline(glyph)?.to_vec();
            for place in components(&outline) {
                let part = u32::from(number(&outline, place)?);
                let renamed = *parts.entry(part).or_insert_with(|| {
                    glyphs.push(GlyphId::new(part));
                    glyphs.len() as u16 - 1
                });
                outline.get_mut(place..place + 2)?.copy_from_slice(&renamed.to_be_bytes());
            }
            outlines.append(&mut outline);
            outlines.resize(outlines.len().next_multiple_of(4), 0);
            offsets.push(outlines.len() as u32);
            at += 1;
        }
        let mut widths = Vec::new();
        for glyph in &glyphs {
            let width = self.widths.advance_width(*glyph).unwrap_or_default() as u16;
            let bearing = self.widths.left_side_bearing(*glyph).unwrap_or_default() as i16;
            widths.extend_from_slice(&width.to_be_bytes());
            widths.extend_from_slice(&bearing.to_be_bytes());
        }
        let count = (glyphs.len() as u16).to_be_bytes();
        let mut head = self.table(b"head")?.to_vec();
        head.get_mut(8..12)?.fill(0);
        // Long offsets.
        head.get_mut(50..52)?.copy_from_slice(&[0, 1]);
        let mut across = self.table(b"hhea")?.to_vec();
        across.get_mut(34..36)?.copy_from_slice(&count);
        let mut most = self.table(b"maxp")?.to_vec();
        most.get_mut(4..6)?.copy_from_slice(&count);
        // Without names of glyphs.
        let mut post = self.table(b"post")?.get(..32)?.to_vec();
        post[..4].copy_from_slice(&[0, 3, 0, 0]);
        let offsets = offsets.iter().flat_map(|offset| offset.to_be_bytes()).collect();
        let tables: [(&[u8; 4], Vec<u8>); 10] = [
            (b"OS/2", self.table(b"OS/2")?.to_vec()),
            (b"cmap", charmap(&signs)),
            (b"glyf", outlines),
            (b"head", head),
            (b"hhea", across),
            (b"hmtx", widths),
            (b"loca", offsets),
            (b"maxp", most),
            (b"name", self.table(b"name")?.to_vec()),
            (b"post", post),
        ];
        let widths = glyphs[..named].iter().map(|glyph| self.width(*glyph)).collect();
        Some(Subset { file: file(&tables), signs, widths })
    }

    /// The bytes of a glyph's outline.
    fn outline(&self, glyph: GlyphId) -> Option<&'static [u8]> {
        let (index, offsets) = (glyph.to_u32() as usize, self.table(b"loca")?);
        let is_long = number(self.table(b"head")?, 50)? == 1;
        let offset = |index: usize| match is_long {
            true => {
                let high = usize::from(number(offsets, 4 * index)?);
                Some(high << 16 | usize::from(number(offsets, 4 * index + 2)?))
            }
            false => Some(2 * usize::from(number(offsets, 2 * index)?)),
        };
        self.table(b"glyf")?.get(offset(index)?..offset(index + 1)?)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|two| u16::from_be_bytes([two[0], two[1]]))
}

/// Where in an outline the glyphs are named that it is made of.
fn components(outline: &[u8]) -> Vec<usize> {
    const WORDS: u16 = 1;
    const SCALE: u16 = 1 << 3;
    const MORE: u16 = 1 << 5;
    const TWO_SCALES: u16 = 1 << 6;
    const MATRIX: u16 = 1 << 7;
    let mut places = Vec::new();
    let is_made_of_others = number(outline, 0).is_some_and(|contours| contours as i16 == -1);
    let mut at = 10;
    while is_made_of_others && let Some(flags) = number(outline, at) {
        places.push(at + 2);
        at += 4 + if flags & WORDS != 0 { 4 } else { 2 };
        at += match flags {
            _ if flags & SCALE != 0 => 2,
            _ if flags & TWO_SCALES != 0 => 4,
            _ if flags & MATRIX != 0 => 8,
            _ => 0,
        };
        if flags & MORE == 0 {
            break;
        }
    }
    places
}

/// The table that says which glyph is that of a sign: formats 4 and 12, a range for each sign.
fn charmap(signs: &[char]) -> Vec<u8> {
    let glyphs: Vec<(u32, u16)> = signs.iter().map(|sign| u32::from(*sign)).zip(1..).collect();
    let near: Vec<(u16, u16)> = glyphs
        .iter()
        .filter_map(|(sign, glyph)| Some((u16::try_from(*sign).ok()?, *glyph)))
        .filter(|(sign, _)| *sign < u16::MAX)
        .chain([(u16::MAX, 0)])
        .collect();
    let count = near.len() as u16;
    let log = count.ilog2() as u16;
    let mut short: Vec<u16> = vec![4, 16 + 8 * count, 0, 2 * count, 2 << log, log];
    short.push(2 * count - (2 << log));
    short.extend(near.iter().map(|(sign, _)| sign));
    short.push(0);
    short.extend(near.iter().map(|(sign, _)| sign));
    short.extend(near.iter().map(|(sign, glyph)| glyph.wrapping_sub(*sign)));
    short.extend(near.iter().map(|_| 0));
    let mut long: Vec<u32> = vec![12 << 16, 16 + 12 * glyphs.len() as u32, 0, glyphs.len() as u32];
    long.extend(glyphs.iter().flat_map(|(sign, glyph)| [*sign, *sign, u32::from(*glyph)]));
    let first = 20_u32;
    let second = first + 2 * short.len() as u32;
    let mut bytes = Vec::new();
    for word in [0_u16, 2, 3, 1, 0, first as u16, 3, 10] {
        bytes.extend_from_slice(&word.to_be_bytes());
    }
    bytes.extend_from_slice(&second.to_be_bytes());
    bytes.extend(short.iter().flat_map(|word| word.to_be_bytes()));
    bytes.extend(long.iter().flat_map(|word| word.to_be_bytes()));
    bytes
}

/// A TrueType file of tables in the order of their names.
fn file(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let log = count.ilog2() as u16;
    let mut bytes = vec![0, 1, 0, 0];
    for word in [count, 16 << log, log, 16 * count - (16 << log)] {
        bytes.extend_from_slice(&word.to_be_bytes());
    }
    let mut at = 12 + 16 * tables.len();
    for (tag, table) in tables {
        bytes.extend_from_slice(*tag);
        for word in [sum(table), at as u32, table.len() as u32] {
            bytes.extend_from_slice(&word.to_be_bytes());
        }
        at += table.len().next_multiple_of(4);
    }
    let mut head = None;
    for (tag, table) in tables {
        if *tag == b"head" {
            head = Some(bytes.len());
        }
        bytes.extend_from_slice(table);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    let rest = 0xB1B0_AFBA_u32.wrapping_sub(sum(&bytes));
    if let Some(place) = head.and_then(|head| bytes.get_mut(head + 8..head + 12)) {
        place.copy_from_slice(&rest.to_be_bytes());
    }
    bytes
}

fn sum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use skrifa::outline::{DrawSettings, OutlinePen};

    #[derive(Default, PartialEq, Debug)]
    struct Strokes(Vec<[f32; 2]>);

    impl OutlinePen for Strokes {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0.push([x, y]);
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0.push([x, y]);
        }
        fn quad_to(&mut self, _: f32, _: f32, x: f32, y: f32) {
            self.0.push([x, y]);
        }
        fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
            self.0.push([x, y]);
        }
        fn close(&mut self) {}
    }

    fn strokes(font: &FontRef<'_>, sign: char) -> Strokes {
        let mut strokes = Strokes::default();
        let glyph = font.charmap().map(sign).and_then(|glyph| font.outline_glyphs().get(glyph));
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        if let Some(glyph) = glyph {
            glyph.draw(settings, &mut strokes).unwrap_or_else(|error| panic!("{error}"));
        }
        strokes
    }

    #[test]
    fn a_subset_draws_the_same_glyphs_and_has_no_others() {
        let wanted: BTreeSet<char> = "Wait: ťhread ä ½→✓🔒▲".chars().collect();
        let mut found = BTreeSet::new();
        for index in 0..COUNT {
            let font = font(index).unwrap_or_else(|| panic!("font {index} cannot be read"));
            let subset = font.subset(&wanted).unwrap_or_else(|| panic!("font {index}"));
            let small = FontRef::new(&subset.file).unwrap_or_else(|error| panic!("{error}"));
            for &sign in &subset.signs {
                assert_eq!(strokes(&small, sign), strokes(&font.font, sign), "{sign} of {index}");
                found.insert(sign);
            }
            assert_eq!(small.charmap().map('z'), None);
            assert!(subset.file.len() < 20_000, "{} bytes", subset.file.len());
            assert_eq!(sum(&subset.file), 0xB1B0_AFBA);
        }
        assert_eq!(found, wanted, "each sign is in one of the fonts");
    }
}
