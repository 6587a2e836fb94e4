# Builds a version of the product into a data folder. Sourced, not run; needs scripts/tools.sh.

# Name of the version in the checkout: a hash of everything it is built from.
version_of() {
  local checkout=$1
  (
    cd "$checkout"
    if git rev-parse --git-dir >/dev/null 2>&1; then
      git ls-files -z -co --exclude-standard -- src web runtime scripts atelier '*.props' '*.slnx' global.json
    else
      find src web runtime scripts atelier ./*.props ./*.slnx global.json -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' -print0 | sort -z
    fi | xargs -0 sha1sum 2>/dev/null | sha1sum | cut -c1-12
  )
}

# Builds the checkout into <data>/versions/<hash> when it is not there, and links versions/current to it.
build_version() {
  local checkout=$1 data=$2 version folder
  version=$(version_of "$checkout")
  folder=$data/versions/$version
  make_data_folder "$data"
  if [[ ! -e $folder/complete ]]; then
    echo "Building $version (the first time takes a few minutes)"
    rm -rf "$folder.new"
    mkdir -p "$folder.new"
    publish "$checkout" Server "$folder.new/server"
    publish "$checkout" HostDaemon "$folder.new/daemon"
    publish "$checkout" Keeper "$folder.new/keeper"
    publish "$checkout" Cli "$folder.new/cli"
    build_page "$checkout" "$folder.new/web"
    touch "$folder.new/complete"
    rm -rf "$folder"
    mv "$folder.new" "$folder"
  fi
  install_postgres "$checkout" "$data"
  ln -sfn "$version" "$data/versions/current"
  remove_old_versions "$data/versions" "$version"
}

make_data_folder() {
  if [[ ! -d $1 ]]; then
    mkdir -p "$1"
    chmod "$([[ $(id -u) == 0 ]] && echo 711 || echo 700)" "$1"
  fi
}

publish() {
  local checkout=$1 project=$2 to=$3 log
  log=$(mktemp)
  echo "  $project"
  local ready_to_run=()
  [[ $(uname -m) == x86_64 ]] && ready_to_run=(-r linux-x64 -p:PublishReadyToRun=true)
  if ! dotnet publish "$checkout/src/Atelier.$project" -c Release --self-contained false "${ready_to_run[@]}" \
    -o "$to" -nologo -clp:ErrorsOnly >"$log" 2>&1; then
    cat "$log" >&2
    echo "Atelier.$project could not be built." >&2
    exit 1
  fi
  rm -f "$log"
}

build_page() {
  local checkout=$1 to=$2
  echo "  page"
  (
    cd "$checkout/web"
    if [[ ! -d node_modules || package-lock.json -nt node_modules/.package-lock.json ]]; then
      npm ci --no-audit --no-fund --loglevel=error
    fi
    npm run build --silent >/dev/null
  )
  cp -r "$checkout/web/dist" "$to"
}

# The private PostgreSQL's programs: one folder per pinned version, beside the builds.
install_postgres() {
  local checkout=$1 data=$2 pinned folder
  pinned=$(sha1sum "$checkout/runtime/postgres/package-lock.json" | cut -c1-12)
  folder=$data/programs/postgres-$pinned
  if [[ ! -e $folder/complete ]]; then
    echo "Installing PostgreSQL's programs"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$checkout"/runtime/postgres/{package.json,package-lock.json,link-libraries.mjs} "$folder"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >/dev/null)
    touch "$folder/complete"
  fi
  ln -sfn "postgres-$pinned" "$data/programs/postgres"
}

# Keeps the three newest versions, and whatever a running process was started from.
remove_old_versions() {
  local versions=$1 current=$2 folder
  for folder in $(ls -1dt "$versions"/*/ 2>/dev/null | tail -n +5); do
    folder=${folder%/}
    [[ $(basename "$folder") == "$current" || -L $folder ]] && continue
    grep -qsF "$folder/" /proc/[0-9]*/cmdline || rm -rf "$folder"
  done
}
