//! Numbers and the words that go with them.

/// A number with its thousands set apart: "9", "1,000".
pub fn grouped(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things: "1 task", "2 tasks", "1,000 processes", "3 children".
pub fn count(number: impl TryInto<u64>, noun: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{} {}", grouped(number), plural(number, noun))
}

/// A noun in the form that goes with a number: "task" with 1, "tasks" with any other.
pub fn plural(number: impl TryInto<u64>, noun: &str) -> String {
    if number.try_into().is_ok_and(|number| number == 1) {
        return noun.to_owned();
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| noun.ends_with(ending));
    match noun {
        _ if ends(&["child"]) => format!("{noun}ren"),
        _ if ends(&["ry"]) => format!("{}ies", &noun[..noun.len() - 1]),
        _ if ends(&["s", "x", "ch", "sh"]) => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// How often: "once", "twice", "3 times".
pub fn times(number: impl TryInto<u64>) -> String {
    match number.try_into().unwrap_or(u64::MAX) {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{} times", grouped(n)),
    }
}

/// Of two forms of a verb or pronoun the one that agrees with a number: "is" with 1, "are" with any other.
pub fn agree<'a>(number: impl TryInto<u64>, one: &'a str, many: &'a str) -> &'a str {
    if number.try_into().is_ok_and(|number| number == 1) { one } else { many }
}

/// What is said of a number of things; nothing where there are none.
pub fn if_any<N: Copy + Default + PartialEq>(number: N, said: impl FnOnce(N) -> String) -> String {
    if number == N::default() { String::new() } else { said(number) }
}

/// Numbers from the least to the greatest, each as it is said: "2.0 to 3.1", or the one that all are; nothing where there are
/// none.
pub fn range(numbers: impl Iterator<Item = f64>, said: impl Fn(f64) -> String) -> Option<String> {
    let each = numbers.map(|number| [number; 2]);
    let [least, most] = each.reduce(|[a, b], [c, d]| [a.min(c), b.max(d)])?.map(said);
    Some(if least == most { most } else { format!("{least} to {most}") })
}

/// A text with a capital letter, to begin a sentence. What is no word, as `consumer-2` or `is_done`, stays as it is written.
pub fn capital(text: &str) -> String {
    let first = text.split(|letter: char| letter.is_whitespace() || letter == ',').next();
    let is_word = |word: &str| !word.contains(|letter: char| letter == '_' || letter.is_numeric());
    if !first.is_none_or(is_word) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A sentence as the clause after a colon: with a small letter, unless it begins with a name like CPython.
pub fn clause(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next();
    match letters.as_str().starts_with(char::is_uppercase) {
        true => sentence.to_owned(),
        false => first.into_iter().flat_map(char::to_lowercase).chain(letters).collect(),
    }
}

/// Words of others as a sentence: with a capital, and an end.
pub fn sentence(text: &str) -> String {
    let end = if text.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{}{end}", capital(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(7_u64, "7"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn what_is_no_word_keeps_its_letters() {
        for (text, begun) in [
            ("main waits", "Main waits"),
            ("consumer-2 waits", "consumer-2 waits"),
            ("is_done, and main", "is_done, and main"),
            ("", ""),
        ] {
            assert_eq!(capital(text), begun);
        }
    }

    #[test]
    fn nouns_and_verbs_go_with_their_number() {
        for (number, noun, text) in [
            (0_usize, "task", "0 tasks"),
            (1, "process", "1 process"),
            (2000, "child process", "2,000 child processes"),
            (1, "child", "1 child"),
            (3, "child", "3 children"),
            (2, "branch", "2 branches"),
            (2, "hand-over", "2 hand-overs"),
        ] {
            assert_eq!(count(number, noun), text);
        }
        assert_eq!([0, 1, 2, 3].map(times), ["0 times", "once", "twice", "3 times"]);
        assert_eq!([0, 1, 2].map(|n| agree(n, "is", "are")), ["are", "is", "are"]);
        assert_eq!([1_u32, 2].map(|n| plural(n, "update")), ["update", "updates"]);
    }

    #[test]
    fn a_sentence_begins_with_a_capital() {
        assert_eq!(capital("worker 2 died"), "Worker 2 died");
        assert_eq!(capital("été"), "Été");
        assert_eq!(capital("3 left"), "3 left");
        assert_eq!(capital(""), "");
    }

    #[test]
    fn a_range_has_two_ends_only_where_they_differ() {
        let said = |numbers: &[f64]| range(numbers.iter().copied(), |n| format!("{n:.1}"));
        assert_eq!(said(&[2.3, 1.0, 2.0]).as_deref(), Some("1.0 to 2.3"));
        assert_eq!(said(&[2.01, 2.0]).as_deref(), Some("2.0"));
        assert_eq!(said(&[]), None);
    }

    #[test]
    fn a_clause_begins_with_a_small_letter() {
        assert_eq!(clause("Other programs"), "other programs");
        assert_eq!(clause("CPython threads"), "CPython threads");
        assert_eq!(clause("3 left"), "3 left");
        assert_eq!(clause(""), "");
    }
}
