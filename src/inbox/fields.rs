//! The fields of reports: groups of `Name: value` between blank lines (RFC 3464, 2.1; RFC 5965, 3; RFC 8098, 3.1).

use super::header::{line_at, name_end, unfold};

/// How many groups are read of a report: one for each recipient, and one for the message.
const MAX_GROUPS: usize = 1024;

/// How many fields are read of one group.
const MAX_FIELDS: usize = 64;

/// The fields between two blank lines, their names in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Group {
    fields: Vec<(String, String)>,
}

impl Group {
    /// A field's value.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the group speaks of a recipient (RFC 3464, 2.3).
    pub(super) fn has_recipient(&self) -> bool {
        ["final-recipient", "original-recipient", "x-actual-recipient"].iter().any(|name| self.value(name).is_some())
    }

    /// All values of a field.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    fn append(&mut self, other: Self) {
        self.fields.extend(other.fields);
    }
}

/// Reads the groups of a part that holds nothing else.
///
/// Systems get the blank lines wrong in both ways. A second `Final-Recipient` without a blank line before it begins a
/// new group, and fields that follow a recipient without an `Action` after a blank line belong to it.
pub(super) fn groups(text: &[u8]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut group = Group::default();
    let mut at = 0;
    while at < text.len() && groups.len() < MAX_GROUPS {
        let line = line_at(text, at);
        at += line.len();
        if line.trim_ascii().is_empty() {
            close(&mut group, &mut groups);
        } else if let Some(colon) = name_end(line) {
            let start = at - line.len();
            while at < text.len() {
                let next = line_at(text, at);
                if !matches!(next[0], b' ' | b'\t') || next.trim_ascii().is_empty() {
                    break;
                }
                at += next.len();
            }
            let name = String::from_utf8_lossy(line[..colon].trim_ascii()).to_ascii_lowercase();
            if name == "final-recipient" && group.value(&name).is_some() {
                close(&mut group, &mut groups);
            }
            let colon = text[start..].iter().position(|&byte| byte == b':').unwrap_or(0);
            if group.fields.len() < MAX_FIELDS {
                group.fields.push((name, unfold(&text[start + colon + 1..at]).into_owned()));
            }
        }
    }
    close(&mut group, &mut groups);
    groups
}

fn close(group: &mut Group, groups: &mut Vec<Group>) {
    let group = std::mem::take(group);
    if group.is_empty() {
        return;
    }
    if let Some(last) = groups.last_mut()
        && last.has_recipient()
        && last.value("action").is_none()
        && !group.has_recipient()
        && (group.value("action").is_some() || group.value("status").is_some())
    {
        last.append(group);
        return;
    }
    groups.push(group);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_found_whatever_was_done_to_the_blank_lines() {
        let two = b"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@example.org\nAction: failed\n\
            Final-Recipient: rfc822; b@example.org\n\nAction: delayed\nDiagnostic-Code: smtp;\n  450 later\n";
        let groups = groups(two);
        let shown: Vec<_> = groups.iter().map(|g| (g.value("final-recipient"), g.value("action"))).collect();
        assert_eq!(
            shown,
            [
                (None, None),
                (Some("rfc822; a@example.org"), Some("failed")),
                (Some("rfc822; b@example.org"), Some("delayed"))
            ]
        );
        assert_eq!(groups[2].value("diagnostic-code"), Some("smtp; 450 later"));
    }
}
