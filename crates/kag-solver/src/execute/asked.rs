//! The questions that passages are asked for a step.

use std::{collections::BTreeMap, sync::Arc};

use kag_core::{NodeId, Value, text::Locator};

use super::{Context, compute::shown, graph::End};
use crate::{
    BindingTable, Cell, Memory, Result, Row,
    logical::{Constant, Retrieval, Role, Step, Var, subquestion},
};

/// What is read about: the ends of a pattern that are known, which end is wanted, and what
/// the question refers to besides.
pub(super) struct Asked {
    /// Each known thing is asked about once; nothing known is one question.
    pub(super) about: Vec<Option<Value>>,
    /// What the plan calls nodes that it does not call by a name of theirs.
    written: BTreeMap<NodeId, Arc<str>>,
    /// The end that the values read are for.
    pub(super) wanted: Role,
    /// The variable of the end that is known.
    var: Option<Var>,
    /// What the question refers to: a question for each row. One row without columns where
    /// it refers to nothing.
    pub(super) settings: BindingTable,
}

impl Asked {
    /// What to ask where the graph says nothing of `unanswered` subjects: about each of
    /// them; about each known subject where there are none; about each known object, for
    /// the subject, where no subject is known. A question that refers to what is bound to
    /// nothing is not asked.
    pub(super) fn of(
        step: &Step,
        retrieval: &Retrieval,
        memory: &Memory,
        (subject, object): (&End, &End),
        unanswered: Vec<Value>,
    ) -> Self {
        let subjects = if unanswered.is_empty() { subject.values() } else { unanswered };
        let objects = object.values();
        let (known, known_end, wanted) = match (subjects.is_empty(), objects.is_empty()) {
            (true, false) => (objects, Role::Object, Role::Subject),
            _ => (subjects, Role::Subject, Role::Object),
        };
        let end = if known_end == Role::Object { object } else { subject };
        let written = known.iter().filter_map(|value| match value {
            Value::Node(node) => Some((*node, Arc::clone(end.written(*node)?))),
            _ => None,
        });
        let written = written.collect();
        let about = if known.is_empty() { vec![None] } else { known.into_iter().map(Some).collect() };
        let var = retrieval.var(known_end).cloned();
        let settings = settings(step, memory, var.as_ref());
        if settings.is_empty() {
            return Self { about: Vec::new(), written, wanted, var, settings: BindingTable::unit() };
        }
        Self { about, written, wanted, var, settings }
    }

    /// What is asked about, as it is asked: a node that the plan calls otherwise, in the words
    /// of the plan, which are sure where the link is not.
    pub(super) fn shown(&self, context: &Context<'_>, about: Value) -> Result<Cell> {
        match &about {
            Value::Node(node) if self.written.contains_key(node) => {
                Ok(Cell { text: self.written.get(node).cloned(), value: about })
            }
            _ => shown(context, about),
        }
    }

    /// The rows of `settings` that belong to what is asked about, each as a table of its own.
    pub(super) fn settings_of(&self, about: Option<&Value>) -> Vec<BindingTable> {
        let at = self.var.as_ref().and_then(|var| self.settings.position(var));
        let belongs = |row: &&Row| at.is_none_or(|at| row.cell(at).map(|cell| &cell.value) == about);
        let single = |row: &Row| {
            let row = row.clone();
            self.settings.filter(|other| *other == row)
        };
        self.settings.rows().iter().filter(belongs).map(single).collect()
    }

    /// The question that a passage has to answer: that of the step with what it refers to
    /// put in, else the words of its pattern; the thing asked about first, unless it is
    /// named in it.
    pub(super) fn question(
        &self,
        step: &Step,
        retrieval: &Retrieval,
        about: Option<&Cell>,
        setting: &BindingTable,
    ) -> String {
        let named = about.map(ToString::to_string).or_else(|| retrieval.subject.names.first().map(Constant::text));
        let Some(asked) = &step.subquestion else {
            let mut words: Vec<String> = named.into_iter().collect();
            words.extend(retrieval.predicate.names.iter().map(ToString::to_string));
            words.extend(retrieval.object.names.iter().map(Constant::text));
            words.extend(retrieval.object.types.iter().map(ToString::to_string));
            words.extend(retrieval.constraints.iter().map(ToString::to_string));
            return words.join(" ");
        };
        let asked = subquestion::replaced(asked, |name| {
            let var = Var::new(name)?;
            match about.filter(|_| self.var.as_ref() == Some(&var)) {
                Some(about) => Some(about.to_string()),
                None => Some(setting.values(&var).ok()?.first()?.to_string()),
            }
        });
        match named.filter(|name| Locator::new(&asked).quote(name).is_none()) {
            Some(name) => format!("{name} {asked}"),
            None => asked,
        }
    }
}

/// What the question of `step` refers to besides `end`, in every combination that is bound
/// together; with `end`, where it is bound together with it.
fn settings(step: &Step, memory: &Memory, end: Option<&Var>) -> BindingTable {
    let mut referred = step.put_in(|var| memory.table_of(var).is_some());
    referred.retain(|var| Some(var) != end);
    let mut settings = BindingTable::unit();
    if referred.is_empty() {
        return settings;
    }
    for table in memory.tables() {
        let here: Vec<Var> = table.columns().iter().filter(|var| referred.contains(*var)).cloned().collect();
        if here.is_empty() {
            continue;
        }
        let with_end = here.into_iter().chain(end.filter(|end| table.position(end).is_some()).cloned());
        let with_end: Vec<Var> = with_end.collect();
        // The variables are columns of this table.
        let Ok(together) = table.project(&with_end) else { continue };
        settings = settings.join(&together.filter(|row| row.cells().iter().all(Option::is_some)));
    }
    settings
}
