//! Rules within a knowledge base.

use std::sync::Arc;

use kag_core::{DeriveInput, Derived, Deriver, Error, ErrorKind, PartialDate, Result};

use super::{Inference, Limits, RuleBase, RuleError};

/// Derives what follows by rules when a knowledge base builds a snapshot, so that it is found
/// like everything that is stored.
///
/// What it derives is a function of what is visible and of the time that is given as now;
/// so it is gone as soon as a premise is, and is there in every scope that sees its premises.
/// The time is part of the deriver and its [`id`](Deriver::id): no clock is read.
///
/// ```
/// use std::sync::Arc;
/// use kag_core::{CpuPool, Deriver, memory::MemoryKnowledgeBase};
/// use kag_reason::{RuleBase, RuleDeriver};
/// use kag_schema::{PropertyDef, Schema, TypeDef};
///
/// let person = TypeDef::entity("Person")
///     .with_property(PropertyDef::relation("parent", ["Person"]).with_zh("父母").many())
///     .with_property(PropertyDef::relation("grandparent", ["Person"]).with_zh("祖父母").many());
/// let schema = Schema::builder("Family").with_type(person).build().map_err(|problems| format!("{problems:?}"))?;
/// let rules = RuleBase::builder(schema)
///     .with_text(
///         "family.rule",
///         "Define (s:Person)-[p:grandparent]->(o:Person) {
///              Structure { (s)-[:parent]->(m:Person)-[:parent]->(o) }
///              Constraint { }
///          }",
///     )
///     .build()
///     .map_err(|problems| format!("{problems:?}"))?;
/// let deriver = RuleDeriver::new(Arc::new(rules));
/// assert_eq!(deriver.id(), "rules 1");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct RuleDeriver {
    rules: Arc<RuleBase>,
    now: Option<PartialDate>,
    limits: Limits,
    id: String,
}

impl RuleDeriver {
    /// A deriver of what follows by `rules`.
    #[must_use]
    pub fn new(rules: Arc<RuleBase>) -> Self {
        Self { rules, now: None, limits: Limits::default(), id: "rules 1".to_owned() }
    }

    /// The same with `now` as the present moment.
    #[must_use]
    pub fn with_now(mut self, now: PartialDate) -> Self {
        self.id = format!("rules 1, now {now}");
        self.now = Some(now);
        self
    }

    /// The same with other bounds.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

impl Deriver for RuleDeriver {
    fn id(&self) -> &str {
        &self.id
    }

    fn derive(&self, input: DeriveInput<'_>) -> Result<Derived> {
        let mut inference = Inference::over(Arc::clone(&self.rules), input.graph).with_limits(self.limits.clone());
        if let Some(now) = self.now {
            inference = inference.with_now(now);
        }
        let materialised = inference.materialise().map_err(|error| match error {
            RuleError::Graph(error) => error,
            error => Error::new(ErrorKind::InvalidInput, "rules.derive").because(error),
        })?;
        Ok(Derived { nodes: materialised.nodes, facts: materialised.facts })
    }
}
