// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/remote_script.hpp"

namespace lockstep {

namespace {

// A process is known by its number, the time of its start and the boot in which it started. The
// home may be one for many machines, so every file that is of a machine has its name.
constexpr std::string_view common = R"sh(
umask 077
PATH=$PATH:/usr/bin:/bin
say() { printf 'lockstep: %s\n' "$*"; }
fail() { say "failed $*"; exit 1; }
nap() { sleep 0.2 2>/dev/null || sleep 1; }
[ -n "${HOME:-}" ] || fail 'HOME is not set there'
case ${XDG_CACHE_HOME:-} in /*) cache=$XDG_CACHE_HOME ;; *) cache=$HOME/.cache ;; esac
case ${XDG_STATE_HOME:-} in /*) state=$XDG_STATE_HOME ;; *) state=$HOME/.local/state ;; esac
state=$state/lockstep
host=$(uname -n)
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
record=$state/node-$host.pid
token=$state/token-$host
log=$state/node-$host.log

# When a process started, in clock ticks after the boot. Nothing if it has ended.
started_at() {
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  set -- ${stat##*") "}
  case $1 in Z | X) return 1 ;; esac
  shift 19
  printf '%s\n' "$1"
}

# Reads the record into pid, start and wanted_then. False where that process is gone.
find_running() {
  [ -f "$record" ] || return 1
  { IFS=' ' read -r pid start boot_then && IFS= read -r wanted_then; } <"$record" || return 1
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  [ "$boot_then" = "$boot" ] && [ "$(started_at "$pid")" = "$start" ]
}

# Ends process pid, which began at start: SIGTERM, and SIGKILL after 50 naps. False if it stays.
end_node() {
  kill -TERM "$pid" 2>/dev/null
  naps=0
  while [ "$(started_at "$pid")" = "$start" ]; do
    [ "$naps" -ne 50 ] || kill -KILL "$pid" 2>/dev/null
    [ "$naps" -lt 75 ] || return 1
    naps=$((naps + 1))
    nap
  done
}
)sh";

constexpr std::string_view starting = R"sh(
say "machine $(uname -sm)"
bin=$cache/lockstep/bin/$hash
program=$bin/lockstep-node
new=$bin/.new-$host-$$
trap 'rm -f "$new" "$token"' EXIT
trap 'exit 1' HUP INT TERM

is_whole() {
  [ -f "$1" ] && [ "$(wc -c <"$1")" -eq "$size" ] || return 1
  command -v sha256sum >/dev/null 2>&1 || return 0
  sum=$(sha256sum <"$1") && [ "${sum%% *}" = "$hash" ]
}

if find_running; then
  [ "$wanted_then" = "$wanted" ] ||
    fail "process $pid is a node that was started there with other arguments; end it with \`control down\`"
  trap - EXIT
  say "running $pid $host"
  read -r word
  exit 0
fi
command -v setsid >/dev/null 2>&1 || fail 'there is no program setsid (package util-linux)'
mkdir -p "$bin" "$state" && chmod 700 "$bin" "$state" || fail "cannot make $bin and $state"
if is_whole "$program"; then found=have; else found=need; fi
say "$found"
read -r word text || exit 1
[ "$word" = token ] || exit 1
if [ "$found" = need ]; then
  say send
  head -c "$size" >"$new" || fail "cannot write $new"
  is_whole "$new" || fail 'the program did not arrive whole'
  chmod 700 "$new" && mv -f "$new" "$program" || fail "cannot write $program"
fi
version=$("$program" --version 2>&1) ||
  fail "the program does not run there: $(printf '%s' "$version" | tr '\n' ' ')"

rm -f "$token"
cat >"$token" <<TOKEN || fail "cannot write $token"
$text
TOKEN
[ ! -f "$log" ] || mv -f "$log" "$log.1"
# In a session of its own it has no terminal, and no hang-up ends it.
setsid "$program" --join "$head" --token-file "$token" \
  --identity "$state/identity-$host" "$@" </dev/null >"$log" 2>&1 &
pid=$!
start=$(started_at "$pid") || start=0
printf '%s %s %s\n%s\n' "$pid" "$start" "$boot" "$wanted" >"$record.$$" &&
  mv -f "$record.$$" "$record" || { kill -KILL "$pid"; fail "cannot write $record"; }
say "started $pid $host"

tell_log() { tail -n 8 "$log" | tail -c 2000 | sed 's/^/lockstep: log /'; }
(
  trap - EXIT
  while [ "$(started_at "$pid")" = "$start" ]; do nap; done
  tell_log
  say ended
) &
watcher=$!
read -r word
kill "$watcher" 2>/dev/null
[ "$word" != up ] || exit 0
if [ "$(started_at "$pid")" = "$start" ]; then
  end_node
  tell_log
fi
rm -f "$record"
exit 1
)sh";

constexpr std::string_view stopping = R"sh(
rm -f "$token"
if find_running; then
  end_node || fail "process $pid does not end"
  say "ended $pid"
else
  say none
fi
rm -f "$record"
)sh";

} // namespace

std::string shell_word(std::string_view word) {
  std::string text = "'";
  for (const char c : word)
    text += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return text + '\'';
}

std::string start_script(const remote_start& wanted) {
  std::string words = "set --";
  std::string told = wanted.sha256 + ' ' + wanted.head;
  for (const auto& option : wanted.node_options) {
    words += ' ' + shell_word(option);
    told += ' ' + option;
  }
  std::string text{common};
  text += "hash=" + shell_word(wanted.sha256) + "\nsize=" + std::to_string(wanted.program_bytes) +
          "\nhead=" + shell_word(wanted.head) + "\nwanted=" + shell_word(told) + '\n' + words;
  return text + std::string{starting};
}

std::string stop_script() {
  return std::string{common} + std::string{stopping};
}

std::string remote_command(const std::string& script) {
  return "exec sh -c 'eval \"$(dd bs=1 count=" + std::to_string(script.size()) + " 2>/dev/null)\"'";
}

} // namespace lockstep
