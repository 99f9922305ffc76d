//! A mail server on this machine: it keeps what it is sent, and refuses as a test says. It speaks as
//! much of RFC 5321 and RFC 4954 as it takes to hand over a mail.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// From whom, as the envelope says.
    pub sender: String,
    /// To whom, as the envelope says.
    pub recipients: Vec<String>,
    /// The mail.
    pub mail: Vec<u8>,
}

/// A point of the conversation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SmtpStage {
    /// The first line of the server.
    Greeting,
    /// `AUTH`.
    Login,
    /// `MAIL`.
    Sender,
    /// `RCPT` of this address.
    Recipient(String),
    /// `DATA`.
    Data,
    /// The end of the mail.
    End,
}

/// What is answered at a point.
#[derive(Clone, Debug)]
pub enum SmtpReply {
    /// A line, such as `451 later`.
    Line(&'static str),
    /// The connection is cut.
    HangUp,
    /// The mail is taken, and then the connection is cut.
    TakeAndHangUp,
}

#[derive(Debug, Default)]
struct SmtpServerState {
    replies: BTreeMap<SmtpStage, VecDeque<SmtpReply>>,
    mails: Vec<Received>,
    logins: Vec<String>,
    connections: usize,
}

/// A mail server that runs until the process ends.
#[derive(Debug)]
pub struct SmtpServer {
    /// Its port on 127.0.0.1.
    pub port: u16,
    state: Arc<Mutex<SmtpServerState>>,
}

impl SmtpServer {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// When there is no port for it.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(SmtpServerState::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A client that is gone is the client's affair.
                thread::spawn(move || drop(converse(&stream, &state)));
            }
        });
        Self { port, state }
    }

    /// The next time that a point is reached for which nothing else is said, this is answered.
    ///
    /// # Panics
    ///
    /// When a thread of the server panicked.
    pub fn answer(&self, stage: SmtpStage, reply: SmtpReply) {
        let replies = &mut self.state.lock().expect("no panic").replies;
        replies.entry(stage).or_default().push_back(reply);
    }

    /// The mails that were taken.
    ///
    /// # Panics
    ///
    /// When a thread of the server panicked.
    #[must_use]
    pub fn mails(&self) -> Vec<Received> {
        self.state.lock().expect("no panic").mails.clone()
    }

    /// What came with `AUTH`, whatever became of it.
    ///
    /// # Panics
    ///
    /// When a thread of the server panicked.
    #[must_use]
    pub fn logins(&self) -> Vec<String> {
        self.state.lock().expect("no panic").logins.clone()
    }

    /// How often somebody connected.
    ///
    /// # Panics
    ///
    /// When a thread of the server panicked.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.state.lock().expect("no panic").connections
    }
}

/// Why a conversation ends.
fn over() -> io::Error {
    io::Error::from(io::ErrorKind::ConnectionAborted)
}

fn converse(stream: &TcpStream, state: &Mutex<SmtpServerState>) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let mut say = |line: &str| write!(writer, "{line}\r\n");
    let answer = |stage: SmtpStage| {
        let mut state = state.lock().expect("no panic");
        state.replies.get_mut(&stage).and_then(VecDeque::pop_front)
    };
    // The line of a point, and whether all is well.
    let line_of = |stage: SmtpStage, well: &'static str| match answer(stage) {
        None => Ok((well, true)),
        Some(SmtpReply::Line(line)) => Ok((line, false)),
        Some(SmtpReply::HangUp | SmtpReply::TakeAndHangUp) => Err(over()),
    };
    state.lock().expect("no panic").connections += 1;
    say(line_of(SmtpStage::Greeting, "220 test ESMTP")?.0)?;
    let mut received = Received {
        sender: String::new(),
        recipients: Vec::new(),
        mail: Vec::new(),
    };
    loop {
        let line = read(&mut reader)?;
        let upper = line.to_ascii_uppercase();
        if upper.starts_with("EHLO") {
            say("250-test")?;
            say("250 AUTH PLAIN")?;
        } else if let Some(login) = line.strip_prefix("AUTH PLAIN ") {
            state
                .lock()
                .expect("no panic")
                .logins
                .push(login.to_owned());
            say(line_of(SmtpStage::Login, "235 welcome")?.0)?;
        } else if upper.starts_with("MAIL FROM:") {
            received.sender = address(&line);
            say(line_of(SmtpStage::Sender, "250 ok")?.0)?;
        } else if upper.starts_with("RCPT TO:") {
            let recipient = address(&line);
            let (reply, is_well) = line_of(SmtpStage::Recipient(recipient.clone()), "250 ok")?;
            if is_well {
                received.recipients.push(recipient);
            }
            say(reply)?;
        } else if upper == "DATA" {
            let (reply, is_well) = line_of(SmtpStage::Data, "354 go on")?;
            say(reply)?;
            if !is_well {
                continue;
            }
            received.mail = mail(&mut reader)?;
            match answer(SmtpStage::End) {
                Some(SmtpReply::Line(line)) => say(line)?,
                Some(SmtpReply::HangUp) => return Err(over()),
                reply => {
                    let taken = received.clone();
                    state.lock().expect("no panic").mails.push(taken);
                    if reply.is_some() {
                        return Err(over());
                    }
                    say("250 queued")?;
                }
            }
        } else if upper == "QUIT" {
            return say("221 bye");
        } else {
            say("500 what?")?;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err(over());
    }
    Ok(line.trim_end().to_owned())
}

/// The address between angle brackets.
fn address(line: &str) -> String {
    let (_, rest) = line.split_once('<').unwrap_or_default();
    let (address, _) = rest.split_once('>').unwrap_or_default();
    address.to_owned()
}

/// The mail up to the line with a dot alone, without the dots that were put before dots.
fn mail(reader: &mut BufReader<&TcpStream>) -> io::Result<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Err(over());
        }
        if line == b".\r\n" {
            return Ok(mail);
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
