//! Opens what a user named: a file or standard input, packed with gzip or not.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flate2::bufread::MultiGzDecoder;
use jiff::Timestamp;

/// What a log is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, written `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        if path == Path::new("-") {
            Self::Stdin
        } else {
            Self::File(path)
        }
    }
}

/// A log that can be read.
pub struct Opened {
    /// Its text.
    pub reader: Box<dyn BufRead + Send>,
    /// How many bytes of it were read so far, packed as they are.
    pub read_bytes: Arc<AtomicU64>,
    /// How many bytes there are, if that is known.
    pub size: Option<u64>,
    /// When it was changed last, if that is known.
    pub modified: Option<Timestamp>,
}

impl Input {
    /// The name of the log stream that it is taken for: the file's name without `.gz`.
    #[must_use]
    pub fn log_stream(&self) -> String {
        match self {
            Self::Stdin => "stdin".to_owned(),
            Self::File(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                let name = name.to_string_lossy();
                name.strip_suffix(".gz").unwrap_or(&name).to_owned()
            }
        }
    }

    /// What it is called in messages.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Opens it.
    ///
    /// # Errors
    ///
    /// When it cannot be opened or read.
    pub fn open(&self) -> io::Result<Opened> {
        let (source, size, modified): (Box<dyn Read + Send>, _, _) = match self {
            Self::Stdin => (Box::new(io::stdin()), None, None),
            Self::File(path) => {
                let file = File::open(path)?;
                let facts = file.metadata()?;
                if facts.is_dir() {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                let modified = facts.modified().ok().and_then(|at| at.try_into().ok());
                let size = facts.is_file().then_some(facts.len());
                (Box::new(file), size, modified)
            }
        };
        let read_bytes = Arc::new(AtomicU64::new(0));
        let counted = Counted {
            source,
            read_bytes: Arc::clone(&read_bytes),
        };
        Ok(Opened {
            reader: unpacked(counted)?,
            read_bytes,
            size,
            modified,
        })
    }
}

/// The text of a source, unpacked if it begins as gzip does
/// (<https://www.rfc-editor.org/rfc/rfc1952#page-6>).
fn unpacked(source: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    const MAGIC: [u8; 2] = [0x1f, 0x8b];
    // A pipe can hand over its first bytes one by one.
    let mut source = source;
    let mut start = Vec::with_capacity(MAGIC.len());
    (&mut source).take(2).read_to_end(&mut start)?;
    let is_gzip = start == MAGIC;
    let whole = BufReader::with_capacity(1 << 16, io::Cursor::new(start).chain(source));
    Ok(if is_gzip {
        Box::new(BufReader::with_capacity(
            1 << 16,
            MultiGzDecoder::new(whole),
        ))
    } else {
        Box::new(whole)
    })
}

/// Counts what was read, for the progress bar.
struct Counted<R> {
    source: R,
    read_bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.read_bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A log that the program carries.
///
/// # Errors
///
/// When it cannot be unpacked.
pub fn embedded(bytes: &'static [u8]) -> io::Result<Box<dyn BufRead + Send>> {
    unpacked(bytes)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        path::PathBuf,
        sync::atomic::Ordering,
    };

    use flate2::{Compression, write::GzEncoder};

    use super::Input;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).expect("written");
        encoder.finish().expect("packed")
    }

    #[test]
    fn gzip_is_known_by_its_first_bytes_and_may_have_several_members() {
        let directory = tempfile::tempdir().expect("directory");
        let two_members = [gzip("하나\n"), gzip("둘\n")].concat();
        for (name, bytes, text) in [
            ("a.log", b"plain\n".to_vec(), "plain\n"),
            ("named-wrongly.log", two_members, "하나\n둘\n"),
            ("empty.log.gz", Vec::new(), ""),
            ("short.log", b"x".to_vec(), "x"),
        ] {
            let path = directory.path().join(name);
            std::fs::write(&path, &bytes).expect("written");
            let mut opened = Input::from(path).open().expect("opened");
            let mut read = String::new();
            opened.reader.read_to_string(&mut read).expect("read");
            assert_eq!(read, text, "{name}");
            assert_eq!(opened.size, Some(bytes.len() as u64));
            assert_eq!(
                opened.read_bytes.load(Ordering::Relaxed),
                bytes.len() as u64
            );
            assert!(opened.modified.is_some());
        }
    }

    #[test]
    fn a_gzip_that_ends_early_is_an_error() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("a.log.gz");
        let mut bytes = gzip(&"line\n".repeat(1000));
        bytes.truncate(bytes.len() / 2);
        std::fs::write(&path, bytes).expect("written");
        let mut opened = Input::from(path).open().expect("opened");
        let mut read = Vec::new();
        opened.reader.read_to_end(&mut read).expect_err("cut");
    }

    #[test]
    fn the_log_stream_is_the_name_of_the_file() {
        for (path, stream) in [
            ("-", "stdin"),
            ("logs/gm-tool.jsonl.gz", "gm-tool.jsonl"),
            ("app.log", "app.log"),
        ] {
            assert_eq!(Input::from(PathBuf::from(path)).log_stream(), stream);
        }
        let error = Input::from(PathBuf::from("/")).open();
        assert!(error.is_err_and(|error| error.kind() == std::io::ErrorKind::IsADirectory));
    }
}
