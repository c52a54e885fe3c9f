//! Processes that have been started and not been given their function.

use super::support::*;
use concurrency_lab::trace::{End, EventKind, Nanos};
use concurrency_lab::workers::share::Event;
use std::time::{Duration, Instant};

#[test]
fn a_process_without_a_function_is_not_on_record_as_running() {
    let traces = shops(|shop| {
        let event = Event::new(&shop.space, shop.log.recorder(), "go").unwrap();
        let children = shop.children(3);
        children.run(0, job("share-await", [event.handle()])).unwrap();
        event.set(shop.log);
        let start = Instant::now();
        while !children.has_begun(0) {
            assert!(start.elapsed() < PATIENCE, "the first one never began");
            shop.log.sleep(Duration::from_millis(5)).unwrap();
        }
        shop.log.tell("the second one is told", []);
        children.run(1, job("share-await", [event.handle()])).unwrap();
        for child in 0..2 {
            let ended = children.join(shop.log, child, Some(PATIENCE)).unwrap();
            assert_eq!(ended.end, End::Normal, "{}", ended.stderr);
        }
        // It never gets one.
        children.signal(shop.log, 2, 9);
        let ended = children.join(shop.log, 2, Some(PATIENCE)).unwrap();
        assert_eq!(ended.end, End::Killed(9));
    });
    for trace in traces {
        check(&trace);
        let began = |child: u16| -> Option<Nanos> {
            let events = trace.events().iter();
            let starts = events.filter(|e| matches!(e.kind, EventKind::Started { .. }));
            starts.filter(|e| e.actor.0 == child).map(|e| e.at).next()
        };
        let told = trace.events().iter().find(|e| matches!(e.kind, EventKind::Message { .. }));
        let told = told.unwrap().at;
        assert!(began(1).unwrap() < told && began(2).unwrap() > told, "it begins when it is told");
        assert_eq!(began(3), None, "it never began");
    }
}
