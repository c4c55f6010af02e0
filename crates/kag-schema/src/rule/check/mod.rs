//! Whether rules make sense in a domain, before anything runs them.

mod action;
mod cycle;
mod depend;
mod expression;
mod head;
mod operation;
mod pattern;
mod property;
mod shown;
mod types;
mod variable;

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    Clause, ConceptHead, ConceptRule, Define, Diagnostic, Expr, ExprKind, ExprType, Functions, NodePattern,
    PathPattern, RuleProgram, RuleQuery, Schema, Statement,
};

pub use head::RuleDefinitions;

use depend::{Mentions, Rule};
use types::Types;
use variable::{Variable, Variables};

/// What is wrong with `programs`, taken together, in the domain of `schema`: for each program
/// its diagnostics, in the order of its text.
///
/// Reported are unknown types, concepts' types, predicates, properties, qualifiers, variables
/// and functions, each with the nearest name there is; labels that exclude each other;
/// operands and arguments of the wrong kind; a derived value that nothing computes; a rule
/// that needs itself and that nothing can begin; and rules that rest, in a circle, on the
/// negation or an aggregate of what they say.
///
/// Names of types and predicates are read in either language and with or without the
/// namespace. A predicate or property that one of the programs defines is known to all.
/// Conditions of rules on concepts in the short form speak of what the host gives, so their
/// names are not looked up. Operations on groups that the host brings are among `functions`.
///
/// ```
/// use kag_schema::{Functions, PropertyDef, RuleProgram, Schema, TypeDef, check_rules};
///
/// let schema = Schema::builder("Film")
///     .with_type(TypeDef::entity("Star").with_zh("演员"))
///     .with_type(TypeDef::entity("Film").with_zh("电影").with_property(
///         PropertyDef::relation("starring", ["Star"]).with_zh("主演").many(),
///     ))
///     .build()
///     .map_err(|problems| format!("{problems:?}"))?;
/// let (program, _) = RuleProgram::parse("MATCH (f:电影)-[:staring]->(s:Star) RETURN f.name, s.nmae");
/// let found = check_rules(&[&program], &schema, &Functions::standard());
/// let hints: Vec<_> = found[0].iter().filter_map(|wrong| wrong.hint.as_deref()).collect();
/// assert_eq!(hints, ["did you mean `starring`?", "did you mean `name`?"]);
/// # Ok::<(), String>(())
/// ```
#[must_use]
pub fn check_rules(programs: &[&RuleProgram], schema: &Schema, functions: &Functions) -> Vec<Vec<Diagnostic>> {
    let heads = RuleDefinitions::of(programs, schema);
    let mut rules: Vec<Rule> = Vec::new();
    let mut found: Vec<Vec<Diagnostic>> = Vec::with_capacity(programs.len());
    for (program, at) in programs.iter().zip(0..) {
        let mut diagnostics = Vec::new();
        for statement in &program.statements {
            let mut checker = Checker::new(schema, functions, &heads);
            match statement {
                Statement::Define(define) => {
                    checker.define(define);
                    rules.push(Rule::of_define(at, define, checker.mentions.take(), schema));
                }
                Statement::ConceptRule(rule) => {
                    checker.concept_rule(rule);
                    rules.push(Rule::of_concept(at, rule, checker.mentions.take(), schema));
                }
                Statement::Priority(priority) => {
                    checker.concept_type(&priority.type_name, priority.span.0);
                }
                Statement::Query(query) => checker.query(query),
            }
            diagnostics.append(&mut checker.diagnostics);
        }
        found.push(diagnostics);
    }
    for (program, wrong) in depend::circles(&rules, schema) {
        if let Some(diagnostics) = found.get_mut(program) {
            diagnostics.push(wrong);
        }
    }
    found.into_iter().map(in_order).collect()
}

/// What is wrong with `query` in the domain of `schema`, over rules that define `definitions`:
/// what [`check_rules`] would report of it beside them, in the order of its text.
#[must_use]
pub fn check_query(
    query: &RuleQuery,
    definitions: &RuleDefinitions,
    schema: &Schema,
    functions: &Functions,
) -> Vec<Diagnostic> {
    let mut checker = Checker::new(schema, functions, definitions);
    checker.query(query);
    in_order(checker.diagnostics)
}

/// Diagnostics in the order of the text, each once.
fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end));
    diagnostics.dedup();
    diagnostics
}

/// So many names are shown where one is unknown and none is near.
const FEW: usize = 8;

/// Checks one rule or query.
struct Checker<'c> {
    schema: &'c Schema,
    functions: &'c Functions,
    heads: &'c RuleDefinitions,
    variables: Variables,
    /// The names that expressions use, by which a bare word on an edge is told from a
    /// predicate.
    used: BTreeSet<Arc<str>>,
    /// The names that stand for several edges.
    several: BTreeSet<Arc<str>>,
    /// Whether what a query shows is at hand: what is aggregated there is matches.
    shows: bool,
    mentions: Mentions,
    diagnostics: Vec<Diagnostic>,
}

impl<'c> Checker<'c> {
    fn new(schema: &'c Schema, functions: &'c Functions, heads: &'c RuleDefinitions) -> Self {
        Self {
            schema,
            functions,
            heads,
            variables: Variables::default(),
            used: BTreeSet::new(),
            several: BTreeSet::new(),
            shows: false,
            mentions: Mentions::default(),
            diagnostics: Vec::new(),
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn define(&mut self, define: &Define) {
        let exprs = define.constraint.iter().map(Clause::expr).chain(define.action.iter().flat_map(action::exprs));
        self.use_names(&define.structure, exprs);
        self.head_nodes(&define.subject, &define.object);
        self.patterns(&define.structure);
        self.head(define);
        self.clauses(&define.constraint);
        self.productions(&define.action);
        self.given(define);
    }

    fn concept_rule(&mut self, rule: &ConceptRule) {
        match &rule.head {
            ConceptHead::Member(concept) => {
                self.concept_type(&concept.type_name, rule.span.0);
            }
            ConceptHead::Related { subject, object, .. } => {
                self.head_nodes(subject, object);
            }
        }
        self.variables.open();
        self.clauses(&rule.conditions);
        for assignment in &rule.action {
            self.expr(&assignment.value, None);
        }
    }

    fn query(&mut self, query: &RuleQuery) {
        let items = query.items.iter().map(|item| &item.expr);
        let exprs = query.constraint.iter().map(Clause::expr).chain(&query.condition).chain(items);
        self.use_names(&query.structure, exprs);
        self.patterns(&query.structure);
        if let Some(condition) = &query.condition {
            self.expr(condition, None);
        }
        self.clauses(&query.constraint);
        self.shown(query);
    }

    /// Notes the names that expressions use.
    fn use_names<'e>(&mut self, paths: &'e [PathPattern], exprs: impl Iterator<Item = &'e Expr>) {
        let inner = paths.iter().flat_map(PathPattern::expressions);
        for expr in exprs.chain(inner) {
            self.used.extend(expr.variables().into_iter().cloned());
        }
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            match clause {
                Clause::Projection { name, property, expr, .. } => {
                    let kind = self.projected(name, expr);
                    match property {
                        // The qualifier of an edge, or a property of the thing itself.
                        Some(_) => self.known_name(name, clause.span().0),
                        None => self.variables.give(name, Variable::Value(kind)),
                    }
                }
                Clause::Condition { name, expr, .. } => {
                    let (kind, chooses) = self.condition(expr);
                    if !chooses && !kind.fits(&ExprType::Boolean) {
                        let wrong = Diagnostic::error(expr.span, format!("a condition does not take {kind}"));
                        self.report(wrong.with_expected(ExprType::Boolean.to_string()));
                    }
                    if let Some(name) = name {
                        self.variables.give(name, Variable::Value(ExprType::Boolean));
                    }
                }
            }
        }
    }

    /// The two ends of a head are known, whatever the structure says.
    fn head_nodes(&mut self, subject: &NodePattern, object: &NodePattern) {
        self.node(subject);
        // What a rule says is nothing that it reads.
        let mentions = self.mentions.clone();
        self.node(object);
        self.mentions = mentions;
    }

    /// Reports `name` where nothing is called so.
    fn known_name(&mut self, name: &Arc<str>, span: kag_core::Span) {
        if self.variables.get(name).is_none() {
            let wrong = Diagnostic::error(span, format!("unknown variable `{name}`"));
            let names = self.variables.names();
            let wrong = wrong.with_nearest(name, names.iter().map(|name| &**name));
            self.report(match (wrong.hint, &names[..]) {
                (None, [_, ..]) if names.len() <= FEW => {
                    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                    Diagnostic { hint: None, ..wrong }.with_expected(names.join(", "))
                }
                (hint, _) => Diagnostic { hint, ..wrong },
            });
        }
    }

    /// Reports a derived value or relation that nothing gives.
    fn given(&mut self, define: &Define) {
        let Some(name) = &define.object.variable else {
            return;
        };
        let computed = define
            .constraint
            .iter()
            .any(|clause| matches!(clause, Clause::Projection { name: given, property: None, .. } if given == name));
        let concept = define.object.labels.iter().any(|label| matches!(label, crate::Label::Concepts(_)));
        if head::leads_into_pattern(define) || computed || concept || !define.action.is_empty() {
            return;
        }
        let literal =
            matches!(self.variables.get(name), Some(Variable::Node(types)) if types.are_literals(self.schema));
        let wrong = Diagnostic::error(define.object.span.0, format!("nothing gives `{name}` a value"));
        let hint = if literal {
            format!("in the `Constraint` write `{name} = …`")
        } else {
            format!("let the `Structure` lead to `({name})`")
        };
        self.report(wrong.with_hint(hint));
    }
}

/// The name of the variable that `expr` is.
fn variable_name(expr: &Expr) -> Option<&Arc<str>> {
    match &expr.kind {
        ExprKind::Variable(name) => Some(name),
        _ => None,
    }
}

impl Types {
    /// Whether all of them are of literals.
    fn are_literals(&self, schema: &Schema) -> bool {
        self.known().is_some_and(|names| {
            names.iter().all(|name| schema.get(name.as_str()).is_some_and(|t| t.kind.is_literal()))
        })
    }
}
