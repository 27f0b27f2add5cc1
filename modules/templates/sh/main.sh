#!/bin/sh
# Records the load of the machine. Put your own sensor in its place.
. "$(dirname "$0")/rigdeck.sh"

sensor=$(rig_option sensor /proc/loadavg)

arm() { # once a recording
  [ -r "$sensor" ] || { rig_error no-device "$sensor cannot be read"; return 1; }
  rig_open csv 'monoNs,load'
}
sample() { # once a period, from the common start on; not in a pause
  read -r load rest <"$sensor" || return 1
  rig_write "$rig_now,$load"
}

rig_run 0.1 1.0
