//! Which certificates are trusted.

use std::sync::Arc;

use kag_llm::{Error, ErrorKind, Result};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;

/// Whose certificates a connection accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Those the operating system trusts.
    Platform,
    /// Nobody's: nothing is reached over TLS, so the system's store is not read.
    Nobody,
}

/// The TLS settings for `trust`, on ring whatever provider the host has installed.
pub(crate) fn client_config(trust: Trust) -> Result<ClientConfig> {
    let failed = |cause: rustls::Error| {
        Error::new(ErrorKind::Unavailable, "openai.tls")
            .reason(
                "the system's trusted certificates cannot be read; install them \
                 (package ca-certificates) or point SSL_CERT_FILE at a bundle",
            )
            .because(cause)
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let builder = match trust {
        Trust::Platform => builder.with_platform_verifier().map_err(failed)?,
        Trust::Nobody => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(builder.with_no_client_auth())
}
