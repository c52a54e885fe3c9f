//! What children say, fit for a sentence: nobody else's words are trusted.

/// The most characters of others' words in a sentence.
const MOST: usize = 160;

/// Others' words on one line, without what would move a terminal's cursor or turn its writing round, and not too long.
pub fn tame(words: &str) -> String {
    let words = words.trim();
    let mut tame = String::new();
    for (place, c) in words.chars().enumerate() {
        if place == MOST {
            tame.push('…');
            break;
        }
        match c {
            '\t' => tame.push(' '),
            // Marks that change the direction of what follows.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                tame.extend(c.escape_unicode());
            }
            c if c.is_control() => tame.extend(c.escape_default()),
            c => tame.push(c),
        }
    }
    tame
}

/// What a child complained of last, as the end of a sentence about it; empty where it said nothing.
pub fn complaint(stderr: &str) -> String {
    last_line(stderr.as_bytes()).map_or_else(String::new, |line| format!(": {line}"))
}

/// The last line that says something.
pub fn last_line(words: &[u8]) -> Option<String> {
    let words = String::from_utf8_lossy(words);
    let line = words.lines().rev().map(tame).find(|line| !line.is_empty());
    line.map(|line| line.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_others_stay_on_their_line() {
        assert_eq!(tame(" a\u{1b}[2Jb\0c\td\u{202e}e "), "a\\u{1b}[2Jb\\u{0}c d\\u{202e}e");
        assert_eq!(tame(&"é".repeat(1000)).chars().count(), MOST + 1);
        assert_eq!(
            last_line(b"first\nno python today.\r\n \n"),
            Some("no python today".to_owned())
        );
        assert_eq!(last_line(b" \n\n"), None);
    }
}
