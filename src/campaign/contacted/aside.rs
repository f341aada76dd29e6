//! Rows of the log are written on a thread of their own, while the next ones are read.

use std::io::{self, ErrorKind, Write};
use std::panic::resume_unwind;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::campaign::error::{Error, Result};
use crate::report::{LogRow, LogWriter};

/// How many rows are handed over at once.
const BATCH: usize = 128;
/// How many such batches may be read before they are wanted.
const BATCHES_AHEAD: usize = 4;

/// Where rows go.
pub(super) type Take<'a> = &'a mut dyn FnMut(LogRow) -> Result<()>;

/// Writes the rows that `read` gives, and gives the writer back.
///
/// # Errors
/// That of `read`; [`Error::Output`] where the log cannot be written.
pub(super) fn write_aside<W: Write>(
    mut writer: LogWriter<W>,
    read: impl FnOnce(Take) -> Result<()>,
) -> Result<LogWriter<W>>
where
    LogWriter<W>: Send,
{
    thread::scope(|scope| {
        let (rows, inbox) = sync_channel::<Vec<LogRow>>(BATCHES_AHEAD);
        let writing = scope.spawn(move || -> io::Result<_> {
            inbox.into_iter().flatten().try_for_each(|row| writer.write(&row))?;
            Ok(writer)
        });
        // Nobody listens any more where a row could not be written: what went wrong there is what is told.
        let unheard = || Error::Output(ErrorKind::BrokenPipe.into());
        let mut batch = Vec::with_capacity(BATCH);
        let read = read(&mut |row| {
            batch.push(row);
            if batch.len() < BATCH { Ok(()) } else { rows.send(std::mem::take(&mut batch)).map_err(|_| unheard()) }
        });
        let sent = read.and_then(|()| rows.send(batch).map_err(|_| unheard()));
        drop(rows);
        let written = writing.join().unwrap_or_else(|panic| resume_unwind(panic));
        let writer = written.map_err(Error::Output)?;
        sent.map(|()| writer)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Delivery, DeliveryId};
    use crate::model::{Answer, CampaignId, DeliveryState, RecipientId, Round};

    fn row(number: usize) -> LogRow {
        let delivery = Delivery {
            id: DeliveryId(1),
            round: Round(0),
            recipient: RecipientId::new(format!("r{number}")),
            email: "ana@example.org".into(),
            name: String::new(),
            organisation: String::new(),
            state: DeliveryState::Planned,
            reason: None,
            attempts: 0,
            first_attempt_at: None,
            last_attempt_at: None,
            accepted_at: None,
            reply: None,
            message_id: None,
            answer: Answer::None,
            answered_at: None,
            next_attempt_at: None,
            note: None,
        };
        LogRow::new(&CampaignId::parse("c").unwrap(), delivery, None)
    }

    #[test]
    fn every_row_is_written_once_and_in_order() {
        for rows in [0, 1, BATCH - 1, BATCH, BATCH + 1, 10 * BATCH + 3] {
            let mut out = Vec::new();
            let writer =
                write_aside(LogWriter::csv(&mut out).unwrap(), |take| (0..rows).try_for_each(|n| take(row(n))));
            writer.unwrap().finish().unwrap();
            let text = String::from_utf8(out).unwrap();
            let written: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').nth(2)).collect();
            let expected: Vec<String> = (0..rows).map(|n| format!("r{n}")).collect();
            assert_eq!(written, expected);
        }
    }

    /// A disk that is full after so many bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_goes_wrong_on_either_side_ends_it_and_is_told() {
        let full =
            write_aside(LogWriter::csv(Full(20_000)).unwrap(), |take| (0..100_000).try_for_each(|n| take(row(n))));
        assert!(matches!(full, Err(Error::Output(error)) if error.kind() == ErrorKind::StorageFull));
        let unread = write_aside(LogWriter::csv(Full(usize::MAX)).unwrap(), |take| {
            take(row(1))?;
            Err(Error::NoLedger("c".to_owned()))
        });
        assert!(matches!(unread, Err(Error::NoLedger(_))));
    }
}
