//! The facts at a node that an edge of a pattern may be.

use super::super::{
    RuleError,
    base::body::{Body, EdgeVar, Target},
    engine::{Engine, Matching},
    table::{Column, Table},
    world::{End, NONE, Relation, World},
};

/// So many rows count as few.
pub(super) const FEW: usize = 256;

/// What an edge may be, made ready for looking up.
pub(super) struct Neighbours {
    pub(super) predicates: Vec<u32>,
    /// The end that is looked up, and perhaps the other one too.
    pub(super) end: End,
    pub(super) either: bool,
    limit: Option<u32>,
}

/// What a row holds already and a new edge must not be.
pub(super) struct Clash {
    facts: Vec<Column>,
    paths: Vec<Column>,
}

impl Engine<'_> {
    /// The numbers of the predicates that `edge` may have.
    pub(in crate::rule) fn predicates_of(&mut self, body: &Body, edge: usize) -> Result<Vec<u32>, RuleError> {
        match body.edges.get(edge).map(|var| &var.target) {
            Some(Target::Any) => Ok(self.world.all_predicates()?),
            Some(Target::Predicates(names)) => Ok(names.iter().map(|name| self.world.predicate(name)).collect()),
            _ => Ok(Vec::new()),
        }
    }

    /// Makes ready to look up `edge` from the nodes `probes` at its `end`.
    pub(super) fn neighbours(
        &mut self,
        body: &Body,
        edge: usize,
        end: End,
        probes: &[u32],
    ) -> Result<Neighbours, RuleError> {
        let predicates = self.predicates_of(body, edge)?;
        let var = body.edges.get(edge);
        let either = var.is_some_and(|var| var.either);
        for predicate in &predicates {
            let whole = self.reads_whole && self.world.at_hand(*predicate)?.is_some();
            for end in [end, end.other()].into_iter().take(if either { 2 } else { 1 }) {
                if whole {
                    self.world.prepare_all(*predicate, end)?;
                } else {
                    self.world.prepare(*predicate, end, probes)?;
                }
            }
        }
        let limit = var.and_then(|var| var.limit).map(|(most, _)| most);
        Ok(Neighbours { predicates, end, either, limit })
    }

    /// What must not be matched again when `edge` is followed.
    pub(super) fn clash(&self, body: &Body, table: &Table, edge: usize) -> Clash {
        let mut clash = Clash { facts: Vec::new(), paths: Vec::new() };
        let Some(var) = body.edges.get(edge) else { return clash };
        if self.matching != Matching::Any {
            for (other, at) in body.edges.iter().zip(0..) {
                let Some(column) = table.edge(at).filter(|_| at != edge && overlap(var, other)) else { continue };
                let list = if other.hops.is_some() { &mut clash.paths } else { &mut clash.facts };
                list.push(Column::clone(column));
            }
        }
        clash
    }

    /// Whether `fact` is in the row already.
    pub(super) fn clashes(&self, clash: &Clash, row: usize, fact: u32) -> bool {
        let holds = |column: &Column| column.get(row) == Some(&fact);
        clash.facts.iter().any(holds)
            || clash
                .paths
                .iter()
                .any(|column| column.get(row).is_some_and(|path| *path != NONE && self.paths.holds(*path, fact)))
    }
}

impl Clash {
    /// Whether there is nothing that an edge must not be.
    pub(super) fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.paths.is_empty()
    }
}

impl Neighbours {
    /// The one relation of which all facts are meant, and the end that is looked up, where nothing
    /// has been derived of it.
    pub(super) fn only_stored<'w>(&self, world: &'w World<'_>) -> Option<(&'w Relation, End)> {
        let [predicate] = &self.predicates[..] else { return None };
        let relation = world.relation(*predicate).filter(|relation| relation.derived.is_empty())?;
        (!self.either && self.limit.is_none()).then_some((relation, self.end))
    }

    /// Each fact at `node` with the node at its other end, stored ones first; at most as many
    /// as the edge allows, in the order of their ids.
    pub(super) fn each(&self, world: &World<'_>, node: u32, mut found: impl FnMut(u32, u32)) {
        if let Some(most) = self.limit {
            let mut all = Vec::new();
            self.visit(world, node, |fact, other| all.push((fact, other)));
            all.sort_by_key(|(fact, _)| world.facts.get(*fact).map(|entry| entry.id()));
            all.into_iter().take(most as usize).for_each(|(fact, other)| found(fact, other));
        } else {
            self.visit(world, node, found);
        }
    }

    fn visit(&self, world: &World<'_>, node: u32, mut found: impl FnMut(u32, u32)) {
        let ends = [self.end, self.end.other()];
        for end in ends.into_iter().take(if self.either { 2 } else { 1 }) {
            for predicate in &self.predicates {
                world.each_at(*predicate, end, node, |fact, other| {
                    // A loop is met from both ends; once is enough.
                    if other != NONE && !(end != self.end && other == node) {
                        found(fact, other);
                    }
                });
            }
        }
    }
}

/// Whether two edges may be the same fact.
fn overlap(left: &EdgeVar, right: &EdgeVar) -> bool {
    match (&left.target, &right.target) {
        (Target::Predicates(left), Target::Predicates(right)) => left.iter().any(|name| right.contains(name)),
        (Target::Linked(_), _) | (_, Target::Linked(_)) => false,
        _ => true,
    }
}
