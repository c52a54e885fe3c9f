//! Values and pairs, good and bad.

use super::*;

const SPECS: &[ParamSpec] = &[
    ParamSpec::int("n", "n", [2, 1, 16]).help("How many."),
    ParamSpec::float("pause", "pause", [1.0, 0.0, 10.0]).help("How long.").in_unit("s"),
];

#[test]
fn bad_values_are_one_sentence() {
    let mut params = Params::defaults("t", SPECS);
    for (pair, sentence) in [
        ("n=0", "`0` is no value for n: it takes a whole number from 1 to 16"),
        ("n=x", "`x` is no value for n: it takes a whole number from 1 to 16"),
        (
            "n=99999999999999999999",
            "`99999999999999999999` is no value for n: it takes a whole number from 1 to 16",
        ),
        ("pause=NaN", "`NaN` is no value for pause: it takes a number of seconds from 0 to 10"),
        ("pause=inf", "`inf` is no value for pause: it takes a number of seconds from 0 to 10"),
        ("m=1", "t has no parameter `m`; it has n, pause"),
        ("n", "`n` is not KEY=VALUE"),
    ] {
        let error = params.set_pair(pair).expect_err(pair);
        assert_eq!(error.to_string(), sentence);
    }
    assert_eq!(params, Params::defaults("t", SPECS), "a bad value changes nothing");
}

#[test]
fn reads_lengths_of_time() {
    for (text, secs) in [
        ("0.5", Some(0.5)),
        ("400 µs", Some(400.0 * 1e-6)),
        ("12ms", Some(12.0 * 1e-3)),
        ("2 s", Some(2.0)),
        ("2 m", None),
        ("x", None),
    ] {
        assert_eq!(seconds(text), secs, "{text}");
    }
}

#[test]
fn a_preset_changes_what_it_names() {
    const PRESETS: &[Preset] = &[Preset::new("many", &[("n", "16")]).summary("Many.")];
    let params = Params::of_preset("t", SPECS, PRESETS, "many").expect("there is one");
    assert_eq!((params.int("n"), params.float("pause")), (16, 1.0));
    assert!(Params::of_preset("t", SPECS, PRESETS, "few").is_err());
}

#[test]
fn a_word_stands_for_what_has_its_place() {
    const WAYS: &[ParamSpec] = &[ParamSpec::choice("way", "way", &["first", "second", "last"])];
    let mut params = Params::defaults("t", WAYS);
    for (word, number) in [("first", 1), ("second", 2), ("last", 3)] {
        params.set("way", word).expect(word);
        assert_eq!(params.one_of("way", [1, 2, 3]), number, "{word}");
    }
}

#[test]
fn times_are_those_of_a_run() {
    const SPECS: &[ParamSpec] = &[
        ParamSpec::float("pause", "pause", [2.5, 0.0, 10.0]).in_unit("s"),
        ParamSpec::time_scale("All times."),
    ];
    let mut params = Params::defaults("t", SPECS);
    assert_eq!(params.time("pause"), Duration::from_millis(2_500));
    params.set("time_scale", "0.1").expect("a number");
    assert_eq!(params.time("pause"), Duration::from_millis(250));
}

#[test]
fn a_number_of_microseconds_is_whole_or_has_a_unit() {
    let spec = ParamSpec::int("work", "work", [0, 0, 100_000]).help("How long.").in_unit("µs");
    for (text, micros) in [("50", 50), ("50 ms", 50_000), ("2.5ms", 2_500), ("0.05 s", 50_000)] {
        assert_eq!(spec.parse(text).ok(), Some(Value::Int(micros)), "{text}");
    }
    for text in ["0.05", "1e3", "", "ms", "1 hour", "NaN", "inf ms"] {
        assert!(spec.parse(text).is_err(), "{text}");
    }
}
