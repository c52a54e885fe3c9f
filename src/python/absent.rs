//! What stands for [`python`](crate::python) where no program is run and recorded: on systems that are no Unix. Whoever shows
//! something of it asks [`IS_THERE`], and shows nothing.

mod interpreter;
mod news;
mod options;

pub use interpreter::{Interpreter, NoInterpreter, all, chosen_until, find, of_script};
pub use news::{Ending, KEPT, Stream, Update};
pub use options::{Options, StartMethod, Stdio3, TIME_LIMIT};
pub use probe::probe;
pub use run::{RunHandle, start};

/// Whether programs are run and recorded on this system.
pub const IS_THERE: bool = false;

mod probe {
    use super::interpreter::{Interpreter, NoInterpreter};
    use std::path::Path;
    use std::time::Instant;

    /// No Python is of use here.
    ///
    /// # Errors
    /// Always.
    pub fn probe(path: &Path) -> Result<Interpreter, NoInterpreter> {
        let why = "programs are recorded on Linux and macOS only".to_owned();
        Err(NoInterpreter::Broken { path: path.to_owned(), why })
    }

    /// The same, however long there is.
    pub(in crate::python) fn probe_until(
        path: &Path,
        _: Option<Instant>,
    ) -> Result<Interpreter, NoInterpreter> {
        probe(path)
    }
}

mod run {
    use super::{Options, Update};
    use std::convert::Infallible;
    use std::io;

    /// There is none.
    pub struct RunHandle(Infallible);

    impl RunHandle {
        /// The updates so far.
        pub fn updates(&self) -> impl Iterator<Item = Update> + '_ {
            std::iter::empty()
        }

        /// The next update.
        pub fn next(&self) -> Option<Update> {
            match self.0 {}
        }

        /// Whether the run is over.
        pub fn is_over(&self) -> bool {
            match self.0 {}
        }

        /// Has everything ended.
        pub fn stop(&self) {
            match self.0 {}
        }

        /// Types something into the program's input.
        pub fn type_in(&self, _: &str) {
            match self.0 {}
        }
    }

    /// Starts nothing.
    ///
    /// # Errors
    /// Always.
    pub fn start(_: Options, _: impl Fn() + Send + Sync + 'static) -> Result<RunHandle, io::Error> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
