//! Joining on what two tables both bind.

use std::collections::HashMap;

use kag_core::Value;

use super::{BindingTable, Row};

/// What becomes of a row without a match.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unmatched {
    Dropped,
    Kept,
}

impl BindingTable {
    /// Every pair of rows that agree in all variables both tables have: this table's
    /// columns, then the further ones of `other`.
    ///
    /// A null agrees with nothing. Without a shared variable every row meets every row. A
    /// joined row rests on what both rest on and has the lesser score. Rows come in this
    /// table's order, those of one row in `other`'s order; but for the order of rows and
    /// columns, `a.join(&b)` is `b.join(&a)`, and joins of tables without nulls may be
    /// grouped at will.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        self.joined(other, Unmatched::Dropped)
    }

    /// Like [`join`](Self::join), but a row of this table that meets none stays, with null
    /// in the further columns.
    #[must_use]
    pub fn left_join(&self, other: &Self) -> Self {
        self.joined(other, Unmatched::Kept)
    }

    fn joined(&self, other: &Self, unmatched: Unmatched) -> Self {
        let columns = other.columns.iter().enumerate();
        let (mut shared, mut further) = (Vec::new(), Vec::new());
        for (there, var) in columns {
            match self.position(var) {
                Some(here) => shared.push((here, there)),
                None => further.push(there),
            }
        }
        let mut matches: HashMap<Vec<&Value>, Vec<&Row>> = HashMap::new();
        for row in &other.rows {
            if let Some(key) = key(row, shared.iter().map(|(_, there)| *there)) {
                matches.entry(key).or_default().push(row);
            }
        }
        let mut table = Self::new(self.columns.iter().chain(&other.columns).cloned());
        for row in &self.rows {
            let key = key(row, shared.iter().map(|(here, _)| *here));
            let partners = key.and_then(|key| matches.get(&key));
            for partner in partners.into_iter().flatten() {
                table.merge_in(pair(row, partner, &shared, &further));
            }
            if partners.is_none() && unmatched == Unmatched::Kept {
                let nulls = further.iter().map(|_| None);
                table.merge_in(row.reshaped(row.cells().iter().cloned().chain(nulls)));
            }
        }
        table
    }
}

/// The values in these columns, or `None` where one is null.
fn key(row: &Row, columns: impl Iterator<Item = usize>) -> Option<Vec<&Value>> {
    columns.map(|at| row.cell(at).map(|cell| &cell.value)).collect()
}

/// The row of both; a shared cell shows what its merged cells would.
fn pair(row: &Row, partner: &Row, shared: &[(usize, usize)], further: &[usize]) -> Row {
    let mut cells = row.cells().to_vec();
    for (here, there) in shared {
        if let Some((Some(cell), other)) = cells.get_mut(*here).zip(partner.cell(*there)) {
            cell.merge_text(other.clone());
        }
    }
    cells.extend(further.iter().map(|there| partner.cell(*there).cloned()));
    row.joined(cells, partner)
}
