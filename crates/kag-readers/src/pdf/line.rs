//! From pieces of text to lines.

use super::glyphs::Piece;

/// The pieces on one baseline.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) across: f64,
    pub(super) size: f64,
    direction: (f64, f64),
}

/// Pieces that were drawn twice, to look bold, are so near in the order of drawing.
const NEAR: usize = 8;

/// Of more lines than this share that go back up, the order of drawing is not that of reading.
const JUMPS: f64 = 0.3;

/// The lines of a page, in reading order.
pub(super) fn lines_of(pieces: Vec<Piece>) -> Vec<Line> {
    let mut once: Vec<Piece> = Vec::new();
    for piece in pieces {
        let same = |other: &Piece| other.text == piece.text && is_near(other, &piece);
        if !once.iter().rev().take(NEAR).any(same) {
            once.push(piece);
        }
    }
    let lines = joined(once.iter().map(Line::of));
    let back = lines.windows(2).filter(|pair| matches!(pair, [one, next] if next.across < one.across - one.size));
    if (back.count() as f64) < JUMPS * lines.len() as f64 || lines.len() < 4 {
        return lines;
    }
    let mut lines: Vec<Line> = once.iter().map(Line::of).collect();
    lines.sort_by(|one, other| {
        let by_place = one.row().cmp(&other.row()).then(one.start.total_cmp(&other.start));
        one.direction.1.total_cmp(&other.direction.1).then(by_place)
    });
    joined(lines.into_iter())
}

fn is_near(one: &Piece, other: &Piece) -> bool {
    let near = one.size * 0.25;
    (one.start - other.start).abs() < near && (one.across - other.across).abs() < near
}

/// Joins what follows each other on one baseline.
fn joined(pieces: impl Iterator<Item = Line>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if line.is_gone_on_by(&piece) => {
                if !line.text.ends_with(' ') {
                    line.text.push(' ');
                }
                line.text.push_str(&piece.text);
                line.end = line.end.max(piece.end);
                line.size = line.size.max(piece.size);
            }
            _ => lines.push(piece),
        }
    }
    lines
}

impl Line {
    fn of(piece: &Piece) -> Self {
        let Piece { text, start, end, across, size, direction } = piece.clone();
        Self { text, start, end, across, size, direction: (direction.x, direction.y) }
    }

    fn is_gone_on_by(&self, piece: &Self) -> bool {
        let size = self.size.max(piece.size);
        let (x, y) = (self.direction.0 - piece.direction.0, self.direction.1 - piece.direction.1);
        x.hypot(y) < 0.1 && (self.across - piece.across).abs() < 0.3 * size && piece.start > self.end - 0.5 * size
    }

    /// Which row of the page it is in, when rows are a third of a letter high.
    fn row(&self) -> i64 {
        (self.across / (self.size / 3.0).max(1.0)).round() as i64
    }
}
