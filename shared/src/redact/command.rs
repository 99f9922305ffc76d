//! Passwords on command lines, where a flag means one with some programs only.

use super::{
    judge::is_harmless,
    scan::{TextBytes, is_space},
    search::SecretSearch,
};

/// How a program takes a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FlagForm {
    /// `-pSECRET`.
    Attached,
    /// `-p SECRET`, `-pSECRET`, `-p=SECRET`.
    Either,
    /// `-u user:SECRET`.
    AfterColon,
    /// `-U user%SECRET`.
    AfterPercent,
    /// `-passin pass:SECRET`.
    AfterPass,
}

/// A program and its flags.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProgramFlags {
    /// The program's name, in lower case.
    pub(super) program: &'static str,
    flags: &'static [(&'static str, FlagForm)],
    /// A line with the secret `hunter2`.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) example: &'static str,
    /// A line without one.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests read it"))]
    pub(super) counterexample: &'static str,
}

use FlagForm::{AfterColon, AfterPass, AfterPercent, Attached, Either};

/// The programs.
#[rustfmt::skip]
pub(super) const COMMANDS: [ProgramFlags; 21] = [
    ProgramFlags { program: "mysql", flags: &[("-p", Attached)], example: "mysql -u root -phunter2 shop", counterexample: "mysql -P 3306 -u root -p shop" },
    ProgramFlags { program: "mysqldump", flags: &[("-p", Attached)], example: "mysqldump -uroot -p'hunter2' shop", counterexample: "mysqldump --port 3306 shop" },
    ProgramFlags { program: "mysqladmin", flags: &[("-p", Attached)], example: "mysqladmin -phunter2 ping", counterexample: "mysqladmin ping" },
    ProgramFlags { program: "mariadb", flags: &[("-p", Attached)], example: r#"["mariadb","-uroot","-phunter2"]"#, counterexample: "mariadb -h db" },
    ProgramFlags { program: "mongo", flags: &[("-p", Either)], example: "mongo -u root -p hunter2 admin", counterexample: "mongo --port 27017" },
    ProgramFlags { program: "mongosh", flags: &[("-p", Either)], example: "mongosh -u root -p hunter2", counterexample: "mongosh --quiet" },
    ProgramFlags { program: "mongodump", flags: &[("-p", Either)], example: "mongodump -u root -p \"hunter2\"", counterexample: "mongodump --out /backup" },
    ProgramFlags { program: "sshpass", flags: &[("-p", Either)], example: "sshpass -p hunter2 ssh host", counterexample: "sshpass -e ssh host" },
    ProgramFlags { program: "curl", flags: &[("-u", AfterColon), ("--user", AfterColon), ("-U", AfterColon), ("--proxy-user", AfterColon)], example: "curl -s -u bob:hunter2 https://example.com", counterexample: "curl -u bob https://example.com" },
    ProgramFlags { program: "wget", flags: &[("--user", AfterColon)], example: "wget --user bob:hunter2 https://example.com", counterexample: "wget -q https://example.com" },
    ProgramFlags { program: "docker login", flags: &[("-p", Either)], example: "docker login -u bob -p hunter2 registry", counterexample: "docker login -u bob --password-stdin" },
    ProgramFlags { program: "podman login", flags: &[("-p", Either)], example: "podman login -u bob -p hunter2 registry", counterexample: "podman login registry" },
    ProgramFlags { program: "az login", flags: &[("-p", Either)], example: "az login -u bob -p hunter2", counterexample: "az login --identity" },
    ProgramFlags { program: "redis-cli", flags: &[("-a", Either)], example: "redis-cli -h cache -a hunter2 ping", counterexample: "redis-cli -h cache ping" },
    ProgramFlags { program: "ldapsearch", flags: &[("-w", Either)], example: "ldapsearch -x -D cn=a -w hunter2", counterexample: "ldapsearch -x -W" },
    ProgramFlags { program: "sqlcmd", flags: &[("-P", Either)], example: "sqlcmd -S db -U sa -P hunter2", counterexample: "sqlcmd -p 1" },
    ProgramFlags { program: "openssl", flags: &[("-passin", AfterPass), ("-passout", AfterPass), ("-pass", AfterPass), ("-k", Either)], example: "openssl rsa -in a.key -passin pass:hunter2", counterexample: "openssl rsa -in a.key -passin env:P" },
    ProgramFlags { program: "7z a", flags: &[("-p", Attached)], example: "7z a -phunter2 a.7z b", counterexample: "7z a a.7z b" },
    ProgramFlags { program: "7z x", flags: &[("-p", Attached)], example: "7z x -phunter2 a.7z", counterexample: "7z x a.7z" },
    ProgramFlags { program: "smbclient", flags: &[("-U", AfterPercent)], example: "smbclient //host/share -U bob%hunter2", counterexample: "smbclient //host/share -U bob" },
    ProgramFlags { program: "plink", flags: &[("-pw", Either)], example: "plink -pw hunter2 host", counterexample: "plink -P 22 host" },
];

/// The most arguments that are read.
const MOST_ARGUMENTS: usize = 64;

impl ProgramFlags {
    /// Whether a program's name is between two positions, and arguments after it.
    pub(super) fn may_begin(text: TextBytes<'_>, start: usize, end: usize) -> bool {
        text.starts_word(start) && matches!(text.get(end), b' ' | b'\t' | b'"' | b'\'' | b'\\')
    }

    /// Notes the secrets among the arguments of a program that ends at a position.
    pub(super) fn find(&self, search: &mut SecretSearch<'_, '_>, start: usize, end: usize) {
        let text = search.text;
        if start < search.command_until {
            return;
        }
        let mut at = end;
        for _ in 0..MOST_ARGUMENTS {
            at = text.run(at, |byte| {
                matches!(
                    byte,
                    b' ' | b'\t' | b',' | b'[' | b']' | b'"' | b'\'' | b'\\'
                )
            });
            if matches!(text.get(at), 0 | b'\n' | b'\r' | b';' | b'|') || text.has(at, "&&") {
                break;
            }
            let argument = argument(text, at);
            let found = if text.get(at) == b'-' {
                self.secret(text, at, argument)
            } else {
                None
            };
            at = argument.1.max(at + 1);
            if let Some((start, end)) = found {
                search.mark_key(start, end);
                at = end;
            }
        }
        search.command_until = at;
    }

    /// The secret that an argument is or announces.
    fn secret(
        &self,
        text: TextBytes<'_>,
        at: usize,
        argument: (usize, usize),
    ) -> Option<(usize, usize)> {
        // Arguments for a port or a protocol that begin like the flag.
        const OTHERS: [&str; 6] = ["-port", "-pool", "-protocol", "-print", "-path", "-plugin"];
        if OTHERS.iter().any(|other| text.has(at, other)) {
            return None;
        }
        let (flag, taken) = self.flags.iter().find(|(flag, taken)| {
            text.has_exactly(at, flag)
                && (*taken == Attached
                    || flag.len() <= 2
                    || matches!(text.get(at + flag.len()), b' ' | b'=' | b'"' | b'\'' | b','))
        })?;
        let rest = at + flag.len();
        let is_attached = rest < argument.1;
        let (start, end) = match (is_attached, taken) {
            (true, _) => self::argument(text, rest + usize::from(text.get(rest) == b'=')),
            (false, Attached) => return None,
            (false, _) => {
                let next = text.run(rest, |byte| {
                    matches!(byte, b' ' | b'\t' | b',' | b'"' | b'\\')
                });
                self::argument(text, next)
            }
        };
        let written = text.slice(start, end);
        let skipped = match taken {
            Attached | Either => 0,
            AfterColon => written.find(':')? + 1,
            AfterPercent => written.find('%')? + 1,
            AfterPass => written.strip_prefix("pass:").map(|_| "pass:".len())?,
        };
        let secret = written.get(skipped..)?;
        let is_number_pair = *taken == AfterColon
            && written
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b':');
        let is_flag = written.starts_with('-') && !is_attached;
        (!is_harmless(secret) && !is_number_pair && !is_flag).then_some((start + skipped, end))
    }
}

/// The argument that begins at a position; one in quotation marks is what they enclose.
fn argument(text: TextBytes<'_>, at: usize) -> (usize, usize) {
    if let Some(open) = text.quote_at(at) {
        return (open.end, text.quoted(&open).0);
    }
    // One that is an element of a list ends at its quotation mark.
    if let Some(open) = text.quote_before(at) {
        return (at, text.quoted(&open).0.max(at));
    }
    let mut end = at;
    loop {
        end = text.run(end, |byte| {
            !is_space(byte) && !matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b';' | b'|')
        });
        match text.quote_at(end) {
            Some(open) if end > at && !is_end_of_argument(text, open.end) => {
                end = text.quoted(&open).1;
            }
            None if text.get(end) == b'\\' => end += 1,
            _ => return (at, end),
        }
    }
}

fn is_end_of_argument(text: TextBytes<'_>, at: usize) -> bool {
    is_space(text.get(at)) || matches!(text.get(at), b',' | b']' | b'}' | b')')
}
