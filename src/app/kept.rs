//! Runs that nobody has saved: each is written to the state folder of this program while it goes on, and stays there over a
//! restart until it is saved, dismissed, or there are too many after it.

use crate::export::recording::{EXTENSION, Ending, Writer};
use crate::topics::runner::Tap;
use crate::trace::{Batch, Meta};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Runs that are kept of each topic.
const OF_A_TOPIC: usize = 3;
/// The most bytes that all of them may take.
const BYTES: u64 = 300_000_000;

/// Where unsaved runs are kept; `None` where the system has no place for them.
pub fn usual_folder() -> Option<PathBuf> {
    let state = dirs::state_dir().or_else(dirs::data_local_dir)?;
    Some(state.join("concurrency-lab").join("unsaved"))
}

/// A run of an earlier start that nobody has saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsaved {
    /// Its file.
    pub path: PathBuf,
    /// Topic and preset.
    pub name: String,
    /// When it began, in seconds since 1970 (UTC).
    pub began: u64,
    bytes: u64,
}

/// The unsaved runs of a folder, the newest first. Reads the folder.
pub fn unsaved(folder: &Path) -> Vec<Unsaved> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut all: Vec<Unsaved> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let path = entry.path();
            let name = path.file_stem()?.to_str()?.to_owned();
            let is_ours = path.extension().is_some_and(|ending| ending == EXTENSION);
            let (name, when) = name.rsplit_once(' ').filter(|_| is_ours)?;
            let began = when.split('-').next()?.parse().ok()?;
            let bytes = entry.metadata().ok()?.len();
            Some(Unsaved { name: name.to_owned(), began, bytes, path })
        })
        .collect();
    all.sort_by(|a, b| (b.began, &b.path).cmp(&(a.began, &a.path)));
    all
}

/// Deletes what there are too many of.
fn prune(folder: &Path) {
    let (mut topics, mut bytes) = (Vec::<(String, usize)>::new(), 0);
    for run in unsaved(folder) {
        let topic = run.name.split(' ').next().unwrap_or_default();
        let place = topics.iter().position(|(of, _)| of == topic).unwrap_or_else(|| {
            topics.push((topic.to_owned(), 0));
            topics.len() - 1
        });
        topics[place].1 += 1;
        bytes += run.bytes;
        if topics[place].1 >= OF_A_TOPIC || bytes > BYTES {
            // Another window may have done it.
            let _ = fs::remove_file(&run.path);
        }
    }
}

/// A run under way that is kept.
pub struct Keeping {
    writer: Arc<Writer>,
    path: PathBuf,
}

impl Keeping {
    /// Begins to keep a run, on a thread of its own. `of`: topic and preset. Nothing where there is no thread to be had.
    pub fn begin(folder: &Path, of: &str, meta: Meta) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{of} {since}-{}-{number}.{EXTENSION}", std::process::id());
        let path = folder.join(name);
        let folder = folder.to_owned();
        let prepare = move || {
            fs::create_dir_all(&folder)?;
            prune(&folder);
            Ok(())
        };
        match Writer::begin_later(&path, meta, prepare) {
            Ok(writer) => Some(Self { writer: Arc::new(writer), path }),
            Err(error) => {
                log::warn!("the run is not kept: {error}");
                None
            }
        }
    }

    /// Takes down what an update adds.
    pub fn add(&self, batch: Batch) {
        self.writer.add(batch);
    }

    /// What takes the run down.
    pub fn tap(&self) -> Tap {
        let writer = self.writer.clone();
        Arc::new(move |batch| writer.add(batch.clone()))
    }

    /// The run is over. Answers with its file.
    pub fn end(self, ending: Ending) -> PathBuf {
        self.writer.end(ending);
        self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_few_of_each_topic_are_kept() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        for (topic, count) in [("a", 5), ("b", 1)] {
            for when in 0..count {
                fs::write(folder.path().join(format!("{topic} x-y 10{when}-7-0.clab")), "")?;
            }
        }
        fs::write(folder.path().join("note.txt"), "")?;
        prune(folder.path());
        let left: Vec<(String, u64)> =
            unsaved(folder.path()).into_iter().map(|run| (run.name, run.began)).collect();
        let run = |name: &str, began| (name.to_owned(), began);
        assert_eq!(left, [run("a x-y", 104), run("a x-y", 103), run("b x-y", 100)]);
        assert!(folder.path().join("note.txt").exists());
        Ok(())
    }
}
