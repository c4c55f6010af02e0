//! What the transport takes from an endpoint.

use kag_llm::{Error, ErrorKind, Result};
use reqwest::{
    Client, Url,
    header::{HeaderMap, HeaderValue},
};

use super::Endpoint;
use crate::{Secret, Timeouts, transport::Trust};

impl Endpoint {
    pub(crate) fn timeouts(&self) -> &Timeouts {
        &self.0.timeouts
    }

    pub(crate) fn max_body(&self) -> usize {
        self.0.max_body
    }

    /// The host and port of the proxy, if there is one.
    pub(crate) fn proxy(&self) -> Option<&str> {
        self.0.proxy.as_ref().map(|proxy| proxy.shown.as_str())
    }

    /// `path` below the base URL.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.0.base.clone();
        let joined = format!("{}/{path}", url.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }

    /// `path` below the base URL as errors may show it: without the query.
    pub(crate) fn shown(&self, path: &str) -> String {
        let mut url = self.url(path);
        url.set_query(None);
        self.scrubbed(url.into())
    }

    /// The host and port to which connections go, the proxy's if there is one.
    pub(crate) fn peer(&self) -> String {
        self.proxy().map_or_else(|| host_and_port(&self.0.base), str::to_owned)
    }

    /// Whether the server is reached over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        Trust::of(&self.0.base) == Trust::Platform
    }

    /// The headers of every request.
    pub(crate) fn headers(&self, operation: &'static str) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        if let Some(key) = &self.0.api_key {
            let bearer = HeaderValue::try_from(format!("Bearer {}", key.expose()));
            let mut bearer = bearer.map_err(|_| {
                Error::new(ErrorKind::InvalidInput, operation).reason("the API key holds a control character")
            })?;
            bearer.set_sensitive(true);
            headers.insert(reqwest::header::AUTHORIZATION, bearer);
        }
        for (name, value) in &self.0.headers {
            // Checked by `with_header`.
            if let Ok(mut value) = HeaderValue::from_bytes(value.expose().as_bytes()) {
                value.set_sensitive(true);
                headers.insert(name, value);
            }
        }
        Ok(headers)
    }

    /// `text` with every secret of this endpoint masked.
    pub(crate) fn scrubbed(&self, mut text: String) -> String {
        let settings = &*self.0;
        let keys = settings.api_key.iter();
        for secret in keys.chain(settings.headers.iter().map(|(_, value)| value)) {
            text = secret.masked(text);
        }
        for (_, value) in settings.base.query_pairs() {
            text = Secret::new(value).masked(text);
        }
        let password = settings.proxy.as_ref().and_then(|p| p.address.password());
        password.map_or(text.clone(), |word| Secret::new(word).masked(text))
    }

    /// The connections, made at the first call.
    pub(crate) fn client(&self, operation: &'static str) -> Result<&Client> {
        let settings = &*self.0;
        if let Some(client) = settings.client.get() {
            return Ok(client);
        }
        let failed = |cause: reqwest::Error| {
            Error::new(ErrorKind::InvalidInput, operation)
                .reason("the HTTP client cannot be set up")
                .because(cause.without_url())
        };
        let mut builder = Client::builder()
            .no_proxy()
            .tls_backend_preconfigured(settings.tls.clone())
            .connect_timeout(settings.timeouts.connect)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(concat!("kag-openai/", env!("CARGO_PKG_VERSION")));
        if let Some(proxy) = &settings.proxy {
            let proxy = reqwest::Proxy::all(proxy.address.clone()).map_err(failed)?;
            builder = builder.proxy(proxy);
        }
        let client = builder.build().map_err(failed)?;
        Ok(settings.client.get_or_init(|| client))
    }
}

/// The host and port of `url`, as errors show them.
pub(super) fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
