//! From patterns to text.

use std::fmt::{self, Display, Formatter};

use super::{EdgeDirection, EdgePattern, EdgeTarget, Label, NodePattern, PathPattern};
use crate::expr::name_text;

impl Display for Label {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(name) => f.write_str(&dotted(name.as_str())),
            Self::Concepts(concepts) => joined(f, concepts, " + "),
        }
    }
}

impl Display for NodePattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        if let Some(variable) = &self.variable {
            f.write_str(&name_text(variable))?;
        }
        if !self.labels.is_empty() {
            f.write_str(":")?;
            joined(f, &self.labels, "|")?;
        }
        condition(f, self.condition.as_ref())?;
        f.write_str(")")
    }
}

impl Display for EdgePattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.direction == EdgeDirection::Left { "<-[" } else { "-[" })?;
        if let Some(variable) = &self.variable {
            f.write_str(&name_text(variable))?;
        }
        match &self.target {
            EdgeTarget::Predicates(names) if names.is_empty() => {}
            EdgeTarget::Predicates(names) => {
                let names: Vec<_> = names.iter().map(|name| dotted(name.as_str())).collect();
                write!(f, ":{}", names.join("|"))?;
            }
            EdgeTarget::Linked(call) => write!(f, ":{call}")?,
        }
        condition(f, self.condition.as_ref())?;
        if let Some(limit) = self.per_node_limit {
            write!(f, " per_node_limit {limit}")?;
        }
        f.write_str(if self.direction == EdgeDirection::Right { "]->" } else { "]-" })?;
        match self.hops {
            None => {}
            Some(hops) => {
                write!(f, "{{{},", hops.least)?;
                if let Some(most) = hops.most {
                    write!(f, "{most}")?;
                }
                f.write_str("}")?;
            }
        }
        if self.optional { f.write_str("?") } else { Ok(()) }
    }
}

impl Display for PathPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.optional {
            f.write_str("OPTIONAL ")?;
        }
        if let Some(variable) = &self.variable {
            write!(f, "{}: ", name_text(variable))?;
        }
        write!(f, "{}", self.start)?;
        self.steps.iter().try_for_each(|(edge, node)| write!(f, "{edge}{node}"))
    }
}

fn condition(f: &mut Formatter<'_>, expr: Option<&crate::Expr>) -> fmt::Result {
    expr.map_or(Ok(()), |expr| write!(f, " WHERE {expr}"))
}

/// A name with its namespace, each part in back-quotes where it needs them.
fn dotted(name: &str) -> String {
    name.split('.').map(name_text).collect::<Vec<_>>().join(".")
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
