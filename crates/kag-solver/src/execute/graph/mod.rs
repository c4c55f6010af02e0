//! Matching a retrieval's pattern against the graph.

mod candidates;
mod end;
mod expand;
mod predicate;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{FactId, NodeId, Predicate, Score, Value};
use kag_reason::Prepared;

pub(super) use end::End;

use super::{
    Context,
    answers::MetByLayer,
    constraint::{Holds, holds},
    environment::MemoryEnvironment,
    names,
    rules::{Derivation, Rules},
};
use crate::{
    BindingTable, Cell, Memory, Result, Row, Support,
    logical::{Pushed, Retrieval, Var},
    trace::{LayerCounts, Note},
};
use candidates::{Candidate, candidates};
use end::{Admitted, Known, Way, node_of};
use expand::Failures;

/// What the graph says to a pattern.
pub(super) struct Matched {
    pub(super) rows: BindingTable,
    /// The best score of what matched, also of what fails a condition that a filter sets later.
    pub(super) best: Option<Score>,
    pub(super) layers: LayerCounts,
    pub(super) met: MetByLayer,
    /// Whether a rule speaks of one of the predicates.
    pub(super) rules_asked: bool,
    pub(super) notes: Vec<Note>,
    pub(super) subject: End,
    pub(super) object: End,
    /// The subjects of which nothing matched; literals are never subjects of facts.
    pub(super) unanswered: Vec<Value>,
}

/// The facts of the graph that match `retrieval`, as rows over its variables.
///
/// A row's score is the least of its links', its fact's and of the facts by which its nodes
/// hang together with those that were asked about. Knowledge and information are asked
/// together, and rules with them, for a fact of one layer does not make those of the other
/// untrue; the layers of what matched are counted. An object that the plan names is found
/// under every more special name. Where nothing is said of a subject, what is said of the
/// nearest thing above it counts; then, where the plan names it, what is said of things
/// below it; then what is said of its synonyms, with the edge's confidence; last, where the
/// options ask for it, what is said under another predicate that means the same.
pub(super) async fn matches(
    context: &Context<'_>,
    retrieval: &Retrieval,
    pushed: &[&Pushed],
    memory: &Memory,
) -> Result<Matched> {
    let mut notes = Vec::new();
    let subject = End::of(context, &retrieval.subject, memory, &mut notes).await?;
    let object = End::of(context, &retrieval.object, memory, &mut notes).await?;
    let mut matching = Matching {
        context,
        retrieval,
        memory,
        predicates: names::predicates(context, &retrieval.predicate.names),
        pushed: pushed.iter().map(|pushed| (&pushed.var, Prepared::new(pushed.condition.clone()))).collect(),
        rows: BindingTable::new(retrieval.vars().cloned()),
        best: None,
        failing: 0,
        layers: LayerCounts::default(),
        met: MetByLayer::new(),
        answered: BTreeSet::new(),
        untimed: BTreeSet::new(),
        undecided: BTreeSet::new(),
        ways: BTreeMap::new(),
        derived: BTreeMap::new(),
        failures: Failures::new(),
        linked_predicates: Vec::new(),
        truncated: false,
    };
    let wide = expand::with_below(context, &object, &mut matching.failures).await?;
    matching.collect(&subject, &wide).await?;
    matching.go_up(&subject, &wide).await?;
    let silent = matching.silent(&subject);
    if !silent.is_empty() && subject.is_fixed() {
        let below = expand::below(context, &subject, &silent, &mut matching.failures).await?;
        matching.collect(&below, &wide).await?;
    }
    let silent = matching.silent(&subject);
    if !silent.is_empty() {
        matching.collect(&expand::synonyms(context, &subject, &silent)?, &wide).await?;
    }
    if matching.best.is_none() && !object.nodes().is_empty() {
        matching.collect(&subject, &expand::synonyms(context, &object, &object.nodes())?).await?;
    }
    matching.link_predicates(&subject, &wide).await?;
    let silent = matching.silent(&subject).into_iter().map(Value::Node);
    let unanswered = silent.chain(subject.literals().iter().cloned()).collect();
    notes.extend(matching.notes()?);
    let rules_asked = matching.rules_asked();
    let Matching { rows, best, layers, met, .. } = matching;
    Ok(Matched { rows, best, layers, met, rules_asked, notes, subject, object, unanswered })
}

/// Facts being matched.
struct Matching<'m> {
    context: &'m Context<'m>,
    retrieval: &'m Retrieval,
    memory: &'m Memory,
    predicates: Option<BTreeSet<Predicate>>,
    /// Conditions that a filter sets later, each with its variable.
    pushed: Vec<(&'m Var, Prepared)>,
    rows: BindingTable,
    best: Option<Score>,
    /// How many matches fail one of the conditions.
    failing: usize,
    layers: LayerCounts,
    met: MetByLayer,
    /// The subjects asked about of which some fact matched.
    answered: BTreeSet<NodeId>,
    untimed: BTreeSet<FactId>,
    undecided: BTreeSet<FactId>,
    /// How nodes of rows hang together with those that were asked about.
    ways: BTreeMap<(NodeId, NodeId, Vec<FactId>), Arc<Way>>,
    /// The facts of rows that rules derive.
    derived: BTreeMap<FactId, Arc<Derivation>>,
    failures: Failures,
    /// What predicates were compared with the plan's.
    linked_predicates: Vec<Note>,
    truncated: bool,
}

impl Matching<'_> {
    /// The subjects that are known one by one and of which nothing has matched yet.
    fn silent(&self, subject: &End) -> Vec<NodeId> {
        subject.nodes().into_iter().filter(|node| !self.answered.contains(node)).collect()
    }

    /// For silent subjects, what is said of the things above them: of the nearest of which
    /// something is said.
    async fn go_up(&mut self, subject: &End, object: &End) -> Result<()> {
        let own = |predicates: &BTreeSet<Predicate>| predicates.iter().all(|p| !expand::hands_down(p.as_str()));
        if self.predicates.as_ref().is_none_or(own) {
            return Ok(());
        }
        let silent = self.silent(subject);
        let levels = expand::above(self.context, subject, &silent, &mut self.failures).await?;
        for level in levels.into_values() {
            let mut known = Known::default();
            for (general, standing) in level {
                if !self.answered.contains(&standing.asked) {
                    known.add(general, standing);
                }
            }
            self.collect(&End::Known(known), object).await?;
        }
        Ok(())
    }

    /// Adds a row for every fact between `subject` and `object` that matches.
    async fn collect(&mut self, subject: &End, object: &End) -> Result<()> {
        for candidate in candidates(self.context, subject, object, self.predicates.as_ref()).await? {
            let fact = candidate.fact();
            if self.predicates.as_ref().is_some_and(|wanted| !wanted.contains(&fact.predicate)) {
                continue;
            }
            let from = subject.admit(self.context, &Value::Node(fact.subject))?;
            if from.is_empty() {
                continue;
            }
            let to = object.admit(self.context, &fact.object)?;
            if to.is_empty() {
                continue;
            }
            let holds = self.all_hold(&candidate)?;
            if holds != Holds::Yes {
                self.met.entry(candidate.layer()).or_default().failing += 1;
            }
            match holds {
                Holds::Yes => self.add(&candidate, &from, &to, Score::ONE)?,
                Holds::No => {}
                Holds::Undecided => drop(self.undecided.insert(candidate.id())),
                Holds::Untimed => drop(self.untimed.insert(candidate.id())),
            }
        }
        Ok(())
    }

    /// For subjects of which nothing is said under the plan's predicates, what is said under the
    /// one that means the same, where the options ask for it. A subject that several facts
    /// answer differently is not answered.
    async fn link_predicates(&mut self, subject: &End, object: &End) -> Result<()> {
        let names = &self.retrieval.predicate.names;
        let Some(options) = self.context.options().link_predicates.as_ref().filter(|_| !names.is_empty()) else {
            return Ok(());
        };
        let words = predicate::words_of(names);
        for node in self.silent(subject) {
            let Some(alike) = predicate::most_alike(self.context, &words, node).await? else { continue };
            let ends = || alike.facts.iter().map(|(_, end)| end);
            let used = alike.is_sure(options) && ends().skip(1).all(|end| Some(end) == ends().next());
            self.linked_predicates.push(Note::PredicateLinked {
                asked: names::name_of(self.context, node)?,
                words: words.as_str().into(),
                predicate: Arc::clone(&alike.predicate),
                score: Score::new(alike.score),
                next: alike.next.map(Score::new),
                facts: alike.facts.iter().map(|(record, _)| Arc::clone(&record.statement)).collect(),
                used,
            });
            if !used {
                continue;
            }
            let from = subject.admit(self.context, &Value::Node(node))?;
            for (record, end) in alike.facts {
                let candidate = Candidate::Stored(record);
                let to = object.admit(self.context, &end)?;
                if self.all_hold(&candidate)? == Holds::Yes {
                    self.add(&candidate, &from, &to, Score::new(alike.score))?;
                }
            }
        }
        Ok(())
    }

    fn all_hold(&self, candidate: &Candidate) -> Result<Holds> {
        let mut worst = Holds::Yes;
        for constraint in &self.retrieval.constraints {
            match holds(self.context, self.memory, candidate.fact(), constraint)? {
                Holds::Yes => {}
                Holds::No => return Ok(Holds::No),
                other => worst = other,
            }
        }
        Ok(worst)
    }

    /// Adds a row for each way in which the fact's ends stand for what was asked about; its
    /// predicate is meant as surely as `meant`.
    fn add(&mut self, candidate: &Candidate, from: &[Admitted], to: &[Admitted], meant: Score) -> Result<()> {
        let one_variable =
            self.retrieval.subject.var.is_some() && self.retrieval.subject.var == self.retrieval.object.var;
        let mut confidence = None;
        for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
            if one_variable && from.cell.value != to.cell.value {
                continue;
            }
            if self.rows.len() >= self.context.options().max_rows {
                self.truncated = true;
                return Ok(());
            }
            let confidence = match confidence {
                Some(known) => known,
                None => *confidence.insert(self.weigh(candidate)?),
            };
            self.answered.extend(from.asked.or_else(|| node_of(&from.cell.value)));
            let ways = || [&from.via, &to.via].into_iter().flatten();
            let mut score = from.score.min(to.score).min(confidence).min(meant);
            for way in ways() {
                score = score.min(self.pass(way)?);
            }
            self.best = self.best.max(Some(score));
            let met = self.met.entry(candidate.layer()).or_default();
            met.best = met.best.max(Some(score));
            if self.fails(from, to) {
                self.failing += 1;
                continue;
            }
            let facts = ways().flat_map(|way| way.facts.iter().copied()).chain([candidate.id()]);
            let support: Vec<Support> = facts.map(Support::Fact).collect();
            let predicate = Cell::from(Value::from(candidate.fact().predicate.as_str()));
            let found = [from.cell.clone(), predicate, to.cell.clone()];
            let cells = cells(self.retrieval, found.map(Some));
            self.rows.push(Row::new(cells).with_support(support).with_score(score))?;
        }
        Ok(())
    }

    /// Whether the ends of a match certainly fail a condition that a filter sets later.
    fn fails(&self, from: &Admitted, to: &Admitted) -> bool {
        self.pushed.iter().any(|(var, condition)| {
            let is_subject = self.retrieval.subject.var.as_ref() == Some(*var);
            let value = if is_subject { &from.cell.value } else { &to.cell.value };
            let environment = MemoryEnvironment::of(self.context, var, value);
            matches!(condition.holds(&environment), Ok(Some(false)))
        })
    }

    /// Keeps a way for the trace, and says how sure what rules derive of it is.
    fn pass(&mut self, way: &Arc<Way>) -> Result<Score> {
        let mut score = Score::ONE;
        for inferred in &way.derived {
            let Some(derivation) = self.context.derivation(inferred)? else { continue };
            score = score.min(Score::new(derivation.confidence.get()));
            self.derived.insert(inferred.id, derivation);
        }
        self.ways.entry((way.asked, way.node, way.facts.clone())).or_insert_with(|| Arc::clone(way));
        Ok(score)
    }

    /// Counts the fact for its layer, and says how sure it is.
    fn weigh(&mut self, candidate: &Candidate) -> Result<Score> {
        let confidence = match candidate {
            Candidate::Stored(record) => {
                self.layers.count(record.layer());
                record.confidence()
            }
            Candidate::Derived(inferred) => {
                self.layers.rules += 1;
                let Some(derivation) = self.context.derivation(inferred)? else { return Ok(Score::ZERO) };
                let confidence = derivation.confidence;
                self.derived.insert(inferred.id, derivation);
                confidence
            }
        };
        Ok(Score::new(confidence.get()))
    }

    /// Whether a rule speaks of one of the predicates.
    fn rules_asked(&self) -> bool {
        let asked = |rules: &Arc<Rules>| self.predicates.iter().flatten().any(|predicate| rules.define(predicate));
        self.context.rules.as_ref().is_some_and(asked)
    }

    fn notes(&self) -> Result<Vec<Note>> {
        let untimed = Some(Note::Untimed { facts: self.untimed.len() }).filter(|_| !self.untimed.is_empty());
        let undecided = Some(Note::Undecided { facts: self.undecided.len() }).filter(|_| !self.undecided.is_empty());
        let truncated = Some(Note::Truncated { rows: self.rows.len() }).filter(|_| self.truncated);
        let failing = Some(Note::FailedEarly { matches: self.failing }).filter(|_| self.failing > 0);
        let mut notes: Vec<Note> = self.linked_predicates.clone();
        notes.extend([untimed, undecided, failing, truncated].into_iter().flatten());
        notes.extend(self.failures.iter().map(|reason| Note::RulesFailed { reason: reason.clone() }));
        let rules = self.context.rules.as_deref().filter(|_| self.rules_asked());
        let faults = rules.map(Rules::faults).unwrap_or_default();
        notes.extend(faults.into_iter().map(|fault| Note::RowsFailed {
            rule: fault.rule,
            clause: fault.clause,
            rows: fault.rows,
            reason: fault.error,
        }));
        let most = self.context.options().max_proofs;
        for way in self.ways.values().take(most) {
            notes.push(Note::Expanded {
                expansion: way.expansion,
                asked: names::name_of(self.context, way.asked)?,
                node: names::name_of(self.context, way.node)?,
                path: names::statements(self.context, &way.facts)?,
                facts: way.facts.clone(),
            });
        }
        for derivation in self.derived.values().take(most) {
            notes.push(derivation.note());
        }
        let left_out = self.ways.len().saturating_sub(most) + self.derived.len().saturating_sub(most);
        notes.extend(Some(Note::NotShown { reasons: left_out }).filter(|_| left_out > 0));
        Ok(notes)
    }
}

/// The cells of the pattern's variables, each once, in the order of [`Retrieval::vars`].
pub(super) fn cells(retrieval: &Retrieval, found: [Option<Cell>; 3]) -> Vec<Option<Cell>> {
    let vars = [&retrieval.subject.var, &retrieval.predicate.var, &retrieval.object.var];
    let mut seen: Vec<&Var> = Vec::new();
    let mut cells = Vec::new();
    for (var, cell) in vars.into_iter().zip(found) {
        if let Some(var) = var.as_ref().filter(|var| !seen.contains(var)) {
            seen.push(var);
            cells.push(cell);
        }
    }
    cells
}
