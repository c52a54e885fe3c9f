//! A name that has in it all that stands between the parts of a sentence.

/// The name; a number follows it, so that each is another.
pub const ODD: &str = "Ann, of (two); by 3: in task seven \u{b7} x";

/// Whether a text has a part of the name without the rest.
pub fn is_cut(text: &str) -> bool {
    let rest = text.replace(ODD, "");
    ["Ann", "(two)", "by 3:", "task seven"].iter().any(|part| rest.contains(part))
}
