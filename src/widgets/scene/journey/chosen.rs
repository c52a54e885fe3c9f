//! Which journeys of a run are shown, and in which order.

use crate::replay::{Course, Journey};
use crate::trace::{ActorId, ExceptionId, Meta, SectionId};
use crate::widgets::resource::Look;

/// What one strip is about.
pub enum Shown<'a> {
    /// One exception.
    One(&'a Journey),
    /// Exceptions of one actor, each handled by itself before the next one: attempts, say. There is at least one.
    Series(Vec<&'a Journey>),
}

impl<'a> Shown<'a> {
    /// The journey that what is left behind is told of.
    pub fn last(&self) -> Option<&'a Journey> {
        match self {
            Self::One(journey) => Some(journey),
            Self::Series(all) => all.last().copied(),
        }
    }

    /// The part of the run that it belongs to.
    pub fn section(&self, meta: &Meta) -> Option<SectionId> {
        section(meta, self.last()?)
    }
}

/// The part of the run that an exception belongs to: that of the pool whose task it ended, or of who raised it.
fn section(meta: &Meta, journey: &Journey) -> Option<SectionId> {
    let pool = journey.tasks.first().and_then(|(pool, _)| meta.resource(*pool)?.section);
    pool.or_else(|| meta.section_of(journey.stops.first()?.actor))
}

/// Which of all are shown, in the order of the sections that the scene has, and in these in the order they were raised.
pub fn chosen<'a>(
    look: &Look<'_>,
    all: &[&'a Journey],
    selected: Option<ActorId>,
    most: usize,
) -> Vec<Shown<'a>> {
    let latest = &look.replay.latest().journeys;
    let had = |id: ExceptionId| {
        let stops = latest.get(id).map_or(&[][..], |journey| &journey.stops);
        selected.is_some_and(|who| stops.iter().any(|stop| stop.actor == who))
    };
    let is_unheard = |id: ExceptionId| {
        let last = latest.get(id).and_then(|journey| journey.stops.last());
        last.is_none_or(|stop| !matches!(stop.course, Course::Caught | Course::Asked))
    };
    let mut order: Vec<usize> = (0..all.len()).collect();
    let count = all.len();
    order.sort_by_key(|place| {
        let id = all[*place].id;
        let recent = count - place;
        let left = latest.get(id).is_some_and(|journey| !journey.locks.is_empty());
        match (had(id), is_unheard(id)) {
            (true, _) => (0, recent),
            (false, true) if left => (1, *place),
            (false, true) => (2, *place),
            (false, false) => (3, recent),
        }
    });
    // Others stand beside it only where nobody handled them either, or asked for them: one is read best.
    let others = order.iter().skip(1).filter(|place| is_unheard(all[**place].id));
    let mut places: Vec<usize> =
        order.first().into_iter().chain(others).copied().take(most).collect();
    if let [one] = places[..]
        && let Some(series) = series(look, all, all[one])
    {
        return vec![series];
    }
    places.sort_unstable_by_key(|place| (section(look.meta, all[*place]), *place));
    places.into_iter().map(|place| Shown::One(all[place])).collect()
}

/// The exceptions that one is among, where its actor handled several in turn.
fn series<'a>(look: &Look<'_>, all: &[&'a Journey], one: &Journey) -> Option<Shown<'a>> {
    let who = handled_at_once(look, one)?;
    if in_series(look, who) < 2 {
        return None;
    }
    let mine = all.iter().copied().filter(|journey| handled_at_once(look, journey) == Some(who));
    Some(Shown::Series(mine.collect()))
}

/// Of how many exceptions of the whole run the series of an actor is.
pub fn in_series(look: &Look<'_>, who: ActorId) -> usize {
    let all = look.replay.latest().journeys.kept.iter();
    all.filter(|journey| handled_at_once(look, journey) == Some(who)).count()
}

/// Who raised an exception and handled it, with nothing between.
fn handled_at_once(look: &Look<'_>, journey: &Journey) -> Option<ActorId> {
    let latest = look.replay.latest().journeys.get(journey.id)?;
    match latest.stops[..] {
        [first, last] if (first.course, last.course) == (Course::Raised, Course::Caught) => {
            (first.actor == last.actor).then_some(first.actor)
        }
        _ => None,
    }
}
