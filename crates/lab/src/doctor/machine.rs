//! Disk, memory and cores against what a build takes. What is measured is passed to what judges it.

use std::path::{Path, PathBuf};

use super::seen::Seen;

const GIB: u64 = 1 << 30;
/// `cargo test` on an empty `target` leaves this much behind, tests, programs and incremental builds of all labs together
/// (measured with `du` after building everything: 8.3 GiB).
const BUILD: u64 = 9 * GIB;
/// With less, not even the first lab's test can be linked and an editor's rust-analyzer beside it fills what is left.
const LEAST_DISK: u64 = 2 * GIB;
/// The most that one rustc takes, that of CloudWatch Logs' SDK (its peak of resident memory was measured: 1.6 GiB).
const LARGEST_COMPILER: u64 = 17 * GIB / 10;
/// The most that the compilers beside it take (measured: 0.9 GiB the observatory, 0.7 GiB X-Ray's SDK, 0.5 GiB a lab's tests).
const COMPILER: u64 = 9 * GIB / 10;

/// What this machine has, as far as it can be told.
struct Machine {
    target: PathBuf,
    /// Free for us on the file system of `target`, in bytes.
    disk_free: Option<u64>,
    /// What `target` holds already, in bytes.
    built: u64,
    /// In bytes, the bound of a container respected.
    memory: Option<u64>,
    cores: usize,
}

pub(super) fn look(root: &Path) -> Vec<Seen> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |folder| root.join(folder));
    judge(&Machine {
        disk_free: free(&target),
        built: size(&target),
        target,
        memory: memory(),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
    })
}

fn judge(machine: &Machine) -> Vec<Seen> {
    vec![disk(machine), memory_seen(machine), cores(machine)]
}

fn disk(machine: &Machine) -> Seen {
    let target = machine.target.display();
    let Some(free) = machine.disk_free else {
        return Seen::unknown(
            format!("how much of the disk of {target} is free is not told"),
            format!("Building everything takes {}.", gib(BUILD)),
        );
    };
    let missing = BUILD.saturating_sub(machine.built);
    let what = format!("{} free on the disk of {target}", gib(free));
    let free_some = if machine.built > GIB {
        format!(
            "`cargo clean` frees {}, and the next build takes minutes; or remove something else.",
            gib(machine.built)
        )
    } else {
        "Remove something else, or set CARGO_TARGET_DIR to a folder on another disk.".to_owned()
    };
    if free < LEAST_DISK.min(missing.max(GIB)) {
        Seen::problem(
            what,
            format!("A build needs {} at least. {free_some}", gib(LEAST_DISK)),
        )
    } else if free < missing {
        Seen::note(
            what,
            format!(
                "It is enough for one lab; building everything takes {} more. {free_some}",
                gib(missing)
            ),
        )
    } else {
        Seen::ok(what)
    }
}

fn memory_seen(machine: &Machine) -> Seen {
    let Some(memory) = machine.memory else {
        return Seen::note(
            "how much memory is available is not told on this system",
            format!("A compiler takes up to {}.", gib(LARGEST_COMPILER)),
        );
    };
    let what = format!("{} of memory available", gib(memory));
    let beside = machine.cores.saturating_sub(1) as u64;
    if memory < LARGEST_COMPILER {
        Seen::problem(
            what,
            format!(
                "One compiler takes up to {}, and is killed where there is less: end other programs, or choose a larger machine.",
                gib(LARGEST_COMPILER)
            ),
        )
    } else if memory < LARGEST_COMPILER + beside * COMPILER {
        let jobs = 1 + (memory - LARGEST_COMPILER) / COMPILER;
        Seen::note(
            what,
            format!(
                "Cargo starts {} compilers at once; one takes up to {}, those beside it up to {} each. \
                 If one is killed (signal: 9), set CARGO_BUILD_JOBS={jobs}.",
                machine.cores,
                gib(LARGEST_COMPILER),
                gib(COMPILER)
            ),
        )
    } else {
        Seen::ok(what)
    }
}

fn cores(machine: &Machine) -> Seen {
    match machine.cores {
        1 => Seen::note(
            "1 core",
            "The first build takes several minutes: the times in the guides are those of two cores.",
        ),
        cores => Seen::ok(format!("{cores} cores")),
    }
}

/// In GiB, one digit behind the point.
fn gib(bytes: u64) -> String {
    let tenths = bytes / (GIB / 10);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

/// Free bytes for somebody who is not root, on the file system of `folder` or of the nearest one above that is there.
fn free(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|folder| folder.is_dir())?;
    let told = rustix::fs::statvfs(there).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

/// What the files below take; links are not followed, and what cannot be read counts nothing.
fn size(folder: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;

    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)))
        .map(|(path, data)| {
            if data.is_dir() {
                size(&path)
            } else {
                // A file with two names (cargo links what it has built) is counted once.
                data.blocks() * 512 / data.nlink().max(1)
            }
        })
        .sum()
}

fn memory() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let system = available(&read("/proc/meminfo")?)?;
    let control = "/sys/fs/cgroup";
    let container = [
        read(&format!("{control}/memory.max")),
        read(&format!("{control}/memory.current")),
        read(&format!("{control}/memory.stat")),
    ];
    match container {
        [Some(max), Some(current), Some(stat)] => {
            Some(within(&max, &current, &stat).map_or(system, |left| left.min(system)))
        }
        _ => Some(system),
    }
}

/// `MemAvailable` of `/proc/meminfo`, in bytes.
fn available(meminfo: &str) -> Option<u64> {
    let kib: u64 = field(meminfo, "MemAvailable:")?;
    kib.checked_mul(1024)
}

/// What a control group (version 2) leaves: its bound less what is used and cannot be given back. Nothing when it has no bound.
fn within(max: &str, current: &str, stat: &str) -> Option<u64> {
    let max: u64 = max.trim().parse().ok()?;
    let current: u64 = current.trim().parse().ok()?;
    let cache = field(stat, "inactive_file").unwrap_or(0);
    Some(max.saturating_sub(current.saturating_sub(cache)))
}

fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::seen::told;

    #[track_caller]
    fn check(disk_free: u64, built: u64, memory: u64, cores: usize, wanted: &str) {
        let machine = Machine {
            target: PathBuf::from("/w/target"),
            disk_free: Some(disk_free * GIB),
            built: built * GIB,
            memory: Some(memory * GIB / 2),
            cores,
        };
        assert_eq!(told(&judge(&machine)), wanted);
    }

    #[test]
    fn enough() {
        check(
            20,
            0,
            8,
            2,
            "ok: 20.0 GiB free on the disk of /w/target\nok: 4.0 GiB of memory available\nok: 2 cores\n",
        );
        // All is built: little is needed any more.
        check(
            1,
            9,
            10,
            4,
            "ok: 1.0 GiB free on the disk of /w/target\nok: 5.0 GiB of memory available\nok: 4 cores\n",
        );
    }

    #[test]
    fn too_little() {
        check(
            1,
            0,
            1,
            1,
            "problem: 1.0 GiB free on the disk of /w/target / A build needs 2.0 GiB at least. \
             Remove something else, or set CARGO_TARGET_DIR to a folder on another disk.\n\
             problem: 0.5 GiB of memory available / One compiler takes up to 1.7 GiB, and is killed where there is less: \
             end other programs, or choose a larger machine.\n\
             note: 1 core / The first build takes several minutes: the times in the guides are those of two cores.\n",
        );
        check(
            3,
            4,
            6,
            4,
            "note: 3.0 GiB free on the disk of /w/target / It is enough for one lab; building everything takes 5.0 GiB more. \
             `cargo clean` frees 4.0 GiB, and the next build takes minutes; or remove something else.\n\
             note: 3.0 GiB of memory available / Cargo starts 4 compilers at once; one takes up to 1.7 GiB, those beside it up to 0.9 GiB each. \
             If one is killed (signal: 9), set CARGO_BUILD_JOBS=2.\nok: 4 cores\n",
        );
    }

    #[test]
    fn what_is_not_told_is_no_problem_of_the_machine() {
        let machine = Machine {
            target: PathBuf::from("/w/target"),
            disk_free: None,
            built: 0,
            memory: None,
            cores: 2,
        };
        assert_eq!(
            told(&judge(&machine)),
            "unknown: how much of the disk of /w/target is free is not told / Building everything takes 9.0 GiB.\n\
             note: how much memory is available is not told on this system / A compiler takes up to 1.7 GiB.\nok: 2 cores\n"
        );
    }

    #[test]
    fn the_kernels_files() {
        let meminfo = "MemTotal:       24000000 kB\nMemFree: 1 kB\nMemAvailable:   2048 kB\n";
        assert_eq!(available(meminfo), Some(2 << 20));
        assert_eq!(within("max\n", "5\n", ""), None);
        assert_eq!(
            within("100\n", "70\n", "anon 3\ninactive_file 20\n"),
            Some(50)
        );
        assert_eq!(within("100\n", "170\n", ""), Some(0));
    }
}
