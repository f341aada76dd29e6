use super::*;
use crate::model::{Fields, SignatoryKind};

fn version(language: &str, subject: &str) -> Version {
    let article = Article {
        subject: subject.to_owned(),
        preheader: String::new(),
        html: "<p>Dear all,</p>\n".to_owned(),
        header: None,
        is_right_to_left: language == "ar",
        signatories: vec![3, 2, 4],
    };
    Version { language: language.parse().unwrap(), article, description: "a \"short\" word".to_owned(), paper: None }
}

fn signatory(line: u64, name: &str, publish: bool) -> Signatory {
    Signatory {
        line,
        name: name.to_owned(),
        names: vec![("fr".parse().unwrap(), format!("{name} (fr)"))],
        kind: SignatoryKind::Organisation,
        title: Some("private of an organisation".to_owned()),
        affiliation: None,
        acronym: Some("+A".to_owned()),
        country: None,
        url: Some("https://example.org".to_owned()),
        logo: None,
        representative: Some("Ana Roe".to_owned()),
        representative_title: None,
        publish,
        signed_at: None,
        order: None,
        fields: Fields::default(),
    }
}

fn published(letters: &[Version], url: Option<&str>) -> Vec<(String, String)> {
    let signatories = [signatory(2, "=Delta", true), signatory(3, "Älv", true), signatory(4, "Hidden", false)];
    published_by(&signatories, letters, url)
}

fn published_by(signatories: &[Signatory], letters: &[Version], url: Option<&str>) -> Vec<(String, String)> {
    let edition = Edition { sender: "A & B", url, letters, date: Some("2027-03-22".parse().unwrap()), signatories };
    files(&edition).into_iter().map(|file| (file.name, String::from_utf8_lossy(&file.content).into_owned())).collect()
}

#[test]
fn each_language_has_its_files_and_the_first_page_comes_after_all_that_it_leads_to() {
    let mut letters = [version("en", "Keep it"), version("fr", "Gardons-le")];
    letters[1].paper = Some(b"%PDF".to_vec());
    let files = published(&letters, None);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["signatories.csv", "letter.fr.pdf", "index.fr.html", "index.html", "SHA256SUMS"]);
    assert!(files[2].1.contains("<a href=\"letter.fr.pdf\" type=\"application/pdf\">PDF</a>"));
    assert!(!files[3].1.contains(".pdf"), "{}", files[3].1);
}

#[test]
fn a_page_leads_to_the_other_languages_and_says_what_it_is_to_those_who_share_it() {
    let letters = [version("en", "Keep <it> & \"all\""), version("fr-BE", "Gardons-le")];
    let page = &published(&letters, Some("https://example.org/delta/"))[2].1;
    for part in [
        "<html lang=\"en\" dir=\"ltr\">",
        "<title>Keep &lt;it&gt; &amp; &quot;all&quot;</title>",
        "<h1>Keep &lt;it&gt; &amp; &quot;all&quot;</h1>",
        "<p>A &amp; B</p>",
        "<meta property=\"og:type\" content=\"article\">",
        "<meta property=\"og:title\" content=\"Keep &lt;it&gt; &amp; &quot;all&quot;\">",
        "<meta property=\"og:description\" content=\"a &quot;short&quot; word\">",
        "<meta property=\"og:locale\" content=\"en_US\">",
        "<meta property=\"og:locale:alternate\" content=\"fr_BE\">",
        "<meta property=\"og:url\" content=\"https://example.org/delta/\">",
        "<link rel=\"canonical\" href=\"https://example.org/delta/\">",
        "<link rel=\"alternate\" hreflang=\"fr-BE\" href=\"https://example.org/delta/index.fr-BE.html\">",
        "<li><a href=\"index.fr-BE.html\" hreflang=\"fr-BE\" lang=\"fr-BE\">français</a></li>",
        "<li><span lang=\"en\" aria-current=\"page\">English</span></li>",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn a_whole_page() {
    let mut letters = [version("en", "Keep <it>"), version("ar", "x"), version("eo", "Gardu ĝin")];
    letters[0].paper = Some(b"%PDF".to_vec());
    let files = published(&letters, Some("https://example.org/delta/"));
    let (_, page) = files.iter().find(|(name, _)| name == "index.html").unwrap();
    let (head, rest) = page.split_once("<style>\n").unwrap();
    let (_, body) = rest.split_once("</style>\n").unwrap();
    insta::assert_snapshot!("page", format!("{head}…\n{body}"));
}

#[test]
fn a_page_without_an_address_names_its_neighbours_alone() {
    let letters = [version("en", "Keep it"), version("ar", "x")];
    let files = published(&letters, None);
    assert!(files[1].1.contains("<html lang=\"ar\" dir=\"rtl\">"));
    let page = &files[2].1;
    assert!(page.contains("<link rel=\"alternate\" hreflang=\"ar\" href=\"index.ar.html\">"), "{page}");
    assert!(!page.contains("canonical") && !page.contains("og:url"), "{page}");
    let alone = &published(&letters[..1], None)[1].1;
    assert!(!alone.contains("<nav") && !alone.contains("hreflang"), "{alone}");
}

#[test]
fn a_page_runs_nothing_and_fetches_nothing() {
    let page = &published(&[version("en", "Keep it")], Some("https://example.org/delta/"))[1].1;
    for part in ["<script", "javascript:", "@import", "url(", "src=", "rel=\"stylesheet\"", "rel=\"icon\""] {
        assert!(!page.contains(part), "{part}");
    }
    assert!(page.contains("default-src 'none'"), "{page}");
}

#[test]
fn the_table_has_public_columns_in_the_letters_order_and_no_formula() {
    let table = &published(&[version("en", "Keep it")], None)[0].1;
    let rows = [
        "name,name_fr,acronym,country,url",
        "Älv,Älv (fr),'+A,,https://example.org",
        "'=Delta,'=Delta (fr),'+A,,https://example.org",
    ];
    assert_eq!(*table, rows.join("\n") + "\n");
}

#[test]
fn persons_have_their_title_and_affiliation_in_the_table() {
    let mut person = signatory(3, "Ana Roe", true);
    (person.kind, person.title, person.affiliation) =
        (SignatoryKind::Person, Some("Professor".to_owned()), Some("Korda".to_owned()));
    let table = &published_by(&[signatory(2, "Delta", true), person], &[version("en", "Keep it")], None)[0].1;
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows[0], "name,name_fr,acronym,title,affiliation,country,url");
    assert_eq!(
        rows[1..],
        [
            "Ana Roe,Ana Roe (fr),'+A,Professor,Korda,,https://example.org",
            "Delta,Delta (fr),'+A,,,,https://example.org",
        ]
    );
}

#[test]
fn a_page_says_how_many_signed_from_where_as_of_when_and_who_did_later() {
    let mut signatories = [2, 3, 4, 5].map(|line| signatory(line, &format!("Name {line}"), line != 5));
    signatories[0].country = Some("FR".to_owned());
    signatories[1].country = Some("France".to_owned());
    signatories[1].signed_at = Some("2027-03-22".parse().unwrap());
    signatories[2].country = Some("BE".to_owned());
    signatories[2].signed_at = Some("2027-04-02".parse().unwrap());
    // Who is not to be published is not told of, in no number and no date.
    signatories[3].country = Some("Velmaland".to_owned());
    signatories[3].signed_at = Some("2027-05-09".parse().unwrap());
    let page = |language: &str| {
        let files = published_by(&signatories, &[version(language, "Keep it")], None);
        files.into_iter().find(|(name, _)| name == "index.html").unwrap().1
    };
    let english = page("en");
    for part in [
        "<dt>Signatories</dt><dd>3</dd>",
        "<dt>Countries</dt><dd>France (2), Belgium</dd>",
        "<dt>Signed later</dt><dd>Name 4 (2 April 2027)</dd>",
        "<dt>Status as of</dt><dd>2 April 2027</dd>",
    ] {
        assert!(english.contains(part), "{part}: {english}");
    }
    assert!(!english.contains("Velmaland") && !english.contains("May") && !english.contains("Name 5"), "{english}");
    assert!(page("fr").contains("<dt>Pays</dt><dd>France (2), Belgique</dd>"));
    // A language whose words are not known has no such lines.
    assert!(!page("eo").contains("<dl>"));
}

#[test]
fn checksums_are_read_as_they_are_written() {
    let file = |name: &str| PublicFile { name: name.to_owned(), content: name.as_bytes().to_vec() };
    let sums = Sums::of(&[file("index.html"), file("signatories.csv")]);
    assert_eq!(Sums::read(&sums.to_string()), sums);
    assert!(sums.has("index.html", b"index.html") && !sums.has("index.html", b"x") && !sums.has("x", b"x"));
    let zeros = "0".repeat(64);
    for name in ["../index.html", "a/b", ".htaccess", "a\\b", ""] {
        assert_eq!(Sums::read(&format!("{zeros}  {name}\n")).names().len(), 0, "{name}");
    }
}
