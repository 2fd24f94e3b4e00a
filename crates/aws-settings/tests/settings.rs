//! What the environment says, and what it may not say: one case a rule.

use aws_settings::{AwsSettings, Service, SettingsError};

/// Obviously made up, and not to be seen anywhere.
const ID: &str = "AKIAVISIBLEID";
const SECRET: &str = "hidden-secret";
const TOKEN: &str = "hidden-token";

const LOCAL: (&str, &str) = ("AWS_ENDPOINT_URL", "http://127.0.0.1:4318");
const REGION: (&str, &str) = ("AWS_REGION", "ca-central-1");
const KEY: (&str, &str) = ("AWS_ACCESS_KEY_ID", ID);
const SECRET_KEY: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", SECRET);
const SESSION: (&str, &str) = ("AWS_SESSION_TOKEN", TOKEN);

const TLS: bool = true;
const NO_TLS: bool = false;

fn read(
    service: Service,
    variables: &[(&str, &str)],
    has_tls: bool,
) -> Result<AwsSettings, SettingsError> {
    let lookup = |name: &str| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    };
    AwsSettings::from_lookup(service, lookup, has_tls)
}

#[track_caller]
fn check_service(service: Service, variables: &[(&str, &str)], has_tls: bool, wanted: &str) {
    let told = match read(service, variables, has_tls) {
        Ok(settings) => settings.to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(told, wanted);
}

#[track_caller]
fn check(variables: &[(&str, &str)], wanted: &str) {
    check_service(Service::XRay, variables, NO_TLS, wanted);
}

#[test]
fn an_endpoint_for_all_services() {
    check(
        &[LOCAL, REGION, KEY, SECRET_KEY],
        "X-Ray at http://127.0.0.1:4318, region ca-central-1",
    );
    check_service(
        Service::CloudWatchLogs,
        &[LOCAL, REGION, KEY, SECRET_KEY],
        NO_TLS,
        "CloudWatch Logs at http://127.0.0.1:4318, region ca-central-1",
    );
}

#[test]
fn the_services_own_endpoint_wins() {
    let both = [
        LOCAL,
        ("AWS_ENDPOINT_URL_XRAY", "http://xray:1"),
        ("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "http://logs:2/path"),
        REGION,
        KEY,
        SECRET_KEY,
    ];
    check(&both, "X-Ray at http://xray:1, region ca-central-1");
    check_service(
        Service::CloudWatchLogs,
        &both,
        NO_TLS,
        "CloudWatch Logs at http://logs:2/path, region ca-central-1",
    );
}

#[test]
fn empty_is_not_set() {
    check(
        &[
            LOCAL,
            ("AWS_ENDPOINT_URL_XRAY", " "),
            REGION,
            KEY,
            SECRET_KEY,
        ],
        "X-Ray at http://127.0.0.1:4318, region ca-central-1",
    );
}

#[test]
fn the_variable_that_no_sdk_reads_is_refused() {
    let wanted = "AWS_ENDPOINT_URL_LOGS is set, which no SDK reads, so that requests would go to the real service: rename it to AWS_ENDPOINT_URL_CLOUDWATCH_LOGS";
    let wrong = [("AWS_ENDPOINT_URL_LOGS", "http://127.0.0.1:4318"), LOCAL];
    for service in [Service::XRay, Service::CloudWatchLogs] {
        check_service(service, &wrong, NO_TLS, wanted);
        check_service(service, &wrong, TLS, wanted);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for endpoint in [
        "localhost:4318",
        "http://",
        "http://:4318",
        "http://localhost:43I8",
        "http://localhost:0",
        "http://local host:4318",
        "http://a:b:1",
        "ftp://localhost",
        "http://localhost/?key=SECRET",
        "http://localhost#SECRET",
        "hcaik_0a1b",
    ] {
        check(
            &[("AWS_ENDPOINT_URL_XRAY", endpoint)],
            "AWS_ENDPOINT_URL_XRAY has a value (not shown), which is no address: write it like http://localhost:4318",
        );
    }
    for endpoint in ["http://[::1]:4318", "http://[::1]", "http://localhost/"] {
        assert!(read(Service::XRay, &[("AWS_ENDPOINT_URL", endpoint)], NO_TLS).is_ok());
    }
}

#[test]
fn a_password_in_the_address_is_refused_and_not_shown() {
    check(
        &[("AWS_ENDPOINT_URL", "http://me:hidden-secret@localhost:4318")],
        "AWS_ENDPOINT_URL has a name or a password before `@`: write it like http://localhost:4318, and put keys into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    );
}

#[test]
fn without_tls_the_real_service_is_out_of_reach() {
    check(
        &[REGION, KEY, SECRET_KEY],
        "without AWS_ENDPOINT_URL the real X-Ray is meant, and this build has no TLS: set AWS_ENDPOINT_URL=http://localhost:4318 for the observatory, or build with `cargo lab up --live xray`",
    );
    check_service(
        Service::CloudWatchLogs,
        &[],
        NO_TLS,
        "without AWS_ENDPOINT_URL the real CloudWatch Logs is meant, and this build has no TLS: set AWS_ENDPOINT_URL=http://localhost:4318 for the observatory, or build with `cargo lab up --live cloudwatch`",
    );
    check(
        &[("AWS_ENDPOINT_URL", "https://xray.example")],
        "AWS_ENDPOINT_URL is https://xray.example, and this build has no TLS: set it to http://localhost:4318 for the observatory, or build with `cargo lab up --live xray`",
    );
}

#[test]
fn with_tls_no_endpoint_is_the_real_service() {
    let real = "X-Ray, the real service, region ca-central-1";
    check_service(Service::XRay, &[REGION, KEY, SECRET_KEY], TLS, real);
    let ignored = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    check_service(
        Service::XRay,
        &[LOCAL, ignored, REGION, KEY, SECRET_KEY],
        TLS,
        real,
    );
    check_service(
        Service::XRay,
        &[
            ("AWS_ENDPOINT_URL", "https://xray.example"),
            REGION,
            KEY,
            SECRET_KEY,
        ],
        TLS,
        "X-Ray at https://xray.example, region ca-central-1",
    );
}

#[test]
fn the_region_has_two_names() {
    let settings = |regions: &[(&str, &str)]| {
        let variables = [&[LOCAL, KEY, SECRET_KEY], regions].concat();
        read(Service::XRay, &variables, NO_TLS)
            .unwrap()
            .region()
            .to_owned()
    };
    let default = ("AWS_DEFAULT_REGION", "eu-west-3");
    assert_eq!(settings(&[default]), "eu-west-3");
    assert_eq!(settings(&[default, REGION]), "ca-central-1");
}

#[test]
fn a_misspelt_region_is_refused_with_the_nearest() {
    check(
        &[LOCAL, ("AWS_REGION", "can-central-1")],
        "AWS_REGION is `can-central-1`, which is no region: did you mean ca-central-1?",
    );
    check(
        &[LOCAL, ("AWS_DEFAULT_REGION", "us-eats-1")],
        "AWS_DEFAULT_REGION is `us-eats-1`, which is no region: did you mean us-east-1?",
    );
}

#[test]
fn a_key_in_the_place_of_a_region_is_not_shown() {
    for key in [format!("AKIA{}", "Q2".repeat(8)), "aB3/".repeat(10)] {
        check(
            &[LOCAL, ("AWS_REGION", &key)],
            "AWS_REGION has a value (not shown), which is no region: write it like us-east-1",
        );
    }
}

#[test]
fn the_real_service_needs_a_region() {
    check_service(
        Service::XRay,
        &[KEY, SECRET_KEY],
        TLS,
        "AWS_REGION is not set: set it to your region, for instance AWS_REGION=us-east-1",
    );
}

#[test]
fn what_is_missing_is_made_up_for_a_local_endpoint() {
    check(
        &[LOCAL],
        "X-Ray at http://127.0.0.1:4318, region us-east-1 (AWS_REGION is not set), with made-up keys",
    );
    check(
        &[LOCAL, REGION, KEY],
        "X-Ray at http://127.0.0.1:4318, region ca-central-1, with made-up keys",
    );
}

#[test]
fn the_real_service_needs_credentials() {
    let rest = "not set, and the real X-Ray wants signed requests: export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (profiles are not read), or set AWS_ENDPOINT_URL=http://localhost:4318 for the observatory";
    for (variables, missing) in [
        (
            &[REGION][..],
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are",
        ),
        (&[REGION, KEY], "AWS_SECRET_ACCESS_KEY is"),
        (&[REGION, SECRET_KEY], "AWS_ACCESS_KEY_ID is"),
    ] {
        let wanted = format!("{missing} {rest}");
        check_service(Service::XRay, variables, TLS, &wanted);
        let encrypted = [variables, &[("AWS_ENDPOINT_URL", "https://xray.example")]].concat();
        check_service(Service::XRay, &encrypted, TLS, &wanted);
    }
}

#[test]
fn no_secret_is_shown() {
    let settings = read(
        Service::XRay,
        &[LOCAL, REGION, KEY, SECRET_KEY, SESSION],
        NO_TLS,
    )
    .unwrap();
    let config = settings.sdk_config();
    for shown in [
        format!("{settings}"),
        format!("{settings:?}"),
        format!("{settings:#?}"),
        format!("{config:?}"),
        format!("{:?}", config.credentials_provider()),
    ] {
        assert!(!shown.contains("hidden"), "{shown}");
    }
    assert!(!format!("{settings:?}").contains(ID));
}

#[test]
fn programs_never_hang_on_a_request() {
    let config = read(Service::XRay, &[LOCAL], NO_TLS).unwrap().sdk_config();
    let timeouts = config.timeout_config().unwrap();
    for timeout in [
        timeouts.connect_timeout(),
        timeouts.operation_attempt_timeout(),
        timeouts.operation_timeout(),
    ] {
        assert!(
            timeout.is_some_and(|timeout| timeout.as_secs() <= 8),
            "{timeouts:?}"
        );
    }
    assert_eq!(config.retry_config().unwrap().max_attempts(), 3);
}

#[test]
fn the_configuration_has_what_the_environment_says() {
    let config = read(Service::XRay, &[LOCAL, REGION], NO_TLS)
        .unwrap()
        .sdk_config();
    assert_eq!(config.endpoint_url(), Some("http://127.0.0.1:4318"));
    assert_eq!(config.region().unwrap().as_ref(), "ca-central-1");
    assert!(config.behavior_version().is_some() && config.http_client().is_some());
    let real = read(Service::XRay, &[REGION, KEY, SECRET_KEY], TLS).unwrap();
    assert_eq!(real.endpoint(), None);
    assert_eq!(real.sdk_config().endpoint_url(), None);
}
