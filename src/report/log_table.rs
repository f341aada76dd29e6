//! The log for people, as wide as what they look at: what was said stands beside its row where there is room, and below
//! it where there is none.

use std::io::{self, Write};

use textwrap::core::display_width;
use textwrap::{Options, WordSplitter, wrap};

use super::copy_field::CopyField;
use super::log_row::{LogRow, why};
use super::sight::Sight;
use crate::ledger::CopyRow;
use crate::model::{Answer, printable};

/// So many rows decide how wide the columns are. A longer table is written as it comes, a page at a time.
const PAGE: usize = 1_000;
/// The blanks behind a column.
const GAP: usize = 2;
/// With less room than this beside the rows, or where not all of it fits there, what was said stands below them.
const LEAST: usize = 24;
/// What stands below a row begins here.
const INDENT: usize = 7;
/// A name is not made narrower than this.
const NARROWEST: usize = 12;

/// A row: its cells, and what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    cells: Vec<String>,
    said: String,
}

impl LogLine {
    /// A delivery. With `answers` it says in cells of their own who answered when, and what comes next where there is
    /// room for it.
    pub(super) fn of(row: &LogRow, sight: &Sight, answers: Option<Answers>) -> Self {
        let delivery = row.delivery();
        let when = delivery.accepted_at.or(delivery.last_attempt_at).map(|at| sight.time(at)).unwrap_or_default();
        let mut cells =
            vec![delivery.round.to_string(), delivery.recipient.to_string(), delivery.state.as_str().to_owned(), when];
        let word = if delivery.answer == Answer::None { "" } else { delivery.answer.as_str() };
        let day = delivery.answered_at.map(|at| sight.day(at));
        let dated = || [Some(word.to_owned()), day.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let noted = row.note().unwrap_or_default();
        let (next, mut parts) = (row.follow_up(), Vec::new());
        match answers {
            Some(Answers::WithNext) => cells.extend([dated(), next]),
            Some(Answers::Alone) => {
                cells.push(word.to_owned());
                parts.extend(day.map(|day| format!("answered {day}")));
                parts.extend(Some(next).filter(|next| !next.is_empty()).map(|next| format!("follow-up {next}")));
            }
            None if !word.is_empty() => parts.push(word.to_owned()),
            None => {}
        }
        parts.extend(Some(noted.to_owned()).filter(|noted| !noted.is_empty()));
        Self { cells, said: why(&parts.join("; "), &row.reply()) }
    }

    /// A mail and one delivery that it is about: its number, its kind, whom it is from and whom it concerns; and what
    /// it did and says.
    #[must_use]
    pub fn of_mail(cells: [&str; 4], said: String) -> Self {
        Self { cells: cells.map(str::to_owned).to_vec(), said }
    }

    /// A copy of a letter.
    pub(super) fn of_copy(copy: &CopyRow, field: Option<CopyField>, sight: &Sight) -> Self {
        let reply = copy.reply.as_ref().map(ToString::to_string).unwrap_or_default();
        let cells = vec![
            copy.round.to_string(),
            copy.recipient.to_string(),
            copy.address.clone(),
            field.map(CopyField::as_str).unwrap_or_default().to_owned(),
            copy.state.as_str().to_owned(),
            sight.time(copy.last_attempt_at),
        ];
        Self { cells, said: why(copy.reason.as_deref().unwrap_or_default(), &reply) }
    }
}

/// What a table says of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answers {
    /// The word in a column of its own.
    Alone,
    /// The word with its day, and what comes next.
    WithNext,
}

/// Rows under a header, as wide as they may be.
#[derive(Debug)]
pub struct LogTable<W: Write> {
    out: W,
    sight: Sight,
    answers: Option<Answers>,
    headings: Vec<&'static str>,
    page: Vec<LogLine>,
    /// How wide the columns of the pages before were; none before the first.
    widths: Vec<usize>,
}

impl<W: Write> LogTable<W> {
    pub(super) fn of_log(out: W, sight: &Sight, has_follow_ups: bool) -> Self {
        let mut headings = vec!["round", "recipient", "state", "when"];
        let answers = has_follow_ups.then_some(if sight.width < 120 { Answers::Alone } else { Answers::WithNext });
        headings.extend(answers.map(|_| "answer"));
        headings.extend((answers == Some(Answers::WithNext)).then_some("follow-up"));
        Self::new(out, sight, headings, answers)
    }

    /// A table of copies.
    pub(super) fn of_copies(out: W, sight: &Sight) -> Self {
        Self::new(out, sight, vec!["round", "recipient", "copy", "in", "state", "when"], None)
    }

    /// A table of mails.
    pub fn of_mails(out: W, sight: &Sight) -> Self {
        Self::new(out, sight, vec!["mail", "kind", "from", "recipient"], None)
    }

    fn new(out: W, sight: &Sight, headings: Vec<&'static str>, answers: Option<Answers>) -> Self {
        Self { out, sight: sight.clone(), answers, headings, page: Vec::new(), widths: Vec::new() }
    }

    /// How it is looked at.
    pub(super) fn sight(&self) -> &Sight {
        &self.sight
    }

    /// What it says of answers.
    pub(super) fn has_answers(&self) -> Option<Answers> {
        self.answers
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn add(&mut self, line: &LogLine) -> io::Result<()> {
        let harmless = |text: &String| printable(text).into_owned();
        let line = LogLine { cells: line.cells.iter().map(harmless).collect(), said: harmless(&line.said) };
        self.page.push(line);
        if self.page.len() == PAGE { self.write_page() } else { Ok(()) }
    }

    /// Writes the rest, and gives back where it went.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.page.is_empty() || self.widths.is_empty() {
            self.write_page()?;
        }
        Ok(self.out)
    }

    fn write_page(&mut self) -> io::Result<()> {
        let is_first = self.widths.is_empty();
        let mut widths: Vec<usize> = self.headings.iter().map(|heading| heading.len()).collect();
        for line in &self.page {
            for (width, cell) in widths.iter_mut().zip(&line.cells) {
                *width = (*width).max(display_width(cell));
            }
        }
        if !is_first {
            widths.iter_mut().zip(&self.widths).for_each(|(width, before)| *width = (*width).max(*before));
        }
        self.narrow(&mut widths);
        if is_first {
            let mut headings: Vec<String> = self.headings.iter().map(|&heading| heading.to_owned()).collect();
            if self.room(&widths).is_some() {
                headings.push("what was said".to_owned());
            }
            let widths = widths.iter().copied().chain([0]).collect::<Vec<_>>();
            self.write_cells(&widths, &headings.into_iter().map(|heading| vec![heading]).collect::<Vec<_>>())?;
        }
        let beside = self.room(&widths);
        for line in std::mem::take(&mut self.page) {
            self.write_line(&widths, beside, &line)?;
        }
        self.widths = widths;
        Ok(())
    }

    /// Takes from the names of people what the table is too wide.
    fn narrow(&self, widths: &mut [usize]) {
        let needed = |widths: &[usize]| widths.iter().sum::<usize>() + GAP * (widths.len() - 1);
        let names = match self.headings[..] {
            ["mail", ..] => &[2, 3][..],
            [_, _, "copy", ..] => &[2, 1],
            _ => &[1],
        };
        for _ in 0..self.sight.width.max(needed(widths)) {
            let widest = names.iter().copied().max_by_key(|at| widths[*at]);
            let Some(widest) = widest.filter(|at| widths[*at] > NARROWEST) else { return };
            if needed(widths) <= self.sight.width {
                return;
            }
            widths[widest] -= 1;
        }
    }

    /// The room for what was said beside the columns, where all of it fits there, each on a line.
    fn room(&self, widths: &[usize]) -> Option<usize> {
        let room = self.sight.width.checked_sub(widths.iter().sum::<usize>() + GAP * widths.len())?;
        let longest = self.page.iter().map(|line| display_width(&line.said)).max().unwrap_or_default();
        (longest <= room && room >= LEAST).then_some(room)
    }

    fn write_line(&mut self, widths: &[usize], beside: Option<usize>, line: &LogLine) -> io::Result<()> {
        let mut cells: Vec<Vec<String>> =
            line.cells.iter().zip(widths).map(|(cell, width)| broken(cell, *width)).collect();
        cells.extend(beside.map(|room| broken(&line.said, room)));
        let mut with_said = widths.to_vec();
        with_said.extend(beside);
        self.write_cells(&with_said, &cells)?;
        if beside.is_none() && !line.said.is_empty() {
            for said in broken(&line.said, self.sight.width.saturating_sub(INDENT)) {
                writeln!(self.out, "{:INDENT$}{said}", "")?;
            }
        }
        Ok(())
    }

    /// Writes cells beside each other, each of which may have several lines.
    fn write_cells(&mut self, widths: &[usize], cells: &[Vec<String>]) -> io::Result<()> {
        for at in 0..cells.iter().map(Vec::len).max().unwrap_or_default() {
            let mut text = String::new();
            for (cell, width) in cells.iter().zip(widths) {
                let part = cell.get(at).map_or("", String::as_str);
                text.push_str(part);
                text.extend(std::iter::repeat_n(' ', (width + GAP).saturating_sub(display_width(part))));
            }
            writeln!(self.out, "{}", text.trim_end())?;
        }
        Ok(())
    }
}

/// A text in lines that are no wider than this; a word that is wider is broken. A command stays in one line, so that it
/// can be copied: "`undersigned confirm 2`".
fn broken(text: &str, width: usize) -> Vec<String> {
    const JOINED: &str = "\u{a0}";
    let options = Options::new(width.max(1)).word_splitter(WordSplitter::NoHyphenation).break_words(true);
    let mut is_command = false;
    let pieces = text.split('`').map(|piece| {
        let piece = if is_command { piece.replace(' ', JOINED) } else { piece.to_owned() };
        is_command = !is_command;
        piece
    });
    let joined = pieces.collect::<Vec<_>>().join("`");
    wrap(&joined, options).into_iter().map(|line| line.replace(JOINED, " ")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_command_is_not_broken() {
        let text = "it waits for a person: `undersigned confirm 2` confirms it";
        for width in 24..60 {
            let lines = super::broken(text, width);
            assert!(lines.iter().any(|line| line.contains("`undersigned confirm 2`")), "{width}: {lines:?}");
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{width}: {lines:?}");
            assert_eq!(lines.join(" "), text, "{width}");
        }
    }

    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::super::log::LogWriter;
    use super::*;
    use crate::ledger::{Delivery, DeliveryId};
    use crate::model::{CampaignId, DeliveryState, MessageId, RecipientId, Reply, Round};
    use crate::plan::{Ended, Next};

    fn row(recipient: &str, answer: Answer) -> LogRow {
        let at = Timestamp::from_second(1_718_179_200).unwrap();
        let delivery = Delivery {
            id: DeliveryId(1),
            round: Round(0),
            recipient: RecipientId::new(recipient),
            email: "ana@example.org".into(),
            name: String::new(),
            organisation: String::new(),
            state: DeliveryState::Accepted,
            reason: None,
            attempts: 1,
            first_attempt_at: Some(at),
            last_attempt_at: Some(at),
            accepted_at: Some(at),
            reply: Some(Reply::new(250, ["2.0.0 Ok: queued as 4bXnKz0y1Yz9, and on its way to whoever reads it"])),
            message_id: Some(MessageId::from_text("x@example.org")),
            answer,
            answered_at: (answer != Answer::None).then_some(at),
            next_attempt_at: None,
            note: Some("called".into()),
        };
        let next = (answer != Answer::None).then_some(Next::Ended(Ended::Answered(answer)));
        LogRow::new(&CampaignId::parse("c").unwrap(), delivery, next)
    }

    fn shown(width: usize, has_follow_ups: bool, rows: &[LogRow]) -> String {
        let sight = Sight { width, zone: TimeZone::get("Europe/Brussels").unwrap() };
        let mut out = Vec::new();
        let mut writer = LogWriter::table(&mut out, &sight, has_follow_ups);
        for row in rows {
            writer.write(row).unwrap();
        }
        writer.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_is_no_wider_than_a_terminal_and_leaves_nothing_out() {
        let long = "permanent.representation.of.the.velma@ministry-of-foreign-affairs.example";
        let rows = [row("ana", Answer::None), row(long, Answer::Acknowledged)];
        for width in [70, 80, 100, 132, 200] {
            for has_follow_ups in [false, true] {
                let table = shown(width, has_follow_ups, &rows);
                let widest = table.lines().map(display_width).max().unwrap();
                assert!(widest <= width, "{width}: {widest}\n{table}");
                // The id may be broken over lines; all of it is there.
                assert!(table.matches("queued as").count() == 2 || width < 100, "{table}");
                assert!(table.contains("acknowledged"), "{table}");
            }
        }
    }

    #[test]
    fn a_table_says_who_answered_when_and_what_comes_next_on_the_clock_of_its_reader() {
        let rows = [row("ana@example.org", Answer::Replied)];
        assert_eq!(
            shown(80, true, &rows),
            "round  recipient        state     when              answer\n\
             0      ana@example.org  accepted  2024-06-12 10:00  replied\n       \
             answered 2024-06-12; follow-up stopped: replied; called (250 2.0.0 Ok:\n       \
             queued as 4bXnKz0y1Yz9, and on its way to whoever reads it)\n"
        );
        let wide = shown(220, true, &rows);
        assert!(wide.contains("  replied 2024-06-12  stopped: replied  called ("), "{wide}");
        let plain = shown(200, false, &rows);
        assert!(plain.contains("  replied; called (") && !plain.contains("follow-up"), "{plain}");
    }

    #[test]
    fn a_long_table_keeps_its_columns_and_shows_every_row() {
        let rows: Vec<LogRow> = (0..PAGE * 2 + 5).map(|n| row(&format!("r{n}"), Answer::None)).collect();
        let table = shown(200, false, &rows);
        assert_eq!(table.lines().count(), PAGE * 2 + 6);
        assert_eq!(shown(80, false, &[]), "round  recipient  state  when  what was said\n");
    }
}
