//! Every character the app can print has a glyph in every family.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use concurrency_lab::widgets::fonts;
use egui::epaint::text::{Fonts, TextOptions};
use egui::{FontFamily, FontId};

fn families() -> [FontFamily; 4] {
    [FontFamily::Proportional, FontFamily::Monospace, fonts::medium(), fonts::semibold()]
}

/// The characters of `text` that some family cannot draw.
fn missing(text: &str) -> String {
    let mut all = Fonts::new(TextOptions::default(), fonts::definitions());
    let ids = families().map(|family| FontId::new(13.0, family));
    text.chars()
        .filter(|&c| !c.is_control() && !ids.iter().all(|id| all.has_glyph(id, c)))
        .collect()
}

#[test]
fn the_promised_glyphs_are_there() {
    let ascii: String = (' '..='~').collect();
    assert_eq!(missing(&ascii), "");
    assert_eq!(missing(fonts::GLYPHS), "");
    assert_eq!(missing("你"), "你", "the test can tell");
}

#[test]
fn everything_the_sources_and_texts_print_has_a_glyph() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeMap::new();
    for folder in ["src", "assets"] {
        for path in files(&root.join(folder)) {
            let extension = path.extension().and_then(|e| e.to_str());
            if !matches!(extension, Some("rs" | "md" | "py")) {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            for line in text.lines() {
                // What is only said to programmers is not printed.
                if extension == Some("rs") && line.trim_start().starts_with("//") {
                    continue;
                }
                for c in line.chars().filter(|c| !c.is_ascii()) {
                    found.entry(c).or_insert_with(|| path.clone());
                }
            }
        }
    }
    let characters: String = found.keys().collect();
    let missing: Vec<_> = missing(&characters).chars().map(|c| (c, &found[&c])).collect();
    assert!(missing.is_empty(), "no glyph for {missing:?}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn figures_and_code_are_as_wide_in_every_character() {
    let mut all = Fonts::new(TextOptions::default(), fonts::definitions());
    let mut view = all.with_pixels_per_point(1.0);
    let mono = FontId::new(13.0, FontFamily::Monospace);
    let wide = view.glyph_width(&mono, '0');
    for c in "iW1.:-_|".chars() {
        assert!((view.glyph_width(&mono, c) - wide).abs() < 1e-3, "{c}");
    }
    // No ligatures: an arrow typed as two characters takes two places.
    let mut width = |text: &str| {
        let galley = view.layout_no_wrap(text.to_owned(), mono.clone(), egui::Color32::BLACK);
        galley.size().x
    };
    assert!((width("->") - width("ab")).abs() < 0.5);
}
