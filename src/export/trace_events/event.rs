//! One event as it stands in a file: its fields, before anybody knows what they mean.

use super::scan::{Broken, Next, Scan};
use std::io::Read;

/// A field: a text, a number or a word.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// As written, without quotes.
    pub bytes: Vec<u8>,
    /// Whether it is there, and not `null`.
    pub is_there: bool,
}

impl Field {
    fn clear(&mut self) {
        self.bytes.clear();
        self.is_there = false;
    }

    /// It as text.
    pub fn text(&self) -> &str {
        // What the scan keeps of a text is UTF-8.
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    /// It as bytes, where there is any.
    pub fn some(&self) -> Option<&[u8]> {
        self.is_there.then_some(&self.bytes[..])
    }

    fn read<R: Read>(&mut self, scan: &mut Scan<R>) -> Result<(), Broken> {
        self.clear();
        match scan.next() {
            Next::Text => {
                scan.text(&mut self.bytes)?;
                self.is_there = true;
            }
            Next::Atom => {
                scan.atom(&mut self.bytes)?;
                self.is_there = self.bytes != b"null";
            }
            _ => scan.skip()?,
        }
        Ok(())
    }
}

/// The most arguments of an event that are kept.
const ARGS: usize = 64;

/// An event.
#[derive(Debug, Default)]
pub struct Fields {
    pub name: Field,
    pub category: Field,
    pub phase: Field,
    pub ts: Field,
    pub dur: Field,
    pub pid: Field,
    pub tid: Field,
    pub id: Field,
    /// An id of its process alone.
    pub local: Field,
    pub global: Field,
    /// Of an instant: whose it is.
    pub scope: Field,
    /// Of the end of an arrow: where it is fastened.
    pub bind: Field,
    args: Vec<(Field, Field)>,
    used: usize,
}

impl Fields {
    pub fn clear(&mut self) {
        let Self {
            name, category, phase, ts, dur, pid, tid, id, local, global, scope, bind, ..
        } = self;
        for field in [name, category, phase, ts, dur, pid, tid, id, local, global, scope, bind] {
            field.clear();
        }
        self.used = 0;
    }

    /// Its arguments that are no objects or arrays, with their keys.
    pub fn args(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.args[..self.used].iter().map(|(key, value)| (key.text(), value))
    }

    /// An argument.
    pub fn arg(&self, wanted: &str) -> Option<&Field> {
        self.args().find(|(key, _)| *key == wanted).map(|(_, value)| value)
    }

    /// Reads the value of a key.
    pub fn read<R: Read>(&mut self, key: &[u8], scan: &mut Scan<R>) -> Result<(), Broken> {
        let field = match key {
            b"name" => &mut self.name,
            b"cat" => &mut self.category,
            b"ph" => &mut self.phase,
            b"ts" => &mut self.ts,
            b"dur" => &mut self.dur,
            b"pid" => &mut self.pid,
            b"tid" => &mut self.tid,
            b"id" => &mut self.id,
            b"s" => &mut self.scope,
            b"bp" => &mut self.bind,
            b"id2" if scan.next() == Next::Object => return self.id2(scan),
            b"args" if scan.next() == Next::Object => return self.read_args(scan),
            _ => return scan.skip(),
        };
        field.read(scan)
    }

    fn id2<R: Read>(&mut self, scan: &mut Scan<R>) -> Result<(), Broken> {
        let mut key = Vec::new();
        scan.expect(b'{')?;
        while scan.key(&mut key)? {
            match &key[..] {
                b"local" => self.local.read(scan)?,
                b"global" => self.global.read(scan)?,
                _ => scan.skip()?,
            }
        }
        Ok(())
    }

    fn read_args<R: Read>(&mut self, scan: &mut Scan<R>) -> Result<(), Broken> {
        scan.expect(b'{')?;
        self.used = 0;
        loop {
            if self.args.len() <= self.used {
                self.args.push(Default::default());
            }
            let (key, value) = &mut self.args[self.used];
            if !scan.key(&mut key.bytes)? {
                return Ok(());
            }
            value.read(scan)?;
            if value.is_there && self.used < ARGS {
                self.used += 1;
            }
        }
    }
}
