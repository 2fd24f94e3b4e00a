//! The query of an SQL database.

use opentelemetry_proto::tonic::trace::v1::Span;

use super::attributes::Attributes;
use crate::segment::Sql;

/// The query, if the database is known to speak SQL; else its attributes stay where they are.
pub(super) fn of(span: &Span, attributes: &mut Attributes<'_>) -> Option<Sql> {
    const SYSTEM: [&str; 2] = ["db.system.name", "db.system"];
    let system = attributes.text(&SYSTEM).filter(|system| is_sql(system))?;
    attributes.take_text(&SYSTEM);
    let server = attributes.take_text(&["db.connection_string"]);
    let database = attributes.take_text(&["db.namespace", "db.name"]);
    let query = attributes.take_text(&["db.query.text", "db.statement"]);
    let user = attributes.take_text(&["db.user", "user.name"]);
    Some(Sql {
        // The address is the connection string's; the span's name says more.
        url: (!span.name.is_empty()).then(|| span.name.clone()),
        connection_string: Some(format!(
            "{}/{}",
            server.unwrap_or("localhost"),
            database.unwrap_or_default()
        )),
        database_type: Some(system.to_owned()),
        sanitized_query: query.map(str::to_owned),
        user: user.map(str::to_owned),
        ..Sql::default()
    })
}

/// The systems of the semantic conventions that the Collector takes for SQL, by their old and their stable names.
fn is_sql(system: &str) -> bool {
    matches!(
        system,
        "db2"
            | "derby"
            | "hive"
            | "ibm.db2"
            | "mariadb"
            | "microsoft.sql_server"
            | "mssql"
            | "mysql"
            | "oracle"
            | "oracle.db"
            | "other_sql"
            | "postgresql"
            | "sqlite"
            | "teradata"
    )
}
