//! Span trees for insta: fake exporters, stable snapshots of exported spans, and failures that name the likely cause.
