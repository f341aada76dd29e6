//! Reports in words: those of `reports.txt` beside this file, and delays in many languages.

use undersigned::inbox::{Action, Kind, Reading, Reason, classify};

const FIELDS: &str = "To: letters@coalition.example\nDate: Mon, 3 Jun 2024 09:00:00 +0200\nMIME-Version: 1.0\n\
    Content-Type: text/plain; charset=utf-8\n";
const LETTER: &str = "Return-Path: <letters@coalition.example>\nReceived: from a.example by mx.example; Mon, 3 Jun 2024 09:00:00 +0200\n\
    Message-ID: <a.1@coalition.example>\nFrom: Letters <letters@coalition.example>\nTo: Bo <bo@example.org>\nSubject: The river\n\n\
    Dear Bo,\nwrite to info@coalition.example.\n";

/// A mail whose own fields and text are given.
fn read(mail: &str) -> Reading {
    let (fields, text) = mail.split_once("\n\n").unwrap();
    classify(format!("{fields}\n{FIELDS}\n{}", text.replace("{letter}", LETTER)).as_bytes())
}

#[test]
fn reports_in_words_name_their_recipients_and_what_became_of_the_letter() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let files = [include_str!("reports.txt"), include_str!("bare-reports.txt")];
    for section in files.iter().flat_map(|file| file.split("\n=== ").skip(1)) {
        let (head, mail) = section.split_once('\n').unwrap();
        let cells: Vec<&str> = head.split("; ").collect();
        let [name, recipients, action, reason] = cells[..] else { panic!("{head}") };
        let reading = read(mail);
        count += 1;
        let mut found: Vec<&str> = reading.recipients.iter().map(|one| one.address.as_str()).collect();
        found.sort_unstable();
        let as_said = reading.recipients.iter().all(|one| {
            one.action.map(Action::as_str) == Some(action)
                && (reason == "-" || one.reason.map(Reason::as_str) == Some(reason))
        });
        if reading.kind != Kind::Report || found.join(", ") != recipients || !as_said {
            wrong.push(format!("{name}: {:?} by {:?}", reading.recipients, reading.rules));
        }
    }
    assert!(count > 20, "{count} were read");
    assert_eq!(wrong, Vec::<String>::new());
}

/// That delivery is late and goes on, in the languages of the European Union, Japanese, Russian, Turkish and Chinese.
const DELAYS: [&str; 28] = [
    "Съобщението ви все още не е доставено. Опитите за доставка ще продължат.",
    "Doručení zprávy je zpožděno. Doručení bude opakováno.",
    "Levering af din meddelelse er forsinket. Der vil blive forsøgt igen.",
    "Die Zustellung Ihrer Nachricht verzögert sich. Es werden weitere Zustellversuche unternommen.",
    "Η παράδοση του μηνύματός σας καθυστερεί. Θα γίνουν νέες προσπάθειες.",
    "Your message has not been delivered yet. We will keep trying for three days.",
    "La entrega de su mensaje se ha retrasado. Se volverá a intentar.",
    "Teie kirja kohaletoimetamine viibib. Proovitakse uuesti.",
    "Viestin toimitus on viivästynyt. Toimitusta yritetään uudelleen.",
    "La remise de votre message est retardée. De nouvelles tentatives seront effectuées.",
    "Tá moill ar sheachadadh do theachtaireachta. Déanfar iarracht eile.",
    "Isporuka vaše poruke kasni. Pokušat će se ponovno.",
    "Az üzenet kézbesítése késik. A kézbesítést újra megkíséreljük.",
    "La consegna del messaggio è in ritardo. Verranno effettuati altri tentativi.",
    "Jūsų laiško pristatymas vėluoja. Bus bandoma dar kartą.",
    "Jūsu vēstules piegāde kavējas. Tiks mēģināts vēlreiz.",
    "Il-kunsinna tal-messaġġ tiegħek ittardjat. Se nerġgħu nippruvaw.",
    "De bezorging van uw bericht is vertraagd. Er wordt opnieuw geprobeerd.",
    "Dostarczenie wiadomości jest opóźnione. Nastąpią kolejne próby.",
    "A entrega da sua mensagem está atrasada. Serão feitas novas tentativas.",
    "Livrarea mesajului dvs. este întârziată. Se va încerca din nou.",
    "Doručenie správy sa oneskoruje. Doručenie sa zopakuje.",
    "Dostava vašega sporočila zamuja. Poskusili bomo znova.",
    "Leveransen av ditt meddelande är försenad. Nya försök kommer att göras.",
    "メールの配信が遅延しています。再送を試みます。",
    "Доставка вашего письма задерживается. Попытки доставки будут продолжены.",
    "İletinizin teslimi gecikti. Yeniden denenecek.",
    "您的邮件投递延迟,系统将继续尝试投递。",
];

#[test]
fn a_delay_is_no_failure_in_any_language() {
    for delay in DELAYS {
        let reading = read(&format!(
            "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\nSubject: Delivery status\n\n{delay}\n\n<bo@example.org>\n\n\
             451 4.4.1 connection timed out\n"
        ));
        let of: Vec<_> =
            reading.recipients.iter().map(|one| (one.address.as_str(), one.action, one.given_up)).collect();
        assert_eq!(of, [("bo@example.org", Some(Action::Delayed), false)], "{delay}");
    }
}

/// Passes a report on as a file.
fn pass_on(subject: &str, report: &str) -> Reading {
    classify(
        format!(
            "From: Ana <ana@coalition.example>\nTo: letters@coalition.example\nSubject: {subject}\nMIME-Version: 1.0\n\
             Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nThis came back.\n--b\n\
             Content-Type: message/rfc822\n\n{report}\n--b--\n"
        )
        .as_bytes(),
    )
}

#[test]
fn a_report_that_somebody_passes_on_as_a_file_is_read() {
    let in_words =
        "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n<bo@example.org>:\nno mailbox here by that name\n";
    let in_fields = "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=c\n\n--c\nContent-Type: message/delivery-status\n\n\
        Final-Recipient: rfc822; bo@example.org\nAction: failed\nStatus: 5.1.1\n\n--c--\n";
    for report in [in_words, in_fields] {
        let reading = pass_on("Fwd: failure notice", report);
        let of: Vec<_> = reading.recipients.iter().map(|one| (one.address.as_str(), one.action)).collect();
        assert_eq!((reading.kind, of), (Kind::Report, vec![("bo@example.org", Some(Action::Failed))]), "{report}");
        assert_eq!(reading.from.as_deref(), Some("ana@coalition.example"));
        // Somebody's answer, to which a report is attached, is theirs.
        assert_eq!(pass_on("Re: The river", report).kind, Kind::Message, "{report}");
    }
    let letter = "From: Bo <bo@example.org>\nSubject: The river\n\nThe mailbox of <cy@example.org> is full.\n";
    assert_eq!(pass_on("Fwd: The river", letter).kind, Kind::Message);
}

#[test]
fn fields_in_a_text_end_where_the_letter_begins() {
    let reading = read(
        "From: MAILER-DAEMON@mx.example\nSubject: Returned mail\n\nThe letter was not delivered.\n\n\
         Final-Recipient: rfc822; bo@example.org\nAction: failed\nStatus: 5.1.1\n\n\
         Return-Path: <letters@coalition.example>\nFrom: letters@coalition.example\nSubject: Fwd: a report\n\n\
         Final-Recipient: rfc822; cy@example.org\nAction: failed\nStatus: 5.1.1\n",
    );
    let of: Vec<_> = reading.recipients.iter().map(|one| one.address.as_str()).collect();
    assert_eq!(of, ["bo@example.org"]);
}

#[test]
fn what_may_come_later_is_no_failure_yet() {
    for later in [
        "If it cannot be delivered within four days, it will be deleted from queue.",
        "Eventually we will be giving up.",
    ] {
        let reading = read(&format!(
            "From: MAILER-DAEMON@mx.example\nSubject: Warning: message delayed\n\nYour message has been delayed:\n\n<bo@example.org>\n\n{later}\n"
        ));
        assert_eq!(reading.recipients[0].action, Some(Action::Delayed), "{later}");
    }
}
