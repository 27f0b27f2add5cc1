# Completion of rigdeck for fish. Made from the table of commands by scripts/docs.mjs: change that.

function __rigdeck_live
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
' rigdeck "$argv[1]" $argv[2] 2>/dev/null
end

function __rigdeck_commands
  switch "$argv"
    case ''
      printf '%s\t%s\n' 'demo' 'try it: a throw-away rig in a temporary folder, with real modules; no hardware needed' 'daemon' 'run the daemon in the foreground, as a service does; `up` runs it in the background' 'up' 'start the daemon in the background, and wait until every wanted module is ready or has failed' 'down' 'stop the recording, then all modules, then the daemon; asks first while something is recorded' 'enable' 'want modules to run: they are started, and kept running' 'disable' 'want modules off: they are ended, and stay off; asks first while they record' 'restart' 'end modules and start them again; asks first while they record' 'retry' 'try failed modules now instead of after their pause' 'log-level' 'how much the daemon logs, or a module, from now on' 'record' 'start, stop, pause, resume or toggle the recording' 'mark' 'put a marker at this instant into the open session, with or without words' 'session' 'open or close the session: the folder that trials go into' 'status' 'how the rig is: one row a module, and what is wrong' 'logs' 'what a module has printed; also works without a daemon' 'history' 'who did what and what became of it, and every change of the rig' 'preflight' 'can I record now: what blocks it, what to know, and what to do' 'watch' 'for programs: the state, then every change, one JSON object a line' 'kiosk' 'the rig in large figures, for a screen that nobody sits at: only SIGTERM ends it' 'is' 'exit 0 when a condition is true, 8 when it is false: `rigdeck help conditions`' 'wait' 'wait until a condition is true: `rigdeck help conditions`' 'sessions' 'what was recorded: list, show or verify it; needs no daemon' 'module' 'the modules that came with Rigdeck, and those of this rig' 'config' 'the configuration, rig.yaml: write a first one, check it, show it or take it over' 'doctor' 'look over the machine: what will bite, each with the line that mends it' 'completion' 'print the completion of a shell, with live names of modules and sessions' 'service' 'the system unit that starts this rig at boot: install it, remove it, look at it' 'gpio' 'buttons and LEDs: list them, or try them out' 'help' 'explain a command, `exit-codes` or `conditions`'
    case 'record'
      printf '%s\t%s\n' 'start' 'record a trial with all wanted modules, and wait until their data lands on the disk' 'stop' 'stop the trial and finish its files; the modules go on running; asks first' 'toggle' 'start a trial, or stop the one that is recorded; asks before it stops' 'pause' 'pause the trial; its files stay open' 'resume' 'go on with the paused trial, in the same files'
    case 'session'
      printf '%s\t%s\n' 'start' 'open a session of this name; the one before is closed' 'end' 'close the open session'
    case 'sessions'
      printf '%s\t%s\n' 'list' 'all sessions' 'show' 'what one session holds; the newest unless named' 'verify' 'check sizes and checksums of its files' 'recover' 'repair what a power cut left, and say what was done; nothing that was recorded is deleted'
    case 'module'
      printf '%s\t%s\n' 'list' 'all of them' 'new' 'a folder with a new module that records, to be changed' 'test' 'put a module to the test: its folder, or its program'
    case 'config'
      printf '%s\t%s\n' 'check' 'whether it is in order; faults as FILE:LINE:COLUMN: words' 'show' 'what it says, with the defaults filled in' 'schema' 'JSON Schema for editors' 'init' 'write a commented first file from what is plugged in, to --config or ./rig.yaml; overwrites nothing' 'apply' 'take over a changed file while the daemon runs: modules are added, removed and started anew; refused for what records'
    case 'service'
      printf '%s\t%s\n' 'status' 'whether it is there, enabled and running, and what to do where not' 'install' 'write the unit, start it now and at every boot; run as root' 'uninstall' 'remove the unit; recordings, configuration and state stay; run as root'
    case 'gpio'
      printf '%s\t%s\n' 'list' 'every line: its pin, what it does, how it stands, and who holds it' 'test' 'light every LED in turn and tell of every press, until Ctrl-C or three minutes without a press; buttons do nothing else meanwhile' 'press' 'press a button of the simulated backend, by its name or its line (GPIO17), and wait until it is up again; Ctrl-C lets go' 'off' 'bring LEDs to where they are left; for the service, when the daemon has crashed'
  end
end

function __rigdeck_options
  switch "$argv"
    case ''
      printf '%s\t%s\n' '--config' 'the configuration (RIGDECK_CONFIG)' '--state-dir' 'what is kept between runs, or `none` (RIGDECK_STATE_DIR)' '--run-dir' 'sockets and running modules: which daemon (RIGDECK_RUN_DIR)' '--host' 'on that machine, over ssh; paths are those of that machine' '--json' 'results and errors for programs' '--no-color' 'no colours (NO_COLOR)' '--theme' 'default, mono or high-contrast (RIGDECK_THEME)' '--plain' 'the terminal UI and `status --watch` as lines, one a change' '--screen-reader' 'the same in words to be spoken (RIGDECK_SCREEN_READER)' '--version' 'print the version' '--no-daemon' 'without a command: start no daemon' '-h' 'explain this command' '--help' 'explain this command'
    case 'demo'
      printf '%s\t%s\n' '--keep' 'do not remove the folder and what was recorded'
    case 'down'
      printf '%s\t%s\n' '-y' 'do not ask' '--yes' 'do not ask'
    case 'enable'
      printf '%s\t%s\n' '--all' 'all modules' '--wait' 'wait until it is so; after this time (30, 30s or 2m) take the wish back'
    case 'disable'
      printf '%s\t%s\n' '--all' 'all modules' '--wait' 'wait until it is so; after this time (30, 30s or 2m) take the wish back' '-y' 'do not ask' '--yes' 'do not ask'
    case 'restart'
      printf '%s\t%s\n' '--all' 'all modules' '--wait' 'wait until it is so; after this time (30, 30s or 2m) take the wish back' '-y' 'do not ask' '--yes' 'do not ask'
    case 'retry'
      printf '%s\t%s\n' '--all' 'all modules' '--wait' 'wait until it is so; after this time (30, 30s or 2m) take the wish back'
    case 'record start'
      printf '%s\t%s\n' '--label' 'words for this trial: "maze left"' '--at' 'go at this time instead of now: +10s, 14:02 or ISO-8601' '--no-wait' 'only ask for it, and do not wait for what becomes of it'
    case 'record stop'
      printf '%s\t%s\n' '-y' 'do not ask' '--yes' 'do not ask' '--no-wait' 'only ask for it, and do not wait for what becomes of it'
    case 'record toggle'
      printf '%s\t%s\n' '-y' 'do not ask' '--yes' 'do not ask' '--no-wait' 'only ask for it, and do not wait for what becomes of it'
    case 'record pause'
      printf '%s\t%s\n' '--no-wait' 'only ask for it, and do not wait for what becomes of it'
    case 'record resume'
      printf '%s\t%s\n' '--no-wait' 'only ask for it, and do not wait for what becomes of it'
    case 'status'
      printf '%s\t%s\n' '-w' 'draw it again at every change, until Ctrl-C' '--watch' 'draw it again at every change, until Ctrl-C'
    case 'logs'
      printf '%s\t%s\n' '-f' 'print what comes, until Ctrl-C' '--follow' 'print what comes, until Ctrl-C' '-n' 'how many of the newest lines' '--lines' 'how many of the newest lines'
    case 'history'
      printf '%s\t%s\n' '--since' 'from then on: 10m (ago), 14:02 or ISO-8601' '-n' 'how many of the newest entries' '--lines' 'how many of the newest entries'
    case 'kiosk'
      printf '%s\t%s\n' '--control' 'its keys record, stop, pause and mark; without it they do nothing' '--pin-file' 'with --control: ask for the PIN in this file before each wish'
    case 'wait'
      printf '%s\t%s\n' '--timeout' 'how long at most (30, 30s or 2m); then it ends with 6'
    case 'sessions verify'
      printf '%s\t%s\n' '--all' 'every session, the oldest first'
    case 'sessions recover'
      printf '%s\t%s\n' '--dry-run' 'only say what would be done'
    case 'module new'
      printf '%s\t%s\n' '--lang' 'python, node or sh'
    case 'module test'
      printf '%s\t%s\n' '--options' 'its options, as under options: in rig.yaml' '--timeout' 'until it has to be ready'
    case 'config apply'
      printf '%s\t%s\n' '--dry-run' 'only say what it would do' '--no-wait' 'do not wait until changed modules are ready and removed ones are gone'
    case 'doctor'
      printf '%s\t%s\n' '--all' 'also what is in order'
    case 'service install'
      printf '%s\t%s\n' '--user' 'whom the daemon and its modules run as; the one behind sudo unless named' '--kiosk' 'the unit of a kiosk on tty1, too' '--dry-run' 'only print what would be written'
    case 'service uninstall'
      printf '%s\t%s\n' '--kiosk' 'that of the kiosk alone'
    case 'gpio list'
      printf '%s\t%s\n' '--pinout' 'with a picture of the header'
    case 'gpio press'
      printf '%s\t%s\n' '--hold' 'and hold it for so long: 2s, 10m at most'
  end
end

function __rigdeck_args
  switch "$argv"
    case 'enable'
      string split ' ' 'module...'
    case 'disable'
      string split ' ' 'module...'
    case 'restart'
      string split ' ' 'module...'
    case 'retry'
      string split ' ' 'module...'
    case 'log-level'
      string split ' ' 'level...'
    case 'mark'
      string split ' ' 'free...'
    case 'session start'
      string split ' ' 'free'
    case 'logs'
      string split ' ' 'module'
    case 'history'
      string split ' ' 'module'
    case 'is'
      string split ' ' 'condition'
    case 'wait'
      string split ' ' 'condition'
    case 'sessions show'
      string split ' ' 'session'
    case 'sessions verify'
      string split ' ' 'session'
    case 'sessions recover'
      string split ' ' 'session'
    case 'module new'
      string split ' ' 'free'
    case 'module test'
      string split ' ' 'file'
    case 'completion'
      string split ' ' '=bash,zsh,fish'
    case 'gpio press'
      string split ' ' 'free'
    case 'help'
      string split ' ' '=demo,daemon,up,down,enable,disable,restart,retry,log-level,record,mark,session,status,logs,history,preflight,watch,kiosk,is,wait,sessions,module,config,doctor,completion,service,gpio,help,exit-codes,conditions...'
  end
end

function __rigdeck_value
  switch "$argv"
    case --config --pin-file
      echo 'file'
    case --state-dir --run-dir
      echo 'folder'
    case --host
      echo 'machine'
    case --theme --wait --label --at -n --lines --since --timeout --options --user --hold
      echo 'free'
    case --lang
      echo '=python,node,sh'
    case '*'
      return 1
  end
end

function __rigdeck_offer -a kind run_dir cur
  switch "$kind"
    case '=*'
      string split , (string sub -s 2 -- $kind)
    case module
      __rigdeck_live "$run_dir" modules
    case level
      __rigdeck_live "$run_dir" modules
      string split ' ' 'error warn info debug'
    case session
      __rigdeck_live "$run_dir" sessions
    case condition
      string split ' ' 'up ready idle recording ok degraded'
      for module in (__rigdeck_live "$run_dir" modules)
        for state in disabled starting idle recording paused stopping error crashed
          echo $module:$state
        end
      end
    case machine
      set -l user (string match -r -- '.*@' "$cur")
      for machine in (__rigdeck_live "$run_dir" machines)
        echo "$user$machine"
      end
    case file
      __fish_complete_path "$cur"
    case folder
      __fish_complete_directories "$cur" ''
  end
end

function __rigdeck_complete
  set -l before (commandline -opc)
  set -e before[1]
  set -l cur (commandline -ct)
  set -l path
  set -l typed 0
  set -l run_dir $RIGDECK_RUN_DIR
  while set -q before[1]
    set -l word $before[1]
    set -e before[1]
    if string match -q -- '-*' $word
      set -l kind (__rigdeck_value $word); or continue
      if not set -q before[1]
        __rigdeck_offer $kind "$run_dir" "$cur"
        return
      end
      test $word = --run-dir; and set run_dir (string replace -r '^~' $HOME -- $before[1])
      test $word = --host; and set run_dir /dev/null
      set -e before[1]
    else if __rigdeck_commands "$path" | string match -q -r -- '^'(string escape --style=regex -- $word)'\t'
      set path (string trim -- "$path $word")
    else
      set typed (math $typed + 1)
    end
  end
  if string match -q -- '-*' $cur
    __rigdeck_options "$path"
    printf '%s\t%s\n' --help 'explain this command'
    return
  end
  set -l commands (__rigdeck_commands "$path")
  if set -q commands[1]
    printf '%s\n' $commands
    return
  end
  set -l args (__rigdeck_args "$path")
  set -q args[1]; or return
  if test $typed -ge (count $args)
    string match -q -- '*...' $args[-1]; or return
    set typed (math (count $args) - 1)
  end
  __rigdeck_offer (string replace -- ... '' $args[(math $typed + 1)]) "$run_dir" "$cur"
end

complete -c rigdeck -f -a '(__rigdeck_complete)'
