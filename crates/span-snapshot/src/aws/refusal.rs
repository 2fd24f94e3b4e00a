//! Why a fake of AWS's refused a call.

/// A refusal by the service's own error, or by the fake where it does not serve what was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The status that it is answered with.
    pub status: u16,
    /// The error's name: `InvalidParameterException`.
    pub error: &'static str,
    /// What was wrong, as far as it is known in the service's words.
    pub message: String,
    /// Which rule was broken, in a word that a grader can rely on, such as `order`; [`LogsApi`](crate::LogsApi) lists them. Empty if it has none.
    pub rule: &'static str,
    /// Further fields of the error's body.
    pub(crate) more: serde_json::Value,
}

impl Refusal {
    pub(crate) fn new(status: u16, error: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            error,
            message: message.into(),
            rule: "",
            more: serde_json::Value::Null,
        }
    }

    /// The same, of a broken rule.
    pub(crate) fn of(mut self, rule: &'static str) -> Self {
        self.rule = rule;
        self
    }

    /// The keys are none that AWS knows.
    pub(crate) fn unknown_keys(status: u16) -> Self {
        let message = "The security token included in the request is invalid.";
        Self::new(status, "UnrecognizedClientException", message)
    }

    /// The fake was told to fail.
    pub(crate) fn failure(service: &str) -> Self {
        let message = format!("the fake {service} API was told to fail");
        Self::new(500, "InternalFailure", message)
    }
}
