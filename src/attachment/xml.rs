//! What stands in XML that others wrote, read up to where it is none.

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// A value, and where it stands.
pub(super) enum Said<'x> {
    /// The text of the innermost of these elements.
    Text(&'x [String], &'x str),
    /// An attribute of an element: its tag, its name, its value.
    Attribute(&'x str, &'x str, &'x str),
}

/// Tells each text and each attribute.
pub(super) fn walk(xml: &str, mut tell: impl FnMut(Said<'_>)) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let (mut open, mut text) = (Vec::new(), String::new());
    loop {
        let event = reader.read_event();
        match &event {
            Ok(Event::Text(part)) => text.push_str(&part.xml_content(XmlVersion::Implicit1_0)),
            Ok(Event::GeneralRef(reference)) => text.push_str(&meant(reference)),
            _ if !text.trim().is_empty() => tell(Said::Text(&open, &std::mem::take(&mut text))),
            _ => text.clear(),
        }
        match event {
            Ok(Event::Start(element)) => {
                tell_attributes(&element, &mut tell);
                open.push(element.name().as_ref().to_owned());
            }
            Ok(Event::Empty(element)) => tell_attributes(&element, &mut tell),
            Ok(Event::End(_)) => {
                open.pop();
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn tell_attributes(element: &BytesStart<'_>, tell: &mut impl FnMut(Said<'_>)) {
    for attribute in element.attributes().flatten() {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default();
        tell(Said::Attribute(element.name().as_ref(), attribute.key.as_ref(), &value));
    }
}

/// One of the five references that need no declaration (XML 1.0, 4.6), or one by number; nothing of any other.
fn meant(reference: &BytesRef<'_>) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        _ => resolve_predefined_entity(reference).unwrap_or_default().to_owned(),
    }
}
