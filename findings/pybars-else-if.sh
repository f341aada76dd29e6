#!/usr/bin/env bash
# What surprises: `{{else if}}` is taken for `{{else}}`: the last branch is printed, with no error, whatever the condition says.
#
# Input: {{#if woman}}Madam{{else if man}}Sir{{else}}Sir or Madam{{/if}}, for a man.
#
# Software: pybars3 0.9.7 (PyPI), Handlebars for Python; handlebars 4.7.10 (npm) beside it.
#
# Who meets it: whoever writes letters with the same template in two programs, or moves templates: the salutation of a third of the readers
# changes, and nothing says so.
#
# Right: handlebarsjs.com, "Block Helpers", section "Conditionals": block helpers can be chained with else ("{{else if isInactive}}").
set -euo pipefail
echo "version pybars3 0.9.7 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check setuptools==80.9.0 pybars3==0.9.7
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts handlebars@4.7.10
export TEMPLATE='{{#if woman}}Madam{{else if man}}Sir{{else}}Sir or Madam{{/if}}'
other=$(NODE_PATH="$folder/node_modules" node -e 'console.log(require("handlebars").compile(process.env.TEMPLATE)({ man: true }))')
seen=$("$folder/venv/bin/python" -c 'import os, pybars; print(pybars.Compiler().compile(os.environ["TEMPLATE"])({"man": True}))')
echo "pybars3 0.9.7 beside handlebars 4.7.10"
echo "expected: Sir (handlebars: $other)"
echo "seen: $seen"
[ "$other" = Sir ] && [ "$seen" = "Sir or Madam" ] || { echo "it is not there any more"; exit 1; }
