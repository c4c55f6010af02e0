//! Reading the host's operators.

use std::{error::Error, fmt, sync::Arc};

use kag_schema::Diagnostic;

use super::{
    arguments::{Key, UnknownKey, arguments},
    call::Call,
    reader::Reader,
};
use crate::logical::{Argument, Comparison, CustomOp, LogicalOp};

/// Makes one of the host's operations out of its arguments.
///
/// ```
/// use std::{error::Error, sync::Arc};
///
/// use kag_solver::logical::{Argument, CustomOp, CustomReader, NamedOp, Parser};
///
/// #[derive(Debug)]
/// struct Nearby;
///
/// impl CustomReader for Nearby {
///     fn name(&self) -> &str {
///         "Nearby"
///     }
///
///     fn read(
///         &self,
///         arguments: Vec<Argument>,
///     ) -> Result<Arc<dyn CustomOp>, Box<dyn Error + Send + Sync>> {
///         if arguments.is_empty() {
///             return Err("near what?".into());
///         }
///         Ok(Arc::new(NamedOp { name: self.name().into(), arguments }))
///     }
/// }
///
/// let parser = Parser::default().with_operator(Arc::new(Nearby));
/// let reading = parser.parse("Nearby(of=\"杭州\", km=5)->n1\nOutput(n1)");
/// assert!(reading.diagnostics.is_empty());
/// assert_eq!(reading.plan.to_string(), "Nearby(of=\"杭州\", km=5)->n1\nOutput(n1)\n");
/// assert!(parser.parse("Nearby()").has_errors());
/// ```
pub trait CustomReader: fmt::Debug + Send + Sync {
    /// The operator's name: a letter, then letters, digits and `_`. Compared without case.
    fn name(&self) -> &str;

    /// The operation with these arguments, in the order in which they are written.
    ///
    /// # Errors
    ///
    /// What is wrong with the arguments; it becomes a diagnostic at the operation.
    fn read(&self, arguments: Vec<Argument>) -> Result<Arc<dyn CustomOp>, Box<dyn Error + Send + Sync>>;
}

pub(super) fn read(reader: &mut Reader<'_, '_>, custom: &dyn CustomReader, call: &Call<'_>) -> Option<LogicalOp> {
    let mut found = Vec::new();
    for argument in arguments(reader, call, &[], UnknownKey::Taken) {
        if argument.comparison != Comparison::Equal {
            let wrong = Diagnostic::error(argument.span, "an argument takes `=`");
            reader.report(wrong);
            continue;
        }
        let name = match argument.key {
            Key::None => None,
            Key::Named(name) => Some(name.into()),
            Key::Property { of, property } => Some(format!("{of}.{property}").into()),
        };
        let value = reader.operand(argument.value);
        found.push(Argument { name, value });
    }
    match custom.read(found) {
        Ok(op) => Some(LogicalOp::Custom(op)),
        Err(error) => {
            let message = format!("{}: {error}", call.name);
            reader.report(Diagnostic::error(call.span, message));
            None
        }
    }
}
