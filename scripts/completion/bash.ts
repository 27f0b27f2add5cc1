import type { CommandWords } from '../command-words.ts';
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

/** The completion for bash 4 and later; needs nothing of the package bash-completion. */
export function bashCompletion(all: readonly CommandWords[]): string {
  const values = valueGroups(all).map(
    ([kind, names]) => `    ${names.join(' | ')}) kind='${kind}' ;;`,
  );
  return `# Completion of rigdeck for bash. ${header}

_rigdeck_live() {
  command sh -c '${liveNames}' rigdeck "\${run_dir/#\\~/$HOME}" "$1" 2>/dev/null
}

_rigdeck_at() {
  case $1 in
${all.map(tableCase).join('\n')}
  esac
}

_rigdeck_value() {
  case $1 in
${values.join('\n')}
    *) return 1 ;;
  esac
}

_rigdeck_offer() {
  case $1 in
    =*) COMPREPLY=($(compgen -W "\${1//[=,]/ }" -- "$cur")) ;;
    module) COMPREPLY=($(compgen -W "$(_rigdeck_live modules)" -- "$cur")) ;;
    level) COMPREPLY=($(compgen -W "$(_rigdeck_live modules) ${levels}" -- "$cur")) ;;
    session) COMPREPLY=($(compgen -W "$(_rigdeck_live sessions)" -- "$cur")) ;;
    condition)
      # bash cuts words at colons: of \`mic:rec\` only \`rec\` is completed here.
      if [[ $cur == : || \${COMP_WORDS[COMP_CWORD - 1]} == : ]]; then
        COMPREPLY=($(compgen -W '${states}' -- "\${cur#:}"))
      else
        COMPREPLY=($(compgen -W '${conditions}' -- "$cur") $(compgen -S : -W "$(_rigdeck_live modules)" -- "$cur"))
        [[ \${#COMPREPLY[@]} != 1 || \${COMPREPLY[0]} != *: ]] || compopt -o nospace
      fi
      ;;
    machine)
      # bash cuts words at this sign, too, unless COMP_WORDBREAKS was changed; but what it replaces begins with it (rl_special_prefixes).
      [[ $cur != *@* ]] || user=\${cur%@*}@
      [[ \${COMP_WORDS[COMP_CWORD - 1]} != @ ]] || user=@
      COMPREPLY=($(compgen -P "$user" -W "$(_rigdeck_live machines)" -- "\${cur##*@}"))
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
  local cur=\${COMP_WORDS[COMP_CWORD]} path= run_dir=\${RIGDECK_RUN_DIR-} typed=0 user= i word commands options args kind
  COMPREPLY=()
  _rigdeck_at ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == -* ]]; then
      _rigdeck_value "$word" || continue
      ((++i))
      while [[ $i -lt $COMP_CWORD && \${COMP_WORDS[i + 1]} == @ ]]; do ((i += 2)); done
      ((i < COMP_CWORD)) || { _rigdeck_offer "$kind"; return; }
      [[ $word != --run-dir ]] || run_dir=\${COMP_WORDS[i]}
      [[ $word != --host ]] || run_dir=${noRunDir}
    elif [[ " $commands " == *" $word "* ]]; then
      path="\${path:+$path }$word"
      _rigdeck_at "$path"
    elif [[ $word != : && \${COMP_WORDS[i - 1]} != : ]]; then
      ((++typed))
    fi
  done
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options --help" -- "$cur"))
  elif [[ -n $commands ]]; then
    COMPREPLY=($(compgen -W "$commands" -- "$cur"))
  else
    set -- $args
    [[ $cur != : && \${COMP_WORDS[COMP_CWORD - 1]} != : ]] || typed=0
    kind=\${@:typed + 1:1}
    [[ $typed -lt $# || \${!#-} != *... ]] || kind=\${!#}
    _rigdeck_offer "\${kind%...}"
  fi
}

complete -F _rigdeck rigdeck
`;
}

function tableCase(command: CommandWords): string {
  const commands = command.commands.map(({ name }) => name).join(' ');
  const options = optionNames(command)
    .map(({ name }) => name)
    .join(' ');
  return `    '${command.path}') commands='${commands}' options='${options}' args='${argsWord(command)}' ;;`;
}
