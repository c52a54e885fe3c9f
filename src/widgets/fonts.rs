//! The fonts: Inter for the interface, JetBrains Mono for numbers and code, Noto for symbols that both lack.
//!
//! Bundled, so that the app and its pictures look the same everywhere. `assets/fonts/README.md` says where they come
//! from, which versions they are, how they were cut down, and under which licences.

use std::sync::Arc;

use egui::epaint::text::FontTweak;
use egui::{Context, FontData, FontDefinitions, FontFamily};

/// A bundled font.
#[derive(Clone, Copy, Debug)]
pub struct Face {
    /// Its name in egui.
    pub name: &'static str,
    /// The family that it belongs to.
    pub family: &'static str,
    /// Its weight: 400 is regular.
    pub weight: u16,
    /// Its file, TrueType.
    pub bytes: &'static [u8],
    /// How far its signs are moved down, in parts of the font size: egui centres the lines of a fallback on those of
    /// Inter, and that puts the baselines of the Noto fonts elsewhere.
    pub down: f32,
}

macro_rules! face {
    ($file:literal, $name:literal, $family:literal, $weight:literal, $down:literal) => {
        Face {
            name: $name,
            family: $family,
            weight: $weight,
            bytes: include_bytes!(concat!("../../assets/fonts/", $file, ".ttf")),
            down: $down,
        }
    };
}

/// All of them: Inter 4.1 in its three weights; JetBrains Mono 2.242, without ligatures, for code is shown as it is typed;
/// Noto Sans Math 2.001, Noto Sans Symbols 2.001 and Noto Sans Symbols 2 2.003.
pub const FACES: [Face; 7] = [
    face!("Inter-Regular", "Inter", "Inter", 400, 0.0),
    face!("Inter-Medium", "Inter Medium", "Inter", 500, 0.0),
    face!("Inter-SemiBold", "Inter SemiBold", "Inter", 600, 0.0),
    face!("JetBrainsMono-Regular", "JetBrains Mono", "JetBrains Mono", 400, 0.0),
    face!("NotoSansMath-Regular", "Noto Sans Math", "Noto Sans Math", 400, 0.041),
    face!("NotoSansSymbols-Regular", "Noto Sans Symbols", "Noto Sans Symbols", 400, -0.091),
    face!("NotoSansSymbols2-Regular", "Noto Sans Symbols 2", "Noto Sans Symbols 2", 400, 0.144),
];

/// Indices in [`FACES`] of the fonts of a family: a sign is of the first that has it.
pub fn order(family: &FontFamily) -> [usize; 5] {
    let (first, second) = match family {
        FontFamily::Monospace => (3, 0),
        name if *name == medium() => (1, 3),
        name if *name == semibold() => (2, 3),
        _ => (0, 3),
    };
    [first, second, 4, 5, 6]
}

/// Signs the app may print besides letters, digits and what is on a keyboard. Every family has all of them.
pub const GLYPHS: &str = "…–—‘’“”‚„‹›«»•·†‡§¶°′″‰№©®™ \u{a0}\u{2009}\u{202f}\
    ±×÷−≤≥≈≠≡∞∑∏√∂∫∆∇∈∉∅∀∃∧∨¬⊕⊗⊘∝∴∵⋅⋯⋮µμπσλτΣΔΩ½¼¾⅓⅔⟨⟩⌊⌋⌈⌉\
    ⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ₀₁₂₃₄₅₆₇₈₉€£¥\
    ←→↑↓↔↕↖↗↘↙⇄⇆⇐⇒⇔⟵⟶⟷↩↪↺↻⟲⟳\
    ■□▪▫▬▲△▶▷▼▽◀◁◆◇○●◉◎◐◑◒◓◔◕◦◻◼★☆☐☑☒☰✓✔✗✘✕✖⚠⚡⚙⛔⌛⏳🔒🔓🔍\
    ⏵⏴⏶⏷⏸⏹⏺⏮⏭⏩⏪⌘⇧⌥⌃⌫⌦⏎↵⇥␣⎋\
    ─│┌┐└┘├┤┬┴┼═║╔╗╚╝╭╮╯╰▁▂▃▄▅▆▇█░▒▓\
    áčďéěíňóřšťúůýžäöüßñçøåæœłąęśğışđćżő";

/// Inter Medium: buttons, names, values that stand out a little.
pub fn medium() -> FontFamily {
    FontFamily::Name("medium".into())
}

/// Inter SemiBold: titles.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// Makes `ctx` use the bundled fonts from its next frame on.
pub fn install(ctx: &Context) {
    ctx.set_fonts(definitions());
}

/// The fonts and families: [`FontFamily::Proportional`], [`medium`], [`semibold`] and [`FontFamily::Monospace`].
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for face in FACES {
        let tweak = FontTweak { y_offset_factor: face.down, ..FontTweak::default() };
        let data = FontData::from_static(face.bytes).tweak(tweak);
        fonts.font_data.insert(face.name.to_owned(), Arc::new(data));
    }
    for family in [FontFamily::Proportional, medium(), semibold(), FontFamily::Monospace] {
        let names = order(&family).map(|face| FACES[face].name.to_owned());
        fonts.families.insert(family, names.to_vec());
    }
    fonts
}
