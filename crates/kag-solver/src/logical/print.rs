//! From plan to text: one form for every plan, which reads back as an equal one.

use std::{
    borrow::Cow,
    fmt::{self, Display, Formatter},
};

use kag_core::Value;
use kag_schema::Expr;

use super::{
    Argument, Constant, Constraint, Deduce, Filter, LogicalOp, Math, Operand, Output, Path, Plan, PredicateTerm,
    Retrieval, Sort, SortDirection, Step, Term, Var,
    parse::{begins_with_key, is_plain_question, looks_like_var, quote::encode},
};

/// One line a step, two where it has a subquestion.
impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            let number = at + 1;
            if let Some(question) = &step.subquestion {
                let question = match is_plain_question(question) {
                    true => Cow::Borrowed(&**question),
                    false => Cow::Owned(encode(question, '"')),
                };
                writeln!(f, "Step{number}: {question}")?;
                write!(f, "Action{number}: ")?;
            }
            writeln!(f, "{step}")?;
        }
        Ok(())
    }
}

/// The operation and the name of its result, without the subquestion.
impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.op.fmt(f)?;
        match &self.output {
            Some(var) => write!(f, "->{var}"),
            None => Ok(()),
        }
    }
}

impl Display for LogicalOp {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Retrieval(op) => op.fmt(f),
            Self::Filter(op) => op.fmt(f),
            Self::Sort(op) => op.fmt(f),
            Self::Math(op) => op.fmt(f),
            Self::Deduce(op) => op.fmt(f),
            Self::Output(op) => op.fmt(f),
            Self::Custom(op) => {
                write!(f, "{}(", op.name())?;
                separated(f, ", ", op.arguments())?;
                f.write_str(")")
            }
        }
    }
}

impl Display for Retrieval {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let parts =
            [("s=", self.subject.to_string()), ("p=", self.predicate.to_string()), ("o=", self.object.to_string())];
        let terms = parts.into_iter().filter(|(_, text)| !text.is_empty());
        let terms = terms.map(|(key, text)| format!("{key}{text}"));
        let constraints = self.constraints.iter().map(ToString::to_string);
        f.write_str("Retrieval(")?;
        separated(f, ", ", terms.chain(constraints))?;
        f.write_str(")")
    }
}

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({})", expression(&self.condition))
    }
}

impl Display for Sort {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Sort(set={}", self.set)?;
        match self.by.as_slice() {
            [] => {}
            [one] => write!(f, ", orderby={one}")?,
            several => {
                f.write_str(", orderby=[")?;
                separated(f, ", ", several)?;
                f.write_str("]")?;
            }
        }
        write!(f, ", direction={}", self.direction)?;
        if let Some(limit) = self.limit {
            write!(f, ", limit={limit}")?;
        }
        f.write_str(")")
    }
}

impl Display for SortDirection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ascending => "min",
            Self::Descending => "max",
        })
    }
}

impl Display for Math {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Formula { expr, by } => {
                write!(f, "Math({}", expression(expr))?;
                match by.as_slice() {
                    [] => {}
                    [one] => write!(f, ", by={one}")?,
                    several => {
                        f.write_str(", by=[")?;
                        separated(f, ", ", several)?;
                        f.write_str("]")?;
                    }
                }
                f.write_str(")")
            }
            Self::Task { content, target } => {
                f.write_str("Math(")?;
                write_content(f, content)?;
                write!(f, "target={})", encode(target, '"'))
            }
        }
    }
}

impl Display for Deduce {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Deduce(")?;
        if let Some(left) = &self.left {
            write!(f, "left={left}, ")?;
        }
        if let Some(right) = &self.right {
            write!(f, "right={right}, ")?;
        }
        write!(f, "op={}", self.deduction)?;
        if !self.content.is_empty() {
            f.write_str(", content=[")?;
            separated(f, ", ", &self.content)?;
            f.write_str("]")?;
        }
        if let Some(target) = &self.target {
            write!(f, ", target={}", encode(target, '"'))?;
        }
        f.write_str(")")
    }
}

impl Display for Output {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Output(")?;
        separated(f, ", ", &self.paths)?;
        f.write_str(")")
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let types = self.types.iter().map(AsRef::as_ref);
        write_head(f, self.var.as_ref(), types, self.is_constant())?;
        if self.is_constant() {
            f.write_str("[")?;
            separated(f, "|", &self.names)?;
            f.write_str("]")?;
        }
        if !self.ids.is_empty() {
            f.write_str("[")?;
            separated(f, "|", self.ids.iter().map(|id| plain_or_quoted(id)))?;
            f.write_str("]")?;
        }
        Ok(())
    }
}

impl Display for PredicateTerm {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names = self.names.iter().map(AsRef::as_ref);
        // A bare word is read as a predicate unless it looks like a variable.
        let is_word = |var: &Var| !looks_like_var(var.as_str());
        let colon = self.var.as_ref().is_some_and(is_word);
        write_head(f, self.var.as_ref(), names, colon)
    }
}

impl Display for Constant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(&plain_or_quoted(name)),
            Self::Key(parts) => separated(f, ",", parts.iter().map(|part| encode(part, '`'))),
        }
    }
}

impl Display for Constraint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let symbol = self.comparison.symbol();
        write!(f, "{}.{}", self.on, property(&self.property))?;
        match symbol.starts_with(|c: char| c.is_alphabetic()) {
            true => write!(f, " {symbol} {}", self.value),
            false => write!(f, "{symbol}{}", self.value),
        }
    }
}

impl Display for Argument {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}={}", self.value),
            None => self.value.fmt(f),
        }
    }
}

/// A text is in double quotes; another constant is bare.
impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(Value::Text(text)) => f.write_str(&encode(text, '"')),
            Self::Value(value) => Expr::literal(value.clone()).fmt(f),
            Self::Path(path) => path.fmt(f),
            Self::List(items) => {
                f.write_str("[")?;
                separated(f, ", ", items)?;
                f.write_str("]")
            }
        }
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.var.fmt(f)?;
        match &self.property {
            Some(name) => write!(f, ".{}", property(name)),
            None => Ok(()),
        }
    }
}

/// An expression as the argument of an operation.
fn expression(expr: &Expr) -> String {
    let text = expr.to_string();
    // A comparison with a variable of such a name would be read as an argument.
    match begins_with_key(&text) {
        true => format!("({text})"),
        false => text,
    }
}

fn separated(f: &mut Formatter<'_>, separator: &str, items: impl IntoIterator<Item = impl Display>) -> fmt::Result {
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            f.write_str(separator)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

fn write_content(f: &mut Formatter<'_>, content: &[Operand]) -> fmt::Result {
    if content.is_empty() {
        return Ok(());
    }
    f.write_str("content=[")?;
    separated(f, ", ", content)?;
    f.write_str("], ")
}

/// `var:a|b`; the colon only where something follows or `colon` asks for it.
fn write_head<'n>(
    f: &mut Formatter<'_>,
    var: Option<&Var>,
    names: impl ExactSizeIterator<Item = &'n str>,
    colon: bool,
) -> fmt::Result {
    if let Some(var) = var {
        var.fmt(f)?;
    }
    if colon || names.len() > 0 {
        f.write_str(":")?;
    }
    separated(f, "|", names.map(plain_or_quoted))
}

/// A property's name: bare where it is one word.
fn property(name: &str) -> Cow<'_, str> {
    let reserved = ["in", "contains"].iter().any(|word| name.eq_ignore_ascii_case(word));
    match Var::new(name).is_some() && !reserved {
        true => Cow::Borrowed(name),
        false => Cow::Owned(encode(name, '`')),
    }
}

/// A name, type or id: bare where nothing in it could be taken for anything else.
fn plain_or_quoted(text: &str) -> Cow<'_, str> {
    let inner = |c: char| c.is_alphanumeric() || " _-.·・/&+".contains(c);
    let edge = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let plain = edge(text.chars().next()) && edge(text.chars().next_back()) && text.chars().all(inner);
    match plain {
        true => Cow::Borrowed(text),
        false => Cow::Owned(encode(text, '`')),
    }
}
