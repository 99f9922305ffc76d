//! Reads standard input as it comes, so that what has arrived is stored although more may follow.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    thread,
    time::{Duration, Instant},
};

use super::compression::Compression;
use crate::stop::StopSignal;

/// How long a silence lasts before what has arrived is stored.
pub const SILENCE: Duration = Duration::from_millis(400);
/// How many chunks wait to be read.
const WAITING: usize = 16;
const CHUNK: usize = 1 << 16;

/// A reader of a pipe that reports silence: an error of the kind `TimedOut` after the end of a line. The
/// next read goes on.
#[derive(Debug)]
pub struct LiveReader {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: io::Cursor<Vec<u8>>,
    last: Option<u8>,
    /// False for compressed data, in which a line feed ends no line.
    is_text: bool,
    /// True if the silence was reported.
    is_reported: bool,
    stop: StopSignal,
}

/// How often a reader that waits looks if the command was asked to end.
const STEP: Duration = Duration::from_millis(50);

impl LiveReader {
    /// A reader of `source`, which a thread reads. When the command is asked to end, the text ends with
    /// what has been read.
    pub fn new(mut source: impl Read + Send + 'static, stop: StopSignal) -> Self {
        let (sender, chunks) = sync_channel(WAITING);
        let is_stopped = stop.clone();
        thread::spawn(move || {
            while !is_stopped.is_set() {
                let mut chunk = vec![0; CHUNK];
                let read = match source.read(&mut chunk) {
                    Ok(0) => break,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    other => other.map(|count| {
                        chunk.truncate(count);
                        chunk
                    }),
                };
                let is_fault = read.is_err();
                if sender.send(read).is_err() || is_fault {
                    break;
                }
            }
        });
        Self {
            chunks,
            chunk: io::Cursor::default(),
            last: None,
            is_text: true,
            is_reported: false,
            stop,
        }
    }

    /// The next chunk; `None` after a silence.
    fn next_chunk(&self) -> Result<Option<io::Result<Vec<u8>>>, RecvTimeoutError> {
        let started = Instant::now();
        loop {
            let is_stopped = self.stop.is_set();
            match self.chunks.recv_timeout(STEP) {
                Ok(chunk) => return Ok(Some(chunk)),
                // What was read before the signal has arrived.
                Err(RecvTimeoutError::Timeout) if is_stopped => {
                    return Err(RecvTimeoutError::Disconnected);
                }
                Err(RecvTimeoutError::Timeout) if started.elapsed() < SILENCE => {}
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(ended) => return Err(ended),
            }
        }
    }
}

impl Read for LiveReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.chunk.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                let last = count.checked_sub(1).and_then(|last| buffer.get(last));
                self.last = last.copied().or(self.last);
                self.is_reported = false;
                return Ok(count);
            }
            match self.next_chunk() {
                Ok(Some(chunk)) => {
                    let chunk = chunk?;
                    if self.last.is_none() {
                        self.is_text = Compression::of(&chunk).is_none();
                    }
                    self.chunk = io::Cursor::new(chunk);
                }
                Err(_) => return Ok(0),
                Ok(None) => {
                    if self.is_text && self.last == Some(b'\n') && !self.is_reported {
                        self.is_reported = true;
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, BufReader, Read},
        sync::mpsc::{Receiver, channel},
    };

    use super::LiveReader;
    use crate::{source::event::Events, stop::StopSignal};

    /// A pipe that the test writes to.
    struct TestPipe(Receiver<Vec<u8>>);

    impl Read for TestPipe {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Ok(bytes) = self.0.recv() else {
                return Ok(0);
            };
            buffer[..bytes.len()].copy_from_slice(&bytes);
            Ok(bytes.len())
        }
    }

    #[test]
    fn what_has_arrived_is_an_event_after_a_silence_and_nothing_is_lost() {
        let (sender, receiver) = channel();
        let reader = LiveReader::new(TestPipe(receiver), StopSignal::default());
        let mut events = Events::new(BufReader::new(reader));
        let send = |text: &str| sender.send(text.as_bytes().to_vec()).expect("sent");
        let mut message = || match events.next_event() {
            Ok(event) => event.map(|event| event.message),
            Err(error) => Some(format!("{:?}", error.kind())),
        };
        send("INFO one\nINFO two\n");
        assert_eq!(message().as_deref(), Some("INFO one"));
        assert_eq!(message().as_deref(), Some("INFO two"));
        assert_eq!(message().as_deref(), Some("TimedOut"));
        send("INFO th");
        send("ree\n");
        assert_eq!(message().as_deref(), Some("INFO three"));
        assert_eq!(message().as_deref(), Some("TimedOut"));
        send("INFO last, without an end");
        drop(sender);
        assert_eq!(message().as_deref(), Some("INFO last, without an end"));
        assert_eq!(message(), None);
    }

    #[test]
    fn the_text_ends_with_what_was_read_when_the_command_is_asked_to_end() {
        let (sender, receiver) = channel();
        let stop = StopSignal::default();
        let mut reader = LiveReader::new(TestPipe(receiver), stop.clone());
        sender.send(b"one\ntwo\n".to_vec()).expect("sent");
        let mut first = [0; 4];
        reader.read_exact(&mut first).expect("read");
        stop.set();
        let mut rest = String::new();
        reader.read_to_string(&mut rest).expect("ended");
        assert_eq!((&first, rest.as_str()), (b"one\n", "two\n"));
        drop(sender);
    }
}
