//! An answer and its trace as one HTML page that needs nothing else.
//!
//! Everything that comes from a document, a plan or a model is escaped; the page runs no
//! script and loads nothing.

use std::fmt::{self, Write};

use super::{Note, Round, StepTrace};
use crate::{Answer, BindingTable, Citation, Outcome, Sentence};

const STYLE: &str = include_str!("page.css");

/// Most rows of a table that are shown.
const ROWS: usize = 200;

impl Answer {
    /// The answer and its trace as one self-contained HTML page.
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
    write_citations(page, answer.outcome.citations())?;
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
            writeln!(page, "<section class=\"answer\"><p>Not answered. Missing: {}</p>", Escaped(&missing))?;
            write_table(page, known)?;
            page.push_str("</section>\n");
        }
        Outcome::BudgetSpent { known, .. } => {
            page.push_str("<section class=\"answer\"><p>The budget is spent. Known so far:</p>\n");
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

fn write_citations(page: &mut String, citations: &[Citation]) -> fmt::Result {
    if citations.is_empty() {
        return Ok(());
    }
    page.push_str("<section><h2>Sources</h2>\n<ol>\n");
    for Citation { number, uri, title, span, quote, statement, .. } in citations {
        write!(page, "<li id=\"c{number}\"><mark>{}</mark>", Escaped(quote))?;
        if let Some(statement) = statement {
            write!(page, "<br>states: {}", Escaped(statement))?;
        }
        writeln!(page, "<br><small>{} {} bytes {span}</small></li>", Escaped(title), Escaped(uri))?;
    }
    page.push_str("</ol></section>\n");
    Ok(())
}

fn write_round(page: &mut String, number: usize, round: &Round) -> fmt::Result {
    writeln!(page, "<section><h2>Round {number}</h2>\n<p>{}</p>", Escaped(&round.question))?;
    writeln!(page, "<pre>{}</pre>", Escaped(&round.plan.to_string()))?;
    round.steps.iter().try_for_each(|step| write_step(page, step))?;
    if let Some(verdict) = &round.verdict {
        writeln!(page, "<p>Verdict: {}</p>", Escaped(&verdict.to_string()))?;
    }
    page.push_str("</section>\n");
    Ok(())
}

fn write_step(page: &mut String, step: &StepTrace) -> fmt::Result {
    writeln!(page, "<article><h3>Step {}</h3>\n<code>{}</code>", step.step, Escaped(&step.text))?;
    page.push_str("<p class=\"layers\">");
    for (layer, count) in step.layers.each().into_iter().filter(|(_, count)| *count > 0) {
        write!(page, "<span class=\"{layer}\">{layer} {count}</span> ")?;
    }
    writeln!(page, "<small>{:.1} ms</small></p>", step.elapsed.as_secs_f64() * 1e3)?;
    if !step.notes.is_empty() {
        page.push_str("<ul>\n");
        step.notes.iter().try_for_each(|note| write_note(page, note))?;
        page.push_str("</ul>\n");
    }
    write_table(page, &step.table)?;
    page.push_str("</article>\n");
    Ok(())
}

/// A note; one of several lines, as a proof, folded under its first.
fn write_note(page: &mut String, note: &Note) -> fmt::Result {
    let text = note.to_string();
    match (note, text.split_once('\n')) {
        (Note::Proved { rule, proof, .. }, Some((first, rest))) => {
            let statement = &proof.conclusion.statement;
            let (first, rule) = (Escaped(first), Escaped(rule));
            writeln!(
                page,
                "<li>{first} {} <small>{rule}</small><details><pre>{}</pre></details></li>",
                Escaped(statement),
                Escaped(rest)
            )
        }
        _ => writeln!(page, "<li>{}</li>", Escaped(&text)),
    }
}

fn write_table(page: &mut String, table: &BindingTable) -> fmt::Result {
    page.push_str("<div class=\"table\"><table><tr>");
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
    if table.len() > ROWS {
        writeln!(page, "<p>and {} further rows</p>", table.len() - ROWS)?;
    }
    Ok(())
}

/// Text that cannot leave the place it is written into.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_place() {
        let hostile = "</title><script>alert('x')</script>&\"";
        let escaped = Escaped(hostile).to_string();
        assert!(!escaped.contains(['<', '>', '"', '\'']));
        assert_eq!(escaped.matches('&').count(), 10);
    }
}
