//! Names and retention that the service would refuse are refused before anything is sent, in words that say what is allowed.

use cloudwatch_layer::{CloudWatch, CloudWatchBuilder};

use crate::{GROUP, clock, events, run, service::Service};

/// The words of the error, or the stream's name.
fn built(
    group: &str,
    configure: impl FnOnce(CloudWatchBuilder) -> CloudWatchBuilder,
) -> Result<String, String> {
    use cloudwatch_layer::Sink as _;

    let service = Service::accepting();
    let builder = CloudWatch::builder(service.client(), group)
        .with_clock(clock())
        .with_host("gitpod");
    let sink = configure(builder)
        .build()
        .map_err(|error| error.to_string())?;
    run(sink.put(events(1)));
    let put = &service.bodies("PutLogEvents")[0];
    Ok(put["logStreamName"].as_str().unwrap().to_owned())
}

#[track_caller]
fn check_group(group: &str, wanted: Result<(), &str>) {
    let told = built(group, |builder| builder).map(drop);
    assert_eq!(told, wanted.map_err(str::to_owned));
}

#[track_caller]
fn check_stream(template: &str, wanted: Result<&str, &str>) {
    let told = built(GROUP, |builder| {
        builder.with_service("backend").with_stream(template)
    });
    assert_eq!(told, wanted.map(str::to_owned).map_err(str::to_owned));
}

#[test]
fn groups() {
    check_group("/aws/Lambda_2.x-y#z", Ok(()));
    check_group("g", Ok(()));
    check_group(&"g".repeat(512), Ok(()));
    check_group(
        &"g".repeat(513),
        Err("the log group's name has 513 characters: 1 to 512 are allowed"),
    );
    check_group(
        "",
        Err("the log group's name has 0 characters: 1 to 512 are allowed"),
    );
    check_group(
        "cruddur logs",
        Err(
            "the log group's name `cruddur logs` has ' ' in it: letters, digits and . - _ / # are allowed",
        ),
    );
    check_group(
        "crüddur",
        Err(
            "the log group's name `crüddur` has 'ü' in it: letters, digits and . - _ / # are allowed",
        ),
    );
    check_group(
        "aws/cruddur",
        Err(
            "the log group's name `aws/cruddur` begins with `aws/`, which is kept for AWS: `/aws/…` or another name is allowed",
        ),
    );
}

#[test]
fn streams() {
    check_stream("backend", Ok("backend"));
    check_stream("{service}/{date}", Ok("backend/2026-11-26"));
    check_stream("{date}{date} ü", Ok("2026-11-262026-11-26 ü"));
    check_stream("{host}", Ok("gitpod"));
    check_stream("{pid}", Ok(&std::process::id().to_string()));
    check_stream(&"s".repeat(512), Ok(&"s".repeat(512)));
    check_stream(
        &format!("{}{{date}}", "s".repeat(503)),
        Err("the log stream's name has 513 characters: 1 to 512 are allowed"),
    );
    check_stream(
        "",
        Err("the log stream's name has 0 characters: 1 to 512 are allowed"),
    );
    check_stream(
        "a:b",
        Err("the log stream's name `a:b` has ':' in it: all but : and * is allowed"),
    );
    check_stream(
        "{date}*",
        Err("the log stream's name `2026-01-01*` has '*' in it: all but : and * is allowed"),
    );
    check_stream(
        "{hots}",
        Err(
            "the log stream's template `{hots}` has `{hots}` in it: {service}, {date}, {host} and {pid} are known",
        ),
    );
    for template in ["{service", "service}", "a{b{pid}", "{"] {
        let wanted = if template == "a{b{pid}" {
            "the log stream's template `a{b{pid}` has `{b{pid}` in it: {service}, {date}, {host} and {pid} are known".to_owned()
        } else {
            format!("the log stream's template `{template}` has a brace without its partner")
        };
        check_stream(template, Err(&wanted));
    }
}

#[test]
fn what_placeholders_stand_for_is_checked_too() {
    assert_eq!(
        built(GROUP, |builder| builder.with_stream("{service}")),
        Err("the log stream's template `{service}` names the service: say which with `with_service`".to_owned())
    );
    assert_eq!(
        built(GROUP, |builder| builder.with_host("::1")),
        Err(format!(
            "the log stream's name `2026-01-01/::1/{}` has ':' in it: all but : and * is allowed",
            std::process::id()
        ))
    );
    // Without braces of its own, a service's name is no template.
    assert_eq!(
        built(GROUP, |builder| builder
            .with_service("{date}")
            .with_stream("{service}")),
        Ok("{date}".to_owned())
    );
}

#[test]
fn the_computers_own_name_is_the_host() {
    let service = Service::accepting();
    let sink = CloudWatch::builder(service.client(), GROUP)
        .with_clock(clock())
        .with_stream("{host}")
        .build()
        .unwrap();
    run(cloudwatch_layer::Sink::put(&sink, events(1)));
    let name = service.bodies("PutLogEvents")[0]["logStreamName"].clone();
    let name = name.as_str().unwrap();
    assert!(
        !name.is_empty() && !name.contains(char::is_whitespace),
        "{name:?}"
    );
}

#[test]
fn retentions() {
    for days in [1, 5, 14, 365, 3653] {
        assert!(built(GROUP, |builder| builder.with_retention_days(days)).is_ok());
    }
    for (days, nearest) in [
        (8, 7),
        (0, 1),
        (-1, 1),
        (i32::MAX, 3653),
        (i32::MIN, 1),
        (364, 365),
    ] {
        assert_eq!(
            built(GROUP, |builder| builder.with_retention_days(days)),
            Err(format!(
                "{days} days is no retention that the service has: the nearest it has is {nearest} days"
            ))
        );
    }
}
