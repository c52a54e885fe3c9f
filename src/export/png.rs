//! PNG files.
//!
//! Nothing but the picture is in them (no date, no name of a machine): the same picture gives the same bytes.

use std::path::Path;

use super::raster::Image;
use super::{ExportError, save};

/// The bytes of a PNG file: 8 bits a channel, sRGB, without an alpha channel where nothing is transparent.
///
/// # Errors
/// [`ExportError::Pixels`] if the pixels do not fill the picture, [`ExportError::Size`] if it has none.
pub fn encode(image: &Image) -> Result<Vec<u8>, ExportError> {
    let &Image { width, height, ref rgba } = image;
    super::raster::check_size([width, height])?;
    let wrong = || ExportError::Pixels { width, height, bytes: rgba.len() };
    if rgba.len() != width * height * 4 {
        return Err(wrong());
    }
    let (pixels, _) = rgba.as_chunks::<4>();
    let opaque = pixels.iter().all(|pixel| pixel[3] == 255);
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.set_source_srgb(::png::SrgbRenderingIntent::RelativeColorimetric);
    encoder.set_compression(::png::Compression::Balanced);
    let written = if opaque {
        encoder.set_color(::png::ColorType::Rgb);
        let mut rgb = Vec::new();
        // A picture as large as memory is no reason to abort.
        rgb.try_reserve_exact(3 * pixels.len())
            .map_err(|_| ExportError::Memory { width, height })?;
        rgb.extend(pixels.iter().flat_map(|&[r, g, b, _]| [r, g, b]));
        encoder.write_header().and_then(|mut writer| writer.write_image_data(&rgb))
    } else {
        encoder.set_color(::png::ColorType::Rgba);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(rgba))
    };
    // Writing to memory does not fail, and the size was checked: only a mistake of ours gets here.
    written.map_err(|error| {
        log::error!("PNG encoder: {error}");
        wrong()
    })?;
    Ok(bytes)
}

/// Writes the picture to a PNG file, whole or not at all.
///
/// # Errors
/// As [`encode`], and [`ExportError::Write`] if the file cannot be written.
pub fn write(path: &Path, image: &Image) -> Result<(), ExportError> {
    save::whole(path, &encode(image)?)
}
