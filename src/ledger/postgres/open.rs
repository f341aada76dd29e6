//! A session with the server of a ledger is opened.

use std::time::Duration;

use secrecy::ExposeSecret;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use super::address::{Address, Encryption};
use super::fault::Fault;
use super::session::Session;
use super::tls::Encrypted;
use super::wire::Wire;
use super::{durable, schema};

/// How long a connection may take to stand.
const TO_CONNECT: Duration = Duration::from_secs(20);

/// After so long without a word from the other side it is asked whether it is there, both ways: a machine or a server
/// that was cut off is noticed within half a minute.
const QUIET: Duration = Duration::from_secs(10);

type Result<T> = std::result::Result<T, Fault>;

impl Session {
    /// Connects to the server of a ledger, makes sure of what must be so there, and makes the ledger or brings it to
    /// the newest version.
    pub(in crate::ledger) fn open(address: &Address) -> std::result::Result<Self, rusqlite::Error> {
        let session = Self::connect(address)?;
        schema::prepare(&session, &address.schema)?;
        durable::refuse_unlogged(&session)?;
        Ok(session)
    }

    /// Connects to a ledger that is there; `None` where there is none.
    pub(in crate::ledger) fn open_existing(address: &Address) -> std::result::Result<Option<Self>, rusqlite::Error> {
        let session = Self::connect(address)?;
        Ok(schema::version(&session)?.map(|_| session))
    }

    /// One more session with a ledger that is open.
    pub(in crate::ledger) fn open_reader(address: &Address) -> std::result::Result<Self, rusqlite::Error> {
        Ok(Self::connect(address)?)
    }

    fn connect(address: &Address) -> Result<Self> {
        // What nobody else knows: a session that does not have it is not the one that was asked for.
        let mark = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let mut config = Config::new();
        config
            .host(&address.host)
            .port(address.port)
            .user(&address.user)
            .dbname(&address.database)
            .application_name("undersigned")
            .options(durable::options(&address.schema, &mark))
            .connect_timeout(TO_CONNECT)
            .keepalives_idle(QUIET)
            .keepalives_interval(QUIET / 2)
            .keepalives_retries(3)
            .tcp_user_timeout(QUIET * 3);
        if let Some(password) = &address.password {
            config.password(password.expose_secret());
        }
        let encrypted = match &address.encryption {
            Encryption::None => {
                config.ssl_mode(SslMode::Disable);
                None
            }
            Encryption::Verified(authorities) => {
                config.ssl_mode(SslMode::Require);
                Some(Encrypted::by(authorities.as_deref())?)
            }
        };
        let session = Self::new(Wire::open(config, encrypted)?, &address.schema, &mark);
        durable::refuse_unfit(&session, &mark)?;
        Ok(session)
    }
}
