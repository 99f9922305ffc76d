//! JSON lines as requests send them: in gzip, which level 1 writes within milliseconds, to a tenth of the
//! length of a log. They are compressed while they are written: whole bodies would be memory that each
//! request touches for the first time.

use std::io::{self, Read as _, Write};

use bytes::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use crate::log_store::StoreError;

/// How many bytes are compressed at once, so that they are still in the processor's cache.
const STEP_BYTES: usize = 64 * 1024;
/// How many bytes of lines become one byte of gzip, at least.
const USUAL_RATIO: usize = 8;

/// Lines in gzip.
#[derive(Clone, Debug, Default)]
pub(super) struct PackedLines(Bytes);

impl PackedLines {
    /// Compresses some lines.
    ///
    /// # Errors
    ///
    /// If the compression fails. In memory it does not.
    pub(super) fn of<'l>(lines: impl IntoIterator<Item = &'l [u8]>) -> Result<Self, StoreError> {
        let mut packer = LinePacker::new(0);
        for line in lines {
            packer.open()?.extend_from_slice(line);
        }
        packer.finish()
    }

    /// The gzip.
    pub(super) fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// The lines.
    ///
    /// # Errors
    ///
    /// If the decompression fails. Of what was compressed here it does not.
    pub(super) fn unpacked(&self) -> Result<Vec<u8>, StoreError> {
        let mut lines = Vec::with_capacity(USUAL_RATIO * self.0.len());
        let read = GzDecoder::new(self.0.as_ref()).read_to_end(&mut lines);
        read.map(|_| lines).map_err(|error| failed(&error))
    }
}

/// Lines that are being written.
#[derive(Debug)]
pub(super) struct LinePacker {
    /// What is not compressed yet.
    pending: Vec<u8>,
    encoder: GzEncoder<Vec<u8>>,
}

impl LinePacker {
    /// No lines yet, and room for about as many bytes of them.
    pub(super) fn new(expected: usize) -> Self {
        let packed = Vec::with_capacity(expected / USUAL_RATIO);
        Self {
            pending: Vec::with_capacity(expected.min(2 * STEP_BYTES)),
            encoder: GzEncoder::new(packed, Compression::fast()),
        }
    }

    /// Where the next lines are to be written. What was written since the last call may be removed there, and
    /// nothing before it.
    pub(super) fn open(&mut self) -> Result<&mut Vec<u8>, StoreError> {
        if self.pending.len() >= STEP_BYTES {
            self.encoder
                .write_all(&self.pending)
                .map_err(|error| failed(&error))?;
            self.pending.clear();
        }
        Ok(&mut self.pending)
    }

    /// All lines.
    pub(super) fn finish(mut self) -> Result<PackedLines, StoreError> {
        let written = self.encoder.write_all(&self.pending);
        let packed = written.and_then(|()| self.encoder.finish());
        packed
            .map(|packed| PackedLines(packed.into()))
            .map_err(|error| failed(&error))
    }
}

fn failed(error: &io::Error) -> StoreError {
    StoreError::Invalid(format!("the lines of a request in gzip: {error}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(50))]

        #[test]
        fn lines_are_the_same_after_they_were_packed(
            lines in proptest::collection::vec(".{0,40}", 0..20), repeated in 0_usize..2_000,
        ) {
            let text = lines.join("\n");
            let parts = || std::iter::repeat_n(text.as_bytes(), repeated);
            let packed = PackedLines::of(parts()).expect("packed");
            prop_assert_eq!(packed.unpacked().expect("unpacked"), text.repeat(repeated).into_bytes());
        }
    }

    #[test]
    fn what_was_just_written_can_be_taken_back() {
        let mut packer = LinePacker::new(10);
        for line in [b"kept\n".repeat(20_000), b"removed\n".repeat(20_000)] {
            packer.open().expect("room").extend_from_slice(&line);
        }
        let pending = packer.pending.len();
        packer.pending.truncate(pending - 8 * 20_000);
        let lines = packer.finish().and_then(|packed| packed.unpacked());
        assert_eq!(lines.expect("lines"), b"kept\n".repeat(20_000));
    }
}
