#compdef rigdeck
# Completion of rigdeck for zsh. Made from the table of commands by scripts/docs.mjs: change that.

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
  commands=() options=() args=()
  case $1 in
    '') commands=('demo:try it: a throw-away rig in a temporary folder, with real modules; no hardware needed' 'daemon:run the daemon in the foreground, as a service does; `up` runs it in the background' 'up:start the daemon in the background, and wait until every wanted module is ready or has failed' 'down:stop the recording, then all modules, then the daemon; asks first while something is recorded' 'enable:want modules to run: they are started, and kept running' 'disable:want modules off: they are ended, and stay off; asks first while they record' 'restart:end modules and start them again; asks first while they record' 'retry:try failed modules now instead of after their pause' 'log-level:how much the daemon logs, or a module, from now on' 'record:start, stop, pause, resume or toggle the recording' 'mark:put a marker at this instant into the open session, with or without words' 'session:open or close the session: the folder that trials go into' 'status:how the rig is: one row a module, and what is wrong' 'logs:what a module has printed; also works without a daemon' 'history:who did what and what became of it, and every change of the rig' 'preflight:can I record now: what blocks it, what to know, and what to do' 'watch:for programs: the state, then every change, one JSON object a line' 'kiosk:the rig in large figures, for a screen that nobody sits at: only SIGTERM ends it' 'is:exit 0 when a condition is true, 8 when it is false: `rigdeck help conditions`' 'wait:wait until a condition is true: `rigdeck help conditions`' 'sessions:what was recorded: list, show or verify it; needs no daemon' 'module:the modules that came with Rigdeck, and those of this rig' 'config:the configuration, rig.yaml: write a first one, check it, show it or take it over' 'doctor:look over the machine: what will bite, each with the line that mends it' 'completion:print the completion of a shell, with live names of modules and sessions' 'service:the system unit that starts this rig at boot: install it, remove it, look at it' 'gpio:buttons and LEDs: list them, or try them out' 'help:explain a command, `exit-codes` or `conditions`') options=('--config:the configuration (RIGDECK_CONFIG)' '--state-dir:what is kept between runs, or `none` (RIGDECK_STATE_DIR)' '--run-dir:sockets and running modules: which daemon (RIGDECK_RUN_DIR)' '--host:on that machine, over ssh; paths are those of that machine' '--json:results and errors for programs' '--no-color:no colours (NO_COLOR)' '--theme:default, mono or high-contrast (RIGDECK_THEME)' '--plain:the terminal UI and `status --watch` as lines, one a change' '--screen-reader:the same in words to be spoken (RIGDECK_SCREEN_READER)' '--version:print the version' '--no-daemon:without a command: start no daemon' '-h:explain this command' '--help:explain this command') args=() ;;
    'demo') commands=() options=('--keep:do not remove the folder and what was recorded') args=() ;;
    'daemon') commands=() options=() args=() ;;
    'up') commands=() options=() args=() ;;
    'down') commands=() options=('-y:do not ask' '--yes:do not ask') args=() ;;
    'enable') commands=() options=('--all:all modules' '--wait:wait until it is so; after this time (30, 30s or 2m) take the wish back') args=(module...) ;;
    'disable') commands=() options=('--all:all modules' '--wait:wait until it is so; after this time (30, 30s or 2m) take the wish back' '-y:do not ask' '--yes:do not ask') args=(module...) ;;
    'restart') commands=() options=('--all:all modules' '--wait:wait until it is so; after this time (30, 30s or 2m) take the wish back' '-y:do not ask' '--yes:do not ask') args=(module...) ;;
    'retry') commands=() options=('--all:all modules' '--wait:wait until it is so; after this time (30, 30s or 2m) take the wish back') args=(module...) ;;
    'log-level') commands=() options=() args=(level...) ;;
    'record') commands=('start:record a trial with all wanted modules, and wait until their data lands on the disk' 'stop:stop the trial and finish its files; the modules go on running; asks first' 'toggle:start a trial, or stop the one that is recorded; asks before it stops' 'pause:pause the trial; its files stay open' 'resume:go on with the paused trial, in the same files') options=() args=() ;;
    'record start') commands=() options=('--label:words for this trial: "maze left"' '--at:go at this time instead of now: +10s, 14:02 or ISO-8601' '--no-wait:only ask for it, and do not wait for what becomes of it') args=() ;;
    'record stop') commands=() options=('-y:do not ask' '--yes:do not ask' '--no-wait:only ask for it, and do not wait for what becomes of it') args=() ;;
    'record toggle') commands=() options=('-y:do not ask' '--yes:do not ask' '--no-wait:only ask for it, and do not wait for what becomes of it') args=() ;;
    'record pause') commands=() options=('--no-wait:only ask for it, and do not wait for what becomes of it') args=() ;;
    'record resume') commands=() options=('--no-wait:only ask for it, and do not wait for what becomes of it') args=() ;;
    'mark') commands=() options=() args=(free...) ;;
    'session') commands=('start:open a session of this name; the one before is closed' 'end:close the open session') options=() args=() ;;
    'session start') commands=() options=() args=(free) ;;
    'session end') commands=() options=() args=() ;;
    'status') commands=() options=('-w:draw it again at every change, until Ctrl-C' '--watch:draw it again at every change, until Ctrl-C') args=() ;;
    'logs') commands=() options=('-f:print what comes, until Ctrl-C' '--follow:print what comes, until Ctrl-C' '-n:how many of the newest lines' '--lines:how many of the newest lines') args=(module) ;;
    'history') commands=() options=('--since:from then on: 10m (ago), 14:02 or ISO-8601' '-n:how many of the newest entries' '--lines:how many of the newest entries') args=(module) ;;
    'preflight') commands=() options=() args=() ;;
    'watch') commands=() options=() args=() ;;
    'kiosk') commands=() options=('--control:its keys record, stop, pause and mark; without it they do nothing' '--pin-file:with --control: ask for the PIN in this file before each wish') args=() ;;
    'is') commands=() options=() args=(condition) ;;
    'wait') commands=() options=('--timeout:how long at most (30, 30s or 2m); then it ends with 6') args=(condition) ;;
    'sessions') commands=('list:all sessions' 'show:what one session holds; the newest unless named' 'verify:check sizes and checksums of its files' 'recover:repair what a power cut left, and say what was done; nothing that was recorded is deleted') options=() args=() ;;
    'sessions list') commands=() options=() args=() ;;
    'sessions show') commands=() options=() args=(session) ;;
    'sessions verify') commands=() options=('--all:every session, the oldest first') args=(session) ;;
    'sessions recover') commands=() options=('--dry-run:only say what would be done') args=(session) ;;
    'module') commands=('list:all of them' 'new:a folder with a new module that records, to be changed' 'test:put a module to the test: its folder, or its program') options=() args=() ;;
    'module list') commands=() options=() args=() ;;
    'module new') commands=() options=('--lang:python, node or sh') args=(free) ;;
    'module test') commands=() options=('--options:its options, as under options: in rig.yaml' '--timeout:until it has to be ready') args=(file) ;;
    'config') commands=('check:whether it is in order; faults as FILE:LINE:COLUMN: words' 'show:what it says, with the defaults filled in' 'schema:JSON Schema for editors' 'init:write a commented first file from what is plugged in, to --config or ./rig.yaml; overwrites nothing' 'apply:take over a changed file while the daemon runs: modules are added, removed and started anew; refused for what records') options=() args=() ;;
    'config check') commands=() options=() args=() ;;
    'config show') commands=() options=() args=() ;;
    'config schema') commands=() options=() args=() ;;
    'config init') commands=() options=() args=() ;;
    'config apply') commands=() options=('--dry-run:only say what it would do' '--no-wait:do not wait until changed modules are ready and removed ones are gone') args=() ;;
    'doctor') commands=() options=('--all:also what is in order') args=() ;;
    'completion') commands=() options=() args=(=bash,zsh,fish) ;;
    'service') commands=('status:whether it is there, enabled and running, and what to do where not' 'install:write the unit, start it now and at every boot; run as root' 'uninstall:remove the unit; recordings, configuration and state stay; run as root') options=() args=() ;;
    'service status') commands=() options=() args=() ;;
    'service install') commands=() options=('--user:whom the daemon and its modules run as; the one behind sudo unless named' '--kiosk:the unit of a kiosk on tty1, too' '--dry-run:only print what would be written') args=() ;;
    'service uninstall') commands=() options=('--kiosk:that of the kiosk alone') args=() ;;
    'gpio') commands=('list:every line: its pin, what it does, how it stands, and who holds it' 'test:light every LED in turn and tell of every press, until Ctrl-C or three minutes without a press; buttons do nothing else meanwhile' 'press:press a button of the simulated backend, by its name or its line (GPIO17), and wait until it is up again; Ctrl-C lets go' 'off:bring LEDs to where they are left; for the service, when the daemon has crashed') options=() args=() ;;
    'gpio list') commands=() options=('--pinout:with a picture of the header') args=() ;;
    'gpio test') commands=() options=() args=() ;;
    'gpio press') commands=() options=('--hold:and hold it for so long: 2s, 10m at most') args=(free) ;;
    'gpio off') commands=() options=() args=() ;;
    'help') commands=() options=() args=(=demo,daemon,up,down,enable,disable,restart,retry,log-level,record,mark,session,status,logs,history,preflight,watch,kiosk,is,wait,sessions,module,config,doctor,completion,service,gpio,help,exit-codes,conditions...) ;;
  esac
}

_rigdeck_value() {
  case $1 in
    --config|--pin-file) kind='file' ;;
    --state-dir|--run-dir) kind='folder' ;;
    --host) kind='machine' ;;
    --theme|--wait|--label|--at|-n|--lines|--since|--timeout|--options|--user|--hold) kind='free' ;;
    --lang) kind='=python,node,sh' ;;
    *) return 1 ;;
  esac
}

_rigdeck_offer() {
  local -a names
  case $1 in
    '='*) names=(${(s:,:)1#=}); compadd -a names ;;
    module) names=(${(f)"$(_rigdeck_live modules)"}); compadd -a names ;;
    level) names=(${(f)"$(_rigdeck_live modules)"} error warn info debug); compadd -a names ;;
    session) names=(${(f)"$(_rigdeck_live sessions)"}); compadd -V newest -a names ;;
    condition)
      if compset -P '*:'; then
        compadd disabled starting idle recording paused stopping error crashed
      else
        names=(${(f)"$(_rigdeck_live modules)"})
        compadd up ready idle recording ok degraded
        compadd -S : -a names
      fi
      ;;
    machine)
      compset -P '*@'
      names=(${(f)"$(_rigdeck_live machines)"}); compadd -a names
      ;;
    file) _files ;;
    folder) _files -/ ;;
  esac
}

_rigdeck() {
  local cur=$words[CURRENT] command_path= run_dir=${RIGDECK_RUN_DIR-} kind word
  local -i typed=0 i
  local -a commands options args
  _rigdeck_at ''
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ $word == -* ]]; then
      _rigdeck_value "$word" || continue
      if ((++i >= CURRENT)); then _rigdeck_offer "$kind"; return; fi
      [[ $word != --run-dir ]] || run_dir=$words[i]
      [[ $word != --host ]] || run_dir=/dev/null
    elif (( ${commands[(I)$word:*]} )); then
      command_path="${command_path:+$command_path }$word"
      _rigdeck_at "$command_path"
    else
      ((++typed))
    fi
  done
  if [[ $cur == -* ]]; then
    options+=('--help:explain this command')
    _describe -o option options
  elif (( $#commands )); then
    _describe command commands
  elif (( $#args )); then
    if ((typed >= $#args)); then
      [[ $args[-1] == *... ]] || return 1
      typed=$#args-1
    fi
    _rigdeck_offer "${args[typed + 1]%...}"
  fi
}

if [[ $funcstack[1] == _rigdeck ]]; then
  _rigdeck "$@"
else
  compdef _rigdeck rigdeck
fi
