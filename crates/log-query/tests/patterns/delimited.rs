//! Lines of words.

use crate::cases::{check, read};

const FOUND: &str =
    r#"127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;
const GONE: &str =
    r#"127.0.0.2 Prod jane [10/Oct/2000:13:25:16 -0700] "GET /index.html HTTP/1.0" 410 0"#;
const FAULT: &str =
    r#"127.0.0.3 Prod frank [10/Oct/2000:13:25:17 -0700] "POST /api HTTP/1.0" 500 2048"#;

const INFO: &str = "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200";
const PART: &str = "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310";
const WARNING: &str = "WARNING 09/25/2014 12:00:02 Invalid user request";
const ERROR: &str = "ERROR 09/25/2014 12:00:02 Failed to process request";

#[test]
fn the_documented_examples() {
    let html = r"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]";
    check(html, &[FOUND, GONE], &[FAULT, ERROR]);
    check(
        "[..., request =*.html*, status_code = 4*, bytes]",
        &[FOUND, GONE],
        &[FAULT],
    );
    let either = "[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]";
    check(either, &[FOUND, GONE], &[FAULT, INFO]);
    check(
        "[ip, server, username, timestamp, request, status_code, bytes > 1000]",
        &[FOUND, FAULT],
        &[GONE],
    );
    check("[w1=ERROR, w2]", &[ERROR], &[INFO, WARNING, "ERROR"]);
    check("[w1=ERROR || w1=WARNING, w2]", &[ERROR, WARNING], &[INFO]);
    check(
        "[w1!=ERROR && w1!=WARNING, w2]",
        &[INFO, PART],
        &[ERROR, WARNING],
    );
    check(
        "[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]",
        &[INFO],
        &[PART, ERROR],
    );
    let child = "[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, response_time]";
    check(child, &[PART], &[INFO, WARNING]);
    check(
        "[..., status_code=200, size]",
        &["a b 200 7", "200 7"],
        &[FOUND, "200"],
    );
}

#[test]
fn a_line_needs_as_many_words_as_there_are_fields() {
    check("[a, b, c]", &["1 2 3", "1 2 3 4"], &["1 2", "", " "]);
    check("[a]", &["1", "1 2"], &["", " \t "]);
    check("[]", &[FOUND, "x", ""], &[]);
    check("[a, ..., b]", &["1 2", "1 2 3", FOUND], &["1"]);
    check("[...]", &["", "1", FOUND], &[]);
}

#[test]
fn the_last_field_takes_the_rest_of_the_line() {
    check(
        "[w1, w2 = \"b  c\"]",
        &["a b  c ", "a \"b  c\""],
        &["a b c", "a b"],
    );
    check("[w1, w2 = *x*]", &["a b \"x y\" c"], &["x b"]);
    check("[w1=ERROR]", &["ERROR"], &[ERROR]);
}

#[test]
fn dots_stand_for_as_many_words_as_there_are() {
    check(
        "[first = 1, ..., last = 9]",
        &["1 9", "1 5 9", "1 5 6 9"],
        &["1 5", "5 9", "9"],
    );
    check("[..., last = 9]", &["9", "1 9"], &["9 1"]);
    check("[first = 1, ...]", &["1", "1 9"], &["9 1"]);
}

#[test]
fn quotes_and_brackets_make_one_word() {
    check(
        "[a = \"x y\", b = 1]",
        &["\"x y\" 1", "[x y] 1", "\"x y\"\t1"],
        &["x y 1"],
    );
    check("[a = \"\", b = 1]", &["\"\" 1", "[] 1"], &["1 1"]);
    check(r#"[a = "*y", b = 1]"#, &[r#""x\" y" 1"#], &[r#""x" y 1"#]);
    // Unless the closing one is missing, or does not end a word.
    check(
        "[a, b = 1]",
        &["\"x 1", "[x 1", "\"x\"y 1", "[x]: 1"],
        &["\"x y 1", "[x y] z 1"],
    );
    check("[a = \"[x]:\", b]", &["[x]: 1"], &["x 1"]);
    check(
        "[a = é, b]".replace('é', "\"é ü\"").as_str(),
        &["\"é ü\" 1"],
        &["é ü 1"],
    );
}

#[test]
fn any_white_space_parts_words() {
    check(
        "[a = 1, b = 2, c = 3]",
        &["1 2 3", " 1  2\t3\n", "1\n2 \t 3"],
        &["1,2,3"],
    );
}

#[test]
fn fields_that_are_numbers_are_compared_as_numbers() {
    check(
        "[..., n > 1000]",
        &["x 1534", "x 1e4", "1000.5"],
        &["x 1000", "x 999", "x big", "x inf", "x"],
    );
    check(
        "[n = 404, ...]",
        &["404", "404.0", "4.04e2"],
        &["x404", "4040"],
    );
    check("[n = \"404\", ...]", &["404", "\"404\""], &["404.0"]);
    check("[n != 404, ...]", &["405", "x"], &["404", "404.0"]);
    check(
        "[n >= 400 && n < 500, ...]",
        &["400", "499.9"],
        &["399", "500", "NaN", "inf"],
    );
    check("[n < 0, ...]", &["-1", "-0.5"], &["0", "-", "-x"]);
    check(
        "[n <= 5, ...]",
        &["5", "4", "-1e400"],
        &["6", "-inf", "NaN"],
    );
    check("[n = inf, ...]", &["inf"], &["1"]);
}

#[test]
fn and_binds_tighter_than_or() {
    let pattern = "[a = 1* || a = 2* && a = *9, b]";
    check(pattern, &["10 x", "29 x"], &["20 x"]);
    check(
        "[a = 2* && a = *9 || a = 1*, b]",
        &["10 x", "29 x"],
        &["20 x"],
    );
}

#[test]
fn fields_need_no_name() {
    check("[..., status = 4*,]", &[FOUND, "404 x"], &[FAULT, "404"]);
    check("[,,]", &["1 2 3"], &["1 2"]);
    check("[ , b = 2, ]", &["1 2 3"], &["1 3 2"]);
    assert_eq!(read("[a,,b]").to_string(), "[a, , b]");
}

#[test]
fn names_may_have_digits_and_signs() {
    check("[w1 = a, 2nd = b, _x-y = c]", &["a b c"], &["a b d"]);
    check("[IS = a, null = null]", &["a null"], &["a b"]);
}
