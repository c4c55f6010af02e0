//! Tables as text.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use super::{BindingTable, Row};

/// How a null is shown.
const NULL: &str = "-";

impl BindingTable {
    /// The table as aligned text, at most `rows` rows: a heading, a line, one line a row
    /// with its score and the number of things it rests on, and a last line for the rows
    /// left out. Wide characters, as Chinese ones, count two columns; line breaks within
    /// a cell become spaces.
    #[must_use]
    pub fn render(&self, rows: usize) -> String {
        let heading = self.heading().chain(["score".into(), "support".into()]).collect();
        let support = |row: &Row| [format!("{:.2}", row.score.get()), row.support.len().to_string()];
        self.aligned(heading, rows, |row| cells(row).chain(support(row)).collect())
    }

    /// The same without the scores and the support.
    pub(crate) fn render_values(&self, rows: usize) -> String {
        self.aligned(self.heading().collect(), rows, |row| cells(row).collect())
    }

    fn heading(&self) -> impl Iterator<Item = String> {
        self.columns.iter().map(ToString::to_string)
    }

    fn aligned(&self, heading: Vec<String>, rows: usize, shown: impl Fn(&Row) -> Vec<String>) -> String {
        let mut lines = vec![heading];
        lines.extend(self.rows.iter().take(rows).map(shown));
        let widths = widths(&lines);
        let mut text = String::new();
        for (number, line) in lines.iter().enumerate() {
            write_line(&mut text, line, &widths);
            if number == 0 {
                let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
                write_line(&mut text, &rule, &widths);
            }
        }
        if let Some(more) = self.len().checked_sub(rows).filter(|more| *more > 0) {
            text.push_str(&format!("({more} more)\n"));
        }
        text
    }
}

/// The whole table, as [`BindingTable::render`] shows it.
impl fmt::Display for BindingTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(usize::MAX))
    }
}

fn cells(row: &Row) -> impl Iterator<Item = String> {
    row.cells().iter().map(|cell| match cell {
        Some(cell) => one_line(&cell.to_string()),
        None => NULL.into(),
    })
}

/// `text` with control characters, line breaks among them, as spaces.
fn one_line(text: &str) -> String {
    let spaced = text.chars();
    spaced.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn widths(lines: &[Vec<String>]) -> Vec<usize> {
    let mut widths = Vec::new();
    for line in lines {
        widths.resize(line.len().max(widths.len()), 0);
        for (width, text) in widths.iter_mut().zip(line) {
            *width = text.width().max(*width);
        }
    }
    widths
}

fn write_line(text: &mut String, line: &[String], widths: &[usize]) {
    let begin = text.len();
    for (cell, width) in line.iter().zip(widths) {
        if text.len() > begin {
            text.push_str("  ");
        }
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width())));
    }
    text.truncate(begin + text.get(begin..).unwrap_or_default().trim_end().len());
    text.push('\n');
}
