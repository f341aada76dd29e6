//! What a transaction is going to ask is asked together with its beginning: the answers are there when it asks.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use rusqlite::types::Value;

type Rows = Vec<Vec<Value>>;

/// What was found for each row of values.
type Found = VecDeque<(Vec<Value>, Rows)>;

/// What a transaction is going to ask, as far as can be told before it begins.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Ahead {
    pub(super) questions: Vec<Question>,
    /// How many attempts it is going to make at the most.
    attempts: i64,
}

/// A question, and the values that it is asked with: one row of them, where it is about all.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) sql: &'static str,
    pub(super) about: About,
    pub(super) rows: Rows,
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) enum About {
    /// One row, whose key is the first value.
    Row,
    /// Whatever there is.
    All,
}

impl Ahead {
    /// It is going to ask this. About a row, the question finds one row at the most.
    pub(in crate::ledger) fn ask(&mut self, sql: &'static str, about: About, values: Vec<Value>) {
        let is_known =
            |known: &&mut Question| known.sql == sql && (about == About::Row || known.rows[..] == [&values[..]]);
        match self.questions.iter_mut().find(is_known) {
            Some(known) if known.rows.last() == Some(&values) => {}
            Some(known) => known.rows.push(values),
            None => self.questions.push(Question { sql, about, rows: vec![values] }),
        }
    }

    /// It may make an attempt, which needs a key.
    pub(in crate::ledger) fn attempt(&mut self) {
        self.attempts += 1;
    }

    /// How many keys it needs.
    pub(super) fn attempts(&self) -> i64 {
        self.attempts
    }
}

/// The answers, until they are asked for or do not hold any more.
#[derive(Debug, Default)]
pub(super) struct Answers {
    known: HashMap<Arc<str>, (About, Found)>,
    /// Keys of attempts that nobody else gets.
    keys: VecDeque<i64>,
}

impl Answers {
    /// Keeps what was found for each row of values.
    pub(super) fn keep(&mut self, sql: Arc<str>, about: About, found: impl IntoIterator<Item = (Vec<Value>, Rows)>) {
        self.known.entry(sql).or_insert_with(|| (about, VecDeque::new())).1.extend(found);
    }

    /// Keeps keys of attempts, of which the first is used first.
    pub(super) fn keep_keys(&mut self, keys: impl IntoIterator<Item = i64>) {
        self.keys.extend(keys);
    }

    /// The answer to a question, which is given once: whoever asks again may have written in between.
    pub(super) fn take(&mut self, sql: &Arc<str>, values: &[Value]) -> Option<Rows> {
        let (_, known) = self.known.get_mut(sql)?;
        let at = known.iter().position(|(of, _)| of == values)?;
        known.remove(at).map(|(_, rows)| rows)
    }

    /// A key for an attempt. From then on there is more than was answered about all of them.
    pub(super) fn take_key(&mut self) -> Option<i64> {
        let key = self.keys.pop_front()?;
        self.known.retain(|_, (about, _)| *about == About::Row);
        Some(key)
    }

    /// Forgets what was answered about a row, which is changed.
    pub(super) fn forget_row(&mut self, key: i64) {
        for (about, known) in self.known.values_mut() {
            if *about == About::Row {
                known.retain(|(of, _)| of.first() != Some(&Value::Integer(key)));
            }
        }
    }

    /// Forgets what was answered: anything may be written.
    pub(super) fn forget_answers(&mut self) {
        self.known.clear();
    }

    /// Forgets everything, also the keys: others have later ones by now.
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.keys.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(number: i64) -> Vec<Value> {
        vec![Value::Integer(number)]
    }

    fn answers() -> (Answers, Arc<str>, Arc<str>) {
        let (row, all): (Arc<str>, Arc<str>) = ("row".into(), "all".into());
        let mut answers = Answers::default();
        answers.keep(Arc::clone(&row), About::Row, (1..=3).map(|key| (one(key), vec![one(key * 10)])));
        answers.keep(Arc::clone(&all), About::All, [(one(7), Vec::new())]);
        answers.keep_keys([5, 6]);
        (answers, row, all)
    }

    #[test]
    fn an_answer_is_given_once_and_only_to_its_question() {
        let (mut answers, row, all) = answers();
        assert_eq!(answers.take(&row, &one(2)), Some(vec![one(20)]));
        assert_eq!(answers.take(&row, &one(2)), None, "it may have been written since");
        assert_eq!(answers.take(&row, &one(9)), None);
        assert_eq!(answers.take(&all, &one(7)), Some(Vec::new()), "that there is nothing is an answer");
    }

    #[test]
    fn what_may_have_changed_is_forgotten() {
        let (mut answers, row, all) = answers();
        answers.forget_row(2);
        assert_eq!(answers.take(&row, &one(2)), None);
        assert_eq!(answers.take_key(), Some(5));
        assert_eq!(answers.take(&all, &one(7)), None, "there is one more attempt than it knows of");
        assert_eq!(answers.take(&row, &one(1)), Some(vec![one(10)]));
        answers.forget_answers();
        assert_eq!(answers.take(&row, &one(3)), None);
        assert_eq!(answers.take_key(), Some(6));
        assert_eq!(answers.take_key(), None);
    }

    #[test]
    fn what_is_asked_twice_is_asked_once() {
        let mut ahead = Ahead::default();
        for number in [1, 2, 2, 3] {
            ahead.ask("row", About::Row, one(number));
            ahead.ask("all", About::All, one(number % 2));
        }
        let asked: Vec<usize> = ahead.questions.iter().map(|question| question.rows.len()).collect();
        assert_eq!(asked, [3, 1, 1]);
    }
}
