//! What the ends of a pattern stand for.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{FactId, NameKey, NodeId, Score, Scored, TypeName, Value};
use kag_reason::InferredFact;

use super::{
    super::{Context, names},
    expand::{self, Failures},
};
use crate::{
    Cell, Link, Memory, Result,
    link::{LinkKind, Name, link},
    logical::{Constant, Term},
    trace::{Expansion, Note},
};

/// One end of a pattern.
#[derive(Clone, Debug)]
pub(in crate::execute) enum End {
    /// Anything of these types; anything at all where there are none.
    Any(Option<Vec<TypeName>>),
    /// Anything under a concept: these.
    Under(Known),
    /// One of these.
    Known(Known),
}

/// Nodes and literals that an end of a pattern stands for.
#[derive(Clone, Debug, Default)]
pub(in crate::execute) struct Known {
    /// The nodes, each with what it is there for.
    pub(super) nodes: BTreeMap<NodeId, Vec<Standing>>,
    /// The literals, in the order in which they were bound.
    pub(super) literals: Vec<Value>,
    /// Whether the plan names them; otherwise steps before bound them.
    pub(super) fixed: bool,
    /// What the plan calls the nodes that it does not call by a name of theirs.
    written: BTreeMap<NodeId, Arc<str>>,
}

/// Why a node is looked at.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// The node that a row shows.
    pub(super) shown: NodeId,
    /// The node that was asked about.
    pub(super) asked: NodeId,
    /// How surely it is meant.
    pub(super) score: Score,
    /// How it hangs together with the node that was asked about, where it is another.
    pub(super) via: Option<Arc<Way>>,
}

/// How a node hangs together with the one that was asked about.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) expansion: Expansion,
    pub(super) asked: NodeId,
    pub(super) node: NodeId,
    /// The facts between the two.
    pub(super) facts: Vec<FactId>,
    /// Those of them that rules derive.
    pub(super) derived: Vec<InferredFact>,
}

/// What an end of the pattern makes of a value.
pub(super) struct Admitted {
    pub(super) cell: Cell,
    pub(super) asked: Option<NodeId>,
    pub(super) score: Score,
    pub(super) via: Option<Arc<Way>>,
}

impl Standing {
    /// The node itself.
    pub(super) fn itself(node: NodeId, score: Score) -> Self {
        Self { shown: node, asked: node, score, via: None }
    }
}

impl Known {
    pub(super) fn add(&mut self, node: NodeId, standing: Standing) {
        self.nodes.entry(node).or_default().push(standing);
    }
}

impl End {
    /// What `term` stands for, given what is bound already.
    pub(super) async fn of(context: &Context<'_>, term: &Term, memory: &Memory, notes: &mut Vec<Note>) -> Result<Self> {
        if let Some(bound) = term.var.as_ref().and_then(|var| memory.values(var)) {
            let mut known = Known::default();
            for cell in bound {
                match node_of(&cell.value) {
                    Some(node) => known.add(node, Standing::itself(node, Score::ONE)),
                    None => known.literals.push(cell.value.clone()),
                }
            }
            return Ok(Self::Known(known));
        }
        let types = names::types(context, &term.types);
        if !term.is_constant() {
            let mut failures = Failures::new();
            let under = expand::things_of(context, &term.types, &mut failures).await?;
            notes.extend(failures.into_iter().map(|reason| Note::RulesFailed { reason }));
            return Ok(under.map_or(Self::Any(types), Self::Under));
        }
        let mut known = Known { fixed: true, ..Known::default() };
        let mut linked = Vec::new();
        for constant in &term.names {
            let (found, text) = (link_constant(context, constant, types.as_deref()).await?, constant.text());
            if found.is_empty() && term.ids.is_empty() {
                known.literals.push(Value::read(&text));
            }
            for link in found.iter().filter(|link| link.kind == LinkKind::Similar) {
                known.written.entry(link.node.item).or_insert_with(|| text.as_str().into());
            }
            notes.push(Note::Linked { name: text.into(), links: described(context, &found)? });
            linked.extend(found.into_iter().map(|link| (link.node.item, link.node.score)));
        }
        linked.extend(term.ids.iter().filter_map(|id| id.parse().ok()).map(|id| (id, Score::ONE)));
        for (node, score) in linked.into_iter().collect::<BTreeMap<_, _>>() {
            known.add(node, Standing::itself(node, score));
        }
        Ok(Self::Known(known))
    }

    /// What becomes of `value` at this end of the pattern; nothing where it does not fit.
    pub(super) fn admit(&self, context: &Context<'_>, value: &Value) -> Result<Vec<Admitted>> {
        let itself = |node| vec![Standing::itself(node, Score::ONE)];
        let standings = match (self, node_of(value)) {
            (Self::Known(known) | Self::Under(known), Some(node)) => {
                known.nodes.get(&node).cloned().unwrap_or_default()
            }
            (Self::Any(None), Some(node)) => itself(node),
            (Self::Any(Some(types)), Some(node)) => {
                let fits = context.node(node)?.is_some_and(|node| types.contains(&node.type_name));
                if fits { itself(node) } else { Vec::new() }
            }
            (Self::Any(_), None) => return Ok(vec![Admitted::literal(value)]),
            (Self::Known(known) | Self::Under(known), None) => {
                let equal = |wanted: &Value| value.equals(wanted).is_ok_and(|same| same == Some(true));
                let fits = known.literals.iter().any(equal);
                return Ok(if fits { vec![Admitted::literal(value)] } else { Vec::new() });
            }
        };
        let admitted = standings.into_iter().map(|Standing { shown, asked, score, via }| {
            let cell = Cell::shown(shown, names::name_of(context, shown)?);
            Ok(Admitted { cell, asked: Some(asked), score, via })
        });
        admitted.collect()
    }

    /// Whether it was bound before, to nothing.
    pub(in crate::execute) fn is_nothing(&self) -> bool {
        matches!(self, Self::Known(known) if known.nodes.is_empty() && known.literals.is_empty())
    }

    /// The nodes it stands for, where they are known one by one.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        let Self::Known(known) = self else { return Vec::new() };
        known.nodes.keys().copied().collect()
    }

    /// Whether the plan names what stands here.
    pub(super) fn is_fixed(&self) -> bool {
        matches!(self, Self::Known(known) if known.fixed)
    }

    /// How surely `node` is meant.
    pub(super) fn score(&self, node: NodeId) -> Score {
        let Self::Known(known) = self else { return Score::ONE };
        let scores = known.nodes.get(&node).into_iter().flatten().map(|standing| standing.score);
        scores.max().unwrap_or(Score::ONE)
    }

    /// What the plan calls a node that was linked because that is like its name.
    pub(in crate::execute) fn written(&self, node: NodeId) -> Option<&Arc<str>> {
        let Self::Known(known) = self else { return None };
        known.written.get(&node)
    }

    /// The literals it stands for.
    pub(super) fn literals(&self) -> &[Value] {
        let Self::Known(known) = self else { return &[] };
        &known.literals
    }

    /// The nodes and literals it stands for, where they are known one by one.
    pub(in crate::execute) fn values(&self) -> Vec<Value> {
        self.nodes().into_iter().map(Value::Node).chain(self.literals().iter().cloned()).collect()
    }
}

impl Admitted {
    fn literal(value: &Value) -> Self {
        Self { cell: Cell::from(value.clone()), asked: None, score: Score::ONE, via: None }
    }
}

pub(super) fn node_of(value: &Value) -> Option<NodeId> {
    if let Value::Node(node) = value { Some(*node) } else { None }
}

/// The nodes that a constant of the plan means: by key, by name in the graph, or a concept
/// or created node of that name that only rules know.
async fn link_constant(context: &Context<'_>, constant: &Constant, types: Option<&[TypeName]>) -> Result<Vec<Link>> {
    let text = constant.text();
    let exact = |id| vec![Link { node: Scored::new(id, 1.0), kind: LinkKind::Exact }];
    if let (Constant::Key(parts), Some(types)) = (constant, types) {
        let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
        for id in types.iter().map(|type_name| NodeId::keyed(type_name, &parts)) {
            if context.view.node(id)?.is_some() {
                return Ok(exact(id));
            }
        }
    }
    let known = context.view.named(&NameKey::of(&text))?;
    if known.is_empty()
        && let Some(rules) = &context.rules
    {
        let mut only_rules = rules.named(&text, types);
        if only_rules.is_empty() {
            only_rules = rules.created(&text, types).await?;
        }
        if !only_rules.is_empty() {
            return Ok(only_rules.into_iter().flat_map(exact).collect());
        }
    }
    let vector = context.parts.embed(context.snapshot, &text).await?;
    let name = Name { text: &text, vector: vector.as_ref(), types };
    Ok(link(context.snapshot, &*context.view, name, &context.options().link).await?)
}

fn described(context: &Context<'_>, links: &[Link]) -> Result<Vec<(Arc<str>, Link)>> {
    links.iter().map(|link| Ok((names::name_of(context, link.node.item)?, link.clone()))).collect()
}
