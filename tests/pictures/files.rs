//! PNG files: what is in them, and what is said when they cannot be written.

use std::fs;
use std::path::Path;

use concurrency_lab::export::raster::Image;
use concurrency_lab::export::{ExportError, icon, png};

fn checks(alpha: u8) -> Image {
    let rgba = (0..6 * 4_u8).flat_map(|i| [i * 10, 255 - i, i % 3 * 100, alpha]).collect();
    Image { width: 6, height: 4, rgba }
}

fn decode(bytes: &[u8]) -> (::png::ColorType, Vec<u8>) {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    (reader.info().color_type, pixels)
}

#[test]
fn what_goes_in_comes_out() {
    let see_through = checks(77);
    let (kind, pixels) = decode(&png::encode(&see_through).unwrap());
    assert_eq!(kind, ::png::ColorType::Rgba);
    assert_eq!(pixels, see_through.rgba);

    let opaque = checks(255);
    let (kind, pixels) = decode(&png::encode(&opaque).unwrap());
    assert_eq!(kind, ::png::ColorType::Rgb);
    let kept = opaque.rgba.as_chunks::<4>().0.iter().flat_map(|p| &p[..3]);
    assert!(kept.eq(&pixels));
}

#[test]
fn the_same_picture_gives_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one.png", "two.png"].map(|name| folder.path().join(name));
    png::write(&one, &checks(255)).unwrap();
    png::write(&two, &checks(255)).unwrap();
    assert_eq!(fs::read(one).unwrap(), fs::read(two).unwrap());
}

#[test]
fn an_old_file_is_replaced_and_nothing_else_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("figure.png");
    fs::write(&path, "old").unwrap();
    png::write(&path, &checks(255)).unwrap();
    assert_eq!(&fs::read(&path).unwrap()[1..4], b"PNG");
    assert_eq!(names(folder.path()), ["figure.png"]);
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The error for a path that cannot be written: one sentence with the path in it.
fn refusal(path: &Path) -> String {
    let error = png::write(path, &checks(255)).unwrap_err();
    assert!(matches!(error, ExportError::Write { .. }));
    let text = error.to_string();
    assert!(text.contains(path.to_str().unwrap()), "{text}");
    assert!(!text.contains('\n'), "{text}");
    text
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = refusal(&folder.path().join("no/such/folder/x.png"));
    assert!(text.contains("there is no such folder"), "{text}");
    assert!(text.contains("choose another"), "{text}");

    refusal(folder.path());
    refusal(Path::new(""));
    refusal(Path::new("/"));
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_read_only_file_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.png");
    fs::write(&path, "keep me").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    refusal(&path);
    assert_eq!(fs::read(&path).unwrap(), b"keep me");
    assert_eq!(names(folder.path()), ["kept.png"]);
}

#[cfg(unix)]
#[test]
fn links_and_devices_stay_what_they_are() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let [real, link] = ["real.png", "link.png"].map(|name| folder.path().join(name));
    fs::write(&real, "old").unwrap();
    symlink(&real, &link).unwrap();
    png::write(&link, &checks(255)).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(&fs::read(&real).unwrap()[1..4], b"PNG");

    // One that leads nowhere yet is still followed; one that leads to itself is refused.
    let [later, early] = ["later.png", "early.png"].map(|name| folder.path().join(name));
    symlink(&later, &early).unwrap();
    png::write(&early, &checks(255)).unwrap();
    assert!(fs::symlink_metadata(&early).unwrap().is_symlink() && later.exists());
    let round = folder.path().join("round.png");
    symlink(&round, &round).unwrap();
    assert!(png::write(&round, &checks(255)).is_err());
    assert!(fs::symlink_metadata(&round).unwrap().is_symlink());

    let null = Path::new("/dev/null");
    png::write(null, &checks(255)).unwrap();
    assert!(fs::metadata(null).unwrap().file_type().is_char_device());
}

#[test]
fn pixels_that_do_not_fill_the_picture_are_refused() {
    let mut image = checks(255);
    image.rgba.pop();
    assert!(matches!(png::encode(&image), Err(ExportError::Pixels { bytes: 95, .. })));
    image.width = 0;
    assert!(matches!(png::encode(&image), Err(ExportError::Size { .. })));
}

#[test]
fn the_icon_is_a_padlock_with_lanes_at_every_size() {
    for size in [16, 32, 48, 256] {
        let icon = icon::icon(size).unwrap();
        let side = size as usize;
        assert_eq!((icon.width, icon.height), (side, side));
        // In units of a thirty-second of its side.
        let at = |x: f32, y: f32| {
            let px = |v: f32| (v / 32.0 * size as f32) as usize;
            icon.pixel(px(x), px(y))
        };
        assert_eq!(at(1.0, 1.0)[3], 0, "{size}: corner is empty");
        assert_eq!(at(16.0, 10.5)[3], 0, "{size}: one sees through the bow");
        assert_eq!(at(9.5, 11.0)[3], 255, "{size}: the bow's leg is metal");
        if size < 32 {
            // The lanes are about a pixel high: there, but mixed with what is beside them.
            continue;
        }
        let [r, g, b, a] = at(9.0, 17.5);
        assert!(a == 255 && g > r && g > b, "{size}: a running lane is green");
        let [r, _, b, _] = at(18.0, 26.5);
        assert!(r > 180 && b < 80, "{size}: a waiting lane is orange");
        let [r, _, b, _] = at(20.0, 17.5);
        assert!(b > 140 && r < 60, "{size}: a holding lane is blue");
    }
    assert!(icon::icon(0).is_err());
}
