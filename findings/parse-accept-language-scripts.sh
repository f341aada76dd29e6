#!/usr/bin/env bash
# What surprises: who asks for Chinese in Taiwan, zh-Hant-TW, gets the locale "zh_HANT"; who asks for the Spanish of Latin America, es-419,
# is not heard at all; a space in front of the weight is an error.
#
# Input: zh-Hant-TW,es-419;q=0.8,de;q=0.5, as a browser sends it, and the same with spaces.
#
# Software: parse-accept-language 0.1.2 (PyPI), "Parse Accept-Language HTTP header".
#
# Who meets it: whoever shows a public letter in the languages of its readers.
#
# Right: RFC 5646, 2.1 and 2.2.3: behind the language stands the script, then the region, which is two letters or three digits. RFC 9110,
# 12.4.2: weight = OWS ";" OWS "q=" qvalue, so spaces may stand there.
set -euo pipefail
echo "version parse-accept-language 0.1.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check parse-accept-language==0.1.2
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from accept_language import parse_accept_language

print("parse-accept-language", version("parse-accept-language"))
seen = [(lang.language, lang.locale) for lang in parse_accept_language("zh-Hant-TW,es-419;q=0.8,de;q=0.5")]
try:
    spaces = [lang.language for lang in parse_accept_language("zh, de; q=0.5")]
except ValueError as error:
    spaces = f"ValueError: {error}"
print("expected: zh with TW, es with 419, de (RFC 5646, 2.2.3); ['zh', 'de'] (RFC 9110, 12.4.2)")
print(f"seen: {seen}; {spaces}")
still = seen == [("zh", "zh_HANT"), ("de", None)] and str(spaces).startswith("ValueError")
sys.exit(0 if still else "it is not there any more")
PY
