//! How long to wait for what.

use std::time::Duration;

/// How long one exchange with the server may take, phase by phase.
///
/// A model that is not streamed sends its first byte when it has written its last token,
/// so `first_byte` has to allow for a whole reply.
///
/// ```
/// use std::time::Duration;
/// use kag_openai::Timeouts;
///
/// let patient = Timeouts::default().with_first_byte(Duration::from_secs(600)).with_total(None);
/// assert_eq!(patient.connect, Duration::from_secs(10));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Until there is a connection, TLS included; default 10 s.
    pub connect: Duration,
    /// From sending the request to the first byte of the answer's body; default 300 s.
    pub first_byte: Duration,
    /// From one piece of the body to the next; default 60 s.
    pub between_bytes: Duration,
    /// All of it, for streams too; default 600 s, `None` for no limit.
    pub total: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(300),
            between_bytes: Duration::from_secs(60),
            total: Some(Duration::from_secs(600)),
        }
    }
}

impl Timeouts {
    /// The same with another limit for connecting.
    #[must_use]
    pub fn with_connect(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self
    }

    /// The same with another limit for the first byte.
    #[must_use]
    pub fn with_first_byte(mut self, limit: Duration) -> Self {
        self.first_byte = limit;
        self
    }

    /// The same with another limit between two pieces.
    #[must_use]
    pub fn with_between_bytes(mut self, limit: Duration) -> Self {
        self.between_bytes = limit;
        self
    }

    /// The same with another limit for the whole exchange.
    #[must_use]
    pub fn with_total(mut self, limit: Option<Duration>) -> Self {
        self.total = limit;
        self
    }
}
