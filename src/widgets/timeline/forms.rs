//! Words in lanes that have a long form and a short one: tasks and items.

use super::bars::Words;

/// Words that have a short form: tasks, or items.
pub(super) struct Form {
    /// Their place among all words.
    pub at: usize,
    pub short: String,
    pub of_task: bool,
    pub is_short: bool,
}

/// One form in a lane: where one has room for the short form only, all have that.
pub(super) fn alike(words: &mut [Words], forms: &[Form]) {
    for of_task in [false, true] {
        let alike = || forms.iter().filter(move |form| form.of_task == of_task);
        let is_any = alike().any(|form| form.is_short);
        for form in alike().filter(|_| is_any) {
            if let Some(words) = words.get_mut(form.at) {
                words.text.clone_from(&form.short);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Align2, Color32, Rect};

    #[test]
    fn tasks_of_a_lane_are_called_in_one_form_and_so_are_items() {
        let words = |text: &str| Words {
            room: Rect::NOTHING,
            align: Align2::LEFT_CENTER,
            text: text.to_owned(),
            colour: Color32::WHITE,
            plate: None,
        };
        let form = |at, short: &str, of_task, is_short| Form {
            at,
            short: short.to_owned(),
            of_task,
            is_short,
        };
        let mut said: Vec<Words> =
            ["task 3", "4", "waits for jobs", "add 22", "task 5"].map(words).into();
        let forms = [
            form(0, "3", true, false),
            form(1, "4", true, true),
            form(3, "+22", false, false),
            form(4, "5", true, false),
        ];
        alike(&mut said, &forms);
        let texts: Vec<&str> = said.iter().map(|words| words.text.as_str()).collect();
        assert_eq!(texts, ["3", "4", "waits for jobs", "add 22", "5"]);
    }
}
