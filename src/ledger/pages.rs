//! What is read of a ledger page by page: however much it is, no more than a page of it is in memory.

use std::fmt;
use std::iter::FusedIterator;
use std::vec::IntoIter;

use super::Result;

/// What is read, one after another; all of it as it stood when its first page was read.
///
/// It ends after an error.
pub struct Pages<'a, T> {
    page: IntoIter<T>,
    /// `None` once the last page was read.
    turn: Option<Box<dyn FnMut() -> Result<Page<T>> + 'a>>,
}

/// A page, and whether another one follows.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) is_last: bool,
}

impl<'a, T> Pages<'a, T> {
    /// What is read by turning page after page.
    pub(super) fn turned_by(turn: impl FnMut() -> Result<Page<T>> + 'a) -> Self {
        Self { page: Vec::new().into_iter(), turn: Some(Box::new(turn)) }
    }

    /// What is read already.
    #[cfg(test)]
    pub(crate) fn of(items: Vec<T>) -> Self {
        Self { page: items.into_iter(), turn: None }
    }
}

impl<T> Iterator for Pages<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        loop {
            if let Some(item) = self.page.next() {
                return Some(Ok(item));
            }
            match self.turn.as_mut()?() {
                Ok(Page { items, is_last }) => {
                    self.page = items.into_iter();
                    if is_last {
                        self.turn = None;
                    }
                }
                Err(error) => {
                    self.turn = None;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl<T> FusedIterator for Pages<'_, T> {}

impl<T> fmt::Debug for Pages<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("in_page", &self.page.len()).field("is_last", &self.turn.is_none()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::LedgerError;

    #[test]
    fn page_follows_page_until_the_last_and_nothing_comes_after_an_error() {
        let mut number = 0;
        let mut pages = Pages::turned_by(|| {
            number += 1;
            match number {
                1 => Ok(Page { items: vec![1, 2], is_last: false }),
                // A page may be empty and not the last.
                2 => Ok(Page { items: vec![], is_last: false }),
                3 => Ok(Page { items: vec![3], is_last: true }),
                _ => unreachable!("the last page was turned"),
            }
        });
        assert_eq!(pages.by_ref().collect::<Result<Vec<_>>>().unwrap(), [1, 2, 3]);
        assert!(pages.next().is_none());
        let mut broken = Pages::<u8>::turned_by(|| Err(LedgerError::Stopped("broken".to_owned())));
        assert!(broken.next().unwrap().is_err());
        assert!(broken.next().is_none());
    }
}
