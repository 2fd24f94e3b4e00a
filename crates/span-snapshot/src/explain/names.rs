//! Likeness of names: typing errors, raw values where a template was wanted, and conventions that were renamed.

/// Attributes that OpenTelemetry's semantic conventions have renamed, old and new.
const RENAMED: &[(&str, &str)] = &[
    ("db.cassandra.table", "db.collection.name"),
    ("db.mongodb.collection", "db.collection.name"),
    ("db.name", "db.namespace"),
    ("db.operation", "db.operation.name"),
    ("db.sql.table", "db.collection.name"),
    ("db.statement", "db.query.text"),
    ("db.system", "db.system.name"),
    ("enduser.id", "user.id"),
    ("http.client_ip", "client.address"),
    ("http.flavor", "network.protocol.version"),
    ("http.host", "server.address"),
    ("http.method", "http.request.method"),
    ("http.request_content_length", "http.request.body.size"),
    ("http.response_content_length", "http.response.body.size"),
    ("http.scheme", "url.scheme"),
    ("http.server_name", "server.address"),
    ("http.status_code", "http.response.status_code"),
    ("http.target", "url.path"),
    ("http.target", "url.query"),
    ("http.url", "url.full"),
    ("http.user_agent", "user_agent.original"),
    ("messaging.operation", "messaging.operation.type"),
    ("net.host.name", "server.address"),
    ("net.host.port", "server.port"),
    ("net.peer.ip", "network.peer.address"),
    ("net.peer.name", "server.address"),
    ("net.peer.port", "server.port"),
    ("net.protocol.name", "network.protocol.name"),
    ("net.protocol.version", "network.protocol.version"),
    ("net.sock.peer.addr", "network.peer.address"),
    ("net.transport", "network.transport"),
    ("peer.service", "service.peer.name"),
];

/// Whether `old` is what `new` was called in earlier conventions.
pub(super) fn is_renamed(old: &str, new: &str) -> bool {
    RENAMED.contains(&(old, new))
}

/// Whether one is likely a misspelling of the other.
pub(super) fn is_near(a: &str, b: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(['_', '-', '.', ' '], "");
    if plain(a) == plain(b) {
        return true;
    }
    let longest = a.chars().count().max(b.chars().count());
    longest > 3 && distance(a, b) <= (longest / 5).clamp(1, 4)
}

/// Whether two keys have the same last word: `result_length` and `app.result_length`, `app.handle` and `app.user_handle`.
pub(super) fn end_alike(a: &str, b: &str) -> bool {
    let last = |key: &str| key.rsplit(['.', '_']).next().map(str::to_owned);
    last(a) == last(b)
}

/// How alike two names are, from 0 to 100.
pub(super) fn likeness(a: &str, b: &str) -> usize {
    let longest = a.chars().count().max(b.chars().count()).max(1);
    100 - 100 * distance(a, b).min(longest) / longest
}

/// How many characters must be inserted, removed or replaced. Long names are compared by their beginnings.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(200).collect();
    let b: Vec<char> = b.chars().take(200).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Whether `actual` is `wanted` with raw values in place of its templates, or holds a value that no name should.
pub(super) fn is_raw_form(wanted: &str, actual: &str) -> bool {
    let (wanted, actual): (Vec<&str>, Vec<&str>) = (segments(wanted), segments(actual));
    let fits = wanted.len() == actual.len()
        && wanted
            .iter()
            .zip(&actual)
            .all(|(w, a)| w == a || (is_template(w) && !is_template(a) && !a.is_empty()));
    // The method alone is a name that says less, not one that says too much.
    let same_start = wanted.first() == actual.first() && actual.len() > 1;
    fits || (same_start
        && actual
            .iter()
            .any(|segment| is_raw(segment) && !wanted.contains(segment)))
}

/// Whether a name is the text of a query. `SELECT activities` is none.
pub(super) fn is_statement(name: &str) -> bool {
    let mut words = name.split_whitespace();
    let verb = words.next().map(str::to_uppercase);
    let is_verb = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
        .contains(&verb.as_deref().unwrap_or_default());
    is_verb && words.count() > 1
}

fn segments(name: &str) -> Vec<&str> {
    name.split([' ', '/']).collect()
}

/// `{handle}`, `@{handle}`, `:handle`, `<handle>`, `*`
fn is_template(segment: &str) -> bool {
    (segment.contains('{') && segment.contains('}'))
        || segment.starts_with(':')
        || (segment.starts_with('<') && segment.ends_with('>'))
        || segment == "*"
}

/// A number, a UUID, a long hexadecimal word, a handle, or a query.
fn is_raw(segment: &str) -> bool {
    let digits = segment.chars().filter(char::is_ascii_digit).count();
    let hex = segment.chars().filter(char::is_ascii_hexdigit).count();
    let dashes = segment.chars().filter(|c| *c == '-').count();
    let length = segment.chars().count();
    !is_template(segment)
        && ((digits > 0 && digits == length)
            || (length == 36 && hex == 32 && dashes == 4)
            || (length >= 16 && hex == length)
            || (segment.starts_with('@') && length > 1)
            || (segment.contains('?') && segment.contains('=')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_forms() {
        let check = |wanted, actual, raw| {
            assert_eq!(is_raw_form(wanted, actual), raw, "{actual} for {wanted}")
        };
        check(
            "GET /api/activities/{uuid}",
            "GET /api/activities/248959df-3079-4947-b847-9e0892d1bab4",
            true,
        );
        check(
            "GET /api/activities/@{handle}",
            "GET /api/activities/@andrewbrown",
            true,
        );
        check("GET /users/{id}/posts", "GET /users/7/posts", true);
        check("GET /users/{id}", "GET /users", false);
        check("GET /search", "GET /search?term=rust", true);
        check("GET", "GET /users/7", true);
        check("GET /users/{id}", "GET /users/:id", false);
        check("home", "house", false);
    }

    #[test]
    fn statements() {
        let check = |name, statement| assert_eq!(is_statement(name), statement, "{name}");
        check("SELECT uuid FROM activities", true);
        check("insert into activities values (?1)", true);
        check("SELECT activities", false);
        check("GET /api/activities of all", false);
        check("", false);
    }

    #[test]
    fn near_names() {
        let check = |a, b, near| assert_eq!(is_near(a, b), near, "{a} {b}");
        check("app.result_length", "app.result-length", true);
        check("app.result_length", "app.resultLength", true);
        check("app.result_length", "app.result_lenght", true);
        check("user.id", "user.ip", true);
        check("user.id", "order.id", false);
        check("a", "b", false);
        check("http.request.method", "http.route", false);
    }
}
