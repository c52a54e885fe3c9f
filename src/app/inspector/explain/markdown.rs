//! An explanation taken apart: headings, paragraphs, lists, code and tables, with their links.

use crate::app::words::{Part, Style, Target, link_words};
use crate::topics::glossary::Known;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A piece of an explanation, from side to side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(Vec<Part>),
    /// A paragraph; one of a list has its mark before it, or stands where its text would.
    Text {
        /// How many lists it is in.
        depth: usize,
        /// What stands before it.
        mark: Mark,
        /// What it says.
        parts: Vec<Part>,
    },
    /// Lines of code.
    Code(String),
    /// A table: its rows, the first of them the heads of its columns.
    Table(Vec<Vec<Vec<Part>>>),
}

/// What stands before a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    None,
    /// A dot: an item of a list.
    Dot,
    /// A number: an item of a list that is counted.
    Number(u64),
}

/// Takes a text apart. `run`: where a link leads to by its address, if it leads anywhere. Words of the glossary are made
/// links where they first occur in paragraphs that have no links of their own.
pub fn blocks(text: &str, run: impl Fn(&str) -> Option<Target>) -> Vec<Block> {
    let mut reader = Reader::new(run);
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        reader.take(event);
    }
    reader.blocks
}

struct Reader<F> {
    run: F,
    blocks: Vec<Block>,
    known: Known,
    style: Style,
    target: Option<Target>,
    /// The parts of what has begun.
    parts: Vec<Part>,
    /// The lists it is in: the number of the next item, where they are counted.
    lists: Vec<Option<u64>>,
    /// The mark of the item that has begun, until its first paragraph has it.
    mark: Mark,
    /// The table that has begun.
    rows: Vec<Vec<Vec<Part>>>,
    code: Option<String>,
}

impl<F: Fn(&str) -> Option<Target>> Reader<F> {
    fn new(run: F) -> Self {
        Self {
            run,
            blocks: Vec::new(),
            known: Known::new(),
            style: Style::default(),
            target: None,
            parts: Vec::new(),
            lists: Vec::new(),
            mark: Mark::None,
            rows: Vec::new(),
            code: None,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.push(&text, self.style),
            },
            Event::Code(text) => self.push(&text, Style { code: true, ..self.style }),
            Event::SoftBreak => self.push(" ", self.style),
            Event::HardBreak => self.push("\n", self.style),
            // The explanations have nothing else.
            _ => {}
        }
    }

    fn push(&mut self, text: &str, style: Style) {
        if let Some(last) = self.parts.last_mut()
            && last.style == style
            && last.target == self.target
        {
            last.text.push_str(text);
        } else {
            let target = self.target.clone();
            self.parts.push(Part { text: text.to_owned(), style, target });
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.style.bold = true,
            Tag::Emphasis => self.style.italic = true,
            Tag::Link { dest_url, .. } => self.target = (self.run)(&dest_url),
            Tag::List(first) => {
                // The words of an item end where a list within it begins.
                self.paragraph();
                self.lists.push(first);
            }
            Tag::Item => {
                self.mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        Mark::Number(*number - 1)
                    }
                    _ => Mark::Dot,
                };
            }
            Tag::CodeBlock(_) => self.code = Some(String::new()),
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.style.bold = false,
            TagEnd::Emphasis => self.style.italic = false,
            TagEnd::Link => self.target = None,
            TagEnd::Heading(_) => {
                let parts = std::mem::take(&mut self.parts);
                self.blocks.push(Block::Heading(parts));
            }
            TagEnd::Paragraph | TagEnd::Item => self.paragraph(),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.blocks.push(Block::Code(code.trim_end().to_owned()));
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.parts);
                self.rows.last_mut().into_iter().for_each(|row| row.push(cell.clone()));
            }
            TagEnd::Table => self.blocks.push(Block::Table(std::mem::take(&mut self.rows))),
            _ => {}
        }
    }

    /// Ends a paragraph, if one has begun.
    fn paragraph(&mut self) {
        if self.parts.is_empty() {
            return;
        }
        let mut parts = std::mem::take(&mut self.parts);
        if parts.iter().all(|part| part.target.is_none()) {
            parts = link_words(parts, &mut self.known);
        }
        let mark = std::mem::replace(&mut self.mark, Mark::None);
        self.blocks.push(Block::Text { depth: self.lists.len(), mark, parts });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text for a test: bold between asterisks, a link between brackets.
    fn told(parts: &[Part]) -> String {
        let told = parts.iter().map(|part| {
            let text = match part.style {
                Style { bold: true, .. } => format!("*{}*", part.text),
                Style { italic: true, .. } => format!("/{}/", part.text),
                Style { code: true, .. } => format!("`{}`", part.text),
                _ => part.text.clone(),
            };
            if part.target.is_some() { format!("[{text}]") } else { text }
        });
        told.collect()
    }

    fn lines(text: &str) -> Vec<String> {
        let line = |block: &Block| match block {
            Block::Heading(parts) => format!("# {}", told(parts)),
            Block::Text { depth, mark, parts } => format!("{depth} {mark:?} {}", told(parts)),
            Block::Code(code) => format!("code {code}"),
            Block::Table(rows) => {
                let row = |row: &Vec<Vec<Part>>| {
                    row.iter().map(|cell| told(cell)).collect::<Vec<_>>().join("|")
                };
                rows.iter().map(row).collect::<Vec<_>>().join("; ")
            }
        };
        blocks(text, |_| None).iter().map(line).collect()
    }

    #[test]
    fn everything_the_explanations_are_made_of_is_told_apart() {
        let text = "## A *head*\n\nOne **bold** `code`\nin two lines.\n\n- a\n- b **c**\n\n\
                    3. three\n4. four\n   - within\n\n```python\nx = 1\n\ny\n```\n\n\
                    | a | b |\n|---|---|\n| 1 | `2` |\n";
        let expected = [
            "# A /head/",
            "0 None One *bold* `code` in two lines.",
            "1 Dot a",
            "1 Dot b *c*",
            "1 Number(3) three",
            "1 Number(4) four",
            "2 Dot within",
            "code x = 1\n\ny",
            "a|b; 1|`2`",
        ];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn a_word_is_a_link_where_it_is_first_but_not_in_headings_code_tables_or_beside_links() {
        let text = "## Lock\n\n`lock` of a [lock](<show:x>)\n\n| lock |\n|---|\n| lock |\n\nA **lock**, a lock.\n";
        let shown = |address: &str| (address == "show:x").then(target);
        let words: Vec<_> = blocks(text, shown)
            .into_iter()
            .filter_map(|block| match block {
                Block::Text { parts, .. } => Some(told(&parts)),
                _ => None,
            })
            .collect();
        assert_eq!(words, ["`lock` of a [lock]", "A [*lock*], a lock."]);
    }

    fn target() -> Target {
        use crate::topics::answer::Link;
        let link = Link::read("shared-list", "contended: released").expect("a link");
        Target::Run(crate::app::seek::Wanted { owner: "shared-list", link })
    }

    /// What the explanations say has a place in what is drawn of them.
    #[test]
    fn no_letter_of_an_explanation_is_lost() {
        for topic in crate::topics::ALL {
            let text = topic.about().explanation;
            let mut drawn = String::new();
            let all =
                |parts: &[Part]| parts.iter().map(|part| part.text.as_str()).collect::<String>();
            for block in blocks(text, |_| None) {
                match block {
                    Block::Heading(parts) | Block::Text { parts, .. } => drawn += &all(&parts),
                    Block::Code(code) => drawn += &code,
                    Block::Table(rows) => {
                        rows.iter().flatten().for_each(|cell| drawn += &all(cell))
                    }
                }
            }
            let mut written = String::new();
            let mut rest = text;
            // Addresses of links are not shown.
            while let Some((before, after)) = rest.split_once("](<") {
                written += before;
                rest = after.split_once(">)").expect("an address ends").1;
            }
            written += rest;
            let letters =
                |text: &str| -> Vec<char> { text.chars().filter(|c| c.is_alphabetic()).collect() };
            let fence = written.replace("```python", "");
            assert_eq!(letters(&drawn), letters(&fence), "{}", topic.id());
        }
    }
}
