//! Out-of-office replies in the languages of the European Union.

use undersigned::inbox::{Kind, Reading, Rule, classify};

/// A language, and two replies in it that say that their sender is back on 14 June or away until then: as a mail
/// program begins the subject, and as people do.
const AWAY: [(&str, [(&str, &str); 2]); 24] = [
    (
        "bg",
        [
            (
                "Автоматичен отговор: Реката",
                "Благодаря за писмото. В отпуск съм до 14 юни 2024 г. и ще отговоря след това.",
            ),
            ("Извън офиса", "Отсъствам от офиса до 14.06.2024."),
        ],
    ),
    (
        "hr",
        [
            ("Automatski odgovor: Rijeka", "Na godišnjem sam odmoru do 14. lipnja 2024."),
            ("Odsutnost", "Nisam u uredu do 14.6.2024."),
        ],
    ),
    (
        "cs",
        [
            ("Automatická odpověď: Řeka", "Jsem mimo kancelář do 14. června 2024."),
            ("Nejsem v kanceláři", "Vrátím se 14. 6. 2024."),
        ],
    ),
    (
        "da",
        [
            ("Automatisk svar: Floden", "Jeg holder ferie til og med den 13. juni 2024."),
            ("Fraværsmeddelelse", "Jeg er tilbage den 14. juni."),
        ],
    ),
    (
        "nl",
        [
            ("Automatisch antwoord: De rivier", "Ik ben afwezig tot en met 13 juni 2024."),
            ("Afwezigheidsmelding", "Ik ben terug op 14 juni."),
        ],
    ),
    (
        "en",
        [
            ("Automatic reply: The river", "I am out of the office until 14 June 2024."),
            ("Out of Office: The river", "I will be back on Friday, June 14th."),
        ],
    ),
    ("et", [("Automaatvastus: Jõgi", "Olen puhkusel kuni 14. juuni 2024."), ("Puhkusel", "Naasen 14. juunil 2024.")]),
    (
        "fi",
        [
            ("Automaattinen vastaus: Joki", "Olen lomalla 14. kesäkuuta 2024 saakka. Palaan 14.6.2024."),
            ("Poissaoloilmoitus", "Palaan töihin 14.6.2024."),
        ],
    ),
    (
        "fr",
        [
            ("Réponse automatique : La rivière", "Je suis absente du bureau jusqu'au 14 juin 2024."),
            ("Message d'absence", "Je serai de retour le vendredi 14 juin."),
        ],
    ),
    (
        "de",
        [
            ("Automatische Antwort: Der Fluss", "Ich bin bis zum 14. Juni 2024 nicht im Büro."),
            ("Abwesenheitsnotiz: Der Fluss", "Ab dem 14.06.2024 bin ich wieder erreichbar."),
        ],
    ),
    (
        "el",
        [
            ("Αυτόματη απάντηση: Το ποτάμι", "Απουσιάζω έως τις 14 Ιουνίου 2024."),
            ("Εκτός γραφείου", "Θα επιστρέψω στις 14/06/2024."),
        ],
    ),
    (
        "hu",
        [
            ("Automatikus válasz: A folyó", "Szabadságon vagyok 2024. június 14-ig."),
            ("Házon kívül", "Visszatérek 2024.06.14-én."),
        ],
    ),
    (
        "ga",
        [
            ("Freagra uathoibríoch: An abhainn", "Tá mé as an oifig go dtí 14 Meitheamh 2024."),
            ("As láthair", "Beidh mé ar ais ar 14 Meitheamh."),
        ],
    ),
    (
        "it",
        [
            ("Risposta automatica: Il fiume", "Sono fuori ufficio fino al 14 giugno 2024."),
            ("Assenza dall'ufficio", "Rientrerò il 14 giugno."),
        ],
    ),
    (
        "lv",
        [
            ("Automātiskā atbilde: Upe", "Esmu atvaļinājumā līdz 2024. gada 14. jūnijam."),
            ("Prombūtnes paziņojums", "Atgriezīšos 2024. gada 14. jūnijā."),
        ],
    ),
    (
        "lt",
        [
            ("Automatinis atsakymas: Upė", "Atostogauju iki 2024 m. birželio 14 d."),
            ("Nesu biure", "Grįšiu birželio 14 d."),
        ],
    ),
    (
        "mt",
        [
            ("Tweġiba awtomatika: Ix-xmara", "Jiena barra mill-uffiċċju sal-14 ta' Ġunju 2024."),
            ("Barra mill-uffiċċju", "Nerġa' lura fl-14 ta' Ġunju."),
        ],
    ),
    (
        "pl",
        [
            ("Automatyczna odpowiedź: Rzeka", "Jestem na urlopie do 14 czerwca 2024 r."),
            ("Nieobecność", "Wracam 14 czerwca."),
        ],
    ),
    (
        "pt",
        [
            ("Resposta automática: O rio", "Estarei ausente até 14 de junho de 2024."),
            ("Fora do escritório", "Regresso a 14 de junho."),
        ],
    ),
    (
        "ro",
        [
            ("Răspuns automat: Râul", "Sunt în concediu până la 14 iunie 2024."),
            ("Absent din birou", "Revin pe 14 iunie."),
        ],
    ),
    (
        "sk",
        [
            ("Automatická odpoveď: Rieka", "Som mimo kancelárie do 14. júna 2024."),
            ("Neprítomnosť", "Vrátim sa 14. júna."),
        ],
    ),
    ("sl", [("Samodejni odgovor: Reka", "Odsoten sem do 14. junija 2024."), ("Odsotnost", "Vrnem se 14. junija.")]),
    (
        "es",
        [
            ("Respuesta automática: El río", "Estaré fuera de la oficina hasta el 14 de junio de 2024."),
            ("Fuera de la oficina", "Vuelvo el 14 de junio."),
        ],
    ),
    (
        "sv",
        [
            ("Autosvar: Floden", "Jag är ledig till och med den 13 juni 2024."),
            ("Frånvaromeddelande", "Jag är tillbaka den 14 juni."),
        ],
    ),
];

fn read(subject: &str, body: &str) -> Reading {
    let mail = format!(
        "From: bo@example.org\nTo: replies@coalition.example\nSubject: {subject}\nDate: Mon, 3 Jun 2024 09:00:00 +0200\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n\nBo\n"
    );
    classify(mail.as_bytes())
}

#[test]
fn who_is_away_and_until_when_is_read_in_every_language_of_the_union() {
    for (language, replies) in AWAY {
        for (subject, body) in replies {
            let reading = read(subject, body);
            assert_eq!(
                (reading.kind, reading.rules.first()),
                (Kind::AutoReply, Some(&Rule::VacationSubject)),
                "{language}: {subject}"
            );
            let day = reading.returns_on.map(|day| day.to_string());
            assert_eq!(day.as_deref(), Some("2024-06-14"), "{language}: {body}");
        }
    }
}

#[test]
fn who_answers_an_out_of_office_or_quotes_one_is_a_person() {
    for (_, [(subject, body), _]) in AWAY {
        let answer = read(&format!("Re: {subject}"), &format!("Thank you, we agree.\n\n> {body}"));
        assert_eq!((answer.kind, answer.returns_on), (Kind::Message, None), "{subject}");
    }
    let answer = read("Re: Bo is out of the office", "Then let us meet later.");
    assert_eq!(answer.kind, Kind::Message);
}

#[test]
fn programs_that_answer_are_known_by_their_fields() {
    for field in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: The river",
        "X-Autoresponder: yes",
        "X-Mail-Autoreply: autoresponder",
        "Precedence: auto_reply",
        "X-Precedence: auto_reply",
        "Preference: auto_reply",
        "X-FC-MachineGenerated: true",
    ] {
        let reading = read(&format!("The river\n{field}"), "I have your letter.");
        assert_eq!(reading.kind, Kind::AutoReply, "{field}");
    }
    for field in [
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: All",
        "X-MS-Exchange-Inbox-Rules-Loop: bo@example.org",
        "Precedence: bulk",
        "X-Autoreply: no",
    ] {
        let reading = read(&format!("Re: The river\n{field}"), "We agree.");
        assert_eq!(reading.kind, Kind::Message, "{field}");
    }
}
