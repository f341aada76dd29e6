"""A headless Chromium that gives consent on the pages of the provider, by chromedriver."""

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # WebDriver, 12: the name under which an element's reference stands


class Browser:
    def __init__(self, port):
        driver = shutil.which("chromedriver")
        if driver is None:
            raise FileNotFoundError("chromedriver is missing; Debian has it as chromium-driver")
        self.at = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = None
        for _ in range(100):
            try:
                self.ask("GET", "/status")
                break
            except OSError:
                time.sleep(0.1)
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"]
        wanted = {"browserName": "chrome", "acceptInsecureCerts": True, "goog:chromeOptions": {"args": arguments}}
        self.session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.at + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=240) as answer:
            return json.load(answer)["value"]

    def tell(self, method, path, body=None):
        return self.ask(method, f"/session/{self.session}{path}", body)

    def find(self, selector):
        """The first element, or None."""
        try:
            return self.tell("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def type(self, element, text):
        self.tell("POST", f"/element/{element}/clear", {})
        self.tell("POST", f"/element/{element}/value", {"text": text})

    def press(self, element):
        self.tell("POST", f"/element/{element}/click", {})

    def words(self):
        return self.tell("GET", f"/element/{self.find('body')}/text")

    def consent(self, page, user, ending, code=None):
        """Goes to the page, types in what it asks for, agrees to all, until it says how it ended."""
        self.tell("POST", "/url", {"url": page})
        seen = []
        for _ in range(60):
            words = self.words()
            seen.append(words)
            if ending in words:
                # The next consent begins with another session.
                self.tell("DELETE", "/cookie")
                return
            if (field := self.find("input[name=user_code]:not([type=hidden])")) and code:
                self.type(field, code)
                self.press(self.find("button[type=submit]"))
            elif field := self.find("input[name=login]"):
                self.type(field, user)
                self.type(self.find("input[name=password]"), "a password of the provider's")
                self.press(self.find("button[type=submit]"))
            elif button := self.find("button[type=submit]"):
                self.press(button)
            time.sleep(0.2)
        raise RuntimeError("the provider's pages led nowhere: " + " / ".join(seen[-3:]))

    def close(self):
        try:
            if self.session:
                self.tell("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait()
