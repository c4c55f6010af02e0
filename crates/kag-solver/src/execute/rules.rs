//! The rules of the host, run over the snapshot for the time of one solve.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use kag_core::{Confidence, CpuPool, FactId, GraphView, Layer, NameKey, Node, NodeId, Predicate, Snapshot, TypeName};
use kag_reason::{Inference, InferredFact, Member, Proof, ProofStep, Reason, RowFault, RuleBase};
use kag_schema::{ConceptName, TypeDef, TypeKind};

use crate::{Result, solver::Parts, trace::Note};

/// From so many nodes on, rules are run once for all things and not for each of the nodes.
const ONE_BY_ONE: usize = 32;

/// Rules over the graph of a solve.
#[derive(Debug)]
pub(crate) struct Rules {
    inference: Arc<Inference<'static>>,
    cpu: CpuPool,
    /// The concepts of which rules say what belongs to them and which the graph does not have.
    concepts: BTreeMap<NodeId, Arc<Node>>,
    /// Why what was found in this solve holds.
    derived: Mutex<BTreeMap<FactId, Arc<Derivation>>>,
}

/// A fact that a rule derived, and what it rests on.
#[derive(Debug)]
pub(crate) struct Derivation {
    fact: FactId,
    rule: Arc<str>,
    /// The fact in words.
    pub(crate) statement: Arc<str>,
    /// The stored facts that it follows from, in the order of the proof, each once.
    pub(crate) premises: Vec<FactId>,
    /// The least confidence of a premise.
    pub(crate) confidence: Confidence,
    proof: Arc<Proof>,
}

impl Derivation {
    /// The proof, for the trace.
    pub(crate) fn note(&self) -> Note {
        Note::Proved { fact: self.fact, rule: Arc::clone(&self.rule), proof: Arc::clone(&self.proof) }
    }
}

impl Rules {
    /// The rules of `parts`, where it has any, over `view`, which is of `snapshot`. What was
    /// derived for an earlier solve over this very snapshot is still known.
    pub(crate) fn of(parts: &Parts, snapshot: &Snapshot, view: &Arc<dyn GraphView>) -> Result<Option<Self>> {
        let Some(base) = parts.rules.clone() else { return Ok(None) };
        let concepts = unknown_concepts(&base, &**view)?;
        let mut last = parts.inference.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.as_ref().filter(|(of, _)| of.is(snapshot)).map(|(_, inference)| Arc::clone(inference));
        let inference = known.unwrap_or_else(|| {
            let inference = Inference::new(base, Arc::clone(view)).with_limits(parts.options.rule_limits.clone());
            Arc::new(match parts.options.now {
                Some(now) => inference.with_now(now),
                None => inference,
            })
        });
        *last = Some((snapshot.clone(), Arc::clone(&inference)));
        Ok(Some(Self { inference, cpu: parts.cpu.clone(), concepts, derived: Mutex::default() }))
    }

    /// Whether a rule says something of `predicate`.
    pub(super) fn define(&self, predicate: &Predicate) -> bool {
        self.inference.base().defines(predicate)
    }

    /// The facts with `predicate`, stored and derived, whose subject is one of `subjects`,
    /// or whose object is one of `objects`, or all: more than asked, where that costs less.
    pub(super) async fn facts(
        &self,
        subjects: Option<Vec<NodeId>>,
        predicate: &Predicate,
        objects: Option<Vec<NodeId>>,
    ) -> Result<Vec<InferredFact>> {
        let (inference, predicate) = (Arc::clone(&self.inference), predicate.clone());
        let ask = move || ask(&inference, subjects.as_deref(), &predicate, objects.as_deref());
        self.cpu.run("solve.rules", ask).await?
    }

    /// The facts of `node` with `predicate`, stored and derived.
    pub(super) fn facts_of(&self, node: NodeId, predicate: &Predicate) -> Result<Vec<InferredFact>> {
        Ok(self.inference.facts(Some(node), predicate.as_str(), None)?)
    }

    /// The concepts to which `node` belongs, each with the facts that show it.
    pub(super) async fn concepts_of(&self, node: NodeId) -> Result<Vec<Member>> {
        let inference = Arc::clone(&self.inference);
        self.cpu.run("solve.rules", move || Ok(inference.concepts_of(node)?)).await?
    }

    /// What belongs to `concept`, each with the facts that show it; nothing belongs to what
    /// is no concept.
    pub(super) async fn members(&self, concept: &Node) -> Result<Vec<Member>> {
        let is_concept = |type_def: &TypeDef| type_def.kind == TypeKind::Concept;
        if !self.inference.base().schema().get(concept.type_name.as_str()).is_some_and(is_concept) {
            return Ok(Vec::new());
        }
        let (inference, name) =
            (Arc::clone(&self.inference), ConceptName::new(concept.type_name.clone(), Arc::clone(&concept.name)));
        self.cpu.run("solve.rules", move || Ok(inference.members(&name)?)).await?
    }

    /// The node with this id, where only rules know it: a concept, or what an action created.
    pub(super) fn node(&self, id: NodeId) -> Result<Option<Arc<Node>>> {
        if let Some(known) = self.inference.node(id)? {
            return Ok(Some(known));
        }
        let concept = self.concepts.get(&id);
        Ok(concept.cloned())
    }

    /// The concepts called `name`, of one of `types`, of which rules say what belongs to them
    /// and which the graph does not have; by id.
    pub(super) fn named(&self, name: &str, types: Option<&[TypeName]>) -> Vec<NodeId> {
        let key = NameKey::of(name);
        let called = self.concepts.values().filter(|concept| NameKey::of(&concept.name) == key);
        let fitting = called.filter(|concept| types.is_none_or(|types| types.contains(&concept.type_name)));
        fitting.map(|concept| concept.id).collect()
    }

    /// The nodes called `name`, of one of `types`, that actions create; by id. All actions are
    /// run for it, where one can create such a node.
    pub(super) async fn created(&self, name: &str, types: Option<&[TypeName]>) -> Result<Vec<NodeId>> {
        let fits = |type_name: &TypeName| types.is_none_or(|types| types.contains(type_name));
        if !self.inference.base().created_types().into_iter().any(fits) {
            return Ok(Vec::new());
        }
        let inference = Arc::clone(&self.inference);
        let created = self.cpu.run("solve.rules", move || -> Result<_> { Ok(inference.created()?) }).await??;
        let key = NameKey::of(name);
        let called = created.into_iter().map(|created| created.node);
        let called = called.filter(|node| fits(&node.type_name) && NameKey::of(&node.name) == key);
        Ok(called.map(|node| node.id).collect())
    }

    /// The rows that rules have left out so far because the data do not fit them.
    pub(super) fn faults(&self) -> Vec<RowFault> {
        self.inference.faults()
    }

    /// Why `inferred` holds.
    pub(super) fn derivation(&self, view: &dyn GraphView, inferred: &InferredFact) -> Result<Arc<Derivation>> {
        if let Some(known) = self.derived(inferred.id) {
            return Ok(known);
        }
        let proof = self.inference.proof(inferred.proof)?;
        let premises = premises(&proof.conclusion);
        let mut confidence = Confidence::CERTAIN;
        for premise in &premises {
            if let Some(record) = view.fact(*premise)? {
                confidence = confidence.min(record.confidence());
            }
        }
        let derivation = Arc::new(Derivation {
            fact: inferred.id,
            rule: inferred.rule.clone().unwrap_or_else(|| "".into()),
            statement: proof.conclusion.statement.as_str().into(),
            premises,
            confidence,
            proof: Arc::new(proof),
        });
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        derived.insert(inferred.id, Arc::clone(&derivation));
        Ok(derivation)
    }

    /// What was found of the fact before in this solve.
    pub(super) fn derived(&self, fact: FactId) -> Option<Arc<Derivation>> {
        self.derived.lock().unwrap_or_else(PoisonError::into_inner).get(&fact).cloned()
    }
}

/// The concepts that the rules of `base` conclude and `view` does not have.
fn unknown_concepts(base: &RuleBase, view: &dyn GraphView) -> Result<BTreeMap<NodeId, Arc<Node>>> {
    let mut unknown = BTreeMap::new();
    'concepts: for concept in base.concepts() {
        let key = NameKey::of(&concept.name);
        for id in view.named(&key)? {
            if view.node(id)?.is_some_and(|node| node.type_name == concept.type_name) {
                continue 'concepts;
            }
        }
        let node = Node {
            id: NodeId::named(&concept.type_name, &key),
            type_name: concept.type_name.clone(),
            name: Arc::clone(&concept.name),
            aliases: BTreeSet::new(),
            layer: Layer::Knowledge,
            derivations: Vec::new(),
        };
        unknown.insert(node.id, Arc::new(node));
    }
    Ok(unknown)
}

fn ask(
    inference: &Inference<'_>,
    subjects: Option<&[NodeId]>,
    predicate: &Predicate,
    objects: Option<&[NodeId]>,
) -> Result<Vec<InferredFact>> {
    let few = |nodes: Option<&[NodeId]>| nodes.filter(|nodes| nodes.len() <= ONE_BY_ONE).map(<[NodeId]>::to_vec);
    let the_one = |nodes: Option<&[NodeId]>| match nodes {
        Some([one]) => Some(*one),
        _ => None,
    };
    let mut found = Vec::new();
    match (few(subjects), few(objects)) {
        (Some(subjects), _) => {
            for subject in subjects {
                found.extend(inference.facts(Some(subject), predicate.as_str(), the_one(objects))?);
            }
        }
        (None, Some(objects)) => {
            for object in objects {
                found.extend(inference.facts(None, predicate.as_str(), Some(object))?);
            }
        }
        (None, None) => found = inference.facts(None, predicate.as_str(), None)?,
    }
    Ok(found)
}

/// The stored facts under `conclusion`, in the order of the proof, each once.
fn premises(conclusion: &ProofStep) -> Vec<FactId> {
    let mut premises = Vec::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![conclusion];
    while let Some(step) = waiting.pop() {
        match &step.reason {
            Reason::Stored { .. } => premises.extend(step.fact.filter(|fact| seen.insert(*fact))),
            Reason::Rule(rule) => waiting.extend(rule.premises.iter().rev()),
            _ => {}
        }
    }
    premises
}
