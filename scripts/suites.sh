# Runs test suites and adds up what they say. Sourced, not run; needs scripts/tools.sh.
#
# A suite counts only by the result it wrote: one that breaks off, hangs or writes nothing is a failure, whatever it printed.

suites_begin() {
  results=$(mktemp -d)
  declare -gA running=() began=()
  trap 'kill "${running[@]}" 2>/dev/null || true; rm -rf "$results"' EXIT
  passed=0 failed=0 skipped=0
}

# The closing line, and whether all is well.
suites_end() {
  local filter=${1:-}
  if [[ -n $filter ]] && ((passed + failed + skipped == 0)); then
    echo "No test's name contains $filter." >&2
    return 1
  fi
  local line="$passed passed, $failed failed"
  ((skipped == 0)) || line+=", $skipped skipped"
  echo "$line"
  ((failed == 0 && passed > 0))
}

# Test projects; with a filter, those whose sources have the last part of it in them.
test_projects() {
  local filter=${1:-} project
  for project in tests/*.Tests/*.csproj; do
    project=$(basename "$project" .csproj)
    if [[ -z $filter || $project.$filter == *"$filter"*"$filter"* ]] || grep -rqsF --include='*.cs' -- "${filter##*.}" "tests/$project"; then
      echo "$project"
    fi
  done
}

build_suite() {
  dotnet build "tests/$1" "-clp:ErrorsOnly;NoSummary" -nologo -v q
}

# Runs a .NET suite with more arguments of xunit's runner.
run_suite() {
  start_suite "$@"
  finish_suite "$1"
}

# The same, beside what else runs until its end is waited for.
start_suite() {
  local project=$1
  began[$project]=$SECONDS
  timeout --kill-after=10s "${SUITE_LIMIT:-15m}" \
    "artifacts/bin/$project/debug/$project" -noLogo -noColor -trx "$results/$project.trx" "${@:2}" >"$results/$project.log" 2>&1 </dev/null &
  running[$project]=$!
}

finish_suite() {
  local project=$1 code=0 trx=$results/$1.trx log=$results/$1.log started=${began[$1]}
  wait "${running[$project]}" || code=$?
  unset "running[$project]"
  local counters='' in=0 bad=0 out=0
  [[ ! -s $trx ]] || counters=$(grep -o '<Counters [^>]*>' "$trx" | head -n 1)
  if [[ -z $counters ]]; then
    broke_off "$project" "$code" "$log"
    return
  fi
  in=$(counter passed "$counters")
  bad=$(($(counter failed "$counters") + $(counter error "$counters") + $(counter timeout "$counters") + $(counter aborted "$counters")))
  out=$(($(counter total "$counters") - in - bad))
  if ((code != 0 && bad == 0)); then
    broke_off "$project" "$code" "$log"
    return
  fi
  ((bad == 0)) || failures "$log"
  note "$project" "$in" "$bad" "$out" "$started"
}

counter() {
  sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$2" | grep . || echo 0
}

# What a person needs of a log with failures: them, not what went well.
failures() {
  # To the last line, so that none of them is ended by a closed pipe, which would end the whole run.
  grep -vE '^ *(Discover|Start|Finish)|^[0-9T:.-]+Z (info|warn|dbug):|^$' "$1" | awk 'NR <= 300' || true
}

broke_off() {
  local suite=$1 code=$2 log=$3
  echo "$suite broke off with exit code $code$([[ $code != 124 && $code != 137 ]] || echo ': it took too long'):"
  tail -n 60 "$log"
  failed=$((failed + 1))
}

note() {
  local suite=$1 in=$2 bad=$3 out=$4 started=$5
  passed=$((passed + in)) failed=$((failed + bad)) skipped=$((skipped + out))
  ((in + bad + out == 0)) ||
    printf '  %-30s %5d passed%s%s  %ds\n' "$suite" "$in" "$( ((bad == 0)) || echo ", $bad failed")" "$( ((out == 0)) || echo ", $out skipped")" $((SECONDS - started))
}

# What all suites of this run wrote of their tests, for keeping.
record_soak() {
  cat <<HEAD
# The long random rounds

$(date -u +%F), $(nproc) cores, $(git rev-parse --short HEAD). Rules are in [behaviours.md](../../docs/behaviours.md). Repeat with \`./dev soak\`.

| test | outcome | duration |
|---|---|---|
HEAD
  local suite
  for suite in "$results"/*.trx; do
    { grep -o '<UnitTestResult [^>]*>' "$suite" || true; } |
      sed 's/.* testName="\([^"]*\)".* outcome="\([^"]*\)".* duration="\([^".]*\)[^"]*".*/| \1 | \2 | \3 |/' |
      sed 's/^| Atelier\.[A-Za-z]*\.Tests\.\([A-Za-z]*\.\)*\([A-Z][a-z]\)/| \2/; /^| /y/_/ /' | sort
  done
}

# The page's own tests.
page_suite() {
  local filter=$1
  if [[ -z $filter ]] || grep -rqsF --include='*.test.ts' --include='*.test.tsx' -- "$filter" web/src; then
    page_modules
    run_page_suite "page" test ${filter:+-- -t "$filter"}
  fi
}

# The page's journeys in a browser.
journeys_suite() {
  local filter=$1
  if compgen -G 'web/journeys/*.journey.ts' >/dev/null; then
    if [[ -z $filter ]] || grep -rqsF --include='*.journey.ts' -- "$filter" web/journeys; then
      if ! need_browser; then
        skipped=$((skipped + 1))
        return
      fi
      page_modules
      [[ -z $filter ]] || dotnet build Atelier.slnx "-clp:ErrorsOnly;NoSummary" -nologo -v q
      [[ -z $filter && -f web/dist/index.html ]] || (cd web && quietly npm run build)
      run_page_suite "journeys" journeys ${filter:+-- -t "$filter"}
    fi
  fi
}

# Runs one of the page's suites by its npm script, which ends with the same closing line as we do.
run_page_suite() {
  local suite=$1 script=$2 code=0 started=$SECONDS log=$results/$1.log last
  (cd web && timeout --kill-after=10s "${SUITE_LIMIT:-15m}" npm run --silent "$script" "${@:3}") >"$log" 2>&1 </dev/null || code=$?
  last=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
  if [[ ! $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]] || ((code != 0 && BASH_REMATCH[2] == 0)); then
    broke_off "$suite" "$code" "$log"
    return
  fi
  local in=${BASH_REMATCH[1]} bad=${BASH_REMATCH[2]} out=${BASH_REMATCH[4]:-0}
  ((bad == 0)) || tail -n 200 "$log"
  note "$suite" "$in" "$bad" "$out" "$started"
}
