//! From clauses and what they create to text.

use std::fmt::{self, Display, Formatter, Write as _};

use super::dotted;
use crate::{
    Assignment, Clause, Production,
    expr::{InRule, quoted, rule_name_text},
};

impl Display for Clause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Projection { name, property, explanation, expr, .. } => {
                f.write_str(&rule_name_text(name))?;
                if let Some(property) = property {
                    write!(f, ".{}", rule_name_text(property))?;
                }
                explained(f, explanation.as_deref())?;
                write!(f, " = {}", InRule(expr))
            }
            Self::Condition { name, explanation, expr, .. } => {
                if let Some(name) = name {
                    f.write_str(&rule_name_text(name))?;
                    explained(f, explanation.as_deref())?;
                    f.write_str(": ")?;
                }
                write!(f, "{}", InRule(expr))
            }
        }
    }
}

impl Display for Assignment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", rule_name_text(&self.name), InRule(&self.value))
    }
}

impl Display for Production {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let values = match self {
            Self::Node { variable, label, values, .. } => {
                if let Some(variable) = variable {
                    write!(f, "{} = ", rule_name_text(variable))?;
                }
                write!(f, "createNodeInstance(type={label}, value={{")?;
                values
            }
            Self::Edge { source, target, predicate, values, .. } => {
                let (source, target) = (rule_name_text(source), rule_name_text(target));
                let predicate = dotted(predicate.as_str());
                write!(f, "createEdgeInstance(src={source}, dst={target}, type={predicate}, value={{")?;
                values
            }
        };
        for value in values {
            write!(f, "\n    {value}")?;
        }
        if !values.is_empty() {
            f.write_char('\n')?;
        }
        f.write_str("})")
    }
}

fn explained(f: &mut Formatter<'_>, explanation: Option<&str>) -> fmt::Result {
    explanation.map_or(Ok(()), |text| write!(f, "({})", quoted(text)))
}
