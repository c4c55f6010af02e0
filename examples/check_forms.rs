//! Reads logical forms, one a line: `check_forms FILE`.
//!
//! A line is a form, and behind a tab what it is: `# action` (a step of a plan), `# paper`,
//! `# test` (a part of a step, as a term alone) or `# decl` (the signature of an operator).
//! For each line it prints the canonical form, or every mistake with its place, and at the
//! end how many of each there are. It ends with 1 where a line that is no `decl` fails.

use std::{collections::BTreeMap, fmt::Write as _, fs, process::ExitCode};

use kag::{
    Span,
    logical::{Parser, Reading},
    schema::{Diagnostic, LineColumn},
};

const USAGE: &str = "usage: check_forms FILE";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match fs::read(file) {
        Ok(bytes) => {
            let (said, failed) = check(&String::from_utf8_lossy(&bytes));
            print!("{said}");
            if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            eprintln!("{file}: cannot be read: {error}");
            ExitCode::from(2)
        }
    }
}

/// What to print of all lines, and whether one fails that should not.
fn check(text: &str) -> (String, bool) {
    let (mut out, mut counts, mut failed) = (String::new(), BTreeMap::<&str, [usize; 2]>::new(), false);
    for (at, line) in text.lines().enumerate() {
        let (form, kind) = match line.rsplit_once('\t') {
            Some((form, kind)) => (form, kind.trim_start_matches(['#', ' ']).trim()),
            None => (line, "action"),
        };
        if form.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (said, ok) = verdict(form);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}: {said}", at + 1);
        let [read, refused] = counts.entry(kind).or_default();
        *(if ok { read } else { refused }) += 1;
        failed |= !ok && kind != "decl";
    }
    let sums: [usize; 2] = counts.values().fold([0, 0], |[read, refused], [r, f]| [read + r, refused + f]);
    let _ = writeln!(out, "{} forms: {} read, {} refused", sums[0] + sums[1], sums[0], sums[1]);
    for (kind, [read, refused]) in counts {
        let _ = writeln!(out, "  {kind}: {read} read, {refused} refused");
    }
    (out, failed)
}

/// The canonical form of a line, or what is wrong with it; and whether it was read.
fn verdict(form: &str) -> (String, bool) {
    let parser = Parser::default();
    let Reading { plan, diagnostics, .. } = parser.parse(form);
    let (printed, diagnostics) = match plan.steps.is_empty() && diagnostics.is_empty() {
        false => (plan.steps.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "), diagnostics),
        true => part(&parser, form),
    };
    let ok = !diagnostics.iter().any(Diagnostic::is_error);
    let remarks: Vec<String> =
        diagnostics.iter().filter(|one| ok || one.is_error()).map(|one| remark(form, one)).collect();
    let said = if ok { std::iter::once(printed).chain(remarks).collect() } else { remarks };
    (said.join("\n   "), ok)
}

/// The canonical form of a part of a step: the sides of a comparison, or a term.
fn part(parser: &Parser, form: &str) -> (String, Vec<Diagnostic>) {
    const BEFORE: &str = "verify(";
    if form.trim_start().starts_with("left") && form.contains(['=', '＝']) {
        let Reading { plan, mut diagnostics, .. } = parser.parse(&format!("{BEFORE}{form})"));
        for diagnostic in &mut diagnostics {
            diagnostic.span.start = diagnostic.span.start.saturating_sub(BEFORE.len());
            diagnostic.span.end = diagnostic.span.end.saturating_sub(BEFORE.len()).min(form.len());
        }
        return (plan.steps.iter().map(ToString::to_string).collect(), diagnostics);
    }
    let (term, mut diagnostics) = parser.term(form);
    if term.var.is_none() && term.types.is_empty() {
        let wrong = Diagnostic::error(Span::new(0, form.len()), "no step and no part of one");
        diagnostics.push(wrong.with_expected("an operation, or a term as `s1:Type[name]`"));
    }
    (term.to_string(), diagnostics)
}

fn remark(form: &str, diagnostic: &Diagnostic) -> String {
    let place = LineColumn::of(form, diagnostic.span.start);
    let mut said = format!("{} at {place}: {}", diagnostic.severity, diagnostic.message);
    let more = [("expected ", &diagnostic.expected), ("", &diagnostic.hint)];
    for (before, more) in more.into_iter().filter_map(|(before, more)| Some((before, more.as_ref()?))) {
        let _ = write!(said, "; {before}{more}");
    }
    said
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn each_line_gets_its_form_or_its_mistake_and_is_counted() {
        let text = "# heads\nget(o1)\t# action\ns1:人物[甲]\t# test\ncount(alias)->count_alias\t# decl\n";
        let (said, failed) = check(text);
        assert!(!failed, "{said}");
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[..2], ["2: Output(o1)", "3: s1:人物[甲]"]);
        assert!(lines[2].starts_with("4: error at 1:7: this declares `count` and is no step"), "{said}");
        assert_eq!(lines[3], "3 forms: 2 read, 1 refused");
    }

    #[test]
    fn a_mistake_in_a_step_fails() {
        let (said, failed) = check("Sort(set=o1, direction=up)\n");
        assert!(failed && said.starts_with("1: error at 1:14: direction `up`; expected `min` or `max`"), "{said}");
    }
}
