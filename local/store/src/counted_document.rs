//! A document with the fields that analysis counts.

use rusqlite::{Row, types::FromSqlError};
use shared::{log_store::facts::is_plausible_duration, model::level::Level};

use crate::{failure::Failure, writing};

/// The columns of a [`CountedDocument`], in its order.
macro_rules! columns {
    () => {
        "key, time, level, pattern, user_id, client, endpoint, status, duration, unread, id, \
         correlation_id, method, route"
    };
}
pub(crate) use columns;

/// The fields of a document that are counted. Those that few documents need are read when they are needed:
/// reading a column costs as much as counting it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountedDocument<'a> {
    row: &'a Row<'a>,
    pub(crate) key: i64,
    pub(crate) time: i64,
    pub(crate) level: Level,
    pub(crate) pattern: Option<&'a str>,
    pub(crate) user: Option<&'a str>,
    pub(crate) client: Option<&'a str>,
    pub(crate) endpoint: Option<&'a str>,
    pub(crate) status: Option<i64>,
    /// As it is stored; statistics have [`measured_duration`](Self::measured_duration).
    duration: Option<f64>,
    /// A bit for each [`Unread`](shared::model::log::Unread).
    pub(crate) unread: u8,
}

impl<'a> CountedDocument<'a> {
    /// The document of a row of [`columns`].
    pub(crate) fn read(row: &'a Row<'a>) -> Result<Self, Failure> {
        let number: i64 = row.get(2)?;
        let level = writing::level(number)
            .ok_or_else(|| Failure::NotOurs(format!("a stored level is {number}")))?;
        Ok(Self {
            row,
            key: row.get(0)?,
            time: row.get(1)?,
            level,
            pattern: text(row, 3)?,
            user: text(row, 4)?,
            client: text(row, 5)?,
            endpoint: text(row, 6)?,
            status: row.get(7)?,
            duration: row.get(8)?,
            unread: row.get(9)?,
        })
    }

    pub(crate) fn id(&self) -> Result<&'a [u8], Failure> {
        let id = self.row.get_ref(10)?.as_blob();
        Ok(id.map_err(rusqlite::Error::from)?)
    }

    pub(crate) fn correlation(&self) -> Result<Option<&'a str>, Failure> {
        Ok(text(self.row, 11)?)
    }

    pub(crate) fn method(&self) -> Result<Option<&'a str>, Failure> {
        Ok(text(self.row, 12)?)
    }

    pub(crate) fn route(&self) -> Result<Option<&'a str>, Failure> {
        Ok(text(self.row, 13)?)
    }

    /// An endpoint, and a status or a duration.
    pub(crate) fn is_request(&self) -> bool {
        self.endpoint.is_some() && (self.status.is_some() || self.duration.is_some())
    }

    /// The duration, if it is plausible.
    pub(crate) fn measured_duration(&self) -> Option<f64> {
        self.duration
            .filter(|duration| is_plausible_duration(*duration))
    }

    /// Status 500 or above, or, without a status, an error.
    pub(crate) fn failed(&self) -> bool {
        self.status
            .map_or(self.level.is_error(), |status| status >= 500)
    }
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<Option<&'a str>> {
    let text = row.get_ref(column)?.as_str_or_null();
    text.map_err(|error: FromSqlError| error.into())
}
