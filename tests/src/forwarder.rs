//! A TCP forwarder that a test can cut, so that a server seems to be down, and open again.

use std::{
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Forwards a local port to a server while it is open.
#[derive(Debug)]
pub struct Forwarder {
    /// The URL of the local port.
    pub url: String,
    connections: Arc<ForwardedConnections>,
}

#[derive(Debug, Default)]
struct ForwardedConnections {
    is_cut: AtomicBool,
    /// Both ends of every connection.
    streams: Mutex<Vec<TcpStream>>,
}

impl Forwarder {
    /// Starts forwarding to the host and port of `url`.
    ///
    /// # Panics
    ///
    /// If no port is free or the host of `url` is unknown.
    #[must_use]
    pub fn to(url: &str) -> Self {
        let server = url
            .parse::<reqwest::Url>()
            .expect("a URL")
            .socket_addrs(|| None);
        let server = *server.expect("an address").first().expect("an address");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(ForwardedConnections::default());
        let shared = Arc::clone(&connections);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // The client sees that its connection failed.
                let _failed = shared.join(client, server);
            }
        });
        Self { url, connections }
    }

    /// Closes every connection and forwards no new one.
    ///
    /// # Panics
    ///
    /// If a thread of the forwarder panicked.
    pub fn cut(&self) {
        self.connections.is_cut.store(true, Ordering::SeqCst);
        let streams = std::mem::take(&mut *self.connections.streams.lock().expect("no panic"));
        for stream in streams {
            // The connection may have ended already.
            let _ended = stream.shutdown(Shutdown::Both);
        }
    }

    /// Forwards again.
    pub fn open(&self) {
        self.connections.is_cut.store(false, Ordering::SeqCst);
    }
}

impl ForwardedConnections {
    fn join(&self, client: TcpStream, server: SocketAddr) -> io::Result<()> {
        let server = TcpStream::connect(server)?;
        let mut streams = self.streams.lock().expect("no panic");
        if self.is_cut.load(Ordering::SeqCst) {
            return Ok(());
        }
        streams.extend([client.try_clone()?, server.try_clone()?]);
        pump(client.try_clone()?, server.try_clone()?);
        pump(server, client);
        Ok(())
    }
}

/// Copies one direction of a connection until its end.
fn pump(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        let _ended = io::copy(&mut from, &mut to);
        let _ended = to.shutdown(Shutdown::Write);
    });
}

#[cfg(test)]
mod tests {
    use super::Forwarder;
    use crate::http_server::{FakeResponse, HttpServer};

    #[test]
    fn the_server_answers_unless_the_forwarder_is_cut() {
        let server = HttpServer::start(|_| FakeResponse::new(200, "here"));
        let forwarder = Forwarder::to(&server.url);
        let ask = || reqwest::blocking::get(&forwarder.url)?.text();
        assert_eq!(ask().expect("an answer"), "here");
        forwarder.cut();
        assert!(ask().is_err());
        forwarder.open();
        assert_eq!(ask().expect("an answer"), "here");
    }
}
