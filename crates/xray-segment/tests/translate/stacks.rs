//! Stacks as their languages print them.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::Internal;
use serde_json::json;

use crate::spans::Case;

/// The stack as lines `label path:line`, each cause after `<- type: message`.
#[track_caller]
fn check(rule: &str, language: &str, stack: &str, expected: &[&str]) {
    let case = Case::new(
        Internal,
        json!({
            "@resource": {"telemetry.sdk.language": language},
            "@events": [{"name": "exception", "attributes": {"exception.type": "T", "exception.message": "m", "exception.stacktrace": stack}}],
        }),
    );
    let document = &case.documents(rule)[0];
    let mut found = Vec::new();
    for exception in document["cause"]["exceptions"].as_array().unwrap() {
        let text = |key: &str| exception[key].as_str().unwrap_or("?").to_owned();
        found.push(format!("<- {}: {}", text("type"), text("message")));
        for frame in exception["stack"].as_array().into_iter().flatten() {
            let text = |key: &str| match &frame[key] {
                serde_json::Value::Null => "?".to_owned(),
                value => value.as_str().map_or(value.to_string(), str::to_owned),
            };
            found.push(format!(
                "{} {}:{}",
                text("label"),
                text("path"),
                text("line")
            ));
        }
    }
    assert_eq!(found.remove(0), "<- T: m", "{rule}");
    assert_eq!(found, expected, "{rule}");
}

#[test]
fn java() {
    check(
        "Java: at lines are frames",
        "java",
        "java.lang.IllegalStateException: state\n\tat com.example.Main.run(Main.java:12)\n\tat com.example.Main.main(Main.java:3)\n",
        &[
            "com.example.Main.run Main.java:12",
            "com.example.Main.main Main.java:3",
        ],
    );
    check(
        "Java: the loader or module is left out",
        "java",
        "E\n\tat java.base/java.lang.Thread.run(Thread.java:834)\n",
        &["java.lang.Thread.run Thread.java:834"],
    );
    check(
        "Java: native methods have no line",
        "java",
        "E\n\tat a.B.c(Native Method)\n",
        &["a.B.c Native Method:?"],
    );
    check(
        "Java: causes follow, with messages of more than one line",
        "java",
        "E: out\n\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: one\n two\n\tat d.E.f(E.java:2)\n\t... 7 more\nCaused by: Root\n\tat g.H.i(H.java:3)\r\n",
        &[
            "a.B.c B.java:1",
            "<- java.io.IOException: one two",
            "d.E.f E.java:2",
            "<- Root: ?",
            "g.H.i H.java:3",
        ],
    );
    check(
        "Java: suppressed exceptions are passed over",
        "java",
        "E\n\tat a.B.c(B.java:1)\n\tSuppressed: S: s\n\t\tat d.E.f(E.java:2)\n",
        &["a.B.c B.java:1"],
    );
    check(
        "Java: the first line is the message, whatever it looks like",
        "java",
        "\tat a.B.c(B.java:1)\n\tat d.E.f(E.java:2)\n",
        &["d.E.f E.java:2"],
    );
    check(
        "PHP prints Java's form",
        "php",
        "Exception: e\n\tat main(index.php:4)\n",
        &["main index.php:4"],
    );
}

#[test]
fn python() {
    check(
        "Python: the last frame is the innermost",
        "python",
        "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    run()\n  File \"/app/run.py\", line 12, in run\n    raise KeyError('x')\n    ^^^^^^^\nKeyError: 'x'\n",
        &["run /app/run.py:12", "<module> /app/main.py:3"],
    );
    for (rule, because) in [
        (
            "Python: what was being handled is the cause",
            "During handling of the above exception, another exception occurred:",
        ),
        (
            "Python: what was raised from is the cause",
            "The above exception was the direct cause of the following exception:",
        ),
    ] {
        check(
            rule,
            "python",
            &format!(
                "Traceback (most recent call last):\n  File \"a.py\", line 1, in a\n    b()\n    ^^^\nOSError: one\n two\n\n{because}\n\nTraceback (most recent call last):\n  File \"c.py\", line 2, in c\n    d()\nKeyError: 'x'\n"
            ),
            &["c c.py:2", "<- OSError: one\n two", "a a.py:1"],
        );
    }
    check(
        "Python: a cause without message has its type",
        "python",
        "  File \"a.py\", line 1, in a\n    b()\nStopIteration\n\nDuring handling of the above exception, another exception occurred:\n\n  File \"c.py\", line 2, in c\nKeyError: 'x'\n",
        &["c c.py:2", "<- StopIteration: ?", "a a.py:1"],
    );
    check(
        "Python: a path may have a comma",
        "python",
        "  File \"/a, b/c.py\", line 1, in d\nE\n",
        &["d /a, b/c.py:1"],
    );
}

#[test]
fn javascript() {
    let stack = "TypeError: t\n    at run (/app/run.js:12:5)\n    at /app/main.js:3:1\n    at async load (node:internal/modules/loader:2:9)\n    at Array.map (native)\n    at new Promise (<anonymous>)\n at not a frame\n";
    let frames = [
        "run /app/run.js:12",
        "? /app/main.js:3",
        "async load node:internal/modules/loader:2",
        "Array.map native:?",
        "new Promise <anonymous>:?",
    ];
    for (rule, language) in [
        ("JavaScript: at lines are frames", "javascript"),
        ("Node.js prints V8's form", "nodejs"),
        ("browsers print V8's form", "webjs"),
    ] {
        check(rule, language, stack, &frames);
    }
    check(
        "JavaScript: a scheme is part of the path",
        "nodejs",
        "E\n    at run (file:///app/run.js:12:5)\n",
        &["run file:///app/run.js:12"],
    );
}

#[test]
fn dotnet() {
    check(
        ".NET: at lines are frames, with a place or without",
        "dotnet",
        "System.Exception: e\n   at App.Run(String x) in C:\\app\\Run.cs:line 12\n   at System.Threading.Tasks.Task.Wait()\n   --- End of inner exception ---\n",
        &[
            "App.Run(String x) C:\\app\\Run.cs:12",
            "System.Threading.Tasks.Task.Wait() ?:?",
        ],
    );
    check(
        ".NET: a place may have no line",
        "dotnet",
        "E\n   at App.Run() in /app/Run.cs\n",
        &["App.Run() /app/Run.cs:?"],
    );
}

#[test]
fn go() {
    check(
        "Go: a function and its place are a frame",
        "go",
        "goroutine 1 [running]:\nmain.run(0x1, 0x2)\n\t/app/run.go:12 +0x1d\nmain.main()\n\t/app/main.go:3\n",
        &[
            "main.run(0x1, 0x2) /app/run.go:12",
            "main.main() /app/main.go:3",
        ],
    );
}

#[test]
fn rust() {
    check(
        "Rust: a function and its place are a frame",
        "rust",
        "   0: app::run\n             at /app/src/run.rs:12:5\n   1: app::main::h0123456789abcdef\n             at ./src/main.rs:3:1\n",
        &["app::run /app/src/run.rs:12", "app::main ./src/main.rs:3"],
    );
    check(
        "Rust: addresses are left out",
        "rust",
        "   0:     0x55d8c0ffee00 - app::run\n                               at /app/src/run.rs:12:5\n",
        &["app::run /app/src/run.rs:12"],
    );
    check(
        "Rust: an inlined function is a frame",
        "rust",
        "   0: app::inlined\n             at /app/src/a.rs:1:1\n      app::run\n             at /app/src/b.rs:2:2\n",
        &["app::inlined /app/src/a.rs:1", "app::run /app/src/b.rs:2"],
    );
    check(
        "Rust: a function may have no place",
        "rust",
        "   0: __libc_start_main\n   1: _start\n",
        &["__libc_start_main ?:?", "_start ?:?"],
    );
    check(
        "Rust: an error's sources before the backtrace are no frames",
        "rust",
        "cannot run\n\nCaused by:\n    0: cannot read\n    1: no such file\n\nStack backtrace:\n   0: app::run\n             at /app/src/run.rs:12:5\n",
        &["app::run /app/src/run.rs:12"],
    );
    check(
        "Rust: what is no hash stays",
        "rust",
        "   0: app::hello\n   1: app::h0123\n",
        &["app::hello ?:?", "app::h0123 ?:?"],
    );
}

#[test]
fn others() {
    check(
        "a language without reader has no frames",
        "cpp",
        "#0 main () at main.cpp:3\n",
        &[],
    );
    check("no stack has no frames", "rust", "", &[]);
}
