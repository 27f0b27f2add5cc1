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

/** The completion for zsh: sourced, or as a file \`_rigdeck\` in a folder of fpath. */
export function zshCompletion(all: readonly CommandWords[]): string {
  const values = valueGroups(all).map(
    ([kind, names]) => `    ${names.join('|')}) kind='${kind}' ;;`,
  );
  return `#compdef rigdeck
# Completion of rigdeck for zsh. ${header}

_rigdeck_live() {
  command sh -c '${liveNames}' rigdeck "\${run_dir/#\\~/$HOME}" "$1" 2>/dev/null
}

_rigdeck_at() {
  commands=() options=() args=()
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
  local -a names
  case $1 in
    '='*) names=(\${(s:,:)1#=}); compadd -a names ;;
    module) names=(\${(f)"$(_rigdeck_live modules)"}); compadd -a names ;;
    level) names=(\${(f)"$(_rigdeck_live modules)"} ${levels}); compadd -a names ;;
    session) names=(\${(f)"$(_rigdeck_live sessions)"}); compadd -V newest -a names ;;
    condition)
      if compset -P '*:'; then
        compadd ${states}
      else
        names=(\${(f)"$(_rigdeck_live modules)"})
        compadd ${conditions}
        compadd -S : -a names
      fi
      ;;
    machine)
      compset -P '*@'
      names=(\${(f)"$(_rigdeck_live machines)"}); compadd -a names
      ;;
    file) _files ;;
    folder) _files -/ ;;
  esac
}

_rigdeck() {
  local cur=$words[CURRENT] command_path= run_dir=\${RIGDECK_RUN_DIR-} kind word
  local -i typed=0 i
  local -a commands options args
  _rigdeck_at ''
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ $word == -* ]]; then
      _rigdeck_value "$word" || continue
      if ((++i >= CURRENT)); then _rigdeck_offer "$kind"; return; fi
      [[ $word != --run-dir ]] || run_dir=$words[i]
      [[ $word != --host ]] || run_dir=${noRunDir}
    elif (( \${commands[(I)$word:*]} )); then
      command_path="\${command_path:+$command_path }$word"
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
    _rigdeck_offer "\${args[typed + 1]%...}"
  fi
}

if [[ $funcstack[1] == _rigdeck ]]; then
  _rigdeck "$@"
else
  compdef _rigdeck rigdeck
fi
`;
}

function tableCase(command: CommandWords): string {
  const commands = command.commands.map(described).join(' ');
  const options = optionNames(command).map(described).join(' ');
  return `    '${command.path}') commands=(${commands}) options=(${options}) args=(${argsWord(command)}) ;;`;
}

function described({ name, about }: Named): string {
  return `'${name}:${about.replaceAll("'", "'\\''")}'`;
}
