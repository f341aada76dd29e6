"""What is tried, and what must come out: server × limit, over one connection and over eight."""

from dataclasses import dataclass, field

import servers
from judge import Expected

# Somebody unknown makes a run end with 1.
DONE = [1]
STOPPED_THEN_DONE = [3, 1]


def rate(verb, limit, message=""):
    """An Exim ACL statement that counts recipients."""
    return f"  {verb} ratelimit = {limit}\n" + (f"       message = {message}\n" if message else "")


@dataclass
class Case:
    """One row of the table, for each number of connections."""

    name: str
    server: type
    settings: dict = field(default_factory=dict)
    letters: int = 300
    connections: tuple = (1, 8)
    expected: Expected = field(default_factory=lambda: Expected(DONE))
    unknown_stand: str = "anywhere"  # in the list; or "first", or "last"
    first_after: str = "10s"
    pause: float = 0  # between a run that stopped early and the next one
    patience: float = 420  # how long one run may take
    again: bool = False  # a second campaign in the same ledger, which offers nothing ahead
    slow: bool = False  # only where it is named, or with --slow


STRICT = "20 / 20s / per_rcpt / strict"
OVERLIMIT = "Sender rate overlimit - $sender_rate / $sender_rate_period"
HOURLY = ("Domain $sender_address_domain has exceeded the max emails per hour (20/20 (100%)) allowed.  "
          "Message rejected.")


def exim(name, **settings):
    kept = {key: settings.pop(key) for key in ("main", "rate", "refuses_all") if key in settings}
    return Case(f"exim{name}", servers.Exim, kept, **settings)


def exim_refuses(name, message=""):
    """A quota, said with 550 at RCPT and without a status: the account's, so that the run stops and marks nobody."""
    return exim(name, rate=rate("deny", STRICT, message), letters=60, expected=Expected(STOPPED_THEN_DONE), pause=25)


def exim_accepts(number):
    return exim(f"-{number}-a-connection", main=f"smtp_accept_max_per_connection = {number}",
                expected=Expected(DONE, deferrals="none"))


CASES = [
    exim(""),
    # What is said of them has no status: `550 Unrouteable address`.
    exim("-unknown-first", unknown_stand="first"),
    exim("-unknown-last", unknown_stand="last"),
    exim("-no-relay", refuses_all=True, letters=60, expected=Expected([3], takes="nobody")),
    exim_accepts(1),
    exim_accepts(2),
    exim_accepts(5),
    exim("-2-at-once", main="smtp_accept_max_per_host = 2", connections=(8,)),
    exim_refuses("-rate-550", OVERLIMIT),
    exim_refuses("-rate-550-hourly", HOURLY),
    exim_refuses("-rate-550-default-words"),
    exim("-rate-451", rate=rate("defer", "20 / 30s / per_rcpt / strict", OVERLIMIT), letters=60, patience=900),
    exim("-rate-451-leaky", rate=rate("defer", "10 / 1m / per_rcpt / leaky", OVERLIMIT), letters=60, patience=900),
    exim("-rate-451-whole", rate=rate("defer", "10 / 1m / per_rcpt / strict", OVERLIMIT), patience=4000, slow=True),
    Case("postfix", servers.Postfix),
    # Ten errors over a connection, and Postfix takes a second more for each reply: over one connection it is minutes.
    Case("postfix-postgrey", servers.Postfix, {"policy": "postgrey"}, patience=1800),
    # Where it counts at DATA, as it does by default, and where it counts at RCPT, as its older versions do.
    Case("postfix-policyd-rate-limit", servers.Postfix, {"policy": "rate at DATA"}, letters=60, patience=900),
    Case("postfix-policyd-rate-limit-rcpt", servers.Postfix, {"policy": "rate at RCPT"}, letters=60, patience=900),
    Case("postfix-policyd-rate-limit-whole", servers.Postfix, {"policy": "rate at DATA"}, patience=4000, slow=True),
    # Postfix itself exempts its own networks.
    Case("postfix-message-rate", servers.Postfix,
         {"main": "smtpd_client_message_rate_limit = 40\nanvil_rate_time_unit = 30s\n"
                  "smtpd_client_event_limit_exceptions ="}, letters=120),
    Case("opensmtpd", servers.OpenSmtpd),
    Case("sendmail", servers.Sendmail),
    Case("courier", servers.Courier, again=True),
    Case("courier-tarpit", servers.Courier, {"tarpit": True}, letters=60, slow=True),
    Case("haraka", servers.Haraka, again=True),
]
