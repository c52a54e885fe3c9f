//! The recorder's files, as FORMAT.md has them.

use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One slot.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub time: u64,
    pub thread: u32,
    pub object: u32,
    pub a: i64,
    pub b: i64,
    pub text: u32,
    pub kind: u16,
    pub flags: u16,
    pub c: i64,
}

/// A resource, the same in all processes that know it.
#[derive(Debug)]
pub struct Res {
    pub uid: String,
    pub name: String,
    pub kind: String,
    pub capacity: Option<u64>,
    /// Items of a list at the start.
    pub initial: usize,
}

/// An event with what its numbers mean.
#[derive(Debug)]
pub struct Event {
    pub pid: u64,
    pub number: u64,
    pub slot: Slot,
    pub res: Option<Arc<Res>>,
    /// The text of its item, or of itself.
    pub text: Option<String>,
}

/// All that was recorded of a run, in order.
#[derive(Debug, Default)]
pub struct Recording {
    pub events: Vec<Event>,
    /// What cannot be read, or was lost.
    pub damage: Vec<String>,
    /// Slots that were never written.
    pub holes: usize,
}

type Definitions = HashMap<(String, u64), Map<String, Value>>;

impl Recording {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let mut recording = Self::default();
        let mut known = HashMap::new();
        let entries = std::fs::read_dir(folder).map_err(|error| error.to_string())?;
        let mut rings: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        rings.retain(|path| path.extension().is_some_and(|ext| ext == "ring"));
        // Who makes something has begun before those who get it, and tells most of it.
        rings.sort_by_key(|path| begun(path));
        if rings.is_empty() {
            return Err("nothing is recorded".to_owned());
        }
        for ring in rings {
            recording
                .read_process(&ring, &mut known)
                .map_err(|e| format!("{}: {e}", ring.display()))?;
        }
        recording.events.sort_by_key(|event| (event.slot.time, event.pid, event.number));
        Ok(recording)
    }

    fn read_process(
        &mut self,
        ring: &Path,
        known: &mut HashMap<String, Arc<Res>>,
    ) -> Result<(), String> {
        let defs =
            std::fs::read_to_string(ring.with_extension("defs")).map_err(|e| e.to_string())?;
        let mut definitions = Definitions::new();
        for line in defs.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let Ok(Value::Object(fields)) = serde_json::from_str(line) else {
                return Err(format!("no definition: {line}"));
            };
            let what = fields.get("d").and_then(Value::as_str).unwrap_or_default().to_owned();
            if what == "unseen" && line.contains("could not be watched") {
                self.damage.push(line.to_owned());
            }
            let n = fields.get("n").and_then(Value::as_u64).unwrap_or(0);
            if what == "res" && fields.contains_key("uid") {
                // Others may be the first to use it.
                resource(&fields, known);
            }
            definitions.entry((what, n)).or_default().extend(fields);
        }
        let bytes = written(ring)?;
        if bytes.get(..4096).is_none_or(|header| header.iter().all(|&byte| byte == 0)) {
            // Killed as it began.
            return Ok(());
        }
        let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        if bytes.get(..8) != Some(b"CLABREC1") {
            return Err("no recording".to_owned());
        }
        let pid = word(24);
        if word(48) > 0 {
            self.damage.push(format!("{} events of {pid} were lost", word(48)));
        }
        let (slots, _) = bytes[4096..].as_chunks::<64>();
        // Behind the last whole one may be half of one: its process was killed in the midst of it.
        let last = slots.iter().rposition(|slot| slot[56..].iter().any(|&byte| byte != 0));
        for (number, bytes) in slots.iter().take(last.map_or(0, |last| last + 1)).enumerate() {
            let u64_at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
            let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
            let u16_at = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap());
            let number = number as u64;
            if u64_at(56) != number + 1 {
                self.holes += 1;
                continue;
            }
            let slot = Slot {
                time: u64_at(0),
                thread: u32_at(8),
                object: u32_at(12),
                a: u64_at(16) as i64,
                b: u64_at(24) as i64,
                text: u32_at(32),
                kind: u16_at(44),
                flags: u16_at(46),
                c: u64_at(48) as i64,
            };
            let mut get = |what: &str, n: u32| {
                let found = definitions.get(&(what.to_owned(), u64::from(n)));
                if n > 0 && found.is_none() {
                    self.damage.push(format!("{what} {n} of {pid} is not defined"));
                }
                found
            };
            get("site", u32_at(36));
            get("thread", slot.thread);
            let res = get("res", slot.object).filter(|_| slot.object > 0);
            let text = get("text", slot.text).filter(|_| slot.text > 0);
            let text = text.and_then(|fields| Some(fields.get("text")?.as_str()?.to_owned()));
            let res = res.map(|fields| resource(fields, known));
            self.events.push(Event { pid, number, slot, res, text });
        }
        Ok(())
    }
}

/// When the process of a file began, as the file's name has it: `PID.K.ring`.
fn begun(ring: &Path) -> (u64, PathBuf) {
    let name = ring.file_stem().unwrap_or_default().to_string_lossy();
    let begun = name.split('.').nth(1).and_then(|begun| u64::from_str_radix(begun, 16).ok());
    (begun.unwrap_or(u64::MAX), ring.to_owned())
}

/// What is written of a sparse file: its begin, to the first stretch with nothing in it.
fn written(ring: &Path) -> Result<Vec<u8>, String> {
    use std::io::Read;
    let mut file = std::fs::File::open(ring).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        let more = (&mut file).take(1 << 20).read_to_end(&mut bytes);
        more.map_err(|error| error.to_string())?;
        if bytes[before..].iter().all(|&byte| byte == 0) {
            return Ok(bytes);
        }
    }
}

fn resource(fields: &Map<String, Value>, known: &mut HashMap<String, Arc<Res>>) -> Arc<Res> {
    let word = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let also = fields.get("also").and_then(Value::as_array).into_iter().flatten();
    let also = also.filter_map(Value::as_str).map(str::to_owned);
    let uids: Vec<String> = std::iter::once(word("uid")).chain(also).collect();
    let initial = fields.get("initial").and_then(Value::as_array).map_or(0, Vec::len);
    let res = uids.iter().find_map(|uid| known.get(uid).cloned()).unwrap_or_else(|| {
        let capacity = fields.get("capacity").and_then(Value::as_u64);
        let (uid, name, kind) = (word("uid"), word("name"), word("kind"));
        Arc::new(Res { uid, name, kind, capacity, initial })
    });
    for uid in uids {
        known.insert(uid, Arc::clone(&res));
    }
    res
}
