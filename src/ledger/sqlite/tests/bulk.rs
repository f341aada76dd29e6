//! Plans so large that their indexes are made behind them.

use super::*;

const MANY: usize = 20_100;

fn many(from: usize) -> Vec<PlannedRow> {
    // In no order, as ids and addresses are.
    (from..from + MANY).map(|n| row(&format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))).collect()
}

fn schema(bench: &Bench) -> Vec<String> {
    let sql = bench.sql();
    let mut statement = sql.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(rusqlite::Result::unwrap).collect()
}

#[tokio::test]
async fn a_large_plan_leaves_the_ledger_as_a_small_one_does() {
    let (bench, lease) = Bench::planned(&[]).await;
    let before = schema(&bench);
    let tally = bench.plan_rows(&lease, FIRST, many(0)).await.unwrap();
    assert_eq!(tally.of(DeliveryState::Planned), MANY as u64);
    assert_eq!(schema(&bench), before);
    let sql = bench.sql();
    let damage: String = sql.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(damage, "ok");
    let second = &many(0)[1];
    bench.send(&lease, second.recipient.as_str(), 1, DeliveryState::Accepted).await;
    // Another large one, in which every recipient is new, and one address is not.
    let mut rows = many(MANY);
    rows[7].email = second.email.clone();
    let refused = bench.plan_rows(&lease, FIRST, rows.clone()).await.unwrap_err().to_string();
    assert!(refused.contains(&format!("goes to `{}`", second.email.as_ref().unwrap())), "{refused}");
    assert_eq!(schema(&bench), before, "a plan that was refused left its mark");
    rows[7].email = rows[8].email.clone();
    let refused = bench.plan_rows(&lease, FIRST, rows.clone()).await.unwrap_err().to_string();
    assert!(
        refused.contains(&format!("two letters of the plan go to `{}`", rows[8].email.as_ref().unwrap())),
        "{refused}"
    );
    rows.remove(7);
    rows.push(PlannedRow { recipient: rows[3].recipient.clone(), ..row("other") });
    let refused = bench.plan_rows(&lease, FIRST, rows.clone()).await.unwrap_err().to_string();
    assert!(refused.contains(&format!("`{}` is in the plan twice", rows[3].recipient)), "{refused}");
    rows.pop();
    let tally = bench.plan_rows(&lease, FIRST, rows).await.unwrap();
    assert_eq!((tally.of(DeliveryState::Planned), tally.of(DeliveryState::Accepted)), (MANY as u64 - 1, 1));
    assert_eq!(schema(&bench), before);
}
