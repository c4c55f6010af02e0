//! An OpenAI-compatible adapter for kag-llm: chat models and embedders behind HTTP.
//!
//! Most providers and local servers (llama.cpp, Ollama, vLLM and others) speak this
//! protocol. [`OpenAi`] is a [`LanguageModel`](kag_llm::LanguageModel), [`OpenAiEmbedder`] an
//! [`Embedder`](kag_llm::Embedder); both talk to an [`Endpoint`].
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use kag_llm::{Embedder, LanguageModel, Message, PromptId, Purpose, Request, Role};
//! use kag_openai::{Endpoint, OpenAi, OpenAiEmbedder, Secret, Timeouts};
//!
//! # async fn run(key: String) -> kag_llm::Result<()> {
//! let endpoint = Endpoint::new("https://models.example.com/v1")?
//!     .with_api_key(Secret::new(key))
//!     .with_timeouts(Timeouts::default().with_first_byte(Duration::from_secs(120)));
//!
//! let model = OpenAi::at(endpoint.clone(), "qwen3-8b");
//! let prompt = PromptId { name: "summary".into(), version: "1".into() };
//! let question = Message { role: Role::User, text: "用一句话介绍知识图谱。".into() };
//! let reply = model.complete(&Request::new(prompt, vec![question]).with_max_tokens(200)).await?;
//! println!("{}", reply.text);
//!
//! let embedder = OpenAiEmbedder::connect(endpoint, "bge-m3").await?;
//! let vectors = embedder.embed(&[&reply.text], Purpose::Document).await?;
//! assert_eq!(vectors.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What it does, and what goes around it
//!
//! One call is one exchange: sent once, bounded in time ([`Timeouts`]) and size, and every
//! failure told apart by its [`ErrorKind`](kag_llm::ErrorKind). Everything else is a
//! decorator of kag-llm around it, outermost first: trace, cache, retry, budget and meter,
//! limit, record, and this adapter innermost. So every attempt of a retry is charged and
//! limited, and a hit in the cache reaches none of it. [`Stack`](kag_llm::Stack) keeps that order:
//!
//! ```no_run
//! use std::{num::NonZeroUsize, sync::Arc};
//!
//! use kag_llm::{Budget, BudgetLimits, LanguageModel, Price, RetryOptions, Stack};
//! use kag_openai::OpenAi;
//!
//! # fn model() -> kag_llm::Result<Arc<dyn LanguageModel>> {
//! // KAG_OPENAI_BASE_URL, KAG_OPENAI_MODEL and, where the server wants one, KAG_OPENAI_API_KEY.
//! let model = Arc::new(OpenAi::from_env()?);
//! let budget = Budget::new(BudgetLimits::default().with_calls(1_000));
//! let model = Stack::new(model)
//!     .with_cache(NonZeroUsize::MIN.saturating_add(9_999))
//!     .with_retry(RetryOptions::default())
//!     .with_budget(budget, Price::new(0.15, 0.6))
//!     .build();
//! # Ok(model)
//! # }
//! ```
//!
//! | what happened | kind | may be tried again |
//! |---|---|---|
//! | 401, 403 | `Unauthorised` | no |
//! | 402, or 429 for an account without credit | `BudgetSpent` | no |
//! | 400, 404, 413, 422 and other 4xx, redirects | `InvalidInput` | no |
//! | 501 | `Unsupported` | no |
//! | 429 | `RateLimited`, with the wait asked for | yes |
//! | other 5xx, nobody listens, DNS, TLS, closed unanswered | `Unavailable` | yes |
//! | 408, or a limit of [`Timeouts`] | `Timeout` | yes |
//! | not JSON, not UTF-8, cut off, too long, wrong shape | `Malformed` | yes |
//!
//! The one thing sent again here is a request that the server refused because of a
//! parameter it does not know, in a form it does: see [`Dialect`].
//!
//! # Secrets
//!
//! Keys, header values, the base URL's query and a proxy's password are masked in `Debug` and in
//! errors, also where the server echoes them. Redirects are not followed and the
//! environment is not read, proxies included; the one exception is [`OpenAi::from_env`].
//!
//! # TLS
//!
//! rustls on ring, with the certificates that the operating system trusts, so that those
//! an administrator has added count too. They are read for `https` addresses alone.

mod chat;
mod embedder;
mod endpoint;
mod secret;
mod sse;
mod timeouts;
mod transport;

pub use chat::{Dialect, JsonForm, OpenAi, TokenLimitField};
pub use embedder::{EmbeddingBatch, OpenAiEmbedder};
pub use endpoint::Endpoint;
pub use secret::Secret;
pub use timeouts::Timeouts;
