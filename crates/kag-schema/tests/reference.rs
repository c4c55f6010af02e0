//! The reference of functions says what the table of functions says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::fmt::Write;

use expect_test::expect_file;
use kag_schema::{Functions, ListMethod};

const HEAD: &str = "\
# Functions of expressions and rules

What `Functions::standard()` holds and `kag-reason` computes. A test keeps this page equal to
the table; `UPDATE_EXPECT=1 cargo test -p kag-schema --test reference` writes it again.

Names are read in any case and width. `x?` may be left out, `x…` stands for one or more.
Where an argument is missing, so is the result, unless something else is said. A host adds
functions of its own: a signature with `Functions::with`, what it computes with
`Environment::call`.

No function reads a clock or a random number: `now` is what the environment says, and the
same input gives the same value. A date may be given as a text: in ISO 8601, without
separators (`20230901`, `20230901 12:30:00`), or as a document writes it; whatever needs a
zone counts in UTC. In formulas a text that cannot be read is an error; in rules it is missing
for `to_date` without a format, `date_diff`, `date_add`, `json_get` and the functions of places, whose input is
often dirty, and an error for casts and for `to_date` by a format.

## Formats of dates

| letter | what it stands for |
|---|---|
| `y` | year; `yy` its last two digits, read as 1969 to 2068 |
| `M` | month from 1; `MMM` and `MMMM` its English name, short and long |
| `d`, `D` | day of the month; of the year (only written) |
| `E`, `u` | day of the week in English, from four letters on long; from 1 on Monday (only written) |
| `H`, `h`, `a` | hour from 0 to 23; from 1 to 12; `AM` or `PM` |
| `m`, `s`, `S` | minute; second; milliseconds |

Numbers have at least as many digits as there are letters. What stands between single quotes
is itself, and so is whatever is no letter.
";

const LISTS: &str = "
## Operations on lists

Written after a list and a point: `e.edges().if(e.amount > 10).sum(e.amount)`. Names are read
in any case, with or without underscores. An argument that is no `(a, b) => ...` may speak of
the item at hand by the name of the list's variable. What is missing is left out of
aggregates; a list that is missing is a list of nothing.

| written | what it gives |
|---|---|
";

const GROUPS: &str = "
## Operations on groups of matches

In rules, `group(s, o).sum(f.amount)` aggregates the matches that have the same `s` and `o`:
every aggregate above, with `if(condition)` before it or with `If` in its name. `top(x, n)`,
`desc(x).limit(n)`, `asc(x).limit(n)`, `keep_longest_path(e)` and `keep_shortest_path(e)`
choose among the matches of a group.
";

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_reference_is_the_table() {
    let mut page = HEAD.to_owned();
    let mut family = "";
    for (name, signature) in Functions::families() {
        if name != family {
            family = name;
            write!(page, "\n## {name}\n\n| function | also | what it gives |\n|---|---|---|\n").unwrap();
        }
        let forms = signature.to_string();
        let forms: Vec<String> = forms.split(" | ").map(|form| format!("`{}`", cell(form))).collect();
        let also: Vec<String> = signature.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        writeln!(page, "| {} | {} | {} |", forms.join("<br>"), also.join(", "), cell(&signature.doc)).unwrap();
    }
    page.push_str(LISTS);
    for method in ListMethod::all() {
        writeln!(page, "| `{}` | {} |", cell(method.usage()), cell(method.doc())).unwrap();
    }
    page.push_str(GROUPS);
    expect_file!["../../../docs/reference/functions.md"].assert_eq(&page);
}
