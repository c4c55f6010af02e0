//! The plan of a round as a graph: a row for the steps that ran together, an arrow for what
//! one step needs of another.

use std::fmt::{self, Write};

use unicode_width::UnicodeWidthChar;

use super::escape::Escaped;
use crate::{
    logical::{Dependencies, Step, Var},
    trace::{Round, StepTrace},
};

const WIDTH: usize = 156;
const HEIGHT: usize = 44;
const GAP: usize = 14;
const BETWEEN: usize = 30;

/// Columns of text that fit into a box.
const COLUMNS: usize = 21;

/// A step, and where its box stands.
struct Placed<'r> {
    at: usize,
    step: &'r Step,
    x: usize,
    y: usize,
}

pub(super) fn write_graph(page: &mut String, number: usize, round: &Round) -> fmt::Result {
    let placed = placed(round);
    let right = placed.iter().map(|placed| placed.x + WIDTH).max().unwrap_or(0);
    let bottom = placed.iter().map(|placed| placed.y + HEIGHT).max().unwrap_or(0);
    let (width, height) = (right + 2, bottom + 2);
    writeln!(
        page,
        "<div class=\"wide\"><svg class=\"plan\" width=\"{width}\" height=\"{height}\" viewBox=\"-1 -1 {width} {height}\" \
         role=\"img\" aria-label=\"The plan\">"
    )?;
    write_arrows(page, round, &placed)?;
    for placed in &placed {
        let trace = round.steps.iter().find(|step| step.step == placed.at + 1);
        write_box(page, number, placed, trace)?;
    }
    page.push_str("</svg></div>\n");
    Ok(())
}

/// The steps, level under level, each level in the middle.
fn placed(round: &Round) -> Vec<Placed<'_>> {
    let levels = round.plan.levels();
    let widest = levels.iter().map(Vec::len).max().unwrap_or(0);
    let mut placed = Vec::new();
    for (row, level) in levels.into_iter().enumerate() {
        let left = (widest - level.len()) * (WIDTH + GAP) / 2;
        for (column, at) in level.into_iter().enumerate() {
            let Some(step) = round.plan.steps.get(at) else { continue };
            let (x, y) = (left + column * (WIDTH + GAP), row * (HEIGHT + BETWEEN));
            placed.push(Placed { at, step, x, y });
        }
    }
    placed
}

fn write_arrows(page: &mut String, round: &Round, placed: &[Placed<'_>]) -> fmt::Result {
    let needs = round.plan.dependencies();
    for to in placed {
        for from in direct(&needs, to.at).into_iter().filter_map(|at| placed.iter().find(|placed| placed.at == at)) {
            let (x1, y1) = (from.x + WIDTH / 2, from.y + HEIGHT);
            let (x2, y2) = (to.x + WIDTH / 2, to.y);
            let (bend, tip) = (BETWEEN / 2, 5);
            writeln!(
                page,
                "<path d=\"M{x1} {y1} C{x1} {} {x2} {} {x2} {y2}\"/>\
                 <path class=\"tip\" d=\"M{} {} L{x2} {y2} L{} {}\"/>",
                y1 + bend,
                y2.saturating_sub(bend),
                x2 - tip,
                y2.saturating_sub(tip),
                x2 + tip,
                y2.saturating_sub(tip),
            )?;
        }
    }
    Ok(())
}

/// The steps that the step at `at` needs, without those that another one of them needs.
fn direct(needs: &Dependencies, at: usize) -> Vec<usize> {
    let all: Vec<usize> = needs.of(at).collect();
    let through = |one: &usize| all.iter().any(|other| needs.of(*other).any(|needed| needed == *one));
    all.iter().copied().filter(|one| !through(one)).collect()
}

/// A box that leads to its step, in the colour of the layer that answered.
fn write_box(page: &mut String, number: usize, placed: &Placed<'_>, trace: Option<&StepTrace>) -> fmt::Result {
    let Placed { at, step, x, y } = placed;
    let answered = trace.and_then(|trace| trace.answers.iter().find(|answer| answer.is_answer()));
    let silent = trace.is_some_and(|trace| !trace.answers.is_empty());
    let class = match (answered, silent) {
        (Some(answer), _) => answer.layer.name(),
        (None, true) => "nothing",
        (None, false) => "computed",
    };
    let bound: Vec<String> = step.defined().iter().map(Var::to_string).collect();
    let rows = trace.map(|trace| format!("{} rows", trace.table.len())).unwrap_or_default();
    let below = if bound.is_empty() { rows } else { format!("{}: {rows}", bound.join(", ")) };
    let title = format!("{} {}", at + 1, step.op.name());
    writeln!(
        page,
        "<a href=\"#r{number}s{}\"><title>{}</title><rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\" rx=\"6\"/><text x=\"{}\" y=\"{}\">{}</text><text class=\"small\" x=\"{}\" y=\"{}\">{}</text></a>",
        at + 1,
        Escaped(&step.to_string()),
        x + 10,
        y + 18,
        Escaped(&fitting(&title)),
        x + 10,
        y + 35,
        Escaped(&fitting(&below)),
    )
}

/// As much of `text` as a box has room for; Chinese characters take two columns.
fn fitting(text: &str) -> String {
    let mut columns = 0;
    let mut fitting = String::new();
    for character in text.chars() {
        columns += character.width().unwrap_or(0);
        if columns > COLUMNS {
            fitting.push('…');
            break;
        }
        fitting.push(character);
    }
    fitting
}
