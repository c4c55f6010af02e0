//! Reading the tables of an SQLite file: just enough of the format for one that is small and
//! at rest (<https://www.sqlite.org/fileformat.html>).

use std::collections::BTreeMap;

use crate::Result;

/// A table: the names of its columns and its rows as text, numbers as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// The tables of the file with these bytes, by name.
///
/// # Errors
/// What is no such file; a row that does not fit on its page.
pub(crate) fn tables(bytes: &[u8]) -> Result<BTreeMap<String, Table>> {
    if !bytes.starts_with(b"SQLite format 3\0") {
        return Err("not a file of SQLite 3".into());
    }
    let file = File {
        bytes,
        page_size: match number(bytes, 16, 2)? {
            1 => 65_536,
            size => usize::try_from(size)?,
        },
    };
    let mut tables = BTreeMap::new();
    for row in file.rows(1)? {
        if let [kind, name, _, root, sql, ..] = row.as_slice()
            && kind == "table"
        {
            let rows = file.rows(root.parse()?)?;
            tables.insert(name.clone(), Table { columns: columns(sql), rows });
        }
    }
    Ok(tables)
}

/// The names of the columns that `CREATE TABLE` declares.
fn columns(sql: &str) -> Vec<String> {
    let inside = sql.split_once('(').map_or("", |(_, inside)| inside);
    let mut depth = 0_usize;
    let mut names = vec![String::new()];
    for c in inside.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => names.push(String::new()),
            c if depth == 0 => {
                if let Some(name) = names.last_mut() {
                    name.push(c);
                }
            }
            _ => {}
        }
    }
    let first_word = |column: &String| Some(column.split_whitespace().next()?.trim_matches('"').to_owned());
    names.iter().filter_map(first_word).collect()
}

struct File<'f> {
    bytes: &'f [u8],
    page_size: usize,
}

impl File<'_> {
    /// The rows of the tree whose root is page `root`, in the order of their ids.
    fn rows(&self, root: usize) -> Result<Vec<Vec<String>>> {
        let start = root.checked_sub(1).ok_or("page 0")? * self.page_size;
        let page = self.bytes.get(start..start + self.page_size).ok_or("a page is missing")?;
        // The first page begins with the header of the file.
        let head = if root == 1 { 100 } else { 0 };
        let cells = usize::try_from(number(page, head + 3, 2)?)?;
        let kind = number(page, head, 1)?;
        let pointers = head + if kind == 5 { 12 } else { 8 };
        let mut rows = Vec::new();
        for cell in 0..cells {
            let at = usize::try_from(number(page, pointers + 2 * cell, 2)?)?;
            match kind {
                13 => rows.push(self.record(page, at)?),
                5 => rows.extend(self.rows(usize::try_from(number(page, at, 4)?)?)?),
                other => return Err(format!("page {root} is of kind {other}, no part of a table").into()),
            }
        }
        if kind == 5 {
            rows.extend(self.rows(usize::try_from(number(page, head + 8, 4)?)?)?);
        }
        Ok(rows)
    }

    fn record(&self, page: &[u8], at: usize) -> Result<Vec<String>> {
        let (size, at) = varint(page, at)?;
        let (_, at) = varint(page, at)?;
        if size > self.page_size - 35 {
            return Err("a row goes beyond its page".into());
        }
        let (head, mut kind_at) = varint(page, at)?;
        let mut value_at = at + head;
        let mut values = Vec::new();
        while kind_at < at + head {
            let (kind, next) = varint(page, kind_at)?;
            kind_at = next;
            let length = match kind {
                0 | 8 | 9 => 0,
                1..=4 => kind,
                5 => 6,
                6 | 7 => 8,
                kind => kind.saturating_sub(12) / 2,
            };
            let value = page.get(value_at..value_at + length).ok_or("a value is cut off")?;
            value_at += length;
            values.push(match kind {
                0 => String::new(),
                7 => f64::from_be_bytes(value.try_into()?).to_string(),
                8 | 9 => (kind - 8).to_string(),
                1..=6 => signed(value).to_string(),
                _ => String::from_utf8(value.to_vec())?,
            });
        }
        Ok(values)
    }
}

fn signed(bytes: &[u8]) -> i64 {
    let first = bytes.first().map_or(0, |byte| i64::from(byte.cast_signed()));
    bytes.iter().skip(1).fold(first, |value, byte| value << 8 | i64::from(*byte))
}

fn number(bytes: &[u8], at: usize, length: usize) -> Result<u64> {
    let bytes = bytes.get(at..at + length).ok_or("the file is cut off")?;
    Ok(bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte)))
}

/// The number at `at` in groups of seven bits, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Result<(usize, usize)> {
    let mut value = 0_usize;
    for place in at..at + 8 {
        let byte = *bytes.get(place).ok_or("the file is cut off")?;
        value = value << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok((value, place + 1));
        }
    }
    Err("a number is too long".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_where_they_are_declared() {
        assert_eq!(columns("CREATE TABLE \"a\" (\n \"x\" text,\n y varchar(3) NOT NULL DEFAULT ''\n)"), ["x", "y"]);
    }

    #[test]
    fn numbers_are_read_as_the_format_says() {
        assert_eq!(varint(&[0x81, 0x00], 0).ok(), Some((128, 2)));
        assert_eq!((signed(&[0xff]), signed(&[0x01, 0x00]), signed(&[])), (-1, 256, 0));
        assert!(tables(b"something else").is_err());
    }
}
