//! How a list is to be read, where a person says so.

/// What `[lists]` says of the form of the CSV files; what it does not say is guessed from each file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListFormat {
    /// A label of the WHATWG Encoding Standard, such as `utf-8` or `windows-1252`.
    pub encoding: Option<String>,
    /// `,`, `;` or a tab.
    pub delimiter: Option<char>,
}
