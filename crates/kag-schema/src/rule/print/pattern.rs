//! From patterns to text.

use std::fmt::{self, Display, Formatter};

use super::{dotted, joined};
use crate::{
    ConceptName, EdgeDirection, EdgePattern, EdgeTarget, Expr, Label, NodePattern, PathPattern,
    expr::{InRule, back_quoted, rule_name_text},
};

/// What an option of a node is written like that says where to begin.
pub(super) const START: &str = "__start__='true'";

impl Display for ConceptName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", back_quoted(self.type_name.as_str()), back_quoted(&self.name))
    }
}

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
            f.write_str(&rule_name_text(variable))?;
        }
        if !self.labels.is_empty() {
            f.write_str(":")?;
            joined(f, &self.labels, "|")?;
        }
        if self.start {
            write!(f, ", {START}")?;
        }
        condition(f, self.condition.as_ref())?;
        f.write_str(")")
    }
}

impl Display for EdgePattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.direction == EdgeDirection::Left { "<-[" } else { "-[" })?;
        if let Some(variable) = &self.variable {
            f.write_str(&rule_name_text(variable))?;
        }
        match &self.target {
            EdgeTarget::Predicates(names) if names.is_empty() => {}
            EdgeTarget::Predicates(names) => {
                let names: Vec<_> = names.iter().map(|name| dotted(name.as_str())).collect();
                write!(f, ":{}", names.join("|"))?;
            }
            EdgeTarget::Linked(call) => write!(f, ":{}", InRule(call))?,
        }
        condition(f, self.condition.as_ref())?;
        if let Some(limit) = self.per_node_limit {
            write!(f, " per_node_limit {limit}")?;
        }
        f.write_str(if self.direction == EdgeDirection::Right { "]->" } else { "]-" })?;
        if let Some(hops) = self.hops {
            write!(f, "{{{},", hops.least)?;
            if let Some(most) = hops.most {
                write!(f, "{most}")?;
            }
            f.write_str("}")?;
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
            write!(f, "{}: ", rule_name_text(variable))?;
        }
        write!(f, "{}", self.start)?;
        self.steps.iter().try_for_each(|(edge, node)| write!(f, "{edge}{node}"))
    }
}

fn condition(f: &mut Formatter<'_>, expr: Option<&Expr>) -> fmt::Result {
    expr.map_or(Ok(()), |expr| write!(f, " WHERE {}", InRule(expr)))
}
