//! PDF: one page of the size of the figure, its fonts cut down to the signs used, its text selectable.
//!
//! Written after ISO 32000-1 (PDF 1.7). Nothing but the figure and its title is in it: the same figure gives the same bytes.

use super::font::{self, Font, Subset};
use super::text::Run;
use super::{Drawing, Step, What, rectangle, shade};
use crate::export::raster::Image;
use egui::{Color32, Pos2, Rect, Stroke, Vec2};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

/// Units of a page (1/72 inch) to a point of a drawing (1/96 inch), where no width is asked for.
const UNITS: f32 = 0.75;
const UNITS_PER_MM: f32 = 72.0 / 25.4;

/// A file of one page, so many millimetres wide; by default as large as on a screen of 96 points an inch.
pub fn file(drawing: &Drawing, title: &str, width: super::svg::Width) -> Vec<u8> {
    let [w, h] = drawing.size();
    let scale = width.map_or(UNITS, |width| width * UNITS_PER_MM / w.max(1.0));
    let mut page = Page::new(drawing);
    let _ = writeln!(page.content, "{} 0 0 {} 0 {} cm", N(scale), N(-scale), N(h * scale));
    page.draw(drawing);

    let mut file = File::default();
    let (catalog, pages, this, content) = (file.next(), file.next(), file.next(), file.next());
    let info = file.next();
    let resources = page.resources(&mut file);
    file.object(catalog, &format!("<</Type/Catalog/Pages {pages} 0 R/Lang(en)>>"));
    file.object(pages, &format!("<</Type/Pages/Kids[{this} 0 R]/Count 1>>"));
    let size = format!("0 0 {} {}", N(w * scale), N(h * scale));
    // Blending in the colours of the screen, as there.
    let group = "/Group<</S/Transparency/CS/DeviceRGB>>";
    file.object(
        this,
        &format!(
            "<</Type/Page/Parent {pages} 0 R/MediaBox[{size}]/Contents {content} 0 R/Resources<<{resources}>>{group}>>"
        ),
    );
    file.stream(content, "", page.content.as_bytes());
    let title: String = title.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    file.object(info, &format!("<</Title<FEFF{title}>/Creator(Concurrency Lab)>>"));
    file.finish(catalog, info)
}

/// What is drawn on a page, and what that needs.
struct Page<'a> {
    content: String,
    fonts: Vec<Option<(&'static Font, Subset)>>,
    images: Vec<&'a Image>,
    /// Alpha values, of fills and of strokes.
    alphas: BTreeSet<u8>,
    /// What is set now.
    fill: Option<Color32>,
    stroke: Option<Stroke>,
    alpha: u8,
}

impl<'a> Page<'a> {
    fn new(drawing: &Drawing) -> Self {
        let subset = |(index, signs): (usize, BTreeSet<char>)| {
            let font = font::font(index).filter(|_| !signs.is_empty())?;
            Some((font, font.subset(&signs)?))
        };
        Self {
            content: String::new(),
            fonts: drawing.signs().into_iter().enumerate().map(subset).collect(),
            images: Vec::new(),
            alphas: BTreeSet::new(),
            fill: None,
            stroke: None,
            alpha: 255,
        }
    }

    fn draw(&mut self, drawing: &'a Drawing) {
        self.area(drawing.ground, Stroke::NONE, |out| {
            rect(out, Rect::from_min_size(Pos2::ZERO, drawing.size));
        });
        let mut open = None;
        for mark in &drawing.marks {
            if open != mark.clip {
                if open.is_some() {
                    self.content.push_str("Q\n");
                    (self.fill, self.stroke, self.alpha) = (None, None, 255);
                }
                if let Some(clip) = mark.clip {
                    // What holds before it holds again after it.
                    self.set_alpha(255);
                    self.content.push_str("q ");
                    rect(&mut self.content, clip);
                    self.content.push_str("W n\n");
                }
                open = mark.clip;
            }
            self.mark(&mark.what);
        }
        if open.is_some() {
            self.content.push_str("Q\n");
        }
    }

    fn mark(&mut self, what: &'a What) {
        match what {
            What::Box { rect: place, radius, fill, edge } => {
                self.area(*fill, *edge, |out| rounded(out, *place, Vec2::splat(*radius)));
            }
            What::Disc { centre, radius, fill, edge } => self.area(*fill, *edge, |out| {
                rounded(out, Rect::from_center_size(*centre, 2.0 * *radius), *radius);
            }),
            What::Path { steps, fill, edge } => self.area(*fill, *edge, |out| path(out, steps)),
            What::Text(run) => self.text(run),
            What::Picture { rect, image } => {
                self.set_alpha(255);
                let [x, y, w, h] = [rect.min.x, rect.max.y, rect.width(), -rect.height()].map(N);
                let _ =
                    writeln!(self.content, "q {w} 0 0 {h} {x} {y} cm /I{} Do Q", self.images.len());
                self.images.push(image);
            }
        }
    }

    /// Fills what `outline` writes, and draws its edge.
    fn area(&mut self, fill: Color32, edge: Stroke, outline: impl Fn(&mut String)) {
        let (filled, edged) = (fill != Color32::TRANSPARENT, !edge.is_empty());
        // One alpha holds for both: where they differ, one comes after the other.
        let together = filled && edged && fill.a() == edge.color.a();
        if filled {
            self.set_fill(fill);
            if together {
                self.set_stroke(edge);
            }
            outline(&mut self.content);
            self.content.push_str(if together { "B\n" } else { "f\n" });
        }
        if edged && !together {
            self.set_stroke(edge);
            outline(&mut self.content);
            self.content.push_str("S\n");
        }
    }

    fn set_fill(&mut self, colour: Color32) {
        self.set_alpha(colour.a());
        if self.fill != Some(colour) {
            let [r, g, b] = shade(colour).0.map(|c| N(f32::from(c) / 255.0));
            let _ = write!(self.content, "{r} {g} {b} rg ");
            self.fill = Some(colour);
        }
    }

    fn set_stroke(&mut self, stroke: Stroke) {
        self.set_alpha(stroke.color.a());
        if self.stroke != Some(stroke) {
            let [r, g, b] = shade(stroke.color).0.map(|c| N(f32::from(c) / 255.0));
            let _ = write!(self.content, "{r} {g} {b} RG {} w ", N(stroke.width));
            self.stroke = Some(stroke);
        }
    }

    fn set_alpha(&mut self, alpha: u8) {
        if self.alpha != alpha {
            let _ = write!(self.content, "/A{alpha} gs ");
            self.alpha = alpha;
            self.alphas.insert(alpha);
        }
    }

    fn text(&mut self, run: &Run) {
        let Some(Some((font, subset))) = self.fonts.get(run.face) else { return };
        let mut shown = String::new();
        // Where the next glyph would stand.
        let mut at = 0.0;
        for (sign, along) in &run.glyphs {
            let glyph = subset.signs.binary_search(sign).map_or(0, |index| index + 1);
            let moved = (at - along) / run.size * 1000.0;
            if moved.abs() >= 1.0 {
                let _ = write!(shown, ">{}<", N(moved));
                at = *along;
            }
            let _ = write!(shown, "{glyph:04X}");
            at += font.advance(*sign) * run.size;
        }
        self.set_fill(run.colour);
        let Vec2 { x: c, y: s } = Vec2::angled(run.angle);
        let [x, y] = [run.at.x, run.at.y].map(N);
        let _ = writeln!(
            self.content,
            "BT /F{} {} Tf {} {} {} {} {x} {y} Tm [<{shown}>] TJ ET",
            run.face,
            N(run.size),
            N(c),
            N(s),
            N(s),
            N(-c),
        );
    }

    /// Writes what the content refers to, and returns the entries for it.
    fn resources(&self, file: &mut File) -> String {
        let mut out = String::from("/Font<<");
        for (index, font) in self.fonts.iter().enumerate() {
            if let Some((font, subset)) = font {
                let _ = write!(out, "/F{index} {} 0 R", write_font(file, font, subset));
            }
        }
        out.push_str(">>/ExtGState<<");
        for alpha in &self.alphas {
            let covers = N(f32::from(*alpha) / 255.0);
            let _ = write!(out, "/A{alpha}<</ca {covers}/CA {covers}>>");
        }
        out.push_str(">>/XObject<<");
        for (index, image) in self.images.iter().enumerate() {
            let _ = write!(out, "/I{index} {} 0 R", write_image(file, image));
        }
        out.push_str(">>");
        out
    }
}

/// A font whose codes are the numbers of its glyphs.
fn write_font(file: &mut File, font: &Font, subset: &Subset) -> u32 {
    // Whoever has the whole font must not take this one for it.
    let mut tag = subset.signs.iter().fold(subset.signs.len() as u32, |sum, sign| {
        sum.wrapping_mul(31).wrapping_add(u32::from(*sign))
    });
    let mut name = String::new();
    for _ in 0..6 {
        name.push(char::from(b'A' + (tag % 26) as u8));
        tag /= 26;
    }
    let _ = write!(name, "+{}", font.face.name.replace(' ', "-"));

    let (whole, inner, about, data, signs) =
        (file.next(), file.next(), file.next(), file.next(), file.next());
    file.object(
        whole,
        &format!(
            "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{inner} 0 R]/ToUnicode {signs} 0 R>>"
        ),
    );
    let widths: Vec<String> = subset.widths.iter().map(|w| N(1000.0 * w).to_string()).collect();
    file.object(
        inner,
        &format!(
            "<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {about} 0 R/CIDToGIDMap/Identity/DW 500/W[0[{}]]>>",
            widths.join(" ")
        ),
    );
    let metrics = &font.metrics;
    let part = |value: f32| N(1000.0 * value / f32::from(metrics.units_per_em));
    let bounds = metrics.bounds.map(|b| [b.x_min, b.y_min, b.x_max, b.y_max]).unwrap_or_default();
    let [left, low, right, high] = bounds.map(part);
    file.object(
        about,
        &format!(
            "<</Type/FontDescriptor/FontName/{name}/Flags {}/FontBBox[{left} {low} {right} {high}]/ItalicAngle 0/Ascent {}/Descent {}/CapHeight {}/StemV 80/FontFile2 {data} 0 R>>",
            if metrics.is_monospace { 5 } else { 4 },
            part(metrics.ascent),
            part(metrics.descent),
            part(metrics.cap_height.unwrap_or(metrics.ascent)),
        ),
    );
    file.stream(data, &format!("/Length1 {}", subset.file.len()), &subset.file);
    file.stream(signs, "", to_unicode(&subset.signs).as_bytes());
    whole
}

/// Which sign a glyph stands for: what selecting and searching go by.
fn to_unicode(signs: &[char]) -> String {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    for (part, signs) in signs.chunks(100).enumerate() {
        let _ = writeln!(out, "{} beginbfchar", signs.len());
        for (sign, glyph) in signs.iter().zip(100 * part + 1..) {
            let _ = write!(out, "<{glyph:04X}> <");
            for unit in sign.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "{unit:04X}");
            }
            out.push_str(">\n");
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

fn write_image(file: &mut File, image: &Image) -> u32 {
    let (colours, covers) = (file.next(), file.next());
    let (pixels, _) = image.rgba.as_chunks::<4>();
    let about = |space: &str, more: &str| {
        format!(
            "/Type/XObject/Subtype/Image/Width {}/Height {}/ColorSpace/{space}/BitsPerComponent 8{more}",
            image.width, image.height
        )
    };
    let rgb: Vec<u8> = pixels.iter().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    let alpha: Vec<u8> = pixels.iter().map(|pixel| pixel[3]).collect();
    file.stream(colours, &about("DeviceRGB", &format!("/SMask {covers} 0 R")), &rgb);
    file.stream(covers, &about("DeviceGray", ""), &alpha);
    colours
}

fn rect(out: &mut String, rect: Rect) {
    let [x, y, w, h] = [rect.min.x, rect.min.y, rect.width(), rect.height()].map(N);
    let _ = write!(out, "{x} {y} {w} {h} re ");
}

fn path(out: &mut String, steps: &[Step]) {
    let mut rest = steps;
    while let Some(step) = rest.first() {
        if let Some(place) = rest.get(..5).and_then(rectangle) {
            rect(out, place);
            rest = &rest[5..];
            continue;
        }
        let _ = match step {
            Step::Move(to) => write!(out, "{} {} m ", N(to.x), N(to.y)),
            Step::Line(to) => write!(out, "{} {} l ", N(to.x), N(to.y)),
            Step::Curve([a, b, c]) => {
                let [a, b, c] = [a, b, c].map(|p| format!("{} {} ", N(p.x), N(p.y)));
                write!(out, "{a}{b}{c}c ")
            }
            Step::Close => write!(out, "h "),
        };
        rest = &rest[1..];
    }
}

/// A rectangle with round corners; a disc where they are as large as it.
fn rounded(out: &mut String, place: Rect, radius: Vec2) {
    if radius.min_elem() <= 0.0 {
        return rect(out, place);
    }
    // How far the control points of a quarter of a circle lie from its ends, towards the corner.
    const BEND: f32 = 0.552_285;
    let (left, right, top, bottom) = (place.left(), place.right(), place.top(), place.bottom());
    let (x, y) = (radius.x, radius.y);
    let (bx, by) = (x * (1.0 - BEND), y * (1.0 - BEND));
    let _ = write!(out, "{} {} m ", N(left + x), N(top));
    for (to, points) in [
        ([right - x, top], [right - bx, top, right, top + by, right, top + y]),
        ([right, bottom - y], [right, bottom - by, right - bx, bottom, right - x, bottom]),
        ([left + x, bottom], [left + bx, bottom, left, bottom - by, left, bottom - y]),
        ([left, top + y], [left, top + by, left + bx, top, left + x, top]),
    ] {
        let _ = write!(out, "{} {} l ", N(to[0]), N(to[1]));
        for value in points {
            let _ = write!(out, "{} ", N(value));
        }
        out.push_str("c ");
    }
    out.push_str("h ");
}

/// A number as PDF has it, to a thousandth.
struct N(f32);

impl std::fmt::Display for N {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // PDF knows no infinity.
        let value = if self.0.is_finite() { self.0 } else { 0.0 };
        let text = format!("{value:.3}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

/// A file that is written object by object.
struct File {
    bytes: Vec<u8>,
    /// Where each object begins, from number 1 on.
    places: Vec<usize>,
}

impl Default for File {
    fn default() -> Self {
        // A comment of bytes that are no text, for those who guess what a file is.
        Self { bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(), places: Vec::new() }
    }
}

impl File {
    /// The number of an object that is written later.
    fn next(&mut self) -> u32 {
        self.places.push(0);
        self.places.len() as u32
    }

    fn begin(&mut self, number: u32) {
        if let Some(place) = self.places.get_mut(number as usize - 1) {
            *place = self.bytes.len();
        }
        self.text(&format!("{number} 0 obj\n"));
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn object(&mut self, number: u32, text: &str) {
        self.begin(number);
        self.text(&format!("{text}\nendobj\n"));
    }

    fn stream(&mut self, number: u32, entries: &str, content: &[u8]) {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let packed = packer.write_all(content).and_then(|()| packer.finish()).unwrap_or_default();
        self.begin(number);
        self.text(&format!("<<{entries}/Filter/FlateDecode/Length {}>>\nstream\n", packed.len()));
        self.bytes.extend_from_slice(&packed);
        self.text("\nendstream\nendobj\n");
    }

    fn finish(mut self, catalog: u32, info: u32) -> Vec<u8> {
        let (begin, count) = (self.bytes.len(), self.places.len() + 1);
        self.text(&format!("xref\n0 {count}\n0000000000 65535 f \n"));
        for place in std::mem::take(&mut self.places) {
            self.text(&format!("{place:010} 00000 n \n"));
        }
        self.text(&format!(
            "trailer\n<</Size {count}/Root {catalog} 0 R/Info {info} 0 R>>\nstartxref\n{begin}\n%%EOF\n"
        ));
        self.bytes
    }
}
