//! A way to a server that can be cut: what stands behind it seems to be down then, and is as it was
//! when the way is open again.

use std::{
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// A port on this machine behind which another one is, as long as the way is open.
#[derive(Debug)]
pub struct Forwarder {
    /// Where it listens, as a URL.
    pub url: String,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    is_cut: AtomicBool,
    /// The connections that were made, to be cut too.
    streams: Mutex<Vec<TcpStream>>,
}

impl Forwarder {
    /// An open way to the server at `url`, of which only host and port count.
    ///
    /// # Panics
    ///
    /// When there is no port for it, or `url` has no address.
    #[must_use]
    pub fn to(url: &str) -> Self {
        let server = url
            .parse::<reqwest::Url>()
            .expect("a URL")
            .socket_addrs(|| None);
        let server = *server.expect("an address").first().expect("an address");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A connection that fails is what its client sees; there is nobody else to tell.
                let _failed = shared.join(client, server);
            }
        });
        Self { url, state }
    }

    /// Cuts the way: every connection ends, and no new one gets an answer.
    ///
    /// # Panics
    ///
    /// When a thread of it panicked.
    pub fn cut(&self) {
        self.state.is_cut.store(true, Ordering::SeqCst);
        let streams = std::mem::take(&mut *self.state.streams.lock().expect("no panic"));
        for stream in streams {
            // It may have ended by itself.
            let _ended = stream.shutdown(Shutdown::Both);
        }
    }

    /// Opens it again.
    pub fn open(&self) {
        self.state.is_cut.store(false, Ordering::SeqCst);
    }
}

impl State {
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

/// Carries what comes from one to the other until the end.
fn pump(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        let _ended = io::copy(&mut from, &mut to);
        let _ended = to.shutdown(Shutdown::Write);
    });
}

#[cfg(test)]
mod tests {
    use super::Forwarder;
    use crate::http_server::{HttpServer, Response};

    #[test]
    fn what_is_behind_it_answers_unless_it_is_cut() {
        let server = HttpServer::start(|_| Response::new(200, "here"));
        let forwarder = Forwarder::to(&server.url);
        let ask = || reqwest::blocking::get(&forwarder.url)?.text();
        assert_eq!(ask().expect("an answer"), "here");
        forwarder.cut();
        assert!(ask().is_err());
        forwarder.open();
        assert_eq!(ask().expect("an answer"), "here");
    }
}
