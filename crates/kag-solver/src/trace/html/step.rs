//! One step of a round.

use std::fmt::{self, Write};

use super::{escape::Escaped, write_table};
use crate::trace::{LayerAnswer, Note, Said, StepTrace};

/// Notes of a step that are shown; the further ones fold away.
const NOTES: usize = 5;

pub(super) fn write_step(page: &mut String, round: usize, step: &StepTrace) -> fmt::Result {
    writeln!(page, "<article id=\"r{round}s{}\"><h3>Step {}</h3>", step.step, step.step)?;
    if let Some(subquestion) = &step.subquestion {
        writeln!(page, "<p>{}</p>", Escaped(subquestion))?;
    }
    writeln!(page, "<code>{}</code>", Escaped(&step.text))?;
    if !step.answers.is_empty() {
        page.push_str("<ul class=\"layers\">\n");
        step.answers.iter().try_for_each(|answer| write_layer(page, answer))?;
        page.push_str("</ul>\n");
    }
    write!(page, "<p class=\"cost\">{} rows, {:.1} ms", step.table.len(), step.elapsed.as_secs_f64() * 1e3)?;
    if step.model.calls > 0 {
        let model = step.model;
        write!(page, ", {} calls, {} + {} tokens", model.calls, model.input_tokens, model.output_tokens)?;
    }
    page.push_str("</p>\n");
    write_notes(page, &step.notes)?;
    write_table(page, &step.table)?;
    page.push_str("</article>\n");
    Ok(())
}

/// What a layer said: with its colour where it answered, and pale where it did not.
fn write_layer(page: &mut String, answer: &LayerAnswer) -> fmt::Result {
    let state = match answer.said {
        Said::Answered { .. } => "answered",
        Said::Nothing { .. } => "nothing",
        Said::NotAsked { .. } => "unasked",
    };
    let (layer, said) = (answer.layer, answer.said.to_string());
    writeln!(page, "<li class=\"{state}\"><span class=\"{layer}\">{layer}</span> {}</li>", Escaped(&said))
}

pub(super) fn write_notes(page: &mut String, notes: &[Note]) -> fmt::Result {
    let (shown, further) = notes.split_at(notes.len().min(NOTES));
    write_list(page, shown)?;
    if !further.is_empty() {
        writeln!(page, "<details><summary>{} further notes</summary>", further.len())?;
        write_list(page, further)?;
        page.push_str("</details>\n");
    }
    Ok(())
}

fn write_list(page: &mut String, notes: &[Note]) -> fmt::Result {
    if notes.is_empty() {
        return Ok(());
    }
    page.push_str("<ul class=\"notes\">\n");
    notes.iter().try_for_each(|note| write_note(page, note))?;
    page.push_str("</ul>\n");
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
                "<li>{first} {} <small>{rule}</small><details><summary>proof</summary><pre>{}</pre></details></li>",
                Escaped(statement),
                Escaped(rest)
            )
        }
        _ => writeln!(page, "<li>{}</li>", Escaped(&text)),
    }
}
