//! An answer and its trace as one HTML page that needs nothing else.
//!
//! Everything that comes from a document, a plan or a model is escaped; the page runs no
//! script and loads nothing.

mod escape;
mod graph;
mod source;
mod step;

use std::fmt::{self, Write};

use super::{Round, Trace};
use crate::{Answer, BindingTable, Outcome, Sentence};
use escape::Escaped;

const STYLE: &str = include_str!("page.css");

/// Most rows of a table that are shown.
const ROWS: usize = 200;

impl Answer {
    /// The answer and its trace as one self-contained HTML page: the sentences with their
    /// sources, the passages they quote with the quoted characters marked, and for each round
    /// the plan as a graph and every step with what each layer said, its table, proofs, notes,
    /// tokens and time.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut page = String::new();
        // Writing into a string cannot fail.
        let _ = write_page(&mut page, self);
        page
    }
}

fn write_page(page: &mut String, answer: &Answer) -> fmt::Result {
    let question = Escaped(&answer.trace.question);
    write!(
        page,
        "<!doctype html>\n<html><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{question}</title><style>\n{STYLE}</style></head><body>\n<h1>{question}</h1>\n"
    )?;
    write_outcome(page, &answer.outcome)?;
    write_summary(page, &answer.trace)?;
    source::write_sources(page, answer.outcome.citations())?;
    for (number, round) in (1..).zip(&answer.trace.rounds) {
        write_round(page, number, round)?;
    }
    page.push_str("</body></html>\n");
    Ok(())
}

fn write_outcome(page: &mut String, outcome: &Outcome) -> fmt::Result {
    match outcome {
        Outcome::Answered { sentences, .. } => {
            page.push_str("<section class=\"answer\">\n");
            sentences.iter().try_for_each(|sentence| write_sentence(page, sentence))?;
            page.push_str("</section>\n");
        }
        Outcome::Insufficient { missing, known, .. } => {
            let missing = missing.join("; ");
            writeln!(page, "<section class=\"answer open\"><p>Not answered. Missing: {}</p>", Escaped(&missing))?;
            write_table(page, known)?;
            page.push_str("</section>\n");
        }
        Outcome::Unplanned { text, diagnostics, known, .. } => {
            page.push_str("<section class=\"answer open\"><p>No plan was written:</p>\n<pre>");
            diagnostics.iter().try_for_each(|one| write!(page, "{}", Escaped(&one.render("plan", text))))?;
            page.push_str("</pre>\n");
            write_table(page, known)?;
            page.push_str("</section>\n");
        }
        Outcome::BudgetSpent { known, .. } => {
            page.push_str("<section class=\"answer open\"><p>The budget is spent. Known so far:</p>\n");
            write_table(page, known)?;
            page.push_str("</section>\n");
        }
    }
    Ok(())
}

fn write_sentence(page: &mut String, sentence: &Sentence) -> fmt::Result {
    write!(page, "<p>{}", Escaped(&sentence.text))?;
    for number in &sentence.citations {
        write!(page, " <a href=\"#c{number}\">[{number}]</a>")?;
    }
    let mark = if sentence.is_supported() { "" } else { " <em>unsupported</em>" };
    writeln!(page, "{mark}</p>")
}

/// Which layers answered, and what it cost.
fn write_summary(page: &mut String, trace: &Trace) -> fmt::Result {
    let (steps, model) = (trace.rounds.iter().flat_map(|round| &round.steps), trace.model());
    let seconds: f64 = steps.clone().map(|step| step.elapsed.as_secs_f64()).sum();
    writeln!(page, "<dl class=\"summary\"><div><dt>answered by</dt><dd>{}</dd></div>", trace.layers())?;
    writeln!(page, "<div><dt>rounds</dt><dd>{}</dd></div>", trace.rounds.len())?;
    writeln!(page, "<div><dt>steps</dt><dd>{}, {:.1} ms</dd></div>", steps.count(), seconds * 1e3)?;
    writeln!(
        page,
        "<div><dt>model</dt><dd>{} calls, {} + {} tokens</dd></div></dl>",
        model.calls, model.input_tokens, model.output_tokens
    )
}

fn write_round(page: &mut String, number: usize, round: &Round) -> fmt::Result {
    writeln!(page, "<section><h2>Round {number}</h2>\n<p>{}</p>", Escaped(&round.question))?;
    graph::write_graph(page, number, round)?;
    writeln!(
        page,
        "<details><summary>The plan as text</summary><pre>{}</pre></details>",
        Escaped(&round.plan.to_string())
    )?;
    if !round.rewritings.is_empty() {
        page.push_str("<ul class=\"notes\">\n");
        for rewriting in &round.rewritings {
            writeln!(page, "<li>{}</li>", Escaped(&rewriting.to_string()))?;
        }
        page.push_str("</ul>\n");
    }
    round.steps.iter().try_for_each(|step| step::write_step(page, number, step))?;
    if let Some(verdict) = &round.verdict {
        writeln!(page, "<p class=\"verdict\">Verdict: {}</p>", Escaped(&verdict.to_string()))?;
    }
    step::write_notes(page, &round.notes)?;
    page.push_str("</section>\n");
    Ok(())
}

fn write_table(page: &mut String, table: &BindingTable) -> fmt::Result {
    if table.columns().is_empty() {
        return Ok(());
    }
    page.push_str("<div class=\"wide\"><table><tr>");
    table.columns().iter().try_for_each(|var| write!(page, "<th>{}</th>", Escaped(var.as_str())))?;
    page.push_str("<th>score</th></tr>\n");
    for row in table.rows().iter().take(ROWS) {
        page.push_str("<tr>");
        for cell in row.cells() {
            match cell {
                Some(cell) => write!(page, "<td>{}</td>", Escaped(&cell.to_string()))?,
                None => page.push_str("<td class=\"null\">∅</td>"),
            }
        }
        writeln!(page, "<td>{:.2}</td></tr>", row.score.get())?;
    }
    page.push_str("</table></div>\n");
    if table.is_empty() {
        page.push_str("<p><small>no rows</small></p>\n");
    }
    if table.len() > ROWS {
        writeln!(page, "<p><small>and {} further rows</small></p>", table.len() - ROWS)?;
    }
    Ok(())
}
