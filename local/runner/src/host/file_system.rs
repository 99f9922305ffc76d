//! Used and free bytes of a file system, as `df` counts them.

/// Used and free bytes of the root file system; `None` where the system does not say.
///
/// Used are the blocks that are not free. Free are those that a user may write: some file systems keep
/// blocks back, which are neither used nor free.
#[cfg(unix)]
pub(super) fn root() -> Option<(u64, u64)> {
    let found = rustix::fs::statvfs("/").ok()?;
    let used = found.f_blocks.checked_sub(found.f_bfree)?;
    let bytes = |blocks: u64| blocks.checked_mul(found.f_frsize);
    Some((bytes(used)?, bytes(found.f_bavail)?)).filter(|_| found.f_blocks > 0)
}

/// Used and free bytes of the root file system; `None` where the system does not say.
#[cfg(not(unix))]
pub(super) fn root() -> Option<(u64, u64)> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    use super::root;

    #[test]
    fn the_root_file_system_has_the_numbers_of_df() {
        let Ok(output) = Command::new("df").args(["-B1", "-P", "/"]).output() else {
            return;
        };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let numbers: Vec<f64> = text
            .lines()
            .last()
            .expect("a line")
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect();
        let [_, used, free] = numbers[..] else {
            panic!("size, used and available: {text}");
        };
        let (own_used, own_free) = root().expect("a file system");
        // Other programs write at the same time.
        let near = |own: u64, other: f64| (own as f64 - other).abs() < 0.02 * other + 1e9;
        assert!(near(own_used, used), "{own_used} {used}");
        assert!(near(own_free, free), "{own_free} {free}");
    }
}
