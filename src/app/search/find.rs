//! What can be searched for, and what a query finds.

use crate::app::command::{
    AnswerCommand, Command, CompareCommand, Page, RunCommand, ViewCommand, Zoom,
};
use crate::topics::{ALL, Topic, glossary};
use std::sync::LazyLock;

/// What a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A topic, with its question.
    Question,
    /// A preset of a topic.
    Preset,
    /// A tool of the chooser.
    Tool,
    /// A word of the glossary.
    Word,
    /// Something to do.
    Action,
}

impl Kind {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Preset => "preset",
            Self::Tool => "tool",
            Self::Word => "word",
            Self::Action => "action",
        }
    }
}

/// Something that can be found.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// More about it, in a sentence.
    pub more: String,
    /// The number of its tab, from 1; 0 where it has none.
    pub tab: usize,
    /// Other words that it is found by.
    also: String,
    /// What is asked for when it is chosen.
    pub commands: Vec<Command>,
}

/// All there is to find.
pub fn all() -> &'static [Entry] {
    static ALL_ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(entries);
    &ALL_ENTRIES
}

fn entries() -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (index, topic) in ALL.iter().enumerate() {
        let about = topic.about();
        entries.push(Entry {
            kind: Kind::Question,
            name: about.title.to_owned(),
            more: about.question.to_owned(),
            tab: index + 1,
            also: about.id.to_owned(),
            commands: vec![Command::Tab(index)],
        });
    }
    for (index, topic) in ALL.iter().enumerate() {
        entries.extend(tools(index, *topic));
    }
    entries.extend(glossary::words().iter().map(|word| Entry {
        kind: Kind::Word,
        name: word.name.clone(),
        more: word.plain(),
        tab: 0,
        also: word.forms.join(" "),
        commands: vec![Command::Answer(AnswerCommand::Word(&word.name))],
    }));
    for (index, topic) in ALL.iter().enumerate() {
        entries.extend(topic.about().presets.iter().map(|preset| Entry {
            kind: Kind::Preset,
            name: preset.id.to_owned(),
            more: preset.summary.to_owned(),
            tab: index + 1,
            also: preset.id.replace('-', " "),
            commands: choose(index, preset.id),
        }));
    }
    entries.extend(actions());
    entries
}

/// The tools that the presets of a topic are chosen by, each with the first preset that uses it right.
fn tools(index: usize, topic: &dyn Topic) -> Vec<Entry> {
    let mut tools: Vec<Entry> = Vec::new();
    for preset in topic.about().presets {
        let Some(tool) = preset.tool else { continue };
        let name = format!("{}: {}", tool.group, tool.name);
        if tool.broken || tools.iter().any(|entry| entry.name == name) {
            continue;
        }
        tools.push(Entry {
            kind: Kind::Tool,
            name,
            more: preset.summary.to_owned(),
            tab: index + 1,
            also: String::new(),
            commands: choose(index, preset.id),
        });
    }
    tools
}

fn choose(tab: usize, preset: &'static str) -> Vec<Command> {
    vec![Command::Tab(tab), Command::Run(RunCommand::Preset(preset))]
}

fn actions() -> Vec<Entry> {
    let view = |name: &str, more: &str, command| Entry {
        kind: Kind::Action,
        name: name.to_owned(),
        more: more.to_owned(),
        tab: 0,
        also: String::new(),
        commands: vec![Command::View(command)],
    };
    let mut actions = vec![
        view(
            "Where to begin",
            "What this is, and a first run for each question.",
            ViewCommand::ToggleStart,
        ),
        view("Light or dark", "The other theme.", ViewCommand::ToggleTheme),
        view(
            "Questions on or off",
            "Whether you are asked to guess before a run.",
            ViewCommand::ToggleQuestions,
        ),
        view("Keys", "What each key does.", ViewCommand::ToggleKeys),
        view("Report", "Page and Markdown of the runs in the tabs.", ViewCommand::ToggleReport),
        view("Save figure", "Stage, lanes or window as a picture.", ViewCommand::ToggleFigures),
        view(
            "Open file",
            "A recording, or a trace of another tool such as VizTracer.",
            ViewCommand::ToggleOpen,
        ),
        view(
            "Export data",
            "The run for Perfetto, or as a table: events, lanes, outcome, trials, findings.",
            ViewCommand::ToggleExport,
        ),
        view("Reset layout", "Inspector and lanes as large as at first.", ViewCommand::ResetLayout),
        view("Zoom in", "Everything larger.", ViewCommand::Zoom(Zoom::In)),
        view("Zoom out", "Everything smaller.", ViewCommand::Zoom(Zoom::Out)),
        view("Usual size", "Everything as large as at first.", ViewCommand::Zoom(Zoom::Reset)),
    ];
    actions.push(Entry {
        kind: Kind::Action,
        name: "Reset parameters".to_owned(),
        more: "The preset of this tab as it was.".to_owned(),
        tab: 0,
        also: String::new(),
        commands: vec![Command::Run(RunCommand::Reset)],
    });
    actions.push(Entry {
        kind: Kind::Action,
        name: "Compare runs".to_owned(),
        more: "Two to four beside each other, with a table of what differs.".to_owned(),
        tab: 0,
        also: String::new(),
        commands: vec![Command::Compare(CompareCommand::Toggle)],
    });
    actions.extend(Page::ALL.map(|page| {
        view(
            &format!("Page {}", page.name()),
            "A page beside the stage.",
            ViewCommand::Inspector(page),
        )
    }));
    actions
}

/// What a query finds, best first: its words must all occur. An empty one finds the questions.
pub fn find(query: &str) -> Vec<&'static Entry> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return all().iter().filter(|entry| entry.kind == Kind::Question).collect();
    }
    let score = |entry: &Entry| words.iter().map(|word| fit(entry, word)).sum::<Option<u32>>();
    let mut found: Vec<(u32, &Entry)> =
        all().iter().filter_map(|entry| Some((score(entry)?, entry))).collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// How well a word fits an entry; not at all where it does not occur.
fn fit(entry: &Entry, word: &str) -> Option<u32> {
    let name = entry.name.to_lowercase();
    let begins =
        |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word));
    let (also, more) = (entry.also.to_lowercase(), entry.more.to_lowercase());
    Some(match () {
        () if name == word => 40,
        () if name.starts_with(word) => 20,
        () if begins(&name) => 12,
        () if begins(&also) => 10,
        () if name.contains(word) || also.contains(word) => 6,
        () if begins(&more) => 3,
        () if more.contains(word) => 2,
        () if entry.tab.to_string() == word && entry.kind == Kind::Question => 20,
        () if word.len() > 2 && is_scattered(word, &name) => 1,
        () => return None,
    })
}

/// Whether the letters of a word occur in a text in this order.
fn is_scattered(word: &str, text: &str) -> bool {
    let mut letters = text.chars();
    word.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(query: &str) -> Option<(Kind, &'static str)> {
        find(query).first().map(|entry| (entry.kind, entry.name.as_str()))
    }

    #[test]
    fn what_is_meant_comes_first() {
        assert_eq!(first("deadlock"), Some((Kind::Word, "deadlock")));
        assert_eq!(first("kill-one"), Some((Kind::Preset, "kill-one")));
        assert_eq!(first("kill one"), Some((Kind::Preset, "kill-one")));
        assert_eq!(first("thread pool"), Some((Kind::Question, "Thread pool")));
        assert_eq!(first("processes: manager"), Some((Kind::Tool, "Processes: manager")));
        assert_eq!(first("gil"), Some((Kind::Word, "GIL")));
        assert_eq!(first("reset lay"), Some((Kind::Action, "Reset layout")));
        assert_eq!(find("").len(), ALL.len());
        assert!(find("no such thing anywhere").is_empty());
        assert!(find("asncio").iter().any(|entry| entry.name == "asyncio"));
    }

    #[test]
    fn everything_is_found_by_its_name() {
        for entry in all() {
            assert!(find(&entry.name).iter().any(|found| found.name == entry.name), "{entry:?}");
        }
    }
}
