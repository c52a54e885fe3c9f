//! SVG: a file of its own, or a part of a page.

use super::{Drawing, Mark, Step, What, font, rectangle, shade, text::Run};
use crate::export::png;
use egui::{Color32, Pos2, Rect, Stroke};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The fonts that figures need: the signs of each that are used.
#[derive(Default)]
pub struct Embedded([BTreeSet<char>; font::COUNT]);

impl Embedded {
    /// Adds the signs of a drawing.
    pub fn add(&mut self, drawing: &Drawing) {
        for (all, signs) in self.0.iter_mut().zip(drawing.signs()) {
            all.extend(signs);
        }
    }

    /// Adds the signs of a text that a page sets itself, in the fonts of an interface or of code.
    pub fn add_text(&mut self, text: &str, family: &egui::FontFamily) {
        for sign in text.chars() {
            let order = crate::widgets::fonts::order(family);
            let mut has = order.into_iter().filter(|i| font::font(*i).is_some_and(|f| f.has(sign)));
            if let Some(face) = has.next() {
                self.0[face].insert(sign);
            }
        }
    }

    /// A style sheet with the fonts in it, cut down to those signs.
    pub fn css(&self) -> String {
        let mut css = String::new();
        for (index, signs) in self.0.iter().enumerate().filter(|(_, signs)| !signs.is_empty()) {
            let Some((font, subset)) = font::font(index).and_then(|f| Some((f, f.subset(signs)?)))
            else {
                continue;
            };
            let _ = writeln!(
                css,
                "@font-face{{font-family:\"{}\";font-weight:{};src:url(data:font/ttf;base64,{}) format(\"truetype\")}}",
                font.face.family,
                font.face.weight,
                base64(&subset.file)
            );
        }
        css
    }
}

/// How wide a figure is on a page: so many millimetres, or its own size at 96 points an inch.
pub type Width = Option<f32>;

/// A file with the fonts in it, so that it looks the same where they are not installed.
pub fn file(drawing: &Drawing, title: &str, width: Width) -> String {
    let mut fonts = Embedded::default();
    fonts.add(drawing);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let style = format!("<style>\n{}</style>\n", fonts.css());
    write(&mut out, drawing, title, width, "c", &style);
    out
}

/// An element of a page that has the fonts. `id` begins the names in it: no other part of the page has the same.
pub fn element(drawing: &Drawing, title: &str, id: &str) -> String {
    let mut out = String::new();
    write(&mut out, drawing, title, None, id, "");
    out
}

fn write(out: &mut String, drawing: &Drawing, title: &str, width: Width, id: &str, style: &str) {
    let [w, h] = drawing.size();
    let (unit, scale) = width.map_or(("", 1.0), |width| ("mm", width / w.max(1.0)));
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}{unit}\" height=\"{}{unit}\" viewBox=\"0 0 {} {}\" role=\"img\" xml:space=\"preserve\">",
        Short(w * scale),
        Short(h * scale),
        Short(w),
        Short(h),
    );
    let _ = writeln!(out, "<title>{}</title>\n{style}", escape(title));
    let ground = Rect::from_min_size(Pos2::ZERO, drawing.size);
    let _ = writeln!(out, "<rect{}{}/>", place(ground), fill(drawing.ground));
    let mut clips: Vec<Rect> = Vec::new();
    let mut open = None;
    for Mark { clip, what } in &drawing.marks {
        if open != *clip {
            if open.is_some() {
                out.push_str("</g>\n");
            }
            if let Some(rect) = *clip {
                let known = clips.iter().position(|other| *other == rect);
                let number = known.unwrap_or_else(|| {
                    clips.push(rect);
                    let _ = writeln!(
                        out,
                        "<clipPath id=\"{id}{}\"><rect{}/></clipPath>",
                        clips.len() - 1,
                        place(rect)
                    );
                    clips.len() - 1
                });
                let _ = writeln!(out, "<g clip-path=\"url(#{id}{number})\">");
            }
            open = *clip;
        }
        mark(out, what);
    }
    if open.is_some() {
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
}

fn mark(out: &mut String, what: &What) {
    match what {
        What::Box { rect, radius, fill: colour, edge } => {
            let _ = write!(out, "<rect{}", place(*rect));
            if *radius > 0.0 {
                let _ = write!(out, " rx=\"{}\"", Short(*radius));
            }
            let _ = writeln!(out, "{}{}/>", fill(*colour), stroke(*edge));
        }
        What::Disc { centre, radius, fill: colour, edge } => {
            let _ = write!(out, "<{}", if radius.x == radius.y { "circle" } else { "ellipse" });
            let _ = write!(out, " cx=\"{}\" cy=\"{}\"", Short(centre.x), Short(centre.y));
            let _ = match radius.x == radius.y {
                true => write!(out, " r=\"{}\"", Short(radius.x)),
                false => write!(out, " rx=\"{}\" ry=\"{}\"", Short(radius.x), Short(radius.y)),
            };
            let _ = writeln!(out, "{}{}/>", fill(*colour), stroke(*edge));
        }
        What::Path { steps, fill: colour, edge } => {
            let (fill, stroke) = (fill(*colour), stroke(*edge));
            if let Some(rect) = rectangle(steps) {
                let _ = writeln!(out, "<rect{}{fill}{stroke}/>", place(rect));
            } else if let [Step::Move(a), Step::Line(b)] = steps[..] {
                let [x1, y1, x2, y2] = [a.x, a.y, b.x, b.y].map(Short);
                let _ = writeln!(
                    out,
                    "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{stroke}/>"
                );
            } else {
                let _ = writeln!(out, "<path d=\"{}\"{fill}{stroke}/>", path(steps));
            }
        }
        What::Text(run) => text(out, run),
        What::Picture { rect, image } => match png::encode(image) {
            Ok(bytes) => {
                let _ = writeln!(
                    out,
                    "<image{} href=\"data:image/png;base64,{}\"/>",
                    place(*rect),
                    base64(&bytes)
                );
            }
            Err(error) => log::warn!("a part of a figure is left out: {error}"),
        },
    }
}

fn text(out: &mut String, run: &Run) {
    let Some(font) = font::font(run.face) else { return };
    let generic = if font.metrics.is_monospace { "monospace" } else { "sans-serif" };
    let size = Short(run.size);
    let _ =
        write!(out, "<text font-family=\"{}, {generic}\" font-size=\"{size}\"", font.face.family);
    if font.face.weight != 400 {
        let _ = write!(out, " font-weight=\"{}\"", font.face.weight);
    }
    let (x, y) = (Short(run.at.x), Short(run.at.y));
    if run.angle != 0.0 {
        let degrees = Short(run.angle.to_degrees());
        let _ = write!(out, " transform=\"rotate({degrees} {x} {y})\"");
    }
    let _ = write!(out, "{} y=\"{y}\" x=\"{x}", fill(run.colour));
    if run.is_plain() {
        out.push('"');
        if run.glyphs.len() > 1 {
            // Where another font takes its place, it has the same length.
            let _ = write!(out, " textLength=\"{}\"", Short(run.length));
        }
    } else {
        for (_, along) in run.glyphs.iter().skip(1) {
            let _ = write!(out, " {}", Short(run.at.x + along));
        }
        out.push('"');
    }
    let words: String = run.glyphs.iter().map(|(sign, _)| *sign).collect();
    let _ = writeln!(out, ">{}</text>", escape(&words));
}

/// The steps of a path, each from where the one before it ended.
fn path(steps: &[Step]) -> String {
    let mut out = String::new();
    // In hundredths, so that rounding does not add up.
    let whole = |p: Pos2| [p.x, p.y].map(|v| (v * 100.0).round() as i64);
    let (mut at, mut first) = ([0, 0], [0, 0]);
    for (index, step) in steps.iter().enumerate() {
        let _ = match step {
            Step::Move(to) => {
                (at, first) = (whole(*to), whole(*to));
                write!(out, "M{} {}", Hundredths(at[0]), Hundredths(at[1]))
            }
            Step::Line(to) => {
                let to = whole(*to);
                let [dx, dy] = [to[0] - at[0], to[1] - at[1]];
                at = to;
                match (dx, dy) {
                    // An outline closes itself.
                    (0, 0) => Ok(()),
                    _ if to == first && steps.get(index + 1) == Some(&Step::Close) => Ok(()),
                    (dx, 0) => write!(out, "h{}", Hundredths(dx)),
                    (0, dy) => write!(out, "v{}", Hundredths(dy)),
                    (dx, dy) => write!(out, "l{} {}", Hundredths(dx), Hundredths(dy)),
                }
            }
            Step::Curve(points) => {
                out.push('c');
                for point in points.map(whole) {
                    let [dx, dy] = [point[0] - at[0], point[1] - at[1]];
                    let _ = write!(out, " {} {}", Hundredths(dx), Hundredths(dy));
                }
                at = whole(points[2]);
                Ok(())
            }
            Step::Close => {
                at = first;
                write!(out, "z")
            }
        };
    }
    out
}

fn place(rect: Rect) -> String {
    let [x, y, w, h] = [rect.min.x, rect.min.y, rect.width(), rect.height()].map(Short);
    format!(" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"")
}

fn fill(colour: Color32) -> String {
    if colour == Color32::TRANSPARENT {
        return " fill=\"none\"".to_owned();
    }
    paint("fill", colour)
}

fn stroke(edge: Stroke) -> String {
    if edge.is_empty() {
        return String::new();
    }
    format!("{} stroke-width=\"{}\"", paint("stroke", edge.color), Short(edge.width))
}

fn paint(what: &str, colour: Color32) -> String {
    let ([r, g, b], covers) = shade(colour);
    let covers = match colour.is_opaque() {
        true => String::new(),
        false => format!(" {what}-opacity=\"{}\"", Short(covers)),
    };
    format!(" {what}=\"#{r:02x}{g:02x}{b:02x}\"{covers}")
}

/// A number with at most two decimals.
struct Short(f32);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Hundredths((f64::from(self.0) * 100.0).round() as i64).fmt(f)
    }
}

struct Hundredths(i64);

impl std::fmt::Display for Hundredths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, value) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match (value / 100, value % 100) {
            (whole, 0) => write!(f, "{sign}{whole}"),
            (whole, part) if part % 10 == 0 => write!(f, "{sign}{whole}.{}", part / 10),
            (whole, part) => write!(f, "{sign}{whole}.{part:02}"),
        }
    }
}

/// A text as XML and HTML have it, in an element or in quotes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no form for other control characters.
            sign if sign.is_control() && !"\t\n\r".contains(sign) => out.push('\u{fffd}'),
            sign => out.push(sign),
        }
    }
    out
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|i| u32::from(chunk.get(i).copied().unwrap_or(0)));
        let bits = a << 16 | b << 8 | c;
        for place in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { char::from(sign) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_can_be() {
        for (number, text) in
            [(0.0, "0"), (-0.001, "0"), (1.5, "1.5"), (-0.25, "-0.25"), (10.04, "10.04")]
        {
            assert_eq!(Short(number).to_string(), text);
        }
    }

    #[test]
    fn bytes_are_written_in_base_64() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
