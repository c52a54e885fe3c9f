//! The widgets in use: clicked, dragged and scrolled, and found by their accessible names.
#![allow(clippy::unwrap_used)]

mod common;

use concurrency_lab::replay::{Lane, Lanes, Marks, Note, OwnerSpan, Phase, Span, Track};
use concurrency_lab::trace::{
    Actor, ActorId, Item, Meta, Nanos, Resource, ResourceId, ResourceKind, Section, SectionId,
};
use concurrency_lab::widgets::actors::Actors;
use concurrency_lab::widgets::code::{self, CodeLine, Listing, tokens::Language};
use concurrency_lab::widgets::picture::Picture;
use concurrency_lab::widgets::selection::Selection;
use concurrency_lab::widgets::stage::StageAction;
use concurrency_lab::widgets::theme::{self, Theme};
use concurrency_lab::widgets::timeline::{Timeline, TimelineAction, TimelineInput, TimelineView};
use concurrency_lab::widgets::{badge, fonts, stat};
use egui::accesskit::Role;
use egui::{Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, pos2, vec2};
use egui_kittest::{Harness, kittest::Queryable};

const END: Nanos = Nanos(1_000_000);

fn meta() -> Meta {
    Meta {
        actors: vec![
            Actor::thread("main", "M"),
            Actor::thread("adder 1", "A1").started_by(ActorId(0)),
            Actor::thread("remover 1", "R1").started_by(ActorId(0)),
        ],
        resources: vec![Resource::new("list lock", ResourceKind::Lock)],
        ..Meta::default()
    }
}

/// The adder holds the lock from 200 to 600 µs, the remover waits for it from 400 to 600 µs.
fn lanes() -> Lanes {
    let span = |start: u64, event, phase| Span {
        start: Nanos(start * 1_000),
        event,
        phase,
        res: Some(ResourceId(0)),
        note: Note::Put(Item::int(17)),
        quiet: false,
    };
    let lane = |spans| Lane::of(spans);
    Lanes {
        actors: vec![
            lane(vec![span(0, 0, Phase::Waiting)]),
            lane(vec![
                span(0, 1, Phase::Running),
                span(200, 3, Phase::Holding),
                span(600, 5, Phase::Done),
            ]),
            lane(vec![span(400, 4, Phase::Waiting), span(600, 6, Phase::Holding)]),
        ],
        resources: vec![Track {
            owners: vec![OwnerSpan { start: Nanos(200_000), owner: Some(ActorId(1)) }],
            ..Track::default()
        }],
    }
}

#[derive(Default)]
struct Shown {
    view: TimelineView,
    section: Option<SectionId>,
    actions: Vec<TimelineAction>,
}

fn timeline() -> Harness<'static, Shown> {
    timeline_of([900.0, 300.0], meta(), lanes(), Nanos(100_000))
}

/// A timeline in a window, with the event selected at which the first thread acquires the lock.
fn timeline_of(size: [f32; 2], meta: Meta, lanes: Lanes, cursor: Nanos) -> Harness<'static, Shown> {
    let mut harness = common::builder(size).build_ui_state(
        move |ui, shown: &mut Shown| {
            let input = TimelineInput {
                meta: &meta,
                lanes: &lanes,
                marks: &Marks::default(),
                revision: (0, 0),
                rows: None,
                end: END,
                cursor,
                pace: None,
                section: shown.section,
                selection: Selection::None,
                selected_event: Some((ActorId(1), Nanos(200_000))),
                describe: &|event| format!("event {event}"),
                detail: &|actor| format!("tid {}", actor.0),
            };
            let actions = Timeline::show(ui, &mut shown.view, &input);
            shown.actions.extend(actions);
        },
        Shown::default(),
    );
    harness.run();
    harness
}

/// A point at a time, at the height of an actor's name.
fn at(harness: &Harness<'_, Shown>, name: &str, micros: f32) -> Pos2 {
    let label = harness.get_by_role_and_label(Role::Button, name).rect();
    // Between the names and the margin at the right.
    let whole = harness.get_by_label("timeline").rect();
    let (left, right) = (label.right(), whole.right() - 12.0);
    pos2(left + micros / 1_000.0 * (right - left), label.center().y)
}

fn click(harness: &mut Harness<'_, Shown>, pos: Pos2) {
    harness.state_mut().actions.clear();
    for pressed in [true, false] {
        harness.event(Event::PointerMoved(pos));
        harness.event(Event::PointerButton {
            pos,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    harness.run();
}

fn wheel(harness: &mut Harness<'_, Shown>, pos: Pos2, delta: egui::Vec2) {
    harness.event(Event::PointerMoved(pos));
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: Modifiers::NONE,
    });
    harness.run();
}

#[test]
fn an_owner_keeps_its_colour_however_short_it_owns() {
    // Eight threads own the lock in turn, for 4 µs of 1 ms each.
    let child =
        |i: u16| Actor::thread(format!("thread {i}"), format!("T{i}")).started_by(ActorId(0));
    let actors = std::iter::once(Actor::thread("main", "M")).chain((1..=8).map(child));
    let meta = Meta { actors: actors.collect(), ..meta() };
    let owner = |i: u16| {
        let start = Nanos(u64::from(i) * 100_000);
        let free = Nanos(start.0 + 4_000);
        [OwnerSpan { start, owner: Some(ActorId(i)) }, OwnerSpan { start: free, owner: None }]
    };
    let track = Track { owners: (1..=8).flat_map(owner).collect(), ..Track::default() };
    let lanes = Lanes { actors: vec![Lane::default(); 9], resources: vec![track] };
    let mut harness = timeline_of([1024.0, 400.0], meta, lanes, Nanos::ZERO);
    let image = harness.render().unwrap();
    for (i, colour) in Theme::light().actors.into_iter().enumerate() {
        let middle = at(&harness, "list lock, owner", (i + 1) as f32 * 100.0 + 2.0);
        let pixel = image.get_pixel(middle.x as u32, middle.y as u32);
        assert_eq!(pixel.0, colour.to_array(), "owner {}", i + 1);
    }
}

#[test]
fn the_timeline_is_found_by_name_and_says_where_the_cursor_is() {
    let harness = timeline();
    let node = harness.get_by_label("timeline");
    assert_eq!(node.value(), Some("100 µs of 1.00 ms".to_owned()));
    for name in ["main", "adder 1", "remover 1", "list lock, owner"] {
        harness.get_by_label(name);
    }
}

#[test]
fn a_name_selects_and_a_span_selects_its_nearest_event() {
    let mut harness = timeline();
    harness.get_by_label("adder 1").click();
    harness.run();
    let picked = |s| vec![TimelineAction::Select(s)];
    assert_eq!(harness.state().actions, picked(Selection::Actor(ActorId(1))));
    for (name, micros, expected) in [
        ("adder 1", 250.0, Selection::Event(3)),
        ("adder 1", 550.0, Selection::Event(5)),
        ("remover 1", 420.0, Selection::Event(4)),
        // Not started yet, and ended: nothing is drawn there.
        ("remover 1", 50.0, Selection::Actor(ActorId(2))),
        ("adder 1", 900.0, Selection::Actor(ActorId(1))),
        ("list lock, owner", 500.0, Selection::Resource(ResourceId(0))),
    ] {
        let pos = at(&harness, name, micros);
        click(&mut harness, pos);
        // Far apart in time, so that two clicks are no double click.
        harness.run_steps(60);
        assert_eq!(harness.state().actions, picked(expected), "{name} at {micros}");
    }
}

#[test]
fn the_axis_scrubs_by_click_and_the_cursor_by_dragging() {
    let mut harness = timeline();
    let top = harness.get_by_label("timeline").rect().top();
    let x = at(&harness, "main", 750.0).x;
    click(&mut harness, pos2(x, top + 6.0));
    let TimelineAction::Scrub(t) = harness.state().actions[0] else {
        panic!("a scrub expected");
    };
    assert!(t.0.abs_diff(750_000) < 2_000, "{t}");

    harness.state_mut().actions.clear();
    let from = at(&harness, "remover 1", 100.0);
    let to = at(&harness, "remover 1", 300.0);
    harness.drag_at(from);
    harness.run();
    harness.hover_at(to);
    harness.run();
    harness.drop_at(to);
    harness.run();
    let last = harness.state().actions.last();
    let Some(&TimelineAction::Scrub(t)) = last else {
        panic!("a scrub expected, not {last:?}");
    };
    assert!(t.0.abs_diff(300_000) < 2_000, "{t}");
    assert!(harness.state().view.is_fit(), "scrubbing does not pan");
}

#[test]
fn the_wheel_zooms_about_the_pointer_and_pans_sideways() {
    let mut harness = timeline();
    let pos = at(&harness, "adder 1", 250.0);
    wheel(&mut harness, pos, vec2(0.0, 200.0));
    let (start, span) = harness.state().view.window(END);
    assert!(span < 0.6 * 1e6, "{span}");
    let under = start + 0.25 * span;
    assert!((under - 250_000.0).abs() < 2_000.0, "{under}");
    wheel(&mut harness, pos, vec2(-100.0, 0.0));
    let (later, same) = harness.state().view.window(END);
    assert!(later > start && (same - span).abs() < 1.0);
}

#[test]
fn lanes_follow_the_section_of_the_cursor_until_somebody_scrolls_them() {
    let ways = [0, 1].map(SectionId);
    let threads = ways.into_iter().flat_map(|way| {
        let name = move |i| format!("{}.{i}", ["first", "second"][way.0 as usize]);
        (0..20).map(move |i| Actor::thread(name(i), "T").in_section(Some(way)))
    });
    let sections = ["first", "second"].map(|name| Section::new(name, 0).in_turn());
    let meta = Meta { actors: threads.collect(), sections: sections.to_vec(), ..Meta::default() };
    let lanes = Lanes { actors: vec![Lane::default(); 40], resources: Vec::new() };
    let mut harness = timeline_of([900.0, 300.0], meta, lanes, Nanos::ZERO);
    let show = |harness: &mut Harness<'static, Shown>, section: usize| {
        harness.state_mut().section = Some(ways[section]);
        harness.run();
        let seen = ["first.0", "second.0"].map(|name| harness.query_by_label(name).is_some());
        assert_ne!(seen[0], seen[1], "there is room for one of them");
        seen[1]
    };
    assert!(!show(&mut harness, 0));
    assert!(show(&mut harness, 1));
    assert!(!show(&mut harness, 0));
    assert!(show(&mut harness, 1));
    let inside = at(&harness, "second.0", 500.0);
    wheel(&mut harness, inside, vec2(0.0, 2_000.0));
    assert!(!show(&mut harness, 1), "the user is at the top");
    assert!(!show(&mut harness, 0) && !show(&mut harness, 1));
    harness.state_mut().view.fit();
    assert!(show(&mut harness, 1), "all is shown as at first");
}

#[test]
fn a_double_click_zooms_to_the_span_and_dragging_pans() {
    let mut harness = timeline();
    let pos = at(&harness, "adder 1", 400.0);
    click(&mut harness, pos);
    click(&mut harness, pos);
    let (start, span) = harness.state().view.window(END);
    assert!((start - 160_000.0).abs() < 1.0 && (span - 480_000.0).abs() < 1.0);
    let from = at(&harness, "remover 1", 600.0);
    harness.drag_at(from);
    harness.run();
    harness.hover_at(from - vec2(80.0, 0.0));
    harness.run();
    harness.drop_at(from - vec2(80.0, 0.0));
    harness.run();
    assert!(harness.state().view.window(END).0 > start + 10_000.0);
}

#[test]
fn spots_of_a_picture_are_clicked_by_their_names() {
    let meta = meta();
    let mut harness = common::builder([700.0, 400.0]).build_ui_state(
        move |ui, (selection, done): &mut (Selection, Vec<StageAction>)| {
            let theme = Theme::of(ui);
            let actors = Actors::new(theme, &meta);
            let mut picture = Picture::default();
            for i in [1_u16, 2] {
                let at = pos2(10.0, 60.0 * f32::from(i));
                let rect = Rect::from_min_size(at, vec2(200.0, 50.0));
                picture.badge(rect.with_max_x(60.0), ActorId(i));
                let name = &meta.actors[usize::from(i)].name;
                picture.spot(rect, 4.0, Selection::Actor(ActorId(i)), name);
            }
            let rect = Rect::from_min_size(pos2(250.0, 10.0), vec2(90.0, 90.0));
            picture.spot(rect, 4.0, Selection::Resource(ResourceId(0)), "list lock: free");
            picture.hint(rect.translate(vec2(0.0, 120.0)), "only to be read");
            for action in picture.show(ui, "test", &actors, *selection) {
                if let StageAction::Select(selected) = action {
                    *selection = selected;
                }
                done.push(action);
            }
            if badge::button(ui, 20.0, "M", "main", actors.colours(ActorId(0))).clicked() {
                done.push(StageAction::Select(Selection::Actor(ActorId(0))));
            }
        },
        (Selection::None, Vec::new()),
    );
    // What is selected already is let go.
    for name in ["adder 1", "list lock: free", "list lock: free", "main"] {
        harness.get_by_label(name).click();
        harness.run();
    }
    assert!(harness.query_by_label("only to be read").is_some());
    let selections = [
        Selection::Actor(ActorId(1)),
        Selection::Resource(ResourceId(0)),
        Selection::None,
        Selection::Actor(ActorId(0)),
    ];
    assert_eq!(harness.state().1, selections.map(StageAction::Select));
}

#[test]
fn code_follows_the_line_and_can_be_read_by_others() {
    let meta = meta();
    let listing: String = (1..=100).map(|i| format!("line_{i} = {i}\n")).collect();
    let lines = CodeLine::all(&listing);
    let mut harness = common::builder([300.0, 200.0]).build_ui_state(
        move |ui, follow: &mut Option<u32>| {
            let actors = Actors::new(Theme::of(ui), &meta);
            let marks = [(90, vec![ActorId(1), ActorId(2)])];
            let listing = Listing {
                id: "python",
                lines: &lines,
                language: Language::Python,
                marks: &marks,
                actors: &actors,
                follow: *follow,
            };
            code::show(ui, &listing);
        },
        None,
    );
    harness.run();
    harness.get_by_label("line_1 = 1");
    assert!(harness.query_by_label("line_90 = 90").is_none());
    *harness.state_mut() = Some(90);
    harness.run_steps(60);
    harness.get_by_label("line_90 = 90");
    assert!(harness.query_by_label("line_1 = 1").is_none());
}

#[test]
fn both_themes_work_and_missing_weights_are_made_up_for() {
    fn plain(ctx: &egui::Context) {
        let mut fonts = fonts::definitions();
        fonts.families.remove(&fonts::medium());
        fonts.families.remove(&fonts::semibold());
        ctx.set_fonts(fonts);
    }
    fn full(ctx: &egui::Context) {
        fonts::install(ctx);
        theme::apply(ctx);
    }
    for (theme, setup) in [
        (egui::Theme::Light, plain as fn(&egui::Context)),
        (egui::Theme::Dark, plain),
        (egui::Theme::Light, full),
        (egui::Theme::Dark, full),
    ] {
        let builder = Harness::builder().with_theme(theme);
        let mut harness = builder.with_context_setup(setup).build_ui(move |ui| {
            assert_eq!(Theme::of(ui).dark, theme == egui::Theme::Dark);
            assert_eq!(Theme::get(ui.ctx()), Theme::of(ui));
            let sentence = stat::Sentence {
                badge: None,
                title: "Why is remover 1 waiting?",
                text: "It wants list lock.",
                growth: 1.0,
            };
            let short = stat::sentence(ui, &sentence).rect.height();
            let text = "It wants list lock. ".repeat(30);
            let long = stat::Sentence { text: &text, ..sentence };
            assert!(stat::sentence(ui, &long).rect.height() > short);
            stat::rows(ui, [("holder", "adder 2".to_owned())]);
        });
        harness.run();
        harness.get_by_label("adder 2");
    }
}

#[test]
fn at_most_three_badges_share_a_line() {
    assert_eq!(code::faces(0), (0, 0));
    assert_eq!(code::faces(3), (3, 0));
    assert_eq!(code::faces(5), (3, 2));
}
