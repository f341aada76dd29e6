//! The words of each kind of refusal, as patterns of [`Words`](super::words::Words).

/// Who may write to a recipient is the recipient's to say, and holds for nobody else.
pub(super) const RESTRICTED: &[&str] = &[
    "not|cannot|cant|dont|doesnt|permission|unable .. send|post|write|deliver|mail to this|the|that|these recipient*|group|list|mailbox|user",
    "not authorized|authorised|allowed|permitted .. to this|the recipient|group|list|mailbox|user",
    "only|restricted .. members|subscribers|internal",
    "blocked|rejected|refused by|from the|this recipient*",
    "recipient* .. not accept|accepting .. from",
];

/// More comes to a recipient than it takes.
pub(super) const RECEIVING: &[&str] = &[
    "user|recipient|recipients|mailbox|account .. receiv* .. rate|quickly|fast|many|much",
    "receive|receiving .. limit|limits|rate|quota",
    "recipient thread limit",
    "user|recipient|mailbox .. too many|much mail|mails|messages|stored .. stored|server|mailbox|box",
    "recipients message .. limit",
];

/// What one connection or session takes, and how many there may be at once.
pub(super) const CONNECTION: &[&str] = &[
    "in|on|per|over|for|during this|one|a|the|each|single connection|session",
    "per connection|session",
    "too many .. connections|connects|sessions",
    "connection|connections|connects|concurrent .. limit|exceed*|too",
    "simultaneous|concurrent|parallel connection*|session*",
];

/// How much an account, a sender or a machine may send in some time.
pub(super) const QUOTA: &[&str] = &[
    "rate limit*|overlimit|exceed*|too|control*",
    "ratelimit*|throttl*|overlimit",
    "send*|sender|mail|email|message|messages|submission|relay|recipient|recipients|connection rate",
    "unusual|high|excessive .. rate|volume|amount|number",
    "unexpected volume",
    "unusual|suspicious .. activity",
    "send*|sent too fast|quickly|many|much|often|frequently",
    "too fast|frequently",
    "slow* down",
    "too many|much .. mail|mails|email|emails|message|messages|msgs|letters|recipient|recipients|rcpts|rcpt|addresses|deliveries|failures|bounces|unknown|invalid",
    "mail|mails|email|emails|message|messages|recipient|recipients|letters|limit|times .. per|each|every|an|a|this|last second|minute|minutes|hour|hours|day|days|month|24",
    "mail|mails|email|emails|message|messages|recipient|recipients .. per|within|in .. second|seconds|minute|minutes|hour|hours|day|days",
    "max|maximum|number .. mail|mails|email|emails|messages|recipients .. hour|day|minute|minutes|send|sent|reach*|exceed*",
    "reach*|exceed*|hit|over|used|above .. max|maximum|number .. mails|emails|messages|recipients|defers",
    "send*|sent|sender|outgoing|outbound|submission|hourly|daily|monthly|relay|smtp|count limit*|quota*|allowance|threshold|maximum",
    "send*|sent|sender|outgoing|outbound|submission|hourly|daily|monthly|count .. limit*|quota*|allowance|threshold .. reach*|exceed*|hit|over|used|full",
    "reach*|exceed*|hit|over|used|above .. send*|sent|sender|outgoing|outbound|submission|hourly|daily|monthly|relay .. limit*|quota*|allowance|threshold|maximum|number",
    "limit|limits|maximum .. send*|sent|outgoing|outbound|messages|emails|mails|recipients .. reach*|exceed*|hit|used",
    "your .. limit|limits|quota .. reach*|exceed*|hit|used",
    "mail|email|message|messages limit|limits .. reach*|exceed*|hit|used",
    "reach*|exceed*|hit .. permitted|permissible|allowed|mail|email|message limit|limits",
    "exceed* .. threshold|allowance",
    "tenant|account|sender|user|domain .. exceed* .. limit*|threshold|allowance|rate",
];

/// That something has a limit, and no word on what.
pub(super) const LIMIT: &[&str] =
    &["limit|limits|threshold .. reach*|exceed*", "exceed*|reach*|over .. limit|limits|threshold"];

/// How large a letter may be.
pub(super) const SIZE: &[&str] = &[
    "too large|big|long",
    "size .. exceed*|limit*|larger|big*|maximum|databytes",
    "exceed*|over|maximum .. size",
    "larger than",
];

/// What proves that a sender's domain is its own.
pub(super) const CREDENTIAL: &[&str] =
    &["spf|dmarc|dkim|openspf|domainkeys", "sender policy framework", "unauthenticated email|mail|message from|is"];

/// That somebody has to log in.
pub(super) const LOGIN: &[&str] = &[
    "authenticat*|auth|login|logon|log .. required|needed|necessary|first|fail*|unsuccessful|disabled|incorrect|invalid",
    "please|must|need|needs|should|have|requires|require|required|turn|use|without|send|dont|not|issue|proper .. authenticat*|authentification|auth|login|logon|starttls",
    "please|must|need|have|not log|logged in|on",
    "unauthenticated",
    "allowed rcpthosts",
    "rcpthosts",
    "pop|pop3|imap before|first",
    "check .. mail|email .. first|before",
    "credentials|password",
];

/// The sender's address, domain or machine; an account that is blocked.
pub(super) const SENDER: &[&str] = &[
    "sender|senders|envelope .. rejected|reject|refused|denied|blocked|banned|blacklisted|blocklisted|invalid|unknown|fail*|verif*|not|isnt|must|no|badmailfrom|forged|fake|mismatch",
    "mail from|address .. rejected|refused|denied",
    "rejected|refused|denied|blocked|banned|bad|invalid|unknown|unverified|fake|forged|outbound sender|senders",
    "bad outbound",
    "send|sending|mail|deliver as|from|for .. not|denied",
    "not|denied|permission*|cannot|cant .. send|sending|use|submit .. as|from",
    "send as",
    "from|return|envelope address|header .. not|match|mismatch|invalid",
    "not owned by",
    "account|domain|tenant|user|mailbox .. probation",
    "probation",
    "your|sending|sender .. account|domain|address|ip|host|server|mailbox|user|network|mta .. blocked|banned|suspended|disabled|locked|restricted|blacklisted|blocklisted|listed|rejected|refused|denied|reputation|not",
    "account|domain|user .. blocked|suspended|disabled|locked|restricted|banned .. spam|sending|abuse|outgoing",
    "you|youre|your account are|is not|no|blocked|banned",
    "spam abuse",
    "client host|ip .. rejected|blocked|denied|banned|listed",
    "blocked|listed|blacklisted .. using|by|at|in|on .. spamhaus|dnsbl|rbl|sorbs|spamcop|barracuda*|blacklist|blocklist|list|manitu|net|org",
    "ip|host|client|server|address .. blacklist*|blocklist*|block list",
    "banned|blocked .. ip",
    "reverse dns|hostname|name|lookup",
    "ptr|rdns|helo|ehlo",
    "traffic not accepted",
    "not verified|registered|unregistered|unverified .. identit*|domain*|sender*|email|address|region",
    "email address is not verified",
    "unregistered domain*",
    "reputation",
    "ip|ips|host .. blocked|rejected|denied|banned|listed|blacklist*|blocklist*|block_list",
    "dnsbl|rbl|spamhaus|spamcop|blacklist|blocklist",
    "your isp|provider|network",
];

/// The recipient is named as the matter. Some of each language in which servers are heard to speak.
pub(super) const RECIPIENT: &[&str] = &[
    "unknown|no|nonexistent|invalid|bad|illegal|unrouteable|unroutable|undeliverable|incorrect|inactive|disabled|wrong|unrecognized user|users|recipient|recipients|mailbox|account|address|addressee|local|alias|member|customer|inbox|destination|person",
    "no such|valid user|recipient|mailbox|account|address|person|local|domain|host|alias|member|customer|email|name|id|mail",
    "user|users|recipient|recipients|mailbox|account|address|addressee|alias|member|customer|inbox|email|person|box .. unknown|not_found|not_exist|doesnt|dont|isnt|does_not|no_longer|nonexistent|invalid|not_valid|inactive|disabled|discontinued|deleted|closed|expired|locked|suspended|terminated|not_here|not_available|unavailable|not_active|deactivated|moved|not_known|unrecognized|not_local|full|overquota",
    "users|recipients .. unknown|rejected",
    "not a|our|valid|known|local user|recipient|mailbox|account|address|customer",
    "mailbox|mailfolder|inbox|box|quota .. full|exceed*|over|voll",
    "over|exceed*|exhausted|out .. quota|storage|disk|space",
    "overquota|over_quota|quota exceeded",
    "user|recipient|mailbox has|no .. space|storage",
    "space|storage .. for|available .. user|recipient|mailbox",
    "user|recipient|mailbox|account .. blocked|locked|disabled|closed .. inactiv*",
    "user|mailbox|recipient account .. disabled|suspended|closed|locked|inactive",
    "not|no .. valid|known|existing|existent email|mail account|mailbox|box|address|user",
    "address|user|mailbox|recipient .. not in .. database|directory|list|table",
    "no record of .. user|address|recipient",
    "was not found in",
    "exceed* .. storage|mailbox|allocation",
    "host|domain unknown|not_found|does_not|doesnt|invalid",
    "cannot|cant|could|couldnt|unable .. deliver|find|locate|verify .. @|user|recipient|mailbox|account|address",
    "does not|doesnt|do not|dont have|like .. account|recipient|user|mailbox",
    "user @ unknown|unknown|not|doesnt",
    "@ .. unknown|not_found|does not exist|doesnt exist|no_longer|is not valid",
    "does|do not|n exist|exists",
    "doesnt|dont exist",
    "recipient not found|accepted|unknown|valid",
    "not in my validrcptto",
    "user has moved",
    "mailbox here by that name",
    "here by that name",
    "unbekannt|unbekannter|existiert|inconnu|inconnue|inexistant*|desconocid*|desconhecid*|sconosciut*|onbekend|onbekende|nieznany|istnieje|inesistente|inexistente|okand|ukendt|tuntematon|ismeretlen|neznamy",
    "adresse .. invalide",
    "postfach|mailbox|casella|boite|boîte|buzon|buzón|skrzynka|caixa|konto|compte|cuenta|benutzer .. voll|piena|pleine|lleno|przepełniona|cheia|vol|gesperrt|désactivé|desactive|deshabilitada",
    "no|not .. existe|esiste|bestaat",
    "пользователь|ящик|адрес .. не|переполнен|заблокирован",
];

/// What stands in the letter.
pub(super) const LETTER: &[&str] = &[
    "spam|junk|virus|malware|phish*|trojan|infected|spamassassin|ube|uce|bulk",
    "content|contents|attachment|attachments|subject|body|header|headers|message|mail|email .. rejected|refused|blocked|not_allowed|not_accepted|prohibited|denied|discarded",
    "security issue|risk|problem",
];

/// Greylisting, said by its name.
pub(super) const GREYLISTING: &[&str] = &[
    "greylist*|graylist*|postgrey|greylite|greyd|gl",
    "grey|gray list*",
    "first .. delivery|attempt|time",
    "not yet authorized|authorised|known|seen|whitelisted",
    "come|return|retry|back .. in .. second*|minute*|min|sec",
];

/// That patience is all that is asked for.
pub(super) const LATER: &[&str] = &[
    "try|retry|retried|resend|come|return|again|attempt|deliver* .. later|again|back|soon|shortly|moment*|minute*|second*|hour*",
    "later .. try|again",
    "try|again in",
    "temporar*|tempfail|tempreject .. reject*|refus*|defer*|fail*|unavailable|blocked|problem|error|not",
    "reject*|refus*|defer*|delay* .. temporar*",
    "tempreject|tempfail|deferred",
    "not .. available|accept* .. now|moment|yet|time",
    "currently unavailable",
];
