//! The server in a process of its own.

use super::{PATIENCE, serve, stop};
use crate::record::refused;
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::children::{Crew, failed, numbers, space};
use crate::topics::crew::until;
use crate::trace::{Actor, EventKind, Role};
use crate::workers::jobs::JobDef;
use crate::workers::share::{SharedValue, Unrecorded};
use crate::workers::{Context, Value, complaint};
use std::net::{Ipv4Addr, TcpListener};

/// What the process does.
pub const JOBS: &[JobDef] = &[("serve-files", serve_files)];

/// `[handle]` of the number that is to hold the port: a web server on the loopback network, until it is asked to end.
fn serve_files(context: &Context, arg: &Value) -> Result<Value, String> {
    let [handle] = numbers(arg)?;
    let refused = |error: std::io::Error| refused::why(&error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(refused)?;
    let port = listener.local_addr().map_err(refused)?.port();
    SharedValue::open(context.space()?, handle)?.write(&Unrecorded, port.into());
    let what = context.text("requests");
    context.record(EventKind::IoBegan { what });
    context.flush();
    let served = serve(&listener);
    context.record(EventKind::IoEnded);
    served.map_err(refused)?;
    Ok(Value::Nothing)
}

/// Runs `body` with the port of a server, which there is meanwhile where it `is_wanted`; otherwise the port is 0.
///
/// # Errors
/// The server did not begin or end, what failed in `body`, or that the run was stopped.
pub fn beside<T>(
    lab: &Lab<'_>,
    is_wanted: bool,
    body: impl FnOnce(u16) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let server = is_wanted.then(|| Server::start(lab)).transpose()?;
    let done = body(server.as_ref().map_or(0, |server| server.port))?;
    server.map_or(Ok(()), Server::end)?;
    Ok(done)
}

/// A web server in a child process. Dropping it kills it.
struct Server<'a> {
    lab: &'a Lab<'a>,
    crew: Crew<'a>,
    port: u16,
}

impl<'a> Server<'a> {
    /// Starts it, and waits until it serves.
    ///
    /// # Errors
    /// It does not, or the run was stopped.
    fn start(lab: &'a Lab<'a>) -> Result<Self, Failure> {
        let log = lab.main;
        let space = space()?;
        let port = SharedValue::new(&space, lab.recorder, "port", 0, None).map_err(failed)?;
        let actor = Actor::process("server", "S").with_role(Role::Helper);
        let crew = Crew::start(lab, &space, vec![actor])?;
        crew.run(0, "serve-files", [port.handle()])?;
        let listens = || u16::try_from(port.peek()).ok().filter(|port| *port > 0);
        until(log, || listens().is_some() || crew.children.has_ended(0))?;
        if let Some(port) = listens() {
            return Ok(Self { lab, crew, port });
        }
        if !crew.children.has_ended(0) {
            let patience = PATIENCE.as_secs();
            let why = format!("the server of the files has not begun within {patience} s");
            return Err(Failure::Error(format!("{why}: run it again")));
        }
        let ended = crew.children.join(log, 0, Some(PATIENCE))?;
        let why = match ended.answer {
            Some(Err(why)) => format!(": {why}"),
            _ => complaint(&ended.stderr),
        };
        let ended = "the process that serves the files ended before it did";
        Err(Failure::Error(format!("{ended}{why}")))
    }

    /// Has it end, and waits for that.
    ///
    /// # Errors
    /// The run was stopped.
    fn end(self) -> Result<(), Failure> {
        if let Err(error) = stop(self.port) {
            log::warn!("the server did not hear that it is over, and is killed: {error}");
            self.crew.children.terminate(self.lab.main);
        }
        self.crew.children.join(self.lab.main, 0, Some(PATIENCE))?;
        Ok(())
    }
}
