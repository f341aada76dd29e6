//! A template means what Handlebars says: its own renderer is the judge.

use handlebars::{Handlebars, no_escape};
use proptest::prelude::*;
use serde_json::json;

use super::{Desk, only, signatory};

const CELLS: [(&str, &str); 3] = [("name", "Ana"), ("country", ""), ("tags", "x;y")];

/// Templates of texts, blanks, tags and blocks, some of them on lines of their own.
fn template() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-z ]{1,6}",
        Just("\n".to_owned()),
        Just("\n\n".to_owned()),
        Just("  ".to_owned()),
        Just("\\\\{{@root.round}}".to_owned()),
        Just("\\{{@root.round}}".to_owned()),
        Just("{{@root.recipient.name}}".to_owned()),
        Just("{{~@root.recipient.name}}".to_owned()),
        Just("{{ @root.campaign.id ~}}".to_owned()),
        Just("{{@root/recipient/country}}".to_owned()),
        Just("{{! a comment }}".to_owned()),
        Just("{{!-- a {{comment}} --}}".to_owned()),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let body = prop::collection::vec(inner, 0..5).prop_map(|parts| parts.concat());
        let test = prop::sample::select(vec![
            "@root.recipient.name",
            "@root.recipient.country",
            "@root.recipient.tags",
            "@root.signatory_count",
            "@root.round",
            "(eq @root.recipient.name \"Ana\")",
        ]);
        let list = prop::sample::select(vec!["@root.recipient.tags", "@root.signatories"]);
        let line = prop::sample::select(vec!["", "\n", "\n  "]);
        prop_oneof![
            body.clone(),
            (test.clone(), body.clone(), body.clone(), line.clone())
                .prop_map(|(test, then, otherwise, n)| format!("{n}{{{{#if {test}}}}}{n}{then}{n}{{{{else}}}}{n}{otherwise}{n}{{{{/if}}}}{n}")),
            (test.clone(), test.clone(), body.clone(), body.clone(), line.clone())
                .prop_map(|(test, other, one, two, n)| format!("{n}{{{{#if {test}}}}}{one}{n}{{{{~else if {other}}}}}{n}{two}{{{{^}}}}{n}!{{{{/if}}}}{n}")),
            (test, body.clone(), line.clone()).prop_map(|(test, body, n)| format!("{{{{~#unless {test}}}}}{n}{body}{n}{{{{/unless~}}}}")),
            (list, body.clone(), line.clone())
                .prop_map(|(list, body, n)| format!("{n}{{{{#each {list}}}}}{n}{body}{{{{@index}}}}{{{{@first}}}}{{{{@last}}}}{n}{{{{/each}}}}{n}")),
            (body, line).prop_map(|(body, n)| {
                format!("{n}{{{{#each @root.signatories as |s|}}}}{n}{{{{name}}}}{{{{this.name}}}}{{{{s.acronym}}}}{{{{@root.round}}}}{body}{n}{{{{/each}}}}{n}{{{{#with @root.recipient}}}}{{{{name}}}}{{{{@root.round}}}}{{{{/with}}}}")
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_template_means_what_handlebars_says(template in template()) {
        let mut judge = Handlebars::new();
        judge.set_strict_mode(true);
        judge.register_escape_fn(no_escape);
        let data = json!({
            "recipient": { "name": "Ana", "country": "", "tags": ["x", "y"] },
            "signatories": [{ "name": "Alder", "acronym": "AL" }, { "name": "Birch", "acronym": "" }],
            "signatory_count": 2,
            "campaign": { "id": "2030-river" },
            "round": 0,
        });
        let Ok(expected) = judge.render_template(&template, &data) else {
            return Err(TestCaseError::reject("Handlebars itself refuses it"));
        };
        let mut desk = Desk::with(&template);
        desk.signatories = vec![signatory(2, "Alder"), signatory(3, "Birch")];
        desk.signatories[0].acronym = Some("AL".into());
        let letters = desk.letters();
        prop_assert_eq!(only(&letters).plain(&desk.recipient(&CELLS)), expected);
    }
}
