//! Metrics from `/proc` on Linux:
//! <https://docs.kernel.org/filesystems/proc.html>,
//! <https://docs.kernel.org/admin-guide/iostats.html>.

use std::{fs, path::Path};

/// The bytes that caches use and that can be freed: `buff/cache` of `free`.
pub(super) fn cached() -> Option<u64> {
    cached_of(&fs::read_to_string("/proc/meminfo").ok()?)
}

fn cached_of(text: &str) -> Option<u64> {
    const CACHES: [&str; 3] = ["Buffers:", "Cached:", "SReclaimable:"];
    let mut bytes: u64 = 0;
    for name in CACHES {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        bytes = bytes.checked_add(kibibytes.checked_mul(1024)?)?;
    }
    Some(bytes)
}

/// The completed reads and writes of all disks since the start.
pub(super) fn operations() -> Option<u64> {
    let text = fs::read_to_string("/proc/diskstats").ok()?;
    // Partitions are not devices.
    let is_device = |name: &str| Path::new("/sys/block").join(name).exists();
    operations_of(&text, is_device)
}

fn operations_of(text: &str, is_device: impl Fn(&str) -> bool) -> Option<u64> {
    // Layered devices would count the same operation twice.
    const VIRTUAL: [&str; 5] = ["loop", "ram", "zram", "dm-", "md"];
    let mut found = None;
    for line in text.lines() {
        let mut words = line.split_whitespace().skip(2);
        let name = words.next()?;
        let mut numbers = words.map(str::parse::<u64>);
        let reads = numbers.next()?.ok()?;
        let writes = numbers.nth(3)?.ok()?;
        if is_device(name) && !VIRTUAL.iter().any(|kind| name.starts_with(kind)) {
            found = Some(found.unwrap_or(0) + reads + writes);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{cached_of, operations_of};

    #[test]
    fn all_caches_are_read_in_bytes() {
        let text = "MemTotal:  100 kB\nBuffers: 1 kB\nCached:   2 kB\nSwapCached: 7 kB\n\
                    Slab: 9 kB\nSReclaimable: 4 kB\n";
        assert_eq!(cached_of(text), Some(7 * 1024));
        assert_eq!(cached_of("MemTotal: 100 kB\n"), None);
    }

    #[test]
    fn whole_disks_are_counted_once() {
        let text = "   8       0 sda 10 1 2 3 20 4 5 6 0 0 0\n   8       1 sda1 9 0 0 0 9 0 0 0 0 0 0\n \
                    253       0 dm-0 10 1 2 3 20 4 5 6 0 0 0\n 259 0 nvme0n1 1 0 0 0 2 0 0 0 0 0 0\n";
        let count = operations_of(text, |name| name != "sda1");
        assert_eq!(count, Some(33));
        assert_eq!(operations_of("", |_| true), None);
        assert_eq!(operations_of("8 0 sda x", |_| true), None);
    }
}
