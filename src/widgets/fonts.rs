//! The fonts: Inter for the interface, JetBrains Mono for numbers and code, Noto for symbols that both lack.
//!
//! Bundled, so that the app and its pictures look the same everywhere. `assets/fonts/README.md` says where they come
//! from, which versions they are, how they were cut down, and under which licences.

use std::sync::Arc;

use egui::epaint::text::FontTweak;
use egui::{Context, FontData, FontDefinitions, FontFamily};

/// A font's name in egui, its file, and how far its signs are moved down, in parts of the font size: egui centres
/// the lines of a fallback on those of Inter, and that puts the baselines of the Noto fonts elsewhere.
type Bundled = (&'static str, &'static [u8], f32);

/// Inter 4.1 in its three weights.
const REGULAR: Bundled = ("Inter", include_bytes!("../../assets/fonts/Inter-Regular.ttf"), 0.0);
const MEDIUM: Bundled =
    ("Inter Medium", include_bytes!("../../assets/fonts/Inter-Medium.ttf"), 0.0);
const SEMIBOLD: Bundled =
    ("Inter SemiBold", include_bytes!("../../assets/fonts/Inter-SemiBold.ttf"), 0.0);
/// JetBrains Mono 2.242, without ligatures: code is shown as it is typed.
const MONO: Bundled =
    ("JetBrains Mono", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"), 0.0);
/// Noto Sans Math 2.001, Noto Sans Symbols 2.001 and Noto Sans Symbols 2 2.003.
const MATHS: Bundled =
    ("Noto Sans Math", include_bytes!("../../assets/fonts/NotoSansMath-Regular.ttf"), 0.041);
const SIGNS: Bundled =
    ("Noto Sans Symbols", include_bytes!("../../assets/fonts/NotoSansSymbols-Regular.ttf"), -0.091);
const SYMBOLS: Bundled = (
    "Noto Sans Symbols 2",
    include_bytes!("../../assets/fonts/NotoSansSymbols2-Regular.ttf"),
    0.144,
);

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
    for (name, bytes, y_offset_factor) in [REGULAR, MEDIUM, SEMIBOLD, MONO, MATHS, SIGNS, SYMBOLS] {
        let tweak = FontTweak { y_offset_factor, ..FontTweak::default() };
        let data = FontData::from_static(bytes).tweak(tweak);
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }
    let families = [
        (FontFamily::Proportional, REGULAR, MONO),
        (medium(), MEDIUM, MONO),
        (semibold(), SEMIBOLD, MONO),
        (FontFamily::Monospace, MONO, REGULAR),
    ];
    for (family, first, second) in families {
        let names = [first, second, MATHS, SIGNS, SYMBOLS].map(|(name, ..)| name.to_owned());
        fonts.families.insert(family, names.to_vec());
    }
    fonts
}
