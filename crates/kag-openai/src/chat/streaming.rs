//! Replies in pieces.

use futures::{StreamExt, stream};
use kag_llm::{Delta, DeltaStream, Error, Finish, Request, Result, whole_reply_stream};

use super::reply::{self, Counted, Wire};
use crate::{
    sse::{BadStream, Event, SseReader},
    transport::{Incoming, Refusal, parse},
};

/// The pieces of the answer that is coming.
///
/// A server that answers in one piece although a stream was asked for is understood too.
pub(super) async fn deltas(incoming: Incoming, request: &Request) -> Result<DeltaStream> {
    if incoming.is_a("application/json") {
        let call = incoming.call.clone();
        let reply = reply::read(&call, request, incoming.json().await?)?;
        return Ok(whole_reply_stream(reply));
    }
    if incoming.is_a("text/html") {
        // Reading it as JSON gives the error that says so.
        let call = incoming.call.clone();
        return Err(match incoming.json::<serde_json::Value>().await {
            Err(error) => error,
            Ok(_) => call.malformed("the answer is neither events nor a reply"),
        });
    }
    let events = SseReader::new(incoming.call.endpoint.max_body());
    let state = Streamed {
        incoming,
        events,
        input_estimate: request.estimated_tokens(),
        text: String::new(),
        finish: None,
        counted: Counted::default(),
    };
    Ok(stream::unfold(Some(state), |state| async {
        let mut state = state?;
        match state.next().await {
            Ok(delta @ Delta::Text(_)) => Some((Ok(delta), Some(state))),
            last => Some((last, None)),
        }
    })
    .boxed())
}

struct Streamed {
    incoming: Incoming,
    events: SseReader,
    input_estimate: u64,
    /// What has come so far, for the estimate of its tokens.
    text: String,
    finish: Option<Finish>,
    counted: Counted,
}

impl Streamed {
    async fn next(&mut self) -> Result<Delta> {
        loop {
            let event = self.events.next_event();
            if let Some(event) = event.map_err(|bad| self.bad(bad))? {
                if let Some(delta) = self.take(&event)? {
                    return Ok(delta);
                }
            } else if let Some(piece) = self.incoming.piece().await? {
                self.events.push(piece.as_ref());
            } else {
                return self.at_the_end();
            }
        }
    }

    /// What is left once the bytes have ended.
    fn at_the_end(&mut self) -> Result<Delta> {
        let event = self.events.last_event();
        if let Some(event) = event.map_err(|bad| self.bad(bad))?
            && let Some(delta) = self.take(&event)?
        {
            return Ok(delta);
        }
        // Some servers leave out [DONE]; the reply is whole if it said why it ended.
        if self.finish.is_some() {
            return Ok(self.end());
        }
        let reason = format!(
            "the stream was cut off after {} bytes of text, without [DONE] and without a finish reason",
            self.text.len()
        );
        Err(self.incoming.call.malformed(reason))
    }

    fn take(&mut self, event: &Event) -> Result<Option<Delta>> {
        let call = &self.incoming.call;
        let data = event.data.trim();
        if data.is_empty() {
            return Ok(None);
        }
        if data == "[DONE]" {
            return match self.finish {
                None if self.text.is_empty() => Err(call.malformed("the stream ended without a reply")),
                _ => Ok(Some(self.end())),
            };
        }
        if event.name == "error" {
            let value: serde_json::Value = serde_json::from_str(data).unwrap_or_else(|_| data.into());
            return Err(Refusal::reported(call, value.get("error").unwrap_or(&value)));
        }
        let wire: Wire = parse(call, data.as_bytes())?;
        wire.failure(call)?;
        let counted = wire.counted();
        self.counted.input = counted.input.or(self.counted.input);
        self.counted.output = counted.output.or(self.counted.output);
        let Some(choice) = wire.choices.into_iter().next() else {
            return Ok(None);
        };
        let piece = choice.into_piece();
        self.finish = match (piece.refused, piece.finish) {
            (true, _) => Some(Finish::Filtered),
            (false, finish) if self.finish != Some(Finish::Filtered) => finish.or(self.finish),
            _ => self.finish,
        };
        let text = piece.text.filter(|text| !text.is_empty());
        Ok(text.map(|text| {
            self.text.push_str(&text);
            Delta::Text(text)
        }))
    }

    fn end(&self) -> Delta {
        Delta::End {
            finish: self.finish.unwrap_or_default(),
            usage: self.counted.or_estimated(self.input_estimate, &self.text),
        }
    }

    fn bad(&self, bad: BadStream) -> Error {
        self.incoming.call.malformed(match bad {
            BadStream::NotUtf8 => "the stream is not UTF-8",
            BadStream::TooLong => "one event of the stream is longer than an answer may be",
        })
    }
}
