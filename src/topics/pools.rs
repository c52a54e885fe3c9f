//! What topics with worker processes have in common.

use super::Lab;
use crate::record::thread;
use crate::trace::{Actor, Role};
use crate::workers::Signaller;
use crossbeam::channel::{bounded, select};

/// Runs `body`. Meanwhile the actor "you" sends the signals that the user asks for to the workers of a pool.
pub fn with_signals<T>(lab: &Lab<'_>, signaller: &Signaller, body: impl FnOnce() -> T) -> T {
    with_signals_to(lab, &[signaller], body)
}

/// [`with_signals`], for the workers of several pools.
pub fn with_signals_to<T>(lab: &Lab<'_>, signallers: &[&Signaller], body: impl FnOnce() -> T) -> T {
    let (over, until_over) = bounded::<()>(0);
    let (recorder, signals) = (lab.recorder, lab.signals);
    std::thread::scope(|scope| {
        scope.spawn(move || {
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
                        (signallers.iter()).any(|pool| pool.signal(log, to, signal));
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
        let done = body();
        drop(over);
        done
    })
}
