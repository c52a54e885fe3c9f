//! Concurrency Lab: see threads and processes work.
//!
//! # The one idea: trace first
//!
//! ```text
//! experiment ──records──▶ Trace ──replay──▶ State at t ──▶ Scene at t ──layout──▶ Picture ──paint──▶ egui shapes ─▶ window
//! (real threads           (append-only,     (pure: who     (pure: which     (pure: marks and                    └▶ PNG (CPU), SVG, PDF
//!  and processes)          sorted events)    holds, waits,  boxes, which     spots with places,
//!                                            what is in     ties, in which   in numbers)
//!                                            the list)      section)
//! ```
//!
//! An experiment never draws, and a view never runs anything: they meet only in the trace. A live view is a replay
//! whose cursor follows the end.
//!
//! # Code map
//!
//! | module | what is in it | may use |
//! |---|---|---|
//! | [`trace`] | events, ids, time, the sorted log, data that [follows](trace::Follow) it, the merge of streams; who takes part, what is shared, in which section | nothing |
//! | [`replay`] | [`State`](replay::State) and a reducer for each kind of resource, keyframes, [`Scene`](replay::Scene), lanes, tasks, statistics, "why is this blocked?", [whether anybody can go on](replay::is_stuck), [findings](mod@replay::findings), the [pace](replay::pace) | `trace` |
//! | [`record`] | the clock, the recorder, traced threads and primitives, [what work is done with](record::hands) wherever that is | `trace` |
//! | [`workers`] | child processes: protocol, spawning, supervision, the pool, what processes share, CPython as a child; Unix | `record`, `trace` |
//! | [`python`] | a student's own Python program: its interpreter, the recorder inside, the supervisor, its records as a trace; Unix, elsewhere a twin that runs none | `workers`, `record`, `replay`, `trace` |
//! | [`widgets`] | what stages are made of: pictures and their painter, a look for each kind of resource, the arranged scene, lanes, code, theme, fonts | `replay`, `trace` |
//! | [`topics`] | one folder a topic: what it is, what runs, what came out, the words of a moment, at most one figure; what several of them need, as trials with what they come to and CPython's part; the list of all; the runner | `workers`, `record`, `widgets`, `replay`, `trace` |
//! | [`export`] | shapes to pixels to PNG, and to [vectors](export::vector): SVG and PDF; a screen without a display; [recordings](export::recording), [traces of other tools](export::trace_events), [data](export::data), [comparisons](export::compare) | `widgets`, `replay`, `trace` |
//! | [`app`] | the window: tabs, run bar, inspector, transport, playback, settings; [figures](app::picture), the [report](app::report) | all above |
//! | [`cli`] | the command line | all above |
//!
//! Start reading at [`trace::EventKind`], then [`topics::Topic`], then [`app::App`]. To add a topic, write a folder in
//! `topics`, its `mod` line and one line in `topics/list.rs`: tabs, command line, tour and the tests that walk the list find it there.
//! Its stage is the [`Scene`](replay::Scene) of its trace, as of any other.
//!
//! # Invariants
//!
//! - `trace` and `replay` are pure: no clock, no file, no thread. Times in a trace come from the clock of [`record`] alone;
//!   whoever else reads a clock does so for a time limit or for the pace of frames. (`tests/layering.rs` checks this and the
//!   table above.)
//! - egui is known only to `widgets`, `app`, `export` and the topics' figures (`topics/*/stage`, `topics/*/figure.rs`).
//! - No view finds its way by a name, a badge or a sentence: sections, roles, places and homes are data of the trace. So is
//!   [who recorded](trace::RecordedBy) each part of it, and what could not be seen: nobody is told more than that one could know.
//! - Painting decides nothing: [`Picture`](widgets::picture::Picture) holds what is seen and what can be clicked, and has
//!   the only painter of stages. What has no room is not in it. The plots of tabs 1 and 8 are painted by `egui_plot`; what
//!   can be clicked in them is a picture in their scale.
//! - The thread of the window never waits: no lock that a worker takes, no join, no blocking receive. News of a run
//!   comes over a channel and is taken in once a frame; what came of it is worked out on another thread.
//! - A student's program and all that it starts end with its run, with this program, and with its supervisor, however those end.
//! - Whatever is executed as a worker must know the hidden command `worker`; who does not say that it does gets no
//!   workers. None outlives the program, however that ends.
//! - Recording an event neither locks nor allocates while the collector keeps up, and none is lost below ten million a
//!   run; then the run is stopped and says so; a Python program goes on. What is missing all the same is a `Dropped` in the trace, never silence.
//! - *Acquired* is stamped after a lock is taken and *released* before it is given back, both while it is held, and
//!   stamps of one resource strictly increase however coarse the clock: events of one resource are never out of order. Of
//!   what processes share, the last stamp is in the shared memory.
//! - A wait with a time-out is a sleep beside the wait in the trace, so a trace proves who can never go on. Such a run is
//!   ended: it is done, and its trace ends with everybody waiting ([`trace::Trace::stuck`]).
//! - Nothing that reads a trace panics on an odd one: oddities are values.
//! - Motion is a function of the trace's time, never of the frame counter: an instant has one picture.

pub mod app;
pub mod cli;
pub mod export;
#[cfg(unix)]
pub mod python;
#[cfg(not(unix))]
#[path = "python/absent.rs"]
pub mod python;
pub mod record;
pub mod replay;
pub mod topics;
pub mod trace;
pub mod widgets;
#[cfg(unix)]
pub mod workers;
