//! How the lines of a page are set, and what that says of paragraphs.

use super::{line::Line, page::PageText};

/// What is between two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    /// Nothing: the text goes on.
    None,
    /// They are lines of their own, as in a list or a table.
    Line,
    Paragraph,
}

/// How the lines of a page are set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// The usual distance of baselines, in sizes.
    leading: f64,
    left: f64,
    right: f64,
}

/// What ends a sentence, and what may close behind it.
const ENDS: [char; 16] = ['.', '!', '?', ':', ';', '。', '！', '？', '：', '；', '”', '"', '」', '』', ')', '）'];

/// What marks items of lists.
const BULLETS: [char; 10] = ['•', '·', '▪', '●', '○', '■', '□', '◦', '‣', '➢'];

/// The distance of baselines where a page does not tell, in sizes.
const LEADING: f64 = 1.5;

/// Distances so much larger than the usual one part paragraphs.
const LARGER: f64 = 1.25;

/// The first line of a paragraph begins so many sizes further in, at least. Chinese has two.
const INDENT: f64 = 0.9;

/// A line that ends before so much of the width is the last of something.
const SHORT: f64 = 0.75;

impl Form {
    pub(super) fn of(page: &PageText) -> Self {
        let distance = |pair: &[Line]| match pair {
            [one, next] if is_same_size(one, next) && next.across > one.across => {
                Some((next.across - one.across) / one.size)
            }
            _ => None,
        };
        let mut distances: Vec<f64> = page.lines.windows(2).filter_map(distance).filter(|size| *size < 4.0).collect();
        distances.sort_by(f64::total_cmp);
        // Most lines are within paragraphs; where half are not, the lower ones are.
        let leading = distances.get(distances.len() / 3).copied().unwrap_or(LEADING);
        let left = page.lines.iter().map(|line| line.start).fold(f64::INFINITY, f64::min);
        let right = page.lines.iter().map(|line| line.end).fold(f64::NEG_INFINITY, f64::max);
        Self { leading, left, right }
    }

    /// What is between `before` and `line`, which may be the first on this page.
    pub(super) fn between(&self, before: &Line, line: &Line, is_first: bool) -> Break {
        if !is_same_size(before, line) {
            return Break::Paragraph;
        }
        let ends = before.text.trim_end().ends_with(ENDS);
        let distance = (line.across - before.across) / line.size;
        if is_first || distance < 0.0 {
            // The next page or column.
            return if ends { Break::Paragraph } else { Break::None };
        }
        let indented = line.start - before.start.max(self.left) > INDENT * line.size;
        let is_short = before.end < self.left + SHORT * (self.right - self.left);
        if line.text.trim_start().starts_with(BULLETS) {
            Break::Line
        } else if distance > LARGER * self.leading || indented || (is_short && ends) {
            Break::Paragraph
        } else if is_short {
            Break::Line
        } else {
            Break::None
        }
    }
}

fn is_same_size(one: &Line, next: &Line) -> bool {
    (one.size - next.size).abs() < 0.12 * one.size.max(next.size)
}
