//! Threads or processes for a student's own program: the guide, whose questions, usual programs and rules are data.

use crate::topics::Guide;
use std::sync::LazyLock;

/// The guide of this topic; `None` only where its file cannot be read, which a test keeps from happening.
pub static GUIDE: LazyLock<Option<Guide>> = LazyLock::new(|| {
    let text = include_str!("../../../assets/guides/threads-vs-processes.json");
    Guide::read(text).inspect_err(|error| log::error!("the guide to threads: {error}")).ok()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::find;
    use crate::topics::guide::{Advice, Run};

    fn guide() -> &'static Guide {
        GUIDE.as_ref().expect("it can be read")
    }

    fn advise(answers: &[usize]) -> Advice {
        guide().advise(answers)
    }

    /// Every answer to every question.
    fn paths() -> Vec<Vec<usize>> {
        guide().questions.iter().fold(vec![Vec::new()], |paths, ask| {
            let longer = |path: &Vec<usize>| {
                let path = path.clone();
                (0..ask.answers.len()).map(move |answer| [&path[..], &[answer]].concat())
            };
            paths.iter().flat_map(longer).collect()
        })
    }

    fn is_there(run: Run) -> bool {
        find(run.topic).is_some_and(|topic| topic.preset(run.preset).is_ok())
    }

    #[test]
    fn every_path_ends_in_advice_with_reasons_and_a_run() {
        assert_eq!(paths().len(), 216);
        for path in paths() {
            let advice = advise(&path);
            assert!(is_there(advice.run), "{path:?}: {:?}", advice.run);
            assert_eq!(advice.reasons.len(), guide().questions.len());
            for reason in &advice.reasons {
                assert!(reason.said.ends_with('.') && reason.more.ends_with('.'), "{reason:?}");
            }
            let processes = advice.take.ends_with("rocesses");
            // A crash spares no thread, and under the GIL threads do not compute sooner.
            assert!(processes || path[3] == 0, "{path:?}: {}", advice.take);
            assert!(processes || path[0] != 1, "{path:?}: {}", advice.take);
        }
    }

    #[test]
    fn what_turns_the_advice_is_what_it_says() {
        // It waits, a few, small: threads. Of the first question, computing turns that.
        assert_eq!(guide().turns(&[0; 6], 0), [("computes", "Processes")]);
        assert_eq!(
            guide().turns(&[0; 6], 1),
            [("hundreds", "A pool of threads"), ("many thousands", "asyncio")]
        );
        assert_eq!(guide().turns(&[0; 6], 3), [("yes", "Processes")]);
        for path in paths() {
            for question in 0..guide().questions.len() {
                for (answer, take) in guide().turns(&path, question) {
                    let place =
                        guide().questions[question].answers.iter().position(|a| *a == answer);
                    let mut other = path.clone();
                    other[question] = place.expect("an answer of the question");
                    assert_eq!(advise(&other).take, take);
                    assert_ne!(advise(&path).take, take);
                }
            }
        }
        assert_eq!(advise(&[]), advise(&[0; 6]), "what is not answered counts as the first answer");
    }

    #[test]
    fn the_usual_programs_have_runs_and_the_advice_of_their_answers() {
        for program in &guide().programs {
            assert!(is_there(program.run), "{}", program.name);
            assert_eq!(program.answers.len(), guide().questions.len(), "{}", program.name);
        }
        let takes: Vec<_> = guide().programs.iter().map(|p| advise(&p.answers).take).collect();
        let expected = [
            "asyncio",
            "A pool of processes",
            "Threads",
            "A pool of threads",
            "A pool of processes",
            "Threads",
            "A pool of threads",
            "Processes",
        ];
        assert_eq!(takes, expected);
    }
}
