//! Which ledger the function uses, by its settings: a table of `DynamoDB`, or a file where the function
//! links the embedded store.

use std::sync::Arc;

use aws_config::SdkConfig;
use shared::{
    deadline::Deadline,
    env::{Settings, names},
    ledger::Ledger,
    log_store::StoreError,
};

use crate::dynamodb::DynamoDbLedger;

/// Where the ledger is.
#[derive(Clone, Debug)]
pub enum LedgerPlace {
    /// In a table.
    Table(String),
    /// In a file.
    #[cfg(feature = "embedded")]
    File(std::path::PathBuf),
}

impl LedgerPlace {
    /// The table, or else the file that `BONGSU_STORE` names. `None` when there is no place, which is
    /// noted in `settings`.
    pub fn read(settings: &mut Settings, table: Option<String>) -> Option<Self> {
        if let Some(table) = table {
            return Some(Self::Table(table));
        }
        #[cfg(feature = "embedded")]
        if let Some(path) = settings.text(names::BONGSU_STORE) {
            return Some(Self::File(path.into()));
        }
        settings.refuse(
            names::ALERT_LEDGER_TABLE,
            "set it to the table that remembers what was delivered, so that nothing is told twice",
        );
        None
    }

    /// Opens the ledger and makes it ready.
    ///
    /// # Errors
    ///
    /// When a file cannot be opened.
    #[cfg_attr(
        not(feature = "embedded"),
        expect(clippy::unused_async, reason = "only a file has to be waited for")
    )]
    pub async fn open(
        self,
        aws: &SdkConfig,
        _deadline: Deadline,
    ) -> Result<Arc<dyn Ledger>, StoreError> {
        Ok(match self {
            Self::Table(table) => Arc::new(DynamoDbLedger::new(aws, &table)),
            #[cfg(feature = "embedded")]
            Self::File(path) => {
                Arc::new(embedded_store::EmbeddedLedger::open(&path, _deadline).await?)
            }
        })
    }
}
