//! From words to the tree.

use super::{
    ast::{Aggregate, Column, Compare, Condition, Expr, From, Item, Order, Query},
    lex::{Token, tokens},
};
use crate::Result;

/// The query that `sql` is.
///
/// # Errors
/// What stands where it cannot be read.
pub(in super::super) fn parse(sql: &str) -> Result<Query> {
    let mut parser = Parser { tokens: tokens(sql)?, at: 0 };
    let query = parser.query()?;
    parser.symbol(";");
    match parser.tokens.get(parser.at) {
        None => Ok(query),
        Some(more) => Err(format!("{more:?} is not read").into()),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Word(here)) if here == word);
        self.at += usize::from(found);
        found
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Symbol(here)) if here == symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, what: &str) -> Result<()> {
        if self.word(what) || self.symbol(what) {
            return Ok(());
        }
        Err(format!("expected {what}, found {:?}", self.peek()).into())
    }

    fn name(&mut self) -> Result<String> {
        match self.peek() {
            Some(Token::Word(name)) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            other => Err(format!("expected a name, found {other:?}").into()),
        }
    }

    fn query(&mut self) -> Result<Query> {
        self.expect("select")?;
        // Rows of a binding table are a set anyway.
        self.word("distinct");
        let mut query = Query::default();
        loop {
            let expr = self.expr()?;
            let name = if self.word("as") { Some(self.name()?) } else { None };
            query.select.push(Item { expr, name });
            if !self.symbol(",") {
                break;
            }
        }
        self.expect("from")?;
        query.from.push(self.from(None)?);
        loop {
            if self.symbol(",") {
                query.from.push(self.from(None)?);
            } else if self.word("left") {
                self.word("outer");
                self.expect("join")?;
                let mut joined = self.from(None)?;
                self.expect("on")?;
                let left = self.column()?;
                self.expect("=")?;
                let right = self.column()?;
                if let From::Table { left_on, .. } = &mut joined {
                    *left_on = Some((left, right));
                }
                query.from.push(joined);
            } else {
                break;
            }
        }
        if self.word("where") {
            query.filter = self.conditions()?;
        }
        if self.word("group") {
            self.expect("by")?;
            let wrapped = self.symbol("(");
            query.group.push(self.column()?);
            while self.symbol(",") {
                query.group.push(self.column()?);
            }
            if wrapped {
                self.expect(")")?;
            }
        }
        if self.word("having") {
            query.having = self.conditions()?;
        }
        if self.word("order") {
            self.expect("by")?;
            let by = self.expr()?;
            let descending = self.word("desc");
            self.word("asc");
            query.order = Some(Order { by, descending });
        }
        if self.word("limit") {
            query.limit = match self.peek() {
                Some(Token::Number(number)) => Some(number.parse()?),
                other => return Err(format!("limit {other:?}").into()),
            };
            self.at += 1;
        }
        Ok(query)
    }

    fn from(&mut self, left_on: Option<(Column, Column)>) -> Result<From> {
        if self.symbol("(") {
            let query = self.query()?;
            self.expect(")")?;
            self.word("as");
            return Ok(From::Derived { query, alias: self.name()? });
        }
        let table = self.name()?;
        let named = self.word("as");
        let alias = match self.peek() {
            Some(Token::Word(word)) if named || word.contains("alias") => self.name()?,
            _ => table.clone(),
        };
        Ok(From::Table { table, alias, left_on })
    }

    fn column(&mut self) -> Result<Column> {
        let alias = self.name()?;
        self.expect(".")?;
        Ok(Column { alias, name: self.name()? })
    }

    /// Conditions joined by `AND`; those of several joined by `OR` are one.
    fn conditions(&mut self) -> Result<Vec<Condition>> {
        let mut either = vec![self.all()?];
        while self.word("or") {
            either.push(self.all()?);
        }
        Ok(match either.len() {
            1 => either.pop().unwrap_or_default(),
            _ => vec![Condition::Or(either)],
        })
    }

    fn all(&mut self) -> Result<Vec<Condition>> {
        let mut all = self.condition()?;
        while self.word("and") {
            all.extend(self.condition()?);
        }
        Ok(all)
    }

    fn condition(&mut self) -> Result<Vec<Condition>> {
        let before = self.at;
        if self.symbol("(") {
            if let Ok(inside) = self.conditions()
                && self.symbol(")")
            {
                return Ok(inside);
            }
            self.at = before;
        }
        let left = self.expr()?;
        let negated = self.word("not");
        if self.word("in") {
            self.expect("(")?;
            let query = self.query()?;
            self.expect(")")?;
            return Ok(vec![Condition::In { left, query, negated }]);
        }
        let compare = match self.peek() {
            Some(Token::Symbol(symbol)) => match symbol.as_str() {
                "=" => Compare::Equal,
                "<>" | "!=" => Compare::NotEqual,
                "<" => Compare::Less,
                "<=" => Compare::LessOrEqual,
                ">" => Compare::Greater,
                ">=" => Compare::GreaterOrEqual,
                other => return Err(format!("{other} compares nothing").into()),
            },
            other => return Err(format!("expected a comparison, found {other:?}").into()),
        };
        self.at += 1;
        Ok(vec![Condition::Compare(left, compare, self.expr()?)])
    }

    fn expr(&mut self) -> Result<Expr> {
        let left = self.operand()?;
        if self.symbol("/") {
            return Ok(Expr::Divide(Box::new(left), Box::new(self.operand()?)));
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<Expr> {
        if self.symbol("(") {
            let query = self.query()?;
            self.expect(")")?;
            return Ok(Expr::Query(Box::new(query)));
        }
        if self.word("all") {
            self.expect("(")?;
            let query = self.query()?;
            self.expect(")")?;
            return Ok(Expr::All(Box::new(query)));
        }
        let functions = [
            ("count", Aggregate::Count),
            ("sum", Aggregate::Sum),
            ("avg", Aggregate::Average),
            ("min", Aggregate::Least),
            ("max", Aggregate::Greatest),
        ];
        for (name, function) in functions {
            let called = matches!(self.tokens.get(self.at + 1), Some(Token::Symbol(next)) if next == "(");
            if called && self.word(name) {
                return self.aggregate(function);
            }
        }
        match self.peek().cloned() {
            Some(Token::Number(number)) => {
                self.at += 1;
                Ok(Expr::Number(number))
            }
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(Expr::Text(text))
            }
            _ => Ok(Expr::Column(self.column()?)),
        }
    }

    fn aggregate(&mut self, function: Aggregate) -> Result<Expr> {
        self.expect("(")?;
        let distinct = self.word("distinct");
        let counts_rows = matches!(self.peek(), Some(Token::Number(_))) || self.symbol("*");
        let of = match self.peek() {
            Some(Token::Symbol(_)) => None,
            _ if counts_rows => {
                self.at += 1;
                None
            }
            _ => Some(Box::new(self.expr()?)),
        };
        self.expect(")")?;
        Ok(Expr::Aggregate { function, distinct, of })
    }
}
