//! The contract of every ledger, in a file that several open and in memory.

#![allow(clippy::expect_used, reason = "a test that cannot go on stops")]

use std::{ops::Deref, time::Duration};

use embedded_store::EmbeddedLedger;
use shared::deadline::Deadline;

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(1))
}

/// A ledger in a directory that goes with it.
struct LedgerInFile {
    ledger: EmbeddedLedger,
    _directory: tempfile::TempDir,
}

impl Deref for LedgerInFile {
    type Target = EmbeddedLedger;

    fn deref(&self) -> &EmbeddedLedger {
        &self.ledger
    }
}

async fn file() -> Option<LedgerInFile> {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("봉수.sqlite");
    Some(LedgerInFile {
        ledger: EmbeddedLedger::open(&path, soon()).await.expect("a ledger"),
        _directory: directory,
    })
}

async fn memory() -> Option<Box<EmbeddedLedger>> {
    let ledger = EmbeddedLedger::in_memory(soon()).await;
    Some(Box::new(ledger.expect("a ledger")))
}

mod in_a_file {
    shared_tests::ledger_suite!(super::file);
}

mod in_memory {
    shared_tests::ledger_suite!(super::memory);
}
