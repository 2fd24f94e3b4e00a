//! The sample application: a micro-blog back end, its profiles service and its front-end page, without telemetry.
