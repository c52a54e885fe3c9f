//! The files that recorded processes write, read while they grow; the format is described beside the recorder
//! (`assets/recorder/FORMAT.md`). Whatever is wrong with them is left out and counted: a program can write there what it
//! likes.

mod slot;

pub(super) use slot::Slot;

use super::sys;
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SLOT: usize = slot::BYTES;
const SIGNATURE: &[u8; 8] = b"CLABREC1";
const HEADER: u64 = 4096;
/// Slots read in one go.
const CHUNK: usize = 4096;
/// Slots read first.
const FEW: usize = 64;
/// Slots of one process read at once, so that others get their turn.
const AT_ONCE: usize = 1 << 17;
/// The most unwritten slots between written ones that are looked at again.
const HOLES: usize = 1024;
/// How often they are.
const LOOKS: u32 = 200;
/// The most slots of a process that say what its threads wait for.
const WAITS: u64 = 1_024;
/// The most processes.
const PROCESSES: usize = 4096;
/// The most processes whose files stay open: two of each, and a system may give a program no more than 256 or 1024.
const OPEN: usize = 64;
/// The longest line of definitions, and the most bytes of them.
const LINE: usize = 1 << 20;
const DEFINITIONS: u64 = 1 << 27;

/// A file that is read again and again.
struct Source {
    path: PathBuf,
    /// Nothing where it is opened anew each time.
    kept: Option<Arc<File>>,
}

impl Source {
    fn file(&self) -> io::Result<Arc<File>> {
        self.kept
            .as_ref()
            .map_or_else(|| sys::open_file(&self.path).map(Arc::new), |kept| Ok(kept.clone()))
    }
}

/// The two files of a process.
struct Process {
    ring: Source,
    defs: Source,
    /// When the file was begun.
    began: u64,
    most: u64,
    /// How many slots after those say what threads wait for.
    waits: u64,
    /// The first slot that was not looked at.
    next: u64,
    /// Slots before that that were not written yet.
    holes: Vec<Hole>,
    /// The time of the last slot that was read.
    time: u64,
    /// What was read of a line of definitions.
    line: Vec<u8>,
    defs_read: u64,
    lost: u64,
    full: bool,
    /// Lines and slots that make no sense, or never came.
    damaged: u64,
    /// Its slots could not be read.
    is_unreadable: bool,
    /// It has defined more than is read.
    is_cut: bool,
    /// Nothing was new when it was looked at last.
    is_idle: bool,
    /// It is not looked at for the time being.
    rests: bool,
}

/// A slot that was not written yet though a later one was.
struct Hole {
    number: u64,
    /// How often it was looked at.
    looks: u32,
    /// The time of the slot before.
    after: u64,
}

/// The files of a run's processes.
pub(super) struct Files {
    folder: PathBuf,
    known: HashSet<OsString>,
    processes: Vec<Process>,
    buffer: Vec<u8>,
    /// Files that could not be opened when they were looked for last, or are too many.
    pub(super) left_out: u64,
    /// How many bytes of definitions are still read.
    pub(super) most_definitions: u64,
}

impl Files {
    pub(super) fn new(folder: &Path) -> Self {
        let buffer = vec![0; CHUNK * SLOT];
        let (folder, known) = (folder.to_owned(), HashSet::new());
        Self {
            folder,
            known,
            processes: Vec::new(),
            buffer,
            left_out: 0,
            most_definitions: DEFINITIONS,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.processes.len()
    }

    /// Finds the files of processes that are new.
    fn look(&mut self) {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut names: Vec<OsString> = entries
            .map(|entry| entry.file_name())
            .filter(|name| name.to_string_lossy().ends_with(".ring") && !self.known.contains(name))
            .collect();
        names.sort();
        self.left_out = 0;
        let mut begun = Vec::new();
        let mut open = self.processes.iter().filter(|process| process.ring.kept.is_some()).count();
        for name in names {
            if self.processes.len() + begun.len() >= PROCESSES {
                self.left_out += 1;
                continue;
            }
            match Process::open(&self.folder.join(&name)) {
                Ok(Some(mut process)) => {
                    if open >= OPEN {
                        process.close();
                    }
                    open += 1;
                    begun.push(process);
                }
                // It is not begun yet.
                Ok(None) => continue,
                // There may be no file to spare just now.
                Err(_) => {
                    self.left_out += 1;
                    continue;
                }
            }
            self.known.insert(name);
        }
        // Whoever started others comes before them, whatever their PIDs are.
        begun.sort_by_key(|process| process.began);
        self.processes.append(&mut begun);
    }

    /// Appends what was recorded since the last time; whether there may be more at once.
    pub(super) fn slots(&mut self, out: &mut Vec<Slot>) -> bool {
        self.look();
        let mut more = false;
        let processes = self.processes.iter_mut().enumerate();
        for (place, process) in processes.filter(|(_, process)| !process.rests) {
            let before = out.len();
            match process.slots(place, &mut self.buffer, out) {
                Ok(rest) => more |= rest,
                Err(_) if std::mem::replace(&mut process.is_unreadable, true) => {}
                Err(_) => process.damaged += 1,
            }
            process.is_idle = out.len() == before;
        }
        more
    }

    /// What was defined since the last time, by process. To be asked after [`Files::slots`].
    pub(super) fn definitions(&mut self) -> Vec<(usize, Map<String, Value>)> {
        let mut found = Vec::new();
        let processes = self.processes.iter_mut().enumerate();
        for (place, process) in processes.filter(|(_, process)| !process.rests) {
            let to = |definition| found.push((place, definition));
            let most = &mut self.most_definitions;
            process.damaged += process.definitions(&mut self.buffer, most, to);
        }
        found
    }

    /// Has a process rest that is known to have ended, once all is read that it has recorded: its files are closed.
    pub(super) fn rest(&mut self, place: usize) {
        let process = self.processes.get_mut(place);
        if let Some(process) = process.filter(|process| process.is_idle && process.holes.is_empty())
        {
            process.rests = true;
            process.close();
        }
    }

    /// Has all be looked at once more.
    pub(super) fn wake(&mut self) {
        self.processes.iter_mut().for_each(|process| process.rests = false);
    }

    /// What the threads of a process wait for that has used up its slots.
    pub(super) fn waits(&self, place: usize) -> Vec<Slot> {
        let Some(process) = self.processes.get(place) else { return Vec::new() };
        let all = process.most..process.most.saturating_add(process.waits);
        let Ok(ring) = process.ring.file() else { return Vec::new() };
        let slots = all.filter_map(|number| {
            let mut bytes = [0; SLOT];
            let at = number.checked_mul(SLOT as u64)?.checked_add(HEADER)?;
            ring.read_exact_at(&mut bytes, at).ok()?;
            Slot::read(place, number, &bytes)
        });
        slots.collect()
    }

    /// How many slots of a process were looked at.
    pub(super) fn taken(&self, process: usize) -> u64 {
        self.processes.get(process).map_or(0, |process| process.next)
    }

    /// How many lines and slots of a process make no sense, or never came.
    pub(super) fn damaged(&self, process: usize) -> u64 {
        self.processes.get(process).map_or(0, |process| process.damaged)
    }

    /// Whether a process has defined more than is read.
    pub(super) fn is_cut(&self, process: usize) -> bool {
        self.processes.get(process).is_some_and(|process| process.is_cut)
    }

    /// Whether slots are still waited for though later ones were written.
    pub(super) fn has_holes(&self) -> bool {
        self.processes.iter().any(|process| !process.holes.is_empty())
    }

    /// Waits no longer for slots that were not written. Those after an instant are none that anybody wants.
    pub(super) fn give_up_holes(&mut self, until: Option<u64>) {
        for process in &mut self.processes {
            let holes = std::mem::take(&mut process.holes);
            let missed = holes.iter().filter(|hole| until.is_none_or(|until| hole.after < until));
            process.damaged += missed.count() as u64;
        }
    }

    /// How many events a process has lost, and whether that was because the disk was full.
    pub(super) fn lost(&mut self, process: usize) -> (u64, bool) {
        let Some(process) = self.processes.get_mut(process) else { return (0, false) };
        let mut bytes = [0; 16];
        if process.ring.file().is_ok_and(|ring| ring.read_exact_at(&mut bytes, 48).is_ok()) {
            let (lost, full) = bytes.split_at(8);
            process.lost = u64::from_le_bytes(lost.try_into().unwrap_or_default());
            process.full = full[0] == 1;
        }
        (process.lost, process.full)
    }
}

impl Process {
    /// Keeps none of its files open.
    fn close(&mut self) {
        (self.ring.kept, self.defs.kept) = (None, None);
    }

    /// The files of a process, once it has begun them.
    fn open(path: &Path) -> io::Result<Option<Self>> {
        let ring = sys::open_file(path)?;
        let mut head = [0; 72];
        // Read again once it is signed: it may have been written while it was read.
        for _ in 0..2 {
            if ring.read_exact_at(&mut head, 0).is_err() || head[..8] == [0; 8] {
                return Ok(None);
            }
        }
        let number = |at: usize, length: usize| {
            head[at..at + length].iter().rev().fold(0_u64, |all, byte| all << 8 | u64::from(*byte))
        };
        if &head[..8] != SIGNATURE || number(8, 4) != SLOT as u64 || number(12, 4) != HEADER {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let waits = number(64, 8).min(WAITS);
        let lines = path.with_extension("defs");
        let defs = match sys::open_file(&lines) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            defs => defs?,
        };
        Ok(Some(Self {
            ring: Source { path: path.to_owned(), kept: Some(Arc::new(ring)) },
            defs: Source { path: lines, kept: Some(Arc::new(defs)) },
            began: number(32, 8),
            most: number(16, 8).saturating_sub(waits),
            waits,
            next: 0,
            holes: Vec::new(),
            line: Vec::new(),
            defs_read: 0,
            time: 0,
            lost: 0,
            full: false,
            damaged: 0,
            is_unreadable: false,
            is_cut: false,
            is_idle: false,
            rests: false,
        }))
    }

    fn slots(&mut self, place: usize, buffer: &mut [u8], out: &mut Vec<Slot>) -> io::Result<bool> {
        let ring = &*self.ring.file()?;
        let damaged = &mut self.damaged;
        self.holes.retain_mut(|hole| {
            hole.looks += 1;
            let read = || {
                let mut bytes = [0; SLOT];
                let read = ring.read_exact_at(&mut bytes, HEADER + hole.number * SLOT as u64);
                read.ok().and_then(|()| Slot::read(place, hole.number, &bytes))
            };
            let slot = read().and_then(|_| read());
            out.extend(slot);
            let is_given_up = slot.is_none() && hole.looks >= LOOKS;
            *damaged += u64::from(is_given_up);
            slot.is_none() && !is_given_up
        });
        // Few where nothing happens, for there may be many processes.
        let (mut taken, mut wanted) = (0, FEW);
        while taken < AT_ONCE && self.next < self.most {
            let at = self.next.checked_mul(SLOT as u64).and_then(|at| at.checked_add(HEADER));
            let Some(at) = at else { break };
            let length = read_at(ring, &mut buffer[..wanted * SLOT], at)?;
            let (slots, _) = buffer[..length].as_chunks::<SLOT>();
            let read = (self.next..self.most).zip(slots);
            let is_there: Vec<bool> =
                read.map(|(number, bytes)| Slot::read(place, number, bytes).is_some()).collect();
            let Some(last) = is_there.iter().rposition(|is_there| *is_there) else { break };
            // A slot may have been written while it was read, and have its mark and not the rest. Whatever had its mark is whole now.
            let length = read_at(ring, &mut buffer[..(last + 1) * SLOT], at)?;
            let (slots, _) = buffer[..length].as_chunks::<SLOT>();
            for (number, (bytes, is_there)) in (self.next..).zip(slots.iter().zip(&is_there)) {
                match Slot::read(place, number, bytes).filter(|_| *is_there) {
                    Some(slot) => {
                        self.time = slot.time;
                        out.push(slot);
                    }
                    None if self.holes.len() < HOLES => {
                        self.holes.push(Hole { number, looks: 0, after: self.time });
                    }
                    None => self.damaged += 1,
                }
            }
            self.next += last as u64 + 1;
            taken += last + 1;
            if last + 1 < wanted {
                break;
            }
            wanted = CHUNK;
        }
        Ok(taken >= AT_ONCE)
    }

    /// Hands on what was defined; how many lines make no sense. `most` is how many bytes of all processes are still read: what
    /// comes after them counts as one line.
    fn definitions(
        &mut self,
        buffer: &mut [u8],
        most: &mut u64,
        mut to: impl FnMut(Map<String, Value>),
    ) -> u64 {
        let mut damaged = 0;
        let Some(defs) = self.defs.file().ok().filter(|_| !self.is_cut) else { return 0 };
        while let Ok(length @ 1..) = read_at(&defs, buffer, self.defs_read) {
            if *most == 0 {
                self.is_cut = true;
                damaged += 1;
                break;
            }
            *most = most.saturating_sub(length as u64);
            self.defs_read += length as u64;
            for part in buffer[..length].split_inclusive(|byte| *byte == b'\n') {
                if self.line.len() <= LINE {
                    self.line.extend_from_slice(part);
                }
                if part.ends_with(b"\n") {
                    match serde_json::from_slice(&self.line) {
                        Ok(Value::Object(definition)) => to(definition),
                        _ => damaged += 1,
                    }
                    self.line.clear();
                }
            }
        }
        damaged
    }
}

/// Reads as much as there is; how many bytes.
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    let mut length = 0;
    while length < bytes.len() {
        match file.read_at(&mut bytes[length..], at + length as u64) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests;
