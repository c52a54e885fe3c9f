//! One colour per actor, the same everywhere.

use super::theme::Theme;
use crate::trace::{ActorId, Meta, Role};
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

impl ActorColours {
    /// The colour of small marks without an edge: the actor's, unless that can hardly be seen on the stage.
    pub fn mark(&self, theme: &Theme) -> Color32 {
        match super::theme::contrast(self.ground, theme.stage) < 1.5 {
            true => self.edge,
            false => self.ground,
        }
    }
}

/// Names and colours of the actors of a trace.
///
/// An actor without a parent that is there to start others is grey; all others get the eight colours in turn, then the same
/// paler: those at work in the order of their ids, then those that serve them.
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
        let mut turns = cycle.iter().cycle();
        // Those at work first: whoever serves them takes none of their colours away.
        for serving in [false, true] {
            for (actor, own) in meta.actors.iter().zip(&mut all) {
                let starts_others = actor.role == Role::Main || (!flat && actor.parent.is_none());
                if !starts_others
                    && (actor.role == Role::Helper) == serving
                    && let Some(next) = turns.next()
                {
                    *own = *next;
                }
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

/// Colours of the actor with this number among the coloured ones; `None` for an actor that only starts others.
pub fn colours(theme: &Theme, turn: Option<usize>) -> ActorColours {
    let ground = turn.map_or(theme.root_actor, |turn| {
        let (round, place) = (turn / theme.actors.len(), turn % theme.actors.len());
        let colour = theme.actors[place];
        if round % 2 == 0 { colour } else { colour.lerp_to_gamma(Color32::WHITE, 0.5) }
    });
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
    use crate::trace::{Actor, ActorKind};

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
    fn actors_without_any_parents_are_still_told_apart() {
        let theme = Theme::light();
        let meta = meta(&[None, None]);
        let actors = Actors::new(&theme, &meta);
        assert_ne!(actors.colours(ActorId(0)), actors.colours(ActorId(1)));
    }
}
