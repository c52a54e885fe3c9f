//! A short list of whole numbers as a parameter: `2 4 8`, `1-5`, `1-2×cores`.

use serde::{Serialize, Serializer};
use std::fmt;

/// A short list of whole numbers. What depends on the machine (`cores`) stays open until [`Ints::resolve`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ints(Vec<Piece>);

/// A number, or all from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    from: Bound,
    to: Option<Bound>,
}

/// One end of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    Number(i64),
    /// So many times the cores of the machine.
    Cores(i64),
}

impl Bound {
    fn parse(text: &str) -> Option<Self> {
        let Some(factor) = text.strip_suffix("cores") else {
            return text.parse().ok().map(Self::Number);
        };
        let factor = factor.trim_end_matches(['×', 'x', '*']);
        match factor {
            "" => Some(Self::Cores(1)),
            factor => factor.parse().ok().filter(|f| *f > 0).map(Self::Cores),
        }
    }

    fn number(self, cores: i64) -> i64 {
        match self {
            Self::Number(number) => number,
            Self::Cores(factor) => factor.saturating_mul(cores),
        }
    }

    fn known(self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Cores(_) => None,
        }
    }

    fn python(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Cores(1) => "os.cpu_count()".to_owned(),
            Self::Cores(factor) => format!("{factor} * os.cpu_count()"),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Cores(1) => f.write_str("cores"),
            Self::Cores(factor) => write!(f, "{factor}×cores"),
        }
    }
}

impl Ints {
    /// Reads a list whose numbers lie in `min..=max` and are at most `most`; `None` where the text is none. Numbers are
    /// separated by spaces or commas; `1-5` are all from 1 to 5, and `2×cores` (or `2xcores`) depends on the machine.
    pub fn parse(text: &str, min: i64, max: i64, most: usize) -> Option<Self> {
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        let pieces: Option<Vec<Piece>> = words
            .map(|word| match word.split_once(['-', '–']) {
                Some((from, to)) => {
                    Some(Piece { from: Bound::parse(from)?, to: Some(Bound::parse(to)?) })
                }
                None => Some(Piece { from: Bound::parse(word)?, to: None }),
            })
            .collect();
        let list = Self(pieces?);
        let bounds = list.0.iter().flat_map(|p| [Some(p.from), p.to]).flatten();
        let mut known = bounds.filter_map(Bound::known);
        let rising = |p: &Piece| match (p.from.known(), p.to.and_then(Bound::known)) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        let fits = known.all(|number| (min..=max).contains(&number))
            && list.0.iter().all(rising)
            && !list.0.is_empty()
            && list.0.len() <= most;
        // Only now: ranges are known to be small.
        (fits && list.fixed().is_none_or(|all| all.len() <= most)).then_some(list)
    }

    /// The numbers, rising and each once. Those out of range become the nearest that is in it; where a range that depends
    /// on the machine gives more than `most`, evenly spread ones stay, with the first and the last.
    pub fn resolve(&self, cores: usize, min: i64, max: i64, most: usize) -> Vec<i64> {
        let cores = i64::try_from(cores).unwrap_or(max);
        let all = sorted(self.0.iter().flat_map(|piece| {
            let from = piece.from.number(cores).clamp(min, max);
            let to = piece.to.map_or(from, |to| to.number(cores));
            from..=to.clamp(from, max)
        }));
        if all.len() <= most || most < 2 {
            return all;
        }
        (0..most).map(|i| all[i * (all.len() - 1) / (most - 1)]).collect()
    }

    /// The numbers, where they do not depend on the machine.
    pub fn fixed(&self) -> Option<Vec<i64>> {
        let pieces: Option<Vec<_>> = self
            .0
            .iter()
            .map(|piece| {
                let from = piece.from.known()?;
                Some(from..=piece.to.map_or(Some(from), Bound::known)?)
            })
            .collect();
        Some(sorted(pieces?.into_iter().flatten()))
    }

    /// As Python writes it.
    pub(super) fn python(&self) -> String {
        let pieces: Vec<String> = match self.fixed() {
            Some(all) => all.iter().map(i64::to_string).collect(),
            None => (self.0.iter())
                .map(|piece| match piece.to {
                    Some(to) => format!("*range({}, {} + 1)", piece.from.python(), to.python()),
                    None => piece.from.python(),
                })
                .collect(),
        };
        format!("[{}]", pieces.join(", "))
    }
}

fn sorted(numbers: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut numbers: Vec<i64> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

impl fmt::Display for Ints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, piece) in self.0.iter().enumerate() {
            let gap = if place > 0 { " " } else { "" };
            match piece.to {
                Some(to) => write!(f, "{gap}{}-{to}", piece.from)?,
                None => write!(f, "{gap}{}", piece.from)?,
            }
        }
        Ok(())
    }
}

/// The numbers; as it is written where they depend on the machine.
impl Serialize for Ints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.fixed() {
            Some(all) => all.serialize(serializer),
            None => serializer.collect_str(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ints;

    fn parse(text: &str) -> Option<Ints> {
        Ints::parse(text, 1, 64, 10)
    }

    #[test]
    fn reads_numbers_ranges_and_cores() {
        for (text, shown, two, eight) in [
            ("2 4 8", "2 4 8", vec![2, 4, 8], vec![2, 4, 8]),
            ("8,2, 4,2", "8 2 4 2", vec![2, 4, 8], vec![2, 4, 8]),
            ("1-5", "1-5", vec![1, 2, 3, 4, 5], vec![1, 2, 3, 4, 5]),
            ("1 cores", "1 cores", vec![1, 2], vec![1, 8]),
            ("1-2xcores", "1-2×cores", vec![1, 2, 3, 4], vec![1, 2, 4, 6, 7, 9, 11, 12, 14, 16]),
            ("64-cores", "64-cores", vec![64], vec![64]),
        ] {
            let list = parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(list.to_string(), shown);
            assert_eq!(parse(shown).as_ref(), Some(&list));
            assert_eq!(list.resolve(2, 1, 64, 10), two, "{text}");
            assert_eq!(list.resolve(8, 1, 64, 10), eight, "{text}");
        }
        let many = parse("1-2×cores").map(|list| list.resolve(500, 1, 64, 10));
        assert_eq!(many.map(|m| (m.len(), m[0], m[9])), Some((10, 1, 64)));
    }

    #[test]
    fn refuses_what_is_no_list() {
        for text in ["", "x", "0", "65", "5-1", "1-64", "2;4", "-3", "1-", "0cores", "1-9999999999"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn is_written_for_python_and_json() {
        let list = |text| parse(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(list("2 4 8").python(), "[2, 4, 8]");
        assert_eq!(list("1-3").python(), "[1, 2, 3]");
        assert_eq!(list("1-2×cores").python(), "[*range(1, 2 * os.cpu_count() + 1)]");
        let json = |text| serde_json::to_string(&list(text)).unwrap_or_default();
        assert_eq!(json("1-3"), "[1,2,3]");
        assert_eq!(json("1-2×cores"), "\"1-2×cores\"");
    }
}
