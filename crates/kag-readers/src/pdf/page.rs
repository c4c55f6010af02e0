//! The text of one page.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, InterpreterWarning, TransformExt as _, hayro_syntax::page::Page,
    interpret_page, kurbo::Rect,
};

use super::{
    fonts::{self, Maps},
    glyphs::Glyphs,
    line::{Line, lines_of},
};

/// What the pages of a file have in common, as its fonts, and is read once.
#[derive(Default)]
pub(super) struct Shared<'p> {
    cache: InterpreterCache<'p>,
    maps: Maps,
}

/// What is written on a page.
pub(super) struct PageText {
    /// From 1, in the order of the file.
    pub(super) number: u32,
    pub(super) lines: Vec<Line>,
    /// Characters whose Unicode value is not known.
    nameless: usize,
    /// Images on the page.
    images: usize,
    /// Whether a font could not be read, so that what is written in it is not known.
    unknown_font: bool,
    /// Whether reading it failed before its end.
    failed: bool,
}

impl PageText {
    /// Reads `page`; `None` where it has more than `limit` bytes of text.
    ///
    /// What interprets the page may panic on what it did not foresee. The text until there is kept.
    pub(super) fn read<'p>(number: u32, page: &Page<'p>, shared: &Shared<'p>, limit: usize) -> Option<Self> {
        let mut glyphs = Glyphs::new(page, &shared.maps, limit);
        let unknown_font = Arc::new(AtomicBool::new(false));
        let failed =
            catch_unwind(AssertUnwindSafe(|| interpret(page, &shared.cache, &mut glyphs, &unknown_font))).is_err();
        if glyphs.is_full() {
            return None;
        }
        let (nameless, images) = (glyphs.nameless, glyphs.images);
        let unknown_font = unknown_font.load(Ordering::Relaxed);
        Some(Self { number, lines: lines_of(glyphs.pieces()), nameless, images, unknown_font, failed })
    }

    pub(super) fn bytes(&self) -> usize {
        self.lines.iter().map(|line| line.text.len()).sum()
    }

    /// What could not be read.
    pub(super) fn problem(&self) -> Option<String> {
        if self.failed {
            return Some("the page is damaged, and read only in part".to_owned());
        }
        if self.unknown_font {
            return Some("a font could not be read: what is written in it is left out, or not what is seen".to_owned());
        }
        let empty = self.lines.iter().all(|line| line.text.trim().is_empty());
        match (empty, self.nameless, self.images) {
            (_, 1.., _) => Some(format!("{} characters have no Unicode value and are left out", self.nameless)),
            (true, 0, 0) => Some("the page is empty".to_owned()),
            (true, 0, _) => Some("no text but images: it may be a scan".to_owned()),
            (false, 0, _) => None,
        }
    }
}

fn interpret<'p>(
    page: &Page<'p>,
    cache: &InterpreterCache<'p>,
    glyphs: &mut Glyphs<'_>,
    unknown_font: &Arc<AtomicBool>,
) {
    let (width, height) = page.render_dimensions();
    let bounds = Rect::new(0.0, 0.0, width.into(), height.into());
    let upright = page.initial_transform(true).to_kurbo();
    let unknown_font = Arc::clone(unknown_font);
    let settings = InterpreterSettings {
        cmap_resolver: Arc::new(fonts::encoding),
        warning_sink: Arc::new(move |warning| {
            if matches!(warning, InterpreterWarning::UnsupportedFont) {
                unknown_font.store(true, Ordering::Relaxed);
            }
        }),
        ..InterpreterSettings::default()
    };
    let mut context = Context::new(upright, bounds, cache, page.xref(), settings);
    interpret_page(page, &mut context, glyphs);
}
