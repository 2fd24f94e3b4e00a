//! Any legal segment, for properties.

use proptest::{collection, option, prelude::*};
use serde_json::{Map, Value, json};
use xray_segment::{
    Annotation, Cause, Exception, Http, HttpRequest, HttpResponse, Link, Namespaces, Segment,
    Service, Sql, StackFrame,
};

/// A segment of any size, with subsegments that are numbered in its order.
pub(crate) fn segment() -> impl Strategy<Value = Segment> {
    let part = part().prop_recursive(4, 12, 3, |inner| {
        (part(), collection::vec(inner, 0..4)).prop_map(|(segment, subsegments)| Segment {
            subsegments,
            ..segment
        })
    });
    (part, any::<u64>(), option::of(1..9_u64)).prop_map(|(mut segment, low, parent)| {
        segment.trace_id = Some(format!("1-5f29ab21-{low:024x}"));
        segment.parent_id = parent.map(|parent| format!("{parent:016x}"));
        segment.kind = parent
            .filter(|parent| *parent > 4)
            .map(|_| "subsegment".to_owned());
        number(&mut segment, &mut 99);
        segment
    })
}

fn number(segment: &mut Segment, last: &mut u64) {
    *last += 1;
    segment.id = format!("{last:016x}");
    for part in &mut segment.subsegments {
        number(part, last);
    }
}

/// Short texts and, now and then, long ones with what JSON escapes and what has more than one byte.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        30 => "[a-z/]{0,12}",
        4 => any::<String>(),
        1 => ("[\"\\\\\n\u{1}é€🦀x]{1,9}", 1..900_usize).prop_map(|(text, times)| text.repeat(times)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        20 => Just(Value::Null),
        20 => any::<bool>().prop_map(Value::from),
        20 => any::<i64>().prop_map(Value::from),
        20 => (-1e9..1e9).prop_map(Value::from),
        20 => text().prop_map(Value::from),
        // Deeper than a reader goes.
        1 => (1..200_usize).prop_map(|depth| (0..depth).fold(json!(1), |inner, _| json!([inner]))),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            collection::btree_map(text(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn map() -> impl Strategy<Value = Map<String, Value>> {
    collection::btree_map(text(), value(), 0..3).prop_map(|map| map.into_iter().collect())
}

/// What a reader leaves as it is.
fn short() -> impl Strategy<Value = Option<String>> {
    option::of("[ -~é]{1,250}")
}

fn http() -> impl Strategy<Value = Http> {
    let request = (
        short(),
        short(),
        short(),
        short(),
        any::<Option<bool>>(),
        any::<Option<bool>>(),
    )
        .prop_map(
            |(method, url, user_agent, client_ip, x_forwarded_for, traced)| HttpRequest {
                method,
                url,
                user_agent,
                client_ip,
                x_forwarded_for,
                traced,
            },
        );
    let response =
        (any::<Option<i64>>(), any::<Option<i64>>()).prop_map(|(status, content_length)| {
            HttpResponse {
                status,
                content_length,
            }
        });
    (option::of(request), option::of(response))
        .prop_map(|(request, response)| Http { request, response })
}

fn sql() -> impl Strategy<Value = Sql> {
    (option::of(text()), option::of(text()), option::of(text())).prop_map(|(url, query, user)| {
        Sql {
            connection_string: url.clone(),
            url,
            sanitized_query: query,
            user,
            ..Sql::default()
        }
    })
}

fn cause() -> impl Strategy<Value = Cause> {
    let frame = (
        option::of(text()),
        any::<Option<i64>>(),
        option::of("[a-z]{1,9}"),
    )
        .prop_map(|(path, line, label)| StackFrame { path, line, label });
    let exception = (
        option::of(text()),
        option::of(text()),
        any::<Option<bool>>(),
        collection::vec(frame, 0..20),
    )
        .prop_map(|(message, kind, remote, stack)| Exception {
            message,
            kind,
            remote,
            stack,
            ..Exception::default()
        });
    prop_oneof![
        "[0-9a-f]{16}".prop_map(Cause::Id),
        (
            option::of(text()),
            collection::vec(text(), 0..4),
            collection::vec(exception, 0..3)
        )
            .prop_map(|(working_directory, paths, exceptions)| Cause::Exceptions {
                working_directory,
                paths,
                exceptions,
            }),
    ]
}

fn annotation() -> impl Strategy<Value = Annotation> {
    prop_oneof![
        any::<bool>().prop_map(Annotation::Bool),
        any::<i64>().prop_map(|number| Annotation::Number(number.into())),
        "[ -~é]{0,300}".prop_map(Annotation::String),
    ]
}

/// A segment without subsegments; at most two annotations, so that a document has no more than a reader takes.
fn part() -> impl Strategy<Value = Segment> {
    let what = (
        "[a-z_.:/%&#=+@é -]{1,200}",
        0..2_000_000_000_u64,
        option::of(0..5_000_000_u64),
        short(),
    );
    let blocks = (
        option::of(http()),
        option::of(sql()),
        option::of(cause()),
        map(),
        any::<[bool; 4]>(),
    );
    let service = (option::of(text()), map()).prop_map(|(version, mut more)| {
        more.remove("version");
        Service { version, more }
    });
    let link = (1..99_u64, map()).prop_map(|(id, attributes)| Link {
        trace_id: format!("1-5f29ab21-{id:024x}"),
        id: Some(format!("{id:016x}")),
        attributes,
    });
    let lists = (
        collection::btree_map("[A-Za-z0-9_.]{1,60}", annotation(), 0..3),
        collection::btree_map(text(), map(), 0..3),
        option::of(service),
        collection::vec(link, 0..3),
        collection::vec("[0-9a-f]{16}", 0..3),
    );
    (
        what,
        blocks,
        lists,
        option::of(prop::sample::select(vec!["aws", "remote", "local"])),
    )
        .prop_map(
            |((name, start, took, user), (http, sql, cause, aws, flags), lists, namespace)| {
                let (annotations, metadata, service, links, precursor_ids) = lists;
                let metadata: Namespaces = metadata;
                let start_time = start as f64 + 0.25;
                Segment {
                    name,
                    start_time,
                    end_time: took.map(|took| start_time + took as f64 / 1e6),
                    in_progress: took.is_none(),
                    namespace: namespace.map(str::to_owned),
                    user,
                    http,
                    aws,
                    service,
                    sql,
                    error: flags[0],
                    throttle: flags[1],
                    fault: flags[2],
                    inferred: flags[3],
                    cause,
                    annotations,
                    metadata,
                    links,
                    precursor_ids,
                    ..Segment::default()
                }
            },
        )
}
