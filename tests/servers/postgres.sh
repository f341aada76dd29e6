#!/usr/bin/env bash
# A throw-away PostgreSQL server, for as long as somebody holds its standard input open:
#
#   tests/servers/postgres.sh FOLDER [ADDRESS]
#
# FOLDER is made, and removed at the end. The server listens on a socket in FOLDER, where the user `ledger` needs no password; with
# ADDRESS, one of loopback, also there on port 5432, where it has the password `hunter2` (SCRAM). It says `ready` once it can be asked. Nothing of the
# machine's own servers is touched. UNDERSIGNED_POSTGRES names the folder of its programs; the newest of Debian's without it.
set -euo pipefail
folder=$1
address=${2:-}
programs=${UNDERSIGNED_POSTGRES:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
[ -x "$programs/initdb" ] || { echo "missing: Debian's package postgresql" >&2; exit 77; }

# PostgreSQL does not run as root.
as_other=()
mkdir -p "$folder"
chmod 755 "$folder"
if [ "$(id -u)" -eq 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$folder"
    as_other=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
fi
run() { (cd "$folder" && exec env -i PATH="$PATH" LC_ALL=C.UTF-8 "${as_other[@]}" "$@"); }

echo hunter2 >"$folder/password"
chmod 644 "$folder/password"
run "$programs/initdb" --pgdata=data --username=ledger --pwfile=password --encoding=UTF8 --locale=C.UTF-8 --no-sync \
    --auth-local=trust --auth-host=scram-sha-256 >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
run "$programs/postgres" -D data -k "$folder" -c listen_addresses="$address" -c port=5432 -c max_connections=300 -c shared_buffers=64MB \
    -c log_min_messages=warning >"$folder/server.log" 2>&1 </dev/null &
server=$!
# The process of this script that waits for the server hears no signals: the server itself is told to end.
trap 'kill -QUIT "$(head -1 "$folder/data/postmaster.pid" 2>/dev/null)" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
for _ in $(seq 200); do
    if run "$programs/pg_isready" --quiet --host="$folder" --port=5432 --username=ledger; then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$folder/server.log" >&2; exit 1; }
    sleep 0.05
done
run "$programs/psql" --quiet --host="$folder" --port=5432 --username=ledger --dbname=postgres --command='CREATE DATABASE ledger' </dev/null
echo ready
# Nothing is read; it ends when whoever started this ends.
cat >/dev/null
