//! Rust, a C compiler, a linker and git: their versions, and whether a program can really be made with them.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::seen::Seen;
use super::temporary::Folder;

const INSTALL_C: &str = "Install one: `sudo apt install build-essential` on Debian and Ubuntu, \
    `sudo dnf install gcc` on Fedora, `xcode-select --install` on macOS. SQLite is compiled with it, and Rust links with it.";
const C_PROGRAM: &str = "#include <stdio.h>\nint main(void) { return puts(\"works\") < 0; }\n";
const RUST_PROGRAM: &str = "fn main() { println!(\"works\"); }\n";

/// What was found out; `Err` says why not.
struct Toolchain {
    /// What the workspace asks for: `1.94.1`.
    wanted: Option<String>,
    /// `rustc 1.95.0 (59807616e 2026-04-14)`
    rustc: Result<String, String>,
    cargo: Result<String, String>,
    git: Result<String, String>,
    /// The C compiler's name.
    cc: String,
    /// Whether there is a folder to make programs in.
    temporary: Result<(), String>,
    c_program: Result<(), String>,
    rust_program: Result<(), String>,
}

pub(super) fn look(root: &Path) -> Vec<Seen> {
    let name = |variable: &str, usual: &str| {
        std::env::var(variable)
            .ok()
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| usual.to_owned())
    };
    let (rustc, cc) = (name("RUSTC", "rustc"), name("CC", "cc"));
    // Of the variable `CC`, the first word is the program: `ccache gcc`, `gcc -m64`.
    let mut words = cc.split_whitespace();
    let compiler = words.next().unwrap_or("cc");
    let mut c_args: Vec<&str> = words.collect();
    c_args.extend(["probe.c", "-o", "probe"]);
    let version = |program: &str| run(root, program, &["--version"]);
    judge(&Toolchain {
        wanted: std::fs::read_to_string(root.join("Cargo.toml"))
            .ok()
            .and_then(|manifest| wanted(&manifest)),
        rustc: version(&rustc),
        cargo: version(&name("CARGO", "cargo")),
        git: version("git"),
        temporary: Folder::new()
            .map(drop)
            .map_err(|error| format!("{error:#}")),
        c_program: make("probe.c", C_PROGRAM, compiler, &c_args),
        rust_program: make(
            "probe.rs",
            RUST_PROGRAM,
            &rustc,
            &["probe.rs", "-o", "probe"],
        ),
        cc,
    })
}

fn judge(toolchain: &Toolchain) -> Vec<Seen> {
    let wanted = toolchain.wanted.as_deref();
    let mut seen = Vec::new();
    for (name, found) in [("rustc", &toolchain.rustc), ("cargo", &toolchain.cargo)] {
        seen.push(match found {
            Ok(told) => rust(name, told, wanted),
            Err(why) => Seen::problem(
                format!("{name} does not run: {why}"),
                "Install Rust from https://rustup.rs, and open a new terminal.",
            ),
        });
    }
    if let Err(why) = &toolchain.temporary {
        seen.push(Seen::problem(
            format!("the temporary folder cannot be written: {why}"),
            "Set TMPDIR to a folder that you can write, or unset it. Compilers need it too.",
        ));
    } else {
        seen.push(match &toolchain.c_program {
            Ok(()) => Seen::ok(format!("{} compiles and links a C program", toolchain.cc)),
            Err(why) => Seen::problem(
                format!("{} does not make a C program: {why}", toolchain.cc),
                INSTALL_C,
            ),
        });
    }
    if toolchain.rustc.is_ok() && toolchain.temporary.is_ok() {
        seen.push(match &toolchain.rust_program {
            Ok(()) => Seen::ok("rustc compiles and links a Rust program"),
            Err(why) => Seen::problem(
                format!("rustc does not make a program: {why}"),
                "If it is the linker that fails, see the C compiler above, or what `.cargo/config.toml` \
                 in your home folder and RUSTFLAGS say; else `rustup update`.",
            ),
        });
    }
    seen.push(match &toolchain.git {
        Ok(told) => Seen::ok(told.clone()),
        Err(why) => Seen::problem(
            format!("git does not run: {why}"),
            "Install it: https://git-scm.com/downloads. Your progress and your keys' safety are looked up with it.",
        ),
    });
    seen
}

fn rust(name: &str, told: &str, wanted: Option<&str>) -> Seen {
    let Some(wanted) = wanted else {
        return Seen::ok(told);
    };
    match (
        numbers(told.split_whitespace().nth(1)),
        numbers(Some(wanted)),
    ) {
        (Some(found), Some(least)) if found < least => Seen::problem(
            format!("{told} is too old: the labs need {wanted}"),
            "Run `rustup update`; without rustup, install Rust from https://rustup.rs.",
        ),
        (Some(_), Some(_)) => Seen::ok(format!("{told}; the labs need {wanted}")),
        _ => Seen::note(
            format!("{name} is `{told}`, a version that cannot be compared"),
            format!("The labs need {wanted}."),
        ),
    }
}

/// `1.95.0-nightly` as `[1, 95, 0]`.
fn numbers(version: Option<&str>) -> Option<[u32; 3]> {
    let version = version?.split(['-', '+']).next()?;
    let mut numbers = [0; 3];
    for (index, part) in version.split('.').enumerate() {
        *numbers.get_mut(index)? = part.parse().ok()?;
    }
    Some(numbers)
}

/// `workspace.package.rust-version` of a manifest.
fn wanted(manifest: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Manifest {
        workspace: Workspace,
    }
    #[derive(Deserialize)]
    struct Workspace {
        package: Package,
    }
    #[derive(Deserialize)]
    struct Package {
        #[serde(rename = "rust-version")]
        rust_version: String,
    }
    let manifest: Manifest = toml::from_str(manifest).ok()?;
    Some(manifest.workspace.package.rust_version)
}

/// Compiles, links and runs a program in a folder of its own.
fn make(file: &str, text: &str, compiler: &str, args: &[&str]) -> Result<(), String> {
    let folder = Folder::new().map_err(|error| format!("{error:#}"))?;
    let path = folder.path();
    std::fs::write(path.join(file), text)
        .map_err(|error| format!("{} cannot be written: {error}", path.join(file).display()))?;
    run(path, compiler, args)?;
    let program = path.join("probe").display().to_string();
    match run(path, &program, &[])?.as_str() {
        "works" => Ok(()),
        _ => Err("what it makes does not work".to_owned()),
    }
}

/// The first line of what a program says, or why there is none.
fn run(folder: &Path, program: &str, args: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such program".to_owned(),
            _ => error.to_string(),
        })?;
    let first = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.next().unwrap_or_default().to_owned()
    };
    if output.status.success() {
        return Ok(first(&output.stdout));
    }
    match first(&output.stderr) {
        words if words.is_empty() => Err(output.status.to_string()),
        words => Err(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::seen::told;

    #[test]
    fn without_a_temporary_folder_no_compiler_is_blamed() {
        let said = told(&judge(&Toolchain {
            temporary: Err("no folder could be made in /gone".to_owned()),
            c_program: Err("no folder could be made in /gone".to_owned()),
            rust_program: Err("no folder could be made in /gone".to_owned()),
            ..good()
        }));
        assert!(
            said.contains("problem: the temporary folder cannot be written: no folder could be made in /gone / Set TMPDIR"),
            "{said}"
        );
        assert_eq!(said.matches("problem").count(), 1, "{said}");
    }

    fn good() -> Toolchain {
        Toolchain {
            wanted: Some("1.94.1".to_owned()),
            rustc: Ok("rustc 1.95.0 (59807616e 2026-04-14)".to_owned()),
            cargo: Ok("cargo 1.94.1 (b5d4a2f1c 2026-03-20)".to_owned()),
            git: Ok("git version 2.47.3".to_owned()),
            cc: "cc".to_owned(),
            temporary: Ok(()),
            c_program: Ok(()),
            rust_program: Ok(()),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Toolchain), line: usize, wanted: &str) {
        let mut toolchain = good();
        change(&mut toolchain);
        let told = told(&judge(&toolchain));
        assert_eq!(
            told.lines().nth(line).unwrap_or("nothing"),
            wanted,
            "{told}"
        );
    }

    #[test]
    fn versions() {
        let old = "Run `rustup update`; without rustup, install Rust from https://rustup.rs.";
        check(
            |_| {},
            0,
            "ok: rustc 1.95.0 (59807616e 2026-04-14); the labs need 1.94.1",
        );
        check(
            |_| {},
            1,
            "ok: cargo 1.94.1 (b5d4a2f1c 2026-03-20); the labs need 1.94.1",
        );
        check(
            |toolchain| toolchain.rustc = Ok("rustc 1.94.0 (x)".to_owned()),
            0,
            &format!("problem: rustc 1.94.0 (x) is too old: the labs need 1.94.1 / {old}"),
        );
        check(
            |toolchain| toolchain.rustc = Ok("rustc 1.100.0-nightly (x)".to_owned()),
            0,
            "ok: rustc 1.100.0-nightly (x); the labs need 1.94.1",
        );
        check(
            |toolchain| toolchain.rustc = Ok("rustc mine".to_owned()),
            0,
            "note: rustc is `rustc mine`, a version that cannot be compared / The labs need 1.94.1.",
        );
        check(
            |toolchain| toolchain.wanted = None,
            1,
            "ok: cargo 1.94.1 (b5d4a2f1c 2026-03-20)",
        );
    }

    #[test]
    fn what_is_missing() {
        let none = || Err("there is no such program".to_owned());
        check(
            |toolchain| toolchain.c_program = none(),
            2,
            &format!(
                "problem: cc does not make a C program: there is no such program / {INSTALL_C}"
            ),
        );
        check(
            |toolchain| {
                toolchain.rustc = Err("there is no such program".to_owned());
                toolchain.rust_program = none();
            },
            3,
            "ok: git version 2.47.3",
        );
    }

    #[test]
    fn a_program_is_really_made() {
        let make = |text| make("probe.c", text, "cc", &["probe.c", "-o", "probe"]);
        assert_eq!(make(C_PROGRAM), Ok(()));
        assert!(make("int main(void) { return no_such_function(); }\n").is_err());
        assert_eq!(
            make("int main(void) { return 0; }\n"),
            Err("what it makes does not work".to_owned())
        );
        assert_eq!(
            run(Path::new("."), "no-such-compiler", &[]),
            Err("there is no such program".to_owned())
        );
    }

    #[test]
    fn what_the_workspace_wants() {
        let manifest = "[workspace]\nmembers = []\n[workspace.package]\nrust-version = \"1.90\"\n";
        assert_eq!(wanted(manifest).as_deref(), Some("1.90"));
        assert_eq!(wanted("[workspace]\n"), None);
        assert_eq!(numbers(Some("1.90")), Some([1, 90, 0]));
    }
}
