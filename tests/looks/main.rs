//! The looks of resources: what they say, and that they keep to their areas.
//!
//! `LOOKS_SHEET=/tmp/looks.png cargo test --test looks sheet` draws all of them, in the light theme there and in the dark
//! one in `/tmp/looks-dark.png`; `LOOKS_ONLY=lock` only those whose title begins so.
#![allow(clippy::unwrap_used)]

mod data;
mod names;
mod odd;
mod sheet;
mod sync;

use sheet::{Moment, SIZES};

fn moments() -> Vec<Moment> {
    let mut moments = sync::moments();
    moments.extend(data::moments());
    moments
}

#[test]
fn every_size_of_every_look_draws_something_that_can_be_clicked() {
    for moment in moments() {
        moment.with_fonts(|at| {
            for size in SIZES {
                let picture = sheet::picture(at, size);
                assert!(!picture.marks.is_empty(), "{} in {size:?}", moment.title);
                let name = format!("{}: ", at.name());
                let named = picture.spots.iter().any(|spot| spot.name.starts_with(&name));
                assert!(named, "{} in {size:?}: {:?}", moment.title, picture.spots);
            }
        });
    }
}

#[test]
fn the_room_asked_for_is_enough_to_say_all() {
    for moment in moments() {
        moment.with_fonts(|at| {
            let picture = sheet::picture(at, concurrency_lab::widgets::resource::Size::Full);
            for says in &moment.says {
                let said = picture.texts().any(|text| text.contains(says));
                let texts: Vec<_> = picture.texts().collect();
                assert!(said, "{} does not say {says:?} but {texts:#?}", moment.title);
            }
            let cut = sheet::cut(&picture, at);
            assert!(cut.is_empty(), "{} cuts {cut:#?}", moment.title);
        });
    }
}

#[test]
fn the_room_asked_for_does_not_change_while_the_run_goes_on() {
    for moment in moments() {
        let rooms = moment.rooms();
        assert!(rooms.windows(2).all(|two| two[0] == two[1]), "{}: {rooms:?}", moment.title);
    }
}

#[test]
fn nothing_leaves_its_area_and_nothing_covers_anything_else() {
    for moment in moments() {
        moment.with_fonts(|at| {
            for area in sheet::areas() {
                for size in SIZES {
                    let picture = concurrency_lab::widgets::resource::layout(at, size, area);
                    let wrong = sheet::faults(&picture, area, at);
                    let (title, wanted) = (moment.title, area.size());
                    assert!(wrong.is_empty(), "{title}, {size:?} in {wanted:?}: {wrong:#?}");
                }
            }
        });
    }
}

#[test]
fn the_sheet() {
    if let Some(path) = std::env::var_os("LOOKS_SHEET") {
        let only = std::env::var("LOOKS_ONLY").unwrap_or_default();
        let mut moments = moments();
        moments.retain(|moment| moment.title.starts_with(&only));
        sheet::draw(&moments, path.as_ref());
    }
}
