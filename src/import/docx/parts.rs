//! The parts of a Word document that say what its text only names: links and styles.

use std::collections::HashMap;

use crate::import::ImportError;
use crate::import::package::{Token, attribute, walk};

/// The targets of links, by id (ECMA-376, part 2, 9.3).
#[derive(Debug, Default)]
pub(super) struct Relations {
    targets: HashMap<String, String>,
    document: Option<String>,
}

impl Relations {
    pub(super) fn read(xml: &str) -> Result<Self, ImportError> {
        let mut relations = Self::default();
        walk(xml, |token| {
            if let Token::Start(element) = token
                && element.local_name().as_ref() == "Relationship"
                && let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target"))
            {
                if attribute(element, "Type").is_some_and(|kind| kind.ends_with("/officeDocument")) {
                    relations.document = Some(target.trim_start_matches('/').to_owned());
                }
                relations.targets.insert(id, target);
            }
            Ok(())
        })?;
        Ok(relations)
    }

    /// The part that holds the text.
    pub(super) fn document(&self) -> Option<String> {
        self.document.clone()
    }

    pub(super) fn target(&self, id: &str) -> Option<&str> {
        self.targets.get(id).map(String::as_str)
    }
}

/// What a style says of a paragraph, or of words.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    based_on: Option<String>,
    pub(super) is_title: bool,
    /// From 1 on.
    pub(super) heading: Option<u8>,
    pub(super) list: Option<String>,
    pub(super) bold: Option<bool>,
    pub(super) italic: Option<bool>,
}

/// The styles, by id.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

/// A style may be based on another so many times.
const DEEPEST_BASE: usize = 20;

impl Styles {
    pub(super) fn read(xml: &str) -> Result<Self, ImportError> {
        let mut styles = Self::default();
        let mut open: Option<(String, Style)> = None;
        walk(xml, |token| {
            match token {
                Token::Start(element) if element.local_name().as_ref() == "style" => {
                    open = attribute(element, "styleId").map(|id| (id, Style::default()));
                }
                Token::Start(element) => {
                    if let Some((_, style)) = &mut open {
                        let value = attribute(element, "val");
                        match element.local_name().as_ref() {
                            "name" => style.named(&value.unwrap_or_default()),
                            "basedOn" => style.based_on = value,
                            "outlineLvl" => {
                                let level = value.and_then(|level| level.parse::<u8>().ok()).filter(|level| *level < 9);
                                style.heading = style.heading.or(level.map(|level| level + 1));
                            }
                            "numId" => style.list = value,
                            "b" => style.bold = Some(is_on(value.as_deref())),
                            "i" => style.italic = Some(is_on(value.as_deref())),
                            _ => {}
                        }
                    }
                }
                Token::End("style") => styles.0.extend(open.take()),
                _ => {}
            }
            Ok(())
        })?;
        Ok(styles)
    }

    /// A style with what it has from those that it is based on.
    pub(super) fn find(&self, id: &str) -> Style {
        let mut whole = Style::default();
        let mut next = self.0.get(id);
        for _ in 0..DEEPEST_BASE {
            let Some(style) = next else { break };
            whole.is_title |= style.is_title;
            whole.heading = whole.heading.or(style.heading);
            whole.list = whole.list.or_else(|| style.list.clone());
            whole.bold = whole.bold.or(style.bold);
            whole.italic = whole.italic.or(style.italic);
            next = style.based_on.as_ref().and_then(|base| self.0.get(base));
        }
        whole
    }
}

impl Style {
    /// Built-in styles keep their English names in every language of Word (ECMA-376, part 1, 17.7.4.9).
    fn named(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        self.is_title = name == "title";
        let level = name.strip_prefix("heading ").and_then(|level| level.parse::<u8>().ok());
        if let Some(level) = level.filter(|level| (1..=9).contains(level)) {
            self.heading = Some(level);
        }
    }
}

/// Whether an on-off property is on (ECMA-376, part 1, 17.17.4).
pub(super) fn is_on(value: Option<&str>) -> bool {
    !matches!(value, Some("0" | "false" | "off" | "none"))
}
