# Builds a version of the product into a data folder. Sourced, not run; needs scripts/tools.sh.

# Everything a version is made of.
sources=(src web runtime scripts atelier global.json BannedSymbols.txt .editorconfig ':(top,glob)Directory.*')

# Name of the version in the checkout: a hash of its sources.
version_of() (
  cd "$1"
  {
    if git rev-parse --git-dir >/dev/null 2>&1; then
      git ls-files -z -co --exclude-standard -- "${sources[@]}"
    else
      find src web runtime scripts atelier global.json BannedSymbols.txt .editorconfig Directory.* -type f \
        -not -path '*/node_modules/*' -not -path 'web/dist/*' -print0 | sort -z
    fi | xargs -0 sha1sum 2>/dev/null || true # a file that is deleted, but not in git yet, is no source
  } | sha1sum | cut -c1-12
)

# Builds the checkout into <data>/versions/<hash> when it is not there, and links versions/current to it. Two that build at once do it in turn.
build_version() {
  local checkout=$1 data=$2
  if [[ ! -d $data ]]; then
    mkdir -p "$data"
    chmod 700 "$data"
  fi
  # Root's PostgreSQL runs as another user, who has to pass through; secrets in it have modes of their own.
  [[ $(id -u) != 0 ]] || chmod o+x "$data"
  mkdir -p "$data/versions" "$data/programs"
  (
    flock 9
    build_version_alone "$checkout" "$data"
  ) 9>"$data/versions/lock"
}

build_version_alone() {
  local checkout=$1 data=$2 version folder new
  version=$(version_of "$checkout")
  folder=$data/versions/$version
  if [[ ! -d $folder ]]; then
    say "Building $version (the first time takes some minutes)"
    rm -rf "$data"/versions/new-*
    new=$data/versions/new-$version
    mkdir "$new"
    publish "$checkout" Server "$new/server"
    publish "$checkout" HostDaemon "$new/daemon"
    publish "$checkout" Keeper "$new/keeper"
    publish "$checkout" DemoAgent "$new/demo-agent"
    publish "$checkout" Cli "$new/cli"
    build_page "$checkout" "$new/web"
    mv "$new" "$folder"
  fi
  install_postgres "$checkout" "$data"
  ln -sfn "$version" "$data/versions/current"
  remove_old_versions "$(readlink -f "$data/versions")" "$version"
}

publish() {
  local checkout=$1 project=$2 to=$3 ready_to_run=()
  say "  $project"
  [[ $(uname -m) == x86_64 ]] && ready_to_run=(-r linux-x64 -p:PublishReadyToRun=true)
  # Analyzers speak to developers; they are a third of the time.
  quietly dotnet publish "$checkout/src/Atelier.$project" -c Release --self-contained false "${ready_to_run[@]}" -p:RunAnalyzers=false \
    -o "$to" -nologo "-clp:ErrorsOnly;NoSummary" 9>&-
}

build_page() {
  local checkout=$1 to=$2
  say "  page"
  page_modules
  (cd "$checkout/web" && quietly npm run --silent build)
  cp -r "$checkout/web/dist" "$to"
}

# The private PostgreSQL's programs: one folder per pinned version, beside the builds.
install_postgres() {
  local checkout=$1 data=$2 pinned folder
  pinned=$(sha1sum "$checkout/runtime/postgres/package-lock.json" | cut -c1-12)
  folder=$data/programs/postgres-$pinned
  if [[ ! -d $folder ]]; then
    say "Installing PostgreSQL's programs"
    rm -rf "$data"/programs/new-*
    mkdir "$data/programs/new-$pinned"
    cp "$checkout"/runtime/postgres/{package.json,package-lock.json,link-libraries.mjs} "$data/programs/new-$pinned"
    (cd "$data/programs/new-$pinned" && quietly npm ci --no-audit --no-fund --loglevel=error)
    mv "$data/programs/new-$pinned" "$folder"
  fi
  ln -sfn "postgres-$pinned" "$data/programs/postgres"
}

# Keeps the three newest versions, and whatever a running process was started from.
remove_old_versions() {
  local versions=$1 current=$2 version kept=0
  while read -r version; do
    [[ $version != "$current" ]] || continue
    kept=$((kept + 1))
    ((kept > 2)) || continue
    grep -qsaF "$versions/$version/" /proc/[0-9]*/cmdline || rm -rf "${versions:?}/$version"
  done < <(find "$versions" -mindepth 1 -maxdepth 1 -type d -regextype posix-extended -regex '.*/[0-9a-f]{12}' -printf '%T@ %f\n' | sort -rn | cut -d' ' -f2)
}
