//! Which steps of a plan may run at the same time.
//!
//! Variables that some step puts into one table belong together, and a step that narrows
//! that table (a condition, a sort) changes what every one of them is bound to. So a step
//! waits for the steps that bind what it needs and, of those whose table it shares, for
//! each that narrows; and a step that narrows, or reads whole rows as a conclusion does, waits
//! for all of them. Lookups that only add
//! to a table run side by side, and so does everything that shares nothing.

use std::collections::BTreeSet;

use super::{LogicalOp, Plan, Step, Var, plan::Rows};

impl Plan {
    /// The places of steps that can run at the same time, first to last; each step once, and
    /// those of a group in the order of the plan.
    ///
    /// Each step is in the first group it can be in, given the order of
    /// [`ordered`](Self::ordered): a step that is given before what it needs waits for it.
    #[must_use]
    pub fn levels(&self) -> Vec<Vec<usize>> {
        let order = self.dependencies().order();
        let steps: Vec<&Step> = order.iter().filter_map(|place| self.steps.get(*place)).collect();
        let level_of = levels(&steps);
        let mut levels = vec![Vec::new(); level_of.iter().max().map_or(0, |most| most + 1)];
        for (place, level) in order.into_iter().zip(level_of) {
            if let Some(level) = levels.get_mut(level) {
                level.push(place);
            }
        }
        levels.iter_mut().for_each(|level| level.sort_unstable());
        levels
    }
}

/// The level of each step, from 0; they are in an order in which inputs come first.
fn levels(steps: &[&Step]) -> Vec<usize> {
    let mut groups: Vec<Group> = Vec::new();
    let mut level_of: Vec<usize> = Vec::new();
    for step in steps {
        let mut needed = step.needed();
        needed.extend(step.put_in(|var| groups.iter().any(|group| group.vars.contains(var))));
        let touched: BTreeSet<Var> = step.bound().into_iter().chain(needed.iter().cloned()).collect();
        let reads = step.reads();
        let shares = |group: &Group| matches!(reads, Rows::All) || !group.vars.is_disjoint(&touched);
        let (sharing, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(shares);
        groups = apart;
        let mut group = Group { vars: touched, runs: Vec::new() };
        for shared in sharing {
            group.vars.extend(shared.vars);
            group.runs.extend(shared.runs);
        }
        let bound_before: BTreeSet<&Var> = group.runs.iter().flat_map(|run| &run.bound).collect();
        let narrows = narrows(step, &bound_before);
        let own = step.defined();
        let waits_for_all = narrows || matches!(reads, Rows::All);
        let reads_rows = matches!(reads, Rows::Of(_));
        let waits_for = |run: &&Run| {
            let needs = || needed.iter().chain(&own).any(|var| run.bound.contains(var));
            waits_for_all || run.narrows || (reads_rows && run.adds) || needs()
        };
        let level = group.runs.iter().filter(waits_for).map(|run| run.level + 1).max().unwrap_or(0);
        level_of.push(level);
        group.runs.push(Run { level, narrows, adds: !step.is_computation(), bound: own });
        groups.push(group);
    }
    level_of
}

/// Variables that are in one table, and the steps that touch it.
struct Group {
    vars: BTreeSet<Var>,
    runs: Vec<Run>,
}

struct Run {
    level: usize,
    narrows: bool,
    /// Whether it can add to the table, and not only to a value of its own.
    adds: bool,
    /// What it gives a meaning to.
    bound: Vec<Var>,
}

/// Whether the step may take rows away, given what is bound before it.
fn narrows(step: &Step, bound: &BTreeSet<&Var>) -> bool {
    match &step.op {
        LogicalOp::Retrieval(retrieval) => retrieval.is_condition(|var| bound.contains(var)),
        LogicalOp::Filter(_) | LogicalOp::Sort(_) | LogicalOp::Custom(_) => true,
        LogicalOp::Math(_) | LogicalOp::Deduce(_) | LogicalOp::Output(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::logical::parse;

    fn levels_of(form: &str) -> Vec<Vec<usize>> {
        parse(form).0.levels()
    }

    #[test]
    fn what_shares_nothing_and_what_only_adds_runs_together() {
        let form = "Retrieval(s=s1:Club[甲], p=p1:founded, o=o1)
Retrieval(s=s2:Club[乙], p=p2:founded, o=o2)
Retrieval(s=s1, p=p3:country, o=o3)
Retrieval(s=s1, p=p4:stadium, o=o4)
Math(o1 - o2)->m1
Output(m1)";
        assert_eq!(levels_of(form), [vec![0, 1], vec![2, 3, 4], vec![5]]);
    }

    #[test]
    fn a_conclusion_waits_for_what_was_looked_up_of_its_premises() {
        let form = "Retrieval(s=s1:Person[甲], p=p1:playsFor, o=o1)
Retrieval(s=o1, p=p2:founded, o=o2)
Retrieval(s=s9:Club[乙], p=p9:founded, o=o9)
Deduce(op=judgement, content=[o1], target=\"old?\")->d1
Deduce(op=entailment)->d2
Output(d1, d2)";
        assert_eq!(levels_of(form), [vec![0, 2], vec![1], vec![3], vec![4], vec![5]]);
    }

    #[test]
    fn what_follows_a_condition_waits_for_it_even_without_its_variables() {
        let form = "Retrieval(s=s1:Person, p=p1:playsFor, o=o1)
Retrieval(s=o1, p=p2:country, o=c1:Country[Spain])
Output(s1)";
        assert_eq!(levels_of(form), [[0], [1], [2]]);
    }

    #[test]
    fn a_filter_waits_for_what_it_filters_and_a_count_for_the_filter() {
        let form = "Retrieval(s=s1:City, p=p1:country, o=o1)
Retrieval(s=s1, p=p2:population, o=o2)
Filter(o2 > 1000)
Math(count(s1), by=o1)->n
Retrieval(s=o1, p=p3:capital, o=o3)
Output(o1, n, o3)";
        assert_eq!(levels_of(form), [vec![0], vec![1], vec![2], vec![3, 4], vec![5]]);
    }

    #[test]
    fn a_step_given_before_its_input_waits_for_it() {
        assert_eq!(levels_of("Math(o1 + 1)->m1\nRetrieval(s=s1:A[甲], p=p1:b, o=o1)"), [[1], [0]]);
    }

    #[test]
    fn a_question_waits_for_what_is_put_into_it() {
        let form = "Step1: The mayor of 甲?
Action1: Retrieval(s=s1:City[甲], p=p1:mayor, o=o1)
Step2: Who follows #1 in 乙?
Action2: Retrieval(s=s2:City[乙], p=p2:follows, o=o2)
Output(o2)";
        assert_eq!(levels_of(form), [[0], [1], [2]]);
        assert!(parse(form).0.unused_steps().is_empty());
        assert_eq!(parse(form).0.steps[1].subquestion.as_deref(), Some("Who follows #o1 in 乙?"));
    }

    #[test]
    fn a_sort_waits_for_what_was_looked_up() {
        let form = "Retrieval(s=s1:Person[甲], p=p1:playsFor, o=o1)
Retrieval(s=o1, p=p2:founded, o=o2)
Retrieval(s=o1, p=p3:country, o=o3)
Sort(set=o1, orderby=o2, direction=max, limit=1)
Output(o1, o3)";
        assert_eq!(levels_of(form), [vec![0], vec![1, 2], vec![3], vec![4]]);
    }
}
