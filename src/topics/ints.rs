//! A short list of whole numbers as a parameter: `2 4 8`, `1-5`, `1-2×cores`.

use serde::{Serialize, Serializer};
use std::fmt;
use std::ops::RangeInclusive;

/// A short list of whole numbers, as it was written. What depends on the machine (`cores`) stays open until
/// [`Ints::resolve`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ints(String);

/// The value of one end of a range on a machine with `cores` cores: `4`, `cores`, `2×cores`.
fn number(text: &str, cores: i64) -> Option<i64> {
    let Some(factor) = text.strip_suffix("cores") else { return text.parse().ok() };
    let factor = factor.trim_end_matches('×');
    let factor = if factor.is_empty() { 1 } else { factor.parse().ok().filter(|f| *f > 0)? };
    Some(cores.saturating_mul(factor))
}

impl Ints {
    /// Reads a list whose numbers lie in `min..=max` and are at most `most`; `None` where the text is none. Numbers are
    /// separated by spaces or a comma; `1-5` are all from 1 to 5, and `2×cores` (or `2xcores`) depends on the machine.
    pub fn parse(text: &str, min: i64, max: i64, most: usize) -> Option<Self> {
        // Between two commas there is something.
        if text.contains(',') && text.split(',').any(|part| part.trim().is_empty()) {
            return None;
        }
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        let words: Vec<String> =
            words.map(|word| word.replace('–', "-").replace(['x', '*'], "×")).collect();
        let list = Self(words.join(" "));
        for word in &words {
            let (from, to) = word.split_once('-').unwrap_or((word, word));
            // Each end on its own: where it depends on the machine, whatever that gives is made to fit.
            let [from, to] = [from, to].map(|end| Some((number(end, 1)?, end.ends_with("cores"))));
            let ((from, open), (to, ends_open)) = (from?, to?);
            let fits = |n: i64, open: bool| open || (min..=max).contains(&n);
            if !fits(from, open) || !fits(to, ends_open) || !(open || ends_open || from <= to) {
                return None;
            }
        }
        // Only now: ranges are known to be small.
        ((1..=most).contains(&words.len()) && list.fixed().is_none_or(|all| all.len() <= most))
            .then_some(list)
    }

    fn ranges(&self, cores: i64) -> impl Iterator<Item = RangeInclusive<i64>> {
        self.0.split(' ').filter_map(move |word| {
            let (from, to) = word.split_once('-').unwrap_or((word, word));
            Some(number(from, cores)?..=number(to, cores)?)
        })
    }

    /// The numbers, rising and each once. Those out of range become the nearest that is in it; where a range that depends
    /// on the machine gives more than `most`, evenly spread ones stay, with the first and the last.
    pub fn resolve(&self, cores: usize, min: i64, max: i64, most: usize) -> Vec<i64> {
        let cores = i64::try_from(cores).unwrap_or(max);
        let within = self.ranges(cores).flat_map(|range| {
            let from = (*range.start()).clamp(min, max);
            from..=(*range.end()).clamp(from, max)
        });
        let all = sorted(within);
        if all.len() <= most || most < 2 {
            return all;
        }
        (0..most).map(|i| all[i * (all.len() - 1) / (most - 1)]).collect()
    }

    /// The numbers, where they do not depend on the machine.
    pub fn fixed(&self) -> Option<Vec<i64>> {
        (!self.0.contains("cores")).then(|| sorted(self.ranges(1).flatten()))
    }

    /// As Python writes it.
    pub(super) fn python(&self) -> String {
        let end = |text: &str| match text.strip_suffix("cores") {
            None => text.to_owned(),
            Some("") => "os.cpu_count()".to_owned(),
            Some(factor) => format!("{} * os.cpu_count()", factor.trim_end_matches('×')),
        };
        let words: Vec<String> = match self.fixed() {
            Some(all) => all.iter().map(i64::to_string).collect(),
            None => (self.0.split(' '))
                .map(|word| match word.split_once('-') {
                    Some((from, to)) => format!("*range({}, {} + 1)", end(from), end(to)),
                    None => end(word),
                })
                .collect(),
        };
        format!("[{}]", words.join(", "))
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
        self.0.fmt(f)
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
        for text in [
            "",
            "x",
            "1,,2",
            ",1",
            "1, ,2",
            "0",
            "65",
            "5-1",
            "1-64",
            "2;4",
            "-3",
            "1-",
            "0cores",
            "1-9999999999",
        ] {
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
