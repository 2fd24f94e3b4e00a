//! Which requests a rule is for: one case a rule of matching.

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;
use xray_exporter::sampling::{Request, RuleSet, SamplingRule, Service};

/// A rule that matches everything but for what `change` says.
fn rule(change: impl FnOnce(&mut SamplingRule)) -> SamplingRule {
    let mut rule = SamplingRule::new("rule");
    change(&mut rule);
    rule
}

fn service() -> Service {
    Service {
        name: Some("backend".to_owned()),
        service_type: Some("AWS::ECS::Container".to_owned()),
        resource_arn: Some("arn:aws:ecs:eu-west-1:000000000000:task/cruddur/1".to_owned()),
    }
}

fn check(
    case: &str,
    change: impl FnOnce(&mut SamplingRule),
    attributes: &[(&'static str, &str)],
    matches: bool,
) {
    let attributes: Vec<KeyValue> = attributes
        .iter()
        .map(|(key, value)| KeyValue::new(*key, (*value).to_owned()))
        .collect();
    let service = service();
    let request = Request::new(&service, &attributes);
    assert_eq!(rule(change).matches(&request), matches, "{case}");
}

const PATH: &str = "url.path";

#[test]
fn wildcards() {
    for (case, pattern, path, matches) in [
        ("the same text", "/api/home", "/api/home", true),
        ("another text", "/api/home", "/api/search", false),
        ("the whole text, not its start", "/api", "/api/home", false),
        ("the whole text, not its end", "home", "/api/home", false),
        (
            "case is ignored in the text",
            "/api/home",
            "/API/Home",
            true,
        ),
        (
            "case is ignored in the pattern",
            "/API/*",
            "/api/home",
            true,
        ),
        ("case is ignored beyond ASCII", "/Ä*", "/ästhetik", true),
        ("a star is any characters", "/api/*", "/api/home/1", true),
        ("a star is no characters", "/api/*", "/api/", true),
        ("a star inside", "/api/*/replies", "/api/7/replies", true),
        ("a star takes as much as is needed", "*/a", "/a/b/a", true),
        (
            "a star does not take what must follow",
            "*/a",
            "/a/b",
            false,
        ),
        ("several stars", "*a*b*", "xxaxxbxx", true),
        ("several stars in order", "*a*b*", "xxbxxaxx", false),
        ("stars beside each other", "/**/x", "/a/x", true),
        ("a question mark is one character", "/api/?", "/api/7", true),
        ("a question mark is not none", "/api/?", "/api/", false),
        ("a question mark is not two", "/api/?", "/api/77", false),
        ("a question mark after a star", "*?7", "/17", true),
        (
            "a question mark is one character, not one byte",
            "/?",
            "/é",
            true,
        ),
        ("no other characters are special", "/a.c[d]", "/abcd", false),
        (
            "no other characters are special but themselves",
            "/a.c[d]",
            "/a.c[d]",
            true,
        ),
        ("an empty pattern is an empty text", "", "", true),
        ("an empty pattern is no other", "", "/", false),
    ] {
        check(
            case,
            |rule| rule.url_path = pattern.to_owned(),
            &[(PATH, path)],
            matches,
        );
    }
}

#[test]
fn a_long_text_of_near_misses_is_answered_at_once() {
    let path = "a".repeat(20_000);
    check(
        "no backtracking beyond the last star",
        |rule| rule.url_path = "*a*a*a*a*a*a*a*a*b".to_owned(),
        &[(PATH, &path)],
        false,
    );
}

#[test]
fn fields() {
    type Change = fn(&mut SamplingRule);
    type Case = (
        &'static str,
        Change,
        &'static [(&'static str, &'static str)],
        bool,
    );
    let cases: &[Case] = &[
        ("a new rule matches everything", |_| {}, &[], true),
        (
            "the service's name",
            |r| r.service_name = "backend".into(),
            &[],
            true,
        ),
        (
            "another service",
            |r| r.service_name = "localhost:4567".into(),
            &[],
            false,
        ),
        (
            "the service's type",
            |r| r.service_type = "AWS::ECS::*".into(),
            &[],
            true,
        ),
        (
            "another type",
            |r| r.service_type = "AWS::EC2::Instance".into(),
            &[],
            false,
        ),
        (
            "the resource's ARN",
            |r| r.resource_arn = "arn:aws:ecs:*".into(),
            &[],
            true,
        ),
        (
            "another ARN",
            |r| r.resource_arn = "arn:aws:lambda:*".into(),
            &[],
            false,
        ),
        (
            "the method",
            |r| r.http_method = "POST".into(),
            &[("http.request.method", "POST")],
            true,
        ),
        (
            "another method",
            |r| r.http_method = "POST".into(),
            &[("http.request.method", "GET")],
            false,
        ),
        (
            "the method by its old name",
            |r| r.http_method = "POST".into(),
            &[("http.method", "POST")],
            true,
        ),
        (
            "an unusual method in the original",
            |r| r.http_method = "PURGE".into(),
            &[
                ("http.request.method", "_OTHER"),
                ("http.request.method_original", "PURGE"),
            ],
            true,
        ),
        (
            "the path",
            |r| r.url_path = "/api/*".into(),
            &[(PATH, "/api/x")],
            true,
        ),
        (
            "the path by its old name",
            |r| r.url_path = "/api".into(),
            &[("http.target", "/api")],
            true,
        ),
        (
            "the path without the query",
            |r| r.url_path = "/api".into(),
            &[("http.target", "/api?a=1")],
            true,
        ),
        (
            "the path within the URL",
            |r| r.url_path = "/api".into(),
            &[("url.full", "http://h:1/api?a=1")],
            true,
        ),
        (
            "the path within the URL, old name",
            |r| r.url_path = "/api".into(),
            &[("http.url", "http://h/api")],
            true,
        ),
        (
            "a URL without a path has the path /",
            |r| r.url_path = "/".into(),
            &[("url.full", "http://h?a=/b")],
            true,
        ),
        (
            "what is no URL has no path",
            |r| r.url_path = "/*".into(),
            &[("url.full", "h/api")],
            false,
        ),
        (
            "a route is no path",
            |r| r.url_path = "/api".into(),
            &[("http.route", "/api")],
            false,
        ),
        (
            "the host",
            |r| r.host = "*.test".into(),
            &[("server.address", "api.test")],
            true,
        ),
        (
            "another host",
            |r| r.host = "*.test".into(),
            &[("server.address", "localhost")],
            false,
        ),
        (
            "the host by an old name",
            |r| r.host = "*.test".into(),
            &[("http.host", "api.test")],
            true,
        ),
        (
            "the host by another old name",
            |r| r.host = "*.test".into(),
            &[("net.host.name", "api.test")],
            true,
        ),
        (
            "what is missing is matched by * alone",
            |r| r.host = "**".into(),
            &[],
            false,
        ),
        (
            "the present name counts, not the old one",
            |r| r.http_method = "GET".into(),
            &[("http.method", "GET"), ("http.request.method", "POST")],
            false,
        ),
        (
            "an attribute",
            |r| _ = r.attributes.insert("tenant".into(), "a*".into()),
            &[("tenant", "acme")],
            true,
        ),
        (
            "an attribute's other value",
            |r| _ = r.attributes.insert("tenant".into(), "a*".into()),
            &[("tenant", "zeta")],
            false,
        ),
        (
            "an attribute that is missing, even for *",
            |r| _ = r.attributes.insert("tenant".into(), "*".into()),
            &[("other", "acme")],
            false,
        ),
        (
            "all attributes, not one of them",
            |r| r.attributes = [("a".into(), "1".into()), ("b".into(), "2".into())].into(),
            &[("a", "1"), ("b", "3")],
            false,
        ),
    ];
    for (case, change, attributes, matches) in cases {
        check(case, change, attributes, *matches);
    }
}

#[test]
fn an_attribute_that_is_no_text_is_compared_as_text() {
    let attributes = [KeyValue::new("retries", 3), KeyValue::new("cached", true)];
    let service = service();
    let request = Request::new(&service, &attributes);
    let wanted = |key: &str, value: &str| {
        rule(|rule| _ = rule.attributes.insert(key.to_owned(), value.to_owned())).matches(&request)
    };
    assert!(wanted("retries", "3"));
    assert!(wanted("cached", "true"));
    assert!(!wanted("cached", "false"));
}

#[test]
fn a_service_is_what_its_resource_says() {
    let resource = |attributes: &[(&'static str, &'static str)]| {
        let attributes = attributes
            .iter()
            .map(|(key, value)| KeyValue::new(*key, *value));
        let resource = Resource::builder_empty()
            .with_attributes(attributes)
            .build();
        let service = Service::from_resource(&resource);
        (service.name, service.service_type, service.resource_arn)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        resource(&[("service.name", "backend")]),
        (some("backend"), None, None)
    );
    assert_eq!(
        resource(&[
            ("cloud.platform", "aws_ecs"),
            ("aws.ecs.container.arn", "arn:1")
        ]),
        (None, some("AWS::ECS::Container"), some("arn:1"))
    );
    assert_eq!(
        resource(&[
            ("cloud.platform", "aws_lambda"),
            ("cloud.resource_id", "arn:2")
        ]),
        (None, some("AWS::Lambda::Function"), some("arn:2"))
    );
    assert_eq!(
        resource(&[
            ("cloud.platform", "gcp_cloud_run"),
            ("cloud.resource_id", "arn:3")
        ]),
        (None, None, None)
    );
}

#[test]
fn rules_are_tried_by_priority_and_then_by_name() {
    let named = |name: &str, priority, version| {
        let mut rule = SamplingRule::new(name);
        (rule.priority, rule.version) = (priority, version);
        rule
    };
    let rules = RuleSet::new([
        named("Default", 10_000, 1),
        named("b", 9000, 1),
        named("a", 9000, 1),
        named("z", 1, 1),
        named("of the future", 1, 2),
        named("", 1, 1),
    ]);
    let names: Vec<&str> = rules.rules().map(|rule| rule.rule_name.as_str()).collect();
    assert_eq!(
        names,
        ["z", "a", "b", "Default"],
        "and other versions are left out"
    );
}
