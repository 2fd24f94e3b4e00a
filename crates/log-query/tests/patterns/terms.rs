//! Words and phrases.

use crate::cases::{check, read};

const BAD: &str = "[ERROR 400] BAD REQUEST";
const UNAUTHORIZED: &str = "[ERROR 401] UNAUTHORIZED REQUEST";
const MISSING: &str = "[ERROR 419] MISSING ARGUMENTS";
const INVALID: &str = "[ERROR 420] INVALID ARGUMENTS";
const FINE: &str = "[INFO 200] OK";

#[test]
fn nothing_takes_everything() {
    for pattern in ["", " ", "\t\n "] {
        check(pattern, &["", " ", BAD], &[]);
    }
}

#[test]
fn a_term_is_anywhere_in_the_message() {
    check("ERROR", &[BAD, UNAUTHORIZED, MISSING, INVALID], &[FINE, ""]);
    let inside = [
        "TERROR",
        "ERROR_ARGUMENTS",
        "ERROR-REQUEST",
        "an\nERROR",
        "ERROR",
    ];
    check("ERROR", &inside, &["error", "Error", "ERRO", "ERR OR"]);
    check(
        "Exception",
        &["[ERROR] InvalidQueryException"],
        &["exception"],
    );
    check("4_0", &["a 4_0 b"], &["4-0", "40"]);
}

#[test]
fn all_terms_must_be_there_in_any_order() {
    check(
        "ERROR ARGUMENTS",
        &[MISSING, INVALID, "ARGUMENTS ERROR"],
        &[BAD, UNAUTHORIZED, FINE],
    );
    check("  ERROR\t ARGUMENTS \n", &[MISSING], &[BAD]);
    // One place may be enough for two terms.
    check("ERROR ERR", &["ERROR"], &["ERR"]);
}

#[test]
fn one_of_the_question_mark_terms_is_enough() {
    check(
        "?ERROR ?ARGUMENTS",
        &[BAD, MISSING, "ARGUMENTS", "ERROR"],
        &[FINE],
    );
    check("?ERROR", &[BAD], &[FINE]);
    check(
        "?\"BAD REQUEST\" ?OK",
        &[BAD, FINE],
        &[MISSING, "BAD  REQUEST"],
    );
}

#[test]
fn beside_other_terms_those_with_a_question_mark_count_for_nothing() {
    let taken = [
        "[INFO] REQUEST FAILED",
        "[WARN] UNAUTHORIZED REQUEST",
        "[ERROR] 400 BAD REQUEST",
    ];
    check(
        "?ERROR ?ARGUMENTS REQUEST",
        &taken,
        &[MISSING, "ERROR ARGUMENTS"],
    );
    check(
        "REQUEST ?ERROR ?ARGUMENTS",
        &taken,
        &[MISSING, "ERROR ARGUMENTS"],
    );
    check(
        "?ERROR ?ARGUMENTS -REQUEST",
        &["INFO", MISSING, ""],
        &[BAD, "INFO REQUEST"],
    );
}

#[test]
fn a_minus_leaves_out() {
    check(
        "ERROR -ARGUMENTS",
        &[BAD, UNAUTHORIZED],
        &[MISSING, INVALID, FINE],
    );
    check("-ARGUMENTS ERROR", &[BAD], &[MISSING, FINE]);
    check("-ERROR", &[FINE, "", "error"], &[BAD, MISSING]);
    check(
        "ERROR -\"BAD REQUEST\"",
        &[MISSING, "ERROR BAD  REQUEST"],
        &[BAD],
    );
    check(
        "ERROR -Exiting",
        &["[ERROR] A fatal exception"],
        &["Exiting with ERRORCODE: -1"],
    );
}

#[test]
fn a_minus_inside_a_word_begins_another_term() {
    // Why a search for an ID finds nothing: all but its first part must not be there.
    check("ORDER-ITEM", &["ORDER 7"], &["ORDER-ITEM-1", "ITEM"]);
    check("\"ORDER-ITEM\"", &["ORDER-ITEM-1"], &["ORDER ITEM"]);
    check("request?id", &["request"], &["id"]);
    check(
        "one\"two three\"",
        &["two three one"],
        &["one", "two three"],
    );
}

#[test]
fn a_phrase_is_taken_as_it_is() {
    let error = "[ERROR 500] INTERNAL SERVER ERROR";
    let not = [
        "INTERNAL  SERVER ERROR",
        "INTERNAL SERVER error",
        "INTERNAL ERROR, SERVER",
    ];
    check("\"INTERNAL SERVER ERROR\"", &[error], &not);
    check(
        "\"[ERROR]\" Exception",
        &["[ERROR] x: QueryException"],
        &["[ERROR] x", "ERROR Exception"],
    );
    check("\"-x\"", &["a-x"], &["ax"]);
    check("\"?x\"", &["a?x"], &["ax"]);
    check("\"a*c\"", &["a*c"], &["abc", "ac"]);
    check("\"%a%\"", &["%a%"], &["a"]);
    check("\"ERROR\"", &["TERROR"], &["error"]);
    check("\"é 🦀\"", &["é 🦀!"], &["e"]);
}

#[test]
fn a_phrase_of_a_space_wants_a_space() {
    check("\" \"", &[BAD, " "], &["plain", "a\tb", ""]);
    check("\"\"", &[BAD, ""], &[]);
}

#[test]
fn a_backslash_takes_a_quote_s_meaning_away() {
    check(
        r#""say \"hello\"""#,
        &[r#"say "hello" now"#],
        &["say hello", r#"say \"hello\""#],
    );
    check(
        r#""level\\\":\\\"error""#,
        &[r#"{\"level\":\"error\"}"#],
        &[r#"{"level":"error"}"#],
    );
    check(r#""a\\b""#, &[r"a\b"], &["ab", r"a\\b"]);
    check(r#""a\tb\nc\rd""#, &["a\tb\nc\rd"], &["atbncrd"]);
}

#[test]
fn how_it_was_written_does_not_matter() {
    assert_eq!(read("\"ERROR\" -\"x\""), read("  ERROR   -x"));
    assert_ne!(read("?ERROR"), read("ERROR"));
    assert_eq!(read("\"a b\" ?c").to_string(), "\"a b\" ?c");
}
