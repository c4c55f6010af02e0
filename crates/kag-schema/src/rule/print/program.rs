//! From statements to text.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{dotted, joined, pattern::START};
use crate::{
    ConceptHead, ConceptPriority, ConceptRule, Define, NodePattern, PathPattern, ReturnItem, RuleProgram, RuleQuery,
    Statement,
    expr::{InRule, quoted, rule_name_text, rule_value_text},
};

/// How far a level of blocks is moved in.
const INDENT: &str = "    ";

impl Display for RuleProgram {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, statement) in self.statements.iter().enumerate() {
            if at > 0 {
                f.write_char('\n')?;
            }
            writeln!(f, "{statement}")?;
        }
        Ok(())
    }
}

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Define(define) => write!(f, "{define}"),
            Self::ConceptRule(rule) => write!(f, "{rule}"),
            Self::Priority(priority) => write!(f, "{priority}"),
            Self::Query(query) => write!(f, "{query}"),
        }
    }
}

impl Display for Define {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Define {}-[", self.subject)?;
        if let Some(variable) = &self.variable {
            f.write_str(&rule_name_text(variable))?;
        }
        writeln!(f, ":{}]->{} {{", dotted(self.predicate.as_str()), self.object)?;
        block(f, 1, "Structure", &structure(&self.structure))?;
        if !self.constraint.is_empty() {
            block(f, 1, "Constraint", &texts(&self.constraint))?;
        }
        if !self.action.is_empty() {
            block(f, 1, "Action", &texts(&self.action))?;
        }
        f.write_str("}")?;
        description(f, self.description.as_deref())
    }
}

impl Display for ConceptHead {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(concept) => write!(f, "({concept})"),
            Self::Related { subject, variable, predicate, object } => {
                let variable = variable.as_deref().map(rule_name_text).unwrap_or_default();
                write!(f, "{subject}-[{variable}:{}]->{object}", dotted(predicate.as_str()))
            }
        }
    }
}

impl Display for ConceptRule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "Define {} {{", self.head)?;
        lines(f, 1, &texts(&self.conditions))?;
        if !self.action.is_empty() {
            block(f, 1, "Action", &texts(&self.action))?;
        }
        f.write_str("}")?;
        description(f, self.description.as_deref())
    }
}

impl Display for ConceptPriority {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "DefinePriority ({}) {{", dotted(self.type_name.as_str()))?;
        for (name, value) in &self.order {
            writeln!(f, "{INDENT}{} = {}", rule_name_text(name), rule_value_text(value))?;
        }
        f.write_str("}")?;
        description(f, self.description.as_deref())
    }
}

impl Display for RuleQuery {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_match() { self.write_match(f) } else { self.write_blocks(f) }
    }
}

impl RuleQuery {
    /// Whether it can be written as `MATCH … RETURN …`.
    fn is_match(&self) -> bool {
        let starts = self.structure.iter().flat_map(PathPattern::nodes).any(|node| node.start);
        let comments = self.items.iter().any(|item| item.comment.is_some());
        let rules = !self.constraint.is_empty() || self.view.is_some();
        !(self.structure.is_empty() || self.items.is_empty() || starts || comments || rules)
    }

    fn write_match(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("MATCH ")?;
        f.write_str(&structure(&self.structure).join(&format!("\n{INDENT}")))?;
        if let Some(condition) = &self.condition {
            write!(f, "\nWHERE {}", InRule(condition))?;
        }
        f.write_str(if self.distinct { "\nRETURN DISTINCT " } else { "\nRETURN " })?;
        joined(f, &self.items, ", ")?;
        self.limit.map_or(Ok(()), |limit| write!(f, "\nLIMIT {limit}"))
    }

    fn write_blocks(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut paths = structure(&self.structure);
        paths.extend(self.condition.as_ref().map(|condition| format!("WHERE {}", InRule(condition))));
        block(f, 0, "Structure", &paths)?;
        block(f, 0, "Constraint", &texts(&self.constraint))?;
        f.write_str("Action {")?;
        if !self.items.is_empty() {
            write!(f, "\n{INDENT}{}(", if self.distinct { "distinctGet" } else { "get" })?;
            joined(f, &self.items, ", ")?;
            f.write_str(")")?;
            if let Some((name, columns)) = &self.view {
                let columns: Vec<_> = columns.iter().map(|column| rule_name_text(column)).collect();
                write!(f, ".as({}({}))", rule_name_text(name), columns.join(", "))?;
            }
            if let Some(limit) = self.limit {
                write!(f, ".limit({limit})")?;
            }
            f.write_char('\n')?;
        }
        f.write_str("}")
    }
}

impl Display for ReturnItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", InRule(&self.expr))?;
        if let Some(alias) = &self.alias {
            write!(f, " AS {}", rule_name_text(alias))?;
        }
        if let Some(comment) = &self.comment {
            write!(f, " COMMENT {}", quoted(comment))?;
        }
        Ok(())
    }
}

/// The paths, a line each, commas between where they are needed by nobody but readers.
fn structure(paths: &[PathPattern]) -> Vec<String> {
    let last = paths.len().saturating_sub(1);
    let line = |(at, path): (usize, &PathPattern)| {
        // A comma after OPTIONAL could be thought to go on with what may be missing.
        let comma = if at < last && !path.optional { "," } else { "" };
        format!("{}{comma}", start_line(path).unwrap_or_else(|| path.to_string()))
    };
    paths.iter().enumerate().map(line).collect()
}

/// The path in the older form, if it is a node where matching begins.
fn start_line(path: &PathPattern) -> Option<String> {
    let PathPattern { variable: None, optional: false, start, steps } = path else {
        return None;
    };
    let NodePattern { variable: Some(variable), labels, condition: None, start: true, .. } = start else {
        return None;
    };
    let labels: String = labels.iter().map(|label| format!("{label}, ")).collect();
    steps.is_empty().then(|| format!("{} [{labels}{START}]", rule_name_text(variable)))
}

fn texts(items: &[impl Display]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

fn block(f: &mut Formatter<'_>, level: usize, name: &str, content: &[String]) -> fmt::Result {
    let indent = INDENT.repeat(level);
    if content.is_empty() {
        return writeln!(f, "{indent}{name} {{}}");
    }
    writeln!(f, "{indent}{name} {{")?;
    lines(f, level + 1, content)?;
    writeln!(f, "{indent}}}")
}

fn lines(f: &mut Formatter<'_>, level: usize, content: &[String]) -> fmt::Result {
    let indent = INDENT.repeat(level);
    // No text holds a line end of its own: those in quotes are escaped.
    content.iter().flat_map(|text| text.lines()).try_for_each(|line| writeln!(f, "{indent}{line}"))
}

fn description(f: &mut Formatter<'_>, text: Option<&str>) -> fmt::Result {
    text.map_or(Ok(()), |text| write!(f, "\nDescription: {}", quoted(text)))
}
