//! Orders as numbers: each order of some things has a number, by which a guess at it is kept and compared.

/// The number of an order: that of its place in the list of all orders of as many things.
pub fn rank(order: &[usize]) -> usize {
    let mut left: Vec<usize> = (0..order.len()).collect();
    order.iter().fold(0, |rank, thing| {
        let place = left.iter().position(|other| other == thing).unwrap_or(0);
        let of = left.len();
        if place < of {
            left.remove(place);
        }
        rank * of + place
    })
}

/// The order of so many things that has a number; the last one for a number too large.
pub fn of_rank(rank: usize, things: usize) -> Vec<usize> {
    let (mut places, mut rest) = (Vec::new(), rank.min(count(things) - 1));
    for of in 1..=things {
        places.push(rest % of);
        rest /= of;
    }
    let mut left: Vec<usize> = (0..things).collect();
    places.into_iter().rev().map(|place| left.remove(place)).collect()
}

/// How many orders of so many things there are.
pub fn count(things: usize) -> usize {
    (1..=things).product()
}

/// The letter of a thing.
pub fn letter(thing: usize) -> char {
    ('A'..='Z').nth(thing).unwrap_or('?')
}

/// An order in letters: "B, A, C".
pub fn letters(order: &[usize]) -> String {
    let letters: Vec<String> = order.iter().map(|thing| letter(*thing).to_string()).collect();
    letters.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_order_has_a_number_of_its_own() {
        for things in 1..=5 {
            let all: std::collections::BTreeSet<_> =
                (0..count(things)).map(|rank| of_rank(rank, things)).collect();
            assert_eq!(all.len(), count(things));
            for (place, order) in all.iter().enumerate() {
                assert_eq!((rank(order), of_rank(place, things)), (place, order.clone()));
            }
        }
        assert_eq!(letters(&of_rank(usize::MAX, 3)), "C, B, A");
    }
}
