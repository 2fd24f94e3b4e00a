//! Sampling by the rules of the service: which rule a request matches, what its reservoir and rate still allow, and asking for both.
