//! Opens what a user named: a file, a pipe or standard input, compressed or not, in any encoding.

use std::{
    fs::{File, Metadata},
    io::{self, BufRead, BufReader, Cursor, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use encoding_rs::Encoding;
use jiff::Timestamp;

use super::{
    compression::Compression,
    encoding::{detect, utf_8},
    list::{ElementLines, JsonList},
    live::LiveReader,
    paths,
};
use crate::stop::StopSignal;

/// How many of the first bytes of a file are looked at to detect its encoding.
const SAMPLE: usize = 1 << 16;
/// How many bytes a compressed format needs to be recognised.
const LONGEST_MAGIC: usize = 6;

/// What a log is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogInput {
    /// Standard input, written `-`.
    Stdin,
    /// A file, or a named pipe.
    File(PathBuf),
}

impl From<PathBuf> for LogInput {
    fn from(path: PathBuf) -> Self {
        if path == Path::new("-") {
            Self::Stdin
        } else {
            Self::File(path)
        }
    }
}

/// A log that can be read.
pub struct OpenedLog {
    /// Its text, in UTF-8 where its encoding is known.
    pub reader: Box<dyn BufRead + Send>,
    /// The bytes read so far, before decompression.
    pub read_bytes: Arc<AtomicU64>,
    /// Bytes of garbage after compressed data.
    pub garbage: Arc<AtomicU64>,
    /// The file's facts; `None` for a pipe, which can be read only once.
    pub file: Option<Metadata>,
    /// The time of the last change, if known.
    pub modified: Option<Timestamp>,
}

impl LogInput {
    /// The name of the log stream: the file's name without the endings of compression and rotation.
    #[must_use]
    pub fn base_name(&self) -> String {
        let Self::File(path) = self else {
            return "stdin".to_owned();
        };
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy();
        let mut endings = Compression::ENDINGS.into_iter();
        let plain = endings.find_map(|ending| name.strip_suffix(ending));
        let plain = plain.unwrap_or(&name);
        let rotated = plain.rsplit_once('.').filter(|(name, number)| {
            !name.is_empty()
                && !name.ends_with(|letter: char| letter.is_ascii_digit())
                && (1..=3).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        rotated.map_or(plain, |(name, _)| name).to_owned()
    }

    /// Its name in messages.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Opens it. `encoding` overrides detection.
    ///
    /// # Errors
    ///
    /// If it cannot be opened or read, or is not text.
    pub fn open(&self, encoding: Option<&'static Encoding>) -> io::Result<OpenedLog> {
        self.open_until(encoding, &StopSignal::default())
    }

    /// As [`LogInput::open`]; a pipe ends when `stop` is set.
    ///
    /// # Errors
    ///
    /// If it cannot be opened or read, or is not text.
    pub fn open_until(
        &self,
        encoding: Option<&'static Encoding>,
        stop: &StopSignal,
    ) -> io::Result<OpenedLog> {
        let live = |source: Box<dyn Read + Send>| LiveReader::new(source, stop.clone());
        let (source, facts): (Box<dyn Read + Send>, _) = match self {
            Self::Stdin => (Box::new(live(Box::new(io::stdin()))), None),
            Self::File(path) => {
                let file = File::open(path);
                let file = file.map_err(|error| paths::no_match(path).unwrap_or(error))?;
                let facts = file.metadata()?;
                if facts.is_dir() {
                    return Err(io::Error::new(
                        io::ErrorKind::IsADirectory,
                        "the directory holds no logs; hidden files are left out",
                    ));
                }
                if facts.is_file() {
                    (Box::new(file), Some(facts))
                } else {
                    (Box::new(live(Box::new(file))), Some(facts))
                }
            }
        };
        let modified = facts.as_ref().and_then(|facts| facts.modified().ok());
        let file = facts.filter(Metadata::is_file);
        let (read_bytes, garbage) = (Arc::default(), Arc::default());
        let counted = CountedReader {
            source,
            read_bytes: Arc::clone(&read_bytes),
        };
        // A pipe may be silent for long: what has arrived must do.
        let (first, later) = if file.is_some() {
            (SAMPLE, SAMPLE)
        } else {
            (LONGEST_MAGIC, 1)
        };
        Ok(OpenedLog {
            reader: text(counted, first, later, encoding, Arc::clone(&garbage))?,
            read_bytes,
            garbage,
            file,
            modified: modified.and_then(|at| at.try_into().ok()),
        })
    }
}

/// The text of a source: decompressed, converted to UTF-8, and with the elements of a list as lines. At
/// least `first` bytes of the source, and `later` bytes of its text, are waited for.
fn text(
    source: impl Read + Send + 'static,
    first: usize,
    later: usize,
    encoding: Option<&'static Encoding>,
    garbage: Arc<AtomicU64>,
) -> io::Result<Box<dyn BufRead + Send>> {
    let (start, source) = sampled(source, first)?;
    let (start, source): (_, Box<dyn Read + Send>) = match Compression::of(&start) {
        Some(compression) => {
            let (start, source) = sampled(compression.decode(source, garbage)?, later)?;
            (start, Box::new(source))
        }
        None => (start, Box::new(source)),
    };
    let detected = detect(&start)?;
    let mut source = source;
    io::copy(
        &mut (&mut source).take(detected.mark as u64),
        &mut io::sink(),
    )?;
    let source: Box<dyn Read + Send> = match encoding.or(detected.encoding) {
        Some(encoding) => Box::new(utf_8(source, encoding)),
        None => source,
    };
    let (start, source) = sampled(source, later)?;
    Ok(match JsonList::of(&start) {
        Some(list) => Box::new(buffered(ElementLines::new(buffered(source), list))),
        None => Box::new(buffered(source)),
    })
}

fn buffered<R: Read>(source: R) -> BufReader<R> {
    BufReader::with_capacity(1 << 16, source)
}

/// The first bytes of a source, at least `least` unless it ends, and the whole source.
fn sampled<R: Read>(mut source: R, least: usize) -> io::Result<(Vec<u8>, impl Read + use<R>)> {
    let mut start = Vec::new();
    let mut chunk = vec![0; SAMPLE];
    let mut failure = None;
    while start.len() < least {
        match source.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => start.extend(chunk.iter().take(count)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // What was read before the fault is read again, and then the fault is reported.
            Err(error) if !start.is_empty() => {
                failure = Some(error);
                break;
            }
            Err(error) => return Err(error),
        }
    }
    let rest = Rest { failure, source };
    Ok((start.clone(), Cursor::new(start).chain(rest)))
}

/// The rest of a source, after a fault that the sample ran into.
struct Rest<R> {
    failure: Option<io::Error>,
    source: R,
}

impl<R: Read> Read for Rest<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.failure.take() {
            Some(error) => Err(error),
            None => self.source.read(buffer),
        }
    }
}

/// Counts what was read, for the progress bar.
struct CountedReader<R> {
    source: R,
    read_bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for CountedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.read_bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A log in the program itself.
///
/// # Errors
///
/// If it cannot be decompressed.
pub fn embedded(bytes: &'static [u8]) -> io::Result<Box<dyn BufRead + Send>> {
    text(bytes, SAMPLE, SAMPLE, None, Arc::default())
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        path::PathBuf,
        sync::atomic::Ordering,
    };

    use encoding_rs::EUC_KR;
    use flate2::{Compression, write::GzEncoder};

    use super::LogInput;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).expect("written");
        encoder.finish().expect("packed")
    }

    #[test]
    fn a_log_is_decompressed_and_converted_whatever_its_name() {
        let directory = tempfile::tempdir().expect("directory");
        let utf_16: Vec<u8> = "\u{feff}결제 실패\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (name, bytes, text) in [
            ("a.log", b"plain\n".to_vec(), "plain\n"),
            ("named-wrongly.log", gzip("하나\n"), "하나\n"),
            ("mark.log", b"\xef\xbb\xbfhello\n".to_vec(), "hello\n"),
            ("utf16.log", utf_16, "결제 실패\n"),
            ("empty.log.gz", Vec::new(), ""),
            ("short.log", b"x".to_vec(), "x"),
        ] {
            let path = directory.path().join(name);
            std::fs::write(&path, &bytes).expect("written");
            let mut opened = LogInput::from(path).open(None).expect("opened");
            let mut read = String::new();
            opened.reader.read_to_string(&mut read).expect("read");
            assert_eq!(read, text, "{name}");
            let file = opened.file.expect("a file");
            assert_eq!(file.len(), bytes.len() as u64);
            assert_eq!(opened.read_bytes.load(Ordering::Relaxed), file.len());
            assert!(opened.modified.is_some());
        }
    }

    #[test]
    fn an_encoding_may_be_named() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("a.log");
        std::fs::write(&path, EUC_KR.encode("결제\n").0).expect("written");
        let mut opened = LogInput::from(path).open(Some(EUC_KR)).expect("opened");
        let mut read = String::new();
        opened.reader.read_to_string(&mut read).expect("read");
        assert_eq!(read, "결제\n");
    }

    #[test]
    fn a_gzip_that_ends_early_is_read_up_to_there_and_then_an_error() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("a.log.gz");
        let lines: Vec<String> = (0..9_000).map(|number| format!("line {number}")).collect();
        let lines = lines.join("\n");
        let mut bytes = gzip(&lines);
        bytes.truncate(bytes.len() / 2);
        std::fs::write(&path, bytes).expect("written");
        let mut opened = LogInput::from(path).open(None).expect("opened");
        let mut read = Vec::new();
        opened.reader.read_to_end(&mut read).expect_err("cut");
        assert!(lines.as_bytes().starts_with(&read) && read.len() > 1_000);
    }

    #[test]
    fn the_base_name_has_no_ending_of_compression_or_rotation() {
        for (path, name) in [
            ("-", "stdin"),
            ("logs/gm-tool.jsonl.gz", "gm-tool.jsonl"),
            ("app.log", "app.log"),
            ("app.log.1", "app.log"),
            ("app.log.12.zst", "app.log"),
            (".1", ".1"),
            ("app-2026.11.24", "app-2026.11.24"),
        ] {
            assert_eq!(LogInput::from(PathBuf::from(path)).base_name(), name);
        }
        let error = LogInput::from(PathBuf::from("/")).open(None);
        assert!(error.is_err_and(|error| error.kind() == std::io::ErrorKind::IsADirectory));
    }
}
