//! From trees of rules to text: one canonical form, which is read back as the same tree.

mod clause;
mod pattern;
mod program;

use std::fmt::{self, Display, Formatter};

use crate::expr::rule_name_text;

/// A name with its namespace, each part in back-quotes where it needs them.
fn dotted(name: &str) -> String {
    if name.split('.').any(str::is_empty) {
        return crate::expr::back_quoted(name);
    }
    name.split('.').map(rule_name_text).collect::<Vec<_>>().join(".")
}

fn joined(f: &mut Formatter<'_>, items: &[impl Display], between: &str) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}
