//! Figures as vectors: SVG and PDF of what the window shows.

use super::common::runs;
use super::rect;
use concurrency_lab::app::command::Page;
use concurrency_lab::app::picture::{self, FigureSpec, Format, Paper, Part, PictureSpec};
use concurrency_lab::app::playback::At;
use concurrency_lab::app::session::Session;
use concurrency_lab::export::offscreen::Offscreen;
use concurrency_lab::export::vector::{pdf, svg};
use concurrency_lab::widgets::fonts;
use egui::{Align2, Color32, FontId, Mesh, Rect, Shape, Stroke, StrokeKind, Theme, Ui, pos2, vec2};
use std::collections::HashMap;
use std::io::Read;

const INK: Color32 = Color32::from_rgb(10, 20, 30);
const AMBER: Color32 = Color32::from_rgb(0xe6, 0x9f, 0);

fn shapes(ui: &mut Ui) {
    let painter = ui.painter();
    painter.rect_filled(ui.max_rect(), 0.0, Color32::WHITE);
    painter.rect(rect(10.0, 10.0, 50.0, 30.0), 4, AMBER, (1.0, INK), StrokeKind::Inside);
    painter.circle_filled(pos2(80.0, 20.0), 8.0, AMBER.gamma_multiply(0.5));
    painter.line_segment([pos2(10.0, 40.0), pos2(90.0, 40.0)], Stroke::new(1.5, INK));
    painter.extend(Shape::dashed_line(
        &[pos2(10.0, 50.0), pos2(90.0, 50.0)],
        Stroke::new(1.0, INK),
        4.0,
        3.0,
    ));
    let words = |at, text: &str, font| painter.text(at, Align2::LEFT_TOP, text, font, INK);
    words(pos2(100.0, 10.0), "AVATAR waits → ✓ & <1 ms>", FontId::new(13.0, fonts::medium()));
    words(pos2(100.0, 30.0), "items.append(n)", FontId::monospace(11.0));
    // Only half of it shows, and nothing of the next.
    let half = painter.with_clip_rect(rect(100.0, 50.0, 300.0, 58.0));
    half.text(pos2(100.0, 50.0), Align2::LEFT_TOP, "half", FontId::proportional(16.0), INK);
    half.text(pos2(100.0, 90.0), Align2::LEFT_TOP, "nothing", FontId::proportional(16.0), INK);
    let mut gradient = Mesh::default();
    for (x, y, colour) in
        [(10.0, 60.0, INK), (50.0, 60.0, AMBER), (10.0, 90.0, INK), (50.0, 90.0, AMBER)]
    {
        gradient.colored_vertex(pos2(x, y), colour);
    }
    gradient.add_triangle(0, 1, 2);
    gradient.add_triangle(2, 1, 3);
    painter.add(gradient);
    let mut bars = Mesh::default();
    for x in 0..3 {
        bars.add_colored_rect(
            Rect::from_min_size(pos2(60.0 + 12.0 * x as f32, 60.0), vec2(10.0, 20.0)),
            AMBER,
        );
    }
    painter.add(bars);
}

fn drawn() -> concurrency_lab::export::vector::Drawing {
    let mut screen = Offscreen::new([320.0, 100.0], 2.0, Theme::Light).unwrap();
    screen.settle(0.0, 8, shapes);
    screen.drawing(rect(0.0, 0.0, 320.0, 100.0)).unwrap()
}

/// The texts of an SVG file, a line each.
fn texts(document: &roxmltree::Document<'_>) -> Vec<String> {
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

#[test]
fn in_svg_shapes_stay_shapes_and_texts_texts() {
    let file = svg::file(&drawn(), "Some \"shapes\"", None);
    assert_eq!(file, svg::file(&drawn(), "Some \"shapes\"", None), "the same bytes each time");
    let document = roxmltree::Document::parse(&file).unwrap();
    let count = |name: &str| document.descendants().filter(|n| n.has_tag_name(name)).count();
    assert!(count("rect") >= 3 && count("circle") == 1 && count("line") == 1, "{file}");
    assert_eq!((count("image"), count("clipPath")), (1, 1), "a gradient is a small picture");
    let joined = texts(&document).concat();
    assert!(joined.contains("AVATAR waits "), "{joined}");
    assert!(joined.contains("& <1 ms>") && joined.contains('→') && joined.contains('✓'));
    assert!(
        joined.contains("half") && !joined.contains("nothing"),
        "what does not show is not there"
    );
    let bars = document.descendants().filter_map(|node| node.attribute("d"));
    assert_eq!(
        bars.filter(|d| d.matches('z').count() == 3).count(),
        1,
        "bars of a colour are a path"
    );
    for face in ["\"Inter\";font-weight:500", "\"JetBrains Mono\"", "data:font/ttf;base64,"] {
        assert!(file.contains(face), "{face}");
    }
    assert!(file.len() < 60_000, "{} bytes: fonts are cut down", file.len());
    let page = svg::element(&drawn(), "", "a");
    assert!(!page.contains("@font-face") && page.contains("clip-path=\"url(#a0)\""));
}

/// A text stands where it is painted: from its first sign to its last.
#[test]
fn texts_stand_where_they_are_painted() {
    let file = svg::file(&drawn(), "", None);
    let document = roxmltree::Document::parse(&file).unwrap();
    let texts: Vec<_> = document.descendants().filter(|n| n.has_tag_name("text")).collect();
    let of = |begin: &str| *texts.iter().find(|n| n.text().unwrap().starts_with(begin)).unwrap();
    let kerned = of("AVATAR");
    let xs: Vec<f32> =
        kerned.attribute("x").unwrap().split(' ').map(|x| x.parse().unwrap()).collect();
    assert_eq!(xs.len(), kerned.text().unwrap().chars().count(), "kerned signs have their places");
    assert_eq!(xs[0], 100.0);
    assert!(xs.windows(2).all(|pair| pair[0] < pair[1]));
    let code = of("items.append(n)");
    assert_eq!(code.attribute("x"), Some("100"));
    let length: f32 = code.attribute("textLength").unwrap().parse().unwrap();
    assert!((length - 15.0 * 0.6 * 11.0).abs() < 0.1, "{length}");
}

/// What a PDF file holds: its objects, and its streams unpacked.
struct Pdf {
    objects: Vec<String>,
    streams: HashMap<usize, String>,
}

impl Pdf {
    /// Reads it by its table of objects, as a reader does.
    fn read(file: &[u8]) -> Self {
        let find = |from: usize, what: &str| {
            from + file[from..].windows(what.len()).position(|w| w == what.as_bytes()).unwrap()
        };
        let text = |from: usize, to: usize| String::from_utf8_lossy(&file[from..to]).into_owned();
        let tail = text(find(0, "startxref\n") + 10, file.len());
        let table: usize = tail.lines().next().unwrap().parse().unwrap();
        assert!(file.starts_with(b"%PDF-1.7") && tail.ends_with("%%EOF\n"));
        let table = text(table, file.len());
        let mut lines = table.lines();
        assert_eq!(lines.next(), Some("xref"));
        let count: usize = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let (mut objects, mut streams) = (vec![String::new()], HashMap::new());
        assert_eq!(lines.next(), Some("0000000000 65535 f "));
        for number in 1..count {
            let place: usize = lines.next().unwrap()[..10].parse().unwrap();
            let head = format!("{number} 0 obj\n");
            assert!(file[place..].starts_with(head.as_bytes()), "object {number}");
            let dictionary = text(place + head.len(), find(place, "\nendobj"));
            let dictionary = dictionary.split("\nstream\n").next().unwrap().to_owned();
            if let Some((_, length)) = dictionary.rsplit_once("/Length ") {
                let length: usize = length.trim_end_matches(">>").parse().unwrap();
                let from = find(place, "\nstream\n") + 8;
                let mut content = Vec::new();
                flate2::read::ZlibDecoder::new(&file[from..from + length])
                    .read_to_end(&mut content)
                    .unwrap();
                assert!(file[from + length..].starts_with(b"\nendstream"));
                streams.insert(number, String::from_utf8_lossy(&content).into_owned());
            }
            objects.push(dictionary);
        }
        Self { objects, streams }
    }

    fn reference(text: &str, key: &str) -> usize {
        let after = text.split(key).nth(1).unwrap_or_else(|| panic!("no {key} in {text}"));
        after.trim_start().split(' ').next().unwrap().parse().unwrap()
    }

    fn page(&self) -> &str {
        self.objects.iter().find(|object| object.contains("/Type/Page/")).unwrap()
    }

    /// The shown texts, by the tables that say which sign a glyph is.
    fn texts(&self) -> Vec<String> {
        let page = self.page();
        let mut out = Vec::new();
        for line in self.streams[&Self::reference(page, "/Contents")].lines() {
            let Some((_, shown)) = line.split_once("BT ") else { continue };
            let font = shown.split(' ').next().unwrap();
            let font = &self.objects[Self::reference(page, font)];
            let signs = &self.streams[&Self::reference(font, "/ToUnicode")];
            let units = |hex: &str| -> Vec<u16> {
                let digits: Vec<char> = hex.chars().collect();
                let four = digits.chunks(4).map(|four| four.iter().collect::<String>());
                four.map(|four| u16::from_str_radix(&four, 16).unwrap()).collect()
            };
            let sign = |glyph: u16| -> String {
                let entry = format!("<{glyph:04X}> <");
                let to = signs.split(&entry).nth(1).unwrap().split('>').next().unwrap();
                String::from_utf16(&units(to)).unwrap()
            };
            let hexes = shown.split('<').skip(1).map(|part| part.split('>').next().unwrap());
            out.push(hexes.flat_map(units).map(sign).collect());
        }
        out
    }
}

#[test]
fn a_pdf_can_be_read_and_its_text_found() {
    let pdf = Pdf::read(&pdf::file(&drawn(), "Shapes", Some(160.0)));
    let joined = pdf.texts().concat();
    assert!(joined.contains("AVATAR waits ") && joined.contains("& <1 ms>"), "{joined}");
    assert!(joined.contains("items.append(n)") && joined.contains('→'), "{joined}");
    assert!(!joined.contains("nothing"));
    // 160 mm of 25.4 mm to 72 units.
    assert!(pdf.page().contains("/MediaBox[0 0 453.543 141.732]"), "{}", pdf.page());
    let content = &pdf.streams[&Pdf::reference(pdf.page(), "/Contents")];
    assert!(content.contains(" re W n") && content.contains("/I0 Do") && content.contains(" gs "));
    assert_eq!(content.matches("q ").count(), content.matches("Q").count());
    // Each font brings its own signs.
    let fonts = pdf.objects.iter().filter(|object| object.contains("/FontFile2")).count();
    assert!((3..=5).contains(&fonts), "{fonts}");
}

fn spec(part: Part) -> FigureSpec {
    let (size, page) = ([1440.0, 900.0], Page::default());
    let at = At::Fraction(0.5);
    let picture = PictureSpec { size, scale: 1.0, dark: false, part, page, at };
    FigureSpec { picture, caption: true, paper: None }
}

/// Of a run: what the stage and the lanes name is in their figures, and the caption says of what they are.
#[test]
fn figures_of_a_run_have_its_words_and_a_caption() {
    let topic = runs::topic("shared-list");
    let finished = runs::run(topic, "quick-ten", &["time_scale=0.02"]);
    let names: Vec<String> =
        finished.trace.meta().actors.iter().map(|actor| actor.name.clone()).collect();
    let session = |spec: &FigureSpec| {
        picture::at(Session::recorded("", finished.trace.clone()), &spec.picture)
    };
    for part in [Part::Stage, Part::Timeline, Part::Window] {
        let spec = spec(part);
        let (bytes, _) = picture::file(session(&spec), &spec, Format::Svg).unwrap();
        let file = String::from_utf8(bytes).unwrap();
        let document = roxmltree::Document::parse(&file).unwrap();
        let texts = texts(&document);
        let (bytes, _) = picture::file(session(&spec), &spec, Format::Pdf).unwrap();
        assert_eq!(texts, Pdf::read(&bytes).texts(), "{part:?}: both have the same texts");
        let all = texts.join("\n");
        // The stage shows who works, not who waits for them to end.
        for name in names.iter().filter(|name| part != Part::Stage || *name != "main") {
            assert!(all.contains(name.as_str()), "{part:?} has no {name}");
        }
        let captioned = all.contains("Lock and list, preset quick-ten")
            && all.contains("Parameters: ")
            && all.contains("Recorded 20");
        assert_eq!(captioned, part != Part::Window, "{part:?}");
        assert!(file.len() < 400_000, "{part:?}: {} bytes", file.len());
    }
    let bare = FigureSpec { caption: false, ..spec(Part::Stage) };
    let high = |spec: &FigureSpec| picture::drawing(session(spec), spec).unwrap().size()[1];
    assert!(high(&bare) + 20.0 < high(&spec(Part::Stage)));
}

/// A figure for a page is as wide as that, in all formats.
#[test]
fn figures_fit_their_paper() {
    let topic = runs::topic("shared-list");
    let finished = runs::run(topic, "quick-ten", &["time_scale=0.02"]);
    for (paper, mm) in [(Paper::Full, 160.0_f32), (Paper::Half, 78.0)] {
        let spec = FigureSpec { paper: Some(paper), ..spec(Part::Stage) };
        let session = || picture::at(Session::recorded("", finished.trace.clone()), &spec.picture);
        let (bytes, size) = picture::file(session(), &spec, Format::Svg).unwrap();
        assert!(String::from_utf8(bytes).unwrap().contains(&format!("width=\"{mm}mm\"")));
        assert!(size.starts_with(&format!("{mm} ×")) && size.ends_with("mm"), "{size}");
        let image = picture::image(session(), &spec).unwrap();
        let wanted = mm / 25.4 * 300.0;
        assert!((image.width as f32 - wanted).abs() <= 8.0, "{} of {wanted}", image.width);
    }
}

/// Lanes of very many events stay small: they are merged by pixel.
#[test]
fn lanes_of_100_000_events_are_small() {
    let topic = runs::topic("shared-list");
    let sets = [
        "adders=8",
        "removers=8",
        "adds=1800",
        "attempts=1800",
        "hold=0",
        "add_pause=0",
        "remove_pause=0",
    ];
    let finished = runs::run(topic, "contended", &sets);
    let events = finished.trace.events().len();
    assert!(events >= 100_000, "{events} events");
    let spec = spec(Part::Timeline);
    let session = || Session::recorded("", finished.trace.clone());
    for format in [Format::Svg, Format::Pdf] {
        let (bytes, _) = picture::file(session(), &spec, format).unwrap();
        assert!(bytes.len() <= 2_000_000, "{format:?}: {} bytes", bytes.len());
    }
}
