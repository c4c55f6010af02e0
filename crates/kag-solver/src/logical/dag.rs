//! Which steps need which, by their variables.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use super::{LogicalOp, Math, Operand, Path, Plan, Retrieval, Step, Var, subquestion};

/// For every step, by its place from 0, the steps whose results it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependencies {
    before: Vec<BTreeSet<usize>>,
}

/// Steps that need each other, so that none of them can run first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Their places in the plan, from 0: each needs the next, the last needs the first.
    pub steps: Vec<usize>,
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = self.steps.iter().map(|step| (step + 1).to_string());
        let numbers: Vec<String> = numbers.collect();
        write!(f, "steps {} need each other", numbers.join(", "))
    }
}

impl Dependencies {
    /// The steps that the step at `place` needs, in order; none for a place without a step.
    pub fn of(&self, place: usize) -> impl Iterator<Item = usize> {
        self.before.get(place).into_iter().flatten().copied()
    }

    /// The steps that are not in `done` and need only what is, in the order of the plan.
    #[must_use]
    pub fn ready(&self, done: &BTreeSet<usize>) -> Vec<usize> {
        let steps = self.before.iter().enumerate();
        let ready = steps.filter(|(place, needs)| !done.contains(place) && needs.is_subset(done));
        ready.map(|(place, _)| place).collect()
    }

    /// Steps that need each other, if there are any.
    #[must_use]
    pub fn cycle(&self) -> Option<Cycle> {
        let mut done = BTreeSet::new();
        loop {
            let ready = self.ready(&done);
            if ready.is_empty() {
                break;
            }
            done.extend(ready);
        }
        // Each step that is left needs another such one.
        let mut walked: Vec<usize> = Vec::new();
        let mut next = self.first_left(&done);
        while let Some(place) = next {
            if let Some(start) = walked.iter().position(|walked| *walked == place) {
                return Some(Cycle { steps: walked.split_off(start) });
            }
            walked.push(place);
            next = self.of(place).find(|needed| !done.contains(needed));
        }
        None
    }

    /// All steps, each after those it needs, and otherwise in the order of the plan.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut done = BTreeSet::new();
        while let Some(next) = self.ready(&done).first().copied().or_else(|| self.first_left(&done)) {
            done.insert(next);
            order.push(next);
        }
        order
    }

    fn first_left(&self, done: &BTreeSet<usize>) -> Option<usize> {
        (0..self.before.len()).find(|place| !done.contains(place))
    }
}

impl Plan {
    /// Which steps need which.
    ///
    /// A step needs every earlier step that binds a variable it uses, has in its question or binds itself
    /// (variables of predicates, which belong to their own retrieval, are only counted when
    /// used elsewhere). Where no earlier step binds a variable it uses, it needs the first
    /// later one that does: then the plan was given out of order.
    #[must_use]
    pub fn dependencies(&self) -> Dependencies {
        let mut binders: BTreeMap<Var, Vec<usize>> = BTreeMap::new();
        for (place, step) in self.steps.iter().enumerate() {
            for var in step.defined() {
                binders.entry(var).or_default().push(place);
            }
        }
        let before = self.steps.iter().enumerate().map(|(place, step)| {
            let mut needs = BTreeSet::new();
            let (used, defined) = (step.needed(), step.defined());
            let put_in = step.put_in(|var| binders.contains_key(var));
            for var in used.iter().chain(&step.joined()).chain(&put_in) {
                let binders = binders.get(var).map_or(&[][..], Vec::as_slice);
                let earlier = binders.iter().copied().filter(|binder| *binder < place);
                let found = earlier.clone().next().is_some();
                needs.extend(earlier);
                if !found && used.contains(var) && !defined.contains(var) {
                    needs.extend(binders.iter().find(|binder| **binder > place));
                }
            }
            needs
        });
        Dependencies { before: before.collect() }
    }

    /// The same plan with every step after those it needs, and otherwise in the same
    /// order. Of steps that need each other, the first comes before what it needs.
    #[must_use]
    pub fn ordered(&self) -> Self {
        let order = self.dependencies().order().into_iter();
        Self::new(order.filter_map(|place| self.steps.get(place).cloned()))
    }

    /// What the answer is made of: what the `Output` steps name, else the result of the
    /// last step.
    #[must_use]
    pub fn answer(&self) -> Vec<Path> {
        let outputs = self.steps.iter().filter_map(|step| match &step.op {
            LogicalOp::Output(output) => Some(output.paths.iter().cloned()),
            _ => None,
        });
        let named: Vec<Path> = outputs.flatten().collect();
        match self.steps.last().and_then(Step::result) {
            Some(last) if named.is_empty() => vec![last.into()],
            _ => named,
        }
    }

    /// The groups of retrievals that look for the same, in the order of the plan: they
    /// differ only in the names of what they bind. Each group holds at least two places.
    #[must_use]
    pub fn equal_retrievals(&self) -> Vec<Vec<usize>> {
        let mut same: HashMap<Var, Var> = HashMap::new();
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, step) in self.steps.iter().enumerate() {
            let Some(retrieval) = step.op.as_retrieval() else {
                continue;
            };
            let joins = |var: &Var| {
                let earlier = self.steps.iter().take(place);
                earlier.into_iter().any(|step| step.defined().contains(var))
            };
            let joins_object = retrieval.object.var.as_ref().is_some_and(joins);
            let group = groups.entry(shape(retrieval, &same, joins_object)).or_default();
            let first = group.first().and_then(|first| self.steps.get(*first));
            if let Some(first) = first.and_then(|step| step.op.as_retrieval())
                && let (Some(mine), Some(theirs)) = (&retrieval.object.var, &first.object.var)
            {
                let theirs = same.get(theirs).unwrap_or(theirs).clone();
                same.insert(mine.clone(), theirs);
            }
            group.push(place);
        }
        let mut groups: Vec<_> = groups.into_values().filter(|group| group.len() > 1).collect();
        groups.sort_unstable();
        groups
    }

    /// The groups of computations and conclusions that are equal but for the name of their
    /// result and run at the same time, in the order of the plan: they see the same, and so
    /// come to the same. Each group holds at least two places.
    #[must_use]
    pub fn equal_computations(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for level in self.levels() {
            let mut here: Vec<Vec<usize>> = Vec::new();
            for place in level {
                let Some(step) = self.steps.get(place).filter(|step| step.is_computation()) else { continue };
                let equals = |first: &usize| self.steps.get(*first).is_some_and(|first| first.op == step.op);
                match here.iter_mut().find(|group| group.first().is_some_and(equals)) {
                    Some(group) => group.push(place),
                    None => here.push(vec![place]),
                }
            }
            groups.extend(here.into_iter().filter(|group| group.len() > 1));
        }
        groups
    }
}

impl Step {
    /// Whether it computes one value or concludes, and so comes to the same where it sees the same.
    pub(super) fn is_computation(&self) -> bool {
        match &self.op {
            LogicalOp::Math(Math::Formula { by, .. }) => by.is_empty(),
            LogicalOp::Math(Math::Task { .. }) | LogicalOp::Deduce(_) => true,
            _ => false,
        }
    }

    /// The variables to which this step gives a meaning that others can use: what it binds
    /// but a bare subject; for a sort or filter in place, what it narrows. In reading order, each once.
    #[must_use]
    pub fn defined(&self) -> Vec<Var> {
        let bare_subject = self.op.as_retrieval().and_then(|retrieval| {
            let subject = &retrieval.subject;
            let bare = subject.var.as_ref().filter(|_| subject.is_bare())?;
            (retrieval.object.var.as_ref() != Some(bare)).then_some(bare)
        });
        let mut defined = self.bound();
        defined.retain(|var| Some(var) != bare_subject);
        match (&self.op, &self.output) {
            (LogicalOp::Sort(sort), None) => vec![sort.set.clone()],
            (LogicalOp::Filter(filter), None) => filter.set().into_iter().collect(),
            _ => defined,
        }
    }

    /// The variable that stands for the step's result: its output; of a retrieval the
    /// object if it is looked for, else the subject; of a sort or filter in place what it
    /// narrows.
    #[must_use]
    pub fn result(&self) -> Option<Var> {
        let own = match &self.op {
            LogicalOp::Retrieval(retrieval) => {
                let terms = [&retrieval.object, &retrieval.subject];
                let sought = terms.into_iter().find(|term| !term.is_constant());
                sought.and_then(|term| term.var.clone())
            }
            LogicalOp::Sort(sort) => Some(sort.set.clone()),
            LogicalOp::Filter(filter) => filter.set(),
            LogicalOp::Custom(op) => op.outputs().into_iter().next(),
            _ => None,
        };
        self.output.clone().or(own)
    }

    /// The variables, of those that `is_known` knows, that are put into the question of a
    /// retrieval (`#o1`), in reading order, each once.
    pub(crate) fn put_in(&self, is_known: impl Fn(&Var) -> bool) -> Vec<Var> {
        let question = self.subquestion.as_deref().filter(|_| self.op.as_retrieval().is_some());
        question.map_or_else(Vec::new, |question| subquestion::referred(question, is_known))
    }

    /// The variables of nodes and values that the step's pattern binds or refers to.
    fn joined(&self) -> Vec<Var> {
        let Some(retrieval) = self.op.as_retrieval() else {
            return Vec::new();
        };
        let terms = [&retrieval.subject, &retrieval.object];
        terms.into_iter().filter_map(|term| term.var.clone()).collect()
    }
}

/// What a retrieval looks for, without the names of what it binds.
fn shape(retrieval: &Retrieval, same: &HashMap<Var, Var>, joins_object: bool) -> String {
    let mut shape = retrieval.clone();
    shape.predicate.var = None;
    let renamed = |var: &Var| same.get(var).unwrap_or(var).clone();
    shape.subject.var = match retrieval.subject.is_bare() {
        true => retrieval.subject.var.as_ref().map(renamed),
        false => None,
    };
    shape.object.var = match joins_object {
        true => retrieval.object.var.as_ref().map(renamed),
        false => None,
    };
    for constraint in &mut shape.constraints {
        rename(&mut constraint.value, &renamed);
    }
    shape.to_string()
}

fn rename(operand: &mut Operand, renamed: &impl Fn(&Var) -> Var) {
    match operand {
        Operand::Path(path) => path.var = renamed(&path.var),
        Operand::List(items) => items.iter_mut().for_each(|item| rename(item, renamed)),
        Operand::Value(_) => {}
    }
}
