//! From definitions and queries to bodies and heads.

use std::{collections::BTreeSet, sync::Arc};

use kag_core::{Predicate, Span, TypeName};
use kag_schema::{
    Assignment, ConceptName, Define, Diagnostic, Functions, Label, PathPattern, Production, PropertyDef, RuleQuery,
    Schema, TypeKind,
};

use super::{
    body::{Asked, Body, LabelTest, ObjectTypes, Step, Types},
    clauses::Clauses,
    mentions,
    order::Orders,
    pattern::{Patterns, Place, is_membership, names_in, predicates_named, types_of},
};

/// A definition, ready to run.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Rule {
    pub(in crate::rule) name: Arc<str>,
    pub(in crate::rule) description: Option<Arc<str>>,
    pub(in crate::rule) body: Arc<Body>,
    /// What each match says; `None` where it only acts.
    pub(in crate::rule) head: Option<Head>,
    /// What each match creates.
    pub(in crate::rule) makes: Vec<Make>,
    /// What it can give.
    pub(in crate::rule) outputs: Vec<Output>,
    /// The node that stands for the subject.
    pub(in crate::rule) subject: usize,
    /// Whether it can be run for some subjects alone, or for some objects.
    pub(in crate::rule) for_subjects: bool,
    pub(in crate::rule) for_objects: Option<usize>,
}

/// The fact that a match says.
#[derive(Clone, Debug)]
pub(in crate::rule) struct Head {
    pub(in crate::rule) predicate: Predicate,
    pub(in crate::rule) object: HeadObject,
    /// Whether the schema gives a subject one value of it at most.
    pub(in crate::rule) single: bool,
    /// Qualifiers and the names of their values.
    pub(in crate::rule) qualifiers: Vec<(Arc<str>, Arc<str>)>,
}

#[derive(Clone, Debug)]
pub(in crate::rule) enum HeadObject {
    /// A node of the pattern.
    Node(usize),
    /// The value of a name.
    Value(Arc<str>),
    /// The node of one of these types that the value of a name is or names.
    Linked {
        name: Arc<str>,
        types: Arc<[TypeName]>,
    },
    Concept(ConceptName),
}

/// Something that is created.
#[derive(Clone, Debug)]
pub(in crate::rule) enum Make {
    Node { into: Option<Arc<str>>, type_name: TypeName, concept: Option<ConceptName>, values: Vec<Asked> },
    Edge { source: Arc<str>, target: Arc<str>, predicate: Predicate, values: Vec<Asked> },
}

/// Something that a rule can give.
#[derive(Clone, Debug)]
pub(in crate::rule) enum Output {
    Fact { predicate: Predicate, subject: Types, object: ObjectTypes },
    Nodes { types: Arc<[TypeName]> },
}

/// Compiles what is written against one schema.
pub(super) struct Compiler<'s> {
    pub(super) schema: &'s Schema,
    pub(super) heads: &'s BTreeSet<Predicate>,
    pub(super) orders: &'s Orders,
}

impl Compiler<'_> {
    pub(super) fn define(&self, source: &str, define: &Define) -> Result<Rule, Diagnostic> {
        let name = name_of(source, define);
        let mut later = BTreeSet::new();
        for value in define.action.iter().flat_map(values_of) {
            names_in(&value.value, &mut later);
        }
        let mut used = later.clone();
        used_in(&define.constraint, &mut used);
        let mut patterns = Patterns::new(self.schema, self.heads, used.clone());
        patterns.body.rule = Arc::clone(&name);
        define.structure.iter().for_each(|path| patterns.add_path(path));
        let mut subject = define.subject.clone();
        subject.variable.get_or_insert_with(|| "#subject".into());
        let in_pattern = |variable: &Option<Arc<str>>| {
            variable.as_ref().is_some_and(|name| define.structure.iter().any(|path| holds(path, name)))
        };
        let object_in_pattern = in_pattern(&define.object.variable);
        let subject_at = patterns.add_node(&subject);
        if object_in_pattern {
            patterns.add_node(&define.object);
        }
        let thing = subject.variable.clone();
        let mut clauses = Clauses::new(patterns, thing);
        clauses.add(&define.constraint, &later);
        let head = self.head(define, object_in_pattern, &clauses)?;
        if let (Some(Head { object: HeadObject::Concept(_), .. }), Some(thing)) = (&head, &subject.variable) {
            clauses.add(&self.orders.clauses(self.schema, define, thing), &later);
        }
        let makes = self.makes(&define.action, &mut clauses);
        let Clauses { mut body, unknown, .. } = clauses;
        if let Some(unknown) = unknown.into_iter().next() {
            return Err(unknown);
        }
        body.mentions = mentions::of_body(self.schema, &body, &makes);
        let mut rule = Rule {
            name,
            description: define.description.clone(),
            outputs: Vec::new(),
            for_subjects: groups_by(&body, subject_at),
            for_objects: None,
            subject: subject_at,
            head,
            makes,
            body: Arc::new(body),
        };
        rule.for_objects = match &rule.head {
            Some(Head { object: HeadObject::Node(at), .. }) if groups_by(&rule.body, *at) => Some(*at),
            _ => None,
        };
        rule.outputs = self.outputs(&rule);
        Ok(rule)
    }

    /// What each match says. An action of one concept on another is all there is to say.
    fn head(&self, define: &Define, in_pattern: bool, clauses: &Clauses<'_>) -> Result<Option<Head>, Diagnostic> {
        let predicate = self.head_predicate(define);
        let named = define.object.variable.as_ref();
        let object = match define.object.labels.first() {
            Some(Label::Concepts(concepts)) if !in_pattern => {
                let Some(concept) = concepts.first() else { return Ok(None) };
                if !define.action.is_empty() && !is_membership(self.schema, &predicate) {
                    return Ok(None);
                }
                HeadObject::Concept(canonical(self.schema, concept))
            }
            label => {
                let place = named.and_then(|name| clauses.places.get(name));
                let id = define.variable.as_ref().map(|p| Arc::<str>::from(format!("{p}.__to_id__")));
                let id = id.filter(|id| clauses.values.contains(id));
                let types = match label {
                    Some(Label::Type(name)) if !is_literal(self.schema, name) => Some(types_of(self.schema, name)),
                    _ => None,
                };
                match (place, named.filter(|name| clauses.values.contains(*name)), id, types) {
                    (Some(Place::Node(at)), None, ..) => HeadObject::Node(*at),
                    (_, Some(name), _, None) => HeadObject::Value(Arc::clone(name)),
                    (_, Some(name), _, Some(types)) => HeadObject::Linked { name: Arc::clone(name), types },
                    (_, None, Some(name), Some(types)) => HeadObject::Linked { name, types },
                    // Some rules only act, whatever their head says.
                    _ if !define.action.is_empty() => return Ok(None),
                    _ => return Err(undetermined(define)),
                }
            }
        };
        let prefix = define.variable.as_ref().map(|p| format!("{p}."));
        let qualifiers = clauses.values.iter().filter_map(|name| {
            let qualifier = name.strip_prefix(prefix.as_deref()?)?;
            (!qualifier.starts_with("__")).then(|| (Arc::from(qualifier), Arc::clone(name)))
        });
        let single = matches!(object, HeadObject::Value(_)) && self.is_single_valued(define, &predicate);
        Ok(Some(Head { predicate, object, single, qualifiers: qualifiers.collect() }))
    }

    /// Whether the schema gives what is defined one value at most, of every type that it is defined of.
    fn is_single_valued(&self, define: &Define, predicate: &Predicate) -> bool {
        let declared = define.subject.labels.iter().map(|label| match label {
            Label::Type(name) => self.schema.resolve_predicate(name.as_str(), predicate.as_str()),
            _ => None,
        });
        let declared: Vec<_> = declared.collect();
        !declared.is_empty() && declared.iter().all(|property| property.is_some_and(PropertyDef::is_single_valued))
    }

    /// The predicate as the schema calls it for the subject's type.
    pub(super) fn head_predicate(&self, define: &Define) -> Predicate {
        let written = &define.predicate;
        for label in &define.subject.labels {
            let Label::Type(name) = label else { continue };
            let types = types_of(self.schema, name);
            let found = types.iter().find_map(|t| self.schema.resolve_predicate(t.as_str(), written.as_str()));
            if let Some(property) = found {
                return property.name.clone();
            }
        }
        predicates_named(self.schema, written.as_str()).into_iter().next().unwrap_or_else(|| written.clone())
    }

    fn makes(&self, productions: &[Production], clauses: &mut Clauses<'_>) -> Vec<Make> {
        let mut assigned = |values: &[Assignment]| -> Vec<Asked> {
            let told = values.iter().filter(|value| !value.name.starts_with("__"));
            told.map(|value| Asked {
                name: Some(Arc::clone(&value.name)),
                explanation: None,
                text: value.value.to_string().into(),
                expr: clauses.prepare(&value.value, None),
            })
            .collect()
        };
        let make = |production: &Production| match production {
            Production::Node { variable, label, values, .. } => {
                let (type_name, concept) = match label {
                    Label::Concepts(concepts) => {
                        let concept = canonical(self.schema, concepts.first()?);
                        (concept.type_name.clone(), Some(concept))
                    }
                    Label::Type(name) => (canonical_type(self.schema, name), None),
                    _ => return None,
                };
                Some(Make::Node { into: variable.clone(), type_name, concept, values: assigned(values) })
            }
            Production::Edge { source, target, predicate, values, .. } => Some(Make::Edge {
                source: Arc::clone(source),
                target: Arc::clone(target),
                predicate: predicates_named(self.schema, predicate.as_str())
                    .into_iter()
                    .next()
                    .unwrap_or_else(|| predicate.clone()),
                values: assigned(values),
            }),
            _ => None,
        };
        productions.iter().filter_map(make).collect()
    }

    fn outputs(&self, rule: &Rule) -> Vec<Output> {
        let mut outputs = Vec::new();
        let types = |at: usize| rule.body.nodes.get(at).and_then(super::body::NodeVar::types);
        if let Some(head) = &rule.head {
            let object = match &head.object {
                HeadObject::Node(at) => types(*at).map_or(ObjectTypes::Any, ObjectTypes::Types),
                HeadObject::Value(_) => ObjectTypes::Literal,
                HeadObject::Linked { types, .. } => ObjectTypes::Types(Arc::clone(types)),
                HeadObject::Concept(concept) => ObjectTypes::Concept(concept.clone()),
            };
            outputs.push(Output::Fact { predicate: head.predicate.clone(), subject: types(rule.subject), object });
            // The graph may not have the concept yet.
            if let HeadObject::Concept(concept) = &head.object {
                outputs.push(Output::Nodes { types: Arc::from([concept.type_name.clone()]) });
            }
        }
        for make in &rule.makes {
            match make {
                Make::Node { type_name, values, .. } => {
                    let made = types_of(self.schema, type_name);
                    outputs.push(Output::Nodes { types: Arc::from([type_name.clone()]) });
                    for value in values {
                        let property = self.property(&made, value.name.as_deref().unwrap_or_default());
                        outputs.push(Output::Fact {
                            predicate: property,
                            subject: Some(Arc::from([type_name.clone()])),
                            object: ObjectTypes::Any,
                        });
                    }
                }
                Make::Edge { predicate, source, .. } => {
                    let made = rule.makes.iter().find_map(|make| match make {
                        Make::Node { into: Some(into), type_name, .. } if into == source => {
                            Some(Arc::from([type_name.clone()]))
                        }
                        _ => None,
                    });
                    let known = rule.body.nodes.iter().find(|node| node.name == *source);
                    let subject = made.or_else(|| known.and_then(super::body::NodeVar::types));
                    outputs.push(Output::Fact { predicate: predicate.clone(), subject, object: ObjectTypes::Any });
                }
            }
        }
        outputs
    }

    fn property(&self, types: &[TypeName], name: &str) -> Predicate {
        let found = types.iter().find_map(|t| self.schema.resolve_predicate(t.as_str(), name));
        found.map_or_else(|| Predicate::new(name), |property| property.name.clone())
    }

    /// The body of a query, and whether rows that agree in every column are one.
    pub(super) fn query(&self, query: &RuleQuery, functions: &Functions) -> Result<(Body, bool), Vec<Diagnostic>> {
        let mut later = BTreeSet::new();
        query.items.iter().for_each(|item| names_in(&item.expr, &mut later));
        let mut used = later.clone();
        used_in(&query.constraint, &mut used);
        if let Some(condition) = &query.condition {
            names_in(condition, &mut used);
        }
        let mut patterns = Patterns::new(self.schema, self.heads, used);
        query.structure.iter().for_each(|path| patterns.add_path(path));
        let mut clauses = Clauses::new(patterns, None);
        if let Some(condition) = &query.condition {
            let asked =
                Asked { name: None, explanation: None, text: condition.to_string().into(), expr: condition.clone() };
            clauses.condition(asked, None, false);
        }
        clauses.add(&query.constraint, &later);
        let grouped = clauses.columns(query, functions);
        if clauses.unknown.is_empty() { Ok((clauses.body, grouped)) } else { Err(clauses.unknown) }
    }
}

/// A concept whose type is called as in the schema.
pub(in crate::rule) fn canonical(schema: &Schema, concept: &ConceptName) -> ConceptName {
    ConceptName { type_name: canonical_type(schema, &concept.type_name), name: Arc::clone(&concept.name) }
}

pub(in crate::rule) fn canonical_type(schema: &Schema, name: &TypeName) -> TypeName {
    schema.resolve_type(name.as_str()).map_or_else(|| name.clone(), |type_def| type_def.name.clone())
}

/// Whether values of the type are literals: one of the schema, or one that other systems have.
fn is_literal(schema: &Schema, name: &TypeName) -> bool {
    match schema.resolve_type(name.as_str()) {
        Some(found) => matches!(found.kind, TypeKind::Basic | TypeKind::Standard),
        None => {
            ["int", "long", "bigint", "double", "string", "bool"].contains(&name.as_str().to_ascii_lowercase().as_str())
        }
    }
}

fn undetermined(define: &Define) -> Diagnostic {
    let span: Span = define.object.span.0;
    Diagnostic::error(span, "nothing says what the object is")
        .with_hint("name it in the structure, or give it a value in the constraint")
}

fn values_of(production: &Production) -> &[Assignment] {
    match production {
        Production::Node { values, .. } | Production::Edge { values, .. } => values,
        _ => &[],
    }
}

fn used_in(clauses: &[kag_schema::Clause], into: &mut BTreeSet<Arc<str>>) {
    for clause in clauses {
        if let kag_schema::Clause::Projection { expr, .. } | kag_schema::Clause::Condition { expr, .. } = clause {
            names_in(expr, into);
        }
    }
}

fn holds(path: &PathPattern, name: &Arc<str>) -> bool {
    path.nodes().any(|node| node.variable.as_ref() == Some(name))
}

/// Whether each group of the body is of one `node`, so that it can be run for some alone.
fn groups_by(body: &Body, node: usize) -> bool {
    let Some(name) = body.nodes.get(node).map(|node| &node.name) else { return false };
    let is = |expr: &kag_schema::Expr| matches!(&expr.kind, kag_schema::ExprKind::Variable(v) if v == name);
    body.steps.iter().all(|step| match step {
        Step::Group { group, .. } => group.by.iter().any(is),
        Step::Choose { choice, .. } => choice.by.iter().any(is),
        _ => true,
    })
}

/// What messages and proofs call a definition.
fn name_of(source: &str, define: &Define) -> Arc<str> {
    let subject = define.subject.labels.first().map_or_else(|| "anything".to_owned(), ToString::to_string);
    let object = match define.object.labels.first() {
        Some(Label::Concepts(concepts)) => concepts.iter().map(|concept| format!(" {concept}")).collect::<String>(),
        _ => String::new(),
    };
    let source = if source.is_empty() { String::new() } else { format!(" ({source})") };
    format!("`{}`{object} of {subject}{source}", define.predicate).into()
}

impl LabelTest {
    /// The same with concepts called as in the schema.
    pub(super) fn canonical(self, schema: &Schema) -> Self {
        match self {
            Self::Concepts { concepts, itself } => {
                let concepts = concepts.iter().map(|concept| canonical(schema, concept)).collect();
                Self::Concepts { concepts, itself }
            }
            types => types,
        }
    }
}
