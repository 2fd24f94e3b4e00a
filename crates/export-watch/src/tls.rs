//! TLS by rustls with ring, when the feature `live` is on. Nothing here is reached without it.

/// Whether this build can speak `https`: the feature `live`.
pub const HAS_TLS: bool = cfg!(feature = "live");

/// Makes ring the process's provider of cryptography; call it before the first exporter is built.
///
/// reqwest is built without a provider of its own, so that the workspace has one TLS stack.
/// Without the feature `live` this does nothing.
pub fn install_tls() {
    #[cfg(feature = "live")]
    // An error says that a provider is installed already, which is what is wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
