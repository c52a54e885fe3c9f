//! A run of a topic, as a case of a table.

use crate::common::Window;
use concurrency_lab::app::command::Page;
use concurrency_lab::app::session::Session;
use concurrency_lab::topics::find;

/// What is run, and what is looked at meanwhile.
pub struct Case<'a> {
    /// What the row calls it.
    pub what: &'a str,
    /// What is asked of it, as the row says it.
    pub bar: &'a str,
    /// The topic.
    pub topic: &'a str,
    /// The preset, and what is set on top of it.
    pub preset: &'a str,
    pub sets: &'a [&'a str],
    /// The page of the inspector.
    pub page: Page,
}

impl Case<'_> {
    /// Runs it, measures frames while it lasts, and prints rows of a table.
    ///
    /// # Panics
    ///
    /// Where there is no such topic or preset, or a value is out of range.
    pub fn measure(&self) {
        let topic = find(self.topic).expect("the topic is in the list");
        let mut params = topic.preset(self.preset).expect("the preset is there");
        for set in self.sets {
            params.set_pair(set).expect("a value in range");
        }
        let mut session = Session::new(topic);
        session.set_params(params);
        let mut window = Window::new(self.page);
        window.app.show(session);
        window.measure(self.what, self.bar);
    }
}
