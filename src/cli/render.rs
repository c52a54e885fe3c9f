//! `render`: one instant of a run as a picture.

use super::{CliError, Experiment, say};
use crate::app::command::{GuessCommand, Page};
use crate::app::picture::{self, FigureSpec, Format, Paper, Part, PictureSpec};
use crate::app::playback::At;
use crate::app::session::Session;
use crate::export::open;
use crate::export::save;
use crate::export::trace_events::Watch;
use crate::topics::runner;
#[cfg(unix)]
use crate::trace::Engine;
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct PictureArgs {
    /// Where to write it; a name that ends in .png, .svg or .pdf
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// What of it: the whole window, the stage, or the timeline
    #[arg(long, value_enum, default_value_t = Part::Window)]
    part: Part,
    /// Page of the panel at the right
    #[arg(long, value_enum, default_value_t = Page::Explain)]
    page: Page,
    /// Which instant: `end`, a part such as 40%, or a time such as 1.5s, 300ms, 12us
    #[arg(long, value_name = "TIME", default_value = "end")]
    at: At,
    /// Light or dark
    #[arg(long, value_enum, default_value_t = ThemeName::Light)]
    theme: ThemeName,
    /// Size of the window in points
    #[arg(long, value_name = "WxH", default_value = "1440x900", value_parser = size)]
    size: [f32; 2],
    /// Pixels per point of a PNG, 0.5 to 4
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    scale: f32,
    /// Lay it out to fit a page of text (160 mm), half of that, or a slide
    #[arg(long, value_enum)]
    paper: Option<Paper>,
    /// Without the caption under a stage or timeline
    #[arg(long)]
    no_caption: bool,
    /// Draws the run as a trace without a topic: its scene alone
    #[arg(long, hide = true)]
    plain: bool,
    /// Draws the tab before the run
    #[arg(long, hide = true)]
    ready: bool,
    /// Draws it with the answer at this place chosen, from 1
    #[arg(long, hide = true)]
    guess: Option<usize>,
}

/// A theme, by its name.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum ThemeName {
    Light,
    Dark,
}

/// A window in which every part has room, in points.
const ROOMY: [f32; 2] = [720.0, 450.0];

/// Smallest and largest window, in points.
const SIDES: std::ops::RangeInclusive<u16> = 200..=8000;

/// Width and height, as WIDTHxHEIGHT.
pub fn size(text: &str) -> Result<[f32; 2], String> {
    let wrong = || {
        format!(
            "`{text}` is no size: write WIDTHxHEIGHT in points, each from {} to {}, such as 1440x900",
            SIDES.start(),
            SIDES.end()
        )
    };
    let (width, height) = text.split_once('x').ok_or_else(wrong)?;
    let side = |text: &str| {
        let side = text.parse::<u16>().ok().filter(|side| SIDES.contains(side));
        side.map(f32::from).ok_or_else(wrong)
    };
    Ok([side(width)?, side(height)?])
}

pub fn run(experiment: &Experiment, args: &PictureArgs) -> Result<(), CliError> {
    // What can be wrong with the words is found out before anything runs.
    if !(0.5..=4.0).contains(&args.scale) {
        return Err(CliError::Usage(format!(
            "`{}` is no scale: give a number from 0.5 to 4",
            args.scale
        )));
    }
    let format = Format::of(&args.out).ok_or_else(|| {
        let name = args.out.display();
        CliError::Usage(format!("{name} is not the name of a figure; end it in .png, .svg or .pdf"))
    })?;
    if experiment.file().is_some() && experiment.is_chosen() {
        let sentence =
            "a recording has its preset and its parameters: leave --preset and --set out";
        return Err(CliError::Usage(sentence.to_owned()));
    }
    save::check(&args.out)?;
    let spec = PictureSpec {
        size: args.size,
        scale: args.scale,
        dark: matches!(args.theme, ThemeName::Dark),
        part: args.part,
        page: args.page,
        at: args.at,
    };
    picture::check(&spec)?;
    let [width, height] = args.size;
    if spec.part != Part::Window
        && (width < ROOMY[0] || height < ROOMY[1])
        && experiment.file().is_none()
    {
        // Whether it has room is the same before a run.
        picture::draw(Session::new(experiment.topic()?), &spec)?;
    }
    let guess = args.guess.and_then(|number| number.checked_sub(1));
    let mut session = if let Some(recorded) = experiment.file() {
        let (trace, made, damage) = open::open(recorded, &Arc::new(Watch::default()))?.trace();
        if let Some(damage) = damage {
            super::complain(&damage);
        }
        let name = recorded.file_stem().unwrap_or_default().to_string_lossy();
        let mut session = Session::recorded(&name, trace);
        session.recording.made = made;
        session
    } else {
        experiment_session(experiment, args, guess)?
    };
    session.plain = args.plain;
    if let At::Time(at) = spec.at
        && at > session.end()
    {
        let end = session.end();
        super::complain(&format!("the run ended after {end}, before {at}: its end is drawn"));
    }

    let session = picture::at(session, &spec);
    let spec = FigureSpec { picture: spec, caption: !args.no_caption, paper: args.paper };
    let (bytes, size) = picture::file(session, &spec, format)?;
    save::whole(&args.out, &bytes)?;
    say(&format!("{}: {size}", args.out.display()))
}

/// What is drawn of a topic: a run, or the tab before it.
fn experiment_session(
    experiment: &Experiment,
    args: &PictureArgs,
    guess: Option<usize>,
) -> Result<Session, CliError> {
    let topic = experiment.topic()?;
    #[cfg(unix)]
    if experiment.wants_python() && !args.ready {
        return experiment.listing_session();
    }
    if args.ready {
        let mut session = Session::new(topic);
        session.set_params(experiment.read()?.1);
        #[cfg(unix)]
        if experiment.wants_python() {
            session.set_engine(Engine::Python);
        }
        if let Some(answer) = guess {
            session.guess(GuessCommand::Choose(answer));
        }
        return Ok(session);
    }
    let (topic, params) = experiment.read()?;
    let finished = runner::run_to_end(topic, params.clone(), experiment.timeout()?)?;
    match finished.result {
        Err(error) => Err(error.into()),
        Ok(_) => Ok(Session::guessed(topic, params, finished, guess)),
    }
}
