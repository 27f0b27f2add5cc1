# Rigdeck SDK for modules in POSIX sh: this one file. Copy it beside your module and read it in with `.`.
#
# It speaks the module protocol `rigdeck/1`: commands as JSON lines on stdin, answers as JSON lines on descriptor 3.
# docs/modules.md shows a module in fifteen lines. Your module has two functions and calls `rig_run SECONDS`:
#   arm     opens devices and the file (`rig_open csv 'head,line'`); when it fails the rig is told
#   sample  takes one sample and writes a row (`rig_write "$rig_now,..."`); when it fails the module ends with 1, and the
#           rig starts it again and records on in a new segment
# They may set `rig_detail`, a few words for the screen. Names of this file begin with `rig_`; descriptor 4 is the file.
#
# The clock is /proc/uptime, in steps of 10 ms. It counts suspended time, CLOCK_MONOTONIC does not: on a machine that
# never sleeps, as a rig should be, they are the same. Rows are synced to the disk at `stop`; a full disk may leave
# a part of the last one. `dropped` counts since the last resumption.

rig_pid= rig_file= rig_armed= rig_begun=

# rig_say JSON: one line to the rig, in one write
rig_say() { printf '%s\n' "$1" >&"${RIGDECK_STATUS_FD:-3}"; }

# rig_quote TEXT: as a JSON string
rig_quote() { printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')"; }

# rig_text NAME JSON, rig_number NAME JSON: the value of a field. A quote inside a string is always escaped, so that
# `"NAME"` followed by a colon is never part of one.
rig_text() {
  printf '%s\n' "$2" | sed -nE 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"(([^"\\]|\\.)*)".*/\1/p' | sed -E 's/\\(.)/\1/g'
}
rig_number() { printf '%s\n' "$2" | sed -nE 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*([0-9.]+).*/\1/p'; }

# rig_option NAME DEFAULT: an option from rig.yaml
rig_option() {
  rig_value=$(rig_number "$1" "${RIGDECK_OPTIONS:-}")
  [ -n "$rig_value" ] || rig_value=$(rig_text "$1" "${RIGDECK_OPTIONS:-}")
  printf '%s\n' "${rig_value:-$2}"
}

# rig_error CODE MESSAGE: tells the rig what is wrong
rig_error() {
  rig_complained=1
  printf '%s\n' "error: $2" >&2
  rig_say "{\"is\":\"error\"${rig_id:+,\"id\":$rig_id},\"code\":$(rig_quote "$1"),\"message\":$(rig_quote "$2"),\"recoverable\":true}"
}

# rig_clock: sets rig_now, in nanoseconds
rig_clock() {
  read -r rig_now rig_rest </proc/uptime
  rig_now=${rig_now%.*}${rig_now#*.}0000000
}

# rig_open EXTENSION [HEAD]: opens <dir>/<prefix>.EXTENSION, which must not exist, and writes its first line
rig_open() {
  rig_file=$rig_dir/$rig_prefix.$1
  rig_head=${2:+1}
  if ! (set -C && : >"$rig_file") 2>/dev/null; then
    rig_error file "$rig_file cannot be made, or it exists"
    rig_file=
    return 1
  fi
  exec 4>>"$rig_file"
  [ -z "${2:-}" ] || rig_write "$2"
}

# rig_write ROW: appends a row in one write
rig_write() { printf '%s\n' "$1" >&4; }

# rig_files: `"files":[..]`
rig_files() { printf '"files":[%s]' "${rig_file:+$(rig_quote "$rig_file")}"; }

# rig_progress: evidence, counted in the file itself
rig_progress() {
  rig_say "{\"is\":\"progress\",\"bytes\":$(($(wc -c <"$rig_file"))),\"samples\":$(($(wc -l <"$rig_file") - ${rig_head:-0})),\"dropped\":${rig_dropped:-0},\"detail\":$(rig_quote "${rig_detail:-}")}"
}

# rig_next: waits until rig_due, at most a second at a time; false when the recording is over or paused
rig_next() {
  while [ -z "$rig_over" ]; do
    rig_clock
    if [ -n "$rig_confirmed" ] && [ $((rig_now - rig_told)) -ge 1000000000 ]; then
      rig_told=$rig_now
      rig_progress
    fi
    rig_left=$(((rig_due - rig_now) / 1000000))
    [ "$rig_left" -gt 0 ] || return 0
    [ "$rig_left" -le 1000 ] || rig_left=1000
    rig_part=$((rig_left % 1000 + 1000))
    sleep "$((rig_left / 1000)).${rig_part#1}" & # in the background: a foreground sleep would put signals off
    rig_sleep=$!
    wait "$rig_sleep" || kill "$rig_sleep" 2>/dev/null
  done
  return 1
}

# rig_recorder: the recording, in a process of its own, from `record` or `resume` to `pause` or `stop`
rig_recorder() {
  rig_over= rig_confirmed= rig_told=0 rig_dropped=0
  trap 'rig_over=1' HUP TERM
  while rig_next; do
    if ! sample; then
      rig_id=
      rig_error sample 'a sample failed'
      kill -USR1 $$
      return
    fi
    if [ -z "$rig_confirmed" ]; then
      rig_confirmed=1
      [ -z "$rig_first" ] || rig_first="\"firstSampleMonoNs\":\"$rig_now\","
      rig_say "{\"is\":\"recording\",\"id\":$rig_id,$rig_first$(rig_files)}"
    fi
    [ "$rig_due" -gt 0 ] || rig_due=$rig_now
    rig_due=$((rig_due + rig_period))
    rig_clock
    while [ $((rig_due + rig_period)) -le "$rig_now" ]; do
      rig_due=$((rig_due + rig_period)) rig_dropped=$((rig_dropped + 1))
    done
  done
}

# rig_start NANOSECONDS: records from that instant on
rig_start() {
  rig_due=$1
  rig_recorder </dev/null &
  rig_pid=$!
}

# rig_halt: ends the recording process between two samples
rig_halt() {
  [ -n "$rig_pid" ] || return 0
  kill -HUP "$rig_pid" 2>/dev/null
  while kill -0 "$rig_pid" 2>/dev/null; do wait "$rig_pid"; done # a signal ends a wait early
  rig_pid=
}

# rig_finish: the file is on the disk and closed; one that nothing was recorded to is gone, its name is needed again
rig_finish() {
  rig_halt
  [ -n "$rig_file" ] || return 0
  exec 4>&-
  if [ -n "$rig_begun" ]; then
    sync "$rig_file" 2>/dev/null || sync
    rig_progress
  else
    rm -f "$rig_file"
    rig_file=
  fi
  rig_armed= rig_begun=
}

rig_end() {
  trap '' USR1 TERM INT
  rig_finish
  [ -z "$rig_file" ] || rig_say "{\"is\":\"idle\",$(rig_files)}"
  exit "$1"
}

rig_arm() {
  if [ -n "$rig_begun" ]; then
    rig_error busy 'a recording is under way'
    return
  fi
  rig_finish # armed for a start that is forgotten: let go
  rig_dir=$(rig_text dir "$1") rig_prefix=$(rig_text prefix "$1") rig_file= rig_complained=
  if arm; then
    rig_armed=1
    rig_say "{\"is\":\"armed\",\"id\":$rig_id,$(rig_files)}"
  else
    [ -n "$rig_complained" ] || rig_error arm 'the module could not be armed'
    rig_finish
  fi
}

rig_record() {
  if [ -z "$rig_armed" ]; then
    rig_error not-armed 'record without arm'
  elif [ -z "$rig_begun" ]; then
    rig_at=$(rig_text atMonoNs "$1")
    rig_begun=1 rig_first=1
    rig_start "${rig_at:-0}"
  fi
}

# rig_pause, rig_resume: the pause ends the recording process, the resumption starts another on the same file
rig_pause() {
  if [ -z "$rig_begun" ]; then
    rig_error not-recording 'nothing to pause'
  else
    rig_halt
    rig_say "{\"is\":\"paused\",\"id\":$rig_id}"
  fi
}

rig_resume() {
  if [ -z "$rig_begun" ]; then
    rig_error not-recording 'nothing to resume'
  elif [ -z "$rig_pid" ]; then
    rig_first=
    rig_start 0
  fi
}

rig_obey() {
  rig_id=$(rig_number id "$1")
  rig_id=${rig_id:-0}
  case $(rig_text do "$1") in
    arm) rig_arm "$1" ;;
    record) rig_record "$1" ;;
    pause) rig_pause ;;
    resume) rig_resume ;;
    stop)
      rig_finish
      rig_say "{\"is\":\"idle\",\"id\":$rig_id,$(rig_files)}"
      rig_file=
      ;;
    ping) rig_say "{\"is\":\"pong\",\"id\":$rig_id}" ;;
    quit) rig_end 0 ;;
  esac
}

# rig_run SECONDS [VERSION]: runs the module, a sample every so many seconds, until it is told to quit
rig_run() {
  rig_period=$(awk -v s="$1" 'BEGIN { printf "%.0f", s * 1000000000 }')
  trap 'rig_end 0' TERM INT
  trap 'rig_end 1' USR1
  rig_say "{\"v\":1,\"is\":\"ready\",\"version\":$(rig_quote "${2:-0}"),\"can\":[\"arm\",\"pause\"]}"
  while IFS= read -r rig_line; do
    rig_obey "$rig_line" # an empty line, junk and unknown commands fall through
  done
  wait # stdin of a rig has no end; without one a recording goes on until a signal
}
