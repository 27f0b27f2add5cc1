#!/bin/sh
# Keeps one process of a rig and writes down how it ended, also when no daemon lives to see it.
#
#   sh keeper.sh FOLDER spoken|plain PATH PROGRAM [ARGUMENT...]
#
# PATH is the program's own: it may name nothing but a place where neither mkfifo nor setsid is.
# The daemon has made FOLDER with `pid` and `exit` filled with spaces (a full tmpfs cannot swallow a record that overwrites
# them), `log` and `status`. `spoken` gets a FIFO as stdin and `status` as descriptor 3, `plain` gets /dev/null.
# All of it stands in one function, so that the whole script is read before an upgrade can replace the file.
keep() {
  trap '' HUP INT QUIT TERM PIPE
  folder=$1 kind=$2 path=$3
  shift 3
  # Held open: the record goes to the folder of this very run, even if a newer one stands in its place by then.
  exec 9<>"$folder/exit"
  if [ "$kind" = plain ] || mkfifo -m 600 "$folder/stdin" 2>>"$folder/log"; then
    # In the foreground: a background job would have SIGINT ignored and stdin at /dev/null.
    (
      trap - HUP INT QUIT TERM PIPE
      exec 9>&-
      if [ "$kind" = plain ]; then
        exec </dev/null
      else
        # Read and write: the module itself holds a writing end, so that it never sees an end of file.
        exec <>"$folder/stdin" 3>>"$folder/status"
      fi
      exec >>"$folder/log" 2>&1
      # /proc/self is this subshell, and stays the same process through both execs.
      read -r stat </proc/self/stat
      printf '%s\n' "$stat" 1<>"$folder/pid"
      setsid=$(command -v setsid)
      export PATH="$path"
      exec "$setsid" -- "$@"
    )
  fi
  code=$?
  read -r uptime rest </proc/uptime
  printf '%s %s\n' "$code" "$uptime" >&9
  exit 0
}
keep "$@"
