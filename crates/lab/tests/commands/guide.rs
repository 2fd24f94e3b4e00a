//! `cargo lab guide` with a program for the book that says what it is told.

use crate::project::Project;

const MANIFEST: &str = r#"[package]
name = "site"
version.workspace = true
edition.workspace = true
"#;

const PROGRAM: &str = r#"fn main() {
    println!("{:?}", std::env::args().skip(1).collect::<Vec<_>>());
}
"#;

fn project(program: &str) -> Project {
    let project = Project::with_services();
    project.write("crates/site/Cargo.toml", MANIFEST);
    project.write("crates/site/src/main.rs", program);
    project
}

#[test]
fn the_book_is_built_and_shown() {
    let project = project(PROGRAM);
    check!("guide", project.transcript("guide"));
    check!("guide_any_port", project.transcript("guide --any-port"));
}

#[test]
fn in_a_cloud_workspace_its_address_is_the_forwarded_one() {
    let project = project(PROGRAM);
    let mut command = project.lab("guide");
    command.env("CODESPACE_NAME", "shiny-space");
    check!("guide_codespaces", project.transcript_of("guide", command));
}

#[test]
fn a_book_that_cannot_be_made_is_the_compilers_to_explain() {
    let project = project("fn main() { nothing }\n");
    check!("guide_does_not_compile", project.transcript("guide"));
}
