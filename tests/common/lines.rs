//! Where in the shown programs the events of a run are.

use concurrency_lab::topics::runner::Finished;
use concurrency_lab::topics::{Language, Listing};
use concurrency_lab::trace::{ActorKind, Event, EventKind};

/// Whether an event of a run is at a line of a listing in each language, the one that is tagged so; the point's name.
pub fn point<'a>(finished: &'a Finished, listings: &[Listing], event: &Event) -> Option<&'a str> {
    let point = finished.trace.meta().source(event.source)?;
    for language in [Language::Python, Language::Rust] {
        let mut places = point.places.iter();
        let found = places.any(|place| {
            let mut listings = listings.iter();
            listings.any(|listing| {
                listing.language == language
                    && listing.file == place.file
                    && listing.lines[place.line as usize - 1].trim() == place.text
                    && listing.points.contains(&(point.name.clone(), place.line))
            })
        });
        assert!(found, "{} has no line in {language:?}: {point:?}", point.name);
    }
    Some(&point.name)
}

/// The points of what the worker processes and their threads did in tasks, by name and in order; each is at a line of a
/// listing in each language.
pub fn of_tasks<'a>(finished: &'a Finished, listings: &[Listing]) -> Vec<&'a str> {
    let actors = &finished.trace.meta().actors;
    let in_worker = |e: &&Event| {
        let actor = &actors[e.actor.index()];
        let parent = actor.parent.map(|parent| actors[parent.index()].kind);
        actor.kind == ActorKind::Process || parent == Some(ActorKind::Process)
    };
    let mut points = Vec::new();
    for event in finished.trace.events().iter().filter(in_worker) {
        let name = point(finished, listings, event);
        match event.kind {
            EventKind::TaskStarted { .. }
            | EventKind::TaskFinished { .. }
            | EventKind::SleepBegan { .. }
            | EventKind::Message { .. } => points.push(name.expect("it is at a line")),
            // Between tasks it is at no line.
            EventKind::WaitBegan { .. }
                if actors[event.actor.index()].name.starts_with("worker") =>
            {
                assert_eq!(name, None);
            }
            _ => {}
        }
    }
    points
}
