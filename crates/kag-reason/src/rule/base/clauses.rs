//! From clauses as written to steps.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{Predicate, Span};
use kag_schema::{BinaryOp, Clause, Diagnostic, Expr, ExprKind, NodePattern, PathPattern, Schema, UnaryOp};

use super::{
    body::{Asked, Body, Check, Key, Step, Subpattern},
    group,
    pattern::{Patterns, Place, names_in},
    rewrite::{parameters, parts, plain, rewrite},
};

/// Makes the steps of one body.
pub(super) struct Clauses<'s> {
    schema: &'s Schema,
    heads: &'s BTreeSet<Predicate>,
    pub(super) body: Body,
    pub(super) places: BTreeMap<Arc<str>, Place>,
    /// The names that have been given a value.
    pub(super) values: BTreeSet<Arc<str>>,
    paths: Vec<Arc<str>>,
    /// The node that a bare concept is asked of.
    thing: Option<Arc<str>>,
    /// By node, the part that may be missing that brings it in.
    brought_in: Vec<Option<usize>>,
    /// Names that nothing explains.
    pub(super) unknown: Vec<Diagnostic>,
    /// Whether rows have been grouped or chosen, so that order matters.
    ordered: bool,
}

impl<'s> Clauses<'s> {
    /// Begins with a pattern. Its conditions come first.
    pub(super) fn new(mut patterns: Patterns<'s>, thing: Option<Arc<str>>) -> Self {
        patterns.finish();
        let Patterns { schema, heads, body, places, path_names, conditions, .. } = patterns;
        let brought_in = brought_in(&body);
        let mut clauses = Self {
            schema,
            heads,
            body,
            places,
            values: BTreeSet::new(),
            paths: path_names.iter().map(|(name, _)| Arc::clone(name)).collect(),
            thing,
            brought_in,
            unknown: Vec::new(),
            ordered: false,
        };
        clauses.body.path_names = path_names;
        for (condition, of) in conditions {
            match clauses.repeated(&of) {
                Some(edge) => conjuncts(&condition).into_iter().for_each(|one| clauses.of_each(edge, &of, one)),
                None => clauses.condition(asked(None, &None, &condition), Some(&of), false),
            }
        }
        clauses
    }

    /// The edge called `name`, where it stands for several.
    fn repeated(&self, name: &Arc<str>) -> Option<usize> {
        let Some(Place::Edge(at)) = self.places.get(name) else { return None };
        self.body.edges.get(*at).filter(|edge| edge.hops.is_some()).map(|_| *at)
    }

    /// Adds a condition on each of the edges that `edge`, called `of`, stands for.
    fn of_each(&mut self, edge: usize, of: &Arc<str>, condition: &Expr) {
        let mut asked = asked(None, &None, condition);
        asked.expr = self.prepare(condition, Some(of));
        match self.check(&asked, Some(of)).filter(|_| !self.ordered) {
            Some(check) => self.body.checks.push(Check { each: Some(edge), ..check }),
            None => self.body.steps.push(Step::KeepEach { edge, asked }),
        }
    }

    /// Adds clauses; `later` are the names used after them.
    pub(super) fn add(&mut self, clauses: &[Clause], later: &BTreeSet<Arc<str>>) {
        for (at, clause) in clauses.iter().enumerate() {
            match clause {
                Clause::Projection { name, property, explanation, expr, .. } => {
                    let into = match property {
                        Some(property) => Arc::from(format!("{name}.{property}")),
                        None => Arc::clone(name),
                    };
                    let asked = asked(Some(name), explanation, expr);
                    let asked = Asked { name: Some(Arc::clone(&into)), ..asked };
                    self.project(into, asked);
                }
                Clause::Condition { name, explanation, expr, .. } => {
                    let asked = asked(name.as_ref(), explanation, expr);
                    if let Some(mut choice) = group::choice(expr) {
                        choice.by = choice.by.iter().map(|by| self.prepare(by, None)).collect();
                        if let super::body::How::First { key, count, .. } = &mut choice.how {
                            (*key, *count) = (self.prepare(key, None), self.prepare(count, None));
                        }
                        self.ordered = true;
                        self.body.steps.push(Step::Choose { choice, asked });
                        continue;
                    }
                    let named = name.as_ref().is_some_and(|name| {
                        later.contains(name) || clauses.iter().skip(at + 1).any(|clause| mentions(clause, name))
                    });
                    self.condition(asked, None, named);
                }
                _ => {}
            }
        }
    }

    /// Adds a condition: a filter, or where something refers to it by name, a definition.
    pub(super) fn condition(&mut self, mut asked: Asked, of: Option<&Arc<str>>, named: bool) {
        let steps = self.body.steps.len();
        asked.expr = self.prepare(&asked.expr.clone(), of);
        let name = asked.name.clone();
        match name {
            Some(into) if named => {
                self.values.insert(Arc::clone(&into));
                self.body.steps.push(Step::Decide { into, asked });
            }
            _ => match self.check(&asked, None).filter(|_| !self.ordered && steps == self.body.steps.len()) {
                Some(check) => {
                    if check.unit.is_none() {
                        self.keys(&asked.expr);
                    }
                    self.body.checks.push(check);
                }
                None => self.body.steps.push(Step::Keep { into: name, asked }),
            },
        }
    }

    fn project(&mut self, into: Arc<str>, mut asked: Asked) {
        asked.expr = self.prepare(&asked.expr.clone(), None);
        self.values.insert(Arc::clone(&into));
        self.body.steps.push(Step::Project { into, asked });
    }

    /// The condition as one that can be asked during matching: where it speaks of nothing
    /// but the pattern, and does not look at what may be missing from outside. It waits for
    /// `of` in any case.
    fn check(&self, asked: &Asked, of: Option<&Arc<str>>) -> Option<Check> {
        let (mut nodes, mut edges, mut units) = (Vec::new(), Vec::new(), BTreeSet::new());
        for name in asked.expr.variables().into_iter().chain(of) {
            let bare = name.strip_prefix("#edges:").or_else(|| name.strip_prefix("#nodes:")).unwrap_or(name);
            match self.places.get(bare)? {
                Place::Node(at) => {
                    nodes.push(*at);
                    let optional = self.body.nodes.get(*at)?.optional;
                    units.insert(if optional { Some(self.brought_in.get(*at).copied()??) } else { None });
                }
                Place::Edge(at) => {
                    edges.push(*at);
                    let edge = self.body.edges.get(*at)?;
                    let hangs = |node: usize| self.body.nodes.get(node).is_some_and(|node| node.optional);
                    if edge.unit.is_none() && (hangs(edge.from) || hangs(edge.to)) {
                        return None;
                    }
                    units.insert(edge.unit);
                }
            }
        }
        let mut units = units.into_iter();
        let unit = units.next().flatten();
        let asks_for_absence =
            || parts(&asked.expr).iter().any(|part| matches!(part.kind, ExprKind::Unary { op: UnaryOp::IsNull, .. }));
        if units.next().is_some() || (unit.is_some() && asks_for_absence()) {
            return None;
        }
        Some(Check { asked: asked.clone(), nodes, edges, unit, each: None })
    }

    /// Notes what an index can find nodes by.
    fn keys(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Binary { op: BinaryOp::And, left, right } => {
                self.keys(left);
                self.keys(right);
            }
            ExprKind::Binary { op: BinaryOp::Equal, left, right } => {
                self.key(left, right);
                self.key(right, left);
            }
            ExprKind::Binary { op: BinaryOp::In, left, right } => self.key(left, right),
            _ => {}
        }
    }

    fn key(&mut self, of: &Expr, value: &Expr) {
        let is_fixed = |value: &Expr| matches!(value.kind, ExprKind::Literal(_) | ExprKind::Parameter(_));
        let fixed = match &value.kind {
            ExprKind::List(items) => items.iter().all(is_fixed),
            _ => is_fixed(value),
        };
        if let ExprKind::Property { of, name: property } = &of.kind
            && let ExprKind::Variable(name) = &of.kind
            && let Some(Place::Node(at)) = self.places.get(name)
            && let Some(node) = self.body.nodes.get_mut(*at)
            && fixed
        {
            node.keys.push(Key { property: Arc::clone(property), value: value.clone() });
        }
    }

    /// `expr` with aggregates, paths and questions of presence taken out, and steps added that
    /// answer them. A bare name that is none of the rule's is a property of `of`.
    pub(super) fn prepare(&mut self, expr: &Expr, of: Option<&Arc<str>>) -> Expr {
        let own = parameters(expr);
        rewrite(expr, &mut |part| match &part.kind {
            ExprKind::Variable(name) if own.contains(name) => None,
            ExprKind::Variable(name) => self.variable(name, of, part.span),
            ExprKind::Property { of: owner, name } => {
                let ExprKind::Variable(owner) = &owner.kind else { return None };
                let into: Arc<str> = format!("{owner}.{name}").into();
                self.values.contains(&into).then(|| Expr::variable(into))
            }
            ExprKind::Call { function, arguments } if plain(function) == "exists" => {
                let [asked] = &arguments[..] else { return None };
                let prepared = self.prepare(asked, of);
                // Whether there is such a path or member is a truth already, and never missing.
                if matches!(asked.kind, ExprKind::Path(_) | ExprKind::Concept(_)) {
                    return Some(prepared);
                }
                Some(prepared.unary(UnaryOp::IsNull).unary(UnaryOp::Not).at(part.span))
            }
            ExprKind::Method { of: owner, name, arguments } => {
                if let Some(group) = group::aggregate(part) {
                    return Some(self.group(group));
                }
                let ExprKind::Variable(owner) = &owner.kind else { return None };
                let what = Some(plain(name)).filter(|what| what == "edges" || what == "nodes")?;
                let known = matches!(self.places.get(owner), Some(Place::Edge(_))) || self.paths.contains(owner);
                (known && arguments.is_empty()).then(|| Expr::variable(format!("#{what}:{owner}")))
            }
            ExprKind::Path(path) => Some(self.path(path)),
            ExprKind::Concept(concept) => {
                let thing = NodePattern { variable: self.thing.clone(), ..NodePattern::default() };
                let label = kag_schema::Label::Concepts(vec![concept.clone()]);
                self.thing.is_some().then(|| self.path(&PathPattern::node(thing.with_label(label))))
            }
            ExprKind::Lambda { .. } if of.is_some() => Some(part.clone()),
            _ => None,
        })
    }

    fn variable(&mut self, name: &Arc<str>, of: Option<&Arc<str>>, span: Span) -> Option<Expr> {
        if &**name == "__path__" || self.paths.contains(name) {
            return Some(Expr::variable(format!("#edges:{name}")));
        }
        if self.places.contains_key(name) || self.values.contains(name) || name.starts_with('#') {
            return None;
        }
        let Some(of) = of else {
            let known = self.places.keys().chain(&self.values).map(|known| &**known);
            let known: Vec<&str> = known.filter(|known| !known.starts_with('#')).collect();
            let unknown = Diagnostic::error(span, format!("unknown name `{name}`")).with_nearest(name, known);
            self.unknown.push(unknown);
            return None;
        };
        Some(Expr::variable(Arc::clone(of)).property(Arc::clone(name)))
    }

    pub(super) fn group(&mut self, mut group: super::body::Group) -> Expr {
        group.by = group.by.iter().map(|by| self.prepare(by, None)).collect();
        group.condition = group.condition.as_ref().map(|condition| self.prepare(condition, None));
        group.arguments = group.arguments.iter().map(|argument| self.prepare(argument, None)).collect();
        let into: Arc<str> = format!("#g{}", self.body.steps.len()).into();
        self.values.insert(Arc::clone(&into));
        self.ordered = true;
        self.body.steps.push(Step::Group { into: Arc::clone(&into), group });
        Expr::variable(into)
    }

    fn path(&mut self, path: &PathPattern) -> Expr {
        let mut patterns = Patterns::new(self.schema, self.heads, BTreeSet::new());
        patterns.add_path(path);
        let outer = &self.places;
        let inner = patterns.places.clone();
        let shared = inner.iter().filter_map(|(name, place)| match (place, outer.get(name)) {
            (Place::Node(inner), Some(Place::Node(outer))) => Some((*inner, *outer)),
            _ => None,
        });
        let shared = shared.collect();
        let mut body = Clauses::new(patterns, None).body;
        body.rule = Arc::clone(&self.body.rule);
        let into: Arc<str> = format!("#x{}", self.body.steps.len()).into();
        self.values.insert(Arc::clone(&into));
        let at = self.body.paths.len();
        self.body.paths.push(Subpattern { body: Arc::new(body), shared });
        self.body.steps.push(Step::Exists { into: Arc::clone(&into), path: at });
        Expr::variable(into)
    }
}

fn asked(name: Option<&Arc<str>>, explanation: &Option<Arc<str>>, expr: &Expr) -> Asked {
    let explanation = explanation.clone().filter(|text| !text.is_empty());
    Asked { name: name.cloned(), explanation, text: expr.to_string().into(), expr: expr.clone() }
}

/// The conditions that must all hold for `expr` to hold.
pub(super) fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Binary { op: BinaryOp::And, left, right } => [conjuncts(left), conjuncts(right)].concat(),
        _ => vec![expr],
    }
}

fn mentions(clause: &Clause, name: &Arc<str>) -> bool {
    let (Clause::Projection { expr, .. } | Clause::Condition { expr, .. }) = clause else { return false };
    let mut names = BTreeSet::new();
    names_in(expr, &mut names);
    names.contains(name)
}

/// By node, the part that may be missing by which it is first reached; `None` for those
/// that are always there and for those that hang on an optional one by a firm edge.
fn brought_in(body: &Body) -> Vec<Option<usize>> {
    let mut reached: Vec<bool> = body.nodes.iter().map(|node| !node.optional).collect();
    let mut units = vec![None; body.nodes.len()];
    loop {
        let next = body.edges.iter().find_map(|edge| {
            let is = |node: usize| reached.get(node).copied().unwrap_or(true);
            match (is(edge.from), is(edge.to)) {
                (true, false) => Some((edge.to, edge.unit)),
                (false, true) => Some((edge.from, edge.unit)),
                _ => None,
            }
        });
        let Some((node, unit)) = next else { return units };
        if let (Some(reached), Some(place)) = (reached.get_mut(node), units.get_mut(node)) {
            (*reached, *place) = (true, unit);
        }
    }
}
