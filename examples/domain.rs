//! A domain as files: a schema with rules, rules on concepts, tables, queries.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use kag::{
    BuildPipeline, GraphNeed, GraphView, KnowledgeBase, LengthSplitter, MemoryKnowledgeBase, MentionExtractor, Node,
    NodeId, OnViolation, PartialDate, Schema, Scope, Source, TableSet, TextReader, Value,
    builder::SetReport,
    reason::{Inference, RuleBase},
    schema::{ConceptRules, Diagnostic, Functions, RuleProgram, RuleQuery, Statement, check_rules},
};

/// What any part of an example may fail with.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// A domain that was loaded: its graph, and the rules over it.
pub(crate) struct Domain {
    pub(crate) report: SetReport,
    pub(crate) view: Arc<dyn GraphView>,
    pub(crate) rules: Arc<RuleBase>,
}

/// Rules and queries with the text in which they stood.
pub(crate) struct Written {
    pub(crate) file: PathBuf,
    pub(crate) text: Arc<str>,
    pub(crate) program: RuleProgram,
}

impl Domain {
    /// Loads the schema and the rules in these files, more rules or queries, and the tables in
    /// a folder. Whatever is wrong with rules and queries is the error, before anything runs;
    /// what else there is to say of queries, their answers say.
    pub(crate) async fn load(
        schema: &Path,
        rules: Option<&Path>,
        more: Vec<Written>,
        tables: &Path,
    ) -> Result<Self, Failure> {
        let (schema, mut written) = read_schema(schema)?;
        let held = written.len();
        if let Some(rules) = rules {
            written.push(read_rules(rules, &schema)?);
        }
        let rules = written.len();
        written.extend(more);
        check(&written, rules, &schema)?;
        let mut builder = RuleBase::builder(Arc::clone(&schema)).with_schema_rules();
        for Written { file, program, .. } in written.into_iter().skip(held) {
            builder = builder.with_program(name_of(&file), program);
        }
        let rules = builder.build().map_err(|problems| lines(&problems))?;

        let set = TableSet::new(Arc::clone(&schema), read_tables(tables)?);
        let pipeline = BuildPipeline::new(TextReader::new(), LengthSplitter::new(1000), MentionExtractor::new())
            .with_schema(schema, OnViolation::Report);
        let base = MemoryKnowledgeBase::new();
        let report = pipeline.import_set(&base, &set).await?;
        let view = base.snapshot(&Scope::All).await?.graph().view(&GraphNeed::Everything).await?;
        Ok(Self { report, view, rules: Arc::new(rules) })
    }

    /// Its rules, ready to be asked, with the day `now`.
    pub(crate) fn inference(&self, now: PartialDate) -> Inference<'static> {
        Inference::new(Arc::clone(&self.rules), Arc::clone(&self.view)).with_now(now)
    }
}

impl Written {
    /// Reads rules and queries that stand in `file`.
    pub(crate) fn read(file: &Path, text: &str) -> Result<Self, Failure> {
        let (program, diagnostics) = RuleProgram::parse(text);
        refuse(file, text, &diagnostics)?;
        Ok(Self { file: file.to_owned(), text: text.into(), program })
    }

    /// Its queries.
    pub(crate) fn queries(&self) -> impl Iterator<Item = &RuleQuery> {
        self.program.statements.iter().filter_map(|statement| match statement {
            Statement::Query(query) => Some(query),
            _ => None,
        })
    }
}

/// Nodes as they are shown: those of the graph, and those that rules created.
pub(crate) struct Shown<'d> {
    view: &'d dyn GraphView,
    created: BTreeMap<NodeId, Arc<Node>>,
}

impl<'d> Shown<'d> {
    pub(crate) fn new(domain: &'d Domain, inference: &Inference<'_>) -> Result<Self, Failure> {
        let created = inference.created()?.into_iter().map(|created| (created.node.id, created.node));
        Ok(Self { view: &*domain.view, created: created.collect() })
    }

    pub(crate) fn node(&self, id: NodeId) -> Option<Arc<Node>> {
        self.created.get(&id).cloned().or_else(|| self.view.node(id).ok()?)
    }

    /// The key under which tables list a node.
    pub(crate) fn key(&self, id: NodeId) -> Result<Option<Arc<str>>, Failure> {
        let facts = self.view.outgoing(id)?;
        let mut keys = facts.iter().filter(|record| record.fact.predicate.as_str() == "id");
        Ok(keys.find_map(|record| match &record.fact.object {
            Value::Text(key) => Some(Arc::clone(key)),
            _ => None,
        }))
    }
}

/// Reads a schema, and the rules that it holds.
fn read_schema(file: &Path) -> Result<(Arc<Schema>, Vec<Written>), Failure> {
    let text: Arc<str> = read(file)?.into();
    let (schema, diagnostics) = Schema::parse(&text);
    refuse(file, &text, &diagnostics)?;
    let (program, diagnostics) = RuleProgram::of_schema(&schema);
    refuse(file, &text, &diagnostics)?;
    Ok((Arc::new(schema), vec![Written { file: file.to_owned(), text, program }]))
}

/// Reads a file of rules on concepts, or of rules.
fn read_rules(file: &Path, schema: &Schema) -> Result<Written, Failure> {
    let text: Arc<str> = read(file)?.into();
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with(['#', '/']));
    if !first.is_some_and(|line| line.starts_with("namespace")) {
        return Written::read(file, &text);
    }
    let reading = ConceptRules::parse(&text);
    refuse(file, &text, &reading.diagnostics)?;
    let (program, diagnostics) = RuleProgram::of_concept_rules(&reading.rules, Some(schema));
    refuse(file, &text, &diagnostics)?;
    Ok(Written { file: file.to_owned(), text, program })
}

/// Shows what is wrong with rules and queries, taken together; an error where any of it is one.
/// The first `rules` are no queries.
fn check(written: &[Written], rules: usize, schema: &Schema) -> Result<(), Failure> {
    let programs: Vec<&RuleProgram> = written.iter().map(|written| &written.program).collect();
    let mut found = check_rules(&programs, schema, &Functions::standard());
    found.iter_mut().skip(rules).for_each(|of_queries| of_queries.retain(Diagnostic::is_error));
    let refused = written.iter().zip(&found).map(|(written, found)| refuse(&written.file, &written.text, found));
    let wrong: Vec<Failure> = refused.filter_map(Result::err).collect();
    if wrong.is_empty() { Ok(()) } else { Err(lines(&wrong)) }
}

/// The tables in `folder`, or in its `builder/data`, by name.
fn read_tables(folder: &Path) -> Result<Vec<Source>, Failure> {
    let nested = folder.join("builder/data");
    let mut tables = files(folder, "csv")?;
    if tables.is_empty() && nested.is_dir() {
        tables = files(&nested, "csv")?;
    }
    if tables.is_empty() {
        return Err(format!("{}: no file ends in .csv", folder.display()).into());
    }
    let source = |file: &PathBuf| {
        let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Source::new(name_of(file), bytes))
    };
    tables.iter().map(source).collect()
}

/// The files in `folder` whose names end so, by name.
pub(crate) fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>, Failure>>()?;
    let wanted = |path: &PathBuf| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension));
    let mut found: Vec<PathBuf> = paths.into_iter().filter(wanted).collect();
    found.sort();
    Ok(found)
}

pub(crate) fn read(file: &Path) -> Result<String, Failure> {
    let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(kag::builder::decode(&bytes).map_err(|error| format!("{}: {error}", file.display()))?.to_string())
}

fn name_of(file: &Path) -> String {
    file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// Shows what is wrong with `text`; an error where any of it is one.
fn refuse(file: &Path, text: &str, diagnostics: &[Diagnostic]) -> Result<(), Failure> {
    let name = file.display().to_string();
    let shown: Vec<String> = diagnostics.iter().map(|diagnostic| diagnostic.render(&name, text)).collect();
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(lines(&shown));
    }
    shown.iter().for_each(|shown| eprintln!("{shown}"));
    Ok(())
}

fn lines<T: ToString>(items: &[T]) -> Failure {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n").into()
}
