//! As much of an HTTP server as the stand-ins need: requests one after the other on a connection.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// A request.
pub(crate) struct SinkRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) is_gzip: bool,
    pub(crate) body: Vec<u8>,
}

/// An answer: status, further headers, body.
pub(crate) type SinkAnswer = (u16, Vec<(&'static str, String)>, Vec<u8>);

/// Answers requests on a port of its own, each connection on a thread, until the process ends.
pub(crate) fn serve(
    answer: impl Fn(SinkRequest) -> SinkAnswer + Send + Sync + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || connection(stream, &*answer));
        }
    });
    address
}

fn connection(stream: TcpStream, answer: &dyn Fn(SinkRequest) -> SinkAnswer) {
    // The other side ends the connection when its process ends.
    let Ok(mut writer) = stream.try_clone() else {
        return;
    };
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let (status, headers, body) = answer(request);
        let mut head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\n", body.len());
        head.push_str("content-type: application/json\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", &value, "\r\n"]);
        }
        head.push_str("\r\n");
        let sent = writer.write_all(&[head.as_bytes(), &body].concat());
        if sent.is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<SinkRequest> {
    let mut line = || {
        let mut line = String::new();
        let length = reader.read_line(&mut line).ok()?;
        (length > 0).then(|| line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut is_chunked, mut is_gzip) = (0, false, false);
    loop {
        let header = line()?.to_ascii_lowercase();
        match header.split_once(": ") {
            None => break,
            Some(("content-length", value)) => length = value.parse().ok()?,
            Some(("transfer-encoding", value)) => is_chunked = value == "chunked",
            Some(("content-encoding", value)) => is_gzip = value == "gzip",
            Some(_) => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    while is_chunked {
        let mut size = String::new();
        reader.read_line(&mut size).ok()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk).ok()?;
        chunk.truncate(size);
        body.extend(chunk);
        is_chunked = size > 0;
    }
    Some(SinkRequest {
        method,
        path,
        is_gzip,
        body,
    })
}
