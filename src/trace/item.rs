//! Values that travel through queues, lists and variables, in eight bytes.

use super::TextId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A whole number, a text of the trace, or nothing.
///
/// Eight bytes, because a trace holds millions: the lowest bit says whether the other 63 are a number or the
/// number of a text plus one (zero: nothing). Aligned to four bytes, so that a struct with an item and a smaller field
/// needs no padding.
#[repr(Rust, packed(4))]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Item(u64);

/// What an [`Item`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemView {
    /// A whole number.
    Int(i64),
    /// A text of the trace.
    Text(TextId),
    /// Nothing (Python's `None`).
    Nothing,
}

impl Item {
    /// Nothing (Python's `None`).
    pub const NOTHING: Self = Self(1);

    /// A whole number of up to 63 bits; `None` for one that does not fit (keep it as a text).
    pub fn try_int(value: i64) -> Option<Self> {
        let shifted = value << 1;
        (shifted >> 1 == value).then_some(Self(shifted as u64))
    }

    /// A whole number; nothing in place of one of more than 63 bits.
    pub fn of(value: i64) -> Self {
        Self::try_int(value).unwrap_or(Self::NOTHING)
    }

    /// A number that fits in 32 bits, so always in an item.
    pub fn int(value: i32) -> Self {
        Self((i64::from(value) << 1) as u64)
    }

    /// A text of the trace.
    pub fn text(id: TextId) -> Self {
        Self(((u64::from(id.0) + 1) << 1) | 1)
    }

    /// The arguments of a message that has no more than two; nothing in the place of those that it does not have.
    pub fn args<const N: usize>(given: [Self; N]) -> [Self; 2] {
        const { assert!(N <= 2, "a message has two arguments at most") };
        std::array::from_fn(|place| given.get(place).copied().unwrap_or(Self::NOTHING))
    }

    /// The content of the item.
    pub fn view(self) -> ItemView {
        if self.0 & 1 == 0 {
            return ItemView::Int(self.0 as i64 >> 1);
        }
        match self.0 >> 1 {
            0 => ItemView::Nothing,
            id => ItemView::Text(TextId((id - 1) as u32)),
        }
    }

    /// The number, where the item holds one.
    pub fn as_int(self) -> Option<i64> {
        match self.view() {
            ItemView::Int(value) => Some(value),
            _ => None,
        }
    }
}

// By hand, for the derived code would borrow the unaligned field.
impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self)
    }
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.view().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, ItemView};
    use crate::trace::TextId;

    #[test]
    fn holds_what_was_put_in() {
        for value in [0, 1, -1, 42, i64::MAX >> 1, i64::MIN >> 1] {
            let item = Item::try_int(value).map(Item::view);
            assert_eq!(item, Some(ItemView::Int(value)));
        }
        assert_eq!(Item::try_int(i64::MAX), None);
        assert_eq!(Item::try_int(i64::MIN), None);
        assert_eq!([Item::of(7), Item::of(i64::MAX)], [Item::int(7), Item::NOTHING]);
        assert_eq!(Item::int(i32::MIN).as_int(), Some(i64::from(i32::MIN)));
        for id in [0, 7, u32::MAX] {
            assert_eq!(Item::text(TextId(id)).view(), ItemView::Text(TextId(id)));
        }
        assert_eq!(Item::NOTHING.view(), ItemView::Nothing);
        let [one, two] = [Item::int(1), Item::int(2)];
        assert_eq!(Item::args([]), [Item::NOTHING; 2]);
        assert_eq!([Item::args([one]), Item::args([one, two])], [[one, Item::NOTHING], [one, two]]);
    }

    #[test]
    fn is_written_as_one_number() -> Result<(), serde_json::Error> {
        let json = serde_json::to_string(&[Item::int(-3), Item::NOTHING])?;
        let back: [Item; 2] = serde_json::from_str(&json)?;
        assert_eq!(back, [Item::int(-3), Item::NOTHING]);
        Ok(())
    }
}
