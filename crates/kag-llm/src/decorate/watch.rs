//! What every accounting decorator needs: to learn once, and surely, how a call ended.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures::{Stream, StreamExt as _};

use crate::{Delta, DeltaStream, Error, ErrorKind, Reply, Request, Result, Usage};

/// How a call ended.
pub(crate) enum End<'a> {
    /// With a whole reply.
    Reply(&'a Reply),
    /// With an error, after `text` had come.
    Failed { error: &'a Error, text: &'a str },
    /// Nobody waited for it any longer, after `text` had come.
    Dropped { text: &'a str },
}

impl End<'_> {
    /// What the provider is taken to charge: what it said; where it did not say, or was cut
    /// short after it had begun to work, an estimate; nothing where it refused.
    pub(crate) fn usage(&self, request: &Request) -> Usage {
        match self {
            Self::Reply(reply) if reply.usage != Usage::default() => reply.usage,
            Self::Reply(reply) => Usage::estimated(request, &reply.text),
            Self::Failed { error, text } if text.is_empty() && !worked(error.kind()) => Usage::default(),
            Self::Failed { text, .. } | Self::Dropped { text } => Usage::estimated(request, text),
        }
    }
}

/// Whether a provider that failed in this way is likely to have read the request.
fn worked(kind: ErrorKind) -> bool {
    use ErrorKind::{Malformed, Timeout, Unusable};
    matches!(kind, Timeout | Malformed | Unusable)
}

/// Learns how one call ended.
pub(crate) trait Watch: Send + Unpin + 'static {
    /// Called exactly once. An error becomes the error of a call that would have succeeded.
    fn end(self, end: End<'_>) -> Result<()>;
}

/// Watches a call whose reply comes whole.
pub(crate) async fn watch<W: Watch>(watch: W, call: impl Future<Output = Result<Reply>>) -> Result<Reply> {
    let guard = Guard::new(watch);
    let reply = guard.opened(call).await;
    match reply {
        Ok((reply, guard)) => {
            guard.end(End::Reply(&reply))?;
            Ok(reply)
        }
        Err(error) => Err(error),
    }
}

/// Watches a call whose reply comes in pieces.
pub(crate) async fn watch_stream<W: Watch>(
    watch: W,
    call: impl Future<Output = Result<DeltaStream>>,
) -> Result<DeltaStream> {
    let guard = Guard::new(watch);
    let (stream, guard) = guard.opened(call).await?;
    let guard = Some(guard);
    Ok(Watched { stream, guard }.boxed())
}

/// A watch that learns of being dropped.
struct Guard<W: Watch> {
    watch: Option<W>,
    text: String,
}

impl<W: Watch> Guard<W> {
    fn new(watch: W) -> Self {
        Self { watch: Some(watch), text: String::new() }
    }

    async fn opened<T>(self, call: impl Future<Output = Result<T>>) -> Result<(T, Self)> {
        match call.await {
            Ok(value) => Ok((value, self)),
            Err(error) => {
                self.failed(&error);
                Err(error)
            }
        }
    }

    fn end(mut self, end: End<'_>) -> Result<()> {
        self.watch.take().map_or(Ok(()), |watch| watch.end(end))
    }

    fn failed(mut self, error: &Error) {
        let text = std::mem::take(&mut self.text);
        // The call has failed already; its own error is the one to report.
        let _ = self.end(End::Failed { error, text: &text });
    }
}

impl<W: Watch> Drop for Guard<W> {
    fn drop(&mut self) {
        if let Some(watch) = self.watch.take() {
            // Nobody is left to report to.
            let _ = watch.end(End::Dropped { text: &self.text });
        }
    }
}

struct Watched<W: Watch> {
    stream: DeltaStream,
    guard: Option<Guard<W>>,
}

impl<W: Watch> Stream for Watched<W> {
    type Item = Result<Delta>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.guard.is_none() {
            return Poll::Ready(None);
        }
        let Poll::Ready(item) = self.stream.poll_next_unpin(cx) else {
            return Poll::Pending;
        };
        let item = match item {
            Some(Ok(Delta::Text(text))) => {
                if let Some(guard) = &mut self.guard {
                    guard.text.push_str(&text);
                }
                Some(Ok(Delta::Text(text)))
            }
            Some(Ok(Delta::End { finish, usage })) => {
                let ended = self.guard.take().map_or(Ok(()), |mut guard| {
                    let text = std::mem::take(&mut guard.text);
                    let reply = Reply { text, finish, usage };
                    guard.end(End::Reply(&reply))
                });
                Some(ended.map(|()| Delta::End { finish, usage }))
            }
            Some(Err(error)) => {
                if let Some(guard) = self.guard.take() {
                    guard.failed(&error);
                }
                Some(Err(error))
            }
            None => {
                self.guard = None;
                None
            }
        };
        Poll::Ready(item)
    }
}
