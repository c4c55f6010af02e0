//! Expressions over instances of a schema's types.

use std::collections::BTreeMap;

use super::{PropertyDef, Schema};
use crate::{ExprScope, ExprType};

/// Variables of given kinds, with the properties that a schema gives their types.
///
/// ```
/// use kag_core::TypeName;
/// use kag_schema::{Expr, ExprType, Functions, PropertyDef, Schema, SchemaScope, TypeDef, check_expr};
///
/// let schema = Schema::builder("Football")
///     .with_type(TypeDef::entity("Club").with_property(PropertyDef::property("founded", "Date").with_zh("成立时间")))
///     .build()
///     .map_err(|problems| format!("{problems:?}"))?;
/// let scope = SchemaScope::new(&schema).with("t", ExprType::Node(Some(TypeName::new("Club"))));
/// let read = |text: &str| Expr::parse(text).0.ok_or("no expression");
///
/// let (kind, diagnostics) = check_expr(&read("year(t.成立时间) > 1900")?, &scope, &Functions::standard());
/// assert_eq!((kind, diagnostics.len()), (ExprType::Boolean, 0));
/// let (_, diagnostics) = check_expr(&read("t.fuonded")?, &scope, &Functions::standard());
/// assert_eq!(diagnostics[0].hint.as_deref(), Some("did you mean `founded`?"));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct SchemaScope<'s> {
    schema: &'s Schema,
    variables: BTreeMap<String, ExprType>,
}

impl<'s> SchemaScope<'s> {
    /// No variables yet.
    #[must_use]
    pub fn new(schema: &'s Schema) -> Self {
        Self { schema, variables: BTreeMap::new() }
    }

    /// The same with the variable `name` of the kind `kind`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, kind: ExprType) -> Self {
        self.variables.insert(name.into(), kind);
        self
    }

    fn kind_of(&self, property: &PropertyDef) -> ExprType {
        let kinds = property.objects.iter().map(|object| match self.schema.get(object.as_str()) {
            Some(t) if t.kind.is_literal() => t.basic().map_or(ExprType::Text, super::Basic::expr_type),
            _ => ExprType::Node(Some(object.clone())),
        });
        let kind = kinds.reduce(|all, kind| all.joined(&kind)).unwrap_or(ExprType::Any);
        if property.is_multi_valued() { ExprType::list(kind) } else { kind }
    }
}

impl ExprScope for SchemaScope<'_> {
    fn variable(&self, name: &str) -> Option<ExprType> {
        self.variables.get(name).cloned()
    }

    fn names(&self) -> Vec<String> {
        self.variables.keys().cloned().collect()
    }

    fn property(&self, of: &ExprType, name: &str) -> Option<ExprType> {
        match of {
            ExprType::Node(Some(type_name)) if self.schema.get(type_name.as_str()).is_some() => {
                self.schema.resolve_predicate(type_name.as_str(), name).map(|property| self.kind_of(property))
            }
            _ => Some(ExprType::Any),
        }
    }

    fn properties(&self, of: &ExprType) -> Vec<String> {
        let ExprType::Node(Some(type_name)) = of else {
            return Vec::new();
        };
        self.schema.properties(type_name.as_str()).iter().map(|property| property.name.to_string()).collect()
    }
}
