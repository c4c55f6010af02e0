//! From glyphs that are drawn to pieces of text.

use std::cell::OnceCell;

use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
    font::{Glyph, GlyphRun, PositionedGlyph},
    hayro_cmap::{BfString, WritingMode},
    hayro_syntax::page::Page,
    kurbo::{Affine, BezPath, Point, Vec2},
};

use super::fonts::{Fonts, Maps};

/// Text on one baseline without wide gaps, in one direction.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    /// The direction in which it is read, of length 1; the y axis points down.
    pub(super) direction: Vec2,
    /// Where it begins and ends, along the direction.
    pub(super) start: f64,
    pub(super) end: f64,
    /// Where its baseline is, across the direction: the next line is further.
    pub(super) across: f64,
    /// The height of the letters' square.
    pub(super) size: f64,
}

/// Collects what is drawn.
pub(super) struct Glyphs<'p> {
    page: &'p Page<'p>,
    maps: &'p Maps,
    /// Looked up where a glyph does not say what it is.
    fonts: OnceCell<Fonts>,
    pieces: Vec<Piece>,
    pub(super) nameless: usize,
    pub(super) images: usize,
    /// Bytes that may still be collected.
    left: usize,
    full: bool,
    /// Where the last run began that was filled, and how many glyphs it had.
    filled: Option<(Point, usize)>,
}

/// Where a glyph stands.
struct Place {
    origin: Point,
    direction: Vec2,
    advance: f64,
    size: f64,
}

/// Gaps and distances in sizes. A space is commonly .25, kerning below .1.
const SPACE: f64 = 0.16;
const WIDE: f64 = 1.2;
const BACK: f64 = -0.6;
/// How far a superscript may stand from the baseline.
const SHIFT: f64 = 0.45;
/// Ideographs are as wide as they are high, and may be spread.
const IDEOGRAPHS: f64 = 0.6;

impl<'p> Glyphs<'p> {
    pub(super) fn new(page: &'p Page<'p>, maps: &'p Maps, limit: usize) -> Self {
        let (pieces, fonts) = (Vec::new(), OnceCell::new());
        Self { page, maps, fonts, pieces, nameless: 0, images: 0, left: limit, full: false, filled: None }
    }

    /// Whether there was more than the limit.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    pub(super) fn pieces(self) -> Vec<Piece> {
        self.pieces
    }

    fn glyph(&mut self, transform: Affine, mode: WritingMode, glyph: &PositionedGlyph<'_>) {
        let Some(text) = self.unicode(glyph) else {
            self.nameless += 1;
            return;
        };
        let Some(place) = Place::of(transform * glyph.transform(), mode, advance(glyph)) else { return };
        let Some(left) = self.left.checked_sub(text.len()) else {
            self.full = true;
            return;
        };
        self.left = left;
        self.add(&text, &place);
    }

    fn unicode(&self, glyph: &Glyph<'_>) -> Option<String> {
        let text = glyph.as_unicode().or_else(|| self.by_code(glyph)).map(|text| match text {
            BfString::Char(character) => character.to_string(),
            BfString::String(text) => text,
        })?;
        // What is of private use means nothing outside of its font.
        let means = |character: char| !matches!(character, '\0' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}');
        text.chars().all(means).then_some(text)
    }

    /// What the code of `glyph` means in its font, if that is a composite one of the page.
    fn by_code(&self, glyph: &Glyph<'_>) -> Option<BfString> {
        let Glyph::Outline(glyph) = glyph else { return None };
        let font = glyph.font_data()?.postscript_name?;
        self.fonts.get_or_init(|| Fonts::of(self.page, self.maps)).text(&font, glyph.char_code())
    }

    fn add(&mut self, text: &str, place: &Place) {
        let along = place.origin.to_vec2().dot(place.direction);
        let across = place.across();
        if let Some(last) = self.pieces.last_mut() {
            let size = last.size.max(place.size);
            let gap = (along - last.end) / size;
            let goes_on = last.direction.dot(place.direction) > 0.99
                && (across - last.across).abs() < SHIFT * size
                && (BACK..WIDE).contains(&gap);
            if goes_on {
                if gap > SPACE && needs_space(&last.text, text, gap) {
                    last.text.push(' ');
                }
                last.text.push_str(text);
                last.end = last.end.max(along + place.advance);
                if place.size > last.size {
                    (last.size, last.across) = (place.size, across);
                }
                return;
            }
        }
        if text.trim().is_empty() {
            return;
        }
        self.pieces.push(Piece {
            text: text.to_owned(),
            direction: place.direction,
            start: along,
            end: along + place.advance,
            across,
            size: place.size,
        });
    }
}

impl Place {
    /// `None` where the glyph is drawn to nothing.
    fn of(transform: Affine, mode: WritingMode, advance: f64) -> Option<Self> {
        let origin = transform * Point::ZERO;
        let right = transform * Point::new(1.0, 0.0) - origin;
        let up = transform * Point::new(0.0, 1.0) - origin;
        // Outlines are drawn on a square of 1000.
        let size = up.hypot() * 1000.0;
        let (direction, advance) = match mode {
            WritingMode::Horizontal => (right, advance * right.hypot()),
            WritingMode::Vertical => (-up, size),
        };
        let length = direction.hypot();
        let is_drawn = size.is_finite() && size > 0.01 && length > 0.0 && origin.is_finite() && advance.is_finite();
        is_drawn.then(|| Self { origin, direction: direction / length, advance, size })
    }

    fn across(&self) -> f64 {
        self.origin.to_vec2().dot(Vec2::new(-self.direction.y, self.direction.x))
    }
}

fn advance(glyph: &Glyph<'_>) -> f64 {
    let advance = match glyph {
        Glyph::Outline(glyph) => glyph.advance_width(),
        Glyph::Type3(glyph) => glyph.advance_width(),
    };
    advance.map_or(500.0, f64::from)
}

/// Whether a gap that is no kerning parts words.
fn needs_space(before: &str, text: &str, gap: f64) -> bool {
    let (Some(last), Some(first)) = (before.chars().next_back(), text.chars().next()) else { return false };
    let wide = is_ideographic(last) && is_ideographic(first);
    !last.is_whitespace() && !first.is_whitespace() && (!wide || gap > IDEOGRAPHS)
}

/// Whether words are not told apart by spaces beside it.
pub(super) fn is_ideographic(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

impl<'a> Device<'a> for Glyphs<'_> {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let begins = run.glyphs().first().map(|glyph| props.transform * glyph.transform() * Point::ZERO);
        let this = begins.map(|begins| (begins, run.glyphs().len()));
        // Text that is filled and stroked is drawn twice.
        if matches!(mode, DrawMode::Stroke(_)) && this == self.filled {
            return;
        }
        self.filled = this;
        for glyph in run.glyphs() {
            if self.full {
                return;
            }
            self.glyph(props.transform, run.writing_mode(), glyph);
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.images += 1;
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
