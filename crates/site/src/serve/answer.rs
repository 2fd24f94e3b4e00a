//! The answer to a browser: a file of the book. Which book is shown is `serve`'s.

use std::path::Path;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse as _, Response};

/// A page loads nothing from elsewhere; mdBook's own scripts and styles stand in the page.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:";

/// Loads the page again when the book was made anew, unless nobody sees it.
const RELOAD: &str = r"<script>
(() => {
    let made;
    setInterval(async () => {
        if (document.hidden) return;
        try {
            const times = await (await fetch('/times-made')).text();
            if (made !== undefined && made !== times) location.reload();
            made = times;
        } catch {}
    }, 1000);
})();
</script>
</body>";

/// The file of the book at this path of an address, or the page for what is not there.
pub(super) async fn file(folder: &Path, path: &str) -> Response {
    let path = path.trim_start_matches('/');
    let index = if path.is_empty() || path.ends_with('/') {
        "index.html"
    } else {
        ""
    };
    let wanted = format!("{path}{index}");
    let leads_out = path.split('/').any(|part| part == "..");
    if !leads_out && let Ok(bytes) = tokio::fs::read(folder.join(&wanted)).await {
        return found(StatusCode::OK, &wanted, bytes);
    }
    match tokio::fs::read(folder.join("404.html")).await {
        Ok(bytes) => found(StatusCode::NOT_FOUND, "404.html", bytes),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn found(status: StatusCode, path: &str, bytes: Vec<u8>) -> Response {
    let content_type = content_type(path);
    let body = match String::from_utf8(bytes) {
        Ok(text) if content_type.starts_with("text/html") => {
            Body::from(text.replacen("</body>", RELOAD, 1))
        }
        Ok(text) => Body::from(text),
        Err(error) => Body::from(error.into_bytes()),
    };
    let headers: [(HeaderName, &str); 3] = [
        (CONTENT_TYPE, content_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body).into_response()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, status: u16, content_type: &str) {
        let book = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(book.path().join("book").join(name), text).expect("a file");
        };
        std::fs::create_dir_all(book.path().join("book/labs")).expect("a folder");
        std::fs::write(book.path().join("secret.txt"), "x").expect("a file");
        write("index.html", "<body></body>");
        write("labs/index.html", "<body></body>");
        write("404.html", "<body></body>");
        write("a.js", "1");
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let answer = runtime
            .expect("a runtime")
            .block_on(file(&book.path().join("book"), path));
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()[CONTENT_TYPE], content_type, "{path}");
        assert!(answer.headers().contains_key(CONTENT_SECURITY_POLICY));
    }

    #[test]
    fn what_is_in_the_book_is_shown_and_nothing_else() {
        let html = "text/html; charset=utf-8";
        check("/", 200, html);
        check("/labs/", 200, html);
        check("/a.js", 200, "text/javascript; charset=utf-8");
        check("/b.html", 404, html);
        check("/labs", 404, html);
        check("/../secret.txt", 404, html);
        check("//etc/passwd", 404, html);
    }
}
