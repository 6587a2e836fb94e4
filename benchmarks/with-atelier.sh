# Starts an Atelier in a folder of its own for a measurement, and ends it with the script that sourced this. Its data folder is $data.
atelier=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/atelier
data=$(mktemp -d)
log=$data.log
ended() {
  "$atelier" down --yes --data "$data" >/dev/null || true
  rm -rf "$data" "$log"
}
trap ended EXIT
"$atelier" up --data "$data" --port 0 >"$log" 2>&1 &
up=$!
until grep -q 'login#code=' "$log"; do
  kill -0 "$up" || {
    cat "$log" >&2
    exit 1
  }
  sleep 0.2
done
