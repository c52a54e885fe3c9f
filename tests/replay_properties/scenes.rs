//! Whatever the trace, a scene has everybody once, and its ties lead somewhere.

use super::any::{any_event, any_meta};
use super::{config, trace};
use concurrency_lab::replay::{Phase, Scene, State, TieKind};
use concurrency_lab::trace::{ActorId, ActorKind, Meta, Role};
use proptest::prelude::*;
use std::collections::HashSet;

fn check(meta: &Meta, state: &State) -> Result<(), TestCaseError> {
    let scene = Scene::at(meta, state);
    prop_assert_eq!(&scene, &Scene::at(meta, &state.clone()));
    let mut actors = HashSet::new();
    for id in scene.actors() {
        prop_assert!(actors.insert(id), "{:?} stands twice", id);
        prop_assert!(meta.actor(id).is_some_and(|actor| actor.role != Role::User));
    }
    let mut resources = HashSet::new();
    for id in scene.resources() {
        prop_assert!(resources.insert(id), "{:?} stands twice", id);
        prop_assert!(meta.resource(id).is_some_and(|resource| !resource.is_an_end()));
    }
    prop_assert!(scene.sections.is_sorted_by(|a, b| a.id < b.id));
    for section in &scene.sections {
        let mut boxes = HashSet::new();
        for at in &section.processes {
            prop_assert!(boxes.insert(at.process), "two boxes of one process");
            prop_assert!(at.process.is_none_or(|id| meta.process_of(id) == Some(id)));
            let inside = at.threads.iter().chain(&at.helpers);
            prop_assert!(inside.clone().all(|id| meta.process_of(*id) == at.process));
            let itself = at.process.filter(|_| !at.elsewhere);
            prop_assert!(itself.is_some() || inside.count() + at.resources.len() > 0);
        }
        prop_assert!(section.processes.len() + section.between.len() > 0);
    }
    let in_all: usize = actors.iter().map(|id| scene.ties_of(*id).len()).sum();
    prop_assert_eq!(in_all, scene.ties.len());
    for tie in &scene.ties {
        prop_assert!(actors.contains(&tie.actor) && tie.since <= state.at);
        let has_ended = state.actor(tie.actor).is_some_and(|actor| actor.end.is_some());
        let res = match tie.kind {
            TieKind::Holds { res, .. } => res,
            TieKind::Joins { target } => {
                prop_assert!(meta.actor(target).is_some() && !has_ended);
                continue;
            }
            TieKind::Waits { res, .. } | TieKind::Reads { res, .. } => {
                prop_assert!(!has_ended);
                res
            }
            TieKind::Runs { pool, task } => {
                let running = &state.resource(pool).unwrap().pool.running;
                prop_assert!(!has_ended && running.contains(&(tie.actor, task)));
                pool
            }
            TieKind::Moves { res, .. } => {
                let guard = meta.resource(res).and_then(|resource| resource.guard).unwrap();
                let owners = &state.resource(guard).unwrap().owners;
                prop_assert!(!has_ended && owners.iter().any(|(owner, _)| *owner == tie.actor));
                res
            }
        };
        prop_assert!(state.resource(res).is_some());
    }
    // Whoever waits stands in one place of its line: all who are in the scene have different ones.
    let mut places = HashSet::new();
    for tie in &scene.ties {
        if let TieKind::Waits { res, op, place, .. } = tie.kind {
            prop_assert!(places.insert((res, op, place)), "two in one place");
        }
    }
    prop_assert!(!scene.print(meta, state).contains('\n'));
    Ok(())
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn every_scene_is_sound(
        meta in any_meta(),
        events in prop::collection::vec(any_event(), 0..200),
    ) {
        let trace = trace(meta, &events);
        let meta = trace.meta();
        let mut state = State::new(meta);
        check(meta, &state)?;
        for (index, event) in trace.events().iter().enumerate() {
            state.apply(meta, event);
            if index % 8 == 7 {
                check(meta, &state)?;
            }
        }
        check(meta, &state)?;
        // A scene is of whatever state: of one before the last names came, and of none.
        check(meta, &State::default())?;
        check(&Meta::default(), &state)?;
    }

    /// An actor of no section, which is no user, no worker of a pool (which may be past) and replaces nobody, is always in the scene.
    /// The one exception: beside sections the program is left out if nothing is in it but helpers.
    #[test]
    fn an_actor_that_nothing_leaves_out_is_in_the_scene(
        meta in any_meta(),
        events in prop::collection::vec(any_event(), 0..100),
    ) {
        let mut meta = meta;
        for actor in &mut meta.actors {
            (actor.section, actor.replaces, actor.pool) = (None, None, None);
            if actor.role == Role::User {
                actor.role = Role::Work;
            }
        }
        let trace = trace(meta, &events);
        let meta = trace.meta();
        let mut state = State::new(meta);
        for event in trace.events() {
            state.apply(meta, event);
        }
        let scene = Scene::at(meta, &state);
        let there: HashSet<_> = scene.actors().collect();
        let all = (0..meta.actors.len()).map(ActorId::from_index);
        let missing: Vec<_> = all.filter(|id| !there.contains(id)).collect();
        let process = missing.first().and_then(|id| meta.process_of(*id));
        for id in &missing {
            let actor = &meta.actors[id.index()];
            prop_assert!(actor.kind == ActorKind::Process || actor.role != Role::Work, "{:?} works", id);
            prop_assert_eq!(meta.process_of(*id), process, "all of one process");
        }
        if !missing.is_empty() {
            let by_nobody = |id| meta.actor(id).is_some_and(|actor| actor.parent.is_none());
            prop_assert!(process.is_none_or(by_nobody), "it is the program");
            prop_assert!(scene.sections.iter().any(|section| section.id.is_some()));
            let unnamed = scene.sections.iter().filter(|section| section.id.is_none());
            let mut boxes = unnamed.flat_map(|section| &section.processes);
            prop_assert!(boxes.all(|at| at.process != process), "nothing else is in it");
        }
        // Each actor that waits has one tie that says so, and no other has one.
        for id in scene.actors() {
            let waits = matches!(state.actors[id.index()].phase, Phase::Waiting | Phase::Blocked);
            let kinds = scene.ties_of(id).iter().map(|tie| tie.kind);
            let ties = kinds.filter(|kind| matches!(kind, TieKind::Waits { .. } | TieKind::Joins { .. }));
            prop_assert_eq!(ties.count(), usize::from(waits));
        }
    }
}
