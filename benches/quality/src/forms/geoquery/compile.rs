//! From a query to a logical form.
//!
//! A table of the query is a pattern, its columns are variables, equal columns are one; what
//! the query demands of a column is a constraint or a `Filter`, a query within it is steps of
//! its own whose result a `Filter` compares with.

use std::collections::BTreeMap;

use super::{
    scope::{Scope, Slot, Source},
    shape::{Part, Shape, shape},
    sql::{Aggregate, Column, Compare, Condition, Expr, From, Item, Query},
};

/// What no logical form says.
pub(super) type Unexpressible = String;

type Result<T> = std::result::Result<T, Unexpressible>;

/// The logical form of `query`.
pub(super) fn compile(query: &Query) -> Result<String> {
    let mut compiler = Compiler::default();
    let outputs = compiler.query(query, false)?;
    compiler.steps.push(format!("Output({})", outputs.join(", ")));
    Ok(compiler.steps.join("\n"))
}

#[derive(Default)]
struct Compiler {
    steps: Vec<String>,
    /// How many variables there are of each letter.
    named: BTreeMap<&'static str, usize>,
}

/// A retrieval to be written.
struct Pattern {
    subject: usize,
    type_name: &'static str,
    /// Predicate and object; none looks for the subject alone.
    what: Option<(&'static str, usize, bool)>,
    left: bool,
}

impl Compiler {
    /// The steps of `query`; the variables of its columns. With `as_text`, things are their names.
    fn query(&mut self, query: &Query, as_text: bool) -> Result<Vec<String>> {
        let mut scope = self.sources(query)?;
        let mut later = Vec::new();
        let mut constraints: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for condition in &query.filter {
            if !self.settle(&mut scope, condition, &mut constraints)? {
                later.push(condition);
            }
        }
        self.touch_all(&mut scope, query, &later, as_text)?;
        self.patterns(&mut scope, &constraints)?;
        for condition in later {
            let text = self.condition(&mut scope, condition)?;
            self.steps.push(format!("Filter({text})"));
        }
        self.result(&mut scope, query, as_text)
    }

    fn fresh(&mut self, letter: &'static str) -> String {
        let count = self.named.entry(letter).or_default();
        *count += 1;
        format!("{letter}{count}")
    }

    /// The tables of a query; queries in their place are compiled at once.
    fn sources(&mut self, query: &Query) -> Result<Scope> {
        let mut scope = Scope::default();
        let mut joined = Vec::new();
        for from in &query.from {
            match from {
                From::Table { table, alias, left_on } => {
                    let shape = shape(table).ok_or_else(|| format!("no table {table}"))?;
                    scope.sources.push((alias.clone(), Source::Table { shape, left: left_on.is_some() }));
                    joined.extend(left_on.iter());
                }
                From::Derived { query, alias } => {
                    let vars = self.query(query, false)?;
                    let names = query.select.iter().map(|item| match (&item.name, &item.expr) {
                        (Some(name), _) => name.clone(),
                        (None, Expr::Column(column)) => column.name.clone(),
                        _ => String::new(),
                    });
                    scope.sources.push((alias.clone(), Source::Derived(names.zip(vars).collect())));
                }
            }
        }
        for (left, right) in joined {
            self.unify(&mut scope, left, right)?;
        }
        Ok(scope)
    }

    /// Makes two equal columns one variable; `false` where only a filter can compare them.
    fn unify(&mut self, scope: &mut Scope, left: &Column, right: &Column) -> Result<bool> {
        let (left, right) = (slot(scope, left)?, slot(scope, right)?);
        let type_of = |at: &Option<(&'static Shape, Part)>| at.and_then(|(shape, part)| shape.type_of(part));
        if type_of(&left.1) == type_of(&right.1) || left.1.is_none() || right.1.is_none() {
            return Ok(scope.unify(&left.0, &right.0));
        }
        Ok(scope.unify(&text_slot(left), &text_slot(right)))
    }

    /// Takes a condition that needs no step of its own; `false` for one that does.
    fn settle(
        &mut self,
        scope: &mut Scope,
        condition: &Condition,
        constraints: &mut BTreeMap<usize, Vec<String>>,
    ) -> Result<bool> {
        let Condition::Compare(Expr::Column(left), compare, right) = condition else { return Ok(false) };
        match (compare, right) {
            (Compare::Equal, Expr::Column(right)) => self.unify(scope, left, right),
            (_, Expr::Text(text)) => {
                let (slot, Some((shape, part))) = slot(scope, left)? else { return Ok(false) };
                let group = scope.group(&slot);
                if shape.type_of(part).is_some() {
                    let free = *compare == Compare::Equal && !scope.constants.contains_key(&group);
                    if free {
                        scope.constants.insert(group, text.clone());
                    }
                    return Ok(free);
                }
                // A constraint reads a number out of a text; a filter compares it as it is.
                if text.contains(|c: char| c.is_ascii_digit()) {
                    return Ok(false);
                }
                constraints.entry(group).or_default().push(format!("o.value{}\"{text}\"", compare.symbol()));
                Ok(true)
            }
            (_, Expr::Number(number)) => {
                let (slot, Some((shape, part))) = slot(scope, left)? else { return Ok(false) };
                if shape.type_of(part).is_some() || shape.is_text(part) {
                    return Ok(false);
                }
                let group = scope.group(&slot);
                constraints.entry(group).or_default().push(format!("o.value{}{number}", compare.symbol()));
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Makes a slot of every column that the query names.
    fn touch_all(&mut self, scope: &mut Scope, query: &Query, later: &[&Condition], as_text: bool) -> Result<()> {
        for Item { expr, .. } in &query.select {
            match expr {
                Expr::Column(column) if as_text => {
                    let found = slot(scope, column)?;
                    scope.group(&text_slot(found));
                }
                expr => self.touch(scope, expr)?,
            }
        }
        for condition in later.iter().copied().chain(&query.having) {
            self.touch_condition(scope, condition)?;
        }
        for column in &query.group {
            self.touch(scope, &Expr::Column(column.clone()))?;
        }
        match &query.order {
            Some(order) => self.touch(scope, &order.by),
            None => Ok(()),
        }
    }

    fn touch_condition(&mut self, scope: &mut Scope, condition: &Condition) -> Result<()> {
        match condition {
            Condition::Compare(Expr::Column(left), _, Expr::Query(query)) => {
                let found = slot(scope, left)?;
                let wanted = compared(scope, left, query)?;
                scope.group(&if wanted { text_slot(found) } else { found.0 });
                Ok(())
            }
            Condition::Compare(left, _, right) => {
                self.touch(scope, left)?;
                self.touch(scope, right)
            }
            Condition::In { left: Expr::Column(left), query, .. } => {
                let found = slot(scope, left)?;
                let wanted = compared(scope, left, query)?;
                scope.group(&if wanted { text_slot(found) } else { found.0 });
                Ok(())
            }
            Condition::In { left, .. } => self.touch(scope, left),
            Condition::Or(either) => {
                for condition in either.iter().flatten() {
                    self.touch_condition(scope, condition)?;
                }
                Ok(())
            }
        }
    }

    fn touch(&mut self, scope: &mut Scope, expr: &Expr) -> Result<()> {
        match expr {
            Expr::Column(column) => {
                let (slot, _) = slot(scope, column)?;
                scope.group(&slot);
                Ok(())
            }
            Expr::Aggregate { of: Some(of), .. } => self.touch(scope, of),
            Expr::Divide(left, right) => {
                self.touch(scope, left)?;
                self.touch(scope, right)
            }
            _ => Ok(()),
        }
    }

    /// The retrievals of the tables: those that begin at something known first.
    fn patterns(&mut self, scope: &mut Scope, constraints: &BTreeMap<usize, Vec<String>>) -> Result<()> {
        let mut waiting = Vec::new();
        for (alias, source) in scope.sources.clone() {
            let Source::Table { shape, left } = source else { continue };
            let node = scope.group(&Slot::Part(alias.clone(), Part::Node));
            let pattern = |what| Pattern { subject: node, type_name: shape.type_name, what, left };
            let before = waiting.len();
            if let Some((predicate, _)) = shape.edge {
                let object = scope.group(&Slot::Part(alias.clone(), Part::Edge));
                waiting.push(pattern(Some((predicate, object, true))));
            }
            for slot in scope.used() {
                let Slot::Part(of, part) = &slot else { continue };
                if *of != alias {
                    continue;
                }
                let object = scope.group(&slot);
                match part {
                    Part::Property(predicate) => waiting.push(pattern(Some((predicate, object, false)))),
                    Part::EdgeText => {
                        let subject = scope.group(&Slot::Part(alias.clone(), Part::Edge));
                        let what = Some(("stateName", object, false));
                        waiting.push(Pattern { subject, type_name: "State", what, left });
                    }
                    Part::Node | Part::Edge => {}
                }
            }
            if waiting.len() == before && !scope.bound.contains(&node) {
                waiting.push(pattern(None));
            }
        }
        while !waiting.is_empty() {
            let best = (0..waiting.len()).max_by_key(|at| {
                let weight = waiting.get(*at).map(|pattern| weight(scope, pattern));
                (weight, std::cmp::Reverse(*at))
            });
            let pattern = waiting.remove(best.unwrap_or_default());
            self.pattern(scope, &pattern, constraints);
        }
        Ok(())
    }

    fn pattern(&mut self, scope: &mut Scope, pattern: &Pattern, constraints: &BTreeMap<usize, Vec<String>>) {
        let was_bound = scope.bound.contains(&pattern.subject);
        let subject = self.term(scope, pattern.subject, Some(pattern.type_name));
        let Some((predicate, object, is_edge)) = pattern.what else {
            self.steps.push(format!("Retrieval(s={subject})"));
            return;
        };
        let object_was_bound = scope.bound.contains(&object) || scope.constants.contains_key(&object);
        let term = self.term(scope, object, is_edge.then_some("State"));
        let more: String = constraints.get(&object).into_iter().flatten().map(|more| format!(", {more}")).collect();
        self.steps.push(format!("Retrieval(s={subject}, p=:{predicate}, o={term}{more})"));
        // A lookup keeps rows that it finds nothing for, which a join does not.
        if was_bound && is_edge && !object_was_bound && !pattern.left {
            let var = self.var(scope, object, "s");
            self.steps.push(format!("Filter(not {var} is null)"));
        }
    }

    /// A variable as it stands in a pattern: with type and name where it is bound first.
    fn term(&mut self, scope: &mut Scope, group: usize, type_name: Option<&'static str>) -> String {
        let letter = match type_name {
            Some("State") => "s",
            Some("City") => "c",
            Some("River") => "r",
            Some(_) => "x",
            None => "v",
        };
        let var = self.var(scope, group, letter);
        if !scope.bound.insert(group) {
            return var;
        }
        match (type_name, scope.constants.get(&group)) {
            (Some(type_name), Some(name)) => format!("{var}:{type_name}[`{name}`]"),
            (Some(type_name), None) => format!("{var}:{type_name}"),
            (None, _) => var,
        }
    }

    fn var(&mut self, scope: &mut Scope, group: usize, letter: &'static str) -> String {
        scope.var(group, || self.fresh(letter))
    }

    /// The variable of a column.
    fn column(&mut self, scope: &mut Scope, column: &Column, as_text: bool) -> Result<String> {
        let found = slot(scope, column)?;
        let group = scope.group(&if as_text { text_slot(found) } else { found.0 });
        Ok(self.var(scope, group, "v"))
    }

    /// A condition as an expression.
    fn condition(&mut self, scope: &mut Scope, condition: &Condition) -> Result<String> {
        match condition {
            Condition::Compare(left, compare, right) => {
                let symbol = compare.symbol();
                let text = match left {
                    Expr::Column(column) => slot(scope, column)?.1.is_some_and(|(shape, part)| shape.is_text(part)),
                    _ => false,
                };
                let as_text = match (left, right) {
                    (Expr::Column(column), Expr::Query(query)) => compared(scope, column, query)?,
                    _ => false,
                };
                let left_text = self.operand(scope, left, as_text)?;
                match right {
                    Expr::Query(query) => {
                        let one = is_aggregate(query);
                        let value = self.query(query, as_text)?.into_iter().next().unwrap_or_default();
                        let symbol = if *compare == Compare::Equal && !one { "in" } else { symbol };
                        Ok(format!("{left_text} {symbol} {value}"))
                    }
                    Expr::All(query) => {
                        let value = self.query(query, false)?.into_iter().next().unwrap_or_default();
                        let end = match compare {
                            Compare::Greater | Compare::GreaterOrEqual => "max",
                            Compare::Less | Compare::LessOrEqual => "min",
                            _ => return Err("a comparison with ALL that is not one of size".to_owned()),
                        };
                        Ok(format!("{left_text} {symbol} {end}({value})"))
                    }
                    Expr::Number(number) if text => Ok(format!("{left_text} {symbol} \"{number}\"")),
                    right => Ok(format!("{left_text} {symbol} {}", self.operand(scope, right, false)?)),
                }
            }
            Condition::In { left, query, negated } => {
                let Expr::Column(column) = left else { return Err("IN of what is no column".to_owned()) };
                let as_text = compared(scope, column, query)?;
                let left = self.column(scope, column, as_text)?;
                let set = self.query(query, as_text)?.into_iter().next().unwrap_or_default();
                Ok(format!("{}{left} in {set}", if *negated { "not " } else { "" }))
            }
            Condition::Or(either) => {
                let mut parts = Vec::new();
                for all in either {
                    let texts: Result<Vec<String>> = all.iter().map(|one| self.condition(scope, one)).collect();
                    parts.push(format!("({})", texts?.join(" and ")));
                }
                Ok(parts.join(" or "))
            }
        }
    }

    /// An expression over the rows: a column, a constant, an aggregate.
    fn operand(&mut self, scope: &mut Scope, expr: &Expr, as_text: bool) -> Result<String> {
        Ok(match expr {
            Expr::Column(column) => self.column(scope, column, as_text)?,
            Expr::Number(number) => number.clone(),
            Expr::Text(text) => format!("\"{text}\""),
            Expr::Divide(left, right) => {
                format!("{} / {}", self.operand(scope, left, false)?, self.operand(scope, right, false)?)
            }
            Expr::Aggregate { function, distinct, of } => {
                let of = match of {
                    Some(of) => self.operand(scope, of, false)?,
                    None => self.any_var(scope)?,
                };
                let function = match (function, distinct) {
                    (Aggregate::Count, true) => "count",
                    (Aggregate::Count, false) => "count_all",
                    (Aggregate::Sum, false) => "sum",
                    (Aggregate::Average, false) => "mean",
                    (Aggregate::Least, _) => "min",
                    (Aggregate::Greatest, _) => "max",
                    (_, true) => return Err("a sum of different values".to_owned()),
                };
                format!("{function}({of})")
            }
            Expr::Query(_) | Expr::All(_) => return Err("a query among computations".to_owned()),
        })
    }

    /// A variable that is bound in every row.
    fn any_var(&mut self, scope: &mut Scope) -> Result<String> {
        let group = scope.bound.iter().next().copied().ok_or("no rows to count")?;
        Ok(self.var(scope, group, "v"))
    }

    /// Groups, orders, and the variables of the columns.
    fn result(&mut self, scope: &mut Scope, query: &Query, as_text: bool) -> Result<Vec<String>> {
        let mut by = Vec::new();
        for column in &query.group {
            by.push(self.column(scope, column, false)?);
        }
        for condition in &query.having {
            let Condition::Compare(left, compare, right) = condition else {
                return Err("HAVING without a comparison".to_owned());
            };
            let left = self.computed(scope, left, &by)?;
            let right = match right {
                Expr::Query(query) => self.query(query, false)?.into_iter().next().unwrap_or_default(),
                right => self.operand(scope, right, false)?,
            };
            self.steps.push(format!("Filter({left} {} {right})", compare.symbol()));
        }
        let mut outputs = Vec::new();
        for item in &query.select {
            outputs.push(match &item.expr {
                Expr::Column(column) => self.column(scope, column, as_text)?,
                expr => self.computed(scope, expr, &by)?,
            });
        }
        if let Some(order) = &query.order {
            let key = match &order.by {
                Expr::Column(column) => self.column(scope, column, false)?,
                expr => self.computed(scope, expr, &by)?,
            };
            let set = outputs.first().cloned().unwrap_or_default();
            let direction = if order.descending { "max" } else { "min" };
            let limit = query.limit.map(|limit| format!(", limit={limit}")).unwrap_or_default();
            self.steps.push(format!("Sort(set={set}, orderby={key}, direction={direction}{limit})"));
        }
        Ok(outputs)
    }

    /// The variable of something computed, of all rows or of each group.
    fn computed(&mut self, scope: &mut Scope, expr: &Expr, by: &[String]) -> Result<String> {
        let text = self.operand(scope, expr, false)?;
        let by = if by.is_empty() { String::new() } else { format!(", by=[{}]", by.join(", ")) };
        let var = self.fresh("m");
        self.steps.push(format!("Math({text}{by})->{var}"));
        Ok(var)
    }
}

fn slot(scope: &Scope, column: &Column) -> Result<(Slot, Option<(&'static Shape, Part)>)> {
    scope.slot(column).ok_or_else(|| format!("no column {}.{}", column.alias, column.name))
}

/// The slot that says as a text what a column does.
fn text_slot((slot, at): (Slot, Option<(&'static Shape, Part)>)) -> Slot {
    match (slot, at) {
        (Slot::Part(alias, _), Some((shape, part))) => Slot::Part(alias, shape.as_text(part)),
        (slot, _) => slot,
    }
}

/// Whether `column` and the column of `query` compare as texts, being different kinds of things.
fn compared(scope: &Scope, column: &Column, query: &Query) -> Result<bool> {
    let (_, at) = slot(scope, column)?;
    let Some((shape, part)) = at else { return Ok(false) };
    Ok(shape.type_of(part).is_some() && shape.type_of(part) != type_of_result(query))
}

/// The type of the things that `query` gives; `None` for values.
fn type_of_result(query: &Query) -> Option<&'static str> {
    let Some(Item { expr: Expr::Column(column), .. }) = query.select.first() else { return None };
    query.from.iter().find_map(|from| match from {
        From::Table { table, alias, .. } if *alias == column.alias => {
            let shape = shape(table)?;
            shape.type_of(shape.part(column)?)
        }
        From::Derived { query, alias } if *alias == column.alias => type_of_result(query),
        _ => None,
    })
}

fn is_aggregate(query: &Query) -> bool {
    let computes = |item: &Item| matches!(item.expr, Expr::Aggregate { .. } | Expr::Divide(..));
    query.group.is_empty() && query.select.iter().all(computes)
}

/// How much is known at the ends of a pattern.
fn weight(scope: &Scope, pattern: &Pattern) -> usize {
    let known = |group: &usize| scope.bound.contains(group) || scope.constants.contains_key(group);
    let subject = usize::from(known(&pattern.subject));
    let object = pattern.what.map_or(0, |(_, object, _)| usize::from(known(&object)));
    // What is joined from the left needs its subject.
    if pattern.left && subject == 0 { 0 } else { 1 + 2 * subject + object }
}
