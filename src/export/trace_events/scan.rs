//! JSON, piece by piece, as leniently as the files are written.

use super::bytes::{Bytes, Stop};
use std::io::Read;

/// What a value begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// `{`
    Object,
    /// `[`
    Array,
    /// `"`
    Text,
    /// A number, `true`, `null`, `NaN`.
    Atom,
    /// A comma.
    Comma,
    /// `}` or `]`
    Close,
    /// The end of the file.
    End,
    /// Something that no value begins with.
    Other,
}

/// Why a value cannot be read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The file ends within it.
    Cut,
    /// The byte at this place does not belong there.
    At(u64),
}

/// The most white space in one place, and the most bytes of a text.
const MOST: usize = 1 << 26;
/// The most bytes of a text that are kept.
const KEPT: usize = 4_096;

/// Reads JSON from bytes.
pub struct Scan<R> {
    bytes: Bytes<R>,
    /// Texts that were not UTF-8.
    pub odd_texts: u64,
}

impl<R: Read> Scan<R> {
    pub fn new(bytes: Bytes<R>) -> Self {
        Self { bytes, odd_texts: 0 }
    }

    pub fn offset(&self) -> u64 {
        self.bytes.offset()
    }

    /// Why there are no more bytes.
    pub fn stop(&mut self) -> Stop {
        self.bytes.stop()
    }

    /// The first bytes, which are all there before anything is taken.
    pub fn ahead(&mut self) -> &[u8] {
        self.bytes.ahead()
    }

    pub fn pass(&mut self, count: usize) {
        self.bytes.pass(count);
    }

    /// What comes after white space.
    pub fn next(&mut self) -> Next {
        let mut spaces = 0;
        while let Some(byte) = self.bytes.peek() {
            return match byte {
                b' ' | b'\n' | b'\r' | b'\t' if spaces < MOST => {
                    spaces += 1;
                    self.bytes.pass(1);
                    continue;
                }
                b'{' => Next::Object,
                b'[' => Next::Array,
                b'"' => Next::Text,
                b',' => Next::Comma,
                b'}' | b']' => Next::Close,
                b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Next::Atom,
                _ => Next::Other,
            };
        }
        Next::End
    }

    /// Why the byte that comes next is wrong.
    pub fn broken(&mut self) -> Broken {
        match self.bytes.peek() {
            Some(_) => Broken::At(self.offset()),
            None => Broken::Cut,
        }
    }

    /// Takes one byte after white space; whether it was this one.
    pub fn take(&mut self, wanted: u8) -> bool {
        self.next();
        let is = self.bytes.peek() == Some(wanted);
        if is {
            self.bytes.pass(1);
        }
        is
    }

    /// Takes the byte that must come.
    pub fn expect(&mut self, wanted: u8) -> Result<(), Broken> {
        if self.take(wanted) { Ok(()) } else { Err(self.broken()) }
    }

    /// The key that comes next of an object under way; `None` where that ends.
    pub fn key(&mut self, into: &mut Vec<u8>) -> Result<bool, Broken> {
        while self.take(b',') {}
        if self.take(b'}') {
            return Ok(false);
        }
        match self.next() {
            Next::Text => {
                self.text(into)?;
                self.expect(b':')?;
                Ok(true)
            }
            _ => Err(self.broken()),
        }
    }

    /// A text, unescaped: at most the first few thousand bytes of it, which are UTF-8.
    pub fn text(&mut self, into: &mut Vec<u8>) -> Result<(), Broken> {
        into.clear();
        self.expect(b'"')?;
        let mut length = 0;
        loop {
            let ahead = self.bytes.ahead();
            if ahead.is_empty() {
                return Err(Broken::Cut);
            }
            let plain = ahead.iter().position(|byte| matches!(byte, b'"' | b'\\'));
            let count = plain.unwrap_or(ahead.len());
            into.extend_from_slice(&ahead[..count.min(KEPT.saturating_sub(into.len()))]);
            self.bytes.pass(count);
            length += count;
            if length > MOST {
                return Err(self.broken());
            }
            match plain.and_then(|_| self.bytes.next()) {
                Some(b'"') => break,
                Some(_) => {
                    self.escape(into)?;
                    into.truncate(KEPT);
                    length += 1;
                }
                None => {}
            }
        }
        if std::str::from_utf8(into).is_err() {
            if into.len() < KEPT {
                self.odd_texts += 1;
            }
            *into = String::from_utf8_lossy(into).into_owned().into_bytes();
        }
        Ok(())
    }

    /// What follows a backslash.
    fn escape(&mut self, into: &mut Vec<u8>) -> Result<(), Broken> {
        let plain = match self.bytes.next().ok_or(Broken::Cut)? {
            b'u' => {
                let letter = self.unicode()?;
                let mut room = [0; 4];
                into.extend_from_slice(letter.encode_utf8(&mut room).as_bytes());
                return Ok(());
            }
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            other => other,
        };
        into.push(plain);
        Ok(())
    }

    /// The letter of `\u`, which may be made of two; half of one is the sign for what cannot be read.
    fn unicode(&mut self) -> Result<char, Broken> {
        let mut first = self.hex()?;
        loop {
            if !(0xd800..0xdc00).contains(&first) {
                return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            // Only a second half belongs to it: what else follows is a letter of its own.
            let ahead = self.bytes.ahead();
            let is_escape = match ahead {
                [] => return Err(Broken::Cut),
                [b'\\', b'u', ..] => true,
                _ => false,
            };
            if !is_escape {
                return Ok(char::REPLACEMENT_CHARACTER);
            }
            self.bytes.pass(2);
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let both = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            first = second;
        }
    }

    fn hex(&mut self) -> Result<u32, Broken> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.bytes.peek().and_then(|byte| char::from(byte).to_digit(16));
            value = 16 * value + digit.ok_or_else(|| self.broken())?;
            self.bytes.pass(1);
        }
        Ok(value)
    }

    /// A number or a word.
    pub fn atom(&mut self, into: &mut Vec<u8>) -> Result<(), Broken> {
        into.clear();
        while let Some(byte) = self.bytes.peek() {
            match byte {
                b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                    self.bytes.pass(1);
                    if into.len() < KEPT {
                        into.push(byte);
                    }
                }
                _ => return Ok(()),
            }
        }
        // A file may end with a number, but no trace does.
        Err(Broken::Cut)
    }

    /// Leaves out a value, however deep.
    pub fn skip(&mut self) -> Result<(), Broken> {
        let (mut depth, mut room) = (0_u64, Vec::new());
        loop {
            match self.next() {
                Next::Object | Next::Array => {
                    self.bytes.pass(1);
                    depth += 1;
                }
                Next::Text => {
                    self.text(&mut room)?;
                    if depth > 0 && self.take(b':') {
                        continue;
                    }
                }
                Next::Atom => self.atom(&mut room)?,
                Next::Comma if depth > 0 => self.bytes.pass(1),
                Next::Close if depth > 0 => {
                    self.bytes.pass(1);
                    depth -= 1;
                }
                _ => return Err(self.broken()),
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}
