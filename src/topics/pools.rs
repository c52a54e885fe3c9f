//! What topics with worker processes have in common.

use super::Lab;
use crate::record::{Log, refused, thread};
use crate::replay::State;
use crate::replay::words::{capital, signal_name};
use crate::trace::{Actor, ActorId, End, Meta, Role};
use crate::workers::Signaller;
use crossbeam::channel::{bounded, select};

/// An end that a pool did not ask for, in words.
pub fn died(end: End) -> Option<String> {
    match end {
        End::Killed(signal) => Some(format!("was killed by {}", signal_name(signal))),
        End::Exited(status) if status != 0 => Some(format!("exited with status {status}")),
        End::Error(_) => Some("failed".to_owned()),
        End::Normal | End::Exited(_) | End::Cancelled | End::Dismissed => None,
    }
}

/// Who is in the place of a worker that has ended, in a sentence; empty where nobody is by now.
pub fn successor(meta: &Meta, state: &State, dead: ActorId) -> String {
    let mut after = meta.actors_where(|actor| actor.replaces == Some(dead));
    let Some(next) = after.next() else { return String::new() };
    let name = capital(&meta.actor_name(next));
    match state.actor(next).map_or(0, |actor| actor.os_id) {
        0 => String::new(),
        pid => format!("{name} (PID {pid}) took its place."),
    }
}

/// Runs `body`. Meanwhile the actor "you" sends the signals that the user asks for to the workers of a pool.
pub fn with_signals<T>(lab: &Lab<'_>, signaller: &Signaller, body: impl FnOnce() -> T) -> T {
    with_signals_to(lab, &[signaller], body)
}

/// [`with_signals`], for the workers of several pools.
pub fn with_signals_to<T>(lab: &Lab<'_>, signallers: &[&Signaller], body: impl FnOnce() -> T) -> T {
    let signal = |log: &Log, to: ActorId, signal: u8| {
        signallers.iter().any(|pool| pool.signal(log, to, signal))
    };
    with_signals_by(lab, &signal, body)
}

/// [`with_signals`], for whatever processes: `signal` sends one, and says whether there is such a process.
pub fn with_signals_by<T>(
    lab: &Lab<'_>,
    signal: &(dyn Fn(&Log, ActorId, u8) -> bool + Sync),
    body: impl FnOnce() -> T,
) -> T {
    let send = signal;
    let (over, until_over) = bounded::<()>(0);
    let (recorder, signals) = (lab.recorder, lab.signals);
    std::thread::scope(|scope| {
        // Without it the user cannot send signals; the run goes on.
        let listens = std::thread::Builder::new().name("signals".to_owned());
        let listening = listens.spawn_scoped(scope, move || {
            loop {
                // The actor "you" appears in the recording only once it has sent a signal.
                let first = select! {
                    recv(signals) -> wanted => wanted,
                    recv(until_over) -> _ => return,
                };
                let Ok(mut wanted) = first else { return };
                let you = Actor::thread("you", "Y").with_role(Role::User);
                let _ = thread::run_here(recorder, you, |log| {
                    loop {
                        let (to, signal) = wanted;
                        send(log, to, signal);
                        wanted = select! {
                            recv(signals) -> next => match next {
                                Ok(next) => next,
                                Err(_) => return Ok(()),
                            },
                            recv(until_over) -> _ => return Ok(()),
                        };
                    }
                });
            }
        });
        if let Err(error) = listening {
            log::warn!("no signals can be sent: {}", refused::why(&error));
        }
        let done = body();
        drop(over);
        done
    })
}
