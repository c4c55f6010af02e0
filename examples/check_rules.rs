//! Checks rules: `check_rules [--schema FILE] [--print] FILE...`.
//!
//! A file is `concept.rule`, a file of rules and queries (`.dsl`), a schema (its `[[ ]]`), or
//! records headed `#### n`, of which each gets one line. For a good file it prints `FILE: ok`
//! and what is in it, otherwise every mistake with its place; with `--print` the canonical
//! text of a file, and the rest as comments, so that all of it can be read as rules. With
//! `--schema` the rules of all files are held against the schema, together. It ends with 1 where
//! a file has an error.

use std::{fmt::Write as _, fs, process::ExitCode};

use kag::schema::{
    ConceptRules, Diagnostic, Functions, LineColumn, RuleProgram, Schema, SchemaDocument, Statement, check_rules,
};

const USAGE: &str = "usage: check_rules [--schema FILE] [--print] FILE...";

/// A text of rules: a file, or a record of one.
struct Source {
    name: String,
    text: String,
    program: RuleProgram,
    diagnostics: Vec<Diagnostic>,
    /// Whether one line is all that is said of it.
    record: bool,
}

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok((said, true)) => {
            print!("{said}");
            ExitCode::SUCCESS
        }
        Ok((said, false)) => {
            print!("{said}");
            ExitCode::FAILURE
        }
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::from(2)
        }
    }
}

/// What to print, and whether everything is without errors.
fn run(arguments: impl Iterator<Item = String>) -> Result<(String, bool), String> {
    let (mut files, mut schema_file, mut print) = (Vec::new(), None, false);
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--schema" => schema_file = Some(arguments.next().ok_or(USAGE)?),
            "--print" => print = true,
            option if option.starts_with("--") => return Err(USAGE.to_owned()),
            _ => files.push(argument),
        }
    }
    if files.is_empty() {
        return Err(USAGE.to_owned());
    }
    let (mut out, mut all_ok) = (String::new(), true);
    let schema = match &schema_file {
        Some(file) => {
            let text = text_of(file)?;
            let reading = SchemaDocument::parse(&text);
            all_ok &= !reading.has_errors();
            let said: String = reading.diagnostics.iter().map(|wrong| wrong.render(file, &text)).collect();
            out.push_str(&if print { commented(&said) } else { said });
            Some(reading.document.schema)
        }
        None => None,
    };
    let mut sources = Vec::new();
    for file in &files {
        let text = text_of(file)?;
        sources.extend(read(file, text, schema.as_ref()));
    }
    if let Some(schema) = &schema {
        check(schema, &mut sources);
    }
    all_ok &= report(&sources, print, &mut out);
    Ok((out, all_ok))
}

fn text_of(file: &str) -> Result<String, String> {
    let bytes = fs::read(file).map_err(|error| format!("{file}: cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|error| format!("{file}: is not UTF-8 text: {error}"))
}

/// The rules of a file, in the form that its name or its beginning says it has.
fn read(file: &str, text: String, schema: Option<&Schema>) -> Vec<Source> {
    if text.lines().any(|line| line.starts_with("#### ")) {
        return records(&text);
    }
    let (program, diagnostics) = if file.ends_with(".schema") {
        let reading = SchemaDocument::parse(&text);
        let (program, mut wrong) = RuleProgram::of_schema(&reading.document.schema);
        wrong.extend(reading.diagnostics);
        (program, wrong)
    } else if is_concept_file(&text) {
        let reading = ConceptRules::parse(&text);
        let (program, mut wrong) = RuleProgram::of_concept_rules(&reading.rules, schema);
        wrong.extend(reading.diagnostics);
        (program, wrong)
    } else {
        RuleProgram::parse(&text)
    };
    vec![Source { name: file.to_owned(), text, program, diagnostics, record: false }]
}

/// Whether the first word of the text is `namespace`, or rules stand in `[[ ]]`.
fn is_concept_file(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_fence = |line: &str| line.contains("rule: [[") && !line.starts_with("//");
    lines.clone().next().is_some_and(|line| line.starts_with("namespace ")) || lines.any(is_fence)
}

/// The records of a text: what stands between lines that begin with `#### `.
fn records(text: &str) -> Vec<Source> {
    let mut records: Vec<(&str, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix("#### "), records.last_mut()) {
            (Some(name), _) => records.push((name.trim(), String::new())),
            (None, Some((_, record))) => record.push_str(line),
            (None, None) => {}
        }
    }
    let source = |(name, text): (&str, String)| {
        let (program, diagnostics) = RuleProgram::parse(&text);
        Source { name: name.to_owned(), text, program, diagnostics, record: true }
    };
    records.into_iter().map(source).collect()
}

/// Holds all rules against the schema, with those that stand in it.
fn check(schema: &Schema, sources: &mut [Source]) {
    let (own, _) = RuleProgram::of_schema(schema);
    // Each record is a text of its own; files belong together.
    let together: Vec<usize> = (0..sources.len()).filter(|at| sources.get(*at).is_some_and(|s| !s.record)).collect();
    let alone = (0..sources.len()).filter(|at| !together.contains(at)).map(|at| vec![at]);
    for set in alone.chain([together.clone()]).filter(|set| !set.is_empty()) {
        let programs: Vec<RuleProgram> =
            set.iter().filter_map(|at| sources.get(*at)).map(|source| source.program.clone()).collect();
        let mut all: Vec<&RuleProgram> = programs.iter().collect();
        // The schema's own rules are already there when its file is among those to check.
        if programs.iter().all(|program| program.statements != own.statements) {
            all.push(&own);
        }
        let found = check_rules(&all, schema, &Functions::standard());
        for (at, more) in set.iter().zip(found) {
            if let Some(source) = sources.get_mut(*at) {
                source.diagnostics.extend(more);
            }
        }
    }
}

/// Says of each source what it is or what is wrong with it; `true` where nothing is.
fn report(sources: &[Source], print: bool, out: &mut String) -> bool {
    let mut good = 0;
    for source in sources {
        let errors = source.diagnostics.iter().filter(|wrong| wrong.is_error()).count();
        good += usize::from(errors == 0);
        // Writing to a string cannot fail.
        if source.record {
            let _ = writeln!(out, "{}: {}", source.name, verdict(source));
            continue;
        }
        let mut said = String::new();
        if errors == 0 {
            let _ = writeln!(said, "{}: ok, {}", source.name, counts(&source.program));
        }
        for diagnostic in &source.diagnostics {
            said.push_str(&diagnostic.render(&source.name, &source.text));
        }
        if errors > 0 {
            let _ = writeln!(said, "{}: {errors} {}", source.name, if errors == 1 { "error" } else { "errors" });
        }
        if print {
            said = format!("{}{}", commented(&said), source.program);
        }
        out.push_str(&said);
    }
    let records = sources.iter().filter(|source| source.record).count();
    if records > 0 {
        let wrong = sources.iter().filter(|s| s.record && s.diagnostics.iter().any(Diagnostic::is_error)).count();
        let _ = writeln!(out, "{records} records: {} ok, {wrong} with errors", records - wrong);
    }
    good == sources.len()
}

fn commented(said: &str) -> String {
    said.lines().map(|line| format!("// {line}\n")).collect()
}

/// One line on a record: what is in it, or the first mistake and how many more there are.
fn verdict(source: &Source) -> String {
    let places: Vec<String> = source
        .diagnostics
        .iter()
        .map(|wrong| {
            let place = LineColumn::of(&source.text, wrong.span.start);
            let mut line = format!("{} at {place}: {}", wrong.severity, wrong.message);
            if let Some(expected) = &wrong.expected {
                let _ = write!(line, "; expected {expected}");
            }
            if let Some(hint) = &wrong.hint {
                let _ = write!(line, "; {hint}");
            }
            line
        })
        .collect();
    let first = source.diagnostics.iter().position(Diagnostic::is_error);
    match first.and_then(|at| places.get(at)) {
        Some(first) if places.len() > 1 => format!("{first} (and {} more)", places.len() - 1),
        Some(first) => first.clone(),
        None if places.is_empty() => format!("ok, {}", counts(&source.program)),
        None => format!("ok, {}; {}", counts(&source.program), places.join("; ")),
    }
}

/// How many definitions, rules on concepts, orders and queries there are.
fn counts(program: &RuleProgram) -> String {
    let count = |is: fn(&Statement) -> bool| program.statements.iter().filter(|statement| is(statement)).count();
    let counted = [
        (count(|s| matches!(s, Statement::Define(_))), "definition", "definitions"),
        (count(|s| matches!(s, Statement::ConceptRule(_))), "rule on concepts", "rules on concepts"),
        (count(|s| matches!(s, Statement::Priority(_))), "order of concepts", "orders of concepts"),
        (count(|s| matches!(s, Statement::Query(_))), "query", "queries"),
    ];
    let counted = counted.into_iter().filter(|(count, ..)| *count > 0);
    let said: Vec<String> =
        counted.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many })).collect();
    if said.is_empty() { "empty".to_owned() } else { said.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::{read, report};

    fn said(file: &str, text: &str) -> (String, bool) {
        let mut out = String::new();
        let ok = report(&read(file, text.to_owned(), None), false, &mut out);
        (out, ok)
    }

    #[test]
    fn a_good_file_is_counted() {
        let text = "MATCH (s:顾客)-[:knows]->(o) RETURN s.name";
        let (out, ok) = said("a.dsl", text);
        assert_eq!((out.as_str(), ok), ("a.dsl: ok, 1 query\n", true));
        let mut printed = String::new();
        assert!(report(&read("a.dsl", text.to_owned(), None), true, &mut printed));
        assert!(printed.starts_with("// a.dsl: ok, 1 query\n"), "{printed}");
        assert_eq!(said("a.dsl", &printed).0, "a.dsl: ok, 1 query\n");
    }

    #[test]
    fn concept_files_are_read_under_their_heads() {
        let text = "namespace Shop\n\n`Style`/`warm`:\n    rule: [[\n        Structure { (s) }\n        Constraint { R1: s.heat > 3 }\n    ]]\n";
        assert_eq!(said("concept.rule", text).0, "concept.rule: ok, 1 definition\n");
        let (out, ok) = said("concept.rule", &text.replace("heat > 3", "heat >"));
        assert!(!ok && out.contains("--> concept.rule:6:"), "{out}");
    }

    #[test]
    fn each_record_gets_a_line() {
        let text = "# from somewhere\n#### 1\nMATCH (s) RETURN s.id\n#### 2\nMATCH (s RETURN s.id\n";
        let (out, ok) = said("records.txt", text);
        assert!(!ok);
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], "1: ok, 1 query");
        assert!(lines[1].starts_with("2: error at 1:7: bracket without an end"), "{out}");
        assert_eq!(lines[2], "2 records: 1 ok, 1 with errors");
    }
}
