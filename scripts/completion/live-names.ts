/**
 * Prints the names that are live, one a line: `modules` or `sessions` of the rig of this run dir ('' finds it as the program
 * does), or the `machines` that ssh knows by a name (those that it keeps as hashes it does not tell either). Plain sh, for all three shells, so that Tab starts no Node. Names are cut out of `status.json`, which the daemon writes
 * without blanks; what people wrote is in there only with its quotes escaped, and never matches. The folder of a disk that does
 * not answer is not listed: Tab would hang.
 *
 * It has no single quote and no double backslash in it, so that all three shells can quote it the same way.
 */
export const liveNames = `
  if [ "$2" = machines ]; then
    cd ~/.ssh || exit 0
    more=$(sed -nE "s/^[[:space:]]*[Ii]nclude[[:space:]=]+//p" config | sed "s,~/,$HOME/,g")
    {
      cat config $more | sed -nE "s/^[[:space:]]*[Hh]ost[[:space:]=]+//p" | tr -s "[:space:]" "\\n"
      sed "s/ .*//" known_hosts | tr , "\\n"
    } | grep -E "^[A-Za-z0-9][A-Za-z0-9._-]*$" | sort -u
    exit 0
  fi
  dir=$1
  [ -n "$dir" ] || dir=$RIGDECK_RUN_DIR
  if [ -z "$dir" ]; then
    dir=/tmp/rigdeck-$(id -u)
    [ ! -e /run/rigdeck ] && [ ! -e /etc/systemd/system/rigdeck.service ] || dir=/run/rigdeck
  fi
  status=$dir/status.json
  [ -r "$status" ] || exit 0
  if [ "$2" = modules ]; then
    grep -o "\\"modules\\":\\[[^]]*\\]" "$status" | sed "s/^.modules.://" | grep -oE "[a-z0-9][a-z0-9-]*"
    exit 0
  fi
  grep -q "\\"code\\":\\"disk-fails\\"" "$status" && exit 0
  folder=$(sed -nE "s/.*\\"storage\\":\\{\\"path\\":\\"([^\\"]*)\\".*/\\1/p" "$status")
  [ -n "$folder" ] && ls "$folder" | sed -nE "s/^([0-9]+)_.*/\\1/p"
`;
