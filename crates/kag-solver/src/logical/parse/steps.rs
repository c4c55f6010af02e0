//! From calls to steps: first what every variable is called, then the operations.

use std::collections::BTreeSet;

use kag_schema::Diagnostic;

use super::{
    super::{LogicalOp, Place, Role, Step, Var, subquestion},
    Parser, Reading,
    calls::Numbered,
    custom, looks_like_var, paper,
    reader::{Reader, Scope},
    terms,
};

impl Parser {
    /// Makes steps of calls: first the names of all variables, then the operations.
    pub(super) fn steps(&self, text: &str, calls: Vec<Numbered<'_>>, reading: &mut Reading) {
        let mut scope = self.scope(text, &calls);
        let customs = self.read_custom(text, &calls, &scope);
        for (op, _) in customs.iter().flatten() {
            scope.vars.extend(op.bound());
        }
        let mut customs = customs.into_iter();
        let mut referred = BTreeSet::new();
        let mut numbers = Vec::new();
        for numbered in calls {
            let custom = customs.next().flatten();
            let mut reader = Reader::new(text, &scope).at_step(numbered.number);
            let op = match (self.operator(numbered.call.name), custom) {
                (Some(operator), _) => (operator.read)(&mut reader, &numbered.call),
                (None, Some((op, diagnostics))) => {
                    reader.diagnostics.extend(diagnostics);
                    Some(op)
                }
                (None, None) => {
                    self.custom(numbered.call.name).and_then(|custom| custom::read(&mut reader, custom, &numbered.call))
                }
            };
            referred.append(&mut reader.referred);
            reading.diagnostics.append(&mut reader.diagnostics);
            let Some(mut op) = op else {
                continue;
            };
            numbers.push(numbered.number);
            let subquestion = numbered.subquestion.map(|text| named(&text, numbered.number, &scope, &mut referred));
            let output = numbered.call.output.filter(|name| !names_object(&mut op, name));
            reading.plan.steps.push(Step {
                subquestion: subquestion.map(Into::into),
                op,
                output,
                place: Place(numbered.call.span),
            });
        }
        for (step, number) in reading.plan.steps.iter_mut().zip(numbers) {
            if let Some(var) = scope.results.get(&number).filter(|_| referred.contains(&number)) {
                name_result(step, var);
            }
        }
    }

    /// Every variable the calls bind, and what `#n` stands for.
    fn scope(&self, text: &str, calls: &[Numbered<'_>]) -> Scope {
        let nothing = Scope::default();
        let mut scope = Scope::default();
        scope.vars.extend(self.bound.iter().cloned());
        for numbered in calls {
            let mut reader = Reader::new(text, &nothing);
            let call = &numbered.call;
            let mut result = call.output.clone();
            scope.vars.extend(call.output.clone());
            let binds = self.operator(call.name).is_some_and(|operator| operator.terms);
            if binds {
                for (role, argument) in paper::term_values(&mut reader, call) {
                    let is_name = |var: &Var| {
                        role == Role::Predicate && {
                            let bare = argument.value.len() == 1;
                            bare && !looks_like_var(var.as_str())
                        }
                    };
                    let var = terms::term_var(&reader, argument.value);
                    let Some(var) = var.filter(|var| !is_name(var)) else {
                        continue;
                    };
                    let answers = role != Role::Predicate && !terms::is_constant(argument.value);
                    if answers && (result.is_none() || role == Role::Object) {
                        result = Some(var.clone());
                    }
                    scope.vars.insert(var);
                }
            }
            let result = result.unwrap_or_else(|| Var::of_step(numbered.number));
            scope.results.entry(numbered.number).or_insert(result);
        }
        scope
    }

    /// The custom operations, read before the others because only they know what they bind.
    fn read_custom(
        &self,
        text: &str,
        calls: &[Numbered<'_>],
        scope: &Scope,
    ) -> Vec<Option<(LogicalOp, Vec<Diagnostic>)>> {
        let read = calls.iter().map(|numbered| {
            if self.operator(numbered.call.name).is_some() {
                return None;
            }
            let mut reader = Reader::new(text, scope).at_step(numbered.number);
            let op = custom::read(&mut reader, self.custom(numbered.call.name)?, &numbered.call)?;
            Some((op, reader.diagnostics))
        });
        read.collect()
    }
}

/// Whether `name`, the result of a retrieval, is its object, which may be called so only here.
fn names_object(op: &mut LogicalOp, name: &Var) -> bool {
    let LogicalOp::Retrieval(retrieval) = op else {
        return false;
    };
    retrieval.object.var.get_or_insert_with(|| name.clone()) == name
}

/// The question of the step called `number`, in which earlier steps are referred to by the
/// names of their results.
fn named(question: &str, number: usize, scope: &Scope, referred: &mut BTreeSet<usize>) -> String {
    subquestion::replaced(question, |name| {
        let earlier = name.parse().ok().filter(|earlier| *earlier < number)?;
        let var = scope.results.get(&earlier)?;
        referred.insert(earlier);
        Some(format!("#{var}"))
    })
}

/// Gives the result of `step` the name that a reference to it was resolved to.
fn name_result(step: &mut Step, var: &Var) {
    if step.bound().contains(var) {
        return;
    }
    match &mut step.op {
        LogicalOp::Retrieval(retrieval) => retrieval.object.var = Some(var.clone()),
        _ => step.output = Some(var.clone()),
    }
}
