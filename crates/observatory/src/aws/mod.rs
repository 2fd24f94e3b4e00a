//! What the APIs of AWS's services have in common: signatures, request IDs, bodies, the account in ARNs.
//! What they are called for lives in `xray` and `logs`.

pub(crate) mod body;
pub(crate) mod identity;
pub(crate) mod request_id;
pub(crate) mod signature;

/// The account in all ARNs: nobody's.
pub(crate) const ACCOUNT: &str = "000000000000";
