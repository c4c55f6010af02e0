//! Runs a query over tables, by the rules of a schema: rows as lines of JSON, perhaps with proofs.
//!
//! `run_rules --schema FILE [--rules FILE] --data DIR --query FILE|TEXT [--param NAME=VALUE]...
//! [--now DATE] [--proof]`
//!
//! A value is read as the language writes it (`3`, `2.5`, `true`, `'007'`, `['a', 'b']`,
//! `date("2024-05")`); anything else is a text.
//!
//! The rows go to the standard output, one object a row; what became of the tables, and
//! rows that could not be computed, to the standard error. Mistakes end it with status 1.

mod day;
mod domain;
mod json;

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use domain::{Domain, Failure, Shown, Written};
use kag::{
    PartialDate, Value,
    reason::{Inference, RowFault, RuleError, RuleTable},
    schema::{Expr, ExprKind, RuleQuery},
};

const USAGE: &str = "usage: run_rules --schema FILE [--rules FILE] --data DIR --query FILE|TEXT \
    [--param NAME=VALUE]... [--now DATE] [--proof]";

struct Arguments {
    schema: PathBuf,
    rules: Option<PathBuf>,
    data: PathBuf,
    query: String,
    parameters: BTreeMap<String, Value>,
    now: PartialDate,
    proof: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut cause: Option<&(dyn Error + 'static)> = Some(&*error);
            let mut causes = Vec::new();
            while let Some(error) = cause {
                causes.push(error.to_string());
                cause = error.source();
            }
            eprintln!("{}", causes.join(": "));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Failure> {
    let Arguments { schema, rules, data, query, parameters, now, proof } = arguments()?;
    let (name, text) = match Path::new(&query) {
        file if file.is_file() => (file.to_owned(), domain::read(file)?),
        file if !query.contains(char::is_whitespace) => return Err(format!("{}: no such file", file.display()).into()),
        _ => (PathBuf::from("query"), query),
    };
    let written = Written::read(&name, &text)?;
    let text = Arc::clone(&written.text);
    let queries: Vec<_> = written.queries().cloned().collect();
    if queries.is_empty() {
        return Err(format!("{}: no query\n{USAGE}", name.display()).into());
    }
    let domain = Domain::load(&schema, rules.as_deref(), vec![written], &data).await?;
    eprintln!("{:#}\n{}", domain.report, domain.report.build);

    given(&domain, &queries, &parameters)?;
    let inference = domain.inference(now).with_parameters(parameters);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for query in &queries {
        let table = inference.query(query)?;
        for warning in &table.warnings {
            eprintln!("{}", warning.render(&name.display().to_string(), &text));
        }
        let shown = Shown::new(&domain, &inference)?;
        write_rows(&mut out, &table, &shown, proof.then_some(&inference))?;
        table.faults.iter().for_each(|fault| eprintln!("{}", fault_text(fault)));
    }
    out.flush()?;
    Ok(())
}

/// Whether all the parameters that `queries` need have a value; those that none needs are named.
fn given(domain: &Domain, queries: &[RuleQuery], parameters: &BTreeMap<String, Value>) -> Result<(), Failure> {
    let mut needed: BTreeSet<Arc<str>> = BTreeSet::new();
    for query in queries {
        needed.extend(domain.rules.parameters(query)?);
    }
    for name in parameters.keys().filter(|name| !needed.contains(name.as_str())) {
        eprintln!("--param {name}: nothing asks for `${name}`");
    }
    let missing: Vec<Arc<str>> = needed.into_iter().filter(|name| !parameters.contains_key(&**name)).collect();
    if missing.is_empty() { Ok(()) } else { Err(RuleError::Parameters { missing }.into()) }
}

fn write_rows(
    out: &mut impl Write,
    table: &RuleTable,
    shown: &Shown<'_>,
    proofs: Option<&Inference<'_>>,
) -> Result<(), Failure> {
    for row in &table.rows {
        let cells = table.columns.iter().zip(&row.values);
        let mut fields: Vec<String> = cells
            .map(|(column, value)| Ok(format!("{}:{}", json::text(column)?, json::value(value.as_ref(), shown)?)))
            .collect::<Result<_, Failure>>()?;
        if let Some(inference) = proofs {
            fields.push(format!("\"proof\":{}", serde_json::to_string(&inference.proof(row.proof)?)?));
        }
        writeln!(out, "{{{}}}", fields.join(","))?;
    }
    Ok(())
}

fn fault_text(fault: &RowFault) -> String {
    let RowFault { rule, clause, rows, error, bindings, .. } = fault;
    let rule = if rule.is_empty() { "the query" } else { rule };
    let bindings: Vec<String> = bindings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    format!("left out: {rows} rows in {rule}: {clause}: {error} ({})", bindings.join(", "))
}

fn arguments() -> Result<Arguments, Failure> {
    let (mut schema, mut rules, mut data, mut query, mut now, mut proof) = (None, None, None, None, None, false);
    let mut parameters = BTreeMap::new();
    let mut given = std::env::args().skip(1);
    while let Some(option) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{option} needs a value\n{USAGE}"));
        match option.as_str() {
            "--schema" => schema = Some(value()?.into()),
            "--rules" => rules = Some(value()?.into()),
            "--data" => data = Some(value()?.into()),
            "--query" => query = Some(value()?),
            "--param" => {
                let given = value()?;
                let (name, value) =
                    given.split_once('=').ok_or_else(|| format!("{given:?} is no NAME=VALUE\n{USAGE}"))?;
                let name = name.trim().trim_start_matches('$');
                if parameters.insert(name.to_owned(), read_value(value)).is_some() {
                    return Err(format!("--param {name} is given twice").into());
                }
            }
            "--now" => now = Some(day::read(&value()?)?),
            "--proof" => proof = true,
            other => return Err(format!("what is {other:?}?\n{USAGE}").into()),
        }
    }
    let missing = |option: &str| format!("{option} is missing\n{USAGE}");
    Ok(Arguments {
        schema: schema.ok_or_else(|| missing("--schema"))?,
        rules,
        data: data.ok_or_else(|| missing("--data"))?,
        query: query.ok_or_else(|| missing("--query"))?,
        parameters,
        now: now.map_or_else(today, Ok)?,
        proof,
    })
}

/// The value that `text` is in the language of rules; what is none there is a text.
fn read_value(text: &str) -> Value {
    fn literal(expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::Literal(value) => Some(value.clone()),
            ExprKind::List(items) => Some(items.iter().map(literal).collect::<Option<Vec<_>>>()?.into()),
            _ => None,
        }
    }
    match Expr::parse_in_rule(text) {
        (Some(expr), wrong) if wrong.is_empty() => literal(&expr).unwrap_or_else(|| text.into()),
        _ => text.into(),
    }
}

/// Today, by the clock of the machine, at Greenwich.
fn today() -> Result<PartialDate, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
    let days = i64::try_from(since.as_secs() / 86_400).map_err(|error| error.to_string())?;
    let first = PartialDate::of_day(1970, 1, 1);
    first
        .and_then(|first| first.plus_days(days))
        .ok_or_else(|| "the clock is set to no year of the calendar".to_owned())
}
