//! Textures: kept as 8-bit premultiplied texels, read with egui's filters and wrap modes.

use egui::epaint::ImageData;
use egui::{TextureFilter, TextureOptions, TextureWrapMode};

/// Bits after the point of a texel coordinate.
pub(super) const FRACTION: u32 = 32;
/// Weights of neighbouring texels are in 1/256, as on common GPUs.
const WEIGHT: u32 = 256;

#[derive(Debug)]
pub(super) struct Texture {
    width: usize,
    height: usize,
    texels: Vec<[u8; 4]>,
    options: TextureOptions,
}

impl Texture {
    /// Nothing if the image is empty or its pixels do not fill it.
    pub fn new(image: &ImageData, options: TextureOptions) -> Option<Self> {
        let ImageData::Color(image) = image;
        let [width, height] = image.size;
        if width == 0 || height == 0 || width.checked_mul(height)? != image.pixels.len() {
            return None;
        }
        Some(Self {
            width,
            height,
            texels: image.pixels.iter().map(|c| c.to_array()).collect(),
            options,
        })
    }

    /// Replaces the part at `x`, `y`; what would lie outside is left out.
    pub fn update(&mut self, [x, y]: [usize; 2], image: &ImageData, options: TextureOptions) {
        self.options = options;
        let ImageData::Color(image) = image;
        let [columns, _] = image.size;
        let shown = columns.min(self.width.saturating_sub(x));
        if shown == 0 {
            return;
        }
        let old_rows = self.texels.chunks_exact_mut(self.width).skip(y);
        for (old, new) in old_rows.zip(image.pixels.chunks_exact(columns)) {
            for (old, new) in old[x..x + shown].iter_mut().zip(new) {
                *old = new.to_array();
            }
        }
    }

    /// Width and height in texels.
    pub fn size(&self) -> [f64; 2] {
        [self.width as f64, self.height as f64]
    }

    /// Whether the first texel is white and is read alone at the top left corner: egui keeps its white pixel there.
    pub fn starts_white(&self) -> bool {
        self.texels[0] == [255; 4] && self.options.wrap_mode == TextureWrapMode::ClampToEdge
    }

    /// Whether neighbouring texels are mixed where one pixel steps over `texels_per_pixel` of them. Mipmaps are not
    /// made: images in the app are shown near their own size.
    pub fn is_linear(&self, texels_per_pixel: f64) -> bool {
        let filter = if texels_per_pixel > 1.0 {
            self.options.minification
        } else {
            self.options.magnification
        };
        filter == TextureFilter::Linear
    }

    /// The texel at column `u`, row `v` (fixed point, [`FRACTION`] bits, 0.5 in the middle of the first).
    pub fn nearest(&self, u: i64, v: i64) -> [u8; 4] {
        self.texel(u >> FRACTION, v >> FRACTION)
    }

    /// The four texels around `u`, `v` mixed, each channel 0 to 255. `None` if nothing is there to be seen.
    pub fn linear(&self, u: i64, v: i64) -> Option<[f32; 4]> {
        let (x, right) = split(u);
        let (y, below) = split(v);
        let corner = self.texel(x, y);
        if right == 0 && below == 0 {
            return (corner != [0; 4]).then(|| corner.map(f32::from));
        }
        let parts = [
            (corner, (WEIGHT - right) * (WEIGHT - below)),
            (self.texel(x + 1, y), right * (WEIGHT - below)),
            (self.texel(x, y + 1), (WEIGHT - right) * below),
            (self.texel(x + 1, y + 1), right * below),
        ];
        let mut sum = [0_u32; 4];
        for (texel, weight) in parts {
            for (sum, channel) in sum.iter_mut().zip(texel) {
                *sum += u32::from(channel) * weight;
            }
        }
        const SCALE: f32 = 1.0 / (WEIGHT * WEIGHT) as f32;
        (sum != [0; 4]).then(|| sum.map(|channel| channel as f32 * SCALE))
    }

    fn texel(&self, x: i64, y: i64) -> [u8; 4] {
        let x = wrap(x, self.width, self.options.wrap_mode);
        let y = wrap(y, self.height, self.options.wrap_mode);
        self.texels[y * self.width + x]
    }
}

/// The texel left of (or above) a coordinate, and the weight of the next one, rounded to 1/256.
fn split(coordinate: i64) -> (i64, u32) {
    const HALF: i64 = 1 << (FRACTION - 1);
    const ROUND: i64 = 1 << (FRACTION - 9);
    let from_middle = coordinate.saturating_sub(HALF - ROUND);
    let weight = (from_middle >> (FRACTION - 8)) & 255;
    (from_middle >> FRACTION, weight as u32)
}

fn wrap(index: i64, size: usize, mode: TextureWrapMode) -> usize {
    let size = size as i64;
    let wrapped = match mode {
        TextureWrapMode::ClampToEdge => index.clamp(0, size - 1),
        TextureWrapMode::Repeat => index.rem_euclid(size),
        TextureWrapMode::MirroredRepeat => {
            let there_and_back = index.rem_euclid(2 * size);
            there_and_back.min(2 * size - 1 - there_and_back)
        }
    };
    wrapped as usize
}
