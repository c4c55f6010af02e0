//! Budgets for a part of the work.

use std::{cell::RefCell, future::Future};

use super::Budget;

thread_local! {
    /// The budgets of the work that this thread is at, outermost first.
    static SCOPES: RefCell<Vec<Budget>> = const { RefCell::new(Vec::new()) };
}

impl Budget {
    /// `work`, during which every call of a [`Budgeted`](super::Budgeted) model is charged to
    /// this budget as well as to the model's own, and refused where either would be overspent.
    ///
    /// So one model can serve many questions, each with a budget of its own. Scopes nest.
    /// What `work` hands to other tasks or threads is not in scope; a reply from a
    /// [`Cache`](super::Cache) costs nothing.
    ///
    /// ```
    /// use kag_llm::{Budget, BudgetLimits, Budgeted, LanguageModel, Message, Price, PromptId, Request, Scripted, When};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> kag_llm::Result<()> {
    /// let all = Budget::new(BudgetLimits::default());
    /// let model = Budgeted::new(Scripted::new().on(When::any(), ["yes"]), all.clone(), Price::default());
    /// let request = Request::new(PromptId::new("judge", "1"), vec![Message::user("Is it?")]);
    /// let one_call = Budget::new(BudgetLimits::default().with_calls(1));
    /// one_call.scope(async {
    ///     assert!(model.complete(&request).await.is_ok());
    ///     assert!(model.complete(&request).await.is_err());
    /// }).await;
    /// assert!(model.complete(&request).await.is_ok());
    /// assert_eq!(all.spent().calls, 2);
    /// # Ok(()) }
    /// ```
    pub fn scope<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
        let budget = self.clone();
        let mut work = Box::pin(work);
        std::future::poll_fn(move |context| {
            let _entered = Entered::new(&budget);
            work.as_mut().poll(context)
        })
    }

    /// The budgets of the work that is being done.
    pub(super) fn scopes() -> Vec<Self> {
        SCOPES.with_borrow(Clone::clone)
    }
}

/// While it lives, its budget is the innermost one of this thread.
struct Entered;

impl Entered {
    fn new(budget: &Budget) -> Self {
        SCOPES.with_borrow_mut(|scopes| scopes.push(budget.clone()));
        Self
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        SCOPES.with_borrow_mut(|scopes| drop(scopes.pop()));
    }
}

#[cfg(test)]
mod tests {
    use futures::{executor::block_on, future::join};

    use super::*;
    use crate::{BudgetLimits, Budgeted, LanguageModel, Message, Price, PromptId, Request, Scripted, When};

    fn request() -> Request {
        Request::new(PromptId::new("judge", "1"), vec![Message::user("?")])
    }

    /// Lets others be at work before it goes on.
    async fn once_later() {
        let mut waited = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut waited, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
    }

    fn calls(limit: u64) -> Budget {
        Budget::new(BudgetLimits::default().with_calls(limit))
    }

    #[test]
    fn work_at_the_same_time_is_charged_to_its_own_scope() {
        let all = calls(100);
        let model = Budgeted::new(Scripted::new().on(When::any(), ["yes"]), all.clone(), Price::default());
        let (few, many) = (calls(2), calls(10));
        let work = || async {
            let mut answered = 0;
            for _ in 0..5 {
                answered += u64::from(model.complete(&request()).await.is_ok());
                once_later().await;
            }
            answered
        };
        let answered = block_on(join(few.scope(work()), many.scope(work())));
        assert_eq!(answered, (2, 5));
        assert_eq!((few.spent().calls, many.spent().calls, all.spent().calls), (2, 5, 7));
    }

    #[test]
    fn scopes_nest_and_end() {
        let model = Budgeted::new(Scripted::new().on(When::any(), ["yes"]), calls(100), Price::default());
        let (outer, inner) = (calls(1), calls(5));
        block_on(outer.scope(async {
            inner.scope(async { model.complete(&request()).await.unwrap() }).await;
            assert!(model.complete(&request()).await.is_err());
        }));
        assert_eq!((outer.spent().calls, inner.spent().calls), (1, 1));
        assert!(Budget::scopes().is_empty());
        block_on(model.complete(&request())).unwrap();
    }
}
