//! The database as a file: what is kept, and which files are refused with which sentence.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier};

use cruddur::profiles::LocalProfiles;
use cruddur::{Cruddur, Store};
use rusqlite::Connection;

use crate::asking::{get, post, router};

/// A folder of its own in the build's folder for such, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("store")
        .join(name);
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[tokio::test]
async fn what_was_posted_is_there_after_opening_the_file_again() {
    let file = folder("kept").join("cruddur.db");
    for (count, known) in [(3, "fresh"), (4, "with one crud")] {
        let store = Store::open(&file).expect("the file opens");
        let router = router(Cruddur::new(store, Arc::new(LocalProfiles)));
        let home = get(&router, "/api/activities/home").await.json;
        assert_eq!(home.as_array().map(Vec::len), Some(count), "{known}");
        post(
            &router,
            "/api/activities",
            r#"{"message": "Hi", "ttl": "1-day"}"#,
        )
        .await;
    }
}

#[test]
fn those_that_make_the_same_file_at_once_seed_it_once() {
    let folder = folder("race");
    for round in 0..5 {
        let file = folder.join(format!("{round}.db"));
        let begin = Barrier::new(4);
        let open = || {
            begin.wait();
            Store::open(&file).expect("the file opens")
        };
        let stores: Vec<Store> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"))
                .collect()
        });
        for store in stores {
            let home = Cruddur::new(store, Arc::new(LocalProfiles))
                .home_activities()
                .expect("a feed");
            assert_eq!(home.len(), 3);
        }
    }
}

#[track_caller]
fn check_refused(file: &Path, expected: &str) {
    let error = Store::open(file)
        .err()
        .expect("the file is refused")
        .to_string();
    let error = error.replace(&file.display().to_string(), "FILE");
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn files_that_are_not_ours_are_refused_with_what_to_do() {
    let folder = folder("refused");
    check_refused(
        &folder.join("missing/cruddur.db"),
        "cannot open the database FILE: unable to open database file",
    );

    let text = folder.join("text");
    std::fs::write(
        &text,
        "no database at all, but long enough to have the room for a header",
    )
    .expect("a file");
    check_refused(
        &text,
        "cannot open the database FILE: file is not a database",
    );

    let foreign = folder.join("foreign.db");
    Connection::open(&foreign)
        .and_then(|c| c.execute_batch("CREATE TABLE cats (name)"))
        .expect("a database");
    check_refused(
        &foreign,
        "FILE is a database of another program: name another file in CRUDDUR_DB",
    );

    let newer = folder.join("newer.db");
    drop(Store::open(&newer).expect("the file opens"));
    Connection::open(&newer)
        .and_then(|c| c.pragma_update(None, "user_version", 7))
        .expect("a version");
    check_refused(
        &newer,
        "the database FILE has version 7, and this program knows 1: update the program,",
    );
}
