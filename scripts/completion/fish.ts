import type { CommandWords, Named } from '../command-words.ts';
import { liveNames } from './live-names.ts';
import {
  argsWord,
  conditions,
  header,
  levels,
  noRunDir,
  optionNames,
  states,
  valueGroups,
} from './tables.ts';

/** The completion for fish 3 and later. */
export function fishCompletion(all: readonly CommandWords[]): string {
  const values = valueGroups(all).map(
    ([kind, names]) => `    case ${names.join(' ')}
      echo '${kind}'`,
  );
  return `# Completion of rigdeck for fish. ${header}

function __rigdeck_live
  command sh -c '${liveNames}' rigdeck "$argv[1]" $argv[2] 2>/dev/null
end

function __rigdeck_commands
  switch "$argv"
${all.flatMap((one) => printed(one.path, one.commands)).join('\n')}
  end
end

function __rigdeck_options
  switch "$argv"
${all.flatMap((one) => printed(one.path, optionNames(one))).join('\n')}
  end
end

function __rigdeck_args
  switch "$argv"
${all.flatMap((one) => (one.args.length === 0 ? [] : [`    case '${one.path}'\n      string split ' ' '${argsWord(one)}'`])).join('\n')}
  end
end

function __rigdeck_value
  switch "$argv"
${values.join('\n')}
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
      string split ' ' '${levels}'
    case session
      __rigdeck_live "$run_dir" sessions
    case condition
      string split ' ' '${conditions}'
      for module in (__rigdeck_live "$run_dir" modules)
        for state in ${states}
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
      test $word = --host; and set run_dir ${noRunDir}
      set -e before[1]
    else if __rigdeck_commands "$path" | string match -q -r -- '^'(string escape --style=regex -- $word)'\\t'
      set path (string trim -- "$path $word")
    else
      set typed (math $typed + 1)
    end
  end
  if string match -q -- '-*' $cur
    __rigdeck_options "$path"
    printf '%s\\t%s\\n' --help 'explain this command'
    return
  end
  set -l commands (__rigdeck_commands "$path")
  if set -q commands[1]
    printf '%s\\n' $commands
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
`;
}

function printed(path: string, named: readonly Named[]): string[] {
  if (named.length === 0) return [];
  const lines = named.map(({ name, about }) => `${quote(name)} ${quote(about)}`);
  return [`    case '${path}'\n      printf '%s\\t%s\\n' ${lines.join(' ')}`];
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
