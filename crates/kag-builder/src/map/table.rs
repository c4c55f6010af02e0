//! Reading a table, with the bytes of its rows and cells.

use std::{collections::HashMap, sync::Arc};

use csv::{Reader, ReaderBuilder, StringRecord};
use kag_core::{Source, Span};
use kag_schema::nearest;

use super::{
    MapError, TableMapping,
    cells::{Cell, cell_spans},
};
use crate::decode_any;

/// A table that was read.
pub(super) struct Table {
    /// Where the columns are that the mapping speaks of.
    columns: HashMap<Arc<str>, usize>,
    /// What the columns are called, in order.
    pub(super) header_cells: Vec<Arc<str>>,
    /// The bytes before the first row.
    pub(super) header: Arc<str>,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    /// The byte of the file where it begins.
    pub(super) start: usize,
    pub(super) text: Arc<str>,
    record: StringRecord,
    /// The bytes of `text` that each cell takes; none where they could not be told.
    cells: Vec<Span>,
    /// What is wrong with all of it.
    pub(super) problem: Option<Arc<str>>,
}

/// What the columns of the table in `source` are called, in order.
pub(super) fn header_of(source: &Source) -> Result<Vec<Arc<str>>, MapError> {
    header(&mut reader(&decode_any(&source.bytes, None)?.text, b',')?)
}

/// How many rows the table in `source` has.
pub(super) fn count_rows(source: &Source) -> Result<usize, MapError> {
    Ok(reader(&decode_any(&source.bytes, None)?.text, b',')?.records().count())
}

fn reader(text: &str, delimiter: u8) -> Result<Reader<&[u8]>, MapError> {
    if text.trim().is_empty() {
        return Err(MapError::NoHeader);
    }
    Ok(ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes()))
}

fn header(reader: &mut Reader<&[u8]>) -> Result<Vec<Arc<str>>, MapError> {
    Ok(reader.headers()?.iter().map(|column| column.trim().into()).collect())
}

impl Table {
    pub(super) fn read(mapping: &TableMapping, source: &Source) -> Result<Self, MapError> {
        let decoded = decode_any(&source.bytes, None)?;
        let text = &*decoded.text;
        let mut reader = reader(text, mapping.delimiter)?;
        let header = header(&mut reader)?;
        let columns = columns(mapping, &header)?;
        // A row ends with its line and the empty lines behind it.
        let place = |position: &csv::Position| {
            let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
            let rest = text.get(at..).unwrap_or_default();
            at + (rest.len() - rest.trim_start_matches(['\r', '\n']).len())
        };
        let mut bounds = vec![place(reader.position())];
        let mut records = Vec::new();
        let mut record = StringRecord::new();
        while reader.read_record(&mut record)? {
            records.push(std::mem::take(&mut record));
            bounds.push(place(reader.position()));
        }
        if u32::try_from(records.len()).is_err() {
            return Err(MapError::TooManyRows);
        }
        let first = bounds.first().copied().unwrap_or(0);
        let ends = bounds.iter().skip(1);
        let rows = bounds.iter().zip(ends).zip(records).map(|((start, end), record)| {
            let text = text.get(*start..*end).unwrap_or_default();
            Row::new(*start, text, record, mapping.delimiter, header.len())
        });
        let rows = rows.collect();
        Ok(Self { columns, header_cells: header, header: text.get(..first).unwrap_or(text).into(), rows })
    }

    /// The cell of `row` in `column`; `None` where it is as good as empty.
    pub(super) fn cell(&self, mapping: &TableMapping, row: &Row, column: &str) -> Option<Cell> {
        self.cell_at(mapping, row, *self.columns.get(column)?)
    }

    /// The cell of `row` in the column number `at`, from 0; `None` where it is as good as empty.
    pub(super) fn cell_at(&self, mapping: &TableMapping, row: &Row, at: usize) -> Option<Cell> {
        let cell = Cell::of(row.record.get(at)?, row.cells.get(at).copied(), &row.text)?;
        (!mapping.blank.contains(&cell.text)).then_some(cell)
    }
}

impl Row {
    fn new(start: usize, text: &str, record: StringRecord, delimiter: u8, columns: usize) -> Self {
        let cells = cell_spans(text, delimiter);
        let cells = if cells.len() == record.len() { cells } else { Vec::new() };
        let odd = record.len() != columns;
        let problem = odd.then(|| format!("{} cells where the header has {columns}", record.len()).into());
        Self { start, text: text.into(), record, cells, problem }
    }
}

fn columns(mapping: &TableMapping, header: &[Arc<str>]) -> Result<HashMap<Arc<str>, usize>, MapError> {
    let mut columns = HashMap::new();
    for column in mapping.spoken_of() {
        let mut places = header.iter().enumerate().filter(|(_, known)| *known == column).map(|(at, _)| at);
        match (places.next(), places.next()) {
            (Some(at), None) => drop(columns.insert(Arc::clone(column), at)),
            // A set reads the first and reports the others.
            (Some(at), Some(_)) if mapping.listing.is_some() => drop(columns.insert(Arc::clone(column), at)),
            (Some(_), Some(_)) => return Err(MapError::TwoColumns { column: Arc::clone(column) }),
            (None, _) => {
                let nearest = nearest(column, header.iter().map(|known| &**known)).map(Into::into);
                return Err(MapError::NoColumn { column: Arc::clone(column), header: header.to_vec(), nearest });
            }
        }
    }
    Ok(columns)
}
