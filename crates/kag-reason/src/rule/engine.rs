//! What runs rules: the state of one inference.

use std::{cell::Cell, collections::BTreeMap, sync::Arc, time::Instant};

use kag_core::{PartialDate, Value};
use kag_schema::ConceptName;

use super::{
    Bound, Limits, RowFault, RuleBase, RuleError,
    base::body::{Body, Step},
    concept::Below,
    derive::{Created, Evaluation, RuleState},
    join::{Start, Stated},
    paths::Paths,
    table::{Table, ValueColumn},
    world::{FastMap, View, World},
};

/// What the edges and nodes of one match have to be.
///
/// In all of them one name is one node, and a path over several edges passes no fact twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Matching {
    /// Different edges of a pattern are different facts, as in Cypher.
    #[default]
    DistinctFacts,
    /// Moreover different names are different nodes, as OpenSPG's own engine has it.
    DistinctNodes,
    /// Different edges may be one fact.
    Any,
}

/// The state of one inference.
pub(super) struct Engine<'v> {
    pub(super) base: Arc<RuleBase>,
    pub(super) world: World<'v>,
    pub(super) paths: Paths,
    pub(super) now: Option<PartialDate>,
    pub(super) parameters: BTreeMap<String, Value>,
    pub(super) limits: Limits,
    pub(super) matching: Matching,
    /// Whether groups are kept for proofs.
    pub(super) keeps_proofs: bool,
    /// By type and name, the predicate that is meant.
    pub(super) property_names: FastMap<(u32, Arc<str>), u32>,
    /// By predicate, the nodes of which something is stated as a text.
    pub(super) stated: FastMap<u32, Stated>,
    pub(super) concepts: FastMap<ConceptName, Below>,
    pub(super) faults: BTreeMap<(Arc<str>, Arc<str>), RowFault>,
    pub(super) states: Vec<RuleState>,
    /// By set of rules, whether it has been run to its end, and whether it is being run.
    pub(super) sets_done: Vec<bool>,
    pub(super) sets_active: Vec<bool>,
    pub(super) depth: usize,
    /// Whether what is read of a relation bit by bit will be all of it.
    pub(super) reads_whole: bool,
    pub(super) evaluations: Vec<Evaluation>,
    pub(super) created: BTreeMap<u32, Created>,
    /// How matches were found, where somebody wants to know.
    steps: Option<Vec<String>>,
    begun: Instant,
    ticks: Cell<u32>,
}

impl<'v> Engine<'v> {
    pub(super) fn new(base: Arc<RuleBase>, view: View<'v>) -> Self {
        let (rules, sets) = (base.len(), base.strata().sets.len());
        Self {
            world: World::new(view, Arc::clone(base.schema())),
            base,
            paths: Paths::default(),
            now: None,
            parameters: BTreeMap::new(),
            limits: Limits::default(),
            matching: Matching::default(),
            keeps_proofs: true,
            property_names: FastMap::default(),
            stated: FastMap::default(),
            concepts: FastMap::default(),
            faults: BTreeMap::new(),
            states: std::iter::repeat_with(RuleState::default).take(rules).collect(),
            sets_done: vec![false; sets],
            sets_active: vec![false; sets],
            depth: 0,
            reads_whole: false,
            evaluations: Vec::new(),
            created: BTreeMap::new(),
            steps: None,
            begun: Instant::now(),
            ticks: Cell::new(0),
        }
    }

    /// Begins a question: its time runs from now. What an earlier one left half done is
    /// forgotten.
    pub(super) fn begin(&mut self) {
        self.begun = Instant::now();
        self.depth = 0;
        self.reads_whole = false;
        self.sets_active.fill(false);
        self.states.iter_mut().for_each(|state| state.running = false);
    }

    /// Notes from now on how matches are found; gives what was noted before.
    pub(super) fn watch(&mut self, steps: Option<Vec<String>>) -> Vec<String> {
        std::mem::replace(&mut self.steps, steps).unwrap_or_default()
    }

    pub(super) fn note(&mut self, step: impl FnOnce() -> String) {
        if let Some(steps) = self.steps.as_mut().filter(|_| self.depth == 0) {
            steps.push(step());
        }
    }

    pub(super) fn fault(&mut self, body: &Body, clause: &Arc<str>, error: String, bindings: Vec<(Arc<str>, String)>) {
        let (rule, clause) = (Arc::clone(&body.rule), Arc::clone(clause));
        let fault = self.faults.entry((Arc::clone(&rule), Arc::clone(&clause))).or_insert(RowFault {
            rule,
            clause,
            rows: 0,
            error,
            bindings,
        });
        fault.rows += 1;
    }

    pub(super) fn bound(&self, body: &Body, bound: Bound) -> RuleError {
        RuleError::Bound { bound, rule: Arc::clone(&body.rule) }
    }

    /// Whether there are not too many rows; also looks at the clock.
    pub(super) fn check_bounds(&self, body: &Body, rows: usize) -> Result<(), RuleError> {
        if rows > self.limits.rows {
            return Err(self.bound(body, Bound::Rows(self.limits.rows)));
        }
        self.in_time(body)
    }

    /// The same, looking at the clock now and then: for inner loops.
    pub(super) fn in_bounds(&self, body: &Body, rows: usize) -> Result<(), RuleError> {
        if rows > self.limits.rows || self.paths.len() / 4 > self.limits.rows {
            return Err(self.bound(body, Bound::Rows(self.limits.rows)));
        }
        self.ticks.set(self.ticks.get().wrapping_add(1));
        if self.ticks.get().is_multiple_of(4096) { self.in_time(body) } else { Ok(()) }
    }

    pub(super) fn in_time(&self, body: &Body) -> Result<(), RuleError> {
        match self.limits.time {
            Some(time) if self.begun.elapsed() > time => Err(self.bound(body, Bound::Time(time))),
            _ => Ok(()),
        }
    }

    /// The matches of `body` after all its clauses.
    pub(super) fn run(&mut self, body: &Body, start: Start) -> Result<Table, RuleError> {
        let mut table = self.matches(body, start)?;
        for step in &body.steps {
            table = self.step(body, table, step)?;
        }
        Ok(table)
    }

    fn step(&mut self, body: &Body, mut table: Table, step: &Step) -> Result<Table, RuleError> {
        match step {
            Step::Group { into, group } => self.group(body, table, into, group),
            Step::Choose { choice, asked } => self.choose(body, table, choice, asked),
            Step::Total => self.total(body, table),
            Step::Exists { into, path } => self.exists(body, table, into, *path),
            Step::Project { into, asked } => {
                let values = self.values(body, &table, asked)?;
                table.values.push(ValueColumn {
                    name: Arc::clone(into),
                    at: Arc::new(values.at),
                    values: Arc::new(values.values),
                    unit: values.unit,
                    group: None,
                });
                Ok(table)
            }
            Step::Decide { into, asked } => {
                let truths = self.truths(body, &table, asked)?;
                Ok(with_truths(body, table, into, &truths, asked))
            }
            Step::KeepEach { edge, asked } => self.keep_each(body, table, *edge, asked),
            Step::Keep { into, asked } => {
                let truths = self.truths(body, &table, asked)?;
                let kept: Vec<bool> = truths.iter().map(|truth| *truth == Some(true)).collect();
                if let Some(into) = into {
                    table = with_truths(body, table, into, &truths, asked);
                }
                let before = table.rows;
                table = table.keep(&kept);
                self.note(|| format!("keep where {}: {before} rows to {}", asked.text, table.rows));
                Ok(table)
            }
        }
    }

    /// The table with whether the path number `path` is there in each row, under `into`.
    fn exists(&mut self, body: &Body, table: Table, into: &Arc<str>, path: usize) -> Result<Table, RuleError> {
        let Some(sub) = body.paths.get(path) else { return Ok(table) };
        let inner = Arc::clone(&sub.body);
        let mut start = Table::unit(inner.nodes.len(), inner.edges.len());
        start.rows = table.rows;
        for (inner_node, outer_node) in &sub.shared {
            if let (Some(column), Some(place)) = (table.node(*outer_node), start.nodes.get_mut(*inner_node)) {
                *place = Some(Arc::clone(column));
            }
        }
        start.values.push(ValueColumn {
            name: "#row".into(),
            at: Arc::new((0..u32::try_from(table.rows).unwrap_or(u32::MAX)).collect()),
            values: Arc::default(),
            unit: Vec::new(),
            group: None,
        });
        let found = self.matches(&inner, Start::Rows(start))?;
        let mut truths = vec![Some(false); table.rows];
        for row in found.value("#row").into_iter().flat_map(|value| value.at.iter()) {
            truths.iter_mut().skip(*row as usize).take(1).for_each(|truth| *truth = Some(true));
        }
        let unit = sub.shared.iter().map(|(_, outer)| super::table::Part::Node(*outer)).collect();
        Ok(with_column(table, into, &truths, unit))
    }
}

fn with_truths(
    body: &Body,
    table: Table,
    into: &Arc<str>,
    truths: &[Option<bool>],
    asked: &super::base::body::Asked,
) -> Table {
    let slots = super::scope::slots(body, &table, &asked.expr);
    let unit = super::scope::unit(&table, &slots);
    with_column(table, into, truths, unit)
}

fn with_column(mut table: Table, into: &Arc<str>, truths: &[Option<bool>], unit: super::table::Unit) -> Table {
    let values = [None, Some(Value::Boolean(false)), Some(Value::Boolean(true))];
    let at = truths.iter().map(|truth| truth.map_or(0, |truth| 1 + u32::from(truth))).collect();
    let values = Arc::new(values.to_vec());
    table.values.push(ValueColumn { name: Arc::clone(into), at: Arc::new(at), values, unit, group: None });
    table
}
