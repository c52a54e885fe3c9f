//! A program's output, which is taken down, and its input.

use super::Outlet;
use crate::python::child::Supervised;
use crate::python::news::{KEPT, Stream, Update};
use crossbeam::channel::Receiver;
use std::io::{self, Read, Write};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long the last output may take to arrive when all processes are gone.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The threads that take down what a program writes, and hand it what is typed.
pub(super) struct Readers {
    threads: [Option<JoinHandle<u64>>; 2],
}

impl Readers {
    /// Begins to read what a program writes.
    ///
    /// # Errors
    /// The system has no thread to spare.
    pub(super) fn begin(
        supervised: &mut Supervised,
        typed: Option<Receiver<Vec<u8>>>,
        out: &Outlet,
    ) -> io::Result<Self> {
        let (stdin, stdout, stderr) = supervised.take_pipes();
        if let Some((mut stdin, typed)) = stdin.zip(typed) {
            std::thread::Builder::new().name("python input".to_owned()).spawn(move || {
                for text in typed {
                    if stdin.write_all(&text).is_err() {
                        return;
                    }
                }
            })?;
        }
        let stdout = stdout.map(|pipe| reader(pipe, Stream::Out, out.clone())).transpose()?;
        let stderr = stderr.map(|pipe| reader(pipe, Stream::Err, out.clone())).transpose()?;
        Ok(Self { threads: [stdout, stderr] })
    }

    /// Waits for the rest; how many bytes were not kept.
    pub(super) fn end(self) -> [u64; 2] {
        let given_up = Instant::now() + LAST_WORDS;
        let mut cut = [0; 2];
        for (thread, cut) in self.threads.into_iter().zip(&mut cut) {
            let Some(thread) = thread else { continue };
            while !thread.is_finished() && Instant::now() < given_up {
                std::thread::sleep(Duration::from_millis(1));
            }
            if thread.is_finished() {
                *cut = thread.join().unwrap_or(0);
            }
        }
        cut
    }
}

/// Reads to the end of a pipe; how many bytes were not kept.
fn reader(
    mut pipe: impl Read + Send + 'static,
    stream: Stream,
    out: Outlet,
) -> io::Result<JoinHandle<u64>> {
    let thread = std::thread::Builder::new().name("python output".to_owned());
    thread.spawn(move || {
        let (mut kept, mut cut) = (0, 0);
        let mut bytes = vec![0; 1 << 16];
        loop {
            match pipe.read(&mut bytes) {
                Ok(0) => return cut,
                Ok(length) => {
                    let room = length.min(KEPT - kept);
                    kept += room;
                    cut += (length - room) as u64;
                    if room > 0 {
                        out.send(Update::Output(stream, bytes[..room].to_vec()));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return cut,
            }
        }
    })
}
