//! Recognises log streams by content. Pure.
//!
//! A known stream is the first bytes of a file as it was read last. A file that begins with exactly
//! those bytes is the same stream: also after it has grown, was renamed or compressed by rotation, or
//! copied before it was truncated. Where few bytes are known, several files may begin alike: then the
//! stream is that of the same inode, path or directory, and not of a file that is still in its place.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufRead},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// From how many bytes on equal content alone identifies a stream.
pub const CERTAIN: u64 = 1_024;
/// How many of the first bytes make the id of a new stream.
const HEAD: u64 = 4_096;

/// A stream that was read before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownStream {
    /// Its id: hexadecimal digits.
    pub id: String,
    /// The name of its log stream in the store.
    pub name: String,
    /// How many bytes were read, in UTF-8 and decompressed.
    pub length: u64,
    /// The hash of those bytes.
    pub hash: String,
    /// The file that it was read from last.
    pub path: PathBuf,
    /// The device and inode of that file, where the system has them.
    pub inode: Option<(u64, u64)>,
    /// The time of entries without a time: that of the file when it was first read.
    pub otherwise: Timestamp,
    /// The last event. The next read may find more of it.
    pub last: Option<LastEvent>,
}

/// The last event of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastEvent {
    /// Its id.
    pub id: String,
    /// Its first byte.
    pub offset: u64,
    /// Its time.
    pub timestamp: Timestamp,
}

/// What identifies a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// Its absolute path.
    pub path: PathBuf,
    /// Its device and inode, where the system has them.
    pub inode: Option<(u64, u64)>,
}

/// The hashes of a content: of the whole, and of the first bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// The number of bytes.
    pub length: u64,
    /// The hash of all bytes.
    pub hash: String,
    /// The hashes of the first bytes, by their number.
    prefixes: BTreeMap<u64, String>,
}

impl Fingerprint {
    /// Reads a content up to its end, or to a fault, which is reported when it is read again.
    /// `lengths` are the numbers of first bytes to hash.
    pub fn read(mut reader: impl BufRead, lengths: impl IntoIterator<Item = u64>) -> Self {
        let lengths: BTreeSet<u64> = lengths.into_iter().chain([HEAD]).collect();
        let mut lengths = lengths.into_iter().peekable();
        let mut digest = Sha256::new();
        let mut print = Self::default();
        loop {
            while lengths.next_if(|length| *length <= print.length).is_some() {
                print.prefixes.insert(print.length, hex(&digest));
            }
            let available = match reader.fill_buf() {
                Ok([]) => break,
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            let until_next = lengths.peek().map_or(u64::MAX, |next| next - print.length);
            let count = usize::try_from(until_next).unwrap_or(usize::MAX);
            let count = count.min(available.len());
            digest.update(available.get(..count).unwrap_or(available));
            reader.consume(count);
            print.length += count as u64;
        }
        print.hash = hex(&digest);
        print.prefixes.insert(print.length, print.hash.clone());
        print
    }

    /// True if the content begins with everything that is known of a stream.
    #[must_use]
    pub fn begins_with(&self, known: &KnownStream) -> bool {
        known.length > 0 && self.prefixes.get(&known.length) == Some(&known.hash)
    }

    /// The id of a new stream with this content, which is none of those in use.
    #[must_use]
    pub fn new_id(&self, used: &[KnownStream]) -> String {
        let head = self.prefixes.get(&HEAD).unwrap_or(&self.hash);
        let mut numbered = (0_u64..).map(|number| {
            let mut digest = Sha256::new();
            digest.update(head);
            digest.update(number.to_be_bytes());
            hex(&digest)
        });
        let is_free = |id: &String| used.iter().all(|known| known.id != *id);
        numbered.find(is_free).unwrap_or_default()
    }
}

/// The first 128 bits of a hash so far.
fn hex(digest: &Sha256) -> String {
    let bytes = digest.clone().finalize();
    let first = bytes.iter().take(16);
    let number = first.fold(0, |number, byte| number << 8 | u128::from(*byte));
    format!("{number:032x}")
}

/// The known stream that a file continues, if any. `taken` has the ids of streams that other files of
/// this run continue, `is_in_place` reports if a stream's own file still begins with it.
#[must_use]
pub fn recognise<'a>(
    known: &'a [KnownStream],
    file: &FileFacts,
    print: &Fingerprint,
    taken: &BTreeSet<String>,
    is_in_place: impl Fn(&KnownStream) -> bool,
) -> Option<&'a KnownStream> {
    let candidates = known.iter().filter(|stream| print.begins_with(stream));
    let ranked = candidates.filter_map(|stream| {
        let is_certain = stream.length >= CERTAIN;
        let has_inode = stream.inode.is_some() && stream.inode == file.inode;
        let has_path = stream.path == file.path;
        let is_elsewhere = || !has_inode && !has_path && is_in_place(stream);
        if !is_certain && (taken.contains(&stream.id) || is_elsewhere()) {
            return None;
        }
        let has_directory = stream.path.parent() == file.path.parent();
        Some(((has_inode, has_path, has_directory, stream.length), stream))
    });
    let best = ranked.max_by_key(|(rank, _)| *rank);
    best.map(|(_, stream)| stream)
}

/// The device and inode of a file.
#[must_use]
pub fn inode(facts: &std::fs::Metadata) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some((facts.dev(), facts.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = facts;
        None
    }
}

/// The path of a file from the root.
#[must_use]
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{FileFacts, Fingerprint, KnownStream, recognise};

    fn print(content: &str, lengths: &[u64]) -> Fingerprint {
        Fingerprint::read(content.as_bytes(), lengths.iter().copied())
    }

    fn known(content: &str, path: &str, inode: u64) -> KnownStream {
        let print = print(content, &[]);
        KnownStream {
            id: print.new_id(&[]),
            name: "app.log".to_owned(),
            length: print.length,
            hash: print.hash,
            path: path.into(),
            inode: Some((1, inode)),
            otherwise: jiff::Timestamp::UNIX_EPOCH,
            last: None,
        }
    }

    /// The stream, among those known, that a file continues, by its position.
    fn found(streams: &[KnownStream], content: &str, path: &str, inode: u64) -> Option<usize> {
        let lengths: Vec<u64> = streams.iter().map(|stream| stream.length).collect();
        let file = FileFacts {
            path: path.into(),
            inode: Some((1, inode)),
        };
        let print = print(content, &lengths);
        let stream = recognise(streams, &file, &print, &BTreeSet::new(), |stream| {
            stream.path.ends_with("alive.log")
        })?;
        streams.iter().position(|other| other == stream)
    }

    #[test]
    fn a_file_that_has_grown_or_moved_is_the_same_stream() {
        let streams = [known("a\nb\n", "/w1/app.log", 1)];
        assert_eq!(found(&streams, "a\nb\nc\n", "/w1/app.log", 1), Some(0));
        assert_eq!(found(&streams, "a\nb\n", "/w1/app.log.1", 1), Some(0));
        assert_eq!(found(&streams, "a\nb\nc\n", "/w1/app.log.1.gz", 7), Some(0));
    }

    #[test]
    fn other_content_or_less_of_it_is_another_stream() {
        let streams = [known("a\nb\n", "/w1/app.log", 1)];
        assert_eq!(found(&streams, "a\nc\n", "/w1/app.log", 1), None);
        assert_eq!(found(&streams, "a\n", "/w1/app.log", 1), None);
        assert_eq!(found(&streams, "", "/w1/app.log", 1), None);
    }

    #[test]
    fn files_that_begin_alike_are_distinguished_by_place() {
        let streams = [
            known("start\n", "/w1/app.log", 1),
            known("start\n", "/w2/app.log", 2),
            known("start\n", "/w3/alive.log", 3),
        ];
        assert_eq!(found(&streams, "start\nx\n", "/w2/app.log", 2), Some(1));
        assert_eq!(
            found(&streams, "start\nx\n", "/w1/app.log.1.gz", 9),
            Some(0)
        );
        assert_eq!(found(&streams[2..], "start\nx\n", "/w4/app.log", 4), None);
        let long = "line\n".repeat(300);
        let certain = [known(&long, "/w3/alive.log", 3)];
        assert_eq!(found(&certain, &long, "/copy.log", 5), Some(0));
    }

    #[test]
    fn ids_of_new_streams_are_stable_and_free() {
        let content = print("a\n", &[]);
        let first = known("a\n", "/w1/app.log", 1);
        assert_eq!(content.new_id(&[]), first.id);
        assert_ne!(content.new_id(std::slice::from_ref(&first)), first.id);
    }
}
