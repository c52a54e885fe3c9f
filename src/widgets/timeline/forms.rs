//! Words in lanes that have a long form and a short one: tasks and items.

use super::bars::Words;

/// The short form of words that have one: of tasks, or of items.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    pub short: String,
    pub of_task: bool,
    pub is_short: bool,
}

/// One form for all tasks, or for all items, of these words: where one has room for the short form only, all have that.
pub(super) fn alike(words: &mut [Words], of_task: bool) {
    let is_it = |form: &&Form| form.of_task == of_task;
    let short = |words: &Words| words.form.as_ref().filter(is_it).is_some_and(|form| form.is_short);
    if !words.iter().any(short) {
        return;
    }
    for words in words {
        if let Some(form) = words.form.as_ref().filter(is_it) {
            words.text.clone_from(&form.short);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Align2, Color32, Rect};

    #[test]
    fn tasks_of_a_lane_are_called_in_one_form_and_so_are_items() {
        let words = |text: &str, form: Option<(&str, bool, bool)>| Words {
            room: Rect::NOTHING,
            align: Align2::LEFT_CENTER,
            text: text.to_owned(),
            colour: Color32::WHITE,
            plate: None,
            form: form.map(|(short, of_task, is_short)| Form {
                short: short.to_owned(),
                of_task,
                is_short,
            }),
        };
        let mut said = [
            words("task 3", Some(("3", true, false))),
            words("4", Some(("4", true, true))),
            words("waits for jobs", None),
            words("add 22", Some(("+22", false, false))),
            words("task 5", Some(("5", true, false))),
        ];
        let texts = |said: &[Words]| -> Vec<String> {
            said.iter().map(|words| words.text.clone()).collect()
        };
        alike(&mut said, false);
        assert_eq!(texts(&said), ["task 3", "4", "waits for jobs", "add 22", "task 5"]);
        alike(&mut said, true);
        assert_eq!(texts(&said), ["3", "4", "waits for jobs", "add 22", "5"]);
        // An item in another lane.
        let mut all = said.to_vec();
        all.push(words("−0", Some(("−0", false, true))));
        alike(&mut all, false);
        assert_eq!(texts(&all), ["3", "4", "waits for jobs", "+22", "5", "−0"]);
    }
}
