//! The Python listings, run by the machine's own Python.

use std::io::Write;
use std::process::Command;

/// Whether there is a Python that can start processes.
pub fn is_there() -> bool {
    let tried = Command::new("python3").args(["-c", "import multiprocessing"]).output();
    tried.is_ok_and(|out| out.status.success())
}

/// What a program prints, whose processes begin as copies of it, and what it prints where they import it: the ways of
/// Linux before 3.14, and of macOS and Windows.
pub fn printed(program: &str) -> [String; 2] {
    ["fork", "spawn"].map(|method| {
        let mut file = tempfile::NamedTempFile::with_suffix(".py").unwrap();
        let choose = format!("    __import__('multiprocessing').set_start_method('{method}')");
        writeln!(file, "if __name__ == '__main__':\n{choose}\n{program}").unwrap();
        let done = Command::new("python3").arg(file.path()).output().unwrap();
        let error = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{method}: {error}\n{program}");
        String::from_utf8_lossy(&done.stdout).into_owned()
    })
}
