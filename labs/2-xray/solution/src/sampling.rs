//! Which requests are traced: a rule that the service keeps, and a sampler that obeys it.

use aws_sdk_xray::{Client, Error};
use opentelemetry_sdk::trace::{Sampler, ShouldSample};
use xray_exporter::sampling::{RemoteSampler, RemoteSamplerBuilder};

/// Tells X-Ray the rule of `aws/json/xray.json`.
///
/// # Errors
/// When the service refuses it: there is such a rule already, for one.
pub async fn create_rule(client: &Client) -> Result<(), Error> {
    // #region step 6
    use aws_sdk_xray::types::SamplingRule;

    let rule = SamplingRule::builder()
        .rule_name("Cruddur")
        .priority(9000)
        .fixed_rate(0.1)
        .reservoir_size(5)
        // The name that the segments have. A rule for another one matches nothing, and nobody complains.
        .service_name("backend")
        .service_type("*")
        .host("*")
        .http_method("*")
        .url_path("*")
        .resource_arn("*")
        .version(1)
        .build()?;
    client
        .create_sampling_rule()
        .sampling_rule(rule)
        .send()
        .await?;
    // #endregion
    Ok(())
}

/// The service's rules, as they concern the service that this process is.
pub fn rules(builder: RemoteSamplerBuilder) -> RemoteSampler {
    // #region step 6
    // The name that the segments have: rules are matched against it.
    let builder = builder.with_resource(&crate::telemetry::resource());
    // #endregion
    builder.build()
}

/// A sampler that obeys `rules` where a trace begins, and the caller's decision everywhere else.
pub fn sampler(rules: RemoteSampler) -> impl ShouldSample + 'static {
    // #region step 6
    // Without the parent's say, lots would be drawn for each subsegment anew, and traces would have holes.
    Sampler::ParentBased(Box::new(rules))
    // #endregion
}
