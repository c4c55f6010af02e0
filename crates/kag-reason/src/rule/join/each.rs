//! Conditions on each of the edges that one edge of a pattern stands for.

use crate::rule::{
    RuleError,
    base::body::{Asked, Body},
    engine::Engine,
    table::Table,
    world::{FastMap, NONE},
};

/// Rows in which an edge stands for one fact alone, and the pattern seen so.
pub(in crate::rule) struct Apart {
    pub(in crate::rule) body: Body,
    pub(in crate::rule) table: Table,
    /// By row, the one that it was before.
    rows: Vec<u32>,
}

/// What a walk asks of each edge that it passes.
pub(super) struct Sieve {
    body: Body,
    edge: usize,
    asked: Vec<Asked>,
    /// By fact that has been met, whether it meets all of it.
    known: FastMap<u32, bool>,
}

impl Sieve {
    /// What is asked of each edge that `edge` stands for and of nothing else.
    pub(super) fn of(body: &Body, edge: usize) -> Self {
        let checks = body.checks.iter().filter(|check| check.is_of_each_alone(edge));
        let asked: Vec<Asked> = checks.map(|check| check.asked.clone()).collect();
        let body = if asked.is_empty() { Body::default() } else { single(body, edge) };
        Self { body, edge, asked, known: FastMap::default() }
    }
}

impl Engine<'_> {
    /// The rows in which `asked` holds of each fact that `edge` is; of none, where it is none.
    pub(in crate::rule) fn keep_each(
        &mut self,
        body: &Body,
        table: Table,
        edge: usize,
        asked: &Asked,
    ) -> Result<Table, RuleError> {
        let apart = self.each_apart(body, &table, edge);
        let truths = self.truths(&apart.body, &apart.table, asked)?;
        let mut kept = vec![true; table.rows];
        for (row, _) in apart.rows.iter().zip(truths).filter(|(_, truth)| *truth != Some(true)) {
            kept.iter_mut().skip(*row as usize).take(1).for_each(|kept| *kept = false);
        }
        let before = table.rows;
        let table = table.keep(&kept);
        self.note(|| format!("keep where each meets {}: {before} rows to {}", asked.text, table.rows));
        Ok(table)
    }

    /// A row for each fact that `edge` is in a row.
    pub(in crate::rule) fn each_apart(&self, body: &Body, table: &Table, edge: usize) -> Apart {
        let (mut rows, mut facts) = (Vec::new(), Vec::new());
        for row in 0..table.rows {
            for fact in self.facts_of(body, table, edge, row) {
                rows.push(u32::try_from(row).unwrap_or(NONE));
                facts.push(fact);
            }
        }
        let mut apart = table.gather(&rows);
        apart.set_edge(edge, facts);
        Apart { body: single(body, edge), table: apart, rows }
    }

    /// Keeps those of `next` (facts, and where they lead) that meet what the sieve asks.
    pub(super) fn sift(&mut self, sieve: &mut Sieve, next: &mut Vec<(u32, u32)>) -> Result<(), RuleError> {
        if sieve.asked.is_empty() {
            return Ok(());
        }
        let mut new: Vec<u32> = next.iter().map(|(fact, _)| *fact).collect();
        new.retain(|fact| !sieve.known.contains_key(fact));
        new.sort_unstable();
        new.dedup();
        if !new.is_empty() {
            let mut table = Table::unit(sieve.body.nodes.len(), sieve.body.edges.len());
            table.rows = new.len();
            table.set_edge(sieve.edge, new.clone());
            let mut pass = vec![true; new.len()];
            for asked in &sieve.asked {
                let truths = self.truths(&sieve.body, &table, asked)?;
                pass.iter_mut().zip(truths).for_each(|(pass, truth)| *pass &= truth == Some(true));
            }
            sieve.known.extend(new.into_iter().zip(pass));
        }
        next.retain(|(fact, _)| sieve.known.get(fact) == Some(&true));
        Ok(())
    }
}

/// The pattern with `edge` standing for one edge alone.
fn single(body: &Body, edge: usize) -> Body {
    let mut single = body.clone();
    single.edges.iter_mut().skip(edge).take(1).for_each(|edge| edge.hops = None);
    single
}
