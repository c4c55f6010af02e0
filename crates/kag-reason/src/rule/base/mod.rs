//! Rules made ready to run.

use std::{fmt, sync::Arc};

use kag_core::Predicate;
use kag_schema::{Define, Functions, RuleProgram, RuleQuery, Schema};

use super::{RuleFunctions, RuleProblem};

/// Rules, checked against a schema and each other, ready to run over any graph.
///
/// Immutable and shared by everything that runs them.
#[derive(Clone, Debug)]
pub struct RuleBase {
    pub(super) schema: Arc<Schema>,
    pub(super) functions: Functions,
    pub(super) host: Option<Arc<dyn RuleFunctions>>,
    pub(super) defines: Vec<Arc<Define>>,
}

/// Gathers rules for a [`RuleBase`].
#[derive(Clone, Debug)]
pub struct RuleBaseBuilder {
    schema: Arc<Schema>,
    functions: Functions,
    host: Option<Arc<dyn RuleFunctions>>,
    sources: Vec<(Arc<str>, RuleProgram)>,
}

impl RuleBase {
    /// Begins with the rules that `schema` itself holds: those of its properties and types.
    #[must_use]
    pub fn builder(schema: impl Into<Arc<Schema>>) -> RuleBaseBuilder {
        RuleBaseBuilder { schema: schema.into(), functions: Functions::standard(), host: None, sources: Vec::new() }
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Whether a rule says something of `predicate`, called by its exact name.
    #[must_use]
    pub fn defines(&self, predicate: &Predicate) -> bool {
        self.defines.iter().any(|define| define.predicate == *predicate)
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

    /// The same with functions of the host: what they take, and what computes them.
    #[must_use]
    pub fn with_functions(mut self, functions: Functions, host: Arc<dyn RuleFunctions>) -> Self {
        self.functions = functions;
        self.host = Some(host);
        self
    }

    /// The rules, ready to run. The queries of programs are checked but not kept: they are
    /// asked with [`Inference::query`](crate::Inference::query).
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them: unknown names, rules that rest on their own
    /// negation or aggregate, in the order of the sources.
    pub fn build(self) -> Result<RuleBase, Vec<RuleProblem>> {
        let Self { schema, functions, host, sources } = self;
        let statements = sources.into_iter().flat_map(|(_, program)| program.statements);
        let defines = statements.filter_map(|statement| match statement {
            kag_schema::Statement::Define(define) => Some(Arc::new(define)),
            _ => None,
        });
        Ok(RuleBase { defines: defines.collect(), schema, functions, host })
    }
}
