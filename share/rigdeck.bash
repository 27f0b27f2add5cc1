# Completion of rigdeck for bash. Made from the table of commands by scripts/docs.mjs: change that.

_rigdeck_live() {
  command sh -c '
  if [ "$2" = machines ]; then
    cd ~/.ssh || exit 0
    more=$(sed -nE "s/^[[:space:]]*[Ii]nclude[[:space:]=]+//p" config | sed "s,~/,$HOME/,g")
    {
      cat config $more | sed -nE "s/^[[:space:]]*[Hh]ost[[:space:]=]+//p" | tr -s "[:space:]" "\n"
      sed "s/ .*//" known_hosts | tr , "\n"
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
    grep -o "\"modules\":\[[^]]*\]" "$status" | sed "s/^.modules.://" | grep -oE "[a-z0-9][a-z0-9-]*"
    exit 0
  fi
  grep -q "\"code\":\"disk-fails\"" "$status" && exit 0
  folder=$(sed -nE "s/.*\"storage\":\{\"path\":\"([^\"]*)\".*/\1/p" "$status")
  [ -n "$folder" ] && ls "$folder" | sed -nE "s/^([0-9]+)_.*/\1/p"
' rigdeck "${run_dir/#\~/$HOME}" "$1" 2>/dev/null
}

_rigdeck_at() {
  case $1 in
    '') commands='demo daemon up down enable disable restart retry log-level record mark session status logs history preflight watch kiosk is wait sessions module config doctor completion service gpio help' options='--config --state-dir --run-dir --host --json --no-color --theme --plain --screen-reader --version --no-daemon -h --help' args='' ;;
    'demo') commands='' options='--keep' args='' ;;
    'daemon') commands='' options='' args='' ;;
    'up') commands='' options='' args='' ;;
    'down') commands='' options='-y --yes' args='' ;;
    'enable') commands='' options='--all --wait' args='module...' ;;
    'disable') commands='' options='--all --wait -y --yes' args='module...' ;;
    'restart') commands='' options='--all --wait -y --yes' args='module...' ;;
    'retry') commands='' options='--all --wait' args='module...' ;;
    'log-level') commands='' options='' args='level...' ;;
    'record') commands='start stop toggle pause resume' options='' args='' ;;
    'record start') commands='' options='--label --at --no-wait' args='' ;;
    'record stop') commands='' options='-y --yes --no-wait' args='' ;;
    'record toggle') commands='' options='-y --yes --no-wait' args='' ;;
    'record pause') commands='' options='--no-wait' args='' ;;
    'record resume') commands='' options='--no-wait' args='' ;;
    'mark') commands='' options='' args='free...' ;;
    'session') commands='start end' options='' args='' ;;
    'session start') commands='' options='' args='free' ;;
    'session end') commands='' options='' args='' ;;
    'status') commands='' options='-w --watch' args='' ;;
    'logs') commands='' options='-f --follow -n --lines' args='module' ;;
    'history') commands='' options='--since -n --lines' args='module' ;;
    'preflight') commands='' options='' args='' ;;
    'watch') commands='' options='' args='' ;;
    'kiosk') commands='' options='--control --pin-file' args='' ;;
    'is') commands='' options='' args='condition' ;;
    'wait') commands='' options='--timeout' args='condition' ;;
    'sessions') commands='list show verify recover' options='' args='' ;;
    'sessions list') commands='' options='' args='' ;;
    'sessions show') commands='' options='' args='session' ;;
    'sessions verify') commands='' options='--all' args='session' ;;
    'sessions recover') commands='' options='--dry-run' args='session' ;;
    'module') commands='list new test' options='' args='' ;;
    'module list') commands='' options='' args='' ;;
    'module new') commands='' options='--lang' args='free' ;;
    'module test') commands='' options='--options --timeout' args='file' ;;
    'config') commands='check show schema init apply' options='' args='' ;;
    'config check') commands='' options='' args='' ;;
    'config show') commands='' options='' args='' ;;
    'config schema') commands='' options='' args='' ;;
    'config init') commands='' options='' args='' ;;
    'config apply') commands='' options='--dry-run --no-wait' args='' ;;
    'doctor') commands='' options='--all' args='' ;;
    'completion') commands='' options='' args='=bash,zsh,fish' ;;
    'service') commands='status install uninstall' options='' args='' ;;
    'service status') commands='' options='' args='' ;;
    'service install') commands='' options='--user --kiosk --dry-run' args='' ;;
    'service uninstall') commands='' options='--kiosk' args='' ;;
    'gpio') commands='list test press off' options='' args='' ;;
    'gpio list') commands='' options='--pinout' args='' ;;
    'gpio test') commands='' options='' args='' ;;
    'gpio press') commands='' options='--hold' args='free' ;;
    'gpio off') commands='' options='' args='' ;;
    'help') commands='' options='' args='=demo,daemon,up,down,enable,disable,restart,retry,log-level,record,mark,session,status,logs,history,preflight,watch,kiosk,is,wait,sessions,module,config,doctor,completion,service,gpio,help,exit-codes,conditions...' ;;
  esac
}

_rigdeck_value() {
  case $1 in
    --config | --pin-file) kind='file' ;;
    --state-dir | --run-dir) kind='folder' ;;
    --host) kind='machine' ;;
    --theme | --wait | --label | --at | -n | --lines | --since | --timeout | --options | --user | --hold) kind='free' ;;
    --lang) kind='=python,node,sh' ;;
    *) return 1 ;;
  esac
}

_rigdeck_offer() {
  case $1 in
    =*) COMPREPLY=($(compgen -W "${1//[=,]/ }" -- "$cur")) ;;
    module) COMPREPLY=($(compgen -W "$(_rigdeck_live modules)" -- "$cur")) ;;
    level) COMPREPLY=($(compgen -W "$(_rigdeck_live modules) error warn info debug" -- "$cur")) ;;
    session) COMPREPLY=($(compgen -W "$(_rigdeck_live sessions)" -- "$cur")) ;;
    condition)
      # bash cuts words at colons: of `mic:rec` only `rec` is completed here.
      if [[ $cur == : || ${COMP_WORDS[COMP_CWORD - 1]} == : ]]; then
        COMPREPLY=($(compgen -W 'disabled starting idle recording paused stopping error crashed' -- "${cur#:}"))
      else
        COMPREPLY=($(compgen -W 'up ready idle recording ok degraded' -- "$cur") $(compgen -S : -W "$(_rigdeck_live modules)" -- "$cur"))
        [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *: ]] || compopt -o nospace
      fi
      ;;
    machine)
      # bash cuts words at this sign, too, unless COMP_WORDBREAKS was changed; but what it replaces begins with it (rl_special_prefixes).
      [[ $cur != *@* ]] || user=${cur%@*}@
      [[ ${COMP_WORDS[COMP_CWORD - 1]} != @ ]] || user=@
      COMPREPLY=($(compgen -P "$user" -W "$(_rigdeck_live machines)" -- "${cur##*@}"))
      ;;
    file)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      ;;
    folder)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur")
      ;;
  esac
}

_rigdeck() {
  local cur=${COMP_WORDS[COMP_CWORD]} path= run_dir=${RIGDECK_RUN_DIR-} typed=0 user= i word commands options args kind
  COMPREPLY=()
  _rigdeck_at ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == -* ]]; then
      _rigdeck_value "$word" || continue
      ((++i))
      while [[ $i -lt $COMP_CWORD && ${COMP_WORDS[i + 1]} == @ ]]; do ((i += 2)); done
      ((i < COMP_CWORD)) || { _rigdeck_offer "$kind"; return; }
      [[ $word != --run-dir ]] || run_dir=${COMP_WORDS[i]}
      [[ $word != --host ]] || run_dir=/dev/null
    elif [[ " $commands " == *" $word "* ]]; then
      path="${path:+$path }$word"
      _rigdeck_at "$path"
    elif [[ $word != : && ${COMP_WORDS[i - 1]} != : ]]; then
      ((++typed))
    fi
  done
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options --help" -- "$cur"))
  elif [[ -n $commands ]]; then
    COMPREPLY=($(compgen -W "$commands" -- "$cur"))
  else
    set -- $args
    [[ $cur != : && ${COMP_WORDS[COMP_CWORD - 1]} != : ]] || typed=0
    kind=${@:typed + 1:1}
    [[ $typed -lt $# || ${!#-} != *... ]] || kind=${!#}
    _rigdeck_offer "${kind%...}"
  fi
}

complete -F _rigdeck rigdeck
