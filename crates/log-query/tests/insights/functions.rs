//! What each function makes of its arguments.

use crate::cases::{NOW, check, check_calculated};

const EVENT: &str = r#"{"n":-2.5,"text":"  Aé ß ","blank":" \t","empty":"","ip":"192.0.2.44","v6":"2001:db8::7","ms":1767268800123}"#;

#[track_caller]
fn is(expression: &str, expected: &str) {
    check_calculated(EVENT, expression, expected);
}

#[test]
fn numeric() {
    is("abs(n)", "2.5");
    is("ceil(n)", "-2");
    is("floor(n)", "-3");
    is("ceil(2.1)", "3");
    is("greatest(1, n, 3, 2)", "3");
    is("least(1, n, 3)", "-2.5");
    is("greatest(1, text)", "absent");
    is("least(1)", "1");
    is("log(1)", "0");
    is("log(10)", "2.3026");
    is("log(0)", "absent");
    is("sqrt(16)", "4");
    is("sqrt(n)", "absent");
    is("abs(text)", "absent");
}

#[test]
fn of_texts() {
    is("isempty(empty)", "1");
    is("isempty(blank)", "0");
    is("isempty(missing)", "1");
    is("isempty(text)", "0");
    is("isblank(empty)", "1");
    is("isblank(blank)", "1");
    is("isblank(missing)", "1");
    is("isblank(text)", "0");
    is("concat(\"a\", n, missing, 'b')", "a-2.5b");
    is("concat(\"a\")", "a");
    is("ltrim(text)", "Aé ß ");
    is("rtrim(text)", "  Aé ß");
    is("trim(text)", "Aé ß");
    is(r#"ltrim("xyZxyfooxyZ","xyZ")"#, "fooxyZ");
    is(r#"rtrim("xyZfooxyxyZ","xyZ")"#, "xyZfoo");
    is(r#"trim("xyZxyfooxyxyZ","xyZ")"#, "foo");
    is("trim(missing)", "absent");
    is("strlen(text)", "7");
    is("strlen(\"\")", "0");
    is("strlen(missing)", "absent");
    is("toupper(text)", "  AÉ SS ");
    is("tolower(text)", "  aé ß ");
    is(r#"substr("xyZfooxyZ", 3, 3)"#, "foo");
    is(r#"substr("xyZfooxyZ", 3)"#, "fooxyZ");
    is(r#"substr("éàü", 1, 1)"#, "à");
    is(r#"substr("abc", 5)"#, "");
    is(r#"substr("abc", -1, 2)"#, "ab");
    is(r#"substr("abc", "x")"#, "absent");
    is(
        r#"replace("smoke_test smoke_test", "smoke_test", "Smoke")"#,
        "Smoke Smoke",
    );
    is(r#"replace("abc", "", "x")"#, "abc");
    is(r#"replace(missing, "a", "b")"#, "absent");
    is(r#"strcontains("abc", "b")"#, "1");
    is(r#"strcontains("abc", "B")"#, "0");
    is(r#"strcontains(missing, "B")"#, "0");
    is("strlen(12.50)", "4");
}

#[test]
fn of_times() {
    is("@timestamp", "2026-01-01 12:00:00.000");
    is("@ingestionTime", "2026-01-01 12:08:20.000");
    is("bin(1h)", "2026-01-01 12:00:00.000");
    is("datefloor(ms, 1s)", "2026-01-01 12:00:00.000");
    is("dateceil(ms, 1s)", "2026-01-01 12:00:01.000");
    is("dateceil(@timestamp, 1h)", "2026-01-01 12:00:00.000");
    is("dateceil(ms, 1mo)", "2026-02-01 00:00:00.000");
    is("dateceil(ms, 1y)", "2027-01-01 00:00:00.000");
    is("datefloor(ms, 1y)", "2026-01-01 00:00:00.000");
    is("dateceil(datefloor(ms, 1y), 1y)", "2026-01-01 00:00:00.000");
    is("fromMillis(ms)", "2026-01-01 12:00:00.123");
    is("fromMillis(0)", "1970-01-01 00:00:00.000");
    is("fromMillis(-1)", "1969-12-31 23:59:59.999");
    is("datefloor(fromMillis(-1), 1mo)", "1969-12-01 00:00:00.000");
    is("datefloor(fromMillis(-1), 5mo)", "1969-08-01 00:00:00.000");
    is("datefloor(-1, 1d)", "1969-12-31 00:00:00.000");
    is("fromMillis(text)", "absent");
    is("fromMillis(1e17)", "100000000000000000");
    is("datefloor(1e17, 1mo)", "absent");
    is("toMillis(@timestamp)", "1767268800000");
    is("toMillis(missing)", "absent");
    is("toMillis(@timestamp) > 1767268799999", "1");
    is("@timestamp > 1767268800000", "0");
    is("@timestamp >= \"1767268800000\"", "1");
    is("@timestamp - 1000", "1767268799000");
    is("now()", &(NOW / 1_000).to_string());
    is("now() * 1000 - toMillis(@timestamp) <= 3600000", "1");
}

#[test]
fn of_anything() {
    is("ispresent(text)", "1");
    is("isPresent(missing)", "0");
    is("ispresent(1 / 0)", "0");
    is("coalesce(missing, n, text)", "-2.5");
    is("coalesce(missing)", "absent");
    is("coalesce(empty, n)", "");
}

#[test]
fn of_ip_addresses() {
    is("isValidIp(ip)", "1");
    is("isValidIp(v6)", "1");
    is("isValidIp(text)", "0");
    is("isValidIp(missing)", "0");
    is("isValidIp(\"192.0.2.256\")", "0");
    is("isValidIpV4(ip)", "1");
    is("isValidIpV4(v6)", "0");
    is("isValidIpV6(v6)", "1");
    is("isValidIpV6(ip)", "0");
    is(r#"isIpInSubnet(ip, "192.0.2.0/24")"#, "1");
    is(r#"isIpInSubnet(ip, "192.0.3.0/24")"#, "0");
    is(r#"isIpInSubnet(ip, "0.0.0.0/0")"#, "1");
    is(r#"isIpInSubnet(ip, "192.0.2.44/32")"#, "1");
    is(r#"isIpInSubnet(ip, "192.0.2.45/32")"#, "0");
    is(r#"isIpInSubnet(v6, "2001:db8::/32")"#, "1");
    is(r#"isIpInSubnet(v6, "2001:db9::/32")"#, "0");
    is(r#"isIpInSubnet(v6, "::/0")"#, "1");
    is(r#"isIpInSubnet(ip, "2001:db8::/32")"#, "0");
    is(r#"isIpv4InSubnet(ip, "192.0.2.0/24")"#, "1");
    is(r#"isIpv4InSubnet(v6, "2001:db8::/32")"#, "0");
    is(r#"isIpv6InSubnet(v6, "2001:db8::/32")"#, "1");
    is(r#"isIpv6InSubnet(ip, "192.0.2.0/24")"#, "0");
    is(r#"isIpInSubnet(text, "192.0.2.0/24")"#, "0");
}

#[test]
fn texts_do_not_grow_without_bound() {
    let doubled: String = (0..60)
        .map(|n| format!("| fields concat(a{n}, a{n}) as a{}", n + 1))
        .collect();
    let query = format!(
        "fields @message as a0 {doubled} | display strlen(a10) as ten, strlen(a60) as sixty"
    );
    check(&query, &["0123456789"], &["ten=10240 | sixty=0"]);
    check(
        r#"display strlen(replace(@message, "x", @message)) as n"#,
        &[&"x".repeat(10_000)],
        &[""],
    );
}
