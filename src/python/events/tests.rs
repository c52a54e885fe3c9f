//! What is known to be missing.

#![allow(clippy::unwrap_used)]

use super::*;

/// A process that has said who it is, and has recorded nothing.
fn begun(folder: &Path) {
    let mut head = vec![0; 4096];
    head[..8].copy_from_slice(b"CLABREC1");
    head[8..12].copy_from_slice(&64_u32.to_le_bytes());
    head[12..16].copy_from_slice(&4096_u32.to_le_bytes());
    std::fs::write(folder.join("7.0.defs"), "{\"d\":\"process\",\"pid\":7,\"role\":\"main\"}\n")
        .unwrap();
    std::fs::write(folder.join("7.0.ring"), head).unwrap();
}

/// Of a run of which definitions are missing nobody says that it is stuck, and it is said at its end.
#[test]
fn what_is_defined_beyond_what_is_read_is_known_to_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    begun(folder.path());
    let mut events = Events::new(folder.path(), Listings::of(Path::new("none.py")).0, 0);
    events.files.most_definitions = 1;
    events.poll(1);
    assert!(events.is_whole());
    let defs = folder.path().join("7.0.defs");
    let more = std::fs::read_to_string(&defs).unwrap() + "{\"d\":\"thread\",\"n\":2}\n";
    std::fs::write(&defs, more).unwrap();
    events.poll(2);
    assert!(!events.is_whole());
    let facts = events.finish(Over::Stuck).facts;
    let said: Vec<&str> = facts.iter().map(|(_, said)| &said[..]).collect();
    let missing = "1 record has no name or is damaged, and is left out";
    assert_eq!(said, [missing, "there were more names than are kept; what has none is left out"]);
    assert!(facts.iter().all(|(key, _)| key == crate::trace::Meta::UNSEEN));
}
