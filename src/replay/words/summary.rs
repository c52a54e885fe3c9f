//! A whole run in a line.

use super::count;
use crate::replay::{ResourceStats, Stats};
use crate::trace::{Meta, Nanos, ResourceKind};

/// What the busiest lock went through up to `until`, the end of the trace or later: "list lock: held 84 % of the time in use ·
/// 11 hand-overs · longest wait 1.74 ms (remover 1) · mean hold 402 µs". Empty where no lock was ever taken. Where
/// events were lost, it says that it is about the others.
pub fn lock_summary(meta: &Meta, all: &Stats, until: Nanos) -> String {
    let locks = meta.resources.iter().zip(&all.resources);
    let locks = locks.filter(|(r, s)| {
        matches!(r.kind, ResourceKind::Lock | ResourceKind::RLock) && s.acquisitions > 0
    });
    let Some((lock, stats)) = locks.max_by_key(|(_, s)| s.acquisitions) else {
        return String::new();
    };
    // Of several runs of one program each has a lock of that name.
    let section = lock.section.and_then(|id| meta.section(id));
    let name = match section.filter(|section| section.begins) {
        Some(section) => format!("{} ({})", lock.name, section.name),
        None => lock.name.clone(),
    };
    let of = if all.is_partial() { ", of what was recorded" } else { "" };
    let mut parts = vec![
        format!("{name}{of}: held {} of the time in use", percent(stats, until)),
        count(stats.hand_overs, "hand-over"),
    ];
    parts.push(match stats.longest_wait {
        Some(wait) => format!("longest wait {} ({})", wait.lasted, meta.actor_name(wait.actor)),
        None if stats.most_waiters > 0 => "no wait has ended".to_owned(),
        None => "nobody waited".to_owned(),
    });
    if let Some(mean) = stats.mean_hold() {
        parts.push(format!("mean hold {mean}"));
    }
    parts.join(" · ")
}

fn percent(stats: &ResourceStats, until: Nanos) -> String {
    match 100.0 * stats.held_in_use(until) {
        part if part > 0.0 && part < 1.0 => "less than 1 %".to_owned(),
        part => format!("{part:.0} %"),
    }
}
