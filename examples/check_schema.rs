//! Checks files in the schema language: `check_schema [--print] FILE...`.
//!
//! For each file it prints `FILE: ok` and what is in it, or every mistake with its place;
//! with `--print` the canonical text, and the rest as comments, so that all of it can be read as a schema.
//! It ends with 1 where a file has an error.

use std::{fmt::Write as _, fs, process::ExitCode};

use kag::schema::{PropertyKind, Schema, SchemaDocument};

const USAGE: &str = "usage: check_schema [--print] FILE...";

fn main() -> ExitCode {
    let (options, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    if files.is_empty() || options.iter().any(|option| option != "--print") {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    let mut all_ok = true;
    for file in &files {
        let checked = match fs::read(file) {
            Ok(bytes) => check(file, &bytes, !options.is_empty()),
            Err(error) => Err(format!("{file}: cannot be read: {error}\n")),
        };
        all_ok &= checked.is_ok();
        print!("{}", checked.unwrap_or_else(|wrong| wrong));
    }
    if all_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What to print of a file without errors, or of one with.
fn check(file: &str, bytes: &[u8], print: bool) -> Result<String, String> {
    let source = std::str::from_utf8(bytes).map_err(|error| format!("{file}: is not UTF-8 text: {error}\n"))?;
    let reading = SchemaDocument::parse(source);
    let mut said = String::new();
    // Writing to a string cannot fail.
    if !reading.has_errors() {
        let _ = writeln!(said, "{file}: ok, {}", counts(&reading.document.schema));
    }
    for diagnostic in &reading.diagnostics {
        said.push_str(&diagnostic.render(file, source));
    }
    if reading.has_errors() {
        let errors = reading.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
        let _ = writeln!(said, "{file}: {errors} {}", if errors == 1 { "error" } else { "errors" });
    }
    if print {
        let comments: String = said.lines().map(|line| format!("# {line}\n")).collect();
        said = format!("{comments}{}", reading.document);
    }
    if reading.has_errors() { Err(said) } else { Ok(said) }
}

/// How many types, properties, relations and rules there are.
fn counts(schema: &Schema) -> String {
    let properties = || schema.types().flat_map(|type_def| &type_def.properties);
    let relations = properties().filter(|property| property.kind == PropertyKind::Relation).count();
    let rules = properties().filter(|property| property.rule.is_some()).count()
        + schema.types().map(|type_def| type_def.rules.len()).sum::<usize>();
    let counted = [
        (schema.types().count(), "type", "types"),
        (properties().count() - relations, "property", "properties"),
        (relations, "relation", "relations"),
        (rules, "rule", "rules"),
    ];
    counted.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many })).join(", ")
}

#[cfg(test)]
mod tests {
    use super::check;

    const GOOD: &str =
        "namespace Football\n\nClub(俱乐部): EntityType\n    properties:\n        founded(成立时间): Date\n";

    #[test]
    fn a_good_file_is_counted_and_printed() {
        let said = check("a.schema", GOOD.as_bytes(), false);
        assert_eq!(said.as_deref(), Ok("a.schema: ok, 1 type, 1 property, 0 relations, 0 rules\n"));
        let printed = check("a.schema", GOOD.replace("    ", "\t").as_bytes(), true);
        let printed = printed.unwrap_or_default();
        assert!(printed.starts_with("# a.schema: ok") && printed.ends_with(GOOD), "{printed}");
        assert!(check("printed", printed.as_bytes(), false).is_ok_and(|said| said.starts_with("printed: ok, 1 type")));
    }

    #[test]
    fn a_bad_file_is_refused_with_its_place() {
        let said = check("b.schema", GOOD.replace("Date", "Dat").as_bytes(), false);
        assert!(said.is_err_and(|said| said.contains("--> b.schema:5:24") && said.ends_with("b.schema: 1 error\n")));
        let said = check("c.schema", b"\xff", false);
        assert!(said.is_err_and(|said| said.starts_with("c.schema: is not UTF-8 text")));
    }
}
