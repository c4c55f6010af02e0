//! The facts of a predicate as columns of numbers.
//!
//! Who reads a whole relation mostly asks which facts have a node in common, and hardly ever what
//! else the records say. Records lie scattered in memory and ids are long; columns of numbers are
//! passed in order, and number what they speak of from 0, so that a reader needs no hash table.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use super::FactRecord;
use crate::{FactId, NodeId, Value};

/// Nodes numbered from 0.
///
/// Numbers are of most use where nodes that are asked for together have numbers near each other: a
/// table over them is small then, and read in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NodeNumbers {
    /// By place, the ids in order.
    ids: Vec<NodeId>,
    /// How places and numbers belong together, where they are not the same.
    order: Option<Order>,
}

#[derive(Clone, PartialEq, Eq)]
struct Order {
    /// By place, the number.
    numbers: Vec<u32>,
    /// By number, the place.
    places: Vec<u32>,
}

impl NodeNumbers {
    /// Numbers in the order of the ids, which may be given in any order; one that is given twice has
    /// one number.
    ///
    /// More than 2³² - 1 nodes are not numbered: those with the greatest ids have none.
    #[must_use]
    pub fn new(mut ids: Vec<NodeId>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(FactColumns::LITERAL as usize);
        Self { ids, order: None }
    }

    /// Numbers in the order of `places`: those of all `ids`, which are sorted, each once.
    pub(crate) fn in_order(ids: Vec<NodeId>, places: Vec<u32>) -> Self {
        let mut numbers = vec![FactColumns::LITERAL; ids.len()];
        for (place, number) in places.iter().zip(0..) {
            numbers.iter_mut().skip(*place as usize).take(1).for_each(|slot| *slot = number);
        }
        let order = (!places.is_sorted()).then_some(Order { numbers, places });
        Self { ids, order }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id of the node with this number.
    #[must_use]
    pub fn id(&self, number: u32) -> Option<NodeId> {
        self.ids.get(self.place_of(number)?).copied()
    }

    /// The place of a number's id among all in order.
    fn place_of(&self, number: u32) -> Option<usize> {
        let place = match &self.order {
            Some(order) => *order.places.get(number as usize)?,
            None => number,
        };
        Some(place as usize)
    }

    /// The number of the node with this id.
    #[must_use]
    pub fn number(&self, id: NodeId) -> Option<u32> {
        self.number_at(self.place(id)?)
    }

    /// The place of an id among all in order.
    pub(crate) fn place(&self, id: NodeId) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }

    fn number_at(&self, place: usize) -> Option<u32> {
        match &self.order {
            Some(order) => order.numbers.get(place).copied(),
            None => u32::try_from(place).ok(),
        }
    }

    /// The numbers of ids that are sorted, in their order; `None` for one that has none.
    ///
    /// Each is looked for from where the one before was found, so that many cost little more than
    /// passing them once.
    pub fn numbers_of(&self, sorted: &[NodeId]) -> impl Iterator<Item = Option<u32>> {
        let mut begin = 0;
        sorted.iter().map(move |id| {
            let left = self.ids.get(begin..).unwrap_or_default();
            // Where most are asked for, the next one is a step or two away.
            let steps = left.iter().take(NEAR).take_while(|other| *other < id).count();
            begin += if steps < NEAR { steps } else { gallop(left, id) };
            self.number_at(begin).filter(|_| self.ids.get(begin) == Some(id))
        })
    }
}

/// So many ids are passed one by one before larger steps are taken.
const NEAR: usize = 8;

/// How many of `sorted` are less than `id`, found by steps twice as large each time.
fn gallop(sorted: &[NodeId], id: &NodeId) -> usize {
    let mut end = NEAR;
    while sorted.get(end).is_some_and(|other| other < id) {
        end *= 2;
    }
    let near = sorted.get(..sorted.len().min(end + 1)).unwrap_or_default();
    near.partition_point(|other| other < id)
}

impl fmt::Debug for NodeNumbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeNumbers").field("nodes", &self.len()).finish_non_exhaustive()
    }
}

/// All facts of one predicate, by subject, then id: a row each, its record and the numbers of its
/// ends. The facts of a subject are rows that follow each other.
///
/// Columns never change, and which of them were asked for shows in time and memory alone.
///
/// ```
/// use std::sync::Arc;
/// use kag_core::{Fact, FactColumns, FactRecord, NodeId, Value};
///
/// let (ada, firm) = (NodeId::from_u128(1), NodeId::from_u128(2));
/// let fact = Fact::new(ada, "pays", firm).with("amount", 30);
/// let record =
///     FactRecord { id: fact.id(), fact, statement: "".into(), evidence: Vec::new(), derivations: Vec::new() };
/// let columns = FactColumns::of(vec![Arc::new(record)]);
/// assert_eq!((columns.subjects(), columns.objects()), (&[0][..], &[1][..]));
/// assert_eq!(columns.nodes().id(1), Some(firm));
///
/// let amounts = columns.qualifier("amount");
/// assert_eq!(amounts.value(0), Some(&Value::Integer(30)));
/// ```
pub struct FactColumns {
    nodes: Arc<NodeNumbers>,
    records: Vec<Arc<FactRecord>>,
    subjects: Vec<u32>,
    objects: Vec<u32>,
    qualifiers: Mutex<BTreeMap<Arc<str>, Arc<QualifierColumn>>>,
}

impl FactColumns {
    /// Stands in [`objects`](Self::objects) for an object that is no node.
    pub const LITERAL: u32 = u32::MAX;

    /// The columns of these facts of one predicate, which must be in the order of their ids, each
    /// once. The nodes at their ends are numbered, and no others.
    #[must_use]
    pub fn of(records: Vec<Arc<FactRecord>>) -> Self {
        let subjects = records.iter().map(|record| record.fact.subject);
        let objects = records.iter().filter_map(|record| record.fact.object_node());
        let nodes = Arc::new(NodeNumbers::new(subjects.chain(objects).collect()));
        let number = |node| nodes.number(node).unwrap_or(Self::LITERAL);
        let rows = records.into_iter().map(|record| {
            let object = record.fact.object_node().map_or(Self::LITERAL, number);
            (number(record.fact.subject), object, record)
        });
        let rows = rows.collect();
        Self::between(nodes, rows)
    }

    /// The columns of facts between these nodes: each with the numbers of its ends, in the order of
    /// their ids.
    pub(crate) fn between(nodes: Arc<NodeNumbers>, mut rows: Vec<(u32, u32, Arc<FactRecord>)>) -> Self {
        rows.sort_by_key(|(subject, ..)| nodes.place_of(*subject));
        let (subjects, objects) = rows.iter().map(|(subject, object, _)| (*subject, *object)).unzip();
        let records = rows.into_iter().map(|(_, _, record)| record).collect();
        Self { nodes, records, subjects, objects, qualifiers: Mutex::default() }
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// What the numbers of nodes mean. Two columns of one [view](super::GraphView) may number nodes
    /// differently, unless these are the same.
    #[must_use]
    pub fn nodes(&self) -> &Arc<NodeNumbers> {
        &self.nodes
    }

    /// By row, the record.
    #[must_use]
    pub fn records(&self) -> &[Arc<FactRecord>] {
        &self.records
    }

    /// By row, the number of the subject.
    #[must_use]
    pub fn subjects(&self) -> &[u32] {
        &self.subjects
    }

    /// By row, the number of the object; [`LITERAL`](Self::LITERAL) where it is no node.
    #[must_use]
    pub fn objects(&self) -> &[u32] {
        &self.objects
    }

    /// The row of the fact with this id about `subject`.
    #[must_use]
    pub fn row(&self, subject: NodeId, id: FactId) -> Option<usize> {
        self.records.binary_search_by_key(&(subject, id), |record| (record.fact.subject, record.id)).ok()
    }

    /// By row, the qualifier `name`. Read when it is first asked for, and kept where a fact has it.
    #[must_use]
    pub fn qualifier(&self, name: &str) -> Arc<QualifierColumn> {
        if let Some(known) = self.qualifiers().get(name) {
            return Arc::clone(known);
        }
        let read = Arc::new(QualifierColumn::of(&self.records, name));
        if read.values.is_empty() {
            return read;
        }
        Arc::clone(self.qualifiers().entry(name.into()).or_insert(read))
    }

    fn qualifiers(&self) -> std::sync::MutexGuard<'_, BTreeMap<Arc<str>, Arc<QualifierColumn>>> {
        self.qualifiers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for FactColumns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FactColumns").field("facts", &self.len()).field("nodes", &self.nodes).finish_non_exhaustive()
    }
}

/// A qualifier of many facts, each different value held once.
#[derive(Clone, Debug)]
pub struct QualifierColumn {
    places: Vec<u32>,
    values: Vec<Value>,
}

impl QualifierColumn {
    /// Stands in [`places`](Self::places) for a fact without the qualifier.
    pub const MISSING: u32 = u32::MAX;

    /// Records lie scattered, so parts of them are touched a block at a time before they are read:
    /// the waits for memory overlap.
    fn of(records: &[Arc<FactRecord>], name: &str) -> Self {
        let mut column = Self { places: Vec::with_capacity(records.len()), values: Vec::new() };
        let mut known: HashMap<&Value, u32> = HashMap::new();
        for block in records.chunks(64) {
            let qualifiers = || block.iter().map(|record| &record.fact.qualifiers);
            let having = qualifiers().filter(|qualifiers| !qualifiers.is_empty()).count();
            let longest = qualifiers().filter_map(|all| all.iter().next()).map(|(name, _)| name.len()).max();
            std::hint::black_box((having, longest));
            for value in qualifiers().map(|qualifiers| qualifiers.get(name)) {
                let place = value.map_or(Self::MISSING, |value| {
                    let next = u32::try_from(column.values.len()).unwrap_or(Self::MISSING);
                    *known.entry(value).or_insert_with(|| {
                        column.values.push(value.clone());
                        next
                    })
                });
                column.places.push(place);
            }
        }
        column
    }

    /// By row, the place of its value among the [values](Self::values);
    /// [`MISSING`](Self::MISSING) where it has none.
    #[must_use]
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    /// The different values, in the order of the first rows that have them.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The value in a row.
    #[must_use]
    pub fn value(&self, row: usize) -> Option<&Value> {
        self.values.get(*self.places.get(row)? as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fact;

    fn record(subject: u128, object: impl Into<Value>, amount: Option<i64>) -> Arc<FactRecord> {
        let fact = Fact::new(NodeId::from_u128(subject), "pays", object);
        let fact = amount.into_iter().fold(fact, |fact, amount| fact.with("amount", amount));
        let (evidence, derivations) = (Vec::new(), Vec::new());
        Arc::new(FactRecord { id: fact.id(), fact, statement: "".into(), evidence, derivations })
    }

    #[test]
    fn ids_in_order_are_numbered_as_one_by_one() {
        let ids = |bits: &[u128]| -> Vec<NodeId> { bits.iter().map(|bits| NodeId::from_u128(*bits)).collect() };
        let numbers = NodeNumbers::new(ids(&[9, 2, 5, 2, 30, 31, 32, 33, 40, 41, 42, 50, 60, 70, 80, 90, 91, 92]));
        assert_eq!(numbers.len(), 17);
        let cases: [&[u128]; 8] = [
            &[],
            &[2],
            &[40],
            &[92],
            &[93],
            &[1, 2, 3, 9, 33, 41, 91, 95],
            &[31, 31, 80],
            &[2, 5, 9, 30, 31, 32, 33, 40],
        ];
        for sorted in cases.map(ids) {
            let one_by_one: Vec<_> = sorted.iter().map(|id| numbers.number(*id)).collect();
            assert_eq!(numbers.numbers_of(&sorted).collect::<Vec<_>>(), one_by_one, "{sorted:?}");
        }
        assert_eq!((numbers.id(1), numbers.id(17)), (Some(NodeId::from_u128(5)), None));
    }

    #[test]
    fn numbers_may_have_another_order_than_ids() {
        let ids: Vec<NodeId> = [10, 20, 30, 40].map(NodeId::from_u128).to_vec();
        let numbers = NodeNumbers::in_order(ids.clone(), vec![2, 0, 3, 1]);
        assert_eq!(
            (0..5).map(|number| numbers.id(number)).collect::<Vec<_>>(),
            [Some(ids[2]), Some(ids[0]), Some(ids[3]), Some(ids[1]), None]
        );
        assert_eq!(ids.iter().map(|id| numbers.number(*id)).collect::<Vec<_>>(), [Some(1), Some(3), Some(0), Some(2)]);
        let some = [ids[1], NodeId::from_u128(25), ids[3]];
        assert_eq!(numbers.numbers_of(&some).collect::<Vec<_>>(), [Some(3), None, Some(2)]);
        assert_eq!(numbers.number(NodeId::from_u128(25)), None);
        assert!(NodeNumbers::in_order(ids.clone(), vec![0, 1, 2, 3]) == NodeNumbers::new(ids), "the same numbers");
    }

    #[test]
    fn columns_say_what_the_records_say() {
        let node = |bits| Value::Node(NodeId::from_u128(bits));
        let mut records = vec![
            record(1, node(2), Some(30)),
            record(2, node(1), None),
            record(2, "cash", Some(30)),
            record(3, node(3), Some(7)),
        ];
        records.sort_by_key(|record| record.id);
        let columns = FactColumns::of(records.clone());
        records.sort_by_key(|record| (record.fact.subject, record.id));
        assert_eq!(columns.records(), records);
        let amounts = columns.qualifier("amount");
        for (row, record) in records.iter().enumerate() {
            assert_eq!(columns.nodes().id(columns.subjects()[row]), Some(record.fact.subject));
            assert_eq!(columns.nodes().id(columns.objects()[row]), record.fact.object_node());
            assert_eq!(amounts.value(row), record.fact.qualifiers.get("amount"));
            assert_eq!(columns.row(record.fact.subject, record.id), Some(row));
        }
        assert_eq!(amounts.values().len(), 2);
        assert!(columns.qualifier("rate").values().is_empty());
        let [first, .., last] = &records[..] else { unreachable!("four records") };
        assert_eq!(columns.row(last.fact.subject, first.id), None);
        assert_eq!(columns.row(NodeId::from_u128(9), first.id), None);
    }
}
