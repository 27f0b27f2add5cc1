#!/bin/sh
# Shows `rigdeck kiosk` in a tmux session on this terminal, so that others can look at the same screen:
#   sh kiosk.sh NODE PROGRAM [options of `rigdeck kiosk`, and --run-dir]
set -u
name=rigdeck-kiosk

# The part that runs inside: the kiosk, again and again. It ends by itself when it is told to (0) or used wrongly (2).
if [ "$1" = --inside ]; then
  shift
  while :; do
    "$@"
    code=$?
    case $code in 0 | 2) break ;; esac
    sleep 1
  done
  [ "$code" = 0 ] || sleep 10 # so that its words can be read
  exit "$code"
fi

node=$1
program=$2
shift 2
if ! command -v tmux >/dev/null 2>&1; then
  echo 'rigdeck: tmux is not installed, so that nobody else can look at this screen: sudo apt install tmux' >&2
  sleep 3 # so that it can be read
  exec "$node" "$program" kiosk "$@"
fi
# Sessions are not to lie in one another.
unset TMUX
run() { tmux -L "$name" -f /dev/null "$@"; }

# A second one looks at the same, keys and all, and leaves its size to the first. (A tmux before 3.2 cannot say so.)
if run has-session -t "=$name" 2>/dev/null; then
  run attach-session -f ignore-size -t "=$name" 2>/dev/null || run attach-session -t "=$name"
  exit
fi

# The font of the Linux console has no signs for badges, and inside tmux nobody can know of it.
signs=${LC_ALL:-${LC_CTYPE:-${LANG:-C.UTF-8}}}
[ "${TERM:-}" = linux ] && signs=C
echo "Others look with: tmux -L $name attach -r    (Ctrl-D leaves)"
size=$(stty size 2>/dev/null) || size='24 80'

# largest: who looks from a smaller terminal sees a part of it and shrinks nothing (with -r a size does not count at all).
# No prefix and no keys but one: Ctrl-D, which the kiosk does not need, lets go of this session, also where it comes so soon behind
# others that tmux would take them for a paste.
run start-server ';' \
  set-option -s escape-time 10 ';' \
  set-option -g default-terminal screen-256color ';' \
  set-option -g status off ';' \
  set-option -g prefix None ';' \
  set-option -g prefix2 None ';' \
  set-option -g mouse off ';' \
  set-option -g assume-paste-time 0 ';' \
  set-option -g history-limit 0 ';' \
  set-option -g window-size largest ';' \
  unbind-key -a -T root ';' \
  unbind-key -a -T prefix ';' \
  bind-key -T root C-d detach-client ';' \
  new-session -d -s "$name" -x "${size#* }" -y "${size% *}" \
  env "LC_ALL=$signs" sh "$0" --inside "$node" "$program" kiosk "$@" || exit
# Whoever lets go of it here gets it back at once: this is the screen that it is for.
while run has-session -t "=$name" 2>/dev/null; do
  run attach-session -t "=$name" || break
done
