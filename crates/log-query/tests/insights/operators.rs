//! How operators bind, and what they make of numbers, texts and what is absent.

use crate::cases::{check, check_calculated};

const EVENT: &str = r#"{"one":1,"two":2,"ten":"10","text":"abc","yes":true,"no":false,"nothing":null,"neg":-3,"zero":0,"empty":""}"#;

#[track_caller]
fn is(expression: &str, expected: &str) {
    check_calculated(EVENT, expression, expected);
}

#[test]
fn arithmetic_binds_as_it_is_read() {
    is("1 + 2 * 3", "7");
    is("(1 + 2) * 3", "9");
    is("10 - 4 - 3", "3");
    is("100 / 10 / 5", "2");
    is("2 ^ 3", "8");
    is("2 ^ 3 ^ 2", "512");
    is("-2 ^ 2", "-4");
    is("2 ^ -1", "0.5");
    is("10 % 3", "1");
    is("2 * 10 % 3", "2");
    is("- - one", "1");
    is("ten-two", "8");
    is("1.5e2 + 0.5", "150.5");
    is("2e-1 * 1E+1", "2");
}

#[test]
fn calculated_numbers_have_four_decimals_at_most() {
    is("10 / 3", "3.3333");
    is("20 / 3", "6.6667");
    is("0.1 + 0.2", "0.3");
    is("one / 1", "1");
    is("0 - 0", "0");
    is("-zero", "0");
    is("1000000 * 1000000", "1000000000000");
    is("two ^ 40", "1099511627776");
}

#[test]
fn what_is_no_number_makes_no_number() {
    is("text + 1", "absent");
    is("missing + 1", "absent");
    is("1 / zero", "absent");
    is("zero % zero", "absent");
    is("-text", "absent");
    is("text ^ 2", "absent");
    is("yes + 1", "2");
}

#[test]
fn comparisons_are_by_number_if_both_are_numbers() {
    is("ten > 9", "1");
    is("ten > \"9\"", "1");
    is("\"10\" > \"9\"", "1");
    is("\"10\" > \"9a\"", "0");
    is("two = \"2.0\"", "1");
    is("text = \"abc\"", "1");
    is("text = \"ABC\"", "0");
    is("text < \"abd\"", "1");
    is("text <= \"abc\"", "1");
    is("text >= \"abd\"", "0");
    is("one != 1", "0");
    is("one != 2", "1");
    is("neg < 0", "1");
    is("\"-\" < \"0\"", "1");
    is("empty = \"\"", "1");
    is("two >= 2", "1");
    is("two > 2", "0");
    is("two < 2", "0");
    is("two <= 2", "1");
    is("\"1.5.\" = 1.5", "0");
    is("\"+5\" = 5", "1");
    is("text > 5", "0");
    is("text < 5", "0");
    is("5 < text", "0");
    is("text != 5", "1");
    is("@timestamp < text", "0");
    is("@logStream > \"a\"", "1");
    is("\"inf\" = \"Infinity\"", "0");
    is("\"1e400\" = \"1e500\"", "0");
}

#[test]
fn booleans_are_one_and_zero() {
    is("yes", "1");
    is("no", "0");
    is("yes = 1", "1");
    is("yes = \"true\"", "1");
    is("no = 'FALSE'", "1");
    is("yes = true", "1");
    is("no = false", "1");
    is("yes = \"yes\"", "0");
    check("filter yes | limit 1 | display one", &[EVENT], &["one=1"]);
    check("filter no | display one", &[EVENT], &[]);
    check("filter text | display one", &[EVENT], &[]);
    check(
        "filter ten and \"true\" | display one",
        &[EVENT],
        &["one=1"],
    );
    check("filter zero | display one", &[EVENT], &[]);
    check("filter missing | display one", &[EVENT], &[]);
}

#[test]
fn what_is_absent_is_equal_to_nothing_and_the_opposites_hold() {
    is("missing = 1", "0");
    is("missing != 1", "1");
    is("missing = missing", "0");
    is("missing < 1", "0");
    is("missing >= 1", "0");
    is("missing like \"\"", "0");
    is("missing not like \"a\"", "1");
    is("missing in [1]", "0");
    is("missing not in [1]", "1");
    is("nothing = 0", "0");
    is("ispresent(nothing)", "0");
    is("not missing", "1");
}

#[test]
fn not_binds_tighter_than_and_and_that_tighter_than_or() {
    is("true or true and false", "1");
    is("(true or true) and false", "0");
    is("not true or true", "1");
    is("not (true or true)", "0");
    is("not false and false", "0");
    is("not not true", "1");
    is("not one = 2", "1");
    is("1 + 1 = 2 and 2 * 2 = 4", "1");
    is("false or false or true", "1");
    is("true and true and false", "0");
}

#[test]
fn like_finds_parts_and_in_whole_values() {
    is("text like \"b\"", "1");
    is("text like 'B'", "0");
    is("text like \"a.c\"", "0");
    is("text like /a.c/", "1");
    is("text =~ /^b/", "0");
    is("text like /(?i)B/", "1");
    is("ten like \"1\"", "1");
    is("two like /^2$/", "1");
    is("text in [\"ab\", \"abc\"]", "1");
    is("text in [\"ab\"]", "0");
    is("ten in [10]", "1");
    is("ten in [\"10\"]", "1");
    is("one in []", "0");
    is("two in [one, one + 1]", "1");
    is("one not in [1]", "0");
    is("text not like \"b\"", "0");
}

#[test]
fn texts_have_escapes() {
    check(r#"fields "a\"b" as y"#, &["x"], &["y=a\"b"]);
    check(r#"fields 'a\'b' as y"#, &["x"], &["y=a'b"]);
    check(r#"fields "a'b" as y"#, &["x"], &["y=a'b"]);
    check(
        r#"fields "a\\b\tc\nd\re" as y"#,
        &["x"],
        &["y=a\\b\tc\nd\re"],
    );
    check(r#"fields "a\db" as y"#, &["x"], &["y=a\\db"]);
    check(
        "fields \"# no | comment\" as y",
        &["x"],
        &["y=# no | comment"],
    );
}

#[test]
fn fields_with_other_characters_stand_in_back_quotes() {
    let event = &[r#"{"a-b":1,"in":2,"c d":{"e-f":3,"g":4},"0":5,"count":6}"#];
    check(
        "fields `a-b`, `in`, `c d`.`e-f`, `c d.g`, `0`, count",
        event,
        &["a-b=1 | in=2 | c d.e-f=3 | c d.g=4 | 0=5 | count=6"],
    );
    check("fields `true` as y", &[r#"{"true":"field"}"#], &["y=field"]);
}

#[test]
fn a_column_is_called_what_is_written() {
    check("fields one  +\n two", &[EVENT], &["one + two=3"]);
    check("fields (one)", &[EVENT], &["one=1"]);
    check("fields 2 * (one + two)", &[EVENT], &["2 * (one + two)=6"]);
    check(
        "fields concat(\"a  b\", text)",
        &[EVENT],
        &["concat(\"a  b\", text)=a  babc"],
    );
}
