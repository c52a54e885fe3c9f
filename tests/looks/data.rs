//! Moments of what carries data.

use super::sheet::Moment;
use concurrency_lab::trace::{EventKind as K, Item, Resource, ResourceId, ResourceKind};

const R: ResourceId = ResourceId(0);
const GUARD: ResourceId = ResourceId(1);

fn items(range: std::ops::Range<i32>) -> Vec<Item> {
    range.map(Item::int).collect()
}

fn inserted(index: u32, item: i32) -> K {
    K::Inserted { res: R, index, item: Item::int(item) }
}

fn removed(index: u32, item: i32) -> K {
    K::Removed { res: R, index, item: Item::int(item) }
}

pub fn moments() -> Vec<Moment> {
    let mut moments = lists();
    moments.retain(|_| true);
    moments
}

fn list(title: &'static str, holds: std::ops::Range<i32>) -> Moment {
    let list = Resource::new("shared list", ResourceKind::List).with_initial(items(holds));
    Moment::new(title, "[]", &["adder 1", "adder 2", "remover 1"])
        .with(list.guarded_by(GUARD))
        .with(Resource::new("list lock", ResourceKind::Lock))
        .motion(100)
}

fn lists() -> Vec<Moment> {
    let acquired = K::Acquired { res: GUARD };
    let released = K::Released { res: GUARD };
    vec![
        list("list: going in", 13..17)
            .event(10, 2, acquired)
            .event(20, 2, inserted(4, 17))
            .now(60)
            .says("17")
            .says("4 items; adder 2 puts 17 at the end"),
        list("list: in its place, in hand", 13..17)
            .event(10, 2, acquired)
            .event(20, 2, inserted(4, 17))
            .now(160)
            .says("4 items; adder 2 puts 17 at the end"),
        list("list: in between", 13..17)
            .event(10, 2, acquired)
            .event(20, 2, inserted(1, 170_000))
            .now(50)
            .says("170000")
            .says("4 items; adder 2 puts 170000 in at [1]"),
        list("list: going out", 13..17)
            .event(10, 3, acquired)
            .event(20, 3, removed(0, 13))
            .now(90)
            .says("3 items; remover 1 takes 13 out"),
        list("list: released", 13..17)
            .event(10, 2, acquired)
            .event(20, 2, inserted(4, 17))
            .event(30, 2, released)
            .now(60)
            .says("17")
            .says("5 items · 1 added, 0 removed"),
        list("list: long", 0..95)
            .event(10, 2, acquired)
            .event(20, 2, inserted(95, 95))
            .now(50)
            .says("more …")
            .says("95 items; adder 2 puts 95 at the end"),
        list("list: long, out of its middle", 0..95)
            .event(10, 3, acquired)
            .event(20, 3, removed(50, 50))
            .now(90)
            .says("94 items; remover 1 takes 50 out"),
        list("list: empty", 0..0).now(60).says("empty"),
    ]
}
