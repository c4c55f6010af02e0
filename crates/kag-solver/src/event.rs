//! What happens in a solve, as it happens.

use std::{sync::Arc, task::Poll};

use futures::{FutureExt as _, StreamExt as _, channel::mpsc, stream, stream::BoxStream};
use kag_core::Snapshot;

use crate::{Answer, Result, Solver, Verdict, logical::Plan, solver::Ground, trace::StepTrace};

/// Something that happened in a solve. Rounds are counted from 1, and so are steps.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A round has its plan.
    Planned {
        /// The round.
        round: usize,
        /// The question of the round.
        question: Arc<str>,
        /// The plan as it will run.
        plan: Plan,
    },
    /// Steps that do not depend on each other were begun.
    Started {
        /// The round.
        round: usize,
        /// The steps.
        steps: Vec<usize>,
    },
    /// A step is done. Steps that were begun together are told in their order.
    Finished {
        /// The round.
        round: usize,
        /// What it did.
        step: Box<StepTrace>,
    },
    /// A round was judged.
    Judged {
        /// The round.
        round: usize,
        /// Whether what is known then answers the question.
        verdict: Verdict,
    },
    /// The solve is over. Always the last event.
    Done(Box<Answer>),
}

/// Where events go; by default nowhere.
#[derive(Clone, Debug, Default)]
pub(crate) struct Events(Option<mpsc::UnboundedSender<Event>>);

impl Events {
    /// Tells of an event that is made only where somebody listens.
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(sender) = &self.0 {
            // Who listens no longer misses nothing.
            drop(sender.unbounded_send(event()));
        }
    }
}

impl Solver {
    /// Answers `question` as [`solve`](Self::solve) does, and tells what happens as it
    /// happens; last of all [`Event::Done`] with the answer.
    ///
    /// An error ends the stream. Dropping it ends the solve.
    ///
    /// ```
    /// use futures::StreamExt;
    /// use kag_core::{KnowledgeBase, Scope, memory::MemoryKnowledgeBase};
    /// use kag_solver::{Event, GivenPlan, Solver, logical::parse};
    ///
    /// # futures::executor::block_on(async {
    /// let snapshot = MemoryKnowledgeBase::new().snapshot(&Scope::All).await?;
    /// let solver = Solver::new(GivenPlan(parse("Math(6 * 7)->m1\nOutput(m1)").0));
    /// let mut events = solver.solve_stream(&snapshot, "What is six times seven?");
    /// let mut steps = 0;
    /// while let Some(event) = events.next().await {
    ///     match event? {
    ///         Event::Finished { .. } => steps += 1,
    ///         Event::Done(answer) => println!("{}", answer.outcome),
    ///         _ => {}
    ///     }
    /// }
    /// assert_eq!(steps, 2);
    /// # Ok::<(), kag_solver::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn solve_stream<'s>(&'s self, snapshot: &'s Snapshot, question: &'s str) -> BoxStream<'s, Result<Event>> {
        let (sender, mut events) = mpsc::unbounded();
        let solve = async move {
            let ground = Ground::of(self, snapshot).await?;
            self.solve_on(&ground, question, Events(Some(sender))).await
        };
        let (mut solve, mut solved) = (Some(solve.boxed()), None);
        let next = move |context: &mut std::task::Context<'_>| {
            if let Some(running) = &mut solve
                && let Poll::Ready(answer) = running.poll_unpin(context)
            {
                (solve, solved) = (None, Some(answer.map(|answer| Event::Done(Box::new(answer)))));
            }
            match events.poll_next_unpin(context) {
                Poll::Ready(Some(event)) => Poll::Ready(Some(Ok(event))),
                _ if solve.is_some() => Poll::Pending,
                _ => Poll::Ready(solved.take()),
            }
        };
        stream::poll_fn(next).boxed()
    }
}
