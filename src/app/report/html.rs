//! The page: one file with its fonts, figures and script in it, readable without the script too.

use super::outcome::Told;
use super::{Chapter, Report};
use crate::export::vector::Embedded;
use crate::export::vector::svg::{self, escape};
use crate::replay::words;
use crate::widgets::fonts;
use egui::FontFamily;
use std::fmt::Write as _;

/// A report as a page.
pub(super) fn page(report: &Report) -> String {
    let heading = &report.heading;
    let mut body = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = write!(body, "<header>\n<h1>{}</h1>\n", escape(&heading.title));
    let by: Vec<String> = [&heading.author, &heading.course]
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| escape(text))
        .collect();
    if !by.is_empty() {
        let _ = writeln!(body, "<p class=\"by\">{}</p>", by.join(" · "));
    }
    if !heading.command.is_empty() {
        let _ = writeln!(
            body,
            "<p class=\"how\">Every figure and number is of a run of real threads and processes, recorded by Concurrency Lab. The same report of new runs: <code>{}</code></p>",
            escape(&heading.command)
        );
    }
    if report.chapters.len() > 1 {
        body.push_str("<nav><ol>\n");
        for (number, chapter) in (1..).zip(&report.chapters) {
            let _ =
                writeln!(body, "<li><a href=\"#q{number}\">{}</a></li>", escape(&chapter.title));
        }
        body.push_str("</ol></nav>\n");
    }
    body.push_str("</header>\n");
    for (number, chapter) in (1..).zip(&report.chapters) {
        self::chapter(&mut body, number, chapter);
    }
    let mut embedded = Embedded::default();
    for family in [FontFamily::Proportional, fonts::semibold(), FontFamily::Monospace] {
        // The words of the page; those of its figures come with them.
        embedded.add_text(&body, &family);
    }
    for chapter in &report.chapters {
        let figures = chapter.stages.iter().chain([&chapter.lanes]);
        figures.for_each(|figure| embedded.add(&figure.drawing));
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
         <style>\n{}{STYLE}</style>\n</head>\n<body>\n{body}<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        escape(&heading.title),
        embedded.css(),
    )
}

fn chapter(out: &mut String, number: usize, chapter: &Chapter) {
    let _ = write!(
        out,
        "<section id=\"q{number}\">\n<h2>{number} {}</h2>\n<blockquote>{}</blockquote>\n",
        escape(&chapter.title),
        escape(&chapter.question)
    );
    if !chapter.points.is_empty() {
        out.push_str("<h3>What a full answer says</h3>\n<ol class=\"points\">\n");
        for point in chapter.points {
            let (head, more) = (inline(&point.head), inline(&point.more));
            let _ = writeln!(out, "<li><strong>{head}</strong><br>{more}</li>");
        }
        out.push_str("</ol>\n");
    }
    let _ = write!(out, "<h3>The run</h3>\n<p>{}</p>\n", escape(&chapter.caption.title));
    if !chapter.summary.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", escape(&sentence(&chapter.summary)));
    }
    let _ = writeln!(out, "<p>{}</p>", escape(&chapter.caption.origin));
    if !chapter.command.is_empty() {
        let _ = writeln!(out, "<p>The same again: <code>{}</code></p>", escape(&chapter.command));
    }
    if !chapter.params.is_empty() {
        out.push_str(
            "<table class=\"params\">\n<tr><th>parameter</th><th>value</th><th></th></tr>\n",
        );
        for [key, value, help] in &chapter.params {
            let [key, value, help] = [key, value, help].map(|text| escape(text));
            let _ = writeln!(
                out,
                "<tr><td><code>{key}</code></td><td>{value}</td><td>{help}</td></tr>"
            );
        }
        out.push_str("</table>\n");
    }
    figures(out, number, chapter);
    outcome(out, &chapter.outcome);
    if !chapter.findings.is_empty() {
        out.push_str("<h3>What the whole run proves</h3>\n<ul>\n");
        for (at, said) in &chapter.findings {
            let _ =
                writeln!(out, "<li>{} <span class=\"at\">{}</span></li>", escape(said), escape(at));
        }
        out.push_str("</ul>\n");
    }
    if !chapter.unseen.is_empty() {
        out.push_str("<ul class=\"unseen\">\n");
        for said in &chapter.unseen {
            let _ = writeln!(out, "<li>{}</li>", escape(said));
        }
        out.push_str("</ul>\n");
    }
    if !chapter.guesses.is_empty() {
        out.push_str("<h3>What was guessed</h3>\n<ul>\n");
        for [head, question, said] in &chapter.guesses {
            let [head, question, said] = [head, question, said].map(|text| escape(text));
            let _ = writeln!(out, "<li><strong>{head}</strong><br>{question}<br>{said}</li>");
        }
        out.push_str("</ul>\n");
    }
    for (name, text) in &chapter.programs {
        let _ =
            write!(out, "<h3>{}</h3>\n<pre><code>{}</code></pre>\n", escape(name), escape(text));
    }
    out.push_str("</section>\n");
}

fn outcome(out: &mut String, told: &Told) {
    if !told.lines.is_empty() || !told.tables.is_empty() {
        out.push_str("<h3>What came out</h3>\n");
    }
    if !told.lines.is_empty() {
        out.push_str("<table>\n");
        for (key, value) in &told.lines {
            let _ = writeln!(out, "<tr><td>{}</td><td>{}</td></tr>", escape(key), escape(value));
        }
        out.push_str("</table>\n");
    }
    for table in &told.tables {
        let _ = writeln!(out, "<p><strong>{}</strong></p>", escape(&words::capital(&table.name)));
        out.push_str("<div class=\"scroll\">\n<table class=\"things\">\n");
        row(out, "th", &table.heads);
        table.rows.iter().for_each(|cells| row(out, "td", cells));
        out.push_str("</table>\n</div>\n");
    }
}

fn row(out: &mut String, cell: &str, words: &[String]) {
    // A time stays in one line, a sentence need not.
    let short = |word: &str| match word.chars().count() <= 12 {
        true => word.replace(' ', "\u{a0}"),
        false => word.to_owned(),
    };
    let cells: Vec<String> =
        words.iter().map(|word| format!("<{cell}>{}</{cell}>", escape(&short(word)))).collect();
    let _ = writeln!(out, "<tr>{}</tr>", cells.concat());
}

fn figures(out: &mut String, number: usize, chapter: &Chapter) {
    out.push_str("<figure class=\"stage\">\n<div class=\"tools\" hidden><button class=\"back\" aria-label=\"Previous moment\">←</button> <span></span> <button class=\"on\" aria-label=\"Next moment\">→</button></div>\n");
    for (place, figure) in chapter.stages.iter().enumerate() {
        let title = format!("{}. {}", chapter.caption.title, figure.caption);
        let drawn = svg::element(&figure.drawing, &title, &format!("s{number}-{place}-"));
        let said = escape(&figure.caption);
        let _ = writeln!(out, "<div class=\"moment\">{drawn}<p class=\"at\">{said}</p></div>");
    }
    let said =
        format!("{}. {} {}", chapter.caption.title, chapter.caption.params, chapter.caption.origin);
    let _ = write!(out, "<figcaption>Stage: {}</figcaption>\n</figure>\n", escape(&said));
    let drawn =
        svg::element(&chapter.lanes.drawing, &chapter.lanes.caption, &format!("l{number}-"));
    let _ = write!(
        out,
        "<figure class=\"lanes\">\n<div class=\"tools\" hidden><button class=\"out\" aria-label=\"Zoom out\">−</button> <span></span> <button class=\"in\" aria-label=\"Zoom in\">+</button></div>\n<div class=\"scroll\">{drawn}</div>\n<figcaption>Lanes: a row for each thread and process, time from left to right.</figcaption>\n</figure>\n"
    );
}

/// A text of an answer: words between backquotes are code.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (place, part) in text.split('`').enumerate() {
        let part = escape(part);
        let _ = match place % 2 {
            0 => write!(out, "{part}"),
            _ => write!(out, "<code>{part}</code>"),
        };
    }
    out
}

/// Words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

const STYLE: &str = "\
html{background:#f4f5f8}
body{font:400 15px/1.55 Inter,sans-serif;color:#161a22;background:#fff;max-width:1000px;margin:0 auto;padding:40px 48px}
h1{font:600 30px/1.2 Inter,sans-serif;margin:0 0 8px}
h2{font:600 22px/1.3 Inter,sans-serif;margin:56px 0 12px;padding-top:20px;border-top:1px solid #dfe3ea}
h3{font:600 16px/1.3 Inter,sans-serif;margin:28px 0 8px;break-after:avoid}
p{margin:6px 0;max-width:46em}
.by{font-size:17px}
.how,.at,.unseen,figcaption{color:#5d6675;font-size:13px}
blockquote{margin:0;padding:10px 16px;background:#eef2fa;border-radius:8px;font-size:16px}
.points li{margin:8px 0;max-width:46em}
code,pre{font:13px/1.5 'JetBrains Mono',monospace;font-feature-settings:'liga' 0}
p code,td code,li code{background:#f4f5f8;padding:1px 4px;border-radius:4px;overflow-wrap:anywhere}
td code,.params td:nth-child(2){white-space:nowrap}
pre{background:#f4f5f8;padding:12px 16px;border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;margin:8px 0}
.things{font-size:13px}
.things td,.things th{padding-right:12px}
td,th{text-align:left;vertical-align:top;padding:3px 18px 3px 0;border-bottom:1px solid #dfe3ea;font-variant-numeric:tabular-nums}
figure{margin:20px 0;break-inside:avoid}
figure svg{display:block;width:100%;height:auto;border:1px solid #dfe3ea;border-radius:8px;box-sizing:border-box}
.moment{margin:0 0 14px}
.scroll{overflow-x:auto}
.tools{margin:0 0 8px}
.tools span{display:inline-block;min-width:11em;text-align:center;font-variant-numeric:tabular-nums}
button{font:inherit;background:#fff;border:1px solid #c9d0db;border-radius:6px;padding:2px 14px;cursor:pointer}
button:disabled{color:#8a93a3}
nav a{color:#2b5bd7}
@media print{
@page{margin:16mm}
html{background:#fff}
body{padding:0;max-width:none;font-size:10.5pt}
h2{break-before:page;border:0;padding:0;margin-top:0}
.tools{display:none}
.moment,tr,.points li{break-inside:avoid}
figure.stage{break-inside:auto}
.lanes svg{width:100%!important}
pre{font-size:9pt}
}
";

/// Steps through the moments of a stage, and zooms lanes.
const SCRIPT: &str = "\
for (const figure of document.querySelectorAll('.stage')) {
  const moments = [...figure.querySelectorAll('.moment')];
  const [tools, back, on] = ['.tools', '.back', '.on'].map(name => figure.querySelector(name));
  if (moments.length < 2) continue;
  let now = 0;
  const show = to => {
    now = Math.max(0, Math.min(moments.length - 1, to));
    moments.forEach((moment, place) => moment.hidden = place !== now);
    tools.querySelector('span').textContent = `moment ${now + 1} of ${moments.length}`;
    back.disabled = now === 0;
    on.disabled = now === moments.length - 1;
  };
  back.onclick = () => show(now - 1);
  on.onclick = () => show(now + 1);
  tools.hidden = false;
  // Near the end: by then something has happened.
  show(moments.length - 2);
}
for (const figure of document.querySelectorAll('.lanes')) {
  const [tools, room, drawn] = ['.tools', '.scroll', 'svg'].map(name => figure.querySelector(name));
  let zoom = 1;
  const set = (to, x) => {
    to = Math.max(1, Math.min(16, to));
    const at = (room.scrollLeft + x) / zoom;
    zoom = to;
    drawn.style.width = `${100 * zoom}%`;
    room.scrollLeft = at * zoom - x;
    tools.querySelector('span').textContent = `${Math.round(100 * zoom)} %`;
  };
  figure.querySelector('.in').onclick = () => set(zoom * 1.5, room.clientWidth / 2);
  figure.querySelector('.out').onclick = () => set(zoom / 1.5, room.clientWidth / 2);
  room.addEventListener('wheel', event => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    set(zoom * Math.exp(-event.deltaY / 300), event.clientX - room.getBoundingClientRect().left);
  }, { passive: false });
  tools.hidden = false;
  set(1, 0);
}
";
