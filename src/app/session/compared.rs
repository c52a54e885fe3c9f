//! A tab in which runs stand beside each other.

use super::Session;
use crate::app::compare::Compared;
use crate::app::recording::Recording;
use crate::app::source::Source;
use crate::topics::Params;
use crate::trace::Trace;
use crate::widgets::stage::RunStatus;
use std::sync::Arc;

impl Session {
    /// Of a trace in which each run is a section.
    pub fn compared(trace: Trace, compared: Arc<Compared>) -> Self {
        Self::of_compared(Recording::new(trace), compared)
    }

    pub(super) fn of_compared(recording: Recording, compared: Arc<Compared>) -> Self {
        let mut session = Self::with(Source::Comparison, Params::defaults("", &[]), recording);
        session.status = RunStatus::Done;
        session.findings = compared.findings.clone();
        session.comparison = Some(compared);
        session.table_shown = true;
        session.playback.fit_speed(session.end());
        session
    }
}
