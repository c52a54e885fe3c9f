//! What others make of our files: a browser of the report, a browser and poppler of figures. Each check needs a program that
//! not every machine has (`chromium`, and poppler's `pdftotext` and `pdftoppm`); where that is missing, it says so.

use super::common::runs;
use concurrency_lab::app::command::Page;
use concurrency_lab::app::picture::{self, FigureSpec, Format, Part, PictureSpec};
use concurrency_lab::app::playback::At;
use concurrency_lab::app::session::Session;
use concurrency_lab::export::raster::Image;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Whether there is a program; says so where there is not.
fn there(program: &str) -> bool {
    let ran = Command::new(program).arg("--version").stderr(Stdio::null()).output();
    let is_there = ran.is_ok_and(|ran| ran.status.success()) || {
        // Poppler's say their version with a status of their own.
        Command::new(program).arg("-v").output().is_ok()
    };
    if !is_there {
        println!("LEFT OUT: there is no {program} here");
    }
    is_there
}

/// The longest that a browser may take, only so that a broken one does not hang for ever.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a headless browser without a network prints; it leaves what it writes in the folder.
fn browser(folder: &Path, args: &[&str]) -> String {
    let profile = folder.join("profile");
    let out = folder.join("browser.txt");
    let mut command = Command::new("chromium");
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking"])
        .args(["--force-device-scale-factor=2", "--virtual-time-budget=5000"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(fs::File::create(&out).unwrap())
        .stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().unwrap();
    let begin = Instant::now();
    let ended = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if begin.elapsed() > PATIENCE => break None,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    if ended.is_none() {
        #[cfg(unix)]
        // SAFETY: plain call; the group is led by the child, which has not been waited for.
        unsafe {
            libc::kill(-(child.id() as i32), libc::SIGKILL);
        }
        let _ = child.kill();
        let _ = child.wait();
        panic!("the browser did not end: {args:?}");
    }
    fs::read_to_string(out).unwrap()
}

fn report(folder: &Path) -> String {
    let (topic, out) = ("shared-list/quick-ten", folder.join("report"));
    let args = ["report", topic, "--set", "time_scale=0.02", "--author", "Ada", "-o"];
    let ran = Command::new(runs::PROGRAM).args(args).arg(&out).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    fs::read_to_string(out.join("report.html")).unwrap()
}

/// Clicks what a reader clicks, and writes down what came of it.
const DRIVER: &str = r#"<pre id="told"></pre><script>
const told = [];
const stage = document.querySelector('.stage');
const seen = () => [...stage.querySelectorAll('.moment')].filter(m => !m.hidden).length;
const said = () => stage.querySelector('.tools span').textContent;
told.push(seen(), said());
stage.querySelector('.back').click();
told.push(seen(), said());
for (let i = 0; i < 20; i++) stage.querySelector('.on').click();
told.push(said(), stage.querySelector('.on').disabled);
const lanes = document.querySelector('.lanes');
const wide = () => Math.round(lanes.querySelector('svg').getBoundingClientRect().width);
const before = wide();
lanes.querySelector('.in').click();
lanes.querySelector('.in').click();
told.push((wide() / before).toFixed(1), lanes.querySelector('.tools span').textContent);
lanes.querySelector('.out').click();
lanes.querySelector('.out').click();
told.push((wide() / before).toFixed(1));
told.push(document.fonts.check('15px Inter'), performance.getEntriesByType('resource').length);
document.querySelector('#told').textContent = JSON.stringify(told);
</script>"#;

/// A browser without a network shows the whole report; its steps and its zoom work; with scripts off it reads all the same.
#[test]
fn a_browser_reads_the_report() {
    if !there("chromium") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let page = report(folder.path());
    fs::write(
        folder.path().join("driven.html"),
        page.replace("</body>", &format!("{DRIVER}</body>")),
    )
    .unwrap();
    let told = browser(folder.path(), &["--dump-dom", "driven.html"]);
    let told = told.split_once("<pre id=\"told\">").unwrap().1.split("</pre>").next().unwrap();
    let told: Vec<serde_json::Value> = serde_json::from_str(told).unwrap();
    let moments = page.matches("class=\"moment\"").count();
    let said = |number: usize| format!("moment {number} of {moments}");
    let wanted = serde_json::json!([
        1,
        said(moments - 1),
        1,
        said(moments - 2),
        said(moments),
        true,
        "2.3",
        "225 %",
        "1.0",
        true,
        0
    ]);
    assert_eq!(serde_json::Value::from(told), wanted);

    // The browser prints what became of a page by a script of its own, so only those of the page are off here.
    let policy =
        "<head><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'\">";
    fs::write(folder.path().join("still.html"), page.replace("<head>", policy)).unwrap();
    let still = browser(folder.path(), &["--dump-dom", "still.html"]);
    assert_eq!(still.matches("class=\"moment\"").count(), moments);
    assert!(!still.contains("class=\"moment\" hidden"), "all moments are there");
    assert_eq!(
        still.matches("class=\"tools\" hidden").count(),
        2,
        "and no button that does nothing"
    );
    if there("pdftotext") {
        browser(folder.path(), &["--print-to-pdf=page.pdf", "still.html"]);
        let text = text_of(&folder.path().join("page.pdf"));
        for words in ["What came out", "adder", "The whole program", "Ada", "list lock"] {
            assert!(text.contains(words), "{words} is not in print");
        }
    }
}

fn text_of(pdf: &Path) -> String {
    let ran = Command::new("pdftotext").arg(pdf).arg("-").output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

/// The part of the pixels in which two pictures are not the same to the eye: a channel is a quarter off. A height of half a
/// point is a pixel more in one of them.
fn apart(one: &Image, two: &Image) -> f64 {
    let near = |a: usize, b: usize| a.abs_diff(b) <= 1;
    assert!(
        near(one.width, two.width) && near(one.height, two.height),
        "{} × {}",
        two.width,
        two.height
    );
    let (width, height) = (one.width.min(two.width), one.height.min(two.height));
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let other = |&(x, y): &(usize, usize)| {
        let (a, b) = (one.pixel(x, y), two.pixel(x, y));
        a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 64)
    };
    places.filter(other).count() as f64 / (width * height) as f64
}

fn pixels(path: &Path) -> Image {
    let mut reader = png::Decoder::new(std::io::BufReader::new(fs::File::open(path).unwrap()))
        .read_info()
        .unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    bytes.truncate(info.buffer_size());
    let (width, height) = (info.width as usize, info.height as usize);
    let channels = bytes.len() / (width * height);
    let rgba = bytes.chunks(channels).flat_map(|pixel| match *pixel {
        [grey] | [grey, _] => [grey, grey, grey, 255],
        [r, g, b, ..] => [r, g, b, 255],
        [] => [0; 4],
    });
    Image { width, height, rgba: rgba.collect() }
}

fn session() -> Session {
    let done = runs::run(runs::topic("shared-list"), "quick-ten", &["time_scale=0.02"]);
    Session::recorded("", done.trace)
}

fn spec(part: Part) -> FigureSpec {
    let at = At::Fraction(0.5);
    let picture = PictureSpec {
        size: [1100.0, 700.0],
        scale: 2.0,
        dark: false,
        part,
        page: Page::default(),
        at,
    };
    FigureSpec { picture, caption: true, paper: None }
}

/// SVG by a browser and PDF by poppler look as our own picture does: at most one pixel in fifty is another.
#[test]
fn others_draw_our_vectors_as_we_do() {
    let (browser_is_there, poppler_is_there) =
        (there("chromium"), there("pdftoppm") && there("pdftotext"));
    let folder = TempDir::new().unwrap();
    let session = session();
    let trace = session.recording.trace.as_ref().clone();
    for part in [Part::Window, Part::Stage, Part::Timeline] {
        let spec = spec(part);
        let session = || picture::at(Session::recorded("", trace.clone()), &spec.picture);
        let own = picture::image(session(), &spec).unwrap();
        let size = format!("{}", own.width);
        if browser_is_there {
            let (bytes, _) = picture::file(session(), &spec, Format::Svg).unwrap();
            fs::write(folder.path().join("a.svg"), bytes).unwrap();
            let window = format!("--window-size={},{}", own.width / 2, own.height.div_ceil(2));
            browser(folder.path(), &[&window, "--screenshot=a.png", "a.svg"]);
            let theirs = pixels(&folder.path().join("a.png"));
            let apart = apart(&own, &theirs);
            println!("{part:?}, SVG by the browser: {:.2} % of the pixels differ", 100.0 * apart);
            assert!(apart <= 0.02, "{part:?}: {apart}");
        }
        if poppler_is_there {
            let (bytes, _) = picture::file(session(), &spec, Format::Pdf).unwrap();
            let pdf = folder.path().join("a.pdf");
            fs::write(&pdf, bytes).unwrap();
            let text = text_of(&pdf);
            assert!(text.contains("remover") && text.contains("list lock"), "{part:?}: {text}");
            let ran = Command::new("pdftoppm")
                .args([
                    "-png",
                    "-singlefile",
                    "-scale-to-x",
                    &size,
                    "-scale-to-y",
                    &own.height.to_string(),
                ])
                .arg(&pdf)
                .arg(folder.path().join("b"))
                .output()
                .unwrap();
            assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
            let apart = apart(&own, &pixels(&folder.path().join("b.png")));
            println!("{part:?}, PDF by poppler: {:.2} % of the pixels differ", 100.0 * apart);
            assert!(apart <= 0.02, "{part:?}: {apart}");
        }
    }
}
