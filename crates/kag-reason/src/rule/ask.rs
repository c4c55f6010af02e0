//! Answering questions.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::Arc,
};

use kag_core::{Confidence, DerivedFact, DerivedNode, FactId, Layer, Node, NodeId, Predicate, Value};
use kag_schema::{ConceptName, RuleQuery};

use super::{
    CreatedNode, InferredFact, Materialised, Member, ProofId, RowFault, RuleError, RuleRow, RuleTable,
    answer::ProofKey,
    base::{Question, predicates_named},
    derive::{Demand, Evaluation},
    engine::Engine,
    join::Start,
    table::{Part, Table},
    world::{End, NONE, NumberMap, Origin, distinct},
};

impl Engine<'_> {
    pub(super) fn query(&mut self, query: &RuleQuery) -> Result<RuleTable, RuleError> {
        let Question { body, grouped, mut warnings, parameters } = self.base.question(query)?;
        let missing: Vec<Arc<str>> =
            parameters.into_iter().filter(|name| !self.parameters.contains_key(&**name)).collect();
        if !missing.is_empty() {
            return Err(RuleError::Parameters { missing });
        }
        warnings.extend(self.unknown_concepts(query)?);
        self.faults.retain(|(rule, _), _| !rule.is_empty());
        self.watch(Some(Vec::new()));
        let result = self.run(&body, Start::Anywhere);
        let steps = self.watch(None);
        let table = result?;
        let evaluation = u32::try_from(self.evaluations.len()).unwrap_or(NONE);
        let mut rows: Vec<RuleRow> = Vec::new();
        let mut seen: HashSet<Vec<Option<Value>>> = HashSet::new();
        let most = query.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        for row in self.in_order(&table) {
            if rows.len() >= most {
                break;
            }
            let values: Vec<Option<Value>> = (0..query.items.len())
                .map(|at| {
                    let value = table.value(&format!("#r{at}")).and_then(|value| value.of(row as usize));
                    value.map(|value| self.told(value.clone()))
                })
                .collect();
            if (query.distinct || grouped) && !seen.insert(values.clone()) {
                continue;
            }
            rows.push(RuleRow { values, proof: ProofId(ProofKey::Row { evaluation, row }) });
        }
        self.evaluations.push(Evaluation { rule: None, body, table: table.narrowed() });
        let named = query.view.as_ref().map_or(&[][..], |(_, columns)| columns);
        let columns = query
            .items
            .iter()
            .enumerate()
            .map(|(at, item)| named.get(at).cloned().unwrap_or_else(|| item.name().into()));
        Ok(RuleTable { columns: columns.collect(), rows, faults: self.all_faults(), warnings, steps })
    }

    pub(super) fn all_faults(&self) -> Vec<RowFault> {
        self.faults.values().cloned().collect()
    }

    /// The rows of a table, ordered by the ids of what they hold.
    fn in_order(&self, table: &Table) -> Vec<u32> {
        let nodes = (0..table.nodes.len()).map(Part::Node);
        let parts: Vec<Part> = nodes.chain((0..table.edges.len()).map(Part::Edge)).collect();
        let places: Vec<Vec<u32>> = parts.iter().map(|part| self.places(table, *part)).collect();
        let mut rows: Vec<u32> = (0..u32::try_from(table.rows).unwrap_or(NONE)).collect();
        rows.sort_by(|left, right| {
            let of = |row: &u32| {
                let row = *row as usize;
                places.iter().map(move |places| places.get(row).copied())
            };
            of(left).cmp(of(right))
        });
        rows
    }

    /// By row, the place of what it holds among all that the column holds, by id.
    fn places(&self, table: &Table, part: Part) -> Vec<u32> {
        let Some(column) = table.part(&part) else { return Vec::new() };
        let mut held = distinct(column);
        held.sort_by_cached_key(|at| self.bits_of(part, *at));
        let mut places = NumberMap::for_keys(&held);
        held.iter().zip(1..).for_each(|(at, place)| places.insert(*at, place));
        column.iter().map(|at| places.get(*at).unwrap_or_default()).collect()
    }

    pub(super) fn facts(
        &mut self,
        subject: Option<NodeId>,
        predicate: &str,
        object: Option<NodeId>,
    ) -> Result<Vec<InferredFact>, RuleError> {
        let subject = subject.map(|id| self.world.nodes.intern(id));
        let object = object.map(|id| self.world.nodes.intern(id));
        let mut found: Vec<(NodeId, FactId, u32)> = Vec::new();
        for name in self.predicates_called(predicate, subject)? {
            let at = self.world.predicate(&name);
            self.demand_facts(&name, subject, object)?;
            let facts: Vec<u32> = match (subject, object) {
                (Some(node), _) => self.prepared_at(at, End::Subject, node)?,
                (None, Some(node)) => self.prepared_at(at, End::Object, node)?,
                (None, None) => {
                    self.world.load(at)?;
                    self.world.relation(at).into_iter().flat_map(|relation| relation.all()).collect()
                }
            };
            let meant = facts.into_iter().filter_map(|fact| {
                let entry = self.world.facts.get(fact)?;
                let is_object = object.is_none_or(|object| entry.object == object);
                is_object.then(|| (entry.fact().subject, entry.id(), fact))
            });
            found.extend(meant);
        }
        found.sort_unstable();
        let mut inferred = Vec::with_capacity(found.len());
        inferred.extend(found.into_iter().filter_map(|(_, _, fact)| self.inferred(fact)));
        Ok(inferred)
    }

    fn prepared_at(&mut self, predicate: u32, end: End, node: u32) -> Result<Vec<u32>, RuleError> {
        self.world.prepare(predicate, end, &[node])?;
        Ok(self.world.at(predicate, end, node).collect())
    }

    /// The predicates that `name` says of `subject`, or of anything.
    fn predicates_called(&mut self, name: &str, subject: Option<u32>) -> Result<Vec<Predicate>, RuleError> {
        let schema = Arc::clone(self.base.schema());
        if let Some(subject) = subject {
            let kind = self.world.kind(subject)?;
            let known = self.world.type_name(kind).and_then(|kind| schema.resolve_predicate(kind.as_str(), name));
            if let Some(property) = known {
                return Ok(vec![property.name.clone()]);
            }
        }
        let mut named = predicates_named(&schema, name);
        let written = Predicate::new(name);
        if !named.contains(&written) && (named.is_empty() || self.base.defines(&written)) {
            named.push(written);
        }
        Ok(named)
    }

    fn demand_facts(
        &mut self,
        predicate: &Predicate,
        subject: Option<u32>,
        object: Option<u32>,
    ) -> Result<(), RuleError> {
        let base = Arc::clone(&self.base);
        for rule in base.saying(predicate) {
            let demand = match (&subject, &object) {
                (Some(subject), _) => {
                    let kind = self.world.kind(*subject)?;
                    if !self.can_say(*rule, predicate, kind) {
                        continue;
                    }
                    Demand::Subjects(std::slice::from_ref(subject))
                }
                (None, Some(object)) => {
                    if !self.may_have_object(*rule, *object)? {
                        continue;
                    }
                    Demand::Objects(std::slice::from_ref(object))
                }
                (None, None) => Demand::All,
            };
            self.ensure(*rule, demand)?;
        }
        Ok(())
    }

    /// Whether what `rule` says can have `object`: a rule on one concept speaks of no other.
    fn may_have_object(&mut self, rule: u32, object: u32) -> Result<bool, RuleError> {
        let head = self.base.rule(rule).and_then(|rule| rule.head.clone());
        match head.map(|head| head.object) {
            Some(super::base::HeadObject::Concept(concept)) => Ok(self.concept_itself(&concept)?.contains(&object)),
            _ => Ok(true),
        }
    }

    /// A fact as answers show it.
    pub(super) fn inferred(&self, fact: u32) -> Option<InferredFact> {
        let entry = self.world.facts.get(fact)?;
        Some(InferredFact {
            id: entry.id(),
            fact: entry.fact().clone(),
            rule: entry.origin().map(|origin| self.rule_name(origin)),
            proof: ProofId(ProofKey::Fact(fact)),
        })
    }

    /// The rule of an origin; of none, what the host linked.
    pub(super) fn rule_name(&self, origin: Origin) -> Arc<str> {
        let evaluation = self.evaluations.get(origin.evaluation as usize);
        evaluation.map_or_else(|| "linked by the host".into(), |evaluation| Arc::clone(&evaluation.body.rule))
    }

    pub(super) fn members(&mut self, concept: &ConceptName) -> Result<Vec<Member>, RuleError> {
        let below = self.below(concept)?;
        self.demand_members(concept, &below, None)?;
        let top: Vec<u32> = self.concept_itself(concept)?;
        let mut sorted: Vec<u32> = below.iter().copied().collect();
        sorted.sort_by_key(|node| (self.up_from(concept, *node).len(), self.world.nodes.id(*node)));
        let mut found: BTreeMap<NodeId, Member> = BTreeMap::new();
        for at in sorted {
            let up = self.up_from(concept, at);
            for predicate in self.membership() {
                let mut facts: Vec<InferredFact> = Vec::new();
                for fact in self.prepared_at(predicate, End::Object, at)? {
                    facts.extend(self.inferred(fact));
                }
                facts.sort_by_key(|fact| fact.id);
                for fact in facts {
                    let node = fact.fact.subject;
                    let above = up.last().and_then(|fact| self.world.facts.get(*fact)).map_or(at, |entry| entry.object);
                    let above = if top.contains(&above) { above } else { at };
                    let path = std::iter::once(fact).chain(up.iter().filter_map(|fact| self.inferred(*fact)));
                    let concept = self.world.nodes.id(above);
                    found.entry(node).or_insert_with(|| Member { node, concept, path: path.collect() });
                }
            }
        }
        Ok(found.into_values().collect())
    }

    pub(super) fn concepts_of(&mut self, node: NodeId) -> Result<Vec<Member>, RuleError> {
        let at = self.world.nodes.intern(node);
        let mut found: BTreeMap<NodeId, Member> = BTreeMap::new();
        let mut waiting: VecDeque<(u32, Vec<InferredFact>)> = VecDeque::new();
        let base = Arc::clone(&self.base);
        for name in base.memberships() {
            self.demand_facts(name, Some(at), None)?;
            let predicate = self.world.predicate(name);
            let mut facts = self.prepared_at(predicate, End::Subject, at)?;
            facts.sort_by_key(|fact| self.world.facts.get(*fact).map(|entry| entry.id()));
            for fact in facts {
                let object = self.world.facts.get(fact).map_or(NONE, |entry| entry.object);
                waiting.extend(self.inferred(fact).filter(|_| object != NONE).map(|fact| (object, vec![fact])));
            }
        }
        while let Some((concept, path)) = waiting.pop_front() {
            let id = self.world.nodes.id(concept);
            if found.contains_key(&id) {
                continue;
            }
            for name in base.hypernyms() {
                let predicate = self.world.predicate(name);
                self.demand_predicate(predicate)?;
                for fact in self.prepared_at(predicate, End::Subject, concept)? {
                    let above = self.world.facts.get(fact).map_or(NONE, |entry| entry.object);
                    let Some(step) = self.inferred(fact).filter(|_| above != NONE) else { continue };
                    waiting.push_back((above, path.iter().cloned().chain([step]).collect()));
                }
            }
            found.insert(id, Member { node, concept: id, path });
        }
        Ok(found.into_values().collect())
    }

    /// A node of the graph, or one that was added to it.
    pub(super) fn node(&mut self, id: NodeId) -> Result<Option<Arc<Node>>, RuleError> {
        let added = self.world.nodes.find(id).and_then(|node| self.world.added(node).cloned());
        match added {
            Some(added) => Ok(Some(added)),
            None => Ok(self.world.view.get().node(id)?),
        }
    }

    pub(super) fn created(&mut self) -> Result<Vec<CreatedNode>, RuleError> {
        self.demand_all_nodes()?;
        let mut found: Vec<CreatedNode> = self
            .created
            .iter()
            .filter(|(_, created)| created.by_action)
            .filter_map(|(node, created)| {
                let Origin { evaluation, row } = created.origin;
                Some(CreatedNode {
                    node: Arc::clone(self.world.added(*node)?),
                    rule: self.rule_name(created.origin),
                    firings: created.firings,
                    proof: ProofId(ProofKey::Row { evaluation, row }),
                })
            })
            .collect();
        found.sort_by_key(|created| created.node.id);
        Ok(found)
    }

    pub(super) fn materialise(&mut self) -> Result<Materialised, RuleError> {
        for rule in self.base.rule_numbers() {
            self.ensure(rule, Demand::All)?;
        }
        let mut facts = Vec::new();
        for predicate in 0..self.world.predicates() {
            let derived = self.world.relation(predicate).map(|relation| relation.derived.clone());
            for fact in derived.into_iter().flatten() {
                let Some(entry) = self.world.facts.get(fact) else { continue };
                let Some(origin) = entry.origin() else { continue };
                let (fact, rule) = (entry.fact().clone(), self.rule_name(origin));
                let premises = self.premise_ids(origin)?;
                facts.push(DerivedFact {
                    fact,
                    rule,
                    premises,
                    confidence: Confidence::CERTAIN,
                    layer: Layer::Knowledge,
                });
            }
        }
        facts.sort_by_cached_key(|derived| derived.fact.id());
        let mut nodes = Vec::new();
        let created: Vec<(u32, Origin)> = self.created.iter().map(|(node, created)| (*node, created.origin)).collect();
        for (node, origin) in created {
            let Some(added) = self.world.added(node).cloned() else { continue };
            let rule = self.rule_name(origin);
            let premises = self.premise_ids(origin)?;
            nodes.push(DerivedNode {
                id: added.id,
                type_name: added.type_name.clone(),
                name: Arc::clone(&added.name),
                aliases: added.aliases.clone(),
                rule,
                premises,
                confidence: Confidence::CERTAIN,
                layer: added.layer,
            });
        }
        nodes.sort_by_key(|node| node.id);
        Ok(Materialised { nodes, facts, faults: self.all_faults() })
    }

    fn premise_ids(&mut self, origin: Origin) -> Result<Vec<FactId>, RuleError> {
        let facts = self.premises(origin)?;
        let mut ids: Vec<FactId> =
            facts.into_iter().filter_map(|fact| self.world.facts.get(fact)).map(|entry| entry.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }
}
