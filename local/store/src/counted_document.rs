//! A document with the fields that analysis counts.

use shared::model::level::Level;

/// The fields of a document that are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountedDocument<'a> {
    pub(crate) key: i64,
    pub(crate) id: &'a [u8],
    pub(crate) time: i64,
    pub(crate) level: Level,
    pub(crate) pattern: Option<&'a str>,
    pub(crate) user: Option<&'a str>,
    pub(crate) client: Option<&'a str>,
    pub(crate) correlation: Option<&'a str>,
    pub(crate) method: Option<&'a str>,
    pub(crate) route: Option<&'a str>,
    pub(crate) endpoint: Option<&'a str>,
    pub(crate) status: Option<i64>,
    pub(crate) duration: Option<f64>,
    /// A bit for each [`Unread`].
    pub(crate) unread: u8,
}

impl CountedDocument<'_> {
    /// An endpoint, and a status or a duration.
    pub(crate) fn is_request(&self) -> bool {
        self.endpoint.is_some() && (self.status.is_some() || self.duration.is_some())
    }

    /// Status 500 or above, or, without a status, an error.
    pub(crate) fn failed(&self) -> bool {
        self.status
            .map_or(self.level.is_error(), |status| status >= 500)
    }
}
