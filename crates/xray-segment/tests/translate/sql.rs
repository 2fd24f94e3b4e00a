//! Queries of SQL databases.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind::Client;
use serde_json::json;

use crate::spans::check;

#[test]
fn systems() {
    for system in [
        "db2",
        "derby",
        "hive",
        "ibm.db2",
        "mariadb",
        "microsoft.sql_server",
        "mssql",
        "mysql",
        "oracle",
        "oracle.db",
        "other_sql",
        "postgresql",
        "sqlite",
        "teradata",
    ] {
        for key in ["db.system.name", "db.system"] {
            check(
                &format!("{system} speaks SQL"),
                Client,
                json!({key: system}),
                json!({"/sql/database_type": system, "/metadata": null}),
            );
        }
    }
    check(
        "other databases are no SQL, and their attributes stay metadata",
        Client,
        json!({"db.system": "redis", "db.statement": "GET a", "db.name": "0", "db.user": "u"}),
        json!({"/sql": null, "/metadata/default": {"db.system": "redis", "db.statement": "GET a", "db.name": "0", "db.user": "u"}}),
    );
    check(
        "a database of no system is no SQL",
        Client,
        json!({"db.query.text": "SELECT 1"}),
        json!({"/sql": null, "/metadata/default": {"db.query.text": "SELECT 1"}}),
    );
}

#[test]
fn queries() {
    check(
        "a query by the older names",
        Client,
        json!({
            "@name": "SELECT cruddur",
            "db.system": "postgresql",
            "db.connection_string": "postgresql://db:5432",
            "db.name": "cruddur",
            "db.statement": "SELECT 1",
            "db.user": "app",
        }),
        json!({
            "/sql": {
                "url": "SELECT cruddur",
                "connection_string": "postgresql://db:5432/cruddur",
                "database_type": "postgresql",
                "sanitized_query": "SELECT 1",
                "user": "app",
            },
            "/metadata": null,
        }),
    );
    check(
        "a query by the stable names",
        Client,
        json!({
            "@name": "SELECT cruddur",
            "db.system.name": "postgresql",
            "db.namespace": "cruddur",
            "db.query.text": "SELECT 1",
            "user.name": "app",
        }),
        json!({
            "/sql": {
                "url": "SELECT cruddur",
                "connection_string": "localhost/cruddur",
                "database_type": "postgresql",
                "sanitized_query": "SELECT 1",
                "user": "app",
            },
            "/metadata": null,
        }),
    );
    check(
        "a database without name has an address all the same",
        Client,
        json!({"db.system": "mysql", "@name": ""}),
        json!({"/sql": {"connection_string": "localhost/", "database_type": "mysql"}}),
    );
    check(
        "the database's user wins over the user",
        Client,
        json!({"db.system": "mysql", "db.user": "app", "user.name": "alice"}),
        json!({"/sql/user": "app", "/metadata/default": {"user.name": "alice"}}),
    );
}
