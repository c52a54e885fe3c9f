//! Programs, and what the command says of them.

use crate::common::runs::PROGRAM;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder with programs in it.
pub struct Programs(TempDir);

impl Programs {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The command, run there.
    pub fn command(&self, args: &[&str]) -> Output {
        let mut command = Command::new(PROGRAM);
        command.arg("python").args(args).current_dir(self.path());
        command.stdin(std::process::Stdio::null());
        command.output().unwrap()
    }

    /// The object that the command prints of a program.
    pub fn json(&self, args: &[&str]) -> Value {
        let args: Vec<&str> = ["--json"].iter().chain(args).copied().collect();
        let output = self.command(&args);
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}\n{complained}"))
    }
}

/// The ids of the findings.
pub fn findings(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap()).collect()
}

/// The names of the actors.
pub fn actors(report: &Value) -> Vec<&str> {
    report["actors"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect()
}
