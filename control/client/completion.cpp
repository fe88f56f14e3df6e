#include "control/client/completion.hpp"

namespace lockstep {

std::string_view bash_completion() {
  return R"bash(# Completion of Lockstep's control for bash: eval "$(control completion bash)"
_lockstep_control() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} command= i
  local commands="serve run start watch status list result logs pause resume cancel terminate models nodes drain up down call pki token completion"
  for ((i = 1; i < COMP_CWORD; i++)); do
    case " $commands " in *" ${COMP_WORDS[i]} "*) command=${COMP_WORDS[i]}; break ;; esac
  done
  case $command in
    "") COMPREPLY=($(compgen -W "$commands --at --ca --token-file --json --help --version" -- "$word")) ;;
    run|start)
      if [ "$((i + 1))" = "$COMP_CWORD" ]; then
        COMPREPLY=($(compgen -W "$("$program" models 2>/dev/null | sed -e 1d -e 's/ .*//')" -- "$word"))
      else
        COMPREPLY=($(compgen -W "$("$program" "$command" "${COMP_WORDS[i + 1]}" --help 2>/dev/null |
          sed -n 's/^  \(--[^ ]*\).*/\1/p')" -- "$word"))
      fi ;;
    watch|result|pause|resume|cancel)
      COMPREPLY=($(compgen -W "$("$program" list 2>/dev/null | sed -e 1d -e 's/ .*//')" -- "$word")) ;;
    pki|token)
      local words="init issue renew revoke list" inner= j
      [ "$command" = token ] && words="create list revoke"
      for ((j = i + 1; j < COMP_CWORD; j++)); do
        case " $words " in *" ${COMP_WORDS[j]} "*) inner=${COMP_WORDS[j]}; break ;; esac
      done
      if [ -z "$inner" ]; then
        COMPREPLY=($(compgen -W "$words --pki --json --help" -- "$word"))
      else
        COMPREPLY=($(compgen -W "$("$program" "$command" "$inner" --help 2>/dev/null |
          grep -o -- '--[a-z-]*')" -- "$word"))
      fi ;;
    completion) COMPREPLY=($(compgen -W "bash" -- "$word")) ;;
    up|down)
      if [ "${COMP_WORDS[COMP_CWORD - 1]}" = --hosts ]; then
        COMPREPLY=($(compgen -f -- "$word"))
      else
        COMPREPLY=($(compgen -W "$("$program" "$command" --help 2>/dev/null |
          grep -o -- '--[a-z-]*')" -- "$word"))
      fi ;;
    *) COMPREPLY=($(compgen -W "$("$program" "$command" --help 2>/dev/null |
          grep -o -- '--[a-z-]*')" -- "$word")) ;;
  esac
}
complete -F _lockstep_control control lockstep-control)bash";
}

} // namespace lockstep
