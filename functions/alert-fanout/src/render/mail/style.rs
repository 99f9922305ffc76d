//! How the mail looks. Styles stand in the tags, since some programs ignore a style sheet; what the
//! sheet adds is the dark colours, and less space around on a phone.

/// The sheet. Programs that invert colours themselves are left to do so; Outlook on the web marks
/// the text that it has darkened with `data-ogsc`.
pub(super) const SHEET: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
@media (max-width:600px){.outer{padding:0!important}.inner{padding-left:16px!important;\
padding-right:16px!important}.card{border-radius:0!important}}\
@media (prefers-color-scheme:dark){.page{background:#121417!important}\
.card{background:#1d2024!important;border-right-color:#34393f!important;\
border-bottom-color:#34393f!important;border-left-color:#34393f!important}\
.text{color:#e9ebee!important}.muted{color:#a4abb4!important}\
.box{background:#262a2f!important}.line{border-color:#34393f!important}\
.quiet{color:#e9ebee!important;border-color:#565d66!important}}\
[data-ogsc] .text{color:#e9ebee!important}[data-ogsc] .muted{color:#a4abb4!important}";

/// The fonts of the systems, those with Korean among them.
pub(super) const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,\
Apple SD Gothic Neo,Noto Sans KR,Malgun Gothic,Helvetica,Arial,sans-serif;";

/// For what is shown letter by letter.
pub(super) const CODE: &str = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,D2Coding,monospace;\
font-size:13px;";

/// Keeps blanks, and breaks what is longer than a line. Korean breaks between words.
pub(super) const WRAP: &str = "white-space:pre-wrap;word-break:keep-all;overflow-wrap:anywhere;";
