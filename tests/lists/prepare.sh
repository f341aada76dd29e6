#!/usr/bin/env bash
# Gets the libraries with which make.py writes lists, each in the version that is named here; what is there already stays.
# It takes python3 with venv, npm, and access to PyPI and npm. LibreOffice and Gnumeric are Debian's: libreoffice-calc,
# gnumeric.
#
#   prepare.sh FOLDER
#
# Python's libraries are then those of FOLDER/venv/bin/python, JavaScript's are in FOLDER/node_modules.
set -euo pipefail

[ $# -eq 1 ] || { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sheetjs_version=0.18.5
exceljs_version=4.4.0

wanted=$(cat "$here/requirements.txt"; echo "$sheetjs_version $exceljs_version")
[ "$(cat "$1/versions" 2>/dev/null)" != "$wanted" ] || exit 0
rm -rf "$1"
mkdir -p "$1"
python3 -m venv "$1/venv"
"$1/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
npm install --prefix "$1" --silent --no-audit --no-fund --ignore-scripts \
    "xlsx@$sheetjs_version" "exceljs@$exceljs_version"
echo "$wanted" >"$1/versions"
