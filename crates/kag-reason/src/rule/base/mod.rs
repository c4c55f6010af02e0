//! Rules made ready to run.

pub(super) mod body;
mod clauses;
mod compile;
mod group;
mod mentions;
mod order;
mod pattern;
mod question;
mod rewrite;
mod short_form;
mod shown;
mod strata;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kag_core::{Predicate, Span, TypeName};
use kag_schema::{
    ConceptName, Define, Diagnostic, Functions, RuleDefinitions, RuleHead, RuleProgram, Schema, SemanticGroup,
    Statement, check_rules,
};

pub(super) use compile::{Head, HeadObject, Make, Output, Rule, canonical};
pub(super) use mentions::can_be;
pub(super) use pattern::predicates_named;
use pattern::predicates_of_group;
pub(super) use question::Question;
pub(super) use rewrite::parts;

use compile::Compiler;
use order::Orders;
use strata::Strata;

use super::{RuleFunctions, RuleProblem};

/// Rules, checked against a schema and each other, ready to run over any graph.
///
/// Immutable and shared by everything that runs them.
#[derive(Clone, Debug)]
pub struct RuleBase {
    schema: Arc<Schema>,
    functions: Functions,
    host: Option<Arc<dyn RuleFunctions>>,
    heads: BTreeSet<Predicate>,
    rules: Vec<Arc<Rule>>,
    strata: Strata,
    /// By predicate, the rules that can say it.
    saying: BTreeMap<Predicate, Vec<u32>>,
    /// The predicates that say what belongs to a concept, and what a concept is a kind of.
    memberships: Vec<Predicate>,
    hypernyms: Vec<Predicate>,
    /// The rules that add nodes that the graph may not have, with their types.
    making: Vec<(u32, Vec<TypeName>)>,
    /// The names of rules in the short form that are no property of the schema.
    given: BTreeSet<Arc<str>>,
    /// What the rules define, by which queries are checked.
    definitions: RuleDefinitions,
    /// By rule, the parameters it needs, for those that need any.
    parameters: BTreeMap<u32, BTreeSet<Arc<str>>>,
    warnings: Vec<RuleProblem>,
}

/// Gathers rules for a [`RuleBase`].
///
/// ```
/// use std::sync::Arc;
/// use kag_reason::RuleBase;
/// use kag_schema::{RuleProgram, Schema, TypeDef};
///
/// let schema = Schema::builder("Football")
///     .with_type(TypeDef::entity("Club").with_zh("俱乐部"))
///     .build()
///     .map_err(|problems| format!("{problems:?}"))?;
/// let rules = RuleBase::builder(schema).with_program("football.rule", RuleProgram::default()).build();
/// assert!(rules.is_ok());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct RuleBaseBuilder {
    schema: Arc<Schema>,
    functions: Functions,
    host: Option<Arc<dyn RuleFunctions>>,
    sources: Vec<(Arc<str>, RuleProgram)>,
    problems: Vec<RuleProblem>,
}

impl RuleBase {
    /// Begins without rules; those that `schema` holds are added with
    /// [`with_schema_rules`](RuleBaseBuilder::with_schema_rules).
    #[must_use]
    pub fn builder(schema: impl Into<Arc<Schema>>) -> RuleBaseBuilder {
        RuleBaseBuilder {
            schema: schema.into(),
            functions: Functions::standard(),
            host: None,
            sources: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The functions that rules may call.
    #[must_use]
    pub fn functions(&self) -> &Functions {
        &self.functions
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether a rule can say something with `predicate`, called by its exact name.
    #[must_use]
    pub fn defines(&self, predicate: &Predicate) -> bool {
        self.saying.contains_key(predicate)
    }

    /// The concepts of which rules say what belongs to them, by name, each once.
    #[must_use]
    pub fn concepts(&self) -> Vec<&ConceptName> {
        let heads = self.rules.iter().filter_map(|rule| rule.head.as_ref());
        let concepts = heads.filter_map(|head| match &head.object {
            HeadObject::Concept(concept) => Some(concept),
            _ => None,
        });
        concepts.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The types of the nodes that actions can create, by name, each once.
    #[must_use]
    pub fn created_types(&self) -> Vec<&TypeName> {
        let made = self.rules.iter().flat_map(|rule| &rule.makes).filter_map(|make| match make {
            Make::Node { type_name, .. } => Some(type_name),
            Make::Edge { .. } => None,
        });
        made.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The names in rules on concepts in the short form that are no property of the schema, by
    /// name: what a host may give as [parameters](crate::Inference::with_parameters).
    pub fn given(&self) -> impl Iterator<Item = &str> {
        self.given.iter().map(|name| &**name)
    }

    /// Whether rules ask for `name` and take it as missing where the host does not give it.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.given.contains(name)
    }

    /// What was found in the rules that makes sense, though perhaps not as it is meant.
    #[must_use]
    pub fn warnings(&self) -> &[RuleProblem] {
        &self.warnings
    }

    pub(super) fn host(&self) -> Option<&dyn RuleFunctions> {
        self.host.as_deref()
    }

    pub(super) fn rule(&self, rule: u32) -> Option<&Arc<Rule>> {
        self.rules.get(rule as usize)
    }

    pub(super) fn rule_numbers(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.rules.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn strata(&self) -> &Strata {
        &self.strata
    }

    /// The rules that can say something with `predicate`.
    pub(super) fn saying(&self, predicate: &Predicate) -> &[u32] {
        self.saying.get(predicate).map_or(&[], Vec::as_slice)
    }

    /// The rules that can add a node of one of `types`.
    pub(super) fn making(&self, types: &[TypeName]) -> impl Iterator<Item = u32> {
        let made = self.making.iter().filter(|(_, made)| made.iter().any(|name| types.contains(name)));
        made.map(|(rule, _)| *rule)
    }

    /// The predicates that say what belongs to a concept, by name.
    pub(super) fn memberships(&self) -> &[Predicate] {
        &self.memberships
    }

    /// The predicates that say what a concept is a kind of, by name.
    pub(super) fn hypernyms(&self) -> &[Predicate] {
        &self.hypernyms
    }
}

impl RuleBaseBuilder {
    /// The same with the rules of `program`; `source` says in messages and proofs where they
    /// are from.
    #[must_use]
    pub fn with_program(mut self, source: impl Into<Arc<str>>, program: RuleProgram) -> Self {
        self.sources.push((source.into(), program));
        self
    }

    /// The same with the rules that are written in `text`.
    #[must_use]
    pub fn with_text(self, source: impl Into<Arc<str>>, text: &str) -> Self {
        self.with_read(source.into(), RuleProgram::parse(text))
    }

    /// The same with the rules that the schema itself holds: those of its properties and of
    /// its types. A rule without a head of its own is about the property it stands below.
    #[must_use]
    pub fn with_schema_rules(mut self) -> Self {
        let schema = Arc::clone(&self.schema);
        for type_def in schema.types() {
            for property in &type_def.properties {
                if let Some(rule) = property.rule.as_ref().filter(|rule| !rule.text.trim().is_empty()) {
                    let source = format!("{}.{}", type_def.name, property.name);
                    let read = RuleProgram::parse_under(&RuleHead::of_property(type_def, property), rule);
                    self = self.with_read(source.into(), read);
                }
            }
            for rule in &type_def.rules {
                self = self.with_read(type_def.name.to_string().into(), RuleProgram::parse_text(rule));
            }
        }
        self
    }

    fn with_read(mut self, source: Arc<str>, (program, diagnostics): (RuleProgram, Vec<Diagnostic>)) -> Self {
        let wrong = diagnostics.into_iter().filter(Diagnostic::is_error);
        self.problems.extend(wrong.map(|diagnostic| RuleProblem { rule: Arc::clone(&source), diagnostic }));
        self.sources.push((source, program));
        self
    }

    /// The same with functions of the host: what they take, and what computes them.
    #[must_use]
    pub fn with_functions(mut self, functions: Functions, host: Arc<dyn RuleFunctions>) -> Self {
        self.functions = functions;
        self.host = Some(host);
        self
    }

    /// The rules, ready to run. The queries of programs are not kept: they are asked with
    /// [`Inference::query`](crate::Inference::query).
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them: what cannot be read, what [`check_rules`] finds, a head whose object
    /// nothing determines, rules that rest on the negation or an aggregate of themselves.
    pub fn build(self) -> Result<RuleBase, Vec<RuleProblem>> {
        let Self { schema, functions, host, sources, mut problems } = self;
        let programs: Vec<&RuleProgram> = sources.iter().map(|(_, program)| program).collect();
        let checked = check_rules(&programs, &schema, &functions);
        let definitions = RuleDefinitions::of(&programs, &schema);
        let mut warnings = Vec::new();
        for ((source, _), diagnostics) in sources.iter().zip(checked) {
            for diagnostic in diagnostics {
                let found = if diagnostic.is_error() { &mut problems } else { &mut warnings };
                found.push(RuleProblem { rule: Arc::clone(source), diagnostic });
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let Definitions { defines, orders, given } = Definitions::of(&schema, &sources);
        let nothing = BTreeSet::new();
        let heads: BTreeSet<Predicate> = {
            let compiler = Compiler { schema: &schema, heads: &nothing, orders: &orders };
            defines.iter().map(|(_, define)| compiler.head_predicate(define)).collect()
        };
        let compiler = Compiler { schema: &schema, heads: &heads, orders: &orders };
        let parameters = defines.iter().zip(0..).map(|((_, define), rule)| {
            let needed = define.parameters().into_iter().filter(|name| !given.contains(name));
            (rule, needed.collect::<BTreeSet<_>>())
        });
        let parameters = parameters.filter(|(_, names)| !names.is_empty()).collect();
        let mut rules = Vec::new();
        for (source, define) in defines {
            match compiler.define(&source, &define) {
                Ok(rule) => rules.push(rule),
                Err(diagnostic) => problems
                    .push(RuleProblem { rule: Arc::from(format!("`{}` ({source})", define.predicate)), diagnostic }),
            }
        }
        let (strata, circles) = Strata::of(&schema, &rules);
        problems.extend(circles.iter().map(|circle| no_meaning(&rules, &circle.0)));
        if !problems.is_empty() {
            return Err(problems);
        }
        let (mut saying, mut making) = (BTreeMap::<Predicate, Vec<u32>>::new(), Vec::new());
        for (rule, at) in rules.iter().zip(0..) {
            for output in &rule.outputs {
                match output {
                    Output::Fact { predicate, .. } => {
                        let said = saying.entry(predicate.clone()).or_default();
                        if said.last() != Some(&at) {
                            said.push(at);
                        }
                    }
                    Output::Nodes { types } => making.push((at, types.to_vec())),
                }
            }
        }
        let rules = rules.into_iter().map(Arc::new).collect();
        let memberships = predicates_of_group(&schema, SemanticGroup::Ind);
        let hypernyms = predicates_of_group(&schema, SemanticGroup::Hyp);
        Ok(RuleBase {
            schema,
            functions,
            host,
            heads,
            rules,
            strata,
            saying,
            memberships,
            hypernyms,
            making,
            given,
            definitions,
            parameters,
            warnings,
        })
    }
}

/// What programs define, in their order, each with where it is from.
struct Definitions {
    defines: Vec<(Arc<str>, Define)>,
    orders: Orders,
    given: BTreeSet<Arc<str>>,
}

impl Definitions {
    fn of(schema: &Schema, sources: &[(Arc<str>, RuleProgram)]) -> Self {
        let statements = || sources.iter().flat_map(|(_, program)| &program.statements);
        let priorities = statements().filter_map(|statement| match statement {
            Statement::Priority(priority) => Some(priority),
            _ => None,
        });
        let orders = Orders::of(schema, priorities);
        let (mut defines, mut given) = (Vec::new(), BTreeSet::new());
        for (source, program) in sources {
            for statement in &program.statements {
                match statement {
                    Statement::Define(define) => defines.push((Arc::clone(source), define.clone())),
                    Statement::ConceptRule(rule) => {
                        let told = short_form::told(schema, rule);
                        given.extend(told.given);
                        defines.extend(told.defines.into_iter().map(|define| (Arc::clone(source), define)));
                    }
                    _ => {}
                }
            }
        }
        Self { defines, orders, given }
    }
}

fn no_meaning(rules: &[Rule], members: &[u32]) -> RuleProblem {
    let names: Vec<&str> = members.iter().filter_map(|at| rules.get(*at as usize)).map(|rule| &*rule.name).collect();
    let first = names.first().copied().unwrap_or_default();
    let message = match names.len() {
        1 => "the rule rests on what is not, or on an aggregate, of what it says itself".to_owned(),
        _ => format!("rules rest in a circle on what is not, or on an aggregate: {}", names.join(", ")),
    };
    RuleProblem { rule: first.into(), diagnostic: Diagnostic::error(Span::default(), message) }
}
