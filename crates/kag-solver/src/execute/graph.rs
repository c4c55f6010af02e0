//! Matching a retrieval's pattern against the graph.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{FactRecord, Layer, NodeId, Score, TypeName, Value};

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
    /// One of these nodes, with how surely; each with the node that it stands for.
    Nodes(BTreeMap<NodeId, (NodeId, Score)>),
    /// One of these literals.
    Literals(Vec<Value>),
}

/// What the graph says to a pattern.
pub(super) struct Matched {
    pub(super) rows: BindingTable,
    pub(super) layers: LayerCounts,
    pub(super) notes: Vec<Note>,
    pub(super) subject: End,
}

/// The facts of the graph that match `retrieval`, as rows over its variables.
///
/// A row's score is the least of its links' and its fact's. Knowledge and information are
/// asked together, for a fact of one layer does not make those of the other untrue; the
/// layers of what matched are counted.
pub(super) async fn matches(context: &Context<'_>, retrieval: &Retrieval, memory: &Memory) -> Result<Matched> {
    let mut notes = Vec::new();
    let subject = end(context, &retrieval.subject, memory, &mut notes).await?;
    let object = end(context, &retrieval.object, memory, &mut notes).await?;
    let predicates = names::predicates(context, &retrieval.predicate.names);
    let candidates = candidates(context, &subject, &object, predicates.as_ref())?;

    let mut rows = BindingTable::new(retrieval.vars().cloned());
    let mut layers = LayerCounts::default();
    let (mut untimed, mut undecided) = (0, 0);
    for record in candidates {
        if predicates.as_ref().is_some_and(|wanted| !wanted.contains(&record.fact.predicate)) {
            continue;
        }
        let ends = admit(context, &subject, &Value::Node(record.fact.subject))?
            .zip(admit(context, &object, &record.fact.object)?);
        let Some(((subject_cell, subject_score), (object_cell, object_score))) = ends else { continue };
        match all_hold(context, memory, &record, retrieval)? {
            Holds::Yes => {}
            Holds::No => continue,
            Holds::Undecided => {
                undecided += 1;
                continue;
            }
            Holds::Untimed => {
                untimed += 1;
                continue;
            }
        }
        if rows.len() >= context.options().max_rows {
            notes.push(Note::Truncated { rows: rows.len() });
            break;
        }
        layers.count(record.layer());
        let score = subject_score.min(object_score).min(Score::new(record.confidence().get()));
        let predicate = Cell::from(Value::from(record.fact.predicate.as_str()));
        let cells = cells(retrieval, [subject_cell, predicate, object_cell]);
        rows.push(Row::new(cells).with_support([Support::Fact(record.id)]).with_score(score))?;
    }
    notes.extend((untimed > 0).then_some(Note::Untimed { facts: untimed }));
    notes.extend((undecided > 0).then_some(Note::Undecided { facts: undecided }));
    Ok(Matched { rows, layers, notes, subject })
}

/// The cells of the pattern's variables, each once, in the order of [`Retrieval::vars`].
pub(super) fn cells(retrieval: &Retrieval, found: [Cell; 3]) -> Vec<Option<Cell>> {
    let vars = [&retrieval.subject.var, &retrieval.predicate.var, &retrieval.object.var];
    let mut seen: Vec<&Var> = Vec::new();
    let mut cells = Vec::new();
    for (var, cell) in vars.into_iter().zip(found) {
        if let Some(var) = var.as_ref().filter(|var| !seen.contains(var)) {
            seen.push(var);
            cells.push(Some(cell));
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
        let nodes: Vec<_> = bound.iter().filter_map(|cell| node_of(&cell.value)).collect();
        if nodes.is_empty() && !bound.is_empty() {
            return Ok(End::Literals(bound.into_iter().map(|cell| cell.value.clone()).collect()));
        }
        return with_synonyms(context, nodes.into_iter().map(|node| (node, Score::ONE)));
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
    if linked.is_empty() {
        return Ok(End::Literals(term.names.iter().map(|name| Value::read(&name.text())).collect()));
    }
    Ok(End::Nodes(linked.into_iter().map(|(node, score)| (node, (node, score))).collect()))
}

async fn link_constant(context: &Context<'_>, constant: &Constant, types: Option<&[TypeName]>) -> Result<Vec<Link>> {
    let text = constant.text();
    if let (Constant::Key(parts), Some(types)) = (constant, types) {
        let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
        let keyed = types.iter().map(|type_name| NodeId::keyed(type_name, &parts));
        for id in keyed {
            if context.view.node(id)?.is_some() {
                return Ok(vec![Link { node: kag_core::Scored::new(id, 1.0), kind: LinkKind::Exact }]);
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

/// The nodes and, standing for them, their synonyms.
fn with_synonyms(context: &Context<'_>, nodes: impl Iterator<Item = (NodeId, Score)>) -> Result<End> {
    let mut ends = BTreeMap::new();
    let nodes: Vec<_> = nodes.collect();
    for (node, score) in &nodes {
        ends.insert(*node, (*node, *score));
    }
    for (node, score) in nodes {
        for synonym in synonyms_of(&*context.view, node)? {
            ends.entry(synonym.item).or_insert((node, score.min(synonym.score)));
        }
    }
    Ok(End::Nodes(ends))
}

/// The facts that may match, from the end that promises fewer.
fn candidates(
    context: &Context<'_>,
    subject: &End,
    object: &End,
    predicates: Option<&std::collections::BTreeSet<kag_core::Predicate>>,
) -> Result<Vec<Arc<FactRecord>>> {
    let view = &context.view;
    let mut found = Vec::new();
    match (subject, object, predicates) {
        (End::Literals(_), _, _) => {}
        (End::Nodes(subjects), End::Nodes(objects), _) if objects.len() < subjects.len() => {
            for node in objects.keys() {
                found.extend(view.incoming(*node)?);
            }
        }
        (End::Nodes(subjects), _, _) => {
            for node in subjects.keys() {
                found.extend(view.outgoing(*node)?);
            }
        }
        (_, End::Nodes(objects), _) => {
            for node in objects.keys() {
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
        (End::Nodes(nodes), Some(node)) => match nodes.get(&node) {
            Some((standing_for, score)) => (*standing_for, *score),
            None => return Ok(None),
        },
        (End::Any(types), Some(node)) => {
            let fits = match types {
                None => true,
                Some(types) => context.view.node(node)?.is_some_and(|node| types.contains(&node.type_name)),
            };
            if !fits {
                return Ok(None);
            }
            (node, Score::ONE)
        }
        (End::Any(_), None) => return Ok(Some((Cell::from(value.clone()), Score::ONE))),
        (End::Literals(wanted), None) => {
            let equal = wanted.iter().any(|wanted| value.equals(wanted).is_ok_and(|same| same == Some(true)));
            return Ok(equal.then(|| (Cell::from(value.clone()), Score::ONE)));
        }
        (End::Nodes(_), None) | (End::Literals(_), Some(_)) => return Ok(None),
    };
    Ok(Some((Cell::shown(admitted.0, names::name_of(context, admitted.0)?), admitted.1)))
}

fn node_of(value: &Value) -> Option<NodeId> {
    if let Value::Node(node) = value { Some(*node) } else { None }
}

impl End {
    /// The nodes it stands for, without their synonyms.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        let Self::Nodes(nodes) = self else { return Vec::new() };
        nodes.iter().filter(|(node, (standing_for, _))| *node == standing_for).map(|(node, _)| *node).collect()
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
