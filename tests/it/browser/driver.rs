//! A headless Chromium, led over W3C’s protocol for that, and over its own for what the other cannot say.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::BASE64;
use serde_json::{Value, json};

/// One browser at a time: more would only be slower.
static ALONE: Mutex<()> = Mutex::new(());

/// How a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// In CSS pixels.
    pub width: u32,
    pub scheme: Scheme,
}

/// What the reader's system prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

impl View {
    /// A small telephone and a wide window, by day and by night.
    pub const ALL: [Self; 4] = [
        Self { width: 320, scheme: Scheme::Light },
        Self { width: 320, scheme: Scheme::Dark },
        Self { width: 1200, scheme: Scheme::Light },
        Self { width: 1200, scheme: Scheme::Dark },
    ];

    /// Such as `320-light`.
    pub fn name(self) -> String {
        format!("{}-{}", self.width, self.scheme.word())
    }
}

impl Scheme {
    fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A browser with one window.
pub struct Browser {
    driver: Child,
    session: String,
    _alone: MutexGuard<'static, ()>,
}

impl Browser {
    /// Starts one; `None` where there is no Chromedriver, which is said. In the continuous integration there must be
    /// one.
    pub fn start() -> Option<Self> {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut driver) = driver else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "there is no chromedriver");
            eprintln!("skipped: there is no chromedriver");
            return None;
        };
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            line.split_once("started successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned())
        });
        let server = format!("http://127.0.0.1:{}/session", port.expect("chromedriver says its port"));
        let mut browser = Self { driver, session: server, _alone: alone };
        // Without a sandbox, since the tests may run as root; without a network, since a letter needs none.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ];
        let options = json!({ "browserName": "chrome", "goog:chromeOptions": { "args": arguments } });
        let session = browser.post("", &json!({ "capabilities": { "alwaysMatch": options } }));
        browser.session = format!("{}/{}", browser.session, session["sessionId"].as_str().unwrap());
        Some(browser)
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.post(format!("{}{command}", self.session)).send_json(body).unwrap();
        let mut answer: Value = answer.body_mut().with_config().limit(100_000_000).read_json().unwrap();
        assert!(answer["value"]["error"].is_null(), "{command}: {}", answer["value"]);
        answer["value"].take()
    }

    /// A command of the browser’s own protocol.
    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Opens a file.
    pub fn open(&self, page: &Path) {
        self.visit(&format!("file://{}", page.display()));
    }

    /// Opens an address.
    pub fn visit(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Changes the window and the system's colours.
    pub fn look(&self, view: View) {
        let phone = view.width < 600;
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": view.width, "height": 900, "deviceScaleFactor": if phone { 2 } else { 1 }, "mobile": phone }),
        );
        let feature = json!({ "name": "prefers-color-scheme", "value": view.scheme.word() });
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": [feature] }));
    }

    /// Keeps a picture of the page as it is printed on A4.
    pub fn photograph_print(&self, file: &Path) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({ "width": 794, "height": 1123, "deviceScaleFactor": 1, "mobile": false }),
        );
        self.devtools("Emulation.setEmulatedMedia", &json!({ "media": "print", "features": [] }));
        self.photograph(file);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "media": "", "features": [] }));
    }

    /// Presses a key, as the protocol names it, or a letter.
    pub fn press(&self, key: &str) {
        self.keys(&json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]));
    }

    /// Presses a key while another is held down.
    pub fn press_with(&self, held: &str, key: &str) {
        let (down, up) = (json!({ "type": "keyDown", "value": held }), json!({ "type": "keyUp", "value": held }));
        self.keys(&json!([down, { "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }, up]));
    }

    /// Types a text, letter by letter.
    pub fn write(&self, text: &str) {
        let key = |c: char| [json!({ "type": "keyDown", "value": c }), json!({ "type": "keyUp", "value": c })];
        self.keys(&text.chars().flat_map(key).collect());
    }

    fn keys(&self, actions: &Value) {
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// What the body of a function gives, called with an argument.
    pub fn run(&self, script: &str, argument: &Value) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [argument] }))
    }

    /// The same for a function that calls its last argument when it is done.
    pub fn wait_for(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Keeps a picture of the whole page.
    pub fn photograph(&self, file: &Path) {
        let size = self.devtools("Page.getLayoutMetrics", &json!({}))["cssContentSize"].take();
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let shot = self.devtools("Page.captureScreenshot", &json!({ "captureBeyondViewport": true, "clip": clip }));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, BASE64.decode(shot["data"].as_str().unwrap().as_bytes()).unwrap()).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser goes with its session, the driver when it is told.
        let _ = ureq::delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
