//! From tree to text, with as few parentheses as the reader needs.

use std::{
    borrow::Cow,
    fmt::{self, Display, Formatter},
};

use kag_core::Value;

use super::{
    BinaryOp, Dialect, Expr, ExprKind, UnaryOp,
    lex::{is_plain, is_word},
    literal::{self, Constructor},
    precedence::Precedence,
};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Printer { f, dialect: Dialect::Formula }.write(self, Precedence::Or)
    }
}

impl Expr {
    /// The expression as it is written in a rule: [`parse_in_rule`](Self::parse_in_rule)
    /// reads it back, with the concepts, paths and operations that formulas do not have.
    ///
    /// ```
    /// use kag_schema::Expr;
    ///
    /// let (read, _) = Expr::parse_in_rule("e.edges().constraint((pre,cur) => cur.day = pre.day)");
    /// let text = read.map(|expr| expr.to_rule_text());
    /// assert_eq!(text.as_deref(), Some("e.edges().constraint((pre, cur) => cur.day == pre.day)"));
    /// ```
    #[must_use]
    pub fn to_rule_text(&self) -> String {
        InRule(self).to_string()
    }
}

/// An expression as it is written in a rule.
pub(crate) struct InRule<'e>(pub(crate) &'e Expr);

impl Display for InRule<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Printer { f, dialect: Dialect::Rule }.write(self.0, Precedence::Or)
    }
}

struct Printer<'f, 'b> {
    f: &'f mut Formatter<'b>,
    dialect: Dialect,
}

impl Printer<'_, '_> {
    /// Writes `expr` where only what binds at least as tightly as `least` may stand bare.
    fn write(&mut self, expr: &Expr, least: Precedence) -> fmt::Result {
        match &expr.kind {
            ExprKind::Literal(value) => {
                let text = literal::print(value, self.dialect);
                let binds = if literal::is_negative(&text) { Precedence::Negation } else { Precedence::Primary };
                self.enclosed(binds < least, |p| p.text(&text))
            }
            ExprKind::Variable(name) => self.name(name),
            ExprKind::Unary { op, operand } => self.enclosed(op.precedence() < least, |p| p.unary(*op, operand)),
            ExprKind::Binary { op, left, right } => {
                self.enclosed(op.binding().this < least, |p| p.binary(*op, left, right))
            }
            ExprKind::Property { of, name } => {
                self.before_point(of)?;
                self.text(".")?;
                self.after_point(name)
            }
            ExprKind::Method { of, name, arguments } => self.method(of, name, arguments),
            ExprKind::Lambda { parameters, body } => self.enclosed(least > Precedence::Or, |p| {
                let names: Vec<_> = parameters.iter().map(|name| p.name_text(name)).collect();
                write!(p.f, "({}) => ", names.join(", "))?;
                p.write(body, Precedence::Or)
            }),
            ExprKind::Null => self.text("null"),
            ExprKind::Parameter(name) => {
                self.text("$")?;
                self.text(&rule_name_text(name))
            }
            ExprKind::Concept(concept) => write!(self.f, "{concept}"),
            // What follows a path could be read as its next edge.
            ExprKind::Path(path) => self.enclosed(least > Precedence::Not, |p| write!(p.f, "{path}")),
            ExprKind::Call { function, arguments } => {
                let text = self.function_text(function);
                self.text(&text)?;
                if arguments.is_empty() && self.dialect == Dialect::Rule && function.eq_ignore_ascii_case("count") {
                    return self.text("(*)");
                }
                self.list('(', arguments.iter(), ')')
            }
            ExprKind::List(items) => self.list('[', items.iter(), ']'),
            ExprKind::If { condition, then, otherwise } => {
                self.text("if")?;
                self.list('(', [&**condition, then, otherwise].into_iter(), ')')
            }
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) -> fmt::Result {
        match op {
            UnaryOp::Not => {
                self.text("not ")?;
                self.write(operand, Precedence::Not)
            }
            UnaryOp::Negate => {
                self.text("-")?;
                // A bare number would be read together with the sign.
                if matches!(operand.kind, ExprKind::Literal(_)) && !self.bare_after_sign(operand) {
                    return self.enclosed(true, |p| p.write(operand, Precedence::Or));
                }
                self.write(operand, Precedence::Negation)
            }
            UnaryOp::IsNull => {
                self.write(operand, Precedence::Sum)?;
                self.text(" is null")
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) -> fmt::Result {
        let binding = op.binding();
        // A function without a name goes on as far as it can.
        let open = matches!(left.kind, ExprKind::Lambda { .. });
        self.write(left, if open { Precedence::Primary } else { binding.left })?;
        let symbol = match (op, self.dialect) {
            (BinaryOp::Equal, Dialect::Rule) => "==",
            (BinaryOp::Remainder, Dialect::Rule) => "%",
            _ => op.symbol(),
        };
        write!(self.f, " {symbol} ")?;
        if op == BinaryOp::Divide && self.dialect == Dialect::Rule && ends_named(left) && begins_quoted(right) {
            // After a slash a name in back-quotes would be that of a concept.
            return self.enclosed(true, |p| p.write(right, Precedence::Or));
        }
        self.write(right, binding.right)
    }

    fn method(&mut self, of: &Expr, name: &str, arguments: &[Expr]) -> fmt::Result {
        self.before_point(of)?;
        self.text(".")?;
        self.after_point(name)?;
        match arguments {
            [Expr { kind: ExprKind::Literal(Value::Text(sign)), .. }]
                if matches!(&**sign, "+" | "*") && name.eq_ignore_ascii_case("accumulate") =>
            {
                write!(self.f, "({sign})")
            }
            arguments => self.list('(', arguments.iter(), ')'),
        }
    }

    /// Writes what stands before a point; a number there goes in parentheses.
    fn before_point(&mut self, of: &Expr) -> fmt::Result {
        let bare = !matches!(of.kind, ExprKind::Literal(_));
        self.enclosed(!bare, |p| p.write(of, if bare { Precedence::Primary } else { Precedence::Or }))
    }

    /// Writes a name where no keyword can stand.
    fn after_point(&mut self, name: &str) -> fmt::Result {
        if self.dialect == Dialect::Rule && is_word(name) { self.text(name) } else { self.name(name) }
    }

    /// Whether a sign directly before this literal is not read as part of it.
    fn bare_after_sign(&self, literal: &Expr) -> bool {
        match &literal.kind {
            ExprKind::Literal(value) => {
                let text = literal::print(value, self.dialect);
                !text.starts_with(|c: char| c.is_ascii_digit())
            }
            _ => true,
        }
    }

    fn function_text<'n>(&self, name: &'n str) -> Cow<'n, str> {
        /// Operators elsewhere, functions in rules.
        const FUNCTIONS: [&str; 2] = ["contains", "mod"];
        if self.dialect == Dialect::Rule && FUNCTIONS.contains(&name) {
            Cow::Borrowed(name)
        } else if Constructor::of(name).is_some() || name.starts_with('#') {
            Cow::Owned(literal::back_quote(name))
        } else {
            self.name_text(name)
        }
    }

    fn name_text<'n>(&self, name: &'n str) -> Cow<'n, str> {
        match self.dialect {
            Dialect::Formula => name_text(name),
            Dialect::Rule => rule_name_text(name),
        }
    }

    fn name(&mut self, name: &str) -> fmt::Result {
        let text = self.name_text(name);
        self.f.write_str(&text)
    }

    fn text(&mut self, text: &str) -> fmt::Result {
        self.f.write_str(text)
    }

    fn list<'e>(&mut self, open: char, items: impl Iterator<Item = &'e Expr>, close: char) -> fmt::Result {
        write!(self.f, "{open}")?;
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.text(", ")?;
            }
            self.write(item, Precedence::Or)?;
        }
        write!(self.f, "{close}")
    }

    fn enclosed(&mut self, needed: bool, inside: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        if needed {
            self.text("(")?;
        }
        inside(self)?;
        if needed { self.text(")") } else { Ok(()) }
    }
}

/// Whether the last word of what is printed of `expr` may be a name.
fn ends_named(expr: &Expr) -> bool {
    let mut last = expr;
    loop {
        last = match &last.kind {
            ExprKind::Variable(_) | ExprKind::Null => return true,
            ExprKind::Property { of, .. } => of,
            ExprKind::Binary { right, .. } => right,
            ExprKind::Unary { op: UnaryOp::Negate | UnaryOp::Not, operand } => operand,
            _ => return false,
        };
    }
}

/// Whether the first word of what is printed of `expr` may be in back-quotes.
fn begins_quoted(expr: &Expr) -> bool {
    let mut first = expr;
    loop {
        first = match &first.kind {
            ExprKind::Variable(name) => return rule_name_text(name).starts_with('`'),
            ExprKind::Call { function, .. } => {
                return Constructor::of(function).is_some() || rule_name_text(function).starts_with('`');
            }
            ExprKind::Concept(_) => return true,
            ExprKind::Property { of, .. } | ExprKind::Method { of, .. } => of,
            ExprKind::Binary { left, .. } => left,
            ExprKind::Unary { op: UnaryOp::IsNull, operand } => operand,
            _ => return false,
        };
    }
}

/// `name` as it is written: in back-quotes unless it is plain.
pub(crate) fn name_text(name: &str) -> Cow<'_, str> {
    if is_plain(name) { Cow::Borrowed(name) } else { Cow::Owned(literal::back_quote(name)) }
}

/// `name` as it is written in a rule, where more words mean something by themselves.
pub(crate) fn rule_name_text(name: &str) -> Cow<'_, str> {
    const RESERVED: [&str; 18] = [
        "define",
        "definepriority",
        "match",
        "return",
        "where",
        "as",
        "comment",
        "limit",
        "optional",
        "per_node_limit",
        "repeat",
        "structure",
        "graphstructure",
        "constraint",
        "rule",
        "action",
        "description",
        "distinct",
    ];
    if RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name)) || name.starts_with('#') {
        return Cow::Owned(literal::back_quote(name));
    }
    name_text(name)
}

/// `text` in double quotes.
pub(crate) fn quoted(text: &str) -> String {
    literal::quote(text)
}

/// `name` in back-quotes.
pub(crate) fn back_quoted(name: &str) -> String {
    literal::back_quote(name)
}

/// `value` as it is written in a rule.
pub(crate) fn rule_value_text(value: &Value) -> String {
    literal::print(value, Dialect::Rule)
}
