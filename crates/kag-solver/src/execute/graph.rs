//! Matching a retrieval's pattern against the graph.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{FactId, FactRecord, Layer, NodeId, Predicate, Score, Scored, TypeName, Value};

use super::{
    Context,
    constraint::{Holds, holds},
    names,
};
use crate::{
    BindingTable, Cell, Link, Memory, Result, Row, Support,
    link::{LinkKind, Name, link, synonyms_of},
    logical::{Constant, Retrieval, Term, Var},
    trace::{LayerCounts, Note},
};

/// One end of a pattern.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// Anything of these types; anything at all where there are none.
    Any(Option<Vec<TypeName>>),
    /// One of these.
    Known(Known),
}

/// Nodes and literals that an end of a pattern stands for.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The nodes, with how surely; each with the node that it stands for.
    nodes: BTreeMap<NodeId, (NodeId, Score)>,
    /// The literals, in the order in which they were bound.
    literals: Vec<Value>,
}

/// What the graph says to a pattern.
pub(super) struct Matched {
    pub(super) rows: BindingTable,
    pub(super) layers: LayerCounts,
    pub(super) notes: Vec<Note>,
    pub(super) subject: End,
    pub(super) object: End,
    /// The subjects of which nothing matched; literals are never subjects of facts.
    pub(super) unanswered: Vec<Value>,
}

/// The facts of the graph that match `retrieval`, as rows over its variables.
///
/// A row's score is the least of its links' and its fact's. Knowledge and information are
/// asked together, for a fact of one layer does not make those of the other untrue; the
/// layers of what matched are counted. Where nothing is said of a node itself, what is said
/// of its synonyms counts for it, with the edge's confidence.
pub(super) async fn matches(context: &Context<'_>, retrieval: &Retrieval, memory: &Memory) -> Result<Matched> {
    let mut notes = Vec::new();
    let subject = end(context, &retrieval.subject, memory, &mut notes).await?;
    let object = end(context, &retrieval.object, memory, &mut notes).await?;
    let mut matching = Matching {
        context,
        retrieval,
        memory,
        predicates: names::predicates(context, &retrieval.predicate.names),
        rows: BindingTable::new(retrieval.vars().cloned()),
        layers: LayerCounts::default(),
        answered: BTreeSet::new(),
        untimed: BTreeSet::new(),
        undecided: BTreeSet::new(),
        truncated: false,
    };
    matching.collect(&subject, &object)?;
    let silent: Vec<_> = subject.nodes().into_iter().filter(|node| !matching.answered.contains(node)).collect();
    if !silent.is_empty() {
        matching.collect(&synonyms(context, &silent)?, &object)?;
    }
    if matching.rows.is_empty() && !object.nodes().is_empty() {
        matching.collect(&subject, &synonyms(context, &object.nodes())?)?;
    }
    let silent = subject.nodes().into_iter().filter(|node| !matching.answered.contains(node)).map(Value::Node);
    let unanswered = silent.chain(subject.literals().iter().cloned()).collect();
    notes.extend(matching.notes());
    Ok(Matched { rows: matching.rows, layers: matching.layers, notes, subject, object, unanswered })
}

/// Facts being matched.
struct Matching<'m> {
    context: &'m Context<'m>,
    retrieval: &'m Retrieval,
    memory: &'m Memory,
    predicates: Option<BTreeSet<Predicate>>,
    rows: BindingTable,
    layers: LayerCounts,
    /// The subjects of which some fact matched.
    answered: BTreeSet<NodeId>,
    untimed: BTreeSet<FactId>,
    undecided: BTreeSet<FactId>,
    truncated: bool,
}

impl Matching<'_> {
    /// Adds a row for every fact between `subject` and `object` that matches.
    fn collect(&mut self, subject: &End, object: &End) -> Result<()> {
        for record in candidates(self.context, subject, object, self.predicates.as_ref())? {
            if self.predicates.as_ref().is_some_and(|wanted| !wanted.contains(&record.fact.predicate)) {
                continue;
            }
            let from = admit(self.context, subject, &Value::Node(record.fact.subject))?;
            let Some((from, to)) = from.zip(admit(self.context, object, &record.fact.object)?) else { continue };
            match all_hold(self.context, self.memory, &record, self.retrieval)? {
                Holds::Yes => self.add(&record, from, to)?,
                Holds::No => {}
                Holds::Undecided => drop(self.undecided.insert(record.id)),
                Holds::Untimed => drop(self.untimed.insert(record.id)),
            }
        }
        Ok(())
    }

    fn add(&mut self, record: &FactRecord, from: (Cell, Score), to: (Cell, Score)) -> Result<()> {
        let one_variable =
            self.retrieval.subject.var.is_some() && self.retrieval.subject.var == self.retrieval.object.var;
        if one_variable && from.0.value != to.0.value {
            return Ok(());
        }
        if self.rows.len() >= self.context.options().max_rows {
            self.truncated = true;
            return Ok(());
        }
        self.layers.count(record.layer());
        self.answered.extend(node_of(&from.0.value));
        let score = from.1.min(to.1).min(Score::new(record.confidence().get()));
        let predicate = Cell::from(Value::from(record.fact.predicate.as_str()));
        let cells = cells(self.retrieval, [from.0, predicate, to.0].map(Some));
        self.rows.push(Row::new(cells).with_support([Support::Fact(record.id)]).with_score(score))?;
        Ok(())
    }

    fn notes(&self) -> Vec<Note> {
        let untimed = Some(Note::Untimed { facts: self.untimed.len() }).filter(|_| !self.untimed.is_empty());
        let undecided = Some(Note::Undecided { facts: self.undecided.len() }).filter(|_| !self.undecided.is_empty());
        let truncated = Some(Note::Truncated { rows: self.rows.len() }).filter(|_| self.truncated);
        [untimed, undecided, truncated].into_iter().flatten().collect()
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

fn all_hold(context: &Context<'_>, memory: &Memory, record: &FactRecord, retrieval: &Retrieval) -> Result<Holds> {
    let mut worst = Holds::Yes;
    for constraint in &retrieval.constraints {
        match holds(context, memory, record, record.fact.subject, constraint)? {
            Holds::Yes => {}
            Holds::No => return Ok(Holds::No),
            other => worst = other,
        }
    }
    Ok(worst)
}

/// What `term` stands for, given what is bound already.
async fn end(context: &Context<'_>, term: &Term, memory: &Memory, notes: &mut Vec<Note>) -> Result<End> {
    let types = names::types(context, &term.types);
    if let Some(bound) = term.var.as_ref().and_then(|var| memory.values(var)) {
        let mut known = Known::default();
        for cell in bound {
            match node_of(&cell.value) {
                Some(node) => drop(known.nodes.insert(node, (node, Score::ONE))),
                None => known.literals.push(cell.value.clone()),
            }
        }
        return Ok(End::Known(known));
    }
    if !term.is_constant() {
        return Ok(End::Any(types));
    }
    let mut linked = Vec::new();
    for constant in &term.names {
        let found = link_constant(context, constant, types.as_deref()).await?;
        notes.push(Note::Linked { name: constant.text().into(), links: described(context, &found)? });
        linked.extend(found.into_iter().map(|link| (link.node.item, link.node.score)));
    }
    let ids = term.ids.iter().filter_map(|id| id.parse().ok());
    linked.extend(ids.map(|id| (id, Score::ONE)));
    let mut known = Known::default();
    known.nodes.extend(linked.into_iter().map(|(node, score)| (node, (node, score))));
    if known.nodes.is_empty() {
        known.literals.extend(term.names.iter().map(|name| Value::read(&name.text())));
    }
    Ok(End::Known(known))
}

async fn link_constant(context: &Context<'_>, constant: &Constant, types: Option<&[TypeName]>) -> Result<Vec<Link>> {
    let text = constant.text();
    if let (Constant::Key(parts), Some(types)) = (constant, types) {
        let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
        let keyed = types.iter().map(|type_name| NodeId::keyed(type_name, &parts));
        for id in keyed {
            if context.view.node(id)?.is_some() {
                return Ok(vec![Link { node: Scored::new(id, 1.0), kind: LinkKind::Exact }]);
            }
        }
    }
    let vector = context.parts.embed(context.snapshot, &text).await?;
    let name = Name { text: &text, vector: vector.as_ref(), types };
    Ok(link(context.snapshot, &*context.view, name, &context.options().link).await?)
}

fn described(context: &Context<'_>, links: &[Link]) -> Result<Vec<(Arc<str>, Link)>> {
    links.iter().map(|link| Ok((names::name_of(context, link.node.item)?, link.clone()))).collect()
}

/// The synonyms of `nodes`, standing for them.
fn synonyms(context: &Context<'_>, nodes: &[NodeId]) -> Result<End> {
    let mut known = Known::default();
    for node in nodes {
        for synonym in synonyms_of(&*context.view, *node)? {
            known.nodes.entry(synonym.item).or_insert((*node, synonym.score));
        }
    }
    Ok(End::Known(known))
}

/// The facts that may match, from the end that promises fewer.
fn candidates(
    context: &Context<'_>,
    subject: &End,
    object: &End,
    predicates: Option<&BTreeSet<Predicate>>,
) -> Result<Vec<Arc<FactRecord>>> {
    let view = &context.view;
    let mut found = Vec::new();
    match (subject, object, predicates) {
        // Literals as objects are not indexed: the other end decides.
        (End::Known(subjects), End::Known(objects), _)
            if objects.literals.is_empty() && objects.nodes.len() < subjects.nodes.len() =>
        {
            for node in objects.nodes.keys() {
                found.extend(view.incoming(*node)?);
            }
        }
        (End::Known(subjects), _, _) => {
            for node in subjects.nodes.keys() {
                found.extend(view.outgoing(*node)?);
            }
        }
        (_, End::Known(objects), _) if objects.literals.is_empty() => {
            for node in objects.nodes.keys() {
                found.extend(view.incoming(*node)?);
            }
        }
        (_, _, Some(predicates)) => {
            for predicate in predicates {
                found.extend(view.with_predicate(predicate)?);
            }
        }
        (End::Any(Some(types)), _, None) => {
            for type_name in types {
                for node in view.of_type(type_name)? {
                    found.extend(view.outgoing(node)?);
                }
            }
        }
        (End::Any(None), _, None) => found = view.facts().collect::<kag_core::Result<_>>()?,
    }
    Ok(found)
}

/// The cell and score of `value` at this end of the pattern; `None` where it does not fit.
fn admit(context: &Context<'_>, end: &End, value: &Value) -> Result<Option<(Cell, Score)>> {
    let admitted = match (end, node_of(value)) {
        (End::Known(known), Some(node)) => known.nodes.get(&node).copied(),
        (End::Any(None), Some(node)) => Some((node, Score::ONE)),
        (End::Any(Some(types)), Some(node)) => {
            let fits = context.view.node(node)?.is_some_and(|node| types.contains(&node.type_name));
            fits.then_some((node, Score::ONE))
        }
        (End::Any(_), None) => return Ok(Some((Cell::from(value.clone()), Score::ONE))),
        (End::Known(known), None) => {
            let equal = |wanted: &Value| value.equals(wanted).is_ok_and(|same| same == Some(true));
            return Ok(known.literals.iter().any(equal).then(|| (Cell::from(value.clone()), Score::ONE)));
        }
    };
    let Some(admitted) = admitted else { return Ok(None) };
    Ok(Some((Cell::shown(admitted.0, names::name_of(context, admitted.0)?), admitted.1)))
}

fn node_of(value: &Value) -> Option<NodeId> {
    if let Value::Node(node) = value { Some(*node) } else { None }
}

impl End {
    /// Whether it was bound before, to nothing.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Self::Known(known) if known.nodes.is_empty() && known.literals.is_empty())
    }

    /// The nodes it stands for.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        let Self::Known(known) = self else { return Vec::new() };
        known.nodes.keys().copied().collect()
    }

    /// The literals it stands for.
    pub(super) fn literals(&self) -> &[Value] {
        let Self::Known(known) = self else { return &[] };
        &known.literals
    }

    /// The nodes and literals it stands for.
    pub(super) fn values(&self) -> Vec<Value> {
        self.nodes().into_iter().map(Value::Node).chain(self.literals().iter().cloned()).collect()
    }
}

impl LayerCounts {
    fn count(&mut self, layer: Layer) {
        match layer {
            Layer::Knowledge => self.knowledge += 1,
            Layer::Information => self.information += 1,
            Layer::Chunk => self.text += 1,
        }
    }
}
