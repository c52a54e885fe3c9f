//! A record, as it lies in the file of a process.

/// Bytes of one.
pub(super) const BYTES: usize = 64;

/// A recorded event, as it was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::python) struct Slot {
    /// Which process: its place among the files.
    pub(in crate::python) process: usize,
    pub(in crate::python) number: u64,
    pub(in crate::python) time: u64,
    pub(in crate::python) thread: u32,
    pub(in crate::python) object: u32,
    pub(in crate::python) a: i64,
    pub(in crate::python) b: i64,
    pub(in crate::python) c: i64,
    pub(in crate::python) text: u32,
    pub(in crate::python) site: u32,
    pub(in crate::python) other: u32,
    pub(in crate::python) kind: u16,
    pub(in crate::python) flags: u16,
}

impl Slot {
    /// The slot of this number of a process, where it is written.
    pub(super) fn read(process: usize, number: u64, bytes: &[u8; BYTES]) -> Option<Self> {
        let word = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let long = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
        let half = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        (long(56) == number + 1).then(|| Self {
            process,
            number,
            time: long(0),
            thread: word(8),
            object: word(12),
            a: long(16) as i64,
            b: long(24) as i64,
            c: long(48) as i64,
            text: word(32),
            site: word(36),
            other: word(40),
            kind: half(44),
            flags: half(46),
        })
    }
}
