# What demo and test have in common: packages from the lock file, and a bundle that is newer than its sources.

prepare_packages() {
  if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'; then
    echo "Rigdeck needs Node 20.19 or newer; this is $(node --version 2>/dev/null || echo 'no Node at all')." >&2
    exit 1
  fi
  # npm writes this file last, so that it is there only after a complete installation.
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    echo 'installing packages ...' >&2
    npm ci --no-audit --no-fund --loglevel=error >&2
    touch node_modules/.package-lock.json
  fi
}

prepare_build() {
  if [ ! -e dist/rigdeck.js ] || [ -n "$(find src scripts/build.mjs package.json -newer dist/rigdeck.js -print -quit)" ]; then
    echo 'building ...' >&2
    node scripts/build.mjs
  fi
}
