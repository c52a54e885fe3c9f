//! One colour per actor, the same everywhere.

use super::theme::Theme;
use crate::trace::{ActorId, Meta, Role, SectionId};
use egui::Color32;
use std::borrow::Cow;

/// Colours of one actor's badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActorColours {
    /// The actor's colour.
    pub ground: Color32,
    /// Letters on it.
    pub text: Color32,
    /// Its edge, where the colour alone is too near the stage's.
    pub edge: Color32,
}

/// The least contrast to the stage of a badge, and of a thin strip in its colour, which has no edge.
const SEEN: f32 = 1.5;

/// Names and colours of the actors of a trace.
///
/// An actor without a parent that is there to start others is grey; all others get the eight colours in turn, then the same
/// paler: those at work in the order of their ids, then those that serve them; anew in each section that has a begin and an end,
/// so that the first worker of each trial is one colour.
#[derive(Debug)]
pub struct Actors<'a> {
    meta: &'a Meta,
    colours: Vec<ActorColours>,
    root: ActorColours,
}

impl<'a> Actors<'a> {
    /// Assigns a colour to each actor of a trace.
    pub fn new(theme: &Theme, meta: &'a Meta) -> Self {
        // A trace from elsewhere may know no parents at all: its actors are not all grey.
        let flat = meta.actors.len() > 1 && meta.actors.iter().all(|a| a.parent.is_none());
        let root = colours(theme, None);
        let cycle: Vec<_> =
            (0..2 * theme.actors.len()).map(|turn| colours(theme, Some(turn))).collect();
        let mut all = vec![root; meta.actors.len()];
        let runs: Vec<Option<SectionId>> =
            meta.actors.iter().map(|actor| run_of(meta, actor.section)).collect();
        let mut common = 0;
        let mut turns: Vec<Option<usize>> = vec![None; meta.sections.len()];
        // Those seen all the time first, and those at work: whoever serves them takes none of their colours away.
        for (in_run, serving) in [(false, false), (true, false), (true, true), (false, true)] {
            if !in_run && serving {
                common = turns.iter().flatten().copied().fold(common, usize::max);
            }
            for ((actor, own), run) in meta.actors.iter().zip(&mut all).zip(&runs) {
                let starts_others = actor.role == Role::Main || (!flat && actor.parent.is_none());
                if starts_others
                    || (actor.role == Role::Helper) != serving
                    || run.is_some() != in_run
                {
                    continue;
                }
                // Each run begins with the same colour: its first worker looks like that of the run before.
                let turn = match run.and_then(|run| turns.get_mut(run.index())) {
                    Some(turn) => turn.get_or_insert(common),
                    None => &mut common,
                };
                if let Some(colours) = cycle.get(*turn % cycle.len().max(1)) {
                    *own = *colours;
                }
                *turn += 1;
            }
        }
        Self { colours: all, root, meta }
    }

    /// Number of actors.
    pub fn len(&self) -> usize {
        self.colours.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.colours.is_empty()
    }

    /// The actor's colours; grey for one the trace does not name.
    pub fn colours(&self, id: ActorId) -> ActorColours {
        self.colours.get(id.index()).copied().unwrap_or(self.root)
    }

    /// The characters that stand for the actor.
    pub fn badge(&self, id: ActorId) -> Cow<'a, str> {
        match self.meta.actors.get(id.index()) {
            Some(actor) => Cow::Borrowed(&actor.badge),
            None => Cow::Owned(id.0.to_string()),
        }
    }

    /// Whether the actor serves the others.
    pub fn is_helper(&self, id: ActorId) -> bool {
        self.meta.actor(id).is_some_and(|actor| actor.role == Role::Helper)
    }

    /// The actor's name.
    pub fn name(&self, id: ActorId) -> String {
        self.meta.actor_name(id)
    }
}

/// The section with a begin and an end that one is in, innermost: those of two such are not seen together.
fn run_of(meta: &Meta, section: Option<SectionId>) -> Option<SectionId> {
    let mut at = section;
    // As deep as sections are: those of an odd trace may be within each other.
    for _ in 0..meta.sections.len() {
        let id = at?;
        let section = meta.sections.get(id.index())?;
        if section.begins {
            return Some(id);
        }
        at = section.within;
    }
    None
}

/// Colours of the actor with this number among the coloured ones; `None` for an actor that only starts others.
pub fn colours(theme: &Theme, turn: Option<usize>) -> ActorColours {
    let ground = turn.map_or(theme.root_actor, |turn| {
        let (round, place) = (turn / theme.actors.len(), turn % theme.actors.len());
        let colour = theme.actors[place];
        if round % 2 == 0 { colour } else { colour.lerp_to_gamma(Color32::WHITE, 0.5) }
    });
    // Badge and strip are of one colour also where the actor's could hardly be seen.
    let ground = match super::theme::contrast(ground, theme.stage) < SEEN {
        true => ground.lerp_to_gamma(theme.text, 0.25),
        false => ground,
    };
    let edge = if super::theme::contrast(ground, theme.stage) < 3.0 {
        ground.lerp_to_gamma(theme.text, 0.45)
    } else {
        ground
    };
    ActorColours { ground, text: Theme::text_on(ground), edge }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Actor, ActorKind, Section};

    fn meta(parents: &[Option<u16>]) -> Meta {
        let actors = parents.iter().enumerate().map(|(i, parent)| Actor {
            name: format!("worker {i}"),
            badge: format!("W{i}"),
            kind: ActorKind::Thread,
            parent: parent.map(ActorId),
            ..Actor::default()
        });
        Meta { actors: actors.collect(), ..Meta::default() }
    }

    #[test]
    fn colours_go_round_and_the_root_is_grey() {
        let theme = Theme::light();
        let mut parents = vec![None];
        parents.extend(std::iter::repeat_n(Some(0), 17));
        let meta = meta(&parents);
        let actors = Actors::new(&theme, &meta);
        let ground = |i| actors.colours(ActorId(i)).ground;
        assert_eq!(ground(0), theme.root_actor);
        assert_eq!(ground(1), theme.actors[0]);
        assert_eq!(ground(2), theme.actors[1]);
        let all: std::collections::HashSet<_> = (1..=16).map(ground).collect();
        assert_eq!(all.len(), 16, "the second eight are not the first");
        assert_eq!(ground(17), theme.actors[0]);
        assert_eq!(ground(700), theme.root_actor);
        assert_eq!(actors.badge(ActorId(700)), "700");
    }

    #[test]
    fn the_colour_of_every_badge_is_seen_in_a_strip_without_an_edge() {
        for theme in [Theme::light(), Theme::dark()] {
            let all: Vec<_> = (0..16).map(|turn| colours(&theme, Some(turn)).ground).collect();
            for (turn, ground) in all.iter().enumerate() {
                assert!(super::super::theme::contrast(*ground, theme.stage) >= SEEN, "{turn}");
                assert!(!all[..turn].contains(ground), "{turn} is taken for another");
            }
        }
    }

    #[test]
    fn actors_without_any_parents_are_still_told_apart() {
        let theme = Theme::light();
        let meta = meta(&[None, None]);
        let actors = Actors::new(&theme, &meta);
        assert_ne!(actors.colours(ActorId(0)), actors.colours(ActorId(1)));
    }

    #[test]
    fn each_trial_begins_with_the_same_colour() {
        let theme = Theme::light();
        let mut meta = meta(&[None, Some(0), Some(0), Some(0), Some(0), Some(0)]);
        meta.sections =
            vec![Section::new("trial 1", 0).in_turn(), Section::new("trial 2", 1).in_turn()];
        for (actor, section) in [(2, 0), (3, 0), (4, 1), (5, 1)] {
            meta.actors[actor].section = Some(SectionId::from_index(section));
        }
        let actors = Actors::new(&theme, &meta);
        let ground = |i| actors.colours(ActorId(i)).ground;
        // Who is there all the time keeps a colour of its own.
        assert_eq!([1, 2, 3].map(ground), [0, 1, 2].map(|place| theme.actors[place]));
        assert_eq!([4, 5].map(ground), [2, 3].map(ground));
        // An odd trace: sections within each other.
        meta.sections[0] = Section {
            begins: false,
            within: Some(SectionId::from_index(0)),
            ..meta.sections[0].clone()
        };
        assert_eq!(Actors::new(&theme, &meta).len(), 6);
    }
}
