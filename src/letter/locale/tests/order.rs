//! Names in the order of the alphabet.

use super::super::Alphabet;

#[test]
fn a_mark_before_a_name_does_not_put_it_before_all_others() {
    for (tag, order) in [
        ("en", ["#Act Now", "Bees", "@climate", "“Delta” Watch", "'Earth'", "(Friends)", "\u{ab}Green\u{bb}", "Zoo"]),
        ("de", ["Amsel", "„Brücke“ e. V.", "Chor", "»Delta«", "#Erde", "@forum", "Gans", "Zoo"]),
        ("es", ["Aves", "¡Basta ya!", "Cielo", "¿Dónde?", "Eco", "Flor", "Gato", "Zoo"]),
        ("en", ["!!!", "Act", "#Act", "'Act'", "“Act”", "\u{ab}Act\u{bb}", "Bee", "Zoo"]),
    ] {
        let alphabet = Alphabet::of(&tag.parse().unwrap());
        let mut names = order.to_vec();
        names.reverse();
        names.sort_by(|one, other| alphabet.compare(one, other));
        assert_eq!(names, order, "{tag}");
    }
}
