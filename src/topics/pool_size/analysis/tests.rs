//! Medians, fits and sentences of made-up trials.

use super::*;
use crate::topics::pool_size::trials::Pool;
use crate::trace::SectionId;

fn trial(backend: Backend, size: usize, number: usize, parts: [u64; 3]) -> Trial {
    let total = parts.iter().sum::<u64>();
    Trial {
        ended: Some(Nanos(1 + total)),
        took: parts.map(Nanos).to_vec(),
        ..Trial::new(Pool { backend, size }, SectionId(0), number, Nanos(1))
    }
}

/// Ten numbers on a quiet machine with two cores.
const QUIET: Conditions<'_> = Conditions {
    numbers: 10,
    cores: 2,
    disturbance: Disturbance { disturbed: 0, trials: 15 },
    method: Some("fork"),
    loop_takes: Some(Nanos(3_100)),
};

/// Cells of each trial five times.
fn often(trials: &[Trial]) -> Vec<Cell> {
    let all: Vec<Trial> = (1..=5)
        .flat_map(|number| trials.iter().map(move |t| Trial { number, ..t.clone() }))
        .collect();
    cells(&all)
}

/// Cells in which every trial took the same.
fn exact(backend: Backend, totals: &[(usize, u64)]) -> Vec<Cell> {
    let trials: Vec<Trial> = (totals.iter())
        .flat_map(|(size, total)| (1..=5).map(|n| trial(backend, *size, n, [0, *total, 0])))
        .collect();
    cells(&trials)
}

#[test]
fn cells_count_only_what_counts() {
    let mut trials = vec![
        trial(Backend::CPython, 2, 1, [10, 20, 30]),
        trial(Backend::Workers, 8, 1, [1, 2, 3]),
        trial(Backend::Workers, 2, 1, [4, 5, 6]),
        trial(Backend::Workers, 2, 2, [6, 7, 8]),
    ];
    trials.push(Trial { warm_up: true, ..trial(Backend::Workers, 2, 1, [900, 900, 900]) });
    trials.push(Trial { ended: None, ..trial(Backend::Workers, 4, 1, [900, 0, 0]) });
    let cells = cells(&trials);
    let kinds: Vec<_> = cells.iter().map(|c| (c.backend, c.size, c.total.count())).collect();
    assert_eq!(
        kinds,
        [(Backend::Workers, 2, 2), (Backend::Workers, 8, 1), (Backend::CPython, 2, 1)]
    );
    assert_eq!(cells[0].parts, [Nanos(5), Nanos(6), Nanos(7)]);
    assert_eq!(cells[0].total.median, Nanos(18));
}

#[test]
fn speed_ups_are_relative_to_the_loop_or_to_the_smallest_pool() {
    let mut all = exact(Backend::Workers, &[(2, 500), (4, 250)]);
    let relative = |cells: &[Cell]| base(cells, Backend::Workers).map(|b| (b.size, b.total.0));
    assert_eq!(relative(&all), Some((2, 500)));
    all.extend(exact(Backend::Sequential, &[(0, 1000)]));
    all.extend(exact(Backend::CPython, &[(2, 4000)]));
    assert_eq!(relative(&all), Some((0, 1000)));
    // A loop that is over before a pool has started is nothing to compare it with.
    let mut tiny = exact(Backend::Workers, &[(2, 500), (4, 250)]);
    tiny.extend(exact(Backend::Sequential, &[(0, 10)]));
    assert_eq!(relative(&tiny), Some((2, 500)));
    // Another language's loop says nothing about Python's pool.
    assert_eq!(base(&all, Backend::CPython).map(|b| b.size), Some(2));
    assert_eq!(relative(&[]), None);
}

#[test]
fn amdahls_law_is_found_again_in_what_it_made() {
    let cores = 8;
    let time = |n: usize| (200_000 + 800_000 / n.min(cores)) as u64;
    let totals: Vec<(usize, u64)> = [1, 2, 4, 8, 16].map(|n| (n, time(n))).to_vec();
    let fit = amdahl(&exact(Backend::Workers, &totals), Backend::Workers, cores);
    let Ok(fit) = fit else { panic!("{fit:?}") };
    assert!((fit.serial_part() - 0.2).abs() < 1e-6, "{fit:?}");
    assert!((fit.time(3.0) - (200_000.0 + 800_000.0 / 3.0)).abs() < 1.0);
    // A pool of 16 shares 8 cores: the law says nothing of it, so it takes no part.
    assert_eq!(fit.sizes, [1, 2, 4, 8]);
}

#[test]
fn amdahls_law_is_not_fitted_to_noise() {
    let why = |totals: &[(usize, u64)], cores| {
        let cells = exact(Backend::Workers, totals);
        amdahl(&cells, Backend::Workers, cores).err().unwrap_or_default()
    };
    assert!(why(&[], 4).contains("two pool sizes"));
    assert!(why(&[(2, 900), (4, 900), (8, 900)], 2).contains("two pool sizes"));
    assert!(why(&[(1, 10)], 4).contains("two pool sizes"));
    assert!(why(&[(1, 1000), (2, 2000), (4, 4000)], 4).contains("do not make it clearly faster"));
    assert!(why(&[(1, 1000), (2, 990), (4, 980)], 4).contains("do not make it clearly faster"));
    let starting = [(1, 1000), (2, 2000)]
        .map(|(size, start)| trial(Backend::Workers, size, 1, [start, 10, 500]));
    let why = amdahl(&often(&starting), Backend::Workers, 2);
    assert!(why.is_err_and(|why| why.contains("too small")));
    // Times that fall faster than the workers grow: there is no negative serial part.
    let cells = exact(Backend::Workers, &[(1, 1000), (2, 400), (4, 100)]);
    let fit = amdahl(&cells, Backend::Workers, 4);
    assert!(fit.is_ok_and(|fit| fit.serial >= 0.0));
}

fn said(cells: &[Cell]) -> String {
    finding(cells, &QUIET).map_or_else(String::new, |finding| finding.to_string())
}

#[test]
fn the_finding_says_what_the_medians_say() {
    let mut small = Vec::new();
    for (size, start) in [(2, 1_000_000), (8, 5_000_000)] {
        small.push(Trial {
            busy: Nanos(2_000),
            ..trial(Backend::Workers, size, 1, [start, 100_000, 500_000])
        });
    }
    assert_eq!(
        said(&often(&small)),
        "This lab's Rust pool: for work this small the largest is slower (starting 8 processes costs 5.00 ms, squaring 10 numbers 2.00 µs)."
    );
    small.push(trial(Backend::CPython, 2, 1, [8_000_000, 0, 0]));
    small.push(trial(Backend::CPython, 8, 1, [11_200_000, 0, 0]));
    // Python is spoken of first, then a loop in it, then our pool.
    let both = said(&often(&small));
    assert!(
        both.starts_with(
            "multiprocessing.Pool (fork): the largest is slower (starting 8 processes costs 11.2 ms,"
        ),
        "{both}"
    );
    assert!(
        both.contains(
            "). A loop in Python takes 3.10 µs. This lab's Rust pool: for work this small the largest is slower ("
        ),
        "{both}"
    );
    assert!(both.ends_with("; multiprocessing.Pool takes 2.0 to 5.0 times as long."), "{both}");
    let large = exact(Backend::Threads, &[(1, 20_000_000), (2, 10_000_000), (4, 10_500_000)]);
    assert_eq!(
        said(&large),
        "Rust threads: 2 threads are 2.0 times as fast as 1 thread (10.0 ms against 20.0 ms); beyond the 2 cores of this machine none is clearly faster."
    );
    // Sizes that are as fast: the smallest is named.
    let wide = exact(Backend::Threads, &[(1, 20_000_000), (2, 10_000_000), (4, 9_900_000)]);
    assert!(said(&wide).starts_with("Rust threads: 2 threads are 2.0 times as fast as 1 thread"));
    // No two processes are three times as fast as one.
    let disturbed = exact(Backend::Workers, &[(1, 3_600_000), (2, 1_200_000)]);
    let impossible = said(&disturbed);
    assert!(
        impossible.contains("which the sizes cannot explain. Other programs had the processors")
    );
    assert!(!impossible.contains("slower"), "{impossible}");
    let flat = exact(Backend::Workers, &[(1, 1_000_000), (2, 1_010_000)]);
    let none = "This lab's Rust pool: the trials show no clear difference between the sizes (";
    assert!(said(&flat).starts_with(none));
    let one = exact(Backend::CPython, &[(4, 9_000_000)]);
    assert!(
        said(&one).starts_with("multiprocessing.Pool (fork): a pool of 4 processes takes 9.00 ms")
    );
    let alone = exact(Backend::Sequential, &[(0, 900)]);
    assert_eq!(said(&alone), "10 numbers, one after another in Rust: 900 ns.");
    assert_eq!(said(&[]), "");
}

#[test]
fn what_each_start_method_takes_is_said_of_the_largest_pool() {
    let mut all = exact(Backend::Fork, &[(2, 5_000_000), (8, 9_000_000)]);
    assert!(!said(&all).contains(" by fork"), "there is no other");
    all.extend(exact(Backend::ForkServer, &[(2, 30_000_000), (8, 60_000_000)]));
    all.extend(exact(Backend::Spawn, &[(2, 70_000_000), (8, 350_000_000)]));
    let told = said(&all);
    assert!(told.starts_with("multiprocessing.Pool (fork): "), "{told}");
    let methods =
        "A pool of 8 processes takes 9.00 ms by fork, 60.0 ms by forkserver, 350 ms by spawn";
    assert!(told.contains(&format!("{methods}. ")), "{told}");
    // Where the trials do not tell two of them apart, it says so.
    let mut close = exact(Backend::Fork, &[(8, 9_000_000)]);
    close.extend(exact(Backend::ForkServer, &[(8, 9_100_000)]));
    let told = said(&close);
    assert!(told.contains("; the trials do not tell all of them apart."), "{told}");
}

/// By other methods than fork a pool is made before its workers are there: what they cost is not in its start.
#[test]
fn workers_that_come_up_while_a_pool_maps_are_said_to() {
    let ms = |parts: [u64; 3]| parts.map(|ms| ms * 1_000_000);
    let said = |backend, method, sizes: &[(usize, [u64; 3])]| {
        let trials: Vec<Trial> =
            (sizes.iter()).map(|(size, parts)| trial(backend, *size, 1, ms(*parts))).collect();
        let conditions = Conditions { method, loop_takes: None, ..QUIET };
        finding(&often(&trials), &conditions).map_or_else(String::new, |it| it.to_string())
    };
    let sizes = [(2, [10, 90, 10]), (8, [23, 260, 20])];
    for (backend, method) in [
        (Backend::CPython, Some("spawn")),
        (Backend::CPython, Some("forkserver")),
        (Backend::Spawn, None),
        (Backend::ForkServer, None),
    ] {
        let told = said(backend, method, &sizes);
        let costs = "asking for 8 processes costs 23.0 ms; they come up while it maps, and start and map together take 283 ms";
        assert!(told.contains(costs), "{told}");
        let one = said(backend, method, &sizes[1..]);
        assert!(one.contains("303 ms, 283 ms of it to start and map"), "{one}");
    }
    for (backend, method) in [(Backend::CPython, Some("fork")), (Backend::Fork, None)] {
        let told = said(backend, method, &sizes);
        assert!(told.contains("(starting 8 processes costs 23.0 ms, stopping them"), "{told}");
        let one = said(backend, method, &sizes[1..]);
        assert!(one.contains("303 ms, 23.0 ms of it to start"), "{one}");
    }
}

#[test]
fn a_difference_counts_when_there_are_trials_enough() {
    // The same spread each time: 8 to 12 ms against 10 to 14 ms.
    let with = |trials: usize| {
        let of = |size: usize, least: u64| {
            (0..trials).map(move |n| {
                let map = least + 4_000_000 * n as u64 / (trials as u64 - 1);
                trial(Backend::CPython, size, n + 1, [0, map, 0])
            })
        };
        let trials: Vec<Trial> = of(2, 8_000_000).chain(of(4, 10_000_000)).collect();
        said(&cells(&trials))
    };
    let says = |trials: usize, what: &str| with(trials).contains(&format!("Pool (fork): {what}"));
    assert!(says(3, "3 trials of each size are too few to tell them apart ("));
    assert!(says(5, "the trials show no clear difference"));
    assert!(says(30, "the largest is slower"));
}

#[test]
fn cpython_is_compared_where_the_trials_tell_it_apart() {
    let peers = |totals: &[(usize, u64)], trials: usize| {
        let of = |backend, size, total: u64| {
            (1..=trials).map(move |n| trial(backend, size, n, [0, total + n as u64 * 1_000, 0]))
        };
        let mut all: Vec<Trial> = Vec::new();
        for (size, total) in totals {
            all.extend(of(Backend::Workers, *size, 1_000_000));
            all.extend(of(Backend::CPython, *size, *total));
        }
        let finding = finding(&cells(&all), &QUIET);
        finding.and_then(|mut finding| finding.beside.pop()).unwrap_or_default()
    };
    assert!(!peers(&[(2, 5_000_000), (4, 6_000_000)], 3).contains("as long"));
    assert!(
        peers(&[(2, 5_000_000), (4, 6_000_000)], 5)
            .ends_with("; multiprocessing.Pool takes 5.0 to 6.0 times as long")
    );
    assert!(
        peers(&[(2, 1_000_000), (4, 5_000_000)], 5).ends_with("5.0 times as long at 1 of 2 sizes")
    );
    assert!(
        peers(&[(2, 1_000_000)], 5)
            .ends_with("; the trials show no clear difference to multiprocessing.Pool")
    );
}

#[test]
fn a_finding_waits_for_five_trials_or_a_third() {
    let wanted = [1, 3, 5, 8, 15, 16, 30];
    assert_eq!(wanted.map(enough), [1, 3, 5, 5, 5, 6, 10]);
}

#[test]
fn a_cause_is_named_only_where_the_parts_show_it() {
    let of = |sizes: [(usize, [u64; 3]); 2]| {
        let trials = sizes.map(|(size, parts)| Trial {
            busy: Nanos(20_000_000),
            ..trial(Backend::Workers, size, 1, parts)
        });
        said(&often(&trials))
    };
    // The map itself took longer: with two cores for four workers there is a reason, for two there is none to be seen.
    let crowded = of([(1, [500_000, 20_000_000, 500_000]), (4, [500_000, 30_000_000, 500_000])]);
    assert!(
        crowded.ends_with("more workers than the 2 cores, which cannot make it faster."),
        "{crowded}"
    );
    let unclear = of([(1, [500_000, 20_000_000, 500_000]), (2, [500_000, 30_000_000, 500_000])]);
    assert!(unclear.ends_with("on 2 processes)."), "{unclear}");
    let dear = of([(2, [500_000, 10_000_000, 500_000]), (8, [9_000_000, 9_000_000, 5_000_000])]);
    assert!(dear.ends_with("starting and stopping them took 13.0 ms more."), "{dear}");
}

/// The processors were wanted by others, too: then times are measured and not compared.
#[test]
fn nothing_is_concluded_from_trials_that_other_programs_disturbed() {
    let slower = exact(Backend::Workers, &[(2, 3_000_000), (8, 5_000_000)]);
    let after = |disturbed: usize, trials: usize| {
        let disturbance = Disturbance { disturbed, trials };
        let conditions = Conditions { disturbance, ..QUIET };
        (finding(&slower, &conditions).map(|f| f.to_string()), disturbance.told())
    };
    let (said, _) = after(31, 45);
    assert_eq!(
        said.as_deref(),
        Some(
            "Other programs had the processors in 31 of 45 trials: these times cannot be compared. Run it again when the machine is quiet."
        )
    );
    let (said, told) = after(6, 45);
    assert!(said.is_some_and(|said| said.contains("the largest is slower")));
    assert_eq!(told.as_deref(), Some("Other programs had the processors in 6 of 45 trials"));
    assert_eq!(after(1, 45).1, None);
    assert_eq!(after(0, 0).1, None);
}

#[test]
fn a_trial_is_disturbed_where_the_processors_are_too_few_for_all() {
    let with = |size, others| Trial { others, ..trial(Backend::Workers, size, 1, [1; 3]) };
    assert!(!with(8, 0).was_disturbed(2), "too many workers are nobody else's doing");
    assert!(!with(2, 1).was_disturbed(4));
    assert!(with(4, 1).was_disturbed(4));
    assert!(with(0, 4).was_disturbed(4), "a loop needs one, too");
    let trials = [with(2, 0), with(2, 3), Trial { warm_up: true, ..with(2, 3) }];
    assert_eq!(disturbance(&trials, 2), Disturbance { disturbed: 1, trials: 2 });
}

/// A ratio is told where the sentence tells the two apart, and nowhere else.
#[test]
fn no_ratio_is_told_that_noise_could_turn_round() {
    let ms = 1_000_000;
    let mut all = exact(Backend::Workers, &[(1, 20 * ms), (2, 10 * ms), (4, 10 * ms)]);
    all.extend(exact(Backend::CPython, &[(1, 40 * ms), (2, 10 * ms), (4, 41 * ms)]));
    let of = |cells: &[Cell], disturbed: usize| {
        let disturbance = Disturbance { disturbed, trials: 30 };
        let compared = Compared::of(cells, &Conditions { disturbance, ..QUIET });
        let speed_ups: Vec<_> = cells.iter().map(|cell| compared.speed_up(cells, cell)).collect();
        let times: Vec<_> = cells.iter().map(|cell| compared.times_cpython(cells, cell)).collect();
        (speed_ups, times, compared.left_out(cells))
    };
    let workers = &all[..3];
    let (speed_ups, _, why) = of(workers, 0);
    assert_eq!((speed_ups, why), (vec![Some(1.0), Some(2.0), Some(2.0)], None));
    let quiet = Compared::of(workers, &QUIET);
    let efficiency = workers.iter().map(|cell| quiet.efficiency(workers, cell));
    assert_eq!(efficiency.collect::<Vec<_>>(), [Some(1.0), Some(1.0), Some(0.5)]);
    // Other programs had the processors.
    let (speed_ups, times, why) = of(&all, 10);
    assert_eq!((speed_ups, times), (vec![None; 6], vec![None; 6]));
    assert_eq!(why.as_deref(), Some("other programs had the processors in 10 of 30 trials"));
    let disturbance = Disturbance { disturbed: 10, trials: 30 };
    let compared = Compared::of(&all, &Conditions { disturbance, ..QUIET });
    assert_eq!(compared.efficiency(&all, &all[1]), None);
    assert!(compared.amdahl(&all, Backend::Workers, 2).is_err());
    // What cannot be: four times as fast on two of the two cores.
    let (speed_ups, times, why) = of(&all, 0);
    assert_eq!((speed_ups, times), (vec![None; 6], vec![None; 6]));
    assert!(why.is_some_and(|why| why.ends_with(", which the sizes cannot explain")));
    // The same of those that the sentence does not speak of forbids no other.
    let mut threads = workers.to_vec();
    threads.extend(exact(Backend::Threads, &[(1, 40 * ms), (2, 5 * ms)]));
    let (speed_ups, _, why) = of(&threads, 0);
    assert_eq!(speed_ups, [Some(1.0), Some(2.0), Some(2.0), None, None]);
    assert!(why.is_some_and(|why| why.starts_with("Rust threads: 1 thread took 40.0 ms")));
}

#[test]
fn what_spreads_too_far_has_no_ratio() {
    // 8 to 12 ms against 9 to 13 ms; then too few trials.
    let with = |trials: usize, apart: u64| {
        let of = |size: usize, least: u64| {
            (0..trials).map(move |n| {
                let map = least + 4_000_000 * n as u64 / (trials as u64 - 1);
                trial(Backend::Workers, size, n + 1, [0, map, 0])
            })
        };
        let trials: Vec<Trial> = of(2, 8_000_000).chain(of(4, 8_000_000 + apart)).collect();
        let cells = cells(&trials);
        let compared = Compared::of(&cells, &QUIET);
        let told: Vec<_> =
            cells.iter().map(|cell| compared.speed_up(&cells, cell).is_some()).collect();
        (told, compared.left_out(&cells).unwrap_or_default())
    };
    let unclear = "what the trials do not tell apart is not compared".to_owned();
    assert_eq!(with(5, 1_000_000), (vec![true, false], unclear));
    let few = "3 trials of each size cannot tell them apart".to_owned();
    assert_eq!(with(3, 9_000_000), (vec![true, false], few));
    assert_eq!(with(5, 9_000_000), (vec![true, true], String::new()));
}
