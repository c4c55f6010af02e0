//! Where the server is and how to talk to it.

mod wiring;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use kag_llm::{Error, ErrorKind, Result};
use reqwest::{
    Client, Url,
    header::{HeaderName, HeaderValue},
};
use rustls::ClientConfig;

use self::wiring::host_and_port;
use crate::{
    Secret, Timeouts,
    transport::{Trust, client_config},
};

/// A server that speaks the OpenAI protocol: address, credentials, limits, proxy.
///
/// Cheap to clone; clones share their connections. One endpoint serves any number of
/// models and embedders. Nothing is read from the environment, proxies included, and
/// redirects are refused rather than followed, so that credentials reach this host only.
///
/// ```
/// use kag_openai::{Endpoint, Secret, Timeouts};
///
/// let endpoint = Endpoint::new("https://models.example.com/v1")?
///     .with_api_key(Secret::new("sk-test-1234"))
///     .with_timeouts(Timeouts::default().with_total(None))
///     .with_header("x-team", "风控")?;
/// assert!(!format!("{endpoint:?}").contains("sk-test-1234"));
/// # Ok::<(), kag_llm::Error>(())
/// ```
#[derive(Clone)]
pub struct Endpoint(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    base: Url,
    api_key: Option<Secret>,
    /// Lower-case name and value, in the order given, no name twice.
    headers: Vec<(HeaderName, Secret)>,
    timeouts: Timeouts,
    proxy: Option<Proxy>,
    max_body: usize,
    tls: ClientConfig,
    /// Made at the first use; whoever changes a setting it is made of empties it.
    client: OnceLock<Client>,
}

#[derive(Clone)]
struct Proxy {
    address: Url,
    /// `host:port`, all that is ever shown.
    shown: String,
}

const DEFAULT_MAX_BODY: usize = 16 << 20;

/// Headers whose value is the transport's to choose.
const RESERVED: [&str; 4] = ["connection", "content-length", "content-type", "transfer-encoding"];

impl Endpoint {
    /// The server whose API begins at `base_url`, often ending in `/v1`; a slash at the end
    /// makes no difference, a query is kept and sent with every request.
    ///
    /// For `https` the system's trusted certificates are read here.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if `base_url` is no absolute `http` or `https` URL, or
    /// holds a user name, a password or a fragment; [`ErrorKind::Unavailable`] if the
    /// system has no trusted certificates.
    pub fn new(base_url: &str) -> Result<Self> {
        let invalid = |reason: &'static str| Error::new(ErrorKind::InvalidInput, OPERATION).reason(reason);
        let base = Url::parse(base_url.trim()).map_err(|cause| {
            invalid("the base URL is not an absolute URL such as http://127.0.0.1:8080/v1").because(cause)
        })?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(
                invalid("the base URL begins neither with http:// nor with https://").with("scheme", base.scheme())
            );
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(invalid("the base URL holds credentials; pass them by with_api_key or with_header"));
        }
        if base.fragment().is_some() {
            return Err(invalid("the base URL holds a fragment (#...)"));
        }
        let tls = client_config(Trust::of(&base))?;
        Ok(Self(Arc::new(Settings {
            base,
            api_key: None,
            headers: Vec::new(),
            timeouts: Timeouts::default(),
            proxy: None,
            max_body: DEFAULT_MAX_BODY,
            tls,
            client: OnceLock::new(),
        })))
    }

    /// The same with `key` sent as `Authorization: Bearer`; an empty one is none.
    #[must_use]
    pub fn with_api_key(mut self, key: impl Into<Secret>) -> Self {
        let key = key.into();
        self.settings().api_key = Some(key).filter(|key| !key.expose().is_empty());
        self
    }

    /// The same with other time limits.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        let settings = self.settings();
        settings.timeouts = timeouts;
        settings.client = OnceLock::new();
        self
    }

    /// The same with answers of at most `bytes`; default 16 MiB, streams included.
    #[must_use]
    pub fn with_max_body(mut self, bytes: usize) -> Self {
        self.settings().max_body = bytes;
        self
    }

    /// The same with one more header, in place of an earlier one of that name. The value
    /// counts as a secret; one named `authorization` takes the place of the API key.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if HTTP does not allow the name or the value, or the
    /// header is the transport's own, such as `content-length`.
    pub fn with_header(mut self, name: &str, value: impl Into<Secret>) -> Result<Self> {
        let value = value.into();
        let invalid = |reason: &'static str| {
            Error::new(ErrorKind::InvalidInput, OPERATION).reason(reason).with("header", name.escape_debug())
        };
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid("no header may have this name"))?;
        if RESERVED.contains(&parsed.as_str()) {
            return Err(invalid("this header is set by the transport"));
        }
        HeaderValue::from_bytes(value.expose().as_bytes())
            .map_err(|_| invalid("the header's value holds a control character"))?;
        let headers = &mut self.settings().headers;
        headers.retain(|(earlier, _)| *earlier != parsed);
        headers.push((parsed, value));
        Ok(self)
    }

    /// The same with calls accounted to `organisation` (`OpenAI-Organization`).
    ///
    /// # Errors
    /// As [`with_header`](Self::with_header).
    pub fn with_organisation(self, organisation: &str) -> Result<Self> {
        self.with_header("openai-organization", organisation)
    }

    /// The same through the forward proxy at `url`, which may hold a user name and a password.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] if `url` is no absolute `http` or `https` URL;
    /// [`ErrorKind::Unavailable`] if the system has no trusted certificates.
    pub fn with_proxy(mut self, url: &str) -> Result<Self> {
        let invalid =
            || Error::new(ErrorKind::InvalidInput, OPERATION).reason("the proxy is not an absolute http or https URL");
        let address = Url::parse(url.trim()).map_err(|_| invalid())?;
        if !matches!(address.scheme(), "http" | "https") {
            return Err(invalid().with("scheme", address.scheme()));
        }
        let shown = host_and_port(&address);
        let trust = Trust::of(&address);
        let settings = self.settings();
        if trust == Trust::Platform && Trust::of(&settings.base) == Trust::Nobody {
            settings.tls = client_config(trust)?;
        }
        settings.proxy = Some(Proxy { address, shown });
        settings.client = OnceLock::new();
        Ok(self)
    }

    fn settings(&mut self) -> &mut Settings {
        Arc::make_mut(&mut self.0)
    }
}

const OPERATION: &str = "openai.endpoint";

impl Trust {
    fn of(url: &Url) -> Self {
        if url.scheme() == "https" { Self::Platform } else { Self::Nobody }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Endpoint")
            .field("base", &self.shown("").trim_end_matches('/'))
            .field("api_key", &self.0.api_key)
            .field("headers", &names)
            .field("timeouts", &self.0.timeouts)
            .field("proxy", &self.proxy())
            .field("max_body", &self.0.max_body)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_with_and_without_a_slash_and_keep_the_query() {
        for (base, expect) in [
            ("http://h", "http://h/chat/completions"),
            ("http://h/", "http://h/chat/completions"),
            ("http://h/v1", "http://h/v1/chat/completions"),
            ("http://h/v1///", "http://h/v1/chat/completions"),
            ("http://h/a/v1/?api-version=2026-01", "http://h/a/v1/chat/completions?api-version=2026-01"),
            (" http://[::1]:8/知识\n", "http://[::1]:8/%E7%9F%A5%E8%AF%86/chat/completions"),
        ] {
            let endpoint = Endpoint::new(base).unwrap();
            assert_eq!(endpoint.url("chat/completions").as_str(), expect, "{base}");
        }
    }

    #[test]
    fn a_base_url_that_cannot_work_is_refused_with_its_reason() {
        for (base, reason) in [
            ("", "not an absolute URL"),
            ("api.example.com/v1", "not an absolute URL"),
            ("ftp://h/v1", "scheme = ftp"),
            ("localhost:8080/v1", "scheme = localhost"),
            ("http://user:pw@h/v1", "with_api_key"),
            ("http://h/v1#x", "fragment"),
        ] {
            let error = Endpoint::new(base).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{base}");
            assert!(error.to_string().contains(reason), "{base}: {error}");
            assert!(!format!("{error:?}").contains("pw"), "{error:?}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let endpoint = Endpoint::new("http://h/v1?key=query-secret")
            .unwrap()
            .with_api_key("key-secret")
            .with_header("X-Key", "header-secret")
            .unwrap()
            .with_proxy("http://user:proxy-secret@p:3128")
            .unwrap();
        let shown = format!("{endpoint:?}");
        assert!(!shown.contains("secret"), "{shown}");
        for part in ["http://h/v1", "x-key", "p:3128"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert_eq!(
            endpoint.scrubbed("key-secret query-secret header-secret proxy-secret".to_owned()),
            "*** *** *** ***"
        );
    }

    #[test]
    fn headers_are_checked_and_the_last_of_a_name_counts() {
        let endpoint = Endpoint::new("http://h").unwrap();
        for (name, value) in [("a b", "x"), ("a", "x\ny"), ("Content-Length", "3"), ("", "x")] {
            let error = endpoint.clone().with_header(name, value).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}: {value}");
        }
        let endpoint = endpoint.with_header("X-Team", "one").and_then(|e| e.with_header("x-team", "二队")).unwrap();
        let headers = endpoint.headers("test").unwrap();
        assert_eq!(headers.get("x-team").unwrap().as_bytes(), "二队".as_bytes());
        assert_eq!(headers.len(), 1);
    }

    #[test]
    fn a_proxy_that_is_no_url_is_refused_without_showing_it() {
        let endpoint = Endpoint::new("http://h").unwrap();
        let error = endpoint.with_proxy("socks5://u:proxy-secret@p").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}
