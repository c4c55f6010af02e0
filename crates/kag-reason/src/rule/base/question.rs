//! A query made ready to be asked, and what is known of it before anything runs.

use std::{collections::BTreeSet, sync::Arc};

use kag_schema::{Diagnostic, RuleQuery, check_query};

use super::{RuleBase, can_be, compile::Compiler, compile::Rule, mentions, order::Orders};
use crate::rule::{RuleError, RuleProblem, base::body::Body};

/// A query, checked and compiled.
pub(in crate::rule) struct Question {
    pub(in crate::rule) body: Arc<Body>,
    /// Whether rows that agree in every column are one.
    pub(in crate::rule) grouped: bool,
    /// What makes sense, though perhaps not as it is meant.
    pub(in crate::rule) warnings: Vec<Diagnostic>,
    /// The parameters that it and the rules it needs cannot do without.
    pub(in crate::rule) parameters: BTreeSet<Arc<str>>,
}

impl RuleBase {
    /// The parameters that `query` needs, with those of the rules that it needs; by name and
    /// without the `$`.
    ///
    /// # Errors
    ///
    /// A query that does not make sense.
    pub fn parameters(&self, query: &RuleQuery) -> Result<BTreeSet<Arc<str>>, RuleError> {
        Ok(self.question(query)?.parameters)
    }

    /// The pattern and clauses of a query that makes sense.
    pub(in crate::rule) fn question(&self, query: &RuleQuery) -> Result<Question, RuleError> {
        let invalid = |wrong: Vec<Diagnostic>| {
            let problem = |diagnostic| RuleProblem { rule: "".into(), diagnostic };
            RuleError::Invalid { problems: wrong.into_iter().map(problem).collect() }
        };
        let found = check_query(query, &self.definitions, &self.schema, &self.functions);
        let (wrong, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) = found.into_iter().partition(Diagnostic::is_error);
        if !wrong.is_empty() {
            return Err(invalid(wrong));
        }
        let orders = Orders::default();
        let compiler = Compiler { schema: &self.schema, heads: &self.heads, orders: &orders };
        let (body, grouped) = compiler.query(query, &self.functions).map_err(invalid)?;
        let mut parameters = query.parameters();
        if !self.parameters.is_empty() {
            parameters.extend(self.parameters_for(&body));
        }
        Ok(Question { body: Arc::new(body), grouped, warnings, parameters })
    }

    /// The parameters of the rules that `body` needs, and of those that they need.
    fn parameters_for(&self, body: &Body) -> BTreeSet<Arc<str>> {
        let mut needed: BTreeSet<u32> = BTreeSet::new();
        let mut waiting = vec![mentions::of_body(&self.schema, body, &[])];
        while let Some(mentions) = waiting.pop() {
            for (rule, at) in self.rules.iter().zip(0_u32..) {
                if !needed.contains(&at) && mentions.iter().any(|mention| self.gives(rule, mention)) {
                    needed.insert(at);
                    waiting.push(rule.body.mentions.clone());
                }
            }
        }
        needed.iter().filter_map(|rule| self.parameters.get(rule)).flatten().cloned().collect()
    }

    fn gives(&self, rule: &Rule, mention: &super::body::Mention) -> bool {
        rule.outputs.iter().any(|output| can_be(&self.schema, &mention.what, output))
    }
}
