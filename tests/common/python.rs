//! The Python listings, run by the machine's own Python.

use super::runs::PATIENCE;
use std::fs::File;
use std::io::Write;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Whether there is a Python that can start processes. Where there is none, it says that what needs it is left out.
pub fn is_there() -> bool {
    let found = ran("import multiprocessing", PATIENCE);
    if let Err(trouble) = &found {
        println!("LEFT OUT: what needs a python3 that can start processes: {trouble}");
    }
    found.is_ok()
}

/// What a program prints. It must end, and well.
pub fn printed(program: &str) -> String {
    ran(program, PATIENCE).unwrap_or_else(|trouble| panic!("{trouble}\n{program}"))
}

/// What a program prints by each start method: by Linux's up to Python 3.13, by its since 3.14, and by that of macOS and Windows.
pub fn printed_each_way(program: &str) -> [String; 3] {
    ["fork", "forkserver", "spawn"].map(|method| {
        let choose = format!("    __import__('multiprocessing').set_start_method('{method}')");
        printed(&format!("if __name__ == '__main__':\n{choose}\n{program}"))
    })
}

/// What a program has printed that does not end within this time, as it should not.
pub fn hangs(program: &str, limit: Duration) -> String {
    match ran(program, limit) {
        Err(trouble) if trouble.starts_with("killed") => trouble,
        other => panic!("it does not hang: {other:?}\n{program}"),
    }
}

/// What a program prints, or why it did not end well, with all it printed.
fn ran(program: &str, limit: Duration) -> Result<String, String> {
    let mut file = tempfile::NamedTempFile::with_suffix(".py").unwrap();
    writeln!(file, "{program}").unwrap();
    // Files, not pipes: a process that it leaves behind would keep a pipe open.
    let (out, err) =
        (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    let into = |file: &File| Stdio::from(file.try_clone().unwrap());
    let mut command = Command::new("python3");
    command
        .arg(file.path())
        .stdin(Stdio::null())
        .stdout(into(out.as_file()))
        .stderr(into(err.as_file()));
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let ended = ends_within(&mut child, limit);
    let [said, complained] = [out, err]
        .map(|file| String::from_utf8_lossy(&std::fs::read(file.path()).unwrap()).into_owned());
    let how = match ended {
        Some(status) if status.success() => return Ok(said),
        Some(status) => status.to_string(),
        None => format!("killed after {} s", limit.as_secs()),
    };
    Err(format!("{how}; it printed:\n{said}\nand complained:\n{complained}"))
}

/// How a program ended by itself; `None` of one that took longer, which is killed with all it started.
fn ends_within(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    #[cfg(unix)]
    // SAFETY: plain call; the group is led by the child, whose number is its own until it is waited for.
    unsafe {
        libc::kill(-(child.id() as i32), libc::SIGKILL);
    }
    // It may have ended just now.
    let _ = child.kill();
    child.wait().unwrap();
    None
}
