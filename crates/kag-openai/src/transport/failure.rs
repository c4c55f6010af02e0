//! Why nothing, or only half of it, came over the wire.

use std::{error::Error as StdError, io};

use kag_llm::{Error, ErrorKind};

use super::{Call, clock::timed_out};

/// The error of a request that got no head of an answer.
pub(super) fn sending(call: &Call, cause: reqwest::Error) -> Error {
    let cause = cause.without_url();
    let peer = call.endpoint.peer();
    if cause.is_timeout() && cause.is_connect() {
        let limit = call.endpoint.timeouts().connect;
        return timed_out(call, "connect", limit).with("peer", peer).because(cause);
    }
    let kind = if cause.is_builder() { ErrorKind::InvalidInput } else { ErrorKind::Unavailable };
    let error = call.error(kind).reason(reason(call, &cause, &peer));
    let error = match call.endpoint.proxy() {
        Some(proxy) => error.with("proxy", proxy),
        None => error,
    };
    error.because(cause)
}

/// The error of a body that broke off.
pub(super) fn reading(call: &Call, cause: reqwest::Error, bytes: usize) -> Error {
    call.malformed(format!("the answer was cut off after {bytes} bytes")).because(cause.without_url())
}

fn reason(call: &Call, cause: &reqwest::Error, peer: &str) -> String {
    if cause.is_builder() {
        return "the request cannot be built".to_owned();
    }
    if cause.is_dns() {
        return format!("the name {peer} cannot be resolved (DNS)");
    }
    if let Some(tls) = find(cause, |_: &rustls::Error| true) {
        return format!("no TLS connection to {peer}: {}", tls_reason(tls));
    }
    // Errors that only wrap another are of the kind `Other`.
    let io = find(cause, |io: &io::Error| io.kind() != io::ErrorKind::Other).map(io::Error::kind);
    match io {
        Some(io::ErrorKind::ConnectionRefused) => {
            format!("nothing listens at {peer}: is the server running?")
        }
        Some(io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable) => {
            format!("{peer} cannot be reached from here")
        }
        Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
            if cause.is_connect() && call.endpoint.is_secure() =>
        {
            format!("{peer} closed the connection while TLS began; {WRONG_SCHEME}")
        }
        _ if cause.is_connect() && call.endpoint.proxy().is_some() => {
            format!("the proxy {peer} gives no connection to the server")
        }
        _ if cause.is_connect() => format!("no connection to {peer}"),
        _ => format!("{peer} closed the connection without an answer"),
    }
}

const WRONG_SCHEME: &str = "is its address http:// instead of https://?";

fn tls_reason(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(_) => {
            format!("{error} (what the system trusts decides, or the bundle that SSL_CERT_FILE names)")
        }
        rustls::Error::InvalidMessage(_) => format!("it does not speak TLS; {WRONG_SCHEME}"),
        other => other.to_string(),
    }
}

/// The first cause of type `T` that is `wanted`, also inside I/O errors, which hide theirs
/// from the chain.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static), wanted: impl Fn(&T) -> bool) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>().filter(|e| wanted(e)) {
            return Some(found);
        }
        let inside = error
            .downcast_ref::<io::Error>()
            .and_then(|io| io.get_ref())
            .map(|inner| inner as &(dyn StdError + 'static));
        next = inside.or_else(|| error.source());
    }
    None
}
