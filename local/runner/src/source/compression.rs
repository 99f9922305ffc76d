//! Decompresses logs: gzip, zstd, bzip2 and xz, recognised by their first bytes.
//!
//! A log may consist of several members, be padded with zeros, or be followed by garbage: members are
//! read in order, padding is skipped, and garbage is counted and left out.

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// The largest window of a zstd frame, in bytes: what `zstd --long=27` writes.
const LARGEST_WINDOW: u64 = 128 * 1024 * 1024;

/// A way to compress a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// <https://www.rfc-editor.org/rfc/rfc1952>.
    Gzip,
    /// <https://www.rfc-editor.org/rfc/rfc8878>.
    Zstd,
    /// <https://sourceware.org/bzip2/>.
    Bzip2,
    /// <https://tukaani.org/xz/xz-file-format.txt>.
    Xz,
}

impl Compression {
    /// The first bytes of each format.
    const MAGIC: [(&'static [u8], Self); 4] = [
        (&[0x1f, 0x8b], Self::Gzip),
        (&[0x28, 0xb5, 0x2f, 0xfd], Self::Zstd),
        (b"BZh", Self::Bzip2),
        (&[0xfd, b'7', b'z', b'X', b'Z', 0], Self::Xz),
    ];

    /// The endings that file names have for it.
    pub const ENDINGS: [&'static str; 6] = [".gz", ".zst", ".zstd", ".bz2", ".xz", ".Z"];

    /// The compression of a log with these first bytes; `None` if it is not compressed.
    #[must_use]
    pub fn of(start: &[u8]) -> Option<Self> {
        let mut known = Self::MAGIC.into_iter();
        let (_, found) = known.find(|(magic, _)| start.starts_with(magic))?;
        Some(found)
    }

    /// The decompressed log. Bytes of garbage at its end are added to `garbage`.
    ///
    /// # Errors
    ///
    /// If the first member cannot be read.
    pub fn decode(
        self,
        source: impl Read + Send + 'static,
        garbage: Arc<AtomicU64>,
    ) -> io::Result<Box<dyn Read + Send>> {
        let source = BufReader::with_capacity(1 << 16, source);
        Ok(match self {
            Self::Gzip | Self::Zstd => Box::new(CompressedMembers {
                member: Some(CompressedMember::open(self, source)?),
                compression: self,
                garbage,
            }),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(source)),
            Self::Xz => Box::new(XzReader::new(source, true)),
        })
    }
}

/// One member of a gzip file, or one frame of a zstd file.
enum CompressedMember<R: BufRead> {
    Gzip(Box<GzDecoder<R>>),
    Zstd(Box<StreamingDecoder<R, FrameDecoder>>),
}

impl<R: BufRead> CompressedMember<R> {
    fn open(compression: Compression, source: R) -> io::Result<Self> {
        if compression == Compression::Zstd {
            let decoder = StreamingDecoder::new_with_max_window_size(source, LARGEST_WINDOW);
            let decoder = decoder.map_err(|error| invalid(&error.to_string()))?;
            return Ok(Self::Zstd(Box::new(decoder)));
        }
        Ok(Self::Gzip(Box::new(GzDecoder::new(source))))
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
        }
    }

    fn into_source(self) -> R {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.into_inner(),
        }
    }
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// All members of a file, one after the other.
struct CompressedMembers<R: BufRead> {
    /// `None` after the last one.
    member: Option<CompressedMember<R>>,
    compression: Compression,
    garbage: Arc<AtomicU64>,
}

impl<R: BufRead> Read for CompressedMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            if let Some(ended) = self.member.take() {
                let mut source = ended.into_source();
                if self.has_another(&mut source)? {
                    self.member = Some(CompressedMember::open(self.compression, source)?);
                }
            }
        }
        Ok(0)
    }
}

impl<R: BufRead> CompressedMembers<R> {
    /// True if another member follows. Skips padding; counts garbage.
    fn has_another(&self, source: &mut R) -> io::Result<bool> {
        loop {
            let available = source.fill_buf()?;
            let Some(first) = available.first() else {
                return Ok(false);
            };
            if *first == 0 {
                let zeros = available.iter().take_while(|byte| **byte == 0).count();
                source.consume(zeros);
                continue;
            }
            if Compression::of(available) == Some(self.compression) {
                return Ok(true);
            }
            let count = available.len();
            self.garbage.fetch_add(count as u64, Ordering::Relaxed);
            source.consume(count);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
    };

    use bzip2::write::BzEncoder;
    use flate2::write::GzEncoder;

    use super::Compression;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).expect("written");
        encoder.finish().expect("packed")
    }

    fn bzip2(text: &str) -> Vec<u8> {
        let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::default());
        encoder.write_all(text.as_bytes()).expect("written");
        encoder.finish().expect("packed")
    }

    fn zstd(text: &str) -> Vec<u8> {
        use ruzstd::encoding::{CompressionLevel, compress_to_vec};
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    /// `printf '하나\n둘\n' | xz --check=crc32`.
    const XZ: &[u8] = &[
        0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x01, 0x69, 0x22, 0xde, 0x36, 0x02, 0x00, 0x21,
        0x01, 0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0x01, 0x00, 0x0a, 0xed, 0x95, 0x98,
        0xeb, 0x82, 0x98, 0x0a, 0xeb, 0x91, 0x98, 0x0a, 0x00, 0x00, 0x56, 0x4f, 0xbd, 0x0f, 0x00,
        0x01, 0x1f, 0x0b, 0x3d, 0x62, 0x0e, 0x7a, 0x90, 0x42, 0x99, 0x0d, 0x01, 0x00, 0x00, 0x00,
        0x00, 0x01, 0x59, 0x5a,
    ];

    fn decoded(bytes: Vec<u8>) -> (std::io::Result<String>, u64) {
        let garbage = Arc::new(AtomicU64::new(0));
        let compression = Compression::of(&bytes).expect("compressed");
        let mut text = String::new();
        let read = compression
            .decode(std::io::Cursor::new(bytes), Arc::clone(&garbage))
            .and_then(|mut reader| reader.read_to_string(&mut text));
        (read.map(|_| text), garbage.load(Ordering::Relaxed))
    }

    #[test]
    fn members_are_read_in_order_padding_is_skipped_and_garbage_is_counted() {
        for pack in [gzip, zstd] {
            let two = [pack("하나\n"), pack("둘\n")].concat();
            let (text, garbage) = decoded(two.clone());
            assert_eq!((text.expect("read").as_str(), garbage), ("하나\n둘\n", 0));
            let (text, garbage) = decoded([two.clone(), vec![0; 512]].concat());
            assert_eq!((text.expect("read").as_str(), garbage), ("하나\n둘\n", 0));
            let (text, garbage) = decoded([two, b"garbage".to_vec()].concat());
            assert_eq!((text.expect("read").as_str(), garbage), ("하나\n둘\n", 7));
        }
        let two = [bzip2("하나\n"), bzip2("둘\n")].concat();
        assert_eq!(decoded(two).0.expect("read"), "하나\n둘\n");
        assert_eq!(decoded(XZ.to_vec()).0.expect("read"), "하나\n둘\n");
    }

    #[test]
    fn a_compressed_log_that_ends_early_is_an_error() {
        for pack in [gzip, bzip2, zstd] {
            let mut bytes = pack(&"line 1 of many\n".repeat(10_000));
            bytes.truncate(bytes.len() / 2);
            decoded(bytes).0.expect_err("cut");
        }
        decoded(XZ[..XZ.len() / 2].to_vec()).0.expect_err("cut");
    }

    #[test]
    fn text_is_not_compressed() {
        assert_eq!(Compression::of(b"2026-11-24 INFO"), None);
        assert_eq!(Compression::of(b""), None);
        assert_eq!(Compression::of(XZ), Some(Compression::Xz));
    }
}
