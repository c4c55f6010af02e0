//! Prompts as types: fields in, an answer of one type out.

mod fence;
mod template;
mod wording;

use std::{future::Future, num::NonZeroUsize};

pub use fence::Fence;
pub use template::Template;
pub use wording::Wording;

use crate::{Error, ErrorKind, Language, LanguageModel, Message, PromptId, Reply, Request, Result, Role, Usage};

/// A question to a model together with the type of its answer.
///
/// One struct a prompt: its fields are what is asked about, [`Output`](Self::Output) is the
/// answer. The wording lives in files beside the struct and is held as a [`Wording`], which
/// a host can replace. [`LanguageModelExt::ask`] asks it.
///
/// ```
/// use kag_llm::{Language, LanguageModelExt, Prompt, Reply, Request, Result, Scripted, Template, Wording, read};
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct CapitalOf<'a> {
///     country: &'a str,
/// }
///
/// // As a rule: Wording::from_static(include_str!("prompts/capital_of.en.md"), ..)
/// const WORDING: Wording = Wording::from_static(
///     "# user\nWhat is the capital of {{ country }}? Answer with JSON: {\"capital\": …}",
///     "# user\n{{ country }}的首都是哪里？用 JSON 回答：{\"capital\": …}",
/// );
///
/// impl Prompt for CapitalOf<'_> {
///     type Output = String;
///     const NAME: &'static str = "capital_of";
///     const VERSION: &'static str = "1";
///
///     fn render(&self) -> Result<Request> {
///         WORDING.request(Self::id(), Language::of(self.country), self)
///     }
///     fn parse(&self, reply: &Reply) -> Result<String> {
///         #[derive(serde::Deserialize)]
///         struct Answer {
///             capital: String,
///         }
///         Ok(read::<Answer>(&reply.text)?.value.capital)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> kag_llm::Result<()> {
/// let model = Scripted::new().on("capital_of", [r#"Sure! {"capital": "巴黎"}"#]);
/// let capital = model.ask(&CapitalOf { country: "法国" }).await?;
/// assert_eq!(capital, "巴黎");
/// # Ok(()) }
/// ```
pub trait Prompt: Sync {
    /// What the model's answer means.
    type Output: Send;

    /// The prompt's stable name, in snake case: `extract_entities`.
    const NAME: &'static str;

    /// Changes whenever the wording or the meaning of the reply does; part of every cache key.
    const VERSION: &'static str;

    /// The request to send.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when a wording that the host brought
    /// cannot be filled.
    fn render(&self) -> Result<Request>;

    /// The answer that `reply` holds. The reply is untrusted input.
    ///
    /// # Errors
    /// [`Unusable`](crate::ErrorKind::Unusable) when the model did not answer what was asked.
    fn parse(&self, reply: &Reply) -> Result<Self::Output>;

    /// This prompt's name and version.
    #[must_use]
    fn id() -> PromptId {
        PromptId::new(Self::NAME, Self::VERSION)
    }
}

/// What callers like to say to a model, written once in terms of [`LanguageModel`].
pub trait LanguageModelExt: LanguageModel {
    /// Asks `prompt` and reads the answer.
    ///
    /// # Errors
    /// Those of rendering, of the model, and of [`Prompt::parse`]; each names the prompt.
    fn ask<P: Prompt>(&self, prompt: &P) -> impl Future<Output = Result<P::Output>> + Send {
        async move { Ok(self.ask_counted(prompt).await?.0) }
    }

    /// As [`ask`](Self::ask), with what the call cost (nothing, when a cache answered).
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    fn ask_counted<P: Prompt>(&self, prompt: &P) -> impl Future<Output = Result<(P::Output, Usage)>> + Send {
        async move {
            let named = |error: Error| error.with_missing("prompt", P::NAME);
            let request = prompt.render().map_err(named)?;
            let reply = self.complete(&request).await.map_err(named)?;
            let output = prompt.parse(&reply).map_err(named)?;
            Ok((output, reply.usage))
        }
    }

    /// As [`ask`](Self::ask), but a reply that cannot be used is shown to the model again
    /// together with what is wrong with it, until there is one that can be, or `attempts`
    /// are made.
    ///
    /// Each further attempt is a request of its own: charged, cached and recorded as such.
    ///
    /// # Errors
    /// As [`ask`](Self::ask); after several attempts the last error, saying how many
    /// `attempts` were made.
    fn ask_again<P: Prompt>(
        &self,
        prompt: &P,
        attempts: NonZeroUsize,
    ) -> impl Future<Output = Result<P::Output>> + Send {
        async move {
            let named = |error: Error| error.with_missing("prompt", P::NAME);
            let mut request = prompt.render().map_err(named)?;
            let mut made = 1;
            loop {
                let reply = self.complete(&request).await.map_err(named)?;
                let error = match prompt.parse(&reply) {
                    Ok(output) => return Ok(output),
                    Err(error) => error,
                };
                if error.kind() != ErrorKind::Unusable || made == attempts.get() {
                    let error = if made == 1 { error } else { error.with("attempts", made) };
                    return Err(named(error));
                }
                request = followed_up(request, reply, &error).map_err(named)?;
                made += 1;
            }
        }
    }
}

impl<M: LanguageModel + ?Sized> LanguageModelExt for M {}

const UNUSABLE: Wording =
    Wording::from_static(include_str!("prompts/unusable.en.md"), include_str!("prompts/unusable.zh.md"));

/// The conversation that goes on with `reply` and what is wrong with it.
fn followed_up(mut request: Request, reply: Reply, error: &Error) -> Result<Request> {
    let mut asked = request.messages.iter().filter(|m| m.role == Role::User);
    let language = Language::of(asked.next_back().map_or("", |message| &message.text));
    let values = std::collections::BTreeMap::from([("problem", error.to_string())]);
    let complaint = UNUSABLE.template(language).messages(values)?;
    request.messages.push(Message::assistant(reply.text));
    request.messages.extend(complaint);
    Ok(request)
}
