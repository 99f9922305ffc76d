//! E-mails as files of a directory, in the format that mail programs open.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::PathBuf,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders as _, PartType};

/// An e-mail for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMail {
    /// The file's name.
    pub file: String,
    /// When it was sent.
    pub at: Timestamp,
    /// The id of the incident that it is about.
    pub incident: Option<String>,
    /// The ids of the incidents that it lists.
    pub incidents: Vec<String>,
    /// The recipients.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The HTML part, with its images embedded.
    pub html: String,
    /// The text part.
    pub text: String,
}

/// The files.
#[derive(Clone, Debug)]
pub(super) struct MailFiles {
    directory: PathBuf,
}

impl MailFiles {
    /// Opens a directory, which is created if it does not exist.
    pub(super) fn open(directory: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&directory)?;
        Ok(Self { directory })
    }

    /// Stores an e-mail. Several processes may do so at once.
    pub(super) fn send(&self, mail: &[u8], at: Timestamp) -> io::Result<()> {
        for number in 0..u32::MAX {
            let name = format!("{}-{number:06}.eml", at.strftime("%Y%m%dT%H%M%SZ"));
            match File::create_new(self.directory.join(name)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => return other?.write_all(mail),
            }
        }
        Err(io::Error::other("no free file name for the e-mail"))
    }

    /// All e-mails, oldest first.
    pub(super) fn mails(&self) -> io::Result<Vec<StoredMail>> {
        let mut mails = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "eml") {
                let file = entry.file_name().to_string_lossy().into_owned();
                mails.extend(read(file, &fs::read(path)?));
            }
        }
        mails.sort_by(|left: &StoredMail, right| left.file.cmp(&right.file));
        Ok(mails)
    }
}

/// Parses an e-mail; `None` if it is invalid.
fn read(file: String, bytes: &[u8]) -> Option<StoredMail> {
    let message = MessageParser::default().parse(bytes)?;
    let addresses = message.to().into_iter().flat_map(|to| to.iter());
    let mut html = message.body_html(0)?.into_owned();
    for part in &message.parts {
        // The page cannot load images from the e-mail.
        if let (Some(id), PartType::InlineBinary(picture) | PartType::Binary(picture)) =
            (part.content_id(), &part.body)
        {
            let data = format!("data:image/png;base64,{}", STANDARD.encode(picture));
            html = html.replace(&format!("cid:{id}"), &data);
        }
    }
    let date = message.date().map(mail_parser::DateTime::to_timestamp);
    let at = date.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let header = |name: &'static str| message.header(name).and_then(|value| value.as_text());
    let incidents = header("X-Bongsu-Incidents").unwrap_or_default();
    Some(StoredMail {
        at: at.or_else(|| time_of(&file)).unwrap_or_default(),
        incident: header("X-Bongsu-Incident").map(|incident| incident.trim().to_owned()),
        incidents: incidents.split_whitespace().map(str::to_owned).collect(),
        file,
        to: addresses
            .filter_map(|address| address.address().map(str::to_owned))
            .collect(),
        subject: message.subject().unwrap_or_default().to_owned(),
        html,
        text: message.body_text(0).unwrap_or_default().into_owned(),
    })
}

/// The time in a file's name.
fn time_of(file: &str) -> Option<Timestamp> {
    let time = file.split('-').next()?;
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", time).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::MailFiles;

    const MAIL: &str = "From: Bongsu <bongsu@example.com>\r\nTo: ops@example.com\r\n\
        Subject: =?utf-8?B?6rKw7KCc?=\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/related; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<img src=\"cid:graph\">\r\n\
        --b\r\nContent-Type: image/png\r\nContent-ID: <graph>\r\n\
        Content-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--b--\r\n";

    #[test]
    fn an_email_is_read_back_with_its_image_embedded() {
        let directory = tempfile::tempdir().expect("a directory");
        let files = MailFiles::open(directory.path().join("mail")).expect("opened");
        let at = "2026-11-24T00:34:00Z".parse().expect("an instant");
        files.send(MAIL.as_bytes(), at).expect("kept");
        files.send(MAIL.as_bytes(), at).expect("kept");
        let mails = files.mails().expect("read");
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0].at, at);
        assert_eq!(mails[0].subject, "결제");
        assert_eq!(mails[0].to, ["ops@example.com"]);
        assert!(
            mails[0]
                .html
                .contains("src=\"data:image/png;base64,iVBORw==\"")
        );
    }
}
