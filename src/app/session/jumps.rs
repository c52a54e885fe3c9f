//! From one moment that matters to the next.

use super::Session;
use crate::app::command::Jump;
use crate::widgets::selection::Selection;

impl Session {
    /// The event that a jump leads to, if there is one.
    pub fn target(&self, jump: Jump) -> Option<usize> {
        let shown = self.playback.shown(&*self.recording.trace);
        let marks = self.recording.replay.marks();
        // From where nobody can go on matters as well.
        let stuck = self.findings.iter().filter(|found| found.kind.is_standing());
        if marks.all().is_empty() && stuck.clone().next().is_none() {
            return self.paced(jump);
        }
        let mark = match jump {
            Jump::Next => marks.next(shown),
            Jump::Previous => marks.previous(shown),
        };
        let mark = mark.map(|mark| mark.event as usize);
        match jump {
            Jump::Next => {
                let after = stuck.map(|found| found.event).filter(|event| *event >= shown);
                mark.into_iter().chain(after).min()
            }
            Jump::Previous => {
                // Nothing may have happened since.
                let now = self.now();
                let before = stuck.filter(|found| found.at < now).map(|found| found.event);
                mark.into_iter().chain(before).max()
            }
        }
    }

    /// Where nothing went wrong: to where the pace slows down, since there is something to see.
    fn paced(&self, jump: Jump) -> Option<usize> {
        let (now, end) = (self.now(), self.end());
        let (mut before, mut target) = (None, None);
        for (from, to) in self.recording.pace.slow(end) {
            // One that follows the one before is a part of it.
            let begins = before != Some(from);
            before = Some(to);
            match jump {
                _ if !begins => {}
                Jump::Next if from > now => {
                    target = Some(from);
                    break;
                }
                Jump::Previous if from < now => target = Some(from),
                Jump::Next | Jump::Previous => {}
            }
        }
        self.recording.trace.count_until(target?).checked_sub(1)
    }

    /// Selects an event that matters, and moves the cursor to it.
    pub fn jump(&mut self, jump: Jump) {
        if let Some(event) = self.target(jump) {
            self.go_to(event);
        }
    }

    /// Selects an event, moves the cursor to it, and the lanes to where it is seen.
    pub fn go_to(&mut self, event: usize) {
        self.select(Selection::Event(event));
        let (now, end) = (self.now(), self.end());
        self.timeline.reveal(now, end);
    }
}
