//! Tells what became of exported spans: the first refusal at once, the losses at shutdown.
