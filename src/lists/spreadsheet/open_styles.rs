//! The styles of an `OpenDocument` spreadsheet that hide what bears them (ODF 1.3 part 3, 17.15 and 17.17).

use std::collections::HashSet;

use quick_xml::events::BytesStart;

use super::limits::SheetError;
use super::xml::attribute;

/// What a style is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Styled {
    Table,
    Row,
}

/// The styles that hide.
#[derive(Debug, Default)]
pub(super) struct HiddenStyles {
    styles: HashSet<(Styled, String)>,
    /// The style that was begun last.
    current: String,
}

impl HiddenStyles {
    /// Looks at a tag of the styles.
    pub(super) fn see(&mut self, element: &BytesStart<'_>) -> Result<(), SheetError> {
        let hides = match element.local_name().as_ref() {
            "table-properties" => (attribute(element, "display")?.as_deref() == Some("false")).then_some(Styled::Table),
            "table-row-properties" => {
                let height = attribute(element, "row-height")?;
                height.is_some_and(|height| is_zero(&height)).then_some(Styled::Row)
            }
            _ => {
                self.current = attribute(element, "name")?.unwrap_or_default();
                None
            }
        };
        self.styles.extend(hides.map(|styled| (styled, self.current.clone())));
        Ok(())
    }

    /// Whether the style of an element hides it.
    pub(super) fn hides(&self, styled: Styled, element: &BytesStart<'_>) -> Result<bool, SheetError> {
        if self.styles.is_empty() {
            return Ok(false);
        }
        Ok(attribute(element, "style-name")?.is_some_and(|name| self.styles.contains(&(styled, name))))
    }
}

/// Whether a length such as `0cm` is none.
fn is_zero(length: &str) -> bool {
    let number = length.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    number.parse::<f64>() == Ok(0.0)
}
