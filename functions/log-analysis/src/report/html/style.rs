//! The look of the page. Styles stand in the tags, since some mail programs ignore a style sheet; the
//! sheet adds dark colours, phones and paper.

use shared::model::alert::AlertType;

use crate::report::Standing;

/// The sheet.
pub(super) const SHEET: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
@media (max-width:600px){.outer{padding:0!important}.card{border-radius:0!important;\
border-left:0!important;border-right:0!important}.inner{padding-left:14px!important;\
padding-right:14px!important}.wide{display:none!important}}\
@media (prefers-color-scheme:dark){.page{background:#121417!important}\
.card{background:#1d2024!important;border-right-color:#34393f!important;\
border-bottom-color:#34393f!important;border-left-color:#34393f!important}\
.text{color:#e9ebee!important}.muted{color:#a4abb4!important}.bad{color:#ff8f86!important}\
.box{background:#262a2f!important}.line{border-color:#34393f!important}\
.bar{fill:#ff8f86!important}.calm{fill:#7f8b99!important}.band{fill:#2f4f3d!important}\
.axis{stroke:#565d66!important}.mark{fill:#e9ebee!important}}\
@media print{.page{background:#ffffff!important}.outer{padding:0!important}\
.card{max-width:none!important;border:0!important}.part{break-inside:avoid}\
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}\
@page{margin:12mm}";

/// The fonts of the systems, those with Korean among them.
pub(super) const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,\
Apple SD Gothic Neo,Noto Sans KR,Malgun Gothic,Helvetica,Arial,sans-serif;";

/// For messages of the log.
pub(super) const CODE: &str = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,D2Coding,monospace;\
font-size:13px;line-height:19px;";

/// Breaks what is longer than a line. Korean breaks between words.
pub(super) const WRAP: &str = "word-break:keep-all;overflow-wrap:anywhere;";

/// The colour of text.
pub(super) const TEXT: &str = "color:#16191d;";
/// The colour of secondary text.
pub(super) const MUTED: &str = "color:#5b6570;";
/// The colour of failures.
pub(super) const BAD: &str = "color:#b42318;";

/// The colour of a verdict, dark enough for white text.
pub(super) fn colour(standing: Standing) -> &'static str {
    match standing {
        Standing::Alarm(AlertType::Critical | AlertType::Error) => "#b42318",
        Standing::Alarm(AlertType::Warning | AlertType::Info) => "#8a5a00",
        Standing::Usual | Standing::NoAlarm => "#1a7f37",
        _ => "#57606a",
    }
}
