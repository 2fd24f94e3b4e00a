//! The Python of the book parses, where there is a Python to ask. That it runs is not looked at.

use std::{fs, io::ErrorKind, path::Path, process::Command};

#[test]
fn the_python_of_the_book_parses() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/concepts/python");
    let files = fs::read_dir(folder).expect("the folder");
    let files: Vec<_> = files
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "py"))
        .collect();
    assert!(!files.is_empty());
    for file in files {
        let parse = "import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])";
        match Command::new("python3")
            .args(["-c", parse])
            .arg(&file)
            .output()
        {
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(error) => panic!("python3: {error}"),
            Ok(told) => assert!(
                told.status.success(),
                "{}",
                String::from_utf8_lossy(&told.stderr)
            ),
        }
    }
}
