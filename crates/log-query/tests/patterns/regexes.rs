//! Regular expressions, alone and in the other forms.

use crate::cases::check;

#[test]
fn they_find_something_anywhere() {
    let taken = [
        "[ERROR 401] UNAUTHORIZED REQUEST",
        "[SUCCESS 200] AUTHORIZED REQUEST",
    ];
    check("%AUTHORIZED%", &taken, &["authorized", ""]);
    check(
        "%[Ee]rror|[Ff]ail%",
        &["Error", "error", "Fail", "fail"],
        &["ERROR"],
    );
}

#[test]
fn the_documented_operators() {
    for (pattern, taken, left) in [
        (
            "%^[hc]at%",
            &["hat trick", "cat"][..],
            &["a hat", "bat"][..],
        ),
        ("%[hc]at$%", &["the cat", "hat"], &["cats", "bat"]),
        ("%colou?r%", &["color", "colour"], &["colouur"]),
        ("%^colou?r$%", &["color", "colour"], &["colouur", "a color"]),
        ("%[abc]%", &["xa", "b"], &["d", ""]),
        ("%[a-z]%", &["Aa"], &["A0"]),
        ("%[abcx-z]%", &["y", "a"], &["w", "-"]),
        ("%a{3,5}%", &["aaa", "aaaa"], &["aa"]),
        ("%^a{3,5}$%", &["aaa", "aaaaa"], &["aa", "aaaaaa"]),
        ("%^a{,2}$%", &["", "a", "aa"], &["aaa"]),
        ("%^a{2,}$%", &["aa", "aaaaaa"], &["a"]),
        ("%^a{2}$%", &["aa"], &["a", "aaa"]),
        ("%gray|grey%", &["gray", "grey"], &["groy"]),
        ("%gra|ey%", &["gray", "grey"], &["groy"]),
        (
            "%^starting|^initializing|^shutting down%",
            &["starting ...", "initializing ...", "shutting down"],
            &["skipping initializing ...", "shuttingdown"],
        ),
        ("%abcc|ab[^c]$%", &["abcc ...", "aba"], &["aac", "abc"]),
        (
            r"%\[.\]%",
            &["[a]", "[7]", "[@]", "[]]", "[ ]"],
            &["[]", "a"],
        ),
        (r"%10\.10\.0\.1%", &["from 10.10.0.1"], &["10010,051"]),
        ("%10.10.0.1%", &["10.10.0.1", "10010,051"], &["10.10.0"]),
        ("%ab*c%", &["ac", "abc", "abbbc"], &["adc"]),
        ("%ab[0-9]*%", &["ab", "ab0", "ab129"], &["a0"]),
        ("%ab+c%", &["abc", "abbc", "abbbc"], &["ac"]),
        (
            "%.at%",
            &["hat", "cat", "bat", "4at", "#at", " at"],
            &["at", "\nat"],
        ),
        (r"%\d%", &["port 80"], &["port", "٣"]),
        (r"%^\D$%", &["a", "٣", "🦀"], &["8", "ab"]),
        (r"%a\sb%", &["a b", "a\tb", "a\nb"], &["ab", "a\u{a0}b"]),
        (r"%a\Sb%", &["axb", "a\u{a0}b"], &["a b", "a\nb"]),
        (r"%^\w+$%", &["aZ_09"], &["a-b", "é", ""]),
        (r"%^\W$%", &["-", "é"], &["a", "_"]),
        (r"%\x3A%", &["key:value"], &["key=value", "x3A"]),
        (r"%\x28%", &["f("], &["f)"]),
        (r"%\x2f[\x2D\x5d]%", &["/-", "/]"], &["/x"]),
        (
            r"%\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}%",
            &["at 111.1.22.3"],
            &["1.2.3"],
        ),
    ] {
        check(pattern, taken, left);
    }
}

#[test]
fn as_the_service_answered() {
    check(
        r"%^ERROR\s[0-9]{3}$%",
        &["ERROR 500", "ERROR\n500"],
        &["ERROR 5000", "xERROR 500"],
    );
    check(
        "%^[^a-z]+$%",
        &["ERROR 500", "10.10.0.1", "ERROR\n500"],
        &["xERROR", "hello!", "café"],
    );
    check("%^a*b$%", &["aaab", "b"], &["abab"]);
}

#[test]
fn escapes_and_classes() {
    check(r"%\^\$\?\[\]\{\}\|\\\*\+\.%", &[r"^$?[]{}|\*+."], &["^$?"]);
    check(
        r"%a\/b\-c\:d\;e\,f\=g\@h\#i%",
        &["a/b-c:d;e,f=g@h#i"],
        &["abcdefghi"],
    );
    check(r"%a\tb%", &["a\tb"], &["atb"]);
    check(r"%^[\d\-x]+$%", &["1-x2"], &["y"]);
    check(r"%^[^\d]$%", &["a"], &["1"]);
    check(r"%^[\D]$%", &["a"], &["1"]);
    check("%^[[.]$%", &["[", "."], &["a", "]"]);
    check(r"%^[+--]$%", &["+", "-", ","], &["*"]);
    check("%^[a{,]$%", &["a", ",", "{"], &["0"]);
    check("%_:#=@/;,-%", &["_:#=@/;,-"], &["_"]);
}

#[test]
fn beside_other_terms() {
    check(r"%\d% ERROR", &["ERROR 5"], &["ERROR", "5"]);
    check(r"ERROR -%\d%", &["ERROR"], &["ERROR 5"]);
    check(r"?%\d% ?ERROR", &["5", "ERROR"], &["WARN"]);
}

#[test]
fn inside_the_other_forms() {
    check(
        "{ $.e = %Trail% }",
        &[r#"{"e":"UpdateTrail"}"#],
        &[r#"{"e":"trail"}"#],
    );
    check(
        "{ $.e != %Trail% }",
        &[r#"{"e":"trail"}"#],
        &[r#"{"e":"UpdateTrail"}"#],
    );
    check(
        r"{ $.n = %^1\.% }",
        &[r#"{"n":1.0}"#, r#"{"n":"1.x"}"#],
        &[r#"{"n":1}"#],
    );
    check("[a = %^x|y$%, b]", &["xa 1", "ay 1"], &["ax 1"]);
    check("[a != %x%, b]", &["y 1"], &["x 1"]);
    check(
        "{ $.a = %1% && $.b = %2% }",
        &[r#"{"a":1,"b":2}"#],
        &[r#"{"a":1,"b":1}"#],
    );
}
